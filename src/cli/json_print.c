/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* json_print.c: what was written as JSON goes to standard output */
#include "cli/json_print.h"

#include "cli/cli.h"

int cli_json_print(struct und_buf *b, int code)
{
	und_buf_add_u8(b, '\n');
	if (b->err != UND_OK)
		code = cli_fail(CLI_TRIED, cli_advice(b->err), "%s.", und_err_text(b->err));
	else
		fwrite(b->p, 1, b->n, stdout);
	und_buf_clear(b);
	return code;
}
