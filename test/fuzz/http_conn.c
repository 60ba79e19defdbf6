/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* http_conn.c: whole connections: bytes in any pieces through conn.c to handlers, and the answers that come out. The first two bytes say how it is cut */

/*
 * In pieces the same requests reach handlers as at once (which may end sooner: what stands behind a body ends a connection), and every answer is framed. No time passes, but once at the end.
 */
#include <sys/socket.h>
#include <unistd.h>

#include "fuzz.h"
#include "http/loop.h"

enum { ECHO_MAX = 700, CALLS_MAX = 64, OUT_MAX = 1 << 20 };

/* ---- what handlers saw ---- */

struct calls {
	size_t n, at[CALLS_MAX]; /* where each begins in text */
	struct und_buf text;
};
static struct calls *calls;

static void note(void *ctx, struct und_http_request *r)
{
	struct und_http_response a = { .status = 200, .type = UND_HTTP_TEXT, .etag = "e", .ranges = true };
	const struct und_http_route *route = und_http_route(r);
	struct und_bytes v;

	FUZZ_ASSERT(und_http_body(r).n <= route->body_max);
	if (calls->n < CALLS_MAX)
		calls->at[calls->n] = calls->text.n;
	calls->n++;
	und_buf_add_str(&calls->text, route->pattern);
	und_buf_add_bytes(&calls->text, und_http_path(r));
	if (ctx != NULL)
		und_buf_add_bytes(&calls->text, und_http_param(r, 0));
	if (und_http_query(&v, r, "q"))
		und_buf_add_bytes(&calls->text, v);
	for (unsigned h = 0; h < UND_HTTP_HEADERS; h++)
		if (und_http_header(&v, r, h))
			und_buf_add_bytes(&calls->text, v);
	und_buf_add_bytes(&calls->text, und_http_body(r));
	a.body.kind = UND_HTTP_STATIC;
	a.body.bytes = und_cstr("seen");
	und_http_answer(r, &a);
}

static const char *const types[] = { "text/plain", NULL };
static const struct und_http_route routes[] = {
	{ UND_HTTP_GET, "/", note },
	{ UND_HTTP_GET, "/a/:slug.letter", note, (void *)(uintptr_t)1 },
	{ UND_HTTP_POST, "/echo", note, .body_max = ECHO_MAX },
	{ UND_HTTP_POST, "/typed", note, .body_max = ECHO_MAX, .types = types, .api = true },
	{ UND_HTTP_POST, "/empty", note },
};

/* ---- one connection ---- */

static struct und_http *server;
static struct und_loop *loop;

struct run {
	struct calls calls;
	struct und_buf out;
	bool closed;
};

static void hear(struct run *run, int fd)
{
	uint8_t piece[65536];
	ssize_t n;

	while ((n = recv(fd, piece, sizeof piece, MSG_DONTWAIT)) > 0)
		und_buf_add(&run->out, piece, (size_t)n);
	if (n == 0)
		run->closed = true;
	FUZZ_ASSERT(run->out.err == UND_OK);
}

/* What loop.c does until there is nothing more to pass on. */
static void pump(struct run *run, int fd)
{
	for (unsigned turns = 0; loop->pump != NULL; turns++) {
		struct und_conn *c = loop->pump;

		FUZZ_ASSERT(turns < 100000);
		und_mhd_run(loop->mhd);
		loop->pump = NULL;
		c->pumping = false;
		und_conn_pump(c);
		hear(run, fd);
	}
}

static void end(struct und_conn *c)
{
	und_conn_close(c);
	FUZZ_ASSERT(loop->dead == c && c->next == NULL);
	loop->dead = NULL;
	free(c);
	for (unsigned i = 0; i < UND_PHASES; i++)
		FUZZ_ASSERT(loop->phases[i].first == NULL && loop->phases[i].last == NULL);
	FUZZ_ASSERT(atomic_load(&server->bodies) == 0 && atomic_load(&server->open) == 0 && atomic_load(&server->outstanding) == 0);
}

/* In pieces of step bytes, the first one of first. */
static void talk(struct run *run, const uint8_t *p, size_t n, size_t first, size_t step)
{
	struct und_conn *c;
	int ends[2];

	und_buf_init(&run->calls.text, OUT_MAX);
	und_buf_init(&run->out, OUT_MAX);
	run->calls.n = 0;
	run->closed = false;
	calls = &run->calls;
	FUZZ_ASSERT(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends) == 0);
	c = und_conn_new(loop, ends[0]);
	FUZZ_ASSERT(c != NULL);
	c->can_write = true;
	for (size_t at = 0; at < n && !c->dead;) {
		size_t piece = at == 0 ? first : step;

		if (piece > n - at)
			piece = n - at;
		if (send(ends[1], p + at, piece, MSG_NOSIGNAL) != (ssize_t)piece)
			break;
		at += piece;
		c->can_read = true;
		und_conn_read(c);
		pump(run, ends[1]);
		FUZZ_ASSERT(c->dead || c->phase == UND_PHASE_NEW || c->phase == UND_PHASE_IDLE || c->phase == UND_PHASE_HEAD || c->phase == UND_PHASE_BODY || c->phase == UND_PHASE_LINGER);
		FUZZ_ASSERT(c->dead || c->in.n <= UND_HTTP_HEAD_MAX + 1);
	}
	hear(run, ends[1]);
	if (!c->dead && c->phase != UND_PHASE_LINGER && c->phase != UND_PHASE_NEW && c->phase != UND_PHASE_IDLE) { /* the time comes, once for each: late is answered */
		und_conn_late(c);
		pump(run, ends[1]);
		FUZZ_ASSERT(c->dead || c->phase == UND_PHASE_LINGER);
	}
	hear(run, ends[1]);
	end(c);
	close(ends[1]);
}

