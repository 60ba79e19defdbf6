/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* act.c: a member signs, withdraws and votes, and no tag is computed before everything was seen (spec/protocol.md §2) */
#include "tap.h"

#include "letter_fixture.h"
#include "letter/union.h"

static struct und_buf line;

static struct und_member member(const struct fixture *f, unsigned i)
{
	return (struct und_member){ &f->x[i], NULL };
}

static void begin(void)
{
	und_buf_clear(&line);
	und_buf_init(&line, 1 << 20);
}

/* What an act wrote is a line that the letter takes. */
static enum und_err append(struct fixture *f)
{
	enum und_err e = und_letter_append(f->l, und_buf_bytes(&line), &f->diag);

	if (e == UND_OK) {
		und_buf_add_bytes(&f->file, und_buf_bytes(&line));
		und_buf_add_u8(&f->file, '\n');
	}
	begin();
	return e;
}

static enum und_err sign(struct fixture *f, unsigned i, const char *label)
{
	struct und_member m = member(f, i);

	return und_act_sign(&line, f->l, &m, f->roster, und_cstr(label), &f->random, NULL);
}

TEST(a_member_signs_withdraws_and_votes)
{
	struct fixture f;
	struct und_member m;
	uint8_t question[32], tag[32], expected[32];

	begin();
	fixture_open(&f, 2, 4);
	m = member(&f, 3);
	OK(sign(&f, 3, "b"));
	OK(append(&f));
	OK(und_act_tag(tag, f.l, &m));
	und_tag(expected, &f.x[3], f.letter);
	MEM(expected, tag, 32);
	EQ(UND_TAG_SIGNED, und_letter_tag(f.l, tag, NULL, NULL));
	IS(UND_ERR_TAG_KNOWN, sign(&f, 3, "b"));
	IS(UND_ERR_TAG_KNOWN, sign(&f, 3, "*"));
	EQ(0, line.n);
	OK(fixture_add(&f, fixture_question(&f, "Enough?", NULL, 9990), O0 | O1));
	memcpy(question, f.id, 32);
	IS(UND_ERR_QUESTION_UNKNOWN, und_act_vote(&line, f.l, &m, f.letter, und_cstr("yes"), &f.random));
	IS(UND_ERR_CHOICE_UNKNOWN, und_act_vote(&line, f.l, &m, question, und_cstr("maybe"), &f.random));
	OK(und_act_vote(&line, f.l, &m, question, und_cstr("yes"), &f.random));
	OK(append(&f));
	EQ(0, und_letter_vote_of(f.l, question, tag));
	IS(UND_ERR_VOTED_ALREADY, und_act_vote(&line, f.l, &m, question, und_cstr("no"), &f.random));
	OK(und_act_withdraw(&line, f.l, &m, &f.random));
	OK(append(&f));
	IS(UND_ERR_WITHDRAWN_ALREADY, und_act_withdraw(&line, f.l, &m, &f.random));
	IS(UND_ERR_WITHDRAWN_ALREADY, und_act_vote(&line, f.l, &m, question, und_cstr("no"), &f.random));
	IS(UND_ERR_TAG_KNOWN, sign(&f, 3, "b"));
	m = member(&f, 1);
	IS(UND_ERR_TAG_UNKNOWN, und_act_withdraw(&line, f.l, &m, &f.random));
	IS(UND_ERR_TAG_UNKNOWN, und_act_vote(&line, f.l, &m, question, und_cstr("no"), &f.random));
	EQ(0, line.n);
	OK(fixture_read(&f));
	fixture_clear(&f);
	und_buf_clear(&line);
}

TEST(who_is_not_in_the_ring_gets_no_tag)
{
	struct fixture f;
	struct und_member m;
	uint8_t tag[32];

	begin();
	fixture_open(&f, 2, 4);
	m = member(&f, 20);
	memset(tag, 9, 32);
	IS(UND_ERR_NOT_IN_RING, und_act_tag(tag, f.l, &m));
	IS(UND_ERR_NOT_IN_RING, und_act_withdraw(&line, f.l, &m, &f.random));
	IS(UND_ERR_NOT_IN_RING, sign(&f, 20, "*"));
	IS(UND_ERR_NOT_IN_RING, sign(&f, 0, "b")); /* the other body's ring */
	IS(UND_ERR_RING_UNKNOWN, sign(&f, 0, "c"));
	EQ(9, tag[0]);
	EQ(0, line.n);
	OK(sign(&f, 0, "a"));
	fixture_clear(&f);
	und_buf_clear(&line);
}

TEST(rules_and_shares_bind_the_signer)
{
	struct fixture f;

	begin();
	fixture_init(&f, 2);
	f.rules.max_share = 25;
	f.rules.rings = UND_RINGS_BODY;
	fixture_push_head(&f, 8);
	OK(fixture_read(&f));
	IS(UND_ERR_RING_NOT_ALLOWED, sign(&f, 0, "*"));
	OK(sign(&f, 0, "a"));
	OK(append(&f));
	IS(UND_ERR_RING_ABOVE_SHARE, sign(&f, 2, "a"));
	OK(sign(&f, 1, "b"));
	fixture_clear(&f);
	und_buf_clear(&line);
}

