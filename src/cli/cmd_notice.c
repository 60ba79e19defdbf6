/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cmd_notice.c: what the organisers tell afterwards: a correction, a moved deadline, that the letter is closed or replaced */
#include "cli/commands.h"
#include "cli/post.h"

struct noticing {
	struct cli_post post; /* first, so that fill finds the rest */
	const char *kind, *closes, *about;
};

static int take_kind(enum und_notice_kind *out, const struct noticing *o)
{
	for (int i = 0; i <= UND_NOTICE_REPLACED; i++)
		if (strcmp(und_notice_kind_name((enum und_notice_kind)i), o->kind) == 0) {
			*out = (enum und_notice_kind)i;
			return -1;
		}
	return cli_misused(&cmd_notice, "--kind %s: one of note, correction, deadline, closed, replaced is wanted.", o->kind);
}

static int take_closes(struct und_notice *r, const struct noticing *o)
{
	int code;

	r->closes = UND_DAY_NONE;
	if (r->kind != UND_NOTICE_DEADLINE && o->closes != NULL)
		return cli_misused(&cmd_notice, "--closes goes with --kind deadline only.");
	if (r->kind != UND_NOTICE_DEADLINE)
		return -1;
	if (o->closes == NULL)
		return cli_missing(&cmd_notice, "--closes DAY");
	if ((code = cli_parse_day(&r->closes, "--closes", o->closes)) != -1)
		return code;
	return r->closes < cli_today() ? cli_fail(CLI_FALSE, "--kind closed says that the letter is closed.", "--closes %s: that day is past.", o->closes) : -1;
}

static int take_about(struct und_ref *out, const struct noticing *o)
{
	int code;

	if (o->about == NULL)
		return -1;
	if ((code = cli_parse_id32(out->id, "--about", o->about)) != -1)
		return code;
	out->set = true;
	return und_letter_holds(o->post.letter.l, out->id) ? -1 : cli_post_refuse(&o->post, UND_ERR_ABOUT_UNKNOWN, "about");
}

static int fill(struct cli_post *p)
{
	const struct noticing *o = (const struct noticing *)p;
	struct und_notice *r = &p->record.u.notice;
	int code;

	if ((code = take_kind(&r->kind, o)) != -1 || (code = take_closes(r, o)) != -1 || (code = take_about(&r->about, o)) != -1)
		return code;
	if ((code = cli_post_day(&r->on, p)) != -1 || (code = cli_post_language(&r->language, p)) != -1)
		return code;
	return cli_post_text(&r->text, p, UND_STATEMENT_TEXT_MAX);
}

static int run(int argc, char **argv)
{
	struct noticing o = { .post = { .command = &cmd_notice } };
	const struct cli_option options[] = {
		CLI_VALUE("kind", 0, &o.kind),
		CLI_VALUE("text", 0, &o.post.text),
		CLI_VALUE("text-file", 0, &o.post.text_file),
		CLI_VALUE("closes", 0, &o.closes),
		CLI_VALUE("about", 0, &o.about),
		CLI_VALUE("on", 0, &o.post.on),
		CLI_VALUE("language", 0, &o.post.language),
		CLI_POST_OPTIONS(o.post),
	};
	int code = cli_parse(&cmd_notice, options, UND_COUNT_OF(options), argc, argv, &o.post.path, 1, 1, NULL);

	if (code != -1)
		return code;
	if (o.kind == NULL)
		return cli_missing(&cmd_notice, "--kind KIND");
	return cli_post(&o.post, UND_TYPE_NOTICE, fill);
}

const struct cli_command cmd_notice = {
	.name = "notice",
	.run = run,
	.group = "Organise",
	.summary = "tell readers: a correction, another last day, closed, replaced",
	.usage = "undersigned notice NAME.letter --kind KIND --text TEXT | --text-file FILE [--closes DAY] [--about ID] [--on DAY] [--language TAG] "
		 "[--authority FILE] [-o FILE] [--passphrase-file F] [--force] [--json]",
	.help = "Nothing in a letter changes once it is signed; what must be said afterwards is\n"
		"said in a notice. It may come while the words are sealed, too. It stands once\n"
		"the organisers have signed it at their quorum (`undersigned cosign`) and it is\n"
		"added (`undersigned add`).\n"
		"\n"
		"  --kind KIND          note: anything else\n"
		"                       correction: something in the letter, or in a record, is\n"
		"                       wrong; it stays, and the notice stands beside it\n"
		"                       deadline: another last day to sign\n"
		"                       closed: the letter is given up, or at its end\n"
		"                       replaced: another letter takes its place (which names\n"
		"                       this one as `replaces` in its LETTER.ini)\n"
		"  --text TEXT          what there is to say\n"
		"  --text-file FILE     the same, in a file\n"
		"  --closes DAY         the new last day to sign, with --kind deadline; not after\n"
		"                       the letter's last day to withdraw\n"
		"  --about ID           the record that it is about, 43 characters\n"
		"  --on DAY             its day, if not today\n"
		"  --language TAG       of the text; else the letter's. Needed while it is sealed\n"
		"  --authority FILE     sign it at once with an organiser's key\n"
		"  --passphrase-file F  read the passphrase of that key from F (- and /dev/fd/N\n"
		"                       too). Else it is asked for\n"
		"  -o FILE              write the record there instead of to standard output\n"
		"  --force              replace the FILE of -o if it exists\n"
		"  --json               its id, and how many signatures it lacks, for programs\n"
		"\n"
		"Example: undersigned notice our.letter --kind deadline --closes 2027-02-28 \\\n"
		"           --text 'Open for another month.' --authority organiser.key -o notice\n"
		"Next: `undersigned cosign notice …`, `undersigned add our.letter notice`.\n",
};
