/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cmd_key_show.c: `key show`: what a key file says of itself; nothing that incriminates, because nothing of the kind is in it */
#include "base/hash.h"
#include "base/json.h"
#include "cli/commands.h"
#include "cli/key_words.h"

static int print_json(const struct und_key_plain *plain, const char *brief, const char *pin)
{
	struct und_buf text;
	struct und_json j;
	enum und_err e;

	und_buf_init(&text, 1024);
	und_json_init(&j, &text);
	und_json_open_object(&j);
	und_json_name(&j, "edition");
	und_json_number(&j, plain->edition);
	und_json_name(&j, "imported");
	und_json_bool(&j, plain->kind == UND_KEY_IMPORTED);
	und_json_name(&j, "pin");
	und_json_cstr(&j, pin);
	und_json_name(&j, "series");
	und_json_cstr(&j, plain->series);
	und_json_name(&j, "short");
	und_json_cstr(&j, brief);
	und_json_close_object(&j);
	e = text.err;
	if (e == UND_OK)
		printf("%.*s\n", (int)text.n, (const char *)text.p);
	und_buf_clear(&text);
	return e == UND_OK ? CLI_OK : cli_fail(cli_exit_of(e), cli_advice(e), "%s.", und_err_text(e));
}

static int print(const struct und_key_plain *plain, bool json)
{
	char brief[UND_SHORT_ID_SIZE], pin[UND_SHORT_ID_SIZE] = "";
	int code;

	code = cli_key_short(brief, plain);
	if (code != -1)
		return code;
	if (plain->has_pin)
		und_short_id(pin, plain->pin);
	if (json)
		return print_json(plain, brief, pin);
	if (plain->kind == UND_KEY_CHAIN)
		printf("series %s, edition %u, public key %s\n", plain->series, plain->edition, brief);
	else
		printf("imported, edition 0, public key %s\n", brief);
	if (plain->has_pin)
		printf("pin of the registrars: %s\n", pin);
	return CLI_OK;
}

static int run(int argc, char **argv)
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

	code = cli_parse(&cmd_key_show, options, UND_COUNT_OF(options), argc, argv, &path, 1, 1, NULL);
	if (code != -1)
		return code;
	code = cli_key_open(&plain, path, 0, &secret);
	if (code != -1)
		return code;
	code = print(&plain, json);
	und_key_plain_wipe(&plain);
	return code;
}

const struct cli_command cmd_key_show = {
	.name = "key show",
	.run = run,
	.group = "Be a member",
	.summary = "print the edition of a key and its public key's short form",
	.usage = "undersigned key show FILE [--passphrase-file F] [--json]",
	.help = "A key file does not say what was signed with it, nor whether anything was. But\n"
		"whoever holds it can test any letter of its edition and of later ones: that is\n"
		"why keys are advanced (`undersigned key advance`).\n"
		"\n"
		"  --passphrase-file F  read the passphrase from F (- and /dev/fd/N too). Else\n"
		"                       it is asked for\n"
		"  --json               the same for programs\n",
};
