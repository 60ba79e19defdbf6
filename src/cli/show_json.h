/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cli/show_json.h: a letter as its reader sees it, for programs */
#ifndef UND_CLI_SHOW_JSON_H
#define UND_CLI_SHOW_JSON_H

#include "cli/cli.h"

/* One object on stdout. Returns an exit code. */
int cli_show_json(const struct cli_letter *l);

#endif
