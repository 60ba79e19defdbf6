/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cli/parties.h: who speaks in a letter: the addressees, and whom the organisers introduced */
#ifndef UND_CLI_PARTIES_H
#define UND_CLI_PARTIES_H

#include "cli/cli.h"

struct cli_party {
	struct und_bytes id, name;
	struct und_ref key;                /* what it answers with */
	size_t order;                      /* addressees as in the words, then the others as they were introduced */
	bool addressee, said, stands;      /* said: a statement of it stands in the letter; stands: with a stance */
	const struct und_state_wait *wait; /* NULL: nothing was delivered to it */
};
struct cli_parties {
	struct cli_party *list; /* ascending by id */
	size_t count;
};

/* Out of memory is told. Returns -1, or an exit code. To be cleared in any case. */
int cli_parties_list(struct cli_parties *out, const struct cli_letter *l);
void cli_parties_clear(struct cli_parties *p);
/* The party of that id, or NULL. */
const struct cli_party *cli_parties_find(const struct cli_parties *p, struct und_bytes id);

/* Days since the first delivery to an addressee who has not answered; 0: answered, or delivered today or later. */
uint64_t cli_days_waiting(const struct und_state_wait *w);

#endif
