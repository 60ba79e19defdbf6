/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* contract_acts.h: the contract: acts submitted and released */
#ifndef UND_TEST_STORE_CONTRACT_ACTS_H
#define UND_TEST_STORE_CONTRACT_ACTS_H

/* ---- submitting ---- */

TEST(an_act_is_new_once_whichever_its_line)
{
	struct und_store *s = store_begin();

	OK(create(s, "a", letter_a, "one\n"));
	OK(create(s, "b", letter_b, "one\n"));
	SUBMITS(s, letter_a, act_of(UND_STORE_SIGNATURE, 7, "seven"), UND_STORE_NEW, false);
	SUBMITS(s, letter_a, act_of(UND_STORE_SIGNATURE, 7, "seven"), UND_STORE_SAME, false);
	SUBMITS(s, letter_a, act_of(UND_STORE_SIGNATURE, 7, "fresh randomness"), UND_STORE_OTHER, false);
	SUBMITS(s, letter_a, act_of(UND_STORE_SIGNATURE, 7, "seven"), UND_STORE_SAME, false);
	SUBMITS(s, letter_b, act_of(UND_STORE_SIGNATURE, 7, "seven"), UND_STORE_NEW, false);
	s = store_again(s);
	SUBMITS(s, letter_a, act_of(UND_STORE_SIGNATURE, 7, "seven"), UND_STORE_SAME, false);
	EQ(waiting_of(s, letter_a), 1);
	EQ(waiting_of(s, letter_b), 1);
	store_end(s);
}

TEST(a_batch_is_kept_whole_or_not_at_all)
{
	static char long_line[(64 << 10) + 2];
	struct und_act acts[] = { act_of(UND_STORE_SIGNATURE, 1, "one"), act_of(UND_STORE_SIGNATURE, 1, "one"), act_of(UND_STORE_SIGNATURE, 1, "two"),
		                  act_of(UND_STORE_SIGNATURE, 2, "") };
	struct und_store *s = store_begin();

	memset(long_line, 'x', sizeof long_line - 1);
	OK(create(s, "a", letter_a, "one\n"));
	IS(UND_ERR_LIMIT, submit_acts(s, letter_a, acts, 4));
	acts[3].line = und_cstr(long_line);
	IS(UND_ERR_LIMIT, submit_acts(s, letter_a, acts, 4));
	IS(UND_ERR_LETTER_UNKNOWN, submit_acts(s, letter_b, acts, 1));
	EQ(waiting_of(s, letter_a), 0);
	acts[3].line.n = 64 << 10;
	OK(submit_acts(s, letter_a, acts, 4));
	EQ(acts[0].outcome, UND_STORE_NEW);
	EQ(acts[1].outcome, UND_STORE_SAME);
	EQ(acts[2].outcome, UND_STORE_OTHER);
	EQ(acts[3].outcome, UND_STORE_NEW);
	EQ(waiting_of(s, letter_a), 2);
	OK(submit_acts(s, letter_a, NULL, 0));
	store_end(s);
}

TEST(a_withdrawal_removes_what_waits)
{
	struct und_store *s = store_begin();

	OK(create(s, "a", letter_a, "one\n"));
	SUBMITS(s, letter_a, act_of(UND_STORE_WITHDRAWAL, 7, "w"), UND_STORE_NOTHING, false);
	SUBMITS(s, letter_a, act_of(UND_STORE_VOTE, 7, "v"), UND_STORE_NOTHING, false);
	SUBMITS(s, letter_a, act_of(UND_STORE_SIGNATURE, 7, "s"), UND_STORE_NEW, false);
	SUBMITS(s, letter_a, act_of(UND_STORE_SIGNATURE, 8, "s"), UND_STORE_NEW, false);
	SUBMITS(s, letter_a, act_of(UND_STORE_VOTE, 7, "v"), UND_STORE_NEW, false);
	SUBMITS(s, letter_a, act_of(UND_STORE_VOTE, 7, "another choice"), UND_STORE_OTHER, false);
	EQ(waiting_of(s, letter_a), 3);
	SUBMITS(s, letter_a, act_of(UND_STORE_WITHDRAWAL, 7, "w"), UND_STORE_REMOVED, false);
	EQ(waiting_of(s, letter_a), 1);
	SUBMITS(s, letter_a, act_of(UND_STORE_WITHDRAWAL, 7, "w"), UND_STORE_NOTHING, false);
	SUBMITS(s, letter_a, act_of(UND_STORE_SIGNATURE, 7, "s again"), UND_STORE_NEW, false);
	EQ(waiting_of(s, letter_a), 2);
	store_end(s);
}

