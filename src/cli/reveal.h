/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cli/reveal.h: what a signature will show and hide, in plain words, before it is made */
#ifndef UND_CLI_REVEAL_H
#define UND_CLI_REVEAL_H

#include "cli/ring_choice.h"

/* On stderr: what signing in this ring shows, what it hides and from whom, how it compares with the other ring, until when it can be taken back. */
void cli_reveal(const struct cli_act *a, const struct cli_rings *rings, const struct cli_ring *chosen);

#endif
