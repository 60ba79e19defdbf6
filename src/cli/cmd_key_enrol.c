/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cmd_key_enrol.c: `key enrol`: the line with which a member asks to be on the roll */
#include "cli/commands.h"
#include "cli/key_words.h"
#include "cli/member_key.h"
#include "record/record.h"

enum { EDITIONS_USUAL = 12, EDITIONS_MAX = 384 /* what fits into a line of 64 KiB */ };

static int enrol(const struct und_key_plain *plain, const char *body, size_t editions, const char *out, bool force)
{
	struct und_buf line;
	enum und_err e;
	int code;

	und_buf_init(&line, UND_LINE_MAX);
	e = cli_enrolment(&line, plain, und_cstr(body), &editions);
	if (e != UND_OK)
		code = cli_fail(cli_exit_of(e), cli_advice(e), "%s.", und_err_text(e));
	else
		code = cli_write_line(out, force, und_buf_bytes(&line));
	if (code == -1) {
		cli_note("This line asks for %s of series %s, editions %u to %u: public keys and proofs, no secret. Hand it to whoever keeps the roll.", body,
			 plain->series, plain->edition, (unsigned)(plain->edition + editions - 1));
		cli_note("They see which keys belong together, and delete the line once the roll is made.");
	}
	und_buf_clear(&line);
	return code;
}

static int run(int argc, char **argv)
{
	const char *path, *body = NULL, *editions = NULL, *out = NULL;
	struct cli_secret_options secret = { NULL, false };
	struct und_key_plain plain;
	uint64_t count = EDITIONS_USUAL;
	bool force = false;
	const struct cli_option options[] = {
		CLI_VALUE("body", 0, &body),
		CLI_VALUE("editions", 0, &editions),
		CLI_VALUE("output", 'o', &out),
		CLI_VALUE("passphrase-file", 0, &secret.passphrase_file),
		CLI_FLAG("force", 0, &force),
	};
	int code;

	code = cli_parse(&cmd_key_enrol, options, UND_COUNT_OF(options), argc, argv, &path, 1, 1, NULL);
	if (code != -1)
		return code;
	if (body == NULL)
		return cli_missing(&cmd_key_enrol, "--body ID");
	if (!und_id_text_is_valid(und_cstr(body)))
		return cli_fail(CLI_TRIED, "Ask whoever keeps the roll for the id of your body.", "--body: %s.", und_err_text(UND_ERR_ID_FORM));
	if (editions != NULL && (code = cli_parse_number(&count, "--editions", editions, 1, EDITIONS_MAX)) != -1)
		return code;
	if ((code = cli_refuse_existing(out, force)) != -1 || (code = cli_key_open(&plain, path, 0, &secret)) != -1)
		return code;
	code = cli_key_needs_editions(path, &plain, "Registrars gather existing SSH keys themselves: `undersigned roster import`.");
	if (code == -1)
		code = enrol(&plain, body, (size_t)count, out, force);
	und_key_plain_wipe(&plain);
	return code == -1 ? CLI_OK : code;
}

const struct cli_command cmd_key_enrol = {
	.name = "key enrol",
	.run = run,
	.group = "Be a member",
	.summary = "print the line that asks for a place on the roll",
	.usage = "undersigned key enrol FILE --body ID [--editions 12] [-o FILE] [--passphrase-file F] [--force]",
	.help = "Prints one line: the public keys of this and the coming editions, each with a\n"
		"proof that its owner holds the secret. No secret is in it. Enrol by routine,\n"
		"long before any letter: then having enrolled says nothing.\n"
		"\n"
		"  --body ID            the body that you belong to, as the roll calls it\n"
		"  --editions N         how many editions, this one included (12 unless told)\n"
		"  -o FILE              write the line there instead of to standard output\n"
		"  --passphrase-file F  read the key's passphrase from F (- and /dev/fd/N too).\n"
		"                       Else it is asked for\n"
		"  --force              replace the FILE of -o if it exists\n"
		"\n"
		"Example: undersigned key enrol me.key --body harbour -o me.enrolment\n"
		"Next: hand the line to a registrar. Once the roll is out, `undersigned roster\n"
		"show ROSTER --key FILE` says whether you are on it.\n",
};
