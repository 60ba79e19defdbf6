/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* http.h: a small HTTP/1.1 server: routes, requests, answers; strict in what it takes, with deadlines of its own. It knows no letters */
#ifndef UND_HTTP_HTTP_H
#define UND_HTTP_HTTP_H

#include "base/base.h"

/*
 * Rules: RFC 9110 (semantics), RFC 9112 (messages), RFC 9457 (problem details); where they leave a choice we refuse.
 * Threads: a server has a few loops, each a thread with its own connections. Handlers run on a loop and must be quick (no
 * proof, no fsync): what takes longer goes to a work pool (http/work.h) and answers from there. Unless a call says
 * otherwise it may be called from the thread that holds the request.
 * Privacy: the peer's address is never asked for; headers outside `enum und_http_header` are overwritten when the head has
 * been looked at and cannot be asked for; nothing is logged, only counted.
 */

/* ---- limits: bytes or counts; beyond them a request is refused with the status behind ---- */
enum {
	UND_HTTP_TARGET_MAX = 2048,  /* path and query, 414 */
	UND_HTTP_HEAD_MAX = 16384,   /* request line and headers, 431 */
	UND_HTTP_FIELDS_MAX = 64,    /* header lines, 431 */
	UND_HTTP_VALUE_MAX = 1024,   /* the value of a header that can be asked for, 431 */
	UND_HTTP_PARAMS_MAX = 4,     /* ":name" in a pattern */
	UND_HTTP_PARAM_MAX = 128,    /* its value; a longer one matches no route, 404 */
	UND_HTTP_QUERY_MAX = 16,     /* pairs in a query, 400 */
	UND_HTTP_ROUTES_MAX = 64,
	UND_HTTP_ANSWER_HEAD_MAX = 6000, /* all headers of an answer; a longer one (a policy of many hashes) is our own bug */
	UND_HTTP_LOOPS_MAX = 16
};

enum und_http_method { UND_HTTP_GET, UND_HTTP_POST }; /* HEAD is answered by the GET route; its handler cannot tell */

struct und_http;         /* a server */
struct und_http_request; /* one request, from its handler until und_http_answer */

/* ---- routes ---- */

/*
 * pattern: "/letters/:slug", "/letters/:slug.letter": segments, each literal or ":name", which takes 1 to
 * UND_HTTP_PARAM_MAX of a-z A-Z 0-9 - _, and may be followed by a literal that begins with '.'. Paths are compared as they
 * were sent: a '%' in a path matches nothing (404), so does "/x/" for "/x". Of two that match, the one further up counts.
 *
 * body_max: 0: a body is refused (413). types: the media types a body may have, each as "text/plain" (lower case; parameters are not compared;
 * list ended by NULL); NULL: any, or none given. What does not fit is refused before the body is read: 413, 415.
 * api: errors of the server's own are problem details (RFC 9457), otherwise pages by options.fault.
 * handle: must see to it that und_http_answer is called exactly once, here or later from any thread.
 */
struct und_http_route {
	enum und_http_method method;
	const char *pattern;
	void (*handle)(void *ctx, struct und_http_request *r);
	void *ctx;
	size_t body_max;
	const char *const *types;
	bool api;
};

/* ---- what a handler may ask. Slices live until und_http_answer ---- */

enum und_http_header {
	UND_HTTP_ACCEPT,
	UND_HTTP_ACCEPT_ENCODING,
	UND_HTTP_ACCEPT_LANGUAGE,
	UND_HTTP_CONTENT_TYPE,
	UND_HTTP_IF_NONE_MATCH,
	UND_HTTP_IF_RANGE,
	UND_HTTP_RANGE,
	UND_HTTP_HEADERS /* how many there are. Each at most once in a request (400), printable ASCII */
};

