/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cmd_site.c: a letter's pages as files, for any mirror: what a server says of it, but for what a copy cannot do */
#include "cli/commands.h"
#include "cli/page_files.h"

static struct und_page_frame frame_of(const struct cli_page_files *f, const struct und_page_copy *copy, enum und_page_language language)
{
	return (struct und_page_frame){ .language = language, .copy = copy, .app_size = f->app.n };
}

static enum und_err make_page(struct und_buf *out, const struct und_page_frame *frame, struct und_arena *arena, const struct und_serve_view *view)
{
	struct und_view_letter letter;
	struct und_view_roster roster;
	enum und_err e;

	switch (frame->copy->file) {
	case UND_PAGE_FILE_LETTER:
		e = und_serve_letter_view(&letter, arena, view);
		return e == UND_OK ? und_page_letter(out, frame, &letter) : e;
	case UND_PAGE_FILE_ROSTER:
		e = und_serve_roster_view(&roster, arena, view);
		return e == UND_OK ? und_page_roster(out, frame, &roster) : e;
	case UND_PAGE_FILE_PRESS:
		return und_serve_press(out, frame, view, UND_DAY_NONE, false);
	case UND_PAGE_FILE_FEED:
		e = und_serve_letter_view(&letter, arena, view);
		return e == UND_OK ? und_page_feed(out, frame, &letter) : e;
	case UND_PAGE_FILE_SAFE:
		return und_page_safe(out, frame);
	default:
		return und_page_check(out, frame);
	}
}

static enum und_err add_page(struct cli_page_files *f, enum und_page_file file, enum und_page_language language)
{
	const struct und_page_copy copy = { .file = file, .on = f->view.today };
	const struct und_page_frame frame = frame_of(f, &copy, language);
	struct und_buf *out = cli_folder_add(&f->folder, CLI_PAGES_SIZE_MAX, und_page_file_name(file, language));
	struct und_arena arena;
	enum und_err e;

	und_arena_init(&arena);
	e = make_page(out, &frame, &arena, &f->view);
	und_arena_clear(&arena);
	return e;
}

/* What others lead to comes before them; the letter's own page is the last. */
static enum und_err add_pages(struct cli_page_files *f)
{
	enum und_err e;

	if ((e = und_serve_picture(cli_folder_add(&f->folder, CLI_PAGES_SIZE_MAX, &UND_PATH_PICTURE[1]), &f->view, UND_SERVE_SQUARE)) != UND_OK)
		return e;
	if ((e = und_serve_picture(cli_folder_add(&f->folder, CLI_PAGES_SIZE_MAX, &UND_PATH_PREVIEW[1]), &f->view, UND_SERVE_PREVIEW)) != UND_OK)
		return e;
	if ((e = cli_page_files_add_kit(f)) != UND_OK)
		return e;
	for (unsigned file = UND_PAGE_FILES; file-- > 0;)
		for (unsigned language = UND_PAGE_LANGUAGES; language-- > 0;)
			if ((e = add_page(f, (enum und_page_file)file, (enum und_page_language)language)) != UND_OK)
				return e;
	return UND_OK;
}

static int make(struct cli_page_files *f)
{
	enum und_err e;
	int code = cli_page_files_open(f);

	if (code != -1)
		return code;
	cli_page_files_add(f);
	if ((e = add_pages(f)) != UND_OK)
		return cli_fail_at(f->path, e, NULL);
	if ((code = cli_folder_write(&f->folder)) != -1)
		return code;
	printf("%s: %zu files. Open index.html, or put the folder on any web server, below its root.\n", f->dir, f->folder.count);
	if (f->page == NULL)
		puts("Without the page that checks: --page FILE adds it.");
	return CLI_OK;
}

static int run(int argc, char **argv)
{
	struct cli_page_files f = { .dir = NULL };
	const struct cli_option options[] = {
		CLI_VALUE("output", 'o', &f.dir),
		CLI_VALUE("page", 0, &f.page),
		CLI_FLAG("force", 0, &f.replace),
	};
	int code = cli_parse(&cmd_site, options, UND_COUNT_OF(options), argc, argv, &f.path, 1, 1, NULL);

	if (code != -1)
		return code;
	if (f.dir == NULL)
		return cli_missing(&cmd_site, "-o DIR");
	code = make(&f);
	cli_page_files_close(&f);
	return code;
}

const struct cli_command cmd_site = {
	.name = "site",
	.run = run,
	.group = "Host",
	.summary = "a letter's pages as files, for any mirror",
	.usage = "undersigned site LETTER -o DIR [--page FILE] [--force]",
	.help = "Checks the letter and writes its pages into the folder DIR: letter, roll, is it\n"
		"safe, how to check, press kit, feed, in English and Arabic, with pictures, style\n"
		"and the letter's file. They say what a server says of it, work from disk and on\n"
		"any web server, and have no scripts. A copy takes no signatures, and says when\n"
		"it was made.\n"
		"\n"
		"  -o DIR               the folder: new, or empty\n"
		"  --page FILE          put the page that checks in a browser (one file) beside\n"
		"  --force              write into a folder that holds something: files of the\n"
		"                       same names are replaced, others stay\n"
		"\n"
		"Example: undersigned site our.letter -o mirror --page undersigned.html\n",
};
