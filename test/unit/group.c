/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* group.c: the group against libsodium's ristretto255, an independent implementation, and where ours must be stricter */
#include <sodium.h>

#include "base/base.h"
#include "group/group.h"
#include "tap.h"

enum { ROUNDS = 300 };

static void start(uint64_t seed)
{
	if (sodium_init() < 0)
		abort();
	tap_seed(seed);
}

static void random_scalar(struct und_scalar *a, uint8_t bytes[32])
{
	uint8_t wide[64];

	tap_random_bytes(wide, sizeof wide);
	und_scalar_reduce(a, wide);
	und_scalar_encode(bytes, a);
}

static void random_point(struct und_point *p, uint8_t bytes[32])
{
	uint8_t wide[64];

	tap_random_bytes(wide, sizeof wide);
	crypto_core_ristretto255_from_hash(bytes, wide);
	OK(und_point_decode(p, bytes));
}

static void is_point(const uint8_t expected[32], const struct und_point *p)
{
	uint8_t is[32];

	und_point_encode(is, p);
	MEM(expected, is, 32);
}

static void is_scalar(const uint8_t expected[32], const struct und_scalar *a)
{
	uint8_t is[32];

	und_scalar_encode(is, a);
	MEM(expected, is, 32);
}

/* the order, l */
static const uint8_t order[32] = { 0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, [31] = 0x10 };

/* out = l + d, for small d */
static void order_plus(uint8_t out[32], int d)
{
	memcpy(out, order, 32);
	out[0] = (uint8_t)(out[0] + d);
}

TEST(scalars_below_the_order_and_no_others)
{
	struct und_scalar a, before;
	uint8_t b[32] = { 0 };

	start(1);
	OK(und_scalar_decode(&a, b));
	CHECK(und_scalar_is_zero(&a) == UINT64_MAX);
	is_scalar(b, &a);
	for (int d = -0xed; d < 0; d++) {
		order_plus(b, d);
		OK(und_scalar_decode(&a, b));
		is_scalar(b, &a);
		CHECK(und_scalar_is_zero(&a) == 0);
	}
	before = a;
	for (int d = 0; d < 0x12; d++) {
		order_plus(b, d);
		IS(UND_ERR_SCALAR, und_scalar_decode(&a, b));
	}
	for (unsigned bit = 0; bit < 256; bit++) {
		/* l with one more bit, where it has none; and one bit alone */
		memcpy(b, order, 32);
		b[bit / 8] |= (uint8_t)(1 << bit % 8);
		IS(UND_ERR_SCALAR, und_scalar_decode(&a, b));
		memset(b, 0, 32);
		b[bit / 8] = (uint8_t)(1 << bit % 8);
		if (bit > 252) {
			IS(UND_ERR_SCALAR, und_scalar_decode(&a, b));
		} else {
			struct und_scalar power;

			OK(und_scalar_decode(&power, b));
			is_scalar(b, &power);
		}
	}
	memset(b, 0xff, 32);
	IS(UND_ERR_SCALAR, und_scalar_decode(&a, b));
	MEM(&before, &a, sizeof a); /* untouched through all of them */
}

TEST(a_scalar_that_libsodium_takes_unreduced_is_refused)
{
	struct und_scalar a;
	uint8_t one[32] = { 1 }, above[32], p[32], q[32];

	start(1);
	order_plus(above, 1); /* l + 1, which is 1 mod l */
	if (crypto_scalarmult_ristretto255_base(p, above) == 0 && crypto_scalarmult_ristretto255_base(q, one) == 0 && memcmp(p, q, 32) == 0)
		printf("# this libsodium takes l + 1 for 1\n");
	OK(und_scalar_decode(&a, one));
	IS(UND_ERR_SCALAR, und_scalar_decode(&a, above));
	above[31] |= 0x80;
	IS(UND_ERR_SCALAR, und_scalar_decode(&a, above));
}

TEST(scalar_arithmetic_agrees_with_libsodium)
{
	struct und_scalar a, b, c;
	uint8_t ab[32], bb[32], expected[32];

	start(2);
	for (unsigned i = 0; i < ROUNDS; i++) {
		random_scalar(&a, ab);
		random_scalar(&b, bb);
		if (i < 16) { /* the ends: 0, 1, l-1, l-2 in all pairs */
			const int ends[4] = { 0, 1, -1, -2 };

			memset(ab, 0, 32);
			memset(bb, 0, 32);
			ends[i % 4] < 0 ? order_plus(ab, ends[i % 4]) : (void)(ab[0] = (uint8_t)ends[i % 4]);
			ends[i / 4] < 0 ? order_plus(bb, ends[i / 4]) : (void)(bb[0] = (uint8_t)ends[i / 4]);
			OK(und_scalar_decode(&a, ab));
			OK(und_scalar_decode(&b, bb));
		}
		und_scalar_add(&c, &a, &b);
		crypto_core_ristretto255_scalar_add(expected, ab, bb);
		is_scalar(expected, &c);
		und_scalar_sub(&c, &a, &b);
		crypto_core_ristretto255_scalar_sub(expected, ab, bb);
		is_scalar(expected, &c);
		und_scalar_mul(&c, &a, &b);
		crypto_core_ristretto255_scalar_mul(expected, ab, bb);
		is_scalar(expected, &c);
		und_scalar_negate(&c, &a);
		crypto_core_ristretto255_scalar_negate(expected, ab);
		is_scalar(expected, &c);
		/* in place */
		c = a;
		und_scalar_mul(&c, &c, &c);
		crypto_core_ristretto255_scalar_mul(expected, ab, ab);
		is_scalar(expected, &c);
	}
}

