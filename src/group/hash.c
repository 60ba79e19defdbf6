/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* group/hash.c: hashing to bytes, points and scalars (RFC 9380, RFC 9496 §4.3.4, RFC 9497 §4.1) */
#include <sodium.h>

#include "base/base.h"
#include "base/secret.h"
#include "group/decaf.h"

enum { HASH_SIZE = crypto_hash_sha512_BYTES, BLOCK_SIZE = 128, DST_MAX = 255 };

/* RFC 9380 §5.3.1: DST_prime, what every hash ends with */
struct dst_prime {
	uint8_t bytes[DST_MAX + 1];
	size_t n;
};

static void set_dst(struct dst_prime *d, const char *dst)
{
	size_t n = strlen(dst);

	und_bug_if(n == 0 || n > DST_MAX);
	memcpy(d->bytes, dst, n);
	d->bytes[n] = (uint8_t)n;
	d->n = n + 1;
}

static void hash_init(crypto_hash_sha512_state *h)
{
	int r = crypto_hash_sha512_init(h);

	und_bug_if(r != 0);
}

static void hash_add(crypto_hash_sha512_state *h, const void *p, size_t n)
{
	int r = crypto_hash_sha512_update(h, p, n);

	und_bug_if(r != 0);
}

static void hash_end(crypto_hash_sha512_state *h, uint8_t out[HASH_SIZE], const struct dst_prime *d)
{
	int r;

	hash_add(h, d->bytes, d->n);
	r = crypto_hash_sha512_final(h, out);
	und_bug_if(r != 0);
	und_wipe(h, sizeof *h);
}

/* step 7: b_0 = H(Z_pad || msg || l_i_b_str || I2OSP(0, 1) || DST_prime) */
static void first_hash(uint8_t b0[HASH_SIZE], size_t n, const struct dst_prime *d, const struct und_bytes *msg, size_t pieces)
{
	static const uint8_t z_pad[BLOCK_SIZE];
	const uint8_t length[3] = { (uint8_t)(n >> 8), (uint8_t)n, 0 };
	crypto_hash_sha512_state h;

	hash_init(&h);
	hash_add(&h, z_pad, sizeof z_pad);
	for (size_t i = 0; i < pieces; i++)
		if (msg[i].n != 0)
			hash_add(&h, msg[i].p, msg[i].n);
	hash_add(&h, length, sizeof length);
	hash_end(&h, b0, d);
}

void und_expand_message(uint8_t *out, size_t n, const char *dst, const struct und_bytes *msg, size_t pieces)
{
	struct dst_prime d;
	uint8_t b0[HASH_SIZE], bi[HASH_SIZE] = { 0 };
	crypto_hash_sha512_state h;

	und_bug_if(n > 255 * HASH_SIZE);
	set_dst(&d, dst);
	first_hash(b0, n, &d, msg, pieces);
	/* steps 8 to 11; with b_i = 0 before the first, all rounds are alike */
	for (uint8_t i = 1; n > 0; i++) {
		size_t take = n < HASH_SIZE ? n : HASH_SIZE;

		for (size_t k = 0; k < HASH_SIZE; k++)
			bi[k] ^= b0[k];
		hash_init(&h);
		hash_add(&h, bi, sizeof bi);
		hash_add(&h, &i, 1);
		hash_end(&h, bi, &d);
		memcpy(out, bi, take);
		out += take;
		n -= take;
	}
	und_wipe(b0, sizeof b0);
	und_wipe(bi, sizeof bi);
}

void und_point_from_uniform(struct und_point *out, const uint8_t in[64])
{
	decaf_255_point_from_hash_uniform(und_own_point(out), in);
}

void und_hash_to_point(struct und_point *out, const char *dst, const struct und_bytes *msg, size_t pieces)
{
	uint8_t uniform[64];

	und_expand_message(uniform, sizeof uniform, dst, msg, pieces);
	und_point_from_uniform(out, uniform);
	und_wipe(uniform, sizeof uniform);
}

void und_hash_to_scalar(struct und_scalar *out, const char *dst, const struct und_bytes *msg, size_t pieces)
{
	uint8_t uniform[64];

	und_expand_message(uniform, sizeof uniform, dst, msg, pieces);
	und_scalar_reduce(out, uniform);
	und_wipe(uniform, sizeof uniform);
}
