/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* union.c: the union of copies is commutative and idempotent, associative where no party is contended, and loses no line without a contest */
#include "tap.h"

#include "letter_fixture.h"
#include "letter/union.h"

/* Sample letters with one letter id: rosters that grow, words sealed and open, statements, votes, withdrawals. */
static const char *const family[] = {
	"valid-plain",   "valid-life",   "valid-life-voter-withdraws", "valid-roster-grows",     "valid-sealed", "valid-sealed-opened",
	"valid-two-questions", "valid-no-signatures", "valid-key-for-addressee-later", "valid-letter-without-words",
	"valid-vote-after-withdrawal-not-counted", "valid-clarified-out-of-order"
};
enum { FAMILY = sizeof family / sizeof family[0] };

static const struct und_random test_random = { fixture_fill, NULL };
static const struct und_letter_options options = { .mode = UND_LETTER_FILE, .random = &test_random };

static struct und_buf load(const char *name)
{
	char path[4096];
	struct und_buf b;
	uint8_t chunk[4096];
	size_t n;
	FILE *f;

	snprintf(path, sizeof path, "%s/letters/%s.letter", getenv("UND_VECTORS"), name);
	und_buf_init(&b, 1 << 24);
	f = fopen(path, "rb");
	if (f == NULL) {
		perror(path);
		abort();
	}
	while ((n = fread(chunk, 1, sizeof chunk, f)) > 0)
		und_buf_add(&b, chunk, n);
	fclose(f);
	return b;
}

static struct und_bytes next_line(struct und_bytes *rest)
{
	const uint8_t *lf = memchr(rest->p, '\n', rest->n);
	struct und_bytes line = { rest->p, (size_t)(lf - rest->p) };

	rest->n -= line.n + 1;
	rest->p = lf + 1;
	return line;
}

static bool has_type(struct und_bytes line, const char *type)
{
	char needle[64];

	snprintf(needle, sizeof needle, "\"type\":\"%s\",", type);
	return memmem(line.p, line.n, needle, strlen(needle)) != NULL;
}

/*
 * A copy as somebody may hold it: the head, then each line of the source with some chance, unless the lines before do not allow it any more. Waves and their keys stay.
 */
static struct und_buf random_copy(struct und_bytes source, unsigned percent)
{
	struct und_letter *l;
	struct und_buf out;
	struct und_diag diag;
	bool head = true;

	und_buf_init(&out, 1 << 24);
	for (struct und_bytes rest = source; rest.n > 0;) {
		struct und_bytes line = next_line(&rest);
		bool always = has_type(line, "roster") || has_type(line, "keys");

		if (head || always) {
			und_buf_add_bytes(&out, line);
			und_buf_add_u8(&out, '\n');
			head = head && !has_type(line, "letter");
			continue;
		}
		if (tap_below(100) >= percent)
			continue;
		OK(und_letter_read(&l, und_buf_bytes(&out), &options, &diag));
		if (und_letter_append(l, line, &diag) == UND_OK) {
			und_buf_add_bytes(&out, line);
			und_buf_add_u8(&out, '\n');
		}
		und_letter_free(l);
	}
	return out;
}

static struct und_buf merge(const struct und_buf *a, const struct und_buf *b)
{
	const struct und_bytes copies[] = { und_buf_bytes(a), und_buf_bytes(b) };
	struct und_union_report report;
	struct und_buf out;
	struct und_diag diag = { 0 };
	size_t copy = 99;
	enum und_err e;

	und_buf_init(&out, 1 << 24);
	if ((e = und_union(&out, &report, copies, 2, &copy, &options, &diag)) != UND_OK)
		tap_fail("union: %s (copy %zu, line %" PRIu64 ", %s)", und_err_name(e), copy, diag.line, diag.member);
	return out;
}

static bool same(const struct und_buf *a, const struct und_buf *b)
{
	return a->n > 0 && a->n == b->n && memcmp(a->p, b->p, a->n) == 0;
}

static bool holds_line(struct und_bytes file, struct und_bytes line)
{
	for (struct und_bytes rest = file; rest.n > 0;)
		if (und_bytes_equal_var(next_line(&rest), line))
			return true;
	return false;
}

/* Lines of a that the union does not hold. */
static unsigned lost(const struct und_buf *a, const struct und_buf *joined)
{
	unsigned n = 0;

	for (struct und_bytes rest = und_buf_bytes(a); rest.n > 0;)
		n += !holds_line(und_buf_bytes(joined), next_line(&rest));
	return n;
}

struct three {
	struct und_buf a, b, c;
};

static struct three random_three(const struct und_buf *sources, size_t n)
{
	struct three t;
	struct und_buf *copies[] = { &t.a, &t.b, &t.c };

	for (size_t i = 0; i < 3; i++)
		*copies[i] = random_copy(und_buf_bytes(&sources[tap_below(n)]), 30 + (unsigned)tap_below(71));
	return t;
}

