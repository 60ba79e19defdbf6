/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cli/bench_letter.h: a whole letter, verified from its file by the command itself in a process of its own */
#ifndef UND_CLI_BENCH_LETTER_H
#define UND_CLI_BENCH_LETTER_H

#include <stdbool.h>
#include <stddef.h>

/* What one `undersigned verify --json --threads N FILE` took. */
struct und_bench_run {
	double ns;       /* wall, from start to end of the process */
	size_t peak_kib; /* largest resident size */
};
/* false: the process could not be started, or did not find the letter valid. */
bool und_bench_letter_verify(struct und_bench_run *out, const char *path, unsigned threads);

/* The demo's letter in a new temporary folder; path for free(). NULL: could not be made. */
char *und_bench_letter_make(void);
/* Removes that folder and all in it. */
void und_bench_letter_remove(char *path);

#endif
