/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* http_fixture.h: a server of a few routes in this process, and a raw socket to it */
#ifndef UND_TEST_HTTP_FIXTURE_H
#define UND_TEST_HTTP_FIXTURE_H

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "http/form.h"
#include "http/http.h"
#include "http/work.h"
#include "tap.h"

enum {
	FILE_SIZE = 3 << 20,
	SMALL_BODY = 4096,
	ANSWER_MAX = 4 << 20,
	PATIENCE_MS = 60000 /* nothing that works takes that long */
};

/* ---- the routes ---- */

static struct und_work *site_work;        /* for /later and /slow */
static sem_t site_gate;                   /* /slow waits for it */
static _Atomic unsigned site_slow;        /* how many wait there */
static _Atomic unsigned site_readers_done;

static uint8_t site_byte(uint64_t at)
{
	return (uint8_t)((at * 2654435761u) >> 13);
}

static void site_home(void *ctx, struct und_http_request *r)
{
	struct und_http_response a = { .status = 200, .type = UND_HTTP_HTML, .cache = UND_HTTP_REVALIDATE, .etag = "v1", .vary_language = true, .language = "en" };

	(void)ctx;
	a.body.kind = UND_HTTP_STATIC;
	a.body.bytes = und_cstr("<p>home</p>");
	und_http_answer(r, &a);
}

/* What reached the handler: param, query, headers, body. */
static void site_say(struct und_http_request *r)
{
	static const char *const names[UND_HTTP_HEADERS] = { "accept", "accept-encoding", "accept-language", "content-type", "if-none-match", "if-range", "range" };
	struct und_http_response a = { .status = 200, .type = UND_HTTP_TEXT };
	struct und_bytes v;

	a.body.kind = UND_HTTP_OWNED;
	und_buf_init_secret(&a.body.buf, 1 << 20);
	und_buf_add_str(&a.body.buf, "path=");
	und_buf_add_bytes(&a.body.buf, und_http_path(r));
	if (strchr(und_http_route(r)->pattern, ':') != NULL) {
		und_buf_add_str(&a.body.buf, " param=");
		und_buf_add_bytes(&a.body.buf, und_http_param(r, 0));
	}
	if (und_http_query(&v, r, "q")) {
		und_buf_add_str(&a.body.buf, " q=");
		und_buf_add_bytes(&a.body.buf, v);
	}
	for (unsigned h = 0; h < UND_HTTP_HEADERS; h++)
		if (und_http_header(&v, r, h)) {
			und_buf_add_str(&a.body.buf, " ");
			und_buf_add_str(&a.body.buf, names[h]);
			und_buf_add_str(&a.body.buf, "=");
			und_buf_add_bytes(&a.body.buf, v);
		}
	und_buf_add_str(&a.body.buf, " body=");
	und_buf_add_bytes(&a.body.buf, und_http_body(r));
	und_http_answer(r, &a);
}
static void site_echo(void *ctx, struct und_http_request *r)
{
	(void)ctx;
	site_say(r);
}

static void site_later_job(void *arg)
{
	site_say(arg);
}
static void site_slow_job(void *arg)
{
	site_slow++;
	while (sem_wait(&site_gate) != 0)
		;
	site_say(arg);
}
static void site_queue(void *ctx, struct und_http_request *r)
{
	void (*job)(void *) = ctx != NULL ? site_slow_job : site_later_job;

	if (und_work_add(site_work, job, r) != UND_OK)
		und_http_answer_busy(r, 7);
}

