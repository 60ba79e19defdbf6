/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* http_guard.c: over a raw socket: what is refused, with which status and the end of the connection, and its neighbours that are not */
#include "http_fixture.h"

#define H "Host: a\r\n"
#define POST "POST /echo HTTP/1.1\r\n" H

struct wire {
	unsigned status;
	const char *bytes;
	size_t n; /* 0: strlen */
};

static void check_wires(const struct wire *w, size_t count, bool closes)
{
	struct site s = { 0 };

	OK(site_start(&s));
	for (size_t i = 0; i < count; i++) {
		int fd = site_dial(&s);
		struct answer a;

		REQUIRE(fd >= 0);
		CHECK(say_bytes(fd, w[i].bytes, w[i].n != 0 ? w[i].n : strlen(w[i].bytes)));
		a = hear(fd, false, closes);
		if (a.status != w[i].status || (closes && !a.closed))
			tap_fail("case %zu: %u, not %u%s: %s", i, a.status, w[i].status, closes && !a.closed ? ", and not closed" : "", w[i].bytes);
		if (closes && a.status != 0)
			STR(answer_header(&a, "Connection") == NULL ? "none" : answer_header(&a, "Connection"), "close");
		answer_free(&a);
		if (!closes) { /* the connection is as good as before */
			CHECK(say(fd, "GET / HTTP/1.1\r\n" H "\r\n"));
			a = hear(fd, false, false);
			if (a.status != 200)
				tap_fail("case %zu: the next request: %u", i, a.status);
			answer_free(&a);
		}
		close(fd);
	}
	site_stop(&s);
}

TEST(what_is_well_formed_is_answered_and_the_connection_kept)
{
	static const struct wire good[] = {
		{ 200, "GET / HTTP/1.1\r\n" H "\r\n" },
		{ 200, "GET / HTTP/1.1\r\nhOsT:a\r\n\r\n" },
		{ 200, "GET / HTTP/1.1\r\nHost: [::1]:8080\r\nX-Any: \t \x80\xff: value \t\r\nEmpty:\r\n\r\n" },
		{ 200, "GET /letters/a?q=1 HTTP/1.1\r\n" H "\r\n" },
		{ 200, "GET / HTTP/1.1\r\n" H "Content-Length: 0\r\n\r\n" },
		{ 200, POST "Content-Length: 5\r\n\r\nabcde" },
		{ 200, POST "Content-Length: 0\r\n\r\n" },
		{ 200, POST "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n" },
		{ 200, POST "Transfer-Encoding: Chunked\r\n\r\n3\r\nabc\r\n00A\r\n0123456789\r\n0\r\n\r\n" },
		{ 200, POST "Content-Encoding: identity\r\nContent-Length: 1\r\n\r\na" },
		{ 404, "GET /nowhere HTTP/1.1\r\n" H "\r\n" },
		{ 404, "GET /letters/%61 HTTP/1.1\r\n" H "\r\n" },
		{ 404, "GET /letters/../echo HTTP/1.1\r\n" H "\r\n" },
		{ 404, "GET //letters/a HTTP/1.1\r\n" H "\r\n" },
		{ 404, "GET /letters/a/ HTTP/1.1\r\n" H "\r\n" },
		{ 405, "GET /echo HTTP/1.1\r\n" H "\r\n" },
		{ 400, "GET /letters/a?q=%zz HTTP/1.1\r\n" H "\r\n" },
		{ 400, "GET /letters/a?q=%c0%80 HTTP/1.1\r\n" H "\r\n" },
		{ 400, "GET /letters/a?q=1&q=2 HTTP/1.1\r\n" H "\r\n" },
	};

	check_wires(good, UND_COUNT_OF(good), false);
}

