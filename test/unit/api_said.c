/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* api_said.c: what the public library says of a letter, and of sealed words once they are opened */
#include "tap.h"

#include "api_fixture.h"

static const uint8_t link_key[32] = { 1, 2, 3 };

/* ---- what it says ---- */

TEST(counts_ids_and_the_pin)
{
	struct story s;
	struct und_copy *copy = NULL;
	struct und_copy_counts c;
	struct und_bytes body;
	const uint8_t *roster;
	uint8_t pin[32];

	story_open(&s);
	OK(signers_read(&copy, &s.x, NULL));
	OK(GET(und_copy_get_counts, &c, copy));
	EQ(s.lines, c.lines);
	EQ(3, c.signers);
	EQ(1, c.bodies);
	EQ(2, c.undisclosed);
	EQ(1, c.withdrawn);
	EQ(8, c.keys);
	EQ(40, c.headcount);
	EQ(2, c.statements);
	EQ(2, c.threshold_signers);
	EQ(2, c.threshold_bodies);
	EQ(2, c.min_ring);
	EQ(2, c.release);
	EQ(9950, c.closes);
	EQ(9990, c.ends);
	CHECK(!c.thresholds_met && !c.sealed && !c.opened && !c.was_sealed);
	MEM(s.x.f.letter, und_copy_letter_id(copy), 32);
	MEM(s.x.f.roster, und_copy_roster_id(copy), 32);
	und_letter_pin(pin, s.x.f.l);
	MEM(pin, und_copy_pin(copy), 32);
	OK(und_copy_check_pin(copy, pin));
	pin[31] ^= 1;
	IS(UND_ERR_PIN, und_copy_check_pin(copy, pin));
	IS(UND_ERR_MISUSE, und_copy_check_pin(copy, NULL));
	CHECK(und_copy_holds(copy, s.statement) && und_copy_holds(copy, s.x.f.letter));
	CHECK(!und_copy_holds(copy, pin) && !und_copy_holds(copy, NULL));
	OK(und_copy_find_key(&roster, &body, copy, s.x.f.keys[3]));
	CHECK(und_bytes_is(body, "b") && memcmp(roster, s.x.f.roster, 32) == 0);
	IS(UND_ERR_NOT_IN_RING, und_copy_find_key(&roster, &body, copy, s.x.f.keys[SIGNERS]));
	IS(UND_ERR_MISUSE, und_copy_find_key(&roster, &body, copy, NULL));
	IS(UND_ERR_MISUSE, und_copy_find_key(NULL, &body, copy, s.x.f.keys[3]));
	IS(UND_ERR_MISUSE, und_copy_find_key(&roster, NULL, copy, s.x.f.keys[3]));
	EQ(s.notice_line, und_copy_dated_after(copy, 9199, 0));
	EQ(s.notice_line + 1, und_copy_dated_after(copy, 9199, s.notice_line));
	EQ(0, und_copy_dated_after(copy, 9201, 0));
	EQ(0, und_copy_dated_after(copy, UND_NO_DAY, 0));
	und_copy_free(copy);
	signers_clear(&s.x);
}

TEST(rings_vouchers_and_words)
{
	struct story s;
	struct und_copy *copy = NULL;
	struct und_copy_ring r;
	struct und_copy_voucher v;
	struct und_copy_words w;
	struct und_copy_demand d;
	unsigned registrars = 0, organisers = 0;

	story_open(&s);
	OK(signers_read(&copy, &s.x, NULL));
	EQ(3, und_copy_ring_count(copy));
	OK(GET(und_copy_get_ring, &r, copy, 0));
	CHECK(und_bytes_is(r.id, "*") && r.name.n == 0 && r.keys == 8 && r.made == 2 && r.signers == 2 && r.headcount == 40 && !r.above_share);
	MEM(s.x.f.roster, r.roster, 32);
	OK(GET(und_copy_get_ring, &r, copy, 2));
	CHECK(und_bytes_is(r.id, "b") && und_bytes_is(r.name, "Body b") && r.keys == 4 && r.made == 1 && r.signers == 0 && r.headcount == 20);
	IS(UND_ERR_MISUSE, GET(und_copy_get_ring, &r, copy, 3));
	EQ(6, und_copy_voucher_count(copy));
	for (size_t i = 0; i < 6; i++) {
		OK(GET(und_copy_get_voucher, &v, copy, i));
		registrars += v.registrar;
		organisers += v.organiser;
		CHECK(v.name.n > 0 && v.key != NULL && v.where.n == 0);
	}
	EQ(3, registrars);
	EQ(3, organisers);
	IS(UND_ERR_MISUSE, GET(und_copy_get_voucher, &v, copy, 6));
	OK(GET(und_copy_get_words, &w, copy));
	CHECK(und_bytes_is(w.title, "On the harbour") && und_bytes_is(w.body, "We ask.\n") && und_bytes_is(w.language, "en") && w.contact.n == 0);
	CHECK(w.dated == UND_NO_DAY && w.replaces == NULL);
	EQ(2, und_copy_demand_count(copy));
	OK(GET(und_copy_get_demand, &d, copy, 1));
	CHECK(und_bytes_is(d.id, "d2") && und_bytes_is(d.text, "Mend the road."));
	IS(UND_ERR_MISUSE, GET(und_copy_get_demand, &d, copy, 2));
	und_copy_free(copy);
	signers_clear(&s.x);
}

