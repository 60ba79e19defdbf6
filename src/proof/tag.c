/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* tag.c: Schnorr signatures under a tag (base U) and proofs of possession (base G), one at a time */
#include "base/base.h"
#include "base/hash.h"
#include "base/secret.h"
#include "proof/nonce.h"
#include "proof/ring.h"
#include "proof/schnorr.h"
#include "proof/tag.h"

enum { RESPONSE_AT = UND_POINT_SIZE }; /* bytes R | s */

/* R = k*base, given; s = k + c*x */
static void respond(uint8_t s[UND_SCALAR_SIZE], const struct und_scalar *k, const struct und_scalar *c, const struct und_scalar *x)
{
	struct und_scalar t;

	und_scalar_mul(&t, c, x);
	und_scalar_add(&t, &t, k);
	und_scalar_encode(s, &t);
	und_scalar_wipe(&t);
}

/* The one secret scalar of these acts. UND_ERR_RANDOM where it is 0, since R would be the identity. */
static enum und_err draw(struct und_scalar *k, const char *purpose, const struct und_scalar *x, const struct und_bytes *context,
                         size_t pieces, const uint8_t fresh[UND_FRESH_SIZE])
{
	struct und_nonce nonce;
	uint64_t zero;

	und_nonce_init(&nonce, purpose, x, context, pieces, fresh);
	und_nonce_next(k, &nonce);
	und_nonce_clear(&nonce);
	zero = und_scalar_is_zero(k);
	und_declassify(&zero, sizeof zero); /* happens once in 2^252: then nothing is published */
	return zero ? UND_ERR_RANDOM : UND_OK;
}

/* spec/protocol.md §4 */
void und_tag_challenge(struct und_scalar *c, const uint8_t letter_id[UND_ID_SIZE], const uint8_t tag[UND_POINT_SIZE],
                       const uint8_t r[UND_POINT_SIZE], const uint8_t message_hash[32])
{
	struct und_bytes pieces[] = { und_bytes(letter_id, UND_ID_SIZE), und_bytes(tag, UND_POINT_SIZE), und_bytes(r, UND_POINT_SIZE),
		                      und_bytes(message_hash, 32) };

	und_hash_to_scalar(c, "undersigned/1 tag signature", pieces, UND_COUNT_OF(pieces));
}

enum und_err und_tag_sign(uint8_t signature[UND_TAG_SIGNATURE_SIZE], const uint8_t letter_id[UND_ID_SIZE], const struct und_scalar *x,
                          struct und_bytes message, const uint8_t fresh[UND_FRESH_SIZE])
{
	uint8_t hash[32], tag[UND_POINT_SIZE];
	struct und_bytes context[] = { und_bytes(letter_id, UND_ID_SIZE), und_bytes(hash, sizeof hash) };
	struct und_point base, p;
	struct und_scalar k, c;
	enum und_err e;

	und_sha256(hash, &message, 1);
	e = draw(&k, "tag", x, context, UND_COUNT_OF(context), fresh);
	if (e != UND_OK)
		goto out;
	und_tag_base(&base, letter_id);
	und_point_mul(&p, x, &base);
	und_point_encode(tag, &p);
	und_declassify(tag, sizeof tag); /* T = x*U stands in the letter */
	und_point_mul(&p, &k, &base);
	und_point_encode(signature, &p);
	und_declassify(signature, UND_POINT_SIZE); /* R hides k as T hides x */
	und_tag_challenge(&c, letter_id, tag, signature, hash);
	respond(signature + RESPONSE_AT, &k, &c, x);
	und_declassify(signature + RESPONSE_AT, UND_SCALAR_SIZE); /* s hides c*x behind k */
	und_point_wipe(&p);
out:
	und_scalar_wipe(&k);
	return e;
}

enum und_err und_schnorr_parse_var(struct und_schnorr *out, const uint8_t public[UND_POINT_SIZE],
                                   const uint8_t bytes[UND_TAG_SIGNATURE_SIZE])
{
	enum und_err e;

	if ((e = und_point_decode(&out->public, public)) != UND_OK)
		return e;
	if ((e = und_point_decode(&out->r, bytes)) != UND_OK)
		return e;
	return und_scalar_decode(&out->s, bytes + RESPONSE_AT);
}

