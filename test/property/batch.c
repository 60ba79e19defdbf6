/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* batch.c: a batch says of every claim what the verifier says of it alone: random mixtures of good and bad over several
 * rings */
#include <stdlib.h>

#include <sodium.h>

#include "proof/ring_batch.h"
#include "tap.h"
#include "ring_fixture.h"

enum { SEED = 20260202, RINGS = 6, PROOFS_A_RING = 6, CLAIMS_MAX = 120 };

static const size_t ring_sizes[RINGS] = { 1, 4, 5, 33, 64, 70 };

/* Good proofs, made once. */
static struct stock {
	struct fixture_ring rings[RINGS];
	uint8_t letter_id[UND_ID_SIZE];
	uint8_t proofs[RINGS][PROOFS_A_RING][UND_PROOF_SIZE_MAX], tags[RINGS][PROOFS_A_RING][UND_POINT_SIZE];
} stock;

static void stock_fill(void)
{
	uint8_t fresh[UND_FRESH_SIZE];

	tap_random_bytes(stock.letter_id, UND_ID_SIZE);
	for (size_t r = 0; r < RINGS; r++) {
		struct fixture_ring *f = &stock.rings[r];

		fixture_ring_init(f, ring_sizes[r], "*");
		for (size_t i = 0; i < PROOFS_A_RING; i++) {
			size_t index = tap_below(ring_sizes[r]);

			tap_random_bytes(fresh, sizeof fresh);
			OK(und_ring_prove(stock.proofs[r][i], stock.tags[r][i], stock.letter_id, &f->ring, index,
			                  &f->secrets[index], fresh, NULL));
		}
	}
}

static void stock_clear(void)
{
	for (size_t r = 0; r < RINGS; r++)
		fixture_ring_clear(&stock.rings[r]);
}

/* Claims in random order, some spoilt. */
struct mixture {
	struct und_ring_claim claims[CLAIMS_MAX];
	uint8_t proofs[CLAIMS_MAX][UND_PROOF_SIZE_MAX], tags[CLAIMS_MAX][UND_POINT_SIZE];
	enum und_err verdicts[CLAIMS_MAX];
	size_t n;
};

static void spoil(struct mixture *m, size_t i)
{
	struct und_ring_claim *c = &m->claims[i];
	size_t fields = c->proof.n / 32;
	struct und_scalar a;

	switch (tap_below(7)) {
	case 0: /* any bit */
		m->proofs[i][tap_below(c->proof.n)] ^= (uint8_t)(1 << tap_below(8));
		break;
	case 1:
		m->tags[i][tap_below(UND_POINT_SIZE)] ^= (uint8_t)(1 << tap_below(8));
		break;
	case 2:
		c->proof.n -= 1 + tap_below(64);
		break;
	case 3: /* another ring: mostly another size too */
		c->ring = &stock.rings[tap_below(RINGS)].ring;
		break;
	case 4: /* a scalar of the right form */
		fixture_scalar(&a);
		und_scalar_encode(&m->proofs[i][32 * (fields - 1 - tap_below(3))], &a);
		break;
	case 5: /* an element of the right form, in the tag's place */
		memcpy(m->tags[i], stock.tags[tap_below(RINGS)][tap_below(PROOFS_A_RING)], UND_POINT_SIZE);
		break;
	default: /* z: (K) and (T) fail, (C) holds */
		und_scalar_from_u64(&a, tap_random());
		und_scalar_encode(&m->proofs[i][c->proof.n - 32], &a);
	}
}

static void mix(struct mixture *m, size_t n, unsigned bad_of_100)
{
	m->n = n;
	for (size_t i = 0; i < n; i++) {
		size_t r = tap_below(RINGS), p = tap_below(PROOFS_A_RING);

		memcpy(m->proofs[i], stock.proofs[r][p], UND_PROOF_SIZE_MAX);
		memcpy(m->tags[i], stock.tags[r][p], UND_POINT_SIZE);
		m->claims[i] = (struct und_ring_claim){ &stock.rings[r].ring, m->tags[i],
			                                und_bytes(m->proofs[i], und_ring_proof_size(ring_sizes[r])) };
		if (tap_below(100) < bad_of_100)
			spoil(m, i);
	}
}

static void check_agrees(struct mixture *m, const struct und_runner *runner)
{
	bool all_good = true;

	memset(m->verdicts, 0xff, sizeof m->verdicts);
	for (size_t i = 0; i < m->n; i++)
		all_good &= und_ring_verify_var(stock.letter_id, &m->claims[i]) == UND_OK;
	IS(all_good ? UND_OK : UND_ERR_PROOF,
	   und_ring_verify_batch_var(m->verdicts, stock.letter_id, m->claims, m->n, &fixture_random, runner, NULL));
	for (size_t i = 0; i < m->n; i++)
		IS(und_ring_verify_var(stock.letter_id, &m->claims[i]), m->verdicts[i]);
}

