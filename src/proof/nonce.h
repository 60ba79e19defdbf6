/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* proof/nonce.h: the secret scalars of one act, hedged against a broken random generator (spec/protocol.md §3, Randomness) */
#ifndef UND_PROOF_NONCE_H
#define UND_PROOF_NONCE_H

#include "group/group.h"

struct und_nonce {
	uint8_t seed[64];
	uint32_t next;
};

/* seed = SHA-512("undersigned/1 nonce" | 0 | purpose | 0 | x | context | fresh) */
void und_nonce_init(struct und_nonce *n, const char *purpose, const struct und_scalar *x, const struct und_bytes *context, size_t pieces,
                    const uint8_t fresh[UND_FRESH_SIZE]);
/* scalar i = H2S("undersigned/1 nonce", seed | u32be(i)), i = 0, 1, … */
void und_nonce_next(struct und_scalar *out, struct und_nonce *n);
void und_nonce_clear(struct und_nonce *n);

#endif
