/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* pages.c: which page is where; what is made of letters is kept as documents */
#include "serve/pages.h"

#include <stdio.h>

#include "serve/pages_parts.h"

enum { FORM_MAX = 128 << 10, ANSWER_MAX = 2 << 20 /* a statement, as a form writes it */ };
enum document { DOC_LETTER, DOC_FEED, DOC_ROSTER, DOC_SIGN, DOC_ANSWER, DOC_PICTURE, DOC_PREVIEW, DOC_PRESS, DOC_PRINT, DOC_QR, DOC_SUMS, DOC_LIST, DOC_SAFE, DOC_CHECK, DOC_ENROL, DOC_GUIDES, DOC_GUIDE, DOCS };

/* ---- languages and frames ---- */

unsigned pages_variant(const struct und_http_request *r)
{
	enum und_page_language l;
	struct und_bytes text;

	if (und_http_query(&text, r, "lang") && und_page_language_of(&l, text))
		return UND_PAGE_LANGUAGES + l;
	return und_page_language_wanted(und_http_header(&text, r, UND_HTTP_ACCEPT_LANGUAGE) ? text : und_bytes(NULL, 0));
}

struct und_page_frame pages_frame(const struct und_serve *s, unsigned variant, const char *path)
{
	return (struct und_page_frame){ .language = (enum und_page_language)(variant % UND_PAGE_LANGUAGES), .language_asked = variant >= UND_PAGE_LANGUAGES, .path = und_cstr(path),
		                        .origin = und_cstr(s->options.address != NULL ? s->options.address : ""), .enrols = atomic_load(&s->enrols), .app_size = s->options.app.n };
}

struct und_http_response pages_response(unsigned status, unsigned variant)
{
	return (struct und_http_response){ .status = status, .type = UND_HTTP_HTML, .csp = UND_PAGE_CSP, .vary_language = variant < UND_PAGE_LANGUAGES,
		                           .language = und_page_language_tag((enum und_page_language)(variant % UND_PAGE_LANGUAGES)) };
}

void pages_answer(struct und_http_request *r, unsigned status, unsigned variant, struct und_buf *page, enum und_err e)
{
	struct und_http_response response = pages_response(status, variant);

	if (e != UND_OK) {
		und_buf_clear(page);
		und_http_answer_busy(r, 10);
		return;
	}
	response.body.kind = UND_HTTP_OWNED;
	response.body.buf = *page;
	und_http_answer(r, &response);
}

/* ---- documents of a letter ---- */

static void path_of(char out[256], const struct und_serve_view *view, const char *end)
{
	snprintf(out, 256, UND_PATH_LETTERS "%s%s", view->slug, end);
}

static enum und_err make_of_letter(struct und_buf *out, struct und_serve *s, const struct und_serve_view *view, unsigned variant,
                                   enum und_err (*make)(struct und_buf *out, const struct und_page_frame *f, const struct und_view_letter *v))
{
	struct und_view_letter v;
	struct und_page_frame f;
	struct und_arena arena;
	char path[256];
	enum und_err e;

	path_of(path, view, "");
	f = pages_frame(s, variant, path);
	und_arena_init(&arena);
	e = und_serve_letter_view(&v, &arena, view);
	if (e == UND_OK)
		e = make(out, &f, &v);
	und_arena_clear(&arena);
	return e;
}

static enum und_err make_letter(struct und_buf *out, struct und_serve *s, const struct und_serve_view *view, unsigned variant)
{
	return make_of_letter(out, s, view, variant, und_page_letter);
}

static enum und_err make_feed(struct und_buf *out, struct und_serve *s, const struct und_serve_view *view, unsigned variant)
{
	return make_of_letter(out, s, view, variant, und_page_feed);
}

static enum und_err make_roster(struct und_buf *out, struct und_serve *s, const struct und_serve_view *view, unsigned variant)
{
	struct und_view_roster v;
	struct und_page_frame f;
	struct und_arena arena;
	char path[256];
	enum und_err e;

	path_of(path, view, UND_PATH_ROSTER);
	f = pages_frame(s, variant, path);
	und_arena_init(&arena);
	e = und_serve_roster_view(&v, &arena, view);
	if (e == UND_OK)
		e = und_page_roster(out, &f, &v);
	und_arena_clear(&arena);
	return e;
}

