/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cli/notices.h: what the organisers told afterwards */
#ifndef UND_CLI_NOTICES_H
#define UND_CLI_NOTICES_H

#include "cli/cli.h"

/* "A correction of the organisers" */
const char *cli_notice_words(enum und_notice_kind kind);
/* Those that whoever reads or signs the words must know: corrections, closed, replaced; each with its day and text. */
void cli_print_warnings(FILE *to, const struct cli_letter *l);

#endif
