/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* api_member.c: signers of the public library: keys and their files, enrolment, and what is done with a letter */
#include "tap.h"

#include "api_fixture.h"
#include "proof/tag.h"
#include "record/invite.h"

static const uint8_t link_key[32] = { 1, 2, 3 };
static uint8_t *line;
static size_t line_n;

/* What an act gave: it must be a line that the copy takes. */
static enum und_err take(struct und_copy *copy)
{
	enum und_err e = und_copy_append(copy, line, line_n, NULL);

	und_bytes_free(line, line_n);
	line = NULL;
	line_n = 0;
	return e;
}

static enum und_err sign(struct und_copy *copy, const struct und_signer *s, const char *ring, int32_t today)
{
	return und_sign(&line, &line_n, copy, s, ring, strlen(ring), today);
}

/* ---- keys ---- */

TEST(a_new_signer_is_a_chain)
{
	struct und_signer *s = NULL;
	struct und_signer_facts f;
	uint8_t pin[32] = { 4 }, x[32];
	char code[UND_SIGNER_CODE_SIZE];

	OK(und_signer_new(&s, "staff", 5, 7, pin, NULL));
	OK(und_signer_get_facts(&f, sizeof f, s));
	CHECK(f.edition == 7 && !f.imported && f.has_pin && memcmp(f.pin, pin, 32) == 0);
	STR("staff", f.series);
	und_scalar_encode(x, &s->x);
	CHECK(!sodium_is_zero(x, sizeof x) && memcmp(f.key, s->key, 32) == 0);
	OK(und_signer_set_pin(s, NULL));
	OK(und_signer_get_facts(&f, sizeof f, s));
	CHECK(!f.has_pin && sodium_is_zero(f.pin, 32));
	OK(und_signer_code(code, s));
	EQ(49, strlen(code));
	und_signer_free(s);
	und_signer_free(NULL);
}

TEST(new_signers_differ_and_bad_ones_are_not_made)
{
	struct und_signer *s = NULL, *t = NULL, *none = NULL;
	struct und_signer_facts f, g;

	OK(und_signer_new(&s, "staff", 5, 1, NULL, NULL));
	OK(und_signer_new(&t, "staff", 5, 65535, NULL, NULL));
	OK(und_signer_get_facts(&f, sizeof f, s));
	OK(und_signer_get_facts(&g, sizeof g, t));
	CHECK(memcmp(f.key, g.key, 32) != 0);
	IS(UND_ERR_ID_FORM, und_signer_new(&none, "Staff", 5, 1, NULL, NULL));
	IS(UND_ERR_ID_FORM, und_signer_new(&none, "", 0, 1, NULL, NULL));
	IS(UND_ERR_ID_FORM, und_signer_new(&none, "abcdefghijabcdefghijabcdefghijabc", 33, 1, NULL, NULL));
	IS(UND_ERR_EDITION, und_signer_new(&none, "staff", 5, 0, NULL, NULL));
	IS(UND_ERR_EDITION, und_signer_new(&none, "staff", 5, 65536, NULL, NULL));
	IS(UND_ERR_MISUSE, und_signer_new(&none, NULL, 0, 1, NULL, NULL));
	IS(UND_ERR_MISUSE, und_signer_new(NULL, "staff", 5, 1, NULL, NULL));
	IS(UND_ERR_MISUSE, und_signer_get_facts(&f, sizeof f, NULL));
	IS(UND_ERR_MISUSE, und_signer_get_facts(&f, sizeof f - 1, s));
	IS(UND_ERR_MISUSE, und_signer_set_pin(NULL, NULL));
	CHECK(none == NULL);
	und_signer_free(s);
	und_signer_free(t);
}