/* One for each ring in which a key of the letter's roster may sign; of waves the whole letter serves. */
static enum und_err list_bundles(struct und_view_sign *v, struct und_arena *arena, const struct und_serve_view *view)
{
	const struct und_state *s = view->state;
	struct und_view_bundle *list = und_arena_alloc(arena, s->ring_count, sizeof *list);
	enum und_err e = UND_OK;

	if (list == NULL)
		return UND_ERR_MEMORY;
	for (size_t i = 0; e == UND_OK && i < s->ring_count; i++) {
		const struct und_state_ring *r = &s->rings[i];
		char path[256];

		if (memcmp(r->roster, s->rings[0].roster, UND_ID_SIZE) != 0 || und_letter_may_sign(view->l, r->roster, r->id) != UND_OK)
			continue;
		snprintf(path, sizeof path, "/api/v1/letters/%s/bundle?ring=%.*s", view->slug, (int)r->id.n, (const char *)r->id.p);
		list[v->bundle_count].name = r->name;
		e = und_arena_copy(&list[v->bundle_count++].path, arena, und_cstr(path));
	}
	v->bundles = list;
	return e;
}

static enum und_err make_sign(struct und_buf *out, struct und_serve *s, const struct und_serve_view *view, unsigned variant)
{
	struct und_view_sign v = { .slug = und_cstr(view->slug), .open = view->today <= view->state->closes, .closes = view->state->closes, .ends = view->state->record->rules.ends,
		                   .release = view->state->record->rules.release };
	struct und_page_frame f;
	struct und_arena arena;
	char path[256];
	enum und_err e;

	path_of(path, view, UND_PATH_SIGN);
	f = pages_frame(s, variant, path);
	und_arena_init(&arena);
	e = list_bundles(&v, &arena, view);
	if (e == UND_OK)
		e = und_page_sign(out, &f, &v);
	und_arena_clear(&arena);
	return e;
}

static enum und_err make_answer(struct und_buf *out, struct und_serve *s, const struct und_serve_view *view, unsigned variant)
{
	struct und_view_answer v = { .slug = und_cstr(view->slug) };
	struct und_page_frame f;
	char path[256];

	path_of(path, view, UND_PATH_ANSWER);
	f = pages_frame(s, variant, path);
	if (view->state->words != NULL)
		v.contact = view->state->words->contact;
	return und_page_answer(out, &f, &v);
}

static enum und_err make_crowd(struct und_buf *out, struct und_serve *s, const struct und_serve_view *view, unsigned variant)
{
	(void)s;
	(void)variant;
	return und_serve_crowd(out, view);
}

static enum und_err draw_picture(struct und_buf *out, struct und_bytes crowd)
{
	return und_serve_draw(out, crowd, UND_SERVE_SQUARE);
}

static enum und_err draw_preview(struct und_buf *out, struct und_bytes crowd)
{
	return und_serve_draw(out, crowd, UND_SERVE_PREVIEW);
}

static enum und_err draw_print(struct und_buf *out, struct und_bytes crowd)
{
	return und_serve_draw(out, crowd, UND_SERVE_PRINT);
}

/* ---- its press kit ---- */

static enum und_err make_press(struct und_buf *out, struct und_serve *s, const struct und_serve_view *view, unsigned variant)
{
	struct und_page_frame f;
	char path[256];

	path_of(path, view, UND_PATH_PRESS);
	f = pages_frame(s, variant, path);
	return und_serve_press(out, &f, view, UND_DAY_NONE, false); /* an embargo on what everybody can fetch would be none */
}

static enum und_err make_qr(struct und_buf *out, struct und_serve *s, const struct und_serve_view *view, unsigned variant)
{
	(void)s;
	(void)variant;
	return und_press_qr(out, und_cstr(view->slug), view->sha256);
}

static enum und_err make_sums(struct und_buf *out, struct und_serve *s, const struct und_serve_view *view, unsigned variant)
{
	(void)s;
	(void)variant;
	return und_press_sums(out, und_cstr(view->slug), view->sha256);
}

/* ---- documents of the site ---- */

struct listing {
	struct und_view_item *items;
	size_t count, cap;
	struct und_arena arena;
};

