/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* reply.c: from an answer to the reply that goes out: conditions, ranges, headers (RFC 9110 §13, §14) */
#include <stdatomic.h>
#include <stdlib.h>

#include "http/memo.h"

enum { ETAG_MAX = 128 };

/* ---- shared bytes ---- */

struct und_http_shared {
	atomic_size_t count;
	struct und_buf buf;
};

enum und_err und_http_shared_new(struct und_http_shared **out, struct und_buf *buf)
{
	struct und_http_shared *s;

	if (buf->err != UND_OK)
		return buf->err;
	s = und_alloc(1, sizeof *s);
	if (s == NULL)
		return UND_ERR_MEMORY;
	atomic_init(&s->count, 1);
	s->buf = *buf;
	und_buf_init(buf, s->buf.max);
	buf->secret = s->buf.secret;
	*out = s;
	return UND_OK;
}

struct und_http_shared *und_http_shared_hold(struct und_http_shared *s)
{
	atomic_fetch_add_explicit(&s->count, 1, memory_order_relaxed);
	return s;
}

void und_http_shared_drop(struct und_http_shared *s)
{
	if (s == NULL || atomic_fetch_sub_explicit(&s->count, 1, memory_order_acq_rel) != 1)
		return;
	und_buf_clear(&s->buf);
	free(s);
}

struct und_bytes und_http_shared_bytes(const struct und_http_shared *s)
{
	return und_buf_bytes(&s->buf);
}

/* ---- bodies ---- */

void und_body_release(struct und_http_body *b)
{
	if (b->kind == UND_HTTP_OWNED)
		und_buf_clear(&b->buf);
	else if (b->kind == UND_HTTP_SHARED)
		und_http_shared_drop(b->shared);
	else if ((b->kind == UND_HTTP_READER || b->kind == UND_HTTP_LATER) && b->done != NULL)
		b->done(b->ctx);
	b->kind = UND_HTTP_NOTHING;
}

static uint64_t body_size(const struct und_http_body *b)
{
	switch (b->kind) {
	case UND_HTTP_STATIC: return b->bytes.n;
	case UND_HTTP_OWNED: return b->buf.n;
	case UND_HTTP_SHARED: return und_http_shared_bytes(b->shared).n;
	case UND_HTTP_READER:
	case UND_HTTP_LATER: return b->size;
	case UND_HTTP_NOTHING: break;
	}
	return 0;
}

/* ---- conditions ---- */

/* Whether the list of entity tags holds etag, weakly compared (RFC 9110 §8.8.3.2, §13.1.2). */
static bool list_has(struct und_bytes list, const char *etag)
{
	size_t n = strlen(etag);

	if (und_bytes_is(list, "*"))
		return true;
	for (size_t i = 0; i + n + 2 <= list.n; i++)
		if (list.p[i] == '"' && memcmp(list.p + i + 1, etag, n) == 0 && list.p[i + 1 + n] == '"')
			return true;
	return false;
}

/* At most 18 digits. */
static bool take_number(uint64_t *out, struct und_bytes *s)
{
	size_t i;

	*out = 0;
	for (i = 0; i < s->n && i < 18 && s->p[i] >= '0' && s->p[i] <= '9'; i++)
		*out = 10 * *out + (s->p[i] - '0');
	s->p += i;
	s->n -= i;
	return i > 0;
}

static bool take_char(struct und_bytes *s, char c)
{
	if (s->n == 0 || s->p[0] != (uint8_t)c)
		return false;
	s->p++;
	s->n--;
	return true;
}

/*
 * bytes=A-B, bytes=A-, bytes=-N, one of them (RFC 9110 §14.1.2). 200: not that, so the header is ignored (§14.2); 206: *from and *length are set;
 * 416: outside of size.
 */
static unsigned parse_range(uint64_t *from, uint64_t *length, struct und_bytes s, uint64_t size)
{
	uint64_t a, b = UINT64_MAX;

	if (s.n < 6 || memcmp(s.p, "bytes=", 6) != 0)
		return 200;
	s.p += 6;
	s.n -= 6;
	if (take_char(&s, '-')) {
		if (!take_number(&b, &s) || s.n != 0)
			return 200;
		if (b == 0 || size == 0)
			return 416;
		*length = b < size ? b : size;
		*from = size - *length;
		return 206;
	}
	if (!take_number(&a, &s) || !take_char(&s, '-'))
		return 200;
	if (s.n != 0 && (!take_number(&b, &s) || s.n != 0 || b < a))
		return 200;
	if (a >= size)
		return 416;
	*from = a;
	*length = (b < size ? b + 1 : size) - a;
	return 206;
}

