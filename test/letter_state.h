/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* letter_state.h: all that a letter says, as text, to compare two letters or one before and after. Include tap.h first */
#ifndef UND_TEST_LETTER_STATE_H
#define UND_TEST_LETTER_STATE_H

#include <stdarg.h>

#include "base/base.h"
#include "letter/letter.h"

static void state_say(struct und_buf *b, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void state_say(struct und_buf *b, const char *format, ...)
{
	char text[512];
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(text, sizeof text, format, args);
	va_end(args);
	if (n < 0 || (size_t)n >= sizeof text)
		abort();
	und_buf_add(b, text, (size_t)n);
}

static const char *state_hex(const uint8_t *id)
{
	static char hex[4][65];
	static unsigned next;
	char *p = hex[next = (next + 1) % 4];

	if (id == NULL)
		return "-";
	for (unsigned i = 0; i < 32; i++)
		sprintf(p + 2 * i, "%02x", id[i]);
	return p;
}

#define STATE_TEXT(s) (int)(s).n, (const char *)(s).p

static void state_say_lists(struct und_buf *b, const struct und_state *s)
{
	for (size_t i = 0; i < s->stance_count; i++)
		state_say(b, "stance %.*s %.*s %s %d %s\n", STATE_TEXT(s->stances[i].party), STATE_TEXT(s->stances[i].demand),
		          und_stance_name(s->stances[i].stance), s->stances[i].authenticated, state_hex(s->stances[i].statement));
	for (size_t i = 0; i < s->question_count; i++) {
		state_say(b, "question %s", state_hex(s->questions[i].id));
		for (size_t c = 0; c < s->questions[i].question->choice_count; c++)
			state_say(b, " %" PRIu64, s->questions[i].tally[c]);
		state_say(b, "\n");
	}
	for (size_t i = 0; i < s->wait_count; i++)
		state_say(b, "wait %.*s %d %d\n", STATE_TEXT(s->waits[i].party), s->waits[i].delivered, s->waits[i].answered);
	for (size_t i = 0; i < s->voucher_count; i++)
		state_say(b, "voucher %s %d %d\n", state_hex(s->vouchers[i].member->key), s->vouchers[i].registrar, s->vouchers[i].organiser);
}

/* What does not depend on where lines stand. Caller clears. */
static void state_text(struct und_buf *b, const struct und_letter *l)
{
	struct und_state s;

	und_buf_init(b, 64 << 20);
	if (und_letter_state(&s, l) != UND_OK)
		abort();
	state_say(b, "letter %s roster %s lines %" PRIu64 "\n", state_hex(s.letter), state_hex(s.roster), s.lines);
	state_say(b, "words %d sealed %d opened %d closes %d met %d\n", s.words != NULL, s.sealed, s.opened, s.closes, s.thresholds_met);
	state_say(b, "signers %" PRIu64 " bodies %" PRIu64 " undisclosed %" PRIu64 " withdrawn %" PRIu64 " keys %" PRIu64 " headcount %" PRIu64
	             " statements %" PRIu64 "\n",
	          s.signers, s.bodies, s.undisclosed, s.withdrawn, s.keys, s.headcount, s.statements);
	for (size_t i = 0; i < s.ring_count; i++)
		state_say(b, "ring %s %.*s (%.*s) of %" PRIu64 ": keys %" PRIu64 " made %" PRIu64 " signers %" PRIu64 "%s\n", state_hex(s.rings[i].roster),
		          STATE_TEXT(s.rings[i].id), STATE_TEXT(s.rings[i].name), s.rings[i].headcount, s.rings[i].keys, s.rings[i].made,
		          s.rings[i].signers, s.rings[i].above_share ? " above" : "");
	state_say_lists(b, &s);
	if (b->err != UND_OK)
		abort();
	und_state_clear(&s);
}

__attribute__((unused)) static bool state_equal(const struct und_letter *a, const struct und_letter *b)
{
	struct und_buf x, y;
	bool equal;

	state_text(&x, a);
	state_text(&y, b);
	equal = und_bytes_equal_var(und_buf_bytes(&x), und_buf_bytes(&y));
	if (!equal)
		printf("# one says:\n%.*s# the other says:\n%.*s", (int)x.n, (const char *)x.p, (int)y.n, (const char *)y.p);
	und_buf_clear(&x);
	und_buf_clear(&y);
	return equal;
}

#endif
