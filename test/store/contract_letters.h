/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* contract_letters.h: the contract: letters and their files */
#ifndef UND_TEST_STORE_CONTRACT_LETTERS_H
#define UND_TEST_STORE_CONTRACT_LETTERS_H

/* ---- letters ---- */

TEST(a_letter_is_found_by_its_id_and_its_slug)
{
	struct und_store *s = store_begin();
	struct und_store_letter l = { .generation = 0 };
	struct und_store_reader *r = NULL;

	REQUIRE(s != NULL);
	OK(create(s, "harbour-2026", letter_a, "one\n"));
	OK(und_store_reader_open(&r, s));
	OK(und_store_letter(&l, r, letter_a));
	STR(l.slug, "harbour-2026");
	EQ(l.generation, 1);
	EQ(l.size, 4);
	CHECK(und_bytes_is(l.note, "note"));
	OK(und_store_letter_by_slug(&l, r, und_cstr("harbour-2026")));
	MEM(l.id, letter_a, UND_ID_SIZE);
	IS(UND_ERR_LETTER_UNKNOWN, und_store_letter(&l, r, letter_b));
	IS(UND_ERR_LETTER_UNKNOWN, und_store_letter_by_slug(&l, r, und_cstr("harbour")));
	IS(UND_ERR_LETTER_UNKNOWN, und_store_letter_by_slug(&l, r, und_cstr("")));
	und_store_reader_close(r);
	store_end(s);
}

TEST(letters_are_listed_by_slug)
{
	static const char *const slugs[] = { "m", "a-1", "z9", "a-0" }, *const sorted[] = { "a-0", "a-1", "m", "z9" };
	struct und_store *s = store_begin();
	struct und_store_letter l = { .slug = "" };
	struct und_store_reader *r = NULL;
	uint8_t id[UND_ID_SIZE] = { 0 };

	for (uint8_t i = 0; i < 4; i++) {
		id[0] = i;
		OK(create(s, slugs[i], id, "x\n"));
	}
	OK(und_store_reader_open(&r, s));
	for (int i = 0; i < 4; i++) {
		OK(und_store_letter_after(&l, r, und_cstr(l.slug)));
		STR(l.slug, sorted[i]);
	}
	IS(UND_ERR_LETTER_UNKNOWN, und_store_letter_after(&l, r, und_cstr(l.slug)));
	und_store_reader_close(r);
	store_end(s);
}

TEST(a_slug_and_an_id_are_taken_once)
{
	static const char *const bad[] = { "", "-a", "a-", "A", "a_b", "a/b", "\xc3\xa9", "a.b",
		                           "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" };
	struct und_store *s = store_begin();

	OK(create(s, "a", letter_a, "one\n"));
	IS(UND_ERR_LETTER_TAKEN, create(s, "a", letter_b, "two\n"));
	IS(UND_ERR_LETTER_TAKEN, create(s, "b", letter_a, "two\n"));
	IS(UND_ERR_LETTER_TAKEN, create(s, "a", letter_a, "one\n"));
	for (size_t i = 0; i < UND_COUNT_OF(bad); i++)
		IS(UND_ERR_ID_FORM, create(s, bad[i], letter_b, "two\n"));
	FILE_IS(s, letter_a, "one\n");
	OK(create(s, "b", letter_b, "two\n"));
	FILE_IS(s, letter_b, "two\n");
	store_end(s);
}

TEST(segments_follow_each_other)
{
	struct und_store *s = store_begin();
	struct und_store_segment seg = { .bytes = und_cstr("two\nthree\n"), .note = und_cstr("later") };
	struct und_store_letter l = { .generation = 0 };
	struct und_store_reader *r = NULL;
	uint64_t size = 99;

	OK(create(s, "a", letter_a, "one\n"));
	OK(und_store_append(s, letter_a, 1, &seg));
	IS(UND_ERR_STORE_MOVED, und_store_append(s, letter_a, 1, &seg));
	IS(UND_ERR_STORE_MOVED, und_store_append(s, letter_a, 3, &seg));
	IS(UND_ERR_LETTER_UNKNOWN, und_store_append(s, letter_b, 1, &seg));
	seg = (struct und_store_segment){ .bytes = und_cstr("four\n") };
	OK(und_store_append(s, letter_a, 2, &seg));
	s = store_again(s);
	FILE_IS(s, letter_a, "one\ntwo\nthree\nfour\n");
	OK(und_store_reader_open(&r, s));
	OK(und_store_letter(&l, r, letter_a));
	EQ(l.generation, 3);
	CHECK(und_bytes_is(l.note, "later"));
	OK(und_store_size_at(&size, r, letter_a, 1));
	EQ(size, 4);
	OK(und_store_size_at(&size, r, letter_a, 2));
	EQ(size, 14);
	OK(und_store_size_at(&size, r, letter_a, 3));
	EQ(size, l.size);
	IS(UND_ERR_LETTER_UNKNOWN, und_store_size_at(&size, r, letter_a, 4));
	IS(UND_ERR_LETTER_UNKNOWN, und_store_size_at(&size, r, letter_a, 0));
	IS(UND_ERR_LETTER_UNKNOWN, und_store_size_at(&size, r, letter_b, 1));
	und_store_reader_close(r);
	store_end(s);
}

