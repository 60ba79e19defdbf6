/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* tag_batch.c: many tag signatures on one letter in one sum, and every bad one found by halving */
#include <stdlib.h>

#include "base/base.h"
#include "base/hash.h"
#include "group/msm.h"
#include "proof/ring.h"
#include "proof/schnorr.h"
#include "proof/tag.h"

enum {
	CHUNK = 16,      /* claims that one job decodes */
	EXACT_BELOW = 4, /* so few are sooner checked one by one */
	SEED_SIZE = 64,
	WEIGHT_SIZE = 16,
	TERMS = 2        /* R and T of each claim; U stands once */
};

/* Everything about the batch; the lists of terms hold room for all claims and U. */
struct batch {
	const uint8_t *letter_id;
	const struct und_tag_claim *claims;
	size_t n;
	enum und_err *verdicts;
	const struct und_runner *runner;
	struct und_point base;      /* U */
	struct und_schnorr *parsed; /* of each claim */
	struct und_pub *weights;    /* of each claim, 128 bits */
	size_t *sound;              /* indices of the claims that decode */
	size_t sound_count;
	struct und_pub *scalars;
	const struct und_point **points;
};

static void batch_clear(struct batch *b)
{
	free(b->parsed);
	free(b->weights);
	free(b->sound);
	free(b->scalars);
	free(b->points);
}

static enum und_err batch_alloc(struct batch *b)
{
	b->parsed = und_alloc(b->n, sizeof *b->parsed);
	if (b->parsed == NULL) /* then 2n + 1 of something smaller cannot overflow */
		return UND_ERR_MEMORY;
	b->weights = und_alloc(b->n, sizeof *b->weights);
	b->sound = und_alloc(b->n, sizeof *b->sound);
	b->scalars = und_alloc(TERMS * b->n + 1, sizeof *b->scalars);
	b->points = und_alloc(TERMS * b->n + 1, sizeof *b->points);
	return b->weights == NULL || b->sound == NULL || b->scalars == NULL || b->points == NULL ? UND_ERR_MEMORY : UND_OK;
}

/* Decoding is judged here, before anything is summed. */
static void parse_chunk(void *arg, size_t chunk)
{
	struct batch *b = arg;

	for (size_t i = chunk * CHUNK; i < b->n && i < (chunk + 1) * CHUNK; i++) {
		const struct und_tag_claim *claim = &b->claims[i];

		b->verdicts[i] = und_schnorr_parse_var(&b->parsed[i], claim->tag, claim->signature);
		if (b->verdicts[i] == UND_OK)
			und_tag_challenge(&b->parsed[i].c, b->letter_id, claim->tag, claim->signature, claim->message_hash);
	}
}

/* 128 bits a claim, from a hash of all claims and fresh randomness (spec/protocol.md §3, Batches): nobody knows them who makes the claims. */
static void draw_weights(struct batch *b, const uint8_t fresh[UND_FRESH_SIZE])
{
	static const char domain[] = "undersigned/1 tag batch"; /* hashed with its zero byte */
	struct und_bytes first[] = { und_bytes(domain, sizeof domain), und_bytes(fresh, UND_FRESH_SIZE),
		                     und_bytes(b->letter_id, UND_ID_SIZE) };
	uint8_t seed[SEED_SIZE], block[SEED_SIZE], count[8] = { 0 };
	struct und_bytes next[] = { und_bytes(seed, sizeof seed), und_bytes(count, sizeof count) };

	und_sha512(seed, first, UND_COUNT_OF(first));
	for (size_t i = 0; i < b->n; i++) {
		const struct und_tag_claim *claim = &b->claims[i];
		struct und_bytes link[] = { und_bytes(seed, sizeof seed), und_bytes(claim->tag, UND_POINT_SIZE),
			                    und_bytes(claim->message_hash, sizeof claim->message_hash),
			                    und_bytes(claim->signature, UND_TAG_SIGNATURE_SIZE) };

		und_sha512(seed, link, UND_COUNT_OF(link));
	}
	for (size_t i = 0; i < b->n; i++) {
		if (i % (SEED_SIZE / WEIGHT_SIZE) == 0) {
			und_store_u32be(count, (uint32_t)((uint64_t)i >> 32));
			und_store_u32be(count + 4, (uint32_t)i);
			und_sha512(block, next, UND_COUNT_OF(next));
		}
		und_pub_from_u128(&b->weights[i], block + i % (SEED_SIZE / WEIGHT_SIZE) * WEIGHT_SIZE);
	}
}

