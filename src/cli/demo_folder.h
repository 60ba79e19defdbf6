/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cli/demo_folder.h: the folder of a demo: made, told apart from others, replaced, and saying whether it is finished */
#ifndef UND_CLI_DEMO_FOLDER_H
#define UND_CLI_DEMO_FOLDER_H

#include "cli/cli.h"

/*
 * Makes DIR with keys/, authority/ and forged/, and an about.txt that calls it unfinished. DIR must not exist, or be empty; with replace an earlier demo's is emptied first, and only when it holds
 * nothing but what a demo makes. Tells errors. Returns -1, or an exit code.
 */
int demo_folder_begin(const char *dir, bool replace);
/* Now about.txt says what is there. */
int demo_folder_end(const char *dir);

/* DIR/format…, for free(); NULL when memory is out (told). */
__attribute__((format(printf, 2, 3))) char *demo_path(const char *dir, const char *format, ...);

#endif
