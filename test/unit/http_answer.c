/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* http_answer.c: what goes out, to the byte: headers, conditions, ranges, problems, answers from other threads; and what a handler may see */
#include "http_fixture.h"

#define H "Host: a\r\n"

#define FIXED(csp)                                                                                                     \
	"Content-Security-Policy: " csp "\r\n"                                                                         \
	"Referrer-Policy: no-referrer\r\n"                                                                             \
	"X-Content-Type-Options: nosniff\r\n"                                                                          \
	"Cross-Origin-Opener-Policy: same-origin\r\n"                                                                  \
	"Cross-Origin-Embedder-Policy: require-corp\r\n"                                                               \
	"Cross-Origin-Resource-Policy: same-origin\r\n"                                                                \
	"Permissions-Policy: accelerometer=(), autoplay=(), camera=(), display-capture=(), encrypted-media=(), fullscreen=(), gamepad=(), geolocation=(), " \
	"gyroscope=(), hid=(), idle-detection=(), interest-cohort=(), magnetometer=(), microphone=(), midi=(), payment=(), " \
	"publickey-credentials-get=(), screen-wake-lock=(), serial=(), usb=(), xr-spatial-tracking=()\r\n"
#define DEFAULT_CSP "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

static void check_head(const struct site *s, const char *request, const char *head)
{
	struct answer a = ask(s, request);

	STR(a.head == NULL ? "" : a.head, head);
	answer_free(&a);
}

TEST(every_answer_carries_exactly_these_headers)
{
	struct site s = { 0 };

	OK(site_start(&s));
	check_head(&s, "GET / HTTP/1.1\r\n" H "\r\n",
	           "HTTP/1.1 200 OK\r\n" FIXED(DEFAULT_CSP) "Cache-Control: no-cache\r\nContent-Type: text/html; charset=utf-8\r\nContent-Language: en\r\n"
	           "ETag: \"v1\"\r\nVary: Accept-Language\r\nContent-Length: 11\r\n\r\n");
	check_head(&s, "HEAD / HTTP/1.1\r\n" H "\r\n",
	           "HTTP/1.1 200 OK\r\n" FIXED(DEFAULT_CSP) "Cache-Control: no-cache\r\nContent-Type: text/html; charset=utf-8\r\nContent-Language: en\r\n"
	           "ETag: \"v1\"\r\nVary: Accept-Language\r\nContent-Length: 11\r\n\r\n");
	check_head(&s, "GET / HTTP/1.1\r\n" H "If-None-Match: \"v1\"\r\n\r\n",
	           "HTTP/1.1 304 Not Modified\r\n" FIXED(DEFAULT_CSP) "Cache-Control: no-cache\r\nETag: \"v1\"\r\nVary: Accept-Language\r\nContent-Length: 11\r\n\r\n");
	check_head(&s, "GET /letters/x.letter HTTP/1.1\r\n" H "Range: bytes=1-3\r\n\r\n",
	           "HTTP/1.1 206 Partial Content\r\n" FIXED(DEFAULT_CSP) "Cache-Control: public, max-age=60\r\nContent-Range: bytes 1-3/3145728\r\n"
	           "Content-Type: application/x-ndjson\r\nContent-Disposition: attachment; filename=\"a.letter\"\r\nETag: \"f1\"\r\nAccept-Ranges: bytes\r\n"
	           "Content-Length: 3\r\n\r\n");
	check_head(&s, "GET /letters/x.letter HTTP/1.1\r\n" H "Range: bytes=3145728-\r\n\r\n",
	           "HTTP/1.1 416 Range Not Satisfiable\r\n" FIXED(DEFAULT_CSP) "Cache-Control: no-store\r\nContent-Range: bytes */3145728\r\n"
	           "Content-Disposition: attachment; filename=\"a.letter\"\r\nETag: \"f1\"\r\nAccept-Ranges: bytes\r\nContent-Length: 0\r\n\r\n");
	check_head(&s, "POST /go HTTP/1.1\r\n" H "\r\n",
	           "HTTP/1.1 303 See Other\r\n" FIXED(DEFAULT_CSP) "Cache-Control: no-store\r\nLocation: /letters/done\r\nContent-Length: 0\r\n\r\n");
	check_head(&s, "PUT /echo HTTP/1.1\r\n" H "\r\n",
	           "HTTP/1.1 405 Method Not Allowed\r\nConnection: close\r\n" FIXED(DEFAULT_CSP) "Cache-Control: no-store\r\nContent-Type: text/html; charset=utf-8\r\n"
	           "Allow: POST\r\nContent-Length: 12\r\n\r\n");
	check_head(&s, "GET /api/v1/problem HTTP/1.1\r\n" H "\r\n",
	           "HTTP/1.1 409 Conflict\r\n" FIXED(DEFAULT_CSP) "Cache-Control: no-store\r\nContent-Type: application/problem+json\r\nContent-Length: 101\r\n\r\n");
	check_head(&s, "BAD\r\n\r\n",
	           "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n" FIXED(DEFAULT_CSP) "Cache-Control: no-store\r\nContent-Type: text/html; charset=utf-8\r\n"
	           "Content-Length: 12\r\n\r\n");
	site_stop(&s);
}

