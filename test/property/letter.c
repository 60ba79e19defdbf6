/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* letter.c: the state is a function of the set of lines: not of their order, nor of batches, nor of how they came (spec/records.md, The state of a letter) */
#include "tap.h"

#include "letter_fixture.h"
#include "letter_state.h"

#define UND_NO_WAVE SIZE_MAX
enum { GROUPS = 96, NEEDS = 4, LETTERS = 4, ORDERS = 12 };

/* One line, or a roster with its keys: what may be moved, and what must stand above it. */
struct group {
	struct und_bytes text; /* with LF */
	size_t needs[NEEDS];
	unsigned need_count;
};

struct life {
	struct fixture f;
	struct und_bytes head; /* roster, keys, letter */
	struct group groups[GROUPS];
	size_t count, words;
	bool signed_by[FIXTURE_MEMBERS];
	size_t signature_of[FIXTURE_MEMBERS];
};

/* The record is taken by the letter, and stands in a group of its own. */
static size_t add(struct life *v, struct und_record *r, unsigned who)
{
	struct group *g = &v->groups[v->count];
	size_t start = v->f.file.n;

	if (v->count == GROUPS || fixture_add(&v->f, r, who) != UND_OK ||
	    und_arena_copy(&g->text, &v->f.arena, und_bytes(v->f.file.p + start, v->f.file.n - start)) != UND_OK)
		abort();
	return v->count++;
}

static void need(struct life *v, size_t group, size_t above)
{
	struct group *g = &v->groups[group];

	if (g->need_count == NEEDS)
		abort();
	g->needs[g->need_count++] = above;
}

static size_t add_after(struct life *v, size_t above, struct und_record *r, unsigned who)
{
	size_t g = add(v, r, who);

	need(v, g, above);
	return g;
}

/* Members first … below last sign in rings of that roster; some withdraw. */
static void add_signatures(struct life *v, unsigned first, unsigned last, const uint8_t *roster, size_t wave)
{
	for (unsigned m = first; m < last; m++) {
		const char *body = m % 2 == 0 ? "a" : "b";

		if (tap_below(3) == 0)
			continue;
		v->signature_of[m] = add(v, fixture_signature(&v->f, m, roster, tap_below(3) == 0 ? "*" : body), 0);
		if (wave != UND_NO_WAVE)
			need(v, v->signature_of[m], wave);
		v->signed_by[m] = true;
		if (tap_below(4) == 0)
			(void)add_after(v, v->signature_of[m], fixture_withdrawal(&v->f, m), 0);
	}
}

static void add_wave(struct life *v)
{
	struct group *g = &v->groups[v->count];
	size_t start = v->f.file.n;

	if (fixture_add_wave(&v->f, 8, 6, R0 | R1) != UND_OK ||
	    und_arena_copy(&g->text, &v->f.arena, und_bytes(v->f.file.p + start, v->f.file.n - start)) != UND_OK)
		abort();
	v->count++;
	add_signatures(v, 8, 14, v->f.roster, v->count - 1);
}

static const enum und_stance some_stance[] = { UND_STANCE_ACCEPTS, UND_STANCE_REJECTS, UND_STANCE_PARTLY, UND_STANCE_NONE };

/* Statements of one party, each perhaps clarifying one above it, on days that may be equal. */
static size_t add_statements(struct life *v, const char *party, unsigned key, size_t known)
{
	size_t last = known, recorded = SIZE_MAX;
	uint8_t id[32];

	for (unsigned i = 0; i < 4; i++) {
		bool own = key != 0 && tap_below(2) == 0, clarifies = !own && recorded != SIZE_MAX && tap_below(2) == 0;
		struct und_record *r = fixture_statement(&v->f, party, 9100 + (int)i / 2, tap_below(2) == 0 ? "d1" : "*",
		                                         some_stance[tap_below(4)], clarifies ? id : NULL);
		size_t g;

		r->u.statement.text = und_cstr(i == 0 ? "One.\n" : i == 1 ? "Two.\n" : i == 2 ? "Three.\n" : "Four.\n");
		g = add_after(v, known, r, own ? key : O0 | O1);
		if (clarifies)
			need(v, g, recorded);
		if (!own) {
			recorded = g;
			memcpy(id, v->f.id, 32);
		}
		last = g;
	}
	return last;
}

