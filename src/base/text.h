/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* base/text.h: what a text may hold: nothing that cannot be seen (spec/records.md, Form) */
#ifndef UND_BASE_TEXT_H
#define UND_BASE_TEXT_H

#include "base/base.h"

/* UTF-8, 1 … max bytes (0 … max if may_be_empty), none of the refused characters; LF only if is_long. Errors: UND_ERR_TEXT…; *at is the byte offset, may be NULL. */
UND_MUST_USE enum und_err und_text_check(struct und_bytes s, size_t max, bool may_be_empty, bool is_long, size_t *at);
/* Appends the text with U+FFFD in the place of every refused character (LF may stay) and of every byte that is not UTF-8: for what was put together after the check, such as character references of a letter's body. */
void und_text_add_visible(struct und_buf *out, struct und_bytes utf8);

#endif