TEST(the_pin_is_compared_before_the_tag)
{
	struct fixture f;
	struct und_member m;
	uint8_t pin[32], tag[32] = { 9 };

	begin();
	fixture_open(&f, 2, 4);
	und_letter_pin(pin, f.l);
	m = member(&f, 0);
	m.pin = pin;
	OK(und_act_sign(&line, f.l, &m, f.roster, und_cstr("a"), &f.random, NULL));
	begin();
	pin[31] ^= 1;
	IS(UND_ERR_PIN, und_act_sign(&line, f.l, &m, f.roster, und_cstr("a"), &f.random, NULL));
	IS(UND_ERR_PIN, und_act_tag(tag, f.l, &m));
	EQ(9, tag[0]);
	IS(UND_ERR_PIN, und_act_withdraw(&line, f.l, &m, &f.random));
	IS(UND_ERR_PIN, und_act_vote(&line, f.l, &m, f.letter, und_cstr("yes"), &f.random));
	EQ(0, line.n);
	fixture_clear(&f);
	und_buf_clear(&line);
}

TEST(drafts_rosters_and_sealed_letters_are_not_signed)
{
	static const uint8_t link[UND_LINK_SIZE] = { 1, 2, 3 };
	struct fixture f;
	struct und_member m;
	uint8_t tag[32];

	begin();
	fixture_init(&f, 2);
	m = member(&f, 0);
	fixture_push_roster(&f, 0, 8, R0 | R1);
	f.options.mode = UND_LETTER_ROSTER;
	OK(fixture_read(&f));
	IS(UND_ERR_NO_LETTER, und_act_tag(tag, f.l, &m));
	f.options.mode = UND_LETTER_FILE;
	fixture_push(&f, fixture_letter(&f), O0 | O1);
	OK(fixture_read(&f));
	IS(UND_ERR_SEALED, und_act_tag(tag, f.l, &m));
	fixture_push(&f, fixture_sealed(&f, link), O0 | O1);
	OK(fixture_read(&f));
	IS(UND_ERR_SEALED, sign(&f, 0, "a"));
	OK(und_letter_open(f.l, link, NULL));
	OK(sign(&f, 0, "a"));
	OK(append(&f));
	OK(und_act_tag(tag, f.l, &m));
	fixture_clear(&f);

	fixture_init(&f, 2);
	f.options.unsigned_ok = true;
	fixture_push_roster(&f, 0, 8, R0);
	fixture_push(&f, fixture_letter(&f), O0 | O1);
	fixture_push(&f, fixture_words(&f), O0 | O1);
	OK(fixture_read(&f));
	IS(UND_ERR_QUORUM_REGISTRARS, und_act_tag(tag, f.l, &m));
	IS(UND_ERR_QUORUM_REGISTRARS, sign(&f, 0, "a"));
	fixture_clear(&f);
	und_buf_clear(&line);
}

TEST(a_bundle_is_enough_to_act_and_cannot_tell_who_signed)
{
	struct fixture f;
	struct und_letter *whole;
	struct und_member m;
	struct und_buf bundle;
	uint8_t question[32];

	begin();
	fixture_open(&f, 2, 4);
	OK(fixture_add(&f, fixture_question(&f, "Enough?", NULL, 9990), O0 | O1));
	memcpy(question, f.id, 32);
	und_buf_init(&bundle, 1 << 20);
	OK(und_bundle(&bundle, und_buf_bytes(&f.file), f.roster, und_cstr("b"), &f.options, NULL));
	whole = f.l;
	f.options.mode = UND_LETTER_BUNDLE;
	OK(und_letter_read(&f.l, und_buf_bytes(&bundle), &f.options, NULL));
	m = member(&f, 3);
	IS(UND_ERR_RING_UNKNOWN, sign(&f, 3, "*"));
	IS(UND_ERR_RING_UNKNOWN, sign(&f, 0, "a"));
	OK(sign(&f, 3, "b"));
	OK(und_letter_append(whole, und_buf_bytes(&line), NULL));
	begin();
	OK(sign(&f, 3, "b")); /* a second time: only the letter knows */
	IS(UND_ERR_TAG_KNOWN, und_letter_append(whole, und_buf_bytes(&line), NULL));
	begin();
	OK(und_act_vote(&line, f.l, &m, question, und_cstr("no"), &f.random));
	OK(und_letter_append(whole, und_buf_bytes(&line), NULL));
	begin();
	OK(und_act_withdraw(&line, f.l, &m, &f.random));
	OK(und_letter_append(whole, und_buf_bytes(&line), NULL));
	und_letter_free(whole);
	und_buf_clear(&bundle);
	fixture_clear(&f);
	und_buf_clear(&line);
}

static enum und_err fail_at(void *ctx, uint8_t *out, size_t n)
{
	(void)out;
	(void)n;
	++*(int *)ctx;
	return UND_ERR_RANDOM;
}

TEST(a_failing_generator_makes_no_line)
{
	struct fixture f;
	int calls = 0;
	struct und_random broken = { fail_at, &calls };
	struct und_member m;

	begin();
	fixture_open(&f, 2, 4);
	m = member(&f, 0);
	IS(UND_ERR_RANDOM, und_act_sign(&line, f.l, &m, f.roster, und_cstr("a"), &broken, NULL));
	EQ(1, calls); /* a generator that fails is not asked again */
	OK(fixture_add(&f, fixture_signature(&f, 0, f.roster, "a"), 0));
	IS(UND_ERR_RANDOM, und_act_withdraw(&line, f.l, &m, &broken));
	EQ(2, calls);
	EQ(0, line.n);
	fixture_clear(&f);
	und_buf_clear(&line);
}
