/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* letter_said.c: parties and what they say, notices, translations (spec/records.md) */
#include "tap.h"

#include "letter_checks.h"

/* ---- parties and what they say ---- */

TEST(parties_have_their_own_names_and_keys)
{
	struct fixture f;

	fixture_open(&f, 2, 4);
	refused(&f, UND_ERR_QUORUM_ORGANISERS, "signatures", fixture_party(&f, "ally", "Ally", P1), O0);
	refused(&f, UND_ERR_NAME_TAKEN, "name", fixture_party(&f, "ally", "The Senate", P1), O0 | O1);
	refused(&f, UND_ERR_KEY_TAKEN, "key", fixture_party(&f, "ally", "Ally", P0), O0 | O1);
	refused(&f, UND_ERR_KEY_TAKEN, "key", fixture_party(&f, "ally", "Ally", R2), O0 | O1);
	refused(&f, UND_ERR_KEY_TAKEN, "key", fixture_party(&f, "ally", "Ally", O2), O0 | O1);
	OK(fixture_add(&f, fixture_party(&f, "ally", "Ally", 0), O0 | O1));
	refused(&f, UND_ERR_PARTY_KNOWN, "name", fixture_party(&f, "ally", "An ally", P1), O0 | O1);
	OK(fixture_add(&f, fixture_party(&f, "ally", "Ally", P1), O0 | O1)); /* its key comes later */
	refused(&f, UND_ERR_PARTY_KNOWN, "id", fixture_party(&f, "ally", "Ally", STRANGER), O0 | O1);
	refused(&f, UND_ERR_PARTY_KNOWN, "id", fixture_party(&f, "president", "The President", STRANGER), O0 | O1);
	OK(fixture_add(&f, fixture_party(&f, "senate", "The Senate", STRANGER), O0 | O1));
	refused(&f, UND_ERR_NAME_TAKEN, "name", fixture_party(&f, "other", "Ally", 0), O0 | O1);
	same_from_file(&f);
	fixture_clear(&f);
}

TEST(a_statement_is_the_partys_or_the_organisers)
{
	struct fixture f;
	const struct und_kept *kept;
	size_t n;

	fixture_open(&f, 2, 4);
	refused(&f, UND_ERR_PARTY_UNKNOWN, "party", fixture_statement(&f, "ally", 9100, "d1", UND_STANCE_ACCEPTS, NULL), O0 | O1);
	refused(&f, UND_ERR_DEMAND_UNKNOWN, "stances[0].demand", fixture_statement(&f, "president", 9100, "d3", UND_STANCE_ACCEPTS, NULL), P0);
	refused(&f, UND_ERR_NO_ROLE, "signatures", fixture_statement(&f, "president", 9100, "d1", UND_STANCE_ACCEPTS, NULL), P1);
	refused(&f, UND_ERR_NO_ROLE, "signatures", fixture_statement(&f, "president", 9100, "d1", UND_STANCE_ACCEPTS, NULL), P0 | O0 | O1);
	refused(&f, UND_ERR_NO_ROLE, "signatures", fixture_statement(&f, "senate", 9100, "d1", UND_STANCE_ACCEPTS, NULL), P0);
	refused(&f, UND_ERR_QUORUM_ORGANISERS, "signatures", fixture_statement(&f, "president", 9100, "d1", UND_STANCE_ACCEPTS, NULL), O1);
	refused(&f, UND_ERR_QUORUM_PARTY, "signatures", fixture_statement(&f, "president", 9100, "d1", UND_STANCE_ACCEPTS, NULL), 0);
	OK(fixture_add(&f, fixture_statement(&f, "president", 9100, "d1", UND_STANCE_ACCEPTS, NULL), P0));
	OK(fixture_add(&f, fixture_statement(&f, "senate", 9100, "*", UND_STANCE_ACCEPTS, NULL), O0 | O2));
	n = und_letter_kept(&kept, f.l);
	CHECK(kept[n - 2].authenticated && !kept[n - 1].authenticated);
	EQ(7, kept[n - 1].line);
	same_from_file(&f);
	fixture_clear(&f);
}

