/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* authority.c: Ed25519 with one verdict everywhere, member keys from Ed25519 keys, pins */
#include <sodium.h>

#include "base/base.h"
#include "base/hash.h"
#include "base/secret.h"
#include "group/ed25519.h"
#include "proof/authority.h"

enum { COUNCIL_MAX = 16 }; /* keys of a council, spec/records.md */

/* l and p, little-endian */
static const uint8_t order[32] = { 0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14,
	                           [31] = 0x10 };
static const uint8_t field[32] = { 0xed, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
	                           0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f };

/* a < b, little-endian */
static bool below_var(const uint8_t a[32], const uint8_t b[32])
{
	for (size_t i = 32; i-- > 0;)
		if (a[i] != b[i])
			return a[i] < b[i];
	return false;
}

/* P = [8^-1 mod l](8P): no part of small order, whichever libsodium */
static bool torsion_free_var(const uint8_t point[32])
{
	static const uint8_t eighth[32] = { 0x79, 0x2f, 0xdc, 0xe2, 0x29, 0xe5, 0x06, 0x61, 0xd0, 0xda, 0x1c, 0x7d,
		                            0xb3, 0x9d, 0xd3, 0x07, [31] = 0x06 };
	uint8_t p[32], q[32];

	memcpy(p, point, sizeof p);
	for (int i = 0; i < 3; i++)
		if (crypto_core_ed25519_add(p, p, p) != 0)
			return false;
	return crypto_scalarmult_ed25519_noclamp(q, eighth, p) == 0 && memcmp(q, point, sizeof q) == 0;
}

enum und_err und_ed25519_point_check_var(const uint8_t point[32])
{
	uint8_t y[32];

	memcpy(y, point, sizeof y);
	y[31] &= 0x7f;
	if (!below_var(y, field) || crypto_core_ed25519_is_valid_point(point) != 1 || !torsion_free_var(point))
		return UND_ERR_ED25519_POINT;
	return UND_OK;
}

/* "undersigned/1 " | type | 0 | core, to be freed; NULL when memory is out */
static uint8_t *signed_message(size_t *n, const char *type, struct und_bytes core)
{
	static const char prefix[] = "undersigned/1 ";
	size_t a = sizeof prefix - 1, b = strlen(type) + 1;
	uint8_t *m;

	if (core.n > SIZE_MAX - a - b)
		return NULL;
	*n = a + b + core.n;
	m = und_alloc(*n, 1);
	if (m == NULL)
		return NULL;
	memcpy(m, prefix, a);
	memcpy(m + a, type, b);
	if (core.n > 0)
		memcpy(m + a + b, core.p, core.n);
	return m;
}

/* spec/protocol.md §8 */
enum und_err und_authority_verify_var(const uint8_t key[UND_ED25519_KEY_SIZE], const char *type, struct und_bytes core,
                                      const uint8_t signature[UND_ED25519_SIGNATURE_SIZE])
{
	uint8_t *m;
	size_t n;
	int bad;

	if (und_ed25519_point_check_var(key) != UND_OK || und_ed25519_point_check_var(signature) != UND_OK)
		return UND_ERR_ED25519_POINT;
	if (!below_var(signature + 32, order))
		return UND_ERR_AUTHORITY_SIGNATURE;
	m = signed_message(&n, type, core);
	if (m == NULL)
		return UND_ERR_MEMORY;
	bad = crypto_sign_ed25519_verify_detached(signature, m, n, key);
	free(m);
	return bad == 0 ? UND_OK : UND_ERR_AUTHORITY_SIGNATURE;
}

enum und_err und_authority_sign(uint8_t signature[UND_ED25519_SIGNATURE_SIZE], const uint8_t seed[32], const char *type,
                                struct und_bytes core)
{
	uint8_t key[crypto_sign_ed25519_PUBLICKEYBYTES], secret[crypto_sign_ed25519_SECRETKEYBYTES];
	uint8_t *m;
	size_t n;

	m = signed_message(&n, type, core);
	if (m == NULL)
		return UND_ERR_MEMORY;
	und_bug_if(crypto_sign_ed25519_seed_keypair(key, secret, seed) != 0);
	und_bug_if(crypto_sign_ed25519_detached(signature, NULL, m, n, secret) != 0);
	/* R = r*B and s = r + h*a hide a behind r */
	und_declassify(signature, UND_ED25519_SIGNATURE_SIZE);
	und_wipe(secret, sizeof secret);
	free(m);
	return UND_OK;
}

void und_authority_public(uint8_t key[UND_ED25519_KEY_SIZE], const uint8_t seed[32])
{
	uint8_t secret[crypto_sign_ed25519_SECRETKEYBYTES];

	und_bug_if(crypto_sign_ed25519_seed_keypair(key, secret, seed) != 0);
	und_declassify(key, UND_ED25519_KEY_SIZE); /* a public key */
	und_wipe(secret, sizeof secret);
}

/* spec/protocol.md §7 */
enum und_err und_member_key_from_ed25519_var(uint8_t key[UND_POINT_SIZE], const uint8_t public_key[32])
{
	struct und_point p;
	enum und_err e;

	e = und_ed25519_point_check_var(public_key);
	if (e != UND_OK)
		return e;
	e = und_point_from_ed25519_var(&p, public_key);
	if (e != UND_OK)
		return e;
	und_point_encode(key, &p);
	return UND_OK;
}

void und_member_secret_from_ed25519(struct und_scalar *x, const uint8_t seed[32])
{
	struct und_bytes piece = und_bytes(seed, 32);
	uint8_t h[64];

	und_sha512(h, &piece, 1);
	h[0] &= 0xf8;
	h[31] &= 0x7f;
	h[31] |= 0x40;
	und_wipe(h + 32, 32); /* the other half makes nonces; what is left is a number below 2^255 */
	und_scalar_reduce(x, h);
	und_wipe(h, sizeof h);
}

void und_pin(uint8_t out[UND_ID_SIZE], unsigned quorum, const uint8_t *const *keys, size_t count)
{
	static const char domain[] = "undersigned/1 pin"; /* hashed with its zero byte */
	struct und_bytes pieces[2 + COUNCIL_MAX];
	uint8_t q = (uint8_t)quorum;

	und_bug_if(count < 1 || count > COUNCIL_MAX || quorum < 1 || quorum > count);
	pieces[0] = und_bytes(domain, sizeof domain);
	pieces[1] = und_bytes(&q, 1);
	for (size_t i = 0; i < count; i++) {
		und_bug_if(i > 0 && memcmp(keys[i - 1], keys[i], UND_ED25519_KEY_SIZE) >= 0);
		pieces[2 + i] = und_bytes(keys[i], UND_ED25519_KEY_SIZE);
	}
	und_sha256(out, pieces, 2 + count);
}
