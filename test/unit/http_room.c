/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* http_room.c: who is slow makes room for who is not: bodies and answers */
#include "http_fixture.h"

#define H "Host: a\r\n"

TEST(small_bodies_that_stall_make_room_for_small_ones)
{
	static const char head[] = "POST /echo HTTP/1.1\r\n" H "Content-Length: 3000\r\nExpect: 100-continue\r\n\r\n";
	static char part[2500], whole[4096];
	struct site s = { .options = { .bodies_max = 40 << 10, .loops = 1 } };
	struct und_http_counters n;
	struct answer a;
	int fds[24];

	memset(part, 'a', sizeof part);
	OK(site_start(&s));
	for (unsigned i = 0; i < UND_COUNT_OF(fds); i++) { /* each takes a buffer of 4 KiB or less: there is room for some of them */
		fds[i] = site_dial(&s);
		REQUIRE(fds[i] >= 0);
		CHECK(say(fds[i], head));
		a = hear(fds[i], false, false);
		EQ(a.status, 100);
		answer_free(&a);
		CHECK(say_bytes(fds[i], part, sizeof part));
	}
	snprintf(whole, sizeof whole, "POST /echo HTTP/1.1\r\n" H "Content-Length: 3000\r\n\r\n%03000d", 7);
	for (unsigned i = 0; i < 3; i++) {
		a = ask(&s, whole);
		EQ(a.status, 200);
		answer_free(&a);
	}
	und_http_count(&n, s.http);
	CHECK(n.evicted >= UND_COUNT_OF(fds) - (40 << 10) / sizeof part && n.evicted < UND_COUNT_OF(fds));
	a = hear(fds[0], false, true); /* the first of them, without a word */
	CHECK(a.status == 0 && a.closed);
	answer_free(&a);
	CHECK(say_bytes(fds[23], part, 500)); /* the last is still heard */
	a = hear(fds[23], false, false);
	EQ(a.status, 200);
	answer_free(&a);
	for (unsigned i = 0; i < UND_COUNT_OF(fds); i++)
		close(fds[i]);
	site_stop(&s);
}

/* A client that asks for 3 MiB and reads none of it; returns when the server can send it no more: its one loop has answered others since, again and again. */
static int ask_and_not_read(const struct site *s)
{
	int fd = site_dial(s), small = 4096;

	CHECK(fd >= 0 && setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof small) == 0);
	CHECK(say(fd, "GET /letters/x.letter HTTP/1.1\r\n" H "\r\n"));
	for (unsigned i = 0; i < 20; i++) {
		struct answer a = ask(s, "GET / HTTP/1.1\r\n" H "\r\n");

		EQ(a.status, 200);
		answer_free(&a);
	}
	return fd;
}

TEST(who_does_not_read_makes_room_for_who_does)
{
	struct site s = { .options = { .connections_max = 60, .loops = 1 } }; /* 15 answers under way */
	struct und_http_counters n;
	struct answer a;
	int fds[20];

	OK(site_start(&s));
	for (unsigned i = 0; i < UND_COUNT_OF(fds); i++)
		fds[i] = ask_and_not_read(&s);
	und_http_count(&n, s.http);
	EQ(n.answers_5xx, 0);
	CHECK(n.evicted >= 5);
	a = ask(&s, "GET /letters/x.letter HTTP/1.1\r\n" H "\r\n");
	EQ(a.status, 200);
	EQ(a.body_n, FILE_SIZE);
	answer_free(&a);
	for (unsigned i = 0; i < UND_COUNT_OF(fds); i++)
		close(fds[i]);
	site_stop(&s);
}

/*
 * A client goes away when all of its answer is written and some of it still lies between libmicrohttpd and the loop: nobody else ever gets any of that. How much lies there depends on what the
 * kernel takes, so answers of many lengths are tried.
 */
TEST(nobody_gets_the_rest_of_an_answer_that_another_left)
{
	struct site s = { .options = { .loops = 1 } };
	char request[200];
	struct answer a;

	OK(site_start(&s));
	for (unsigned size = 100000; size <= 900000; size += 20000) {
		int fd = site_dial(&s), small = 4096;

		REQUIRE(fd >= 0);
		CHECK(setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof small) == 0);
		snprintf(request, sizeof request, "GET /letters/x.letter HTTP/1.1\r\n" H "Range: bytes=0-%u\r\n\r\n", size - 1);
		CHECK(say(fd, request));
		for (unsigned i = 0; i < 20; i++) { /* the one loop has done what it can for it */
			a = ask(&s, "GET / HTTP/1.1\r\n" H "\r\n");
			EQ(a.status, 200);
			answer_free(&a);
		}
		close(fd);
		for (unsigned i = 0; i < 2; i++) {
			a = ask(&s, "GET /letters/x.letter HTTP/1.1\r\n" H "Range: bytes=1000-1099\r\n\r\n");
			EQ(a.status, 206);
			EQ(a.body_n, 100);
			for (unsigned at = 0; a.body_n == 100 && at < 100; at++)
				EQ(a.body[at], site_byte(1000 + at));
			answer_free(&a);
		}
	}
	site_stop(&s);
}
