/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* record/reader.h: a stream of bytes, fed in any pieces, as lines (spec/records.md, Form); opens nothing */
#ifndef UND_RECORD_READER_H
#define UND_RECORD_READER_H

#include "base/base.h"

/* One complete line, without its LF. bytes live until the call returns. */
struct und_line {
	struct und_bytes bytes;
	uint64_t number; /* from 1 */
	uint64_t offset; /* of its first byte in the stream */
};

/* What to do with a line. An error stops the reader. */
typedef enum und_err und_line_fn(void *ctx, const struct und_line *line);

struct und_reader {
	und_line_fn *line;
	void *ctx;
	struct und_buf held; /* the line that is not complete yet */
	uint64_t lines;      /* complete ones so far */
	uint64_t offset;     /* of the line that is not complete yet */
	enum und_err err;    /* once set, feeding gives it again */
};

/* max: the longest line that may come, without LF (UND_LINE_MAX for letter files). */
void und_reader_init(struct und_reader *r, size_t max, und_line_fn *line, void *ctx);
void und_reader_clear(struct und_reader *r);

/*
 * Takes the next bytes of the stream and hands out each line that they complete; a line that stands whole in chunk is not copied. Memory: the
 * line that is not complete, at most twice its size and max.
 * Errors: what line returned; UND_ERR_LIMIT as soon as a line is longer than max; UND_ERR_MEMORY. diag->line is the line's number; its member is whatever
 * line said, so line should fill the same diag.
 */
UND_MUST_USE enum und_err und_reader_feed(struct und_reader *r, struct und_bytes chunk, struct und_diag *diag);

/* The stream has ended. Errors: UND_ERR_TRUNCATED, the last line has no LF (diag->line is its number); or the error that stopped the reader. */
UND_MUST_USE enum und_err und_reader_finish(struct und_reader *r, struct und_diag *diag);

#endif
