/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* http_memo.c: an answer that was written once and is sent again is the same to the last byte, and goes to nobody for whom another would have been written */
#include "../http_fixture.h"
#include "http/memo.h"

#define H "Host: a\r\n"

/* ---- on the wire ---- */

static const char *const asked[] = {
	"GET /fixed/a HTTP/1.1\r\n" H "\r\n",
	"GET /fixed/b HTTP/1.1\r\n" H "\r\n",
	"HEAD /fixed/a HTTP/1.1\r\n" H "\r\n",
	"GET /fixed/none HTTP/1.1\r\n" H "\r\n",
	"GET /fixed/a HTTP/1.1\r\n" H "Connection: close\r\n\r\n",
	"GET /fixed/late HTTP/1.1\r\n" H "\r\n",
};

/* All that comes for one request, on a connection of its own. */
static struct und_bytes told(const struct site *s, struct und_arena *arena, const char *request)
{
	bool closes = strstr(request, "close") != NULL, head = request[0] == 'H';
	struct und_bytes all = und_bytes(NULL, 0);
	struct answer a;
	int fd = site_dial(s);

	CHECK(fd >= 0 && say(fd, request));
	if (fd < 0)
		return all;
	a = hear(fd, head, closes);
	CHECK(a.status != 0 && a.closed == closes);
	CHECK((answer_header(&a, "Connection") != NULL) == closes);
	CHECK(head ? a.body_n == 0 : true);
	OK(und_arena_copy(&all, arena, und_bytes(a.bytes, a.n)));
	answer_free(&a);
	close(fd);
	return all;
}

TEST(what_was_written_once_is_sent_again_to_the_last_byte)
{
	struct site s = { .options = { .loops = 1 } };
	struct und_bytes first[UND_COUNT_OF(asked)];
	struct und_arena arena;

	und_arena_init(&arena);
	OK(site_start(&s));
	for (size_t i = 0; i < UND_COUNT_OF(asked); i++)
		first[i] = told(&s, &arena, asked[i]);
	for (unsigned round = 0; round < 3; round++)
		for (size_t i = 0; i < UND_COUNT_OF(asked); i++)
			CHECK(und_bytes_equal_var(first[i], told(&s, &arena, asked[i])));
	for (size_t i = 0; i < UND_COUNT_OF(asked); i++)
		for (size_t j = 0; j < i; j++)
			CHECK(!und_bytes_equal_var(first[i], first[j]));
	site_stop(&s);
	und_arena_clear(&arena);
}

/* Some written for the first time, some sent again, some that are never kept. */
TEST(requests_sent_together_are_answered_in_turn)
{
	static const char home[] = "GET / HTTP/1.1\r\n" H "\r\n";
	const char *const requests[] = { asked[0], asked[0], home, asked[1], asked[0], asked[5], home, asked[3], asked[1], asked[5], asked[4] };
	struct site s = { .options = { .loops = 1 } };
	struct und_arena arena;
	struct und_buf said, wanted;
	struct answer a;
	int fd;

	und_arena_init(&arena);
	und_buf_init(&said, 1 << 16);
	und_buf_init(&wanted, 1 << 16);
	for (size_t i = 0; i < UND_COUNT_OF(requests); i++)
		und_buf_add_str(&said, requests[i]);
	OK(und_work_new(&site_work, 1, 4));
	OK(site_start(&s));
	for (unsigned round = 0; round < 2; round++) {
		fd = site_dial(&s);
		REQUIRE(fd >= 0 && say_bytes(fd, said.p, said.n));
		a = hear(fd, false, true);
		close(fd);
		for (size_t i = 0; round == 0 && i < UND_COUNT_OF(requests); i++)
			und_buf_add_bytes(&wanted, told(&s, &arena, requests[i]));
		CHECK(und_bytes_equal_var(und_bytes(a.bytes, a.n), und_buf_bytes(&wanted)));
		answer_free(&a);
	}
	site_stop(&s);
	und_work_free(site_work);
	site_work = NULL;
	und_buf_clear(&said);
	und_buf_clear(&wanted);
	und_arena_clear(&arena);
}

