/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* http_limit.c: deadlines, numbers of connections, back-pressure, stopping, addresses */
#include <fcntl.h>
#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <time.h>

#include "http_fixture.h"

#define H "Host: a\r\n"

static long now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Sends start, then a byte whenever nothing has come for step_ms. The status that came (0: none); *ms: how long until the connection ended. */
static unsigned trickle(const struct site *s, const char *start, const char *byte, int step_ms, long *ms)
{
	int fd = site_dial(s);
	struct pollfd p = { .fd = fd, .events = POLLIN };
	struct answer a;
	unsigned status;
	long began = now_ms();

	if (fd < 0)
		return 999;
	CHECK(say(fd, start));
	while (poll(&p, 1, step_ms) == 0 && now_ms() - began < PATIENCE_MS)
		if (!say(fd, byte))
			break;
	a = hear(fd, false, true);
	*ms = now_ms() - began;
	CHECK(a.closed);
	status = a.status;
	answer_free(&a);
	close(fd);
	return status;
}

TEST(no_trickle_prolongs_a_deadline)
{
	struct site s = { .options = { .head_ms = 300, .body_ms = 600, .idle_ms = 900 } };
	struct und_http_counters n;
	long ms;

	OK(site_start(&s));
	EQ(trickle(&s, "GET / HTTP/1.1\r\nX: ", "a", 20, &ms), 408);
	CHECK(ms >= 299 && ms < PATIENCE_MS);
	EQ(trickle(&s, "GET / HTTP/1.1\r\nX: ", "\r\nX: ", 5, &ms), 408);
	EQ(trickle(&s, "G", "E", 20, &ms), 408);
	EQ(trickle(&s, "POST /echo HTTP/1.1\r\n" H "Content-Length: 4000\r\n\r\n", "a", 20, &ms), 408);
	CHECK(ms >= 599 && ms < PATIENCE_MS);
	EQ(trickle(&s, "POST /echo HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n", "1\r\na\r\n", 20, &ms), 408);
	EQ(trickle(&s, "", "", 5000, &ms), 0); /* silence is closed without a word */
	CHECK(ms >= 299 && ms < PATIENCE_MS);
	EQ(trickle(&s, "GET / HTTP/1.1\r\n" H "\r\n", "", 5000, &ms), 200); /* and after an answer too, later */
	CHECK(ms >= 899 && ms < PATIENCE_MS);
	und_http_count(&n, s.http);
	EQ(n.late_head, 3);
	EQ(n.late_body, 2);
	EQ(n.late_idle, 2);
	site_stop(&s);
}

TEST(five_hundred_trickles_end_while_pages_come)
{
	static int fds[500];
	struct site s = { .options = { .head_ms = 1500 } };
	long began, longest = 0, asked;
	unsigned pages = 0, ended = 0;
	struct und_http_counters n;

	OK(site_start(&s));
	for (unsigned i = 0; i < UND_COUNT_OF(fds); i++) {
		fds[i] = site_dial(&s);
		REQUIRE(fds[i] >= 0);
		CHECK(say(fds[i], "GET / HTTP/1.1\r\nX: "));
	}
	began = now_ms();
	do {
		struct answer a;

		asked = now_ms();
		a = ask(&s, "GET / HTTP/1.1\r\n" H "\r\n");
		EQ(a.status, 200);
		answer_free(&a);
		if (now_ms() - asked > longest)
			longest = now_ms() - asked;
		pages++;
		(void)say(fds[tap_below(UND_COUNT_OF(fds))], "a");
		und_http_count(&n, s.http);
	} while (n.late_head < UND_COUNT_OF(fds) && now_ms() - began < PATIENCE_MS);
	for (unsigned i = 0; i < UND_COUNT_OF(fds); i++) {
		struct answer a = hear(fds[i], false, true);

		ended += a.status == 408 && a.closed;
		answer_free(&a);
		close(fds[i]);
	}
	EQ(ended, UND_COUNT_OF(fds));
	printf("# %u pages meanwhile, the longest took %ld ms\n", pages, longest);
	CHECK(pages >= 10);
	site_stop(&s);
}

