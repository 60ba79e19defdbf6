/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cli/page_files.h: what `site` and `press` write: a letter that was checked, its file, the style, the one HTML file */
#ifndef UND_CLI_PAGE_FILES_H
#define UND_CLI_PAGE_FILES_H

#include "cli/folder.h"
#include "serve/pages.h"

enum { CLI_PAGES_SIZE_MAX = 64 << 20, CLI_PAGES_SLUG_MAX = 64 };

struct cli_page_files {
	const char *path, *dir, *page; /* what was asked: the letter, -o, --page (NULL: none) */
	bool replace;
	char slug[CLI_PAGES_SLUG_MAX + 1];
	struct cli_letter letter;
	struct und_file_view file;     /* the letter's */
	struct und_buf app;
	struct und_serve_view view;
	struct cli_folder folder;
	uint8_t sha256[32];            /* of the letter's file; view points to it */
};

/* Looks at the folder, then at the page, then checks the letter: all from path, dir, page, replace. Tells errors. Returns -1, or an exit code; close in any case. */
int cli_page_files_open(struct cli_page_files *f);
/* SLUG.letter, the style, and undersigned.html where there is one. */
void cli_page_files_add(struct cli_page_files *f);
/* The files of its press kit: picture for print, QR code, SHA-256. */
UND_MUST_USE enum und_err cli_page_files_add_kit(struct cli_page_files *f);
void cli_page_files_close(struct cli_page_files *f);

#endif
