/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* routes.c: the interface for programs: what is read from a request, and how results are said (spec/server.md, doc/openapi.json) */
#include <stdio.h>

#include "base/json.h"
#include "letter/state_json.h"
#include "serve/parts.h"

enum {
	SUBMISSION_MAX = 64 << 10,
	ENROLMENT_MAX = 80 << 10,
	RECORDS_MAX = 48 << 20, /* rosters with their keys */
	CARDS_MAX = 16 << 20,
	REQUEST_MAX = 64 << 10
};

/* ---- saying ---- */

/* "Missing 20 signers, 2 bodies." */
static void put_missing(struct und_buf *out, const struct und_serve_result *result)
{
	if (out->n != 0)
		und_buf_add_u8(out, ' ');
	und_buf_add_str(out, "Missing ");
	und_buf_add_decimal(out, result->missing_signers);
	und_buf_add_str(out, " signers, ");
	und_buf_add_decimal(out, result->missing_bodies);
	und_buf_add_str(out, " bodies.");
}

/* "Line 2, member proof." */
static void put_place(struct und_buf *out, const struct und_diag *diag)
{
	if (diag->line != 0) {
		und_buf_add_str(out, "Line ");
		und_buf_add_decimal(out, diag->line);
	}
	if (diag->member[0] != '\0') {
		und_buf_add_str(out, diag->line != 0 ? ", member " : "Member ");
		und_buf_add_str(out, diag->member);
	}
	if (out->n != 0)
		und_buf_add_u8(out, '.');
}

static const char *title_of(const struct und_serve_result *result)
{
	if (result->why == UND_ERR_STOPPED)
		return "too much waits, or the server is about to stop: try again";
	return und_err_text(result->why);
}

static void answer_problem(struct und_http_request *r, const struct und_serve_result *result)
{
	struct und_buf detail;

	und_buf_init(&detail, 256);
	put_place(&detail, &result->diag);
	if (result->why == UND_ERR_THRESHOLDS)
		put_missing(&detail, result);
	und_buf_add_u8(&detail, '\0');
	und_http_answer_problem(r, result->status, result->name, title_of(result), detail.err == UND_OK && detail.n > 1 ? (const char *)detail.p : NULL,
	                        result->retry_after);
	und_buf_clear(&detail);
}

static void answer_static(struct und_http_request *r, unsigned status, enum und_http_type type, const char *text)
{
	struct und_http_response response = { .status = status, .type = type };

	response.body.kind = UND_HTTP_STATIC;
	response.body.bytes = und_cstr(text);
	und_http_answer(r, &response);
}

/* The same bytes, whatever became of it. */
static void on_kept(void *ctx, struct und_serve_result *result)
{
	if (result->status == 202)
		answer_static(ctx, 202, UND_HTTP_JSON, "{\"kept\":true}\n");
	else
		answer_problem(ctx, result);
}

static void answer_counts(struct und_http_request *r, const struct und_serve_result *result, bool cards)
{
	struct und_http_response response = { .status = result->status, .type = UND_HTTP_JSON };
	struct und_buf *out = &response.body.buf;
	struct und_json j;

	response.body.kind = UND_HTTP_OWNED;
	und_buf_init(out, 4096);
	und_json_init(&j, out);
	und_json_open_object(&j);
	und_member_number(&j, "added", result->added);
	und_member_number(&j, "known", result->known);
	if (cards)
		und_member_number(&j, "refused", result->refused);
	und_json_close_object(&j);
	und_buf_add_u8(out, '\n');
	und_http_answer(r, &response);
}

static void on_pushed(void *ctx, struct und_serve_result *result)
{
	if (result->status == 200)
		answer_counts(ctx, result, false);
	else
		answer_problem(ctx, result);
}

static void on_told(void *ctx, struct und_serve_result *result)
{
	if (result->status == 200)
		answer_counts(ctx, result, true);
	else
		answer_problem(ctx, result);
}

static void on_collected(void *ctx, struct und_serve_result *result)
{
	struct und_http_response response = { .status = 200, .type = UND_HTTP_LETTER };

	if (result->status != 200) {
		answer_problem(ctx, result);
		return;
	}
	response.body.kind = UND_HTTP_OWNED;
	response.body.buf = result->body;
	und_http_answer(ctx, &response);
}

