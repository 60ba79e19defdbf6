/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* proof/ring_fold.h: the prover's sums over the ring, one digit at a time (spec/protocol.md §3, "The prover folds") */
#ifndef UND_PROOF_RING_FOLD_H
#define UND_PROOF_RING_FOLD_H

#include "proof/ring.h"

/* The digit polynomials sigma_{j,i}*t + a_{j,i}. Secret. */
struct und_ring_digit_polynomials {
	unsigned m;
	struct und_scalar a[UND_RING_DIGITS_MAX][4]; /* the sum over i is 0 */
	uint64_t sigma[UND_RING_DIGITS_MAX][4];      /* all-ones where i is the digit, zero elsewhere */
};

/*
 * out[e] = sum over k of p_{k,e}*X_k, e = 0 … m, where prod over j of (sigma_{j,k_j}*t + a_{j,k_j}) = sum over e of
 * p_{k,e}*t^e; so out[m] is the key at the digits' index. Constant-time in the polynomials. Errors: UND_ERR_MEMORY.
 * Cost: 4N/3 multiplications, through the runner in pieces of 64 keys.
 */
UND_MUST_USE enum und_err und_ring_fold(struct und_point *out, const struct und_ring *ring,
                                        const struct und_ring_digit_polynomials *p, const struct und_runner *runner);

#endif
