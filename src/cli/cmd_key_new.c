/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cmd_key_new.c: `key new`: a member's chain of keys begins */
#include "cli/commands.h"
#include "cli/key_words.h"
#include "cli/member_key.h"

struct key_new {
	const char *out, *series, *edition, *pin;
	struct cli_secret_options secret;
	bool show_code, force;
};

static int make(struct und_key_plain *plain, const struct key_new *o)
{
	uint64_t edition = 1;
	int code;

	if (o->edition != NULL && (code = cli_parse_number(&edition, "--edition", o->edition, 1, UINT16_MAX)) != -1)
		return code;
	return cli_member_key_make(plain, o->series, (uint16_t)edition, o->pin);
}

static int run(int argc, char **argv)
{
	struct und_key_plain plain = { .kind = UND_KEY_CHAIN };
	struct key_new o = { 0 };
	const struct cli_option options[] = {
		CLI_VALUE("output", 'o', &o.out),
		CLI_VALUE("series", 0, &o.series),
		CLI_VALUE("edition", 0, &o.edition),
		CLI_VALUE("pin", 0, &o.pin),
		CLI_VALUE("passphrase-file", 0, &o.secret.passphrase_file),
		CLI_FLAG("no-passphrase", 0, &o.secret.no_passphrase),
		CLI_FLAG("show-code", 0, &o.show_code),
		CLI_FLAG("force", 0, &o.force),
	};
	int code;

	code = cli_parse(&cmd_key_new, options, UND_COUNT_OF(options), argc, argv, NULL, 0, 0, NULL);
	if (code != -1)
		return code;
	if (o.out == NULL || o.series == NULL)
		return cli_missing(&cmd_key_new, o.out == NULL ? "-o FILE" : "--series ID");
	code = make(&plain, &o);
	if (code == -1)
		code = cli_key_save(o.out, &plain, &o.secret, o.force);
	if (code == -1 && o.show_code)
		code = cli_print_code(&plain);
	und_key_plain_wipe(&plain);
	if (code != -1)
		return code;
	if (o.show_code)
		cli_note("Above: the written code. Whoever reads it has this key and all that follow; on paper, apart from the computer, it restores a lost file.");
	cli_note("Next: undersigned key enrol %s --body ID >enrolment, and hand that line to whoever keeps the roll.", o.out);
	return CLI_OK;
}

const struct cli_command cmd_key_new = {
	.name = "key new",
	.run = run,
	.group = "Be a member",
	.summary = "make a member's key",
	.usage = "undersigned key new -o FILE --series ID [--edition E] [--pin PIN] [--passphrase-file F | --no-passphrase] [--show-code] [--force]",
	.help = "A member has a chain of keys, one for each edition of the roll. FILE (208\n"
		"bytes, for its owner alone) holds the key of the current edition. Later keys\n"
		"follow from it; earlier ones cannot be had back. A key file holds no name, and\n"
		"never says what was signed with it.\n"
		"\n"
		"  -o FILE              where the key goes\n"
		"  --series ID          the roll's short name, from whoever keeps the roll\n"
		"  --edition E          the roll's current edition (1 unless told)\n"
		"  --pin PIN            who the roll's registrars are, 43 characters from the\n"
		"                       invitation card. The key then signs no letter whose\n"
		"                       roll others have signed\n"
		"  --passphrase-file F  read the passphrase from F (- and /dev/fd/N too).\n"
		"                       Else it is asked for, twice\n"
		"  --no-passphrase      none: whoever has the file has the key\n"
		"  --show-code          print the written code, which restores the key without\n"
		"                       file and passphrase\n"
		"  --force              replace FILE if it exists\n"
		"\n"
		"Example: undersigned key new -o me.key --series staff\n"
		"Next: `undersigned key enrol`.\n",
};