TEST(a_handler_sees_headers_of_the_list_and_no_others)
{
	struct site s = { 0 };
	struct answer a;

	OK(site_start(&s));
	a = ask(&s, "GET /letters/a-b_C9?q=x%2By+%E2%82%AC HTTP/1.1\r\n" H "User-Agent: ua\r\nCookie: c=d\r\nReferer: r\r\nX-Forwarded-For: 1.2.3.4\r\nForwarded: for=1\r\n"
	            "Accept: text/html\r\nAccept-Encoding: gzip\r\nAccept-Language: fa, en;q=0.5\r\nIf-None-Match: \"z\"\r\nIf-Range: \"y\"\r\nRange: bytes=0-1\r\n\r\n");
	EQ(a.status, 200);
	CHECK(body_is(&a, "path=/letters/a-b_C9 param=a-b_C9 q=x+y \xe2\x82\xac accept=text/html accept-encoding=gzip accept-language=fa, en;q=0.5 "
	                  "if-none-match=\"z\" if-range=\"y\" range=bytes=0-1 body="));
	answer_free(&a);
	a = ask(&s, "POST /api/v1/typed HTTP/1.1\r\n" H "Content-Type: Text/Plain ; charset=utf-8\r\nContent-Length: 2\r\n\r\nhi");
	CHECK(body_is(&a, "path=/api/v1/typed content-type=Text/Plain ; charset=utf-8 body=hi"));
	answer_free(&a);
	site_stop(&s);
}

TEST(faults_are_problems_under_api_and_pages_elsewhere)
{
	static const struct {
		const char *request, *type, *body;
	} cases[] = {
		{ "GET /api/v1/nothing HTTP/1.1\r\n" H "\r\n", "application/problem+json", "{\"status\":404,\"title\":\"Not Found\",\"type\":\"about:blank\"}\n" },
		{ "POST /api/v1/problem HTTP/1.1\r\n" H "\r\n", "application/problem+json", "{\"status\":405,\"title\":\"Method Not Allowed\",\"type\":\"about:blank\"}\n" },
		{ "GET /api/v1/x HTTP/1.1\r\n" H "Host: b\r\n\r\n", "application/problem+json", "{\"status\":400,\"title\":\"Bad Request\",\"type\":\"about:blank\"}\n" },
		{ "POST /api/v1/typed HTTP/1.1\r\n" H "Content-Length: 5000\r\n\r\n", "application/problem+json",
		  "{\"status\":413,\"title\":\"Content Too Large\",\"type\":\"about:blank\"}\n" },
		{ "GET /api/v1/problem HTTP/1.1\r\n" H "\r\n", "application/problem+json",
		  "{\"detail\":\"line 3: \\\"x\\\"\",\"status\":409,\"title\":\"It has signed already\",\"type\":\"/problems/tag-known\"}\n" },
		{ "GET /nothing HTTP/1.1\r\n" H "\r\n", "text/html; charset=utf-8", "<h1>404</h1>" },
		{ "GET /apis HTTP/1.1\r\n" H "\r\n", "text/html; charset=utf-8", "<h1>404</h1>" },
	};
	struct site s = { 0 };

	OK(site_start(&s));
	for (size_t i = 0; i < UND_COUNT_OF(cases); i++) {
		struct answer a = ask(&s, cases[i].request);

		STR(answer_header(&a, "Content-Type") != NULL ? answer_header(&a, "Content-Type") : "", cases[i].type);
		CHECK(body_is(&a, cases[i].body));
		answer_free(&a);
	}
	site_stop(&s);
}