static enum und_err list_one(void *ctx, const struct und_serve_view *view)
{
	struct listing *l = ctx;
	const struct und_state *s = view->state;
	struct und_view_item item = { .signers = s->signers, .bodies = s->bodies, .closes = s->closes, .open = view->today <= s->closes };
	enum und_err e;

	/* the view ends with this call: copies */
	if ((e = und_arena_copy(&item.slug, &l->arena, und_cstr(view->slug))) != UND_OK)
		return e;
	if (s->words != NULL) {
		if ((e = und_arena_copy(&item.title, &l->arena, s->words->title)) != UND_OK)
			return e;
		if ((e = und_arena_copy(&item.language, &l->arena, s->words->language)) != UND_OK)
			return e;
		if (s->words->addressee_count > 0 && (e = und_arena_copy(&item.to, &l->arena, s->words->addressees[0].name)) != UND_OK)
			return e;
		item.to_more = s->words->addressee_count > 0 ? s->words->addressee_count - 1 : 0;
	}
	if ((e = und_grow(&l->items, &l->cap, l->count + 1, sizeof *l->items)) != UND_OK)
		return e;
	l->items[l->count++] = item;
	return UND_OK;
}

static enum und_err make_list(struct und_buf *out, struct und_serve *s, const struct und_serve_view *view, unsigned variant)
{
	const struct und_page_frame f = pages_frame(s, variant, UND_PATH_LIST);
	struct listing l = { .items = NULL };
	enum und_err e;

	(void)view;
	und_arena_init(&l.arena);
	e = und_serve_each(s, list_one, &l);
	if (e == UND_OK)
		e = und_page_list(out, &f, &(const struct und_view_list){ .items = l.items, .count = l.count });
	free(l.items);
	und_arena_clear(&l.arena);
	return e;
}

static enum und_err make_safe(struct und_buf *out, struct und_serve *s, const struct und_serve_view *view, unsigned variant)
{
	const struct und_page_frame f = pages_frame(s, variant, UND_PATH_SAFE);

	(void)view;
	return und_page_safe(out, &f);
}

static enum und_err make_check(struct und_buf *out, struct und_serve *s, const struct und_serve_view *view, unsigned variant)
{
	const struct und_page_frame f = pages_frame(s, variant, UND_PATH_CHECK);

	(void)view;
	return und_page_check(out, &f);
}

static enum und_err make_enrol(struct und_buf *out, struct und_serve *s, const struct und_serve_view *view, unsigned variant)
{
	const struct und_page_frame f = pages_frame(s, variant, UND_PATH_ENROL);

	(void)view;
	return und_page_enrol(out, &f, &(const struct und_view_enrol){ .fault = UND_OK });
}

static const struct und_serve_document documents[DOCS] = {
	[DOC_LETTER] = { make_letter, PAGE_VARIANTS, false, 0 },
	[DOC_FEED] = { make_feed, PAGE_VARIANTS, false, 0 },
	[DOC_ROSTER] = { make_roster, PAGE_VARIANTS, false, 0 },
	[DOC_SIGN] = { make_sign, PAGE_VARIANTS, false, 0 },
	[DOC_ANSWER] = { make_answer, PAGE_VARIANTS, false, 0 },
	[DOC_PICTURE] = { make_crowd, 1, false, 0, .finish = draw_picture },
	[DOC_PREVIEW] = { make_crowd, 1, false, 0, .finish = draw_preview },
	[DOC_PRESS] = { make_press, PAGE_VARIANTS, false, 0, .hashed = true },
	[DOC_PRINT] = { make_crowd, 1, false, 0, .finish = draw_print },
	[DOC_QR] = { make_qr, 1, false, 0, .hashed = true },
	[DOC_SUMS] = { make_sums, 1, false, 0, .hashed = true },
	[DOC_LIST] = { make_list, PAGE_VARIANTS, true, 0 },
	[DOC_SAFE] = { make_safe, PAGE_VARIANTS, true, 0 },
	[DOC_CHECK] = { make_check, PAGE_VARIANTS, true, 0 },
	[DOC_ENROL] = { make_enrol, PAGE_VARIANTS, true, 0 },
	[DOC_GUIDES] = { pages_make_guides, PAGE_VARIANTS, true, 0 },
	[DOC_GUIDE] = { pages_make_guide, UND_GUIDES_MAX * PAGE_VARIANTS, true, 0 },
};

/* ---- routes ---- */

