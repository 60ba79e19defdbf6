/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* hash.c: SHA-2 over pieces, and the short form of an id */
#include <sodium.h>

#include "base/base.h"
#include "base/hash.h"
#include "base/secret.h"

/* libsodium's SHA-2 calls cannot fail; the states may have seen secrets */
void und_sha256(uint8_t out[32], const struct und_bytes *pieces, size_t n)
{
	crypto_hash_sha256_state state;

	(void)crypto_hash_sha256_init(&state);
	for (size_t i = 0; i < n; i++)
		(void)crypto_hash_sha256_update(&state, pieces[i].p, pieces[i].n);
	(void)crypto_hash_sha256_final(&state, out);
	und_wipe(&state, sizeof state);
}

void und_sha512(uint8_t out[64], const struct und_bytes *pieces, size_t n)
{
	crypto_hash_sha512_state state;

	(void)crypto_hash_sha512_init(&state);
	for (size_t i = 0; i < n; i++)
		(void)crypto_hash_sha512_update(&state, pieces[i].p, pieces[i].n);
	(void)crypto_hash_sha512_final(&state, out);
	und_wipe(&state, sizeof state);
}

void und_sha256_init(struct und_sha256 *h)
{
	(void)crypto_hash_sha256_init(&h->state);
}

void und_sha256_add(struct und_sha256 *h, struct und_bytes piece)
{
	if (piece.n > 0)
		(void)crypto_hash_sha256_update(&h->state, piece.p, piece.n);
}

void und_sha256_so_far(uint8_t out[32], const struct und_sha256 *h)
{
	crypto_hash_sha256_state state = h->state;

	(void)crypto_hash_sha256_final(&state, out);
}

/* spec/records.md, Form: 80 bits mod 10^24, by six divisions by 10^4 of the number held as ten bytes */
void und_short_id(char out[UND_SHORT_ID_SIZE], const uint8_t id[UND_ID_SIZE])
{
	uint8_t number[10];
	char *group = out + UND_SHORT_ID_SIZE - 1;

	memcpy(number, id, sizeof number);
	*group = '\0';
	for (int g = 0; g < 6; g++) {
		uint32_t rest = 0;

		for (size_t i = 0; i < sizeof number; i++) {
			rest = rest << 8 | number[i];
			number[i] = (uint8_t)(rest / 10000);
			rest %= 10000;
		}
		if (g > 0)
			*--group = ' ';
		for (int d = 0; d < 4; d++) {
			*--group = (char)('0' + rest % 10);
			rest /= 10;
		}
	}
}
