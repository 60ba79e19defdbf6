/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* base/hash.h: SHA-2 over several pieces (libsodium), and the domain strings that begin with "undersigned/1 " */
#ifndef UND_BASE_HASH_H
#define UND_BASE_HASH_H

#include <sodium.h>

#include "undersigned.h"

/* SHA-256 and SHA-512 of the pieces one after the other. Constant time in their contents. */
void und_sha256(uint8_t out[32], const struct und_bytes *pieces, size_t n);
void und_sha512(uint8_t out[64], const struct und_bytes *pieces, size_t n);

/* SHA-256 of public bytes that come piece by piece: init, add any number of times, and at any time what it is so far. Nothing is wiped. */
struct und_sha256 {
	crypto_hash_sha256_state state;
};
void und_sha256_init(struct und_sha256 *h);
void und_sha256_add(struct und_sha256 *h, struct und_bytes piece);
void und_sha256_so_far(uint8_t out[32], const struct und_sha256 *h);

/*
 * The short form of an id, for eye and telephone: its first 10 bytes as a big-endian integer mod 10^24, 24 digits in
 * groups of four ("8137 8484 4704 6465 3605 2394"). spec/records.md, Form.
 */
void und_short_id(char out[UND_SHORT_ID_SIZE], const uint8_t id[UND_ID_SIZE]);

#endif
