/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* ring.c: rings of every shape: prove, verify, and refuse what was changed */
#include <sodium.h>

#include "proof/ring.h"
#include "proof/ring_fold.h"
#include "proof/ring_parts.h"
#include "tap.h"
#include "ring_fixture.h"

enum { SEED = 20260101 };

static const uint8_t letter_id[UND_ID_SIZE] = "a letter of some importance, id";

/* A signature, where it stands. */
struct signature {
	uint8_t proof[UND_PROOF_SIZE_MAX], tag[UND_POINT_SIZE];
	struct und_ring_claim claim;
};

static void sign(struct signature *s, const struct fixture_ring *f, size_t index)
{
	uint8_t fresh[UND_FRESH_SIZE];

	tap_random_bytes(fresh, sizeof fresh);
	OK(und_ring_prove(s->proof, s->tag, letter_id, &f->ring, index, &f->secrets[index], fresh, NULL));
	s->claim = (struct und_ring_claim){ &f->ring, s->tag, und_bytes(s->proof, und_ring_proof_size(f->ring.n)) };
}

static void check_signs(size_t n, size_t index)
{
	struct fixture_ring f;
	struct signature s;

	fixture_ring_init(&f, n, "*");
	sign(&s, &f, index);
	OK(und_ring_verify_var(letter_id, &s.claim));
	s.tag[0] ^= 2;
	CHECK(und_ring_verify_var(letter_id, &s.claim) != UND_OK);
	fixture_ring_clear(&f);
}

TEST(digits_and_sizes)
{
	EQ(1, und_ring_digits(1));
	EQ(1, und_ring_digits(4));
	EQ(2, und_ring_digits(5));
	EQ(2, und_ring_digits(16));
	EQ(3, und_ring_digits(17));
	EQ(5, und_ring_digits(1024));
	EQ(6, und_ring_digits(1025));
	EQ(7, und_ring_digits(16384));
	EQ(10, und_ring_digits(UND_RING_SIZE_MAX));
	EQ(288, und_ring_proof_size(4));
	EQ(928, und_ring_proof_size(1024));
	EQ(1248, und_ring_proof_size(16384));
	EQ(UND_PROOF_SIZE_MAX, und_ring_proof_size(UND_RING_SIZE_MAX));
}

TEST(every_size_up_to_seventy)
{
	tap_seed(SEED);
	for (size_t n = 1; n <= 70; n++)
		check_signs(n, tap_below(n));
}

TEST(every_index_of_small_rings)
{
	tap_seed(SEED);
	for (size_t n = 1; n <= 18; n++)
		for (size_t index = 0; index < n; index++)
			check_signs(n, index);
}

TEST(sizes_around_powers_of_four)
{
	static const size_t sizes[] = { 255, 256, 257, 1023, 1024, 1025 };

	tap_seed(SEED);
	for (size_t i = 0; i < UND_COUNT_OF(sizes); i++)
		check_signs(sizes[i], i % 2 == 0 ? sizes[i] - 1 : tap_below(sizes[i]));
}

/* The definition of §3, step 3, term by term, padding and all. */
static void naive_sums(struct und_point *out, const struct und_ring *ring, const struct und_ring_digit_polynomials *p)
{
	struct und_scalar c[UND_RING_DIGITS_MAX + 2], part;
	struct und_point term;
	size_t last = ring->n - 1;

	for (unsigned e = 0; e <= p->m; e++)
		out[e] = und_point_identity;
	for (size_t k = 0; k < (size_t)1 << (2 * p->m); k++) {
		und_scalar_from_u64(&c[0], 1);
		for (unsigned j = 0; j < p->m; j++) {
			size_t digit = k >> (2 * j) & 3;

			und_scalar_from_u64(&c[j + 1], 0);
			for (unsigned e = j + 1; e <= j + 1; e--) {
				und_scalar_mul(&part, &p->a[j][digit], &c[e]);
				if (p->sigma[j][digit] != 0 && e > 0)
					und_scalar_add(&part, &part, &c[e - 1]);
				c[e] = part;
			}
		}
		for (unsigned e = 0; e <= p->m; e++) {
			und_point_mul(&term, &c[e], &ring->keys[k < last ? k : last]->point);
			und_point_add(&out[e], &out[e], &term);
		}
	}
}

