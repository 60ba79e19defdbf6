/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* tag.c: signatures under a tag, one by one and many at once; possession */
#include <sodium.h>

#include "base/base.h"
#include "base/hash.h"
#include "proof/ring.h"
#include "proof/tag.h"
#include "tap.h"

enum { MANY = 70 };

static void start(uint64_t seed)
{
	if (sodium_init() < 0)
		abort();
	tap_seed(seed);
}

static void random_scalar(struct und_scalar *out)
{
	uint8_t b[64];

	tap_random_bytes(b, sizeof b);
	und_scalar_reduce(out, b);
}

static enum und_err fill(void *ctx, uint8_t *out, size_t n)
{
	(void)ctx;
	tap_random_bytes(out, n);
	return UND_OK;
}
static const struct und_random randomness = { fill, NULL };

static enum und_err fill_fails(void *ctx, uint8_t *out, size_t n)
{
	(void)ctx;
	(void)out;
	(void)n;
	return UND_ERR_RANDOM;
}

/* A runner that does the jobs backwards, as if there were three threads. */
static void run_backwards(void *ctx, void (*job)(void *arg, size_t i), void *arg, size_t count)
{
	(void)ctx;
	while (count-- > 0)
		job(arg, count);
}
static const struct und_runner backwards = { run_backwards, NULL, 3 };

/* One signer's act: everything that a verifier sees, and the secret. */
struct act {
	struct und_scalar x;
	uint8_t tag[32], message[20], signature[64];
};

static void act_make(struct act *a, const uint8_t letter[32])
{
	uint8_t fresh[32];

	random_scalar(&a->x);
	und_tag(a->tag, &a->x, letter);
	tap_random_bytes(a->message, sizeof a->message);
	tap_random_bytes(fresh, sizeof fresh);
	OK(und_tag_sign(a->signature, letter, &a->x, und_bytes(a->message, sizeof a->message), fresh));
}

static enum und_err act_verify(const struct act *a, const uint8_t letter[32])
{
	return und_tag_verify_var(letter, a->tag, und_bytes(a->message, sizeof a->message), a->signature);
}

static void act_claim(struct und_tag_claim *claim, const struct act *a)
{
	struct und_bytes m = und_bytes(a->message, sizeof a->message);

	claim->tag = a->tag;
	claim->signature = a->signature;
	und_sha256(claim->message_hash, &m, 1);
}

/* s += delta, mod l */
static void shift_response(struct act *a, const struct und_scalar *delta)
{
	struct und_scalar s;

	OK(und_scalar_decode(&s, a->signature + 32));
	und_scalar_add(&s, &s, delta);
	und_scalar_encode(a->signature + 32, &s);
}

TEST(a_signature_holds_for_its_letter_tag_and_message)
{
	uint8_t letter[32], other[32];
	struct act a, b;

	start(1);
	tap_random_bytes(letter, sizeof letter);
	tap_random_bytes(other, sizeof other);
	act_make(&a, letter);
	act_make(&b, letter);
	OK(act_verify(&a, letter));
	IS(UND_ERR_PROOF, act_verify(&a, other));
	IS(UND_ERR_PROOF, und_tag_verify_var(letter, a.tag, und_bytes(a.message, sizeof a.message - 1), a.signature));
	IS(UND_ERR_PROOF, und_tag_verify_var(letter, a.tag, und_bytes(NULL, 0), a.signature));
	IS(UND_ERR_PROOF, und_tag_verify_var(letter, b.tag, und_bytes(a.message, sizeof a.message), a.signature));
	for (size_t i = 0; i < sizeof a.signature; i++) {
		struct act bad = a;

		bad.signature[i] ^= (uint8_t)(1u << tap_below(8));
		CHECK(act_verify(&bad, letter) != UND_OK);
	}
}

TEST(what_does_not_decode_is_refused_by_name)
{
	uint8_t letter[32];
	struct act a, bad;

	start(2);
	tap_random_bytes(letter, sizeof letter);
	act_make(&a, letter);
	bad = a;
	memset(bad.tag, 0, 32);
	IS(UND_ERR_IDENTITY, act_verify(&bad, letter));
	bad = a;
	memset(bad.signature, 0, 32);
	IS(UND_ERR_IDENTITY, act_verify(&bad, letter));
	bad = a;
	bad.tag[31] |= 0x80;
	IS(UND_ERR_POINT, act_verify(&bad, letter));
	bad = a;
	bad.signature[0] |= 1;
	IS(UND_ERR_POINT, act_verify(&bad, letter));
	bad = a;
	bad.signature[63] |= 0x20;
	IS(UND_ERR_SCALAR, act_verify(&bad, letter));
}