static bool if_range_holds(struct und_bytes v, const char *etag)
{
	size_t n = strlen(etag);

	return v.p == NULL || (v.n == n + 2 && v.p[0] == '"' && memcmp(v.p + 1, etag, n) == 0 && v.p[n + 1] == '"');
}

/* Turns a 200 into 304, 206 or 416 where the request asks for it. */
static void judge(struct und_reply *p, const struct und_http_request *r, const struct und_http_response *response)
{
	const struct und_bytes *h = r->headers;
	const char *etag = response->etag;

	p->from = 0;
	p->length = body_size(&p->body);
	if (p->status != 200 || etag == NULL || !r->conditional)
		return;
	if (h[UND_HTTP_IF_NONE_MATCH].p != NULL) {
		if (!list_has(h[UND_HTTP_IF_NONE_MATCH], etag))
			return;
		p->status = 304; /* the body is not sent, but its length said is that of the 200 (§8.6) */
	} else if (response->ranges && !r->head && h[UND_HTTP_RANGE].p != NULL && if_range_holds(h[UND_HTTP_IF_RANGE], etag)) { /* §14.2: GET only */
		p->status = parse_range(&p->from, &p->length, h[UND_HTTP_RANGE], p->length);
	}
}

/* ---- headers ---- */

static void header(struct und_buf *out, const char *name, const char *value)
{
	und_buf_add(out, name, strlen(name) + 1);
	und_buf_add(out, value, strlen(value) + 1);
}

/* Whether the answer is one that the server gives again and again: no word of it was made for this request. */
static bool is_fixed(const struct und_http_response *response, const struct und_http_body *body)
{
	return body->kind == UND_HTTP_STATIC && body->bytes.n <= UND_MEMO_BODY_MAX && response->etag == NULL && response->location == NULL && response->language == NULL &&
	       response->disposition == NULL;
}

/* Splitting of answers begins with a line break that somebody smuggled into a value: a mistake of ours. */
static void text_header(struct und_buf *out, const char *name, const char *value)
{
	if (value == NULL)
		return;
	for (const char *s = value; *s != '\0'; s++)
		und_bug_if(*s < ' ' || *s > '~');
	header(out, name, value);
}

static void wrapped_header(struct und_buf *out, const char *name, const char *before, const char *value, const char *after)
{
	struct und_buf b;

	und_buf_init(&b, 512);
	und_buf_add_str(&b, before);
	und_buf_add_str(&b, value);
	und_buf_add_str(&b, after);
	und_buf_add_u8(&b, 0);
	if (b.err == UND_OK)
		text_header(out, name, (const char *)b.p);
	else if (out->err == UND_OK)
		out->err = b.err;
	und_buf_clear(&b);
}

static const struct {
	const char *name, *value;
} fixed[] = {
	{ "Referrer-Policy", "no-referrer" },
	{ "X-Content-Type-Options", "nosniff" },
	{ "Cross-Origin-Opener-Policy", "same-origin" },
	{ "Cross-Origin-Embedder-Policy", "require-corp" },
	{ "Cross-Origin-Resource-Policy", "same-origin" },
	{ "Permissions-Policy", "accelerometer=(), autoplay=(), camera=(), display-capture=(), encrypted-media=(), fullscreen=(), gamepad=(), "
	                        "geolocation=(), gyroscope=(), hid=(), idle-detection=(), interest-cohort=(), magnetometer=(), microphone=(), "
	                        "midi=(), payment=(), publickey-credentials-get=(), screen-wake-lock=(), serial=(), usb=(), "
	                        "xr-spatial-tracking=()" },
};

static const char *const types[UND_HTTP_TYPES] = {
	[UND_HTTP_HTML] = "text/html; charset=utf-8",
	[UND_HTTP_ATOM] = "application/atom+xml; charset=utf-8",
	[UND_HTTP_TEXT] = "text/plain; charset=utf-8",
	[UND_HTTP_JSON] = "application/json",
	[UND_HTTP_PROBLEM] = "application/problem+json",
	[UND_HTTP_LETTER] = "application/x-ndjson",
	[UND_HTTP_PNG] = "image/png",
	[UND_HTTP_SVG] = "image/svg+xml",
	[UND_HTTP_CSS] = "text/css; charset=utf-8",
	[UND_HTTP_JS] = "text/javascript; charset=utf-8",
	[UND_HTTP_WASM] = "application/wasm",
	[UND_HTTP_PDF] = "application/pdf",
	[UND_HTTP_BINARY] = "application/octet-stream",
};

static const char *const caches[UND_HTTP_CACHES] = {
	[UND_HTTP_NO_STORE] = "no-store",
	[UND_HTTP_REVALIDATE] = "no-cache",
	[UND_HTTP_SHORT] = "public, max-age=60",
	[UND_HTTP_IMMUTABLE] = "public, max-age=31536000, immutable",
};