TEST(folding_gives_the_sums_of_the_definition)
{
	static const size_t sizes[] = { 1, 2, 3, 4, 5, 7, 16, 17, 21, 63, 64, 65, 80, 100 };

	tap_seed(SEED);
	for (size_t i = 0; i < UND_COUNT_OF(sizes); i++) {
		struct und_ring_digit_polynomials p = { .m = und_ring_digits(sizes[i]) };
		struct und_point folded[UND_RING_DIGITS_MAX + 1], naive[UND_RING_DIGITS_MAX + 1];
		size_t index = tap_below(sizes[i]);
		struct fixture_ring f;

		fixture_ring_init(&f, sizes[i], "*");
		for (unsigned j = 0; j < p.m; j++) {
			und_scalar_from_u64(&p.a[j][0], 0);
			for (unsigned d = 1; d < 4; d++) {
				fixture_scalar(&p.a[j][d]);
				und_scalar_sub(&p.a[j][0], &p.a[j][0], &p.a[j][d]);
			}
			p.sigma[j][index >> (2 * j) & 3] = UINT64_MAX;
		}
		OK(und_ring_fold(folded, &f.ring, &p, i % 2 == 0 ? NULL : &fixture_runner));
		naive_sums(naive, &f.ring, &p);
		for (unsigned e = 0; e <= p.m; e++)
			CHECK(und_point_equal(&folded[e], &naive[e]) != 0);
		CHECK(und_point_equal(&folded[p.m], &f.keys[index].point) != 0);
		fixture_ring_clear(&f);
	}
}

/* Every element and scalar of a proof, and the tag, each changed, then each not canonical, then each the identity. */
static void check_fields(const struct signature *good)
{
	size_t elements = und_ring_points(und_ring_digits(good->claim.ring->n)) - 1, fields = good->claim.proof.n / 32;
	uint8_t *at;

	for (size_t i = 0; i <= fields; i++) {
		struct signature s = *good;
		bool is_element = i < elements || i == fields;
		struct und_point p;

		s.claim.tag = s.tag;
		s.claim.proof.p = s.proof;
		at = i == fields ? s.tag : s.proof + 32 * i;
		if (is_element) {
			OK(und_point_decode(&p, at));
			und_point_add(&p, &p, und_point_base());
			und_point_encode(at, &p);
		} else {
			struct und_scalar a, one;

			OK(und_scalar_decode(&a, at));
			und_scalar_from_u64(&one, 1);
			und_scalar_add(&a, &a, &one);
			und_scalar_encode(at, &a);
		}
		IS(UND_ERR_PROOF, und_ring_verify_var(letter_id, &s.claim));
		at[31] |= 0x80;
		IS(is_element ? UND_ERR_POINT : UND_ERR_SCALAR, und_ring_verify_var(letter_id, &s.claim));
		memset(at, 0, 32);
		IS(is_element ? UND_ERR_IDENTITY : UND_ERR_PROOF, und_ring_verify_var(letter_id, &s.claim));
	}
}

TEST(each_field_matters)
{
	static const size_t sizes[] = { 1, 4, 5, 20, 65 };

	tap_seed(SEED);
	for (size_t i = 0; i < UND_COUNT_OF(sizes); i++) {
		struct fixture_ring f;
		struct signature s;

		fixture_ring_init(&f, sizes[i], "*");
		sign(&s, &f, tap_below(sizes[i]));
		check_fields(&s);
		fixture_ring_clear(&f);
	}
}

TEST(letter_ring_order_and_size_matter)
{
	uint8_t other_letter[UND_ID_SIZE] = "another letter";
	struct fixture_ring f, g;
	struct signature s;
	struct und_ring_claim claim;
	struct und_ring ring;
	const struct und_member_key *list[12];

	tap_seed(SEED);
	fixture_ring_init(&f, 12, "a");
	fixture_ring_init(&g, 12, "b");
	sign(&s, &f, 7);
	OK(und_ring_verify_var(letter_id, &s.claim));
	IS(UND_ERR_PROOF, und_ring_verify_var(other_letter, &s.claim));

	claim = s.claim;
	claim.ring = &g.ring;
	IS(UND_ERR_PROOF, und_ring_verify_var(letter_id, &claim));

	ring = f.ring; /* the same keys under another name */
	memcpy(ring.id, g.ring.id, sizeof ring.id);
	claim.ring = &ring;
	IS(UND_ERR_PROOF, und_ring_verify_var(letter_id, &claim));

	ring = f.ring; /* one key fewer: same size of proof */
	ring.n = 11;
	IS(UND_ERR_PROOF, und_ring_verify_var(letter_id, &claim));

	ring = f.ring; /* two keys changed places */
	memcpy(list, f.list, sizeof list);
	list[3] = f.list[4];
	list[4] = f.list[3];
	ring.keys = list;
	IS(UND_ERR_PROOF, und_ring_verify_var(letter_id, &claim));

	ring.n = 0;
	IS(UND_ERR_RING_SIZE, und_ring_verify_var(letter_id, &claim));
	ring.n = UND_RING_SIZE_MAX + 1;
	IS(UND_ERR_RING_SIZE, und_ring_verify_var(letter_id, &claim));

	claim = s.claim;
	claim.proof.n--;
	IS(UND_ERR_SIZE, und_ring_verify_var(letter_id, &claim));
	claim.proof.n += 2;
	IS(UND_ERR_SIZE, und_ring_verify_var(letter_id, &claim));
	fixture_ring_clear(&f);
	fixture_ring_clear(&g);
}

