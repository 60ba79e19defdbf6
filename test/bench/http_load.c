/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* http_load.c: asks a server on loopback for pages over kept connections, or hands lines in, and says how many a second and how quickly */
/*
 * http_load [-j] [-l LINES] PORT PATH [CONNECTIONS [SECONDS [IDLE [TRICKLE]]]]: CONNECTIONS (50, at most 2,000) ask for PATH one after the other for
 * SECONDS (5, at most 60); meanwhile IDLE connections (at most 15,000) have asked once and are silent, and TRICKLE (at most 2,000) send a byte of a head
 * each half second, until the server closes them. 127.0.0.1 only.
 *
 * http_load -e BYTES: the yardstick: answers whatever comes at a free port, which it says first, by so many bytes, until its standard input ends.
 *
 * -l: each line of the file LINES is posted to PATH, in turn and over again. -j: the figures as one line of JSON.
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
	CONNECTIONS_MAX = 2000,
	SECONDS_MAX = 60,
	IDLE_MAX = 15000,
	TRICKLE_MAX = 2000,
	TIMES_MAX = 4 << 20,
	HEAD_MAX = 8192,
	LINES_MAX = 16384,
	TURN_MS = 5,      /* trickles: a hundredth of them each 5 ms */
	TURNS = 100
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
static struct {
	char *p;
	size_t n;
} requests[LINES_MAX];
static size_t request_count, request_next;
static struct sockaddr_in where;
static unsigned long failures; /* answers other than 2xx, and what broke */
static bool json;

static uint64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

static _Noreturn void die(const char *what)
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
	if (send(c->fd, requests[request_next].p, requests[request_next].n, MSG_NOSIGNAL) != (ssize_t)requests[request_next].n)
		failures++;
	request_next = (request_next + 1) % request_count;
}