static void answer(struct und_serve *s, struct und_http_request *r, struct und_bytes slug, enum document d)
{
	const unsigned variant = pages_variant(r);
	struct und_http_response response = pages_response(200, variant);

	response.cache = UND_HTTP_REVALIDATE;
	und_serve_answer_document(s, r, slug, d, variant, &response);
}

#define OF_LETTER(name, document)                                                                                      \
	static void name(void *ctx, struct und_http_request *r)                                                        \
	{                                                                                                              \
		answer(ctx, r, und_http_param(r, 0), document);                                                        \
	}
#define OF_SITE(name, document)                                                                                        \
	static void name(void *ctx, struct und_http_request *r)                                                        \
	{                                                                                                              \
		answer(ctx, r, und_bytes(NULL, 0), document);                                                          \
	}
OF_LETTER(get_letter, DOC_LETTER)
OF_LETTER(get_roster, DOC_ROSTER)
OF_LETTER(get_sign, DOC_SIGN)
OF_LETTER(get_answer, DOC_ANSWER)
OF_LETTER(get_press, DOC_PRESS)
OF_SITE(get_list, DOC_LIST)
OF_SITE(get_safe, DOC_SAFE)
OF_SITE(get_check, DOC_CHECK)
OF_SITE(get_enrol, DOC_ENROL)
OF_SITE(get_guides, DOC_GUIDES)

static void get_guide(void *ctx, struct und_http_request *r)
{
	pages_answer_guide(ctx, r, DOC_GUIDE);
}

static void get_feed(void *ctx, struct und_http_request *r)
{
	const unsigned variant = pages_variant(r);
	struct und_http_response response = pages_response(200, variant);

	response.type = UND_HTTP_ATOM;
	response.cache = UND_HTTP_REVALIDATE;
	und_serve_answer_document(ctx, r, und_http_param(r, 0), DOC_FEED, variant, &response);
}

static void answer_file(struct und_serve *s, struct und_http_request *r, enum document d, enum und_http_type type)
{
	const struct und_http_response response = { .status = 200, .type = type, .cache = UND_HTTP_REVALIDATE };

	und_serve_answer_document(s, r, und_http_param(r, 0), d, 0, &response);
}

static void get_picture(void *ctx, struct und_http_request *r)
{
	answer_file(ctx, r, DOC_PICTURE, UND_HTTP_PNG);
}

static void get_preview(void *ctx, struct und_http_request *r)
{
	answer_file(ctx, r, DOC_PREVIEW, UND_HTTP_PNG);
}

static void get_print(void *ctx, struct und_http_request *r)
{
	answer_file(ctx, r, DOC_PRINT, UND_HTTP_PNG);
}

static void get_qr(void *ctx, struct und_http_request *r)
{
	answer_file(ctx, r, DOC_QR, UND_HTTP_PNG);
}

static void get_sums(void *ctx, struct und_http_request *r)
{
	answer_file(ctx, r, DOC_SUMS, UND_HTTP_TEXT);
}

static void get_style(void *ctx, struct und_http_request *r)
{
	struct und_http_response response = { .status = 200, .type = UND_HTTP_CSS, .cache = UND_HTTP_IMMUTABLE };

	(void)ctx;
	response.body.kind = UND_HTTP_STATIC;
	response.body.bytes = und_page_style;
	und_http_answer(r, &response);
}

static void get_app(void *ctx, struct und_http_request *r)
{
	const struct und_serve *s = ctx;
	struct und_http_response response = { .status = 200, .type = UND_HTTP_HTML, .cache = UND_HTTP_REVALIDATE, .csp = s->options.app_policy };

	if (s->options.app.n == 0) {
		und_http_answer_fault(r, 404);
		return;
	}
	response.body.kind = UND_HTTP_STATIC;
	response.body.bytes = s->options.app;
	und_http_answer(r, &response);
}

static const char *const form_types[] = { "multipart/form-data", "application/x-www-form-urlencoded", NULL };

#define GET(path, h) { .method = UND_HTTP_GET, .pattern = path, .handle = h }
#define POST(path, h) { .method = UND_HTTP_POST, .pattern = path, .handle = h, .body_max = FORM_MAX, .types = form_types }

