/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* page_files.c: what `site` and `press` write: a letter that was checked, its file, the style, the one HTML file */
#include "cli/page_files.h"

#include "base/hash.h"
#include "cli/lines.h"

enum { PAGE_MAX = 16 << 20 };

/* The name of the letter's file is its pages' name for it, as on a server. */
static int find_slug(struct cli_page_files *f)
{
	const char *name = strrchr(f->path, '/');
	size_t n;

	name = name == NULL ? f->path : name + 1;
	n = strlen(name);
	if (n > strlen(UND_SUFFIX_LETTER) && strcmp(name + n - strlen(UND_SUFFIX_LETTER), UND_SUFFIX_LETTER) == 0)
		n -= strlen(UND_SUFFIX_LETTER);
	if (n == 0 || n > CLI_PAGES_SLUG_MAX || strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-") < n || name[0] == '-' || name[n - 1] == '-')
		return cli_fail(CLI_TRIED, "Call a copy of it by up to 64 of a-z, 0-9 and -, then .letter: the pages link to it.", "%s: its name fits into no address.", f->path);
	memcpy(f->slug, name, n);
	f->slug[n] = '\0';
	return -1;
}

static int read_page(struct cli_page_files *f)
{
	struct und_serve_options options = { .store = NULL };
	enum und_err e;

	if (f->page == NULL)
		return -1;
	if ((e = und_file_read(&f->app, f->page, PAGE_MAX)) != UND_OK)
		return cli_fail_file(f->page, "read", e);
	if (f->app.n == 0 || und_serve_pages(&options, und_buf_bytes(&f->app)) != UND_OK)
		return cli_fail(CLI_TRIED, "It is the file undersigned.html of the release, or what ./dev page makes.", "%s: not the page that signs.", f->page);
	return -1;
}

int cli_page_files_open(struct cli_page_files *f)
{
	enum und_err e;
	int code;

	und_buf_init(&f->app, PAGE_MAX);
	if ((code = find_slug(f)) != -1)
		return code;
	if ((code = cli_folder_begin(&f->folder, f->dir, f->replace)) != -1)
		return code;
	if ((code = read_page(f)) != -1)
		return code;
	if ((code = cli_letter_open(&f->letter, f->path, UND_LETTER_FILE, false, 0)) != -1)
		return code;
	e = und_file_view_open(&f->file, f->path, CLI_FILE_MAX);
	if (e != UND_OK)
		return cli_fail_file(f->path, "read", e);
	if (f->file.bytes.n != f->letter.size)
		return cli_fail(CLI_TRIED, "Try again.", "%s has changed meanwhile.", f->path);
	und_sha256(f->sha256, &f->file.bytes, 1);
	f->view = (struct und_serve_view){ .slug = f->slug, .size = f->letter.size, .sha256 = f->sha256, .today = cli_today(), .l = f->letter.l, .state = &f->letter.state };
	return -1;
}

void cli_page_files_add(struct cli_page_files *f)
{
	char name[CLI_FOLDER_NAME_MAX];

	snprintf(name, sizeof name, "%s" UND_SUFFIX_LETTER, f->slug);
	cli_folder_lend(&f->folder, f->file.bytes, name);
	cli_folder_lend(&f->folder, und_page_style, und_page_style_path + 1);
	if (f->app.n > 0)
		cli_folder_lend(&f->folder, und_buf_bytes(&f->app), &UND_PATH_APP[1]);
}

enum und_err cli_page_files_add_kit(struct cli_page_files *f)
{
	struct und_buf *out = cli_folder_add(&f->folder, CLI_PAGES_SIZE_MAX, UND_PRESS_PICTURE);
	enum und_err e;

	if ((e = und_serve_picture(out, &f->view, UND_SERVE_PRINT)) != UND_OK)
		return e;
	if ((e = und_press_qr(cli_folder_add(&f->folder, CLI_PAGES_SIZE_MAX, UND_PRESS_QR), und_cstr(f->slug), f->sha256)) != UND_OK)
		return e;
	return und_press_sums(cli_folder_add(&f->folder, 4096, UND_PRESS_SUMS), und_cstr(f->slug), f->sha256);
}

void cli_page_files_close(struct cli_page_files *f)
{
	cli_folder_clear(&f->folder);
	und_file_view_close(&f->file);
	cli_letter_close(&f->letter);
	und_buf_clear(&f->app);
}
