/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* fault.c: what is said when a request is refused: problem details (RFC 9457) or a page */
#include <stdlib.h>

#include "base/json.h"
#include "http/exchange.h"

enum { PROBLEM_MAX = 4096 };

const char *und_http_phrase(unsigned status)
{
	static const struct {
		unsigned status;
		const char *phrase;
	} phrases[] = {
		{ 200, "OK" }, { 201, "Created" }, { 202, "Accepted" }, { 204, "No Content" }, { 206, "Partial Content" },
		{ 303, "See Other" }, { 304, "Not Modified" },
		{ 400, "Bad Request" }, { 403, "Forbidden" }, { 404, "Not Found" }, { 405, "Method Not Allowed" },
		{ 406, "Not Acceptable" }, { 408, "Request Timeout" }, { 409, "Conflict" }, { 410, "Gone" }, { 411, "Length Required" },
		{ 413, "Content Too Large" }, { 414, "URI Too Long" }, { 415, "Unsupported Media Type" },
		{ 416, "Range Not Satisfiable" }, { 417, "Expectation Failed" }, { 422, "Unprocessable Content" },
		{ 429, "Too Many Requests" }, { 431, "Request Header Fields Too Large" },
		{ 500, "Internal Server Error" }, { 501, "Not Implemented" }, { 503, "Service Unavailable" },
		{ 505, "HTTP Version Not Supported" }, { 507, "Insufficient Storage" },
	};

	for (size_t i = 0; i < UND_COUNT_OF(phrases); i++)
		if (phrases[i].status == status)
			return phrases[i].phrase;
	return NULL;
}

/* detail, name and title may be NULL. Errors: the buffer's. */
static void write_problem(struct und_buf *out, unsigned status, const char *name, const char *title, const char *detail)
{
	struct und_buf type;
	struct und_json j;

	und_json_init(&j, out);
	und_json_open_object(&j);
	if (detail != NULL) {
		und_json_name(&j, "detail");
		und_json_cstr(&j, detail);
	}
	und_json_name(&j, "status");
	und_json_number(&j, status);
	und_json_name(&j, "title");
	und_json_cstr(&j, title != NULL ? title : und_http_phrase(status));
	und_json_name(&j, "type");
	und_buf_init(&type, 128);
	und_buf_add_str(&type, name != NULL ? "/problems/" : "about:blank");
	if (name != NULL)
		und_buf_add_str(&type, name);
	und_json_string(&j, und_buf_bytes(&type));
	if (type.err != UND_OK && out->err == UND_OK)
		out->err = type.err;
	und_buf_clear(&type);
	und_json_close_object(&j);
	und_buf_add_u8(out, '\n');
}

static void problem(struct und_http_response *out, unsigned status, const char *name, const char *title, const char *detail)
{
	struct und_http_body *b = &out->body;

	b->kind = UND_HTTP_OWNED;
	und_buf_init(&b->buf, PROBLEM_MAX);
	write_problem(&b->buf, status, name, title, detail);
	und_bug_if(b->buf.err == UND_ERR_LIMIT);
	out->type = UND_HTTP_PROBLEM;
}

static bool wants_problem(const struct und_http_request *r)
{
	const char *prefix = r->options->api_prefix;
	size_t n = strlen(prefix);

	if (r->route != NULL)
		return r->route->api;
	return r->path.n >= n && memcmp(r->path.p, prefix, n) == 0;
}

struct und_reply *und_fault_reply(const struct und_http_request *r, unsigned status, unsigned retry_after)
{
	struct und_http_response response = { 0 };
	const char *phrase = und_http_phrase(status);

	und_bug_if(phrase == NULL);
	if (wants_problem(r)) {
		problem(&response, status, NULL, NULL, NULL);
	} else if (r->options->fault != NULL) {
		r->options->fault(r->options->fault_ctx, &response, status, r->headers[UND_HTTP_ACCEPT_LANGUAGE]);
	} else {
		response.body.kind = UND_HTTP_STATIC;
		response.body.bytes = und_cstr(phrase);
		response.type = UND_HTTP_TEXT;
	}
	response.status = status;
	response.cache = UND_HTTP_NO_STORE;
	response.etag = NULL;
	response.ranges = false;
	response.retry_after = retry_after;
	return und_reply_new(r, &response);
}

void und_http_answer(struct und_http_request *r, struct und_http_response *response)
{
	und_loop_answered(r, und_reply_new(r, response));
}

void und_http_answer_problem(struct und_http_request *r, unsigned status, const char *name, const char *title, const char *detail, unsigned retry_after)
{
	struct und_http_response response = { .status = status, .retry_after = retry_after };

	problem(&response, status, name, title, detail);
	und_http_answer(r, &response);
}

void und_http_answer_busy(struct und_http_request *r, unsigned seconds)
{
	und_loop_answered(r, und_fault_reply(r, 503, seconds));
}

void und_http_answer_fault(struct und_http_request *r, unsigned status)
{
	und_loop_answered(r, und_fault_reply(r, status, 0));
}
