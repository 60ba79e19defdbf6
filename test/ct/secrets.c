/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* secrets.c: everything else that handles a secret: tag signatures, possession, editions, codes, Ed25519 keys, key files, base64 */
#include "base/encode.h"
#include "ct.h"
#include "letter/seal.h"
#include "proof/authority.h"
#include "proof/edition.h"
#include "proof/keyfile.h"
#include "proof/ring.h"
#include "proof/tag.h"

static const uint8_t letter[UND_ID_SIZE] = "a letter, whose id is public";

static void secret_bytes(uint8_t *out, size_t n, unsigned which)
{
	ct_bytes(out, n, which);
	und_classify(out, n);
}

static void secret_scalar(struct und_scalar *out, unsigned which)
{
	ct_scalar(out, which);
	und_classify(out, sizeof *out);
}

TEST(a_tag_signature)
{
	uint8_t signature[UND_TAG_SIGNATURE_SIZE], fresh[UND_FRESH_SIZE], tag[UND_POINT_SIZE];
	struct und_bytes message = und_cstr("{\"type\":\"withdrawal\"}");
	struct und_scalar x;
	enum und_err e = UND_ERR_COUNT;

	secret_scalar(&x, 1);
	secret_bytes(fresh, sizeof fresh, 2);
	QUIET(e = und_tag_sign(signature, letter, &x, message, fresh));
	OK(e);
	PUBLIC(signature, sizeof signature);
	SECRET(&x, sizeof x);
	ct_scalar(&x, 1);
	und_tag(tag, &x, letter);
	OK(und_tag_verify_var(letter, tag, message, signature));
}

TEST(a_proof_of_possession)
{
	uint8_t proof[UND_TAG_SIGNATURE_SIZE], fresh[UND_FRESH_SIZE], key[UND_POINT_SIZE];
	struct und_bytes series = und_cstr("public-service");
	struct und_scalar x;
	struct und_point point;
	enum und_err e = UND_ERR_COUNT;

	secret_scalar(&x, 3);
	secret_bytes(fresh, sizeof fresh, 4);
	QUIET(e = und_possession_prove(proof, &x, series, 7, fresh));
	OK(e);
	PUBLIC(proof, sizeof proof);
	ct_scalar(&x, 3);
	und_point_mul_base(&point, &x);
	und_point_encode(key, &point);
	OK(und_possession_verify_var(key, series, 7, proof));
}

TEST(editions_and_the_written_code)
{
	struct und_chain chain = { .edition = 3 }, back;
	char code[UND_CODE_SIZE];
	struct und_scalar x;
	enum und_err e = UND_ERR_COUNT;

	secret_bytes(chain.state, sizeof chain.state, 5);
	QUIET(e = und_chain_secret(&x, &chain, und_cstr("public-service")));
	OK(e);
	SECRET(&x, sizeof x);
	QUIET(e = und_chain_advance(&chain));
	OK(e);
	SECRET(chain.state, sizeof chain.state);
	QUIET(und_code_encode(code, &chain));
	SECRET(code, sizeof code);
	QUIET(e = und_code_decode(&back, und_bytes(code, UND_CODE_SIZE - 1)));
	OK(e);
	SECRET(back.state, sizeof back.state);
	QUIET(und_chain_wipe(&chain));
}

/* Which slip it was is told to whoever typed it; the rest of the code stays secret. */
TEST(a_slip_in_a_written_code)
{
	struct und_chain chain = { .edition = 4 };
	struct und_code_slip slip;
	char code[UND_CODE_SIZE];
	unsigned n = 0;

	secret_bytes(chain.state, sizeof chain.state, 7);
	und_code_encode(code, &chain);
	code[7] ^= 1;
	QUIET(n = und_code_find_slip(&slip, und_bytes(code, UND_CODE_SIZE - 1)));
	EQ(n, 1);
	EQ(slip.position, 7);
	SECRET(slip.corrected, sizeof slip.corrected);
}

TEST(ed25519_keys)
{
	uint8_t seed[32], key[UND_ED25519_KEY_SIZE], signature[UND_ED25519_SIGNATURE_SIZE];
	struct und_scalar x;
	enum und_err e = UND_ERR_COUNT;

	secret_bytes(seed, sizeof seed, 6);
	QUIET(und_member_secret_from_ed25519(&x, seed));
	SECRET(&x, sizeof x);
	QUIET(und_authority_public(key, seed));
	PUBLIC(key, sizeof key);
	QUIET(e = und_authority_sign(signature, seed, "letter", und_cstr("{}")));
	OK(e);
	PUBLIC(signature, sizeof signature);
	OK(und_authority_verify_var(key, "letter", und_cstr("{}"), signature));
}

