/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* http_calls.c: each system call of a loop made to fail in turn: one connection may suffer, never the server. Links with --wrap (meson.build) */
#include <stdatomic.h>
#include <sys/epoll.h>

#include "../http_fixture.h"

#define H "Host: a\r\n"

/* which: the call that fails; the nth, once, with why. only on threads that serve. */
enum call { NONE, ACCEPT, SOCKETPAIR, RECV, SEND, EPOLL_CTL, SHUTDOWN };
static _Atomic enum call which;
static atomic_int left;
static atomic_bool hit;
static _Atomic int why;
static _Thread_local bool serving;

static bool fails(enum call c)
{
	if (!serving || atomic_load(&which) != c || atomic_fetch_sub(&left, 1) != 1)
		return false;
	atomic_store(&hit, true);
	errno = atomic_load(&why);
	return true;
}

int __real_accept4(int fd, struct sockaddr *a, socklen_t *n, int flags);
int __wrap_accept4(int fd, struct sockaddr *a, socklen_t *n, int flags);
int __wrap_accept4(int fd, struct sockaddr *a, socklen_t *n, int flags)
{
	if (a != NULL || n != NULL)
		abort(); /* nobody asks whose a connection is */
	return fails(ACCEPT) ? -1 : __real_accept4(fd, a, n, flags);
}
int __real_socketpair(int family, int type, int protocol, int pair[2]);
int __wrap_socketpair(int family, int type, int protocol, int pair[2]);
int __wrap_socketpair(int family, int type, int protocol, int pair[2])
{
	return fails(SOCKETPAIR) ? -1 : __real_socketpair(family, type, protocol, pair);
}
ssize_t __real_recv(int fd, void *p, size_t n, int flags);
ssize_t __wrap_recv(int fd, void *p, size_t n, int flags);
ssize_t __wrap_recv(int fd, void *p, size_t n, int flags)
{
	return fails(RECV) ? -1 : __real_recv(fd, p, n, flags);
}
ssize_t __real_send(int fd, const void *p, size_t n, int flags);
ssize_t __wrap_send(int fd, const void *p, size_t n, int flags);
ssize_t __wrap_send(int fd, const void *p, size_t n, int flags)
{
	return fails(SEND) ? -1 : __real_send(fd, p, n, flags);
}
int __real_epoll_ctl(int epoll, int what, int fd, struct epoll_event *event);
int __wrap_epoll_ctl(int epoll, int what, int fd, struct epoll_event *event);
int __wrap_epoll_ctl(int epoll, int what, int fd, struct epoll_event *event)
{
	return fails(EPOLL_CTL) ? -1 : __real_epoll_ctl(epoll, what, fd, event);
}
int __real_shutdown(int fd, int how);
int __wrap_shutdown(int fd, int how);
int __wrap_shutdown(int fd, int how)
{
	return fails(SHUTDOWN) ? -1 : __real_shutdown(fd, how);
}

static void mark_thread(void *ctx, struct und_http_response *out, unsigned status, struct und_bytes language)
{
	(void)ctx, (void)language;
	serving = status != 0;
	out->type = UND_HTTP_TEXT;
	out->body.kind = UND_HTTP_STATIC;
	out->body.bytes = und_cstr("fault");
}

/* A call that fails once; interrupted: then nobody may notice. */
static void one(struct site *s, enum call call, int nth, int error, const char *request, unsigned status)
{
	bool quiet = error == EINTR;
	struct answer a;
	int fd;

	atomic_store(&hit, false);
	atomic_store(&why, error);
	atomic_store(&left, nth);
	atomic_store(&which, call);
	fd = site_dial(s);
	if (fd >= 0 && say(fd, request)) {
		a = hear(fd, false, false);
		if (a.status == 0 && !a.closed)
			tap_fail("call %d, number %d, %s: neither an answer nor the end", call, nth, strerror(error));
		if (a.status != status && (quiet || !atomic_load(&hit) || (a.status != 0 && a.status != 503)))
			tap_fail("call %d, number %d, %s: %u", call, nth, strerror(error), a.status);
		answer_free(&a);
	}
	if (fd >= 0)
		close(fd);
	atomic_store(&which, NONE);
	a = ask(s, "GET / HTTP/1.1\r\n" H "\r\n");
	if (a.status != 200)
		tap_fail("after call %d, number %d, %s: %u", call, nth, strerror(error), a.status);
	tap_checks++;
	answer_free(&a);
}

TEST(the_server_outlives_each_call_that_fails)
{
	static const struct {
		enum call call;
		int error;
	} kinds[] = {
		{ ACCEPT, EMFILE }, { ACCEPT, ECONNABORTED }, { ACCEPT, ENOMEM }, { SOCKETPAIR, EMFILE }, { RECV, EINTR }, { RECV, ECONNRESET }, { RECV, ENOMEM },
		{ SEND, EINTR }, { SEND, EPIPE }, { SEND, ECONNRESET }, { EPOLL_CTL, ENOSPC }, { EPOLL_CTL, ENOMEM }, { SHUTDOWN, ENOTCONN },
	};
	static const struct {
		const char *request;
		unsigned status;
	} requests[] = {
		{ "GET / HTTP/1.1\r\n" H "\r\n", 200 },
		{ "GET /letters/x.letter HTTP/1.1\r\n" H "\r\n", 200 },
		{ "POST /echo HTTP/1.1\r\n" H "Expect: 100-continue\r\nContent-Length: 1\r\n\r\na", 100 },
		{ "GET / HTTP/1.1\r\n" H "Connection: close\r\n\r\n", 200 },
		{ "BAD\r\n\r\n", 400 },
	};
	unsigned noticed = 0;

	for (size_t k = 0; k < UND_COUNT_OF(kinds); k++) {
		struct site s = { .options = { .loops = 1, .fault = mark_thread } };
		struct answer a;

		atomic_store(&which, NONE);
		OK(site_start(&s));
		a = ask(&s, "GET /mark HTTP/1.1\r\n" H "\r\n"); /* its fault marks the loop's thread */
		EQ(a.status, 404);
		answer_free(&a);
		for (size_t r = 0; r < UND_COUNT_OF(requests); r++)
			for (int nth = 1; nth <= 3; nth++) {
				one(&s, kinds[k].call, nth, kinds[k].error, requests[r].request, requests[r].status);
				noticed += atomic_load(&hit);
			}
		site_stop(&s);
	}
	printf("# %u calls failed\n", noticed);
	CHECK(noticed > 60);
}
