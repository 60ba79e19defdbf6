/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cmd_letter_new.c: from LETTER.ini and a roster to a letter file, with the words open or sealed */
#include <unistd.h>

#include "base/hash.h"
#include "base/secret.h"
#include "cli/authority_io.h"
#include "cli/commands.h"
#include "cli/council.h"
#include "cli/feasible.h"
#include "cli/lines.h"
#include "cli/say.h"
#include "cli/text.h"
#include "letter/seal.h"

struct new_letter {
	const char *ini_path, *roster, *out, *authority, *link_out;
	bool seal, force;
	struct cli_secret_options secret;
	struct cli_letter_ini ini;
	struct cli_authority signer;
	struct cli_letter rosters;
	const struct und_record *last; /* the newest roster */
	struct und_record letter, words, sealed;
	struct und_buf ciphertext, lines; /* what follows the rosters */
	uint8_t link[UND_LINK_SIZE];
	struct und_file_view roster_file;
};

static int read_ini(struct new_letter *n)
{
	struct cli_fault fault = { 0 };
	struct und_buf text;
	enum und_err e;
	int code = -1;

	und_buf_init(&text, CLI_INI_SIZE_MAX);
	e = und_file_read(&text, n->ini_path, CLI_INI_SIZE_MAX);
	if (e != UND_OK) {
		code = cli_fail_file(n->ini_path, "read", e);
		goto out;
	}
	e = cli_letter_ini_read(&n->ini, und_buf_bytes(&text), &fault);
	if (e == UND_ERR_TEXT) {
		code = fault.line != 0 ? cli_fail(CLI_FALSE, "`undersigned letter new --help` shows a whole example.",
		                                  "%s: line %u: %s.", n->ini_path, fault.line, fault.why)
		                       : cli_fail(CLI_FALSE, "`undersigned letter new --help` shows a whole example.",
		                                  "%s: %s.", n->ini_path, fault.why);
		goto out;
	}
	code = e != UND_OK ? cli_fail(CLI_TRIED, cli_advice(e), "%s.", und_err_text(e))
	                   : cli_text_file_beside(&n->ini.words.body, &n->ini.arena, n->ini_path, (const char *)n->ini.text_path.p, UND_BODY_TEXT_MAX);
out:
	und_buf_clear(&text);
	return code;
}

static int open_authority(struct new_letter *n)
{
	int code = cli_authority_open(&n->signer, n->authority, &n->secret);

	if (code != -1)
		return code;
	if (cli_council_find(&n->ini.organisers, n->signer.key) == n->ini.organisers.count)
		return cli_fail(
			CLI_FALSE,
			"Name its public key there (`undersigned authority show` prints it), or use an organiser's key.",
			"%s is not the key of an organiser in %s.", n->authority, n->ini_path);
	return -1;
}

/* Every roster must carry the registrars' quorum already: a letter cannot mend it. */
static int open_rosters(struct new_letter *n)
{
	const struct und_kept *kept;
	size_t count;
	int code = cli_letter_open(&n->rosters, n->roster, UND_LETTER_ROSTER, false, 0);
	enum und_err e;

	if (code != -1)
		return code;
	count = und_letter_kept(&kept, n->rosters.l);
	for (size_t i = 0; i < count; i++) {
		n->last = kept[i].record;
		if (cli_council_lack(&n->ini.registrars, kept[i].record) == 0)
			continue;
		cli_fail(
			CLI_FALSE,
			"Registrars sign a roster with `undersigned cosign ROSTER --authority FILE`. Their keys stand in the ini under [registrars].",
			"%s: line %llu: too few of the letter's registrars signed this roster.", n->roster,
			(unsigned long long)kept[i].line);
		fputs("  ", stderr);
		cli_print_lack(stderr, "It", &n->ini.registrars, kept[i].record);
		return CLI_FALSE;
	}
	e = und_file_view_open(&n->roster_file, n->roster, CLI_FILE_MAX);
	return e == UND_OK ? -1 : cli_fail_file(n->roster, "read", e);
}

