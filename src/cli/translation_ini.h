/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cli/translation_ini.h: TRANSLATION.ini, a letter's words in another language */
#ifndef UND_CLI_TRANSLATION_INI_H
#define UND_CLI_TRANSLATION_INI_H

#include "cli/ini.h"
#include "record/record.h"

struct cli_translation_ini {
	struct und_translation translation; /* letter and day zero, body empty: the text stands in a file of its own */
	struct und_bytes text_path;         /* as written, zero-terminated */
	struct und_arena arena;             /* holds all of it */
};

/*
 * [translation] with title, language and text, and [demands], as in LETTER.ini, their order free: they are put into that of words. Texts become NFC. Errors: UND_ERR_TEXT (fault filled: also
 * where a demand of the words is missing, or one is too many), UND_ERR_MEMORY.
 */
UND_MUST_USE enum und_err cli_translation_ini_read(struct cli_translation_ini *out, struct und_bytes text, const struct und_words *words,
                                                   struct cli_fault *fault);
void cli_translation_ini_clear(struct cli_translation_ini *ini);

#endif
