/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cli/ring_choice.h: the rings in which a member may sign, and which of them hides better */
#ifndef UND_CLI_RING_CHOICE_H
#define UND_CLI_RING_CHOICE_H

#include "cli/act_io.h"

struct cli_ring {
	struct und_bytes label, name; /* name: the body's, "" for "*" */
	uint64_t keys;
	uint64_t made;                /* signatures that count against its share: for "*" all that name the roster, in any ring */
	enum und_err may;             /* UND_OK: one more may sign there */
};
/* The member's two rings: [0] the body's own, [1] "*". */
struct cli_rings {
	struct cli_ring own, all;
	bool shares_known;            /* not in a bundle */
};
/* Errors: UND_ERR_MEMORY: no ring may be judged by that. */
UND_MUST_USE enum und_err cli_rings_find(struct cli_rings *out, struct cli_act *a);

/*
 * Of the two, the one that hides better: the smaller part of it has signed once the member's signature is in; where shares are unknown or equal, the larger ring. Only rings where one more may
 * sign; NULL: neither.
 */
const struct cli_ring *cli_rings_better(const struct cli_rings *r);

/* "63 %"; never 0 % or 100 % unless it is so: "<1 %", ">99 %". */
const char *cli_percent(char out[16], uint64_t part, uint64_t whole);

#endif
