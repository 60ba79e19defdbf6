/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* proof/ring.h: the linkable ring proof: prove, verify, verify many (spec/protocol.md §2, §3) */
#ifndef UND_PROOF_RING_H
#define UND_PROOF_RING_H

#include "group/group.h"

/* A member key, decoded once and kept: 288 bytes. */
struct und_member_key {
	struct und_point point;
	uint8_t encoded[UND_POINT_SIZE];
};
/* Strict (und_point_decode). Errors: UND_ERR_POINT, UND_ERR_IDENTITY. */
UND_MUST_USE enum und_err und_member_key_decode(struct und_member_key *out, const uint8_t in[UND_POINT_SIZE]);
/* Many at once, through the runner: keys are n*32 bytes. *bad is the index of the first that fails. Errors as above. */
UND_MUST_USE enum und_err und_member_keys_decode(struct und_member_key *out, size_t *bad, const uint8_t *keys, size_t n,
                                                 const struct und_runner *runner);

/* A prepared ring: borrows its decoded keys, in ascending order of their encodings, distinct. May serve any number of
 * proofs and threads. */
struct und_ring {
	uint8_t id[UND_ID_SIZE];
	size_t n; /* 1 … UND_RING_SIZE_MAX, unpadded */
	const struct und_member_key *const *keys;
};

/* ring_id = SHA-256("undersigned/1 ring" | 0 | roster_id | label) */
void und_ring_id(uint8_t out[UND_ID_SIZE], const uint8_t roster_id[UND_ID_SIZE], struct und_bytes label);

unsigned und_ring_digits(size_t n);   /* m: least m >= 1 with 4^m >= n; n in 1 … UND_RING_SIZE_MAX */
size_t und_ring_proof_size(size_t n); /* 32*(5m+4) */

/* Where a key stands in the ring. Errors: UND_ERR_NOT_IN_RING. Variable time in the position: use only where the ring's
 * owner may know it. */
UND_MUST_USE enum und_err und_ring_find_var(size_t *index, const struct und_ring *ring,
                                            const uint8_t key[UND_POINT_SIZE]);
/* The same, in time that depends on the ring alone: reads every key. For signers. *index is secret. */
UND_MUST_USE enum und_err und_ring_find(size_t *index, const struct und_ring *ring, const uint8_t key[UND_POINT_SIZE]);

/* T = x*U for this letter. */
void und_tag(uint8_t out[UND_POINT_SIZE], const struct und_scalar *x, const uint8_t letter_id[UND_ID_SIZE]);
void und_tag_base(struct und_point *out, const uint8_t letter_id[UND_ID_SIZE]); /* U */

/*
 * proof[0 … und_ring_proof_size(ring->n)-1], tag: the member at index, with secret x, signs letter_id. x*G must be
 * ring->keys[index]. fresh: 32 random bytes, never used before. Constant-time in x, index and the randomness. Verifies
 * itself before returning. Errors: UND_ERR_MEMORY; UND_ERR_NOT_IN_RING: x is not the secret of that key;
 * UND_ERR_RANDOM: these fresh bytes cannot be used, call again with others (probability about 2^-250);
 * UND_ERR_RING_SIZE. Outputs untouched on failure. Cost: 4N/3 constant-time multiplications. runner may be NULL.
 */
UND_MUST_USE enum und_err und_ring_prove(uint8_t *proof, uint8_t tag[UND_POINT_SIZE],
                                         const uint8_t letter_id[UND_ID_SIZE], const struct und_ring *ring,
                                         size_t index, const struct und_scalar *x, const uint8_t fresh[UND_FRESH_SIZE],
                                         const struct und_runner *runner);

/* What somebody claims: this tag's owner is in this ring and signed. Everything borrowed. */
struct und_ring_claim {
	const struct und_ring *ring;
	const uint8_t *tag; /* UND_POINT_SIZE */
	struct und_bytes proof;
};

/*
 * One claim, exactly (no weights). Errors: UND_ERR_SIZE, UND_ERR_POINT, UND_ERR_SCALAR, UND_ERR_IDENTITY: not
 * decodable; UND_ERR_PROOF: an equation fails; UND_ERR_MEMORY.
 */
UND_MUST_USE enum und_err und_ring_verify_var(const uint8_t letter_id[UND_ID_SIZE], const struct und_ring_claim *claim);

/*
 * n claims on one letter, over one ring or many. verdicts[i] becomes what und_ring_verify_var would say of claims[i],
 * but for a chance of 2^-128; every bad one is found (bisection). Returns UND_OK when all are good, UND_ERR_PROOF when
 * any is bad, UND_ERR_MEMORY or UND_ERR_RANDOM or UND_ERR_STOPPED when it could not try (verdicts then mean nothing).
 * Weights: 128 bits for each equation of each proof, from a hash of all claims and 32 bytes of random. Claims of one
 * ring need not stand together. Memory: about 110 bytes a claim, and 32 MiB beside 40 bytes a key of the
 * largest ring, with a third more for the sum, whatever n. progress may be NULL; it counts claims.
 */
UND_MUST_USE enum und_err und_ring_verify_batch_var(enum und_err *verdicts, const uint8_t letter_id[UND_ID_SIZE],
                                                    const struct und_ring_claim *claims, size_t n,
                                                    const struct und_random *random, const struct und_runner *runner,
                                                    const struct und_progress *progress);

/*
 * The same for a reader that stops at the first bad claim, whose index and verdict *first and *verdict become where
 * UND_ERR_PROOF is returned. Bad claims cost nothing to make: naming all n would cost a check of the whole ring each,
 * finding the first costs some two batches and 2 log n rings.
 */
UND_MUST_USE enum und_err und_ring_verify_first_var(size_t *first, enum und_err *verdict,
                                                    const uint8_t letter_id[UND_ID_SIZE],
                                                    const struct und_ring_claim *claims, size_t n,
                                                    const struct und_random *random, const struct und_runner *runner,
                                                    const struct und_progress *progress);

#endif
