/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cmd_demo.c: a whole invented institution and the life of its letter: sealed, signed, published, answered, voted on, verified, then forged */
#include <errno.h> /* program_invocation_name: as the reader called it */
#include <fcntl.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "cli/commands.h"
#include "cli/confine.h"
#include "cli/demo_acts.h"
#include "cli/json_print.h"

enum { SIGNERS_USUAL = 400, SIGNERS_MOST = 10000 };

static uint64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

static int make_lines(struct demo *d)
{
	size_t made = d->plan.made, members = d->plan.member_count;

	d->requests = und_alloc(members, sizeof *d->requests);
	d->records = und_alloc(made, sizeof *d->records);
	d->votes = und_alloc(made, sizeof *d->votes);
	if (d->requests == NULL || d->records == NULL || d->votes == NULL)
		return cli_fail(CLI_TRIED, cli_advice(UND_ERR_MEMORY), "%s.", und_err_text(UND_ERR_MEMORY));
	for (size_t i = 0; i < members; i++)
		und_buf_init(&d->requests[i], 1 << 16);
	for (size_t i = 0; i < made; i++) {
		und_buf_init(&d->records[i], 1 << 16);
		und_buf_init(&d->votes[i], 1 << 16);
	}
	return -1;
}

static void clear_lines(struct und_buf *lines, size_t n)
{
	for (size_t i = 0; lines != NULL && i < n; i++)
		und_buf_clear(&lines[i]);
	free(lines);
}

static void clear(struct demo *d)
{
	clear_lines(d->requests, d->plan.member_count);
	clear_lines(d->records, d->plan.made);
	clear_lines(d->votes, d->plan.made);
	cli_letter_close(&d->open);
	cli_letter_close(&d->asked);
	demo_plan_clear(&d->plan);
}

/* ---- inside the folder: what is typed there is short ---- */

static int enter(struct demo *d)
{
	d->from = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (d->from < 0)
		return cli_fail_file(".", "open", UND_ERR_IO);
	return chdir(d->dir) == 0 ? -1 : cli_fail_file(d->dir, "enter", UND_ERR_IO);
}

static int leave(struct demo *d)
{
	int code = fchdir(d->from) == 0 ? -1 : cli_fail_file("the folder before", "enter", UND_ERR_IO);

	close(d->from);
	d->from = -1;
	return code;
}

/* ---- the end ---- */

/* A file in the demo's folder, as it is called from outside. */
static void member_path(struct und_json *j, const char *name, const struct demo *d, const char *file)
{
	struct und_buf path;

	und_buf_init(&path, 1 << 16);
	und_buf_add_str(&path, d->dir);
	und_buf_add_str(&path, "/");
	und_buf_add_str(&path, file);
	if (path.err == UND_OK)
		und_member_text(j, name, und_buf_bytes(&path));
	else
		j->out->err = path.err;
	und_buf_clear(&path);
}

static void add_forgeries(struct und_json *j, const struct demo *d)
{
	und_json_name(j, "forged");
	und_json_open_list(j);
	for (size_t i = 0; i < DEMO_FORGERIES; i++) {
		const struct demo_forgery *f = &d->forged[i];

		und_json_open_object(j);
		und_member_number(j, "exit", CLI_FALSE);
		member_path(j, "file", d, f->path);
		und_member_number(j, "line", f->diag.line);
		if (f->diag.member[0] != '\0')
			und_member_text(j, "member", und_cstr(f->diag.member));
		und_member_text(j, "reason", und_cstr(und_err_text(f->expected)));
		und_member_text(j, "story", und_cstr(f->story));
		und_json_close_object(j);
	}
	und_json_close_list(j);
}

