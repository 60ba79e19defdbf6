/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cmd_cosign.c: one more signature of an organiser, registrar or party: on a roster, a fresh letter, or loose records */
#include "base/hash.h"
#include "cli/authority_io.h"
#include "cli/commands.h"
#include "cli/council.h"
#include "cli/guard.h"
#include "cli/lines.h"
#include "cli/say.h"

enum shape { LOOSE, ROSTERS, LETTER };

struct cosigning {
	const char *path, *authority;
	struct cli_secret_options secret;
	struct cli_authority signer;
	struct cli_guard guard;
	struct und_buf file, out;
	enum shape shape;
	uint64_t last_roster;          /* its line */
	struct und_council organisers; /* of a letter: in the record below */
	struct und_record letter;
	bool has_letter;
	unsigned added, had;
};

enum { FILE_MAX = 256 << 20 };

/* What kind of file it is, by its lines' types; what a letter holds beyond letter, words and sealed makes it no longer fresh. */
static enum und_err look(struct cosigning *c, uint64_t *line_number, struct und_diag *diag, bool *fresh)
{
	struct und_bytes rest = und_buf_bytes(&c->file), line;
	struct und_record r;
	enum und_err e;

	*fresh = true;
	for (*line_number = 1; cli_next_line(&line, &rest); ++*line_number) {
		if ((e = und_record_decode(&r, line, diag)) != UND_OK)
			return e;
		if (r.type == UND_TYPE_ROSTER) {
			*fresh &= c->shape != LETTER;
			c->last_roster = *line_number;
			if (*line_number == 1)
				c->shape = ROSTERS;
		}
		if (r.type == UND_TYPE_LETTER) {
			c->shape = LETTER;
			if (c->has_letter)
				und_record_clear(&c->letter);
			c->letter = r;
			c->has_letter = true;
			continue;
		}
		if (c->shape == LETTER && r.type != UND_TYPE_WORDS && r.type != UND_TYPE_SEALED)
			*fresh = false;
		und_record_clear(&r);
		if (!*fresh)
			return UND_OK; /* enough is known */
	}
	return UND_OK;
}

/* Everything that the file already says must be right before another name goes under it. */
static int check(struct cosigning *c)
{
	struct cli_letter l = { 0 };
	struct und_diag diag = { 0 };
	uint64_t line;
	bool fresh;
	enum und_err e;
	int code;

	if ((code = cli_guard_begin(&c->guard, c->path)) != -1)
		return code;
	e = und_file_read(&c->file, c->path, FILE_MAX);
	if (e != UND_OK)
		return cli_fail_file(c->path, "read", e);
	e = c->file.n == 0 ? UND_ERR_TRUNCATED : look(c, &line, &diag, &fresh);
	if (e != UND_OK) {
		diag.line = c->file.n == 0 ? 1 : line;
		return cli_fail_at(c->path, e, &diag);
	}
	if (!fresh)
		return cli_fail(
			CLI_FALSE,
			"Signatures belong on it before it goes out: afterwards two spellings of one letter would go about.",
			"%s is out already: people have signed it, or more has been added.", c->path);
	if (c->shape == LOOSE)
		return c->file.p[c->file.n - 1] == '\n' ? -1 : cli_fail_at(c->path, UND_ERR_TRUNCATED, NULL);
	code = cli_letter_open(&l, c->path, c->shape == LETTER ? UND_LETTER_FILE : UND_LETTER_ROSTER, true, 0);
	cli_letter_close(&l);
	return code;
}

/* Which lines of the file the signature goes on. */
static bool is_wanted(const struct cosigning *c, const struct und_record *r, uint64_t line)
{
	switch (c->shape) {
	case ROSTERS:
		return line == c->last_roster;
	case LETTER:
		return r->type == UND_TYPE_LETTER || r->type == UND_TYPE_WORDS || r->type == UND_TYPE_SEALED;
	case LOOSE:
		break;
	}
	return und_type_is_signed(r->type);
}

static enum und_err sign_line(struct cosigning *c, struct und_record *r, struct und_bytes line, struct und_diag *diag)
{
	enum und_err e = und_record_check_signatures(r, diag);

	if (e != UND_OK)
		return e;
	if (cli_authority_has_signed(&c->signer, r)) {
		c->had++;
		und_buf_add_bytes(&c->out, line);
		und_buf_add_u8(&c->out, '\n');
		return c->out.err;
	}
	if ((e = und_record_sign(r, c->signer.seed)) != UND_OK)
		return e;
	c->added++;
	return cli_add_line(&c->out, r);
}

