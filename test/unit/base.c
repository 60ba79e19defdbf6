/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* base.c: slices, buffers, arena, base64url, dates, the JSON writer, hashes, errors */
#include <sodium.h>

#include "base/encode.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/secret.h"
#include "tap.h"

/* ---- slices ---- */

TEST(slices_compare_by_bytes_then_length)
{
	CHECK(und_bytes_compare_var(und_cstr("a"), und_cstr("b")) < 0);
	CHECK(und_bytes_compare_var(und_cstr("b"), und_cstr("ab")) > 0);
	CHECK(und_bytes_compare_var(und_cstr("a"), und_cstr("ab")) < 0);
	CHECK(und_bytes_compare_var(und_cstr("\x7f"), und_cstr("\x80")) < 0);
	EQ(und_bytes_compare_var(und_bytes(NULL, 0), und_cstr("")), 0);
	CHECK(und_bytes_equal_var(und_bytes(NULL, 0), und_cstr("")));
	CHECK(und_bytes_is(und_cstr("tag"), "tag"));
	CHECK(!und_bytes_is(und_cstr("tag"), "ta"));
	CHECK(!und_bytes_is(und_cstr("ta"), "tag"));
}

TEST(a_diag_keeps_the_end_of_a_long_path)
{
	struct und_diag d = { .line = 7, .member = "something that is longer than what comes" };
	char path[100];

	und_diag_member(&d, "rules.closes");
	STR(d.member, "rules.closes");
	EQ(d.line, 7);
	memset(path, 'a', sizeof path);
	memcpy(path + sizeof path - 8, ".member", 8);
	und_diag_member(&d, path);
	EQ(strlen(d.member), sizeof d.member - 1);
	STR(d.member + sizeof d.member - 8, ".member");
	und_diag_member(NULL, "nobody asks");
}

static void count_job(void *arg, size_t i)
{
	((unsigned *)arg)[i]++;
}

static void backwards(void *ctx, void (*job)(void *arg, size_t i), void *arg, size_t count)
{
	++*(unsigned *)ctx;
	while (count-- > 0)
		job(arg, count);
}

TEST(jobs_run_once_each_with_and_without_a_runner)
{
	unsigned done[3] = { 0, 0, 0 }, runs = 0;
	struct und_runner runner = { backwards, &runs, 0 };

	und_run(NULL, count_job, done, 3);
	und_run(&runner, count_job, done, 2);
	EQ(done[0], 2);
	EQ(done[1], 2);
	EQ(done[2], 1);
	EQ(runs, 1);
	EQ(und_runner_width(NULL), 1);
	EQ(und_runner_width(&runner), 1);
}

/* ---- memory ---- */

TEST(memory_is_zeroed_or_refused)
{
	uint32_t *p = NULL;
	uint8_t *zeros;
	size_t cap = 0;

	CHECK(und_alloc(SIZE_MAX, 2) == NULL);
	CHECK(und_alloc(SIZE_MAX / 2 + 2, 2) == NULL);
	IS(UND_ERR_MEMORY, und_grow(&p, &cap, SIZE_MAX / 2, sizeof *p));
	CHECK(p == NULL && cap == 0);
	OK(und_grow(&p, &cap, 3, sizeof *p));
	CHECK(cap >= 3);
	p[0] = 1;
	p[2] = 3;
	OK(und_grow(&p, &cap, 1000, sizeof *p));
	CHECK(cap >= 1000 && p[0] == 1 && p[2] == 3);
	free(p);
	for (unsigned i = 0; i < 50; i++) { /* the later ones are given what the earlier ones soiled */
		zeros = und_alloc(100, 7);
		REQUIRE(zeros != NULL);
		CHECK(sodium_is_zero(zeros, 700));
		memset(zeros, 0xee, 700);
		free(zeros);
	}
}

