/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* api.c: calls of the library in any order, right or wrong: none ends the program, and a copy always says what a new one says of the lines that it took */
#include "tap.h"

#include "api_fixture.h"

enum { POOL_MAX = 40, WALKS = 12, STEPS = 150 };

struct walk {
	struct story s;
	struct und_buf pool[POOL_MAX]; /* lines that fit, or do not, or did before */
	size_t pool_count;
	size_t head;                   /* bytes of the file up to the words */
	struct und_copy *copy;
	struct und_buf model;          /* what it took, as a file */
	bool failed;
	unsigned compared, refused, taken;
};

static void keep(struct walk *w, struct und_bytes line)
{
	struct und_buf *b = &w->pool[w->pool_count++];

	if (w->pool_count > POOL_MAX)
		abort();
	und_buf_init(b, 1 << 20);
	und_buf_add_bytes(b, line);
}

static void make(struct walk *w, struct und_record *r, unsigned who)
{
	fixture_encode(&w->s.x.f, r, who);
	keep(w, und_buf_bytes(&w->s.x.f.line));
}

/* The lines of the story below its head, further signatures, a wave with its keys, and what no letter takes. */
static void fill_pool(struct walk *w)
{
	struct fixture *f = &w->s.x.f;
	const uint8_t *p = f->file.p, *end = p + f->file.n, *lf;

	for (unsigned number = 1; p < end; p = lf + 1, number++) {
		lf = memchr(p, '\n', (size_t)(end - p));
		if (number <= 5)
			w->head = (size_t)(lf + 1 - f->file.p);
		else
			keep(w, und_bytes(p, (size_t)(lf - p)));
	}
	for (unsigned i = 4; i < SIGNERS; i++)
		make(w, fixture_signature(f, i, f->roster, i % 3 == 0 ? "*" : i % 2 == 0 ? "a" : "b"), 0);
	make(w, fixture_notice(f, 9300, UND_NOTICE_NOTE), O0);
	make(w, fixture_notice(f, 9300, UND_NOTICE_NOTE), O0 | O1);
	make(w, fixture_words(f), O0 | O1);
	make(w, fixture_roster(f, 8, 6), R0 | R1);
	make(w, fixture_keys(f, 0, 8, 6), 0);
	make(w, fixture_keys(f, 1, 8, 6), 0);
	keep(w, und_cstr("{}"));
	keep(w, und_cstr(""));
}

static struct und_bytes some_line(struct walk *w)
{
	return und_buf_bytes(&w->pool[tap_below(w->pool_count)]);
}

static void begin(struct walk *w)
{
	und_copy_free(w->copy);
	w->copy = NULL;
	w->failed = false;
	und_buf_reset(&w->model);
	OK(und_copy_new(&w->copy, UND_COPY_LETTER, &w->s.x.lent, sizeof w->s.x.lent));
}

/* What may follow an error: it is said again, or (misuse) nothing has happened. */
static void note(struct walk *w, enum und_err e)
{
	w->refused += e != UND_OK && e != UND_ERR_MISUSE;
	w->taken += e == UND_OK;
}

static void feed(struct walk *w, struct und_bytes bytes)
{
	enum und_err e = und_copy_feed(w->copy, bytes.p, bytes.n, NULL);

	note(w, e);
	if (e == UND_OK)
		und_buf_add_bytes(&w->model, bytes);
	else if (e != UND_ERR_MISUSE)
		w->failed = true;
}

static void feed_something(struct walk *w)
{
	struct und_bytes line = some_line(w);

	if (w->model.n == 0 && tap_below(4) != 0) {
		feed(w, und_bytes(w->s.x.f.file.p, w->head));
		return;
	}
	feed(w, line);
	if (tap_below(8) != 0)
		feed(w, und_cstr("\n"));
}

