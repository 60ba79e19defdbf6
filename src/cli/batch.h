/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cli/batch.h: loose records from files, on their way into a letter */
#ifndef UND_CLI_BATCH_H
#define UND_CLI_BATCH_H

#include "cli/cli.h"

enum cli_fate {
	CLI_NEW,       /* goes in */
	CLI_HAD,       /* the letter, or the batch, has it already */
	CLI_CANCELLED  /* a signature withdrawn before it came out, its withdrawal, its votes */
};
struct cli_loose {
	const char *path;
	uint64_t line;         /* in that file */
	struct und_bytes text; /* borrowed from the file */
	struct und_record record;
	enum cli_fate fate;
	bool placed;           /* has its place in the letter */
};
struct cli_batch {
	struct cli_loose *items;
	size_t count, cap;
	const struct cli_loose **order; /* as they were placed */
	size_t order_count;
};
void cli_batch_clear(struct cli_batch *b);

/* Adds every line of a file. Tells errors. Returns -1, or an exit code. text lives as long as the batch. */
int cli_batch_take(struct cli_batch *b, const char *path, struct und_bytes text);

/*
 * Judges the batch as the next lines of the letter, which has ended; marks what it has already; signatures, withdrawals and votes come last, each sorted by tag. The closing day, the shares and
 * today bind here. Tells errors; then nothing of the batch may be used. Returns -1, or an exit code.
 */
int cli_batch_place(struct cli_batch *b, struct und_letter *l, const char *letter_path);

/* Of a type, with a fate. */
uint64_t cli_batch_count(const struct cli_batch *b, enum und_type type, enum cli_fate fate);

#endif
