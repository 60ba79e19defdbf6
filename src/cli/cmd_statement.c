/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cmd_statement.c: what an addressee or anybody else said: recorded by the organisers, or signed by the party itself */
#include "cli/commands.h"
#include "cli/post.h"
#include "cli/text.h"

enum { NOTE_MAX = 2048 };

struct stating {
	struct cli_post post; /* first, so that fill finds the rest */
	const char *party, *clarifies;
	const char *stances[UND_DEMANDS_MAX], *notes[UND_DEMANDS_MAX];
	size_t stance_count, note_count;
};

/* ---- stances ---- */

/* DEMAND=REST; the demand is an id or *. */
static bool split(struct und_bytes *demand, const char **rest, const char *text)
{
	const char *equals = strchr(text, '=');

	if (equals == NULL)
		return false;
	*demand = und_bytes(text, (size_t)(equals - text));
	*rest = equals + 1;
	return und_bytes_is(*demand, "*") || und_id_text_is_valid(*demand);
}

static bool find_stance(enum und_stance *out, const char *name)
{
	for (int i = 0; i <= UND_STANCE_NONE; i++)
		if (strcmp(und_stance_name((enum und_stance)i), name) == 0) {
			*out = (enum und_stance)i;
			return true;
		}
	return false;
}

static struct und_stance_on *find_demand(const struct und_statement *r, struct und_bytes demand)
{
	for (size_t i = 0; i < r->stance_count; i++)
		if (und_bytes_equal_var(r->stances[i].demand, demand))
			return &r->stances[i];
	return NULL;
}

static int take_stances(struct und_statement *r, struct stating *o)
{
	r->stances = und_arena_alloc(&o->post.record.arena, o->stance_count + 1, sizeof *r->stances);
	if (r->stances == NULL)
		return cli_fail(CLI_TRIED, cli_advice(UND_ERR_MEMORY), "%s.", und_err_text(UND_ERR_MEMORY));
	for (size_t i = 0; i < o->stance_count; i++) {
		struct und_stance_on on = { 0 };
		const char *name;

		if (!split(&on.demand, &name, o->stances[i]) || !find_stance(&on.stance, name))
			return cli_misused(&cmd_statement,
			                   "--stance %s: DEMAND=STANCE is wanted; the demand is an id, or * for the whole letter, the stance one of accepts, rejects, partly, "
			                   "counter, supports, none.",
			                   o->stances[i]);
		if (find_demand(r, on.demand) != NULL)
			return cli_misused(&cmd_statement, "--stance %s: that demand has a stance already.", o->stances[i]);
		r->stances[r->stance_count++] = on;
	}
	return -1;
}

/* Beside a stance, in a sentence: what is offered instead, on what condition. */
static int take_notes(struct und_statement *r, struct stating *o)
{
	int code;

	for (size_t i = 0; i < o->note_count; i++) {
		struct und_stance_on *on;
		struct und_bytes demand;
		const char *text;

		if (!split(&demand, &text, o->notes[i]))
			return cli_misused(&cmd_statement, "--note %s: DEMAND=TEXT is wanted.", o->notes[i]);
		on = find_demand(r, demand);
		if (on == NULL || on->note.n > 0)
			return cli_misused(&cmd_statement, "--note %.*s: one note goes with each --stance %.*s=….", (int)demand.n, (const char *)demand.p,
			                   (int)demand.n, (const char *)demand.p);
		if ((code = cli_text_argument(&on->note, &o->post.record.arena, "--note", text, NOTE_MAX, false)) != -1)
			return code;
	}
	return -1;
}

/* ---- the rest ---- */

/* The statement of that party which is clarified, or NULL. */
static const struct und_kept *find_earlier(const struct stating *o, const struct und_statement *r)
{
	const struct und_kept *kept;
	size_t n = und_letter_kept(&kept, o->post.letter.l);

	for (size_t i = 0; i < n; i++)
		if (kept[i].record->type == UND_TYPE_STATEMENT && memcmp(kept[i].record->id, r->clarifies.id, UND_ID_SIZE) == 0 &&
		    und_bytes_equal_var(kept[i].record->u.statement.party, r->party))
			return &kept[i];
	return NULL;
}

/* What the letter asks of it is looked at here too: its own check comes to that only once the quorum is there. */
static int take_clarifies(struct und_statement *r, struct stating *o)
{
	const struct cli_post *p = &o->post;
	const struct und_kept *earlier;
	int code;

	if (o->clarifies == NULL)
		return -1;
	if ((code = cli_parse_id32(r->clarifies.id, "--clarifies", o->clarifies)) != -1)
		return code;
	r->clarifies.set = true;
	earlier = find_earlier(o, r);
	if (earlier == NULL)
		return cli_post_refuse(p, UND_ERR_CLARIFIES_UNKNOWN, "clarifies");
	if (r->on < earlier->record->u.statement.on)
		return cli_post_refuse(p, UND_ERR_CLARIFIES_LATER, "on");
	if (earlier->authenticated && p->authority != NULL && memcmp(p->party_key->id, p->signer.key, sizeof p->signer.key) != 0)
		return cli_post_refuse(p, UND_ERR_CLARIFIES_AUTHENTICATED, "clarifies");
	return -1;
}