TEST(a_withdrawal_of_what_stands_waits)
{
	struct und_act signature = act_of(UND_STORE_SIGNATURE, 7, "s"), withdrawal = act_of(UND_STORE_WITHDRAWAL, 7, "w");
	struct und_store *s = store_begin();

	OK(create(s, "a", letter_a, "one\n"));
	SUBMITS(s, letter_a, signature, UND_STORE_NEW, false);
	OK(und_store_release(s, letter_a, 1, &signature, 1, und_bytes(NULL, 0)));
	SUBMITS(s, letter_a, withdrawal, UND_STORE_NEW, false);
	SUBMITS(s, letter_a, withdrawal, UND_STORE_SAME, false);
	SUBMITS(s, letter_a, act_of(UND_STORE_VOTE, 7, "v"), UND_STORE_NEW, false);
	SUBMITS(s, letter_a, signature, UND_STORE_SAME, true);
	OK(und_store_release(s, letter_a, 2, &withdrawal, 1, und_bytes(NULL, 0)));
	SUBMITS(s, letter_a, withdrawal, UND_STORE_SAME, true);
	SUBMITS(s, letter_a, act_of(UND_STORE_WITHDRAWAL, 7, "w2"), UND_STORE_OTHER, true);
	SUBMITS(s, letter_a, signature, UND_STORE_SAME, true);
	EQ(waiting_of(s, letter_a), 1);
	FILE_IS(s, letter_a, "one\ns\nw\n");
	store_end(s);
}

struct arrival {
	struct und_submission sub;
	atomic_int calls;
	enum und_err e;
};
static pthread_mutex_t arrival_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t arrival_news = PTHREAD_COND_INITIALIZER;
static int arrived;
static void arrive(struct und_submission *sub, enum und_err e)
{
	struct arrival *a = sub->ctx;

	a->e = e;
	atomic_fetch_add(&a->calls, 1);
	pthread_mutex_lock(&arrival_lock);
	arrived++;
	pthread_cond_signal(&arrival_news);
	pthread_mutex_unlock(&arrival_lock);
}

TEST(batches_that_do_not_wait_are_each_told_once)
{
	enum { N = 500 };
	struct und_store *s = store_begin();
	static struct arrival arrivals[N];
	static struct und_act acts[N];

	OK(create(s, "a", letter_a, "one\n"));
	arrived = 0;
	for (uint32_t i = 0; i < N; i++) {
		acts[i] = act_of(UND_STORE_SIGNATURE, i / 2, i % 100 == 99 ? "" : "s");
		arrivals[i] = (struct arrival){ .sub = { .acts = &acts[i], .count = 1, .done = arrive, .ctx = &arrivals[i] } };
		memcpy(arrivals[i].sub.letter, i % 100 == 98 ? letter_b : letter_a, UND_ID_SIZE);
		und_store_submit(s, &arrivals[i].sub);
	}
	pthread_mutex_lock(&arrival_lock);
	while (arrived < N)
		pthread_cond_wait(&arrival_news, &arrival_lock);
	pthread_mutex_unlock(&arrival_lock);
	for (int i = 0; i < N; i++) {
		EQ(atomic_load(&arrivals[i].calls), 1);
		IS(i % 100 == 98 ? UND_ERR_LETTER_UNKNOWN : i % 100 == 99 ? UND_ERR_LIMIT : UND_OK, arrivals[i].e);
		if (arrivals[i].e == UND_OK)
			EQ(acts[i].outcome, i % 2 == 0 ? UND_STORE_NEW : UND_STORE_SAME);
	}
	EQ(waiting_of(s, letter_a), N / 2 - 5);
	store_end(s);
}

/* ---- releasing ---- */

