/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cli/report.h: what a valid letter proves and what it does not, for people */
#ifndef UND_CLI_REPORT_H
#define UND_CLI_REPORT_H

#include "cli/cli.h"
#include "cli/trust.h"

/* "400 people from 40 bodies signed." and its forms for one, for none, and where nobody named a body. */
void cli_print_headline(FILE *to, const struct und_state *s);
/* What the count rests on: the registrars, and their roll. */
void cli_print_basis(FILE *to, const struct cli_letter *l);
/* Signers per ring, and what each is hidden among. */
void cli_print_rings(FILE *to, const struct und_state *s);
void cli_print_thresholds(FILE *to, const struct und_state *s);
/* All of the above and the rest of `verify`. */
void cli_print_report(FILE *to, const struct cli_letter *l, const struct cli_trust *trust, double seconds);

#endif
