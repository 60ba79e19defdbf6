/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* lines.c: the book as lines: first what it is about, then a line a slot; canonical JSON by a table, as records are (spec/cards.md §5) */
#include <stdlib.h>

#include "base/secret.h"
#include "book/parts.h"
#include "record/reader.h"
#include "record/table.h"

#define MEMBER(n, k, s, f, lo, hi) .name = n, .kind = k, .min = lo, .max = hi, .offset = offsetof(struct s, f)
#define LIST(n, s, f, c, sh, hi) .name = n, .kind = UND_KIND_LIST, .max = hi, .offset = offsetof(struct s, f), .count_offset = offsetof(struct s, c), .shape = &sh
#define SHAPE(s, m, c) { .members = m, .count = UND_COUNT_OF(m), .size = sizeof(struct s), .check = c }

/* ---- the first line ---- */

struct first {
	struct und_book book; /* of which it says these members alone */
	uint64_t slots, v;
};

static const struct und_record_member body_members[] = {
	{ MEMBER("headcount", UND_KIND_NUMBER, und_book_body, headcount, 0, UND_HEADCOUNT_MAX) },
	{ MEMBER("id", UND_KIND_ID, und_book_body, id, 1, UND_ID_TEXT_MAX), .order = UND_ORDER_ASCENDING },
	{ MEMBER("name", UND_KIND_TEXT, und_book_body, name, 1, UND_NAME_MAX) },
};
static const struct und_shape body_shape = SHAPE(und_book_body, body_members, NULL);

static enum und_err check_first(const char **member, const void *object)
{
	const struct first *f = object;

	*member = "address";
	return und_invite_address_is_valid(f->book.address) ? UND_OK : UND_ERR_URL;
}

static const struct und_record_member first_members[] = {
	{ MEMBER("address", UND_KIND_URL, first, book.address, 0, UND_URL_MAX) },
	{ LIST("bodies", first, book.bodies, book.body_count, body_shape, UND_BODIES_MAX) },
	{ MEMBER("edition", UND_KIND_NUMBER, first, book.edition, 1, UND_EDITION_MAX) },
	{ MEMBER("ledger", UND_KIND_BYTES, first, book.ledger, 32, 32) },
	{ MEMBER("name", UND_KIND_TEXT, first, book.name, 1, UND_NAME_MAX) },
	{ MEMBER("pin", UND_KIND_REF0, first, book.pin, 0, 32) },
	{ MEMBER("series", UND_KIND_ID, first, book.series, 1, UND_ID_TEXT_MAX) },
	{ MEMBER("slots", UND_KIND_NUMBER, first, slots, 0, UND_BOOK_SLOTS_MAX) },
	{ MEMBER("v", UND_KIND_NUMBER, first, v, 1, 1) },
};
static const struct und_shape first_shape = SHAPE(first, first_members, check_first);

/* ---- a slot's line ---- */

static const char *const card_words[] = { "unused", "used", "void" };
static const char *const left_words[] = { "no", "yes" };

static const struct und_record_member key_members[] = {
	{ MEMBER("edition", UND_KIND_NUMBER, und_slot_key, edition, 0, UND_EDITION_MAX), .order = UND_ORDER_ASCENDING },
	{ MEMBER("key", UND_KIND_BYTES, und_slot_key, key, UND_POINT_SIZE, UND_POINT_SIZE) }, /* it was a point when it came in */
};
static const struct und_record_member placed_members[] = {
	{ MEMBER("edition", UND_KIND_NUMBER, und_slot_key, edition, 0, UND_EDITION_MAX) },
	{ MEMBER("key", UND_KIND_BYTES, und_slot_key, key, UND_POINT_SIZE, UND_POINT_SIZE) },
};
static const struct und_record_member old_members[] = {
	{ MEMBER("code", UND_KIND_BYTES, und_slot_old, code, 32, 32) },
};
static const struct und_shape key_shape = SHAPE(und_slot_key, key_members, NULL);
static const struct und_shape placed_shape = SHAPE(und_slot_key, placed_members, NULL);
static const struct und_shape old_shape = SHAPE(und_slot_old, old_members, NULL);

static enum und_err check_slot(const char **member, const void *object)
{
	const struct und_slot *s = object;

	*member = "code";
	if (s->card == UND_SLOT_UNUSED ? s->code.n != UND_INVITE_DRAWN || !und_invite_digits_are_valid(s->code.p) : s->code.n != 0)
		return UND_ERR_SIZE;
	*member = "card";
	if (s->left && s->card != UND_SLOT_VOID)
		return UND_ERR_CHOICE;
	*member = "placed";
	for (size_t i = 1; i < s->placed_count; i++)
		if (s->placed[i - 1].edition > s->placed[i].edition)
			return UND_ERR_NOT_ASCENDING;
	return UND_OK;
}

static const struct und_record_member slot_members[] = {
	{ MEMBER("body", UND_KIND_ID, und_slot, body, 1, UND_ID_TEXT_MAX) },
	{ MEMBER("card", UND_KIND_WORD, und_slot, card, 1, UND_COUNT_OF(card_words)), .words = card_words },
	{ MEMBER("code", UND_KIND_BLOB, und_slot, code, 0, UND_INVITE_DRAWN) },
	{ MEMBER("hash", UND_KIND_BYTES, und_slot, hash, 32, 32) },
	{ LIST("keys", und_slot, keys, key_count, key_shape, UND_ENROLMENT_KEYS_MAX) },
	{ MEMBER("left", UND_KIND_BOOL, und_slot, left, 1, 2), .words = left_words },
	{ MEMBER("name", UND_KIND_TEXT, und_slot, name, 0, UND_BOOK_NAME_MAX) },
	{ MEMBER("number", UND_KIND_NUMBER, und_slot, number, 1, UND_BOOK_SLOTS_MAX) },
	{ LIST("old", und_slot, old, old_count, old_shape, UINT16_MAX) },
	{ LIST("placed", und_slot, placed, placed_count, placed_shape, UINT16_MAX) },
};
static const struct und_shape slot_shape = SHAPE(und_slot, slot_members, check_slot);

