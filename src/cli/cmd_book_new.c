/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cmd_book_new.c: `book new`: a registrar's book, with its bodies and no slot yet */
#include "cli/book_io.h"
#include "cli/commands.h"
#include "cli/text.h"

struct book_new {
	const char *out, *series, *name, *bodies, *edition, *address, *pin;
	struct cli_secret_options secret;
	bool force;
};

static int take_address(struct und_book *b, const char *address)
{
	enum und_err e;

	if (address == NULL)
		return -1;
	if (!und_invite_address_is_valid(und_cstr(address)))
		return cli_fail(CLI_TRIED, "Such as https://letters.example.org/undersigned.html", "--address: %s, and without #.", und_err_text(UND_ERR_URL));
	e = und_arena_copy(&b->address, &b->arena, und_cstr(address));
	return e == UND_OK ? -1 : cli_fail(cli_exit_of(e), cli_advice(e), "%s.", und_err_text(e));
}

static int fill(struct und_book *b, const struct book_new *o)
{
	enum und_err e;
	int code;

	if (!und_id_text_is_valid(und_cstr(o->series)))
		return cli_fail(CLI_TRIED, NULL, "--series: %s.", und_err_text(UND_ERR_ID_FORM));
	e = und_arena_copy(&b->series, &b->arena, und_cstr(o->series));
	if (e != UND_OK)
		return cli_fail(cli_exit_of(e), cli_advice(e), "%s.", und_err_text(e));
	if ((code = cli_text_argument(&b->name, &b->arena, "--name", o->name, UND_NAME_MAX, false)) != -1 || (code = take_address(b, o->address)) != -1)
		return code;
	if (o->edition != NULL && (code = cli_parse_number(&b->edition, "--edition", o->edition, 1, UND_EDITION_MAX)) != -1)
		return code;
	b->pin.set = o->pin != NULL;
	if (b->pin.set && (code = cli_parse_pin(b->pin.id, o->pin)) != -1)
		return code;
	return cli_book_bodies(b, o->bodies);
}

static int make(const struct book_new *o)
{
	struct cli_book b = { .open = false };
	enum und_err e;
	int code;

	if ((code = cli_refuse_existing(o->out, o->force)) != -1)
		return code;
	e = und_book_new(&b.book, cli_random());
	if (e != UND_OK)
		return cli_fail(cli_exit_of(e), cli_advice(e), "%s.", und_err_text(e));
	b.open = true;
	code = fill(&b.book, o);
	if (code == -1)
		code = cli_book_create(&b, o->out, o->force, &o->secret);
	cli_book_close(&b);
	return code;
}

static int run(int argc, char **argv)
{
	struct book_new o = { .out = NULL };
	const struct cli_option options[] = {
		CLI_VALUE("output", 'o', &o.out),
		CLI_VALUE("series", 0, &o.series),
		CLI_VALUE("name", 0, &o.name),
		CLI_VALUE("bodies", 0, &o.bodies),
		CLI_VALUE("edition", 0, &o.edition),
		CLI_VALUE("address", 0, &o.address),
		CLI_VALUE("pin", 0, &o.pin),
		CLI_VALUE("passphrase-file", 0, &o.secret.passphrase_file),
		CLI_FLAG("no-passphrase", 0, &o.secret.no_passphrase),
		CLI_FLAG("force", 0, &o.force),
	};
	int code = cli_parse(&cmd_book_new, options, UND_COUNT_OF(options), argc, argv, NULL, 0, 0, NULL);

	if (code != -1)
		return code;
	if (o.out == NULL || o.series == NULL || o.name == NULL || o.bodies == NULL)
		return cli_missing(&cmd_book_new, o.out == NULL ? "-o BOOK" : o.series == NULL ? "--series ID" : o.name == NULL ? "--name NAME" : "--bodies BODIES.csv");
	code = make(&o);
	if (code != -1)
		return code;
	if (o.pin == NULL)
		cli_note("The book has no pin, so cards will have none: members' keys could not tell this roll from a false one. `undersigned authority pin` makes it; then begin again.");
	cli_note("Next: undersigned book issue %s PEOPLE.csv, or: undersigned book issue %s --body ID --count N", o.out, o.out);
	return CLI_OK;
}

const struct cli_command cmd_book_new = {
	.name = "book new",
	.run = run,
	.group = "Keep the roll",
	.summary = "begin a registrar's book: who may enrol, and who did",
	.usage = "undersigned book new -o BOOK --series ID --name NAME --bodies BODIES.csv [--edition E] [--address URL] [--pin PIN] "
		 "[--passphrase-file F | --no-passphrase] [--force]",
	.help = "The book is a registrar's own working file: a slot for each person who may be on\n"
		"the roll, its card, and what was enrolled with it. It is encrypted under a\n"
		"passphrase, its size tells little, and it never leaves your computer. Whoever\n"
		"reads it learns who enrolled, and can enrol in the place of those who have not\n"
		"yet. It does not say who signed anything: nobody can know that.\n"
		"\n"
		"  -o BOOK              where the book goes\n"
		"  --series ID          the roll's short name, the same over all editions\n"
		"  --name NAME          what people call it: \"Staff of the Republic\"\n"
		"  --bodies BODIES.csv  lines of id,name,headcount (0: unknown)\n"
		"  --edition E          the edition that people enrol for (1 unless told)\n"
		"  --address URL        the page where they enrol; stands on the cards\n"
		"  --pin PIN            who the registrars are (`authority pin`); stands on the\n"
		"                       cards, so that nobody signs on a false roll\n"
		"  --passphrase-file F  read the passphrase from F (- and /dev/fd/N too).\n"
		"                       Else it is asked for, twice\n"
		"  --no-passphrase      none: whoever has the file has the book\n"
		"  --force              replace BOOK if it exists\n"
		"\n"
		"Next: `undersigned book issue`, then `undersigned invite`.\n",
};