TEST(a_written_code_is_the_key)
{
	struct und_signer *s = NULL, *t = NULL, *none = NULL;
	struct und_signer_facts f, g;
	char code[UND_SIGNER_CODE_SIZE];

	OK(und_signer_new(&s, "staff", 5, 3, NULL, NULL));
	OK(und_signer_code(code, s));
	OK(und_signer_restore(&t, code, strlen(code), "staff", 5, NULL));
	OK(und_signer_get_facts(&f, sizeof f, s));
	OK(und_signer_get_facts(&g, sizeof g, t));
	MEM(&f, &g, sizeof f);
	code[0] = code[0] == 'a' ? 'b' : 'a';
	IS(UND_ERR_CODE_CHECK, und_signer_restore(&none, code, strlen(code), "staff", 5, NULL));
	IS(UND_ERR_CODE_FORM, und_signer_restore(&none, code, 10, "staff", 5, NULL));
	IS(UND_ERR_CODE_FORM, und_signer_restore(&none, NULL, 0, "staff", 5, NULL));
	IS(UND_ERR_ID_FORM, und_signer_restore(&none, code, strlen(code), "st aff", 6, NULL));
	IS(UND_ERR_MISUSE, und_signer_restore(&none, NULL, 4, "staff", 5, NULL));
	IS(UND_ERR_MISUSE, und_signer_code(NULL, s));
	IS(UND_ERR_MISUSE, und_signer_code(code, NULL));
	CHECK(none == NULL);
	und_signer_free(s);
	und_signer_free(t);
}

TEST(an_edition_on_the_old_key_is_gone)
{
	struct und_signer *s = NULL, *last = NULL;
	struct und_signer_facts f, g;
	struct und_scalar x;
	struct und_chain c = { .edition = 3 };
	uint8_t want[32];
	struct und_point p;

	OK(und_signer_new(&s, "staff", 5, 3, NULL, NULL));
	memcpy(c.state, s->plain.secret, sizeof c.state);
	OK(und_signer_get_facts(&f, sizeof f, s));
	OK(und_signer_advance(s));
	OK(und_signer_get_facts(&g, sizeof g, s));
	EQ(4, g.edition);
	CHECK(memcmp(f.key, g.key, 32) != 0 && memcmp(c.state, s->plain.secret, sizeof c.state) != 0);
	OK(und_chain_advance(&c));
	OK(und_chain_secret(&x, &c, und_cstr("staff")));
	und_point_mul_base(&p, &x);
	und_point_encode(want, &p);
	MEM(want, g.key, 32);
	OK(und_signer_new(&last, "staff", 5, 65535, NULL, NULL));
	OK(und_signer_get_facts(&f, sizeof f, last));
	IS(UND_ERR_EDITION, und_signer_advance(last));
	IS(UND_ERR_MISUSE, und_signer_advance(NULL));
	OK(und_signer_get_facts(&g, sizeof g, last));
	MEM(&f, &g, sizeof f);
	und_signer_free(s);
	und_signer_free(last);
}

TEST(imported_keys_have_neither_code_nor_editions)
{
	static const uint8_t seed[32] = { 5, 6, 7 };
	struct und_signer *s = NULL;
	struct und_signer_facts f;
	uint8_t public_key[32], secret[64], want[32];
	char code[UND_SIGNER_CODE_SIZE];

	OK(und_signer_import(&s, seed, NULL));
	OK(und_signer_get_facts(&f, sizeof f, s));
	CHECK(f.imported && f.edition == 0 && f.series[0] == '\0');
	crypto_sign_ed25519_seed_keypair(public_key, secret, seed);
	OK(und_member_key_from_ed25519_var(want, public_key));
	MEM(want, f.key, 32);
	IS(UND_ERR_KEY_KIND, und_signer_code(code, s));
	IS(UND_ERR_KEY_KIND, und_signer_advance(s));
	IS(UND_ERR_KEY_KIND, und_signer_enrol(&line, &line_n, s, "harbour", 7, 1, NULL));
	IS(UND_ERR_MISUSE, und_signer_import(&s, NULL, NULL));
	IS(UND_ERR_MISUSE, und_signer_import(NULL, seed, NULL));
	und_signer_free(s);
}

