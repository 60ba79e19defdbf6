/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* serve/pages_parts.h: what the parts of the pages share. For serve/pages*.c only */
#ifndef UND_SERVE_PAGES_PARTS_H
#define UND_SERVE_PAGES_PARTS_H

#include "page/view.h"
#include "serve/parts.h"

/* A page's variant: the language, and whether it was asked for by ?lang=. */
enum { PAGE_VARIANTS = 2 * UND_PAGE_LANGUAGES };

/* By the query, else by what the browser wants. */
unsigned pages_variant(const struct und_http_request *r);
struct und_page_frame pages_frame(const struct und_serve *s, unsigned variant, const char *path);
/* The head of an answer that is a page. */
struct und_http_response pages_response(unsigned status, unsigned variant);
/* Answers with the page, or with 503 where e says that it was not made; page is taken over. */
void pages_answer(struct und_http_request *r, unsigned status, unsigned variant, struct und_buf *page, enum und_err e);

void pages_post_answer(void *ctx, struct und_http_request *r);
void pages_post_sign(void *ctx, struct und_http_request *r);
void pages_post_enrol(void *ctx, struct und_http_request *r);

/* The guides: documents of the site (those of one guide: variants of a page, guide by guide), an answer with the one that is asked for, and a picture of one. */
enum und_err pages_make_guides(struct und_buf *out, struct und_serve *s, const struct und_serve_view *view, unsigned variant);
enum und_err pages_make_guide(struct und_buf *out, struct und_serve *s, const struct und_serve_view *view, unsigned variant);
void pages_answer_guide(struct und_serve *s, struct und_http_request *r, size_t document);
void pages_get_guide_picture(void *ctx, struct und_http_request *r);

#endif