static size_t site_read(void *ctx, uint64_t offset, uint8_t *out, size_t n)
{
	(void)ctx;
	if (n > 100000)
		n = 100000;
	for (size_t i = 0; i < n; i++)
		out[i] = site_byte(offset + i);
	return n;
}
static size_t site_read_some(void *ctx, uint64_t offset, uint8_t *out, size_t n)
{
	return offset >= 200000 ? 0 : site_read(ctx, offset, out, n);
}
static void site_done(void *ctx)
{
	(void)ctx;
	site_readers_done++;
}
static void site_file(void *ctx, struct und_http_request *r)
{
	struct und_http_response a = { .status = 200, .type = UND_HTTP_LETTER, .cache = UND_HTTP_SHORT, .etag = "f1", .ranges = true, .disposition = "a.letter" };

	a.body = (struct und_http_body){ .kind = UND_HTTP_READER, .size = FILE_SIZE, .read = ctx != NULL ? site_read_some : site_read, .done = site_done };
	und_http_answer(r, &a);
}
/* The same file, whose pieces come from the pool (at once where there is none): whole; it fails in the middle; they wait for the gate. */
enum site_late { SITE_LATE, SITE_LATE_SHORT, SITE_LATE_HELD };
static void site_fetch_job(void *arg)
{
	struct und_http_piece *p = arg;

	for (size_t i = 0; i < p->n && und_http_is_wanted(p); i++)
		und_buf_add_u8(&p->bytes, site_byte(p->offset + i));
	und_http_give(p);
}
static void site_held_job(void *arg)
{
	site_slow++;
	while (sem_wait(&site_gate) != 0)
		;
	site_fetch_job(arg);
}
static void site_fetch(void *ctx, struct und_http_piece *p)
{
	enum site_late how = (enum site_late)(uintptr_t)ctx;

	if (how == SITE_LATE_SHORT && p->offset >= 200000)
		und_http_give(p);
	else if (site_work == NULL || und_work_add(site_work, how == SITE_LATE_HELD ? site_held_job : site_fetch_job, p) != UND_OK)
		site_fetch_job(p);
}
static void site_late(void *ctx, struct und_http_request *r)
{
	struct und_http_response a = { .status = 200, .type = UND_HTTP_LETTER, .cache = UND_HTTP_SHORT, .etag = "f1", .ranges = true, .disposition = "a.letter" };

	a.body = (struct und_http_body){ .kind = UND_HTTP_LATER, .size = FILE_SIZE, .fetch = site_fetch, .ctx = ctx };
	und_http_answer(r, &a);
}
static void site_problem(void *ctx, struct und_http_request *r)
{
	(void)ctx;
	und_http_answer_problem(r, 409, "tag-known", "It has signed already", "line 3: \"x\"", 0);
}
/* As many bytes of headers as an answer may have. */
static void site_long_headers(void *ctx, struct und_http_request *r)
{
	static char csp[5351];
	struct und_http_response a = { .status = 200, .csp = csp };

	(void)ctx;
	memset(csp, 'x', sizeof csp - 1);
	und_http_answer(r, &a);
}
static void site_see_other(void *ctx, struct und_http_request *r)
{
	struct und_http_response a = { .status = 303, .location = "/letters/done" };

	(void)ctx;
	und_http_answer(r, &a);
}
/* Always the same; /fixed/late from the pool, if there is one. */
static void site_fixed_job(void *arg)
{
	struct und_http_response a = { .status = 202, .type = UND_HTTP_TEXT };
	struct und_bytes which = und_http_param(arg, 0);

	a.body = (struct und_http_body){ .kind = UND_HTTP_STATIC, .bytes = und_cstr(und_bytes_is(which, "a") ? "this" : und_bytes_is(which, "b") ? "that" : und_bytes_is(which, "none") ? "" : "later") };
	und_http_answer(arg, &a);
}
static void site_fixed(void *ctx, struct und_http_request *r)
{
	(void)ctx;
	if (site_work == NULL || !und_bytes_is(und_http_param(r, 0), "late") || und_work_add(site_work, site_fixed_job, r) != UND_OK)
		site_fixed_job(r);
}
static void site_fault(void *ctx, struct und_http_response *out, unsigned status, struct und_bytes language)
{
	(void)ctx, (void)language;
	out->type = UND_HTTP_HTML;
	out->body.kind = UND_HTTP_OWNED;
	und_buf_init(&out->body.buf, 100);
	und_buf_add_str(&out->body.buf, "<h1>");
	und_buf_add_decimal(&out->body.buf, status);
	und_buf_add_str(&out->body.buf, "</h1>");
}

