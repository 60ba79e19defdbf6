/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* http_later.c: bodies whose pieces others fetch: they go out as they are, and no loop waits for them */
#include "http_fixture.h"

#define H "Host: a\r\n"

/* Whether it is the file's bytes [from, from + n). */
static bool is_part(const struct answer *a, size_t from, size_t n)
{
	if (a->body_n != n)
		return false;
	for (size_t i = 0; i < n; i++)
		if (a->body[i] != site_byte(from + i))
			return false;
	return true;
}

static struct answer on(int fd, const char *request)
{
	struct answer none = { 0 };

	return say(fd, request) ? hear(fd, strncmp(request, "HEAD", 4) == 0, false) : none;
}

/* On one connection: what follows is not moved by what came before. */
static void check_all(const struct site *s)
{
	int fd = site_dial(s);
	struct answer a;

	REQUIRE(fd >= 0);
	for (unsigned i = 0; i < 3; i++) {
		a = on(fd, "GET /late/x.letter HTTP/1.1\r\n" H "\r\n");
		EQ(a.status, 200);
		CHECK(is_part(&a, 0, FILE_SIZE));
		answer_free(&a);
		a = on(fd, "GET /late/x.letter HTTP/1.1\r\n" H "Range: bytes=65535-131072\r\n\r\n");
		EQ(a.status, 206);
		CHECK(is_part(&a, 65535, 65538));
		answer_free(&a);
		a = on(fd, "GET /late/x.letter HTTP/1.1\r\n" H "Range: bytes=-1\r\n\r\n");
		EQ(a.status, 206);
		CHECK(is_part(&a, FILE_SIZE - 1, 1));
		answer_free(&a);
		a = on(fd, "GET /late/x.letter HTTP/1.1\r\n" H "Range: bytes=3145728-\r\n\r\n");
		EQ(a.status, 416);
		EQ(a.body_n, 0);
		answer_free(&a);
		a = on(fd, "GET /late/x.letter HTTP/1.1\r\n" H "If-None-Match: \"f1\"\r\n\r\n");
		EQ(a.status, 304);
		answer_free(&a);
		a = on(fd, "HEAD /late/x.letter HTTP/1.1\r\n" H "\r\n");
		EQ(a.status, 200);
		STR(answer_header(&a, "Content-Length"), "3145728");
		answer_free(&a);
		a = on(fd, "GET /letters/x HTTP/1.1\r\n" H "\r\n");
		CHECK(body_is(&a, "path=/letters/x param=x body="));
		answer_free(&a);
	}
	close(fd);
}

TEST(what_others_fetch_goes_out_whole_and_in_parts)
{
	struct site s = { 0 };

	OK(site_start(&s));
	check_all(&s); /* at once */
	OK(und_work_new(&site_work, 2, 64));
	check_all(&s);
	und_work_free(site_work);
	site_work = NULL;
	site_stop(&s);
}

TEST(a_piece_that_fails_ends_the_connection)
{
	struct site s = { 0 };
	struct answer a;
	int fd;

	OK(site_start(&s));
	fd = site_dial(&s);
	REQUIRE(fd >= 0);
	CHECK(say(fd, "GET /late/short HTTP/1.1\r\n" H "\r\n"));
	a = hear(fd, false, true);
	EQ(a.status, 200);
	CHECK(a.closed && a.body_n >= 200000 && a.body_n < FILE_SIZE && is_part(&a, 0, a.body_n));
	answer_free(&a);
	close(fd);
	site_stop(&s);
}

/* One loop, whose pieces do not come: everybody else is served. */
TEST(a_loop_waits_for_no_piece)
{
	struct site s = { .options = { .loops = 1 } };
	struct answer a;
	int fds[12];

	sem_init(&site_gate, 0, 0);
	site_slow = 0;
	OK(und_work_new(&site_work, 2, 64));
	OK(site_start(&s));
	for (unsigned i = 0; i < UND_COUNT_OF(fds); i++) {
		fds[i] = site_dial(&s);
		REQUIRE(fds[i] >= 0);
		CHECK(say(fds[i], "GET /late/held HTTP/1.1\r\n" H "Range: bytes=0-99\r\n\r\n"));
	}
	while (site_slow < 2)
		;
	for (unsigned i = 0; i < 5; i++) {
		a = ask(&s, "GET / HTTP/1.1\r\n" H "\r\n");
		EQ(a.status, 200);
		answer_free(&a);
	}
	for (unsigned i = 0; i < UND_COUNT_OF(fds); i++)
		sem_post(&site_gate);
	for (unsigned i = 0; i < UND_COUNT_OF(fds); i++) {
		a = hear(fds[i], false, false);
		EQ(a.status, 206);
		CHECK(is_part(&a, 0, 100));
		answer_free(&a);
		close(fds[i]);
	}
	und_work_free(site_work);
	site_work = NULL;
	site_stop(&s);
	sem_destroy(&site_gate);
}

/* The client leaves; then the server ends: the piece comes to nobody, twice. */
TEST(a_piece_that_nobody_waits_for_harms_nobody)
{
	struct site s = { .options = { .loops = 1, .stop_ms = 1 } };
	struct und_http_counters n;
	struct answer a;
	int gone, stays;

	sem_init(&site_gate, 0, 0);
	site_slow = 0;
	OK(und_work_new(&site_work, 2, 64));
	OK(site_start(&s));
	gone = site_dial(&s);
	stays = site_dial(&s);
	REQUIRE(gone >= 0 && stays >= 0);
	CHECK(say(gone, "GET /late/held HTTP/1.1\r\n" H "\r\n") && say(stays, "GET /late/held HTTP/1.1\r\n" H "\r\n"));
	while (site_slow < 2)
		;
	close(gone);
	do
		und_http_count(&n, s.http);
	while (n.open > 1);
	und_http_stop(s.http);
	pthread_join(s.thread, NULL);
	sem_post(&site_gate);
	sem_post(&site_gate);
	und_work_free(site_work);
	site_work = NULL;
	und_http_close(s.http);
	sem_destroy(&s.ready);
	sem_destroy(&site_gate);
	a = hear(stays, false, true);
	CHECK(a.closed && a.body_n == 0);
	answer_free(&a);
	close(stays);
}