TEST(key_files)
{
	static const uint8_t pin[32] = { 8 };
	struct und_signer *s = NULL, *t = NULL, *none = NULL;
	struct und_signer_facts f, g;
	uint8_t file[UND_SIGNER_FILE_SIZE], other[UND_SIGNER_FILE_SIZE];

	OK(und_signer_new(&s, "staff", 5, 3, pin, NULL));
	OK(und_signer_get_facts(&f, sizeof f, s));
	OK(und_signer_seal(file, s, "six words drawn by lot", 22, 64, NULL));
	OK(und_signer_open(&t, file, sizeof file, "six words drawn by lot", 22));
	OK(und_signer_get_facts(&g, sizeof g, t));
	MEM(&f, &g, sizeof f);
	und_signer_free(t);
	IS(UND_ERR_PASSPHRASE, und_signer_open(&none, file, sizeof file, "six words drawn by lo", 21));
	OK(und_signer_seal(file, s, NULL, 0, 0, NULL));
	OK(und_signer_seal(other, s, "", 0, 0, NULL));
	CHECK(memcmp(file, other, sizeof file) != 0); /* fresh each time */
	OK(und_signer_open(&t, file, sizeof file, NULL, 0));
	OK(und_signer_get_facts(&g, sizeof g, t));
	MEM(&f, &g, sizeof f);
	und_signer_free(t);
	file[200] ^= 1;
	IS(UND_ERR_PASSPHRASE, und_signer_open(&none, file, sizeof file, NULL, 0));
	IS(UND_ERR_KEY_FILE, und_signer_open(&none, file, sizeof file - 1, NULL, 0));
	IS(UND_ERR_KEY_FILE, und_signer_open(&none, NULL, 0, NULL, 0));
	IS(UND_ERR_MISUSE, und_signer_open(&none, NULL, 208, NULL, 0));
	IS(UND_ERR_MISUSE, und_signer_open(&none, file, sizeof file, NULL, 4));
	IS(UND_ERR_MISUSE, und_signer_open(NULL, file, sizeof file, NULL, 0));
	IS(UND_ERR_MISUSE, und_signer_seal(file, s, "word", 4, 0, NULL));
	IS(UND_ERR_MISUSE, und_signer_seal(file, s, "word", 4, 128, NULL));
	IS(UND_ERR_MISUSE, und_signer_seal(file, s, NULL, 0, 64, NULL));
	IS(UND_ERR_MISUSE, und_signer_seal(NULL, s, NULL, 0, 0, NULL));
	IS(UND_ERR_MISUSE, und_signer_seal(file, NULL, NULL, 0, 0, NULL));
	CHECK(none == NULL);
	und_signer_free(s);
}

TEST(the_key_of_an_authority_is_no_signer)
{
	static const uint8_t salt[16], nonce[24];
	struct und_key_plain k = { .kind = UND_KEY_AUTHORITY, .secret = { 1 } };
	uint8_t file[UND_SIGNER_FILE_SIZE];
	struct und_signer *none = NULL;

	OK(und_init());
	OK(und_key_file_seal(file, &k, UND_KDF_NONE, und_bytes(NULL, 0), salt, nonce));
	IS(UND_ERR_KEY_KIND, und_signer_open(&none, file, sizeof file, NULL, 0));
	CHECK(none == NULL);
}

