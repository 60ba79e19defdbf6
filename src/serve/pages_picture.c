/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* pages_picture.c: how many signed in each ring, and the picture of it */
#include <stdlib.h>

#include "page/picture.h"
#include "serve/pages.h"

enum und_err und_serve_crowd(struct und_buf *out, const struct und_serve_view *view)
{
	for (size_t i = 0; i < view->state->ring_count; i++)
		und_buf_add(out, &view->state->rings[i].signers, sizeof view->state->rings[i].signers);
	return out->err;
}

enum und_err und_serve_draw(struct und_buf *out, struct und_bytes crowd, enum und_serve_picture picture)
{
	const size_t count = crowd.n / sizeof(uint64_t);
	uint64_t *groups = und_alloc(count, sizeof *groups);
	enum und_err e;

	if (groups == NULL)
		return UND_ERR_MEMORY;
	memcpy(groups, crowd.p, crowd.n);
	e = picture == UND_SERVE_PRINT ? und_picture_print(out, groups, count) : und_picture_png(out, groups, count, picture == UND_SERVE_SQUARE);
	free(groups);
	return e;
}

enum und_err und_serve_picture(struct und_buf *out, const struct und_serve_view *view, enum und_serve_picture picture)
{
	struct und_buf crowd;
	enum und_err e;

	und_buf_init(&crowd, SIZE_MAX);
	e = und_serve_crowd(&crowd, view);
	if (e == UND_OK)
		e = und_serve_draw(out, und_buf_bytes(&crowd), picture);
	und_buf_clear(&crowd);
	return e;
}
