/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cli/demo.h: a demo under way: what its parts share */
#ifndef UND_CLI_DEMO_H
#define UND_CLI_DEMO_H

#include "cli/demo_folder.h"
#include "cli/demo_plan.h"
#include "cli/demo_stage.h"

enum { DEMO_FORGERIES = 3 };

/* What the acts run in: the demo's folder. */
#define DEMO_LETTER "demo.letter"
#define DEMO_LINK "demo.link"
#define DEMO_ROSTER "staff.roster"
#define DEMO_PRESS "press"
#define DEMO_SITE "site"

/* A false letter, and why verify refuses it. */
struct demo_forgery {
	char story[400];
	char path[32];
	enum und_err expected;
	struct und_diag diag; /* of --json */
};

struct demo {
	const char *dir;
	bool json, force;
	int from;                     /* the folder in which the command was called, while the acts run; -1 else */
	und_day today;                /* one for all the acts */
	struct demo_plan plan;
	struct demo_stage stage;
	bool taught;                  /* the reader has seen how a record of the organisers comes into the letter */
	struct cli_letter open;       /* the letter before anybody has signed, its words opened with the link */
	struct cli_letter asked;      /* … and when its signers are asked */
	char answer[44], support[44]; /* ids of statements */
	uint8_t question[UND_ID_SIZE];
	struct und_buf *requests;     /* a line for each member */
	struct und_buf *records;      /* a signature's line for each of the plan's list */
	struct und_buf *votes;        /* … and a vote's; empty for those who do not vote */
	struct demo_forgery forged[DEMO_FORGERIES];
};

/* keys/BODY-NNNN.key, for free(); NULL: told. */
char *demo_key_path(const struct demo *d, size_t member);

/* ---- demo_bulk.c: what thousands do, by the functions that the verbs call, on every core. What stands in requests, records or votes already is left. Tells errors; -1, or an exit code ---- */

enum { DEMO_KEY_COST = 4 }; /* of the bar: what a key in a ring costs its signer is 1 */
int demo_enrol_all(struct demo *d);
/* Who comes as the i-th to sign, as a place in the plan's list: those of the bodies, then those in `*`. */
size_t demo_turn(const struct demo_plan *p, size_t i);
/* count of them, from the first-th on. */
int demo_sign_all(struct demo *d, size_t first, size_t count);
/* The bar's units for the signatures. */
uint64_t demo_sign_cost(const struct demo_plan *p);
/* Of those whose signatures stand: which of demo_choices the i-th of the list chooses, or NULL. */
const char *demo_choice_of(size_t i);
/* On d->question, beside d->asked. */
int demo_vote_all(struct demo *d);

/* ---- demo_forge.c ---- */

/* Fills forged, and writes the files. Tells errors. Returns -1, or an exit code. */
int demo_forge(struct demo *d);

#endif
