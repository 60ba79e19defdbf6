/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* letter.c: every allocation made to fail while a letter is read, its state taken, a line appended, copies merged, a bundle cut */
#include "alloc.h"
#include "letter/letter.h"
#include "letter/union.h"

static const struct und_letter_options options = { .mode = UND_LETTER_FILE, .random = &alloc_random };

struct sample {
	uint8_t *p;
	struct und_bytes file, head, last; /* all of it; all but the last line; the last line without LF */
};

static bool sample_open(struct sample *s, const char *name)
{
	size_t n = 0, cut;

	tap_seed(1);
	s->p = alloc_vector(name, &n);
	if (s->p == NULL || n < 2)
		return false;
	for (cut = n - 1; cut > 0 && s->p[cut - 1] != '\n'; cut--)
		;
	s->file = und_bytes(s->p, n);
	s->head = und_bytes(s->p, cut);
	s->last = und_bytes(s->p + cut, n - cut - 1);
	return true;
}

static void read_and_tell(const char *name, size_t pending_max)
{
	struct und_letter_options o = options;
	struct sample s;

	o.pending_max = pending_max;
	REQUIRE(sample_open(&s, name));
	ALLOC_SWEEP() {
		struct und_letter *l = NULL;
		struct und_state state;
		struct und_diag diag = { 0 };
		enum und_err e = und_letter_read(&l, s.file, &o, &diag);

		if (e == UND_OK) {
			e = und_letter_state(&state, l);
			if (e == UND_OK)
				und_state_clear(&state);
		} else {
			CHECK(l == NULL);
		}
		ALLOC_RESULT(e);
		und_letter_free(l);
	}
	free(s.p);
}

TEST(reading_a_letter)
{
	read_and_tell("letters/valid-base.letter", 0);
}

TEST(reading_a_letter_proof_by_proof)
{
	read_and_tell("letters/valid-life.letter", 1);
}

/* A failure says nothing about the letter: with memory again, the same letter takes the same line. */
TEST(appending_a_line)
{
	struct sample s;

	REQUIRE(sample_open(&s, "letters/valid-base.letter"));
	ALLOC_SWEEP() {
		struct und_letter *l = NULL;
		struct und_diag diag = { 0 };
		enum und_err e, again;

		ALLOC_PAUSED(e = und_letter_read(&l, s.head, &options, &diag));
		OK(e);
		e = und_letter_append(l, s.last, &diag);
		ALLOC_RESULT(e);
		ALLOC_PAUSED(again = und_letter_append(l, s.last, &diag));
		if (e == UND_OK)
			CHECK(again != UND_OK); /* it stands there already */
		else
			OK(again);
		und_letter_free(l);
	}
	free(s.p);
}

TEST(merging_two_copies)
{
	struct sample s;

	REQUIRE(sample_open(&s, "letters/valid-base.letter"));
	ALLOC_SWEEP() {
		struct und_bytes copies[2] = { s.head, s.file };
		struct und_union_report report;
		struct und_diag diag = { 0 };
		struct und_buf b;
		size_t copy = 0;
		enum und_err e;

		und_buf_init(&b, 1 << 24);
		e = und_union(&b, &report, copies, 2, &copy, &options, &diag);
		ALLOC_RESULT(e);
		if (e == UND_OK)
			EQ(b.n, s.file.n);
		else if (b.err == UND_OK) /* a buffer whose failure sticks holds no result */
			EQ(b.n, 0);
		und_buf_clear(&b);
	}
	free(s.p);
}

TEST(cutting_a_bundle)
{
	struct sample s;
	struct und_letter *l = NULL;
	struct und_diag diag = { 0 };
	struct und_state state;
	uint8_t roster[UND_ID_SIZE];

	REQUIRE(sample_open(&s, "letters/valid-base.letter"));
	OK(und_letter_read(&l, s.file, &options, &diag));
	REQUIRE(l != NULL);
	OK(und_letter_state(&state, l));
	memcpy(roster, state.rings[0].roster, UND_ID_SIZE);
	und_state_clear(&state);
	und_letter_free(l);
	ALLOC_SWEEP() {
		struct und_buf b;
		enum und_err e;

		und_buf_init(&b, 1 << 24);
		e = und_bundle(&b, s.file, roster, und_cstr("*"), &options, &diag);
		ALLOC_RESULT(e);
		if (e != UND_OK && b.err == UND_OK)
			EQ(b.n, 0);
		und_buf_clear(&b);
	}
	free(s.p);
}