const struct und_http_route *und_http_route(const struct und_http_request *r);
struct und_bytes und_http_path(const struct und_http_request *r);
/* The i-th ":name" of the pattern, from 0; one that the pattern has not is our own bug. */
struct und_bytes und_http_param(const struct und_http_request *r, size_t i);
/* Whether the query has the name; *out is its decoded value (UTF-8, no control characters; a name twice was refused, 400). out may be NULL. */
bool und_http_query(struct und_bytes *out, const struct und_http_request *r, const char *name);
/* Whether the header was sent. out may be NULL. */
bool und_http_header(struct und_bytes *out, const struct und_http_request *r, enum und_http_header h);
/* The whole body, at most body_max bytes, already without chunks. Overwritten and freed with the request. */
struct und_bytes und_http_body(const struct und_http_request *r);

/* ---- answers ---- */

enum und_http_type {
	UND_HTTP_NONE, /* no Content-Type; for an empty body */
	UND_HTTP_HTML, UND_HTTP_ATOM, UND_HTTP_TEXT, UND_HTTP_JSON, UND_HTTP_PROBLEM, UND_HTTP_LETTER /* application/x-ndjson */,
	UND_HTTP_PNG, UND_HTTP_SVG, UND_HTTP_CSS, UND_HTTP_JS, UND_HTTP_WASM, UND_HTTP_PDF, UND_HTTP_BINARY /* application/octet-stream */,
	UND_HTTP_TYPES
};

enum und_http_cache {
	UND_HTTP_NO_STORE,  /* "no-store": forms, answers to people, errors. The default */
	UND_HTTP_REVALIDATE, /* "no-cache": kept, but asked for each time (give an etag) */
	UND_HTTP_SHORT,     /* "public, max-age=60" */
	UND_HTTP_IMMUTABLE, /* "public, max-age=31536000, immutable": the address holds the content's hash */
	UND_HTTP_CACHES
};

/* Bytes that many answers share, counted. Any thread. */
struct und_http_shared;
/* Takes the content of buf (which is then empty). count 1. Errors: UND_ERR_MEMORY, or the buffer's own; buf is then as before. */
UND_MUST_USE enum und_err und_http_shared_new(struct und_http_shared **out, struct und_buf *buf);
struct und_http_shared *und_http_shared_hold(struct und_http_shared *s);
void und_http_shared_drop(struct und_http_shared *s); /* the last one frees; NULL is nothing */
struct und_bytes und_http_shared_bytes(const struct und_http_shared *s);

/*
 * A body: exactly one of the kinds. Kind NOTHING is an empty one. All is taken over by und_http_answer, whatever becomes of it:
 *   STATIC  bytes that outlive the server
 *   OWNED   a buffer; freed afterwards (overwritten if secret)
 *   SHARED  one count of it, dropped afterwards
 *   READER  size bytes asked for in order, a piece at a time, on a loop (quick: memory, or a file likely in the page
 *           cache): read fills out with 1 to n bytes from offset on and returns how many, 0: it failed, and the connection ends
 *           there. done is called once, at the end or when nothing more will be asked; may be NULL.
 *   LATER   size bytes asked for in order, a piece at a time, where a loop would have to wait for them: fetch is called on a loop, must
 *           be quick, and must see to it that und_http_give is called exactly once, there or later from any thread. Pieces are asked
 *           for when the client has taken the one before; its deadline of sending goes on. done: as above, and nobody fetches then.
 */
struct und_http_piece {
	void *ctx;
	uint64_t offset;
	size_t n;             /* wanted, at most 64 KiB */
	struct und_buf bytes; /* to be filled: 1 to n bytes; otherwise it failed, and the connection ends there */
};
/* Any thread; the piece is gone. */
void und_http_give(struct und_http_piece *piece);
/* Whether somebody still wants it; else give it as it is. Any thread. */
bool und_http_is_wanted(const struct und_http_piece *piece);
struct und_http_body {
	enum { UND_HTTP_NOTHING, UND_HTTP_STATIC, UND_HTTP_OWNED, UND_HTTP_SHARED, UND_HTTP_READER, UND_HTTP_LATER } kind;
	struct und_bytes bytes;
	struct und_buf buf;
	struct und_http_shared *shared;
	uint64_t size;
	size_t (*read)(void *ctx, uint64_t offset, uint8_t *out, size_t n);
	void (*fetch)(void *ctx, struct und_http_piece *piece);
	void (*done)(void *ctx);
	void *ctx;
};

