/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* authority.c: Ed25519 with one verdict, member keys from it, pins */
#include <sodium.h>

#include "base/base.h"
#include "group/ed25519.h"
#include "proof/authority.h"
#include "tap.h"

/* Generators of the parts of order 2, 4 and 8. */
static const char *const small[] = { "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
	                             "0000000000000000000000000000000000000000000000000000000000000000",
	                             "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a" };

static const struct und_bytes core = { (const uint8_t *)"{\"type\":\"words\"}", 16 };

static void start(uint64_t seed)
{
	if (sodium_init() < 0)
		abort();
	tap_seed(seed);
}

/* out = p + the small point */
static void add_small(uint8_t out[32], const uint8_t p[32], size_t which)
{
	uint8_t t[32];

	tap_hex(t, sizeof t, small[which]);
	if (crypto_core_ed25519_add(out, p, t) != 0)
		abort();
}

/* The message as it is signed, put together by hand. */
static size_t message(uint8_t out[64], const char *type, struct und_bytes c)
{
	int n = snprintf((char *)out, 64, "undersigned/1 %s", type);

	memcpy(out + n + 1, c.p, c.n);
	return (size_t)n + 1 + c.n;
}

TEST(what_is_signed_verifies_and_nothing_else)
{
	uint8_t seed[32], key[32], other[32], sig[64], bad[64];

	start(1);
	tap_random_bytes(seed, sizeof seed);
	und_authority_public(key, seed);
	OK(und_authority_sign(sig, seed, "words", core));
	OK(und_authority_verify_var(key, "words", core, sig));
	IS(UND_ERR_AUTHORITY_SIGNATURE, und_authority_verify_var(key, "word", core, sig));
	IS(UND_ERR_AUTHORITY_SIGNATURE, und_authority_verify_var(key, "words", und_bytes(core.p, core.n - 1), sig));
	IS(UND_ERR_AUTHORITY_SIGNATURE, und_authority_verify_var(key, "words", und_bytes(NULL, 0), sig));
	seed[0] ^= 1;
	und_authority_public(other, seed);
	IS(UND_ERR_AUTHORITY_SIGNATURE, und_authority_verify_var(other, "words", core, sig));
	for (size_t i = 0; i < 64; i++) {
		memcpy(bad, sig, sizeof bad);
		bad[i] ^= (uint8_t)(1u << tap_below(8));
		CHECK(und_authority_verify_var(key, "words", core, bad) != UND_OK);
	}
}

TEST(signing_is_rfc_8032_over_the_domain_type_and_core)
{
	uint8_t seed[32], key[32], secret[64], sig[64], expected[64], m[64];
	size_t n;

	start(2);
	tap_random_bytes(seed, sizeof seed);
	crypto_sign_seed_keypair(key, secret, seed);
	n = message(m, "words", core);
	crypto_sign_detached(expected, NULL, m, n, secret);
	OK(und_authority_sign(sig, seed, "words", core));
	MEM(sig, expected, sizeof sig);
}

TEST(s_is_below_the_group_order)
{
	static const uint8_t order[32] = { 0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14,
		                           0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0x10 };
	uint8_t seed[32], key[32], sig[64];
	unsigned carry = 0;

	start(3);
	tap_random_bytes(seed, sizeof seed);
	und_authority_public(key, seed);
	OK(und_authority_sign(sig, seed, "words", core));
	OK(und_authority_verify_var(key, "words", core, sig));
	for (size_t i = 0; i < 32; i++) {
		carry += sig[32 + i] + order[i];
		sig[32 + i] = (uint8_t)carry;
		carry >>= 8;
	}
	IS(UND_ERR_AUTHORITY_SIGNATURE, und_authority_verify_var(key, "words", core, sig));
	memcpy(sig + 32, order, 32);
	IS(UND_ERR_AUTHORITY_SIGNATURE, und_authority_verify_var(key, "words", core, sig));
}

TEST(points_with_a_part_of_small_order_are_refused)
{
	start(4);
	for (int round = 0; round < 8; round++) {
		uint8_t seed[32], key[32], bad[32], member[32];

		tap_random_bytes(seed, sizeof seed);
		und_authority_public(key, seed);
		OK(und_ed25519_point_check_var(key));
		OK(und_member_key_from_ed25519_var(member, key));
		for (size_t i = 0; i < UND_COUNT_OF(small); i++) {
			memcpy(bad, key, sizeof bad);
			for (unsigned k = 1; k < 2u << i; k++) { /* every multiple but zero */
				add_small(bad, bad, i);
				IS(UND_ERR_ED25519_POINT, und_ed25519_point_check_var(bad));
				IS(UND_ERR_ED25519_POINT, und_member_key_from_ed25519_var(member, bad));
			}
		}
	}
}

