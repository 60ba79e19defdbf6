/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* bug.c: what happens when we, not the input, are wrong */
#include <stdlib.h>

#include "base/base.h"

/* The core prints nothing; the two arguments stand in the core dump and in a debugger's backtrace. */
_Noreturn void und_bug(const char *file, int line)
{
	(void)file;
	(void)line;
	abort();
}