TEST(wide_numbers_are_reduced_as_libsodium_does)
{
	struct und_scalar a;
	uint8_t wide[64], expected[32];

	start(3);
	for (unsigned i = 0; i < ROUNDS; i++) {
		tap_random_bytes(wide, sizeof wide);
		if (i < 64)
			memset(&wide[i], 0, 64 - i);
		else if (i < 128)
			memset(&wide[i - 64], 0xff, 128 - i);
		else if (i == 128)
			memset(wide, 0xff, 64);
		und_scalar_reduce(&a, wide);
		crypto_core_ristretto255_scalar_reduce(expected, wide);
		is_scalar(expected, &a);
	}
}

TEST(small_numbers_choices_and_zero)
{
	struct und_scalar a, b, c;
	uint8_t bytes[32] = { 0 };

	start(4);
	und_scalar_from_u64(&a, UINT64_C(0x8877665544332211));
	for (unsigned i = 0; i < 8; i++)
		bytes[i] = (uint8_t)(0x11 * (i + 1));
	is_scalar(bytes, &a);
	und_scalar_from_u64(&b, 0);
	CHECK(und_scalar_is_zero(&a) == 0);
	CHECK(und_scalar_is_zero(&b) == UINT64_MAX);
	und_scalar_select(&c, &a, &b, 0);
	MEM(&a, &c, sizeof c);
	und_scalar_select(&c, &a, &b, UINT64_MAX);
	MEM(&b, &c, sizeof c);
	und_scalar_wipe(&a);
	CHECK(und_scalar_is_zero(&a) == UINT64_MAX);
}

TEST(points_decode_when_libsodium_says_so_and_bit_255_is_clear)
{
	struct und_point p;
	uint8_t b[32];
	unsigned good = 0;

	start(5);
	for (unsigned i = 0; i < 4 * ROUNDS; i++) {
		bool valid;

		tap_random_bytes(b, sizeof b);
		b[0] &= 0xfe;
		b[31] &= 0x7f;
		valid = crypto_core_ristretto255_is_valid_point(b) == 1;
		IS(valid ? UND_OK : UND_ERR_POINT, und_point_decode(&p, b));
		if (valid) {
			is_point(b, &p);
			good++;
		}
		b[31] |= 0x80;
		IS(UND_ERR_POINT, und_point_decode(&p, b));
		b[31] &= 0x7f;
		b[0] |= 1;
		IS(UND_ERR_POINT, und_point_decode(&p, b));
	}
	CHECK(good > ROUNDS / 4); /* about every fourth */
}

TEST(a_second_spelling_that_libsodium_takes_is_refused)
{
	struct und_point p;
	uint8_t b[32];
	unsigned taken = 0;

	start(6);
	for (unsigned i = 0; i < ROUNDS; i++) {
		random_point(&p, b);
		b[31] |= 0x80;
		taken += crypto_core_ristretto255_is_valid_point(b) == 1;
		IS(UND_ERR_POINT, und_point_decode(&p, b));
	}
	if (taken > 0)
		printf("# this libsodium takes encodings with bit 255 set\n");
	/* all field elements that are not reduced: p .. 2^255-1, with and without bit 255 */
	for (unsigned low = 0xed; low <= 0xff; low++)
		for (unsigned high = 0x7f; high <= 0xff; high += 0x80) {
			memset(b, 0xff, sizeof b);
			b[0] = (uint8_t)low;
			b[31] = (uint8_t)high;
			IS(UND_ERR_POINT, und_point_decode(&p, b));
		}
}

TEST(the_identity_is_refused_under_its_own_name)
{
	struct und_point p = *und_point_base();
	uint8_t b[32] = { 0 };

	IS(UND_ERR_IDENTITY, und_point_decode(&p, b));
	MEM(und_point_base(), &p, sizeof p);
	b[31] = 0x80;
	IS(UND_ERR_POINT, und_point_decode(&p, b));
	is_point((const uint8_t[32]){ 0 }, &und_point_identity);
	und_point_sub(&p, und_point_base(), und_point_base());
	CHECK(und_point_equal(&p, &und_point_identity) == UINT64_MAX);
	CHECK(und_point_equal(und_point_base(), &und_point_identity) == 0);
	und_point_add(&p, und_point_base(), &und_point_identity);
	CHECK(und_point_equal(&p, und_point_base()) == UINT64_MAX);
}

/* libsodium refuses to output the identity; 0 then */
static void sodium_mul(uint8_t out[32], const uint8_t a[32], const uint8_t p[32])
{
	if (crypto_scalarmult_ristretto255(out, a, p) != 0)
		memset(out, 0, 32);
}