TEST(an_enrolment_names_the_coming_editions_and_proves_each)
{
	struct und_signer *s = NULL, *late = NULL;
	struct und_signer_facts f;
	struct und_record r;

	OK(und_signer_new(&s, "staff", 5, 3, NULL, NULL));
	OK(und_signer_enrol(&line, &line_n, s, "harbour", 7, 4, NULL));
	und_record_init(&r);
	OK(und_record_decode(&r, und_bytes(line, line_n), NULL));
	EQ(UND_TYPE_ENROLMENT, r.type);
	EQ(4, r.u.enrolment.key_count);
	CHECK(und_bytes_is(r.u.enrolment.body, "harbour") && und_bytes_is(r.u.enrolment.series, "staff"));
	OK(und_enrolment_check_var(&r.u.enrolment, NULL));
	for (unsigned i = 0; i < 4; i++) {
		OK(und_signer_get_facts(&f, sizeof f, s));
		EQ(f.edition, r.u.enrolment.keys[i].edition);
		MEM(f.key, r.u.enrolment.keys[i].key, 32);
		OK(und_signer_advance(s));
	}
	und_record_clear(&r);
	und_bytes_free(line, line_n);
	line = NULL;
	IS(UND_ERR_ID_FORM, und_signer_enrol(&line, &line_n, s, "Harbour", 7, 4, NULL));
	IS(UND_ERR_ID_FORM, und_signer_enrol(&line, &line_n, s, "*", 1, 4, NULL));
	IS(UND_ERR_MISUSE, und_signer_enrol(&line, &line_n, s, "harbour", 7, 0, NULL));
	IS(UND_ERR_MISUSE, und_signer_enrol(&line, &line_n, s, "harbour", 7, 4097, NULL));
	IS(UND_ERR_MISUSE, und_signer_enrol(&line, &line_n, s, NULL, 0, 1, NULL));
	IS(UND_ERR_MISUSE, und_signer_enrol(&line, &line_n, NULL, "harbour", 7, 1, NULL));
	IS(UND_ERR_MISUSE, und_signer_enrol(NULL, &line_n, s, "harbour", 7, 1, NULL));
	CHECK(line == NULL);
	OK(und_signer_new(&late, "staff", 5, 65534, NULL, NULL));
	OK(und_signer_enrol(&line, &line_n, late, "harbour", 7, 9, NULL));
	OK(und_record_decode(&r, und_bytes(line, line_n), NULL));
	EQ(2, r.u.enrolment.key_count);
	und_record_clear(&r);
	und_bytes_free(line, line_n);
	line = NULL;
	und_signer_free(s);
	und_signer_free(late);
}

/* ---- acts ---- */

TEST(a_signer_signs_votes_and_withdraws)
{
	struct signed_fixture x;
	struct und_copy *copy = NULL;
	struct und_copy_question q;
	struct und_copy_counts c;
	struct und_copy_choice h;
	enum und_signed state = UND_SIGNED_WITHDRAWN;
	uint8_t other[32] = { 1 };

	signers_open(&x);
	if (fixture_add(&x.f, fixture_question(&x.f, "Enough?", NULL, 9980), O0 | O1) != UND_OK)
		abort();
	OK(signers_read(&copy, &x, NULL));
	OK(GET(und_copy_get_question, &q, copy, 0));
	OK(und_signer_signed(&state, copy, x.s[3]));
	EQ(UND_SIGNED_NOT, state);
	IS(UND_ERR_TAG_UNKNOWN, und_withdraw(&line, &line_n, copy, x.s[3], UND_NO_DAY));
	IS(UND_ERR_TAG_UNKNOWN, und_vote(&line, &line_n, copy, x.s[3], q.id, "no", 2, UND_NO_DAY));
	OK(sign(copy, x.s[3], "b", 9900));
	OK(take(copy));
	OK(und_signer_signed(&state, copy, x.s[3]));
	EQ(UND_SIGNED_YES, state);
	IS(UND_ERR_TAG_KNOWN, sign(copy, x.s[3], "b", 9900));
	IS(UND_ERR_TAG_KNOWN, sign(copy, x.s[3], "*", 9900));
	OK(sign(copy, x.s[2], "*", UND_NO_DAY));
	OK(take(copy));
	OK(GET(und_copy_get_question, &q, copy, 0));
	IS(UND_ERR_QUESTION_UNKNOWN, und_vote(&line, &line_n, copy, x.s[3], other, "no", 2, 9900));
	IS(UND_ERR_CHOICE_UNKNOWN, und_vote(&line, &line_n, copy, x.s[3], q.id, "maybe", 5, 9900));
	OK(und_vote(&line, &line_n, copy, x.s[3], q.id, "no", 2, 9980));
	OK(take(copy));
	OK(GET(und_copy_get_choice, &h, copy, 0, 1));
	EQ(1, h.votes);
	OK(GET(und_copy_get_question, &q, copy, 0));
	IS(UND_ERR_VOTED_ALREADY, und_vote(&line, &line_n, copy, x.s[3], q.id, "yes", 3, 9980));
	OK(und_withdraw(&line, &line_n, copy, x.s[3], 9990));
	OK(take(copy));
	OK(und_signer_signed(&state, copy, x.s[3]));
	EQ(UND_SIGNED_WITHDRAWN, state);
	IS(UND_ERR_WITHDRAWN_ALREADY, und_withdraw(&line, &line_n, copy, x.s[3], 9990));
	IS(UND_ERR_TAG_KNOWN, sign(copy, x.s[3], "b", 9900));
	OK(GET(und_copy_get_counts, &c, copy));
	CHECK(c.signers == 1 && c.withdrawn == 1 && c.undisclosed == 1 && c.bodies == 0);
	CHECK(line == NULL);
	und_copy_free(copy);
	signers_clear(&x);
}