TEST(one_tag_a_letter_whichever_ring_and_randomness)
{
	uint8_t other_letter[UND_ID_SIZE] = "another letter", tag[UND_POINT_SIZE];
	struct fixture_ring f;
	struct signature s, again, other;
	struct und_ring small;

	tap_seed(SEED);
	fixture_ring_init(&f, 9, "*");
	sign(&s, &f, 2);
	sign(&again, &f, 2);
	sign(&other, &f, 3);
	MEM(s.tag, again.tag, sizeof s.tag);
	CHECK(memcmp(s.proof, again.proof, 32) != 0);
	CHECK(memcmp(s.tag, other.tag, sizeof s.tag) != 0);

	small = f.ring;
	small.n = 3;
	small.id[0] ^= 1;
	tap_random_bytes(tag, sizeof tag);
	OK(und_ring_prove(again.proof, again.tag, letter_id, &small, 2, &f.secrets[2], tag, NULL));
	MEM(s.tag, again.tag, sizeof s.tag);
	und_tag(tag, &f.secrets[2], letter_id);
	MEM(s.tag, tag, sizeof tag);
	und_tag(tag, &f.secrets[2], other_letter);
	CHECK(memcmp(s.tag, tag, sizeof tag) != 0);
	fixture_ring_clear(&f);
}

TEST(the_prover_refuses_and_leaves_its_outputs_alone)
{
	uint8_t proof[UND_PROOF_SIZE_MAX], tag[UND_POINT_SIZE], fresh[UND_FRESH_SIZE] = { 1 },
								before[UND_PROOF_SIZE_MAX];
	struct fixture_ring f;
	struct und_ring ring;
	struct und_scalar zero;

	tap_seed(SEED);
	fixture_ring_init(&f, 6, "*");
	memset(proof, 0x5a, sizeof proof);
	memset(before, 0x5a, sizeof before);
	memset(tag, 0x5a, sizeof tag);
	und_scalar_from_u64(&zero, 0);
	IS(UND_ERR_NOT_IN_RING, und_ring_prove(proof, tag, letter_id, &f.ring, 1, &f.secrets[2], fresh, NULL));
	IS(UND_ERR_NOT_IN_RING, und_ring_prove(proof, tag, letter_id, &f.ring, 6, &f.secrets[5], fresh, NULL));
	IS(UND_ERR_NOT_IN_RING, und_ring_prove(proof, tag, letter_id, &f.ring, SIZE_MAX, &f.secrets[5], fresh, NULL));
	IS(UND_ERR_NOT_IN_RING, und_ring_prove(proof, tag, letter_id, &f.ring, 0, &zero, fresh, NULL));
	ring = f.ring;
	ring.n = 0;
	IS(UND_ERR_RING_SIZE, und_ring_prove(proof, tag, letter_id, &ring, 0, &f.secrets[0], fresh, NULL));
	ring.n = UND_RING_SIZE_MAX + 1;
	IS(UND_ERR_RING_SIZE, und_ring_prove(proof, tag, letter_id, &ring, 0, &f.secrets[0], fresh, NULL));
	MEM(before, proof, sizeof proof);
	MEM(before, tag, sizeof tag);
	OK(und_ring_prove(proof, tag, letter_id, &f.ring, 2, &f.secrets[2], fresh, NULL));
	EQ(0x5a, proof[und_ring_proof_size(6)]);
	fixture_ring_clear(&f);
}

TEST(threads_change_no_byte)
{
	uint8_t proofs[2][UND_PROOF_SIZE_MAX], tags[2][UND_POINT_SIZE], fresh[UND_FRESH_SIZE];
	struct fixture_ring f;

	tap_seed(SEED);
	fixture_ring_init(&f, 300, "*");
	tap_random_bytes(fresh, sizeof fresh);
	OK(und_ring_prove(proofs[0], tags[0], letter_id, &f.ring, 299, &f.secrets[299], fresh, NULL));
	OK(und_ring_prove(proofs[1], tags[1], letter_id, &f.ring, 299, &f.secrets[299], fresh, &fixture_runner));
	MEM(proofs[0], proofs[1], und_ring_proof_size(300));
	MEM(tags[0], tags[1], sizeof tags[0]);
	fixture_ring_clear(&f);
}

