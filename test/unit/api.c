/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* api.c: the public library reads letters and says where they are wrong; what is asked at the wrong time is refused, and does nothing */
#include "tap.h"

#include "api_fixture.h"

/* ---- the library itself, ids, days ---- */

TEST(the_library_tells_its_version_and_gets_ready_any_number_of_times)
{
	OK(und_init());
	OK(und_init());
	STR(UND_TEST_VERSION, und_version());
	und_bytes_free(NULL, 0);
}

TEST(ids_as_text)
{
	uint8_t id[32], back[32] = { 9 };
	char text[UND_ID_TEXT_SIZE], brief[UND_SHORT_ID_SIZE];

	for (unsigned i = 0; i < 32; i++)
		id[i] = (uint8_t)(7 * i);
	und_id_print(text, id);
	EQ(43, strlen(text));
	OK(und_id_parse(back, text, 43));
	MEM(id, back, 32);
	IS(UND_ERR_SIZE, und_id_parse(back, text, 42));
	text[5] = '+';
	IS(UND_ERR_BASE64, und_id_parse(back, text, 43));
	IS(UND_ERR_SIZE, und_id_parse(back, NULL, 0));
	IS(UND_ERR_MISUSE, und_id_parse(back, NULL, 1));
	IS(UND_ERR_MISUSE, und_id_parse(NULL, text, 43));
	MEM(id, back, 32);
	und_id_print(text, NULL);
	STR("", text);
	und_id_print_short(brief, NULL);
	STR("", brief);
	und_id_print_short(brief, id);
	EQ(29, strlen(brief));
	OK(und_id_check_short(id, brief, strlen(brief)));
	IS(UND_ERR_ID_FORM, und_id_check_short(id, NULL, 0));
	IS(UND_ERR_ID_FORM, und_id_check_short(id, brief, strlen(brief) - 1));
	brief[0] = (char)('0' + (brief[0] - '0' + 1) % 10);
	IS(UND_ERR_PIN, und_id_check_short(id, brief, strlen(brief)));
	brief[0] = 'x';
	IS(UND_ERR_ID_FORM, und_id_check_short(id, brief, strlen(brief)));
	IS(UND_ERR_ID_FORM, und_id_check_short(id, "1111222233334444555566667", 25));
	IS(UND_ERR_MISUSE, und_id_check_short(NULL, brief, 29));
	IS(UND_ERR_MISUSE, und_id_check_short(id, NULL, 29));
}

TEST(days_are_numbers)
{
	char text[UND_DAY_TEXT_SIZE];
	int32_t day = 5;

	EQ(0, und_day_of(946684800));
	EQ(0, und_day_of(946684800 + 86399));
	EQ(1, und_day_of(946684800 + 86400));
	EQ(UND_NO_DAY, und_day_of(946684799));
	EQ(UND_NO_DAY, und_day_of(-1));
	EQ(365242, und_day_of(32503679999)); /* 2999-12-31T23:59:59 */
	EQ(UND_NO_DAY, und_day_of(32503680000));
	EQ(UND_NO_DAY, und_day_of(INT64_MAX));
	OK(und_day_parse(&day, "2027-01-31", 10));
	EQ(9892, day);
	und_day_print(text, day);
	STR("2027-01-31", text);
	und_day_print(text, 365242);
	STR("2999-12-31", text);
	und_day_print(text, 365243);
	STR("", text);
	und_day_print(text, UND_NO_DAY);
	STR("", text);
	und_day_print(text, INT32_MIN);
	STR("", text);
	IS(UND_ERR_DATE, und_day_parse(&day, "2027-02-29", 10));
	IS(UND_ERR_DATE, und_day_parse(&day, "", 0));
	IS(UND_ERR_MISUSE, und_day_parse(&day, NULL, 10));
	IS(UND_ERR_MISUSE, und_day_parse(NULL, "2027-01-31", 10));
	EQ(9892, day);
}

/* ---- reading ---- */

