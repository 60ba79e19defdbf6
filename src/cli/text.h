/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cli/text.h: texts on their way into records: NFC, LF for CRLF, checked as the format asks (spec/records.md, Form) */
#ifndef UND_CLI_TEXT_H
#define UND_CLI_TEXT_H

#include "record/record.h"

/*
 * A copy of in as records hold it, in the arena. Errors: UND_ERR_TEXT… of und_text_check, with *at the offset in the result (may be NULL); UND_ERR_TEXT where in is not UTF-8; UND_ERR_MEMORY.
 */
UND_MUST_USE enum und_err cli_text_take(struct und_bytes *out, struct und_arena *arena, struct und_bytes in, size_t max, bool may_be_empty,
                                        bool is_long, size_t *at);

/* The text of an option. Tells errors. Returns -1, or an exit code. */
int cli_text_argument(struct und_bytes *out, struct und_arena *arena, const char *what, const char *text, size_t max, bool is_long);
/* The text in a file that is named in another one: beside that, unless its name begins with /. */
int cli_text_file_beside(struct und_bytes *out, struct und_arena *arena, const char *other, const char *name, size_t max);
/* The text in a file ("-": standard input), always a long one. Tells errors with the line. Returns -1, or an exit code. */
int cli_text_file(struct und_bytes *out, struct und_arena *arena, const char *path, size_t max);

#endif
