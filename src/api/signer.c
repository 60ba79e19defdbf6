/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* signer.c: one member's key behind an opaque handle, in guarded memory */
#include "api/signer.h"

#include <sodium.h>

#include "base/secret.h"
#include "proof/authority.h"
#include "record/enrolment.h"

enum { MEBIBYTES = 256, MEBIBYTES_FEW = 64 };
_Static_assert((int)UND_SIGNER_FILE_SIZE == (int)UND_KEY_FILE_SIZE, "a key file");
_Static_assert((int)UND_SIGNER_CODE_SIZE == (int)UND_CODE_SIZE, "a code");
_Static_assert((int)UND_SIGNER_SERIES_SIZE == (int)UND_SERIES_MAX + 1, "a series");
_Static_assert((int)UND_SIGNER_EDITIONS_MAX == (int)UND_ENROLMENT_KEYS_MAX, "an enrolment");

/* ---- new and free ---- */

/* Guarded, and zero. */
static struct und_signer *make(enum und_err *e)
{
	struct und_signer *s;

	if ((*e = und_init()) != UND_OK)
		return NULL;
	s = sodium_malloc(sizeof *s);
	if (s == NULL)
		*e = UND_ERR_MEMORY;
	else
		memset(s, 0, sizeof *s);
	return s;
}

/* Its secret scalar and its public key, from what is kept. */
static enum und_err compute(struct und_signer *s)
{
	struct und_point p;
	enum und_err e;

	if ((e = und_key_plain_secret(&s->x, &s->plain)) != UND_OK)
		return e;
	und_point_mul_base(&p, &s->x);
	und_point_encode(s->key, &p);
	und_declassify(s->key, sizeof s->key); /* a member key stands on rosters; whose it is is not told */
	und_point_wipe(&p);
	return UND_OK;
}

/* A whole signer to the caller, or nothing. */
static enum und_err hand_out(struct und_signer **out, struct und_signer *s, enum und_err e)
{
	if (e == UND_OK)
		e = compute(s);
	if (e == UND_OK)
		*out = s;
	else
		und_signer_free(s);
	return e;
}

void und_signer_free(struct und_signer *signer)
{
	if (signer == NULL)
		return;
	und_wipe(signer, sizeof *signer);
	sodium_free(signer);
}

static void keep_pin(struct und_key_plain *k, const uint8_t *pin)
{
	k->has_pin = pin != NULL;
	memset(k->pin, 0, sizeof k->pin);
	if (pin != NULL)
		memcpy(k->pin, pin, sizeof k->pin);
}

static void begin_chain(struct und_key_plain *k, const char *series, size_t n, unsigned edition)
{
	k->kind = UND_KEY_CHAIN;
	k->edition = (uint16_t)edition;
	memcpy(k->series, series, n); /* zero behind it */
}

enum und_err und_signer_new(struct und_signer **out, const char *series, size_t series_n, unsigned edition, const uint8_t *pin,
                            const struct und_random *random)
{
	const struct und_random *source;
	struct und_signer *s;
	enum und_err e;

	if (out == NULL || series == NULL)
		return UND_ERR_MISUSE;
	if (!und_id_text_is_valid(und_bytes(series, series_n)))
		return UND_ERR_ID_FORM;
	if (edition < 1 || edition > UND_EDITION_MAX)
		return UND_ERR_EDITION;
	if ((e = und_lent_random(&source, random)) != UND_OK)
		return e;
	s = make(&e);
	if (s == NULL)
		return e;
	begin_chain(&s->plain, series, series_n, edition);
	keep_pin(&s->plain, pin);
	return hand_out(out, s, source->fill(source->ctx, s->plain.secret, UND_STATE_SIZE));
}

enum und_err und_signer_restore(struct und_signer **out, const char *code, size_t n, const char *series, size_t series_n,
                                const uint8_t *pin)
{
	struct und_chain chain;
	struct und_signer *s;
	enum und_err e;

	if (out == NULL || (code == NULL && n != 0) || series == NULL)
		return UND_ERR_MISUSE;
	if (!und_id_text_is_valid(und_bytes(series, series_n)))
		return UND_ERR_ID_FORM;
	s = make(&e);
	if (s == NULL)
		return e;
	if ((e = und_code_decode(&chain, und_bytes(code, n))) == UND_OK) {
		begin_chain(&s->plain, series, series_n, chain.edition);
		memcpy(s->plain.secret, chain.state, sizeof chain.state);
		und_chain_wipe(&chain);
	}
	keep_pin(&s->plain, pin);
	return hand_out(out, s, e);
}

enum und_err und_signer_import(struct und_signer **out, const uint8_t seed[32], const uint8_t *pin)
{
	struct und_signer *s;
	enum und_err e;

	if (out == NULL || seed == NULL)
		return UND_ERR_MISUSE;
	s = make(&e);
	if (s == NULL)
		return e;
	s->plain.kind = UND_KEY_IMPORTED;
	und_member_secret_from_ed25519(&s->x, seed);
	und_scalar_encode(s->plain.secret, &s->x);
	keep_pin(&s->plain, pin);
	return hand_out(out, s, UND_OK);
}

/* ---- key files ---- */

