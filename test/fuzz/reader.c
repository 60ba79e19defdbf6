/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* reader.c: a stream in pieces of any size gives the lines that splitting it whole gives. Bytes 0 and 1: the longest line, the size of the pieces */
#include "fuzz.h"
#include "record/reader.h"

struct stream {
	const uint8_t *p;
	size_t n, at; /* where the next line must begin */
	uint64_t lines;
};

static enum und_err check_line(void *ctx, const struct und_line *line)
{
	struct stream *s = ctx;
	const uint8_t *lf = memchr(s->p + s->at, '\n', s->n - s->at);

	FUZZ_ASSERT(lf != NULL);
	FUZZ_ASSERT(line->offset == s->at && line->number == s->lines + 1);
	FUZZ_ASSERT(und_bytes_equal_var(line->bytes, und_bytes(s->p + s->at, (size_t)(lf - s->p) - s->at)));
	s->at = (size_t)(lf - s->p) + 1;
	s->lines++;
	return UND_OK;
}

/* Whether the line that begins at s->at is longer than max. */
static bool is_too_long(const struct stream *s, size_t max)
{
	return s->n - s->at > max && memchr(s->p + s->at, '\n', max + 1) == NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct stream s;
	struct und_reader r;
	struct und_diag diag = { 0 };
	enum und_err e = UND_OK;
	size_t max, piece;

	if (size < 3)
		return 0;
	max = data[0];
	piece = 1 + data[1];
	s = (struct stream){ .p = data + 2, .n = size - 2 };
	und_reader_init(&r, max, check_line, &s);
	for (size_t at = 0; at < s.n && e == UND_OK; at += piece)
		e = und_reader_feed(&r, und_bytes(s.p + at, s.n - at < piece ? s.n - at : piece), &diag);
	if (e == UND_OK)
		e = und_reader_finish(&r, &diag);
	if (e == UND_OK)
		FUZZ_ASSERT(s.at == s.n);
	else if (e == UND_ERR_TRUNCATED)
		FUZZ_ASSERT(s.at < s.n && memchr(s.p + s.at, '\n', s.n - s.at) == NULL && !is_too_long(&s, max));
	else
		FUZZ_ASSERT(e == UND_ERR_LIMIT && is_too_long(&s, max));
	FUZZ_ASSERT(e == UND_OK || diag.line == s.lines + 1);
	und_reader_clear(&r);
	return 0;
}
