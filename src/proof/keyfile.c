/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* keyfile.c: the 208 bytes of a key file: a public header, and what it seals (spec/records.md, Outside the letter file) */
#include <sodium.h>

#include "base/base.h"
#include "base/secret.h"
#include "proof/edition.h"
#include "proof/keyfile.h"

enum {
	SEAL_KEY_SIZE = crypto_aead_xchacha20poly1305_ietf_KEYBYTES,
	SEAL_TAG_SIZE = crypto_aead_xchacha20poly1305_ietf_ABYTES,
	/* the header */
	VERSION_AT = 16,
	KDF_AT = 17,
	ZEROS_AT = 18,
	SALT_AT = 24,
	NONCE_AT = 40,
	HEADER_SIZE = 64,
	/* the inside */
	KIND_AT = 0,
	EDITION_AT = 1,
	SECRET_AT = 3,
	SERIES_AT = 35,
	HAS_PIN_AT = 67,
	PIN_AT = 68,
	PADDING_AT = 100,
	PLAIN_SIZE = 128
};
_Static_assert(HEADER_SIZE + PLAIN_SIZE + SEAL_TAG_SIZE == UND_KEY_FILE_SIZE, "a key file");
_Static_assert(crypto_pwhash_argon2id_SALTBYTES == NONCE_AT - SALT_AT, "the salt fits");
_Static_assert(crypto_aead_xchacha20poly1305_ietf_NPUBBYTES == HEADER_SIZE - NONCE_AT, "the nonce fits");

static const char magic[16] = "undersigned key"; /* and its zero byte */

void und_key_plain_wipe(struct und_key_plain *k)
{
	und_wipe(k, sizeof *k);
}

/* In time that depends on n only. */
static bool is_zero(const uint8_t *p, size_t n)
{
	uint8_t any = 0;
	bool zero;

	for (size_t i = 0; i < n; i++)
		any |= p[i];
	zero = any == 0;
	und_declassify(&zero, sizeof zero); /* whether the padding is right decides whether the file is accepted */
	return zero;
}

enum und_err und_key_file_kdf(enum und_kdf *kdf, struct und_bytes file)
{
	if (file.n != UND_KEY_FILE_SIZE)
		return UND_ERR_KEY_FILE;
	if (memcmp(file.p, magic, sizeof magic) != 0 || file.p[VERSION_AT] != 1 || file.p[KDF_AT] > UND_KDF_ARGON2ID_64)
		return UND_ERR_KEY_FILE;
	if (!is_zero(file.p + ZEROS_AT, SALT_AT - ZEROS_AT))
		return UND_ERR_KEY_FILE;
	*kdf = (enum und_kdf)file.p[KDF_AT];
	return UND_OK;
}

static enum und_err derive(uint8_t key[SEAL_KEY_SIZE], enum und_kdf kdf, struct und_bytes passphrase, const uint8_t salt[16])
{
	const size_t mebibytes = kdf == UND_KDF_ARGON2ID_256 ? 256 : 64;

	if (kdf == UND_KDF_NONE) {
		memset(key, 0, SEAL_KEY_SIZE);
		return UND_OK;
	}
	if (crypto_pwhash_argon2id(key, SEAL_KEY_SIZE, passphrase.n == 0 ? "" : (const char *)passphrase.p, passphrase.n, salt, 3,
	                           mebibytes << 20, crypto_pwhash_argon2id_ALG_ARGON2ID13) != 0)
		return UND_ERR_MEMORY;
	return UND_OK;
}

/* ---- the inside ---- */

static void plain_encode(uint8_t out[PLAIN_SIZE], const struct und_key_plain *k)
{
	memset(out, 0, PLAIN_SIZE);
	out[KIND_AT] = (uint8_t)k->kind;
	und_store_u16be(out + EDITION_AT, k->edition);
	memcpy(out + SECRET_AT, k->secret, sizeof k->secret);
	memcpy(out + SERIES_AT, k->series, strnlen(k->series, UND_SERIES_MAX));
	out[HAS_PIN_AT] = k->has_pin;
	if (k->has_pin)
		memcpy(out + PIN_AT, k->pin, sizeof k->pin);
}

/* An id, then zeros. spec/records.md, Types */
static bool series_is_good(const uint8_t series[UND_SERIES_MAX])
{
	size_t n = strnlen((const char *)series, UND_SERIES_MAX);

	if (n == 0 || series[0] < 'a' || series[0] > 'z')
		return false;
	for (size_t i = 1; i < n; i++) {
		uint8_t c = series[i];

		if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'))
			return false;
	}
	return is_zero(series + n, UND_SERIES_MAX - n);
}

static bool secret_is_good(enum und_key_kind kind, const uint8_t secret[32])
{
	struct und_scalar x;
	uint64_t zero;

	switch (kind) {
	case UND_KEY_CHAIN:
		return is_zero(secret + UND_STATE_SIZE, 32 - UND_STATE_SIZE);
	case UND_KEY_IMPORTED:
		if (und_scalar_decode(&x, secret) != UND_OK)
			return false;
		zero = und_scalar_is_zero(&x);
		und_declassify(&zero, sizeof zero); /* a zero is refused */
		und_scalar_wipe(&x);
		return !zero;
	case UND_KEY_AUTHORITY:
		return true; /* any 32 bytes are a seed */
	}
	return false;
}

