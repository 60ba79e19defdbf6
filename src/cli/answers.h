/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cli/answers.h: what came back: where addressees and others stand on each demand, days without an answer, questions and votes, notices */
#ifndef UND_CLI_ANSWERS_H
#define UND_CLI_ANSWERS_H

#include "cli/cli.h"

void cli_print_answers(FILE *to, const struct cli_letter *l);

/* Days since the first delivery to an addressee who has not answered; 0: answered, or delivered today or later. */
uint64_t cli_days_waiting(const struct und_state_wait *w);
/* The name of an addressee or party by its id, or the id. */
struct und_bytes cli_party_name(const struct cli_letter *l, struct und_bytes id);

#endif