TEST(points_of_small_order_and_spellings_that_are_not_canonical_are_refused)
{
	uint8_t p[32];

	start(5);
	for (size_t i = 0; i < UND_COUNT_OF(small); i++) {
		tap_hex(p, sizeof p, small[i]);
		for (unsigned k = 0; k < 8; k++) {
			IS(UND_ERR_ED25519_POINT, und_ed25519_point_check_var(p));
			add_small(p, p, i);
		}
	}
	for (unsigned sign = 0; sign < 2; sign++) /* y = p, p+1, … 2^255-1 */
		for (unsigned low = 0xed; low <= 0xff; low++) {
			memset(p, 0xff, sizeof p);
			p[0] = (uint8_t)low;
			p[31] = sign ? 0xff : 0x7f;
			IS(UND_ERR_ED25519_POINT, und_ed25519_point_check_var(p));
		}
	memset(p, 0, sizeof p); /* y = 1 with the wrong sign: a second spelling of the identity */
	p[0] = 1;
	p[31] = 0x80;
	IS(UND_ERR_ED25519_POINT, und_ed25519_point_check_var(p));
}

/* sig = (r*B + small part) | s, with s such that the equation holds but for the small parts; key = a*B + its small part. */
static void sign_with_torsion(uint8_t sig[64], const uint8_t a[32], const uint8_t key[32], size_t r_small, const uint8_t *m, size_t n)
{
	uint8_t r[32], h[64], c[32];
	crypto_hash_sha512_state st;

	tap_random_bytes(h, sizeof h);
	crypto_core_ed25519_scalar_reduce(r, h);
	if (crypto_scalarmult_ed25519_base_noclamp(sig, r) != 0)
		abort();
	if (r_small < UND_COUNT_OF(small))
		add_small(sig, sig, r_small);
	crypto_hash_sha512_init(&st);
	crypto_hash_sha512_update(&st, sig, 32);
	crypto_hash_sha512_update(&st, key, 32);
	crypto_hash_sha512_update(&st, m, n);
	crypto_hash_sha512_final(&st, h);
	crypto_core_ed25519_scalar_reduce(c, h);
	crypto_core_ed25519_scalar_mul(sig + 32, c, a);
	crypto_core_ed25519_scalar_add(sig + 32, sig + 32, r);
}

TEST(signatures_with_torsion_are_refused_where_libraries_differ)
{
	uint8_t a[32], wide[64], clean[32], key[32], sig[64], m[64];
	size_t n = message(m, "words", core), accepted = 0;

	start(6);
	tap_random_bytes(wide, sizeof wide);
	crypto_core_ed25519_scalar_reduce(a, wide);
	REQUIRE(crypto_scalarmult_ed25519_base_noclamp(clean, a) == 0);
	sign_with_torsion(sig, a, clean, 99, m, n);
	OK(und_authority_verify_var(clean, "words", core, sig)); /* the means are right */
	for (size_t i = 0; i < UND_COUNT_OF(small); i++) {
		sign_with_torsion(sig, a, clean, i, m, n); /* in R: the cofactored equation holds */
		IS(UND_ERR_ED25519_POINT, und_authority_verify_var(clean, "words", core, sig));
		add_small(key, clean, i); /* in the key: the plain equation holds too, for one in 2, 4, 8 */
		for (int round = 0; round < 24; round++) {
			sign_with_torsion(sig, a, key, 99, m, n);
			IS(UND_ERR_ED25519_POINT, und_authority_verify_var(key, "words", core, sig));
			accepted += crypto_sign_verify_detached(sig, m, n, key) == 0;
		}
	}
	CHECK(accepted > 0); /* libsodium by itself takes them: the test meets the case it is for */
}

