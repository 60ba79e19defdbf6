/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cmd_letter_open.c: the words of a sealed letter, as the records that open them for everybody */
#include "base/secret.h"
#include "cli/authority_io.h"
#include "cli/commands.h"
#include "cli/council.h"
#include "cli/lines.h"
#include "cli/say.h"
#include "letter/seal.h"

struct opening {
	const char *path, *words, *link_file, *authority, *out;
	bool early, force;
	struct cli_secret_options secret;
	struct cli_letter letter;
	struct cli_authority signer;
	struct und_buf in, lines;
};

enum { WORDS_MAX = 16 << 20 };

/* The organisers promised to publish only when so many stand behind the words; who signed relies on it. */
static int check_thresholds(const struct opening *o)
{
	const struct und_state *s = &o->letter.state;
	const struct und_rules *rules = &s->record->rules;
	char have[32], want[32], bodies[32], want_bodies[32];

	if (s->thresholds_met || o->early)
		return -1;
	return cli_fail(
		CLI_FALSE,
		"People signed on the promise that the words come out only then. --early opens them all the same.",
		"%s: the letter's thresholds are not met: %s of %s people, %s of %s bodies.", o->path,
		cli_number(have, s->signers), cli_number(want, rules->signers), cli_number(bodies, s->bodies),
		cli_number(want_bodies, rules->bodies));
}

static int read_words(struct opening *o)
{
	struct und_diag diag = { 0 };
	uint8_t link[UND_LINK_SIZE];
	enum und_err e;
	int code;

	if (o->words != NULL) {
		e = und_file_read(&o->in, o->words, WORDS_MAX);
		return e == UND_OK ? -1 : cli_fail_file(o->words, "read", e);
	}
	if ((code = cli_link_read(link, o->link_file)) != -1)
		return code;
	e = und_letter_unseal(&o->in, o->letter.l, link, &diag);
	und_wipe(link, sizeof link);
	return e == UND_OK ? -1 : cli_fail_at(o->path, e, &diag);
}

/* One record of the words' file: the words themselves first, then translations. */
static enum und_err take_record(struct opening *o, struct und_record *r, uint64_t line, struct und_diag *diag)
{
	const struct und_letter_record *letter = o->letter.state.record;
	enum und_err e;

	if (line == 1 && (r->type != UND_TYPE_WORDS || memcmp(r->id, letter->words, UND_ID_SIZE) != 0))
		return UND_ERR_WORDS_OTHER;
	if (line > 1 && r->type != UND_TYPE_TRANSLATION)
		return UND_ERR_TYPE;
	if ((e = und_record_check_signatures(r, diag)) != UND_OK)
		return e;
	if (o->authority != NULL && cli_council_lack(&letter->organisers, r) > 0 &&
	    !cli_authority_has_signed(&o->signer, r))
		if ((e = und_record_sign(r, o->signer.seed)) != UND_OK)
			return e;
	if (line == 1 && cli_print_lack(stderr, "The words record", &letter->organisers, r))
		cli_say(0,
		        "Pass it on: `undersigned cosign FILE --authority FILE`; then `undersigned add %s FILE` opens the letter for everybody.",
		        o->path);
	else if (line == 1)
		cli_say(0,
		        "The words record has its signatures: `undersigned add %s FILE` opens the letter for everybody.",
		        o->path);
	return cli_add_line(&o->lines, r);
}

static int take_lines(struct opening *o)
{
	const char *source = o->words != NULL ? o->words : o->path;
	struct und_bytes rest = und_buf_bytes(&o->in), line;
	struct und_diag diag = { 0 };
	struct und_record r;
	enum und_err e = rest.n == 0 ? UND_ERR_TRUNCATED : UND_OK;

	for (diag.line = 1; e == UND_OK && cli_next_line(&line, &rest); diag.line++) {
		e = und_record_decode(&r, line, &diag);
		if (e != UND_OK)
			break;
		e = take_record(o, &r, diag.line, &diag);
		und_record_clear(&r);
		if (e != UND_OK)
			break;
	}
	return e == UND_OK ? -1 : cli_fail_at(source, e, &diag);
}

static int open_words(struct opening *o)
{
	struct und_bytes piece;
	int code;

	if ((code = cli_letter_open(&o->letter, o->path, UND_LETTER_FILE, false, 0)) != -1)
		return code;
	if (!o->letter.state.sealed)
		return cli_fail(CLI_FALSE, "`undersigned show` shows them.", "%s: the words stand in the file already.",
		                o->path);
	if ((code = check_thresholds(o)) != -1)
		return code;
	if (o->authority != NULL && (code = cli_authority_open(&o->signer, o->authority, &o->secret)) != -1)
		return code;
	if (o->authority != NULL && cli_council_find(&o->letter.state.record->organisers, o->signer.key) ==
	                                    o->letter.state.record->organisers.count)
		return cli_fail(CLI_FALSE, "Only organisers open a letter.",
		                "%s is not the key of an organiser of this letter.", o->authority);
	if ((code = read_words(o)) != -1 || (code = take_lines(o)) != -1)
		return code;
	piece = und_buf_bytes(&o->lines);
	code = cli_write_file(o->out, o->force, &piece, 1, 0600);
	return code == -1 ? CLI_OK : code;
}

static int run(int argc, char **argv)
{
	struct opening o = { 0 };
	const struct cli_option options[] = {
		CLI_VALUE("words", 0, &o.words),         CLI_VALUE("link-file", 0, &o.link_file),
		CLI_VALUE("authority", 0, &o.authority), CLI_VALUE("passphrase-file", 0, &o.secret.passphrase_file),
		CLI_VALUE("output", 'o', &o.out),        CLI_FLAG("early", 0, &o.early),
		CLI_FLAG("force", 0, &o.force),
	};
	int code = cli_parse(&cmd_letter_open, options, UND_COUNT_OF(options), argc, argv, &o.path, 1, 1, NULL);

	if (code != -1)
		return code;
	if ((o.words == NULL) == (o.link_file == NULL))
		return cli_misused(&cmd_letter_open, "either --words FILE or --link-file FILE is wanted.");
	if (o.out != NULL && (code = cli_refuse_existing(o.out, o.force)) != -1)
		return code;
	und_buf_init_secret(&o.in, WORDS_MAX);
	und_buf_init(&o.lines, WORDS_MAX);
	code = open_words(&o);
	cli_authority_wipe(&o.signer);
	und_buf_clear(&o.in);
	und_buf_clear(&o.lines);
	cli_letter_close(&o.letter);
	return code;
}

const struct cli_command cmd_letter_open = {
	.name = "letter open",
	.run = run,
	.group = "Organise",
	.summary = "bring out the words of a sealed letter",
	.usage =
		"undersigned letter open NAME.letter --link-file FILE | --words FILE [--authority FILE] [-o FILE] [--early] [--passphrase-file F] [--force]",
	.help = "Writes the words (and their translations) as records to FILE or standard\n"
		"output. They open the letter for everybody once the organisers have signed them\n"
		"at their quorum (`undersigned cosign`) and they are added (`undersigned add`).\n"
		"Refused while the letter's thresholds are unmet.\n"
		"\n"
		"  --link-file FILE     the key of the link\n"
		"  --words FILE         the words record itself, if you kept it\n"
		"  --authority FILE     sign it at once with an organiser's key\n"
		"  --early              open it although the thresholds are unmet\n"
		"  -o FILE              write there instead of to standard output\n"
		"  --passphrase-file F  read the passphrase of that key from F (- and /dev/fd/N\n"
		"                       too). Else it is asked for\n"
		"  --force              replace the FILE of -o if it exists\n",
};
