/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* book.c: every allocation made to fail while a book is filled, written, read, picked from; and while a card's text and picture are made */
#include "alloc.h"

#include <sodium.h>

#include "book/book.h"
#include "page/qr.h"

static const struct und_book_lock open_lock = { .kdf = 0 };

static enum und_err fill(struct und_book *b)
{
	enum und_err e;

	b->series = und_cstr("staff");
	b->name = und_cstr("Staff");
	b->address = und_bytes("", 0);
	if ((e = und_book_body_put(b, und_cstr("b"), und_cstr("Body B"), 1)) != UND_OK || (e = und_book_body_put(b, und_cstr("a"), und_cstr("Body A"), 1)) != UND_OK)
		return e;
	for (unsigned i = 0; i < 5; i++)
		if ((e = und_book_issue(b, und_cstr("a"), und_cstr("Ann"), &alloc_random)) != UND_OK)
			return e;
	return und_book_reissue(b, und_book_slot(b, 2), &alloc_random);
}

static enum und_err enrol(struct und_book *b)
{
	struct und_enrolment_key keys[2] = { { .edition = 1, .key = { 1 } }, { .edition = 2, .key = { 2 } } };
	const struct und_enrolment enrolment = { und_cstr("staff"), und_cstr("x"), keys, 2 };
	uint64_t number = 1, other;
	enum und_book_fate fate;

	return und_book_enrol(&fate, &number, &other, b, NULL, &enrolment);
}

static enum und_err build(struct und_book *b)
{
	struct und_book_entries entries;
	struct und_book_picks picks;
	struct und_ledger l;
	size_t at;
	enum und_err e = und_book_pick(&picks, b, 1, NULL, NULL, 0);

	if (e != UND_OK)
		return e;
	EQ(1, picks.count);
	e = und_book_place(b, &picks, 1);
	if (e == UND_OK && (e = und_ledger_make(&l, &at, b, picks.picks[0].key, 1, 1)) == UND_OK)
		und_ledger_clear(&l);
	und_book_picks_clear(&picks);
	if (e == UND_OK && (e = und_book_entries(&entries, b)) == UND_OK)
		und_book_entries_clear(&entries);
	return e;
}

TEST(a_book_filled_and_built_from)
{
	if (sodium_init() < 0)
		abort();
	ALLOC_SWEEP() {
		struct und_book b;
		enum und_err e;

		tap_seed_state = 5;
		e = und_book_new(&b, &alloc_random);
		if (e == UND_OK) {
			if ((e = fill(&b)) == UND_OK && (e = enrol(&b)) == UND_OK)
				e = build(&b);
			und_book_clear(&b);
		}
		ALLOC_RESULT(e);
	}
}

TEST(a_book_written_and_read)
{
	struct und_book b;
	enum und_err e;

	tap_seed_state = 5;
	OK(und_book_new(&b, &alloc_random));
	OK(fill(&b));
	OK(enrol(&b));
	ALLOC_SWEEP() {
		struct und_book again;
		struct und_buf file;

		und_buf_init(&file, 1 << 20);
		e = und_book_seal(&file, &b, &open_lock, &alloc_random);
		if (e == UND_OK)
			e = und_book_open(&again, und_buf_bytes(&file), &open_lock, &alloc_random, NULL);
		if (e == UND_OK)
			und_book_clear(&again);
		ALLOC_RESULT(e);
		und_buf_clear(&file);
	}
	und_book_clear(&b);
}

TEST(a_card_s_text_and_picture)
{
	struct und_invite card = { .address = und_cstr("https://x/"), .series = und_cstr("staff"), .edition = 2 };

	memset(card.code.digits, '7', sizeof card.code.digits);
	ALLOC_SWEEP() {
		struct und_buf text, png;
		enum und_err e;

		und_buf_init_secret(&text, UND_INVITE_TEXT_MAX);
		und_buf_init(&png, 1 << 16);
		e = und_invite_encode(&text, &card);
		if (e == UND_OK)
			e = und_qr_png(&png, und_buf_bytes(&text));
		ALLOC_RESULT(e);
		und_buf_clear(&text);
		und_buf_clear(&png);
	}
}
