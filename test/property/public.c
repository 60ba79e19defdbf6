/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* public.c: und_pub_* says what und_scalar_* says: all pairs of some hundred awkward values, and sums of products */
#include "base/base.h"
#include "group/public.h"
#include "tap.h"

/* ---- awkward values: 0, 1, 2^k, 2^k - 1, l - those, halves, and awkward Montgomery forms ---- */

enum { MAX_VALUES = 1100 };

static struct und_scalar values[MAX_VALUES];
static struct und_pub pubs[MAX_VALUES];
static size_t count;

static void add_value(const struct und_scalar *a)
{
	struct und_scalar n;

	if (count + 2 > MAX_VALUES)
		abort();
	und_scalar_negate(&n, a);
	values[count++] = *a;
	values[count++] = n;
}

/* The scalar whose Montgomery form has these limbs. */
static void add_form(uint64_t l0, uint64_t l1, uint64_t l2, uint64_t l3)
{
	const struct und_pub form = { { l0, l1, l2, l3 } };
	struct und_scalar a;

	und_pub_to_scalar(&a, &form);
	add_value(&a);
}

static void make_values(void)
{
	struct und_scalar a, one, b;
	uint8_t half[32] = { 0 };

	if (count > 0)
		return;
	und_scalar_from_u64(&one, 1);
	und_scalar_from_u64(&a, 0);
	add_value(&a);
	a = one;
	for (unsigned k = 0; k < 253; k++) {
		add_value(&a);
		if (k % 3 == 0) {
			und_scalar_sub(&b, &a, &one);
			add_value(&b);
		}
		und_scalar_add(&a, &a, &a);
	}
	tap_hex(half, sizeof half, "f7e97a2e8d31092c6bce7b51ef7c6f0a00000000000000000000000000000008");
	OK(und_scalar_decode(&a, half));
	add_value(&a);
	for (unsigned bit = 0; bit < 252; bit += 7) {
		uint64_t limb[4] = { 0 };

		limb[bit / 64] = UINT64_C(1) << bit % 64;
		add_form(limb[0], limb[1], limb[2], limb[3]);
	}
	/* limbs that are equal, or carry and borrow all the way */
	for (unsigned i = 0; i < 54; i++) {
		const uint64_t low[3] = { 0, 1, UINT64_MAX }, high[2] = { 1, UINT64_MAX >> 4 };

		add_form(low[i % 3], low[i / 3 % 3], low[i / 9 % 3], high[i / 27]);
	}
	add_form(0, 0, 0, UINT64_C(1) << 60);
	add_form(UINT64_C(0x5812631a5cf5d3ec), UINT64_C(0x14def9dea2f79cd6), 0, UINT64_C(1) << 60);
	add_form(UINT64_MAX, 0, UINT64_MAX, 0);
	for (size_t i = 0; i < count; i++)
		und_pub_from_scalar(&pubs[i], &values[i]);
}

static void is_scalar(const struct und_scalar *expected, const struct und_pub *a)
{
	struct und_scalar is;
	uint8_t x[32], y[32];

	und_pub_to_scalar(&is, a);
	und_scalar_encode(x, expected);
	und_scalar_encode(y, &is);
	MEM(x, y, 32);
}

TEST(arithmetic_on_all_pairs)
{
	make_values();
	printf("# %zu values\n", count);
	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k < count; k++) {
			struct und_scalar s;
			struct und_pub p;

			und_scalar_add(&s, &values[i], &values[k]);
			und_pub_add(&p, &pubs[i], &pubs[k]);
			is_scalar(&s, &p);
			und_scalar_sub(&s, &values[i], &values[k]);
			und_pub_sub(&p, &pubs[i], &pubs[k]);
			is_scalar(&s, &p);
			und_scalar_mul(&s, &values[i], &values[k]);
			und_pub_mul(&p, &pubs[i], &pubs[k]);
			is_scalar(&s, &p);
		}
}