TEST(request_lines_that_are_refused)
{
	static const struct wire bad[] = {
		{ 400, "\r\nGET / HTTP/1.1\r\n" H "\r\n" },
		{ 400, "GET  / HTTP/1.1\r\n" H "\r\n" },
		{ 400, "GET / HTTP/1.1 \r\n" H "\r\n" },
		{ 400, "GET /\r\n\r\n" },
		{ 400, " GET / HTTP/1.1\r\n" H "\r\n" },
		{ 400, "GET\t/ HTTP/1.1\r\n" H "\r\n" },
		{ 400, "G@T / HTTP/1.1\r\n" H "\r\n" },
		{ 501, "BREW / HTTP/1.1\r\n" H "\r\n" },
		{ 501, "get / HTTP/1.1\r\n" H "\r\n" },
		{ 405, "DELETE / HTTP/1.1\r\n" H "\r\n" },
		{ 405, "TRACE / HTTP/1.1\r\n" H "\r\n" },
		{ 400, "OPTIONS * HTTP/1.1\r\n" H "\r\n" },
		{ 400, "CONNECT a:443 HTTP/1.1\r\n" H "\r\n" },
		{ 400, "GET http://a/ HTTP/1.1\r\n" H "\r\n" },
		{ 400, "GET a HTTP/1.1\r\n" H "\r\n" },
		{ 400, "GET /#a HTTP/1.1\r\n" H "\r\n" },
		{ 400, "GET /\xc3\xa4 HTTP/1.1\r\n" H "\r\n" },
		{ 400, "GET /\\ HTTP/1.1\r\n" H "\r\n" },
		{ 400, "GET /a\0b HTTP/1.1\r\n" H "\r\n", 31 },
		{ 505, "GET / HTTP/2.0\r\n" H "\r\n" },
		{ 505, "GET / HTTP/1.2\r\n" H "\r\n" },
		{ 400, "GET / http/1.1\r\n" H "\r\n" },
		{ 400, "GET / HTTP/1.10\r\n" H "\r\n" },
		{ 505, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" },
		{ 400, "\x16\x03\x01\x02\x00\x01\x00\x01", 8 },
	};

	check_wires(bad, UND_COUNT_OF(bad), true);
}

TEST(headers_that_are_refused)
{
	static const struct wire bad[] = {
		{ 400, "GET / HTTP/1.1\n" H "\r\n" },
		{ 400, "GET / HTTP/1.1\r\nHost: a\n\r\n" },
		{ 400, "GET / HTTP/1.1\r\n" H "\n" },
		{ 400, "GET / HTTP/1.1\r\n" H "X: a\rY: b\r\n\r\n" },
		{ 400, "GET / HTTP/1.1\r\n" H "X: a\r\n b\r\n\r\n" },
		{ 400, "GET / HTTP/1.1\r\n" H "X: a\r\n\tb\r\n\r\n" },
		{ 400, "GET / HTTP/1.1\r\n X: a\r\n" H "\r\n" },
		{ 400, "GET / HTTP/1.1\r\n" H "X : a\r\n\r\n" },
		{ 400, "GET / HTTP/1.1\r\n" H "X\t: a\r\n\r\n" },
		{ 400, "GET / HTTP/1.1\r\n" H "X y: a\r\n\r\n" },
		{ 400, "GET / HTTP/1.1\r\n" H ": a\r\n\r\n" },
		{ 400, "GET / HTTP/1.1\r\n" H "Xa\r\n\r\n" },
		{ 400, "GET / HTTP/1.1\r\n" H "X(: a\r\n\r\n" },
		{ 400, "GET / HTTP/1.1\r\n" H "X: a\0b\r\n\r\n", 35 },
		{ 400, "GET / HTTP/1.1\r\n" H "X: a\x01\r\n\r\n" },
		{ 400, "GET / HTTP/1.1\r\n" H "X: a\x7f\r\n\r\n" },
		{ 400, "GET / HTTP/1.1\r\n\r\n" },
		{ 400, "GET / HTTP/1.1\r\n" H "Host: a\r\n\r\n" },
		{ 400, "GET / HTTP/1.1\r\nHost:\r\n\r\n" },
		{ 400, "GET / HTTP/1.1\r\nHost: a, b\r\n\r\n" },
		{ 400, "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n" },
		{ 400, "GET / HTTP/1.1\r\n" H "Accept-Language: en\r\nAccept-Language: fa\r\n\r\n" },
		{ 400, "GET / HTTP/1.1\r\n" H "Range: bytes=0-\x80\r\n\r\n" },
		{ 417, POST "Expect: 200-ok\r\nContent-Length: 1\r\n\r\n" },
		{ 400, POST "Expect: 100-continue\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n" },
	};

	check_wires(bad, UND_COUNT_OF(bad), true);
}

TEST(bodies_that_are_refused)
{
	static const struct wire bad[] = {
		{ 400, POST "Content-Length: 5\r\nContent-Length: 5\r\n\r\nabcde" },
		{ 400, POST "Content-Length: 5\r\nContent-Length: 6\r\n\r\nabcde" },
		{ 400, POST "Content-Length: 5, 5\r\n\r\nabcde" },
		{ 400, POST "Content-Length: +5\r\n\r\nabcde" },
		{ 400, POST "Content-Length: -5\r\n\r\nabcde" },
		{ 400, POST "Content-Length: 05\r\n\r\nabcde" },
		{ 400, POST "Content-Length: 0x5\r\n\r\nabcde" },
		{ 400, POST "Content-Length: 5 5\r\n\r\nabcde" },
		{ 400, POST "Content-Length:\r\n\r\n" },
		{ 413, POST "Content-Length: 99999999999999999999999\r\n\r\n" },
		{ 413, POST "Content-Length: 4097\r\n\r\n" },
		{ 413, "GET / HTTP/1.1\r\n" H "Content-Length: 1\r\n\r\na" },
		{ 413, "GET / HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n" },
		{ 411, "POST /echo HTTP/1.1\r\n" H "\r\n" },
		{ 400, POST "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" },
		{ 400, POST "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n" },
		{ 400, POST "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" },
		{ 501, POST "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n" },
		{ 501, POST "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n" },
		{ 501, POST "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" },
		{ 400, POST "Transfer-Encoding: \x0b" "chunked\r\n\r\n0\r\n\r\n" },
		{ 400, "POST /echo HTTP/1.0\r\n" H "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n" },
		{ 415, POST "Content-Encoding: gzip\r\nContent-Length: 1\r\n\r\na" },
		{ 415, "POST /api/v1/typed HTTP/1.1\r\n" H "Content-Type: text/html\r\nContent-Length: 1\r\n\r\na" },
		{ 415, "POST /api/v1/typed HTTP/1.1\r\n" H "Content-Length: 1\r\n\r\na" },
		{ 404, "POST /nowhere HTTP/1.1\r\n" H "Content-Length: 1\r\n\r\na" },
		{ 405, "POST / HTTP/1.1\r\n" H "Content-Length: 1\r\n\r\na" },
	};

	check_wires(bad, UND_COUNT_OF(bad), true);
}

TEST(chunks_that_are_refused)
{
#define CHUNKED POST "Transfer-Encoding: chunked\r\n\r\n"
	static const struct wire bad[] = {
		{ 400, CHUNKED "zz\r\nabc\r\n0\r\n\r\n" },
		{ 400, CHUNKED "3\nabc\r\n0\r\n\r\n" },
		{ 400, CHUNKED "3\r\nabc\n0\r\n\r\n" },
		{ 400, CHUNKED "3\r\nabcd\r\n0\r\n\r\n" },
		{ 400, CHUNKED "3;a=b\r\nabc\r\n0\r\n\r\n" },
		{ 400, CHUNKED "3 \r\nabc\r\n0\r\n\r\n" },
		{ 400, CHUNKED " 3\r\nabc\r\n0\r\n\r\n" },
		{ 400, CHUNKED "0x3\r\nabc\r\n0\r\n\r\n" },
		{ 400, CHUNKED "-3\r\nabc\r\n0\r\n\r\n" },
		{ 400, CHUNKED "\r\n\r\n" },
		{ 400, CHUNKED "000000003\r\nabc\r\n0\r\n\r\n" },
		{ 400, CHUNKED "0\r\nX: trailer\r\n\r\n" },
		{ 400, CHUNKED "0\n\n" },
		{ 413, CHUNKED "1001\r\n" },
		{ 413, CHUNKED "ffffffff\r\n" },
		{ 413, CHUNKED "800\r\n" },
	};
	struct wire w[UND_COUNT_OF(bad)];
	static char full[8192];
	size_t n;

	memcpy(w, bad, sizeof w);
	n = (size_t)snprintf(full, sizeof full, CHUNKED "ffe\r\n%04094d\r\n3\r\n", 0); /* 4094 and 3 are more than 4096 */
	w[UND_COUNT_OF(w) - 1] = (struct wire){ 413, full, n };
	check_wires(w, UND_COUNT_OF(w), true);
	n = (size_t)snprintf(full, sizeof full, CHUNKED "ffe\r\n%04094d\r\n2\r\nab\r\n0\r\n\r\n", 0);
	w[0] = (struct wire){ 200, full, n };
	check_wires(w, 1, false);
}

/* Of one head: a target, header or number of headers at its limit, and one beyond it. */
TEST(heads_are_refused_beyond_their_limits_only)
{
	static char target[2][UND_HTTP_TARGET_MAX + 100], value[2][UND_HTTP_VALUE_MAX + 100], many[2][8192], long_head[2][2 * UND_HTTP_HEAD_MAX];
	static char endless[UND_HTTP_HEAD_MAX + 1000];
	struct wire good[4] = { { 200, target[0] }, { 200, value[0] }, { 200, many[0] }, { 200, long_head[0] } };
	struct wire bad[6] = { { 414, target[1] }, { 431, value[1] }, { 431, many[1] }, { 431, long_head[1] }, { 414, endless }, { 431, NULL } };
	static char endless_header[UND_HTTP_HEAD_MAX + 1000];

	for (unsigned i = 0; i < 2; i++) {
		size_t n;

		snprintf(target[i], sizeof target[i], "GET /letters/a?q=%0*d HTTP/1.1\r\n" H "\r\n", UND_HTTP_TARGET_MAX - 13 + (int)i, 0);
		snprintf(value[i], sizeof value[i], "GET / HTTP/1.1\r\n" H "Accept: %0*d\r\n\r\n", UND_HTTP_VALUE_MAX + (int)i, 0);
		n = (size_t)snprintf(many[i], sizeof many[i], "GET / HTTP/1.1\r\n" H);
		for (unsigned k = 1; k < UND_HTTP_FIELDS_MAX + i; k++)
			n += (size_t)snprintf(many[i] + n, sizeof many[i] - n, "X: a\r\n");
		snprintf(many[i] + n, sizeof many[i] - n, "\r\n");
		snprintf(long_head[i], sizeof long_head[i], "GET / HTTP/1.1\r\n" H "X: %0*d\r\n\r\n", UND_HTTP_HEAD_MAX - 16 - 9 - 3 - 4 + (int)i, 0);
	}
	EQ(strlen(long_head[0]), UND_HTTP_HEAD_MAX);
	snprintf(endless, sizeof endless, "GET /%0*d", UND_HTTP_TARGET_MAX + 100, 0);
	snprintf(endless_header, sizeof endless_header, "GET / HTTP/1.1\r\n" H "X: %0*d", UND_HTTP_HEAD_MAX, 0);
	bad[5].bytes = endless_header;
	check_wires(good, UND_COUNT_OF(good), false);
	check_wires(bad, UND_COUNT_OF(bad), true);
}

TEST(a_request_in_single_bytes_is_the_same_request)
{
	static const char text[] = "POST /echo?q=a%20b HTTP/1.1\r\n" H "Content-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n";
	struct site s = { 0 };
	struct answer a;
	int fd;

	OK(site_start(&s));
	fd = site_dial(&s);
	REQUIRE(fd >= 0);
	for (unsigned round = 0; round < 2; round++) {
		for (size_t i = 0; i + 1 < sizeof text; i++)
			CHECK(say_bytes(fd, text + i, 1));
		a = hear(fd, false, false);
		EQ(a.status, 200);
		CHECK(body_is(&a, "path=/echo q=a b content-type=text/plain body=abcde"));
		answer_free(&a);
	}
	close(fd);
	site_stop(&s);
}

TEST(requests_without_bodies_may_stand_behind_one_another)
{
	struct site s = { 0 };
	struct answer a;
	int fd;
	const char *second;

	OK(site_start(&s));
	fd = site_dial(&s);
	REQUIRE(fd >= 0);
	CHECK(say(fd, "GET /letters/a HTTP/1.1\r\n" H "\r\nGET /letters/b HTTP/1.1\r\n" H "\r\nGET /letters/c HTTP/1.1\r\n" H "Connection: close\r\n\r\n"));
	a = hear(fd, false, true);
	CHECK(a.closed);
	a.bytes[a.n < ANSWER_MAX ? a.n : ANSWER_MAX - 1] = '\0';
	second = strstr((char *)a.bytes, "path=/letters/b");
	CHECK(second != NULL && strstr(second, "path=/letters/c") != NULL && strstr((char *)a.bytes, "path=/letters/a") < second);
	answer_free(&a);
	close(fd);

	/* but what stands behind a body at once is not believed: one answer, and the end */
	fd = site_dial(&s);
	REQUIRE(fd >= 0);
	CHECK(say(fd, POST "Content-Length: 3\r\n\r\nabcGET /letters/b HTTP/1.1\r\n" H "\r\n"));
	a = hear(fd, false, true);
	EQ(a.status, 200);
	CHECK(a.closed);
	CHECK(memmem(a.bytes, a.n, "/letters/b", 10) == NULL);
	STR(answer_header(&a, "Connection") == NULL ? "none" : answer_header(&a, "Connection"), "close");
	answer_free(&a);
	close(fd);
	site_stop(&s);
}

TEST(http_1_0_is_answered_and_closed)
{
	static const struct wire old[] = {
		{ 200, "GET / HTTP/1.0\r\n" H "\r\n" },
		{ 200, "GET / HTTP/1.0\r\n" H "Connection: keep-alive\r\n\r\n" },
		{ 200, "GET / HTTP/1.1\r\n" H "Connection: Upgrade, Close\r\n\r\n" },
		{ 200, "POST /echo HTTP/1.0\r\n" H "Content-Length: 1\r\n\r\na" },
		{ 400, "GET / HTTP/1.0\r\n\r\n" },
	};

	check_wires(old, UND_COUNT_OF(old), true);
}

TEST(a_client_that_waits_for_100_continue_gets_it_when_its_body_is_wanted)
{
	struct site s = { 0 };
	struct answer a;
	char line[26] = { 0 };
	int fd;

	OK(site_start(&s));
	fd = site_dial(&s);
	REQUIRE(fd >= 0);
	CHECK(say(fd, POST "Expect: 100-continue\r\nContent-Length: 3\r\n\r\n"));
	EQ(recv(fd, line, 25, MSG_WAITALL), 25);
	STR(line, "HTTP/1.1 100 Continue\r\n\r\n");
	CHECK(say(fd, "abc"));
	a = hear(fd, false, false);
	EQ(a.status, 200);
	answer_free(&a);
	close(fd);
	a = ask(&s, POST "Expect: 100-continue\r\nContent-Length: 4097\r\n\r\n");
	EQ(a.status, 413);
	answer_free(&a);
	site_stop(&s);
}
