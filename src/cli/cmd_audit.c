/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cmd_audit.c: the journalist's draw: are the people on a roll real? */
#include <stdlib.h>

#include "base/hash.h"
#include "cli/commands.h"
#include "cli/confine.h"
#include "cli/json_print.h"
#include "cli/lines.h"
#include "cli/roll.h"
#include "cli/say.h"

/* One key that was drawn, and what was opened for it. */
struct drawn {
	uint64_t place; /* among all keys of the file */
	const struct cli_roll_part *part;
	const uint8_t *key;
	struct und_bytes body;
	bool opened;
	struct und_bytes name;
};

struct auditing {
	const char *path, *number, *draw, *opened, *invented;
	bool json;
	struct cli_roll roll;
	uint64_t *draws;
	struct drawn *drawn; /* as they are drawn */
	struct drawn **by_place;
	size_t count, open_count;
	uint64_t bad;
	struct und_arena arena;
};

static int no_memory(void)
{
	return cli_fail(CLI_TRIED, cli_advice(UND_ERR_MEMORY), "%s.", und_err_text(UND_ERR_MEMORY));
}

/* ---- what can be said beforehand ---- */

/* "5 %", "4.9 %" */
static const char *tenths(char out[16], unsigned n)
{
	snprintf(out, 16, n % 10 == 0 ? "%u %%" : "%u.%u %%", n / 10, n % 10);
	return out;
}

static void print_head(const struct auditing *a)
{
	char id[UND_SHORT_ID_SIZE], keys[32];

	und_short_id(id, a->roll.id);
	printf("%s keys stand on this roll (%s), each bound to somebody in the registrars' ledger.\n", cli_number(keys, a->roll.keys), id);
}

static void print_plan(const struct auditing *a)
{
	static const unsigned sizes[] = { 29, 59, 149, 299 };
	char percent[16];

	print_head(a);
	puts("\nHow it goes");
	printf("  1. Name a number that nobody could know before the roll was fixed and nobody\n"
	       "     chose, such as that of a lottery. Write it down; tell the registrars.\n"
	       "  2. See who is drawn:       undersigned audit %s --number N --draw 59\n"
	       "  3. The registrars open it: undersigned book report BOOK --ledger ROSTER \\\n"
	       "                               --number N --draw 59 -o opened\n"
	       "  4. Check what they opened: undersigned audit %s --number N --draw 59 \\\n"
	       "                               --opened opened\n"
	       "  5. See the people yourself: does each exist, belong to that body, and know of\n"
	       "     the enrolment? Whoever cannot be found counts as invented.\n",
	       a->path, a->path);
	puts("\nWhat it says, at 95 % confidence, when all who are drawn are real");
	for (size_t i = 0; i < UND_COUNT_OF(sizes); i++)
		if (sizes[i] <= a->roll.keys)
			printf("  %4u drawn: fewer than %s are invented\n", sizes[i], tenths(percent, und_audit_bound(sizes[i], 0)));
	puts("It shows who enrolled, never who signed.");
}

/* ---- the draw ---- */

static int compare_places(const void *a, const void *b)
{
	const struct drawn *x = *(struct drawn *const *)a, *y = *(struct drawn *const *)b;

	return x->place < y->place ? -1 : x->place > y->place;
}

static int draw(struct auditing *a)
{
	int code;

	a->draws = und_alloc(CLI_DRAW_MAX, sizeof *a->draws);
	a->drawn = und_alloc(CLI_DRAW_MAX, sizeof *a->drawn);
	a->by_place = und_alloc(CLI_DRAW_MAX, sizeof *a->by_place);
	if (a->draws == NULL || a->drawn == NULL || a->by_place == NULL)
		return no_memory();
	if ((code = cli_roll_draw(a->draws, &a->count, &a->roll, a->number, a->draw)) != -1)
		return code;
	for (size_t i = 0; i < a->count; i++) {
		struct drawn *d = &a->drawn[i];

		d->place = a->draws[i];
		d->part = cli_roll_part_of(&a->roll, d->place);
		d->key = und_letter_key(&d->body, a->roll.letter.l, d->place);
		a->by_place[i] = d;
	}
	qsort(a->by_place, a->count, sizeof *a->by_place, compare_places);
	return -1;
}

