/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cli/book_ledger.h: the ledger of a roster: made when it is built, opened for an audit */
#ifndef UND_CLI_BOOK_LEDGER_H
#define UND_CLI_BOOK_LEDGER_H

#include "cli/book_io.h"
#include "cli/roster_plan.h"

/* The root over the plan's keys, after settling and und_book_place, into the plan. Returns -1, or told and an exit code. */
int cli_book_ledger_make(struct cli_roster_plan *p, const struct und_book *b);
/*
 * Appends a line of JSON for each key that the newest roster of the file adds; where slots are named, for theirs alone and with the path to the root. Refuses a roster whose
 * ledger this book does not make. Returns -1, or told and an exit code.
 */
int cli_book_ledger_open(struct und_buf *out, struct und_book *b, const char *roster, const char *const *slots, size_t slot_count);

/* The same for what an audit draws from the whole roll of the file, with the paths: by the number that the auditor named, and how many (NULL: the usual). spec/cards.md §7. */
int cli_book_ledger_draw(struct und_buf *out, const struct und_book *b, const char *path, const char *number, const char *asked);

#endif
