/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* group/group.c: scalars and points over libdecaf's ristretto255; strict decoding */
#include "group/group.h"

#include "base/base.h"
#include "base/secret.h"
#include "group/decaf.h"

/* decaf_bool_t is all-ones or zero, but as wide as a machine word */
static uint64_t mask64(decaf_bool_t b)
{
	return UINT64_C(0) - (uint64_t)(b & 1);
}

/* ---- scalars ---- */

enum und_err und_scalar_decode(struct und_scalar *out, const uint8_t in[32])
{
	struct und_scalar a;
	decaf_error_t r = decaf_255_scalar_decode(und_own_scalar(&a), in);

	/* the verdict is what the caller learns */
	und_declassify(&r, sizeof r);
	if (r == DECAF_SUCCESS)
		*out = a;
	und_wipe(&a, sizeof a);
	return r == DECAF_SUCCESS ? UND_OK : UND_ERR_SCALAR;
}

void und_scalar_encode(uint8_t out[32], const struct und_scalar *a)
{
	decaf_255_scalar_encode(out, und_see_scalar(a));
}

void und_scalar_reduce(struct und_scalar *out, const uint8_t in[64])
{
	decaf_255_scalar_decode_long(und_own_scalar(out), in, 64);
}

void und_scalar_from_u64(struct und_scalar *out, uint64_t v)
{
	decaf_255_scalar_set_unsigned(und_own_scalar(out), v);
}

void und_scalar_add(struct und_scalar *out, const struct und_scalar *a, const struct und_scalar *b)
{
	decaf_255_scalar_add(und_own_scalar(out), und_see_scalar(a), und_see_scalar(b));
}

void und_scalar_sub(struct und_scalar *out, const struct und_scalar *a, const struct und_scalar *b)
{
	decaf_255_scalar_sub(und_own_scalar(out), und_see_scalar(a), und_see_scalar(b));
}

void und_scalar_mul(struct und_scalar *out, const struct und_scalar *a, const struct und_scalar *b)
{
	decaf_255_scalar_mul(und_own_scalar(out), und_see_scalar(a), und_see_scalar(b));
}

void und_scalar_negate(struct und_scalar *out, const struct und_scalar *a)
{
	decaf_255_scalar_sub(und_own_scalar(out), decaf_255_scalar_zero, und_see_scalar(a));
}

uint64_t und_scalar_is_zero(const struct und_scalar *a)
{
	return mask64(decaf_255_scalar_eq(und_see_scalar(a), decaf_255_scalar_zero));
}

void und_scalar_select(struct und_scalar *out, const struct und_scalar *if_zero, const struct und_scalar *if_ones, uint64_t mask)
{
	for (size_t i = 0; i < UND_COUNT_OF(out->limb); i++)
		out->limb[i] = (if_zero->limb[i] & ~mask) | (if_ones->limb[i] & mask);
}

void und_scalar_wipe(struct und_scalar *a)
{
	und_wipe(a, sizeof *a);
}

/* ---- points ---- */

/* x = t = 0, y = z = 1 in libdecaf's extended coordinates of 64 bytes each; test/unit/group.c holds it against G - G */
const struct und_point und_point_identity = { .limb = { [8] = 1, [16] = 1 } };

const struct und_point *und_point_base(void)
{
	return (const struct und_point *)decaf_255_point_base;
}

/* All-ones iff in is an even integer < p = 2^255-19 (RFC 9496 §4.3.1, step 1), and bit 255 is clear. */
static uint64_t is_canonical(const uint8_t in[32])
{
	uint32_t borrow = 0;

	for (size_t i = 0; i < 32; i++) {
		uint32_t p = i == 0 ? 0xed : i == 31 ? 0x7f : 0xff;

		borrow = ((uint32_t)in[i] - p - borrow) >> 31;
	}
	return UINT64_C(0) - (uint64_t)(borrow & ~(uint32_t)in[0] & 1);
}

enum und_err und_point_decode(struct und_point *out, const uint8_t in[32])
{
	struct und_point p;
	uint64_t good, zero;
	uint32_t any = 0;

	for (size_t i = 0; i < 32; i++)
		any |= in[i];
	zero = UINT64_C(0) - (uint64_t)((any - 1) >> 31);
	good = UINT64_C(0) - (uint64_t)(decaf_255_point_decode(und_own_point(&p), in, DECAF_FALSE) == DECAF_SUCCESS);
	/* not left to the library, as some take bit 255 for nothing */
	good &= is_canonical(in);
	/* the verdict is what the caller learns */
	und_declassify(&good, sizeof good);
	und_declassify(&zero, sizeof zero);
	if (good != 0)
		*out = p;
	und_wipe(&p, sizeof p);
	return good != 0 ? UND_OK : zero != 0 ? UND_ERR_IDENTITY : UND_ERR_POINT;
}

void und_point_encode(uint8_t out[32], const struct und_point *p)
{
	decaf_255_point_encode(out, und_see_point(p));
}

void und_point_add(struct und_point *out, const struct und_point *p, const struct und_point *q)
{
	decaf_255_point_add(und_own_point(out), und_see_point(p), und_see_point(q));
}

void und_point_sub(struct und_point *out, const struct und_point *p, const struct und_point *q)
{
	decaf_255_point_sub(und_own_point(out), und_see_point(p), und_see_point(q));
}

void und_point_negate(struct und_point *out, const struct und_point *p)
{
	decaf_255_point_negate(und_own_point(out), und_see_point(p));
}

uint64_t und_point_equal(const struct und_point *p, const struct und_point *q)
{
	return mask64(decaf_255_point_eq(und_see_point(p), und_see_point(q)));
}

void und_point_select(struct und_point *out, const struct und_point *if_zero, const struct und_point *if_ones, uint64_t mask)
{
	for (size_t i = 0; i < UND_COUNT_OF(out->limb); i++)
		out->limb[i] = (if_zero->limb[i] & ~mask) | (if_ones->limb[i] & mask);
}

void und_point_mul(struct und_point *out, const struct und_scalar *a, const struct und_point *p)
{
	decaf_255_point_scalarmul(und_own_point(out), und_see_point(p), und_see_scalar(a));
}

void und_point_mul_base(struct und_point *out, const struct und_scalar *a)
{
	decaf_255_precomputed_scalarmul(und_own_point(out), decaf_255_precomputed_base, und_see_scalar(a));
}

void und_point_mul2(struct und_point *out, const struct und_scalar *a, const struct und_point *p, const struct und_scalar *b,
                    const struct und_point *q)
{
	decaf_255_point_double_scalarmul(und_own_point(out), und_see_point(p), und_see_scalar(a), und_see_point(q), und_see_scalar(b));
}

void und_point_wipe(struct und_point *p)
{
	und_wipe(p, sizeof *p);
}
