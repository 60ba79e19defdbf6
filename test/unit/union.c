/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* union.c: who keeps a contended place when copies of a letter merge, and what goes with the losers (spec/records.md, The state of a letter) */
#include "tap.h"

#include "letter_fixture.h"
#include "letter/union.h"

/* Two people hold the same letter and each adds lines: two fixtures with one head. */
struct pair {
	struct fixture a, b;
	struct und_buf ab;
	struct und_letter *l;
	struct und_state s;
};

static void pair_open(struct pair *p)
{
	fixture_open(&p->a, 2, 4);
	fixture_open(&p->b, 2, 4);
	und_buf_init(&p->ab, 1 << 24);
	MEM(p->a.letter, p->b.letter, 32);
}

static enum und_err unite(struct und_buf *out, const struct fixture *first, const struct fixture *second)
{
	const struct und_bytes copies[] = { und_buf_bytes(&first->file), und_buf_bytes(&second->file) };
	struct und_union_report report;
	struct und_diag diag;
	size_t copy;

	return und_union(out, &report, copies, 2, &copy, &first->options, &diag);
}

/* Both ways, the same bytes; then read. */
static void pair_unite(struct pair *p)
{
	struct und_buf ba;
	struct und_diag diag;

	und_buf_init(&ba, 1 << 24);
	OK(unite(&p->ab, &p->a, &p->b));
	OK(unite(&ba, &p->b, &p->a));
	CHECK(p->ab.n > 0 && und_bytes_equal_var(und_buf_bytes(&p->ab), und_buf_bytes(&ba)));
	und_buf_clear(&ba);
	if (und_letter_read(&p->l, und_buf_bytes(&p->ab), &p->a.options, &diag) != UND_OK || und_letter_state(&p->s, p->l) != UND_OK)
		abort();
}

static void pair_clear(struct pair *p)
{
	und_state_clear(&p->s);
	und_letter_free(p->l);
	und_buf_clear(&p->ab);
	fixture_clear(&p->a);
	fixture_clear(&p->b);
}

static bool holds(const struct pair *p, const struct und_buf *line)
{
	return memmem(p->ab.p, p->ab.n, line->p, line->n) != NULL;
}

static size_t count(const struct pair *p, const char *text)
{
	size_t n = 0;

	for (const uint8_t *at = p->ab.p; (at = memmem(at, (size_t)(p->ab.p + p->ab.n - at), text, strlen(text))) != NULL; at++)
		n++;
	return n;
}

TEST(what_only_one_copy_has_is_kept)
{
	struct pair p;

	pair_open(&p);
	OK(fixture_add(&p.a, fixture_signature(&p.a, 1, p.a.roster, "*"), 0));
	OK(fixture_add(&p.a, fixture_withdrawal(&p.a, 1), 0));
	OK(fixture_add(&p.b, fixture_signature(&p.b, 2, p.b.roster, "a"), 0));
	OK(fixture_add(&p.b, fixture_question(&p.b, "Enough?", NULL, 9950), O0 | O1));
	OK(fixture_add(&p.b, fixture_vote(&p.b, 2, p.b.id, "no"), 0));
	pair_unite(&p);
	EQ(p.s.signers, 1);
	EQ(p.s.withdrawn, 1);
	EQ(p.s.question_count, 1);
	EQ(p.s.questions[0].tally[1], 1);
	pair_clear(&p);
}

TEST(an_id_with_other_signatures_stands_once)
{
	struct pair p;
	uint8_t sha_a[32], sha_b[32];

	pair_open(&p);
	OK(fixture_add(&p.a, fixture_notice(&p.a, 9500, UND_NOTICE_NOTE), O0 | O1));
	OK(fixture_add(&p.b, fixture_notice(&p.b, 9500, UND_NOTICE_NOTE), O1 | O2));
	und_sha256(sha_a, (struct und_bytes[]){ und_buf_bytes(&p.a.line) }, 1);
	und_sha256(sha_b, (struct und_bytes[]){ und_buf_bytes(&p.b.line) }, 1);
	pair_unite(&p);
	EQ(count(&p, "\"type\":\"notice\""), 1);
	CHECK(holds(&p, memcmp(sha_a, sha_b, 32) < 0 ? &p.a.line : &p.b.line));
	pair_clear(&p);
}

