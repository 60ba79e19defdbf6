/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* report.c: what a valid letter proves and what it does not, for people */
#include "cli/report.h"

#include "base/hash.h"
#include "cli/council.h"
#include "cli/ring_choice.h"

static const char *plural(uint64_t n, const char *one, const char *many)
{
	return n == 1 ? one : many;
}

void cli_print_headline(FILE *to, const struct und_state *s)
{
	char signers[32], bodies[32], withdrawn[32];

	cli_number(signers, s->signers);
	cli_number(bodies, s->bodies);
	if (s->signers == 0)
		fputs(s->withdrawn == 0 ? "Nobody has signed.\n" : "No signature stands.\n", to);
	else if (s->bodies == 0)
		fprintf(to, "%s %s signed, without naming a body.\n", signers, plural(s->signers, "person", "people"));
	else
		fprintf(to, "%s %s from %s %s signed.\n", signers, plural(s->signers, "person", "people"), bodies,
		        plural(s->bodies, "body", "bodies"));
	if (s->withdrawn > 0)
		fprintf(to, "%s %ssigned and took it back.\n", cli_number(withdrawn, s->withdrawn), s->signers == 0 ? "" : "more ");
}

/* ---- what it rests on ---- */

static cli_members who_signed_rosters(const struct cli_letter *l, uint64_t *edition)
{
	const struct und_kept *kept;
	size_t n = und_letter_kept(&kept, l->l);
	cli_members members = 0;

	for (size_t i = 0; i < n; i++) {
		if (kept[i].record->type != UND_TYPE_ROSTER)
			continue;
		*edition = kept[i].record->u.roster.edition;
		members |= cli_council_signed(&l->state.record->registrars, kept[i].record);
	}
	return members;
}

/* More keys than people: somebody enrolled twice, or the registrars count badly, or worse. */
static void print_stuffed(FILE *to, const struct und_state *s)
{
	char keys[32], staff[32];

	if (s->headcount != 0 && s->keys > s->headcount)
		fputs("BEWARE: more keys than staff. Some enrolled twice, or are invented.\n", to);
	for (size_t i = 0; i < s->ring_count; i++) {
		const struct und_state_ring *r = &s->rings[i];

		if (r->headcount == 0 || r->keys <= r->headcount || und_bytes_is(r->id, "*"))
			continue;
		fputs("BEWARE: in ", to);
		cli_print_text(to, r->name);
		fprintf(to, ", %s keys for %s staff.\n", cli_number(keys, r->keys), cli_number(staff, r->headcount));
	}
}

static void write_basis(FILE *to, const void *ctx)
{
	const struct cli_letter *l = ctx;
	const struct und_state *s = &l->state;
	uint64_t edition = 0;
	cli_members members = who_signed_rosters(l, &edition);
	char keys[32], staff[32];

	fputs("True if ", to);
	cli_print_members(to, &s->record->registrars, members, "and");
	fprintf(to, " enrolled only real staff, each once. %s roll: %s %s, ",
	        members != 0 && (members & (members - 1)) == 0 ? "Its" : "Their", cli_number(keys, s->keys),
	        plural(s->keys, "key", "keys"));
	if (s->headcount != 0)
		fprintf(to, "%s staff.\n", cli_number(staff, s->headcount));
	else
		fputs("and no headcount for every body.\n", to);
	print_stuffed(to, s);
	if (edition == 0)
		fputs("These are keys that people had published already: standing in such a roster proves nothing about anyone, and the keys are never erased.\n",
		      to);
}

void cli_print_basis(FILE *to, const struct cli_letter *l)
{
	cli_print_page(to, write_basis, l);
}

/* ---- what each is hidden among ---- */

static bool is_all(const struct und_state_ring *r)
{
	return und_bytes_is(r->id, "*");
}

static void print_ring(FILE *to, const struct und_state_ring *r)
{
	char signers[32], keys[32], percent[16], of[80];
	int tail;

	snprintf(of, sizeof of, "%s of %s", cli_number(signers, r->signers), cli_number(keys, r->keys));
	fprintf(to, "  %17s ", of);
	tail = fprintf(to, "(any one of them: %s)", cli_percent(percent, r->signers, r->keys));
	fprintf(to, "%*s", tail < 26 ? 26 - tail : 1, "");
	if (is_all(r)) {
		fputs("without a body's name (*)\n", to);
		return;
	}
	cli_print_text(to, r->name);
	fputs(" (", to);
	cli_print_text(to, r->id);
	fputs(r->signers == r->keys ? "): everybody signed, so it hides nobody\n" : ")\n", to);
}

static void print_wave(FILE *to, const struct und_state_ring *r)
{
	char id[UND_SHORT_ID_SIZE], keys[32];

	und_short_id(id, r->roster);
	fprintf(to, "  of the %s %s admitted after the opening (roster %s):\n", cli_number(keys, r->keys),
	        plural(r->keys, "person", "people"), id);
}

void cli_print_rings(FILE *to, const struct und_state *s)
{
	uint64_t quiet = 0;
	char number[32], keys[32], percent[16];

	for (size_t i = 0; i < s->ring_count; i++) {
		const struct und_state_ring *r = &s->rings[i];

		if (is_all(r) && i > 0)
			print_wave(to, r);
		if (r->signers > 0)
			print_ring(to, r);
		else
			quiet += !is_all(r);
	}
	if (quiet > 0)
		fprintf(to, "  nobody in the %s of %s more %s\n", plural(quiet, "ring", "rings"),
		        cli_number(number, quiet), plural(quiet, "body", "bodies"));
	if (s->signers > 0)
		fprintf(to, "  all together %s of %s (any one of them: %s)\n", cli_number(number, s->signers),
		        cli_number(keys, s->keys), cli_percent(percent, s->signers, s->keys));
}