static void check_part(const struct site *s, const char *headers, unsigned status, uint64_t from, size_t length)
{
	char request[400];
	struct answer a;
	size_t wrong = 0;

	snprintf(request, sizeof request, "GET /letters/x.letter HTTP/1.1\r\n" H "%s\r\n", headers);
	a = ask(s, request);
	EQ(a.status, status);
	EQ(a.body_n, length);
	for (size_t i = 0; i < a.body_n; i++)
		wrong += a.body[i] != site_byte(from + i);
	EQ(wrong, 0);
	answer_free(&a);
}

TEST(a_file_comes_whole_or_the_part_that_is_asked_for)
{
	struct site s = { 0 };
	struct answer a;

	site_readers_done = 0;
	OK(site_start(&s));
	check_part(&s, "", 200, 0, FILE_SIZE);
	check_part(&s, "Range: bytes=0-0\r\n", 206, 0, 1);
	check_part(&s, "Range: bytes=100000-2999999\r\n", 206, 100000, 2900000);
	check_part(&s, "Range: bytes=3000000-\r\n", 206, 3000000, FILE_SIZE - 3000000);
	check_part(&s, "Range: bytes=3000000-99999999999\r\n", 206, 3000000, FILE_SIZE - 3000000);
	check_part(&s, "Range: bytes=-5\r\n", 206, FILE_SIZE - 5, 5);
	check_part(&s, "Range: bytes=-99999999\r\n", 206, 0, FILE_SIZE);
	check_part(&s, "Range: bytes=5-9\r\nIf-Range: \"f1\"\r\n", 206, 5, 5);
	check_part(&s, "Range: bytes=5-9\r\nIf-Range: \"f0\"\r\n", 200, 0, FILE_SIZE);
	check_part(&s, "Range: bytes=5-9\r\nIf-Range: W/\"f1\"\r\n", 200, 0, FILE_SIZE);
	check_part(&s, "Range: bytes=0-1,3-4\r\n", 200, 0, FILE_SIZE); /* what we do not know is ignored */
	check_part(&s, "Range: lines=0-1\r\n", 200, 0, FILE_SIZE);
	check_part(&s, "Range: bytes=9-5\r\n", 200, 0, FILE_SIZE);
	check_part(&s, "Range: bytes=99999999999999999999-\r\n", 200, 0, FILE_SIZE);
	check_part(&s, "Range: bytes=3145728-\r\n", 416, 0, 0);
	check_part(&s, "Range: bytes=-0\r\n", 416, 0, 0);
	check_part(&s, "If-None-Match: \"a\", \"f0\"\r\n", 200, 0, FILE_SIZE);
	a = ask(&s, "HEAD /letters/x.letter HTTP/1.1\r\n" H "Range: bytes=0-1\r\n\r\n"); /* RFC 9110 §14.2: Range is for GET */
	EQ(a.status, 200);
	answer_free(&a);
	site_stop(&s);
	EQ(site_readers_done, 18);
}

TEST(the_longest_headers_come_whole)
{
	struct site s = { 0 };
	struct answer a;

	OK(site_start(&s));
	a = ask(&s, "GET /long-headers HTTP/1.1\r\n" H "\r\n");
	EQ(a.status, 200);
	EQ(a.head_n, 5984);
	CHECK(a.head != NULL && strstr(a.head, "xxx\r\nReferrer-Policy: no-referrer\r\n") != NULL && strstr(a.head, "\r\nContent-Length: 0\r\n\r\n") != NULL);
	answer_free(&a);
	site_stop(&s);
}

TEST(an_unchanged_page_is_304)
{
	static const struct {
		const char *list;
		unsigned status;
	} cases[] = {
		{ "\"v1\"", 304 }, { "*", 304 }, { "W/\"v1\"", 304 }, { "\"a\", \"v1\"", 304 },
		{ "\"v\"", 200 }, { "\"v11\"", 200 }, { "v1", 200 }, { "\"a\"", 200 },
	};
	struct site s = { 0 };
	int fd;

	OK(site_start(&s));
	fd = site_dial(&s);
	REQUIRE(fd >= 0);
	for (size_t i = 0; i < UND_COUNT_OF(cases); i++) {
		char request[200];
		struct answer a;

		snprintf(request, sizeof request, "GET / HTTP/1.1\r\n" H "If-None-Match: %s\r\n\r\n", cases[i].list);
		CHECK(say(fd, request));
		a = hear(fd, cases[i].status == 304, false);
		EQ(a.status, cases[i].status);
		EQ(a.body_n, cases[i].status == 304 ? 0 : 11);
		answer_free(&a);
	}
	close(fd);
	site_stop(&s);
}