TEST(addressees_stances_statements_and_questions)
{
	struct story s;
	struct und_copy *copy = NULL;
	struct und_copy_addressee a;
	struct und_copy_stance t;
	struct und_copy_statement m;
	struct und_copy_question q;
	struct und_copy_choice c;

	story_open(&s);
	OK(signers_read(&copy, &s.x, NULL));
	EQ(2, und_copy_addressee_count(copy));
	OK(GET(und_copy_get_addressee, &a, copy, 0));
	CHECK(und_bytes_is(a.id, "president") && und_bytes_is(a.name, "The President") && a.delivered == 9100 && a.answered);
	OK(GET(und_copy_get_addressee, &a, copy, 1));
	CHECK(und_bytes_is(a.id, "senate") && a.delivered == 9101 && !a.answered);
	IS(UND_ERR_MISUSE, GET(und_copy_get_addressee, &a, copy, 2));
	EQ(2, und_copy_stance_count(copy));
	OK(GET(und_copy_get_stance, &t, copy, 0));
	CHECK(und_bytes_is(t.party, "president") && und_bytes_is(t.demand, "d1") && t.authenticated);
	STR("rejects", t.stance);
	MEM(s.statement, t.statement, 32);
	OK(GET(und_copy_get_stance, &t, copy, 1));
	CHECK(und_bytes_is(t.party, "senate") && und_bytes_is(t.demand, "*") && !t.authenticated);
	STR("supports", t.stance);
	IS(UND_ERR_MISUSE, GET(und_copy_get_stance, &t, copy, 2));
	EQ(2, und_copy_statement_count(copy));
	OK(GET(und_copy_get_statement, &m, copy, 0));
	MEM(s.statement, m.id, 32);
	CHECK(und_bytes_is(m.party, "president") && und_bytes_is(m.text, "We answer.\n") && m.on == 9110 && m.authenticated && m.clarifies == NULL);
	EQ(12, m.line);
	OK(GET(und_copy_get_statement, &m, copy, 1));
	CHECK(und_bytes_is(m.party, "senate") && m.line == 13 && m.source.n == 0 && !m.authenticated);
	IS(UND_ERR_MISUSE, GET(und_copy_get_statement, &m, copy, 2));
	EQ(1, und_copy_question_count(copy));
	OK(GET(und_copy_get_question, &q, copy, 0));
	MEM(s.question, q.id, 32);
	MEM(s.statement, q.about, 32);
	CHECK(und_bytes_is(q.text, "Enough?") && und_bytes_is(q.language, "en") && q.closes == 9980 && q.choices == 2);
	OK(GET(und_copy_get_choice, &c, copy, 0, 0));
	CHECK(und_bytes_is(c.id, "yes") && und_bytes_is(c.text, "Yes") && c.votes == 1);
	OK(GET(und_copy_get_choice, &c, copy, 0, 1));
	CHECK(und_bytes_is(c.id, "no") && c.votes == 1); /* of two, one withdrew */
	IS(UND_ERR_MISUSE, GET(und_copy_get_choice, &c, copy, 0, 2));
	IS(UND_ERR_MISUSE, GET(und_copy_get_choice, &c, copy, 1, 0));
	IS(UND_ERR_MISUSE, GET(und_copy_get_question, &q, copy, 1));
	und_copy_free(copy);
	signers_clear(&s.x);
}

TEST(lines_are_the_bytes_of_the_file)
{
	struct story s;
	struct und_copy *copy = NULL;
	struct und_copy_line l = { 0 };
	uint8_t *text = NULL, id[32];
	const char *type;
	size_t n = 0, count;
	unsigned notices = 0;

	story_open(&s);
	OK(signers_read(&copy, &s.x, NULL));
	count = und_copy_line_count(copy);
	EQ(10, count); /* roster, letter, words, two deliveries, two statements, question, notice, translation */
	for (size_t i = 0; i < count; i++) {
		const uint8_t *p = s.x.f.file.p;

		OK(GET(und_copy_get_line, &l, copy, i));
		OK(und_copy_line_text(&text, &n, copy, i));
		for (uint64_t k = 1; k < l.line; k++)
			p = (const uint8_t *)memchr(p, '\n', s.x.f.file.n) + 1;
		CHECK(p[n] == '\n');
		MEM(p, text, n);
		OK(und_line_id(id, &type, text, n, NULL));
		MEM(id, l.id, 32);
		STR(l.type, type);
		notices += strcmp(l.type, "notice") == 0 && memcmp(l.id, s.notice, 32) == 0;
		und_bytes_free(text, n);
	}
	EQ(1, notices);
	text = NULL;
	IS(UND_ERR_MISUSE, GET(und_copy_get_line, &l, copy, count));
	IS(UND_ERR_MISUSE, und_copy_line_text(&text, &n, copy, count));
	IS(UND_ERR_MISUSE, und_copy_line_text(NULL, &n, copy, 0));
	IS(UND_ERR_MISUSE, und_copy_line_text(&text, NULL, copy, 0));
	CHECK(text == NULL);
	und_copy_free(copy);
	signers_clear(&s.x);
}

