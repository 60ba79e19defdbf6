/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cli/lines.h: files as lists of lines, for verbs that write a file anew or collect loose records */
#ifndef UND_CLI_LINES_H
#define UND_CLI_LINES_H

#include "record/record.h"

/* Letters larger than this (no real one is) are refused by the verbs that need the whole file at once; `verify` and the acts stream. */
#define CLI_FILE_MAX ((size_t)1 << 32)

/* Takes the next line, without its LF, off *rest. False at the end. A last line without LF counts. */
static inline bool cli_next_line(struct und_bytes *line, struct und_bytes *rest)
{
	const uint8_t *lf;

	if (rest->n == 0)
		return false;
	lf = memchr(rest->p, '\n', rest->n);
	*line = und_bytes(rest->p, lf == NULL ? rest->n : (size_t)(lf - rest->p));
	*rest = und_bytes(rest->p + line->n + (lf != NULL), rest->n - line->n - (lf != NULL));
	return true;
}

/* The line of a record and LF, appended. */
UND_MUST_USE static inline enum und_err cli_add_line(struct und_buf *out, const struct und_record *r)
{
	enum und_err e = und_record_encode(out, r);

	und_buf_add_u8(out, '\n');
	return e != UND_OK ? e : out->err;
}

#endif
