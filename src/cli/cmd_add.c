/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cmd_add.c: records into a letter, and other copies of it: all or nothing */
#include <stdlib.h>

#include "cli/batch.h"
#include "cli/commands.h"
#include "cli/guard.h"
#include "cli/lines.h"
#include "cli/say.h"
#include "cli/union_talk.h"
#include "letter/union.h"

enum { FILES_MAX = 10000 };

struct adding {
	const char *path;
	const char **files;
	size_t count;
	struct cli_guard guard;
	struct und_file_view letter, *views;
	struct und_bytes *copies; /* [0] the letter, then each whole copy */
	const char **copy_paths;
	size_t copy_count;
	struct und_buf merged;
	struct und_union_report report;
	struct und_bytes base; /* the letter, or the union */
	struct und_letter *fold;
	struct cli_batch batch;
};

static struct und_letter_options options(void)
{
	return (struct und_letter_options){ .mode = UND_LETTER_FILE, .random = cli_random(), .runner = cli_runner(0) };
}

/* A letter record among the lines: a whole copy, not loose records. */
static bool is_copy(struct und_bytes text)
{
	static const char start[] = "{\"organisers\":";
	struct und_bytes rest = text, line;

	while (cli_next_line(&line, &rest))
		if (line.n > sizeof start && memcmp(line.p, start, sizeof start - 1) == 0)
			return true;
	return false;
}

static int open_files(struct adding *a)
{
	enum und_err e;
	int code = cli_guard_begin(&a->guard, a->path);

	if (code != -1)
		return code;
	e = und_file_view_open(&a->letter, a->path, CLI_FILE_MAX);
	if (e != UND_OK)
		return cli_fail_file(a->path, "read", e);
	a->copies[0] = a->letter.bytes;
	a->copy_paths[0] = a->path;
	a->copy_count = 1;
	for (size_t i = 0; i < a->count; i++) {
		e = und_file_view_open(&a->views[i], a->files[i], CLI_FILE_MAX);
		if (e != UND_OK)
			return cli_fail_file(a->files[i], "read", e);
		if (is_copy(a->views[i].bytes)) {
			a->copies[a->copy_count] = a->views[i].bytes;
			a->copy_paths[a->copy_count++] = a->files[i];
		} else if ((code = cli_batch_take(&a->batch, a->files[i], a->views[i].bytes)) != -1) {
			return code;
		}
	}
	return -1;
}

static int merge(struct adding *a)
{
	const struct und_letter_options how = options();
	struct und_diag diag = { 0 };
	size_t copy = 0, room = 1 << 20;
	enum und_err e;

	a->base = a->letter.bytes;
	if (a->copy_count == 1)
		return -1;
	for (size_t i = 0; i < a->copy_count; i++)
		room += a->copies[i].n;
	und_buf_init(&a->merged, room);
	e = und_union(&a->merged, &a->report, a->copies, a->copy_count, &copy, &how, &diag);
	if (e == UND_ERR_UNION_ROSTERS)
		return cli_tell_double_dealing(a->copy_paths, a->copies, a->copy_count);
	if (e != UND_OK)
		return cli_fail_at(copy < a->copy_count ? a->copy_paths[copy] : a->path, e, &diag);
	if (a->report.added > 0 || a->report.dropped > 0)
		a->base = und_buf_bytes(&a->merged);
	return -1;
}

static int read_base(struct adding *a)
{
	const struct und_letter_options how = options();
	struct und_diag diag = { 0 };
	enum und_err e = und_letter_read(&a->fold, a->base, &how, &diag);

	return e == UND_OK ? -1 : cli_fail_at(a->path, e, &diag);
}

/* ---- after it ---- */

/* "401 signatures" */
static const char *name_of(enum und_type t, uint64_t n)
{
	static const char *const names[UND_TYPE_COUNT][2] = {
		[UND_TYPE_ROSTER] = { "roster", "rosters" },
		[UND_TYPE_KEYS] = { "list of keys", "lists of keys" },
		[UND_TYPE_LETTER] = { "letter", "letters" },
		[UND_TYPE_WORDS] = { "words record", "words records" },
		[UND_TYPE_SEALED] = { "sealed record", "sealed records" },
		[UND_TYPE_SIGNATURE] = { "signature", "signatures" },
		[UND_TYPE_WITHDRAWAL] = { "withdrawal", "withdrawals" },
		[UND_TYPE_PARTY] = { "party", "parties" },
		[UND_TYPE_DELIVERY] = { "delivery", "deliveries" },
		[UND_TYPE_PUBLICATION] = { "publication", "publications" },
		[UND_TYPE_STATEMENT] = { "statement", "statements" },
		[UND_TYPE_QUESTION] = { "question", "questions" },
		[UND_TYPE_VOTE] = { "vote", "votes" },
		[UND_TYPE_NOTICE] = { "notice", "notices" },
		[UND_TYPE_TRANSLATION] = { "translation", "translations" },
		[UND_TYPE_ENROLMENT] = { "enrolment", "enrolments" },
		[UND_TYPE_CARDS] = { "list of cards", "lists of cards" },
		[UND_TYPE_REQUEST] = { "request", "requests" },
	};

	return names[t][n != 1];
}

/* A batch smaller than `release` lets people guess by its day; the last one at closing may be. */
static void warn_small(const struct adding *a, uint64_t release)
{
	static const enum und_type acts[] = { UND_TYPE_SIGNATURE, UND_TYPE_WITHDRAWAL, UND_TYPE_VOTE };
	char have[32], want[32];

	for (size_t i = 0; i < UND_COUNT_OF(acts); i++) {
		uint64_t n = cli_batch_count(&a->batch, acts[i], CLI_NEW);

		if (n > 0 && n < release)
			cli_say(0,
			        "warning: a batch of %s %s, and the letter promises batches of at least %s, save the last at closing: who knows who was about can guess more from a small one.",
			        cli_number(have, n), name_of(acts[i], n), cli_number(want, release));
	}
}