/* Also where its key comes first among them. */
TEST(a_party_and_organisers_do_not_sign_together)
{
	struct fixture f;
	unsigned first = 0;

	fixture_open(&f, 2, 4);
	OK(fixture_add(&f, fixture_party(&f, "ally", "Ally", P1), O0 | O1));
	for (unsigned i = 0; i < 2; i++)
		for (unsigned o = 3; o < 6; o++) {
			first += memcmp(f.authorities[6 + i], f.authorities[o], 32) < 0;
			refused(&f, UND_ERR_NO_ROLE, "signatures",
			        fixture_statement(&f, i == 0 ? "president" : "ally", 9100, "d1", UND_STANCE_ACCEPTS, NULL), 64U << i | 1U << o);
		}
	CHECK(first != 0 && first != 6);
	OK(fixture_add(&f, fixture_statement(&f, "ally", 9100, "d1", UND_STANCE_ACCEPTS, NULL), P1));
	fixture_clear(&f);
}

/* The first stance of the state. */
static void first_stance(struct fixture *f, enum und_stance stance, bool authenticated)
{
	struct und_state s = state_of(f);

	EQ(1, s.stance_count);
	EQ(stance, s.stances[0].stance);
	EQ(authenticated, s.stances[0].authenticated);
	und_state_clear(&s);
}

TEST(authenticated_before_recorded_then_the_latest_then_the_longest_chain)
{
	struct fixture f;
	uint8_t recorded[32], second[32], own[32];

	fixture_open(&f, 2, 4);
	OK(fixture_add(&f, fixture_statement(&f, "president", 9100, "d1", UND_STANCE_REJECTS, NULL), O0 | O1));
	memcpy(recorded, f.id, 32);
	first_stance(&f, UND_STANCE_REJECTS, false);
	refused(&f, UND_ERR_CLARIFIES_LATER, "on", fixture_statement(&f, "president", 9099, "d1", UND_STANCE_PARTLY, recorded), O0 | O1);
	refused(&f, UND_ERR_CLARIFIES_UNKNOWN, "clarifies", fixture_statement(&f, "senate", 9101, "d1", UND_STANCE_PARTLY, recorded), O0 | O1);
	refused(&f, UND_ERR_CLARIFIES_UNKNOWN, "clarifies", fixture_statement(&f, "president", 9101, "d1", UND_STANCE_PARTLY, f.letter), O0 | O1);
	OK(fixture_add(&f, fixture_statement(&f, "president", 9100, "d1", UND_STANCE_PARTLY, recorded), O0 | O1)); /* a day, a chain of two */
	memcpy(second, f.id, 32);
	first_stance(&f, UND_STANCE_PARTLY, false);
	OK(fixture_add(&f, fixture_statement(&f, "president", 9100, "d1", UND_STANCE_COUNTER, second), O0 | O1));
	first_stance(&f, UND_STANCE_COUNTER, false);
	OK(fixture_add(&f, fixture_statement(&f, "president", 9050, "d1", UND_STANCE_NONE, NULL), P0)); /* earlier, but its own word */
	memcpy(own, f.id, 32);
	first_stance(&f, UND_STANCE_NONE, true);
	OK(fixture_add(&f, fixture_statement(&f, "president", 9200, "d1", UND_STANCE_ACCEPTS, NULL), O0 | O1));
	first_stance(&f, UND_STANCE_NONE, true);
	refused(&f, UND_ERR_CLARIFIES_AUTHENTICATED, "clarifies", fixture_statement(&f, "president", 9200, "d1", UND_STANCE_PARTLY, own), O0 | O1);
	OK(fixture_add(&f, fixture_statement(&f, "president", 9100, "d1", UND_STANCE_SUPPORTS, recorded), P0));
	first_stance(&f, UND_STANCE_SUPPORTS, true);
	same_from_file(&f);
	fixture_clear(&f);
}

TEST(days_without_an_answer)
{
	struct fixture f;
	struct und_state s;

	fixture_open(&f, 2, 4);
	OK(fixture_add(&f, fixture_party(&f, "ally", "Ally", P1), O0 | O1));
	refused(&f, UND_ERR_NOT_ADDRESSEE, "party", fixture_delivery(&f, "ally", 9100), O0 | O1);
	refused(&f, UND_ERR_NOT_ADDRESSEE, "party", fixture_delivery(&f, "nobody", 9100), O0 | O1);
	OK(fixture_add(&f, fixture_statement(&f, "senate", 9099, "d1", UND_STANCE_REJECTS, NULL), O0 | O1)); /* before it had the letter */
	OK(fixture_add(&f, fixture_delivery(&f, "senate", 9110), O0 | O1));
	OK(fixture_add(&f, fixture_delivery(&f, "senate", 9100), O0 | O1));
	s = state_of(&f);
	EQ(1, s.wait_count);
	EQ(9100, s.waits[0].delivered);
	CHECK(und_bytes_is(s.waits[0].party, "senate") && !s.waits[0].answered);
	und_state_clear(&s);
	OK(fixture_add(&f, fixture_statement(&f, "senate", 9100, "d2", UND_STANCE_REJECTS, NULL), O0 | O1));
	s = state_of(&f);
	CHECK(s.waits[0].answered);
	und_state_clear(&s);
	same_from_file(&f);
	fixture_clear(&f);
}

