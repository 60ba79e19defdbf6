/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* guard.c: the head of a request: lines, then the request line, then each header, then what they mean together */
#include "http/guard.h"

/* RFC 9110 §5.6.2 */
static bool is_token(uint8_t c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c != 0 && strchr("!#$%&'*+-.^_`|~", c) != NULL);
}

/* RFC 3986 §3.3, §3.4: pchar, '/' and '?'; '%' as such: what it means is looked at where it is decoded. */
static bool is_target(uint8_t c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c != 0 && strchr("-._~!$&'()*+,;=:@/?%", c) != NULL);
}

static bool is_visible(uint8_t c)
{
	return c > ' ' && c < 0x7f;
}

static uint8_t lower(uint8_t c)
{
	return c >= 'A' && c <= 'Z' ? (uint8_t)(c + 32) : c;
}

/* s, without regard to case, is word (which is in lower case). */
static bool is_word(struct und_bytes s, const char *word)
{
	size_t i;

	for (i = 0; i < s.n && word[i] != '\0'; i++)
		if (lower(s.p[i]) != (uint8_t)word[i])
			return false;
	return i == s.n && word[i] == '\0';
}

/* Cuts the line at *at, without its CRLF. 0: not whole yet; 200; 400: LF or CR alone, NUL, other control characters. */
static unsigned take_line(struct und_bytes *line, size_t *at, struct und_bytes in)
{
	for (size_t i = *at; i < in.n; i++) {
		uint8_t c = in.p[i];

		if (c == '\r') {
			if (i + 1 == in.n)
				return 0;
			if (in.p[i + 1] != '\n')
				return 400;
			*line = und_bytes(in.p + *at, i - *at);
			*at = i + 2;
			return 200;
		}
		if ((c < ' ' && c != '\t') || c == 0x7f)
			return 400;
	}
	return 0;
}

/* ---- the request line ---- */

static unsigned parse_method(struct und_head *h, struct und_bytes m)
{
	static const char *const others[] = { "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT" };

	if (m.n == 0)
		return 400;
	for (size_t i = 0; i < m.n; i++)
		if (!is_token(m.p[i]))
			return 400;
	h->method = UND_HEAD_OTHER;
	if (und_bytes_is(m, "GET"))
		h->method = UND_HEAD_GET;
	else if (und_bytes_is(m, "HEAD"))
		h->method = UND_HEAD_HEAD;
	else if (und_bytes_is(m, "POST"))
		h->method = UND_HEAD_POST;
	else
		for (size_t i = 0;; i++) {
			if (i == UND_COUNT_OF(others))
				return 501;
			if (und_bytes_is(m, others[i]))
				break;
		}
	return 200;
}

static unsigned parse_target(struct und_head *h, struct und_bytes t)
{
	const uint8_t *question;

	if (t.n > UND_HTTP_TARGET_MAX)
		return 414;
	if (t.n == 0 || t.p[0] != '/')
		return 400;
	for (size_t i = 0; i < t.n; i++)
		if (!is_target(t.p[i]))
			return 400;
	question = memchr(t.p, '?', t.n);
	h->path = und_bytes(t.p, question == NULL ? t.n : (size_t)(question - t.p));
	h->query = question == NULL ? und_bytes(NULL, 0) : und_bytes(question + 1, t.n - h->path.n - 1);
	return 200;
}

static unsigned parse_request_line(struct und_head *h, struct und_bytes line)
{
	const uint8_t *first = memchr(line.p, ' ', line.n), *second;
	struct und_bytes rest, version;
	unsigned status, method_status;

	if (first == NULL)
		return 400;
	rest = und_bytes(first + 1, line.n - (size_t)(first - line.p) - 1);
	second = memchr(rest.p, ' ', rest.n);
	if (second == NULL)
		return rest.n > UND_HTTP_TARGET_MAX ? 414 : 400;
	version = und_bytes(second + 1, rest.n - (size_t)(second - rest.p) - 1);
	method_status = parse_method(h, und_bytes(line.p, (size_t)(first - line.p)));
	if (method_status == 400)
		return 400;
	if (version.n != 8 || memcmp(version.p, "HTTP/", 5) != 0 || version.p[6] != '.')
		return 400;
	h->minor_0 = und_bytes_is(version, "HTTP/1.0");
	if (!h->minor_0 && !und_bytes_is(version, "HTTP/1.1"))
		return 505;
	status = parse_target(h, und_bytes(rest.p, (size_t)(second - rest.p)));
	return status != 200 ? status : method_status;
}

/* ---- headers ---- */

/* What is known of the headers so far, beside *h. */
struct fields {
	unsigned host, length, coding, expect, count;
};

static unsigned parse_length(struct und_head *h, struct und_bytes v)
{
	uint64_t n = 0;

	if (v.n == 0 || (v.p[0] == '0' && v.n > 1))
		return 400;
	for (size_t i = 0; i < v.n; i++)
		if (v.p[i] < '0' || v.p[i] > '9')
			return 400;
	if (v.n > 18)
		return 413;
	for (size_t i = 0; i < v.n; i++)
		n = 10 * n + (v.p[i] - '0');
	h->length = n;
	h->has_length = true;
	return 200;
}

