/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cmd_verify.c: check a letter and say what it proves */
#include <time.h>

#include "cli/commands.h"
#include "cli/json_print.h"
#include "cli/report.h"

struct verifying {
	const char *path, *trust_path, *threads_text;
	uint64_t threads;
	bool json;
	struct cli_letter letter;
	struct cli_trust trust;
};

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static int print_state(const struct cli_letter *l)
{
	struct und_json j;
	struct und_buf b;

	und_buf_init(&b, 64 << 20);
	und_json_init(&j, &b);
	und_state_put(&j, l->l, &l->state, cli_today());
	return cli_json_print(&b, CLI_OK);
}

static int print_fault(enum und_err e, const struct und_diag *diag, int code)
{
	struct und_json j;
	struct und_buf b;

	und_buf_init(&b, 4096);
	und_json_init(&j, &b);
	und_json_open_object(&j);
	und_member_number(&j, "line", diag->line);
	if (diag->member[0] != '\0')
		und_member_text(&j, "member", und_cstr(diag->member));
	und_member_text(&j, "reason", und_cstr(und_err_text(e)));
	und_json_name(&j, "valid");
	if (code == CLI_NEWER)
		und_json_null(&j);
	else
		und_json_bool(&j, false);
	und_json_close_object(&j);
	return cli_json_print(&b, code);
}

static int verify(struct verifying *v)
{
	struct und_diag diag;
	enum und_err fault;
	double start = now();
	int code = cli_letter_try(&v->letter, v->path, UND_LETTER_FILE, false, (unsigned)v->threads, &fault, &diag);

	if (code != -1 && fault != UND_OK && fault != UND_ERR_STOPPED)
		code = v->json && (code == CLI_FALSE || code == CLI_NEWER) ? print_fault(fault, &diag, code)
		                                                           : cli_fail_at(v->path, fault, &diag);
	if (code != -1)
		return code;
	if (v->json)
		return print_state(&v->letter);
	cli_print_report(stdout, &v->letter, &v->trust, now() - start);
	return CLI_OK;
}

static int run(int argc, char **argv)
{
	struct verifying v = { .letter = { .alone = true } };
	const struct cli_option options[] = {
		CLI_VALUE("trust", 0, &v.trust_path),
		CLI_VALUE("threads", 0, &v.threads_text),
		CLI_FLAG("json", 0, &v.json),
	};
	int code = cli_parse(&cmd_verify, options, UND_COUNT_OF(options), argc, argv, &v.path, 1, 1, NULL);

	if (code != -1)
		return code;
	if (v.threads_text != NULL && (code = cli_parse_number(&v.threads, "--threads", v.threads_text, 1, 256)) != -1)
		return code;
	code = cli_trust_open(&v.trust, v.trust_path);
	if (code == -1)
		code = verify(&v);
	cli_trust_close(&v.trust);
	cli_letter_close(&v.letter);
	return code;
}

const struct cli_command cmd_verify = {
	.name = "verify",
	.run = run,
	.group = "Check",
	.summary = "check a letter and say what it proves",
	.usage = "undersigned verify NAME.letter [--trust FILE] [--threads N] [--json]",
	.help = "Checks every line and every signature; needs nothing but the file (- is\n"
		"standard input). Says how many signed, what that rests on, and what each signer\n"
		"is hidden among. When something is wrong: the first line at fault, and why.\n"
		"\n"
		"  --trust FILE         your own list of keys, a line each: KEY = name\n"
		"  --threads N          else as many as there are cores\n"
		"  --json               the result for programs\n"
		"\n"
		"Exit: 0 valid, 1 not valid, 2 could not try, 3 needs a newer undersigned.\n",
};
