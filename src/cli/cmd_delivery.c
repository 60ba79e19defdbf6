/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cmd_delivery.c: the letter was handed over to an addressee: from that day on, days without an answer are counted */
#include "cli/commands.h"
#include "cli/post.h"

struct delivering {
	struct cli_post post; /* first, so that fill finds the rest */
	const char *party;
};

/* To whom: said, or the only one. */
static int take_party(struct und_bytes *out, const struct delivering *o)
{
	const struct und_words *w = o->post.letter.state.words;

	*out = und_cstr(o->party == NULL ? "" : o->party);
	if (o->party == NULL && w->addressee_count > 1)
		return cli_misused(&cmd_delivery, "--party ID is wanted: the letter has %zu addressees.", w->addressee_count);
	if (o->party == NULL)
		*out = w->addressees[0].id;
	for (size_t i = 0; i < w->addressee_count; i++)
		if (und_bytes_equal_var(w->addressees[i].id, *out))
			return -1;
	return cli_post_refuse(&o->post, UND_ERR_NOT_ADDRESSEE, "party");
}

static int fill(struct cli_post *p)
{
	struct und_delivery *r = &p->record.u.delivery;
	int code;

	if ((code = take_party(&r->party, (const struct delivering *)p)) != -1 || (code = cli_post_day(&r->on, p)) != -1)
		return code;
	return cli_post_source(&r->source, p);
}

static int run(int argc, char **argv)
{
	struct delivering o = { .post = { .command = &cmd_delivery } };
	const struct cli_option options[] = {
		CLI_VALUE("party", 0, &o.party),
		CLI_VALUE("on", 0, &o.post.on),
		CLI_POST_SOURCE(o.post),
		CLI_POST_OPTIONS(o.post),
	};
	int code = cli_parse(&cmd_delivery, options, UND_COUNT_OF(options), argc, argv, &o.post.path, 1, 1, NULL);

	if (code != -1)
		return code;
	if (o.post.on == NULL)
		return cli_missing(&cmd_delivery, "--on DAY");
	return cli_post(&o.post, UND_TYPE_DELIVERY, fill);
}

const struct cli_command cmd_delivery = {
	.name = "delivery",
	.run = run,
	.group = "Organise",
	.summary = "record that the letter was handed over, and when",
	.usage = "undersigned delivery NAME.letter --on DAY [--party ID] [--source URL] [--archived FILE | --source-sha256 H] [--authority FILE] [-o FILE] "
		 "[--passphrase-file F] [--force] [--json]",
	.help = "Writes a record: handed to this addressee on this day. From then on readers see\n"
		"\"no reply recorded for 47 days\", until a statement of that addressee is added;\n"
		"nobody types the number. It stands once the organisers have signed it at their\n"
		"quorum (`undersigned cosign`) and it is added (`undersigned add`).\n"
		"\n"
		"  --on DAY             the day it was handed over; not after today\n"
		"  --party ID           to whom: an addressee of the letter. Where it has one\n"
		"                       only, that one\n"
		"  --source URL         a page that shows it, such as a receipt\n"
		"  --archived FILE      that page as you saved it: its hash goes into the record\n"
		"  --source-sha256 H    the same, if you have only the hash, in base64url\n"
		"  --authority FILE     sign it at once with an organiser's key\n"
		"  --passphrase-file F  read the passphrase of that key from F (- and /dev/fd/N\n"
		"                       too). Else it is asked for\n"
		"  -o FILE              write the record there instead of to standard output\n"
		"  --force              replace the FILE of -o if it exists\n"
		"  --json               its id, and how many signatures it lacks, for programs\n"
		"\n"
		"Example: undersigned delivery our.letter --party president --on 2027-02-02 \\\n"
		"           --archived receipt.pdf --authority organiser.key -o delivery\n"
		"Next: when an answer comes, `undersigned statement`.\n",
};
