/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* letter/state_json.h: a letter's state as JSON: what `verify --json`, `show --json` and a server's interface share */
#ifndef UND_LETTER_STATE_JSON_H
#define UND_LETTER_STATE_JSON_H

#include "base/json.h"
#include "letter/letter.h"

/* Values of members of the state; the caller has written their names. */
void und_state_put_rings(struct und_json *j, const struct und_state *s, bool names);
void und_state_put_above_share(struct und_json *j, const struct und_state *s);
void und_state_put_stances(struct und_json *j, const struct und_state *s);
/* texts: the question's own text, choices and closing day too. */
void und_state_put_questions(struct und_json *j, const struct und_state *s, bool texts);

/* "name":value, where members stand in ascending order of their names */
void und_member_number(struct und_json *j, const char *name, uint64_t v);
void und_member_flag(struct und_json *j, const char *name, bool v);
void und_member_text(struct und_json *j, const char *name, struct und_bytes v);
void und_member_day(struct und_json *j, const char *name, und_day v);
void und_member_id(struct und_json *j, const char *name, const uint8_t id[UND_ID_SIZE]);
void und_member_ref(struct und_json *j, const char *name, const struct und_ref *ref); /* "" when absent */

/* The state as one object: what `verify --json` says of a valid letter, und_letter_dated_after(today) among it. */
void und_state_put(struct und_json *j, const struct und_letter *l, const struct und_state *s, und_day today);

#endif
