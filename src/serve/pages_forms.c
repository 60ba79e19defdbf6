/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* pages_forms.c: lines that people hand in by hand, without JavaScript: pasted, or as a file */
#include "serve/pages_parts.h"

#include <stdio.h>

#include "base/hash.h"
#include "http/form.h"

/* One form on its way: read on the pool for pages, judged by the pool of judges, answered from wherever that ends. */
struct handed {
	struct und_serve *serve;
	struct und_http_request *request;
	unsigned variant;
	struct und_form form;
	bool decoded;
	struct und_bytes line, code;
	struct und_view_sign sign;         /* of a letter */
	char slug[UND_STORE_SLUG_MAX + 1];
	char key[UND_SHORT_ID_SIZE];       /* of an enrolment, as its series */
	char series[UND_ID_TEXT_MAX + 1];
};

static void free_handed(struct handed *h)
{
	if (h->decoded)
		und_form_clear(&h->form);
	free(h);
}

/* ---- reading the form ---- */

static struct und_bytes trimmed(struct und_bytes s)
{
	while (s.n > 0 && (s.p[0] == ' ' || s.p[0] == '\t' || s.p[0] == '\r' || s.p[0] == '\n'))
		s = und_bytes(s.p + 1, s.n - 1);
	while (s.n > 0 && (s.p[s.n - 1] == ' ' || s.p[s.n - 1] == '\t' || s.p[s.n - 1] == '\r' || s.p[s.n - 1] == '\n'))
		s.n--;
	return s;
}

/* A file counts before what is in the field: who chose one wanted it. */
static enum und_err read_form(struct handed *h)
{
	static const char key_file[] = "undersigned key";
	struct und_bytes type, file;
	enum und_err e;

	if (!und_http_header(&type, h->request, UND_HTTP_CONTENT_TYPE))
		return UND_ERR_FORM;
	if ((e = und_form_decode(&h->form, type, und_http_body(h->request), NULL)) != UND_OK)
		return e;
	h->decoded = true;
	if (!und_form_text(&h->code, &h->form, "code"))
		h->code = und_bytes(NULL, 0);
	if (!und_form_text(&h->line, &h->form, "line"))
		h->line = und_bytes(NULL, 0);
	if (und_form_file(&file, &h->form, "file"))
		h->line = file;
	h->line = trimmed(h->line);
	if (h->line.n == 0)
		return UND_ERR_TEXT_LENGTH;
	if (h->line.n >= sizeof key_file - 1 && memcmp(h->line.p, key_file, sizeof key_file - 1) == 0) {
		h->line = und_bytes(NULL, 0); /* never shown again */
		return UND_ERR_KEY_FILE;
	}
	return UND_OK;
}

/* A file may hold any bytes: only text comes back for mending. */
static struct und_bytes shown(struct und_bytes line)
{
	for (size_t i = 0; i < line.n; i++)
		if (line.p[i] < ' ' || line.p[i] > '~')
			return und_bytes(NULL, 0);
	return line;
}

static struct handed *start(struct und_serve *s, struct und_http_request *r, void (*job)(void *arg))
{
	struct handed *h = und_alloc(1, sizeof *h);

	if (h != NULL) {
		h->serve = s;
		h->request = r;
		h->variant = pages_variant(r);
		if (und_serve_later(s, job, h) == UND_OK)
			return h;
		free(h);
	}
	und_http_answer_busy(r, 10);
	return NULL;
}

/* ---- acts of members ---- */

/* The same page whatever became of it, when it was taken. */
static void answer_sign(struct handed *h, unsigned status, enum und_err fault)
{
	struct und_buf page;
	struct und_page_frame f;
	char path[256];
	enum und_err e;

	snprintf(path, sizeof path, UND_PATH_LETTERS "%s" UND_PATH_SIGN, h->slug);
	f = pages_frame(h->serve, h->variant, path);
	und_buf_init_secret(&page, 1 << 20); /* what was sent may be in it */
	h->sign.slug = und_cstr(h->slug);
	h->sign.fault = fault;
	h->sign.line = shown(h->line);
	e = fault == UND_OK ? und_page_taken(&page, &f, und_cstr(h->slug)) : und_page_sign(&page, &f, &h->sign);
	pages_answer(h->request, status, h->variant, &page, e);
	free_handed(h);
}

static void on_submitted(void *ctx, struct und_serve_result *result)
{
	answer_sign(ctx, result->status, result->status == 202 ? UND_OK : result->why);
}

static enum und_err read_days(void *ctx, const struct und_serve_view *view)
{
	struct handed *h = ctx;

	h->sign = (struct und_view_sign){ .open = view->today <= view->state->closes, .closes = view->state->closes, .ends = view->state->record->rules.ends,
		                          .release = view->state->record->rules.release };
	return UND_OK;
}

/* The letter that the address names: its name and days. false: there is none; that is answered, and h is gone. */
static bool find_letter(struct handed *h)
{
	const struct und_bytes slug = und_http_param(h->request, 0);
	enum und_err e = slug.n > UND_STORE_SLUG_MAX ? UND_ERR_LETTER_UNKNOWN : und_serve_with(h->serve, slug, read_days, h);

	if (e == UND_OK) {
		memcpy(h->slug, slug.p, slug.n);
		return true;
	}
	if (e == UND_ERR_LETTER_UNKNOWN)
		und_http_answer_fault(h->request, 404);
	else
		und_http_answer_busy(h->request, 10);
	free_handed(h);
	return false;
}

