/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* main.c: the program: begin, the command that the arguments name, end */
#include "cli/commands.h"
#include "cli/help.h"

static const struct cli_command *const commands[] = {
#define ADDRESS(name) &cmd_##name,
	CLI_COMMANDS(ADDRESS)
#undef ADDRESS
};

int main(int argc, char **argv)
{
	const struct cli_table table = { commands, UND_COUNT_OF(commands) };
	int code;

	code = cli_begin();
	if (code == -1)
		code = cli_dispatch(&table, argc, argv);
	return cli_end(code);
}
