/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cli/cards_html.h: a sheet of invitation cards to print and cut apart */
#ifndef UND_CLI_CARDS_HTML_H
#define UND_CLI_CARDS_HTML_H

#include "book/book.h"
#include "page/view.h"

/*
 * Appends one page of HTML that loads nothing, with a card for each of these slots, three on a sheet of A4 or Letter. out: a secret buffer. No name is on any card.
 * Errors: UND_ERR_CARD_USED, UND_ERR_CARD_VOID: *at is the place in slots; UND_ERR_MEMORY, UND_ERR_LIMIT.
 */
UND_MUST_USE enum und_err cli_cards_html(struct und_buf *out, size_t *at, enum und_page_language language, const struct und_book *b, const struct und_slot *const *slots, size_t count);

#endif
