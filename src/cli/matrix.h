/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cli/matrix.h: demands by parties: who stands where, at a glance */
#ifndef UND_CLI_MATRIX_H
#define UND_CLI_MATRIX_H

#include "cli/parties.h"

/* A mark and a word, such as "✕ rejects"; what is said of it in a sentence. */
const char *cli_stance_mark(enum und_stance s);
const char *cli_stance_words(enum und_stance s);

/*
 * Who speaks and who is waited for, a line each; below it the demands, a column a party, in as many blocks as the width asks for. Columns are headed by ids, which are ASCII: names
 * that run from right to left would change places on one line. Nothing where nothing was delivered or said. Out of memory is told. Returns -1, or an exit code.
 */
int cli_print_matrix(FILE *to, const struct cli_letter *l, const struct cli_parties *parties, unsigned width);

#endif