static bool plain_is_good(const uint8_t in[PLAIN_SIZE])
{
	enum und_key_kind kind = (enum und_key_kind)in[KIND_AT];

	if (kind < UND_KEY_CHAIN || kind > UND_KEY_AUTHORITY || !secret_is_good(kind, in + SECRET_AT))
		return false;
	if (kind == UND_KEY_CHAIN ? !series_is_good(in + SERIES_AT) : !is_zero(in + SERIES_AT, UND_SERIES_MAX))
		return false;
	if (kind != UND_KEY_CHAIN && und_load_u16be(in + EDITION_AT) != 0)
		return false;
	if (in[HAS_PIN_AT] > 1 || (in[HAS_PIN_AT] == 0 && !is_zero(in + PIN_AT, UND_ID_SIZE)))
		return false;
	return is_zero(in + PADDING_AT, PLAIN_SIZE - PADDING_AT);
}

static void plain_decode(struct und_key_plain *out, const uint8_t in[PLAIN_SIZE])
{
	memset(out, 0, sizeof *out);
	out->kind = (enum und_key_kind)in[KIND_AT];
	out->edition = und_load_u16be(in + EDITION_AT);
	memcpy(out->secret, in + SECRET_AT, sizeof out->secret);
	memcpy(out->series, in + SERIES_AT, UND_SERIES_MAX);
	out->has_pin = in[HAS_PIN_AT];
	memcpy(out->pin, in + PIN_AT, sizeof out->pin);
}

/* ---- the whole ---- */

enum und_err und_key_file_seal(uint8_t out[UND_KEY_FILE_SIZE], const struct und_key_plain *k, enum und_kdf kdf, struct und_bytes passphrase,
                               const uint8_t salt[16], const uint8_t nonce[24])
{
	uint8_t plain[PLAIN_SIZE], key[SEAL_KEY_SIZE], header[HEADER_SIZE] = { 0 };
	enum und_err e;

	und_bug_if((unsigned)kdf > UND_KDF_ARGON2ID_64 || (kdf == UND_KDF_NONE) != (passphrase.n == 0));
	plain_encode(plain, k);
	und_bug_if(!plain_is_good(plain) || strnlen(k->series, sizeof k->series) > UND_SERIES_MAX);
	memcpy(header, magic, sizeof magic);
	header[VERSION_AT] = 1;
	header[KDF_AT] = (uint8_t)kdf;
	memcpy(header + SALT_AT, salt, NONCE_AT - SALT_AT);
	memcpy(header + NONCE_AT, nonce, HEADER_SIZE - NONCE_AT);
	e = derive(key, kdf, passphrase, salt);
	if (e != UND_OK)
		goto out;
	memcpy(out, header, sizeof header);
	crypto_aead_xchacha20poly1305_ietf_encrypt(out + HEADER_SIZE, NULL, plain, sizeof plain, header, sizeof header, NULL,
	                                           header + NONCE_AT, key);
	und_declassify(out, UND_KEY_FILE_SIZE); /* sealed */
out:
	und_wipe(plain, sizeof plain);
	und_wipe(key, sizeof key);
	return e;
}

enum und_err und_key_file_open(struct und_key_plain *out, struct und_bytes file, struct und_bytes passphrase)
{
	uint8_t plain[PLAIN_SIZE], key[SEAL_KEY_SIZE];
	enum und_kdf kdf;
	enum und_err e;
	int closed;

	e = und_key_file_kdf(&kdf, file);
	if (e != UND_OK)
		return e;
	e = derive(key, kdf, passphrase, file.p + SALT_AT);
	if (e != UND_OK)
		goto out;
	e = UND_ERR_PASSPHRASE;
	closed = crypto_aead_xchacha20poly1305_ietf_decrypt(plain, NULL, NULL, file.p + HEADER_SIZE, file.n - HEADER_SIZE, file.p, HEADER_SIZE,
	                                                    file.p + NONCE_AT, key);
	und_declassify(&closed, sizeof closed); /* whoever typed the passphrase is told */
	if (closed != 0)
		goto out;
	/* all but the secret is on cards and in letters, and shown */
	und_declassify(plain, SECRET_AT);
	und_declassify(plain + SERIES_AT, PLAIN_SIZE - SERIES_AT);
	e = UND_ERR_KEY_FILE;
	if (!plain_is_good(plain))
		goto out;
	plain_decode(out, plain);
	e = UND_OK;
out:
	und_wipe(plain, sizeof plain);
	und_wipe(key, sizeof key);
	return e;
}

enum und_err und_key_plain_secret(struct und_scalar *x, const struct und_key_plain *k)
{
	struct und_chain chain;
	enum und_err e;

	if (k->kind == UND_KEY_IMPORTED)
		return und_scalar_decode(x, k->secret);
	if (k->kind != UND_KEY_CHAIN)
		return UND_ERR_KEY_KIND;
	chain.edition = k->edition;
	memcpy(chain.state, k->secret, sizeof chain.state);
	e = und_chain_secret(x, &chain, und_cstr(k->series));
	und_chain_wipe(&chain);
	return e;
}