TEST(outputs_may_be_inputs)
{
	make_values();
	for (size_t i = 0; i < count; i++) {
		struct und_scalar s;
		struct und_pub p = pubs[i];

		und_scalar_mul(&s, &values[i], &values[i]);
		und_pub_mul(&p, &p, &p);
		is_scalar(&s, &p);
		und_scalar_add(&s, &s, &s);
		und_pub_add(&p, &p, &p);
		is_scalar(&s, &p);
		und_scalar_negate(&s, &s);
		und_pub_negate(&p, &p);
		is_scalar(&s, &p);
		und_pub_sub(&p, &p, &p);
		CHECK(und_pub_is_zero_var(&p));
		CHECK(und_pub_is_zero_var(&pubs[i]) == (und_scalar_is_zero(&values[i]) != 0));
	}
}

TEST(bytes_in_and_out)
{
	struct und_pub p;
	uint8_t bytes[32], back[32];
	uint64_t limbs[4];

	make_values();
	for (size_t i = 0; i < count; i++) {
		struct und_scalar s;

		und_scalar_encode(bytes, &values[i]);
		OK(und_pub_decode_var(&p, bytes));
		MEM(&p, &pubs[i], sizeof p);
		und_pub_encode(back, &p);
		MEM(bytes, back, 32);
		und_pub_to_limbs(limbs, &p);
		for (unsigned k = 0; k < 32; k++)
			CHECK(bytes[k] == (uint8_t)(limbs[k / 8] >> 8 * (k % 8)));
		/* every other 256-bit number near it: the same verdict as the strict decoder's */
		for (unsigned bit = 250; bit < 256; bit++) {
			bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
			p = pubs[i];
			if (und_scalar_decode(&s, bytes) == UND_OK) {
				OK(und_pub_decode_var(&p, bytes));
				is_scalar(&s, &p);
			} else {
				IS(UND_ERR_SCALAR, und_pub_decode_var(&p, bytes));
				MEM(&pubs[i], &p, sizeof p);
			}
			bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
		}
	}
	tap_hex(bytes, sizeof bytes, "edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");
	IS(UND_ERR_SCALAR, und_pub_decode_var(&p, bytes)); /* l */
	bytes[0]++;
	IS(UND_ERR_SCALAR, und_pub_decode_var(&p, bytes));
}

TEST(constants_and_128_bits)
{
	struct und_scalar s;
	struct und_pub p;
	uint8_t le[32] = { 0 };

	tap_seed(1);
	und_scalar_from_u64(&s, 0);
	is_scalar(&s, &und_pub_zero);
	und_scalar_from_u64(&s, 1);
	is_scalar(&s, &und_pub_one);
	for (unsigned i = 0; i < 1000; i++) {
		tap_random_bytes(le, 16);
		if (i < 128)
			memset(le, i < 64 ? 0 : 0xff, 16), le[i % 16] = (uint8_t)(i / 16);
		if (i == 128)
			memset(le, 0xff, 16);
		und_pub_from_u128(&p, le);
		OK(und_scalar_decode(&s, le));
		is_scalar(&s, &p);
	}
}

/* ---- sums of products ---- */

enum { ROWS = 150 };

static void pick(struct und_pub *out)
{
	struct und_scalar a;
	uint8_t wide[64];

	if (tap_below(2) == 0) {
		*out = pubs[tap_below(count)];
		return;
	}
	tap_random_bytes(wide, sizeof wide);
	und_scalar_reduce(&a, wide);
	und_pub_from_scalar(out, &a);
}

/* The largest forms: in them all carries happen. */
static void pick_large(struct und_pub *out)
{
	static const struct und_pub large[4] = {
		{ { UINT64_C(0x5812631a5cf5d3ec), UINT64_C(0x14def9dea2f79cd6), 0, UINT64_C(1) << 60 } },
		{ { 0, 0, 0, UINT64_C(1) << 60 } },
		{ { UINT64_MAX, UINT64_C(0x14def9dea2f79cd5), 0, UINT64_C(1) << 60 } },
		{ { UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX >> 4 } },
	};

	*out = large[tap_below(4)];
}

