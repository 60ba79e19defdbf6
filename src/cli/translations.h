/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cli/translations.h: a letter's words in other languages, in the file or sealed with the words */
#ifndef UND_CLI_TRANSLATIONS_H
#define UND_CLI_TRANSLATIONS_H

#include "cli/cli.h"

/* The translation that counts, of the greatest day and id; NULL: there is none. */
const struct und_record *cli_translation_find(const struct cli_letter *l, struct und_bytes language);
/* "ar, fr"; nothing where there are none. Returns whether there are any. */
bool cli_print_languages(FILE *to, const struct cli_letter *l);
/* The words in that language, and that it is not what was signed. */
void cli_print_translation(FILE *to, const struct und_words *words, const struct und_translation *t);

/* All of them, one by one: i from 0; NULL at the end. */
const struct und_record *cli_translation_at(const struct cli_letter *l, size_t *i);

#endif
