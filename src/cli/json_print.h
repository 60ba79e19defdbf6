/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cli/json_print.h: what was written as JSON goes to standard output */
#ifndef UND_CLI_JSON_PRINT_H
#define UND_CLI_JSON_PRINT_H

#include "base/json.h"
#include "letter/state_json.h"

/* Prints the buffer and LF on stdout and clears it. Returns code, or CLI_TRIED (told) when memory was out. */
int cli_json_print(struct und_buf *b, int code);

#endif