/* ---- thresholds, shares ---- */

static void print_threshold(FILE *to, const char *what, uint64_t have, uint64_t want)
{
	char number[32];

	if (want > 0)
		fprintf(to, "  %s %s: %s\n", cli_number(number, want), what, have >= want ? "met" : "not met");
}

void cli_print_thresholds(FILE *to, const struct und_state *s)
{
	const struct und_rules *rules = &s->record->rules;

	if (rules->signers == 0 && rules->bodies == 0) {
		fputs("  none\n", to);
		return;
	}
	print_threshold(to, plural(rules->signers, "signer", "signers"), s->signers, rules->signers);
	print_threshold(to, plural(rules->bodies, "body", "bodies"), s->bodies, rules->bodies);
}

static void print_above_share(FILE *to, const struct und_state *s)
{
	const struct und_rules *rules = &s->record->rules;
	bool any = false;

	for (size_t i = 0; i < s->ring_count; i++) {
		const struct und_state_ring *r = &s->rings[i];

		if (!r->above_share)
			continue;
		if (!any)
			fputs("\nRings above their share, so that they hide less than the letter promises\n", to);
		any = true;
		fputs("  ", to);
		if (is_all(r))
			fprintf(to, "all together: more than %u %%\n", (unsigned)rules->max_share_all);
		else
			cli_print_text(to, r->name);
		if (!is_all(r))
			fprintf(to, ": more than %u %%\n", (unsigned)rules->max_share);
	}
	if (!any)
		fputs("  no ring is above its share\n", to);
}

/* ---- who vouches ---- */

static void print_voucher(FILE *to, const struct und_state_voucher *v, const struct cli_trust *trust, bool has_list)
{
	const struct und_bytes *name = cli_trust_name(trust, v->member->key);
	char id[UND_SHORT_ID_SIZE];

	und_short_id(id, v->member->key);
	fputs("  ", to);
	cli_print_text(to, v->member->name.n > 0 ? v->member->name : und_cstr("gives no name"));
	fprintf(to, ", %s\n      key %s",
	        v->registrar && v->organiser ? "registrar and organiser"
	        : v->registrar               ? "registrar"
	                                     : "organiser",
	        id);
	if (v->member->where.n > 0) {
		fputs("; check it at ", to);
		cli_print_text(to, v->member->where);
	}
	fputc('\n', to);
	if (name != NULL) {
		fputs("      in your list: ", to);
		cli_print_text(to, *name);
		fputc('\n', to);
	} else if (has_list) {
		fputs("      not in your list\n", to);
	}
	if (cli_trust_name_is_anothers(trust, v->member->name, v->member->key))
		fputs("      BEWARE: your list gives this name to another key\n", to);
}

static void print_vouchers(FILE *to, const struct und_state *s, const struct cli_trust *trust)
{
	bool has_list = trust->list.count > 0;

	fputs("\nWho vouches, by the names that they give themselves\n", to);
	for (size_t i = 0; i < s->voucher_count; i++)
		print_voucher(to, &s->vouchers[i], trust, has_list);
	if (!has_list)
		fputs("  Whether these keys are theirs, no program can know: compare them there, or give --trust FILE (KEY = name).\n",
		      to);
}

/* ---- the end ---- */

static void print_short(FILE *to, const char *what, const uint8_t *id)
{
	char text[UND_SHORT_ID_SIZE];

	und_short_id(text, id);
	fprintf(to, "  %-7s %s\n", what, text);
}

static void print_future(FILE *to, const struct cli_letter *l)
{
	char day[11];
	uint64_t line = und_letter_dated_after(l->l, cli_today(), 0);

	if (line == 0)
		return;
	und_date_encode(day, cli_today());
	fprintf(to, "Lines dated after today (%s):", day);
	for (; line != 0; line = und_letter_dated_after(l->l, cli_today(), line))
		fprintf(to, " %llu", (unsigned long long)line);
	fputs("\n", to);
}

struct report {
	const struct cli_letter *letter;
	const struct cli_trust *trust;
	double seconds;
};

static void write_report(FILE *to, const void *ctx)
{
	const struct report *r = ctx;
	const struct cli_letter *l = r->letter;
	const struct und_state *s = &l->state;
	uint8_t pin[UND_ID_SIZE];
	char lines[32];

	cli_print_headline(to, s);
	cli_print_basis(to, l);
	fputs("\nWhat each is hidden among\n", to);
	cli_print_rings(to, s);
	fputs("\nWhat the letter asks for\n", to);
	cli_print_thresholds(to, s);
	print_above_share(to, s);
	print_vouchers(to, s, r->trust);
	fputs("\nShort forms, to compare by telephone\n", to);
	print_short(to, "letter", s->letter);
	print_short(to, "words", s->record->words);
	print_short(to, "roster", s->roster);
	und_letter_pin(pin, l->l);
	print_short(to, "pin", pin);
	if (s->sealed)
		fputs("The words are sealed: those who have the link can read them.\n", to);
	fputs("\nThis copy carries no time stamp: later withdrawals and answers may be missing.\n", to);
	if (s->signers == 0 && s->withdrawn == 0)
		fputs("It may be an early copy or a signing bundle: others may hold signatures.\n", to);
	print_future(to, l);
	fprintf(to, "Checked %s %s in %.2f s.\n", cli_number(lines, s->lines), plural(s->lines, "line", "lines"),
	        r->seconds);
}

void cli_print_report(FILE *to, const struct cli_letter *l, const struct cli_trust *trust, double seconds)
{
	const struct report r = { l, trust, seconds };

	cli_print_page(to, write_report, &r);
}
