/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cli/words.h: a letter's words on a terminal */
#ifndef UND_CLI_WORDS_H
#define UND_CLI_WORDS_H

#include <stdio.h>

#include "record/record.h"

/* Title, addressees, text, demands, contact. */
void cli_print_words(FILE *to, const struct und_words *words);

#endif
