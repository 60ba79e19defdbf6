/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* proof.c: every allocation of the prover and the verifiers made to fail: no verdict but "out of memory", and nothing half-written */
#include "alloc.h"
#include "base/base.h"
#include "base/hash.h"
#include "proof/ring.h"
#include "proof/tag.h"

enum { RING = 9, CLAIMS = 5 };
static const uint8_t letter[UND_ID_SIZE] = "a letter";

struct hall {
	struct und_scalar x[RING];
	struct und_member_key members[RING];
	const struct und_member_key *keys[RING];
	struct und_ring ring;
	uint8_t proofs[CLAIMS][UND_PROOF_SIZE_MAX], tags[CLAIMS][UND_POINT_SIZE];
	struct und_ring_claim claims[CLAIMS];
};

static int by_key(const void *a, const void *b)
{
	const struct und_member_key *const *p = a, *const *q = b;

	return memcmp((*p)->encoded, (*q)->encoded, UND_POINT_SIZE);
}

static void hall_fill(struct hall *h)
{
	struct und_point point;
	uint8_t wide[64], fresh[UND_FRESH_SIZE];

	tap_seed(1);
	for (size_t i = 0; i < RING; i++) {
		tap_random_bytes(wide, sizeof wide);
		und_scalar_reduce(&h->x[i], wide);
		und_point_mul_base(&point, &h->x[i]);
		und_point_encode(h->members[i].encoded, &point);
		OK(und_member_key_decode(&h->members[i], h->members[i].encoded));
		h->keys[i] = &h->members[i];
	}
	qsort(h->keys, RING, sizeof h->keys[0], by_key);
	h->ring = (struct und_ring){ .id = "a ring", .n = RING, .keys = h->keys };
	for (size_t i = 0; i < CLAIMS; i++) {
		tap_random_bytes(fresh, sizeof fresh);
		h->claims[i] = (struct und_ring_claim){ &h->ring, h->tags[i], { h->proofs[i], und_ring_proof_size(RING) } };
		OK(und_ring_prove(h->proofs[i], h->tags[i], letter, &h->ring, i, &h->x[h->keys[i] - h->members], fresh, NULL));
	}
}

TEST(proving)
{
	static struct hall h;
	uint8_t fresh[UND_FRESH_SIZE] = "fresh";

	hall_fill(&h);
	ALLOC_SWEEP() {
		uint8_t proof[UND_PROOF_SIZE_MAX] = { 0 }, tag[UND_POINT_SIZE] = { 0 };
		enum und_err e = und_ring_prove(proof, tag, letter, &h.ring, 3, &h.x[h.keys[3] - h.members], fresh, NULL);

		ALLOC_RESULT(e);
		for (size_t i = 0; i < sizeof proof && e != UND_OK; i++)
			EQ(proof[i], 0);
		if (e != UND_OK)
			EQ(tag[0], 0);
		else
			MEM(tag, h.tags[3], sizeof tag);
	}
}

TEST(verifying_one)
{
	static struct hall h;

	hall_fill(&h);
	ALLOC_SWEEP() {
		ALLOC_RESULT(und_ring_verify_var(letter, &h.claims[0]));
	}
}

TEST(verifying_many)
{
	static struct hall h;
	enum und_err verdicts[CLAIMS];

	hall_fill(&h);
	ALLOC_SWEEP() {
		ALLOC_RESULT(und_ring_verify_batch_var(verdicts, letter, h.claims, CLAIMS, &alloc_random, NULL, NULL));
	}
}

TEST(finding_a_bad_one_among_many)
{
	static struct hall h;

	hall_fill(&h);
	h.tags[2][0] ^= 2; /* no point, or another */
	h.proofs[4][und_ring_proof_size(RING) - 32] ^= 1;
	ALLOC_SWEEP() {
		enum und_err verdicts[CLAIMS] = { 0 };
		enum und_err e = und_ring_verify_batch_var(verdicts, letter, h.claims, CLAIMS, &alloc_random, NULL, NULL);

		IS(ALLOC_FAILED ? UND_ERR_MEMORY : UND_ERR_PROOF, e);
		if (!ALLOC_FAILED) {
			OK(verdicts[0]);
			OK(verdicts[3]);
			CHECK(verdicts[2] != UND_OK);
			CHECK(verdicts[4] != UND_OK);
		}
	}
}

TEST(tag_signatures_of_many)
{
	static struct hall h;
	static uint8_t signatures[CLAIMS][UND_TAG_SIGNATURE_SIZE];
	struct und_tag_claim claims[CLAIMS];
	struct und_bytes message = und_cstr("{}");
	enum und_err verdicts[CLAIMS];
	uint8_t fresh[UND_FRESH_SIZE] = "fresh";

	hall_fill(&h);
	for (size_t i = 0; i < CLAIMS; i++) {
		OK(und_tag_sign(signatures[i], letter, &h.x[h.keys[i] - h.members], message, fresh));
		claims[i] = (struct und_tag_claim){ .tag = h.tags[i], .signature = signatures[i] };
		und_sha256(claims[i].message_hash, &message, 1);
	}
	ALLOC_SWEEP() {
		ALLOC_RESULT(und_tag_verify_batch_var(verdicts, letter, claims, CLAIMS, &alloc_random, NULL));
	}
}
