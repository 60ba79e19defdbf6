/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* book.c: slots: cards given, replaced, withdrawn; what was enrolled with them */
#include <stdlib.h>

#include "base/secret.h"
#include "book/parts.h"

enum und_err und_book_new(struct und_book *out, const struct und_random *random)
{
	struct und_book b = { .edition = 1 };
	enum und_err e;

	e = random->fill(random->ctx, b.ledger, sizeof b.ledger);
	if (e == UND_OK)
		e = und_index_new(&b.index, random);
	if (e != UND_OK)
		return e;
	und_arena_init_secret(&b.arena);
	*out = b;
	return UND_OK;
}

void und_book_clear(struct und_book *b)
{
	if (b->slots != NULL)
		und_wipe(b->slots, b->slot_cap * sizeof *b->slots);
	free(b->slots);
	und_index_free(b->index);
	und_arena_clear(&b->arena);
	und_wipe(b, sizeof *b);
}

/* ---- bodies ---- */

/* Where the body stands, or would. */
static size_t body_place(const struct und_book *b, struct und_bytes id, bool *there)
{
	size_t low = 0, high = b->body_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (und_bytes_compare_var(b->bodies[middle].id, id) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	*there = low < b->body_count && und_bytes_equal_var(b->bodies[low].id, id);
	return low;
}

const struct und_book_body *und_book_body(const struct und_book *b, struct und_bytes id)
{
	bool there;
	size_t i = body_place(b, id, &there);

	return there ? &b->bodies[i] : NULL;
}

/* Room for one more, by doubling; the old list stays in the arena. */
static enum und_err grow_bodies(struct und_book *b)
{
	const size_t cap = b->body_count < 8 ? 16 : 2 * b->body_count;
	struct und_book_body *bodies;

	if (b->body_count < b->body_cap)
		return UND_OK;
	bodies = und_arena_alloc(&b->arena, cap, sizeof *bodies);
	if (bodies == NULL)
		return UND_ERR_MEMORY;
	if (b->body_count > 0)
		memcpy(bodies, b->bodies, b->body_count * sizeof *bodies);
	b->bodies = bodies;
	b->body_cap = cap;
	return UND_OK;
}

enum und_err und_book_body_put(struct und_book *b, struct und_bytes id, struct und_bytes name, uint64_t headcount)
{
	struct und_book_body body = { .headcount = headcount };
	bool there;
	size_t at = body_place(b, id, &there);
	enum und_err e;

	if (there) {
		if (!und_bytes_equal_var(b->bodies[at].name, name))
			return UND_ERR_BODY_RENAMED;
		b->bodies[at].headcount = headcount;
		return UND_OK;
	}
	if (b->body_count == UND_BODIES_MAX)
		return UND_ERR_LIMIT;
	if ((e = und_arena_copy(&body.id, &b->arena, id)) != UND_OK || (e = und_arena_copy(&body.name, &b->arena, name)) != UND_OK || (e = grow_bodies(b)) != UND_OK)
		return e;
	memmove(b->bodies + at + 1, b->bodies + at, (b->body_count - at) * sizeof body);
	b->bodies[at] = body;
	b->body_count++;
	return UND_OK;
}

/* ---- cards ---- */

struct und_slot *und_book_slot(struct und_book *b, uint64_t number)
{
	return number == 0 || number > b->slot_count ? NULL : &b->slots[number - 1];
}

/* A fresh code, known to the index as this slot's; the slot is untouched on failure. */
static enum und_err give_card(struct und_book *b, struct und_slot *s, size_t at, const struct und_random *random)
{
	struct und_invite_code code;
	struct und_bytes kept;
	uint8_t hash[32];
	enum und_err e;

	e = und_invite_code_draw(&code, random);
	if (e != UND_OK)
		return e;
	und_invite_hash(hash, b->series, &code);
	e = und_arena_copy(&kept, &b->arena, und_bytes(code.digits, sizeof code.digits));
	und_wipe(&code, sizeof code);
	if (e == UND_OK)
		e = und_index_add_code(b, hash, at);
	if (e != UND_OK)
		return e == UND_ERR_DOUBLED ? UND_ERR_RANDOM : e; /* 93 bits repeat for a broken generator only */
	s->code = kept;
	memcpy(s->hash, hash, sizeof hash);
	s->card = UND_SLOT_UNUSED;
	return UND_OK;
}

static void forget_code(struct und_slot *s, enum und_slot_card now)
{
	/* the arena wipes its bytes when the book is closed, which is soon */
	s->code = und_bytes(NULL, 0);
	s->card = now;
}

enum und_err und_book_issue(struct und_book *b, struct und_bytes body, struct und_bytes name, const struct und_random *random)
{
	const struct und_book_body *known = und_book_body(b, body);
	struct und_slot s = { .number = b->slot_count + 1 };
	enum und_err e;

	if (known == NULL)
		return UND_ERR_BODY_UNKNOWN;
	if (b->slot_count == UND_BOOK_SLOTS_MAX)
		return UND_ERR_LIMIT;
	s.body = known->id;
	if ((e = und_arena_copy(&s.name, &b->arena, name)) != UND_OK || (e = und_grow(&b->slots, &b->slot_cap, b->slot_count + 1, sizeof s)) != UND_OK ||
	    (e = give_card(b, &s, b->slot_count, random)) != UND_OK)
		return e;
	b->slots[b->slot_count++] = s;
	return UND_OK;
}

enum und_err und_book_reissue(struct und_book *b, struct und_slot *s, const struct und_random *random)
{
	struct und_slot_old *old;
	struct und_slot next = *s;
	enum und_err e;

	if (s->left)
		return UND_ERR_CARD_VOID;
	if (s->old_count == UINT16_MAX)
		return UND_ERR_LIMIT;
	old = und_arena_alloc(&b->arena, s->old_count + 1, sizeof *old);
	if (old == NULL)
		return UND_ERR_MEMORY;
	if (s->old_count > 0)
		memcpy(old, s->old, s->old_count * sizeof *old);
	memcpy(old[s->old_count].code, s->hash, sizeof s->hash);
	e = give_card(b, &next, (size_t)(s - b->slots), random);
	if (e != UND_OK)
		return e;
	next.old = old;
	next.old_count++;
	next.keys = NULL;
	next.key_count = 0;
	*s = next;
	return UND_OK;
}

enum und_err und_book_move(struct und_book *b, struct und_slot *s, struct und_bytes body)
{
	const struct und_book_body *known = und_book_body(b, body);

	if (known == NULL)
		return UND_ERR_BODY_UNKNOWN;
	if (s->left)
		return UND_ERR_CARD_VOID;
	s->body = known->id;
	return UND_OK;
}

void und_book_leave(struct und_slot *s)
{
	s->left = true;
	forget_code(s, UND_SLOT_VOID);
}

/* ---- enrolments ---- */

static bool same_keys(const struct und_slot *s, const struct und_enrolment *e)
{
	if (s->key_count != e->key_count)
		return false;
	for (size_t i = 0; i < e->key_count; i++)
		if (s->keys[i].edition != e->keys[i].edition || memcmp(s->keys[i].key, e->keys[i].key, UND_POINT_SIZE) != 0)
			return false;
	return true;
}

/* The slot that the code, or the number, means; UND_BOOK_ENROLLED when it may enrol. */
static enum und_book_fate find_slot(struct und_slot **out, struct und_book *b, uint64_t number, const uint8_t *code)
{
	size_t i = code == NULL ? (size_t)number - 1 : und_index_code(b, code);

	if (code == NULL ? number == 0 || number > b->slot_count : i == UND_SET_NONE)
		return UND_BOOK_UNKNOWN;
	*out = &b->slots[i];
	if ((*out)->left || (code != NULL && ((*out)->card == UND_SLOT_VOID || memcmp((*out)->hash, code, 32) != 0)))
		return UND_BOOK_VOID;
	return UND_BOOK_ENROLLED;
}

static enum und_err copy_keys(struct und_slot_key **out, struct und_book *b, const struct und_enrolment *e)
{
	struct und_slot_key *keys = und_arena_alloc(&b->arena, e->key_count, sizeof *keys);

	if (keys == NULL)
		return UND_ERR_MEMORY;
	for (size_t i = 0; i < e->key_count; i++) {
		keys[i].edition = e->keys[i].edition;
		memcpy(keys[i].key, e->keys[i].key, UND_POINT_SIZE);
	}
	*out = keys;
	return UND_OK;
}

enum und_err und_book_enrol(enum und_book_fate *fate, uint64_t *number, uint64_t *other, struct und_book *b, const uint8_t *code, const struct und_enrolment *e)
{
	struct und_slot_key *keys;
	struct und_slot *s = NULL;
	size_t owner, at;
	enum und_err err;

	*fate = find_slot(&s, b, *number, code);
	*number = s == NULL ? 0 : s->number;
	if (*fate != UND_BOOK_ENROLLED)
		return UND_OK;
	at = (size_t)(s - b->slots);
	for (size_t i = 0; i < e->key_count; i++) {
		owner = und_index_key(b, e->keys[i].key);
		if (owner != UND_SET_NONE && owner != at) {
			*fate = UND_BOOK_TAKEN;
			*other = owner + 1;
			return UND_OK;
		}
	}
	*fate = s->key_count == 0 ? UND_BOOK_ENROLLED : same_keys(s, e) ? UND_BOOK_SAME : UND_BOOK_REPLACED;
	if (*fate != UND_BOOK_SAME) {
		if ((err = copy_keys(&keys, b, e)) != UND_OK)
			return err;
		s->keys = keys;
		s->key_count = e->key_count;
		for (size_t i = 0; i < e->key_count; i++)
			if ((err = und_index_add_key(b, keys[i].key, at)) != UND_OK)
				return err;
	}
	if (code != NULL)
		forget_code(s, UND_SLOT_USED);
	else if (s->card == UND_SLOT_UNUSED)
		forget_code(s, UND_SLOT_VOID);
	return UND_OK;
}

/* ---- what comes out ---- */

const uint8_t *und_slot_key(const struct und_slot *s, uint64_t edition)
{
	size_t low = 0, high = s->key_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (s->keys[middle].edition < edition)
			low = middle + 1;
		else
			high = middle;
	}
	return low < s->key_count && s->keys[low].edition == edition ? s->keys[low].key : NULL;
}

