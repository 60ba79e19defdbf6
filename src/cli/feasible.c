/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* feasible.c: whether a letter's rules and dates can be met on a roster */
#include "cli/feasible.h"

#include "cli/cli.h"
#include "cli/say.h"

/* What the rings of a roster allow. */
struct room {
	uint64_t bodies;              /* that can have one signature or more in a ring of their own */
	uint64_t in_bodies;           /* signatures in bodies' rings */
	uint64_t in_all;              /* signatures that name the roster */
	uint64_t small, small_people; /* bodies below min_ring, and their keys */
};

static struct room measure(const struct und_rules *rules, const struct und_state *rosters)
{
	struct room room = { 0 };

	for (size_t i = 0; i < rosters->ring_count; i++) {
		const struct und_state_ring *r = &rosters->rings[i];
		uint64_t most = rules->max_share * r->keys / 100;

		if (und_bytes_is(r->id, "*")) {
			room.in_all = rules->max_share_all * r->keys / 100;
		} else if (r->keys < rules->min_ring) {
			room.small++;
			room.small_people += r->keys;
		} else {
			room.bodies += most > 0;
			room.in_bodies += most;
		}
	}
	if (rules->rings == UND_RINGS_BODY && room.in_bodies < room.in_all)
		room.in_all = room.in_bodies;
	return room;
}

static void name_bodies(const struct und_rules *rules, const struct und_state *rosters, bool small)
{
	char keys[32];
	size_t shown = 0;

	for (size_t i = 0; i < rosters->ring_count; i++) {
		const struct und_state_ring *r = &rosters->rings[i];
		bool is_small = r->keys < rules->min_ring;

		if (und_bytes_is(r->id, "*") || is_small != small || (!small && rules->max_share * r->keys / 100 > 0))
			continue;
		if (++shown > 40) {
			fputs("    … and more\n", stderr);
			return;
		}
		fputs("    ", stderr);
		cli_print_text(stderr, r->name);
		fprintf(stderr, ": %s %s\n", cli_number(keys, r->keys), r->keys == 1 ? "key" : "keys");
	}
}

/* Returns -1, or says how it stands and gives CLI_FALSE unless the roster may grow. */
static int short_of(const char *ini_path, const struct cli_letter_ini *ini, unsigned line, const char *what,
                    uint64_t asked, uint64_t most)
{
	char a[32], b[32];

	if (asked <= most)
		return -1;
	if (ini->rules.grows) {
		cli_say(0,
		        "note: %s asks for %s %s and this roster has room for %s: it can be met only once the roster grows.",
		        ini_path, cli_number(a, asked), what, cli_number(b, most));
		return -1;
	}
	return cli_fail(
		CLI_FALSE,
		"Ask for fewer, lower min_ring or raise the shares, or merge bodies that are too small when the roster is made.",
		"%s: line %u: %s %s are asked for, and at most %s can ever sign under these rules.", ini_path, line,
		cli_number(a, asked), what, cli_number(b, most));
}

static int check_thresholds(const char *ini_path, const struct cli_letter_ini *ini, const struct und_state *rosters)
{
	const struct und_rules *rules = &ini->rules;
	struct room room = measure(rules, rosters);
	uint64_t all = rosters->ring_count > 0 ? rosters->rings[0].keys : 0;
	char a[32], b[32];
	bool tiny = false;
	int code = -1;

	if (all < rules->min_ring)
		return cli_fail(CLI_FALSE,
		                "A smaller min_ring hides each signer among fewer; a larger roster is better.",
		                "%s: line %u: min_ring is %s, and the whole roster has %s keys.", ini_path,
		                ini->min_ring_line, cli_number(a, rules->min_ring), cli_number(b, all));
	if (rules->rings != UND_RINGS_ROSTER) {
		uint64_t bodies = room.bodies < room.in_all ? room.bodies : room.in_all;

		code = short_of(ini_path, ini, ini->bodies_line, "bodies", rules->bodies, bodies);
		if (rules->bodies > bodies && room.small > 0) {
			cli_note("  Below min_ring (%s):", cli_number(a, rules->min_ring));
			name_bodies(rules, rosters, true);
		}
	}
	if (code == -1)
		code = short_of(ini_path, ini, ini->signers_line, "signers", rules->signers, room.in_all);
	if (code != -1)
		return code;
	for (size_t i = 1; i < rosters->ring_count; i++)
		tiny |= rosters->rings[i].keys >= rules->min_ring &&
		        rules->max_share * rosters->rings[i].keys / 100 == 0;
	if (rules->rings != UND_RINGS_ROSTER && tiny) {
		cli_say(0,
		        "note: max_share (%s %%) of these bodies is less than one person, so nobody can sign in their own ring:",
		        cli_number(a, rules->max_share));
		name_bodies(rules, rosters, false);
	}
	if (rules->rings == UND_RINGS_BODY && room.small_people > 0) {
		cli_say(0,
		        "note: rings = body leaves %s people without a ring. Their bodies are smaller than min_ring (%s):",
		        cli_number(a, room.small_people), cli_number(b, rules->min_ring));
		name_bodies(rules, rosters, true);
	}
	if (rules->rings == UND_RINGS_EITHER && rules->bodies > 0)
		cli_say(0,
		        "note: a signature counts a body only in that body's ring, and `sign` takes the ring that hides better, mostly '*'. "
		        "Whoever is willing to show a body signs with --ring BODY: tell people.");
	if (rules->max_share_all * all / 100 == 0)
		cli_say(0, "note: max_share_all of this roster is less than one person: nobody can sign.");
	return -1;
}

static int check_days(const char *ini_path, const struct cli_letter_ini *ini, const struct und_roster *last)
{
	char day[11], other[11];

	und_date_encode(day, ini->rules.closes);
	if (ini->rules.closes < cli_today()) {
		und_date_encode(other, cli_today());
		return cli_fail(CLI_FALSE, "Choose a later last day to sign.",
		                "%s: line %u: closes is %s, and today is %s.", ini_path, ini->closes_line, day, other);
	}
	und_date_encode(other, last->from);
	if (ini->rules.closes < last->from)
		return cli_fail(
			CLI_FALSE,
			"A letter lives inside its roster's edition. Choose a later day, or the roster of the running edition.",
			"%s: line %u: closes is %s, before the roster's first day %s.", ini_path, ini->closes_line, day,
			other);
	und_date_encode(day, ini->rules.ends);
	und_date_encode(other, last->until);
	if (ini->rules.ends > last->until)
		return cli_fail(
			CLI_FALSE,
			"After that day keys are erased, so the letter must end by then: choose an earlier `ends`, or wait for the next edition's roster.",
			"%s: line %u: ends is %s, and the roster ends on %s.", ini_path, ini->ends_line, day, other);
	return -1;
}

int cli_feasible(const char *ini_path, const struct cli_letter_ini *ini, const struct und_state *rosters,
                 const struct und_roster *last)
{
	int code = check_days(ini_path, ini, last);

	return code != -1 ? code : check_thresholds(ini_path, ini, rosters);
}