/* ---- what is kept ---- */

static struct und_reply *reply_of(bool head, struct und_http_response a)
{
	static struct und_http_request r;

	r.head = head;
	return und_reply_new(&r, &a);
}

static struct und_http_response answer_with(unsigned status, enum und_http_type type, struct und_bytes body, struct und_http_response a)
{
	a.status = status;
	a.type = type;
	a.body = (struct und_http_body){ .kind = UND_HTTP_STATIC, .bytes = body };
	return a;
}
#define ANSWER(...) answer_with(202, UND_HTTP_JSON, und_cstr("{}"), (struct und_http_response){ __VA_ARGS__ })
#define SAYING(body) answer_with(202, UND_HTTP_JSON, (body), (struct und_http_response){ 0 })

static bool is_known(const struct und_memos *m, bool head, bool close, struct und_http_response a)
{
	struct und_reply *p = reply_of(head, a);
	bool known;

	CHECK(p != NULL);
	if (p == NULL)
		return false;
	p->close = close;
	known = und_memos_find(m, p).n > 0;
	und_reply_free(p);
	return known;
}

static bool keeps(struct und_memos *m, struct und_http_response a)
{
	struct und_reply *p = reply_of(false, a);
	struct und_memo *memo;

	CHECK(p != NULL);
	if (p == NULL)
		return false;
	memo = und_memo_begin(m, p);
	und_reply_free(p);
	if (memo != NULL)
		und_memos_keep(m, memo, und_cstr("written"));
	return memo != NULL;
}

TEST(all_that_decides_the_bytes_is_compared)
{
	struct und_memos m = { .n = 0 };

	CHECK(keeps(&m, ANSWER(.retry_after = 0)));
	CHECK(is_known(&m, false, false, ANSWER(.retry_after = 0)));
	CHECK(!is_known(&m, true, false, ANSWER(.retry_after = 0)));
	CHECK(!is_known(&m, false, true, ANSWER(.retry_after = 0)));
	CHECK(!is_known(&m, false, false, ANSWER(.retry_after = 7)));
	CHECK(!is_known(&m, false, false, answer_with(200, UND_HTTP_JSON, und_cstr("{}"), ANSWER(.retry_after = 0))));
	CHECK(!is_known(&m, false, false, answer_with(202, UND_HTTP_TEXT, und_cstr("{}"), ANSWER(.retry_after = 0))));
	CHECK(!is_known(&m, false, false, ANSWER(.cache = UND_HTTP_SHORT)));
	CHECK(!is_known(&m, false, false, ANSWER(.vary_language = true)));
	CHECK(!is_known(&m, false, false, SAYING(und_cstr("[]"))));
	CHECK(!is_known(&m, false, false, SAYING(und_cstr(""))));
	und_memos_clear(&m);
	CHECK(!is_known(&m, false, false, ANSWER(.retry_after = 0)));
}

TEST(what_was_made_for_somebody_is_not_kept)
{
	static const uint8_t large[UND_MEMO_BODY_MAX + 1];
	struct und_memos m = { .n = 0 };
	struct und_http_response own = ANSWER(.retry_after = 0);

	CHECK(!keeps(&m, ANSWER(.etag = "v1")));
	CHECK(!keeps(&m, ANSWER(.location = "/letters/a")));
	CHECK(!keeps(&m, ANSWER(.language = "ar")));
	CHECK(!keeps(&m, ANSWER(.disposition = "a.letter")));
	CHECK(!keeps(&m, SAYING(und_bytes(large, sizeof large))));
	own.body = (struct und_http_body){ .kind = UND_HTTP_OWNED };
	und_buf_init(&own.body.buf, 10);
	und_buf_add_str(&own.body.buf, "{}");
	CHECK(!keeps(&m, own));
	EQ(m.n, 0);
	for (unsigned i = 1; i <= UND_MEMOS_MAX; i++)
		CHECK(keeps(&m, ANSWER(.retry_after = i)));
	CHECK(!keeps(&m, ANSWER(.retry_after = 100)));
	und_memos_clear(&m);
}