/*
 * status: 200, 201, 202, 204, 303, 304 and those of und_http_phrase. Strings are copied by und_http_answer (borrow as you
 * like); they must be printable ASCII, and location, disposition and language come from us, never from a request: anything
 * else is our own bug.
 *
 * etag: without its quotes, strong (same tag, same bytes), or NULL. With one, a 200 answers If-None-Match by 304, and, when
 * ranges is set too, Range and If-Range by 206 or 416: one range; several, or a spelling that we do not know, get the whole.
 *
 * Every answer carries exactly: Content-Security-Policy, Referrer-Policy: no-referrer, X-Content-Type-Options: nosniff,
 * Cross-Origin-Opener-Policy: same-origin, Cross-Origin-Embedder-Policy: require-corp, Cross-Origin-Resource-Policy:
 * same-origin, Permissions-Policy (all off that Chromium knows everywhere; it complains about others), Cache-Control; Content-Length and Content-Type where there is a body; those asked
 * for below; Connection: close where it closes. No Server, no Date (RFC 9110 §6.6.1: a server without a clock).
 */
struct und_http_response {
	unsigned status;
	enum und_http_type type;
	enum und_http_cache cache;
	const char *csp; /* NULL: UND_HTTP_CSP */
	const char *etag;
	bool ranges;
	bool vary_language;      /* Vary: Accept-Language */
	bool vary_encoding;      /* Vary: Accept-Encoding */
	bool gzip;               /* Content-Encoding: gzip: the body is compressed already */
	const char *language;    /* Content-Language */
	const char *location;    /* Location */
	const char *disposition; /* Content-Disposition: attachment; filename="…", of [A-Za-z0-9._-] */
	unsigned retry_after;    /* seconds; 0: none */
	struct und_http_body body;
};

#define UND_HTTP_CSP "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

/*
 * Answers and ends the request: r and its slices are gone. Any thread. Cannot fail: where memory is out the client gets a bare
 * 503, or its connection closed.
 */
void und_http_answer(struct und_http_request *r, struct und_http_response *response);
/*
 * The same with problem details (RFC 9457): status, and where name is not NULL "type": "/problems/NAME" (a-z 0-9 -), title (NULL: the
 * status's phrase) and detail (UTF-8, may be NULL). retry_after: seconds, 0: none.
 */
void und_http_answer_problem(struct und_http_request *r, unsigned status, const char *name, const char *title, const char *detail, unsigned retry_after);
/* 503 with Retry-After, as a problem or a page (options.fault) according to the route: for a full work pool. */
void und_http_answer_busy(struct und_http_request *r, unsigned seconds);
/* A fault in the route's form: problem or page. For what a handler finds wrong with words of HTTP only (404 for an unknown slug, 400, …). */
void und_http_answer_fault(struct und_http_request *r, unsigned status);
/* "Not Found" for 404; NULL for a status that we never send. */
const char *und_http_phrase(unsigned status);

/* ---- the server ---- */

