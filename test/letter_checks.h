/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* letter_checks.h: what a fixture's letter must do with a line or a file, in one call each. Include tap.h first */
#ifndef UND_TEST_LETTER_CHECKS_H
#define UND_TEST_LETTER_CHECKS_H

#include "letter_fixture.h"
#include "letter_state.h"

/* Refused with this error, at this member, and nothing has changed. */
__attribute__((unused)) static void refused(struct fixture *f, enum und_err expected, const char *member, struct und_record *r, unsigned who)
{
	struct und_buf before, after;
	size_t kept = und_letter_kept(&(const struct und_kept *){ NULL }, f->l);
	enum und_err e;

	state_text(&before, f->l);
	e = fixture_add(f, r, who);
	tap_checks++;
	if (e != expected || strcmp(f->diag.member, member) != 0)
		tap_fail("%s at \"%s\", expected %s at \"%s\"", und_err_name(e), f->diag.member, und_err_name(expected), member);
	state_text(&after, f->l);
	CHECK(und_bytes_equal_var(und_buf_bytes(&before), und_buf_bytes(&after)));
	EQ(kept, und_letter_kept(&(const struct und_kept *){ NULL }, f->l));
	und_buf_clear(&before);
	und_buf_clear(&after);
}

__attribute__((unused)) static struct und_state state_of(const struct fixture *f)
{
	struct und_state s;

	if (und_letter_state(&s, f->l) != UND_OK)
		abort();
	return s;
}

/* The error of the whole file, at that line. */
__attribute__((unused)) static void file_is(struct fixture *f, enum und_err expected, uint64_t line)
{
	enum und_err e = fixture_read(f);

	tap_checks++;
	if (e != expected || f->diag.line != line)
		tap_fail("%s at line %" PRIu64 ", expected %s at %" PRIu64, und_err_name(e), f->diag.line, und_err_name(expected), line);
}

/* After the fixture's line was taken, what the file says is what the letter says. */
__attribute__((unused)) static void same_from_file(struct fixture *f)
{
	struct und_letter *again;

	OK(und_letter_read(&again, und_buf_bytes(&f->file), &f->options, NULL));
	CHECK(state_equal(f->l, again));
	und_letter_free(again);
}

#endif
