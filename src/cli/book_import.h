/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cli/book_import.h: enrolments into the book: from the server, or handed in */
#ifndef UND_CLI_BOOK_IMPORT_H
#define UND_CLI_BOOK_IMPORT_H

#include "cli/book_io.h"

struct cli_book_import {
	uint64_t lines;
	uint64_t fates[UND_BOOK_FATES]; /* how many lines ended so */
	uint64_t late;                  /* of those taken: without a key for the book's edition */
};
/*
 * Every line of the files: an enrolment with the hash of its code (spec/cards.md §3), or, where slot is not 0, exactly one bare enrolment line, handed in for that slot. All are
 * checked first; a line of another form or series, or with a wrong proof, is told with its place, and then nothing is taken. Lines of unknown or void cards are told and left out. The book is changed in
 * memory only. Returns -1, or an exit code.
 */
int cli_book_import(struct cli_book_import *out, struct und_book *b, const char *const *files, size_t count, uint64_t slot);

#endif
