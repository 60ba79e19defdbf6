/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* demo_acts.c: the acts of the demo: verbs run as people run them, each line shown; what thousands do is shown once and done by demo_bulk.c */
#include "cli/demo_acts.h"

#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>

#include "cli/commands.h"
#include "record/record.h"

#define ARGS(...) ((const char *const[]){ __VA_ARGS__, NULL })

enum { EDITION_DAYS_PAST = 30, EDITION_DAYS = 365, OPEN_DAYS = 30, LIFE_DAYS = 300 };

/* About what one of the acts that are a few commands takes, in units of the bar. */
static uint64_t fixed_cost(const struct demo_plan *p)
{
	return p->member_count;
}

uint64_t demo_cost(const struct demo_plan *p)
{
	return p->member_count * DEMO_KEY_COST + demo_sign_cost(p) + 4 * fixed_cost(p);
}

static void day_text(char out[11], int days)
{
	und_date_encode(out, cli_today() + days);
}

static int out_of_memory(void)
{
	return cli_fail(CLI_TRIED, cli_advice(UND_ERR_MEMORY), "%s.", und_err_text(UND_ERR_MEMORY));
}

static int remove_file(const char *path)
{
	return unlink(path) == 0 ? -1 : cli_fail_file(path, "remove", UND_ERR_IO);
}

static char *authority_path(const struct demo *d, const struct demo_authority *a)
{
	return demo_path(d->dir, "authority/%s.key", a->file);
}

/* What a verb said on standard output: one line, without its LF. */
static int take_line(struct und_buf *out, const struct demo_said *said)
{
	const uint8_t *end = said->out.n == 0 ? NULL : memchr(said->out.p, '\n', said->out.n);

	und_bug_if(end == NULL); /* it succeeded */
	und_buf_add(out, said->out.p, (size_t)(end - said->out.p));
	return out->err == UND_OK ? -1 : out_of_memory();
}

static int write_buf(const char *path, struct und_buf *b)
{
	struct und_bytes piece = und_buf_bytes(b);
	int code = b->err == UND_OK ? cli_write_file(path, false, &piece, 1, 0644) : out_of_memory();

	und_buf_clear(b);
	return code;
}

/* Lines of many, each with LF. */
static int write_lines(const char *path, const struct und_buf *lines, size_t n)
{
	struct und_buf all;

	und_buf_init(&all, SIZE_MAX / 2);
	for (size_t i = 0; i < n; i++) {
		und_buf_add_bytes(&all, und_buf_bytes(&lines[i]));
		und_buf_add_u8(&all, '\n');
	}
	return write_buf(path, &all);
}

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

/* Makes the keys of one side, and writes its section of LETTER.ini from what `authority new` prints. */
static int make_council(struct demo *d, struct und_buf *ini, const char *section, const struct demo_authority *a, size_t n)
{
	int code = -1;

	add_text(ini, "\n[%s]\nquorum = 2\n", section);
	for (size_t i = 0; i < n && code == -1; i++) {
		char *path = authority_path(d, &a[i]);
		struct demo_said said;

		if (path == NULL)
			return CLI_TRIED;
		code = demo_do(&d->stage, &said, &cmd_authority_new, ARGS("-o", path, "--no-passphrase"), NULL);
		if (code == -1)
			code = take_line(ini, &said);
		add_text(ini, " = %s | %s\n", a[i].name, a[i].where);
		demo_said_clear(&said);
		free(path);
	}
	return code;
}

static void add_rules(struct und_buf *ini, const struct demo_plan *p)
{
	char closes[11], ends[11];

	day_text(closes, OPEN_DAYS);
	day_text(ends, LIFE_DAYS);
	add_text(ini, "\n[rules]\nrings = either\nmin_ring = %d\nmax_share = %d\nmax_share_all = %d\nroster = grows\nrelease = %d\n", DEMO_MIN_RING, DEMO_MAX_SHARE, DEMO_MAX_SHARE_ALL,
	         DEMO_RELEASE);
	add_text(ini, "signers = %zu\nbodies = %zu\ncloses = %s\nends = %s\n", p->signers, p->body_count, closes, ends);
}

static int write_bodies(const struct demo *d)
{
	struct und_buf csv;

	und_buf_init(&csv, 1 << 16);
	for (size_t i = 0; i < d->plan.body_count; i++)
		add_text(&csv, "%s,%s,%u\n", d->plan.bodies[i].id, d->plan.bodies[i].name, d->plan.bodies[i].headcount);
	return write_buf(d->bodies, &csv);
}

static int write_text(const struct demo *d)
{
	struct und_bytes text = und_cstr(demo_text);
	char *path = demo_path(d->dir, "text.md");
	int code = path == NULL ? CLI_TRIED : cli_write_file(path, false, &text, 1, 0644);

	free(path);
	return code;
}

