/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* group/public.c: Montgomery arithmetic mod l on public scalars, and the lazily reduced sums of products */
#include "group/public.h"

#include "base/base.h"

typedef unsigned __int128 u128;

/*
 * l = 2^252 + c (RFC 9496 §4.4). Its third limb is 0 and its fourth 2^60, so that a product m*l takes two multiplications
 * and a shift.
 */
#define L0 UINT64_C(0x5812631a5cf5d3ed)
#define L1 UINT64_C(0x14def9dea2f79cd6)
#define L2 UINT64_C(0)
#define L3 UINT64_C(0x1000000000000000)
#define L_INVERSE UINT64_C(0xd2b51da312547e1b) /* -1/l mod 2^64 */

const struct und_pub und_pub_zero = { { 0, 0, 0, 0 } };
/* 2^256 mod l */
const struct und_pub und_pub_one = { { UINT64_C(0xd6ec31748d98951d), UINT64_C(0xc6ef5bf4737dcf70), UINT64_C(0xfffffffffffffffe),
	                               UINT64_C(0x0fffffffffffffff) } };
/* 2^512 mod l: a product with it turns an integer into Montgomery form */
static const struct und_pub to_montgomery = { { UINT64_C(0xa40611e3449c0f01), UINT64_C(0xd00e1ba768859347),
	                                        UINT64_C(0xceec73d217f5be65), UINT64_C(0x0399411b7c309a3d) } };

/* ---- four limbs ---- */

/* out = a - b; the borrow (0 or 1) is returned */
static inline uint64_t limbs_sub(uint64_t out[4], const uint64_t a[4], uint64_t b0, uint64_t b1, uint64_t b2, uint64_t b3)
{
	u128 d;

	d = (u128)a[0] - b0;
	out[0] = (uint64_t)d;
	d = (u128)a[1] - b1 - (uint64_t)(d >> 127);
	out[1] = (uint64_t)d;
	d = (u128)a[2] - b2 - (uint64_t)(d >> 127);
	out[2] = (uint64_t)d;
	d = (u128)a[3] - b3 - (uint64_t)(d >> 127);
	out[3] = (uint64_t)d;
	return (uint64_t)(d >> 127);
}

/* a += l & mask, the carry dropped */
static inline void limbs_add_l(uint64_t a[4], uint64_t mask)
{
	u128 s;

	s = (u128)a[0] + (L0 & mask);
	a[0] = (uint64_t)s;
	s = (s >> 64) + a[1] + (L1 & mask);
	a[1] = (uint64_t)s;
	s = (s >> 64) + a[2];
	a[2] = (uint64_t)s;
	a[3] += (uint64_t)(s >> 64) + (L3 & mask);
}

/* a mod l for a < 2l */
static inline void limbs_reduce_once(uint64_t a[4])
{
	uint64_t borrow = limbs_sub(a, a, L0, L1, L2, L3);

	limbs_add_l(a, UINT64_C(0) - borrow);
}

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

/* One step of Montgomery's reduction: t += m*l with m such that t[0] becomes 0; then t >>= 64. Five limbs of t in, four out. */
static inline void montgomery_step(uint64_t t[5])
{
	uint64_t m = t[0] * L_INVERSE;
	u128 s;

	s = (u128)m * L0 + t[0];
	s = (s >> 64) + (u128)m * L1 + t[1];
	t[0] = (uint64_t)s;
	s = (s >> 64) + t[2];
	t[1] = (uint64_t)s;
	s = (s >> 64) + t[3] + (m << 60);
	t[2] = (uint64_t)s;
	s = (s >> 64) + t[4] + (m >> 4);
	t[3] = (uint64_t)s;
	t[4] = (uint64_t)(s >> 64);
}

/* t += a * b, five limbs */
static inline void add_row(uint64_t t[5], const uint64_t a[4], uint64_t b)
{
	u128 s;

	s = (u128)a[0] * b + t[0];
	t[0] = (uint64_t)s;
	s = (s >> 64) + (u128)a[1] * b + t[1];
	t[1] = (uint64_t)s;
	s = (s >> 64) + (u128)a[2] * b + t[2];
	t[2] = (uint64_t)s;
	s = (s >> 64) + (u128)a[3] * b + t[3];
	t[3] = (uint64_t)s;
	t[4] = (uint64_t)(s >> 64);
}

