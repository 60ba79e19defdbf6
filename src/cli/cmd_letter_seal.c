/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cmd_letter_seal.c: translations into the seal of a letter that nobody has signed yet */
#include "base/secret.h"
#include "cli/authority_io.h"
#include "cli/commands.h"
#include "cli/council.h"
#include "cli/guard.h"
#include "cli/lines.h"
#include "cli/say.h"
#include "letter/seal.h"

enum { FILES_MAX = 200, PLAIN_MAX = UND_SEALED_BLOCK * UND_SEALED_BLOCKS_MAX, FILE_MAX = 256 << 20 };

struct sealing {
	const char *path, *link_file, *authority;
	const char *files[FILES_MAX + 1]; /* [0] the letter */
	size_t count;
	struct cli_secret_options secret;
	struct cli_guard guard;
	struct cli_letter letter;
	struct cli_authority signer;
	struct und_buf file, plain, ciphertext, lines;
	uint8_t link[UND_LINK_SIZE];
	struct und_record sealed;
};

/* Whoever has a copy with signatures has the old seal: it is replaced only before that. */
static int check_fresh(const struct sealing *s)
{
	const struct und_kept *kept;
	size_t n = und_letter_kept(&kept, s->letter.l);
	const struct und_record *last = kept[n - 1].record;

	if (!s->letter.state.sealed)
		return cli_fail(CLI_FALSE, "Translations are added to it (`undersigned add`).", "%s: its words are open.", s->path);
	if (last->type != UND_TYPE_SEALED || kept[n - 1].line != s->letter.state.lines)
		return cli_fail(CLI_FALSE, "Two seals of one letter would go about. Translations come in once its words are open; or start again, with another letter.",
		                "%s is out already: people have signed it, or more has been added.", s->path);
	return -1;
}

/* Records to be sealed with the words: the translation's own quorum must be there, since who opens the seal asks for it. */
static int take_file(struct sealing *s, const char *path)
{
	struct und_diag diag = { .line = 1 };
	struct und_bytes rest, line;
	struct und_buf text;
	struct und_record r;
	enum und_err e;
	int code = -1;

	und_buf_init(&text, PLAIN_MAX);
	e = und_file_read(&text, path, PLAIN_MAX);
	if (e != UND_OK) {
		und_buf_clear(&text);
		return cli_fail_file(path, "read", e);
	}
	rest = und_buf_bytes(&text);
	if (rest.n == 0 || rest.p[rest.n - 1] != '\n')
		code = cli_fail_at(path, UND_ERR_TRUNCATED, &diag);
	for (; code == -1 && cli_next_line(&line, &rest); diag.line++) {
		if ((e = und_record_decode(&r, line, &diag)) != UND_OK) {
			code = cli_fail_at(path, e, &diag);
			break;
		}
		if (r.type != UND_TYPE_TRANSLATION)
			code = cli_fail_at(path, UND_ERR_TYPE, &diag);
		else if (cli_print_lack(stderr, "The translation", &s->letter.state.record->organisers, &r))
			code = cli_fail_at(path, UND_ERR_QUORUM_ORGANISERS, &diag);
		und_record_clear(&r);
		und_buf_add_bytes(&s->plain, line);
		und_buf_add_u8(&s->plain, '\n');
	}
	und_buf_clear(&text);
	if (code == -1 && s->plain.err != UND_OK)
		code = cli_fail_at(path, s->plain.err, NULL);
	return code;
}

static enum und_err seal(struct sealing *s)
{
	uint8_t nonce[24];
	enum und_err e;

	if ((e = cli_random()->fill(cli_random()->ctx, nonce, sizeof nonce)) != UND_OK)
		return e;
	if ((e = und_seal(&s->ciphertext, s->link, nonce, s->letter.state.letter, und_buf_bytes(&s->plain))) != UND_OK)
		return e;
	s->sealed.type = UND_TYPE_SEALED;
	memcpy(s->sealed.u.sealed.letter, s->letter.state.letter, UND_ID_SIZE);
	s->sealed.u.sealed.ciphertext = und_buf_bytes(&s->ciphertext);
	if ((e = und_record_set_id(&s->sealed)) != UND_OK)
		return e;
	if ((e = und_record_sign(&s->sealed, s->signer.seed)) != UND_OK)
		return e;
	return cli_add_line(&s->lines, &s->sealed);
}

/* The letter without its last line, which is the old seal. */
static struct und_bytes without_seal(const struct sealing *s)
{
	struct und_bytes b = und_bytes(s->file.p, s->file.n - 1);

	while (b.n > 0 && b.p[b.n - 1] != '\n')
		b.n--;
	return b;
}

/* The new seal stands before the same reader as any other: everything in it is checked. */
static int check_sealed(struct sealing *s)
{
	const struct und_letter_options options = { .mode = UND_LETTER_FILE, .random = cli_random(), .runner = cli_runner(0), .unsigned_ok = true };
	struct und_diag diag = { 0 };
	struct und_letter *l;
	enum und_err e = und_letter_new(&l, &options);

	if (e != UND_OK)
		return cli_fail(CLI_TRIED, cli_advice(e), "%s.", und_err_text(e));
	e = und_letter_feed(l, without_seal(s), &diag);
	if (e == UND_OK)
		e = und_letter_feed(l, und_buf_bytes(&s->lines), &diag);
	if (e == UND_OK)
		e = und_letter_end(l, &diag);
	if (e == UND_OK)
		e = und_letter_open(l, s->link, &diag);
	und_letter_free(l);
	return e == UND_OK ? -1 : cli_fail_at("what is to be sealed", e, &(struct und_diag){ 0 });
}