struct und_http_options {
	const char *listen;            /* "127.0.0.1:8080", "[::1]:8080" (port 0: any free one) or "unix:PATH" */
	unsigned unix_mode;            /* of the socket at PATH; 0: 0660 */
	const struct und_http_route *routes; /* must outlive the server */
	size_t route_count;
	const char *api_prefix;        /* paths that begin so get problem details where no route matched; NULL: "/api/" */
	/*
	 * Makes the page for an error of the server's own: fills type, body, csp, language of out; status, cache and the
	 * rest are set afterwards. language: the Accept-Language that was sent, or empty. Any loop, several at once. NULL: a short text.
	 */
	void (*fault)(void *ctx, struct und_http_response *out, unsigned status, struct und_bytes language);
	void *fault_ctx;
	/* called once, by und_http_run, when connections are being taken; may be NULL */
	void (*ready)(void *ctx);
	void *ready_ctx;
	/* 0 means what stands behind */
	unsigned loops;                /* one for each core, at most 4 */
	unsigned connections_max;      /* 16,384; fewer when the descriptors do not suffice. Beyond it the one that idles longest makes room */
	size_t bodies_max;             /* 64 MiB: bytes of all bodies being received or handled, those above 128 KiB together three quarters of it; beyond it the small one that has been coming for the longest makes room for a small one, else 503 */
	/* deadlines in milliseconds, absolute: no trickle prolongs them */
	unsigned head_ms;              /* 10,000: from the first byte of a request to the end of its head; 408 */
	unsigned body_ms;              /* 60,000: from there to the end of its body; 408 */
	unsigned idle_ms;              /* 60,000: without a byte, before the first request (then at most head_ms) or between two */
	unsigned send_ms;              /* 30,000: for each 64 KiB of an answer, or its rest */
	unsigned stop_ms;              /* 10,000: to finish answers once asked to stop */
};

/*
 * Listens. A stale socket at PATH (nobody answers) is replaced; a live one, or anything else there, is UND_ERR_IO with errno
 * EADDRINUSE. Errors: UND_ERR_HTTP_ADDRESS (listen is none of the forms; diag member "listen"), UND_ERR_HTTP_LOOPBACK (other machines reach it; the same), UND_ERR_HTTP_ROUTE (a pattern is malformed, or too many; member: the
 * pattern), UND_ERR_IO with errno, UND_ERR_MEMORY.
 */
UND_MUST_USE enum und_err und_http_open(struct und_http **out, const struct und_http_options *options, struct und_diag *diag);
/* "http://127.0.0.1:8080" or "unix:PATH"; the port as it is. Lives as long as the server. */
const char *und_http_address(const struct und_http *s);
/*
 * Serves, on this thread and those it starts, until asked to stop and the answers in hand are out or stop_ms is over. Once.
 * Errors: UND_ERR_IO with errno, UND_ERR_MEMORY: it could not start. Signals are the caller's: threads that it starts take none.
 */
UND_MUST_USE enum und_err und_http_run(struct und_http *s);
/* Asks to stop. Any thread, and from a signal handler. Again: without waiting for answers. */
void und_http_stop(struct und_http *s);
/*
 * Frees; a socket at PATH is removed. Every request must have been answered: free work pools first (und_http_answer after
 * und_http_run has returned is allowed and goes nowhere).
 */
void und_http_close(struct und_http *s);

/* ---- counters since the start: all there is to say about requests. Any thread ---- */

#define UND_HTTP_COUNTERS(X)                                                                                           \
	X(connections, "connections taken")                                                                            \
	X(requests, "requests that reached a handler")                                                                 \
	X(answers_2xx, "answers 200 to 299")                                                                           \
	X(answers_3xx, "answers 300 to 399")                                                                           \
	X(answers_4xx, "answers 400 to 499")                                                                           \
	X(answers_5xx, "answers 500 to 599")                                                                           \
	X(refused, "requests that the guard refused")                                                                  \
	X(late_head, "heads that took too long")                                                                       \
	X(late_body, "bodies that took too long")                                                                      \
	X(late_idle, "connections closed because nothing was asked")                                                   \
	X(late_send, "answers that were read too slowly")                                                              \
	X(evicted, "connections closed to make room")                                                                  \
	X(broken, "connections that broke in the middle of something")

struct und_http_counters {
	uint64_t open; /* connections at this moment */
#define UND_HTTP_COUNTER(name, text) uint64_t name;
	UND_HTTP_COUNTERS(UND_HTTP_COUNTER)
#undef UND_HTTP_COUNTER
};
void und_http_count(struct und_http_counters *out, const struct und_http *s);

#endif
