/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cmd_party.c: somebody who speaks about the letter is introduced, or given the key with which they answer themselves */
#include "cli/commands.h"
#include "cli/post.h"
#include "cli/text.h"
#include "proof/authority.h"

struct introducing {
	struct cli_post post; /* first, so that fill finds the rest */
	const char *id, *name, *key;
};

static int take_key(struct und_ref *out, const struct introducing *o)
{
	int code;

	if (o->key == NULL)
		return -1;
	if ((code = cli_parse_id32(out->id, "--key", o->key)) != -1)
		return code;
	out->set = true;
	return und_ed25519_point_check_var(out->id) == UND_OK
	               ? -1
	               : cli_fail(CLI_TRIED, "`undersigned authority show FILE` prints the public key of a party.", "--key: %s.",
	                          und_err_text(UND_ERR_ED25519_POINT));
}

/* Its name: of a known party, the one that it has. */
static int take_name(struct und_party *r, struct introducing *o)
{
	const struct cli_party *known = cli_parties_find(&o->post.parties, r->id);

	if (known == NULL && o->name == NULL)
		return cli_missing(&cmd_party, "--name NAME");
	if (o->name != NULL)
		return cli_text_argument(&r->name, &o->post.record.arena, "--name", o->name, UND_NAME_MAX, false);
	r->name = known->name;
	return -1;
}

static int fill(struct cli_post *p)
{
	struct introducing *o = (struct introducing *)p;
	struct und_party *r = &p->record.u.party;
	int code;

	r->id = und_cstr(o->id);
	if (!und_id_text_is_valid(r->id))
		return cli_misused(&cmd_party, "--id %s: an id is a-z, then up to 31 of a-z, 0-9 and -.", o->id);
	if ((code = take_name(r, o)) != -1 || (code = take_key(&r->key, o)) != -1)
		return code;
	return cli_post_source(&r->source, p);
}

static int run(int argc, char **argv)
{
	struct introducing o = { .post = { .command = &cmd_party } };
	const struct cli_option options[] = {
		CLI_VALUE("id", 0, &o.id),
		CLI_VALUE("name", 0, &o.name),
		CLI_VALUE("key", 0, &o.key),
		CLI_POST_SOURCE(o.post),
		CLI_POST_OPTIONS(o.post),
	};
	int code = cli_parse(&cmd_party, options, UND_COUNT_OF(options), argc, argv, &o.post.path, 1, 1, NULL);

	if (code != -1)
		return code;
	if (o.id == NULL)
		return cli_missing(&cmd_party, "--id ID");
	return cli_post(&o.post, UND_TYPE_PARTY, fill);
}

const struct cli_command cmd_party = {
	.name = "party",
	.run = run,
	.group = "Organise",
	.summary = "introduce somebody who speaks, or give a party its key",
	.usage = "undersigned party NAME.letter --id ID [--name NAME] [--key KEY] [--source URL] [--archived FILE | --source-sha256 H] [--authority FILE] "
		 "[-o FILE] [--passphrase-file F] [--force] [--json]",
	.help = "The addressees are known from the letter. Anybody else who says something about\n"
		"it (a neighbour, an office, a newspaper) is introduced first. With its key a\n"
		"party answers itself, and readers see \"signed with the key that the organisers\n"
		"gave for it\"; without, the organisers record what it says. A party that has no\n"
		"key, an addressee too, can be given one later: --id of the known party, --key.\n"
		"\n"
		"Once given, a key stays: compare it with its owner first (by telephone, on the\n"
		"owner's page), and name the page with --source.\n"
		"\n"
		"It stands once the organisers have signed it at their quorum (`undersigned\n"
		"cosign`) and it is added (`undersigned add`).\n"
		"\n"
		"  --id ID              its short name: a-z, 0-9 and -\n"
		"  --name NAME          what readers see; not needed for a party that is known\n"
		"  --key KEY            its public key (43 characters), of `undersigned\n"
		"                       authority new`\n"
		"  --source URL         a page that shows who it is, or whose key this is\n"
		"  --archived FILE      that page as you saved it: its hash goes into the record\n"
		"  --source-sha256 H    the same, if you have only the hash, in base64url\n"
		"  --authority FILE     sign it at once with an organiser's key\n"
		"  --passphrase-file F  read the passphrase of that key from F (- and /dev/fd/N\n"
		"                       too). Else it is asked for\n"
		"  -o FILE              write the record there instead of to standard output\n"
		"  --force              replace the FILE of -o if it exists\n"
		"  --json               its id, and how many signatures it lacks, for programs\n"
		"\n"
		"Example: undersigned party our.letter --id neighbour \\\n"
		"           --name 'The President of Sarn' --authority organiser.key -o party\n"
		"Next: `undersigned statement our.letter --party neighbour …`\n",
};
