/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cli/timeline.h: what happened to a letter, day by day, each clarification below what it clarifies, each question below the statement that it is about */
#ifndef UND_CLI_TIMELINE_H
#define UND_CLI_TIMELINE_H

#include "cli/parties.h"

/* Out of memory is told. Returns -1, or an exit code. */
int cli_print_timeline(FILE *to, const struct cli_letter *l, const struct cli_parties *parties, unsigned width);

#endif
