/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cmd_withdraw.c: take a signature back */
#include "cli/act_io.h"
#include "cli/commands.h"
#include "cli/say.h"

static int withdraw(struct cli_act *a)
{
	struct und_buf line;
	enum und_err e;
	int code;

	if ((code = cli_act_begin(a)) != -1)
		return code;
	if ((code = cli_act_in_time(a, a->letter.state.record->rules.ends, "withdraw")) != -1)
		return code;
	if (und_letter_tag(a->letter.l, a->tag, NULL, NULL) == UND_TAG_WITHDRAWN) {
		cli_note("Your signature on %s is withdrawn already. Nothing was made.", a->path);
		return CLI_OK;
	}
	und_buf_init(&line, 1 << 16);
	e = und_act_withdraw(&line, a->letter.l, &a->member, cli_random());
	if (e == UND_OK)
		cli_say(0,
		        "Once it is added, everybody sees that somebody of your ring signed and withdrew; votes of that signature no longer count, and you cannot sign this letter again.");
	code = e == UND_OK ? cli_act_write(a, und_buf_bytes(&line), "the record") : cli_act_fail(a, e);
	und_buf_clear(&line);
	return code;
}

static int run(int argc, char **argv)
{
	struct cli_act a = { 0 };
	const struct cli_option options[] = {
		CLI_VALUE("key", 0, &a.key_path), CLI_VALUE("link-file", 0, &a.link_file),
		CLI_VALUE("output", 'o', &a.out), CLI_VALUE("passphrase-file", 0, &a.secret.passphrase_file),
		CLI_FLAG("force", 0, &a.force),
	};
	int code = cli_parse(&cmd_withdraw, options, UND_COUNT_OF(options), argc, argv, &a.path, 1, 1, NULL);

	if (code != -1)
		return code;
	if (a.key_path == NULL)
		return cli_missing(&cmd_withdraw, "--key FILE");
	if (a.out != NULL && (code = cli_refuse_existing(a.out, a.force)) != -1)
		return code;
	code = withdraw(&a);
	cli_act_end(&a);
	return code;
}

const struct cli_command cmd_withdraw = {
	.name = "withdraw",
	.run = run,
	.group = "Sign",
	.summary = "take your signature back",
	.usage =
		"undersigned withdraw NAME.letter --key FILE [--link-file FILE] [-o FILE] [--passphrase-file F] [--force]",
	.help = "Possible until the letter's last day. Everybody will see that somebody of your\n"
		"ring signed and withdrew; that signature no longer counts, nor do its votes,\n"
		"and you cannot sign this letter again. The withdrawal is a record, written to\n"
		"FILE or standard output; it counts once it is added.\n"
		"\n"
		"NAME.letter may also be a signing bundle: with one, a signature that still\n"
		"waits to be published can be taken back too, and then leaves no trace.\n"
		"\n"
		"  --key FILE           the key that signed\n"
		"  --link-file FILE     the key of a sealed letter's link\n"
		"  -o FILE              write the record there instead of to standard output\n"
		"  --passphrase-file F  read the key's passphrase from F (- and /dev/fd/N too)\n"
		"  --force              replace the FILE of -o if it exists\n",
};