TEST(an_answer_that_nobody_reads_ends)
{
	struct site s = { .options = { .send_ms = 300, .loops = 1 } };
	struct und_http_counters n;
	struct answer a;
	long began = now_ms();
	int fd, small = 4096;

	site_readers_done = 0;
	OK(site_start(&s));
	fd = site_dial(&s);
	REQUIRE(fd >= 0);
	CHECK(setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof small) == 0);
	CHECK(say(fd, "GET /letters/x.letter HTTP/1.1\r\n" H "\r\n"));
	do
		und_http_count(&n, s.http);
	while (n.late_send == 0 && now_ms() - began < PATIENCE_MS);
	EQ(n.late_send, 1);
	a = ask(&s, "GET / HTTP/1.1\r\n" H "\r\n");
	EQ(a.status, 200);
	answer_free(&a);
	close(fd);
	site_stop(&s);
	EQ(site_readers_done, 1);
}

TEST(beyond_the_maximum_the_longest_silent_makes_room)
{
	struct site s = { .options = { .connections_max = 4, .loops = 1 } };
	struct und_http_counters n;
	struct answer a;
	int fds[6];

	OK(site_start(&s));
	for (unsigned i = 0; i < UND_COUNT_OF(fds); i++) {
		fds[i] = site_dial(&s);
		REQUIRE(fds[i] >= 0);
		CHECK(say(fds[i], "GET / HTTP/1.1\r\n" H "\r\n"));
		a = hear(fds[i], false, false);
		EQ(a.status, 200);
		answer_free(&a);
	}
	und_http_count(&n, s.http);
	EQ(n.evicted, 2);
	EQ(n.open, 4);
	for (unsigned i = 0; i < UND_COUNT_OF(fds); i++) {
		char c;

		if (i < 2)
			EQ(recv(fds[i], &c, 1, 0), 0);
		else
			EQ(recv(fds[i], &c, 1, MSG_DONTWAIT), -1);
		close(fds[i]);
	}
	site_stop(&s);
}

TEST(all_bodies_together_have_a_maximum)
{
	struct site s = { .options = { .bodies_max = 3 << 19, .loops = 1 } };
	static uint8_t part[600 << 10];
	static const char head[] = "POST /big HTTP/1.1\r\n" H "Content-Length: 700000\r\n\r\n";
	struct answer a;
	int first, second, rest = 700000 - (int)sizeof part, unread;
	long began = now_ms();

	memset(part, 'a', sizeof part);
	OK(site_start(&s));
	first = site_dial(&s);
	second = site_dial(&s);
	REQUIRE(first >= 0 && second >= 0);
	CHECK(say(first, head));
	CHECK(say_bytes(first, part, sizeof part));
	while (ioctl(first, SIOCOUTQ, &unread) == 0 && unread > 0 && now_ms() - began < PATIENCE_MS)
		;
	a = ask(&s, "GET / HTTP/1.1\r\n" H "\r\n"); /* the one loop saw the first part before this */
	EQ(a.status, 200);
	answer_free(&a);
	CHECK(say(second, head));
	(void)say_bytes(second, part, sizeof part);
	a = hear(second, false, true);
	EQ(a.status, 503);
	STR(answer_header(&a, "Retry-After") != NULL ? answer_header(&a, "Retry-After") : "", "5");
	answer_free(&a);
	CHECK(say_bytes(first, part, (size_t)rest));
	a = hear(first, false, false);
	EQ(a.status, 303);
	answer_free(&a);
	close(first);
	close(second);
	a = ask(&s, "GET / HTTP/1.1\r\n" H "\r\n");
	EQ(a.status, 200);
	answer_free(&a);
	site_stop(&s);
}

/* Sends the head of a body of 8 MiB, and so many bytes of it, and waits until the server has them. */
static int begin_body(const struct site *s, size_t n)
{
	static uint8_t part[600 << 10];
	struct answer a;
	long began = now_ms();
	int fd = site_dial(s), unread;

	CHECK(fd >= 0 && say(fd, "POST /big HTTP/1.1\r\n" H "Content-Length: 8000000\r\nExpect: 100-continue\r\n\r\n"));
	a = hear(fd, false, false); /* the server waits for the body from now on */
	EQ(a.status, 100);
	answer_free(&a);
	CHECK(say_bytes(fd, part, n));
	while (ioctl(fd, SIOCOUTQ, &unread) == 0 && unread > 0 && now_ms() - began < PATIENCE_MS)
		;
	return fd;
}