int demo_act_authorities(struct demo *d)
{
	struct und_buf ini;
	char today[11];
	int code;

	demo_phase(&d->stage, "registrars and organisers");
	demo_say(&d->stage, "Two registrars and three organisers make their keys.");
	day_text(today, 0);
	und_buf_init(&ini, 1 << 16);
	add_text(&ini, "[letter]\ndated = %s\n%s", today, demo_words_ini);
	code = make_council(d, &ini, "registrars", demo_registrars, DEMO_REGISTRARS);
	if (code == -1)
		code = make_council(d, &ini, "organisers", demo_organisers, DEMO_ORGANISERS);
	if (code != -1) {
		und_buf_clear(&ini);
		return code;
	}
	add_rules(&ini, &d->plan);
	if ((code = write_buf(d->ini, &ini)) != -1 || (code = write_bodies(d)) != -1)
		return code;
	return write_text(d);
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
	code = demo_do(&d->stage, NULL, &cmd_key_new, ARGS("-o", key, "--series", DEMO_SERIES, "--no-passphrase"), NULL);
	if (code == -1) {
		code = demo_do(&d->stage, &said, &cmd_key_enrol, ARGS(key, "--body", body, "--editions", "1"), ">>enrolments");
		if (code == -1)
			code = take_line(&d->requests[0], &said);
		demo_said_clear(&said);
	}
	free(key);
	return code;
}

int demo_act_members(struct demo *d)
{
	char members[32];
	int code;

	demo_phase(&d->stage, "members make their keys and enrol");
	demo_say(&d->stage, "%s members of %zu bodies make their keys and enrol, long before any letter: by routine, so that having enrolled says nothing.",
	         cli_number(members, d->plan.member_count), d->plan.body_count);
	if ((code = first_member(d)) != -1)
		return code;
	demo_print(&d->stage, "  … and %s others likewise", cli_number(members, d->plan.member_count - 1));
	if ((code = demo_enrol_all(d)) != -1)
		return code;
	return write_lines(d->enrolments, d->requests, d->plan.member_count);
}

int demo_act_roster(struct demo *d)
{
	char from[11], until[11], *first = authority_path(d, &demo_registrars[0]), *second = authority_path(d, &demo_registrars[1]);
	int code = first == NULL || second == NULL ? CLI_TRIED : -1;

	demo_phase(&d->stage, "the registrars make the roster");
	demo_say(&d->stage, "From the enrolments the registrars make the roster. The keys of a body are sorted, so that no order is left; then the enrolments are deleted.");
	day_text(from, -EDITION_DAYS_PAST);
	day_text(until, EDITION_DAYS - EDITION_DAYS_PAST);
	if (code == -1)
		code = demo_do(&d->stage, NULL, &cmd_roster_new,
		               ARGS("--series", DEMO_SERIES, "--name", DEMO_SERVICE, "--edition", "1", "--from", from, "--until", until, "--bodies", d->bodies, "--enrolments",
		                    d->enrolments, "--authority", first, "-o", d->roster),
		               NULL);
	if (code == -1)
		code = demo_do(&d->stage, NULL, &cmd_cosign, ARGS(d->roster, "--authority", second), NULL);
	if (code == -1)
		code = remove_file(d->enrolments);
	demo_advance(&d->stage, fixed_cost(&d->plan));
	free(first);
	free(second);
	return code;
}

/* ---- the letter ---- */

int demo_act_letter(struct demo *d)
{
	char *first = authority_path(d, &demo_organisers[0]), *second = authority_path(d, &demo_organisers[1]);
	int code = first == NULL || second == NULL ? CLI_TRIED : -1;

	demo_phase(&d->stage, "the organisers make the letter");
	demo_say(&d->stage, "The organisers write the letter (letter.ini, text.md). It needs two of the three.");
	if (code == -1)
		code = demo_do(&d->stage, NULL, &cmd_letter_new, ARGS(d->ini, "--roster", d->roster, "-o", d->letter, "--authority", first), NULL);
	if (code == -1)
		code = demo_do(&d->stage, NULL, &cmd_cosign, ARGS(d->letter, "--authority", second), NULL);
	if (code == -1)
		code = cli_letter_open(&d->open, d->letter, UND_LETTER_FILE, false, 0);
	demo_advance(&d->stage, fixed_cost(&d->plan));
	free(first);
	free(second);
	return code;
}

/* The first signer in a body's ring, at a keyboard. */
static int first_signer(struct demo *d)
{
	size_t signer = d->plan.in_all, member = d->plan.list[signer].member;
	char *key = demo_key_path(d, member);
	struct demo_said said;
	int code;

	if (key == NULL)
		return CLI_TRIED;
	code = demo_do(&d->stage, &said, &cmd_sign, ARGS(d->letter, "--key", key, "--ring", d->plan.members[member].body->id, "--yes"), ">>signatures");
	if (code == -1)
		code = take_line(&d->records[signer], &said);
	if (code == -1)
		demo_quote(&d->stage, und_buf_bytes(&said.err));
	demo_said_clear(&said);
	free(key);
	return code;
}

