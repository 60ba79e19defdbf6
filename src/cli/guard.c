/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* guard.c: two verbs that change one file at once */
#include "cli/guard.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "cli/cli.h"

int cli_guard_begin(struct cli_guard *g, const char *path)
{
	g->path = path;
	g->lock = -1;
	return stat(path, &g->seen) == 0 ? -1 : cli_fail_file(path, "read", UND_ERR_IO);
}

static bool is_same(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino && a->st_size == b->st_size && a->st_mtim.tv_sec == b->st_mtim.tv_sec &&
	       a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

/* On the file that is about to be replaced: who comes later gets the lock when that one has lost its name, and the look says so. Held for as long as a write takes. */
static int lock(struct cli_guard *g)
{
	g->lock = open(g->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (g->lock < 0)
		return cli_fail_file(g->path, "read", UND_ERR_IO);
	while (flock(g->lock, LOCK_EX) != 0 && errno == EINTR)
		if (cli_interrupted())
			return cli_fail(CLI_INTERRUPTED, NULL, "interrupted; nothing was changed.");
	return -1;
}

int cli_guard_check(struct cli_guard *g)
{
	struct stat now;
	int code;

	if ((code = lock(g)) != -1)
		return code;
	if (stat(g->path, &now) != 0)
		return cli_fail_file(g->path, "read", UND_ERR_IO);
	if (is_same(&now, &g->seen))
		return -1;
	return cli_fail(CLI_TRIED, "Nothing was written. Run it again: it starts from the file as it is now.",
	                "%s was changed by somebody else meanwhile.", g->path);
}

void cli_guard_end(struct cli_guard *g)
{
	if (g->lock >= 0)
		close(g->lock);
	g->lock = -1;
}