/* A generator that repeats itself must not repeat a nonce: two equations in k and x would give x. */
TEST(nonces_differ_even_where_fresh_does_not)
{
	uint8_t letter[32], other[32], fresh[32] = { 0 }, sig[5][64];
	struct und_scalar x, y;

	start(3);
	tap_random_bytes(letter, sizeof letter);
	tap_random_bytes(other, sizeof other);
	random_scalar(&x);
	random_scalar(&y);
	OK(und_tag_sign(sig[0], letter, &x, und_cstr("a"), fresh));
	OK(und_tag_sign(sig[1], letter, &x, und_cstr("b"), fresh));
	OK(und_tag_sign(sig[2], other, &x, und_cstr("a"), fresh));
	OK(und_tag_sign(sig[3], letter, &y, und_cstr("a"), fresh));
	fresh[0] = 1;
	OK(und_tag_sign(sig[4], letter, &x, und_cstr("a"), fresh));
	for (size_t i = 0; i < 5; i++)
		for (size_t j = 0; j < i; j++)
			CHECK(memcmp(sig[i], sig[j], 32) != 0);
}

/* Spoils an act in one of six ways. */
static void spoil(struct act *a)
{
	struct und_scalar one;

	switch (tap_below(6)) {
	case 0:
		und_scalar_from_u64(&one, 1);
		shift_response(a, &one);
		break;
	case 1:
		a->message[3] ^= 1;
		break;
	case 2:
		memset(a->tag, 0, 32);
		break;
	case 3:
		a->signature[63] |= 0x20;
		break;
	case 4:
		a->signature[31] |= 0x80;
		break;
	case 5:
		random_scalar(&one);
		und_tag(a->tag, &one, a->tag);
		break;
	}
}

/* Many verdicts in one call are those of one call each; which of them are bad is drawn. */
TEST(batches_and_single_verdicts_agree)
{
	static struct act acts[MANY];
	static struct und_tag_claim claims[MANY];
	enum und_err verdicts[MANY];
	uint8_t letter[32];

	start(4);
	tap_random_bytes(letter, sizeof letter);
	for (int round = 0; round < 24; round++) {
		size_t n = tap_below(MANY + 1), bad = 0, percent = tap_below(3) * tap_below(50);

		for (size_t i = 0; i < n; i++) {
			act_make(&acts[i], letter);
			if (tap_below(100) < percent)
				spoil(&acts[i]);
			act_claim(&claims[i], &acts[i]);
			verdicts[i] = UND_ERR_COUNT;
		}
		if (n > 0 && round % 4 == 0)
			claims[n - 1] = claims[0]; /* the same one twice */
		for (size_t i = 0; i < n; i++)
			bad += und_tag_verify_var(letter, claims[i].tag, und_bytes(acts[claims[i].tag == acts[0].tag ? 0 : i].message, 20),
			                          claims[i].signature) != UND_OK;
		IS(bad == 0 ? UND_OK : UND_ERR_PROOF,
		   und_tag_verify_batch_var(verdicts, letter, claims, n, &randomness, round % 2 ? &backwards : NULL));
		for (size_t i = 0; i < n; i++)
			IS(act_verify(&acts[claims[i].tag == acts[0].tag ? 0 : i], letter), verdicts[i]);
	}
}

TEST(a_single_bad_one_is_named_wherever_it_stands)
{
	static struct act acts[MANY];
	static struct und_tag_claim claims[MANY];
	enum und_err verdicts[MANY];
	uint8_t letter[32];
	struct und_scalar one, minus_one;

	start(5);
	tap_random_bytes(letter, sizeof letter);
	und_scalar_from_u64(&one, 1);
	und_scalar_negate(&minus_one, &one);
	for (size_t i = 0; i < MANY; i++) {
		act_make(&acts[i], letter);
		act_claim(&claims[i], &acts[i]);
	}
	OK(und_tag_verify_batch_var(verdicts, letter, claims, MANY, &randomness, NULL));
	for (size_t bad = 0; bad < MANY; bad++) {
		shift_response(&acts[bad], &one);
		IS(UND_ERR_PROOF, und_tag_verify_batch_var(verdicts, letter, claims, MANY, &randomness, NULL));
		for (size_t i = 0; i < MANY; i++)
			IS(i == bad ? UND_ERR_PROOF : UND_OK, verdicts[i]);
		shift_response(&acts[bad], &minus_one);
	}
}

