/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cli/serve_confine.h: what a server gives up, in two steps (os/sandbox.h) */
#ifndef UND_CLI_SERVE_CONFINE_H
#define UND_CLI_SERVE_CONFINE_H

#include "cli/cli.h"
#include "serve/serve.h"

enum cli_serve_confine { CLI_CONFINE_AUTO /* as far as the kernel can, which is told when it is not all */, CLI_CONFINE_REQUIRED, CLI_CONFINE_OFF };

/* "auto", "required", "off". Tells errors. Returns -1, or an exit code. */
int cli_serve_confine_parse(enum cli_serve_confine *out, const char *text);
/*
 * Before the store is opened, and before any thread is made: makes the store's folder; then no file but in it and the socket's place, no other program. With a database: every file can be read, none changed.
 * Tells errors. Returns -1, or an exit code.
 */
int cli_serve_confine_begin(enum cli_serve_confine how, const struct und_serve_options *o);
/* When it listens, in all threads: no socket that listens or reaches out any more (but to a database). Returns as above. */
int cli_serve_confine_listening(enum cli_serve_confine how, const struct und_serve_options *o);

#endif