TEST(a_release_takes_out_what_it_appends)
{
	struct und_act acts[] = { act_of(UND_STORE_SIGNATURE, 1, "s1"), act_of(UND_STORE_SIGNATURE, 2, "s2"), act_of(UND_STORE_SIGNATURE, 3, "s3"),
		                  act_of(UND_STORE_VOTE, 1, "v1"), act_of(UND_STORE_VOTE, 3, "v3") };
	const struct und_act chosen[] = { acts[0], acts[2], acts[3] };
	struct und_store *s = store_begin();

	OK(create(s, "a", letter_a, "one\n"));
	OK(create(s, "b", letter_b, "one\n"));
	OK(submit_acts(s, letter_a, acts, 5));
	OK(submit_acts(s, letter_b, acts, 5));
	OK(und_store_release(s, letter_a, 1, chosen, 3, und_cstr("n2")));
	FILE_IS(s, letter_a, "one\ns1\ns3\nv1\n");
	FILE_IS(s, letter_b, "one\n");
	EQ(generation_of(s, letter_a), 2);
	for (int again = 0; again < 2; again++) {
		EQ(waiting_of(s, letter_a), 2);
		EQ(waiting_of(s, letter_b), 5);
		SUBMITS(s, letter_a, acts[0], UND_STORE_SAME, true);
		SUBMITS(s, letter_a, act_of(UND_STORE_SIGNATURE, 1, "other"), UND_STORE_OTHER, true);
		SUBMITS(s, letter_a, acts[3], UND_STORE_SAME, true);
		SUBMITS(s, letter_a, acts[1], UND_STORE_SAME, false);
		SUBMITS(s, letter_b, acts[0], UND_STORE_SAME, false);
		s = store_again(s);
	}
	store_end(s);
}

TEST(a_release_that_no_longer_fits_changes_nothing)
{
	struct und_act acts[] = { act_of(UND_STORE_SIGNATURE, 1, "s1"), act_of(UND_STORE_SIGNATURE, 2, "s2") };
	const struct und_act descending[] = { acts[1], acts[0] }, twice[] = { acts[0], acts[0] }, changed[] = { acts[0], act_of(UND_STORE_SIGNATURE, 2, "other") },
			     absent[] = { acts[0], acts[1], act_of(UND_STORE_SIGNATURE, 3, "s3") };
	struct und_bytes none = und_bytes(NULL, 0);
	struct und_store *s = store_begin();

	OK(create(s, "a", letter_a, "one\n"));
	OK(submit_acts(s, letter_a, acts, 2));
	IS(UND_ERR_NOT_ASCENDING, und_store_release(s, letter_a, 1, descending, 2, none));
	IS(UND_ERR_NOT_ASCENDING, und_store_release(s, letter_a, 1, twice, 2, none));
	IS(UND_ERR_STORE_MOVED, und_store_release(s, letter_a, 1, changed, 2, none));
	IS(UND_ERR_STORE_MOVED, und_store_release(s, letter_a, 1, absent, 3, none));
	IS(UND_ERR_STORE_MOVED, und_store_release(s, letter_a, 2, acts, 2, none));
	IS(UND_ERR_LETTER_UNKNOWN, und_store_release(s, letter_b, 1, acts, 2, none));
	SUBMITS(s, letter_a, act_of(UND_STORE_WITHDRAWAL, 1, "w"), UND_STORE_REMOVED, false);
	IS(UND_ERR_STORE_MOVED, und_store_release(s, letter_a, 1, acts, 2, none));
	FILE_IS(s, letter_a, "one\n");
	EQ(generation_of(s, letter_a), 1);
	EQ(waiting_of(s, letter_a), 1);
	OK(und_store_release(s, letter_a, 1, &acts[1], 1, none));
	IS(UND_ERR_STORE_MOVED, und_store_release(s, letter_a, 2, &acts[1], 1, none)); /* it stands */
	FILE_IS(s, letter_a, "one\ns2\n");
	store_end(s);
}