static void run_and_count(void *ctx, void (*job)(void *arg, size_t i), void *arg, size_t count)
{
	++*(unsigned *)ctx;
	run_backwards(NULL, job, arg, count);
}

/* Verdicts would be right without the sum too, only slowly. So many that the first sums are shared out: short ones are not. */
TEST(a_good_batch_takes_one_sum_and_a_bad_one_takes_few)
{
	enum { SHARED = 400 };
	static struct act acts[SHARED];
	static struct und_tag_claim claims[SHARED];
	static enum und_err verdicts[SHARED];
	unsigned runs = 0;
	const struct und_runner counting = { run_and_count, &runs, 2 };
	uint8_t letter[32];
	struct und_scalar one;

	start(9);
	tap_random_bytes(letter, sizeof letter);
	for (size_t i = 0; i < SHARED; i++) {
		act_make(&acts[i], letter);
		act_claim(&claims[i], &acts[i]);
	}
	OK(und_tag_verify_batch_var(verdicts, letter, claims, SHARED, &randomness, &counting));
	EQ(runs, 2); /* decoding, and the sum */
	runs = 0;
	und_scalar_from_u64(&one, 1);
	shift_response(&acts[SHARED - 1], &one);
	IS(UND_ERR_PROOF, und_tag_verify_batch_var(verdicts, letter, claims, SHARED, &randomness, &counting));
	CHECK(runs > 2 && runs <= 2 + 7); /* a good left half takes a sum, and the right one then none: 200, 100, 50 … */
}

/* Two faults whose sum is nothing: only weights that differ see them. */
TEST(faults_that_cancel_are_found)
{
	static struct act acts[MANY];
	static struct und_tag_claim claims[MANY];
	enum und_err verdicts[MANY];
	uint8_t letter[32];
	struct und_scalar delta;

	start(6);
	tap_random_bytes(letter, sizeof letter);
	for (size_t i = 0; i < MANY; i++) {
		act_make(&acts[i], letter);
		act_claim(&claims[i], &acts[i]);
	}
	for (size_t i = 0; i + 1 < MANY; i += 2) {
		random_scalar(&delta);
		shift_response(&acts[i], &delta);
		und_scalar_negate(&delta, &delta);
		shift_response(&acts[i + 1], &delta);
	}
	IS(UND_ERR_PROOF, und_tag_verify_batch_var(verdicts, letter, claims, MANY, &randomness, &backwards));
	for (size_t i = 0; i < MANY; i++)
		IS(UND_ERR_PROOF, verdicts[i]);
}

TEST(an_empty_batch_is_good_and_one_without_randomness_is_not_tried)
{
	const struct und_random broken = { fill_fails, NULL };
	struct und_tag_claim claim;
	enum und_err verdict = UND_ERR_COUNT;
	uint8_t letter[32];
	struct act a;

	start(7);
	tap_random_bytes(letter, sizeof letter);
	act_make(&a, letter);
	act_claim(&claim, &a);
	OK(und_tag_verify_batch_var(NULL, letter, NULL, 0, &randomness, NULL));
	IS(UND_ERR_RANDOM, und_tag_verify_batch_var(&verdict, letter, &claim, 1, &broken, NULL));
	OK(und_tag_verify_batch_var(&verdict, letter, &claim, 1, &randomness, NULL));
	OK(verdict);
}

TEST(possession_is_bound_to_key_series_and_edition)
{
	uint8_t key[32], other[32], fresh[32], proof[64], bad[64];
	struct und_scalar x;
	struct und_point p;

	start(8);
	random_scalar(&x);
	und_point_mul_base(&p, &x);
	und_point_encode(key, &p);
	und_point_add(&p, &p, und_point_base());
	und_point_encode(other, &p);
	tap_random_bytes(fresh, sizeof fresh);
	OK(und_possession_prove(proof, &x, und_cstr("staff"), 65535, fresh));
	OK(und_possession_verify_var(key, und_cstr("staff"), 65535, proof));
	IS(UND_ERR_POSSESSION, und_possession_verify_var(key, und_cstr("staff"), 65534, proof));
	IS(UND_ERR_POSSESSION, und_possession_verify_var(key, und_cstr("staf"), 65535, proof));
	IS(UND_ERR_POSSESSION, und_possession_verify_var(other, und_cstr("staff"), 65535, proof));
	for (size_t i = 0; i < sizeof proof; i++) {
		memcpy(bad, proof, sizeof bad);
		bad[i] ^= (uint8_t)(1u << tap_below(8));
		CHECK(und_possession_verify_var(key, und_cstr("staff"), 65535, bad) != UND_OK);
	}
}