/* The head is there: how long is the body? */
static bool parse_head(struct conn *c, size_t *used)
{
	char *end, *length;

	c->head[c->head_n] = '\0';
	end = strstr(c->head, "\r\n\r\n");
	if (end == NULL)
		return false;
	if (strncmp(c->head, "HTTP/1.1 2", 10) != 0)
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

static double cpu_seconds(void)
{
	struct rusage u;

	if (getrusage(RUSAGE_SELF, &u) != 0)
		die("getrusage");
	return (double)u.ru_utime.tv_sec + (double)u.ru_stime.tv_sec + (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
}

static double per(size_t part, size_t of)
{
	return time_count == 0 ? 0 : times[(time_count - 1) * part / of] / 1e3;
}

static void report(double seconds)
{
	qsort(times, time_count, sizeof times[0], by_size);
	if (json)
		printf("{\"answers\":%zu,\"seconds\":%.3f,\"median_ms\":%.3f,\"p99_ms\":%.3f,\"worst_ms\":%.3f,\"failures\":%lu,\"cpu_seconds\":%.3f", time_count, seconds, per(1, 2),
		       per(99, 100), per(1, 1), failures, cpu_seconds());
	else
		printf("%zu answers, %.0f a second; median %.2f ms, 99 %% %.2f ms, longest %.2f ms; %lu failures; %.1f s of processor\n", time_count, (double)time_count / seconds, per(1, 2),
		       per(99, 100), per(1, 1), failures, cpu_seconds());
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
}

static unsigned long still_open(unsigned long n)
{
	char c;
	unsigned long open = 0;

	for (unsigned long i = 0; i < n; i++)
		open += recv(idle_fds[i], &c, 1, MSG_DONTWAIT) < 0 && errno == EAGAIN;
	return open;
}

/* A byte more of every hundredth head; says when the last was closed. */
static void trickle(unsigned long first, unsigned long n, unsigned long *open, uint64_t *last_closed)
{
	for (unsigned long i = first; i < n; i += TURNS) {
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
		if (*last_closed < now_ns() - c->began)
			*last_closed = now_ns() - c->began;
	}
}

static void take_answer(struct conn *c)
{
	bool whole;

	if (!receive(c, &whole)) {
		failures++;
		close(c->fd);
		return;
	}
	if (!whole)
		return;
	if (time_count < TIMES_MAX)
		times[time_count++] = (uint32_t)((now_ns() - c->began) / 1000);
	ask(c);
}

/* Until the time is over; of trickles alone, until none is left. */
static void run(int ep, unsigned long n, unsigned long seconds, unsigned long trickling)
{
	uint64_t began = now_ns(), end = began + seconds * 1000000000, next = began, last_closed = 0, now = began;
	unsigned long open = trickling, turn = 0;
	struct epoll_event events[256];

	for (unsigned long i = 0; i < n; i++)
		ask(&conns[i]);
	while (now < end && (n > 0 || open > 0)) {
		int got = epoll_wait(ep, events, 256, trickling > 0 ? TURN_MS : 100);

		now = now_ns();
		for (int i = 0; i < got; i++)
			take_answer(events[i].data.ptr);
		for (; trickling > 0 && now >= next; next += TURN_MS * 1000000)
			trickle(turn++ % TURNS, trickling, &open, &last_closed);
	}
	report((double)(now - began) / 1e9);
	if (trickling > 0)
		printf(json ? ",\"trickled\":%lu,\"trickling\":%lu,\"last_closed_s\":%.3f" : "%lu trickled, %lu still open; the last was closed after %.1f s\n", trickling, open,
		       (double)last_closed / 1e9);
}

/* ---- the least that a server does ---- */

static void echo_to(int fd, const char *answer, size_t n)
{
	static char buf[64 << 10];
	ssize_t got = recv(fd, buf, sizeof buf, 0);
	size_t at = 0;

	if (got <= 0)
		close(fd);
	while (got > 0 && at < n) {
		ssize_t sent = send(fd, answer + at, n - at, MSG_NOSIGNAL);

		if (sent <= 0)
			return;
		at += (size_t)sent;
	}
}

/* Of n bytes, its head among them. */
static char *make_answer(size_t n)
{
	char *answer = malloc(n + 1);
	int head;

	if (answer == NULL)
		die("malloc");
	memset(answer, 'x', n + 1);
	head = snprintf(answer, n, "HTTP/1.1 200 OK\r\nContent-Length: %010zu\r\n\r\n", (size_t)0);
	if (head < 0 || (size_t)head >= n)
		die("too few bytes");
	snprintf(answer, n, "HTTP/1.1 200 OK\r\nContent-Length: %010zu\r\n\r\n", n - (size_t)head);
	answer[head] = 'x';
	return answer;
}

static int listen_anywhere(void)
{
	socklen_t n = sizeof where;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	where = (struct sockaddr_in){ .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	if (fd < 0 || bind(fd, (struct sockaddr *)&where, sizeof where) != 0 || listen(fd, 1024) != 0 || getsockname(fd, (struct sockaddr *)&where, &n) != 0)
		die("listen");
	return fd;
}

static int echo(size_t n)
{
	struct epoll_event events[256], event = { .events = EPOLLIN };
	int ep = epoll_create1(EPOLL_CLOEXEC), listener = listen_anywhere(), got;
	char *answer = make_answer(n);

	event.data.fd = listener;
	if (ep < 0 || epoll_ctl(ep, EPOLL_CTL_ADD, listener, &event) != 0)
		die("epoll");
	event.data.fd = STDIN_FILENO;
	if (epoll_ctl(ep, EPOLL_CTL_ADD, STDIN_FILENO, &event) != 0)
		die("epoll");
	printf("%u\n", (unsigned)ntohs(where.sin_port));
	fflush(stdout);
	while ((got = epoll_wait(ep, events, 256, -1)) >= 0 || errno == EINTR)
		for (int i = 0; i < got; i++) {
			if (events[i].data.fd == STDIN_FILENO) {
				free(answer);
				return 0;
			}
			if (events[i].data.fd != listener) {
				echo_to(events[i].data.fd, answer, n);
				continue;
			}
			event.data.fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
			if (event.data.fd >= 0 && epoll_ctl(ep, EPOLL_CTL_ADD, event.data.fd, &event) != 0)
				close(event.data.fd);
		}
	die("epoll_wait");
}

/* ---- what is asked ---- */

static void add_request(char *p, int n)
{
	if (p == NULL || n < 0 || request_count == LINES_MAX) {
		fprintf(stderr, "http_load: too many requests, or no memory\n");
		exit(1);
	}
	requests[request_count].p = p;
	requests[request_count++].n = (size_t)n;
}

static void ask_for(const char *path)
{
	char *p = NULL;
	int n = asprintf(&p, "GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: http_load\r\nAccept: text/html\r\n\r\n", path);

	add_request(p, n);
}

static void hand_in(const char *path, const char *file)
{
	FILE *f = fopen(file, "r");
	char *line = NULL, *p;
	size_t cap = 0;
	ssize_t n;

	if (f == NULL)
		die(file);
	while ((n = getline(&line, &cap, f)) > 0) {
		int length = asprintf(&p, "POST %s HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-ndjson\r\nContent-Length: %zd\r\n\r\n%s", path, n, line);

		add_request(length < 0 ? NULL : p, length);
	}
	free(line);
	fclose(f);
}

static void raise_limit(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
		return;
	limit.rlim_cur = limit.rlim_max;
	if (setrlimit(RLIMIT_NOFILE, &limit) != 0)
		die("setrlimit");
}

static void open_trickles(unsigned long n)
{
	static const char start[] = "GET / HTTP/1.1\r\nX: ";

	for (unsigned long i = 0; i < n; i++) {
		trickles[i].fd = dial();
		trickles[i].began = now_ns();
		if (send(trickles[i].fd, start, sizeof start - 1, MSG_NOSIGNAL) < 0)
			die("send");
	}
}

static void open_askers(int ep, unsigned long n)
{
	for (unsigned long i = 0; i < n; i++) {
		struct epoll_event event = { .events = EPOLLIN };

		conns[i].fd = dial();
		event.data.ptr = &conns[i];
		if (epoll_ctl(ep, EPOLL_CTL_ADD, conns[i].fd, &event) != 0)
			die("epoll_ctl");
	}
}

int main(int argc, char **argv)
{
	unsigned long n, seconds, idle, trickling;
	const char *lines = NULL;
	int ep, option;

	while ((option = getopt(argc, argv, "jl:e:")) != -1) {
		if (option == '?')
			return 2;
		if (option == 'e')
			return echo(number(optarg, 1 << 20));
		json |= option == 'j';
		if (option == 'l')
			lines = optarg;
	}
	argc -= optind;
	argv += optind;
	if (argc < 2 || argc > 6) {
		fprintf(stderr, "usage: http_load [-j] [-l LINES] PORT PATH [CONNECTIONS [SECONDS [IDLE [TRICKLE]]]]\n");
		return 2;
	}
	where = (struct sockaddr_in){ .sin_family = AF_INET, .sin_port = htons((uint16_t)number(argv[0], 65535)), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	n = argc > 2 ? number(argv[2], CONNECTIONS_MAX) : 50;
	seconds = argc > 3 ? number(argv[3], SECONDS_MAX) : 5;
	idle = argc > 4 ? number(argv[4], IDLE_MAX) : 0;
	trickling = argc > 5 ? number(argv[5], TRICKLE_MAX) : 0;
	if (lines == NULL)
		ask_for(argv[1]);
	else
		hand_in(argv[1], lines);
	raise_limit();
	ep = epoll_create1(EPOLL_CLOEXEC);
	if (request_count == 0 || ep < 0)
		die("epoll_create1, or no line to hand in");
	open_idle(idle);
	open_trickles(trickling);
	open_askers(ep, n);
	run(ep, n, seconds, trickling);
	if (idle > 0)
		printf(json ? ",\"idle\":%lu,\"idle_open\":%lu" : "%lu idle connections, %lu still open\n", idle, still_open(idle));
	if (json)
		printf("}\n");
	return failures == 0 ? 0 : 1;
}
