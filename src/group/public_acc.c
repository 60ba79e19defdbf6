/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* group/public_acc.c: lazily reduced sums of products, what protocol.md calls the matrix product */
#include "base/base.h"
#include "group/public.h"
#include "group/public_limbs.h"

void und_pub_acc_mul(struct und_pub_acc *acc, const struct und_pub *a, const struct und_pub *b)
{
	uint64_t t[8] = { 0 }, carry = 0;

	und_add_row(t, a->limb, b->limb[0]);
	und_add_row(t + 1, a->limb, b->limb[1]);
	und_add_row(t + 2, a->limb, b->limb[2]);
	und_add_row(t + 3, a->limb, b->limb[3]);
	for (unsigned i = 0; i < 8; i++)
		acc->limb[i] = und_add_carry(acc->limb[i], t[i], &carry);
	acc->limb[8] += carry;
}

/*
 * ---- the 4x4 block: Karatsuba's trick twice, undone once for many products ----
 *
 * a < l is cut in four: a = q0 + q1 B + q2 B^2 + q3 B^3, B = 2^63; q3 <= 2^63, and if it is 2^63 then q2 = 0 and q1 < 2^62, so that
 * every sum below fits in 64 bits. With a' the other factor,
 *   low  = q0 q0', q1 q1', (q0+q1)(q0'+q1'),   high = q2 q2', q3 q3', (q2+q3)(q2'+q3'),
 *   middle = m0 m0', m0 m1' + m1 m0', m1 m1'   with m0 = q0+q2, m1 = q1+q3
 * are linear in a a', so that sums over many products may be collected of each; ten multiplications instead of sixteen, no carry
 * from one column to the next, and three accumulators at a time, which fit in the registers of every 64-bit machine.
 */

enum { CHUNK = 32, WIDE = 8 }; /* rows at a time: both factors' forms stay in the first-level cache */

struct wide {
	uint64_t q[WIDE]; /* q0, q1, q0+q1, q2, q3, q2+q3, m0, m1 */
};

struct column {
	und_u128 sum;
	uint64_t over; /* times 2^128 */
};

static inline void widen(struct wide *out, const struct und_pub *a)
{
	const uint64_t mask = UINT64_MAX >> 1;
	uint64_t q0 = a->limb[0] & mask;
	uint64_t q1 = (a->limb[0] >> 63 | a->limb[1] << 1) & mask;
	uint64_t q2 = (a->limb[1] >> 62 | a->limb[2] << 2) & mask;
	uint64_t q3 = a->limb[2] >> 61 | a->limb[3] << 3;

	*out = (struct wide){ { q0, q1, q0 + q1, q2, q3, q2 + q3, q0 + q2, q1 + q3 } };
}

#define COLLECT(c, over, x, y)                                                                                         \
	do {                                                                                                           \
		und_u128 p_ = (und_u128)(x) * (y);                                                                     \
		(c) += p_;                                                                                             \
		(over) += (c) < p_;                                                                                    \
	} while (0)

/* sums[0..2] += u[0] v[0], u[1] v[1], u[2] v[2], of every fourth element */
static void collect_outer(struct column sums[3], const uint64_t *u, const uint64_t *v, size_t count)
{
	und_u128 a = sums[0].sum, b = sums[1].sum, c = sums[2].sum;
	uint64_t a2 = 0, b2 = 0, c2 = 0;

	for (size_t s = 0; s < count; s++) {
		COLLECT(a, a2, u[0], v[0]);
		COLLECT(b, b2, u[1], v[1]);
		COLLECT(c, c2, u[2], v[2]);
		u += 4 * WIDE;
		v += 4 * WIDE;
	}
	sums[0] = (struct column){ a, sums[0].over + a2 };
	sums[1] = (struct column){ b, sums[1].over + b2 };
	sums[2] = (struct column){ c, sums[2].over + c2 };
}

/* sums[0..2] += u[0] v[0], u[0] v[1] + u[1] v[0], u[1] v[1], of every fourth element */
static void collect_middle(struct column sums[3], const uint64_t *u, const uint64_t *v, size_t count)
{
	und_u128 a = sums[0].sum, b = sums[1].sum, c = sums[2].sum;
	uint64_t a2 = 0, b2 = 0, c2 = 0;

	for (size_t s = 0; s < count; s++) {
		COLLECT(a, a2, u[0], v[0]);
		COLLECT(b, b2, u[0], v[1]);
		COLLECT(b, b2, u[1], v[0]);
		COLLECT(c, c2, u[1], v[1]);
		u += 4 * WIDE;
		v += 4 * WIDE;
	}
	sums[0] = (struct column){ a, sums[0].over + a2 };
	sums[1] = (struct column){ b, sums[1].over + b2 };
	sums[2] = (struct column){ c, sums[2].over + c2 };
}

/* a -= b, mod 2^192 */
static inline void column_sub(struct column *a, const struct column *b)
{
	a->over -= b->over + (a->sum < b->sum);
	a->sum -= b->sum;
}

static inline void column_add(struct column *a, const struct column *b)
{
	a->sum += b->sum;
	a->over += b->over + (a->sum < b->sum);
}