static void print_drawn(const struct auditing *a, const struct drawn *d)
{
	char key[UND_SHORT_ID_SIZE];

	und_short_id(key, d->key);
	printf("  %8llu  %s  %.*s", (unsigned long long)d->place, key, (int)d->body.n, (const char *)d->body.p);
	if (d->opened) {
		fputs("  ", stdout);
		cli_print_text(stdout, d->name);
	} else if (a->opened != NULL) {
		fputs("  NOT OPENED", stdout);
	}
	putchar('\n');
}

static void print_draw(const struct auditing *a)
{
	char n[32];

	printf("\n%s drawn by the number %s, in the order of the roll (place, key, body)\n", cli_number(n, a->count), a->number);
	for (size_t i = 0; i < a->count; i++)
		print_drawn(a, a->by_place[i]);
}

/* ---- what the registrars opened ---- */

static struct drawn *find_drawn(const struct auditing *a, const struct und_ledger_entry *e)
{
	for (size_t i = 0; i < a->count; i++) {
		struct drawn *d = &a->drawn[i];

		if (d->place - d->part->first == e->index && memcmp(d->part->roster->id, e->roster, UND_ID_SIZE) == 0)
			return d;
	}
	return NULL;
}

static int take_entry(struct auditing *a, struct und_bytes line, struct und_diag *diag)
{
	struct und_ledger_entry entry;
	struct drawn *d;
	enum und_err e = und_ledger_entry_decode(&entry, &a->arena, line, diag);

	if (e != UND_OK)
		return cli_fail_at(a->opened, e, diag);
	d = find_drawn(a, &entry);
	if (d == NULL)
		return cli_fail(CLI_FALSE, "Was it opened for this roll, this number and as many?", "%s: line %llu: an entry that was not drawn.", a->opened,
		                (unsigned long long)diag->line);
	if (d->opened)
		return cli_fail(CLI_FALSE, NULL, "%s: line %llu: this entry stands above already.", a->opened, (unsigned long long)diag->line);
	und_diag_member(diag, "key");
	if (memcmp(d->key, entry.key, sizeof entry.key) != 0)
		return cli_fail_at(a->opened, UND_ERR_LEDGER, diag);
	und_diag_member(diag, "path");
	if ((e = und_ledger_entry_check(&entry, d->part->roster->u.roster.ledger.id, d->part->count)) != UND_OK)
		return cli_fail_at(a->opened, e, diag);
	d->opened = true;
	d->name = entry.name;
	a->open_count++;
	return -1;
}

static int read_opened(struct auditing *a)
{
	struct und_diag diag = { .line = 1 };
	struct und_bytes rest, line;
	struct und_buf file;
	enum und_err e;
	int code = -1;

	und_buf_init_secret(&file, (size_t)CLI_DRAW_MAX * (UND_LEDGER_LINE_MAX + 1));
	e = und_file_read(&file, a->opened, (size_t)CLI_DRAW_MAX * (UND_LEDGER_LINE_MAX + 1));
	if (e != UND_OK)
		code = cli_fail_file(a->opened, "read", e);
	rest = und_buf_bytes(&file);
	if (e == UND_OK && (rest.n == 0 || rest.p[rest.n - 1] != '\n'))
		code = cli_fail_at(a->opened, UND_ERR_TRUNCATED, NULL);
	for (; code == -1 && cli_next_line(&line, &rest); diag.line++) {
		diag.member[0] = '\0';
		code = take_entry(a, line, &diag);
	}
	und_buf_clear(&file);
	return code;
}

/* ---- what it says ---- */

