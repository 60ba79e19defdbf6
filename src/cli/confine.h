/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cli/confine.h: what commands give up before they read what strangers wrote (os/sandbox.h) */
#ifndef UND_CLI_CONFINE_H
#define UND_CLI_CONFINE_H

#include "cli/cli.h"

/*
 * For commands that only read and print: from now on these files alone may be opened, for reading (none: nothing at all); no socket, no other program, no process; what is written goes to standard output and
 * error. "-" and NULL among the paths are left out. The pool of threads is ended first, and made anew when it is asked for. A kernel that offers less confines less, silently: nobody can do anything
 * about it here. Tells errors. Returns -1, or an exit code.
 */
int cli_confine_reader(const char *const *paths, size_t n);

/* For a command that runs others as its own functions, one after the other: none of them confines it. */
void cli_confine_never(void);

#endif