static void clear_three(struct three *t)
{
	und_buf_clear(&t->a);
	und_buf_clear(&t->b);
	und_buf_clear(&t->c);
}

/* Copies of one source contend for nothing: the union is the set of all lines, in one order. */
TEST(copies_of_one_file_lose_nothing_and_associate)
{
	OK(sodium_init() < 0 ? UND_ERR_RANDOM : UND_OK);
	tap_seed(20261125);
	for (size_t i = 0; i < FAMILY; i++) {
		struct und_buf source = load(family[i]);
		struct three t = random_three(&source, 1);
		struct und_buf ab = merge(&t.a, &t.b), ba = merge(&t.b, &t.a), bc = merge(&t.b, &t.c);
		struct und_buf ab_c = merge(&ab, &t.c), a_bc = merge(&t.a, &bc), again = merge(&ab, &ab);

		CHECK(same(&ab, &ba));
		CHECK(same(&ab, &again));
		CHECK(same(&ab_c, &a_bc));
		EQ(lost(&t.a, &ab), 0);
		EQ(lost(&t.b, &ab), 0);
		EQ(lost(&ab, &t.a) == 0 && lost(&ab, &t.b) == 0 ? 0 : lost(&ab, &source), 0);
		clear_three(&t);
		und_buf_clear(&ab);
		und_buf_clear(&ba);
		und_buf_clear(&bc);
		und_buf_clear(&ab_c);
		und_buf_clear(&a_bc);
		und_buf_clear(&again);
		und_buf_clear(&source);
	}
}

/* Copies of different files contend: still commutative, idempotent and valid (und_union reads its result again). */
TEST(copies_of_different_files_commute)
{
	struct und_buf sources[FAMILY];

	tap_seed(42);
	for (size_t i = 0; i < FAMILY; i++)
		sources[i] = load(family[i]);
	for (unsigned round = 0; round < 12; round++) {
		struct three t = random_three(sources, FAMILY);
		struct und_buf ab = merge(&t.a, &t.b), ba = merge(&t.b, &t.a), again = merge(&ab, &ab), absorbed = merge(&ab, &t.a);

		CHECK(same(&ab, &ba));
		CHECK(same(&ab, &again));
		CHECK(lost(&absorbed, &ab) == 0 || lost(&t.a, &ab) > 0);
		clear_three(&t);
		und_buf_clear(&ab);
		und_buf_clear(&ba);
		und_buf_clear(&again);
		und_buf_clear(&absorbed);
	}
	for (size_t i = 0; i < FAMILY; i++)
		und_buf_clear(&sources[i]);
}

TEST(copies_of_different_letters_are_refused)
{
	struct und_buf a = load("valid-plain"), b = load("valid-rings-body"), out;
	const struct und_bytes copies[] = { und_buf_bytes(&a), und_buf_bytes(&b) };
	struct und_union_report report;
	struct und_diag diag;
	size_t copy;

	tap_seed(7);
	und_buf_init(&out, 1 << 24);
	IS(UND_ERR_UNION_LETTERS, und_union(&out, &report, copies, 2, &copy, &options, &diag));
	EQ(copy, 1);
	EQ(out.n, 0);
	und_buf_clear(&b);
	b = load("bad-proof");
	IS(UND_ERR_PROOF, und_union(&out, &report, (const struct und_bytes[]){ und_buf_bytes(&a), und_buf_bytes(&b) }, 2, &copy, &options, &diag));
	EQ(copy, 1);
	EQ(diag.line, 15);
	und_buf_clear(&a);
	und_buf_clear(&b);
	und_buf_clear(&out);
}

/* A bundle of any ring is accepted as one, holds no signature, and is smaller than its letter. */
TEST(bundles_are_read_as_bundles)
{
	const struct und_letter_options as_bundle = { .mode = UND_LETTER_BUNDLE, .random = &test_random };

	tap_seed(9);
	for (size_t i = 0; i < FAMILY; i++) {
		struct und_buf source = load(family[i]);
		struct und_letter *l, *b;
		struct und_state state;
		struct und_diag diag = { 0 };

		OK(und_letter_read(&l, und_buf_bytes(&source), &options, &diag));
		OK(und_letter_state(&state, l));
		for (size_t k = 0; k < state.ring_count; k++) {
			const struct und_ring *whole, *part;
			struct und_buf out;

			und_buf_init(&out, 1 << 24);
			if (state.rings[k].keys == 0)
				continue;
			OK(und_bundle(&out, und_buf_bytes(&source), state.rings[k].roster, state.rings[k].id, &options, &diag));
			CHECK(out.n > 0 && out.n < source.n + 1);
			CHECK(memmem(out.p, out.n, "\"type\":\"signature\"", 18) == NULL);
			IS(UND_OK, und_letter_read(&b, und_buf_bytes(&out), &as_bundle, &diag));
			OK(und_letter_ring(&part, b, state.rings[k].roster, state.rings[k].id));
			OK(und_letter_ring(&whole, l, state.rings[k].roster, state.rings[k].id));
			EQ(part->n, whole->n);
			MEM(part->id, whole->id, UND_ID_SIZE);
			und_letter_free(b);
			und_buf_clear(&out);
		}
		und_state_clear(&state);
		und_letter_free(l);
		und_buf_clear(&source);
	}
}

