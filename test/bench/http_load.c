/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* http_load.c: asks a server on loopback for pages over kept connections, and says how many a second and how quickly */
/*
 * http_load PORT PATH [CONNECTIONS [SECONDS [IDLE [TRICKLE]]]]: CONNECTIONS (50, at most 1,000) ask for PATH one after the other for SECONDS (5, at
 * most 60); meanwhile IDLE connections (at most 15,000) have asked once and are silent, and TRICKLE (at most 2,000) send a byte of a head
 * each half second, until the server closes them. 127.0.0.1 only.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
	CONNECTIONS_MAX = 1000,
	SECONDS_MAX = 60,
	IDLE_MAX = 15000,
	TRICKLE_MAX = 2000,
	TIMES_MAX = 4 << 20,
	HEAD_MAX = 8192
};

struct conn {
	int fd;
	bool idle, trickle;
	uint64_t began;     /* ns: this request; of a trickle: the connection */
	size_t head_n;
	char head[HEAD_MAX];
	uint64_t body_left;
	bool in_body;
};

static struct conn conns[CONNECTIONS_MAX];
static int idle_fds[IDLE_MAX];
static struct conn trickles[TRICKLE_MAX];
static uint32_t times[TIMES_MAX]; /* µs */
static size_t time_count;
static char request[1024];
static size_t request_n;
static struct sockaddr_in where;
static unsigned long failures;

static uint64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static unsigned long number(const char *s, unsigned long max)
{
	char *end;
	unsigned long n = strtoul(s, &end, 10);

	if (*s == '\0' || *end != '\0' || n > max) {
		fprintf(stderr, "http_load: %s: not a number up to %lu\n", s, max);
		exit(2);
	}
	return n;
}

static int dial(void)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1;

	if (fd < 0)
		die("socket");
	if (connect(fd, (struct sockaddr *)&where, sizeof where) != 0)
		die("connect");
	if (setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) != 0)
		die("setsockopt");
	return fd;
}

static void ask(struct conn *c)
{
	c->head_n = 0;
	c->in_body = false;
	c->began = now_ns();
	if (send(c->fd, request, request_n, MSG_NOSIGNAL) != (ssize_t)request_n)
		failures++;
}

/* The head is there: how long is the body? */
static bool parse_head(struct conn *c, size_t *used)
{
	char *end, *length;

	c->head[c->head_n] = '\0';
	end = strstr(c->head, "\r\n\r\n");
	if (end == NULL)
		return false;
	if (strncmp(c->head, "HTTP/1.1 200 ", 13) != 0)
		failures++;
	length = strstr(c->head, "Content-Length: ");
	c->body_left = length == NULL ? 0 : strtoull(length + 16, NULL, 10);
	c->in_body = true;
	*used = (size_t)(end + 4 - c->head);
	return true;
}

/* false: the connection is gone. whole: an answer is complete. */
static bool receive(struct conn *c, bool *whole)
{
	static char buf[256 << 10];
	ssize_t n = recv(c->fd, buf, sizeof buf, MSG_DONTWAIT);
	size_t take, used = 0, got, had = c->head_n;

	*whole = false;
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return true;
	if (n <= 0)
		return false;
	got = (size_t)n;
	if (!c->in_body) {
		take = got < HEAD_MAX - 1 - had ? got : HEAD_MAX - 1 - had;
		memcpy(c->head + had, buf, take);
		c->head_n += take;
		if (!parse_head(c, &used))
			return c->head_n < HEAD_MAX - 1;
		got -= used - had;
	}
	if (got > c->body_left) {
		failures++;
		return false;
	}
	c->body_left -= got;
	*whole = c->body_left == 0;
	return true;
}