static const char *const site_types[] = { "text/plain", "application/json", NULL };
static const struct und_http_route site_routes[] = {
	{ UND_HTTP_GET, "/", site_home },
	{ UND_HTTP_GET, "/letters/:slug", site_echo },
	{ UND_HTTP_GET, "/letters/:slug.letter", site_file },
	{ UND_HTTP_GET, "/short/:slug.letter", site_file, (void *)(uintptr_t)1 },
	{ UND_HTTP_GET, "/late/:slug.letter", site_late },
	{ UND_HTTP_GET, "/late/short", site_late, (void *)(uintptr_t)SITE_LATE_SHORT },
	{ UND_HTTP_GET, "/late/held", site_late, (void *)(uintptr_t)SITE_LATE_HELD },
	{ UND_HTTP_GET, "/api/v1/letters/:slug/bundle", site_echo, .api = true },
	{ UND_HTTP_POST, "/echo", site_echo, .body_max = SMALL_BODY },
	{ UND_HTTP_POST, "/api/v1/typed", site_echo, .body_max = SMALL_BODY, .types = site_types, .api = true },
	{ UND_HTTP_POST, "/later", site_queue, .body_max = SMALL_BODY },
	{ UND_HTTP_POST, "/big", site_see_other, .body_max = 8 << 20 },
	{ UND_HTTP_GET, "/long-headers", site_long_headers },
	{ UND_HTTP_GET, "/slow", site_queue, (void *)(uintptr_t)1 },
	{ UND_HTTP_GET, "/api/v1/slow", site_queue, (void *)(uintptr_t)1, .api = true },
	{ UND_HTTP_GET, "/api/v1/problem", site_problem, .api = true },
	{ UND_HTTP_GET, "/fixed/:which", site_fixed },
	{ UND_HTTP_POST, "/go", site_see_other, .body_max = 0 },
};

/* ---- the server ---- */

struct site {
	struct und_http *http;
	struct und_http_options options;
	pthread_t thread;
	sem_t ready;
	enum und_err ended;
	unsigned port;
};

static void site_ready(void *ctx)
{
	sem_post(ctx);
}
static void *site_run(void *arg)
{
	struct site *s = arg;

	s->ended = und_http_run(s->http);
	if (s->ended != UND_OK)
		sem_post(&s->ready);
	return NULL;
}

/* Fill s->options first, or leave them zero. */
static enum und_err site_start(struct site *s)
{
	struct und_http_options *o = &s->options;
	const char *colon;
	enum und_err e;

	if (o->listen == NULL)
		o->listen = "127.0.0.1:0";
	if (o->loops == 0)
		o->loops = 2;
	o->routes = site_routes;
	o->route_count = UND_COUNT_OF(site_routes);
	if (o->fault == NULL)
		o->fault = site_fault;
	o->ready = site_ready;
	o->ready_ctx = &s->ready;
	sem_init(&s->ready, 0, 0);
	e = und_http_open(&s->http, o, NULL);
	if (e != UND_OK) {
		sem_destroy(&s->ready);
		return e;
	}
	colon = strrchr(und_http_address(s->http), ':');
	s->port = strncmp(o->listen, "unix:", 5) == 0 ? 0 : (unsigned)strtoul(colon + 1, NULL, 10);
	if (pthread_create(&s->thread, NULL, site_run, s) != 0)
		abort();
	while (sem_wait(&s->ready) != 0)
		;
	return UND_OK;
}

static void site_stop(struct site *s)
{
	und_http_stop(s->http);
	pthread_join(s->thread, NULL);
	und_http_close(s->http);
	sem_destroy(&s->ready);
}

/* ---- the client ---- */