TEST(any_range_of_a_file_is_read)
{
	static const size_t sizes[] = { 1, 32767, 32768, 32769, 1, 200001, 5 };
	struct und_store *s = store_begin();
	struct und_buf all, got;
	uint8_t *bytes = malloc(200001);

	tap_seed(5);
	und_buf_init(&all, 1 << 30);
	for (size_t i = 0; i < UND_COUNT_OF(sizes); i++) {
		struct und_store_segment seg = { .bytes = und_bytes(bytes, sizes[i]) };

		tap_random_bytes(bytes, sizes[i]);
		bytes[sizes[i] - 1] = '\n';
		und_buf_add(&all, bytes, sizes[i]);
		OK(i == 0 ? und_store_create(s, und_cstr("a"), letter_a, &seg) : und_store_append(s, letter_a, i, &seg));
	}
	for (int i = 0; i < 300; i++) {
		uint64_t start = tap_below(all.n + 10), n = i % 3 == 0 ? tap_below(100) : tap_below(all.n), want;

		want = start >= all.n ? 0 : n < all.n - start ? n : all.n - start;
		OK(file_range(&got, s, letter_a, start, i % 50 == 0 ? UINT64_MAX : n));
		if (i % 50 == 0)
			want = start >= all.n ? 0 : all.n - start;
		EQ(got.n, want);
		if (got.n == want && want > 0)
			MEM(got.p, all.p + start, want);
		und_buf_clear(&got);
	}
	IS(UND_ERR_LETTER_UNKNOWN, file_range(&got, s, letter_b, 0, 1));
	und_buf_clear(&got);
	und_buf_clear(&all);
	free(bytes);
	store_end(s);
}

static enum und_err refuse_second(void *ctx, struct und_bytes piece)
{
	(void)piece;
	return ++*(int *)ctx == 2 ? UND_ERR_STOPPED : UND_OK;
}

TEST(reading_ends_when_the_taker_has_enough)
{
	struct und_store *s = store_begin();
	struct und_store_reader *r = NULL;
	struct und_store_segment seg;
	uint8_t *bytes = malloc(100000);
	int calls = 0;

	memset(bytes, '\n', 100000);
	seg = (struct und_store_segment){ .bytes = und_bytes(bytes, 100000) };
	OK(und_store_create(s, und_cstr("a"), letter_a, &seg));
	OK(und_store_reader_open(&r, s));
	IS(UND_ERR_STOPPED, und_store_read(r, letter_a, 0, UINT64_MAX, refuse_second, &calls));
	EQ(calls, 2);
	und_store_reader_close(r);
	free(bytes);
	store_end(s);
}

/* ---- dropping ---- */

static struct und_store_asked asked_by(uint8_t nonce, und_day on, und_day today)
{
	return (struct und_store_asked){ .nonce = { nonce }, .on = on, .today = today };
}