TEST(an_arena_gives_zeroed_memory_that_stays_where_it_is)
{
	struct und_arena a;
	struct und_bytes text[300];
	uint8_t *big, *none;

	und_arena_init(&a);
	for (unsigned i = 0; i < UND_COUNT_OF(text); i++) {
		uint8_t *p = und_arena_alloc(&a, i, 3);

		REQUIRE(p != NULL);
		CHECK((uintptr_t)p % _Alignof(max_align_t) == 0);
		for (unsigned k = 0; k < 3 * i; k++)
			CHECK(p[k] == 0);
		memset(p, 0xee, 3 * (size_t)i);
		OK(und_arena_copy(&text[i], &a, und_bytes("0123456789", i % 11)));
		EQ(text[i].p[text[i].n], 0);
	}
	big = und_arena_alloc(&a, 1 << 20, 1);
	none = und_arena_alloc(&a, 0, 8);
	REQUIRE(big != NULL && none != NULL);
	memset(big, 0xee, 1 << 20);
	CHECK(und_arena_alloc(&a, SIZE_MAX / 2, 3) == NULL);
	CHECK(und_arena_alloc(&a, SIZE_MAX - 3, 1) == NULL);
	for (unsigned i = 0; i < UND_COUNT_OF(text); i++)
		CHECK(und_bytes_equal_var(text[i], und_bytes("0123456789", i % 11)));
	und_arena_clear(&a);
	CHECK(a.head == NULL);
}

/* ---- buffers ---- */

TEST(a_buffer_holds_its_maximum_and_not_one_byte_more)
{
	struct und_buf b;

	und_buf_init(&b, 200);
	for (unsigned i = 0; i < 200; i++)
		und_buf_add_u8(&b, (uint8_t)i);
	EQ(b.err, UND_OK);
	EQ(b.n, 200);
	CHECK(b.cap <= 200);
	und_buf_add(&b, "", 0);
	EQ(b.err, UND_OK);
	und_buf_add_u8(&b, 1);
	EQ(b.err, UND_ERR_LIMIT);
	EQ(b.n, 200);
	EQ(b.p[199], 199);
	und_buf_clear(&b);
}

TEST(the_first_failure_of_a_buffer_sticks)
{
	struct und_buf b;

	und_buf_init(&b, 4);
	und_buf_add_str(&b, "abc");
	und_buf_add_str(&b, "de");
	und_buf_add_str(&b, "f"); /* would fit, but something is missing before it */
	EQ(b.err, UND_ERR_LIMIT);
	CHECK(und_bytes_is(und_buf_bytes(&b), "abc"));
	und_buf_reset(&b);
	EQ(b.err, UND_OK);
	und_buf_add_str(&b, "wxyz");
	CHECK(und_bytes_is(und_buf_bytes(&b), "wxyz"));
	und_buf_clear(&b);
	und_buf_add_str(&b, "wxyz");
	CHECK(und_bytes_is(und_buf_bytes(&b), "wxyz"));
	und_buf_add(&b, "x", SIZE_MAX);
	EQ(b.err, UND_ERR_LIMIT);
	und_buf_clear(&b);
}

TEST(numbers_go_into_buffers_big_end_first)
{
	struct und_buf b;

	und_buf_init(&b, 100);
	und_buf_add_u16be(&b, 0x0102);
	und_buf_add_u32be(&b, 0x03040506);
	MEM(b.p, "\1\2\3\4\5\6", 6);
	EQ(und_load_u16be(b.p), 0x0102);
	und_buf_reset(&b);
	und_buf_add_decimal(&b, 0);
	und_buf_add_str(&b, " ");
	und_buf_add_decimal(&b, UINT64_MAX);
	CHECK(und_bytes_is(und_buf_bytes(&b), "0 18446744073709551615"));
	und_buf_clear(&b);
}

TEST(a_secret_buffer_is_wiped_before_it_is_used_again)
{
	struct und_buf b;
	uint8_t *p;

	und_buf_init_secret(&b, 1000);
	und_buf_add_str(&b, "the secret");
	p = b.p;
	und_buf_reset(&b);
	CHECK(sodium_is_zero(p, 10));
	for (unsigned i = 0; i < 1000; i++)
		und_buf_add_u8(&b, 0x55);
	EQ(b.err, UND_OK);
	und_buf_clear(&b);
	CHECK(b.secret); /* used again, it is as careful */
}