TEST(acts_of_an_appended_segment_stand_and_wait_no_longer)
{
	const struct und_act acts[] = { act_of(UND_STORE_SIGNATURE, 1, "s1"), act_of(UND_STORE_SIGNATURE, 2, "s2") };
	struct und_store_segment seg = { .bytes = und_cstr("s1\ns2\nmore\n"), .acts = acts, .act_count = 2 };
	struct und_store *s = store_begin();

	OK(create(s, "a", letter_a, "one\n"));
	SUBMITS(s, letter_a, act_of(UND_STORE_SIGNATURE, 2, "other"), UND_STORE_NEW, false);
	SUBMITS(s, letter_a, act_of(UND_STORE_SIGNATURE, 3, "s3"), UND_STORE_NEW, false);
	OK(und_store_append(s, letter_a, 1, &seg));
	EQ(waiting_of(s, letter_a), 1);
	SUBMITS(s, letter_a, acts[0], UND_STORE_SAME, true);
	SUBMITS(s, letter_a, acts[1], UND_STORE_SAME, true);
	seg.bytes = und_cstr("s1\n");
	seg.act_count = 1;
	IS(UND_ERR_STORE_MOVED, und_store_append(s, letter_a, 2, &seg));
	FILE_IS(s, letter_a, "one\ns1\ns2\nmore\n");
	store_end(s);
}

TEST(a_letter_may_begin_with_acts)
{
	const struct und_act acts[] = { act_of(UND_STORE_SIGNATURE, 1, "s1") };
	struct und_store_segment seg = { .bytes = und_cstr("one\ns1\n"), .acts = acts, .act_count = 1 };
	struct und_store *s = store_begin();

	OK(und_store_create(s, und_cstr("a"), letter_a, &seg));
	SUBMITS(s, letter_a, acts[0], UND_STORE_SAME, true);
	SUBMITS(s, letter_a, act_of(UND_STORE_SIGNATURE, 2, "s2"), UND_STORE_NEW, false);
	store_end(s);
}

TEST(what_waits_is_listed_by_key_in_parts)
{
	enum { N = 300 };
	struct und_act acts[3 * N], *after = NULL, last;
	static const uint32_t shuffled = 7919; /* prime */
	struct und_store *s = store_begin();
	uint64_t counts[UND_STORE_KINDS];
	struct und_waiting w = { .count = 0 };
	size_t at = 0;

	OK(create(s, "a", letter_a, "one\n"));
	for (uint32_t i = 0; i < N; i++)
		acts[i] = act_of(UND_STORE_SIGNATURE, i * shuffled % N, "signature");
	for (uint32_t i = 0; i < N; i++)
		acts[N + i] = act_of(UND_STORE_VOTE, i * shuffled % N, "vote");
	OK(submit_acts(s, letter_a, acts, 2 * N));
	OK(und_store_waiting_count(counts, s, letter_a));
	EQ(counts[UND_STORE_SIGNATURE], N);
	EQ(counts[UND_STORE_WITHDRAWAL], 0);
	EQ(counts[UND_STORE_VOTE], N);
	do {
		OK(und_store_waiting(&w, s, letter_a, after, 500));
		CHECK(w.count > 0 && w.count < 130);
		for (size_t i = 0; i < w.count; i++, at++) {
			struct und_act expected = act_of(at < N ? UND_STORE_SIGNATURE : UND_STORE_VOTE, (uint32_t)(at % N), at < N ? "signature" : "vote");

			EQ(und_act_compare_var(&expected, &w.acts[i]), 0);
			CHECK(und_bytes_equal_var(expected.line, w.acts[i].line));
			last = w.acts[i];
		}
		after = &last;
		und_waiting_clear(&w);
	} while (at < 2 * N && tap_failures == 0);
	OK(und_store_waiting(&w, s, letter_a, after, 500));
	EQ(w.count, 0);
	CHECK(!w.more);
	und_waiting_clear(&w);
	OK(und_store_waiting(&w, s, letter_a, NULL, UND_STORE_PAGE_MAX));
	EQ(w.count, 2 * N);
	CHECK(!w.more);
	OK(und_store_release(s, letter_a, 1, w.acts, w.count, und_bytes(NULL, 0))); /* as it comes, so it may go */
	EQ(waiting_of(s, letter_a), 0);
	und_waiting_clear(&w);
	OK(und_store_waiting(&w, s, letter_b, NULL, 0));
	EQ(w.count, 0);
	und_waiting_clear(&w);
	store_end(s);
}

#endif