static void submit(void *arg)
{
	struct handed *h = arg;
	enum und_err e;

	if (!find_letter(h))
		return;
	if ((e = read_form(h)) != UND_OK)
		answer_sign(h, e == UND_ERR_MEMORY ? 503 : 400, e);
	else
		und_serve_submit(h->serve, und_cstr(h->slug), h->line, on_submitted, h);
}

void pages_post_sign(void *ctx, struct und_http_request *r)
{
	(void)start(ctx, r, submit);
}

/* ---- statements of parties: they wait for nothing, and are no secret ---- */

static void answer_party(struct handed *h, unsigned status, enum und_err fault)
{
	struct und_view_answer v = { .slug = und_cstr(h->slug), .fault = fault, .line = shown(h->line) };
	struct und_buf page;
	struct und_page_frame f;
	char path[256];
	enum und_err e;

	snprintf(path, sizeof path, UND_PATH_LETTERS "%s" UND_PATH_ANSWER, h->slug);
	f = pages_frame(h->serve, h->variant, path);
	und_buf_init_secret(&page, 8 << 20); /* what was sent may be in it, escaped */
	e = fault == UND_OK ? und_page_answered(&page, &f, und_cstr(h->slug)) : und_page_answer(&page, &f, &v);
	pages_answer(h->request, status, h->variant, &page, e);
	free_handed(h);
}

static void on_stated(void *ctx, struct und_serve_result *result)
{
	answer_party(ctx, result->status, result->status == 200 ? UND_OK : result->why);
}

/* One statement, and nothing else that could be handed in as a record: who has more has the command. */
static enum und_err read_statement(struct handed *h)
{
	struct und_record r;
	enum und_err e = read_form(h);

	if (e != UND_OK)
		return e;
	und_record_init(&r);
	e = und_record_decode(&r, h->line, NULL);
	if (e == UND_OK && r.type != UND_TYPE_STATEMENT)
		e = UND_ERR_TYPE;
	und_record_clear(&r);
	return e;
}

static void state(void *arg)
{
	struct handed *h = arg;
	enum und_err e;

	if (!find_letter(h))
		return;
	if ((e = read_statement(h)) != UND_OK)
		answer_party(h, e == UND_ERR_MEMORY ? 503 : 400, e);
	else
		und_serve_push(h->serve, und_cstr(h->slug), h->line, on_stated, h);
}

void pages_post_answer(void *ctx, struct und_http_request *r)
{
	(void)start(ctx, r, state);
}

/* ---- enrolments ---- */

/* "groups 2 4" or "swapped 2 4": the first of them; 0: not known. */
static unsigned group_of(const struct und_diag *diag)
{
	const char *blank = strchr(diag->member, ' ');

	return blank != NULL && blank[1] >= '1' && blank[1] <= '9' ? (unsigned)(blank[1] - '0') : 0;
}

static void answer_enrol(struct handed *h, unsigned status, enum und_err fault, unsigned group)
{
	const struct und_page_frame f = pages_frame(h->serve, h->variant, UND_PATH_ENROL);
	const struct und_view_enrol v = { .fault = fault, .group = group, .code = h->code, .line = shown(h->line) };
	struct und_buf page;
	enum und_err e;

	und_buf_init_secret(&page, 1 << 20); /* the code is in it */
	e = fault == UND_OK ? und_page_enrolled(&page, &f, und_cstr(h->key)) : und_page_enrol(&page, &f, &v);
	pages_answer(h->request, status, h->variant, &page, e);
	free_handed(h);
}

static void on_enrolled(void *ctx, struct und_serve_result *result)
{
	answer_enrol(ctx, result->status, result->status == 202 ? UND_OK : result->why, result->why == UND_ERR_CARD_CHECK ? group_of(&result->diag) : 0);
}

/* The series stands in the line itself: a card is of one series, and fits no other. */
static enum und_err read_enrolment(struct handed *h)
{
	struct und_record r;
	enum und_err e;

	und_record_init(&r);
	e = und_record_decode(&r, h->line, NULL);
	if (e == UND_OK && r.type != UND_TYPE_ENROLMENT)
		e = UND_ERR_TYPE;
	if (e == UND_OK) {
		memcpy(h->series, r.u.enrolment.series.p, r.u.enrolment.series.n);
		und_short_id(h->key, r.u.enrolment.keys[0].key);
	}
	und_record_clear(&r);
	return e;
}

static void enrol(void *arg)
{
	struct handed *h = arg;
	enum und_err e = read_form(h);

	if (e == UND_OK)
		e = read_enrolment(h);
	if (e != UND_OK)
		answer_enrol(h, e == UND_ERR_MEMORY ? 503 : 400, e, 0);
	else
		und_serve_enrol(h->serve, und_cstr(h->series), h->code, h->line, on_enrolled, h);
}

void pages_post_enrol(void *ctx, struct und_http_request *r)
{
	(void)start(ctx, r, enrol);
}
