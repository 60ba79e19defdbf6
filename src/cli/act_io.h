/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cli/act_io.h: what sign, withdraw and vote begin with: the letter or bundle, the member's key, and whether they belong together */
#ifndef UND_CLI_ACT_IO_H
#define UND_CLI_ACT_IO_H

#include "cli/cli.h"
#include "letter/act.h"

struct cli_act {
	/* from the arguments */
	const char *path, *key_path, *link_file, *out;
	bool force, show_words; /* the whole words, else the title */
	struct cli_secret_options secret;
	/* after begin */
	struct cli_letter letter;
	bool is_bundle;
	struct und_key_plain plain;       /* secret */
	struct und_scalar x;              /* secret */
	uint8_t key[UND_POINT_SIZE];      /* the member's public key */
	uint8_t tag[UND_POINT_SIZE];
	struct und_member member;
	const uint8_t *roster;            /* in whose rings the key stands: the letter's roster, or a wave */
	struct und_bytes body;
	const struct und_roster *edition; /* the first roster: series, edition and days of all of them */
};

/*
 * Reads the letter, opens its words if they are sealed, opens the key, and refuses, with advice, a letter of another edition or series, other registrars than the pin's, a key that is not on the
 * roster; shows the words (spec/protocol.md §2: no tag before); then computes the tag. Tells errors. Returns -1, or an exit code. The caller ends the act in any case.
 */
int cli_act_begin(struct cli_act *a);
void cli_act_end(struct cli_act *a);

/* Refuses after the day (CLI_FALSE); what: "sign". */
int cli_act_in_time(const struct cli_act *a, und_day last, const char *what);
/* Writes the record and says where it goes next. Returns an exit code. */
int cli_act_write(const struct cli_act *a, struct und_bytes line, const char *what);
/* A failed act of the core in words. */
int cli_act_fail(const struct cli_act *a, enum und_err e);

#endif