TEST(days_bind_where_the_caller_tells_them)
{
	struct signed_fixture x;
	struct und_copy *copy = NULL;
	struct und_copy_question q;

	signers_open(&x);
	if (fixture_add(&x.f, fixture_question(&x.f, "Enough?", NULL, 9980), O0 | O1) != UND_OK ||
	    fixture_add(&x.f, fixture_notice(&x.f, 9200, UND_NOTICE_DEADLINE), O0 | O1) != UND_OK ||
	    fixture_add(&x.f, fixture_signature(&x.f, 0, x.f.roster, "a"), 0) != UND_OK)
		abort();
	OK(signers_read(&copy, &x, NULL));
	OK(GET(und_copy_get_question, &q, copy, 0));
	IS(UND_ERR_CLOSED, sign(copy, x.s[1], "b", 9951)); /* the deadline notice's day, not the rules' 9900 */
	OK(sign(copy, x.s[1], "b", 9950));
	OK(take(copy));
	OK(GET(und_copy_get_question, &q, copy, 0));
	IS(UND_ERR_CLOSED, und_vote(&line, &line_n, copy, x.s[0], q.id, "no", 2, 9981));
	IS(UND_ERR_CLOSED, und_vote(&line, &line_n, copy, x.s[0], q.id, "no", 2, 365242));
	IS(UND_ERR_CLOSED, und_withdraw(&line, &line_n, copy, x.s[0], 9991));
	CHECK(line == NULL);
	OK(und_withdraw(&line, &line_n, copy, x.s[0], UND_NO_DAY));
	OK(take(copy));
	und_copy_free(copy);
	signers_clear(&x);
}