static int count_telling(void *ctx, uint64_t done, uint64_t total)
{
	(void)done;
	(void)total;
	++*(size_t *)ctx;
	return 0;
}

static void check_first(const struct mixture *m, const struct und_runner *runner)
{
	size_t expected = 0, first = 999;
	enum und_err verdict = UND_OK;

	while (expected < m->n && und_ring_verify_var(stock.letter_id, &m->claims[expected]) == UND_OK)
		expected++;
	IS(expected == m->n ? UND_OK : UND_ERR_PROOF,
	   und_ring_verify_first_var(&first, &verdict, stock.letter_id, m->claims, m->n, &fixture_random, runner, NULL));
	EQ(expected == m->n ? 999 : expected, first);
	IS(expected == m->n ? UND_OK : und_ring_verify_var(stock.letter_id, &m->claims[expected]), verdict);
}

TEST(the_first_bad_claim_is_the_first)
{
	static struct mixture m;

	tap_seed(SEED + 1);
	stock_fill();
	for (size_t round = 0; round < 60; round++) {
		mix(&m, 1 + tap_below(round < 30 ? 8 : CLAIMS_MAX), (unsigned)(round % 6 * (round % 6)));
		check_first(&m, round % 3 == 0 ? NULL : &fixture_runner);
	}
	mix(&m, CLAIMS_MAX, 100);
	check_first(&m, NULL);
	stock_clear();
}

/* Claims that decode and hold nothing: anybody can make them. The checks of single claims would read the ring once each. */
TEST(many_bad_claims_cost_one_search)
{
	enum { MEMBERS = 4096, CLAIMS = 96 };
	static struct und_ring_claim claims[CLAIMS];
	struct fixture_ring ring;
	uint8_t letter_id[UND_ID_SIZE] = { 1 }, *proof;
	size_t size = und_ring_proof_size(MEMBERS), first = 999, sums = 0;
	struct und_progress progress = { count_telling, &sums };
	enum und_err verdict;

	tap_seed(SEED + 2);
	fixture_ring_init(&ring, MEMBERS, "*");
	proof = und_alloc(1, size);
	for (size_t i = 0; i < size; i += 32)
		memcpy(proof + i, ring.keys[i / 32].encoded, 32);
	for (size_t i = size - 32 * 20; i < size; i += 32)
		und_scalar_encode(proof + i, &ring.secrets[i / 32]);
	for (size_t i = 0; i < CLAIMS; i++)
		claims[i] = (struct und_ring_claim){ &ring.ring, ring.keys[100 + i].encoded, und_bytes(proof, size) };
	IS(UND_ERR_PROOF, und_ring_verify_first_var(&first, &verdict, letter_id, claims, CLAIMS, &fixture_random, NULL, &progress));
	EQ(0, first);
	IS(UND_ERR_PROOF, verdict);
	CHECK(sums > 0 && sums < 20); /* one told a step of the search; naming all takes as many as there are claims */
	free(proof);
	fixture_ring_clear(&ring);
}

TEST(batch_and_single_verdicts_agree)
{
	static const unsigned bad_of_100[] = { 0, 1, 5, 30, 100 };
	static struct mixture m;

	tap_seed(SEED);
	stock_fill();
	for (size_t round = 0; round < 20; round++) {
		mix(&m, 1 + tap_below(round < 10 ? 8 : CLAIMS_MAX), bad_of_100[round % UND_COUNT_OF(bad_of_100)]);
		check_agrees(&m, round % 3 == 0 ? NULL : &fixture_runner);
	}
	stock_clear();
}

TEST(one_bad_claim_is_found_wherever_it_stands)
{
	static struct mixture m;
	struct und_scalar a;

	tap_seed(SEED);
	stock_fill();
	for (size_t n = 1; n < 40; n += 6)
		for (size_t bad = 0; bad < n; bad += 1 + n / 4) {
			mix(&m, n, 0);
			fixture_scalar(&a);
			und_scalar_encode(&m.proofs[bad][m.claims[bad].proof.n - 64], &a); /* z_A */
			IS(UND_ERR_PROOF, und_ring_verify_batch_var(m.verdicts, stock.letter_id, m.claims, n,
			                                            &fixture_random, NULL, NULL));
			for (size_t i = 0; i < n; i++)
				IS(i == bad ? UND_ERR_PROOF : UND_OK, m.verdicts[i]);
		}
	stock_clear();
}

