/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* proof/tag.h: later acts of the same nameless signer, signed with the tag (spec/protocol.md §4); possession at enrolment (§5) */
#ifndef UND_PROOF_TAG_H
#define UND_PROOF_TAG_H

#include "group/group.h"

/*
 * signature = R | s under T = x*U. message: the canonical record without its member "proof".
 * Constant-time in x. Errors: UND_ERR_RANDOM (fresh cannot be used; call again with other bytes).
 */
UND_MUST_USE enum und_err und_tag_sign(uint8_t signature[UND_TAG_SIGNATURE_SIZE], const uint8_t letter_id[UND_ID_SIZE],
                                       const struct und_scalar *x, struct und_bytes message, const uint8_t fresh[UND_FRESH_SIZE]);
/* Errors: UND_ERR_POINT, UND_ERR_IDENTITY, UND_ERR_SCALAR, UND_ERR_PROOF. */
UND_MUST_USE enum und_err und_tag_verify_var(const uint8_t letter_id[UND_ID_SIZE], const uint8_t tag[UND_POINT_SIZE],
                                             struct und_bytes message, const uint8_t signature[UND_TAG_SIGNATURE_SIZE]);

struct und_tag_claim {
	const uint8_t *tag;
	uint8_t message_hash[32]; /* SHA-256(message) */
	const uint8_t *signature;
};
/* Many on one letter; contract as und_ring_verify_batch_var. */
UND_MUST_USE enum und_err und_tag_verify_batch_var(enum und_err *verdicts, const uint8_t letter_id[UND_ID_SIZE],
                                                   const struct und_tag_claim *claims, size_t n, const struct und_random *random,
                                                   const struct und_runner *runner);

/* Proof that the asker owns the secret of key = x*G, bound to series and edition. */
UND_MUST_USE enum und_err und_possession_prove(uint8_t proof[UND_TAG_SIGNATURE_SIZE], const struct und_scalar *x, struct und_bytes series,
                                               uint32_t edition, const uint8_t fresh[UND_FRESH_SIZE]);
/* Errors: as und_tag_verify_var, with UND_ERR_POSSESSION where the equation fails. */
UND_MUST_USE enum und_err und_possession_verify_var(const uint8_t key[UND_POINT_SIZE], struct und_bytes series, uint32_t edition,
                                                    const uint8_t proof[UND_TAG_SIGNATURE_SIZE]);

#endif
