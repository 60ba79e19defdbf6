/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* page/cards.h: a sheet of invitation cards to print and cut apart (spec/cards.md) */
#ifndef UND_PAGE_CARDS_H
#define UND_PAGE_CARDS_H

#include "page/parts.h"

/* What all cards of a sheet say. */
struct und_view_cards {
	enum und_page_language language;
	struct und_bytes name;    /* of the roll */
	struct und_bytes address; /* of the server, or "" */
	struct und_bytes series;
	uint64_t edition;
	const uint8_t *pin; /* 32 bytes; NULL: none */
};
/* And one card. */
struct und_view_card {
	uint64_t number;
	struct und_bytes body; /* its name */
	struct und_bytes code; /* as people read it, in groups */
	struct und_bytes text; /* for the camera */
};

struct und_page_cards {
	struct und_page page;
	const struct und_view_cards *view;
};

/*
 * One document that loads nothing, three cards on a sheet of A4 or Letter. out: a secret buffer; the view is borrowed until the end. Add cards one by one, so that nobody holds all codes at once.
 * Errors, at the end: as of other pages (page/view.h); UND_ERR_LIMIT also where a card's text is too long for a QR code. Cost: about a millisecond a card.
 */
void und_page_cards_begin(struct und_page_cards *s, struct und_buf *out, const struct und_view_cards *v);
void und_page_cards_add(struct und_page_cards *s, const struct und_view_card *card);
UND_MUST_USE enum und_err und_page_cards_end(struct und_page_cards *s);

#endif
