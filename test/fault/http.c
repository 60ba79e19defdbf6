/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* http.c: every allocation of http/ made to fail: forms, and a server that answers or closes but never hangs, lies or leaks */
#include "../http_fixture.h"
#include "alloc.h"

#define H "Host: a\r\n"

static void decodes(const char *type, const char *body)
{
	ALLOC_SWEEP() {
		struct und_form f;
		enum und_err e = und_form_decode(&f, und_cstr(type), und_cstr(body), NULL);

		ALLOC_RESULT(e);
		if (e == UND_OK)
			und_form_clear(&f);
	}
}

TEST(a_form_says_that_memory_ran_out)
{
	decodes("application/x-www-form-urlencoded", "a=1&b=%41");
}

TEST(a_pool_says_that_memory_ran_out)
{
	ALLOC_SWEEP() {
		struct und_work *w;
		enum und_err e = und_work_new(&w, 1, 4);

		ALLOC_RESULT(e);
		if (e == UND_OK)
			und_work_free(w);
	}
}

TEST(a_server_says_that_memory_ran_out)
{
	ALLOC_SWEEP() {
		struct und_http *http;
		struct und_http_options o = { .listen = "127.0.0.1:0", .loops = 2, .routes = site_routes, .route_count = UND_COUNT_OF(site_routes) };
		enum und_err e = und_http_open(&http, &o, NULL);

		ALLOC_RESULT(e);
		if (e == UND_OK)
			und_http_close(http);
	}
}

/* Two requests, of which a failing allocation may spoil one or both, but only by a 503 or the end of the connection. */
static void survives(const char *request, unsigned status)
{
	const bool no_body = strncmp(request, "HEAD", 4) == 0;

	ALLOC_SWEEP() {
		struct site s = { .options = { .loops = 1 } };
		struct answer a;
		struct pollfd p = { .events = POLLIN };
		unsigned first;
		enum und_err e;
		int fd;

		ALLOC_PAUSED(e = site_start(&s));
		REQUIRE(e == UND_OK);
		fd = site_dial(&s);
		REQUIRE(fd >= 0);
		CHECK(say(fd, request));
		p.fd = fd;
		CHECK(poll(&p, 1, PATIENCE_MS) == 1); /* what fails meanwhile fails on the loop */
		ALLOC_PAUSED(a = hear(fd, no_body, false); first = a.status; answer_free(&a));
		if (first != status && !(ALLOC_FAILED && (first == 503 || first == 0)))
			tap_fail("%u: %s", first, request);
		close(fd);
		ALLOC_PAUSED(a = ask(&s, "GET / HTTP/1.1\r\n" H "\r\n"); first = a.status; answer_free(&a));
		EQ(first, 200);
		ALLOC_PAUSED(site_stop(&s));
	}
}

TEST(requests_are_answered_or_refused)
{
	survives("GET / HTTP/1.1\r\n" H "\r\n", 200);
	survives("HEAD /letters/x.letter HTTP/1.1\r\n" H "\r\n", 200);
	survives("GET /letters/x.letter HTTP/1.1\r\n" H "Range: bytes=0-99\r\n\r\n", 206);
	survives("GET /api/v1/nothing HTTP/1.1\r\n" H "\r\n", 404);
	survives("GET /nothing HTTP/1.1\r\n" H "\r\n", 404);
	survives("GET /fixed/a HTTP/1.1\r\n" H "\r\n", 202);
	survives("POST /echo HTTP/1.1\r\n" H "Content-Length: 5\r\n\r\nabcde", 200);
	survives("POST /echo HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n", 200);
	survives("GET / HTTP/1.1\r\nX : y\r\n\r\n", 400);
}

TEST(answers_from_a_pool_are_too)
{
	OK(und_work_new(&site_work, 1, 4));
	survives("POST /later HTTP/1.1\r\n" H "Content-Length: 1\r\n\r\na", 200);
	und_work_free(site_work);
}