TEST(a_tag_that_signed_in_two_rings_counts_once)
{
	struct pair p;

	pair_open(&p);
	OK(fixture_add(&p.a, fixture_signature(&p.a, 3, p.a.roster, "b"), 0));
	OK(fixture_add(&p.b, fixture_signature(&p.b, 3, p.b.roster, "*"), 0));
	OK(fixture_add(&p.b, fixture_withdrawal(&p.b, 3), 0));
	pair_unite(&p);
	EQ(p.s.signers, 0);
	EQ(p.s.withdrawn, 1);
	EQ(count(&p, "\"type\":\"signature\""), 1);
	pair_clear(&p);
}

/* The recorded words of a party give way to its own, and what clarified the recorded ones goes with them. */
TEST(an_authenticated_statement_stays_before_a_recorded_one)
{
	struct pair p;
	uint8_t said[32];

	pair_open(&p);
	OK(fixture_add(&p.a, fixture_statement(&p.a, "president", 9400, "d1", UND_STANCE_REJECTS, NULL), O0 | O1));
	memcpy(said, p.a.id, 32);
	OK(fixture_add(&p.a, fixture_statement(&p.a, "president", 9401, "d1", UND_STANCE_ACCEPTS, said), O0 | O1));
	OK(fixture_add(&p.b, fixture_statement(&p.b, "president", 9400, "d1", UND_STANCE_REJECTS, NULL), P0));
	MEM(said, p.b.id, 32);
	pair_unite(&p);
	EQ(p.s.statements, 1);
	CHECK(p.s.stances[0].authenticated && p.s.stances[0].stance == UND_STANCE_REJECTS);
	CHECK(holds(&p, &p.b.line));
	pair_clear(&p);
}

/* Two names for one id: one introduction stays, and with the other go its key and what was said with that key. */
TEST(an_introduction_is_contended_for)
{
	struct pair p;
	struct und_buf intro_a, intro_b;
	uint8_t sha_a[32], sha_b[32];
	bool first;

	pair_open(&p);
	und_buf_init(&intro_a, 1 << 16);
	und_buf_init(&intro_b, 1 << 16);
	OK(fixture_add(&p.a, fixture_party(&p.a, "ally", "The Mayor", P1), O0 | O1));
	und_buf_add_bytes(&intro_a, und_buf_bytes(&p.a.line));
	OK(fixture_add(&p.a, fixture_statement(&p.a, "ally", 9400, "*", UND_STANCE_SUPPORTS, NULL), P1));
	OK(fixture_add(&p.b, fixture_party(&p.b, "ally", "The Bishop", 0), O0 | O1));
	und_buf_add_bytes(&intro_b, und_buf_bytes(&p.b.line));
	OK(fixture_add(&p.b, fixture_statement(&p.b, "ally", 9300, "*", UND_STANCE_REJECTS, NULL), O0 | O1));
	und_sha256(sha_a, (struct und_bytes[]){ und_buf_bytes(&intro_a) }, 1);
	und_sha256(sha_b, (struct und_bytes[]){ und_buf_bytes(&intro_b) }, 1);
	first = memcmp(sha_a, sha_b, 32) < 0;
	pair_unite(&p);
	CHECK(holds(&p, first ? &intro_a : &intro_b));
	CHECK(!holds(&p, first ? &intro_b : &intro_a));
	EQ(p.s.statements, first ? 2 : 1); /* what organisers recorded needs the id only; the party's own word needs its key */
	und_buf_clear(&intro_a);
	und_buf_clear(&intro_b);
	pair_clear(&p);
}

/* One copy introduces with a key; the other introduces without, and gives the key later: nothing is lost but one of the two ways to say it. */
TEST(a_key_given_at_once_and_a_key_given_later_agree)
{
	struct pair p;

	pair_open(&p);
	OK(fixture_add(&p.a, fixture_party(&p.a, "ally", "The Mayor", P1), O0 | O1));
	OK(fixture_add(&p.a, fixture_statement(&p.a, "ally", 9400, "*", UND_STANCE_SUPPORTS, NULL), P1));
	OK(fixture_add(&p.b, fixture_party(&p.b, "ally", "The Mayor", 0), O0 | O1));
	OK(fixture_add(&p.b, fixture_party(&p.b, "ally", "The Mayor", P1), O1 | O2));
	pair_unite(&p);
	EQ(p.s.statements, 1);
	CHECK(p.s.stances[0].authenticated);
	EQ(count(&p, "\"type\":\"party\""), 2);
	pair_clear(&p);
}