TEST(finding_a_key)
{
	uint8_t stranger[UND_POINT_SIZE];
	struct fixture_ring f;
	size_t index = 77;

	tap_seed(SEED);
	fixture_ring_init(&f, 37, "*");
	tap_random_bytes(stranger, sizeof stranger);
	for (size_t i = 0; i < 37; i++) {
		OK(und_ring_find(&index, &f.ring, f.keys[i].encoded));
		EQ(i, index);
		OK(und_ring_find_var(&index, &f.ring, f.keys[i].encoded));
		EQ(i, index);
	}
	index = 77;
	IS(UND_ERR_NOT_IN_RING, und_ring_find(&index, &f.ring, stranger));
	IS(UND_ERR_NOT_IN_RING, und_ring_find_var(&index, &f.ring, stranger));
	f.ring.n = 36;
	IS(UND_ERR_NOT_IN_RING, und_ring_find(&index, &f.ring, f.keys[36].encoded));
	IS(UND_ERR_NOT_IN_RING, und_ring_find_var(&index, &f.ring, f.keys[36].encoded));
	EQ(77, index);
	fixture_ring_clear(&f);
}

TEST(many_keys_decode_and_the_first_bad_one_is_named)
{
	enum { N = 300 };
	static uint8_t keys[N][UND_POINT_SIZE];
	static struct und_member_key out[N];
	const struct und_runner *runners[] = { NULL, &fixture_runner };
	struct fixture_ring f;
	size_t bad = 999;

	tap_seed(SEED);
	fixture_ring_init(&f, N, "*");
	for (size_t r = 0; r < 2; r++) {
		for (size_t i = 0; i < N; i++)
			memcpy(keys[i], f.keys[i].encoded, UND_POINT_SIZE);
		bad = 999;
		OK(und_member_keys_decode(out, &bad, keys[0], N, runners[r]));
		EQ(999, bad);
		for (size_t i = 0; i < N; i++) {
			CHECK(und_point_equal(&out[i].point, &f.keys[i].point) != 0);
			MEM(f.keys[i].encoded, out[i].encoded, UND_POINT_SIZE);
		}
		keys[299][31] |= 0x80;
		IS(UND_ERR_POINT, und_member_keys_decode(out, &bad, keys[0], N, runners[r]));
		EQ(299, bad);
		memset(keys[130], 0, UND_POINT_SIZE);
		IS(UND_ERR_IDENTITY, und_member_keys_decode(out, &bad, keys[0], N, runners[r]));
		EQ(130, bad);
		OK(und_member_keys_decode(out, &bad, keys[0], 130, runners[r]));
		OK(und_member_keys_decode(out, &bad, keys[0], 0, runners[r]));
	}
	fixture_ring_clear(&f);
}

TEST(products_and_padding_are_those_of_the_definition)
{
	static const size_t sizes[] = { 1, 2, 3, 4, 5, 15, 16, 17, 50, 64, 65, 200 };

	tap_seed(SEED);
	for (size_t t = 0; t < UND_COUNT_OF(sizes); t++) {
		size_t n = sizes[t];
		struct und_ring ring = { .n = n };
		struct und_pub f[4 * UND_RING_DIGITS_MAX], products[256], sum = und_pub_zero, product, padding;
		struct und_ring_opened o = { .ring = &ring, .m = und_ring_digits(n), .f = f };
		uint8_t bytes[16];

		tap_random_bytes(bytes, sizeof bytes);
		und_pub_from_u128(&o.xi, bytes);
		for (unsigned j = 0; j < o.m; j++) {
			f[4 * j] = o.xi; /* each row adds up to xi */
			for (unsigned i = 1; i < 4; i++) {
				tap_random_bytes(bytes, sizeof bytes);
				und_pub_from_u128(&f[4 * j + i], bytes);
				und_pub_sub(&f[4 * j], &f[4 * j], &f[4 * j + i]);
			}
		}
		und_ring_products_var(products, n, &und_pub_one, f, o.m);
		for (size_t k = 0; k < (size_t)1 << (2 * o.m); k++) {
			product = und_pub_one;
			for (unsigned j = 0; j < o.m; j++)
				und_pub_mul(&product, &product, &f[4 * j + (k >> (2 * j) & 3)]);
			if (k < n)
				MEM(&product, &products[k], sizeof product);
			else
				und_pub_add(&sum, &sum, &product);
		}
		und_ring_padding_var(&padding, &o);
		MEM(&sum, &padding, sizeof sum);
	}
}