TEST(where_a_signer_stands)
{
	struct signed_fixture x;
	struct und_copy *copy = NULL, *wide = NULL;
	struct und_signer_place p;
	struct und_signer *stranger = NULL;
	enum und_signed state = UND_SIGNED_WITHDRAWN;

	signers_init(&x);
	x.f.rules.max_share = 25;
	x.f.rules.rings = UND_RINGS_BODY;
	fixture_push_head(&x.f, SIGNERS);
	OK(signers_read(&copy, &x, NULL));
	OK(GET(und_signer_get_place, &p, copy, x.s[4]));
	CHECK(und_bytes_is(p.body, "a") && memcmp(p.roster, x.f.roster, 32) == 0);
	IS(UND_OK, p.may_body);
	IS(UND_ERR_RING_NOT_ALLOWED, p.may_all);
	IS(UND_ERR_RING_NOT_ALLOWED, sign(copy, x.s[4], "*", UND_NO_DAY));
	IS(UND_ERR_NOT_IN_RING, sign(copy, x.s[4], "b", UND_NO_DAY));
	IS(UND_ERR_RING_UNKNOWN, sign(copy, x.s[4], "c", UND_NO_DAY));
	OK(sign(copy, x.s[4], "a", UND_NO_DAY));
	OK(take(copy));
	OK(GET(und_signer_get_place, &p, copy, x.s[2]));
	IS(UND_ERR_RING_ABOVE_SHARE, p.may_body);
	IS(UND_ERR_RING_ABOVE_SHARE, sign(copy, x.s[2], "a", UND_NO_DAY));
	OK(und_signer_new(&stranger, "staff", 5, 1, NULL, NULL));
	IS(UND_ERR_NOT_IN_RING, GET(und_signer_get_place, &p, copy, stranger));
	IS(UND_ERR_NOT_IN_RING, sign(copy, stranger, "a", UND_NO_DAY));
	IS(UND_ERR_NOT_IN_RING, und_signer_signed(&state, copy, stranger));
	IS(UND_ERR_NOT_IN_RING, und_withdraw(&line, &line_n, copy, stranger, UND_NO_DAY));
	IS(UND_ERR_MISUSE, und_signer_get_place(&p, sizeof p - 1, copy, x.s[2]));
	IS(UND_ERR_MISUSE, GET(und_signer_get_place, &p, wide, x.s[2]));
	IS(UND_ERR_MISUSE, GET(und_signer_get_place, &p, copy, NULL));
	EQ(UND_SIGNED_WITHDRAWN, state);
	CHECK(line == NULL);
	und_signer_free(stranger);
	und_copy_free(copy);
	signers_clear(&x);
}

TEST(edition_series_and_pin_are_compared_before_any_tag)
{
	struct signed_fixture x;
	struct und_copy *copy = NULL;
	struct und_signer *other = NULL, *imported = NULL;
	struct und_signer_place p;
	enum und_signed state = UND_SIGNED_WITHDRAWN;
	uint8_t pin[32];

	signers_open(&x);
	OK(signers_read(&copy, &x, NULL));
	memcpy(pin, und_copy_pin(copy), 32);
	OK(und_signer_set_pin(x.s[0], pin));
	OK(sign(copy, x.s[0], "a", UND_NO_DAY));
	und_bytes_free(line, line_n);
	line = NULL;
	pin[0] ^= 1;
	OK(und_signer_set_pin(x.s[0], pin));
	IS(UND_ERR_PIN, sign(copy, x.s[0], "a", UND_NO_DAY));
	IS(UND_ERR_PIN, und_withdraw(&line, &line_n, copy, x.s[0], UND_NO_DAY));
	IS(UND_ERR_PIN, und_vote(&line, &line_n, copy, x.s[0], pin, "no", 2, UND_NO_DAY));
	IS(UND_ERR_PIN, und_signer_signed(&state, copy, x.s[0]));
	IS(UND_ERR_PIN, GET(und_signer_get_place, &p, copy, x.s[0]));
	IS(UND_ERR_PIN, sign(copy, x.s[0], "a", 365242)); /* before the day, and before the roster */
	OK(und_signer_new(&other, "staff", 5, 1, pin, NULL));
	IS(UND_ERR_PIN, sign(copy, other, "a", UND_NO_DAY));
	OK(und_signer_set_pin(other, NULL));
	IS(UND_ERR_NOT_IN_RING, sign(copy, other, "a", 365242));
	IS(UND_ERR_NOT_IN_RING, und_withdraw(&line, &line_n, copy, other, 365242));
	IS(UND_ERR_NOT_IN_RING, und_vote(&line, &line_n, copy, other, pin, "no", 2, 365242));
	und_signer_free(other);
	OK(und_signer_advance(x.s[1]));
	IS(UND_ERR_EDITION, sign(copy, x.s[1], "b", UND_NO_DAY));
	OK(und_signer_new(&other, "stuff", 5, 1, NULL, NULL));
	IS(UND_ERR_EDITION, sign(copy, other, "b", UND_NO_DAY));
	OK(und_signer_import(&imported, pin, NULL));
	IS(UND_ERR_EDITION, sign(copy, imported, "b", UND_NO_DAY));
	IS(UND_ERR_EDITION, und_signer_signed(&state, copy, imported));
	EQ(UND_SIGNED_WITHDRAWN, state);
	CHECK(line == NULL);
	und_signer_free(other);
	und_signer_free(imported);
	und_copy_free(copy);
	signers_clear(&x);
}

