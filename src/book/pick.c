/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* pick.c: which keys a roll takes, and whether a letter takes them as a wave (spec/records.md, Growth and rings) */
#include <stdlib.h>

#include "book/parts.h"

static bool on_base(const struct und_letter *base, const uint8_t *key)
{
	const uint8_t *roster;
	struct und_bytes body;

	return und_letter_find_key(&roster, &body, base, key) == UND_OK;
}

/* One of the keys that the slot has or had for this edition stands on the base: nobody stands on one roll twice. */
static bool is_there(const struct und_slot *s, uint64_t edition, const struct und_letter *base, const uint8_t *key)
{
	if (base == NULL)
		return false;
	if (key != NULL && on_base(base, key))
		return true;
	for (size_t i = 0; i < s->placed_count; i++)
		if (s->placed[i].edition == edition && on_base(base, s->placed[i].key))
			return true;
	return false;
}

static bool is_without(const struct und_slot *s, const struct und_bytes *without, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (und_bytes_equal_var(s->body, without[i]))
			return true;
	return false;
}

static int compare_picks(const void *a, const void *b)
{
	const struct und_book_pick *x = a, *y = b;
	int order = und_bytes_compare_var(x->body, y->body);

	return order != 0 ? order : memcmp(x->key, y->key, UND_POINT_SIZE);
}

enum und_err und_book_pick(struct und_book_picks *out, const struct und_book *b, uint64_t edition, const struct und_letter *base, const struct und_bytes *without,
                           size_t without_count)
{
	struct und_book_picks p = { .picks = und_alloc(b->slot_count, sizeof *p.picks) };

	if (p.picks == NULL)
		return UND_ERR_MEMORY;
	for (size_t i = 0; i < b->slot_count; i++) {
		const struct und_slot *s = &b->slots[i];
		const uint8_t *key = und_slot_key(s, edition);

		if (is_there(s, edition, base, key))
			p.there++;
		else if (s->left)
			p.left += key != NULL;
		else if (key == NULL)
			p.missing++;
		else if (is_without(s, without, without_count))
			p.held++;
		else
			p.picks[p.count++] = (struct und_book_pick){ s->number, s->body, key };
	}
	if (p.count > 1)
		qsort(p.picks, p.count, sizeof *p.picks, compare_picks);
	*out = p;
	return UND_OK;
}

void und_book_picks_clear(struct und_book_picks *p)
{
	free(p->picks);
	*p = (struct und_book_picks){ 0 };
}

enum und_err und_book_wave_check(struct und_bytes *body, uint64_t *count, const struct und_book_picks *p, const struct und_rules *rules)
{
	size_t end;

	if (!rules->grows)
		return UND_ERR_ROSTER_FIXED;
	*count = p->count;
	if (p->count < rules->release || p->count < rules->min_ring)
		return UND_ERR_WAVE_SMALL;
	for (size_t i = 0; rules->rings == UND_RINGS_BODY && i < p->count; i = end) {
		for (end = i + 1; end < p->count && und_bytes_equal_var(p->picks[i].body, p->picks[end].body); end++)
			;
		if (end - i >= rules->min_ring)
			continue;
		*body = p->picks[i].body;
		*count = end - i;
		return UND_ERR_RING_BELOW_MIN;
	}
	return UND_OK;
}

static bool is_placed(const struct und_slot *s, uint64_t edition, const uint8_t *key)
{
	for (size_t i = 0; i < s->placed_count; i++)
		if (s->placed[i].edition == edition && memcmp(s->placed[i].key, key, UND_POINT_SIZE) == 0)
			return true;
	return false;
}

static enum und_err place(struct und_book *b, struct und_slot *s, uint64_t edition, const uint8_t *key)
{
	struct und_slot_key *placed;
	size_t at = 0, rest;

	if (is_placed(s, edition, key))
		return UND_OK;
	if (s->placed_count == UINT16_MAX)
		return UND_ERR_LIMIT;
	placed = und_arena_alloc(&b->arena, s->placed_count + 1, sizeof *placed);
	if (placed == NULL)
		return UND_ERR_MEMORY;
	while (at < s->placed_count && s->placed[at].edition <= edition)
		at++;
	rest = s->placed_count - at;
	if (at > 0)
		memcpy(placed, s->placed, at * sizeof *placed);
	placed[at].edition = edition;
	memcpy(placed[at].key, key, UND_POINT_SIZE);
	if (rest > 0)
		memcpy(placed + at + 1, s->placed + at, rest * sizeof *placed);
	s->placed = placed;
	s->placed_count++;
	return UND_OK;
}

enum und_err und_book_place(struct und_book *b, const struct und_book_picks *p, uint64_t edition)
{
	enum und_err e = UND_OK;

	for (size_t i = 0; i < p->count && e == UND_OK; i++)
		e = place(b, &b->slots[p->picks[i].number - 1], edition, p->picks[i].key);
	return e;
}