static void add_questions(struct life *v, size_t statement)
{
	for (unsigned q = 0; q < 2; q++) {
		uint8_t id[32];
		size_t g = add_after(v, v->words, fixture_question(&v->f, q == 0 ? "Enough?" : "And now?", q == 0 ? v->f.id : NULL, 9990), O0 | O1);

		if (q == 0)
			need(v, g, statement);
		memcpy(id, v->f.id, 32);
		for (unsigned m = 0; m < 14; m++)
			if (v->signed_by[m] && tap_below(2) == 0)
				need(v, add_after(v, g, fixture_vote(&v->f, m, id, tap_below(2) == 0 ? "yes" : "no"), 0), v->signature_of[m]);
	}
}

static void add_notices(struct life *v)
{
	for (unsigned i = 0; i < 3; i++) {
		struct und_record *r = fixture_notice(&v->f, 9100 + (int)tap_below(2), UND_NOTICE_DEADLINE);

		r->u.notice.closes = 9900 + (int)(10 * i + tap_below(10));
		(void)add(v, r, O0 | O1); /* before the words too */
	}
}

/* A letter with something of everything. */
static void live(struct life *v)
{
	static const uint8_t link[UND_LINK_SIZE] = { 1 };
	size_t sealed = 0, party, answer;
	bool is_sealed = tap_below(2) == 0;
	uint8_t base[32];

	memset(v, 0, sizeof *v);
	fixture_init(&v->f, 2);
	fixture_push_roster(&v->f, 0, 8, R0 | R1);
	memcpy(base, v->f.roster, 32);
	fixture_push(&v->f, fixture_letter(&v->f), O0 | O1);
	if (fixture_read(&v->f) != UND_OK || und_arena_copy(&v->head, &v->f.arena, und_buf_bytes(&v->f.file)) != UND_OK)
		abort();
	if (is_sealed)
		sealed = add(v, fixture_sealed(&v->f, link), O0 | O1);
	v->words = add(v, fixture_words(&v->f), O0 | O1);
	if (is_sealed)
		need(v, v->words, sealed);
	add_signatures(v, 0, 8, base, UND_NO_WAVE);
	add_wave(v);
	add_notices(v);
	(void)add_after(v, v->words, fixture_publication(&v->f, "Gazette", 9100), O0 | O1);
	(void)add_after(v, v->words, fixture_translation(&v->f, "de", 9100), O0 | O1);
	(void)add_after(v, v->words, fixture_delivery(&v->f, "president", 9101), O0 | O1);
	(void)add_after(v, v->words, fixture_delivery(&v->f, "president", 9100), O0 | O1);
	(void)add_statements(v, "president", P0, v->words);
	party = add_after(v, v->words, fixture_party(&v->f, "ally", "Ally", 0), O0 | O1);
	party = add_after(v, party, fixture_party(&v->f, "ally", "Ally", P1), O0 | O1);
	answer = add_statements(v, "ally", P1, party);
	add_questions(v, answer);
}

static bool is_ready(const struct life *v, const bool *written, size_t g)
{
	for (unsigned i = 0; i < v->groups[g].need_count; i++)
		if (!written[v->groups[g].needs[i]])
			return false;
	return !written[g];
}

/* Again and again any one of those whose needs stand above. */
static void shuffle(struct und_buf *file, const struct life *v)
{
	bool written[GROUPS] = { false };

	und_buf_reset(file);
	und_buf_add_bytes(file, v->head);
	for (size_t n = 0; n < v->count; n++) {
		size_t g;

		do
			g = tap_below(v->count);
		while (!is_ready(v, written, g));
		und_buf_add_bytes(file, v->groups[g].text);
		written[g] = true;
	}
	if (file->err != UND_OK)
		abort();
}