const char *und_slot_card_name(enum und_slot_card c)
{
	und_bug_if((unsigned)c >= UND_COUNT_OF(card_words));
	return card_words[c];
}

/* ---- writing ---- */

enum und_err und_book_encode(struct und_buf *plain, const struct und_book *b)
{
	struct first f = { .book = *b, .slots = b->slot_count, .v = 1 };
	enum und_err e;

	e = und_object_encode(plain, &first_shape, &f);
	und_wipe(f.book.ledger, sizeof f.book.ledger);
	und_buf_add_u8(plain, '\n');
	for (size_t i = 0; i < b->slot_count && e == UND_OK; i++) {
		e = und_object_encode(plain, &slot_shape, &b->slots[i]);
		und_buf_add_u8(plain, '\n');
	}
	return e != UND_OK ? e : plain->err;
}

/* ---- reading ---- */

struct reading {
	struct und_book *book;
	uint64_t slots; /* that must come */
	bool begun;
	struct und_diag *diag;
};

static enum und_err fault(struct reading *r, const char *member, enum und_err e)
{
	und_diag_member(r->diag, member);
	return e;
}

static enum und_err take_first(struct reading *r, struct und_bytes line)
{
	struct first f = { .slots = 0 };
	struct und_book *b = r->book;
	enum und_err e;

	e = und_object_decode(&f, &b->arena, &first_shape, line, r->diag);
	if (e == UND_OK) {
		b->series = f.book.series;
		b->name = f.book.name;
		b->address = f.book.address;
		b->pin = f.book.pin;
		b->edition = f.book.edition;
		b->bodies = f.book.bodies;
		b->body_count = f.book.body_count;
		memcpy(b->ledger, f.book.ledger, sizeof b->ledger);
		r->slots = f.slots;
		r->begun = true;
	}
	und_wipe(f.book.ledger, sizeof f.book.ledger);
	return e;
}

/* A code belongs to the hash that stands beside it. */
static bool hash_is_right(const struct und_book *b, const struct und_slot *s)
{
	struct und_invite_code code;
	uint8_t hash[32];

	if (s->card != UND_SLOT_UNUSED)
		return true;
	memcpy(code.digits, s->code.p, sizeof code.digits);
	und_invite_hash(hash, b->series, &code);
	und_wipe(&code, sizeof code);
	return und_equal(hash, s->hash, sizeof hash);
}

static enum und_err index_slot(struct reading *r, const struct und_slot *s, size_t at)
{
	enum und_err e = und_index_add_code(r->book, s->hash, at);

	for (size_t i = 0; i < s->old_count && e == UND_OK; i++)
		e = und_index_add_code(r->book, s->old[i].code, at);
	if (e != UND_OK)
		return fault(r, "old", e);
	for (size_t i = 0; i < s->key_count && e == UND_OK; i++)
		e = und_index_add_key(r->book, s->keys[i].key, at);
	for (size_t i = 0; i < s->placed_count && e == UND_OK; i++)
		e = und_index_add_key(r->book, s->placed[i].key, at);
	return e == UND_OK ? UND_OK : fault(r, "keys", e);
}

static enum und_err take_slot(struct reading *r, struct und_bytes line)
{
	struct und_book *b = r->book;
	struct und_slot s = { .number = 0 };
	enum und_err e;

	if (b->slot_count == r->slots)
		return UND_ERR_LIST_LENGTH;
	e = und_object_decode(&s, &b->arena, &slot_shape, line, r->diag);
	if (e != UND_OK)
		return e;
	if (s.number != b->slot_count + 1)
		return fault(r, "number", UND_ERR_NUMBER);
	if (und_book_body(b, s.body) == NULL)
		return fault(r, "body", UND_ERR_BODY_UNKNOWN);
	if (!hash_is_right(b, &s))
		return fault(r, "hash", UND_ERR_CARD_UNKNOWN);
	e = und_grow(&b->slots, &b->slot_cap, b->slot_count + 1, sizeof *b->slots);
	if (e != UND_OK)
		return e;
	b->slots[b->slot_count++] = s;
	return index_slot(r, &b->slots[b->slot_count - 1], b->slot_count - 1);
}

static enum und_err take_line(void *ctx, const struct und_line *line)
{
	struct reading *r = ctx;

	return r->begun ? take_slot(r, line->bytes) : take_first(r, line->bytes);
}

enum und_err und_book_decode(struct und_book *out, struct und_bytes plain, const struct und_random *random, struct und_diag *diag)
{
	struct und_diag unheard;
	struct und_book b;
	struct reading r = { .book = &b, .diag = diag != NULL ? diag : &unheard };
	struct und_reader reader;
	enum und_err e;

	e = und_book_new(&b, random);
	if (e != UND_OK)
		return e;
	*r.diag = (struct und_diag){ 0 };
	und_reader_init(&reader, UND_BOOK_LINE_MAX, take_line, &r);
	reader.held.secret = true;
	e = und_reader_feed(&reader, plain, r.diag);
	if (e == UND_OK)
		e = und_reader_finish(&reader, r.diag);
	if (e == UND_OK && (!r.begun || b.slot_count != r.slots))
		e = UND_ERR_LIST_LENGTH;
	und_reader_clear(&reader);
	if (e == UND_OK)
		*out = b;
	else
		und_book_clear(&b);
	return e;
}