static int print_json(const struct demo *d, const struct und_state *s, uint64_t took)
{
	struct und_json j;
	struct und_buf b;

	und_buf_init(&b, 16 << 20);
	und_json_init(&j, &b);
	und_json_open_object(&j);
	und_member_number(&j, "bodies", s->bodies);
	member_path(&j, "file", d, DEMO_LETTER);
	add_forgeries(&j, d);
	und_member_number(&j, "headcount", s->headcount);
	und_member_number(&j, "keys", s->keys);
	und_member_id(&j, "letter", s->letter);
	und_member_number(&j, "lines", s->lines);
	member_path(&j, "link", d, DEMO_LINK);
	und_member_number(&j, "milliseconds", took);
	member_path(&j, "press", d, DEMO_PRESS);
	und_json_name(&j, "questions");
	und_state_put_questions(&j, s, false);
	und_json_name(&j, "rings");
	und_state_put_rings(&j, s, false);
	und_member_id(&j, "roster", s->roster);
	und_member_number(&j, "signers", s->signers);
	member_path(&j, "site", d, DEMO_SITE);
	und_json_name(&j, "stances");
	und_state_put_stances(&j, s);
	und_member_flag(&j, "thresholds_met", s->thresholds_met);
	und_member_number(&j, "undisclosed", s->undisclosed);
	und_member_flag(&j, "valid", true);
	und_member_number(&j, "withdrawn", s->withdrawn);
	und_json_close_object(&j);
	return cli_json_print(&b, CLI_OK);
}

/* The summary, read from the file itself. */
static int tell_json(const struct demo *d, uint64_t took)
{
	char *path = demo_path(d->dir, DEMO_LETTER);
	struct cli_letter l = { 0 };
	int code = path == NULL ? CLI_TRIED : cli_letter_open(&l, path, UND_LETTER_FILE, false, 0);

	if (code == -1)
		code = print_json(d, &l.state, took);
	cli_letter_close(&l);
	free(path);
	return code;
}

static int tell_end(struct demo *d, uint64_t took)
{
	struct demo_stage *s = &d->stage;

	demo_say(s, "All of this took %.1f s. The letter is %s/" DEMO_LETTER, (double)took / 1000, d->dir);
	demo_print(s, "  check it again:     %s verify %s/" DEMO_LETTER, program_invocation_name, d->dir);
	demo_print(s, "  read it:            %s show %s/" DEMO_LETTER, program_invocation_name, d->dir);
	demo_print(s, "  … as a page:        %s/" DEMO_SITE "/index.html", d->dir);
	demo_print(s, "  the press kit:      %s/" DEMO_PRESS "/press.html", d->dir);
	demo_print(s, "  what else is there: %s/about.txt, and why no real keys may lie so", d->dir);
	return CLI_OK;
}

/* ---- from the beginning to the end ---- */

static int play(struct demo *d)
{
	static int (*const acts[])(struct demo *d) = {
		demo_act_authorities, demo_act_members, demo_act_roster,    demo_act_letter, demo_act_sign,     demo_act_press,  demo_act_open, demo_act_publish,
		demo_act_answer,      demo_act_neighbour, demo_act_vote, demo_act_withdraw, demo_act_verify, demo_act_show, demo_act_forge,
	};
	char headcount[32], keys[32];
	int code = -1;

	demo_stage_begin(&d->stage, demo_cost(&d->plan));
	d->stage.silent = d->json;
	demo_say(&d->stage, DEMO_SERVICE ", which does not exist, has %zu %s with %s staff; %s of them have a key. Some of them write a letter. Its story takes seven weeks and ends today; "
	                    "it is played now, in a moment, with days to fit.",
	         d->plan.body_count, d->plan.body_count == 1 ? "body" : "bodies", cli_number(headcount, d->plan.headcount), cli_number(keys, d->plan.member_count));
	demo_show_entry(&d->stage, d->dir);
	for (size_t i = 0; i < UND_COUNT_OF(acts) && code == -1; i++)
		code = cli_interrupted() ? CLI_INTERRUPTED : acts[i](d);
	demo_stage_end(&d->stage);
	return code;
}

static int play_inside(struct demo *d)
{
	int code = enter(d), left;

	if (code == -1)
		code = play(d);
	left = d->from < 0 ? -1 : leave(d);
	return code == -1 ? left : code;
}