static enum und_err random_bytes(uint8_t *out, size_t n)
{
	return cli_random()->fill(cli_random()->ctx, out, n);
}

static enum und_err write_sealed(struct new_letter *n)
{
	struct und_buf plain;
	uint8_t nonce[24];
	enum und_err e;

	und_buf_init_secret(&plain, 2 * UND_SEALED_BLOCK * UND_SEALED_BLOCKS_MAX);
	e = cli_add_line(&plain, &n->words);
	if (e == UND_OK)
		e = random_bytes(n->link, sizeof n->link);
	if (e == UND_OK)
		e = random_bytes(nonce, sizeof nonce);
	if (e == UND_OK)
		e = und_seal(&n->ciphertext, n->link, nonce, n->letter.id, und_buf_bytes(&plain));
	und_buf_clear(&plain);
	if (e != UND_OK)
		return e;
	n->sealed.type = UND_TYPE_SEALED;
	memcpy(n->sealed.u.sealed.letter, n->letter.id, UND_ID_SIZE);
	n->sealed.u.sealed.ciphertext = und_buf_bytes(&n->ciphertext);
	if ((e = und_record_sign(&n->sealed, n->signer.seed)) != UND_OK)
		return e;
	return cli_add_line(&n->lines, &n->sealed);
}

static enum und_err write_lines(struct new_letter *n)
{
	enum und_err e;

	n->words.type = UND_TYPE_WORDS;
	n->words.u.words = n->ini.words;
	if ((e = random_bytes(n->words.u.words.salt, sizeof n->words.u.words.salt)) != UND_OK)
		return e;
	if ((e = und_record_set_id(&n->words)) != UND_OK)
		return e;
	n->letter.type = UND_TYPE_LETTER;
	n->letter.u.letter.registrars = n->ini.registrars;
	n->letter.u.letter.organisers = n->ini.organisers;
	n->letter.u.letter.rules = n->ini.rules;
	memcpy(n->letter.u.letter.words, n->words.id, UND_ID_SIZE);
	memcpy(n->letter.u.letter.roster, n->last->id, UND_ID_SIZE);
	if ((e = und_record_set_id(&n->letter)) != UND_OK)
		return e;
	if ((e = und_record_sign(&n->letter, n->signer.seed)) != UND_OK)
		return e;
	if ((e = cli_add_line(&n->lines, &n->letter)) != UND_OK)
		return e;
	if (n->seal)
		return write_sealed(n);
	if ((e = und_record_sign(&n->words, n->signer.seed)) != UND_OK)
		return e;
	return cli_add_line(&n->lines, &n->words);
}

/* The new file stands before the same reader as any other; only quorums may still lack. */
static int check_lines(struct new_letter *n)
{
	const struct und_letter_options options = {
		.mode = UND_LETTER_FILE, .random = cli_random(), .runner = cli_runner(0), .unsigned_ok = true
	};
	struct und_diag diag = { 0 };
	struct und_letter *l;
	enum und_err e = und_letter_new(&l, &options);
	uint64_t rosters = n->rosters.state.lines;

	if (e != UND_OK)
		return cli_fail(CLI_TRIED, cli_advice(e), "%s.", und_err_text(e));
	e = und_letter_feed(l, n->roster_file.bytes, &diag);
	if (e == UND_OK)
		e = und_letter_feed(l, und_buf_bytes(&n->lines), &diag);
	if (e == UND_OK)
		e = und_letter_end(l, &diag);
	und_letter_free(l);
	if (e == UND_OK)
		return -1;
	if (diag.line <= rosters)
		return cli_fail_at(n->roster, e, &diag);
	return cli_fail(cli_exit_of(e), cli_advice(e), "%s: %s%s%s: %s.", n->ini_path,
	                diag.line == rosters + 1 ? "the letter" : "the words", diag.member[0] != '\0' ? ", " : "",
	                diag.member, und_err_text(e));
}

