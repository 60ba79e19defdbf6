/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cli/book_build.h: a roll from the book: a new edition, or a wave */
#ifndef UND_CLI_BOOK_BUILD_H
#define UND_CLI_BOOK_BUILD_H

#include "cli/book_io.h"
#include "cli/roster_plan.h"

enum { CLI_WITHOUT_MAX = 1024 };

struct cli_book_build {
	struct cli_roster_arguments roster; /* series and name come from the book */
	const char *letter;                 /* a letter that is open on the roster that is extended: its rules decide whether the wave may be */
	const char **without;               /* bodies that wait for a later wave */
	size_t without_count;
	bool ledger;
};
/* Writes the ROSTER file, and the book first: it remembers whom it put on a roll. Tells all. Returns -1, or an exit code. */
int cli_book_build(struct cli_book *b, const struct cli_command *command, const struct cli_book_build *o);

#endif
