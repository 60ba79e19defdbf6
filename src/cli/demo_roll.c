/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* demo_roll.c: the demo's first acts: who keeps the roll, who writes the letter, whose keys stand in the roster */
#include <stdarg.h>
#include <stdlib.h>

#include "cli/commands.h"
#include "cli/demo_acts.h"

enum { EDITION_DAYS_PAST = 90, EDITION_DAYS = 365, DATED_DAYS_PAST = 48, OPEN_DAYS = 30, LIFE_DAYS = 240 };

/* ---- registrars, organisers, and what they write ---- */

__attribute__((format(printf, 2, 3))) static void add_text(struct und_buf *b, const char *format, ...)
{
	va_list args;
	char *text;

	va_start(args, format);
	if (vasprintf(&text, format, args) < 0) {
		b->err = UND_ERR_MEMORY;
	} else {
		und_buf_add_str(b, text);
		free(text);
	}
	va_end(args);
}

/* Makes the keys of one side, and writes its section of letter.ini from what `authority new` prints. The reader sees the first. */
static int make_council(struct demo *d, struct und_buf *ini, const char *section, const struct demo_authority *a, size_t n)
{
	bool silent = d->stage.silent;
	int code = -1;

	add_text(ini, "\n[%s]\nquorum = 2\n", section);
	for (size_t i = 0; i < n && code == -1; i++) {
		char *path = demo_path("authority", "%s.key", a[i].file);
		struct demo_said said;

		if (path == NULL)
			return CLI_TRIED;
		d->stage.silent |= a[i].file != demo_registrars[0].file;
		code = demo_do(&d->stage, &said, &cmd_authority_new, DEMO_ARGS("-o", path, "--no-passphrase"), NULL);
		if (code == -1)
			code = demo_take_line(ini, &said);
		add_text(ini, " = %s | %s\n", a[i].name, a[i].where);
		demo_said_clear(&said);
		free(path);
	}
	d->stage.silent = silent;
	return code;
}

static void add_rules(struct und_buf *ini, const struct demo *d)
{
	char closes[11], ends[11];

	demo_day(closes, d, OPEN_DAYS);
	demo_day(ends, d, LIFE_DAYS);
	add_text(ini, "\n[rules]\nrings = either\nmin_ring = %d\nmax_share = %d\nmax_share_all = %d\nroster = grows\nrelease = %d\n", DEMO_MIN_RING, DEMO_MAX_SHARE, DEMO_MAX_SHARE_ALL,
	         DEMO_RELEASE);
	add_text(ini, "signers = %zu\nbodies = %zu\ncloses = %s\nends = %s\n", d->plan.signers, d->plan.body_count, closes, ends);
}

static int write_bodies(const struct demo *d)
{
	struct und_buf csv;

	und_buf_init(&csv, 1 << 16);
	for (size_t i = 0; i < d->plan.body_count; i++)
		add_text(&csv, "%s,%s,%u\n", d->plan.bodies[i].id, d->plan.bodies[i].name, d->plan.bodies[i].headcount);
	return demo_write_buf("bodies.csv", &csv);
}

static int write_text(void)
{
	struct und_bytes text = und_cstr(demo_text);

	return cli_write_file("text.md", false, &text, 1, 0644);
}

int demo_act_authorities(struct demo *d)
{
	struct und_buf ini;
	char dated[11];
	int code;

	demo_phase(&d->stage, "registrars and organisers");
	demo_chapter(&d->stage, "The roll");
	demo_say(&d->stage, "Two registrars, a union and a staff council, keep the roll. Three organisers bring about the letter. Each makes a key.");
	demo_day(dated, d, -DATED_DAYS_PAST);
	und_buf_init(&ini, 1 << 16);
	add_text(&ini, "[letter]\ndated = %s\n%s", dated, demo_words_ini);
	code = make_council(d, &ini, "registrars", demo_registrars, DEMO_REGISTRARS);
	demo_print(&d->stage, "  … and 4 others likewise");
	if (code == -1)
		code = make_council(d, &ini, "organisers", demo_organisers, DEMO_ORGANISERS);
	if (code != -1) {
		und_buf_clear(&ini);
		return code;
	}
	add_rules(&ini, d);
	if ((code = demo_write_buf("letter.ini", &ini)) != -1 || (code = write_bodies(d)) != -1)
		return code;
	return write_text();
}

/* ---- members ---- */

/* The first one as everybody would at a keyboard. */
static int first_member(struct demo *d)
{
	const char *body = d->plan.members[0].body->id;
	char *key = demo_key_path(d, 0);
	struct demo_said said;
	int code;

	if (key == NULL)
		return CLI_TRIED;
	code = demo_do(&d->stage, NULL, &cmd_key_new, DEMO_ARGS("-o", key, "--series", DEMO_SERIES, "--no-passphrase"), NULL);
	if (code == -1) {
		code = demo_do(&d->stage, &said, &cmd_key_enrol, DEMO_ARGS(key, "--body", body, "--editions", "1"), ">>enrolments");
		if (code == -1)
			code = demo_take_line(&d->requests[0], &said);
		demo_said_clear(&said);
	}
	free(key);
	return code;
}

static int write_enrolments(const struct demo *d)
{
	struct und_buf all;

	und_buf_init(&all, SIZE_MAX / 2);
	for (size_t i = 0; i < d->plan.member_count; i++) {
		und_buf_add_bytes(&all, und_buf_bytes(&d->requests[i]));
		und_buf_add_u8(&all, '\n');
	}
	return demo_write_buf("enrolments", &all);
}

int demo_act_members(struct demo *d)
{
	char members[32];
	int code;

	demo_phase(&d->stage, "members make their keys and enrol");
	demo_say(&d->stage, "%s members of %zu %s make a key each and enrol, long before any letter: by routine, so that having enrolled says nothing.",
	         cli_number(members, d->plan.member_count), d->plan.body_count, d->plan.body_count == 1 ? "body" : "bodies");
	if ((code = first_member(d)) != -1)
		return code;
	demo_print(&d->stage, "  … and %s others likewise", cli_number(members, d->plan.member_count - 1));
	if ((code = demo_enrol_all(d)) != -1)
		return code;
	return write_enrolments(d);
}

int demo_act_roster(struct demo *d)
{
	char from[11], until[11];
	int code;

	demo_phase(&d->stage, "the registrars make the roster");
	demo_say(&d->stage, "From the enrolments the registrars make the roster. The keys of a body are sorted, so that no order is left; then the enrolments are deleted.");
	demo_day(from, d, -EDITION_DAYS_PAST);
	demo_day(until, d, EDITION_DAYS - EDITION_DAYS_PAST);
	code = demo_do(&d->stage, NULL, &cmd_roster_new,
	               DEMO_ARGS("--series", DEMO_SERIES, "--name", DEMO_SERVICE, "--edition", "1", "--from", from, "--until", until, "--bodies", "bodies.csv", "--enrolments",
	                         "enrolments", "--authority", "authority/registrar-1.key", "-o", DEMO_ROSTER),
	               NULL);
	if (code == -1)
		code = demo_do(&d->stage, NULL, &cmd_cosign, DEMO_ARGS(DEMO_ROSTER, "--authority", "authority/registrar-2.key"), NULL);
	if (code == -1)
		code = demo_remove("enrolments");
	demo_advance(&d->stage, demo_act_cost(&d->plan));
	return code;
}