enum und_err und_signer_open(struct und_signer **out, const void *file, size_t n, const char *passphrase, size_t passphrase_n)
{
	struct und_signer *s;
	enum und_err e;

	if (out == NULL || (file == NULL && n != 0) || (passphrase == NULL && passphrase_n != 0))
		return UND_ERR_MISUSE;
	s = make(&e);
	if (s == NULL)
		return e;
	return hand_out(out, s, und_key_file_open(&s->plain, und_bytes(file, n), und_bytes(passphrase, passphrase_n)));
}

enum und_err und_signer_seal(uint8_t file[UND_SIGNER_FILE_SIZE], const struct und_signer *signer, const char *passphrase, size_t n,
                             unsigned mebibytes, const struct und_random *random)
{
	enum und_kdf kdf = mebibytes == MEBIBYTES ? UND_KDF_ARGON2ID_256 : mebibytes == MEBIBYTES_FEW ? UND_KDF_ARGON2ID_64 : UND_KDF_NONE;
	const struct und_random *source;
	uint8_t fresh[16 + 24];
	enum und_err e;

	if (file == NULL || signer == NULL || (passphrase == NULL && n != 0))
		return UND_ERR_MISUSE;
	if ((kdf == UND_KDF_NONE && mebibytes != 0) || (kdf == UND_KDF_NONE) != (n == 0))
		return UND_ERR_MISUSE;
	if ((e = und_lent_random(&source, random)) != UND_OK)
		return e;
	if ((e = source->fill(source->ctx, fresh, sizeof fresh)) != UND_OK)
		return e;
	return und_key_file_seal(file, &signer->plain, kdf, und_bytes(passphrase, n), fresh, fresh + 16);
}

/* ---- what it is ---- */

enum und_err und_signer_get_facts(struct und_signer_facts *out, size_t size, const struct und_signer *signer)
{
	struct und_signer_facts f;

	if (signer == NULL)
		return UND_ERR_MISUSE;
	memset(&f, 0, sizeof f);
	memcpy(f.key, signer->key, sizeof f.key);
	f.edition = signer->plain.edition;
	f.imported = signer->plain.kind == UND_KEY_IMPORTED;
	f.has_pin = signer->plain.has_pin;
	memcpy(f.pin, signer->plain.pin, sizeof f.pin);
	memcpy(f.series, signer->plain.series, sizeof f.series);
	return und_api_fill(out, size, &f, sizeof f, sizeof f);
}

enum und_err und_signer_set_pin(struct und_signer *signer, const uint8_t *pin)
{
	if (signer == NULL)
		return UND_ERR_MISUSE;
	keep_pin(&signer->plain, pin);
	return UND_OK;
}

/* The caller wipes it. */
static enum und_err chain_of(struct und_chain *out, const struct und_signer *s)
{
	if (s->plain.kind != UND_KEY_CHAIN)
		return UND_ERR_KEY_KIND;
	out->edition = s->plain.edition;
	memcpy(out->state, s->plain.secret, sizeof out->state);
	return UND_OK;
}

enum und_err und_signer_code(char out[UND_SIGNER_CODE_SIZE], const struct und_signer *signer)
{
	struct und_chain chain;
	enum und_err e;

	if (out == NULL || signer == NULL)
		return UND_ERR_MISUSE;
	if ((e = chain_of(&chain, signer)) != UND_OK)
		return e;
	und_code_encode(out, &chain);
	und_chain_wipe(&chain);
	return UND_OK;
}

enum und_err und_signer_advance(struct und_signer *signer)
{
	struct und_chain chain;
	struct und_scalar x;
	enum und_err e;

	if (signer == NULL)
		return UND_ERR_MISUSE;
	if ((e = chain_of(&chain, signer)) != UND_OK)
		return e;
	if ((e = und_chain_advance(&chain)) == UND_OK && (e = und_chain_secret(&x, &chain, und_cstr(signer->plain.series))) == UND_OK) {
		signer->plain.edition = chain.edition;
		memcpy(signer->plain.secret, chain.state, sizeof chain.state);
		und_scalar_wipe(&x);
		e = compute(signer);
	}
	und_chain_wipe(&chain);
	return e;
}

enum und_err und_signer_enrol(uint8_t **line, size_t *n, const struct und_signer *signer, const char *body, size_t body_n,
                              unsigned editions, const struct und_random *random)
{
	const struct und_random *source;
	size_t count = editions;
	struct und_chain chain;
	struct und_buf b;
	enum und_err e;

	if (line == NULL || n == NULL || signer == NULL || body == NULL || editions < 1 || editions > UND_SIGNER_EDITIONS_MAX)
		return UND_ERR_MISUSE;
	if (!und_id_text_is_valid(und_bytes(body, body_n)))
		return UND_ERR_ID_FORM;
	if ((e = und_lent_random(&source, random)) != UND_OK)
		return e;
	if ((e = chain_of(&chain, signer)) != UND_OK)
		return e;
	und_buf_init_secret(&b, UND_LINE_MAX);
	e = und_enrolment_write(&b, &chain, und_cstr(signer->plain.series), und_bytes(body, body_n), &count, source);
	if (e == UND_OK)
		e = und_api_give(line, n, &b);
	und_buf_clear(&b);
	und_chain_wipe(&chain);
	return e;
}
