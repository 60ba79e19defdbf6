/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cli/roster_plan.h: a roster in the making: bodies from CSV, keys from wherever, then the lines of a ROSTER file */
#ifndef UND_CLI_ROSTER_PLAN_H
#define UND_CLI_ROSTER_PLAN_H

#include "cli/cli.h"

struct cli_place {
	const char *file;
	uint64_t line;
};
struct cli_roster_key {
	uint8_t key[UND_POINT_SIZE];
	struct cli_place place; /* where it was asked for */
};
struct cli_roster_body {
	struct und_bytes id, name;
	uint64_t headcount;
	uint64_t line; /* in the CSV */
	struct cli_roster_key *keys;
	size_t count, cap;
};
struct cli_roster_plan {
	struct und_arena arena;
	struct und_bytes series, name;
	uint64_t edition;
	und_day from, until;
	struct und_source source;
	struct und_ref ledger; /* of the registrar's book: the new keys */
	const char *bodies_path;
	struct cli_roster_body *bodies; /* ascending by id */
	size_t body_count;
	struct und_buf base_file;       /* the ROSTER file that is extended, and what it says; base.l is NULL when there is none */
	struct cli_letter base;
	int (*before_writing)(void *ctx); /* asked when all is made and checked, right before the file is written: -1, or an exit code; may be NULL */
	void *before_ctx;
	uint64_t keys, doubled, present; /* after settling: new ones; left out because they stood twice, or in the base already */
};
void cli_roster_plan_init(struct cli_roster_plan *p);
void cli_roster_plan_clear(struct cli_roster_plan *p);

/* What the arguments of `roster new` and `roster import` say alike. NULL: not given. */
struct cli_roster_arguments {
	const char *series, *name, *edition, *from, *until, *bodies, *source, *source_sha256, *extends, *out;
	bool force;
};
/* All of these: -1, or told and an exit code. */
/*
 * Takes the arguments, reads the base and the bodies. edition NULL: 0. With a base, series, name, edition and dates are
 * its own and need not be given.
 */
int cli_roster_plan_begin(struct cli_roster_plan *p, const struct cli_command *command, const struct cli_roster_arguments *a);
/* The same but for the bodies, which come from elsewhere (the registrar's book); and the bodies alone, from p->bodies_path. */
int cli_roster_plan_head(struct cli_roster_plan *p, const struct cli_command *command, const struct cli_roster_arguments *a);
int cli_roster_plan_bodies(struct cli_roster_plan *p);
struct cli_roster_body *cli_roster_body_find(struct cli_roster_plan *p, struct und_bytes id); /* NULL: none */
const struct und_state_ring *cli_roster_base_body(const struct cli_roster_plan *p, struct und_bytes id); /* in the base; NULL: none */
UND_MUST_USE enum und_err cli_roster_key_add(struct cli_roster_body *body, const uint8_t key[UND_POINT_SIZE], struct cli_place place);
/* Sorts the keys, leaves out repetitions, refuses a key that stands in two bodies. */
int cli_roster_plan_settle(struct cli_roster_plan *p);
/* The ROSTER file: the base, the new roster and its keys; signed with seed unless that is NULL. Says what came of it. */
int cli_roster_plan_write(struct cli_roster_plan *p, const struct cli_roster_arguments *a, const uint8_t *seed);

/* Faults that are told one by one, until there are too many. */
struct cli_faults {
	uint64_t count;
};
__attribute__((format(printf, 3, 4))) void cli_fault(struct cli_faults *f, struct cli_place place, const char *format, ...);
/* -1 when there were none; else says how many, and that nothing was written. */
int cli_faults_end(const struct cli_faults *f);

#endif