TEST(a_letter_is_read_whole_and_in_pieces_of_any_size)
{
	struct signed_fixture x;
	struct und_copy *copy = NULL, *pieces = NULL;
	struct und_copy_counts c, d;

	signers_open(&x);
	OK(signers_read(&copy, &x, NULL));
	OK(GET(und_copy_get_counts, &c, copy));
	for (size_t size = 1; size < 2000; size = 3 * size + 1) {
		OK(und_copy_new(&pieces, UND_COPY_LETTER, NULL, 0));
		for (size_t at = 0; at < x.f.file.n; at += size)
			OK(und_copy_feed(pieces, x.f.file.p + at, x.f.file.n - at < size ? x.f.file.n - at : size, NULL));
		OK(und_copy_feed(pieces, NULL, 0, NULL));
		OK(und_copy_end(pieces, NULL));
		OK(und_copy_end(pieces, NULL));
		OK(GET(und_copy_get_counts, &d, pieces));
		MEM(&c, &d, sizeof c);
		und_copy_free(pieces);
	}
	EQ(5, c.lines);
	EQ(8, c.keys);
	EQ(0, c.signers);
	und_copy_free(copy);
	und_copy_free(NULL);
	signers_clear(&x);
}

TEST(a_fault_has_its_line_and_is_said_again_and_again)
{
	struct signed_fixture x;
	struct und_copy *copy = NULL, *none = NULL;
	struct und_diag diag = { 99, "before" };
	struct und_copy_counts c;

	signers_open(&x);
	if (fixture_add(&x.f, fixture_signature(&x.f, 0, x.f.roster, "a"), 0) != UND_OK)
		abort();
	fixture_push(&x.f, fixture_signature(&x.f, 0, x.f.roster, "*"), 0);
	OK(und_copy_new(&copy, UND_COPY_LETTER, &x.lent, sizeof x.lent));
	IS(UND_ERR_TAG_KNOWN, und_copy_feed(copy, x.f.file.p, x.f.file.n, &diag));
	EQ(7, diag.line);
	STR("tag", diag.member);
	memset(&diag, 0, sizeof diag);
	IS(UND_ERR_TAG_KNOWN, und_copy_feed(copy, "x", 1, &diag));
	EQ(7, diag.line);
	IS(UND_ERR_TAG_KNOWN, und_copy_feed(copy, NULL, 0, NULL));
	IS(UND_ERR_TAG_KNOWN, und_copy_end(copy, &diag));
	EQ(7, diag.line);
	IS(UND_ERR_MISUSE, GET(und_copy_get_counts, &c, copy));
	IS(UND_ERR_MISUSE, und_copy_append(copy, "x", 1, &diag));
	EQ(0, diag.line);
	IS(UND_ERR_MISUSE, und_copy_resume(copy));
	EQ(0, und_copy_ring_count(copy));
	und_copy_free(copy);
	IS(UND_ERR_TAG_KNOWN, signers_read(&none, &x, &diag));
	EQ(7, diag.line);
	CHECK(none == NULL);
	signers_clear(&x);
}

TEST(what_is_missing_and_what_is_cut_off)
{
	struct signed_fixture x;
	struct und_diag diag = { 0 };
	struct und_copy *copy = NULL;

	signers_open(&x);
	IS(UND_ERR_NO_LETTER, und_copy_read(&copy, UND_COPY_LETTER, NULL, 0, NULL, 0, &diag));
	EQ(1, diag.line);
	IS(UND_ERR_TRUNCATED, und_copy_read(&copy, UND_COPY_LETTER, x.f.file.p, x.f.file.n - 1, NULL, 0, &diag));
	EQ(5, diag.line);
	IS(UND_ERR_TYPE, und_copy_read(&copy, UND_COPY_ROSTER, x.f.file.p, x.f.file.n, NULL, 0, &diag));
	EQ(4, diag.line);
	CHECK(copy == NULL);
	signers_clear(&x);
}

static int stop(void *ctx, uint64_t done, uint64_t total)
{
	(void)done;
	(void)total;
	++*(int *)ctx;
	return 1;
}
static enum und_err no_random(void *ctx, uint8_t *out, size_t n)
{
	(void)ctx;
	(void)out;
	(void)n;
	return UND_ERR_RANDOM;
}
static void run_here(void *ctx, void (*job)(void *arg, size_t i), void *arg, size_t count)
{
	++*(int *)ctx;
	for (size_t i = count; i-- > 0;)
		job(arg, i);
}

