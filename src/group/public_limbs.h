/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* group/public_limbs.h: four-limb arithmetic mod l, shared by the files that make public.h; only for the files of group/ */
#ifndef UND_GROUP_PUBLIC_LIMBS_H
#define UND_GROUP_PUBLIC_LIMBS_H

#include <stdint.h>

typedef unsigned __int128 und_u128;

/*
 * l = 2^252 + c (RFC 9496 §4.4). Its third limb is 0 and its fourth 2^60, so that a product m*l takes two multiplications
 * and a shift.
 */
#define UND_L0 UINT64_C(0x5812631a5cf5d3ed)
#define UND_L1 UINT64_C(0x14def9dea2f79cd6)
#define UND_L2 UINT64_C(0)
#define UND_L3 UINT64_C(0x1000000000000000)
#define UND_L_INVERSE UINT64_C(0xd2b51da312547e1b) /* -1/l mod 2^64 */

/* Low word of a*b + t + *carry, which never overflows 128 bits; the high word becomes *carry. */
static inline uint64_t und_mul_add(uint64_t a, uint64_t b, uint64_t t, uint64_t *carry)
{
	und_u128 s = (und_u128)a * b + t;

	s += *carry;
	*carry = (uint64_t)(s >> 64);
	return (uint64_t)s;
}

static inline uint64_t und_add_carry(uint64_t a, uint64_t b, uint64_t *carry)
{
	und_u128 s = (und_u128)a + b + *carry;

	*carry = (uint64_t)(s >> 64);
	return (uint64_t)s;
}

static inline uint64_t und_sub_borrow(uint64_t a, uint64_t b, uint64_t *borrow)
{
	uint64_t d, one, two;

	one = __builtin_sub_overflow(a, b, &d);
	two = __builtin_sub_overflow(d, *borrow, &d);
	*borrow = one | two;
	return d;
}

/* out = a - b; the borrow (0 or 1) is returned */
static inline uint64_t und_limbs_sub(uint64_t out[4], const uint64_t a[4], uint64_t b0, uint64_t b1, uint64_t b2, uint64_t b3)
{
	uint64_t borrow = 0;

	out[0] = und_sub_borrow(a[0], b0, &borrow);
	out[1] = und_sub_borrow(a[1], b1, &borrow);
	out[2] = und_sub_borrow(a[2], b2, &borrow);
	out[3] = und_sub_borrow(a[3], b3, &borrow);
	return borrow;
}

/* a += l & mask, the carry dropped */
static inline void und_limbs_add_l(uint64_t a[4], uint64_t mask)
{
	uint64_t carry = 0;

	a[0] = und_add_carry(a[0], UND_L0 & mask, &carry);
	a[1] = und_add_carry(a[1], UND_L1 & mask, &carry);
	a[2] = und_add_carry(a[2], UND_L2, &carry);
	a[3] += carry + (UND_L3 & mask);
}

/* out = a mod l for a < 2l */
static inline void und_limbs_reduce_once(uint64_t out[4], const uint64_t a[4])
{
	uint64_t d[4], keep = UINT64_C(0) - und_limbs_sub(d, a, UND_L0, UND_L1, UND_L2, UND_L3);

	out[0] = (a[0] & keep) | (d[0] & ~keep);
	out[1] = (a[1] & keep) | (d[1] & ~keep);
	out[2] = (a[2] & keep) | (d[2] & ~keep);
	out[3] = (a[3] & keep) | (d[3] & ~keep);
}

/* One step of Montgomery's reduction: t = (t + m*l) / 2^64, with m such that nothing is lost. Five limbs in; four out, as t stays small. */
static inline void und_montgomery_step(uint64_t t[5])
{
	uint64_t m = t[0] * UND_L_INVERSE, carry = 0;
	und_u128 top = ((und_u128)(t[4] + (m >> 4)) << 64 | t[3]) + (m << 60);

	(void)und_mul_add(m, UND_L0, t[0], &carry);
	t[0] = und_mul_add(m, UND_L1, t[1], &carry);
	t[1] = t[2] + carry;
	top += t[1] < carry;
	t[2] = (uint64_t)top;
	t[3] = (uint64_t)(top >> 64);
}

/* t += a*b: four limbs in, five out */
static inline void und_add_row(uint64_t t[5], const uint64_t a[4], uint64_t b)
{
	uint64_t carry = 0;

	t[0] = und_mul_add(a[0], b, t[0], &carry);
	t[1] = und_mul_add(a[1], b, t[1], &carry);
	t[2] = und_mul_add(a[2], b, t[2], &carry);
	t[3] = und_mul_add(a[3], b, t[3], &carry);
	t[4] = carry;
}

#endif
