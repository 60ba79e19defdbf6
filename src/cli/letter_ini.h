/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cli/letter_ini.h: LETTER.ini, what organisers write: the words, who vouches, the rules */
#ifndef UND_CLI_LETTER_INI_H
#define UND_CLI_LETTER_INI_H

#include "cli/ini.h"
#include "record/record.h"

struct cli_letter_ini {
	struct und_words words;      /* body empty and salt zero: the text stands in a file of its own */
	struct und_bytes text_path;  /* as written, zero-terminated */
	struct und_council registrars, organisers;
	struct und_rules rules;
	unsigned signers_line, bodies_line, closes_line, ends_line, min_ring_line; /* for complaints about what the values mean */
	struct und_arena arena;      /* holds all of it */
};

/*
 * Exactly the keys of the example in `undersigned letter new --help`; sections in any order. Texts become NFC. A comment after " ;" ends every value but titles, demands, names and
 * addresses, where a ';' is text. The quorum of a council is a majority (so two at least where there are two) unless written. Errors: UND_ERR_TEXT (fault filled), UND_ERR_MEMORY.
 */
UND_MUST_USE enum und_err cli_letter_ini_read(struct cli_letter_ini *out, struct und_bytes text, struct cli_fault *fault);
void cli_letter_ini_clear(struct cli_letter_ini *ini);

/* ---- for translations, which have the same lines ---- */

/* ID = text, appended to a list of UND_DEMANDS_MAX. Errors as above. */
UND_MUST_USE enum und_err cli_ini_take_demand(struct und_demand *demands, size_t *count, struct und_arena *arena, const struct cli_ini_entry *entry,
                                              struct cli_fault *fault);
/* "title: …": an error of a value becomes a fault, but for UND_ERR_MEMORY. */
UND_MUST_USE enum und_err cli_ini_bad_value(struct cli_fault *fault, const struct cli_ini_entry *entry, enum und_err e);

#endif
