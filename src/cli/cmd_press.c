/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cmd_press.c: a press kit: sheets to print, a picture for print, the letter's file with its fingerprint, the page that checks */
#include "base/hash.h"
#include "cli/commands.h"
#include "cli/page_files.h"

struct pressing {
	struct cli_page_files files;
	const char *embargo_text;
	und_day embargo;
	const char *link_file;
};

static enum und_err add_sheets(struct pressing *p, enum und_page_language language)
{
	const struct und_page_copy copy = { .file = UND_PAGE_FILE_PRESS, .on = p->files.view.today };
	const struct und_page_frame frame = { .language = language, .copy = &copy, .app_size = p->files.app.n };
	struct und_buf *out = cli_folder_add(&p->files.folder, CLI_PAGES_SIZE_MAX, und_page_file_name(UND_PAGE_FILE_PRESS, language));

	return und_serve_press(out, &frame, &p->files.view, p->embargo, true);
}

static enum und_err add_all(struct pressing *p)
{
	enum und_err e;

	cli_page_files_add(&p->files);
	if ((e = cli_page_files_add_kit(&p->files)) != UND_OK)
		return e;
	for (unsigned language = UND_PAGE_LANGUAGES; language-- > 0;)
		if ((e = add_sheets(p, (enum und_page_language)language)) != UND_OK)
			return e;
	return UND_OK;
}

/* What the link opens is the letter's, or it does not open: its id binds the words. */
static int unseal(struct pressing *p)
{
	if (p->link_file == NULL)
		return -1;
	if (!p->files.letter.state.sealed)
		return cli_fail(CLI_TRIED, "Without --link-file the kit holds its words.", "%s: not sealed.", p->files.path);
	return cli_letter_unseal(&p->files.letter, p->link_file);
}

static int make(struct pressing *p)
{
	char brief[UND_SHORT_ID_SIZE];
	enum und_err e;
	int code = -1;

	p->embargo = UND_DAY_NONE;
	if (p->embargo_text != NULL)
		code = cli_parse_day(&p->embargo, "--embargo", p->embargo_text);
	if (code != -1 || (code = cli_page_files_open(&p->files)) != -1)
		return code;
	if ((code = unseal(p)) != -1)
		return code;
	if (p->embargo != UND_DAY_NONE && p->embargo <= p->files.view.today)
		cli_note("the embargo has ended: %s.", p->embargo_text);
	if ((e = add_all(p)) != UND_OK)
		return cli_fail_at(p->files.path, e, NULL);
	if ((code = cli_folder_write(&p->files.folder)) != -1)
		return code;
	printf("%s: %zu files. Open and print press.html or press.ar.html.\n", p->files.dir, p->files.folder.count);
	und_short_id(brief, p->files.sha256);
	printf("Tell in another place: %s" UND_SUFFIX_LETTER " %s\n", p->files.slug, brief);
	if (p->link_file != NULL)
		puts("The sheets hold the sealed words: give them to nobody who must not read them yet.");
	if (p->files.page == NULL)
		puts("Without the page that checks: --page FILE adds it.");
	return CLI_OK;
}

static int run(int argc, char **argv)
{
	struct pressing p = { .files = { .dir = NULL } };
	const struct cli_option options[] = {
		CLI_VALUE("output", 'o', &p.files.dir),
		CLI_VALUE("embargo", 0, &p.embargo_text),
		CLI_VALUE("link-file", 0, &p.link_file),
		CLI_VALUE("page", 0, &p.files.page),
		CLI_FLAG("force", 0, &p.files.replace),
	};
	int code = cli_parse(&cmd_press, options, UND_COUNT_OF(options), argc, argv, &p.files.path, 1, 1, NULL);

	if (code != -1)
		return code;
	if (p.files.dir == NULL)
		return cli_missing(&cmd_press, "-o DIR");
	code = make(&p);
	cli_page_files_close(&p.files);
	return code;
}

const struct cli_command cmd_press = {
	.name = "press",
	.run = run,
	.group = "Host",
	.summary = "a press kit: sheets to print, picture, file, how to check",
	.usage = "undersigned press LETTER -o DIR [--embargo DATE] [--link-file FILE] [--page FILE] [--force]",
	.help = "Checks the letter and writes into the folder DIR what a newspaper needs, in\n"
		"English and Arabic: the letter to print, what its number says and does not say\n"
		"in sentences to quote, a picture of the signers for print, the letter's file\n"
		"with its fingerprint as text and QR code, and how to check it in five minutes.\n"
		"\n"
		"  -o DIR               the folder: new, or empty\n"
		"  --embargo DATE       not to be published before that day: on every sheet\n"
		"  --link-file FILE     the key of a sealed letter's link: its words stand on\n"
		"                       the sheets, and on each that they are sealed\n"
		"  --page FILE          put the page that checks in a browser (one file) beside\n"
		"  --force              write into a folder that holds something: files of the\n"
		"                       same names are replaced, others stay\n"
		"\n"
		"Example: undersigned press our.letter -o kit --embargo 2027-02-01\n",
};