static void tell(const struct adding *a, bool changed)
{
	uint64_t added = 0, had = 0, cancelled = 0;
	char n[32];

	for (int t = 0; t < UND_TYPE_COUNT; t++) {
		added += cli_batch_count(&a->batch, (enum und_type)t, CLI_NEW);
		had += cli_batch_count(&a->batch, (enum und_type)t, CLI_HAD);
		cancelled += cli_batch_count(&a->batch, (enum und_type)t, CLI_CANCELLED);
	}
	if (a->copy_count > 1)
		cli_note("Merged: %s %s came in.", cli_number(n, a->report.added),
		         a->report.added == 1 ? "line" : "lines");
	if (a->report.dropped > 0)
		cli_note("%s lines gave way to others that stood in their place.", cli_number(n, a->report.dropped));
	for (int t = 0; t < UND_TYPE_COUNT && added > 0; t++) {
		uint64_t of_type = cli_batch_count(&a->batch, (enum und_type)t, CLI_NEW);

		if (of_type > 0)
			cli_note("Added: %s %s.", cli_number(n, of_type), name_of((enum und_type)t, of_type));
	}
	if (cancelled > 0)
		cli_note("Left out: %s records of signatures that were withdrawn before they came out.",
		         cli_number(n, cancelled));
	if (had > 0)
		cli_note("Already there: %s.", cli_number(n, had));
	if (!changed)
		cli_note("%s is as it was.", a->path);
}

static int write_letter(struct adding *a)
{
	struct und_state state;
	struct und_buf lines;
	struct und_bytes pieces[2];
	bool changed;
	enum und_err e;
	int code = -1;

	und_buf_init(&lines, CLI_FILE_MAX);
	for (size_t i = 0; i < a->batch.order_count; i++) {
		if (a->batch.order[i]->fate != CLI_NEW)
			continue;
		und_buf_add_bytes(&lines, a->batch.order[i]->text);
		und_buf_add_u8(&lines, '\n');
	}
	changed = lines.n > 0 || a->base.p != a->letter.bytes.p;
	pieces[0] = a->base;
	pieces[1] = und_buf_bytes(&lines);
	e = lines.err;
	if (e == UND_OK && cli_interrupted())
		e = UND_ERR_STOPPED;
	if (e == UND_OK && changed && (code = cli_guard_check(&a->guard)) == -1)
		e = und_file_write(a->path, pieces, 2, UND_WRITE_REPLACE, 0644);
	if (e != UND_OK)
		code = cli_fail_file(a->path, "write", e);
	und_buf_clear(&lines);
	if (code != -1)
		return code;
	if (und_letter_state(&state, a->fold) == UND_OK) {
		warn_small(a, state.record->rules.release);
		und_state_clear(&state);
	}
	tell(a, changed);
	return CLI_OK;
}

static int add(struct adding *a)
{
	int code;

	if ((code = open_files(a)) != -1 || (code = merge(a)) != -1 || (code = read_base(a)) != -1)
		return code;
	if (a->batch.count > 0 && (code = cli_batch_place(&a->batch, a->fold, a->path)) != -1)
		return code;
	return write_letter(a);
}

static int run(int argc, char **argv)
{
	struct adding a = { 0 };
	const char **args = und_alloc(FILES_MAX + 1, sizeof *args);
	size_t n = 0;
	int code;

	if (args == NULL)
		return cli_fail(CLI_TRIED, cli_advice(UND_ERR_MEMORY), "%s.", und_err_text(UND_ERR_MEMORY));
	code = cli_parse(&cmd_add, NULL, 0, argc, argv, args, 2, FILES_MAX + 1, &n);
	if (code == -1) {
		a.path = args[0];
		a.files = args + 1;
		a.count = n - 1;
		a.views = und_alloc(n, sizeof *a.views);
		a.copies = und_alloc(n, sizeof *a.copies);
		a.copy_paths = und_alloc(n, sizeof *a.copy_paths);
		code = a.views != NULL && a.copies != NULL && a.copy_paths != NULL
		               ? add(&a)
		               : cli_fail(CLI_TRIED, cli_advice(UND_ERR_MEMORY), "%s.", und_err_text(UND_ERR_MEMORY));
	}
	cli_batch_clear(&a.batch);
	und_letter_free(a.fold);
	und_buf_clear(&a.merged);
	for (size_t i = 0; a.views != NULL && i < a.count; i++)
		und_file_view_close(&a.views[i]);
	und_file_view_close(&a.letter);
	free(a.views);
	free(a.copies);
	free(a.copy_paths);
	free(args);
	return code;
}

const struct cli_command cmd_add = {
	.name = "add",
	.run = run,
	.group = "Organise",
	.summary = "add records, or another copy, to a letter",
	.usage = "undersigned add NAME.letter FILE …",
	.help = "Checks every record and appends them as one batch: signatures, withdrawals and\n"
		"votes sorted by tag, so that their order says nothing. A FILE that is itself a\n"
		"copy of the letter is merged with it; a ROSTER file brings its newest wave.\n"
		"What the letter has is skipped. All or nothing: when one record is refused,\n"
		"NAME.letter stays as it was.\n"
		"\n"
		"Signatures are refused after the closing day and in rings that are full. No\n"
		"record dated after today is taken. A batch smaller than the letter's `release`\n"
		"gets a warning. A signature and its withdrawal in one batch leave no trace.\n"
		"\n"
		"Example: undersigned add our.letter collected/*\n",
};