static int site_dial(const struct site *s)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons((uint16_t)s->port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct sockaddr_un u = { .sun_family = AF_UNIX };
	bool path = s->port == 0;
	int fd = socket(path ? AF_UNIX : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (path)
		snprintf(u.sun_path, sizeof u.sun_path, "%s", s->options.listen + 5);
	if (fd < 0 || connect(fd, path ? (struct sockaddr *)&u : (struct sockaddr *)&a, path ? sizeof u : sizeof a) != 0) {
		printf("# cannot connect: %s\n", strerror(errno));
		if (fd >= 0)
			close(fd);
		return -1;
	}
	return fd;
}

__attribute__((unused)) static bool say_bytes(int fd, const void *p, size_t n)
{
	return send(fd, p, n, MSG_NOSIGNAL) == (ssize_t)n;
}
__attribute__((unused)) static bool say(int fd, const char *s)
{
	return say_bytes(fd, s, strlen(s));
}

struct answer {
	unsigned status;
	char *head;        /* with the empty line, and a zero byte */
	size_t head_n, body_n;
	const uint8_t *body;
	bool closed;       /* the connection ended behind it */
	uint8_t *bytes;
	size_t n, used;
};

static void answer_free(struct answer *a)
{
	free(a->bytes);
	free(a->head);
	*a = (struct answer){ 0 };
}

/* Reads more; false: the end, or patience is. */
static bool hear_more(int fd, struct answer *a)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	ssize_t n;

	if (a->n == ANSWER_MAX)
		return false;
	if (poll(&p, 1, PATIENCE_MS) != 1) {
		printf("# nothing came\n");
		return false;
	}
	n = recv(fd, a->bytes + a->n, ANSWER_MAX - a->n, 0);
	if (n <= 0) {
		a->closed = true;
		return false;
	}
	a->n += (size_t)n;
	return true;
}

/* The value of a header line, or NULL; overwrites one of a few static places. */
__attribute__((unused)) static const char *answer_header(const struct answer *a, const char *name)
{
	static char places[8][1024];
	static unsigned next;
	char wanted[80];
	char *place = places[next++ % 8];
	const char *at, *end;

	snprintf(wanted, sizeof wanted, "\r\n%s: ", name);
	at = a->head == NULL ? NULL : strstr(a->head, wanted);
	if (at == NULL)
		return NULL;
	at += strlen(wanted);
	end = strstr(at, "\r\n");
	snprintf(place, 1024, "%.*s", (int)(end - at), at);
	return place;
}

/* One answer. no_body: to HEAD, or a 304. to_end: then until the connection ends. Status 0: there was none. Free it. */
static struct answer hear(int fd, bool no_body, bool to_end)
{
	struct answer a = { 0 };
	uint8_t *end;
	const char *length;
	size_t body = 0;

	a.bytes = malloc(ANSWER_MAX);
	if (a.bytes == NULL)
		abort();
	while ((end = a.n == 0 ? NULL : memmem(a.bytes, a.n, "\r\n\r\n", 4)) == NULL)
		if (!hear_more(fd, &a))
			return a;
	a.head_n = (size_t)(end - a.bytes) + 4;
	a.head = strndup((char *)a.bytes, a.head_n);
	if (a.head == NULL || strncmp(a.head, "HTTP/1.1 ", 9) != 0)
		return a;
	length = answer_header(&a, "Content-Length");
	body = length == NULL || no_body || strncmp(a.head + 9, "304", 3) == 0 ? 0 : strtoul(length, NULL, 10);
	while (a.n < a.head_n + body && hear_more(fd, &a))
		;
	a.body = a.bytes + a.head_n;
	a.body_n = a.n - a.head_n;
	while (to_end && hear_more(fd, &a))
		;
	a.status = (unsigned)strtoul(a.head + 9, NULL, 10);
	return a;
}

/* One request on a connection of its own. */
__attribute__((unused)) static struct answer ask_bytes(const struct site *s, const void *p, size_t n)
{
	struct answer a = { 0 };
	int fd = site_dial(s);

	if (fd < 0)
		return a;
	if (say_bytes(fd, p, n))
		a = hear(fd, n > 4 && memcmp(p, "HEAD", 4) == 0, false);
	close(fd);
	return a;
}
__attribute__((unused)) static struct answer ask(const struct site *s, const char *request)
{
	return ask_bytes(s, request, strlen(request));
}
__attribute__((unused)) static bool body_is(const struct answer *a, const char *text)
{
	if (a->body_n == strlen(text) && memcmp(a->body, text, a->body_n) == 0)
		return true;
	printf("# body: %.*s\n", (int)a->body_n, (const char *)a->body);
	return false;
}

#endif
