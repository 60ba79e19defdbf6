/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* growth.c: whoever makes a file makes it as long as it may be: time grows as the file does, not as its square */
#include "tap.h"

#include <time.h>

#include "letter_fixture.h"
#include "letter/union.h"

/*
 * Ed25519, which costs the same for each line, would hide what is looked for: the linker puts these in its place (--wrap). Time is this thread's own, so a busy machine
 * changes it little; a hundredth of a second is let pass whatever the ratio.
 */
enum {
	FEW = 500,
	TIMES = 16,
	RATIO = 48 /* linear is 16, a square 256 */
};

enum und_err __wrap_und_record_check_signatures(const struct und_record *r, struct und_diag *diag);
enum und_err __wrap_und_record_check_signatures(const struct und_record *r, struct und_diag *diag)
{
	(void)r;
	(void)diag;
	return UND_OK;
}

enum und_err __wrap_und_ed25519_point_check_var(const uint8_t point[32]);
enum und_err __wrap_und_ed25519_point_check_var(const uint8_t point[32])
{
	(void)point;
	return UND_OK;
}

/* A letter, and another copy of it. */
struct copies {
	struct fixture a, b;
	struct und_authority_signature both[2], president;
	char (*ids)[24];
};

static void copies_open(struct copies *c, size_t n)
{
	fixture_init(&c->a, 2);
	fixture_init(&c->b, 2);
	fixture_push_head(&c->a, 8);
	fixture_push_head(&c->b, 8);
	for (unsigned i = 0; i < 2; i++)
		memcpy(c->both[i].key, c->a.organiser_list[i].key, 32);
	memcpy(c->president.key, c->a.authorities[6], 32);
	c->ids = calloc(n, sizeof *c->ids);
	for (size_t i = 0; i < n; i++)
		snprintf(c->ids[i], sizeof *c->ids, "x%zu", i);
}

static void copies_clear(struct copies *c)
{
	fixture_clear(&c->a);
	fixture_clear(&c->b);
	free(c->ids);
}