TEST(large_bodies_leave_room_for_small_ones)
{
	struct site s = { .options = { .bodies_max = 1400 << 10, .loops = 1 } };
	static char small[2000];
	struct answer a;
	int first, second;

	OK(site_start(&s));
	first = begin_body(&s, 600 << 10); /* a buffer of 1 MiB */
	second = begin_body(&s, 200 << 10); /* there would be 256 KiB left, but not for large ones */
	a = hear(second, false, true);
	EQ(a.status, 503);
	answer_free(&a);
	for (unsigned i = 0; i < 3; i++) {
		snprintf(small, sizeof small, "POST /echo HTTP/1.1\r\n" H "Content-Length: 1000\r\n\r\n%01000d", 7);
		a = ask(&s, small);
		EQ(a.status, 200);
		answer_free(&a);
	}
	close(first);
	close(second);
	site_stop(&s);
}

TEST(slow_bodies_keep_nobody_out)
{
	struct site s = { .options = { .connections_max = 4, .loops = 1 } };
	struct und_http_counters n;
	struct answer a;
	int fds[4];

	OK(site_start(&s));
	for (unsigned i = 0; i < UND_COUNT_OF(fds); i++)
		fds[i] = begin_body(&s, 1000);
	a = ask(&s, "GET / HTTP/1.1\r\n" H "\r\n");
	EQ(a.status, 200);
	answer_free(&a);
	a = hear(fds[0], false, true);
	CHECK(a.status == 0 && a.closed);
	answer_free(&a);
	und_http_count(&n, s.http);
	EQ(n.evicted, 1);
	for (unsigned i = 0; i < UND_COUNT_OF(fds); i++)
		close(fds[i]);
	site_stop(&s);
}

TEST(what_is_sent_ahead_waits_in_the_kernel)
{
	static const char ask_slow[] = "GET /slow HTTP/1.1\r\n" H "\r\n";
	static char ahead[60000];
	char folder[] = "/tmp/undersigned-http-XXXXXX", listen[64];
	struct site s = { .options = { .listen = listen, .loops = 1 } };
	struct answer a;
	int fd, unread = 0;

	memset(ahead, 'a', sizeof ahead);
	memcpy(ahead, ask_slow, sizeof ask_slow - 1);
	REQUIRE(mkdtemp(folder) != NULL);
	snprintf(listen, sizeof listen, "unix:%s/http", folder);
	sem_init(&site_gate, 0, 0);
	site_slow = 0;
	OK(und_work_new(&site_work, 1, 2));
	OK(site_start(&s));
	fd = site_dial(&s);
	REQUIRE(fd >= 0);
	CHECK(say_bytes(fd, ahead, sizeof ahead));
	while (site_slow < 1)
		;
	CHECK(ioctl(fd, SIOCOUTQ, &unread) == 0);
	CHECK(unread >= (int)sizeof ahead - UND_HTTP_HEAD_MAX);
	sem_post(&site_gate);
	a = hear(fd, false, false);
	EQ(a.status, 200);
	answer_free(&a);
	close(fd);
	und_work_free(site_work);
	site_stop(&s);
	CHECK(rmdir(folder) == 0);
	sem_destroy(&site_gate);
}

TEST(a_full_pool_says_503_and_pages_go_on)
{
	struct site s = { 0 };
	int fds[3];
	struct answer a;

	sem_init(&site_gate, 0, 0);
	site_slow = 0;
	OK(und_work_new(&site_work, 1, 2));
	OK(site_start(&s));
	for (unsigned i = 0; i < 3; i++) {
		fds[i] = site_dial(&s);
		REQUIRE(fds[i] >= 0);
		CHECK(say(fds[i], "GET /slow HTTP/1.1\r\n" H "\r\n"));
		while (i == 0 ? site_slow < 1 : und_work_waiting(site_work) < i)
			;
	}
	a = ask(&s, "GET /slow HTTP/1.1\r\n" H "\r\n");
	EQ(a.status, 503);
	CHECK(body_is(&a, "<h1>503</h1>"));
	STR(answer_header(&a, "Retry-After") != NULL ? answer_header(&a, "Retry-After") : "", "7");
	answer_free(&a);
	a = ask(&s, "GET /api/v1/slow HTTP/1.1\r\n" H "\r\n");
	CHECK(body_is(&a, "{\"status\":503,\"title\":\"Service Unavailable\",\"type\":\"about:blank\"}\n"));
	answer_free(&a);
	a = ask(&s, "GET / HTTP/1.1\r\n" H "\r\n");
	EQ(a.status, 200);
	answer_free(&a);
	for (unsigned i = 0; i < 3; i++)
		sem_post(&site_gate);
	for (unsigned i = 0; i < 3; i++) {
		a = hear(fds[i], false, false);
		EQ(a.status, 200);
		answer_free(&a);
		close(fds[i]);
	}
	und_work_free(site_work);
	site_stop(&s);
	sem_destroy(&site_gate);
}