TEST(a_line_is_judged_by_its_form)
{
	static const char torn[] = "{\"type\":";
	struct story s;
	struct und_diag diag = { 0 };
	const char *type = "none";
	uint8_t id[32] = { 9 };

	story_open(&s);
	IS(UND_ERR_MISUSE, und_line_id(NULL, &type, torn, 8, NULL));
	IS(UND_ERR_MISUSE, und_line_id(id, NULL, torn, 8, NULL));
	IS(UND_ERR_MISUSE, und_line_id(id, &type, NULL, 8, NULL));
	IS(UND_ERR_JSON, und_line_id(id, &type, torn, 8, NULL));
	IS(UND_ERR_JSON, und_line_id(id, &type, NULL, 0, &diag));
	fixture_encode(&s.x.f, fixture_notice(&s.x.f, 9, UND_NOTICE_NOTE), 0);
	s.x.f.line.p[0] = '[';
	CHECK(und_line_id(id, &type, s.x.f.line.p, s.x.f.line.n, &diag) != UND_OK);
	EQ(9, id[0]);
	STR("none", type);
	s.x.f.line.p[0] = '{';
	OK(und_line_id(id, &type, s.x.f.line.p, s.x.f.line.n, &diag));
	STR("notice", type);
	MEM(s.x.f.id, id, 32);
	signers_clear(&s.x);
}

TEST(as_json)
{
	struct story s;
	struct und_copy *copy = NULL;
	uint8_t *text = NULL;
	size_t n = 0;

	story_open(&s);
	OK(signers_read(&copy, &s.x, NULL));
	OK(und_copy_json(&text, &n, copy, 9200));
	CHECK(n > 2 && text[0] == '{' && text[n - 1] == '}');
	CHECK(memmem(text, n, "\"signers\":3,", 12) != NULL);
	CHECK(memmem(text, n, "\"dated_after_today\":[]", 22) == NULL);
	und_bytes_free(text, n);
	OK(und_copy_json(&text, &n, copy, UND_NO_DAY));
	CHECK(memmem(text, n, "\"dated_after_today\":[]", 22) != NULL);
	und_bytes_free(text, n);
	text = NULL;
	IS(UND_ERR_MISUSE, und_copy_json(&text, NULL, copy, 0));
	IS(UND_ERR_MISUSE, und_copy_json(NULL, &n, copy, 0));
	CHECK(text == NULL);
	und_copy_free(copy);
	signers_clear(&s.x);
}

/* ---- sealed words ---- */

TEST(sealed_words_open_with_their_link_alone)
{
	struct signed_fixture x;
	struct und_copy *copy = NULL;
	struct und_copy_counts c;
	struct und_copy_words w;
	struct und_copy_line l;
	uint8_t other[32] = { 1, 2, 4 };

	signers_init(&x);
	fixture_push_roster(&x.f, 0, 8, R0 | R1);
	fixture_push(&x.f, fixture_letter(&x.f), O0 | O1);
	OK(signers_read(&copy, &x, NULL));
	IS(UND_ERR_SEALED, und_copy_open(copy, link_key, NULL)); /* nothing is */
	und_copy_free(copy);
	fixture_push(&x.f, fixture_sealed(&x.f, link_key), O0 | O1);
	OK(signers_read(&copy, &x, NULL));
	OK(GET(und_copy_get_counts, &c, copy));
	CHECK(c.sealed && !c.opened && c.was_sealed);
	IS(UND_ERR_SEALED, GET(und_copy_get_words, &w, copy));
	EQ(0, und_copy_demand_count(copy));
	EQ(0, und_copy_addressee_count(copy));
	EQ(3, und_copy_line_count(copy));
	IS(UND_ERR_LINK, und_copy_open(copy, other, NULL));
	IS(UND_ERR_MISUSE, und_copy_open(copy, NULL, NULL));
	IS(UND_ERR_MISUSE, und_copy_open(NULL, link_key, NULL));
	IS(UND_ERR_SEALED, GET(und_copy_get_words, &w, copy));
	for (int i = 0; i < 2; i++) {
		OK(und_copy_open(copy, link_key, NULL));
		OK(GET(und_copy_get_words, &w, copy));
		CHECK(und_bytes_is(w.title, "On the harbour"));
		OK(GET(und_copy_get_counts, &c, copy));
		CHECK(c.sealed && c.opened && c.was_sealed);
		EQ(2, und_copy_demand_count(copy));
		EQ(4, und_copy_line_count(copy));
		OK(GET(und_copy_get_line, &l, copy, 3));
		EQ(0, l.line);
		STR("words", l.type);
	}
	und_copy_free(copy);
	signers_clear(&x);
}