/* For people: what now stands under each record. */
static void tell(const struct cosigning *c, const struct und_record *r)
{
	char what[64], id[UND_SHORT_ID_SIZE];

	und_short_id(id, r->id);
	snprintf(what, sizeof what, "The %s%s", und_type_name(r->type),
	         r->type == UND_TYPE_WORDS || r->type == UND_TYPE_SEALED ? " record" : "");
	cli_note("%s %s", what, id);
	if (c->shape == LETTER) {
		fputs("  ", stderr);
		if (!cli_print_lack(stderr, what, &c->letter.u.letter.organisers, r))
			fprintf(stderr, "%s has all the signatures it needs.\n", what);
		return;
	}
	cli_say(2, "It carries %zu %s now. %s", r->signature_count,
	        r->signature_count == 1 ? "signature" : "signatures",
	        r->type == UND_TYPE_CARDS
	                ? "Whose lists of cards a server takes is its configuration's to say."
	        : r->type == UND_TYPE_REQUEST
	                ? "`undersigned letter drop` says whether that is enough to drop the letter."
	        : c->shape == ROSTERS
	                ? "How many it needs is for the letters to say: each names its registrars and their quorum."
	                : "`undersigned add` says whether that is enough for the letter.");
}

static int write_lines(struct cosigning *c)
{
	struct und_bytes rest = und_buf_bytes(&c->file), line;
	struct und_diag diag = { 0 };
	struct und_record r;
	enum und_err e;

	for (diag.line = 1; cli_next_line(&line, &rest); diag.line++) {
		if ((e = und_record_decode(&r, line, &diag)) != UND_OK)
			return cli_fail_at(c->path, e, &diag);
		if (is_wanted(c, &r, diag.line)) {
			e = sign_line(c, &r, line, &diag);
			if (e == UND_OK)
				tell(c, &r);
		} else {
			und_buf_add_bytes(&c->out, line);
			und_buf_add_u8(&c->out, '\n');
			e = c->out.err;
		}
		und_record_clear(&r);
		if (e != UND_OK)
			return cli_fail_at(c->path, e, &diag);
	}
	return -1;
}

static int cosign(struct cosigning *c)
{
	struct und_bytes piece;
	enum und_err e;
	int code;

	if ((code = check(c)) != -1 || (code = cli_authority_open(&c->signer, c->authority, &c->secret)) != -1)
		return code;
	if (c->shape == LETTER &&
	    cli_council_find(&c->letter.u.letter.organisers, c->signer.key) == c->letter.u.letter.organisers.count)
		return cli_fail(CLI_FALSE,
		                "Organisers sign a letter; registrars sign the roster, before the letter is made.",
		                "%s is not the key of an organiser of this letter.", c->authority);
	if ((code = write_lines(c)) != -1)
		return code;
	if (c->added == 0) {
		if (c->had == 0)
			return cli_fail(CLI_FALSE, "Signatures, withdrawals and votes are signed by nobody's name.",
			                "%s holds nothing that organisers, registrars or parties sign.", c->path);
		cli_note("Your signature stands there already; %s is as it was.", c->path);
		return CLI_OK;
	}
	if ((code = cli_guard_check(&c->guard)) != -1)
		return code;
	piece = und_buf_bytes(&c->out);
	e = und_file_write(c->path, &piece, 1, UND_WRITE_REPLACE, 0644);
	return e == UND_OK ? CLI_OK : cli_fail_file(c->path, "write", e);
}

static int run(int argc, char **argv)
{
	struct cosigning c = { 0 };
	const struct cli_option options[] = {
		CLI_VALUE("authority", 0, &c.authority),
		CLI_VALUE("passphrase-file", 0, &c.secret.passphrase_file),
	};
	int code = cli_parse(&cmd_cosign, options, UND_COUNT_OF(options), argc, argv, &c.path, 1, 1, NULL);

	if (code != -1)
		return code;
	if (c.authority == NULL)
		return cli_missing(&cmd_cosign, "--authority FILE");
	und_buf_init(&c.file, FILE_MAX);
	und_buf_init(&c.out, FILE_MAX + (1 << 20));
	code = cosign(&c);
	cli_authority_wipe(&c.signer);
	if (c.has_letter)
		und_record_clear(&c.letter);
	und_buf_clear(&c.file);
	und_buf_clear(&c.out);
	return code;
}

const struct cli_command cmd_cosign = {
	.name = "cosign",
	.run = run,
	.group = "Organise",
	.summary = "add your signature to a roster, a fresh letter or a record",
	.usage = "undersigned cosign FILE --authority FILE [--passphrase-file F]",
	.help = "Registrars and organisers pass FILE from laptop to laptop. Your signature goes\n"
		"  on the newest roster of a ROSTER file,\n"
		"  on the letter, words and sealed lines of a letter that nobody has signed yet,\n"
		"  on every record of a file of loose records that organisers, registrars or\n"
		"  parties sign (a question, the words of an opened letter, …).\n"
		"FILE is checked first and replaced whole. Read it before you sign it:\n"
		"`undersigned show`, `undersigned roster show`.\n"
		"\n"
		"  --authority FILE     your key\n"
		"  --passphrase-file F  read its passphrase from F (- and /dev/fd/N too). Else\n"
		"                       it is asked for\n",
};
