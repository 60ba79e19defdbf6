/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cli/demo_acts.h: the acts of the demo, in order. Each tells errors and returns -1, or an exit code */
#ifndef UND_CLI_DEMO_ACTS_H
#define UND_CLI_DEMO_ACTS_H

#include "cli/demo.h"

int demo_act_authorities(struct demo *d); /* and what they write: bodies.csv, letter.ini, text.md */
int demo_act_members(struct demo *d);
int demo_act_roster(struct demo *d);
int demo_act_letter(struct demo *d);
int demo_act_sign(struct demo *d);
int demo_act_withdraw(struct demo *d);
int demo_act_verify(struct demo *d);
int demo_act_forge(struct demo *d);

/* What the bar counts to. */
uint64_t demo_cost(const struct demo_plan *p);

#endif
