/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cli/roll.h: the whole roll of a letter or of a ROSTER file, roster by roster, and the draw of an audit from it (spec/cards.md §7) */
#ifndef UND_CLI_ROLL_H
#define UND_CLI_ROLL_H

#include "book/book.h"
#include "cli/cli.h"

enum { CLI_DRAW_MAX = 4096, CLI_DRAW_USUAL = 59 };

struct cli_roll_part {
	const struct und_record *roster;
	uint64_t line, first, count; /* of the keys that it adds: the first among all of the file, and how many */
};
struct cli_roll {
	struct cli_letter letter;    /* checked; a ROSTER file where its letter is NULL */
	struct cli_roll_part *parts;
	size_t count;
	uint64_t keys;
	const uint8_t *id;           /* of the last roster */
};

/* All of these tell errors and return -1, or an exit code. roll: { 0 } at first, and for cli_roll_close in any case. */
int cli_roll_open(struct cli_roll *roll, const char *path);
void cli_roll_close(struct cli_roll *roll);
/* Refuses a roll of which a roster has no ledger. */
int cli_roll_check_ledgers(const struct cli_roll *roll);
/* *count places among the keys of the file; draws has room for CLI_DRAW_MAX. asked NULL: the usual number, or all where there are fewer. */
int cli_roll_draw(uint64_t *draws, size_t *count, const struct cli_roll *roll, const char *number, const char *asked);
/* The roster that adds the i-th key. */
const struct cli_roll_part *cli_roll_part_of(const struct cli_roll *roll, uint64_t i);

#endif