static int write_letter(struct sealing *s)
{
	const struct und_bytes pieces[] = { without_seal(s), und_buf_bytes(&s->lines) };
	enum und_err e;
	int code = cli_guard_check(&s->guard);

	if (code != -1)
		return code;
	e = und_file_write(s->path, pieces, 2, UND_WRITE_REPLACE, 0644);
	if (e != UND_OK)
		return cli_fail_file(s->path, "write", e);
	cli_note("Sealed with the words: %zu %s. The link is the same.", s->count - 1, s->count == 2 ? "file" : "files");
	if (cli_print_lack(stderr, "The sealed record", &s->letter.state.record->organisers, &s->sealed))
		cli_say(0, "Pass the file on: `undersigned cosign %s --authority FILE`. Copies with the old seal are to be thrown away.", s->path);
	return CLI_OK;
}

static int check_authority(struct sealing *s)
{
	const struct und_council *organisers = &s->letter.state.record->organisers;
	int code = cli_authority_open(&s->signer, s->authority, &s->secret);

	if (code != -1 || cli_council_find(organisers, s->signer.key) < organisers->count)
		return code;
	return cli_fail(CLI_FALSE, "Only organisers seal a letter.", "%s is not the key of an organiser of this letter.", s->authority);
}

static int seal_letter(struct sealing *s)
{
	struct und_diag diag = { 0 };
	enum und_err e;
	int code = cli_guard_begin(&s->guard, s->path);

	if (code != -1)
		return code;
	if ((e = und_file_read(&s->file, s->path, FILE_MAX)) != UND_OK)
		return cli_fail_file(s->path, "read", e);
	if ((code = cli_letter_open(&s->letter, s->path, UND_LETTER_FILE, true, 0)) != -1 || (code = check_fresh(s)) != -1)
		return code;
	if ((code = cli_link_read(s->link, s->link_file)) != -1)
		return code;
	if ((e = und_letter_unseal(&s->plain, s->letter.l, s->link, &diag)) != UND_OK)
		return cli_fail_at(s->path, e, &diag);
	if ((code = check_authority(s)) != -1)
		return code;
	for (size_t i = 1; i < s->count; i++)
		if ((code = take_file(s, s->files[i])) != -1)
			return code;
	if ((e = seal(s)) != UND_OK)
		return cli_fail_at(s->path, e, NULL);
	if ((code = check_sealed(s)) != -1)
		return code;
	return write_letter(s);
}

static int run(int argc, char **argv)
{
	struct sealing s = { 0 };
	const struct cli_option options[] = {
		CLI_VALUE("link-file", 0, &s.link_file),
		CLI_VALUE("authority", 0, &s.authority),
		CLI_VALUE("passphrase-file", 0, &s.secret.passphrase_file),
	};
	int code = cli_parse(&cmd_letter_seal, options, UND_COUNT_OF(options), argc, argv, s.files, 2, FILES_MAX + 1, &s.count);

	if (code != -1)
		return code;
	if (s.link_file == NULL)
		return cli_missing(&cmd_letter_seal, "--link-file FILE");
	if (s.authority == NULL)
		return cli_missing(&cmd_letter_seal, "--authority FILE");
	s.path = s.files[0];
	und_buf_init(&s.file, FILE_MAX);
	und_buf_init_secret(&s.plain, PLAIN_MAX);
	und_buf_init(&s.ciphertext, UND_SEALED_EXTRA + PLAIN_MAX);
	und_buf_init(&s.lines, 16 << 20);
	und_record_init(&s.sealed);
	code = seal_letter(&s);
	cli_authority_wipe(&s.signer);
	und_wipe(s.link, sizeof s.link);
	und_record_clear(&s.sealed);
	und_buf_clear(&s.file);
	und_buf_clear(&s.plain);
	und_buf_clear(&s.ciphertext);
	und_buf_clear(&s.lines);
	cli_letter_close(&s.letter);
	return code;
}

const struct cli_command cmd_letter_seal = {
	.name = "letter seal",
	.run = run,
	.group = "Organise",
	.summary = "put translations into a sealed letter, before people sign",
	.usage = "undersigned letter seal NAME.letter TRANSLATION… --link-file FILE --authority FILE [--passphrase-file F]",
	.help = "A letter that was made with `undersigned letter new --seal` and that nobody has\n"
		"signed yet is sealed anew, with the same link and these translations beside the\n"
		"words. They are records of `undersigned translation`, signed by the organisers\n"
		"at their quorum. The organisers sign the new seal (`undersigned cosign`); copies\n"
		"with the old one are to be thrown away. The letter itself, its id and its link\n"
		"stay what they are.\n"
		"\n"
		"  --link-file FILE     the key of the link\n"
		"  --authority FILE     an organiser's key\n"
		"  --passphrase-file F  read its passphrase from F (- and /dev/fd/N too). Else\n"
		"                       it is asked for\n"
		"\n"
		"Example: undersigned letter seal our.letter french --link-file our.link \\\n"
		"           --authority organiser.key\n",
};
