/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cmd_book_build.c: `book build`: the roll of an edition, or a wave, from the book */
#include "cli/book_build.h"
#include "cli/commands.h"

static int run(int argc, char **argv)
{
	static const char *without[CLI_WITHOUT_MAX];
	struct cli_secret_options secret = { NULL, false };
	struct cli_book_build o = { .without = without };
	struct cli_book b = { .open = false };
	const struct cli_option options[] = {
		CLI_VALUE("edition", 0, &o.roster.edition),
		CLI_VALUE("from", 0, &o.roster.from),
		CLI_VALUE("until", 0, &o.roster.until),
		CLI_VALUE("extends", 0, &o.roster.extends),
		CLI_VALUE("letter", 0, &o.letter),
		CLI_LIST("without", 0, without, &o.without_count, CLI_WITHOUT_MAX),
		CLI_VALUE("source", 0, &o.roster.source),
		CLI_VALUE("source-sha256", 0, &o.roster.source_sha256),
		CLI_FLAG("with-ledger", 0, &o.ledger),
		CLI_VALUE("output", 'o', &o.roster.out),
		CLI_VALUE("passphrase-file", 0, &secret.passphrase_file),
		CLI_FLAG("force", 0, &o.roster.force),
	};
	const char *path;
	int code = cli_parse(&cmd_book_build, options, UND_COUNT_OF(options), argc, argv, &path, 1, 1, NULL);

	if (code != -1)
		return code;
	if (o.roster.out == NULL)
		return cli_missing(&cmd_book_build, "-o ROSTER");
	if (o.roster.extends == NULL && (o.roster.edition == NULL || o.roster.from == NULL || o.roster.until == NULL))
		return cli_missing(&cmd_book_build, o.roster.edition == NULL ? "--edition E, or --extends ROSTER," : o.roster.from == NULL ? "--from DAY" : "--until DAY");
	if (o.letter != NULL && o.roster.extends == NULL)
		return cli_missing(&cmd_book_build, "--extends ROSTER, the one that the letter stands on,");
	if ((code = cli_refuse_existing(o.roster.out, o.roster.force)) == -1 && (code = cli_book_open(&b, path, &secret)) == -1)
		code = cli_book_build(&b, &cmd_book_build, &o);
	cli_book_close(&b);
	return code == -1 ? CLI_OK : code;
}

const struct cli_command cmd_book_build = {
	.name = "book build",
	.run = run,
	.group = "Keep the roll",
	.summary = "make the roll of an edition, or a wave, from the book",
	.usage = "undersigned book build BOOK --edition E --from DAY --until DAY | --extends ROSTER [--letter FILE] [--without ID…] [--source URL [--source-sha256 H]] [--with-ledger] "
		 "-o ROSTER [--force] [--passphrase-file F]",
	.help = "Puts on the roll, for each slot whose owner has not left, the key of its latest\n"
		"enrolment. Keys are sorted, so that no order is left. With --extends it adds\n"
		"those who are not on that roster yet; nobody comes on one edition twice, and a\n"
		"lost key is replaced in the next. The book remembers whom it put on which roll.\n"
		"\n"
		"  --edition E          which edition; cards printed later name it\n"
		"  --from DAY, --until DAY\n"
		"                       its first and last day, like 2027-01-31\n"
		"  --extends ROSTER     add to that roster; -o gets both\n"
		"  --letter FILE        a letter that is open on that roster: refuses a wave that\n"
		"                       it does not take, or in which newcomers could not hide\n"
		"  --without ID         leave this body for a later wave; may be repeated\n"
		"  --source URL         where the headcounts can be checked\n"
		"  --source-sha256 H    SHA-256 of that page as archived, in base64url\n"
		"  --with-ledger        bind the roster to who stands behind each key, for an\n"
		"                       audit; `book report --ledger` opens it. It names nobody\n"
		"  -o ROSTER            where the roster goes\n"
		"  --force              replace ROSTER if it exists\n"
		"  --passphrase-file F  read the book's passphrase from F (- and /dev/fd/N too).\n"
		"                       Else it is asked for\n"
		"\n"
		"Next: each registrar signs it: `undersigned cosign ROSTER --authority FILE`.\n",
};