static int write_link(const struct new_letter *n)
{
	char text[45];
	struct und_bytes piece = { (const uint8_t *)text, 44 };
	int code = -1;

	und_base64_encode_secret(text, n->link);
	text[43] = '\n';
	text[44] = '\0';
	if (n->link_out != NULL)
		code = cli_write_file(n->link_out, false, &piece, 1, 0600); /* never over an older one: its letter would be lost */
	else
		printf("%s", text);
	und_wipe(text, sizeof text);
	return code;
}

/* The link first, and never over another: a letter whose link is lost cannot be opened. A letter that could not be written leaves no link behind. */
static int write_file(struct new_letter *n)
{
	const struct und_bytes pieces[] = { n->roster_file.bytes, und_buf_bytes(&n->lines) };
	int code;

	if (n->link_out != NULL && (code = write_link(n)) != -1)
		return code;
	code = cli_write_file(n->out, n->force, pieces, 2, 0644);
	if (code != -1) {
		if (n->link_out != NULL)
			(void)unlink(n->link_out);
		return code;
	}
	return n->seal && n->link_out == NULL ? write_link(n) : -1;
}

static void tell(const struct new_letter *n)
{
	char letter[UND_SHORT_ID_SIZE], words[UND_SHORT_ID_SIZE];
	bool lacks;

	und_short_id(letter, n->letter.id);
	und_short_id(words, n->words.id);
	cli_note("%s is written.\n  letter  %s\n  words   %s", n->out, letter, words);
	if (n->seal)
		cli_say(0,
		        "Its words are sealed. %s the key of the link: whoever has it can read and sign, nobody else. Keep it; without it the words are lost.",
		        n->link_out != NULL ? "The file of --link-out holds" : "The line on standard output is");
	if (n->seal)
		cli_note("Once it is on a server, send members this, with the key for KEY:\n  https://SERVER/undersigned.html#sign:SLUG;key=KEY");
	lacks = cli_print_lack(stderr, "The letter", &n->ini.organisers, &n->letter);
	if (lacks)
		cli_say(0,
		        "Pass the file on: each signs it with `undersigned cosign %s --authority FILE`. Until then nobody can sign the letter.",
		        n->out);
	else
		cli_note("It has all its signatures. Next: people sign it with `undersigned sign`.");
}

static int make(struct new_letter *n)
{
	enum und_err e;
	int code;

	if ((code = read_ini(n)) != -1 || (code = open_authority(n)) != -1 || (code = open_rosters(n)) != -1)
		return code;
	if ((code = cli_feasible(n->ini_path, &n->ini, &n->rosters.state, &n->last->u.roster)) != -1)
		return code;
	e = write_lines(n);
	if (e != UND_OK)
		return cli_fail(cli_exit_of(e), cli_advice(e), "%s: %s.", n->ini_path, und_err_text(e));
	if ((code = check_lines(n)) != -1 || (code = write_file(n)) != -1)
		return code;
	tell(n);
	return CLI_OK;
}

static int run(int argc, char **argv)
{
	struct new_letter n = { 0 };
	const struct cli_option options[] = {
		CLI_VALUE("roster", 0, &n.roster),       CLI_VALUE("output", 'o', &n.out),
		CLI_VALUE("authority", 0, &n.authority), CLI_VALUE("passphrase-file", 0, &n.secret.passphrase_file),
		CLI_VALUE("link-out", 0, &n.link_out),   CLI_FLAG("seal", 0, &n.seal),
		CLI_FLAG("force", 0, &n.force),
	};
	int code = cli_parse(&cmd_letter_new, options, UND_COUNT_OF(options), argc, argv, &n.ini_path, 1, 1, NULL);

	if (code != -1)
		return code;
	if (n.roster == NULL)
		return cli_missing(&cmd_letter_new, "--roster ROSTER");
	if (n.out == NULL)
		return cli_missing(&cmd_letter_new, "-o NAME.letter");
	if (n.authority == NULL)
		return cli_missing(&cmd_letter_new, "--authority FILE");
	if (n.link_out != NULL && !n.seal)
		return cli_misused(&cmd_letter_new, "--link-out belongs to --seal.");
	if ((code = cli_refuse_existing(n.out, n.force)) != -1)
		return code;
	if (n.link_out != NULL && access(n.link_out, F_OK) == 0)
		return cli_fail(CLI_TRIED, "It may be the only key to another letter. Choose another name, or remove it yourself.",
		                "%s exists already, and a link is never replaced.", n.link_out);
	und_record_init(&n.letter);
	und_record_init(&n.words);
	und_record_init(&n.sealed);
	und_buf_init(&n.ciphertext, 40 + (size_t)UND_SEALED_BLOCK * UND_SEALED_BLOCKS_MAX);
	und_buf_init(&n.lines, 16 << 20);
	code = make(&n);
	cli_authority_wipe(&n.signer);
	und_wipe(n.link, sizeof n.link);
	und_buf_clear(&n.lines);
	und_buf_clear(&n.ciphertext);
	und_record_clear(&n.letter);
	und_record_clear(&n.words);
	und_record_clear(&n.sealed);
	cli_letter_close(&n.rosters);
	und_file_view_close(&n.roster_file);
	cli_letter_ini_clear(&n.ini);
	return code;
}

