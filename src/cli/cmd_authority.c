/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cmd_authority.c: `authority new` and `authority show`: the Ed25519 key of an organiser, registrar or party */
#include "base/hash.h"
#include "base/secret.h"
#include "cli/commands.h"
#include "proof/authority.h"

/* The public key, and its short form for the telephone. Allocates nothing: `authority new` has written its file by now. */
static int show_public(const struct und_key_plain *plain, bool json)
{
	uint8_t key[UND_ED25519_KEY_SIZE];
	char brief[UND_SHORT_ID_SIZE], text[44];

	und_authority_public(key, plain->secret);
	und_short_id(brief, key);
	und_base64_encode_secret(text, key);
	printf(json ? "{\"key\":\"%s\",\"short\":\"%s\"}\n" : "%s\nshort form: %s\n", text, brief);
	return CLI_OK;
}

static int run_new(int argc, char **argv)
{
	const struct und_random *random = cli_random();
	struct und_key_plain plain = { .kind = UND_KEY_AUTHORITY };
	struct cli_secret_options secret = { NULL, false };
	const char *out = NULL;
	bool force = false;
	const struct cli_option options[] = {
		CLI_VALUE("output", 'o', &out),
		CLI_VALUE("passphrase-file", 0, &secret.passphrase_file),
		CLI_FLAG("no-passphrase", 0, &secret.no_passphrase),
		CLI_FLAG("force", 0, &force),
	};
	int code;

	code = cli_parse(&cmd_authority_new, options, UND_COUNT_OF(options), argc, argv, NULL, 0, 0, NULL);
	if (code != -1)
		return code;
	if (out == NULL)
		return cli_missing(&cmd_authority_new, "-o FILE");
	if (random->fill(random->ctx, plain.secret, sizeof plain.secret) != UND_OK)
		return cli_fail(CLI_TRIED, cli_advice(UND_ERR_RANDOM), "%s.", und_err_text(UND_ERR_RANDOM));
	code = cli_key_save(out, &plain, &secret, force);
	if (code == -1) {
		code = show_public(&plain, false);
		cli_note("%s holds the secret: keep it and a copy apart. The line above is for everybody; tell its short form by telephone.", out);
	}
	und_key_plain_wipe(&plain);
	return code;
}

const struct cli_command cmd_authority_new = {
	.name = "authority new",
	.run = run_new,
	.group = "Keep the roll",
	.summary = "make the key of an organiser, registrar or party",
	.usage = "undersigned authority new -o FILE [--passphrase-file F | --no-passphrase] [--force]",
	.help = "Makes an Ed25519 key, writes it to FILE (for its owner alone), and prints the\n"
		"public key and its short form.\n"
		"\n"
		"  -o FILE              where the secret goes\n"
		"  --passphrase-file F  read the passphrase from F (- and /dev/fd/N too). Else\n"
		"                       it is asked for, twice\n"
		"  --no-passphrase      none: whoever has the file has the key\n"
		"  --force              replace FILE if it exists\n"
		"\n"
		"Example: undersigned authority new -o organiser.key\n"
		"Next: registrars and organisers write each other's public keys into LETTER.ini,\n"
		"after comparing short forms by telephone. `undersigned cosign` signs rosters,\n"
		"letters and records with FILE.\n",
};

static int run_show(int argc, char **argv)
{
	struct cli_secret_options secret = { NULL, false };
	struct und_key_plain plain;
	const char *path;
	bool json = false;
	const struct cli_option options[] = {
		CLI_VALUE("passphrase-file", 0, &secret.passphrase_file),
		CLI_FLAG("json", 0, &json),
	};
	int code;

	code = cli_parse(&cmd_authority_show, options, UND_COUNT_OF(options), argc, argv, &path, 1, 1, NULL);
	if (code != -1)
		return code;
	code = cli_key_open(&plain, path, UND_KEY_AUTHORITY, &secret);
	if (code != -1)
		return code;
	code = show_public(&plain, json);
	und_key_plain_wipe(&plain);
	return code;
}

const struct cli_command cmd_authority_show = {
	.name = "authority show",
	.run = run_show,
	.group = "Keep the roll",
	.summary = "print the public key of an authority file, and its short form",
	.usage = "undersigned authority show FILE [--passphrase-file F] [--json]",
	.help = "  --passphrase-file F  read the passphrase from F (- and /dev/fd/N too). Else\n"
		"                       it is asked for\n"
		"  --json               {\"key\":…,\"short\":…}\n",
};
