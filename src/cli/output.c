/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* output.c: results: to -o FILE or to standard output, never over something without --force */
#include <errno.h>
#include <sys/stat.h>

#include "cli/cli.h"

int cli_refuse_existing(const char *path, bool force)
{
	struct stat st;

	if (path == NULL || force || strcmp(path, "-") == 0 || stat(path, &st) != 0 || (!S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode)))
		return -1;
	errno = S_ISDIR(st.st_mode) ? EISDIR : EEXIST;
	return cli_fail_file(path, "write", UND_ERR_IO);
}

int cli_write_file(const char *path, bool force, const struct und_bytes *pieces, size_t n, unsigned mode)
{
	enum und_err e;

	if (path == NULL)
		path = "-";
	e = und_file_write(path, pieces, n, force ? UND_WRITE_REPLACE : UND_WRITE_NEW, mode);
	return e == UND_OK ? -1 : cli_fail_file(path, "write", e);
}

int cli_write_line(const char *path, bool force, struct und_bytes line)
{
	const struct und_bytes pieces[] = { line, und_cstr("\n") };

	return cli_write_file(path, force, pieces, 2, 0600); /* whoever finds such a line here knows whose it is */
}
