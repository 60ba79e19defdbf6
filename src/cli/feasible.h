/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cli/feasible.h: whether a letter's rules and dates can be met on a roster, before anybody has signed */
#ifndef UND_CLI_FEASIBLE_H
#define UND_CLI_FEASIBLE_H

#include "cli/letter_ini.h"
#include "letter/letter.h"

/*
 * rosters: the state of a ROSTER file, last: its newest roster. Refuses (tells, returns CLI_FALSE) days that lie outside the edition or in the past, a roster that ends too soon, thresholds that cannot be met, and
 * says which bodies are in the way; where the roster may grow, thresholds only get a warning. Warns where nobody could sign. Returns -1 to go on.
 */
int cli_feasible(const char *ini_path, const struct cli_letter_ini *ini, const struct und_state *rosters, const struct und_roster *last);

#endif
