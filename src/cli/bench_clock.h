/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cli/bench_clock.h: the clock of the measurements */
#ifndef UND_CLI_BENCH_CLOCK_H
#define UND_CLI_BENCH_CLOCK_H

#include <time.h>

static inline double und_bench_clock(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

#endif
