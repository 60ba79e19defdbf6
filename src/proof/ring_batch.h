/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* proof/ring_batch.h: one weighted sum for many claims, and the coefficients of rings in it; for ring_*.c only */
#ifndef UND_PROOF_RING_BATCH_H
#define UND_PROOF_RING_BATCH_H

#include "proof/ring_parts.h"

/* ---- a batch ---- */

struct und_ring_batch {
	const uint8_t *letter_id;
	const struct und_ring_claim *claims;
	enum und_err *verdicts;
	size_t n;
	const struct und_runner *runner;
	const struct und_progress *progress;
	size_t chunk_bytes;    /* see und_ring_batch_sum_var */
	bool first_only;       /* und_ring_verify_first_var: claims from until on get no verdict */
	size_t until;          /* the least index that is known to be bad, or SIZE_MAX */
	struct und_scalar *xi; /* the challenge of each claim */
	uint8_t seed[64];      /* of the weights: a hash of all claims and of fresh randomness */
	size_t generators;     /* how many of h this batch needs */
	struct und_point h[UND_RING_GENERATORS_MAX], u;
};

/* und_ring_verify_batch_var, in chunks of this many bytes: tests make them small. */
enum { UND_RING_CHUNK_BYTES = 32 << 20 };
UND_MUST_USE enum und_err und_ring_verify_chunks_var(enum und_err *verdicts, const uint8_t letter_id[UND_ID_SIZE],
                                                     const struct und_ring_claim *claims, size_t n,
                                                     const struct und_random *random, const struct und_runner *runner,
                                                     const struct und_progress *progress, size_t chunk_bytes);

/* Same keys under the same name: their proofs share the keys' coefficients. */
bool und_ring_same_var(const struct und_ring *a, const struct und_ring *b);

/*
 * Evaluates (C), (K) and (T) of the n claims in list at once, each with its own weight (§3, "Batches"). Equal rings
 * stand together in list. *zero: whether the sum vanished. A claim that does not decode gets its verdict and counts as
 * nothing; other verdicts are left alone. Errors: UND_ERR_MEMORY, UND_ERR_STOPPED. Memory: in chunks of about
 * chunk_bytes, beside 40 bytes for each key of the largest ring.
 */
UND_MUST_USE enum und_err und_ring_batch_sum_var(bool *zero, const struct und_ring_batch *b,
                                                 const struct und_ring_claim *const *list, size_t n);

/* ---- coefficients ---- */

/*
 * For n proofs over one ring, the coefficients sum over s of U_s[row]*V_s[column] of its keys k = row*columns + column:
 * U_s holds the products over the high digits (times a factor), V_s those over the low digits. Rows and columns stand
 * in blocks of four, and within a block proof after proof: U_s[4b+i] is u[(b*n + s)*4 + i], V alike. What lies past the
 * last row is zero.
 */
struct und_ring_matrix {
	size_t keys, n;
	unsigned low; /* digits of a column */
	size_t row_blocks, column_blocks;
	struct und_pub *u, *v;
};
/* The shape for a ring of this size, but for n, u and v. */
void und_ring_matrix_shape(struct und_ring_matrix *x, size_t keys);
/* How many numbers u and v take together, for one proof. */
size_t und_ring_matrix_size(const struct und_ring_matrix *x);
/* Writes proof s: factor times the products of o->f. */
void und_ring_matrix_set_var(const struct und_ring_matrix *x, size_t s, const struct und_ring_opened *o,
                             const struct und_pub *factor);
/* coefficients[k] += …, for the keys of one block of rows. */
void und_ring_matrix_add_var(struct und_pub *coefficients, const struct und_ring_matrix *x, size_t row_block);

#endif
