/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* guard.c: two verbs that change one file at once */
#include "cli/guard.h"

#include "cli/cli.h"

int cli_guard_begin(struct cli_guard *g, const char *path)
{
	g->path = path;
	return stat(path, &g->seen) == 0 ? -1 : cli_fail_file(path, "read", UND_ERR_IO);
}

int cli_guard_check(const struct cli_guard *g)
{
	struct stat now;

	if (stat(g->path, &now) != 0)
		return cli_fail_file(g->path, "read", UND_ERR_IO);
	if (now.st_dev == g->seen.st_dev && now.st_ino == g->seen.st_ino && now.st_size == g->seen.st_size &&
	    now.st_mtim.tv_sec == g->seen.st_mtim.tv_sec && now.st_mtim.tv_nsec == g->seen.st_mtim.tv_nsec)
		return -1;
	return cli_fail(CLI_TRIED, "Nothing was written. Run it again: it starts from the file as it is now.",
	                "%s was changed by somebody else meanwhile.", g->path);
}
