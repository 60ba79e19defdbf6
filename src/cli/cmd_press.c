/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cmd_press.c: a press kit: sheets to print, a picture for print, the letter's file with its fingerprint, the page that checks */
#include "base/hash.h"
#include "cli/commands.h"
#include "cli/page_files.h"
#include "page/qr.h"

struct pressing {
	struct cli_page_files files;
	const char *embargo_text;
	und_day embargo;
	uint8_t sha256[32];
	char brief[UND_SHORT_ID_SIZE];
};

/* NAME.letter, a blank, and the short form: what a camera reads. */
static enum und_err add_qr(struct pressing *p)
{
	struct und_buf text;
	enum und_err e;

	und_buf_init(&text, 256);
	und_buf_add_str(&text, p->files.slug);
	und_buf_add_str(&text, UND_SUFFIX_LETTER " ");
	und_buf_add_str(&text, p->brief);
	e = text.err;
	if (e == UND_OK)
		e = und_qr_print(cli_folder_add(&p->files.folder, CLI_PAGES_SIZE_MAX, UND_PRESS_QR), und_buf_bytes(&text));
	und_buf_clear(&text);
	return e;
}

/* As sha256sum writes and reads it. */
static enum und_err add_sum(struct pressing *p)
{
	static const char digits[] = "0123456789abcdef";
	struct und_buf *out = cli_folder_add(&p->files.folder, 4096, UND_PRESS_SUMS);

	for (size_t i = 0; i < sizeof p->sha256; i++) {
		und_buf_add_u8(out, (uint8_t)digits[p->sha256[i] >> 4]);
		und_buf_add_u8(out, (uint8_t)digits[p->sha256[i] & 15]);
	}
	und_buf_add_str(out, "  ");
	und_buf_add_str(out, p->files.slug);
	und_buf_add_str(out, UND_SUFFIX_LETTER "\n");
	return out->err;
}

static enum und_err add_sheets(struct pressing *p, enum und_page_language language)
{
	const struct und_page_copy copy = { .file = UND_PAGE_FILE_PRESS, .on = p->files.view.today };
	const struct und_page_frame frame = { .language = language, .copy = &copy, .app_size = p->files.app.n };
	struct und_buf *out = cli_folder_add(&p->files.folder, CLI_PAGES_SIZE_MAX, und_page_file_name(UND_PAGE_FILE_PRESS, language));
	struct und_view_letter letter;
	struct und_arena arena;
	enum und_err e;

	und_arena_init(&arena);
	e = und_serve_letter_view(&letter, &arena, &p->files.view);
	if (e == UND_OK) {
		letter.file_sha256 = p->sha256;
		e = und_page_press(out, &frame, &(const struct und_view_press){ .letter = &letter, .embargo = p->embargo, .short_file = und_cstr(p->brief) });
	}
	und_arena_clear(&arena);
	return e;
}

static enum und_err add_all(struct pressing *p)
{
	enum und_err e;

	und_sha256(p->sha256, &p->files.file.bytes, 1);
	und_short_id(p->brief, p->sha256);
	cli_page_files_add(&p->files);
	if ((e = und_serve_picture(cli_folder_add(&p->files.folder, CLI_PAGES_SIZE_MAX, UND_PRESS_PICTURE), &p->files.view, UND_SERVE_PRINT)) != UND_OK)
		return e;
	if ((e = add_qr(p)) != UND_OK)
		return e;
	if ((e = add_sum(p)) != UND_OK)
		return e;
	for (unsigned language = UND_PAGE_LANGUAGES; language-- > 0;)
		if ((e = add_sheets(p, (enum und_page_language)language)) != UND_OK)
			return e;
	return UND_OK;
}

static int make(struct pressing *p)
{
	enum und_err e;
	int code = -1;

	p->embargo = UND_DAY_NONE;
	if (p->embargo_text != NULL)
		code = cli_parse_day(&p->embargo, "--embargo", p->embargo_text);
	if (code != -1 || (code = cli_page_files_open(&p->files)) != -1)
		return code;
	if (p->embargo != UND_DAY_NONE && p->embargo <= p->files.view.today)
		cli_note("the embargo has ended: %s.", p->embargo_text);
	if ((e = add_all(p)) != UND_OK)
		return cli_fail_at(p->files.path, e, NULL);
	if ((code = cli_folder_write(&p->files.folder)) != -1)
		return code;
	printf("%s: %zu files. Open and print press.html or press.ar.html.\n", p->files.dir, p->files.folder.count);
	printf("Tell in another place: %s" UND_SUFFIX_LETTER " %s\n", p->files.slug, p->brief);
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
	.usage = "undersigned press LETTER -o DIR [--embargo DATE] [--page FILE] [--force]",
	.help = "Checks the letter and writes into the folder DIR what a newspaper needs, in\n"
		"English and Arabic: the letter to print, what its number says and does not say\n"
		"in sentences to quote, a picture of the signers for print, the letter's file\n"
		"with its fingerprint as text and QR code, and how to check it in five minutes.\n"
		"\n"
		"  -o DIR               the folder: new, or empty\n"
		"  --embargo DATE       not to be published before that day: on every sheet\n"
		"  --page FILE          put the page that checks in a browser (one file) beside\n"
		"  --force              write into a folder that holds something: files of the\n"
		"                       same names are replaced, others stay\n"
		"\n"
		"Example: undersigned press our.letter -o kit --embargo 2027-02-01\n",
};
