/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cli/enrolments.h: enrolment lines, checked, into a roster in the making */
#ifndef UND_CLI_ENROLMENTS_H
#define UND_CLI_ENROLMENTS_H

#include "cli/roster_plan.h"

/*
 * Every line of the files must be an enrolment for the plan's series and one of its bodies, with a good proof of the key
 * for the plan's edition. Lines without a key for that edition are told and left out; any other fault is told with its
 * place, and then nothing comes of it. Returns -1, or an exit code.
 */
int cli_enrolments_read(struct cli_roster_plan *p, const char *const *files, size_t count);

#endif
