/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cmd_publication.c: where the letter appeared, and on which day */
#include "cli/commands.h"
#include "cli/post.h"
#include "cli/text.h"

struct publishing {
	struct cli_post post; /* first, so that fill finds the rest */
	const char *outlet;
};

static int fill(struct cli_post *p)
{
	const struct publishing *o = (const struct publishing *)p;
	struct und_publication *r = &p->record.u.publication;
	int code;

	if ((code = cli_post_day(&r->on, p)) != -1 || (code = cli_post_source(&r->source, p)) != -1)
		return code;
	return cli_text_argument(&r->outlet, &p->record.arena, "--outlet", o->outlet, UND_NAME_MAX, false);
}

static int run(int argc, char **argv)
{
	struct publishing o = { .post = { .command = &cmd_publication } };
	const struct cli_option options[] = {
		CLI_VALUE("outlet", 0, &o.outlet),
		CLI_VALUE("on", 0, &o.post.on),
		CLI_POST_SOURCE(o.post),
		CLI_POST_OPTIONS(o.post),
	};
	int code = cli_parse(&cmd_publication, options, UND_COUNT_OF(options), argc, argv, &o.post.path, 1, 1, NULL);

	if (code != -1)
		return code;
	if (o.outlet == NULL)
		return cli_missing(&cmd_publication, "--outlet NAME");
	if (o.post.on == NULL)
		return cli_missing(&cmd_publication, "--on DAY");
	return cli_post(&o.post, UND_TYPE_PUBLICATION, fill);
}

const struct cli_command cmd_publication = {
	.name = "publication",
	.run = run,
	.group = "Organise",
	.summary = "record where the letter appeared, and when",
	.usage = "undersigned publication NAME.letter --outlet NAME --on DAY [--source URL] [--archived FILE | --source-sha256 H] [--authority FILE] [-o FILE] "
		 "[--passphrase-file F] [--force] [--json]",
	.help = "Writes a record: this newspaper, this day, this page. Readers see it in the\n"
		"letter's history. It stands once the organisers have signed it at their quorum\n"
		"(`undersigned cosign`) and it is added (`undersigned add`).\n"
		"\n"
		"  --outlet NAME        who published it\n"
		"  --on DAY             the day it appeared, like 2027-02-01; not after today\n"
		"  --source URL         the page on which it appeared\n"
		"  --archived FILE      that page as you saved it: its hash goes into the record\n"
		"  --source-sha256 H    the same, if you have only the hash, in base64url\n"
		"  --authority FILE     sign it at once with an organiser's key\n"
		"  --passphrase-file F  read the passphrase of that key from F (- and /dev/fd/N\n"
		"                       too). Else it is asked for\n"
		"  -o FILE              write the record there instead of to standard output\n"
		"  --force              replace the FILE of -o if it exists\n"
		"  --json               its id, and how many signatures it lacks, for programs\n"
		"\n"
		"Example: undersigned publication our.letter --outlet 'The Courier' \\\n"
		"           --on 2027-02-01 --source https://courier.example/1 \\\n"
		"           --archived page.html --authority organiser.key -o publication\n"
		"Next: `undersigned delivery`, once the letter is handed over.\n",
};
