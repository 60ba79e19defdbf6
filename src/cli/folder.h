/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cli/folder.h: a folder of files that a command makes: all of them, or none */
#ifndef UND_CLI_FOLDER_H
#define UND_CLI_FOLDER_H

#include "cli/cli.h"

enum { CLI_FOLDER_FILES_MAX = 24, CLI_FOLDER_NAME_MAX = 128 };

struct cli_folder_file {
	char name[CLI_FOLDER_NAME_MAX];
	struct und_buf made;     /* its bytes, or: */
	struct und_bytes lent;   /* somebody else's */
};
struct cli_folder {
	const char *dir;
	bool replace;
	bool stands;             /* it did before */
	size_t count;
	struct cli_folder_file files[CLI_FOLDER_FILES_MAX];
};

/*
 * dir must not exist or be empty; with replace it may hold anything: files of ours take the places of those with their names, others stay. Looked at before anything is made. Tells errors. Returns -1, or an exit
 * code. The caller clears f in any case.
 */
int cli_folder_begin(struct cli_folder *f, const char *dir, bool replace);
/* One more file, with this name: a buffer for its bytes; valid until clear. The last one is written last: the page from which all others are found. */
struct und_buf *cli_folder_add(struct cli_folder *f, size_t max, const char *name);
void cli_folder_lend(struct cli_folder *f, struct und_bytes bytes, const char *name);
/*
 * Writes them. A new folder is made beside its place and renamed: it appears whole, or not at all. Into one that stands each file is written whole or not at all, one after the other. Tells errors. Returns -1, or
 * an exit code.
 */
int cli_folder_write(struct cli_folder *f);
void cli_folder_clear(struct cli_folder *f);

#endif