static int demo(struct demo *d)
{
	uint64_t begun = now_ms(), took;
	int code;

	if ((code = make_lines(d)) != -1 || (code = demo_folder_begin(d->dir, d->force)) != -1)
		return code;
	code = play_inside(d);
	if (code == CLI_INTERRUPTED)
		return cli_fail(code, "Its about.txt says so. Start again with --force: it replaces the folder.", "interrupted; %s is unfinished.", d->dir);
	if (code != -1 || (code = demo_folder_end(d->dir)) != -1)
		return code;
	took = now_ms() - begun;
	return d->json ? tell_json(d, took) : tell_end(d, took);
}

static int make_plan(struct demo *d, uint64_t signers, uint64_t bodies)
{
	char most[32];
	size_t room;
	enum und_err e = demo_plan_make(&d->plan, (size_t)signers, (size_t)bodies, cli_random(), &room);

	if (e == UND_OK)
		return -1;
	if (e != UND_ERR_LIMIT)
		return cli_fail(cli_exit_of(e), cli_advice(e), "%s.", und_err_text(e));
	if (signers < bodies)
		return cli_fail(CLI_TRIED, "Give fewer --bodies or more --signers.", "every body has a signer, so there are as many signers as bodies at least.");
	return cli_fail(CLI_TRIED, "Give more --bodies or fewer --signers.", "so many bodies have room for %s signers: not more than %d %% of a ring may sign.", cli_number(most, room),
	                DEMO_MAX_SHARE);
}

static int run(int argc, char **argv)
{
	const char *signers_text = NULL, *bodies_text = NULL;
	uint64_t signers = SIGNERS_USUAL, bodies = DEMO_BODIES;
	struct demo d = { .from = -1 };
	const struct cli_option options[] = {
		CLI_VALUE("signers", 0, &signers_text),
		CLI_VALUE("bodies", 0, &bodies_text),
		CLI_FLAG("force", 0, &d.force),
		CLI_FLAG("json", 0, &d.json),
	};
	int code = cli_parse(&cmd_demo, options, UND_COUNT_OF(options), argc, argv, &d.dir, 1, 1, NULL);

	cli_confine_never();
	if (code != -1)
		return code;
	if (signers_text != NULL && (code = cli_parse_number(&signers, "--signers", signers_text, 1, SIGNERS_MOST)) != -1)
		return code;
	if (bodies_text != NULL && (code = cli_parse_number(&bodies, "--bodies", bodies_text, 1, DEMO_BODIES)) != -1)
		return code;
	d.today = cli_today();
	code = make_plan(&d, signers, bodies);
	if (code == -1)
		code = demo(&d);
	clear(&d);
	return code;
}

const struct cli_command cmd_demo = {
	.name = "demo",
	.run = run,
	.group = "Try",
	.summary = "an invented letter: signed, answered, voted on, verified",
	.usage = "undersigned demo DIR [--signers 400] [--bodies 40] [--force] [--json]",
	.help = "Invents the public service of a republic that does not exist, and does what\n"
		"real people would do: members make keys and enrol, registrars make the roster,\n"
		"organisers a sealed letter; members sign it with ring proofs; a newspaper checks\n"
		"it under embargo; it is opened, published, delivered; the addressee answers, a\n"
		"neighbour speaks, an office does not; the signers vote on the answer, three take\n"
		"their signatures back, anybody verifies. Then it forges the letter in three\n"
		"ways, and verify refuses each.\n"
		"\n"
		"DIR must not exist, or be empty. It then holds demo.letter, its pages (site),\n"
		"the press kit (press), staff.roster, the keys of everybody, and about.txt,\n"
		"which says what the rest is. The keys have no passphrase and lie in one folder,\n"
		"as real ones never may.\n"
		"\n"
		"  --signers N          so many stand at the end (400 unless told); three more\n"
		"                       sign and withdraw\n"
		"  --bodies N           how many bodies, up to 40 (40 unless told)\n"
		"  --force              replace an earlier demo in DIR\n"
		"  --json               a summary for programs, instead of the story\n",
};