TEST(the_state_does_not_depend_on_the_order_of_lines_nor_on_batches)
{
	static struct life v;
	struct und_buf file;

	tap_seed(20261125);
	und_buf_init(&file, 64 << 20);
	for (unsigned i = 0; i < LETTERS; i++) {
		live(&v);
		for (unsigned j = 0; j < ORDERS; j++) {
			struct und_letter_options o = v.f.options;
			struct und_letter *l;
			struct und_diag diag = { 0 };
			enum und_err e;

			shuffle(&file, &v);
			o.pending_max = 1 + tap_below(20000);
			e = und_letter_read(&l, und_buf_bytes(&file), &o, &diag);
			if (e != UND_OK) {
				tap_fail("%s at line %" PRIu64 " %s", und_err_name(e), diag.line, diag.member);
				continue;
			}
			CHECK(state_equal(v.f.l, l));
			und_letter_free(l);
		}
		fixture_clear(&v.f);
	}
	und_buf_clear(&file);
}

/* Any line of the letter with one byte changed, or the line itself, is refused, and nothing of it stays. */
TEST(a_refused_line_leaves_no_trace)
{
	static struct life v;
	struct und_buf before, after;
	uint8_t line[8192];

	tap_seed(20261126);
	live(&v);
	state_text(&before, v.f.l);
	for (unsigned i = 0; i < 400; i++) {
		const struct group *g = &v.groups[tap_below(v.count)];
		size_t n = (size_t)((const uint8_t *)memchr(g->text.p, '\n', g->text.n) - g->text.p);
		uint8_t other = (uint8_t)"\"{}[]:,0aZ-_ "[tap_below(13)];

		if (n > sizeof line)
			continue;
		memcpy(line, g->text.p, n);
		if (i % 4 != 0)
			line[tap_below(n)] = other;
		CHECK(und_letter_append(v.f.l, und_bytes(line, n), NULL) != UND_OK);
	}
	state_text(&after, v.f.l);
	CHECK(und_bytes_equal_var(und_buf_bytes(&before), und_buf_bytes(&after)));
	und_buf_clear(&before);
	und_buf_clear(&after);
	OK(fixture_add(&v.f, fixture_publication(&v.f, "Courier", 9100), O0 | O1)); /* and the letter goes on */
	fixture_clear(&v.f);
}

/* Any bad proof among good ones is found where it stands, whatever waits beside it. */
TEST(the_first_bad_proof_is_named_whatever_the_batches)
{
	struct fixture f;
	struct und_letter *l;

	tap_seed(20261127);
	fixture_open(&f, 2, 8);
	for (unsigned m = 0; m < 12; m++)
		OK(fixture_add(&f, fixture_signature(&f, m, f.roster, m % 3 == 0 ? "*" : m % 2 == 0 ? "a" : "b"), 0));
	for (unsigned i = 0; i < 12; i++) {
		struct und_letter_options o = f.options;
		struct und_diag diag = { 0 };
		struct und_buf file;
		uint64_t first = 0, line = 1;

		und_buf_init(&file, 1 << 20);
		und_buf_add_bytes(&file, und_buf_bytes(&f.file));
		for (size_t at = 0; at < file.n; line++) {
			uint8_t *p = file.p + at, *end = memchr(p, '\n', file.n - at);
			uint8_t *proof = memmem(p, (size_t)(end - p), "\"proof\":\"", 9);

			if (proof != NULL && tap_below(4) == 0) { /* 16 bytes of a scalar's low half */
				proof[9 + 43 * 9] = proof[9 + 43 * 9] == 'A' ? 'B' : 'A';
				first = first == 0 ? line : first;
			}
			at = (size_t)(end + 1 - file.p);
		}
		o.pending_max = 1 + tap_below(9000);
		if (first == 0) {
			OK(und_letter_read(&l, und_buf_bytes(&file), &o, &diag));
			und_letter_free(l);
		} else {
			CHECK(und_letter_read(&l, und_buf_bytes(&file), &o, &diag) != UND_OK);
			EQ(first, diag.line);
		}
		und_buf_clear(&file);
	}
	fixture_clear(&f);
}
