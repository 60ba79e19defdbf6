/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cli/help.h: from arguments to a command of the table, and what --help teaches */
#ifndef UND_CLI_HELP_H
#define UND_CLI_HELP_H

#include "cli/cli.h"

struct cli_table {
	const struct cli_command *const *commands;
	size_t count;
};
/* Runs the command whose words argv begins with; `help`, `--help`, `--version` and mistyped names too. Returns an exit code. */
int cli_dispatch(const struct cli_table *table, int argc, char **argv);

#endif