static int compare_names(const void *a, const void *b)
{
	const struct drawn *x = *(struct drawn *const *)a, *y = *(struct drawn *const *)b;

	return und_bytes_compare_var(x->name, y->name);
}

/* One name behind several keys may be two people; or one who enrolled twice. */
static void print_twice(struct auditing *a)
{
	bool any = false;

	qsort(a->by_place, a->count, sizeof *a->by_place, compare_names);
	for (size_t i = 1; i < a->count; i++) {
		struct und_bytes name = a->by_place[i]->name;

		if (name.n == 0 || !und_bytes_equal_var(a->by_place[i - 1]->name, name) || (i > 1 && und_bytes_equal_var(a->by_place[i - 2]->name, name)))
			continue;
		if (!any)
			puts("\nBEWARE: these names stand behind more than one of the keys drawn. Two people, or one\nwho enrolled twice?");
		any = true;
		fputs("  ", stdout);
		cli_print_text(stdout, name);
		putchar('\n');
	}
}

static void print_meaning(const struct auditing *a)
{
	uint64_t missing = a->count - a->open_count, bad = a->bad + missing;
	char drawn[32], keys[32], clean[32], lost[32], percent[16];

	putchar('\n');
	if (missing > 0)
		printf("%s of %s were not opened: they count as invented.\n", cli_number(lost, missing), cli_number(drawn, a->count));
	else
		printf("All %s are opened, and each stands in the ledger that the roll names.\n", cli_number(drawn, a->count));
	if (a->invented == NULL)
		puts("Now see the people. Give --invented F when you know how many are not real.\nIf all that were opened are real:");
	printf("%s clean of %s: ", cli_number(clean, a->count - bad), cli_number(drawn, a->count));
	if (a->count == a->roll.keys)
		printf("the whole roll was drawn, and %s of its keys are invented.\n", cli_number(lost, bad));
	else if (bad == a->count)
		puts("nothing speaks for this roll.");
	else
		printf("fewer than %s of the %s keys are invented, at 95 %% confidence.\n", tenths(percent, und_audit_bound(a->count, bad)),
		       cli_number(keys, a->roll.keys));
	if (bad > 0)
		puts("That invented keys stand on it at all, the draw has shown.");
}

/* ---- for programs ---- */

static void put_drawn(struct und_json *j, const struct drawn *d)
{
	und_json_open_object(j);
	und_member_text(j, "body", d->body);
	und_member_number(j, "index", d->place - d->part->first);
	und_member_id(j, "key", d->key);
	if (d->opened)
		und_member_text(j, "name", d->name);
	und_member_flag(j, "opened", d->opened);
	und_member_number(j, "place", d->place);
	und_member_id(j, "roster", d->part->roster->id);
	und_json_close_object(j);
}

static int print_json(const struct auditing *a, int code)
{
	struct und_json j;
	struct und_buf b;

	und_buf_init(&b, (size_t)1 << 30);
	und_json_init(&j, &b);
	und_json_open_object(&j);
	if (a->opened != NULL)
		und_member_number(&j, "bound_tenths", und_audit_bound(a->count, a->bad + a->count - a->open_count));
	und_json_name(&j, "drawn");
	und_json_open_list(&j);
	for (size_t i = 0; i < a->count; i++)
		put_drawn(&j, &a->drawn[i]);
	und_json_close_list(&j);
	und_member_number(&j, "invented", a->bad);
	und_member_number(&j, "keys", a->roll.keys);
	und_member_number(&j, "opened", a->open_count);
	und_member_id(&j, "roster", a->roll.id);
	und_json_close_object(&j);
	return cli_json_print(&b, code);
}

/* ---- the command ---- */

static int take_invented(struct auditing *a)
{
	return a->invented == NULL ? -1 : cli_parse_number(&a->bad, "--invented", a->invented, 0, a->open_count);
}

