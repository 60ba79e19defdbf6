/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* route.c: which route a path takes */
#include "http/exchange.h"

static bool is_param(uint8_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

static bool is_literal(uint8_t c)
{
	return is_param(c) || c == '.';
}

/* The segment that begins at *at ("/…", without the slash); *at moves to its end. */
static struct und_bytes segment(struct und_bytes path, size_t *at)
{
	size_t from = *at + 1, to = from;

	while (to < path.n && path.p[to] != '/')
		to++;
	*at = to;
	return und_bytes(path.p + from, to - from);
}

/* ":name.tail" into its tail. */
static struct und_bytes tail_of(struct und_bytes pattern)
{
	size_t i = 1;

	while (i < pattern.n && pattern.p[i] != '.')
		i++;
	return und_bytes(pattern.p + i, pattern.n - i);
}

static bool match_segment(struct und_http_request *r, struct und_bytes pattern, struct und_bytes s)
{
	struct und_bytes tail;

	if (pattern.n == 0 || pattern.p[0] != ':')
		return und_bytes_equal_var(pattern, s);
	tail = tail_of(pattern);
	if (s.n <= tail.n || !und_bytes_equal_var(und_bytes(s.p + s.n - tail.n, tail.n), tail))
		return false;
	s.n -= tail.n;
	if (s.n > UND_HTTP_PARAM_MAX)
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (!is_param(s.p[i]))
			return false;
	r->params[r->param_count++] = s;
	return true;
}

static bool match(struct und_http_request *r, const char *text)
{
	struct und_bytes pattern = und_cstr(text);
	size_t a = 0, b = 0;

	r->param_count = 0;
	while (a < pattern.n && b < r->path.n) {
		struct und_bytes p = segment(pattern, &a), s = segment(r->path, &b);

		if (!match_segment(r, p, s))
			return false;
	}
	return a == pattern.n && b == r->path.n;
}

unsigned und_routes_find(struct und_http_request *r, enum und_http_method method, bool other)
{
	const struct und_http_options *o = r->options;

	for (size_t i = 0; i < o->route_count; i++) {
		if (!match(r, o->routes[i].pattern))
			continue;
		r->route = &o->routes[i];
		if (!other && r->route->method == method)
			return 200;
		r->allow |= 1u << r->route->method;
	}
	r->param_count = 0;
	return r->allow != 0 ? 405 : 404; /* route stays set for 405: it tells the form of the refusal */
}

static bool is_pattern(struct und_bytes p)
{
	size_t at = 0, params = 0;

	if (p.n == 0 || p.p[0] != '/')
		return false;
	while (at < p.n) {
		struct und_bytes s = segment(p, &at), literal = s;

		if (s.n == 0 && p.n > 1)
			return false;
		if (s.n > 0 && s.p[0] == ':') {
			literal = tail_of(s);
			if (s.n - literal.n < 2 || ++params > UND_HTTP_PARAMS_MAX)
				return false;
			for (size_t i = 1; i < s.n - literal.n; i++)
				if (!is_param(s.p[i]))
					return false;
		}
		for (size_t i = 0; i < literal.n; i++)
			if (!is_literal(literal.p[i]))
				return false;
	}
	return true;
}

enum und_err und_routes_check(const struct und_http_route *routes, size_t n, struct und_diag *diag)
{
	if (n > UND_HTTP_ROUTES_MAX) {
		und_diag_member(diag, "routes");
		return UND_ERR_HTTP_ROUTE;
	}
	for (size_t i = 0; i < n; i++) {
		und_bug_if(routes[i].handle == NULL);
		if (!is_pattern(und_cstr(routes[i].pattern))) {
			und_diag_member(diag, routes[i].pattern);
			return UND_ERR_HTTP_ROUTE;
		}
	}
	return UND_OK;
}
