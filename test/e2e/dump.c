/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* dump.c: an LD_PRELOAD library: on SIGUSR2 everything that the process may read of its own memory goes into the file $UND_DUMP, as a core dump would have it (serve_privacy.py) */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char maps[1 << 20], to[4096], draft[4200];

/* What cannot be read (guard pages, the kernel's own) is left out. */
static void copy(int out, const char *from, const char *end)
{
	enum { PIECE = 1 << 16 };

	while (from < end) {
		size_t n = end - from < PIECE ? (size_t)(end - from) : PIECE;
		ssize_t wrote = write(out, from, n);

		from += wrote > 0 ? (size_t)wrote : n;
	}
}

static void dump(int number)
{
	int in = open("/proc/self/maps", O_RDONLY), out = open(draft, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	size_t n = 0;
	ssize_t got;

	(void)number;
	while (in >= 0 && n < sizeof maps - 1 && (got = read(in, maps + n, sizeof maps - 1 - n)) > 0)
		n += (size_t)got;
	maps[n] = '\0';
	for (char *line = maps; out >= 0 && *line != '\0'; line = strchr(line, '\n') + 1) {
		char *rest;
		unsigned long from = strtoul(line, &rest, 16), end = strtoul(rest + 1, &rest, 16);
		const char *maps_itself = maps;

		if (rest[1] != 'r' || end - from > 1UL << 30)
			continue;
		if ((unsigned long)maps_itself < from || (unsigned long)maps_itself >= end) {
			copy(out, (const char *)from, (const char *)end);
			continue;
		}
		copy(out, (const char *)from, maps_itself);
		copy(out, maps_itself + sizeof maps, (const char *)end);
	}
	if (in >= 0)
		close(in);
	if (out >= 0 && close(out) == 0)
		(void)rename(draft, to);
}

__attribute__((constructor)) static void begin(void)
{
	const char *path = getenv("UND_DUMP");

	if (path == NULL)
		return;
	snprintf(to, sizeof to, "%s", path);
	snprintf(draft, sizeof draft, "%s.draft", path);
	signal(SIGUSR2, dump);
}