TEST(a_name_belongs_to_one_party)
{
	struct pair p;

	pair_open(&p);
	OK(fixture_add(&p.a, fixture_party(&p.a, "mayor", "The Mayor", 0), O0 | O1));
	OK(fixture_add(&p.a, fixture_statement(&p.a, "mayor", 9400, "*", UND_STANCE_SUPPORTS, NULL), O0 | O1));
	OK(fixture_add(&p.b, fixture_party(&p.b, "town", "The Mayor", 0), O0 | O1));
	OK(fixture_add(&p.b, fixture_statement(&p.b, "town", 9400, "*", UND_STANCE_SUPPORTS, NULL), O0 | O1));
	pair_unite(&p);
	EQ(count(&p, "\"type\":\"party\""), 1);
	EQ(p.s.statements, 1);
	pair_clear(&p);
}

TEST(a_wave_comes_with_its_keys_and_its_signatures)
{
	struct pair p;

	pair_open(&p);
	OK(fixture_add_wave(&p.a, 8, 6, R0 | R1));
	OK(fixture_add(&p.a, fixture_signature(&p.a, 9, p.a.roster, "b"), 0));
	OK(fixture_add(&p.b, fixture_signature(&p.b, 1, p.b.roster, "b"), 0));
	pair_unite(&p);
	EQ(p.s.signers, 2);
	EQ(p.s.keys, 14);
	pair_clear(&p);
}

TEST(two_extensions_of_one_roster_are_double_dealing)
{
	struct pair p;
	struct und_buf out;

	pair_open(&p);
	und_buf_init(&out, 1 << 24);
	OK(fixture_add_wave(&p.a, 8, 6, R0 | R1));
	OK(fixture_add_wave(&p.b, 8, 8, R0 | R1));
	IS(UND_ERR_UNION_ROSTERS, unite(&out, &p.a, &p.b));
	EQ(out.n, 0);
	und_buf_clear(&out);
	und_buf_clear(&p.ab);
	fixture_clear(&p.a);
	fixture_clear(&p.b);
}

/* A deadline may speak about a record that a bundle leaves out. */
TEST(a_bundle_keeps_a_deadline_and_what_a_question_is_about)
{
	struct fixture f;
	struct und_letter_options as_bundle;
	struct und_record *r;
	struct und_buf out;
	struct und_diag diag = { 0 };
	struct und_letter *b;
	struct und_state s;
	uint8_t about[32];

	fixture_open(&f, 2, 4);
	und_buf_init(&out, 1 << 24);
	OK(fixture_add(&f, fixture_signature(&f, 1, f.roster, "*"), 0));
	r = fixture_notice(&f, 9500, UND_NOTICE_DEADLINE);
	r->u.notice.about.set = true;
	memcpy(r->u.notice.about.id, f.id, 32);
	OK(fixture_add(&f, r, O0 | O1));
	OK(fixture_add(&f, fixture_party(&f, "ally", "The Mayor", 0), O0 | O1));
	OK(fixture_add(&f, fixture_party(&f, "ally", "The Mayor", P1), O0 | O1));
	OK(fixture_add(&f, fixture_statement(&f, "ally", 9400, "d1", UND_STANCE_COUNTER, NULL), P1));
	memcpy(about, f.id, 32);
	OK(fixture_add(&f, fixture_statement(&f, "senate", 9400, "d1", UND_STANCE_REJECTS, NULL), O0 | O1));
	OK(fixture_add(&f, fixture_question(&f, "Enough?", about, 9960), O0 | O1));
	OK(und_bundle(&out, und_buf_bytes(&f.file), f.roster, und_cstr("b"), &f.options, &diag));
	as_bundle = f.options;
	as_bundle.mode = UND_LETTER_BUNDLE;
	IS(UND_OK, und_letter_read(&b, und_buf_bytes(&out), &as_bundle, &diag));
	OK(und_letter_state(&s, b));
	EQ(s.closes, 9950);
	EQ(s.question_count, 1);
	EQ(s.statements, 1);
	und_state_clear(&s);
	und_letter_free(b);
	IS(UND_ERR_RING_UNKNOWN, und_bundle(&out, und_buf_bytes(&f.file), f.roster, und_cstr("nobody"), &f.options, &diag));
	IS(UND_ERR_ROSTER_UNKNOWN, und_bundle(&out, und_buf_bytes(&f.file), f.letter, und_cstr("b"), &f.options, &diag));
	und_buf_clear(&out);
	fixture_clear(&f);
}
