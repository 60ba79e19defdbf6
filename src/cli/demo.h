/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cli/demo.h: a demo under way: what its parts share */
#ifndef UND_CLI_DEMO_H
#define UND_CLI_DEMO_H

#include "cli/demo_folder.h"
#include "cli/demo_plan.h"
#include "cli/demo_stage.h"

enum { DEMO_FORGERIES = 3 };

/* A false letter, and why verify refuses it. */
struct demo_forgery {
	char story[400];
	char *path;
	enum und_err expected;
	struct und_diag diag; /* of --json */
};

struct demo {
	const char *dir;
	bool json, force;
	struct demo_plan plan;
	struct demo_stage stage;
	char *roster, *letter, *ini, *bodies, *enrolments, *signatures, *withdrawal; /* paths */
	struct cli_letter open;       /* the letter before anybody has signed */
	struct und_buf *requests;     /* a line for each member */
	struct und_buf *records;      /* a signature's line for each of the plan's list */
	struct demo_forgery forged[DEMO_FORGERIES];
};

/* keys/BODY-NNNN.key, for free(); NULL: told. */
char *demo_key_path(const struct demo *d, size_t member);

/* ---- demo_bulk.c: what thousands do, by the functions that the verbs call, on every core. What stands in requests or records already is left. Tells errors; -1, or an exit code ---- */

enum { DEMO_KEY_COST = 4 }; /* of the bar: what a key in a ring costs its signer is 1 */
int demo_enrol_all(struct demo *d);
int demo_sign_all(struct demo *d);
/* The bar's units for the signatures. */
uint64_t demo_sign_cost(const struct demo_plan *p);

/* ---- demo_forge.c ---- */

/* Fills forged, and writes the files. Tells errors. Returns -1, or an exit code. */
int demo_forge(struct demo *d);

#endif
