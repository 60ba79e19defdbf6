/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* group/public.h: fast arithmetic on public scalars, in Montgomery form. Everything here is variable time or may become so: never a secret */
#ifndef UND_GROUP_PUBLIC_H
#define UND_GROUP_PUBLIC_H

#include "group/group.h"

/* a*2^256 mod l, fully reduced, four limbs little-endian. */
struct und_pub {
	uint64_t limb[4];
};

extern const struct und_pub und_pub_zero, und_pub_one;

void und_pub_from_scalar(struct und_pub *out, const struct und_scalar *a);
void und_pub_to_scalar(struct und_scalar *out, const struct und_pub *a);
void und_pub_from_u128(struct und_pub *out, const uint8_t le[16]); /* batch weights */
UND_MUST_USE enum und_err und_pub_decode_var(struct und_pub *out, const uint8_t in[32]); /* UND_ERR_SCALAR */
void und_pub_encode(uint8_t out[32], const struct und_pub *a);
void und_pub_to_limbs(uint64_t out[4], const struct und_pub *a); /* the integer < l, little-endian */
void und_pub_add(struct und_pub *out, const struct und_pub *a, const struct und_pub *b);
void und_pub_sub(struct und_pub *out, const struct und_pub *a, const struct und_pub *b);
void und_pub_negate(struct und_pub *out, const struct und_pub *a);
void und_pub_mul(struct und_pub *out, const struct und_pub *a, const struct und_pub *b);
bool und_pub_is_zero_var(const struct und_pub *a);

/*
 * Lazily reduced sums of products: acc collects a*b as a double-width integer (576 bits: 2^60 products fit), reduced once by
 * und_pub_acc_reduce. What protocol.md calls the matrix product. Start with zeros.
 */
struct und_pub_acc {
	uint64_t limb[9];
};
/*
 * acc[i][j] += sum over s of u[s*u_stride + i] * v[s*v_stride + j], i < 4, j < 4. About a third of und_pub_mul a product, twice that where
 * count is ten: prefer one call with a large count.
 */
void und_pub_acc_4x4(struct und_pub_acc acc[4][4], const struct und_pub *u, size_t u_stride, const struct und_pub *v, size_t v_stride,
                     size_t count);
void und_pub_acc_mul(struct und_pub_acc *acc, const struct und_pub *a, const struct und_pub *b);
void und_pub_acc_reduce(struct und_pub *out, const struct und_pub_acc *acc);

#endif