/* acc += c * 2^(63 k): inlined with a constant k, a chain of additions */
static inline __attribute__((always_inline)) void acc_add_column(struct und_pub_acc *acc, const struct column *c, unsigned k)
{
	const unsigned limb = 63 * k / 64, shift = 63 * k % 64;
	const uint64_t c0 = (uint64_t)c->sum, c1 = (uint64_t)(c->sum >> 64), c2 = c->over;
	uint64_t carry = 0;

	acc->limb[limb] = und_add_carry(acc->limb[limb], c0 << shift, &carry);
	acc->limb[limb + 1] = und_add_carry(acc->limb[limb + 1], c1 << shift | c0 >> 1 >> (63 - shift), &carry);
	acc->limb[limb + 2] = und_add_carry(acc->limb[limb + 2], c2 << shift | c1 >> 1 >> (63 - shift), &carry);
	acc->limb[limb + 3] = und_add_carry(acc->limb[limb + 3], c2 >> 1 >> (63 - shift), &carry);
#pragma GCC unroll 8
	for (unsigned i = limb + 4; i < 9; i++)
		acc->limb[i] = und_add_carry(acc->limb[i], 0, &carry);
}

/* Undoes the trick: from the nine sums (low, high, middle) the seven coefficients of B^k, none negative. */
static void acc_join(struct und_pub_acc *acc, struct column sums[9])
{
	struct column *low = sums, *high = sums + 3, *middle = sums + 6;

	/* the mixed terms of low and high; they stand at index 2, in middle at 1 */
	column_sub(&low[2], &low[0]);
	column_sub(&low[2], &low[1]);
	column_sub(&high[2], &high[0]);
	column_sub(&high[2], &high[1]);
	/* middle - low - high */
	column_sub(&middle[0], &low[0]);
	column_sub(&middle[0], &high[0]);
	column_sub(&middle[1], &low[2]);
	column_sub(&middle[1], &high[2]);
	column_sub(&middle[2], &low[1]);
	column_sub(&middle[2], &high[1]);
	/* where low and high reach into middle's powers */
	column_add(&middle[0], &low[1]);
	column_add(&middle[2], &high[0]);
	acc_add_column(acc, &low[0], 0);
	acc_add_column(acc, &low[2], 1);
	acc_add_column(acc, &middle[0], 2);
	acc_add_column(acc, &middle[1], 3);
	acc_add_column(acc, &middle[2], 4);
	acc_add_column(acc, &high[2], 5);
	acc_add_column(acc, &high[1], 6);
}

static void acc_chunk(struct column sums[4][4][9], const struct und_pub *u, size_t u_stride, const struct und_pub *v, size_t v_stride,
                      size_t count)
{
	struct wide uw[CHUNK][4], vw[CHUNK][4];

	for (size_t s = 0; s < count; s++)
		for (unsigned i = 0; i < 4; i++) {
			widen(&uw[s][i], &u[s * u_stride + i]);
			widen(&vw[s][i], &v[s * v_stride + i]);
		}
	for (unsigned i = 0; i < 4; i++)
		for (unsigned j = 0; j < 4; j++) {
			collect_outer(sums[i][j], uw[0][i].q, vw[0][j].q, count);
			collect_outer(sums[i][j] + 3, uw[0][i].q + 3, vw[0][j].q + 3, count);
			collect_middle(sums[i][j] + 6, uw[0][i].q + 6, vw[0][j].q + 6, count);
		}
}

void und_pub_acc_4x4(struct und_pub_acc acc[4][4], const struct und_pub *u, size_t u_stride, const struct und_pub *v, size_t v_stride,
                     size_t count)
{
	struct column sums[4][4][9] = { 0 };

	while (count > 0) {
		size_t now = count < CHUNK ? count : CHUNK;

		acc_chunk(sums, u, u_stride, v, v_stride, now);
		u += now * u_stride;
		v += now * v_stride;
		count -= now;
	}
	for (unsigned i = 0; i < 4; i++)
		for (unsigned j = 0; j < 4; j++)
			acc_join(&acc[i][j], sums[i][j]);
}

/*
 * A sum T = high*2^256 + low of at most 2^60 products is below 2^565. Montgomery's four steps turn low into x = (low + m*l) / 2^256 <= l,
 * and T / 2^256 is high + x < 2^310 mod l. Written as r + h*2^252, h < 2^58, it is the same as r - h*c mod l = 2^252 + c.
 */
void und_pub_acc_reduce(struct und_pub *out, const struct und_pub_acc *acc)
{
	uint64_t x[5] = { acc->limb[0], acc->limb[1], acc->limb[2], acc->limb[3], 0 };
	uint64_t h, carry = 0;
	und_u128 p0, p1;

	und_montgomery_step(x);
	und_montgomery_step(x);
	und_montgomery_step(x);
	und_montgomery_step(x);
	for (unsigned i = 0; i < 5; i++)
		x[i] = und_add_carry(x[i], acc->limb[i + 4], &carry);
	h = x[3] >> 60 | x[4] << 4;
	x[3] &= UND_L3 - 1;
	p0 = (und_u128)h * UND_L0;
	p1 = (und_u128)h * UND_L1 + (uint64_t)(p0 >> 64);
	h = und_limbs_sub(out->limb, x, (uint64_t)p0, (uint64_t)p1, (uint64_t)(p1 >> 64), 0);
	und_limbs_add_l(out->limb, UINT64_C(0) - h);
}
