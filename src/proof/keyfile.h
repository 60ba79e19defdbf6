/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* proof/keyfile.h: the 208 bytes of a key file (spec/records.md, Outside the letter file). Bytes only: files are os/'s business */
#ifndef UND_PROOF_KEYFILE_H
#define UND_PROOF_KEYFILE_H

#include "group/group.h"

enum { UND_KEY_FILE_SIZE = 208, UND_SERIES_MAX = 32 };
enum und_key_kind { UND_KEY_CHAIN = 1, UND_KEY_IMPORTED = 2, UND_KEY_AUTHORITY = 3 };
enum und_kdf { UND_KDF_NONE = 0, UND_KDF_ARGON2ID_256 = 1, UND_KDF_ARGON2ID_64 = 2 };

struct und_key_plain {
	enum und_key_kind kind;
	uint16_t edition;                /* chain: 1 … 65535 or as read; imported and authority: 0 */
	uint8_t secret[32];              /* chain: 20 bytes of state, then zeros; imported: x; authority: the Ed25519 seed */
	char series[UND_SERIES_MAX + 1]; /* zero-terminated; "" unless chain */
	bool has_pin;
	uint8_t pin[UND_ID_SIZE];
};
void und_key_plain_wipe(struct und_key_plain *k);

/* What the header says, without a passphrase. Errors: UND_ERR_KEY_FILE (size, magic, version, kdf, zeros). */
UND_MUST_USE enum und_err und_key_file_kdf(enum und_kdf *kdf, struct und_bytes file);
/*
 * k: what und_key_file_open could give (a series that is an id, a secret in range, zeros behind a state, edition 0 unless a chain): anything else
 * is our own bug. salt 16 and nonce 24 random bytes. passphrase: NFC UTF-8 without its final LF (the caller's business), empty iff kdf is UND_KDF_NONE.
 * Errors: UND_ERR_MEMORY (Argon2id needs 256 or 64 MiB).
 */
UND_MUST_USE enum und_err und_key_file_seal(uint8_t out[UND_KEY_FILE_SIZE], const struct und_key_plain *k, enum und_kdf kdf,
                                            struct und_bytes passphrase, const uint8_t salt[16], const uint8_t nonce[24]);
/*
 * Errors: UND_ERR_KEY_FILE: not such a file, or its inside is not what the format allows (kind, padding, secret out of range, series, pin); UND_ERR_PASSPHRASE:
 * does not open; UND_ERR_MEMORY. out untouched on failure.
 */
UND_MUST_USE enum und_err und_key_file_open(struct und_key_plain *out, struct und_bytes file, struct und_bytes passphrase);

/* The secret of a member's key: x_e of a chain's edition, or the imported x. Errors: UND_ERR_KEY_KIND (an authority's), as und_chain_secret. */
UND_MUST_USE enum und_err und_key_plain_secret(struct und_scalar *x, const struct und_key_plain *k);

#endif
