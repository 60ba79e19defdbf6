/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cmd_translation.c: the letter's words in another language, by the organisers */
#include "cli/commands.h"
#include "cli/post.h"
#include "cli/text.h"
#include "cli/translation_ini.h"

struct translating {
	struct cli_post post; /* first, so that fill finds the rest */
	const char *ini_path;
	struct cli_translation_ini ini;
};

static int read_ini(struct translating *o)
{
	static const char advice[] = "`undersigned translation --help` shows a whole example.";
	struct cli_fault fault = { 0 };
	struct und_buf text;
	enum und_err e;
	int code = -1;

	und_buf_init(&text, CLI_INI_SIZE_MAX);
	e = und_file_read(&text, o->ini_path, CLI_INI_SIZE_MAX);
	if (e != UND_OK) {
		code = cli_fail_file(o->ini_path, "read", e);
		goto out;
	}
	e = cli_translation_ini_read(&o->ini, und_buf_bytes(&text), o->post.letter.state.words, &fault);
	if (e == UND_ERR_TEXT && fault.line != 0)
		code = cli_fail(CLI_FALSE, advice, "%s: line %u: %s.", o->ini_path, fault.line, fault.why);
	else if (e == UND_ERR_TEXT)
		code = cli_fail(CLI_FALSE, advice, "%s: %s.", o->ini_path, fault.why);
	else if (e != UND_OK)
		code = cli_fail(CLI_TRIED, cli_advice(e), "%s.", und_err_text(e));
	else
		code = cli_text_file_beside(&o->ini.translation.body, &o->ini.arena, o->ini_path, (const char *)o->ini.text_path.p, UND_BODY_TEXT_MAX);
out:
	und_buf_clear(&text);
	return code;
}

static int fill(struct cli_post *p)
{
	struct translating *o = (struct translating *)p;
	struct und_translation *r = &p->record.u.translation;
	uint8_t letter[UND_ID_SIZE];
	int code;

	if ((code = read_ini(o)) != -1)
		return code;
	memcpy(letter, r->letter, sizeof letter);
	*r = o->ini.translation;
	memcpy(r->letter, letter, sizeof letter);
	return cli_post_day(&r->on, p);
}

static int run(int argc, char **argv)
{
	struct translating o = { .post = { .command = &cmd_translation } };
	const struct cli_option options[] = {
		CLI_VALUE("link-file", 0, &o.post.link_file),
		CLI_VALUE("on", 0, &o.post.on),
		CLI_POST_OPTIONS(o.post),
	};
	const char *args[2];
	int code = cli_parse(&cmd_translation, options, UND_COUNT_OF(options), argc, argv, args, 2, 2, NULL);

	if (code != -1)
		return code;
	o.post.path = args[0];
	o.ini_path = args[1];
	code = cli_post(&o.post, UND_TYPE_TRANSLATION, fill);
	cli_translation_ini_clear(&o.ini);
	return code;
}

const struct cli_command cmd_translation = {
	.name = "translation",
	.run = run,
	.group = "Organise",
	.summary = "give the letter's words in another language",
	.usage = "undersigned translation NAME.letter TRANSLATION.ini [--link-file FILE] [--on DAY] [--authority FILE] [-o FILE] [--passphrase-file F] "
		 "[--force] [--json]",
	.help = "Writes the letter's title, text and demands in another language as a record.\n"
		"Readers see that it is a translation by the organisers, and in which language\n"
		"the letter was signed. It stands once the organisers have signed it at their\n"
		"quorum (`undersigned cosign`) and it is added (`undersigned add`); of several in\n"
		"one language the last one counts. With the link of a letter that is still\n"
		"sealed and that nobody has signed, it goes into the seal (`undersigned letter\n"
		"seal`), so that whoever has the link reads it too.\n"
		"\n"
		"  --link-file FILE     the key of a sealed letter's link\n"
		"  --on DAY             its day, if not today\n"
		"  --authority FILE     sign it at once with an organiser's key\n"
		"  --passphrase-file F  read the passphrase of that key from F (- and /dev/fd/N\n"
		"                       too). Else it is asked for\n"
		"  -o FILE              write the record there instead of to standard output\n"
		"  --force              replace the FILE of -o if it exists\n"
		"  --json               its id, and how many signatures it lacks, for programs\n"
		"\n"
		"TRANSLATION.ini, complete. Comments as in LETTER.ini; every demand of the letter\n"
		"stands in it:\n"
		"\n"
		"  [translation]\n"
		"  language = fr\n"
		"  title = Sur le port\n"
		"  text = text.fr.md             ; CommonMark, beside this file\n"
		"  [demands]\n"
		"  d1 = Ouvrez le port.\n"
		"  d2 = Réparez la route.\n"
		"\n"
		"Next: `undersigned show our.letter --language fr`.\n",
};