/* ---- copies made up in memory, which contend for whatever can be contended for ---- */

enum { PEOPLE = 6, STEPS = 14 };

/* One thing that may happen to a copy: often refused, and then it did not happen. Texts and days are few, so that copies say the same thing with other signatures, or another thing in the same place. */
static void random_step(struct fixture *f, bool parties, uint8_t question[32], uint8_t said[32])
{
	static const unsigned pairs[] = { O0 | O1, O1 | O2, O0 | O2 };
	static const char *const names[] = { "The Mayor", "The Bishop" };
	unsigned who = pairs[tap_below(3)], member = (unsigned)tap_below(PEOPLE);
	const char *choice = tap_below(2) != 0 ? "yes" : "no";
	enum und_err e = UND_OK;

	switch (tap_below(parties ? 9 : 7)) {
	case 0:
		e = fixture_add(f, fixture_signature(f, member, f->roster, tap_below(2) != 0 ? "*" : member % 2 != 0 ? "b" : "a"), 0);
		break;
	case 1:
		e = fixture_add(f, fixture_withdrawal(f, member), 0);
		break;
	case 2:
		if ((e = fixture_add(f, fixture_question(f, "Enough?", NULL, 9950), who)) == UND_OK)
			memcpy(question, f->id, 32);
		break;
	case 3:
		e = fixture_add(f, fixture_vote(f, member, question, choice), 0);
		break;
	case 4:
		e = fixture_add(f, fixture_notice(f, 9500 + (und_day)tap_below(2), UND_NOTICE_NOTE), who);
		break;
	case 5:
		if ((e = fixture_add(f, fixture_statement(f, "president", 9400, "d1", UND_STANCE_REJECTS, NULL), tap_below(2) != 0 ? P0 : who)) == UND_OK)
			memcpy(said, f->id, 32);
		break;
	case 6:
		e = fixture_add(f, fixture_statement(f, "president", 9401, "d1", UND_STANCE_PARTLY, said), tap_below(2) != 0 ? P0 : who);
		break;
	case 7:
		e = fixture_add(f, fixture_party(f, "ally", names[tap_below(2)], tap_below(2) != 0 ? P1 : 0), who);
		break;
	case 8:
		e = fixture_add(f, fixture_statement(f, "ally", 9300, "*", UND_STANCE_SUPPORTS, NULL), tap_below(2) != 0 ? P1 : who);
		break;
	}
	if (e == UND_ERR_MEMORY)
		abort();
}

static struct und_buf made_up_copy(struct fixture *f, size_t head, bool parties)
{
	uint8_t question[32] = { 0 }, said[32] = { 0 };
	struct und_buf out;

	f->file.n = head;
	OK(fixture_read(f));
	for (unsigned i = 0; i < STEPS; i++)
		random_step(f, parties, question, said);
	und_buf_init(&out, 1 << 24);
	und_buf_add_bytes(&out, und_buf_bytes(&f->file));
	return out;
}

static void try_made_up(struct fixture *f, size_t head, bool parties)
{
	struct und_buf a = made_up_copy(f, head, parties), b = made_up_copy(f, head, parties), c = made_up_copy(f, head, parties);
	struct und_buf ab = merge(&a, &b), ba = merge(&b, &a), again = merge(&ab, &ab), bc = merge(&b, &c);
	struct und_buf ab_c = merge(&ab, &c), a_bc = merge(&a, &bc);

	CHECK(same(&ab, &ba));
	CHECK(same(&ab, &again));
	if (!parties)
		CHECK(same(&ab_c, &a_bc));
	und_buf_clear(&a);
	und_buf_clear(&b);
	und_buf_clear(&c);
	und_buf_clear(&ab);
	und_buf_clear(&ba);
	und_buf_clear(&again);
	und_buf_clear(&bc);
	und_buf_clear(&ab_c);
	und_buf_clear(&a_bc);
}

static void made_up(uint64_t seed, bool parties)
{
	struct fixture f;
	size_t head;

	tap_seed(seed);
	fixture_open(&f, 2, PEOPLE / 2);
	head = f.file.n;
	for (unsigned round = 0; round < 12; round++)
		try_made_up(&f, head, parties);
	fixture_clear(&f);
}

TEST(copies_that_contend_for_all_but_parties_associate)
{
	made_up(11, false);
}

TEST(copies_that_contend_for_parties_too_commute)
{
	made_up(12, true);
}