/* "bytes A-B/SIZE", or "bytes * /SIZE" (without the space) for 416 */
static void range_header(struct und_reply *p, uint64_t size)
{
	struct und_buf b;

	und_buf_init(&b, 80);
	und_buf_add_str(&b, "bytes ");
	if (p->status == 206) {
		und_buf_add_decimal(&b, p->from);
		und_buf_add_u8(&b, '-');
		und_buf_add_decimal(&b, p->from + p->length - 1);
	} else {
		und_buf_add_u8(&b, '*');
	}
	und_buf_add_u8(&b, '/');
	und_buf_add_decimal(&b, size);
	und_buf_add_u8(&b, 0);
	if (b.err == UND_OK)
		header(&p->headers, "Content-Range", (const char *)b.p);
	else
		p->headers.err = b.err;
	und_buf_clear(&b);
}

static void retry_header(struct und_buf *out, unsigned seconds)
{
	char digits[12] = { 0 };
	size_t i = sizeof digits - 1;

	for (; seconds != 0; seconds /= 10)
		digits[--i] = (char)('0' + seconds % 10);
	header(out, "Retry-After", digits + i);
}

static void about_body(struct und_reply *p, const struct und_http_response *response, uint64_t size)
{
	if (p->status == 206 || p->status == 416)
		range_header(p, size);
	if (response->type != UND_HTTP_NONE && p->status != 304 && p->status != 416)
		header(&p->headers, "Content-Type", types[response->type]);
	if (response->gzip && p->status != 304 && p->status != 416)
		header(&p->headers, "Content-Encoding", "gzip");
	if (p->status != 304)
		text_header(&p->headers, "Content-Language", response->language);
	if (response->disposition != NULL && p->status != 304)
		wrapped_header(&p->headers, "Content-Disposition", "attachment; filename=\"", response->disposition, "\"");
}

static void write_headers(struct und_reply *p, const struct und_http_request *r, const struct und_http_response *response, uint64_t size)
{
	struct und_buf *out = &p->headers;

	text_header(out, "Content-Security-Policy", response->csp != NULL ? response->csp : UND_HTTP_CSP);
	for (size_t i = 0; i < UND_COUNT_OF(fixed); i++)
		header(out, fixed[i].name, fixed[i].value);
	header(out, "Cache-Control", p->status == 416 ? caches[UND_HTTP_NO_STORE] : caches[response->cache]);
	about_body(p, response, size);
	if (response->etag != NULL) {
		und_bug_if(strlen(response->etag) > ETAG_MAX || strpbrk(response->etag, "\", ") != NULL);
		wrapped_header(out, "ETag", "\"", response->etag, "\"");
	}
	if (response->etag != NULL && response->ranges)
		header(out, "Accept-Ranges", "bytes");
	if (response->vary_language || response->vary_encoding)
		header(out, "Vary", !response->vary_encoding ? "Accept-Language" : !response->vary_language ? "Accept-Encoding" : "Accept-Language, Accept-Encoding");
	text_header(out, "Location", response->location);
	if (response->retry_after != 0)
		retry_header(out, response->retry_after);
	if (p->status == 405)
		header(out, "Allow", (r->allow & 1u << UND_HTTP_GET) == 0 ? "POST" : (r->allow & 1u << UND_HTTP_POST) == 0 ? "GET, HEAD" : "GET, HEAD, POST");
}

struct und_reply *und_reply_new(const struct und_http_request *r, struct und_http_response *response)
{
	struct und_reply *p = NULL;
	struct und_http_body body = response->body;
	uint64_t size = body_size(&body);

	und_bug_if(und_http_phrase(response->status) == NULL || (unsigned)response->type >= UND_HTTP_TYPES || (unsigned)response->cache >= UND_HTTP_CACHES);
	response->body = (struct und_http_body){ .kind = UND_HTTP_NOTHING };
	if (body.kind != UND_HTTP_OWNED || body.buf.err == UND_OK)
		p = und_alloc(1, sizeof *p);
	if (p == NULL) {
		und_body_release(&body);
		return NULL;
	}
	p->status = response->status;
	p->head = r->head;
	p->body = body;
	p->fixed = is_fixed(response, &body);
	und_buf_init(&p->headers, UND_HTTP_ANSWER_HEAD_MAX);
	judge(p, r, response);
	if (p->status == 416) {
		und_body_release(&p->body);
		p->from = p->length = 0;
	}
	write_headers(p, r, response, size);
	und_bug_if(p->headers.err == UND_ERR_LIMIT);
	if (p->headers.err != UND_OK) {
		und_reply_free(p);
		return NULL;
	}
	return p;
}

void und_reply_free(struct und_reply *p)
{
	if (p == NULL)
		return;
	und_body_release(&p->body);
	und_buf_clear(&p->headers);
	free(p);
}
