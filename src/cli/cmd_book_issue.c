/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cmd_book_issue.c: `book issue`: slots and their cards, from a list of people or by number */
#include "base/text.h"
#include "cli/book_io.h"
#include "cli/commands.h"
#include "cli/csv.h"
#include "cli/roster_plan.h"
#include "cli/text.h"

struct issuing {
	const char *people, *body, *count, *bodies;
	struct cli_secret_options secret;
	bool json;
	struct cli_book b;
	uint64_t before;
};

static bool is_heading(const struct cli_csv_row *row)
{
	return und_bytes_is(row->fields[0], "body") && (row->count == 1 || und_bytes_is(row->fields[1], "name"));
}

static enum und_err take_row(struct issuing *i, const struct cli_csv_row *row, struct cli_faults *faults)
{
	const struct cli_place place = { i->people, row->line };
	struct und_arena arena;
	struct und_bytes name = und_bytes(NULL, 0);
	enum und_err e = UND_OK;

	if (row->count > 2) {
		cli_fault(faults, place, "a line is: body,name (or the body alone).");
		return UND_OK;
	}
	und_arena_init_secret(&arena);
	if (row->count == 2)
		e = cli_text_take(&name, &arena, row->fields[1], UND_BOOK_NAME_MAX, true, false, NULL);
	if (e != UND_OK && e != UND_ERR_MEMORY) {
		cli_fault(faults, place, "name: %s.", und_err_text(e));
		e = UND_OK;
	} else if (e == UND_OK) {
		e = und_book_issue(&i->b.book, row->fields[0], name, cli_random());
		if (e == UND_ERR_BODY_UNKNOWN) {
			cli_fault(faults, place, "the book has no body %.*s%s.", (int)row->fields[0].n, (const char *)row->fields[0].p,
				  row->fields[0].n > 0 && memchr(row->fields[0].p, ';', row->fields[0].n) != NULL ? " (between body and name stands a comma)" : "");
			e = UND_OK;
		}
	}
	und_arena_clear(&arena);
	return e;
}

static int from_people(struct issuing *i)
{
	struct cli_faults faults = { 0 };
	struct und_diag diag = { 0 };
	struct cli_csv csv;
	struct und_buf text;
	enum und_err e;
	int code;

	und_buf_init_secret(&text, CLI_CSV_SIZE_MAX);
	e = und_file_read(&text, i->people, CLI_CSV_SIZE_MAX);
	if (e != UND_OK) {
		code = cli_fail_file(i->people, "read", e);
	} else if ((e = cli_csv_decode(&csv, und_buf_bytes(&text), 0, &diag)) != UND_OK) {
		code = cli_fail_at(i->people, e, &diag);
	} else {
		for (size_t r = csv.count > 0 && is_heading(&csv.rows[0]); r < csv.count && e == UND_OK; r++)
			e = cli_interrupted() ? UND_ERR_STOPPED : take_row(i, &csv.rows[r], &faults);
		code = e != UND_OK ? cli_fail_at(i->people, e, NULL) : cli_faults_end(&faults);
		cli_csv_clear(&csv);
	}
	und_buf_clear(&text);
	return code;
}

static int by_number(struct issuing *i)
{
	const uint64_t room = UND_BOOK_SLOTS_MAX - i->b.book.slot_count;
	uint64_t n;
	enum und_err e = UND_OK;
	int code;

	if ((code = cli_parse_number(&n, "--count", i->count, 1, room == 0 ? 1 : room)) != -1)
		return code;
	for (; n > 0 && e == UND_OK; n--)
		e = cli_interrupted() ? UND_ERR_STOPPED : und_book_issue(&i->b.book, und_cstr(i->body), und_bytes(NULL, 0), cli_random());
	return e == UND_OK ? -1 : cli_fail_at(i->b.path, e, NULL);
}

static int issue(struct issuing *i, const char *path)
{
	int code;

	if ((code = cli_book_open(&i->b, path, &i->secret)) != -1 || (i->bodies != NULL && (code = cli_book_bodies(&i->b.book, i->bodies)) != -1))
		return code;
	i->before = i->b.book.slot_count;
	if ((i->people != NULL && (code = from_people(i)) != -1) || (i->count != NULL && (code = by_number(i)) != -1))
		return code;
	return cli_book_save(&i->b);
}

static int tell(const struct issuing *i)
{
	const uint64_t now = i->b.book.slot_count, n = now - i->before;
	char a[32], b[32], c[32];

	if (i->json) {
		printf("{\"first\":%llu,\"issued\":%llu,\"slots\":%llu}\n", (unsigned long long)(n == 0 ? 0 : i->before + 1), (unsigned long long)n, (unsigned long long)now);
		return CLI_OK;
	}
	if (n == 0)
		printf("no new slot; %s in the book\n", cli_number(a, now));
	else if (n == 1)
		printf("slot %s\n", cli_number(a, now));
	else
		printf("%s slots: %s to %s\n", cli_number(a, n), cli_number(b, i->before + 1), cli_number(c, now));
	if (n > 0)
		cli_note("Next, their cards: undersigned invite %s --first %llu -o cards.html. And for the server: undersigned invite %s --server cards.list --authority FILE",
			 i->b.path, (unsigned long long)(i->before + 1), i->b.path);
	return CLI_OK;
}

static int run(int argc, char **argv)
{
	struct issuing i = { .people = NULL };
	const struct cli_option options[] = {
		CLI_VALUE("body", 0, &i.body),
		CLI_VALUE("count", 0, &i.count),
		CLI_VALUE("bodies", 0, &i.bodies),
		CLI_VALUE("passphrase-file", 0, &i.secret.passphrase_file),
		CLI_FLAG("json", 0, &i.json),
	};
	const char *args[2];
	size_t n;
	int code = cli_parse(&cmd_book_issue, options, UND_COUNT_OF(options), argc, argv, args, 1, 2, &n);

	if (code != -1)
		return code;
	i.people = n == 2 ? args[1] : NULL;
	if ((i.body == NULL) != (i.count == NULL))
		return cli_missing(&cmd_book_issue, i.body == NULL ? "--body ID" : "--count N");
	if (i.people == NULL && i.body == NULL && i.bodies == NULL)
		return cli_missing(&cmd_book_issue, "PEOPLE.csv, or --body ID --count N,");
	code = issue(&i, args[0]);
	if (code == -1)
		code = tell(&i);
	cli_book_close(&i.b);
	return code;
}

const struct cli_command cmd_book_issue = {
	.name = "book issue",
	.run = run,
	.group = "Keep the roll",
	.summary = "add people to the book, each with a card",
	.usage = "undersigned book issue BOOK [PEOPLE.csv] [--body ID --count N] [--bodies BODIES.csv] [--passphrase-file F] [--json]",
	.help = "Each person gets a slot, which has a number, and each slot a card with a code.\n"
		"The code lets its holder enrol one key, and says nothing about who that is.\n"
		"Give cards to all, by routine: who may enrol then says nothing either.\n"
		"\n"
		"  PEOPLE.csv           lines of body,name. The name is for you alone, never\n"
		"                       leaves the book, and may be left out\n"
		"  --body ID --count N  so many slots of a body, without names\n"
		"  --bodies BODIES.csv  first add these bodies, or take their newest headcounts:\n"
		"                       lines of id,name,headcount\n"
		"  --passphrase-file F  read the book's passphrase from F (- and /dev/fd/N too).\n"
		"                       Else it is asked for\n"
		"  --json               {\"first\":…,\"issued\":…,\"slots\":…}\n"
		"\n"
		"Next: `undersigned invite` prints the cards.\n",
};
