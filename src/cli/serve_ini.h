/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cli/serve_ini.h: the configuration of a server */
#ifndef UND_CLI_SERVE_INI_H
#define UND_CLI_SERVE_INI_H

#include "cli/ini.h"
#include "serve/serve.h"

/*
 * [server] listen, store, address, threads, queue, wrong_codes; [organisers] and [registrars]: KEY = name. Strings go into options as copies that the arena holds. Errors: UND_ERR_TEXT (fault filled),
 * UND_ERR_MEMORY.
 */
UND_MUST_USE enum und_err cli_serve_ini_read(struct und_serve_options *out, struct und_arena *arena, struct und_bytes text, struct cli_fault *fault);

#endif
