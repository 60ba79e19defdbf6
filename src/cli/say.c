/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* say.c: talk on stderr that is longer than a line */
#include "cli/say.h"

#include <stdarg.h>
#include <stdlib.h>

#include "cli/cli.h"

void cli_say(unsigned indent, const char *format, ...)
{
	va_list args;
	char *text;
	int n;

	va_start(args, format);
	n = vasprintf(&text, format, args);
	va_end(args);
	if (n < 0) {
		fputs("out of memory\n", stderr);
		return;
	}
	cli_print_wrapped(stderr, und_bytes(text, (size_t)n), indent, und_tty_width());
	free(text);
}
