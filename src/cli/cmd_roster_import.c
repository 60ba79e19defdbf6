/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cmd_roster_import.c: `roster import`: a roll of keys that people have published anyway (spec/protocol.md §7) */
#include "cli/commands.h"
#include "cli/ssh_lists.h"

enum { LISTS_MAX = 65536 };

static int build(struct cli_roster_plan *p, const struct cli_roster_arguments *a, const char *const *lists, size_t count)
{
	int code;

	code = cli_roster_plan_begin(p, &cmd_roster_import, a);
	if (code == -1)
		code = cli_ssh_lists_read(p, lists, count);
	if (code == -1)
		code = cli_roster_plan_settle(p);
	if (code == -1)
		code = cli_roster_plan_write(p, a, NULL);
	if (code != -1)
		return code;
	cli_note("Edition 0: being on this roll proves nothing about anyone. Its keys live on, so whoever gets one later can tell what it signed;");
	cli_note("members whose key sits in an agent or a token cannot sign.");
	return CLI_OK;
}

static int run(int argc, char **argv)
{
	static const char *lists[LISTS_MAX];
	struct cli_roster_arguments a = { .series = NULL };
	struct cli_roster_plan plan;
	size_t count = 0;
	const struct cli_option options[] = {
		CLI_VALUE("series", 0, &a.series),
		CLI_VALUE("name", 0, &a.name),
		CLI_VALUE("from", 0, &a.from),
		CLI_VALUE("until", 0, &a.until),
		CLI_VALUE("bodies", 0, &a.bodies),
		CLI_LIST("ssh", 0, lists, &count, LISTS_MAX),
		CLI_VALUE("source", 0, &a.source),
		CLI_VALUE("source-sha256", 0, &a.source_sha256),
		CLI_VALUE("output", 'o', &a.out),
		CLI_FLAG("force", 0, &a.force),
	};
	int code;

	code = cli_parse(&cmd_roster_import, options, UND_COUNT_OF(options), argc, argv, NULL, 0, 0, NULL);
	if (code != -1)
		return code;
	if (count == 0)
		return cli_missing(&cmd_roster_import, "--ssh BODY=FILE");
	cli_roster_plan_init(&plan);
	code = build(&plan, &a, lists, count);
	cli_roster_plan_clear(&plan);
	return code;
}

const struct cli_command cmd_roster_import = {
	.name = "roster import",
	.run = run,
	.group = "Keep the roll",
	.summary = "make a roll from SSH keys that people have published",
	.usage = "undersigned roster import --series ID --name NAME --from DAY --until DAY --bodies BODIES.csv --ssh BODY=FILE… [--source URL [--source-sha256 H]] "
		 "-o ROSTER [--force]",
	.help = "A roster of edition 0: nobody had to enrol, so being on it proves nothing about\n"
		"anyone. Ed25519 keys only; RSA, ECDSA and hardware keys are left out, and named\n"
		"with the reason. At most one key a person:\n"
		"\n"
		"  --ssh BODY=USER.keys\n"
		"                       what a forge publishes of one user: the first Ed25519\n"
		"                       key counts\n"
		"  --ssh BODY=FOLDER    all *.keys in it, a person each\n"
		"  --ssh BODY=authorized_keys\n"
		"                       any other name: each line is a person. Take out second\n"
		"                       keys of the same person yourself\n"
		"  --bodies BODIES.csv  lines of id,name,headcount (0: unknown)\n"
		"  --series ID          the roll's short name\n"
		"  --name NAME          what people call it: \"Staff of the Republic\"\n"
		"  --from DAY, --until DAY\n"
		"                       its first and last day, like 2027-01-31\n"
		"  --source URL         where the headcounts can be checked\n"
		"  --source-sha256 H    SHA-256 of that page as archived, in base64url\n"
		"  -o ROSTER            where the roster goes\n"
		"  --force              replace ROSTER if it exists\n"
		"\n"
		"Next: each registrar signs it: `undersigned cosign ROSTER --authority FILE`.\n"
		"Members: `undersigned key import`.\n",
};
