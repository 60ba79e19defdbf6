/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* library.c: the public library's calls that handle a secret: keys, their files and codes, enrolment, acts */
#include "ct.h"

#include "api_fixture.h"

static bool secret; /* whether what is drawn is one: what verification draws is not */

static enum und_err draw(void *ctx, uint8_t *out, size_t n)
{
	(void)ctx;
	tap_random_bytes(out, n);
	if (secret)
		und_classify(out, n);
	return UND_OK;
}
static const struct und_random random_bytes = { draw, NULL };

static struct und_signer *new_signer(void)
{
	struct und_signer *s = NULL;
	enum und_err e = UND_ERR_COUNT;

	secret = true;
	QUIET(e = und_signer_new(&s, "staff", 5, 1, NULL, &random_bytes));
	secret = false;
	OK(e);
	SECRET(&s->x, sizeof s->x);
	SECRET(s->plain.secret, UND_STATE_SIZE);
	PUBLIC(s->key, sizeof s->key);
	return s;
}

TEST(keys_codes_and_files)
{
	static const char words[] = "six words drawn by lot";
	struct und_signer *s, *t = NULL;
	char code[UND_SIGNER_CODE_SIZE];
	uint8_t file[UND_SIGNER_FILE_SIZE], *line = NULL;
	enum und_err e = UND_ERR_COUNT;
	size_t n = 0;

	tap_seed(1);
	s = new_signer();
	QUIET(e = und_signer_enrol(&line, &n, s, "harbour", 7, 3, &random_bytes));
	OK(e);
	PUBLIC(line, n);
	und_bytes_free(line, n);
	QUIET(e = und_signer_code(code, s));
	OK(e);
	SECRET(code, 49);
	QUIET(e = und_signer_restore(&t, code, 49, "staff", 5, NULL));
	OK(e);
	SECRET(&t->x, sizeof t->x);
	MEM(s->key, t->key, 32);
	QUIET(und_signer_free(t));
	QUIET(e = und_signer_seal(file, s, NULL, 0, 0, &random_bytes));
	OK(e);
	PUBLIC(file, sizeof file);
	QUIET(e = und_signer_seal(file, s, words, sizeof words - 1, 64, &random_bytes));
	OK(e);
	PUBLIC(file, sizeof file);
	QUIET(e = und_signer_advance(s));
	OK(e);
	SECRET(&s->x, sizeof s->x);
	QUIET(und_signer_free(s));
}

TEST(an_imported_key)
{
	struct und_signer *s = NULL;
	uint8_t seed[32] = { 1, 2, 3 };
	enum und_err e = UND_ERR_COUNT;

	und_classify(seed, sizeof seed);
	QUIET(e = und_signer_import(&s, seed, NULL));
	OK(e);
	SECRET(&s->x, sizeof s->x);
	SECRET(s->plain.secret, 32);
	PUBLIC(s->key, 32);
	und_signer_free(s);
}

/* An act whose line is public and leaves the signer secret. */
#define ACT(call)                                                                                                      \
	do {                                                                                                           \
		enum und_err act_e_ = UND_ERR_COUNT;                                                                   \
                                                                                                                       \
		secret = true;                                                                                         \
		QUIET(act_e_ = (call));                                                                                \
		secret = false;                                                                                        \
		OK(act_e_);                                                                                            \
		PUBLIC(line, n);                                                                                       \
		SECRET(&s->x, sizeof s->x);                                                                            \
		OK(und_copy_append(copy, line, n, NULL));                                                              \
		und_bytes_free(line, n);                                                                               \
	} while (0)

TEST(acts)
{
	const struct und_lent lent = { .random = &random_bytes };
	struct signed_fixture x;
	struct und_copy *copy = NULL;
	struct und_copy_question q;
	struct und_signer *s;
	enum und_signed state = UND_SIGNED_NOT;
	enum und_err e = UND_ERR_COUNT;
	uint8_t *line = NULL;
	size_t n = 0;

	tap_seed(2);
	signers_init(&x);
	s = new_signer();
	memcpy(x.f.keys[3], s->key, 32);
	fixture_push_head(&x.f, SIGNERS);
	OK(fixture_read(&x.f));
	OK(fixture_add(&x.f, fixture_question(&x.f, "Enough?", NULL, 9980), O0 | O1));
	OK(und_copy_read(&copy, UND_COPY_LETTER, x.f.file.p, x.f.file.n, &lent, sizeof lent, NULL));
	ACT(und_sign(&line, &n, copy, s, "b", 1, 9900));
	QUIET(e = und_signer_signed(&state, copy, s));
	OK(e);
	EQ(UND_SIGNED_YES, state);
	OK(und_copy_get_question(&q, sizeof q, copy, 0));
	ACT(und_vote(&line, &n, copy, s, q.id, "no", 2, 9900));
	ACT(und_withdraw(&line, &n, copy, s, 9900));
	und_copy_free(copy);
	und_signer_free(s);
	signers_clear(&x);
}
