/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cli/ini.h: a strict reader of small ini files: sections, `key = value`, comments; every complaint names its line */
#ifndef UND_CLI_INI_H
#define UND_CLI_INI_H

#include "base/base.h"

/* Why not libinih: Debian builds it to cut values at 200 bytes, to strip " ;…" inside texts and to hide line numbers. */

enum { CLI_INI_SIZE_MAX = 1 << 20, CLI_INI_ENTRIES_MAX = 1024 };

struct cli_ini_entry {
	unsigned line;                      /* from 1 */
	struct und_bytes section, key, value; /* trimmed; borrowed from the text; section "" before the first heading */
};
struct cli_ini {
	struct cli_ini_entry *entries;
	size_t count;
};

/* What is wrong, and where; line 0: the file as a whole. */
struct cli_fault {
	unsigned line;
	char why[200];
};
/* Fills the fault; always returns UND_ERR_TEXT. */
__attribute__((format(printf, 3, 4))) enum und_err cli_fault_set(struct cli_fault *fault, unsigned line, const char *format, ...);

/*
 * A line is empty, a comment (its first visible character is ; or #), a heading `[section]`, or `key = value`. Where is_text says no (NULL: always), a value also ends before white
 * space and a ';'; where it says yes, a ';' is text. A heading may be followed by such a comment. CRLF ends a line like LF; a byte order mark is skipped. A section or a key of a section that
 * stands twice is refused, and so is a NUL. Errors: UND_ERR_TEXT (fault filled), UND_ERR_MEMORY; out untouched then. Freed with cli_ini_clear.
 */
UND_MUST_USE enum und_err cli_ini_read(struct cli_ini *out, struct und_bytes text, bool (*is_text)(struct und_bytes section, struct und_bytes key),
                                       struct cli_fault *fault);
void cli_ini_clear(struct cli_ini *ini);

/* Without white space at both ends. */
struct und_bytes cli_trim(struct und_bytes s);

#endif
