/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* keyfile.c: key files as raw bytes, and their inside: what opens is sealed again into the same bytes */
#include <sodium.h>

#include "base/base.h"
#include "fuzz.h"
#include "proof/keyfile.h"

enum { PLAIN_SIZE = 128, HEADER_SIZE = 64 };

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	return sodium_init() < 0 ? -1 : 0;
}

/* Files without a passphrase only: Argon2id takes a tenth of a second. */
static bool try_file(const uint8_t *data, size_t size)
{
	struct und_bytes file = { size > 0 ? data : NULL, size }, none = { NULL, 0 };
	uint8_t sealed[UND_KEY_FILE_SIZE];
	struct und_key_plain k;
	enum und_kdf kdf;
	enum und_err e;

	e = und_key_file_kdf(&kdf, file);
	FUZZ_ASSERT(e == UND_OK || e == UND_ERR_KEY_FILE);
	if (e == UND_OK && kdf != UND_KDF_NONE)
		return false;
	e = und_key_file_open(&k, file, none);
	if (e != UND_OK) {
		FUZZ_ASSERT(e == UND_ERR_KEY_FILE || e == UND_ERR_PASSPHRASE);
		return false;
	}
	FUZZ_ASSERT(strlen(k.series) <= UND_SERIES_MAX && (k.kind == UND_KEY_CHAIN) == (k.series[0] != '\0'));
	FUZZ_ASSERT(und_key_file_seal(sealed, &k, UND_KDF_NONE, none, data + 24, data + 40) == UND_OK);
	FUZZ_ASSERT(memcmp(sealed, data, sizeof sealed) == 0);
	return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t key[32] = { 0 };
	uint8_t plain[PLAIN_SIZE] = { 0 }, file[UND_KEY_FILE_SIZE] = "undersigned key";

	try_file(data, size);
	if (size > 0)
		memcpy(plain, data, size < sizeof plain ? size : sizeof plain);
	file[16] = 1;
	if (crypto_aead_xchacha20poly1305_ietf_encrypt(file + HEADER_SIZE, NULL, plain, sizeof plain, file, HEADER_SIZE, NULL, file + 40, key) != 0)
		abort();
	try_file(file, sizeof file);
	return 0;
}