TEST(identity_as_r_is_refused)
{
	uint8_t seed[32], key[32], secret[64], sig[64] = { 1 }, m[64], h[64], a[32], c[32];
	crypto_hash_sha512_state st;
	size_t n = message(m, "words", core);

	start(7);
	tap_random_bytes(seed, sizeof seed);
	crypto_sign_seed_keypair(key, secret, seed);
	crypto_hash_sha512(h, seed, 32);
	h[0] &= 0xf8;
	h[31] = (uint8_t)((h[31] & 0x7f) | 0x40);
	memset(h + 32, 0, 32);
	crypto_core_ed25519_scalar_reduce(a, h);
	crypto_hash_sha512_init(&st);
	crypto_hash_sha512_update(&st, sig, 32);
	crypto_hash_sha512_update(&st, key, 32);
	crypto_hash_sha512_update(&st, m, n);
	crypto_hash_sha512_final(&st, h);
	crypto_core_ed25519_scalar_reduce(c, h);
	crypto_core_ed25519_scalar_mul(sig + 32, c, a); /* the equation holds, with R = 0 */
	IS(UND_ERR_ED25519_POINT, und_authority_verify_var(key, "words", core, sig));
}

/* For torsion-free keys and R, libsodium's verdict and ours are one. */
TEST(libsodium_agrees_where_it_must)
{
	size_t good = 0, bad = 0;

	start(8);
	for (int round = 0; round < 200; round++) {
		uint8_t seed[32], key[32], sig[64], m[64];
		size_t n = message(m, "words", core);
		bool ours, theirs;

		tap_random_bytes(seed, sizeof seed);
		und_authority_public(key, seed);
		OK(und_authority_sign(sig, seed, "words", core));
		switch (tap_below(4)) {
		case 0:
			sig[32 + tap_below(31)] ^= 1;
			break;
		case 1:
			sig[63] |= (uint8_t)(0x10 << tap_below(4));
			break;
		case 2: /* another R of the subgroup */
			tap_random_bytes(seed, sizeof seed);
			und_authority_public(sig, seed);
			break;
		}
		ours = und_authority_verify_var(key, "words", core, sig) == UND_OK;
		theirs = crypto_sign_verify_detached(sig, m, n, key) == 0;
		EQ(ours, theirs);
		good += ours;
		bad += !ours;
	}
	CHECK(good > 10 && bad > 10);
}

/* For every scalar, a*B becomes a*G: signs and small multiples too. */
TEST(member_keys_are_the_same_point)
{
	start(9);
	for (uint64_t i = 1; i < 100; i++) {
		uint8_t b[64] = { (uint8_t)i }, public[32], key[32], expected[32];
		struct und_scalar a;
		struct und_point p;

		if (i > 20)
			tap_random_bytes(b, sizeof b);
		und_scalar_reduce(&a, b);
		if (i > 10 && i <= 20)
			und_scalar_negate(&a, &a);
		und_scalar_encode(b, &a);
		REQUIRE(crypto_scalarmult_ed25519_base_noclamp(public, b) == 0);
		OK(und_member_key_from_ed25519_var(key, public));
		und_point_mul_base(&p, &a);
		und_point_encode(expected, &p);
		MEM(key, expected, sizeof key);
	}
}

TEST(what_is_no_point_gives_no_member_key)
{
	uint8_t p[32], key[32], before[32];
	unsigned none = 0, outside = 0;

	start(10);
	memset(key, 0x33, sizeof key);
	memcpy(before, key, sizeof key);
	for (int i = 0; i < 100; i++) {
		struct und_point q;

		tap_random_bytes(p, sizeof p);
		if (und_ed25519_point_check_var(p) == UND_OK)
			continue; /* one in sixteen is a good key */
		IS(UND_ERR_ED25519_POINT, und_member_key_from_ed25519_var(key, p));
		if (und_point_from_ed25519_var(&q, p) == UND_OK)
			outside++;
		else
			none++;
	}
	CHECK(none > 20 && outside > 20); /* half of all y are on no point, and most points lie outside the subgroup */
	MEM(before, key, sizeof key);
}

TEST(a_pin_changes_with_quorum_and_keys)
{
	uint8_t keys[16][32], pin[32], other[32];
	const uint8_t *list[16];

	start(11);
	for (unsigned i = 0; i < 16; i++) {
		memset(keys[i], (int)i, 32);
		list[i] = keys[i];
	}
	und_pin(pin, 2, list, 3);
	und_pin(other, 3, list, 3);
	CHECK(memcmp(pin, other, 32) != 0);
	und_pin(other, 2, list, 2);
	CHECK(memcmp(pin, other, 32) != 0);
	und_pin(other, 16, list, 16);
	CHECK(memcmp(pin, other, 32) != 0);
	keys[2][31]++;
	und_pin(other, 2, list, 3);
	CHECK(memcmp(pin, other, 32) != 0);
}