/* ---- answers ---- */

/* Each a status that we know, with headers, and as many bytes of body as it says. Only the first `limit` statuses. */
static size_t read_answers(unsigned *statuses, size_t limit, struct und_bytes out, bool any_head)
{
	size_t count = 0;

	while (out.n != 0 && count < limit) {
		const uint8_t *head_end = memmem(out.p, out.n, "\r\n\r\n", 4), *length;
		size_t n, body = 0;
		unsigned status = 0;

		FUZZ_ASSERT(head_end != NULL && out.n > 12 && memcmp(out.p, "HTTP/1.1 ", 9) == 0);
		n = (size_t)(head_end - out.p) + 4;
		for (unsigned i = 9; i < 12; i++)
			status = 10 * status + (unsigned)(out.p[i] - '0');
		FUZZ_ASSERT(status == 100 || und_http_phrase(status) != NULL);
		length = memmem(out.p, n, "\r\nContent-Length: ", 18);
		FUZZ_ASSERT(status == 100 || status == 304 || length != NULL);
		for (length = length == NULL ? NULL : length + 18; length != NULL && *length != '\r'; length++)
			body = 10 * body + (size_t)(*length - '0');
		if (status == 304 || status == 100)
			body = 0;
		if (any_head && body > out.n - n) /* to HEAD, at the end */
			body = 0;
		if (any_head && out.n - n >= 9 && memcmp(out.p + n, "HTTP/1.1 ", 9) == 0)
			body = 0;
		FUZZ_ASSERT(body <= out.n - n);
		out = und_bytes(out.p + n + body, out.n - n - body);
		if (status != 100)
			statuses[count++] = status;
	}
	return count;
}

static struct und_bytes call(const struct calls *c, size_t i)
{
	size_t end = i + 1 < c->n && i + 1 < CALLS_MAX ? c->at[i + 1] : c->text.n;

	return und_bytes(c->text.p + c->at[i], end - c->at[i]);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	static char listen[80];
	struct und_http_options o = { .listen = listen, .routes = routes, .route_count = UND_COUNT_OF(routes), .loops = 1 };

	(void)argc;
	(void)argv;
	snprintf(listen, sizeof listen, "unix:/tmp/http-conn-%ld", (long)getpid());
	FUZZ_ASSERT(und_http_open(&server, &o, NULL) == UND_OK);
	und_listener_close(&server->listener); /* nobody comes by it */
	server->listener.fd = -1;
	server->listener.path[0] = '\0';
	loop = server->loops[0];
	loop->thread = pthread_self();
	loop->now = 1000;
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct run whole, pieces;
	unsigned a[2 * CALLS_MAX], b[2 * CALLS_MAX];
	size_t n, m;
	bool any_head;

	if (size < 3 || size > 100000)
		return 0;
	any_head = memmem(data, size, "HEAD ", 5) != NULL;
	talk(&whole, data + 2, size - 2, size - 2, 1);
	talk(&pieces, data + 2, size - 2, 1 + data[0], size > 4000 ? 97 + data[1] : 1 + data[1] % 61);
	for (size_t i = 0; i < whole.calls.n && i < CALLS_MAX - 1; i++)
		FUZZ_ASSERT(i < pieces.calls.n && und_bytes_equal_var(call(&whole.calls, i), call(&pieces.calls, i)));
	n = read_answers(a, 2 * CALLS_MAX, und_buf_bytes(&whole.out), any_head);
	m = read_answers(b, 2 * CALLS_MAX, und_buf_bytes(&pieces.out), any_head);
	FUZZ_ASSERT(n <= m);
	for (size_t i = 0; i < n; i++) /* a head with several faults is refused for the one that is seen first */
		FUZZ_ASSERT(a[i] == b[i] || (i + 1 == n && m == n && a[i] >= 400 && b[i] >= 400));
	FUZZ_ASSERT(m >= pieces.calls.n || m == 2 * CALLS_MAX);
	und_buf_clear(&whole.calls.text);
	und_buf_clear(&whole.out);
	und_buf_clear(&pieces.calls.text);
	und_buf_clear(&pieces.out);
	return 0;
}