TEST(point_arithmetic_agrees_with_libsodium)
{
	struct und_point p, q, r;
	struct und_scalar a, b;
	uint8_t pb[32], qb[32], ab[32], bb[32], expected[32], other[32];

	start(7);
	for (unsigned i = 0; i < ROUNDS; i++) {
		random_point(&p, pb);
		random_point(&q, qb);
		random_scalar(&a, ab);
		random_scalar(&b, bb);
		if (i < 5) { /* 0, 1, 2, l-1, l-2 */
			memset(ab, 0, 32);
			i < 3 ? (void)(ab[0] = (uint8_t)i) : order_plus(ab, 2 - (int)i);
			OK(und_scalar_decode(&a, ab));
		}
		if (i % 16 == 5) {
			q = p;
			memcpy(qb, pb, 32);
		}
		und_point_add(&r, &p, &q);
		crypto_core_ristretto255_add(expected, pb, qb);
		is_point(expected, &r);
		und_point_sub(&r, &p, &q);
		crypto_core_ristretto255_sub(expected, pb, qb);
		is_point(expected, &r);
		CHECK(und_point_equal(&p, &q) == (memcmp(pb, qb, 32) == 0 ? UINT64_MAX : 0));
		und_point_negate(&r, &p);
		crypto_core_ristretto255_sub(expected, (const uint8_t[32]){ 0 }, pb);
		is_point(expected, &r);
		und_point_mul(&r, &a, &p);
		sodium_mul(expected, ab, pb);
		is_point(expected, &r);
		und_point_mul2(&r, &a, &p, &b, &q);
		sodium_mul(other, bb, qb);
		crypto_core_ristretto255_add(expected, expected, other);
		is_point(expected, &r);
		und_point_mul_base(&r, &a);
		if (crypto_scalarmult_ristretto255_base(expected, ab) != 0)
			memset(expected, 0, 32);
		is_point(expected, &r);
	}
}

TEST(outputs_may_be_inputs)
{
	struct und_point p, q, r, s;
	struct und_scalar a, b;
	uint8_t bytes[32];

	start(8);
	random_point(&p, bytes);
	random_point(&q, bytes);
	random_scalar(&a, bytes);
	random_scalar(&b, bytes);
#define SAME(call_apart, call_in_place)                                                                                \
	do {                                                                                                           \
		call_apart;                                                                                            \
		s = p;                                                                                                 \
		call_in_place;                                                                                         \
		CHECK(und_point_equal(&r, &s) == UINT64_MAX);                                                          \
	} while (0)
	SAME(und_point_add(&r, &p, &q), und_point_add(&s, &s, &q));
	SAME(und_point_add(&r, &q, &p), und_point_add(&s, &q, &s));
	SAME(und_point_add(&r, &p, &p), und_point_add(&s, &s, &s));
	SAME(und_point_sub(&r, &p, &q), und_point_sub(&s, &s, &q));
	SAME(und_point_sub(&r, &q, &p), und_point_sub(&s, &q, &s));
	SAME(und_point_negate(&r, &p), und_point_negate(&s, &s));
	SAME(und_point_mul(&r, &a, &p), und_point_mul(&s, &a, &s));
	SAME(und_point_mul2(&r, &a, &p, &b, &q), und_point_mul2(&s, &a, &s, &b, &q));
	SAME(und_point_mul2(&r, &a, &q, &b, &p), und_point_mul2(&s, &a, &q, &b, &s));
	SAME(und_point_select(&r, &p, &q, UINT64_MAX), und_point_select(&s, &s, &q, UINT64_MAX));
#undef SAME
}

TEST(points_are_chosen_by_mask)
{
	struct und_point p, q, r;
	uint8_t pb[32], qb[32];

	start(9);
	random_point(&p, pb);
	random_point(&q, qb);
	und_point_select(&r, &p, &q, 0);
	is_point(pb, &r);
	und_point_select(&r, &p, &q, UINT64_MAX);
	is_point(qb, &r);
	und_point_wipe(&p);
	for (size_t i = 0; i < sizeof p; i++)
		CHECK(((const uint8_t *)&p)[i] == 0);
}

TEST(uniform_bytes_and_hashes_agree_with_libsodium)
{
	struct und_point p;
	uint8_t wide[64], msg[300], expected[32];

	start(10);
	for (unsigned i = 0; i < ROUNDS; i++) {
		struct und_bytes pieces[2];
		size_t cut = i < 2 ? 0 : tap_below(i);

		tap_random_bytes(wide, sizeof wide);
		crypto_core_ristretto255_from_hash(expected, wide);
		und_point_from_uniform(&p, wide);
		is_point(expected, &p);
		/* however the message is cut into pieces */
		tap_random_bytes(msg, i);
		pieces[0] = und_bytes(msg, cut);
		pieces[1] = und_bytes(msg + cut, i - cut);
		und_expand_message(wide, sizeof wide, "test dst", &(struct und_bytes){ msg, i }, 1);
		crypto_core_ristretto255_from_hash(expected, wide);
		und_hash_to_point(&p, "test dst", pieces, 2);
		is_point(expected, &p);
	}
}