static int by_size(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static void report(double seconds)
{
	if (time_count == 0) {
		printf("no answer\n");
		return;
	}
	qsort(times, time_count, sizeof times[0], by_size);
	printf("%zu answers, %.0f a second; median %.2f ms, 99 %% %.2f ms, longest %.2f ms; %lu failures\n", time_count, (double)time_count / seconds,
	       times[time_count / 2] / 1e3, times[time_count / 100 * 99] / 1e3, times[time_count - 1] / 1e3, failures);
}

/* Each asks once, so that it idles between two requests. */
static void open_idle(unsigned long n)
{
	char buf[64 << 10];

	for (unsigned long i = 0; i < n; i++) {
		struct conn c = { .fd = dial() };
		bool whole = false;

		idle_fds[i] = c.fd;
		ask(&c);
		while (!whole) {
			ssize_t peeked = recv(c.fd, buf, 1, MSG_PEEK);

			if (peeked <= 0 || !receive(&c, &whole))
				die("an idle connection");
		}
	}
	if (n > 0)
		printf("%lu connections idle\n", n);
}

static unsigned long still_open(unsigned long n)
{
	char c;
	unsigned long open = 0;

	for (unsigned long i = 0; i < n; i++)
		open += recv(idle_fds[i], &c, 1, MSG_DONTWAIT) < 0 && errno == EAGAIN;
	return open;
}

/* A byte more of each head; says when the last was closed. */
static void trickle(unsigned long n, unsigned long *open, uint64_t *last_closed)
{
	for (unsigned long i = 0; i < n; i++) {
		struct conn *c = &trickles[i];
		char buf[4096];
		ssize_t got;

		if (c->fd < 0)
			continue;
		do
			got = recv(c->fd, buf, sizeof buf, MSG_DONTWAIT);
		while (got > 0);
		if ((got < 0 && errno == EAGAIN) && send(c->fd, "a", 1, MSG_NOSIGNAL) == 1)
			continue;
		close(c->fd);
		c->fd = -1;
		--*open;
		*last_closed = now_ns() - c->began;
	}
}

static void run(int ep, unsigned long n, unsigned long seconds, unsigned long trickling)
{
	uint64_t began = now_ns(), end = began + seconds * 1000000000, next = began, last_closed = 0, now = began;
	unsigned long open = trickling;
	struct epoll_event events[256];

	for (unsigned long i = 0; i < n; i++)
		ask(&conns[i]);
	while (now < end) {
		int got = epoll_wait(ep, events, 256, 100);

		now = now_ns();
		for (int i = 0; i < got; i++) {
			struct conn *c = events[i].data.ptr;
			bool whole;

			if (!receive(c, &whole)) {
				failures++;
				close(c->fd);
				continue;
			}
			if (!whole)
				continue;
			if (time_count < TIMES_MAX)
				times[time_count++] = (uint32_t)((now_ns() - c->began) / 1000);
			ask(c);
		}
		if (trickling > 0 && now >= next) {
			trickle(trickling, &open, &last_closed);
			next = now + 500000000;
		}
	}
	report((double)(now - began) / 1e9);
	if (trickling > 0)
		printf("%lu trickled, %lu still open; the last was closed after %.1f s\n", trickling, open, (double)last_closed / 1e9);
}

int main(int argc, char **argv)
{
	struct rlimit limit;
	unsigned long n, seconds, idle, trickling;
	int ep, length;

	if (argc < 3 || argc > 7) {
		fprintf(stderr, "usage: http_load PORT PATH [CONNECTIONS [SECONDS [IDLE [TRICKLE]]]]\n");
		return 2;
	}
	where = (struct sockaddr_in){ .sin_family = AF_INET, .sin_port = htons((uint16_t)number(argv[1], 65535)), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	n = argc > 3 ? number(argv[3], CONNECTIONS_MAX) : 50;
	seconds = argc > 4 ? number(argv[4], SECONDS_MAX) : 5;
	idle = argc > 5 ? number(argv[5], IDLE_MAX) : 0;
	trickling = argc > 6 ? number(argv[6], TRICKLE_MAX) : 0;
	length = snprintf(request, sizeof request, "GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: http_load\r\nAccept: text/html\r\n\r\n", argv[2]);
	if (length < 0 || (size_t)length >= sizeof request)
		return 2;
	request_n = (size_t)length;
	if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
		limit.rlim_cur = limit.rlim_max;
		if (setrlimit(RLIMIT_NOFILE, &limit) != 0)
			die("setrlimit");
	}
	ep = epoll_create1(EPOLL_CLOEXEC);
	if (ep < 0)
		die("epoll_create1");
	open_idle(idle);
	for (unsigned long i = 0; i < trickling; i++) {
		static const char start[] = "GET / HTTP/1.1\r\nX: ";

		trickles[i].fd = dial();
		trickles[i].began = now_ns();
		if (send(trickles[i].fd, start, sizeof start - 1, MSG_NOSIGNAL) < 0)
			die("send");
	}
	for (unsigned long i = 0; i < n; i++) {
		struct epoll_event event = { .events = EPOLLIN };

		conns[i].fd = dial();
		event.data.ptr = &conns[i];
		if (epoll_ctl(ep, EPOLL_CTL_ADD, conns[i].fd, &event) != 0)
			die("epoll_ctl");
	}
	run(ep, n, seconds, trickling);
	if (idle > 0)
		printf("%lu of %lu idle connections still open\n", still_open(idle), idle);
	return failures == 0 ? 0 : 1;
}
