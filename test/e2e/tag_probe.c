/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* tag_probe.c: what a seized key file gives away: tag_probe KEYFILE LETTER-ID prints every tag on that letter that the file's secret can compute, for its edition and 40 later ones. Files without passphrase */
#include <sodium.h>
#include <stdio.h>

#include "base/base.h"
#include "base/encode.h"
#include "proof/edition.h"
#include "proof/keyfile.h"
#include "proof/ring.h"

static void print_tag(const struct und_scalar *x, const uint8_t *letter)
{
	uint8_t tag[UND_POINT_SIZE];
	char text[44];

	und_tag(tag, x, letter);
	und_base64_encode_secret(text, tag);
	puts(text);
}

static int probe_chain(const struct und_key_plain *k, const uint8_t *letter)
{
	struct und_chain chain = { .edition = k->edition };
	struct und_scalar x;

	memcpy(chain.state, k->secret, sizeof chain.state);
	for (int i = 0; i < 40; i++) {
		if (und_chain_secret(&x, &chain, und_cstr(k->series)) != UND_OK)
			return 1;
		print_tag(&x, letter);
		if (und_chain_advance(&chain) != UND_OK)
			return 0;
	}
	return 0;
}

int main(int argc, char **argv)
{
	uint8_t file[UND_KEY_FILE_SIZE + 1], letter[UND_ID_SIZE];
	struct und_key_plain k;
	struct und_scalar x;
	FILE *f;
	size_t n;

	if (argc != 3 || sodium_init() < 0 || und_base64_decode(letter, sizeof letter, und_cstr(argv[2])) != UND_OK)
		return 2;
	f = fopen(argv[1], "rb");
	if (f == NULL)
		return 2;
	n = fread(file, 1, sizeof file, f);
	fclose(f);
	if (und_key_file_open(&k, und_bytes(file, n), und_bytes(NULL, 0)) != UND_OK)
		return 2;
	if (k.kind == UND_KEY_CHAIN)
		return probe_chain(&k, letter);
	if (k.kind != UND_KEY_IMPORTED || und_scalar_decode(&x, k.secret) != UND_OK)
		return 2;
	print_tag(&x, letter);
	return 0;
}
