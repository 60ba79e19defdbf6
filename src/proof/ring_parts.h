/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* proof/ring_parts.h: what prover, verifier and batches of the ring proof share; for ring*.c only */
#ifndef UND_PROOF_RING_PARTS_H
#define UND_PROOF_RING_PARTS_H

#include "group/public.h"
#include "proof/ring.h"

enum {
	/* H_0 … H_{8m} */
	UND_RING_GENERATORS_MAX = 8 * UND_RING_DIGITS_MAX + 1,
	/* what a proof decodes to, for m digits: T, A, B, Q_0 … Q_{m-1}, Y_0 … Y_{m-1} */
	UND_RING_POINTS_MAX = 2 * UND_RING_DIGITS_MAX + 3
};
static inline unsigned und_ring_points(unsigned m)
{
	return 2 * m + 3;
}
/* Places among those points. */
enum { UND_RING_T, UND_RING_A, UND_RING_B, UND_RING_Q };

/* H_0 … H_{8m} (spec/protocol.md §1). */
void und_ring_generators(struct und_point *h, unsigned m);

/* The challenge of §3, step 4: of T and of the elements at the head of the proof. */
void und_ring_challenge(struct und_scalar *xi, const uint8_t letter_id[UND_ID_SIZE], const struct und_ring *ring,
                        const uint8_t *tag, const uint8_t *proof);

/* A claim, decoded. The caller lends points (2m+3) and f (4m). */
struct und_ring_opened {
	const struct und_ring *ring;
	unsigned m;
	struct und_point *points;
	struct und_pub *f; /* f_{j,i} at 4j+i, with the derived f_{j,0} */
	struct und_pub xi, z_a, z;
};
/* UND_ERR_RING_SIZE, UND_ERR_SIZE: before anything is lent. */
UND_MUST_USE enum und_err und_ring_claim_size_check(const struct und_ring_claim *claim);
/*
 * The claim's size must have been checked. Errors: UND_ERR_POINT, UND_ERR_IDENTITY, UND_ERR_SCALAR: the first in the
 * order of the proof's bytes, the tag before all; UND_ERR_PROOF: the challenge is 0.
 */
UND_MUST_USE enum und_err und_ring_open_var(struct und_ring_opened *o, const struct und_ring_claim *claim,
                                            const struct und_scalar *xi);

/*
 * out[k] = seed * prod over j < digits of f[4j + k_j], k = 0 … count-1, count <= 4^digits. One product a value (4/3
 * with those on the way).
 */
void und_ring_products_var(struct und_pub *out, size_t count, const struct und_pub *seed, const struct und_pub *f,
                           unsigned digits);
/*
 * What the padding positions N … 4^m - 1 add to the last key's coefficient: sum over j of xi^j (sum over i > d_j of
 * f_{j,i}) prod over j' > j of f_{j',d_j'}, d the digits of N-1 (spec/protocol.md §3).
 */
void und_ring_padding_var(struct und_pub *out, const struct und_ring_opened *o);

/* (C), (K) and (T) of one opened claim, each by itself, without weights. h: its generators; u: the tag base. Errors:
 * UND_ERR_PROOF, UND_ERR_MEMORY. */
UND_MUST_USE enum und_err und_ring_equations_check_var(const struct und_ring_opened *o, const struct und_point *h,
                                                       const struct und_point *u, const struct und_runner *runner);
/* und_ring_verify_var with generators and tag base at hand. */
UND_MUST_USE enum und_err und_ring_claim_check_var(const uint8_t letter_id[UND_ID_SIZE],
                                                   const struct und_ring_claim *claim, const struct und_point *h,
                                                   const struct und_point *u, const struct und_runner *runner);

#endif