/* With both organisers' names under it, or the president's. */
static void push(struct fixture *f, struct und_record *r, struct und_authority_signature *who, size_t n)
{
	r->signatures = who;
	r->signature_count = n;
	fixture_push(f, r, 0);
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* ---- what is measured ---- */

static double unite(struct copies *c)
{
	const struct und_bytes both[] = { und_buf_bytes(&c->a.file), und_buf_bytes(&c->b.file) };
	struct und_union_report report;
	struct und_diag diag;
	struct und_buf out;
	size_t copy;
	double start = now();

	und_buf_init(&out, 1 << 28);
	OK(und_union(&out, &report, both, 2, &copy, &c->a.options, &diag));
	und_buf_clear(&out);
	return now() - start;
}

/* A recorded statement that gives way to the party's own, and a long chain of others that clarify it, each the one before. */
static double unite_chain(size_t n)
{
	struct copies c;
	uint8_t last[32];
	double t;

	copies_open(&c, n);
	push(&c.b, fixture_statement(&c.b, "president", 9500, "*", UND_STANCE_NONE, NULL), &c.president, 1);
	push(&c.a, fixture_statement(&c.a, "president", 9500, "*", UND_STANCE_NONE, NULL), c.both, 2);
	for (size_t i = 0; i < n; i++) {
		memcpy(last, c.a.id, 32);
		push(&c.a, fixture_statement(&c.a, "president", 9500, "*", UND_STANCE_NONE, last), c.both, 2);
	}
	t = unite(&c);
	copies_clear(&c);
	return t;
}

/* Half of them known already, and given a key by the other copy. */
static double unite_parties(size_t n)
{
	struct copies c;
	struct und_record *r;
	double t;

	copies_open(&c, n);
	for (size_t i = 0; i < n; i++) {
		r = fixture_party(&c.a, c.ids[i], c.ids[i], 0);
		r->u.party.key.set = i % 2 != 0;
		memcpy(r->u.party.key.id, c.ids[i], sizeof c.ids[i]);
		push(&c.a, r, c.both, 2);
		if (i % 2 != 0)
			continue;
		r = fixture_party(&c.b, c.ids[i], c.ids[i], 0);
		r->u.party.key.set = true;
		memcpy(r->u.party.key.id, c.ids[i], sizeof c.ids[i]);
		push(&c.b, r, c.both, 2);
	}
	t = unite(&c);
	copies_clear(&c);
	return t;
}

/* Each party says something, and each statement is asked about: all of it belongs in a bundle, which is made and read. */
static double bundle_answers(size_t n)
{
	struct copies c;
	struct und_letter *l;
	struct und_buf out;
	uint8_t(*ids)[32] = calloc(n, 32);
	double t;

	copies_open(&c, n);
	for (size_t i = 0; i < n; i++)
		push(&c.a, fixture_party(&c.a, c.ids[i], c.ids[i], 0), c.both, 2);
	for (size_t i = 0; i < n; i++) {
		push(&c.a, fixture_statement(&c.a, c.ids[i], 9500, "*", UND_STANCE_NONE, NULL), c.both, 2);
		memcpy(ids[i], c.a.id, 32);
	}
	for (size_t i = 0; i < n; i++)
		push(&c.a, fixture_question(&c.a, c.ids[i], ids[i], 9950), c.both, 2);
	und_buf_init(&out, 1 << 28);
	t = now();
	OK(und_bundle(&out, und_buf_bytes(&c.a.file), c.a.roster, und_cstr("*"), &c.a.options, &c.a.diag));
	c.a.options.mode = UND_LETTER_BUNDLE;
	OK(und_letter_read(&l, und_buf_bytes(&out), &c.a.options, &c.a.diag));
	t = now() - t;
	und_letter_free(l);
	und_buf_clear(&out);
	free(ids);
	copies_clear(&c);
	return t;
}

static double name_future_lines(size_t n)
{
	struct copies c;
	uint64_t line = 0, lines = 0;
	double t;

	copies_open(&c, 4 * n);
	for (size_t i = 0; i < 4 * n; i++)
		push(&c.a, fixture_publication(&c.a, c.ids[i], 9500), c.both, 2);
	OK(fixture_read(&c.a));
	t = now();
	while ((line = und_letter_dated_after(c.a.l, 9000, line)) != 0)
		lines++;
	t = now() - t;
	EQ(4 * n, lines);
	copies_clear(&c);
	return t;
}

/* A body of two members, whose keys line is pushed behind the roster. */
static struct und_record *small_body(struct fixture *f, struct und_roster_body *body, char *id, struct und_point *p)
{
	struct und_record *keys = fixture_new(f, UND_TYPE_KEYS);
	uint8_t(*list)[32] = fixture_alloc(f, 2, 32);

	for (unsigned i = 0; i < 2; i++) {
		und_point_encode(list[i], p);
		und_point_add(p, p, und_point_base());
	}
	qsort(list, 2, 32, (int (*)(const void *, const void *))fixture_compare_members);
	keys->u.keys = (struct und_keys){ .body = und_cstr(id), .keys = und_bytes(list, 64), .count = 2 };
	if (und_record_set_id(keys) != UND_OK)
		abort();
	*body = (struct und_roster_body){ und_cstr(id), und_cstr(id), 2, 2, { .set = true } };
	memcpy(body->keys.id, keys->id, 32);
	return keys;
}

/* As many rosters as bodies, each with one: all their rings, as signatures would ask for them. */
static double rings_of_rosters(size_t n)
{
	struct und_point p = *und_point_base();
	struct und_roster_body body;
	struct und_record *r, *keys;
	const struct und_ring *ring;
	struct copies c;
	double t;

	copies_open(&c, n);
	und_buf_reset(&c.a.file);
	c.a.has_roster = false;
	for (size_t i = 0; i < n; i++) {
		r = fixture_roster(&c.a, 0, 8);
		keys = small_body(&c.a, &body, c.ids[i], &p);
		r->u.roster.bodies = &body;
		r->u.roster.body_count = 1;
		fixture_push(&c.a, r, R0 | R1);
		memcpy(c.a.roster, c.a.id, 32);
		c.a.has_roster = true;
		fixture_push(&c.a, keys, 0);
	}
	push(&c.a, fixture_letter(&c.a), c.both, 2);
	OK(fixture_read(&c.a));
	t = now();
	for (size_t i = 0; i < n; i++) {
		OK(und_letter_ring(&ring, c.a.l, c.a.roster, und_cstr(c.ids[i])));
		EQ(2, ring->n);
	}
	OK(und_letter_ring(&ring, c.a.l, c.a.roster, und_cstr("*")));
	EQ(2 * n, ring->n);
	t = now() - t;
	copies_clear(&c);
	return t;
}

/* ---- how it grows ---- */

static void grows_as_the_file(double (*measure)(size_t n))
{
	double few = measure(FEW), many = measure((size_t)TIMES * FEW);

	printf("# %.4f s, and %.4f s for %d times as much\n", few, many, TIMES);
	CHECK(many < RATIO * few + 0.01);
}

TEST(a_long_chain_of_statements_goes_at_once)
{
	grows_as_the_file(unite_chain);
}

TEST(many_parties_are_introduced_and_given_keys)
{
	grows_as_the_file(unite_parties);
}

TEST(many_answers_go_into_a_bundle)
{
	grows_as_the_file(bundle_answers);
}

TEST(many_lines_dated_after_today_are_named)
{
	grows_as_the_file(name_future_lines);
}

TEST(many_rosters_of_one_body_have_their_rings)
{
	grows_as_the_file(rings_of_rosters);
}