TEST(wiping_and_comparing)
{
	uint8_t a[8] = "secret", b[8] = "secret";

	CHECK(und_equal(a, b, sizeof a));
	b[7] = 1;
	CHECK(!und_equal(a, b, sizeof a));
	CHECK(und_equal(a, b, 7));
	und_wipe(a, sizeof a);
	CHECK(sodium_is_zero(a, sizeof a));
}

/* ---- base64url ---- */

TEST(base64_of_all_lengths_comes_back_and_agrees_with_libsodium)
{
	uint8_t in[300], out[300];
	char text[500];
	struct und_buf b;
	size_t n;

	tap_seed(1);
	und_buf_init(&b, 500);
	for (size_t i = 0; i <= sizeof in; i++) {
		tap_random_bytes(in, i);
		und_buf_reset(&b);
		und_base64_add(&b, und_bytes(in, i));
		EQ(b.n, und_base64_length(i));
		sodium_bin2base64(text, sizeof text, in, i, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
		CHECK(und_bytes_is(und_buf_bytes(&b), text));
		OK(und_base64_size(&n, und_buf_bytes(&b)));
		EQ(n, i);
		OK(und_base64_decode(out, i, und_buf_bytes(&b)));
		MEM(in, out, i);
		IS(UND_ERR_SIZE, und_base64_decode(out, i + 1, und_buf_bytes(&b)));
	}
	und_buf_clear(&b);
}

/* Of all texts of one, two and three characters, exactly those that encode gives are taken: alphabet and stray bits. */
TEST(base64_has_one_spelling_per_value)
{
	static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
	uint8_t text[4], out[3];
	unsigned taken = 0;

	IS(UND_ERR_BASE64, und_base64_decode(out, 0, und_cstr("A")));
	IS(UND_ERR_BASE64, und_base64_decode(out, 3, und_cstr("AAAAA")));
	for (unsigned a = 0; a < 256; a++) {
		for (unsigned b = 0; b < 256; b++) {
			text[0] = (uint8_t)a;
			text[1] = (uint8_t)b;
			taken += und_base64_decode(out, 1, und_bytes(text, 2)) == UND_OK;
		}
	}
	EQ(taken, 256);
	taken = 0;
	for (unsigned a = 0; a < 256; a++) {
		text[0] = 'A';
		text[1] = '_';
		text[2] = (uint8_t)a;
		if (und_base64_decode(out, 2, und_bytes(text, 3)) == UND_OK) {
			taken++;
			CHECK(a != 0 && strchr(alphabet, (int)a) != NULL && (strchr(alphabet, (int)a) - alphabet) % 4 == 0);
		}
	}
	EQ(taken, 16);
	IS(UND_ERR_BASE64, und_base64_decode(out, 1, und_cstr("AA==")));
	IS(UND_ERR_BASE64, und_base64_decode(out, 3, und_cstr("AA+A")));
	IS(UND_ERR_BASE64, und_base64_decode(out, 3, und_cstr("AA/A")));
}

TEST(a_refused_base64_leaves_the_output_alone)
{
	uint8_t out[32], same[32];

	memset(out, 0x5a, sizeof out);
	memset(same, 0x5a, sizeof same);
	IS(UND_ERR_BASE64, und_base64_decode(out, 32, und_cstr("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA!")));
	IS(UND_ERR_BASE64, und_base64_decode(out, 32, und_cstr("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB")));
	IS(UND_ERR_SIZE, und_base64_decode(out, 32, und_cstr("AAAA")));
	IS(UND_ERR_BASE64, und_base64_decode_secret(out, und_cstr("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA!")));
	IS(UND_ERR_BASE64, und_base64_decode_secret(out, und_cstr("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB")));
	IS(UND_ERR_SIZE, und_base64_decode_secret(out, und_cstr("AAAA")));
	MEM(out, same, sizeof out);
}

TEST(base64_of_secrets_is_the_same_base64)
{
	uint8_t in[32], out[32];
	struct und_buf b;
	char text[44];

	tap_seed(2);
	und_buf_init(&b, 100);
	for (unsigned i = 0; i < 500; i++) {
		tap_random_bytes(in, sizeof in);
		und_buf_reset(&b);
		und_base64_add(&b, und_bytes(in, sizeof in));
		und_base64_encode_secret(text, in);
		CHECK(und_bytes_is(und_buf_bytes(&b), text));
		OK(und_base64_decode_secret(out, und_cstr(text)));
		MEM(in, out, sizeof in);
	}
	for (unsigned c = 0; c < 256; c++) { /* the same alphabet, and no stray bits */
		for (unsigned at = 20; at <= 42; at += 22) {
			char before = text[at];

			text[at] = (char)c;
			EQ(und_base64_decode_secret(out, und_bytes(text, 43)), und_base64_decode(in, 32, und_bytes(text, 43)));
			text[at] = before;
		}
	}
	und_buf_clear(&b);
}

/* ---- dates ---- */

TEST(every_day_of_a_thousand_years_comes_back_in_order)
{
	char text[11];
	und_day day, d;

	for (day = 0; day < 365243; day++) {
		und_date_encode(text, day);
		if (und_date_decode(&d, und_cstr(text)) != UND_OK || d != day)
			break;
	}
	EQ(day, 365243);
	STR(text, "2999-12-31");
	und_date_encode(text, 0);
	STR(text, "2000-01-01");
	und_date_encode(text, 59);
	STR(text, "2000-02-29");
	und_date_encode(text, UND_DAY_NONE);
	STR(text, "");
	OK(und_date_decode(&d, und_cstr("2027-01-31")));
	EQ(d, 27 * 365 + 7 + 30);
}

TEST(days_that_are_none_are_refused)
{
	static const char *const bad[] = {
		"", "2027", "1999-12-31", "3000-01-01", "2027-00-01", "2027-13-01", "2027-01-00", "2027-01-32", "2027-02-29", "2100-02-29",
		"2200-02-29", "2027-04-31", "2027-1-1", "2027-01-1", "2027/01-01", "2027-01/01", "2027-01-01 ", " 2027-01-01", "2027-01-0a", "20270-01-1",
		"+027-01-01", "2027-01-01T", "20270101", "02027-01-1",
	};
	und_day d = 42;

	for (size_t i = 0; i < UND_COUNT_OF(bad); i++) {
		tap_checks++;
		if (und_date_decode(&d, und_cstr(bad[i])) != UND_ERR_DATE)
			tap_fail("taken: \"%s\"", bad[i]);
	}
	EQ(d, 42);
	OK(und_date_decode(&d, und_cstr("2028-02-29")));
	OK(und_date_decode(&d, und_cstr("2400-02-29")));
}

/* ---- JSON ---- */

TEST(the_json_writer_writes_the_canonical_form)
{
	struct und_json j;
	struct und_buf b;

	und_buf_init(&b, 1000);
	und_json_init(&j, &b);
	und_json_open_object(&j);
	und_json_name(&j, "a");
	und_json_open_list(&j);
	und_json_close_list(&j);
	und_json_name(&j, "b");
	und_json_open_list(&j);
	und_json_number(&j, 0);
	und_json_number(&j, UINT64_C(9007199254740991));
	und_json_open_object(&j);
	und_json_close_object(&j);
	und_json_open_object(&j);
	und_json_name(&j, "x");
	und_json_bool(&j, true);
	und_json_name(&j, "y");
	und_json_null(&j);
	und_json_close_object(&j);
	und_json_bool(&j, false);
	und_json_close_list(&j);
	und_json_name(&j, "c");
	und_json_base64(&j, und_bytes("\xff\xff", 2));
	und_json_name(&j, "d");
	und_json_day(&j, 0);
	und_json_name(&j, "e");
	und_json_day(&j, UND_DAY_NONE);
	und_json_close_object(&j);
	EQ(b.err, UND_OK);
	CHECK(und_bytes_is(und_buf_bytes(&b),
			   "{\"a\":[],\"b\":[0,9007199254740991,{},{\"x\":true,\"y\":null},false],\"c\":\"__8\",\"d\":\"2000-01-01\",\"e\":\"\"}"));
	und_buf_clear(&b);
}

/* RFC 8785 §3.2.2.2 */
TEST(the_json_writer_escapes_what_must_be_and_nothing_else)
{
	struct und_json j;
	struct und_buf b;
	uint8_t all[0x80];

	und_buf_init(&b, 1000);
	und_json_init(&j, &b);
	for (unsigned i = 0; i < sizeof all; i++)
		all[i] = (uint8_t)i;
	und_json_string(&j, und_bytes(all, 0x30));
	CHECK(und_bytes_is(und_buf_bytes(&b), "\"\\u0000\\u0001\\u0002\\u0003\\u0004\\u0005\\u0006\\u0007\\b\\t\\n\\u000b\\f\\r\\u000e\\u000f"
					      "\\u0010\\u0011\\u0012\\u0013\\u0014\\u0015\\u0016\\u0017\\u0018\\u0019\\u001a\\u001b\\u001c\\u001d\\u001e\\u001f"
					      " !\\\"#$%&'()*+,-./\""));
	und_buf_reset(&b);
	und_json_init(&j, &b);
	und_json_string(&j, und_bytes(all + 0x30, 0x50));
	CHECK(und_bytes_is(und_buf_bytes(&b), "\"0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\\\]^_`abcdefghijklmnopqrstuvwxyz{|}~\x7f\""));
	und_buf_reset(&b);
	und_json_init(&j, &b);
	und_json_cstr(&j, "\xe2\x80\xa8\xf0\x9f\x8c\x8d");
	CHECK(und_bytes_is(und_buf_bytes(&b), "\"\xe2\x80\xa8\xf0\x9f\x8c\x8d\""));
	und_buf_clear(&b);
}

/* ---- hashes ---- */

TEST(hashes_are_those_of_the_pieces_joined)
{
	struct und_bytes pieces[3] = { und_cstr("a"), { NULL, 0 }, und_cstr("bc") };
	uint8_t h[64], expected[64];

	tap_hex(expected, 32, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	und_sha256(h, pieces, 3);
	MEM(h, expected, 32);
	tap_hex(expected, 64, "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
			      "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f");
	und_sha512(h, pieces, 3);
	MEM(h, expected, 64);
	tap_hex(expected, 32, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	und_sha256(h, NULL, 0);
	MEM(h, expected, 32);
}

/* Against 128-bit arithmetic. */
TEST(short_ids_are_eighty_bits_mod_ten_to_the_24)
{
	uint8_t id[UND_ID_SIZE];
	char out[UND_SHORT_ID_SIZE], digits[25], expected[UND_SHORT_ID_SIZE];

	tap_seed(3);
	for (unsigned i = 0; i < 500; i++) {
		unsigned __int128 v = 0;
		unsigned n = 0;

		tap_random_bytes(id, sizeof id);
		if (i < 2)
			memset(id, i == 0 ? 0x00 : 0xff, sizeof id);
		for (unsigned k = 0; k < 10; k++)
			v = v << 8 | id[k];
		for (unsigned k = 24; k-- > 0; v /= 10)
			digits[k] = (char)('0' + (unsigned)(v % 10));
		for (unsigned k = 0; k < 24; k++) {
			if (k > 0 && k % 4 == 0)
				expected[n++] = ' ';
			expected[n++] = digits[k];
		}
		expected[n] = '\0';
		und_short_id(out, id);
		STR(out, expected);
	}
}

/* ---- errors ---- */

TEST(every_error_has_a_text_and_a_name_of_its_own)
{
	STR(und_err_name(UND_OK), "ok");
	STR(und_err_name(UND_ERR_TAG_KNOWN), "tag-known");
	STR(und_err_name(UND_ERR_ED25519_POINT), "ed25519-point");
	STR(und_err_name(UND_ERR_CLARIFIES_AUTHENTICATED), "clarifies-authenticated");
	STR(und_err_text(UND_ERR_TAG_KNOWN), "this tag has signed already");
	for (int i = 0; i < UND_ERR_COUNT; i++) {
		CHECK(und_err_text((enum und_err)i)[0] != '\0');
		for (const char *p = und_err_name((enum und_err)i); *p != '\0'; p++)
			CHECK((*p >= 'a' && *p <= 'z') || (*p >= '0' && *p <= '9') || *p == '-');
		for (int k = 0; k < i; k++)
			CHECK(strcmp(und_err_name((enum und_err)i), und_err_name((enum und_err)k)) != 0);
	}
	STR(und_err_name(UND_ERR_COUNT), "unknown");
	STR(und_err_text((enum und_err)-1), "an unknown error");
}