static int take_party(struct und_statement *r, struct stating *o)
{
	const struct cli_party *party = cli_parties_find(&o->post.parties, und_cstr(o->party));

	r->party = und_cstr(o->party);
	if (party == NULL)
		return cli_post_refuse(&o->post, UND_ERR_PARTY_UNKNOWN, "party");
	o->post.party_key = &party->key;
	return -1;
}

static int fill(struct cli_post *p)
{
	struct stating *o = (struct stating *)p;
	struct und_statement *r = &p->record.u.statement;
	int code;

	if ((code = take_party(r, o)) != -1 || (code = cli_post_day(&r->on, p)) != -1 || (code = cli_post_language(&r->language, p)) != -1)
		return code;
	if ((code = take_stances(r, o)) != -1 || (code = take_notes(r, o)) != -1 || (code = take_clarifies(r, o)) != -1)
		return code;
	if ((code = cli_post_source(&r->source, p)) != -1)
		return code;
	return cli_post_text(&r->text, p, UND_STATEMENT_TEXT_MAX);
}

static int run(int argc, char **argv)
{
	struct stating o = { .post = { .command = &cmd_statement } };
	const struct cli_option options[] = {
		CLI_VALUE("party", 0, &o.party),
		CLI_VALUE("on", 0, &o.post.on),
		CLI_VALUE("text", 0, &o.post.text),
		CLI_VALUE("text-file", 0, &o.post.text_file),
		CLI_LIST("stance", 0, o.stances, &o.stance_count, UND_DEMANDS_MAX),
		CLI_LIST("note", 0, o.notes, &o.note_count, UND_DEMANDS_MAX),
		CLI_VALUE("clarifies", 0, &o.clarifies),
		CLI_VALUE("language", 0, &o.post.language),
		CLI_POST_SOURCE(o.post),
		CLI_POST_OPTIONS(o.post),
	};
	int code = cli_parse(&cmd_statement, options, UND_COUNT_OF(options), argc, argv, &o.post.path, 1, 1, NULL);

	if (code != -1)
		return code;
	if (o.party == NULL)
		return cli_missing(&cmd_statement, "--party ID");
	if (o.post.on == NULL)
		return cli_missing(&cmd_statement, "--on DAY");
	return cli_post(&o.post, UND_TYPE_STATEMENT, fill);
}

const struct cli_command cmd_statement = {
	.name = "statement",
	.run = run,
	.group = "Organise",
	.summary = "what a party said, and where it stands on each demand",
	.usage = "undersigned statement NAME.letter --party ID --on DAY --text TEXT | --text-file FILE [--stance DEMAND=STANCE…] [--note DEMAND=TEXT…] "
		 "[--clarifies ID] [--language TAG] [--source URL] [--archived FILE | --source-sha256 H] [--authority FILE] [-o FILE] [--passphrase-file F] "
		 "[--force] [--json]",
	.help = "Two ways, and readers see which:\n"
		"  The organisers record what was said: it needs their quorum (`undersigned\n"
		"  cosign`), and readers see \"recorded by the organisers\".\n"
		"  The party answers itself, with the key that the letter or `undersigned party`\n"
		"  names as its own: --authority ITS.key, and it needs nobody else's signature.\n"
		"Then it is added (`undersigned add`). The words are given as they were said, in\n"
		"full where that is possible; a stance says what they mean for one demand, or for\n"
		"the whole letter. All statements stay; the latest stance counts.\n"
		"\n"
		"  --party ID           who speaks: an addressee, or whom `undersigned party`\n"
		"                       introduced\n"
		"  --on DAY             the day it was said; not after today\n"
		"  --text TEXT          the words\n"
		"  --text-file FILE     the words, in a file\n"
		"  --stance DEMAND=STANCE\n"
		"                       DEMAND: a demand's id, or * for the whole letter.\n"
		"                       STANCE: accepts, rejects, partly, counter (offers\n"
		"                       something else), supports, none (says nothing to it)\n"
		"  --note DEMAND=TEXT   a sentence beside that stance\n"
		"  --clarifies ID       the earlier statement of this party that it clarifies\n"
		"  --language TAG       of the words; else the letter's\n"
		"  --source URL         the page where they can be read\n"
		"  --archived FILE      that page as you saved it: its hash goes into the record\n"
		"  --source-sha256 H    the same, if you have only the hash, in base64url\n"
		"  --authority FILE     sign it at once: an organiser's key, or the party's own\n"
		"  --passphrase-file F  read the passphrase of that key from F (- and /dev/fd/N\n"
		"                       too). Else it is asked for\n"
		"  -o FILE              write the record there instead of to standard output\n"
		"  --force              replace the FILE of -o if it exists\n"
		"  --json               its id, and how many signatures it lacks, for programs\n"
		"\n"
		"Example: undersigned statement our.letter --party president --on 2027-02-20 \\\n"
		"           --text-file answer.txt --stance d1=rejects --stance d2=counter \\\n"
		"           --note d2='Offers to mend half of it' --archived page.html \\\n"
		"           --authority organiser.key -o statement\n"
		"Next: `undersigned question … --about ID` asks the signers what they say to it.\n",
};
