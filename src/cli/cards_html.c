/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cards_html.c: the cards of a book's slots, as a sheet */
#include "cli/cards_html.h"

#include "base/secret.h"
#include "page/cards.h"

/* text: scratch, a secret buffer */
static enum und_err add_card(struct und_page_cards *sheet, struct und_buf *text, const struct und_book *b, const struct und_slot *s)
{
	char code[UND_INVITE_CODE_SIZE];
	struct und_invite card;
	enum und_err e;

	e = und_book_card(&card, b, s);
	if (e != UND_OK)
		return e;
	und_buf_reset(text);
	e = und_invite_encode(text, &card);
	if (e == UND_OK) {
		und_invite_code_encode(code, &card.code);
		und_page_cards_add(sheet, &(const struct und_view_card){ s->number, und_book_body(b, s->body)->name, und_cstr(code), und_buf_bytes(text) });
		und_wipe(code, sizeof code);
	}
	und_wipe(&card.code, sizeof card.code);
	return e;
}

enum und_err cli_cards_html(struct und_buf *out, size_t *at, enum und_page_language language, const struct und_book *b, const struct und_slot *const *slots, size_t count)
{
	const struct und_view_cards view = { language, b->name, b->address, b->series, b->edition, b->pin.set ? b->pin.id : NULL };
	struct und_page_cards sheet;
	struct und_buf text;
	enum und_err e = UND_OK, end;

	und_buf_init_secret(&text, UND_INVITE_TEXT_MAX);
	und_page_cards_begin(&sheet, out, &view);
	for (size_t i = 0; i < count && e == UND_OK && out->err == UND_OK; i++) {
		*at = i;
		e = add_card(&sheet, &text, b, slots[i]);
	}
	end = und_page_cards_end(&sheet);
	und_buf_clear(&text);
	return e != UND_OK ? e : end;
}