static void on_created(void *ctx, struct und_serve_result *result)
{
	struct und_http_response response = { .status = 201, .type = UND_HTTP_JSON };
	char location[128];
	struct und_bytes slug;

	if (result->status != 201) {
		answer_problem(ctx, result);
		return;
	}
	und_bug_if(!und_http_query(&slug, ctx, "slug"));
	snprintf(location, sizeof location, "/api/v1/letters/%.*s", (int)slug.n, (const char *)slug.p); /* checked: a-z 0-9 - */
	response.location = location;
	response.body.kind = UND_HTTP_STATIC;
	response.body.bytes = und_cstr("{\"created\":true}\n");
	und_http_answer(ctx, &response);
}

static void on_dropped(void *ctx, struct und_serve_result *result)
{
	if (result->status == 200)
		answer_static(ctx, 200, UND_HTTP_JSON, "{\"dropped\":true}\n");
	else
		answer_problem(ctx, result);
}

/* ---- reading ---- */

static void get_health(void *ctx, struct und_http_request *r)
{
	(void)ctx;
	answer_static(r, 200, UND_HTTP_TEXT, "ok\n");
}

static void put_counter(struct und_buf *out, const char *name, uint64_t v)
{
	und_buf_add_str(out, name);
	und_buf_add_u8(out, ' ');
	und_buf_add_decimal(out, v);
	und_buf_add_u8(out, '\n');
}

static void get_counters(void *ctx, struct und_http_request *r)
{
	struct und_http_response response = { .status = 200, .type = UND_HTTP_TEXT };
	struct und_serve *s = ctx;
	struct und_buf *out = &response.body.buf;
	struct serve_told told;

	pthread_mutex_lock(&s->tick_lock);
	told = s->told;
	pthread_mutex_unlock(&s->tick_lock);
	response.body.kind = UND_HTTP_OWNED;
	und_buf_init(out, 8192);
	put_counter(out, "open", told.http.open);
#define UND_HTTP_COUNTER(name, text) put_counter(out, #name, told.http.name);
	UND_HTTP_COUNTERS(UND_HTTP_COUNTER)
#undef UND_HTTP_COUNTER
#define UND_SERVE_COUNTER(name, text) put_counter(out, "letters_" #name, told.name);
	UND_SERVE_COUNTERS(UND_SERVE_COUNTER)
#undef UND_SERVE_COUNTER
	und_http_answer(r, &response);
}

static void get_list(void *ctx, struct und_http_request *r)
{
	const struct und_http_response response = { .status = 200, .type = UND_HTTP_JSON, .cache = UND_HTTP_REVALIDATE };

	serve_answer_own(ctx, r, und_bytes(NULL, 0), SERVE_LIST, &response);
}

static void get_state(void *ctx, struct und_http_request *r)
{
	const struct und_http_response response = { .status = 200, .type = UND_HTTP_JSON, .cache = UND_HTTP_REVALIDATE };

	serve_answer_own(ctx, r, und_http_param(r, 0), SERVE_STATE, &response);
}

static void get_file(void *ctx, struct und_http_request *r)
{
	struct serve_letter *h = serve_find(ctx, und_http_param(r, 0));

	if (h == NULL)
		und_http_answer_fault(r, 404);
	else
		serve_answer_file(r, h);
}

static void get_bundle(void *ctx, struct und_http_request *r)
{
	struct serve_letter *h = serve_find(ctx, und_http_param(r, 0));
	struct und_bytes ring, text;
	uint8_t roster[UND_ID_SIZE];
	bool has_roster;

	if (h == NULL) {
		und_http_answer_fault(r, 404);
		return;
	}
	has_roster = und_http_query(&text, r, "roster");
	if (!und_http_query(&ring, r, "ring") || (has_roster && und_base64_decode(roster, sizeof roster, text) != UND_OK)) {
		und_http_answer_fault(r, 400);
		return;
	}
	serve_answer_bundle(r, h, ring, has_roster ? roster : NULL);
}

/* ---- taking ---- */

static void post_submission(void *ctx, struct und_http_request *r)
{
	und_serve_submit(ctx, und_http_param(r, 0), und_http_body(r), on_kept, r);
}

static void post_records(void *ctx, struct und_http_request *r)
{
	und_serve_push(ctx, und_http_param(r, 0), und_http_body(r), on_pushed, r);
}

