/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* pages_guides.c: the guides and their pictures, which are the same on every server of this version */
#include "page/guide.h"

#include <stdio.h>

#include "serve/pages_parts.h"

enum und_err pages_make_guides(struct und_buf *out, struct und_serve *s, const struct und_serve_view *view, unsigned variant)
{
	const struct und_page_frame f = pages_frame(s, variant, UND_PATH_GUIDES);

	(void)view;
	return und_page_guides(out, &f);
}

enum und_err pages_make_guide(struct und_buf *out, struct und_serve *s, const struct und_serve_view *view, unsigned variant)
{
	const size_t guide = variant / PAGE_VARIANTS;
	struct und_page_frame f;
	char path[256];

	(void)view;
	snprintf(path, sizeof path, UND_PATH_GUIDES "/%.*s", (int)und_guides[guide].name.n, (const char *)und_guides[guide].name.p);
	f = pages_frame(s, variant % PAGE_VARIANTS, path);
	return und_page_guide(out, &f, guide);
}

void pages_answer_guide(struct und_serve *s, struct und_http_request *r, size_t document)
{
	const size_t guide = und_guide_find(und_http_param(r, 0));
	const unsigned variant = pages_variant(r);
	struct und_http_response response = pages_response(200, variant);

	if (guide == und_guide_count) {
		und_http_answer_fault(r, 404);
		return;
	}
	response.cache = UND_HTTP_REVALIDATE;
	und_serve_answer_document(s, r, und_bytes(NULL, 0), document, (unsigned)guide * PAGE_VARIANTS + variant, &response);
}

void pages_get_guide_picture(void *ctx, struct und_http_request *r)
{
	const struct und_guide_picture *picture = und_guide_picture_find(und_http_param(r, 0));
	struct und_http_response response = { .status = 200, .type = UND_HTTP_PNG, .cache = UND_HTTP_IMMUTABLE };

	(void)ctx;
	if (picture == NULL) {
		und_http_answer_fault(r, 404);
		return;
	}
	response.body.kind = UND_HTTP_STATIC;
	response.body.bytes = picture->png;
	und_http_answer(r, &response);
}