TEST(an_imported_key_signs_on_a_roster_of_edition_0)
{
	struct signed_fixture x;
	struct fixture *f = &x.f;
	struct und_copy *copy = NULL;
	struct und_copy_counts c;
	struct und_record *roster;

	signers_init(&x);
	for (unsigned i = 0; i < SIGNERS; i++) {
		uint8_t seed[32] = { (uint8_t)i, 1 };

		und_signer_free(x.s[i]);
		OK(und_signer_import(&x.s[i], seed, NULL));
		f->x[i] = x.s[i]->x;
		memcpy(f->keys[i], x.s[i]->key, 32);
	}
	roster = fixture_roster(f, 0, SIGNERS);
	roster->u.roster.edition = 0;
	fixture_push(f, roster, R0 | R1);
	memcpy(f->roster, f->id, 32);
	fixture_push(f, fixture_keys(f, 0, 0, SIGNERS), 0);
	fixture_push(f, fixture_keys(f, 1, 0, SIGNERS), 0);
	fixture_push(f, fixture_letter(f), O0 | O1);
	fixture_push(f, fixture_words(f), O0 | O1);
	OK(signers_read(&copy, &x, NULL));
	OK(sign(copy, x.s[5], "b", UND_NO_DAY));
	OK(take(copy));
	OK(GET(und_copy_get_counts, &c, copy));
	EQ(1, c.signers);
	und_copy_free(copy);
	signers_clear(&x);
}

TEST(sealed_words_are_read_before_they_are_signed)
{
	struct signed_fixture x;
	struct und_copy *copy = NULL;
	struct und_signer_place p;

	signers_init(&x);
	fixture_push_roster(&x.f, 0, SIGNERS, R0 | R1);
	fixture_push(&x.f, fixture_letter(&x.f), O0 | O1);
	fixture_push(&x.f, fixture_sealed(&x.f, link_key), O0 | O1);
	OK(signers_read(&copy, &x, NULL));
	IS(UND_ERR_SEALED, sign(copy, x.s[0], "a", UND_NO_DAY));
	IS(UND_ERR_SEALED, und_withdraw(&line, &line_n, copy, x.s[0], UND_NO_DAY));
	IS(UND_ERR_SEALED, und_withdraw(&line, &line_n, copy, x.s[0], 365242));
	IS(UND_ERR_SEALED, sign(copy, x.s[0], "a", 365242));
	OK(GET(und_signer_get_place, &p, copy, x.s[0]));
	OK(und_copy_open(copy, link_key, NULL));
	OK(sign(copy, x.s[0], "a", UND_NO_DAY));
	OK(take(copy));
	und_copy_free(copy);
	signers_clear(&x);
}