TEST(a_reader_that_fails_ends_the_connection_before_the_length_that_was_said)
{
	struct site s = { 0 };
	struct answer a;
	int fd;

	site_readers_done = 0;
	OK(site_start(&s));
	fd = site_dial(&s);
	REQUIRE(fd >= 0);
	CHECK(say(fd, "GET /short/x.letter HTTP/1.1\r\n" H "\r\n"));
	a = hear(fd, false, true);
	EQ(a.status, 200);
	CHECK(a.closed);
	CHECK(a.body_n < 300000);
	answer_free(&a);
	close(fd);
	a = ask(&s, "GET / HTTP/1.1\r\n" H "\r\n");
	EQ(a.status, 200);
	answer_free(&a);
	site_stop(&s);
	EQ(site_readers_done, 1);
}

TEST(answers_from_other_threads_go_to_those_who_asked)
{
	struct site s = { 0 };
	int fds[40];

	OK(und_work_new(&site_work, 3, 64));
	OK(site_start(&s));
	for (unsigned round = 0; round < 5; round++) {
		for (unsigned i = 0; i < UND_COUNT_OF(fds); i++) {
			char request[200];

			if (round == 0)
				fds[i] = site_dial(&s);
			REQUIRE(fds[i] >= 0);
			snprintf(request, sizeof request, "POST /later HTTP/1.1\r\n" H "Content-Length: 6\r\n\r\nbody%02u", i);
			CHECK(say(fds[i], request));
		}
		for (unsigned i = 0; i < UND_COUNT_OF(fds); i++) {
			struct answer a = hear(fds[i], false, false);
			char body[40];

			snprintf(body, sizeof body, "path=/later body=body%02u", i);
			EQ(a.status, 200);
			CHECK(body_is(&a, body));
			answer_free(&a);
		}
	}
	for (unsigned i = 0; i < UND_COUNT_OF(fds); i++)
		close(fds[i]);
	und_work_free(site_work);
	site_stop(&s);
}

TEST(a_client_that_leaves_before_its_answer_harms_nobody)
{
	struct site s = { 0 };
	struct und_http_counters n;
	struct answer a;

	sem_init(&site_gate, 0, 0);
	OK(und_work_new(&site_work, 2, 64));
	OK(site_start(&s));
	site_slow = 0;
	for (unsigned i = 0; i < 10; i++) {
		int fd = site_dial(&s);

		REQUIRE(fd >= 0);
		CHECK(say(fd, "GET /slow HTTP/1.1\r\n" H "\r\n"));
		while (i < 2 && site_slow <= i)
			;
		close(fd);
	}
	for (unsigned i = 0; i < 10; i++)
		sem_post(&site_gate);
	a = ask(&s, "GET / HTTP/1.1\r\n" H "\r\n");
	EQ(a.status, 200);
	answer_free(&a);
	und_http_count(&n, s.http);
	CHECK(n.requests >= 3 && n.requests <= 11);
	und_work_free(site_work);
	site_stop(&s);
	sem_destroy(&site_gate);
}

TEST(parameters_and_ranges_end_where_they_must)
{
	struct site s = { 0 };
	struct answer a;
	char text[400];

	OK(site_start(&s));
	for (int n = UND_HTTP_PARAM_MAX; n <= UND_HTTP_PARAM_MAX + 1; n++) {
		snprintf(text, sizeof text, "GET /letters/%0*d HTTP/1.1\r\nHost: a\r\n\r\n", n, 7);
		a = ask(&s, text);
		EQ(a.status, n == UND_HTTP_PARAM_MAX ? 200 : 404);
		answer_free(&a);
	}
	a = ask(&s, "GET /letters/.letter HTTP/1.1\r\nHost: a\r\n\r\n");
	EQ(a.status, 404);
	answer_free(&a);
	snprintf(text, sizeof text, "GET /letters/x.letter HTTP/1.1\r\nHost: a\r\nRange: bytes=%d-%d\r\n\r\n", FILE_SIZE - 10, FILE_SIZE);
	a = ask(&s, text);
	EQ(a.status, 206);
	EQ(a.body_n, 10);
	STR(answer_header(&a, "Content-Length"), "10");
	answer_free(&a);
	site_stop(&s);
}
