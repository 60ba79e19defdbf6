/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* machine.c: randomness, today, cores */
#include <errno.h>
#include <sched.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include "os/os.h"

static enum und_err fill(void *ctx, uint8_t *out, size_t n)
{
	ssize_t got;

	(void)ctx;
	while (n > 0) {
		got = getrandom(out, n < 256 ? n : 256, 0);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return UND_ERR_RANDOM;
		out += got;
		n -= (size_t)got;
	}
	return UND_OK;
}

const struct und_random *und_os_random(void)
{
	static const struct und_random random = { fill, NULL };

	return &random;
}

und_day und_os_today(void)
{
	enum { DAY_SECONDS = 86400, DAYS_1970_TO_2000 = 10957, DAYS_2000_TO_3000 = 365243 };
	time_t now = time(NULL);
	int64_t day;

	if (now < 0)
		return UND_DAY_NONE;
	day = (int64_t)now / DAY_SECONDS - DAYS_1970_TO_2000;
	return day < 0 || day >= DAYS_2000_TO_3000 ? UND_DAY_NONE : (und_day)day;
}

unsigned und_os_cpus(void)
{
	cpu_set_t set;
	long n;

	if (sched_getaffinity(0, sizeof set, &set) == 0)
		return (unsigned)CPU_COUNT(&set);
	n = sysconf(_SC_NPROCESSORS_ONLN); /* more cores than cpu_set_t holds */
	return n < 1 ? 1 : (unsigned)n;
}