static unsigned parse_host(struct und_bytes v)
{
	if (v.n == 0 || v.n > 255)
		return 400;
	for (size_t i = 0; i < v.n; i++) {
		uint8_t c = lower(v.p[i]);

		if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_' || c == ':' || c == '[' || c == ']'))
			return 400;
	}
	return 200;
}

/* Connection: a list of tokens; only close is of interest (keep-alive is what we do anyway). */
static void parse_connection(struct und_head *h, struct und_bytes v)
{
	size_t from = 0;

	for (size_t i = 0; i <= v.n; i++) {
		if (i < v.n && v.p[i] != ',' && v.p[i] != ' ' && v.p[i] != '\t')
			continue;
		if (is_word(und_bytes(v.p + from, i - from), "close"))
			h->closes = true;
		from = i + 1;
	}
}

static unsigned keep(struct und_bytes *slot, struct und_bytes v)
{
	if (slot->p != NULL)
		return 400;
	if (v.n > UND_HTTP_VALUE_MAX)
		return 431;
	for (size_t i = 0; i < v.n; i++)
		if (!is_visible(v.p[i]) && v.p[i] != ' ' && v.p[i] != '\t')
			return 400;
	*slot = v;
	return 200;
}

static unsigned framing_header(struct und_head *h, struct fields *f, struct und_bytes name, struct und_bytes v)
{
	if (is_word(name, "host"))
		return f->host++ != 0 ? 400 : parse_host(v);
	if (is_word(name, "content-length"))
		return f->length++ != 0 ? 400 : parse_length(h, v);
	if (is_word(name, "transfer-encoding")) {
		if (f->coding++ != 0)
			return 400;
		h->chunked = is_word(v, "chunked");
		return h->chunked ? 200 : 501;
	}
	if (is_word(name, "expect")) {
		h->expects = is_word(v, "100-continue");
		return f->expect++ != 0 ? 400 : h->expects ? 200 : 417;
	}
	if (is_word(name, "connection"))
		parse_connection(h, v);
	else if (is_word(name, "content-encoding") && !is_word(v, "identity"))
		h->encoded = true;
	return 200;
}

static unsigned parse_header(struct und_head *h, struct fields *f, struct und_bytes line)
{
	static const char *const names[UND_HTTP_HEADERS] = {
		[UND_HTTP_ACCEPT] = "accept",
		[UND_HTTP_ACCEPT_ENCODING] = "accept-encoding",
		[UND_HTTP_ACCEPT_LANGUAGE] = "accept-language",
		[UND_HTTP_CONTENT_TYPE] = "content-type",
		[UND_HTTP_IF_NONE_MATCH] = "if-none-match",
		[UND_HTTP_IF_RANGE] = "if-range",
		[UND_HTTP_RANGE] = "range",
	};
	struct und_bytes name = { line.p, 0 }, v;

	if (++f->count > UND_HTTP_FIELDS_MAX)
		return 431;
	while (name.n < line.n && is_token(line.p[name.n]))
		name.n++;
	if (name.n == 0 || name.n == line.n || line.p[name.n] != ':') /* folded; no colon; white space before it */
		return 400;
	v = und_bytes(line.p + name.n + 1, line.n - name.n - 1);
	while (v.n > 0 && (v.p[0] == ' ' || v.p[0] == '\t')) {
		v.p++;
		v.n--;
	}
	while (v.n > 0 && (v.p[v.n - 1] == ' ' || v.p[v.n - 1] == '\t'))
		v.n--;
	for (size_t i = 0; i < UND_HTTP_HEADERS; i++)
		if (is_word(name, names[i]))
			return keep(&h->headers[i], v);
	return framing_header(h, f, name, v);
}

/* RFC 9112 §3.2, §6.1, §6.3: what headers mean together. */
static unsigned judge(struct und_head *h, const struct fields *f)
{
	if (f->host != 1)
		return 400;
	if (f->coding != 0 && (f->length != 0 || h->minor_0))
		return 400;
	if (h->minor_0)
		h->closes = true;
	return 200;
}

static unsigned parse_all(struct und_head *h, size_t *at, struct und_bytes in)
{
	struct fields f = { 0 };
	struct und_bytes line = { NULL, 0 };
	unsigned status, first;

	status = take_line(&line, at, in);
	if (status == 0 && in.n > UND_HTTP_TARGET_MAX + 32)
		return 414;
	if (status != 200)
		return status;
	first = parse_request_line(h, line);
	if (first == 400)
		return 400;
	for (;;) {
		status = take_line(&line, at, in);
		if (status == 0)
			return first != 200 ? first : 0;
		if (status != 200)
			return status;
		if (line.n == 0)
			break;
		status = parse_header(h, &f, line);
		if (status != 200)
			return status;
	}
	return first != 200 ? first : judge(h, &f);
}

unsigned und_head_parse(struct und_head *out, size_t *used, struct und_bytes in)
{
	struct und_bytes seen = in;
	size_t at = 0;
	unsigned status;

	*out = (struct und_head){ 0 };
	if (seen.n > UND_HTTP_HEAD_MAX)
		seen.n = UND_HTTP_HEAD_MAX;
	status = parse_all(out, &at, seen);
	if (status == 0 && seen.n == UND_HTTP_HEAD_MAX)
		status = 431;
	if (status == 200)
		*used = at;
	return status;
}
