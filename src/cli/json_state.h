/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cli/json_state.h: a letter's state as JSON: what `verify --json` and `show --json` share */
#ifndef UND_CLI_JSON_STATE_H
#define UND_CLI_JSON_STATE_H

#include "base/json.h"
#include "letter/letter.h"

/* Values of members of the state; the caller has written their names. */
void cli_json_rings(struct und_json *j, const struct und_state *s, bool names);
void cli_json_above_share(struct und_json *j, const struct und_state *s);
void cli_json_stances(struct und_json *j, const struct und_state *s);
/* texts: the question's own text, choices and closing day too. */
void cli_json_questions(struct und_json *j, const struct und_state *s, bool texts);

/* "name":value, where members stand in ascending order of their names */
void cli_json_number(struct und_json *j, const char *name, uint64_t v);
void cli_json_flag(struct und_json *j, const char *name, bool v);
void cli_json_text(struct und_json *j, const char *name, struct und_bytes v);
void cli_json_day(struct und_json *j, const char *name, und_day v);
void cli_json_id(struct und_json *j, const char *name, const uint8_t id[UND_ID_SIZE]);
void cli_json_ref(struct und_json *j, const char *name, const struct und_ref *ref); /* "" when absent */

/* Prints the buffer and LF on stdout and clears it. Returns code, or CLI_TRIED (told) when memory was out. */
int cli_json_print(struct und_buf *b, int code);

#endif