static int waiting_for_slow(struct site *s)
{
	int fd = site_dial(s);

	sem_init(&site_gate, 0, 0);
	site_slow = 0;
	CHECK(fd >= 0 && say(fd, "GET /slow HTTP/1.1\r\n" H "\r\n"));
	while (site_slow < 1)
		;
	return fd;
}

TEST(stopping_lets_answers_finish_and_takes_no_more)
{
	struct site s = { 0 };
	struct answer a;
	int slow, idle;
	char c;

	OK(und_work_new(&site_work, 1, 2));
	OK(site_start(&s));
	idle = site_dial(&s);
	CHECK(say(idle, "GET / HTTP/1.1\r\n" H "\r\n"));
	a = hear(idle, false, false);
	EQ(a.status, 200);
	answer_free(&a);
	slow = waiting_for_slow(&s);
	und_http_stop(s.http);
	EQ(recv(idle, &c, 1, 0), 0); /* silent ones are closed at once */
	sem_post(&site_gate);
	a = hear(slow, false, true);
	EQ(a.status, 200);
	STR(answer_header(&a, "Connection") != NULL ? answer_header(&a, "Connection") : "", "close");
	CHECK(a.closed);
	answer_free(&a);
	close(slow);
	close(idle);
	pthread_join(s.thread, NULL);
	OK(s.ended);
	und_work_free(site_work);
	und_http_close(s.http);
	sem_destroy(&s.ready);
	sem_destroy(&site_gate);
}

TEST(stopping_does_not_wait_for_ever)
{
	for (unsigned twice = 0; twice < 2; twice++) {
		struct site s = { .options = { .stop_ms = twice ? 600000 : 200 } };
		struct answer a;
		int slow;

		OK(und_work_new(&site_work, 1, 2));
		OK(site_start(&s));
		slow = waiting_for_slow(&s);
		und_http_stop(s.http);
		if (twice)
			und_http_stop(s.http);
		pthread_join(s.thread, NULL);
		a = hear(slow, false, true);
		EQ(a.status, 0);
		answer_free(&a);
		close(slow);
		sem_post(&site_gate); /* the answer comes when nobody is there any more */
		und_work_free(site_work);
		und_http_close(s.http);
		sem_destroy(&s.ready);
		sem_destroy(&site_gate);
	}
}

static enum und_err open_at(const char *listen, unsigned mode)
{
	struct und_http *http;
	struct und_http_options o = { .listen = listen, .unix_mode = mode, .loops = 1 };
	enum und_err e = und_http_open(&http, &o, NULL);

	if (e == UND_OK)
		und_http_close(http);
	return e;
}

TEST(addresses_are_loopback_ports_or_paths)
{
	OK(open_at("127.0.0.1:0", 0));
	OK(open_at("[::1]:0", 0));
	OK(open_at("127.200.3.4:0", 0));
	IS(UND_ERR_HTTP_LOOPBACK, open_at("0.0.0.0:0", 0));
	IS(UND_ERR_HTTP_LOOPBACK, open_at("128.0.0.1:0", 0));
	IS(UND_ERR_HTTP_LOOPBACK, open_at("10.127.0.1:0", 0));
	IS(UND_ERR_HTTP_LOOPBACK, open_at("[::]:0", 0));
	IS(UND_ERR_HTTP_LOOPBACK, open_at("[::ffff:127.0.0.1]:0", 0));
	IS(UND_ERR_HTTP_ADDRESS, open_at("127.0.0.1", 0));
	IS(UND_ERR_HTTP_ADDRESS, open_at("127.0.0.1:", 0));
	IS(UND_ERR_HTTP_ADDRESS, open_at("127.0.0.1:65536", 0));
	IS(UND_ERR_HTTP_ADDRESS, open_at("127.0.0.1:080", 0));
	IS(UND_ERR_HTTP_ADDRESS, open_at("127.0.0.1:8o", 0));
	IS(UND_ERR_HTTP_ADDRESS, open_at("localhost:0", 0));
	IS(UND_ERR_HTTP_ADDRESS, open_at("::1:0", 0));
	IS(UND_ERR_HTTP_ADDRESS, open_at("unix:", 0));
	IS(UND_ERR_HTTP_ADDRESS, open_at("", 0));
}

