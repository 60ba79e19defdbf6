/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cmd_roster_new.c: `roster new`: enrolments become the roll of an edition */
#include "cli/authority_io.h"
#include "cli/commands.h"
#include "cli/enrolments.h"

enum { FILES_MAX = 65536 };

struct roster_new {
	struct cli_roster_arguments a;
	const char *authority;
	struct cli_secret_options secret;
	const char **files;
	size_t file_count;
};

static int build(struct cli_roster_plan *p, const struct roster_new *o)
{
	struct cli_authority signer = { { 0 }, { 0 } };
	int code;

	code = cli_roster_plan_begin(p, &cmd_roster_new, &o->a);
	if (code == -1 && o->authority != NULL)
		code = cli_authority_open(&signer, o->authority, &o->secret);
	if (code == -1)
		code = cli_enrolments_read(p, o->files, o->file_count);
	if (code == -1)
		code = cli_roster_plan_settle(p);
	if (code == -1)
		code = cli_roster_plan_write(p, &o->a, o->authority == NULL ? NULL : signer.seed);
	cli_authority_wipe(&signer);
	return code == -1 ? CLI_OK : code;
}

static int run(int argc, char **argv)
{
	static const char *files[FILES_MAX];
	struct roster_new o = { .files = files };
	struct cli_roster_plan plan;
	const struct cli_option options[] = {
		CLI_VALUE("series", 0, &o.a.series),
		CLI_VALUE("name", 0, &o.a.name),
		CLI_VALUE("edition", 0, &o.a.edition),
		CLI_VALUE("from", 0, &o.a.from),
		CLI_VALUE("until", 0, &o.a.until),
		CLI_VALUE("bodies", 0, &o.a.bodies),
		CLI_LIST("enrolments", 0, files, &o.file_count, FILES_MAX),
		CLI_VALUE("extends", 0, &o.a.extends),
		CLI_VALUE("source", 0, &o.a.source),
		CLI_VALUE("source-sha256", 0, &o.a.source_sha256),
		CLI_VALUE("output", 'o', &o.a.out),
		CLI_VALUE("authority", 0, &o.authority),
		CLI_VALUE("passphrase-file", 0, &o.secret.passphrase_file),
		CLI_FLAG("force", 0, &o.a.force),
	};
	static const char *more[FILES_MAX];
	size_t more_count;
	int code;

	/* the shell spreads `--enrolments *.enrolment`: what follows the first one are more of them */
	code = cli_parse(&cmd_roster_new, options, UND_COUNT_OF(options), argc, argv, more, 0, FILES_MAX, &more_count);
	if (code != -1)
		return code;
	if (o.file_count == 0)
		return cli_missing(&cmd_roster_new, "--enrolments FILE");
	if (o.a.edition == NULL && o.a.extends == NULL)
		return cli_missing(&cmd_roster_new, "--edition E");
	for (size_t i = 0; i < more_count; i++) {
		if (o.file_count == FILES_MAX)
			return cli_misused(&cmd_roster_new, "more than %d files.", FILES_MAX);
		files[o.file_count++] = more[i];
	}
	cli_roster_plan_init(&plan);
	code = build(&plan, &o);
	cli_roster_plan_clear(&plan);
	return code;
}

const struct cli_command cmd_roster_new = {
	.name = "roster new",
	.run = run,
	.group = "Keep the roll",
	.summary = "make the roll of an edition from enrolments",
	.usage = "undersigned roster new --series ID --name NAME --edition E --from DAY --until DAY --bodies BODIES.csv --enrolments FILE… [--extends ROSTER] "
		 "[--source URL [--source-sha256 H]] [--authority FILE [--passphrase-file F]] -o ROSTER [--force]",
	.help = "Checks every enrolment (series, body, proof that its owner holds the key),\n"
		"sorts the keys so that no order is left, and writes a ROSTER file. Enrolments\n"
		"that hold no key for this edition are named and left out. Any other fault is\n"
		"named with its line, and nothing is written.\n"
		"\n"
		"  --series ID          the roll's short name, the same over all editions\n"
		"  --name NAME          what people call it: \"Staff of the Republic\"\n"
		"  --edition E          which edition\n"
		"  --from DAY, --until DAY\n"
		"                       its first and last day, like 2027-01-31. The whole life\n"
		"                       of a letter lies between them\n"
		"  --bodies BODIES.csv  lines of id,name,headcount (0: unknown). Merge bodies\n"
		"                       too small for a ring of their own\n"
		"  --enrolments FILE…   files of enrolment lines\n"
		"  --extends ROSTER     add new keys to that roster. Series, name, edition and\n"
		"                       days are taken from it; -o gets both\n"
		"  --source URL         where the headcounts can be checked\n"
		"  --source-sha256 H    SHA-256 of that page as archived, in base64url\n"
		"  --authority FILE     sign it at once with this key\n"
		"  --passphrase-file F  read the passphrase of that key from F (- and /dev/fd/N\n"
		"                       too). Else it is asked for\n"
		"  -o ROSTER            where the roster goes\n"
		"  --force              replace ROSTER if it exists\n"
		"\n"
		"Next: each registrar signs it: `undersigned cosign ROSTER --authority FILE`.\n"
		"Then delete the enrolments: they say which keys of several editions belong to\n"
		"one person.\n",
};
