/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cli/guard.h: two verbs that change one file at once: the second to write must not undo the first */
#ifndef UND_CLI_GUARD_H
#define UND_CLI_GUARD_H

#include <sys/stat.h>

struct cli_guard {
	const char *path;
	struct stat seen;
};
/* Remembers the file, before it is read. Tells errors. Returns -1, or an exit code. */
int cli_guard_begin(struct cli_guard *g, const char *path);
/* Refuses (CLI_TRIED) when it is another file now; asked right before it is replaced. */
int cli_guard_check(const struct cli_guard *g);

#endif
