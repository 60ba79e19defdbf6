/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* reveal.c: what a signature will show and hide, in plain words, before it is made */
#include "cli/reveal.h"

#include <stdlib.h>

#include "base/hash.h"
#include "cli/council.h"
#include "cli/say.h"

static void heading(const char *text)
{
	fprintf(stderr, "\n%s\n", text);
}

/* "one of the 24 of Harbour", or "one of all 9,871 on the roster, without the name of a body" */
static const char *among(char out[300], const struct cli_ring *ring)
{
	char keys[32];

	cli_number(keys, ring->keys);
	if (und_bytes_is(ring->label, "*"))
		snprintf(out, 300, "one of all %s on the roster, without the name of a body", keys);
	else
		snprintf(out, 300, "one of the %s of %.*s", keys, (int)ring->name.n, (const char *)ring->name.p);
	return out;
}

static void say_share(const struct cli_rings *rings, const struct cli_ring *ring)
{
	char with[32], keys[32], percent[16];

	if (!rings->shares_known)
		cli_say(2,
		        "How many of these have signed is not in this bundle, so nobody can say it here. The letter itself tells.");
	else
		cli_say(2, "With you %s of %s will have signed%s (any one of them: %s).",
		        cli_number(with, ring->made + 1), cli_number(keys, ring->keys),
		        und_bytes_is(ring->label, "*") ? ", in whichever ring" : "",
		        cli_percent(percent, ring->made + 1, ring->keys));
}

static void say_shown(const struct cli_act *a, const struct cli_rings *rings, const struct cli_ring *chosen)
{
	char place[300], signers[32];

	heading("What your signature shows to everybody");
	if (rings->shares_known && a->letter.state.signers == 0)
		cli_say(2,
		        "One person more; in this copy nobody has signed. If it is an early copy, or a signing bundle, more have than it says here.");
	else if (rings->shares_known)
		cli_say(2, "One person more; so far %s %s signed in this copy.", cli_number(signers, a->letter.state.signers),
		        a->letter.state.signers == 1 ? "has" : "have");
	else
		cli_say(2, "One person more.");
	cli_say(2, "That this person is %s.", among(place, chosen));
	say_share(rings, chosen);
	cli_say(2,
	        "Whatever you do with it later, withdraw or vote, will be seen to come from this same signature, beside the same ring's name.");
}

/* Who made the roll, by their own names: "Harbour Union and Mint"; NULL: no memory. The caller frees it. */
static char *registrars(const struct cli_act *a)
{
	const struct und_council *council = &a->letter.state.record->registrars;
	const struct und_kept *kept;
	size_t n = und_letter_kept(&kept, a->letter.l), size;
	cli_members members = 0;
	char *text = NULL;
	FILE *to = open_memstream(&text, &size);

	if (to == NULL)
		return NULL;
	for (size_t i = 0; i < n; i++)
		if (kept[i].record->type == UND_TYPE_ROSTER)
			members |= cli_council_signed(council, kept[i].record);
	cli_print_members(to, council, members, "and");
	if (fclose(to) == 0)
		return text;
	free(text);
	return NULL;
}

/* On a roll that others invented, the only real member hides behind nobody. */
static void say_roll(const struct cli_act *a)
{
	char id[UND_SHORT_ID_SIZE], keys[32], people[32], *names = registrars(a);
	uint8_t pin[UND_ID_SIZE];

	und_letter_pin(pin, a->letter.l);
	und_short_id(id, pin);
	if (a->plain.has_pin)
		cli_say(2, "The roll is signed by %s: the registrars of the pin in your key file.",
		        names == NULL ? "its registrars" : names);
	else
		cli_say(2,
		        "The roll is signed by people who call themselves %s. Your key file holds no pin, so nothing here knows whether they are the ones who enrolled you: compare the pin %s with theirs. On a roll of others you may be the only real member.",
		        names == NULL ? "its registrars" : names, id);
	free(names);
	if (a->edition->edition != 0 && a->letter.state.headcount != 0)
		cli_say(2, "It holds %s keys, and the bodies have %s people: where few enrolled, being on it is itself a hint.",
		        cli_number(keys, a->letter.state.keys), cli_number(people, a->letter.state.headcount));
}

static void say_hidden(const struct cli_act *a)
{
	char until[11];

	heading("What it hides, and from whom");
	cli_say(2,
	        "Your name, your key and the day. It hides you among those keys only: if the registrars invented some of them, or if the others are known not to have signed, it hides you less.");
	say_roll(a);
	und_date_encode(until, a->edition->until);
	if (a->plain.kind == UND_KEY_IMPORTED)
		cli_say(2,
		        "Your key is one that you had before (edition 0). It does not get erased: whoever gets hold of it, now or in ten years, can find out that you signed.");
	else
		cli_say(2,
		        "Whoever gets your key file or its written code, or an older copy of either, can find out that you signed. That ends only when edition %u is over (after %s), you have advanced the key, and the old code and copies are destroyed.",
		        a->plain.edition, until);
}

static void say_later(const struct cli_act *a)
{
	char ends[11], release[32];

	heading("Later");
	und_date_encode(ends, a->letter.state.record->rules.ends);
	cli_say(2,
	        "You can take it back until %s (`undersigned withdraw`). Everybody will see that somebody of this ring did, and you cannot sign this letter again.",
	        ends);
	cli_say(2,
	        "Signatures come out in batches of at least %s, so that none can be told by its day; the last batch, when the letter closes, may be smaller.",
	        cli_number(release, a->letter.state.record->rules.release));
}

static void compare_rings(const struct cli_rings *rings, const struct cli_ring *chosen)
{
	const struct cli_ring *other = chosen == &rings->own ? &rings->all : &rings->own,
			      *better = cli_rings_better(rings);
	char one[16], two[16], place[300];

	if (other->may != UND_OK)
		return;
	heading("The other ring open to you");
	if (rings->shares_known)
		cli_say(2, "--ring '%.*s': %s. There %s will have signed with you, here %s.", (int)other->label.n,
		        (const char *)other->label.p, among(place, other),
		        cli_percent(one, other->made + 1, other->keys),
		        cli_percent(two, chosen->made + 1, chosen->keys));
	else
		cli_say(2, "--ring '%.*s': %s.", (int)other->label.n, (const char *)other->label.p,
		        among(place, other));
	if (better == chosen)
		cli_say(2,
		        chosen == &rings->all
		                ? "The ring chosen here hides you better; your body's own ring counts for the number of bodies."
		                : "The ring chosen here hides you better.");
	else
		cli_say(2, "That one would hide you better%s",
		        better == &rings->all ? "; the ring chosen here counts for the number of bodies." : ".");
}

void cli_reveal(const struct cli_act *a, const struct cli_rings *rings, const struct cli_ring *chosen)
{
	say_shown(a, rings, chosen);
	say_hidden(a);
	compare_rings(rings, chosen);
	say_later(a);
	fputc('\n', stderr);
}
