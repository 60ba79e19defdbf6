/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* request.c: what a handler may ask of a request */
#include <stdlib.h>

#include "base/secret.h"
#include "http/exchange.h"

static struct und_bytes store(struct und_http_request *r, size_t *at, struct und_bytes s)
{
	struct und_bytes copy = und_bytes(r->store + *at, s.n);

	if (s.n != 0)
		memcpy(r->store + *at, s.p, s.n);
	*at += s.n;
	return copy;
}

struct und_http_request *und_request_new(const struct und_http_options *options, const struct und_head *head)
{
	static const struct und_head nothing;
	const struct und_head *h = head != NULL ? head : &nothing;
	struct und_http_request *r;
	size_t size = h->path.n + 2 * h->query.n, at = 0;

	for (size_t i = 0; i < UND_HTTP_HEADERS; i++)
		size += h->headers[i].n;
	r = und_alloc(1, sizeof *r + size);
	if (r == NULL)
		return NULL;
	r->store_size = size;
	r->options = options;
	r->head = h->method == UND_HEAD_HEAD;
	r->conditional = h->method == UND_HEAD_GET || h->method == UND_HEAD_HEAD;
	r->path = store(r, &at, h->path);
	r->query = store(r, &at, h->query);
	for (size_t i = 0; i < UND_HTTP_HEADERS; i++)
		if (h->headers[i].p != NULL)
			r->headers[i] = store(r, &at, h->headers[i]);
	und_buf_init_secret(&r->body, 0);
	return r;
}

void und_request_free(struct und_http_request *r)
{
	if (r == NULL)
		return;
	und_buf_clear(&r->body);
	und_reply_free(r->reply);
	und_wipe(r, sizeof *r + r->store_size);
	free(r);
}

bool und_request_decode_query(struct und_http_request *r)
{
	/* the last query.n bytes of the store are for what is decoded */
	return und_form_pairs(r->pairs, &r->pair_count, UND_HTTP_QUERY_MAX, r->store + r->store_size - r->query.n, r->query, NULL) == UND_OK;
}

const struct und_http_route *und_http_route(const struct und_http_request *r)
{
	return r->route;
}

struct und_bytes und_http_path(const struct und_http_request *r)
{
	return r->path;
}

struct und_bytes und_http_param(const struct und_http_request *r, size_t i)
{
	und_bug_if(i >= r->param_count);
	return r->params[i];
}

bool und_http_query(struct und_bytes *out, const struct und_http_request *r, const char *name)
{
	for (size_t i = 0; i < r->pair_count; i++)
		if (und_bytes_is(r->pairs[i].name, name)) {
			if (out != NULL)
				*out = r->pairs[i].value;
			return true;
		}
	return false;
}

bool und_http_header(struct und_bytes *out, const struct und_http_request *r, enum und_http_header h)
{
	und_bug_if((unsigned)h >= UND_HTTP_HEADERS);
	if (r->headers[h].p == NULL)
		return false;
	if (out != NULL)
		*out = r->headers[h];
	return true;
}

struct und_bytes und_http_body(const struct und_http_request *r)
{
	return und_buf_bytes(&r->body);
}