TEST(what_is_lent_is_used_and_only_its_ctx_must_live)
{
	struct story s;
	struct und_copy *copy = NULL;
	struct und_signer *signer = NULL;
	static int told, ran;
	static struct und_progress progress = { stop, &told }; /* static: forgetting them must not be optimised away */
	static struct und_runner runner = { run_here, &ran, 2 };
	static struct und_random random = { no_random, NULL };
	static struct und_lent lent = { .progress = &progress };

	story_open(&s);
	OK(und_copy_new(&copy, UND_COPY_LETTER, &lent, sizeof lent));
	memset(&progress, 0xff, sizeof progress);
	IS(UND_ERR_STOPPED, und_copy_feed(copy, s.x.f.file.p, s.x.f.file.n, NULL));
	IS(UND_ERR_STOPPED, und_copy_end(copy, NULL));
	CHECK(told > 0);
	und_copy_free(copy);
	copy = NULL;
	lent = (struct und_lent){ .runner = &runner, .pending_max = 1 };
	OK(und_copy_new(&copy, UND_COPY_LETTER, &lent, sizeof lent));
	memset(&runner, 0xff, sizeof runner);
	memset(&lent, 0xff, sizeof lent);
	OK(und_copy_feed(copy, s.x.f.file.p, s.x.f.file.n, NULL));
	OK(und_copy_end(copy, NULL));
	CHECK(ran > 0);
	und_copy_free(copy);
	copy = NULL;
	lent = (struct und_lent){ .random = &random };
	IS(UND_ERR_RANDOM, und_copy_new(&copy, UND_COPY_LETTER, &lent, sizeof lent));
	CHECK(copy == NULL);
	lent = (struct und_lent){ .random = &(struct und_random){ NULL, NULL } };
	IS(UND_ERR_MISUSE, und_copy_new(&copy, UND_COPY_LETTER, &lent, sizeof lent));
	IS(UND_ERR_MISUSE, und_signer_new(&signer, "staff", 5, 1, NULL, lent.random));
	lent = (struct und_lent){ .runner = &(struct und_runner){ NULL, NULL, 1 } };
	IS(UND_ERR_MISUSE, und_copy_new(&copy, UND_COPY_LETTER, &lent, sizeof lent));
	lent = (struct und_lent){ .progress = &(struct und_progress){ NULL, NULL } };
	IS(UND_ERR_MISUSE, und_copy_new(&copy, UND_COPY_LETTER, &lent, sizeof lent));
	CHECK(copy == NULL && signer == NULL);
	signers_clear(&s.x);
}

TEST(structs_of_other_versions)
{
	struct {
		struct und_lent lent;
		uint64_t later;
	} newer = { .later = 0 };
	struct {
		struct und_copy_counts c;
		uint64_t later;
	} wide = { .later = 7 };
	struct signed_fixture x;
	struct und_copy *copy = NULL, *none = NULL;

	signers_open(&x);
	OK(und_copy_read(&copy, UND_COPY_LETTER, x.f.file.p, x.f.file.n, &newer.lent, sizeof newer, NULL));
	newer.later = 1; /* something that this version does not know */
	IS(UND_ERR_MISUSE, und_copy_new(&none, UND_COPY_LETTER, &newer.lent, sizeof newer));
	IS(UND_ERR_MISUSE, und_copy_new(&none, UND_COPY_LETTER, &newer.lent, sizeof newer.lent - 1));
	IS(UND_ERR_MISUSE, und_copy_new(&none, UND_COPY_LETTER, NULL, 1));
	CHECK(none == NULL);
	OK(und_copy_get_counts(&wide.c, sizeof wide, copy));
	EQ(0, wide.later);
	EQ(8, wide.c.keys);
	wide.c.keys = 3;
	IS(UND_ERR_MISUSE, und_copy_get_counts(&wide.c, sizeof wide.c - 1, copy));
	IS(UND_ERR_MISUSE, und_copy_get_counts(NULL, sizeof wide.c, copy));
	EQ(3, wide.c.keys);
	und_copy_free(copy);
	signers_clear(&x);
}

/* ---- misuse ---- */