static void post_drop(void *ctx, struct und_http_request *r)
{
	und_serve_drop(ctx, und_http_param(r, 0), und_http_body(r), on_dropped, r);
}

static void post_letter(void *ctx, struct und_http_request *r)
{
	struct und_bytes slug;

	if (und_http_query(&slug, r, "slug"))
		und_serve_create(ctx, slug, und_http_body(r), on_created, r);
	else
		und_http_answer_fault(r, 400);
}

static void post_cards(void *ctx, struct und_http_request *r)
{
	und_serve_cards(ctx, und_http_param(r, 0), und_http_body(r), on_told, r);
}

static void post_collection(void *ctx, struct und_http_request *r)
{
	und_serve_collect(ctx, und_http_param(r, 0), und_http_body(r), on_collected, r);
}

/* {"code":"48213 …","enrolment":{…}}: as spec/cards.md §3, with the code itself. */
static bool split_enrolment(struct und_bytes *code, struct und_bytes *line, struct und_bytes body)
{
	static const char head[] = "{\"code\":\"", middle[] = "\",\"enrolment\":";
	const uint8_t *quote;

	while (body.n != 0 && (body.p[body.n - 1] == '\n' || body.p[body.n - 1] == '\r'))
		body.n--;
	if (body.n < sizeof head - 1 || memcmp(body.p, head, sizeof head - 1) != 0 || body.p[body.n - 1] != '}')
		return false;
	*code = und_bytes(body.p + sizeof head - 1, body.n - (sizeof head - 1));
	quote = memchr(code->p, '"', code->n);
	if (quote == NULL || memchr(code->p, '\\', (size_t)(quote - code->p)) != NULL)
		return false;
	*line = und_bytes(quote, code->n - (size_t)(quote - code->p));
	code->n = (size_t)(quote - code->p);
	if (line->n < sizeof middle || memcmp(line->p, middle, sizeof middle - 1) != 0)
		return false;
	*line = und_bytes(line->p + sizeof middle - 1, line->n - (sizeof middle - 1) - 1);
	return true;
}

static void post_enrolment(void *ctx, struct und_http_request *r)
{
	struct und_bytes code, line;

	if (split_enrolment(&code, &line, und_http_body(r)))
		und_serve_enrol(ctx, und_http_param(r, 0), code, line, on_kept, r);
	else
		serve_refuse(on_kept, r, UND_ERR_ENROLLING_FORM, NULL);
}

/* ---- the table ---- */

static const char *const record_types[] = { "application/x-ndjson", "application/json", "text/plain", NULL };
static const char *const json_types[] = { "application/json", NULL };

#define GET(path, h) { .method = UND_HTTP_GET, .pattern = path, .handle = h, .api = true }
#define POST(path, h, max, t) { .method = UND_HTTP_POST, .pattern = path, .handle = h, .body_max = max, .types = t, .api = true }

const struct und_http_route serve_routes[] = {
	GET("/healthz", get_health),
	GET("/counters", get_counters),
	GET("/api/v1/letters", get_list),
	POST("/api/v1/letters", post_letter, RECORDS_MAX, record_types),
	GET("/api/v1/letters/:slug", get_state),
	GET("/api/v1/letters/:slug/bundle", get_bundle),
	POST("/api/v1/letters/:slug/submissions", post_submission, SUBMISSION_MAX, record_types),
	POST("/api/v1/letters/:slug/records", post_records, RECORDS_MAX, record_types),
	POST("/api/v1/letters/:slug/drop", post_drop, REQUEST_MAX, record_types),
	GET("/letters/:slug.letter", get_file),
	POST("/api/v1/series/:series/enrolments", post_enrolment, ENROLMENT_MAX, json_types),
	POST("/api/v1/series/:series/cards", post_cards, CARDS_MAX, record_types),
	POST("/api/v1/series/:series/collections", post_collection, REQUEST_MAX, record_types),
};
const size_t serve_route_count = UND_COUNT_OF(serve_routes);

bool und_serve_route(struct und_serve_route *out, size_t i)
{
	if (i >= serve_route_count)
		return false;
	*out = (struct und_serve_route){ serve_routes[i].method == UND_HTTP_GET ? "get" : "post", serve_routes[i].pattern, serve_routes[i].body_max, serve_routes[i].types };
	return true;
}
