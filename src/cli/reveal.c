/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* reveal.c: what a signature will show and hide, in plain words, before it is made */
#include "cli/reveal.h"

#include <stdarg.h>
#include <stdlib.h>

static void heading(const char *text)
{
	fprintf(stderr, "\n%s\n", text);
}

__attribute__((format(printf, 1, 2))) static void say(const char *format, ...)
{
	va_list args;
	char *text;
	int n;

	va_start(args, format);
	n = vasprintf(&text, format, args);
	va_end(args);
	if (n < 0) {
		fputs("  out of memory\n", stderr);
		return;
	}
	cli_print_wrapped(stderr, und_bytes(text, (size_t)n), 2, und_tty_width());
	free(text);
}

/* "Harbour", or "all 9,871 keys of the roster" */
static const char *where(char out[300], const struct cli_ring *ring)
{
	char keys[32];

	if (und_bytes_is(ring->label, "*"))
		snprintf(out, 300, "all %s keys of the roster, without a body's name", cli_number(keys, ring->keys));
	else
		snprintf(out, 300, "%.*s (%s keys)", (int)ring->name.n, (const char *)ring->name.p, cli_number(keys, ring->keys));
	return out;
}

static void say_share(const struct cli_rings *rings, const struct cli_ring *ring)
{
	char with[32], keys[32], percent[16];

	if (!rings->shares_known) {
		say("How many have signed there already is not in this bundle, so nobody can say here how full that is. The letter itself tells.");
		return;
	}
	say("With you %s of %s will have signed %s: of any one of them people can say that it was they with %s certainty.", cli_number(with, ring->made + 1),
	    cli_number(keys, ring->keys), und_bytes_is(ring->label, "*") ? "in any ring" : "there", cli_percent(percent, ring->made + 1, ring->keys));
}

static void say_shown(const struct cli_act *a, const struct cli_rings *rings, const struct cli_ring *chosen)
{
	char place[300], signers[32];

	heading("What your signature shows to everybody");
	if (rings->shares_known)
		say("One more person: %s have signed in this copy so far.", cli_number(signers, a->letter.state.signers));
	else
		say("One more person.");
	say("That it is one of %s.", where(place, chosen));
	say_share(rings, chosen);
	say("Whatever you do with it later, withdraw or vote, will be seen to come from this same signature, beside the same ring's name.");
}

static void say_hidden(const struct cli_act *a)
{
	char until[11];

	heading("What it hides, and from whom");
	say("Your name, your key and the day. It hides you among those keys only: if the registrars invented some of them, or if the others are known not to have signed, it hides you less.");
	und_date_encode(until, a->edition->until);
	if (a->plain.kind == UND_KEY_IMPORTED)
		say("Your key is one that you had before (edition 0). It does not get erased: whoever gets hold of it, now or in ten years, can find out that you signed.");
	else
		say("Whoever gets your key file or its written code, or an older copy of either, can find out that you signed: as long as edition %u lasts (until %s) and you have not advanced and destroyed the old ones.",
		    a->plain.edition, until);
}

static void say_later(const struct cli_act *a)
{
	char ends[11], release[32];

	heading("Later");
	und_date_encode(ends, a->letter.state.record->rules.ends);
	say("You can take it back until %s (`undersigned withdraw`). Everybody will see that somebody of this ring did, and you cannot sign this letter again.", ends);
	say("Signatures come out in batches of at least %s, so that none can be told by its day; the last batch, when the letter closes, may be smaller.",
	    cli_number(release, a->letter.state.record->rules.release));
}

static void compare_rings(const struct cli_rings *rings, const struct cli_ring *chosen)
{
	const struct cli_ring *other = chosen == &rings->own ? &rings->all : &rings->own, *better = cli_rings_better(rings);
	char one[16], two[16], place[300];

	if (other->may != UND_OK)
		return;
	heading("The other ring open to you");
	if (rings->shares_known)
		say("--ring '%.*s': one of %s. There %s would have signed, here %s.", (int)other->label.n, (const char *)other->label.p, where(place, other),
		    cli_percent(one, other->made + 1, other->keys), cli_percent(two, chosen->made + 1, chosen->keys));
	else
		say("--ring '%.*s': one of %s.", (int)other->label.n, (const char *)other->label.p, where(place, other));
	if (better == chosen)
		say(chosen == &rings->all ? "The ring chosen here hides you better; your body's own ring counts for the number of bodies." : "The ring chosen here hides you better.");
	else
		say("That one would hide you better%s", better == &rings->all ? "; the ring chosen here counts for the number of bodies." : ".");
}

void cli_reveal(const struct cli_act *a, const struct cli_rings *rings, const struct cli_ring *chosen)
{
	say_shown(a, rings, chosen);
	say_hidden(a);
	compare_rings(rings, chosen);
	say_later(a);
	fputc('\n', stderr);
}