int demo_act_sign(struct demo *d)
{
	char signers[32], others[32];
	size_t in_all = d->plan.in_all;
	int code;

	demo_phase(&d->stage, "members sign");
	demo_say(&d->stage, "%s members sign: %zu without naming a body (--ring '*'), the others as one of their body. Each is told first what that shows and what it hides.",
	         cli_number(signers, d->plan.signers + 1), in_all);
	if ((code = first_signer(d)) != -1)
		return code;
	demo_print(&d->stage, "  … and %s others likewise", cli_number(others, d->plan.signers));
	if ((code = demo_sign_all(d)) != -1)
		return code;
	if ((code = write_lines(d->signatures, d->records, d->plan.signers + 1)) != -1)
		return code;
	demo_phase(&d->stage, "the signatures are added");
	demo_say(&d->stage, "The organisers add what came in, checked and sorted, in one batch.");
	code = demo_do(&d->stage, NULL, &cmd_add, ARGS(d->letter, d->signatures), NULL);
	demo_advance(&d->stage, fixed_cost(&d->plan));
	return code == -1 ? remove_file(d->signatures) : code;
}

int demo_act_withdraw(struct demo *d)
{
	char *key = demo_key_path(d, d->plan.list[0].member);
	int code = key == NULL ? CLI_TRIED : -1;

	demo_say(&d->stage, "One of them takes the signature back.");
	if (code == -1)
		code = demo_do(&d->stage, NULL, &cmd_withdraw, ARGS(d->letter, "--key", key, "-o", d->withdrawal), NULL);
	if (code == -1)
		code = demo_do(&d->stage, NULL, &cmd_add, ARGS(d->letter, d->withdrawal), NULL);
	if (code == -1)
		code = remove_file(d->withdrawal);
	demo_advance(&d->stage, fixed_cost(&d->plan));
	free(key);
	return code;
}

/* ---- what anybody sees ---- */

int demo_act_verify(struct demo *d)
{
	int code;

	demo_say(&d->stage, "Anybody checks the file, which needs nothing but itself.");
	if (d->json)
		return -1;
	code = demo_perform(&d->stage, &cmd_verify, ARGS(d->letter));
	return code == CLI_OK ? -1 : code;
}

static int other_verdict(const struct demo_forgery *f)
{
	return cli_fail(CLI_FALSE, "This is an error in undersigned: please report it.", "%s was to be refused (%s), and was not.", f->path, und_err_text(f->expected));
}

/* A verify that could not try, or was interrupted, is no verdict. */
static bool is_verdict(int code)
{
	return code == CLI_OK || code == CLI_FALSE || code == CLI_NEWER;
}

static int note_refusal(struct demo_forgery *f)
{
	struct cli_letter l = { 0 };
	enum und_err fault;
	int code = cli_letter_try(&l, f->path, UND_LETTER_FILE, false, 0, &fault, &f->diag);

	cli_letter_close(&l);
	if (code == CLI_FALSE && fault == f->expected)
		return -1;
	if (code == -1 || is_verdict(code))
		return other_verdict(f);
	return fault == UND_OK || fault == UND_ERR_STOPPED ? code : cli_fail_at(f->path, fault, &f->diag);
}

static int show_refusal(struct demo *d, struct demo_forgery *f)
{
	const char *reason = und_err_text(f->expected);
	struct demo_said said;
	int code = demo_run(&d->stage, &said, &cmd_verify, ARGS(f->path), NULL);

	if (code == CLI_FALSE && memmem(said.err.p, said.err.n, reason, strlen(reason)) != NULL) {
		demo_print(&d->stage, "%.*s(exit code 1)", (int)said.err.n, (const char *)said.err.p);
		code = -1;
	} else if (is_verdict(code)) {
		code = note_refusal(f); /* without memory the words may lack the reason, though the verdict is right */
	} else {
		cli_bar_end(&d->stage.bar);
		fwrite(said.err.p, 1, said.err.n, stderr);
	}
	demo_said_clear(&said);
	return code;
}

int demo_act_forge(struct demo *d)
{
	int code = demo_forge(d);

	demo_say(&d->stage, "Three forgeries, and what verify says of them:");
	for (size_t i = 0; i < DEMO_FORGERIES && code == -1; i++) {
		demo_say(&d->stage, "%zu. %s", i + 1, d->forged[i].story);
		code = d->json ? note_refusal(&d->forged[i]) : show_refusal(d, &d->forged[i]);
	}
	return code;
}
