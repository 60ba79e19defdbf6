/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* prove.c: finding oneself in a ring and proving it, with key, place and randomness secret; UND_CT_RINGS="5 17" names the sizes */
#include "ct.h"
#include "proof/ring.h"

static const uint8_t letter[UND_ID_SIZE] = "a letter, whose id is public";

struct member {
	struct und_scalar x;
	struct und_member_key key;
};

static int by_key(const void *a, const void *b)
{
	const struct member *p = a, *q = b;

	return memcmp(p->key.encoded, q->key.encoded, UND_POINT_SIZE);
}

struct hall {
	struct und_ring ring;
	struct member *members;
	const struct und_member_key **keys;
};

static void hall_open(struct hall *h, size_t n)
{
	struct und_point point;

	h->members = und_alloc(n, sizeof *h->members);
	h->keys = und_alloc(n, sizeof *h->keys);
	und_bug_if(h->members == NULL || h->keys == NULL);
	for (size_t i = 0; i < n; i++) {
		ct_scalar(&h->members[i].x, (unsigned)i);
		und_point_mul_base(&point, &h->members[i].x);
		und_point_encode(h->members[i].key.encoded, &point);
		und_bug_if(und_member_key_decode(&h->members[i].key, h->members[i].key.encoded) != UND_OK);
	}
	qsort(h->members, n, sizeof *h->members, by_key);
	for (size_t i = 0; i < n; i++)
		h->keys[i] = &h->members[i].key;
	h->ring = (struct und_ring){ .id = "a ring", .n = n, .keys = h->keys };
}

static void hall_close(struct hall *h)
{
	free(h->members);
	free(h->keys);
}

/* The whole act of one member, as 'undersigned sign' does it. */
static void member_signs(const struct hall *h, size_t place)
{
	uint8_t proof[UND_PROOF_SIZE_MAX], tag[UND_POINT_SIZE], mine[UND_POINT_SIZE], fresh[UND_FRESH_SIZE];
	struct und_scalar x = h->members[place].x;
	size_t index = 0;
	enum und_err e = UND_ERR_COUNT;
	struct und_ring_claim claim = { &h->ring, tag, { proof, und_ring_proof_size(h->ring.n) } };

	memcpy(mine, h->members[place].key.encoded, sizeof mine); /* the key is public, that it is mine is not */
	ct_bytes(fresh, sizeof fresh, 0x4000 + (unsigned)place);
	und_classify(&x, sizeof x);
	und_classify(mine, sizeof mine);
	und_classify(fresh, sizeof fresh);

	QUIET(e = und_ring_find(&index, &h->ring, mine));
	OK(e);
	if (h->ring.n > 1) /* who is alone stands at 0 */
		SECRET(&index, sizeof index);
	und_classify(&index, sizeof index);
	QUIET(e = und_ring_prove(proof, tag, letter, &h->ring, index, &x, fresh, NULL));
	OK(e);
	PUBLIC(tag, sizeof tag);
	PUBLIC(proof, claim.proof.n);
	SECRET(&index, sizeof index);
	SECRET(&x, sizeof x);
	OK(und_ring_verify_var(letter, &claim));
}

/* Whoever is not in the ring, or names another place, learns no more than that. */
static void stranger_is_refused(const struct hall *h)
{
	uint8_t proof[UND_PROOF_SIZE_MAX], tag[UND_POINT_SIZE], mine[UND_POINT_SIZE], fresh[UND_FRESH_SIZE];
	struct und_scalar x;
	size_t index = 0;
	enum und_err e = UND_ERR_COUNT;

	ct_scalar(&x, 0x7fff);
	ct_bytes(fresh, sizeof fresh, 0x4000);
	ct_bytes(mine, sizeof mine, 0x4001);
	und_classify(&x, sizeof x);
	und_classify(mine, sizeof mine);
	und_classify(fresh, sizeof fresh);
	QUIET(e = und_ring_find(&index, &h->ring, mine));
	IS(UND_ERR_NOT_IN_RING, e);
	und_classify(&index, sizeof index);
	QUIET(e = und_ring_prove(proof, tag, letter, &h->ring, index, &x, fresh, NULL));
	IS(UND_ERR_NOT_IN_RING, e);
}

TEST(proving_takes_the_same_time_for_every_secret)
{
	const char *sizes = getenv("UND_CT_RINGS");
	struct hall h;
	char *end;

	for (sizes = sizes != NULL ? sizes : "5 17"; *sizes != '\0'; sizes = end) {
		size_t n = strtoul(sizes, &end, 10);

		REQUIRE(n > 0 && end != sizes);
		printf("# a ring of %zu\n", n);
		hall_open(&h, n);
		member_signs(&h, 0);
		member_signs(&h, n - 1);
		member_signs(&h, n / 2);
		stranger_is_refused(&h);
		hall_close(&h);
	}
}

/* What this harness would see if a member were looked up as anyone else is. */
TEST(a_planted_leak_the_signer_looks_itself_up_in_variable_time)
{
	struct hall h;
	uint8_t mine[UND_POINT_SIZE];
	size_t index = 0;
	enum und_err e = UND_ERR_COUNT;

	hall_open(&h, 5);
	memcpy(mine, h.members[2].key.encoded, sizeof mine);
	und_classify(mine, sizeof mine);
	LEAKS(e = und_ring_find_var(&index, &h.ring, mine));
	und_declassify(&e, sizeof e);
	OK(e);
	hall_close(&h);
}