/* Whether the sum of w_i (R_i + c_i*T_i - s_i*U) over sound[from … to-1] is the identity. */
static enum und_err sum_vanishes(bool *vanishes, struct batch *b, size_t from, size_t to)
{
	struct und_pub s, c, minus_u = und_pub_zero;
	struct und_point sum;
	size_t terms = 0;
	enum und_err e;

	for (size_t i = from; i < to; i++) {
		const struct und_schnorr *g = &b->parsed[b->sound[i]];
		const struct und_pub *w = &b->weights[b->sound[i]];

		und_pub_from_scalar(&s, &g->s);
		und_pub_mul(&s, &s, w);
		und_pub_add(&minus_u, &minus_u, &s);
		und_pub_from_scalar(&c, &g->c);
		b->scalars[terms] = *w;
		b->points[terms++] = &g->r;
		und_pub_mul(&b->scalars[terms], &c, w);
		b->points[terms++] = &g->public;
	}
	und_pub_negate(&b->scalars[terms], &minus_u);
	b->points[terms++] = &b->base;
	e = und_msm_var(&sum, b->scalars, b->points, terms, b->runner);
	if (e != UND_OK)
		return e;
	*vanishes = und_point_equal(&sum, &und_point_identity) != 0;
	return UND_OK;
}

/* Judges sound[from … to-1], of which one at least is known to be bad where suspect. *bad is set if any is. */
static enum und_err judge(bool *bad, struct batch *b, size_t from, size_t to, bool suspect)
{
	bool left = false, right = false, vanishes;
	size_t middle = from + (to - from) / 2;
	enum und_err e;

	if (to - from < EXACT_BELOW) {
		for (size_t i = from; i < to; i++) {
			e = und_schnorr_verify_var(&b->parsed[b->sound[i]], &b->base);
			b->verdicts[b->sound[i]] = e;
			*bad = *bad || e != UND_OK;
		}
		return UND_OK;
	}
	if (!suspect) {
		e = sum_vanishes(&vanishes, b, from, to);
		if (e != UND_OK || vanishes)
			return e;
	}
	e = judge(&left, b, from, middle, false);
	if (e != UND_OK)
		return e;
	e = judge(&right, b, middle, to, !left); /* where the left half is good, the fault is in the right one */
	if (e != UND_OK)
		return e;
	*bad = *bad || left || right;
	return UND_OK;
}

enum und_err und_tag_verify_batch_var(enum und_err *verdicts, const uint8_t letter_id[UND_ID_SIZE],
                                      const struct und_tag_claim *claims, size_t n, const struct und_random *random, const struct und_runner *runner)
{
	struct batch b = { .letter_id = letter_id, .claims = claims, .n = n, .verdicts = verdicts, .runner = runner };
	uint8_t fresh[UND_FRESH_SIZE];
	bool bad = false;
	enum und_err e;

	e = random->fill(random->ctx, fresh, sizeof fresh);
	if (e != UND_OK)
		return e;
	e = batch_alloc(&b);
	if (e != UND_OK)
		goto out;
	und_tag_base(&b.base, letter_id);
	und_run(runner, parse_chunk, &b, (n + CHUNK - 1) / CHUNK);
	draw_weights(&b, fresh);
	for (size_t i = 0; i < n; i++)
		if (verdicts[i] == UND_OK)
			b.sound[b.sound_count++] = i;
	e = judge(&bad, &b, 0, b.sound_count, false);
	if (e == UND_OK && (bad || b.sound_count < n))
		e = UND_ERR_PROOF;
out:
	batch_clear(&b);
	return e;
}
