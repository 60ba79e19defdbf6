/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* reader.c: lines out of a stream */
#include "record/reader.h"

enum {
	HELD_KEPT = 1 << 20 /* a buffer larger than this is given back when its line is done */
};

void und_reader_init(struct und_reader *r, size_t max, und_line_fn *line, void *ctx)
{
	*r = (struct und_reader){ .line = line, .ctx = ctx, .err = UND_OK };
	und_buf_init(&r->held, max);
}

void und_reader_clear(struct und_reader *r)
{
	und_buf_clear(&r->held);
}

/* Stops the reader at the line that is being read. */
static enum und_err stop(struct und_reader *r, enum und_err e, struct und_diag *diag)
{
	r->err = e;
	if (diag != NULL)
		diag->line = r->lines + 1;
	return e;
}

static enum und_err hold(struct und_reader *r, struct und_bytes part)
{
	und_buf_add_bytes(&r->held, part);
	return r->held.err;
}

/* part is the rest of a line: hands the line out, from where it stands if it is whole there. */
static enum und_err complete(struct und_reader *r, struct und_bytes part)
{
	struct und_line line = { .bytes = part, .number = r->lines + 1, .offset = r->offset };
	enum und_err e;

	if (r->held.n != 0) {
		e = hold(r, part);
		if (e != UND_OK)
			return e;
		line.bytes = und_buf_bytes(&r->held);
	} else if (part.n > r->held.max) {
		return UND_ERR_LIMIT;
	}
	e = r->line(r->ctx, &line);
	if (e != UND_OK)
		return e;
	r->lines++;
	r->offset += line.bytes.n + 1;
	if (r->held.cap > HELD_KEPT)
		und_buf_clear(&r->held);
	else
		und_buf_reset(&r->held);
	return UND_OK;
}

enum und_err und_reader_feed(struct und_reader *r, struct und_bytes chunk, struct und_diag *diag)
{
	const uint8_t *p = chunk.p, *lf;
	size_t left = chunk.n;
	enum und_err e;

	if (r->err != UND_OK)
		return stop(r, r->err, diag);
	while (left > 0) {
		lf = memchr(p, '\n', left);
		if (lf == NULL) {
			e = hold(r, und_bytes(p, left));
			return e == UND_OK ? UND_OK : stop(r, e, diag);
		}
		e = complete(r, und_bytes(p, (size_t)(lf - p)));
		if (e != UND_OK)
			return stop(r, e, diag);
		left -= (size_t)(lf - p) + 1;
		p = lf + 1;
	}
	return UND_OK;
}

enum und_err und_reader_finish(struct und_reader *r, struct und_diag *diag)
{
	if (r->err != UND_OK)
		return stop(r, r->err, diag);
	return r->held.n == 0 ? UND_OK : stop(r, UND_ERR_TRUNCATED, diag);
}
