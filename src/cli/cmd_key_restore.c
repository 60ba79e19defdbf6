/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cmd_key_restore.c: `key restore`: a key from its written code, with one slip of the pen forgiven */
#include <unistd.h>

#include "base/secret.h"
#include "cli/commands.h"
#include "cli/key_words.h"
#include "proof/edition.h"

struct restore {
	const char *out, *series, *pin, *code_file;
	struct cli_secret_options secret;
	bool yes, force;
};

/* Shown while it is typed, for forty characters cannot be typed blind, and gone from the screen after. */
static int read_code(struct und_buf *out, const char *file)
{
	enum und_err e;

	if (file != NULL)
		return cli_secret_read(out, file, NULL, false, false);
	e = und_tty_ask(out, "Written code: ", false);
	if (e == UND_ERR_STOPPED || cli_interrupted())
		return cli_fail(CLI_INTERRUPTED, NULL, "interrupted; nothing was written.");
	if (e == UND_ERR_IO)
		return cli_fail(CLI_TRIED, "Run it in a terminal, or give a file: --code-file F; F may be - or /dev/fd/N.", "there is no terminal to ask on.");
	if (e != UND_OK)
		return cli_fail(cli_exit_of(e), cli_advice(e), "%s.", und_err_text(e));
	if (und_tty_is(STDERR_FILENO))
		fputs("\033[A\r\033[K", stderr);
	return -1;
}

static void name_slip(const struct und_code_slip *slip)
{
	unsigned group = (slip->position - 1) / 4 + 1, place = (slip->position - 1) % 4 + 1;

	if (slip->swapped)
		cli_note("Two neighbours seem to have changed places: characters %u and %u (from place %u of group %u), \"%c%c\" for \"%c%c\".", slip->position,
			 slip->position + 1, place, group, slip->written, slip->meant, slip->meant, slip->written);
	else
		cli_note("One character seems wrong: number %u (place %u of group %u) reads \"%c\", and \"%c\" would be right.", slip->position, place, group,
			 slip->written, slip->meant);
}

/* A code that is none, or fails its check (fault): the slip is named, and taken back only if somebody says so. */
static int correct(struct und_chain *chain, struct und_bytes text, enum und_err fault, bool yes)
{
	struct und_code_slip slip;
	unsigned found;
	int code;

	found = und_code_find_slip(&slip, text);
	if (found == 0 && fault == UND_ERR_CODE_FORM)
		return cli_fail(cli_exit_of(fault), cli_advice(fault), "%s.", und_err_text(fault));
	if (found == 0)
		return cli_fail(CLI_TRIED, cli_advice(UND_ERR_CODE_CHECK), "%s: more than one character is wrong.", und_err_text(UND_ERR_CODE_CHECK));
	if (found > 1) {
		code = cli_fail(CLI_TRIED, cli_advice(UND_ERR_CODE_CHECK), "%s.", und_err_text(UND_ERR_CODE_CHECK));
		goto out;
	}
	cli_note("The written code is mistyped.");
	name_slip(&slip);
	code = yes ? -1 : cli_confirm("Go on with that? Compare it with the paper. [y/n] ", "Correct it in the file, or say --yes to take the correction.");
	if (code == CLI_FALSE)
		code = CLI_TRIED;
	if (code == -1 && und_code_decode(chain, und_cstr(slip.corrected)) != UND_OK)
		und_bug_if(true);
out:
	und_wipe(&slip, sizeof slip);
	return code;
}

static int take_code(struct und_key_plain *plain, const struct restore *o)
{
	struct und_chain chain = { 0 };
	struct und_buf text;
	enum und_err e;
	int code;

	und_buf_init_secret(&text, CLI_SECRET_MAX);
	code = read_code(&text, o->code_file);
	if (code == -1) {
		e = und_code_decode(&chain, und_buf_bytes(&text));
		if (e == UND_ERR_CODE_CHECK || e == UND_ERR_CODE_FORM)
			code = correct(&chain, und_buf_bytes(&text), e, o->yes);
		else if (e != UND_OK)
			code = cli_fail(cli_exit_of(e), cli_advice(e), "%s.", und_err_text(e));
	}
	if (code == -1) {
		plain->edition = chain.edition;
		memcpy(plain->secret, chain.state, sizeof chain.state);
	}
	und_chain_wipe(&chain);
	und_buf_clear(&text);
	return code;
}

static int run(int argc, char **argv)
{
	struct und_key_plain plain = { .kind = UND_KEY_CHAIN };
	struct restore o = { 0 };
	const struct cli_option options[] = {
		CLI_VALUE("output", 'o', &o.out),
		CLI_VALUE("series", 0, &o.series),
		CLI_VALUE("pin", 0, &o.pin),
		CLI_VALUE("code-file", 0, &o.code_file),
		CLI_VALUE("passphrase-file", 0, &o.secret.passphrase_file),
		CLI_FLAG("no-passphrase", 0, &o.secret.no_passphrase),
		CLI_FLAG("yes", 0, &o.yes),
		CLI_FLAG("force", 0, &o.force),
	};
	int code;

	code = cli_parse(&cmd_key_restore, options, UND_COUNT_OF(options), argc, argv, NULL, 0, 0, NULL);
	if (code != -1)
		return code;
	if (o.out == NULL || o.series == NULL)
		return cli_missing(&cmd_key_restore, o.out == NULL ? "-o FILE" : "--series ID");
	code = cli_refuse_existing(o.out, o.force);
	if (code == -1)
		code = cli_key_describe(&plain, o.series, o.pin);
	if (code == -1)
		code = take_code(&plain, &o);
	if (code == -1)
		code = cli_key_save(o.out, &plain, &o.secret, o.force);
	if (code == -1)
		code = cli_print_key(&plain);
	und_key_plain_wipe(&plain);
	if (code != -1)
		return code;
	cli_note("A code says neither series nor registrars: `undersigned roster show ROSTER --key %s` says whether this key is on the roll.", o.out);
	return CLI_OK;
}

const struct cli_command cmd_key_restore = {
	.name = "key restore",
	.run = run,
	.group = "Be a member",
	.summary = "make a key file from the written code",
	.usage = "undersigned key restore -o FILE --series ID [--pin PIN] [--code-file F] [--passphrase-file F | --no-passphrase] [--yes] [--force]",
	.help = "The written code (ten groups of four letters and digits) holds the key of the\n"
		"edition at which it was written down, and so of every later one. One wrong\n"
		"character, or two swapped neighbours, are found and named.\n"
		"\n"
		"  -o FILE              where the key goes\n"
		"  --series ID          the roll's short name, which the code does not hold\n"
		"  --pin PIN            who the roll's registrars are, 43 characters from the\n"
		"                       invitation card\n"
		"  --code-file F        read the code from F (- and /dev/fd/N too). Else it is\n"
		"                       asked for\n"
		"  --yes                take the correction of a slip without asking\n"
		"  --passphrase-file F  read the new file's passphrase from F (- and /dev/fd/N\n"
		"                       too). Else it is asked for, twice\n"
		"  --no-passphrase      none: whoever has the file has the key\n"
		"  --force              replace FILE if it exists\n"
		"\n"
		"Next: where that edition is over, `undersigned key advance`.\n",
};