TEST(chunks_of_any_size_change_no_verdict)
{
	static struct mixture m;
	static enum und_err whole[CLAIMS_MAX];

	tap_seed(SEED);
	stock_fill();
	for (size_t round = 0; round < 24; round++) {
		size_t chunk_bytes = round == 0 ? 1 : 1 + tap_below((size_t)1 << (12 + round % 8));
		enum und_err e;

		mix(&m, 1 + tap_below(CLAIMS_MAX), round % 2 == 0 ? 0 : 4);
		e = und_ring_verify_batch_var(whole, stock.letter_id, m.claims, m.n, &fixture_random, NULL, NULL);
		IS(e, und_ring_verify_chunks_var(m.verdicts, stock.letter_id, m.claims, m.n, &fixture_random,
		                                 round % 3 == 0 ? &fixture_runner : NULL, NULL, chunk_bytes));
		if (round % 2 == 0)
			OK(e);
		MEM(whole, m.verdicts, m.n * sizeof whole[0]);
	}
	stock_clear();
}

/* A ring that is larger than a chunk by itself: its claims must still share chunks, each of which carries the ring's coefficients on. */
TEST(claims_of_a_large_ring_share_chunks)
{
	enum { MEMBERS = 4096, CLAIMS = 24, CHUNK = 1 << 17 };
	static struct und_ring_claim claims[CLAIMS];
	static enum und_err verdicts[CLAIMS];
	uint8_t letter_id[UND_ID_SIZE] = { 1 }, fresh[UND_FRESH_SIZE], tag[UND_POINT_SIZE], *proof;
	struct fixture_ring ring;
	size_t told = 0;
	struct und_progress progress = { count_telling, &told };

	tap_seed(SEED + 3);
	fixture_ring_init(&ring, MEMBERS, "*");
	proof = und_alloc(1, und_ring_proof_size(MEMBERS));
	tap_random_bytes(fresh, sizeof fresh);
	OK(und_ring_prove(proof, tag, letter_id, &ring.ring, 17, &ring.secrets[17], fresh, &fixture_runner));
	for (size_t i = 0; i < CLAIMS; i++)
		claims[i] = (struct und_ring_claim){ &ring.ring, tag, und_bytes(proof, und_ring_proof_size(MEMBERS)) };
	OK(und_ring_verify_chunks_var(verdicts, letter_id, claims, CLAIMS, &fixture_random, &fixture_runner, &progress, CHUNK));
	CHECK(told > 3 && told < 15); /* three times a chunk */
	proof[und_ring_proof_size(MEMBERS) - 32] ^= 1;
	IS(UND_ERR_PROOF, und_ring_verify_chunks_var(verdicts, letter_id, claims, CLAIMS, &fixture_random, &fixture_runner, NULL, CHUNK));
	free(proof);
	fixture_ring_clear(&ring);
}

TEST(the_same_keys_under_two_names_and_two_lists)
{
	static struct mixture m;
	struct und_ring twin, renamed;

	tap_seed(SEED);
	stock_fill();
	twin = stock.rings[3].ring;    /* another struct, the same ring */
	renamed = stock.rings[3].ring; /* another ring */
	renamed.id[5] ^= 1;
	mix(&m, 30, 0);
	for (size_t i = 0; i < m.n; i++)
		if (m.claims[i].ring == &stock.rings[3].ring)
			m.claims[i].ring = i % 3 == 0 ? &twin : i % 3 == 1 ? &renamed : m.claims[i].ring;
	check_agrees(&m, NULL);
	stock_clear();
}

static int stop_at_once(void *ctx, uint64_t done, uint64_t total)
{
	uint64_t *seen = ctx;

	CHECK(done >= *seen && done <= total && total == 50);
	*seen = done;
	return 1;
}

static int go_on(void *ctx, uint64_t done, uint64_t total)
{
	uint64_t *seen = ctx;

	CHECK(done >= *seen && done <= total && total == 50);
	*seen = done;
	return 0;
}

TEST(progress_stopping_and_no_randomness)
{
	static struct mixture m;
	uint64_t seen = 0;
	struct und_progress progress = { go_on, &seen };

	tap_seed(SEED);
	stock_fill();
	mix(&m, 50, 0);
	OK(und_ring_verify_batch_var(m.verdicts, stock.letter_id, m.claims, 50, &fixture_random, NULL, &progress));
	EQ(50, seen);
	m.proofs[49][m.claims[49].proof.n - 1] ^= 1; /* told while it looks for the bad one as well */
	seen = 0;
	IS(UND_ERR_PROOF,
	   und_ring_verify_batch_var(m.verdicts, stock.letter_id, m.claims, 50, &fixture_random, NULL, &progress));
	EQ(50, seen);
	seen = 0;
	progress.tell = stop_at_once;
	IS(UND_ERR_STOPPED,
	   und_ring_verify_batch_var(m.verdicts, stock.letter_id, m.claims, 50, &fixture_random, NULL, &progress));
	IS(UND_ERR_RANDOM,
	   und_ring_verify_batch_var(m.verdicts, stock.letter_id, m.claims, 50, &fixture_random_fails, NULL, NULL));
	OK(und_ring_verify_batch_var(m.verdicts, stock.letter_id, m.claims, 0, &fixture_random, NULL, NULL));
	stock_clear();
}