TEST(lines_dated_after_today_are_named)
{
	struct fixture f;

	fixture_open(&f, 2, 4);
	OK(fixture_add(&f, fixture_publication(&f, "Gazette", 9101), O0 | O1));
	OK(fixture_add(&f, fixture_notice(&f, 9100, UND_NOTICE_NOTE), O0 | O1));
	OK(fixture_add(&f, fixture_translation(&f, "de", 9102), O0 | O1));
	EQ(6, und_letter_dated_after(f.l, 9100, 0));
	EQ(8, und_letter_dated_after(f.l, 9100, 6));
	EQ(8, und_letter_dated_after(f.l, 9100, 7));
	EQ(0, und_letter_dated_after(f.l, 9100, 8));
	EQ(0, und_letter_dated_after(f.l, 9102, 0));
	fixture_clear(&f);
}

/* ---- notices, translations ---- */

TEST(the_last_deadline_counts)
{
	struct fixture f;
	struct und_record *r;
	struct und_state s;

	fixture_open(&f, 2, 4);
	r = fixture_notice(&f, 9100, UND_NOTICE_DEADLINE);
	r->u.notice.closes = 9991;
	refused(&f, UND_ERR_AFTER_ENDS, "closes", r, O0 | O1);
	r = fixture_notice(&f, 9100, UND_NOTICE_CORRECTION);
	r->u.notice.about.set = true;
	refused(&f, UND_ERR_ABOUT_UNKNOWN, "about", r, O0 | O1);
	OK(fixture_add(&f, fixture_notice(&f, 9100, UND_NOTICE_DEADLINE), O0 | O1));
	r = fixture_notice(&f, 9099, UND_NOTICE_DEADLINE);
	r->u.notice.closes = 9960;
	r->u.notice.about.set = true;
	memcpy(r->u.notice.about.id, f.id, 32);
	OK(fixture_add(&f, r, O0 | O1)); /* written later, dated before */
	OK(fixture_add(&f, fixture_notice(&f, 9105, UND_NOTICE_CLOSED), O0 | O1));
	s = state_of(&f);
	EQ(9950, s.closes);
	und_state_clear(&s);
	r = fixture_notice(&f, 9101, UND_NOTICE_DEADLINE);
	r->u.notice.closes = 9940;
	OK(fixture_add(&f, r, O0 | O1)); /* it may come nearer too */
	s = state_of(&f);
	EQ(9940, s.closes);
	und_state_clear(&s);
	same_from_file(&f);
	fixture_clear(&f);
}

TEST(a_translation_is_of_another_language_and_has_the_same_demands)
{
	struct fixture f;
	struct und_record *r;

	fixture_open(&f, 2, 4);
	refused(&f, UND_ERR_LANGUAGE_OWN, "language", fixture_translation(&f, "EN", 9100), O0 | O1);
	r = fixture_translation(&f, "de", 9100);
	r->u.translation.demand_count = 1;
	refused(&f, UND_ERR_DEMANDS_OTHER, "demands", r, O0 | O1);
	r = fixture_translation(&f, "de", 9100);
	r->u.translation.demands = fixture_alloc(&f, 2, sizeof *r->u.translation.demands);
	r->u.translation.demands[0] = f.demands[1];
	r->u.translation.demands[1] = f.demands[0];
	refused(&f, UND_ERR_DEMANDS_OTHER, "demands[0].id", r, O0 | O1);
	OK(fixture_add(&f, fixture_translation(&f, "de", 9100), O0 | O1));
	OK(fixture_add(&f, fixture_translation(&f, "de", 9101), O0 | O1)); /* a better one */
	fixture_clear(&f);
}