static const struct und_http_route routes[] = {
	GET(UND_PATH_LIST, get_list),
	GET(UND_PATH_SAFE, get_safe),
	GET(UND_PATH_CHECK, get_check),
	GET(UND_PATH_ENROL, get_enrol),
	GET(UND_PATH_GUIDES, get_guides),
	GET(UND_PATH_GUIDES "/:guide", get_guide),
	GET(UND_PATH_GUIDES "/:picture.png", pages_get_guide_picture),
	POST(UND_PATH_ENROL, pages_post_enrol),
	GET(UND_PATH_APP, get_app),
	GET(und_page_style_path, get_style),
	GET(UND_PATH_LETTERS ":slug", get_letter),
	GET(UND_PATH_LETTERS ":slug" UND_SUFFIX_FEED, get_feed),
	GET(UND_PATH_LETTERS ":slug" UND_PATH_ROSTER, get_roster),
	GET(UND_PATH_LETTERS ":slug" UND_PATH_SIGN, get_sign),
	POST(UND_PATH_LETTERS ":slug" UND_PATH_SIGN, pages_post_sign),
	GET(UND_PATH_LETTERS ":slug" UND_PATH_ANSWER, get_answer),
	{ .method = UND_HTTP_POST, .pattern = UND_PATH_LETTERS ":slug" UND_PATH_ANSWER, .handle = pages_post_answer, .body_max = ANSWER_MAX, .types = form_types },
	GET(UND_PATH_LETTERS ":slug" UND_PATH_PICTURE, get_picture),
	GET(UND_PATH_LETTERS ":slug" UND_PATH_PREVIEW, get_preview),
	GET(UND_PATH_LETTERS ":slug" UND_PATH_PRESS, get_press),
	GET(UND_PATH_LETTERS ":slug/" UND_PRESS_PICTURE, get_print),
	GET(UND_PATH_LETTERS ":slug/" UND_PRESS_QR, get_qr),
	GET(UND_PATH_LETTERS ":slug/" UND_PRESS_SUMS, get_sums),
};

/* ---- errors ---- */

static void fault(void *ctx, struct und_http_response *out, unsigned status, struct und_bytes language)
{
	const enum und_page_language l = und_page_language_wanted(language);
	const struct und_page_frame f = { .language = l };
	struct und_buf *page = &out->body.buf;

	(void)ctx;
	out->type = UND_HTTP_HTML;
	out->csp = UND_PAGE_CSP;
	out->language = und_page_language_tag(l);
	und_buf_init(page, 1 << 16);
	if (und_page_fault(page, &f, status) == UND_OK) {
		out->body.kind = UND_HTTP_OWNED;
		return;
	}
	und_buf_clear(page);
	out->type = UND_HTTP_TEXT;
	out->body.kind = UND_HTTP_STATIC;
	out->body.bytes = und_cstr("503\n");
}

/* ---- the one HTML file ---- */

/* Its own policy, from its own head: what it says of itself the server says too. */
static enum und_err find_policy(char out[UND_SERVE_POLICY_MAX + 1], struct und_bytes app)
{
	static const char before[] = "<meta http-equiv=\"Content-Security-Policy\" content=\"";
	const uint8_t *at = memmem(app.p, app.n, before, sizeof before - 1), *end;
	size_t n;

	if (at == NULL)
		return UND_ERR_TEXT;
	at += sizeof before - 1;
	end = memchr(at, '"', app.n - (size_t)(at - app.p));
	if (end == NULL || (n = (size_t)(end - at)) > UND_SERVE_POLICY_MAX)
		return UND_ERR_TEXT;
	for (size_t i = 0; i < n; i++)
		if (at[i] < ' ' || at[i] > '~' || at[i] == '&')
			return UND_ERR_TEXT;
	memcpy(out, at, n);
	out[n] = '\0';
	return UND_OK;
}

enum und_err und_serve_pages(struct und_serve_options *options, struct und_bytes app)
{
	char policy[UND_SERVE_POLICY_MAX + 1] = "";
	enum und_err e;

	if (app.n > 0 && (e = find_policy(policy, app)) != UND_OK)
		return e;
	memcpy(options->app_policy, policy, sizeof policy);
	options->app = app;
	options->routes = routes;
	options->route_count = UND_COUNT_OF(routes);
	options->documents = documents;
	options->document_count = DOCS;
	options->fault = fault;
	return UND_OK;
}
