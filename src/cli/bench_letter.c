/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* bench_letter.c: the demo's letter, made and verified by this very program */
#include "cli/bench_letter.h"

#include <fcntl.h>
#include <ftw.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/bench_clock.h"

extern char **environ;

/* Runs this program with these arguments, its results thrown away; its exit code, or -1. */
static int run_self(char *const *argv, struct rusage *usage)
{
	posix_spawn_file_actions_t actions;
	pid_t pid;
	int status = -1;

	if (posix_spawn_file_actions_init(&actions) != 0)
		return -1;
	if (posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0) == 0 &&
	    posix_spawn(&pid, "/proc/self/exe", &actions, NULL, argv, environ) == 0 && wait4(pid, &status, 0, usage) != pid)
		status = -1;
	posix_spawn_file_actions_destroy(&actions);
	return status != -1 && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

bool und_bench_letter_verify(struct und_bench_run *out, const char *path, unsigned threads)
{
	char number[16], program[] = "undersigned", verb[] = "verify", json[] = "--json", option[] = "--threads";
	char *file = strdup(path);
	char *argv[] = { program, verb, json, option, number, file, NULL };
	struct rusage usage;
	double begin;
	int code;

	if (file == NULL)
		return false;
	snprintf(number, sizeof number, "%u", threads);
	begin = und_bench_read(CLOCK_MONOTONIC);
	code = run_self(argv, &usage);
	out->ns = und_bench_read(CLOCK_MONOTONIC) - begin;
	out->peak_kib = (size_t)usage.ru_maxrss;
	free(file);
	return code == 0;
}

char *und_bench_letter_make(void)
{
	const char *tmp = getenv("TMPDIR");
	char program[] = "undersigned", verb[] = "demo", json[] = "--json", *dir, *path = NULL;
	struct rusage usage;

	if (asprintf(&dir, "%s/undersigned-bench-XXXXXX", tmp != NULL ? tmp : "/tmp") < 0)
		return NULL;
	if (mkdtemp(dir) != NULL && asprintf(&path, "%s/demo.letter", dir) < 0)
		path = NULL;
	if (path != NULL && run_self((char *[]){ program, verb, json, dir, NULL }, &usage) != 0) {
		und_bench_letter_remove(path);
		path = NULL;
	}
	free(dir);
	return path;
}

static int remove_one(const char *path, const struct stat *st, int what, struct FTW *at)
{
	(void)st;
	(void)what;
	(void)at;
	return remove(path);
}

void und_bench_letter_remove(char *path)
{
	char *slash = strrchr(path, '/');

	*slash = '\0';
	nftw(path, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	free(path);
}