static int audit(struct auditing *a)
{
	const char *const files[] = { a->path, a->opened };
	int code;

	if ((code = cli_confine_reader(files, UND_COUNT_OF(files))) != -1 || (code = cli_roll_open(&a->roll, a->path)) != -1 || (code = cli_roll_check_ledgers(&a->roll)) != -1)
		return code;
	if (a->number == NULL && !a->json) {
		print_plan(a);
		return CLI_OK;
	}
	if (a->number != NULL && (code = draw(a)) != -1)
		return code;
	if (a->opened != NULL && ((code = read_opened(a)) != -1 || (code = take_invented(a)) != -1))
		return code;
	code = a->opened != NULL && (a->open_count < a->count || a->bad > 0) ? CLI_FALSE : CLI_OK;
	if (a->json)
		return print_json(a, code);
	print_head(a);
	print_draw(a);
	if (a->opened == NULL) {
		puts("\nThe registrars open these: `undersigned book report BOOK --ledger ROSTER --number N\n--draw K`. Then give --opened FILE.");
		return CLI_OK;
	}
	print_twice(a);
	print_meaning(a);
	return code;
}

static int run(int argc, char **argv)
{
	struct auditing a = { 0 };
	const struct cli_option options[] = {
		CLI_VALUE("number", 0, &a.number),
		CLI_VALUE("draw", 0, &a.draw),
		CLI_VALUE("opened", 0, &a.opened),
		CLI_VALUE("invented", 0, &a.invented),
		CLI_FLAG("json", 0, &a.json),
	};
	int code = cli_parse(&cmd_audit, options, UND_COUNT_OF(options), argc, argv, &a.path, 1, 1, NULL);

	if (code != -1)
		return code;
	if (a.number == NULL && (a.draw != NULL || a.opened != NULL))
		return cli_missing(&cmd_audit, "--number N");
	if (a.invented != NULL && a.opened == NULL)
		return cli_missing(&cmd_audit, "--opened FILE");
	und_arena_init_secret(&a.arena);
	code = audit(&a);
	und_arena_clear(&a.arena);
	cli_roll_close(&a.roll);
	free(a.draws);
	free(a.drawn);
	free(a.by_place);
	return code;
}

const struct cli_command cmd_audit = {
	.name = "audit",
	.run = run,
	.group = "Check",
	.summary = "draw some of a roll by lot: are its people real?",
	.usage = "undersigned audit FILE [--number N [--draw K] [--opened OPENED [--invented F]]] [--json]",
	.help = "A letter is true if its registrars enrolled only real staff, each once. Where\n"
		"the roll has a ledger, that can be tried: some keys are drawn by lot, the\n"
		"registrars open who stands behind them, and you see these people. FILE is a\n"
		"letter or a ROSTER. Without --number it says whether the roll can be audited,\n"
		"and how. It shows who enrolled, never who signed; treat the names accordingly.\n"
		"\n"
		"The draw follows from the roll and from N alone, so nobody can choose who is\n"
		"drawn, if N was named after the roll was fixed and chosen by nobody.\n"
		"\n"
		"  --number N           a number, such as that of a lottery on an agreed day\n"
		"  --draw K             how many are drawn; 59 unless told, or all of a smaller\n"
		"                       roll\n"
		"  --opened OPENED      what the registrars opened (`undersigned book report\n"
		"                       --ledger ROSTER --number N --draw K`): each entry must be\n"
		"                       one that was drawn and stand in the roll's ledger. What\n"
		"                       was not opened counts as invented\n"
		"  --invented F         how many of them turned out not to be real\n"
		"  --json               the same for programs\n"
		"\n"
		"K clean of K says: fewer than 1 - 0.05^(1/K) of the keys are invented, at 95 %\n"
		"confidence. 59 clean of 59: fewer than 5 %; 299 of 299: fewer than 1 %.\n"
		"\n"
		"Exit 1: the roll has no ledger, so it cannot be audited by a draw; an entry is\n"
		"false; or not all that were drawn are opened and real.\n",
};
