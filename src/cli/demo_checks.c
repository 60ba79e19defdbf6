/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* demo_checks.c: what anybody sees of the demo's letter: that it verifies, what it says, where its pages are, and that forgeries are refused */
#include "cli/commands.h"
#include "cli/demo_acts.h"

uint64_t demo_cost(const struct demo_plan *p)
{
	return (p->member_count + p->made) * DEMO_KEY_COST + demo_sign_cost(p) + 12 * demo_act_cost(p);
}

int demo_act_verify(struct demo *d)
{
	static const struct demo_part parts[] = {
		{ "", "What each is hidden among", 0 },
		{ "What each is hidden among", "  all together", 6 },
		{ "  all together", "Who vouches", 0 },
		{ "Checked", NULL, 0 },
		{ NULL, NULL, 0 },
	};
	int code;

	demo_phase(&d->stage, "anybody checks the letter");
	demo_chapter(&d->stage, "What stands");
	demo_say(&d->stage, "Anybody checks the file, which needs nothing but itself.");
	code = demo_show_parts(d, &cmd_verify, DEMO_ARGS(DEMO_LETTER), parts);
	demo_advance(&d->stage, demo_act_cost(&d->plan));
	return code;
}

int demo_act_show(struct demo *d)
{
	static const struct demo_part answers[] = { { "Who answered", "This copy", 0 }, { NULL, NULL, 0 } };
	static const struct demo_part site[] = { { "", "Without the page", 0 }, { NULL, NULL, 0 } };
	int code;

	demo_phase(&d->stage, "what came of the letter");
	demo_say(&d->stage, "Who stands where, and what happened, day by day. Nobody types the days without an answer: they are counted from the dates in the file.");
	if ((code = demo_show_parts(d, &cmd_show, DEMO_ARGS(DEMO_LETTER), answers)) != -1)
		return code;
	demo_say(&d->stage, "The same as pages, for any web server or for none:");
	code = demo_show_parts(d, &cmd_site, DEMO_ARGS(DEMO_LETTER, "-o", DEMO_SITE), site);
	demo_advance(&d->stage, demo_act_cost(&d->plan));
	return code;
}

/* ---- forgeries ---- */

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
	int code = demo_run(&d->stage, &said, &cmd_verify, DEMO_ARGS(f->path), NULL);

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

	demo_phase(&d->stage, "forgeries");
	demo_chapter(&d->stage, "Three forgeries, and what verify says of them");
	for (size_t i = 0; i < DEMO_FORGERIES && code == -1; i++) {
		demo_say(&d->stage, "%zu. %s", i + 1, d->forged[i].story);
		code = d->json ? note_refusal(&d->forged[i]) : show_refusal(d, &d->forged[i]);
	}
	return code;
}
