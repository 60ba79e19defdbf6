/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* proof/schnorr.h: what tag.c and tag_batch.c share: one parsed claim s*base = R + c*public (spec/protocol.md §4, §5) */
#ifndef UND_PROOF_SCHNORR_H
#define UND_PROOF_SCHNORR_H

#include "group/group.h"

struct und_schnorr {
	struct und_point public, r;
	struct und_scalar s, c;
};

/* public and R | s, strictly; c is left alone. Errors: UND_ERR_POINT, UND_ERR_IDENTITY, UND_ERR_SCALAR; then *out means nothing. */
UND_MUST_USE enum und_err und_schnorr_parse_var(struct und_schnorr *out, const uint8_t public[UND_POINT_SIZE],
                                                const uint8_t bytes[UND_TAG_SIGNATURE_SIZE]);
/* The equation, exactly. Errors: UND_ERR_PROOF. */
UND_MUST_USE enum und_err und_schnorr_verify_var(const struct und_schnorr *g, const struct und_point *base);

/* c = H2S("undersigned/1 tag signature", letter_id | T | R | SHA-256(message)) */
void und_tag_challenge(struct und_scalar *c, const uint8_t letter_id[UND_ID_SIZE], const uint8_t tag[UND_POINT_SIZE],
                       const uint8_t r[UND_POINT_SIZE], const uint8_t message_hash[32]);

#endif
