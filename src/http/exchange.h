/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* exchange.h: inside a server: a request and what becomes of it */
#ifndef UND_HTTP_EXCHANGE_H
#define UND_HTTP_EXCHANGE_H

#include "http/form.h"
#include "http/guard.h"
#include "http/http.h"

struct und_loop;
struct und_conn;

struct und_http_request {
	struct und_loop *loop;
	struct und_conn *conn;          /* NULL: the loop has ended, the answer goes nowhere */
	struct und_http_request *next;  /* among those answered from elsewhere */
	const struct und_http_options *options;
	const struct und_http_route *route; /* NULL: none matched */
	bool head;                      /* the answer's body is not sent */
	bool conditional;               /* GET or HEAD: If-None-Match and Range mean something */
	bool handling;                  /* its handler is being called */
	bool answered;                  /* by the handler, before it returned */
	unsigned allow;                 /* bits 1 << method, for 405 */
	struct und_bytes path, query;
	struct und_bytes params[UND_HTTP_PARAMS_MAX];
	size_t param_count;
	struct und_bytes headers[UND_HTTP_HEADERS];
	struct und_form_pair pairs[UND_HTTP_QUERY_MAX];
	size_t pair_count;
	struct und_buf body;
	size_t body_counted;            /* of bodies_max */
	struct und_reply *reply;
	size_t store_size;
	uint8_t store[];                /* what the slices are slices of */
};

/* A copy of what head says that can be asked for; head may be NULL (nothing was understood). NULL: memory. */
struct und_http_request *und_request_new(const struct und_http_options *options, const struct und_head *head);
void und_request_free(struct und_http_request *r); /* overwrites; NULL is nothing */
/* Decodes the query. false: 400. */
bool und_request_decode_query(struct und_http_request *r);

/* ---- routes ---- */

UND_MUST_USE enum und_err und_routes_check(const struct und_http_route *routes, size_t n, struct und_diag *diag);
/* Sets route and params of r; returns 200, 404, or 405 with r->allow set. other: a method that no route has. */
unsigned und_routes_find(struct und_http_request *r, enum und_http_method method, bool other);

/* ---- what goes out, decided to the last byte ---- */

struct und_reply {
	unsigned status;
	bool head, close;
	bool fixed;             /* short, and the same for everybody who gets it (memo.h) */
	struct und_buf headers; /* "Name\0value\0", one after the other */
	struct und_http_body body;
	uint64_t from, length;  /* the part of the body that is sent */
};

/* Takes the body over, whatever becomes of it. NULL: memory (the body is released). */
struct und_reply *und_reply_new(const struct und_http_request *r, struct und_http_response *response);
void und_reply_free(struct und_reply *p);
void und_body_release(struct und_http_body *b);
/* The reply to a fault in the form that r asks for. retry_after: seconds or 0. NULL: memory. */
struct und_reply *und_fault_reply(const struct und_http_request *r, unsigned status, unsigned retry_after);

/* ---- ends of a request, from the loop's side (loop.c) ---- */

void und_loop_answered(struct und_http_request *r, struct und_reply *reply);

#endif
