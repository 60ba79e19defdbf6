/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* group/public.c: Montgomery arithmetic mod l on public scalars */
#include "group/public.h"

#include "base/base.h"
#include "group/public_limbs.h"

const struct und_pub und_pub_zero = { { 0, 0, 0, 0 } };
/* 2^256 mod l */
const struct und_pub und_pub_one = { { UINT64_C(0xd6ec31748d98951d), UINT64_C(0xc6ef5bf4737dcf70), UINT64_C(0xfffffffffffffffe),
	                               UINT64_C(0x0fffffffffffffff) } };
/* 2^512 mod l: a product with it turns an integer into Montgomery form */
static const struct und_pub to_montgomery = { { UINT64_C(0xa40611e3449c0f01), UINT64_C(0xd00e1ba768859347),
	                                        UINT64_C(0xceec73d217f5be65), UINT64_C(0x0399411b7c309a3d) } };

static inline uint64_t load_u64le(const uint8_t *in)
{
	uint64_t v = 0;

	for (unsigned i = 0; i < 8; i++)
		v |= (uint64_t)in[i] << (8 * i);
	return v;
}

static inline void store_u64le(uint8_t *out, uint64_t v)
{
	for (unsigned i = 0; i < 8; i++)
		out[i] = (uint8_t)(v >> (8 * i));
}

/* a*b / 2^256 mod l, for a, b < l: t stays < 2l, in four limbs */
static inline void montgomery_mul(uint64_t out[4], const uint64_t a[4], const uint64_t b[4])
{
	uint64_t t[5] = { 0 };

	und_add_row(t, a, b[0]);
	und_montgomery_step(t);
	und_add_row(t, a, b[1]);
	und_montgomery_step(t);
	und_add_row(t, a, b[2]);
	und_montgomery_step(t);
	und_add_row(t, a, b[3]);
	und_montgomery_step(t);
	und_limbs_reduce_once(out, t);
}

/* ---- in and out ---- */

void und_pub_from_scalar(struct und_pub *out, const struct und_scalar *a)
{
	uint8_t bytes[32];
	enum und_err e;

	und_scalar_encode(bytes, a);
	e = und_pub_decode_var(out, bytes);
	und_bug_if(e != UND_OK);
}

void und_pub_to_scalar(struct und_scalar *out, const struct und_pub *a)
{
	uint8_t bytes[32];
	enum und_err e;

	und_pub_encode(bytes, a);
	e = und_scalar_decode(out, bytes);
	und_bug_if(e != UND_OK);
}

void und_pub_from_u128(struct und_pub *out, const uint8_t le[16])
{
	uint64_t a[4] = { load_u64le(le), load_u64le(le + 8), 0, 0 };

	montgomery_mul(out->limb, a, to_montgomery.limb);
}

enum und_err und_pub_decode_var(struct und_pub *out, const uint8_t in[32])
{
	uint64_t a[4], d[4];

	for (unsigned i = 0; i < 4; i++)
		a[i] = load_u64le(in + 8 * i);
	if (und_limbs_sub(d, a, UND_L0, UND_L1, UND_L2, UND_L3) == 0)
		return UND_ERR_SCALAR;
	montgomery_mul(out->limb, a, to_montgomery.limb);
	return UND_OK;
}

void und_pub_to_limbs(uint64_t out[4], const struct und_pub *a)
{
	static const uint64_t one[4] = { 1, 0, 0, 0 };

	montgomery_mul(out, a->limb, one);
}

void und_pub_encode(uint8_t out[32], const struct und_pub *a)
{
	uint64_t r[4];

	und_pub_to_limbs(r, a);
	for (unsigned i = 0; i < 4; i++)
		store_u64le(out + 8 * i, r[i]);
}

/* ---- sums and products ---- */

void und_pub_add(struct und_pub *out, const struct und_pub *a, const struct und_pub *b)
{
	uint64_t t[4], carry = 0;

	t[0] = und_add_carry(a->limb[0], b->limb[0], &carry);
	t[1] = und_add_carry(a->limb[1], b->limb[1], &carry);
	t[2] = und_add_carry(a->limb[2], b->limb[2], &carry);
	t[3] = a->limb[3] + b->limb[3] + carry;
	und_limbs_reduce_once(out->limb, t);
}

void und_pub_sub(struct und_pub *out, const struct und_pub *a, const struct und_pub *b)
{
	uint64_t borrow = und_limbs_sub(out->limb, a->limb, b->limb[0], b->limb[1], b->limb[2], b->limb[3]);

	und_limbs_add_l(out->limb, UINT64_C(0) - borrow);
}

void und_pub_negate(struct und_pub *out, const struct und_pub *a)
{
	und_pub_sub(out, &und_pub_zero, a);
}

void und_pub_mul(struct und_pub *out, const struct und_pub *a, const struct und_pub *b)
{
	montgomery_mul(out->limb, a->limb, b->limb);
}

bool und_pub_is_zero_var(const struct und_pub *a)
{
	return (a->limb[0] | a->limb[1] | a->limb[2] | a->limb[3]) == 0;
}