/* Nothing that is asked of a copy that is not there, or has not ended, does anything. */
static void ask_too_early(struct und_copy *copy)
{
	union {
		struct und_copy_counts c;
		struct und_copy_ring r;
		struct und_copy_voucher v;
		struct und_copy_words w;
		struct und_copy_demand d;
		struct und_copy_addressee a;
		struct und_copy_stance t;
		struct und_copy_statement m;
		struct und_copy_question q;
		struct und_copy_choice h;
		struct und_copy_line l;
	} u;
	static const uint8_t id[32];
	const uint8_t *place;
	struct und_bytes body;
	uint8_t *out = NULL;
	size_t n = 0;

	IS(UND_ERR_MISUSE, GET(und_copy_get_counts, &u.c, copy));
	IS(UND_ERR_MISUSE, GET(und_copy_get_ring, &u.r, copy, 0));
	IS(UND_ERR_MISUSE, GET(und_copy_get_voucher, &u.v, copy, 0));
	IS(UND_ERR_MISUSE, GET(und_copy_get_words, &u.w, copy));
	IS(UND_ERR_MISUSE, GET(und_copy_get_demand, &u.d, copy, 0));
	IS(UND_ERR_MISUSE, GET(und_copy_get_addressee, &u.a, copy, 0));
	IS(UND_ERR_MISUSE, GET(und_copy_get_stance, &u.t, copy, 0));
	IS(UND_ERR_MISUSE, GET(und_copy_get_statement, &u.m, copy, 0));
	IS(UND_ERR_MISUSE, GET(und_copy_get_question, &u.q, copy, 0));
	IS(UND_ERR_MISUSE, GET(und_copy_get_choice, &u.h, copy, 0, 0));
	IS(UND_ERR_MISUSE, GET(und_copy_get_line, &u.l, copy, 0));
	IS(UND_ERR_MISUSE, und_copy_line_text(&out, &n, copy, 0));
	IS(UND_ERR_MISUSE, und_copy_json(&out, &n, copy, 0));
	IS(UND_ERR_MISUSE, und_copy_check_pin(copy, id));
	IS(UND_ERR_MISUSE, und_copy_find_key(&place, &body, copy, id));
	IS(UND_ERR_MISUSE, und_copy_append(copy, "x", 1, NULL));
	IS(UND_ERR_MISUSE, und_copy_resume(copy));
	IS(UND_ERR_MISUSE, und_copy_open(copy, id, NULL));
	CHECK(und_copy_letter_id(copy) == NULL && und_copy_roster_id(copy) == NULL && und_copy_pin(copy) == NULL);
	EQ(0, und_copy_ring_count(copy) + und_copy_voucher_count(copy) + und_copy_demand_count(copy) + und_copy_addressee_count(copy));
	EQ(0, und_copy_stance_count(copy) + und_copy_statement_count(copy) + und_copy_question_count(copy) + und_copy_line_count(copy));
	CHECK(!und_copy_holds(copy, id));
	EQ(0, und_copy_dated_after(copy, 0, 0));
	CHECK(out == NULL);
}

TEST(nothing_is_told_before_the_end)
{
	struct signed_fixture x;
	struct und_copy *copy = NULL;

	signers_open(&x);
	ask_too_early(NULL);
	IS(UND_ERR_MISUSE, und_copy_feed(NULL, "x", 1, NULL));
	IS(UND_ERR_MISUSE, und_copy_end(NULL, NULL));
	IS(UND_ERR_MISUSE, und_copy_new(NULL, UND_COPY_LETTER, NULL, 0));
	IS(UND_ERR_MISUSE, und_copy_new(&copy, (enum und_copy_kind)3, NULL, 0));
	IS(UND_ERR_MISUSE, und_copy_read(NULL, UND_COPY_LETTER, "x", 1, NULL, 0, NULL));
	IS(UND_ERR_MISUSE, und_copy_read(&copy, UND_COPY_LETTER, NULL, 1, NULL, 0, NULL));
	CHECK(copy == NULL);
	OK(und_copy_new(&copy, UND_COPY_LETTER, NULL, 0));
	ask_too_early(copy);
	OK(und_copy_feed(copy, x.f.file.p, x.f.file.n, NULL));
	IS(UND_ERR_MISUSE, und_copy_feed(copy, NULL, 1, NULL));
	ask_too_early(copy);
	OK(und_copy_end(copy, NULL));
	EQ(3, und_copy_ring_count(copy));
	IS(UND_ERR_MISUSE, und_copy_feed(copy, "", 0, NULL));
	und_copy_free(copy);
	signers_clear(&x);
}