static void append(struct walk *w, struct und_bytes line)
{
	enum und_err e = und_copy_append(w->copy, line.p, line.n, NULL);

	note(w, e);
	if (e == UND_OK) {
		und_buf_add_bytes(&w->model, line);
		und_buf_add_u8(&w->model, '\n');
	}
}

static void act(struct walk *w)
{
	const struct und_signer *s = w->s.x.s[tap_below(SIGNERS)];
	static const char *const rings[] = { "a", "b", "*", "c" };
	const char *ring = rings[tap_below(4)];
	uint8_t *line = NULL;
	size_t n = 0;
	enum und_err e;

	switch (tap_below(3)) {
	case 0:
		e = und_sign(&line, &n, w->copy, s, ring, 1, 9900);
		break;
	case 1:
		e = und_withdraw(&line, &n, w->copy, s, UND_NO_DAY);
		break;
	default:
		e = und_vote(&line, &n, w->copy, s, w->s.question, "yes", 3, 9900);
	}
	CHECK((e == UND_OK) == (line != NULL));
	if (e == UND_OK)
		append(w, und_bytes(line, n));
	und_bytes_free(line, n);
}

/* The copy says what a new one says of the same lines; or it has not ended, or keys are due, and a new one knows that too. */
static void compare(struct walk *w)
{
	struct und_copy *other = NULL;
	uint8_t *have = NULL, *want = NULL;
	size_t n = 0, m = 0;
	enum und_err e = und_copy_json(&have, &n, w->copy, 9100);
	bool whole;

	if (e != UND_OK) {
		IS(UND_ERR_MISUSE, e);
		return;
	}
	whole = und_copy_end(w->copy, NULL) == UND_OK;
	e = und_copy_read(&other, UND_COPY_LETTER, w->model.p, w->model.n, &w->s.x.lent, sizeof w->s.x.lent, NULL);
	IS(whole ? UND_OK : UND_ERR_KEYS_DUE, e);
	if (e == UND_OK) {
		OK(und_copy_json(&want, &m, other, 9100));
		EQ(m, n);
		CHECK(m == n && memcmp(have, want, n) == 0);
		EQ(und_copy_line_count(other), und_copy_line_count(w->copy));
		w->compared++;
	}
	und_bytes_free(have, n);
	und_bytes_free(want, m);
	und_copy_free(other);
}

static void step(struct walk *w)
{
	static const uint8_t link[32] = { 1 };
	enum und_err e;

	switch (tap_below(8)) {
	case 0:
	case 1:
		append(w, some_line(w));
		break;
	case 2:
		feed_something(w);
		break;
	case 3:
		e = und_copy_end(w->copy, NULL);
		w->failed |= e != UND_OK && e != UND_ERR_KEYS_DUE && e != UND_ERR_MISUSE;
		break;
	case 4:
		note(w, und_copy_resume(w->copy));
		break;
	case 5:
		e = und_copy_open(w->copy, link, NULL);
		CHECK(e == UND_ERR_MISUSE || e == UND_ERR_SEALED);
		break;
	default:
		act(w);
	}
}

TEST(whatever_is_called_in_whatever_order)
{
	struct walk w = { .copy = NULL };

	tap_seed(20261125);
	story_open(&w.s);
	und_buf_init(&w.model, 1 << 24);
	fill_pool(&w);
	for (unsigned i = 0; i < WALKS; i++) {
		begin(&w);
		for (unsigned k = 0; k < STEPS; k++) {
			step(&w);
			if (k % 10 == 0)
				compare(&w);
			if (w.failed)
				begin(&w);
		}
		compare(&w);
	}
	printf("# %u times compared, %u lines refused, %u taken\n", w.compared, w.refused, w.taken);
	CHECK(w.compared > 5 && w.refused > 20 && w.taken > 50);
	for (size_t i = 0; i < w.pool_count; i++)
		und_buf_clear(&w.pool[i]);
	und_buf_clear(&w.model);
	und_copy_free(w.copy);
	signers_clear(&w.s.x);
}
