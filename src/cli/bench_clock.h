/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cli/bench_clock.h: the clocks of the measurements */
#ifndef UND_CLI_BENCH_CLOCK_H
#define UND_CLI_BENCH_CLOCK_H

#include <time.h>

#include "undersigned.h"

static inline double und_bench_read(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

/*
 * Nanoseconds for work given to runner: processor time of this thread where it does all by itself (others on the machine do not lengthen it), wall clock where
 * threads work together.
 */
static inline double und_bench_clock(const struct und_runner *runner)
{
	return und_bench_read(runner == NULL ? CLOCK_THREAD_CPUTIME_ID : CLOCK_MONOTONIC);
}

#endif
