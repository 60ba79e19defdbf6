/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* group/group.h: ristretto255 (RFC 9496) and its scalars; the only place behind which libdecaf stands */
#ifndef UND_GROUP_GROUP_H
#define UND_GROUP_GROUP_H

#include <stdbool.h>
#include <stdint.h>

#include "undersigned.h"

/* Opaque; sizes and alignment are asserted against libdecaf's in group.c. Copy with '='. */
struct und_scalar {
	uint64_t limb[4];
};
struct und_point {
	_Alignas(32) uint64_t limb[32];
};

/*
 * All calls are constant-time in their arguments, but for what their names mark _var and for the one bit that a decoder returns.
 * Hashing to a point is not in its message (libdecaf's map checks itself): it sees letter ids and numbers, which are public.
 * Outputs may be the same memory as inputs. Nothing fails but decoding.
 */

/* ---- scalars mod l ---- */

/* Exactly the 32-byte little-endian integers < l. Errors: UND_ERR_SCALAR; out untouched. */
UND_MUST_USE enum und_err und_scalar_decode(struct und_scalar *out, const uint8_t in[32]);
void und_scalar_encode(uint8_t out[32], const struct und_scalar *a);
/* 64 bytes, little-endian, mod l (RFC 9496 §4.4, RFC 9497). */
void und_scalar_reduce(struct und_scalar *out, const uint8_t in[64]);
void und_scalar_from_u64(struct und_scalar *out, uint64_t v);
void und_scalar_add(struct und_scalar *out, const struct und_scalar *a, const struct und_scalar *b);
void und_scalar_sub(struct und_scalar *out, const struct und_scalar *a, const struct und_scalar *b);
void und_scalar_mul(struct und_scalar *out, const struct und_scalar *a, const struct und_scalar *b);
void und_scalar_negate(struct und_scalar *out, const struct und_scalar *a);
/* all-ones or zero masks, so that they can be used without a branch */
uint64_t und_scalar_is_zero(const struct und_scalar *a);
void und_scalar_select(struct und_scalar *out, const struct und_scalar *if_zero, const struct und_scalar *if_ones, uint64_t mask);
void und_scalar_wipe(struct und_scalar *a);

/* ---- points ---- */

extern const struct und_point und_point_identity; /* 0 */
const struct und_point *und_point_base(void);     /* G of RFC 9496 */

/* The 32-byte canonical encodings of RFC 9496 §4.3.1 and nothing else. The identity: UND_ERR_IDENTITY; others: UND_ERR_POINT; out untouched. */
UND_MUST_USE enum und_err und_point_decode(struct und_point *out, const uint8_t in[32]);
void und_point_encode(uint8_t out[32], const struct und_point *p);
void und_point_add(struct und_point *out, const struct und_point *p, const struct und_point *q);
void und_point_sub(struct und_point *out, const struct und_point *p, const struct und_point *q);
void und_point_negate(struct und_point *out, const struct und_point *p);
uint64_t und_point_equal(const struct und_point *p, const struct und_point *q); /* all-ones or zero */
void und_point_select(struct und_point *out, const struct und_point *if_zero, const struct und_point *if_ones, uint64_t mask);
void und_point_mul(struct und_point *out, const struct und_scalar *a, const struct und_point *p);
void und_point_mul_base(struct und_point *out, const struct und_scalar *a); /* a*G, precomputed */
/* a*P + b*Q, about 1.3 times the cost of one multiplication */
void und_point_mul2(struct und_point *out, const struct und_scalar *a, const struct und_point *p, const struct und_scalar *b,
                    const struct und_point *q);
void und_point_wipe(struct und_point *p);

/* ---- hashing (RFC 9380), msg in pieces ---- */

/* expand_message_xmd with SHA-512: out of n <= 255*64 bytes; dst of 1..255 bytes. Anything else is our own bug. */
void und_expand_message(uint8_t *out, size_t n, const char *dst, const struct und_bytes *msg, size_t pieces);
/* The one-way map of RFC 9496 §4.3.4. */
void und_point_from_uniform(struct und_point *out, const uint8_t in[64]);
/* ristretto255_XMD:SHA-512_R255MAP_RO_ (RFC 9380 appendix B) */
void und_hash_to_point(struct und_point *out, const char *dst, const struct und_bytes *msg, size_t pieces);
/* expand_message_xmd to 64 bytes, little-endian, mod l (RFC 9497 §4.1) */
void und_hash_to_scalar(struct und_scalar *out, const char *dst, const struct und_bytes *msg, size_t pieces);

#endif