TEST(a_bundle_is_enough_to_act)
{
	struct signed_fixture x;
	struct und_copy *whole = NULL, *bundle = NULL;
	struct und_signer_place p;
	enum und_signed state = UND_SIGNED_WITHDRAWN;
	uint8_t *file = NULL;
	size_t n = 0;

	signers_open(&x);
	OK(signers_read(&whole, &x, NULL));
	OK(und_bundle_make(&file, &n, x.f.file.p, x.f.file.n, NULL, "b", 1, NULL, 0, NULL));
	OK(und_copy_read(&bundle, UND_COPY_BUNDLE, file, n, NULL, 0, NULL));
	OK(GET(und_signer_get_place, &p, bundle, x.s[1]));
	IS(UND_OK, p.may_body);
	IS(UND_ERR_RING_UNKNOWN, p.may_all);
	OK(sign(bundle, x.s[1], "b", UND_NO_DAY));
	OK(take(whole));
	OK(und_signer_signed(&state, bundle, x.s[1]));
	EQ(UND_SIGNED_NOT, state); /* it cannot tell */
	OK(und_withdraw(&line, &line_n, bundle, x.s[1], UND_NO_DAY));
	OK(take(whole));
	IS(UND_ERR_NOT_IN_RING, sign(bundle, x.s[0], "a", UND_NO_DAY));
	und_bytes_free(file, n);
	und_copy_free(whole);
	und_copy_free(bundle);
	signers_clear(&x);
}

TEST(acts_at_the_wrong_time)
{
	struct signed_fixture x;
	struct und_copy *copy = NULL, *roster = NULL;
	enum und_signed state = UND_SIGNED_WITHDRAWN;
	static const uint8_t id[32];

	signers_open(&x);
	OK(und_copy_new(&copy, UND_COPY_LETTER, NULL, 0));
	OK(und_copy_feed(copy, x.f.file.p, x.f.file.n, NULL));
	IS(UND_ERR_MISUSE, sign(copy, x.s[0], "a", UND_NO_DAY));
	IS(UND_ERR_MISUSE, und_withdraw(&line, &line_n, copy, x.s[0], UND_NO_DAY));
	IS(UND_ERR_MISUSE, und_vote(&line, &line_n, copy, x.s[0], id, "no", 2, UND_NO_DAY));
	IS(UND_ERR_MISUSE, und_signer_signed(&state, copy, x.s[0]));
	OK(und_copy_end(copy, NULL));
	IS(UND_ERR_MISUSE, sign(copy, NULL, "a", UND_NO_DAY));
	IS(UND_ERR_MISUSE, sign(NULL, x.s[0], "a", UND_NO_DAY));
	IS(UND_ERR_MISUSE, und_sign(&line, &line_n, copy, x.s[0], NULL, 1, UND_NO_DAY));
	IS(UND_ERR_MISUSE, und_sign(NULL, &line_n, copy, x.s[0], "a", 1, UND_NO_DAY));
	IS(UND_ERR_MISUSE, und_sign(&line, NULL, copy, x.s[0], "a", 1, UND_NO_DAY));
	IS(UND_ERR_MISUSE, und_withdraw(NULL, &line_n, copy, x.s[0], UND_NO_DAY));
	IS(UND_ERR_MISUSE, und_vote(&line, &line_n, copy, x.s[0], NULL, "no", 2, UND_NO_DAY));
	IS(UND_ERR_MISUSE, und_vote(&line, &line_n, copy, x.s[0], id, NULL, 2, UND_NO_DAY));
	IS(UND_ERR_MISUSE, und_vote(&line, NULL, copy, x.s[0], id, "no", 2, UND_NO_DAY));
	IS(UND_ERR_MISUSE, und_signer_signed(NULL, copy, x.s[0]));
	und_copy_free(copy);
	fixture_clear(&x.f);
	x.f.has_roster = false;
	fixture_push_roster(&x.f, 0, SIGNERS, R0 | R1);
	OK(und_copy_read(&roster, UND_COPY_ROSTER, x.f.file.p, x.f.file.n, NULL, 0, NULL));
	IS(UND_ERR_MISUSE, sign(roster, x.s[0], "a", UND_NO_DAY));
	IS(UND_ERR_MISUSE, und_signer_signed(&state, roster, x.s[0]));
	EQ(UND_SIGNED_WITHDRAWN, state);
	CHECK(line == NULL);
	und_copy_free(roster);
	x.f.l = NULL;
	signers_clear(&x);
}