static void blocks_agree(void (*choose)(struct und_pub *), size_t rows, size_t u_stride, size_t v_stride)
{
	static struct und_pub u[ROWS * 7], v[ROWS * 7];
	struct und_pub_acc acc[4][4] = { 0 }, one_by_one[4][4] = { 0 };
	struct und_pub sum[4][4] = { 0 }, p;

	for (size_t i = 0; i < ROWS * 7; i++) {
		choose(&u[i]);
		choose(&v[i]);
	}
	/* in two calls: sums go on */
	und_pub_acc_4x4(acc, u, u_stride, v, v_stride, rows / 3);
	und_pub_acc_4x4(acc, u + rows / 3 * u_stride, u_stride, v + rows / 3 * v_stride, v_stride, rows - rows / 3);
	for (unsigned i = 0; i < 4; i++)
		for (unsigned j = 0; j < 4; j++) {
			for (size_t s = 0; s < rows; s++) {
				const struct und_pub *a = &u[s * u_stride + i], *b = &v[s * v_stride + j];

				und_pub_acc_mul(&one_by_one[i][j], a, b);
				und_pub_mul(&p, a, b);
				und_pub_add(&sum[i][j], &sum[i][j], &p);
			}
			MEM(&one_by_one[i][j], &acc[i][j], sizeof acc[i][j]);
			und_pub_acc_reduce(&p, &acc[i][j]);
			MEM(&sum[i][j], &p, sizeof p);
		}
}

TEST(blocks_of_sums_of_products)
{
	tap_seed(2);
	make_values();
	for (size_t rows = 0; rows <= 70; rows++) {
		blocks_agree(pick, rows, 4, 4);
		blocks_agree(pick_large, rows, 4, 4);
	}
	for (unsigned i = 0; i < 12; i++) {
		blocks_agree(pick, tap_below(ROWS + 1), 4 + tap_below(4), 4 + tap_below(4));
		blocks_agree(pick_large, ROWS, 4 + tap_below(4), 4 + tap_below(4));
	}
}

/* Any sum that 2^60 products can reach is reduced rightly: T / 2^256 mod l, in Montgomery form. */
TEST(reduction_of_the_largest_sums)
{
	const struct und_pub unit = { { 1, 0, 0, 0 } };
	struct und_scalar inverse, t, high, power;
	struct und_pub p;
	struct und_pub_acc acc;

	tap_seed(3);
	und_pub_to_scalar(&inverse, &unit); /* 2^-256 */
	und_scalar_from_u64(&power, 1);
	for (unsigned i = 0; i < 512; i++)
		und_scalar_add(&power, &power, &power);
	for (unsigned i = 0; i < 20000; i++) {
		uint8_t wide[64];

		tap_random_bytes((uint8_t *)acc.limb, sizeof acc.limb);
		acc.limb[8] &= (UINT64_C(1) << 52) - 1; /* below 2^564 */
		if (i % 4 == 1)
			memset(acc.limb, 0xff, tap_below(9) * 8);
		if (i % 4 == 2)
			memset((uint8_t *)acc.limb + tap_below(9) * 8, 0, 8);
		if (i % 8 == 3) {
			memset(acc.limb, i % 16 == 3 ? 0xff : 0, 64);
			acc.limb[8] = (UINT64_C(1) << 52) - 1;
		}
		for (unsigned k = 0; k < 64; k++)
			wide[k] = (uint8_t)(acc.limb[k / 8] >> 8 * (k % 8));
		und_scalar_reduce(&t, wide);
		und_scalar_from_u64(&high, acc.limb[8]);
		und_scalar_mul(&high, &high, &power);
		und_scalar_add(&t, &t, &high);
		und_scalar_mul(&t, &t, &inverse);
		und_scalar_mul(&t, &t, &inverse);
		und_pub_acc_reduce(&p, &acc);
		is_scalar(&t, &p);
		und_pub_sub(&p, &p, &p); /* reduced: or this would not be 0 in one form */
		CHECK(und_pub_is_zero_var(&p));
	}
}