void und_book_count(struct und_book_count *out, const struct und_book *b, const struct und_book_body *body, uint64_t edition)
{
	*out = (struct und_book_count){ 0 };
	for (size_t i = 0; i < b->slot_count; i++) {
		const struct und_slot *s = &b->slots[i];

		if (body != NULL && !und_bytes_equal_var(s->body, body->id))
			continue;
		if (s->left) {
			out->left++;
			continue;
		}
		out->slots++;
		out->unused += s->card == UND_SLOT_UNUSED;
		out->enrolled += und_slot_key(s, edition) != NULL;
	}
}

enum und_err und_book_card(struct und_invite *out, const struct und_book *b, const struct und_slot *s)
{
	if (s->card != UND_SLOT_UNUSED)
		return s->card == UND_SLOT_USED ? UND_ERR_CARD_USED : UND_ERR_CARD_VOID;
	*out = (struct und_invite){ .address = b->address, .series = b->series, .edition = b->edition, .pin = b->pin };
	memcpy(out->code.digits, s->code.p, sizeof out->code.digits);
	return UND_OK;
}

static int compare_entries(const void *a, const void *b)
{
	return memcmp(((const struct und_cards_entry *)a)->code, ((const struct und_cards_entry *)b)->code, 32);
}

static enum und_entry_state entry_state(const struct und_slot *s)
{
	return s->card == UND_SLOT_UNUSED ? UND_ENTRY_OPEN : s->card == UND_SLOT_USED ? UND_ENTRY_USED : UND_ENTRY_VOID;
}

enum und_err und_book_entries(struct und_book_entries *out, const struct und_book *b)
{
	struct und_cards_entry *list;
	size_t n = 0;

	for (size_t i = 0; i < b->slot_count; i++)
		n += 1 + b->slots[i].old_count;
	list = und_alloc(n, sizeof *list);
	if (list == NULL)
		return UND_ERR_MEMORY;
	n = 0;
	for (size_t i = 0; i < b->slot_count; i++) {
		const struct und_slot *s = &b->slots[i];

		list[n] = (struct und_cards_entry){ .body = s->body, .state = entry_state(s) };
		memcpy(list[n++].code, s->hash, 32);
		for (size_t k = 0; k < s->old_count; k++) {
			list[n] = (struct und_cards_entry){ .body = s->body, .state = UND_ENTRY_VOID };
			memcpy(list[n++].code, s->old[k].code, 32);
		}
	}
	if (n > 1)
		qsort(list, n, sizeof *list, compare_entries);
	*out = (struct und_book_entries){ list, n };
	return UND_OK;
}

void und_book_entries_clear(struct und_book_entries *e)
{
	free(e->entries);
	*e = (struct und_book_entries){ NULL, 0 };
}
