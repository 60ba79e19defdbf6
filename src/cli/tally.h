/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cli/tally.h: a question to the signers and what they said to it */
#ifndef UND_CLI_TALLY_H
#define UND_CLI_TALLY_H

#include "cli/cli.h"

void cli_print_question(FILE *to, const struct und_state *s, const struct und_state_question *q, unsigned indent, unsigned width);

#endif