/* s*base = R + c*public */
enum und_err und_schnorr_verify_var(const struct und_schnorr *g, const struct und_point *base)
{
	struct und_point p;
	struct und_scalar minus_c;

	und_scalar_negate(&minus_c, &g->c);
	und_point_mul2(&p, &g->s, base, &minus_c, &g->public);
	return und_point_equal(&p, &g->r) != 0 ? UND_OK : UND_ERR_PROOF;
}

enum und_err und_tag_verify_var(const uint8_t letter_id[UND_ID_SIZE], const uint8_t tag[UND_POINT_SIZE], struct und_bytes message,
                                const uint8_t signature[UND_TAG_SIGNATURE_SIZE])
{
	struct und_schnorr g;
	struct und_point base;
	uint8_t hash[32];
	enum und_err e;

	e = und_schnorr_parse_var(&g, tag, signature);
	if (e != UND_OK)
		return e;
	und_sha256(hash, &message, 1);
	und_tag_challenge(&g.c, letter_id, tag, signature, hash);
	und_tag_base(&base, letter_id);
	return und_schnorr_verify_var(&g, &base);
}

/* ---- possession, spec/protocol.md §5 ---- */

/* SHA-256(series | 0 | u32be(edition)) */
static void enrolment_hash(uint8_t out[32], struct und_bytes series, uint32_t edition)
{
	uint8_t tail[5] = { 0 };
	struct und_bytes pieces[] = { series, und_bytes(tail, sizeof tail) };

	und_store_u32be(tail + 1, edition);
	und_sha256(out, pieces, UND_COUNT_OF(pieces));
}

static void possession_challenge(struct und_scalar *c, const uint8_t key[UND_POINT_SIZE], const uint8_t r[UND_POINT_SIZE],
                                 const uint8_t hash[32])
{
	struct und_bytes pieces[] = { und_bytes(key, UND_POINT_SIZE), und_bytes(r, UND_POINT_SIZE), und_bytes(hash, 32) };

	und_hash_to_scalar(c, "undersigned/1 enrolment", pieces, UND_COUNT_OF(pieces));
}

enum und_err und_possession_prove(uint8_t proof[UND_TAG_SIGNATURE_SIZE], const struct und_scalar *x, struct und_bytes series,
                                  uint32_t edition, const uint8_t fresh[UND_FRESH_SIZE])
{
	uint8_t hash[32], key[UND_POINT_SIZE];
	struct und_bytes context[] = { und_bytes(key, sizeof key), und_bytes(hash, sizeof hash) };
	struct und_point p;
	struct und_scalar k, c;
	enum und_err e;

	und_point_mul_base(&p, x);
	und_point_encode(key, &p);
	und_declassify(key, sizeof key); /* X = x*G is handed in beside the proof */
	enrolment_hash(hash, series, edition);
	e = draw(&k, "enrolment", x, context, UND_COUNT_OF(context), fresh);
	if (e != UND_OK)
		goto out;
	und_point_mul_base(&p, &k);
	und_point_encode(proof, &p);
	und_declassify(proof, UND_POINT_SIZE); /* R hides k as X hides x */
	possession_challenge(&c, key, proof, hash);
	respond(proof + RESPONSE_AT, &k, &c, x);
	und_declassify(proof + RESPONSE_AT, UND_SCALAR_SIZE); /* s hides c*x behind k */
out:
	und_point_wipe(&p);
	und_scalar_wipe(&k);
	return e;
}

enum und_err und_possession_verify_var(const uint8_t key[UND_POINT_SIZE], struct und_bytes series, uint32_t edition,
                                       const uint8_t proof[UND_TAG_SIGNATURE_SIZE])
{
	struct und_schnorr g;
	uint8_t hash[32];
	enum und_err e;

	e = und_schnorr_parse_var(&g, key, proof);
	if (e != UND_OK)
		return e;
	enrolment_hash(hash, series, edition);
	possession_challenge(&g.c, key, proof, hash);
	return und_schnorr_verify_var(&g, und_point_base()) == UND_OK ? UND_OK : UND_ERR_POSSESSION;
}
