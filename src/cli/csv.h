/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cli/csv.h: comma-separated values as RFC 4180 says, and nothing looser; every complaint names its line */
#ifndef UND_CLI_CSV_H
#define UND_CLI_CSV_H

#include "base/base.h"

enum { CLI_CSV_SIZE_MAX = 16 << 20, CLI_CSV_ROWS_MAX = 1 << 20, CLI_CSV_FIELDS_MAX = 64 };

struct cli_csv_row {
	uint64_t line;           /* from 1: where the row begins (a quoted field may hold line feeds) */
	struct und_bytes *fields; /* unquoted; in the table's arena */
	size_t count;
};
struct cli_csv {
	struct cli_csv_row *rows;
	size_t count;
	struct und_arena arena;
};
/*
 * Rows end with LF or CRLF, the last one perhaps with nothing; a byte order mark before the first is skipped
 * (spreadsheets write it). An empty text has no rows; an empty line is a row of one empty field. fields: how many each
 * row must have, or 0 for any number. Errors, with diag->line: UND_ERR_CSV_QUOTE, UND_ERR_CSV_OPEN, UND_ERR_CSV_BREAK,
 * UND_ERR_CSV_FIELDS, UND_ERR_LIMIT (64 fields, 2^20 rows), UND_ERR_MEMORY; out untouched.
 */
UND_MUST_USE enum und_err cli_csv_decode(struct cli_csv *out, struct und_bytes text, size_t fields, struct und_diag *diag);
void cli_csv_clear(struct cli_csv *csv);

#endif