TEST(patterns_are_checked)
{
	static const char *const bad[] = { "", "x", "/x/", "//x", "/:", "/:.x", "/a:b/%", "/:a/:b/:c/:d/:e", "/:a$", "/a b" };
	static const char *const good[] = { "/", "/x", "/:a", "/:a.letter", "/a.b/:c/d" };

	for (size_t i = 0; i < UND_COUNT_OF(bad) + UND_COUNT_OF(good); i++) {
		bool fine = i >= UND_COUNT_OF(bad);
		struct und_http_route route = { UND_HTTP_GET, fine ? good[i - UND_COUNT_OF(bad)] : bad[i], site_home };
		struct und_http_options o = { .listen = "127.0.0.1:0", .loops = 1, .routes = &route, .route_count = 1 };
		struct und_http *http = NULL;
		enum und_err e = und_http_open(&http, &o, NULL);

		if (e != (fine ? UND_OK : UND_ERR_HTTP_ROUTE))
			tap_fail("%s: %s", route.pattern, und_err_name(e));
		tap_checks++;
		if (e == UND_OK)
			und_http_close(http);
	}
}

TEST(a_socket_at_a_path_has_its_mode_and_replaces_only_a_dead_one)
{
	char folder[] = "/tmp/undersigned-http-XXXXXX", listen[80], path[80];
	struct site s = { 0 };
	struct answer a;
	struct stat st;
	struct sockaddr_un u = { .sun_family = AF_UNIX };
	int fd;

	REQUIRE(mkdtemp(folder) != NULL);
	snprintf(listen, sizeof listen, "unix:%s/http", folder);
	snprintf(path, sizeof path, "%s", listen + 5);
	s.options.listen = listen;
	s.options.unix_mode = 0600;
	OK(site_start(&s));
	STR(und_http_address(s.http), listen);
	CHECK(stat(path, &st) == 0 && (st.st_mode & 07777) == 0600);
	a = ask(&s, "GET / HTTP/1.1\r\n" H "\r\n");
	EQ(a.status, 200);
	answer_free(&a);
	IS(UND_ERR_IO, open_at(listen, 0)); /* somebody lives there */
	EQ(errno, EADDRINUSE);
	a = ask(&s, "GET / HTTP/1.1\r\n" H "\r\n");
	EQ(a.status, 200);
	answer_free(&a);
	site_stop(&s);
	CHECK(stat(path, &st) != 0);

	/* a socket that nobody listens at any more, as kill -9 leaves it */
	snprintf(u.sun_path, sizeof u.sun_path, "%s", path);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	CHECK(fd >= 0 && bind(fd, (struct sockaddr *)&u, sizeof u) == 0);
	close(fd);
	OK(open_at(listen, 0));

	/* a file is no socket */
	fd = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
	CHECK(fd >= 0);
	close(fd);
	IS(UND_ERR_IO, open_at(listen, 0));
	CHECK(stat(path, &st) == 0 && S_ISREG(st.st_mode));
	unlink(path);
	EQ(rmdir(folder), 0); /* and nothing else was left */
}

static void count_job(void *arg)
{
	(*(_Atomic unsigned *)arg)++;
}

TEST(a_work_pool_runs_each_job_once_also_those_that_wait_when_it_is_freed)
{
	static _Atomic unsigned done;
	unsigned added = 0;

	done = 0;
	OK(und_work_new(&site_work, 3, 16));
	for (unsigned i = 0; i < 1000; i++)
		if (und_work_add(site_work, count_job, &done) == UND_OK)
			added++;
	und_work_free(site_work);
	EQ(done, added);
	CHECK(added >= 16);
}
