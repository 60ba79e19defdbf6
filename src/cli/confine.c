/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* confine.c: commands that read and print, and nothing else */
#include "cli/confine.h"
#include "os/sandbox.h"

enum { FILES_MAX = 4 };

static bool never;

void cli_confine_never(void)
{
	never = true;
}

int cli_confine_reader(const char *const *paths, size_t n)
{
	struct und_confined_path files[FILES_MAX];
	struct und_confine c = { .paths = files };
	struct und_confined confined = { .calls = false };
	enum und_err e;

	und_bug_if(n > FILES_MAX);
	if (never)
		return -1;
	for (size_t i = 0; i < n; i++)
		if (paths[i] != NULL && strcmp(paths[i], "-") != 0)
			files[c.path_count++] = (struct und_confined_path){ paths[i], UND_PATH_READ };
	if (c.path_count > 0)
		c.may = UND_MAY_READ;
	cli_runner_end();
	e = und_confine(&confined, &c);
	if (e == UND_OK)
		return -1;
	return e == UND_ERR_IO ? cli_fail_file(confined.missing, "read", e) : cli_fail(CLI_TRIED, cli_advice(e), "%s.", und_err_text(e));
}