/* a*b / 2^256 mod l, for a < 2^256 and b < l: then the sum below is < 2l */
static inline void montgomery_mul(uint64_t out[4], const uint64_t a[4], const uint64_t b[4])
{
	uint64_t t[5] = { 0 };

	for (unsigned i = 0; i < 4; i++) {
		add_row(t, a, b[i]);
		montgomery_step(t);
	}
	limbs_reduce_once(t);
	memcpy(out, t, 4 * sizeof t[0]);
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
	if (limbs_sub(d, a, L0, L1, L2, L3) == 0)
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
	u128 s;

	s = (u128)a->limb[0] + b->limb[0];
	out->limb[0] = (uint64_t)s;
	s = (s >> 64) + a->limb[1] + b->limb[1];
	out->limb[1] = (uint64_t)s;
	s = (s >> 64) + a->limb[2] + b->limb[2];
	out->limb[2] = (uint64_t)s;
	out->limb[3] = a->limb[3] + b->limb[3] + (uint64_t)(s >> 64);
	limbs_reduce_once(out->limb);
}

void und_pub_sub(struct und_pub *out, const struct und_pub *a, const struct und_pub *b)
{
	uint64_t borrow = limbs_sub(out->limb, a->limb, b->limb[0], b->limb[1], b->limb[2], b->limb[3]);

	limbs_add_l(out->limb, UINT64_C(0) - borrow);
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

/* ---- sums of products, reduced once ---- */

void und_pub_acc_mul(struct und_pub_acc *acc, const struct und_pub *a, const struct und_pub *b)
{
	uint64_t t[8] = { 0 };
	u128 s = 0;

	for (unsigned i = 0; i < 4; i++)
		add_row(t + i, a->limb, b->limb[i]);
	for (unsigned i = 0; i < 8; i++) {
		s = (s >> 64) + acc->limb[i] + t[i];
		acc->limb[i] = (uint64_t)s;
	}
	acc->limb[8] += (uint64_t)(s >> 64);
}

void und_pub_acc_4x4(struct und_pub_acc acc[4][4], const struct und_pub *u, size_t u_stride, const struct und_pub *v, size_t v_stride,
                     size_t count)
{
	for (size_t s = 0; s < count; s++)
		for (unsigned i = 0; i < 4; i++)
			for (unsigned j = 0; j < 4; j++)
				und_pub_acc_mul(&acc[i][j], &u[s * u_stride + i], &v[s * v_stride + j]);
}

/*
 * A sum T of at most 2^60 products is below 2^565. Montgomery's four steps leave V = (T + m*l) / 2^256 < 2^309, the same as
 * r + h*2^252 with h < 2^57, and r - h*c is the same mod l, for l = 2^252 + c.
 */
void und_pub_acc_reduce(struct und_pub *out, const struct und_pub_acc *acc)
{
	uint64_t t[9], r[4], h;
	u128 s, p0, p1;

	memcpy(t, acc->limb, sizeof t);
	for (unsigned i = 0; i < 4; i++) {
		uint64_t carry;

		montgomery_step(t + i);
		/* the step has moved limbs i+1 .. i+4 down by one; move them back, and its carry on */
		carry = t[i + 4];
		memmove(t + i + 1, t + i, 4 * sizeof t[0]);
		for (unsigned k = i + 5; carry != 0 && k < 9; k++) {
			t[k] += carry;
			carry = t[k] < carry;
		}
	}
	h = t[7] >> 60 | t[8] << 4;
	r[0] = t[4];
	r[1] = t[5];
	r[2] = t[6];
	r[3] = t[7] & (L3 - 1);
	p0 = (u128)h * L0;
	p1 = (u128)h * L1 + (uint64_t)(p0 >> 64);
	s = limbs_sub(out->limb, r, (uint64_t)p0, (uint64_t)p1, (uint64_t)(p1 >> 64), 0);
	limbs_add_l(out->limb, UINT64_C(0) - (uint64_t)s);
}
