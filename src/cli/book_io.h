/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cli/book_io.h: the registrar's book from its file, and back */
#ifndef UND_CLI_BOOK_IO_H
#define UND_CLI_BOOK_IO_H

#include "book/book.h"
#include "cli/cli.h"
#include "cli/guard.h"

struct cli_book {
	struct und_book book;
	struct und_book_lock lock; /* secret */
	struct cli_guard guard;
	const char *path;
	bool open;
};
/* All of these: -1, or told and an exit code. b: { 0 } at first, and for cli_book_close in any case. */
/* Asks for the passphrase when the book has one. */
int cli_book_open(struct cli_book *b, const char *path, const struct cli_secret_options *secret);
/* Replaces the file, whole or not at all; refuses when it is not the one that was opened. */
int cli_book_save(struct cli_book *b);
/* A new file for a book that the caller filled; asks for its passphrase unless told. */
int cli_book_create(struct cli_book *b, const char *path, bool force, const struct cli_secret_options *secret);
void cli_book_close(struct cli_book *b);

/* The bodies of BODIES.csv into the book: new ones, and the newest headcounts. */
int cli_book_bodies(struct und_book *b, const char *path);
/* The slot that somebody named by its number. */
int cli_book_find(struct und_slot **out, struct und_book *b, const char *what, const char *number);

#endif