/* Without a passphrase: Argon2id reads memory in an order that depends on it, by design (RFC 9106), so the passphrase stays unmarked. */
static void key_file_keeps(enum und_key_kind kind, unsigned which)
{
	struct und_key_plain k = { .kind = kind, .edition = kind == UND_KEY_CHAIN ? 2 : 0 }, back;
	uint8_t file[UND_KEY_FILE_SIZE], salt[16], nonce[24];
	struct und_scalar x;
	enum und_err e = UND_ERR_COUNT;

	if (kind == UND_KEY_CHAIN) {
		memcpy(k.series, "public-service", 15);
		ct_bytes(k.secret, UND_STATE_SIZE, which);
		und_classify(k.secret, UND_STATE_SIZE);
	} else {
		ct_scalar(&x, which);
		und_scalar_encode(k.secret, &x);
		und_classify(k.secret, sizeof k.secret);
	}
	ct_bytes(salt, sizeof salt, which + 1);
	ct_bytes(nonce, sizeof nonce, which + 2);
	QUIET(e = und_key_file_seal(file, &k, UND_KDF_NONE, und_cstr(""), salt, nonce));
	OK(e);
	PUBLIC(file, sizeof file);
	QUIET(e = und_key_file_open(&back, und_bytes(file, sizeof file), und_cstr("")));
	OK(e);
	und_declassify(k.secret, sizeof k.secret);
	MEM(k.secret, back.secret, sizeof k.secret);
}

TEST(key_files)
{
	key_file_keeps(UND_KEY_CHAIN, 10);
	key_file_keeps(UND_KEY_IMPORTED, 20);
	key_file_keeps(UND_KEY_AUTHORITY, 30);
}

TEST(keys_in_base64_and_comparisons)
{
	uint8_t key[32], other[32];
	char text[44];
	enum und_err e = UND_ERR_COUNT;
	bool same = false;

	secret_bytes(key, sizeof key, 40);
	QUIET(und_base64_encode_secret(text, key));
	SECRET(text, 43);
	QUIET(e = und_base64_decode_secret(other, und_bytes(text, 43)));
	OK(e);
	SECRET(other, sizeof other);
	QUIET(same = und_equal(key, other, sizeof key));
	und_declassify(&same, sizeof same);
	CHECK(same);
	QUIET(und_wipe(key, sizeof key));
}

TEST(the_key_of_a_sealed_letters_link)
{
	uint8_t link[UND_LINK_SIZE], nonce[24];
	char text[44];
	struct und_buf sealed;
	enum und_err e = UND_ERR_COUNT;

	secret_bytes(link, sizeof link, 45);
	ct_bytes(nonce, sizeof nonce, 46);
	und_buf_init(&sealed, 1 << 16);
	QUIET(e = und_seal(&sealed, link, nonce, letter, und_cstr("{\"type\":\"words\"}\n")));
	OK(e);
	CHECK(sealed.n == UND_SEALED_EXTRA + UND_SEALED_BLOCK);
	QUIET(und_base64_encode_secret(text, link));
	SECRET(text, 43);
	und_buf_clear(&sealed);
}

/* What the header of group/ calls constant time, call by call. */
TEST(scalars_and_points)
{
	struct und_scalar a, b, c;
	struct und_point p, q;
	uint8_t bytes[32], wide[64];
	struct und_bytes message = { wide, sizeof wide };
	uint64_t mask = 0;

	secret_bytes(wide, sizeof wide, 50);
	QUIET(und_scalar_reduce(&a, wide));
	secret_scalar(&b, 51);
	QUIET(und_scalar_add(&c, &a, &b); und_scalar_sub(&c, &c, &a); und_scalar_mul(&c, &c, &b); und_scalar_negate(&c, &c));
	QUIET(mask = und_scalar_is_zero(&c); und_scalar_select(&c, &a, &b, mask); und_scalar_encode(bytes, &c));
	SECRET(bytes, sizeof bytes);
	QUIET(und_point_mul_base(&p, &a); und_point_mul(&q, &b, &p); und_point_mul2(&q, &a, &p, &b, &q));
	QUIET(und_point_add(&q, &p, &q); und_point_sub(&q, &q, &p); und_point_negate(&q, &q); mask = und_point_equal(&p, &q));
	QUIET(und_point_select(&q, &p, &q, mask); und_point_encode(bytes, &q));
	SECRET(bytes, sizeof bytes);
	QUIET(und_hash_to_scalar(&c, "a test", &message, 1)); /* und_hash_to_point only ever sees letters' ids */
	SECRET(&c, sizeof c);
	QUIET(und_scalar_wipe(&c); und_point_wipe(&q));
}
