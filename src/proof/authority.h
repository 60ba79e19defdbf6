/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* proof/authority.h: Ed25519 of organisers, registrars and parties, with one verdict everywhere (spec/protocol.md §8); member keys from existing Ed25519 keys (§7); pins */
#ifndef UND_PROOF_AUTHORITY_H
#define UND_PROOF_AUTHORITY_H

#include "group/group.h"

/* Canonical encoding of a point of the prime-order subgroup, not the identity. Errors: UND_ERR_ED25519_POINT. Both holes of libsodium 1.0.18 are closed. */
UND_MUST_USE enum und_err und_ed25519_point_check_var(const uint8_t point[32]);

/* The message is "undersigned/1 " | type | 0 | core (spec/records.md, Form). Errors: UND_ERR_ED25519_POINT (key or R), UND_ERR_AUTHORITY_SIGNATURE, UND_ERR_MEMORY. */
UND_MUST_USE enum und_err und_authority_verify_var(const uint8_t key[UND_ED25519_KEY_SIZE], const char *type, struct und_bytes core,
                                                   const uint8_t signature[UND_ED25519_SIGNATURE_SIZE]);
UND_MUST_USE enum und_err und_authority_sign(uint8_t signature[UND_ED25519_SIGNATURE_SIZE], const uint8_t seed[32], const char *type,
                                             struct und_bytes core);
void und_authority_public(uint8_t key[UND_ED25519_KEY_SIZE], const uint8_t seed[32]);

/* The member key of an Ed25519 public key: the ristretto255 encoding of the same point. Errors: UND_ERR_ED25519_POINT. */
UND_MUST_USE enum und_err und_member_key_from_ed25519_var(uint8_t key[UND_POINT_SIZE], const uint8_t public_key[32]);
/* Its owner's secret: clamp(SHA-512(seed)[0..32]) mod l. */
void und_member_secret_from_ed25519(struct und_scalar *x, const uint8_t seed[32]);

/* SHA-256("undersigned/1 pin" | 0 | quorum as one byte | keys ascending); count 1…16, keys as they stand in the council, ascending. */
void und_pin(uint8_t out[UND_ID_SIZE], unsigned quorum, const uint8_t *const *keys, size_t count);

#endif