const struct cli_command cmd_letter_new = {
	.name = "letter new",
	.run = run,
	.group = "Organise",
	.summary = "make a letter from LETTER.ini and a roster",
	.usage =
		"undersigned letter new LETTER.ini --roster ROSTER -o NAME.letter --authority FILE [--seal [--link-out FILE]] [--passphrase-file F] [--force]",
	.help = "Refuses thresholds that cannot be met, and says which bodies are in the way.\n"
		"Signs with the organiser's key; the other organisers add theirs with\n"
		"`undersigned cosign`. Nobody can sign the letter before that.\n"
		"\n"
		"  --roster ROSTER      signed by the registrars that the ini names, at their\n"
		"                       quorum\n"
		"  -o NAME.letter       where the letter goes\n"
		"  --authority FILE     an organiser's key\n"
		"  --seal               keep the words out of the file, and print the key of the\n"
		"                       link that opens them\n"
		"  --link-out FILE      write that key into FILE (mode 0600) instead, unless it\n"
		"                       exists: it may open another letter\n"
		"  --passphrase-file F  read the passphrase of the organiser's key from F (- and\n"
		"                       /dev/fd/N too). Else it is asked for\n"
		"  --force              replace NAME.letter if it exists\n"
		"\n"
		"LETTER.ini, complete. A comment is a whole line or stands after \" ;\"; in titles,\n"
		"demands, names and addresses of people a ; is text.\n"
		"\n"
		"  [letter]\n"
		"  title = On the harbour\n"
		"  text = text.md                ; CommonMark, beside this file\n"
		"  language = en\n"
		"  dated = 2027-01-05\n"
		"  contact = press@example.org   ; where an answer reaches the organisers\n"
		"  replaces =                    ; id of an earlier letter\n"
		"  [addressees]\n"
		"  president = The President\n"
		"  president.key =               ; optional: the key with which it may answer\n"
		"  [demands]\n"
		"  d1 = Open the harbour.\n"
		"  d2 = Mend the road.\n"
		"  [organisers]\n"
		"  quorum = 2                    ; unless told: more than half\n"
		"  KEY = Works Council | https://example.org/keys\n"
		"  KEY = Harbour Union | +00 5550 100\n"
		"  [registrars]                  ; written out, never taken from the roster file\n"
		"  quorum = 2\n"
		"  KEY = Harbour Union | https://example.org/keys\n"
		"  KEY = Mint Council | https://example.org/mint\n"
		"  [rules]\n"
		"  rings = either                ; body | roster | either\n"
		"  min_ring = 20                 ; nobody signs in a smaller ring\n"
		"  max_share = 80                ; percent of a body's ring\n"
		"  max_share_all = 95            ; percent of all\n"
		"  roster = grows                ; fixed | grows\n"
		"  release = 20                  ; signatures come out at least so many at a time\n"
		"  signers = 400                 ; thresholds\n"
		"  bodies = 40\n"
		"  closes = 2027-01-31           ; last day to sign\n"
		"  ends = 2027-12-31             ; last day to withdraw or vote; not after the\n"
		"                                ; last day of the roster's edition\n",
};
