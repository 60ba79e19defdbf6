/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cli/guard.h: two verbs that change one file at once: the second to write must not undo the first */
#ifndef UND_CLI_GUARD_H
#define UND_CLI_GUARD_H

#include <sys/stat.h>

struct cli_guard {
	const char *path;
	struct stat seen;
	int lock; /* since the check: -1: none */
};
/* Remembers the file, before it is read. Tells errors. Returns -1, or an exit code. */
int cli_guard_begin(struct cli_guard *g, const char *path);
/*
 * Refuses (CLI_TRIED) when it is another file now; asked right before it is replaced. From here until cli_guard_end, or the end of the process, nobody else passes: of two who ask at once the second
 * waits, and then sees what the first wrote. Where the file system has no locks, only the look is left.
 */
int cli_guard_check(struct cli_guard *g);
/* Once begun: lets others pass. */
void cli_guard_end(struct cli_guard *g);

#endif