TEST(a_letter_that_is_dropped_is_gone_with_all_of_it)
{
	const struct und_store_asked one = asked_by(1, 9000, 9000);
	const struct und_store_segment more = { .bytes = und_cstr("x\n") };
	struct und_store *s = store_begin();
	struct und_act first = act_of(UND_STORE_SIGNATURE, 1, "first"), second = act_of(UND_STORE_SIGNATURE, 2, "second");
	struct und_store_letter l = { .generation = 0 };
	struct und_store_reader *r = NULL;
	struct und_buf got;

	OK(create(s, "a", letter_a, "one\n"));
	OK(create(s, "b", letter_b, "two\n"));
	SUBMITS(s, letter_a, first, UND_STORE_NEW, false);
	OK(und_store_release(s, letter_a, 1, &first, 1, und_bytes(NULL, 0)));
	SUBMITS(s, letter_a, second, UND_STORE_NEW, false);
	SUBMITS(s, letter_b, second, UND_STORE_NEW, false);
	OK(und_store_reader_open(&r, s));
	OK(und_store_letter(&l, r, letter_a));
	IS(UND_ERR_STORE_MOVED, und_store_drop(s, letter_a, 1, &one));
	IS(UND_ERR_STORE_MOVED, und_store_drop(s, letter_a, 3, &one));
	FILE_IS(s, letter_a, "one\nfirst\n");
	EQ(waiting_of(s, letter_a), 1);
	OK(und_store_drop(s, letter_a, 2, &one)); /* the nonce of what was refused was not used */
	for (int i = 0; i < 2; i++) {
		IS(UND_ERR_LETTER_UNKNOWN, file_range(&got, s, letter_a, 0, 1));
		und_buf_clear(&got);
		IS(UND_ERR_LETTER_UNKNOWN, und_store_append(s, letter_a, 2, &more));
		IS(UND_ERR_LETTER_UNKNOWN, submit_acts(s, letter_a, &first, 1));
		EQ(waiting_of(s, letter_a), 0);
		FILE_IS(s, letter_b, "two\n");
		EQ(waiting_of(s, letter_b), 1);
		IS(UND_ERR_LETTER_UNKNOWN, und_store_letter(&l, r, letter_a));
		IS(UND_ERR_LETTER_UNKNOWN, und_store_letter_by_slug(&l, r, und_cstr("a")));
		OK(und_store_letter_after(&l, r, und_cstr("")));
		STR(l.slug, "b");
		und_store_reader_close(r);
		r = NULL;
		s = store_again(s);
		OK(und_store_reader_open(&r, s));
	}
	und_store_reader_close(r);
	store_end(s);
}

TEST(what_was_dropped_may_begin_anew_and_the_request_drops_it_once)
{
	struct und_store_asked one = asked_by(1, 9000, 9000), other = asked_by(2, 9001, 9001);
	struct und_store *s = store_begin();
	struct und_act first = act_of(UND_STORE_SIGNATURE, 1, "first");

	OK(create(s, "a", letter_a, "one\n"));
	SUBMITS(s, letter_a, first, UND_STORE_NEW, false);
	OK(und_store_release(s, letter_a, 1, &first, 1, und_bytes(NULL, 0)));
	OK(und_store_drop(s, letter_a, 2, &one));
	IS(UND_ERR_LETTER_UNKNOWN, und_store_drop(s, letter_a, 2, &one));
	OK(create(s, "a", letter_a, "again\n"));
	SUBMITS(s, letter_a, first, UND_STORE_NEW, false);
	IS(UND_ERR_REQUEST_TWICE, und_store_drop(s, letter_a, 1, &one));
	s = store_again(s);
	IS(UND_ERR_REQUEST_TWICE, und_store_drop(s, letter_a, 1, &one));
	IS(UND_ERR_REQUEST_TWICE, und_store_drop(s, letter_a, 7, &one));
	FILE_IS(s, letter_a, "again\n");
	EQ(waiting_of(s, letter_a), 1);
	OK(und_store_drop(s, letter_a, 1, &other)); /* the day after */
	OK(create(s, "z", letter_a, "third\n"));
	one.today = other.today = 9001;
	IS(UND_ERR_REQUEST_TWICE, und_store_drop(s, letter_a, 1, &one));
	OK(und_store_drop(s, letter_a, 1, &(struct und_store_asked){ .nonce = { 3 }, .on = 9002, .today = 9002 }));
	OK(create(s, "z", letter_a, "fourth\n"));
	IS(UND_ERR_REQUEST_TWICE, und_store_drop(s, letter_a, 1, &other));
	OK(und_store_drop(s, letter_a, 1, &one)); /* forgotten: its day refuses it before anybody asks the store */
	store_end(s);
}

static enum und_err drop_meanwhile(void *ctx, struct und_bytes piece)
{
	const struct und_store_asked one = asked_by(1, 9000, 9000);
	struct und_store **s = ctx;

	(void)piece;
	if (*s != NULL)
		OK(und_store_drop(*s, letter_a, 1, &one));
	*s = NULL;
	return UND_OK;
}

TEST(a_reader_of_what_is_dropped_is_told)
{
	struct und_store *s = store_begin(), *once = s;
	struct und_store_segment seg;
	struct und_store_reader *r = NULL;
	uint8_t *bytes = malloc(100000);

	memset(bytes, '\n', 100000);
	seg = (struct und_store_segment){ .bytes = und_bytes(bytes, 100000) };
	OK(und_store_create(s, und_cstr("a"), letter_a, &seg));
	OK(und_store_reader_open(&r, s));
	IS(UND_ERR_LETTER_UNKNOWN, und_store_read(r, letter_a, 0, UINT64_MAX, drop_meanwhile, &once));
	und_store_reader_close(r);
	free(bytes);
	store_end(s);
}

#endif
