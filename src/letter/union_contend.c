/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* union_contend.c: places that only one line can hold: who keeps them, and who goes with the losers (spec/records.md, The state of a letter) */
#include "letter/union_lines.h"

#include <stdlib.h>

static struct und_bytes nothing(void)
{
	return und_bytes(NULL, 0);
}

/* The place of that kind which the line claims; false if it claims none. */
static bool claim(uint8_t place[32], enum und_place_kind kind, const struct und_union_line *line)
{
	const struct und_bytes tag = { line->tag, UND_POINT_SIZE };

	switch (kind) {
	case UND_PLACE_ID:
		und_place(place, kind, und_bytes(line->id, UND_ID_SIZE), nothing());
		return true;
	case UND_PLACE_SEALED:
		und_place(place, kind, nothing(), nothing());
		return line->type == UND_TYPE_SEALED;
	case UND_PLACE_SIGNED:
		und_place(place, kind, tag, nothing());
		return line->type == UND_TYPE_SIGNATURE;
	case UND_PLACE_WITHDRAWN:
		und_place(place, kind, tag, nothing());
		return line->type == UND_TYPE_WITHDRAWAL;
	case UND_PLACE_VOTED:
		und_place(place, kind, tag, und_bytes(line->other, UND_ID_SIZE));
		return line->type == UND_TYPE_VOTE;
	case UND_PLACE_PARTY:
		if (line->type != UND_TYPE_PARTY || !line->introduces)
			return false;
		und_place(place, kind, line->record->u.party.id, nothing());
		return true;
	case UND_PLACE_PARTY_NAME:
		if (line->type != UND_TYPE_PARTY || !line->introduces)
			return false;
		und_place(place, kind, line->record->u.party.name, nothing());
		return true;
	case UND_PLACE_PARTY_KEY:
		if (line->type != UND_TYPE_PARTY || !line->record->u.party.key.set)
			return false;
		und_place(place, kind, und_bytes(line->record->u.party.key.id, UND_ED25519_KEY_SIZE), nothing());
		return true;
	case UND_PLACE_KEY_OF:
		if (line->type != UND_TYPE_PARTY || !line->record->u.party.key.set)
			return false;
		und_place(place, kind, line->record->u.party.id, nothing());
		return true;
	}
	return false;
}

/* Whether a keeps a place that b claims too: the authenticated before the recorded, else the least SHA-256 (the lower index). */
static bool is_before(const struct und_union_lines *u, size_t a, size_t b)
{
	if (u->lines[a].authenticated != u->lines[b].authenticated)
		return u->lines[a].authenticated;
	return a < b;
}

/* Of the lines that claim one place of that kind, one stays. */
static enum und_err contend_for(struct und_union_lines *u, struct und_place_table *t, enum und_place_kind kind)
{
	uint8_t place[32];
	enum und_err e;

	t->n = 0;
	for (size_t i = 0; i < u->n; i++)
		if (u->lines[i].alive && claim(place, kind, &u->lines[i]))
			if ((e = und_place_table_add(t, place, i)) != UND_OK)
				return e;
	und_place_table_sort(t);
	for (size_t i = 0, winner = 0; i < t->n; i++) {
		if (i == 0 || memcmp(t->entries[i - 1].place, t->entries[i].place, 32) != 0) {
			winner = t->entries[i].line;
		} else if (is_before(u, t->entries[i].line, winner)) {
			u->lines[winner].alive = false;
			winner = t->entries[i].line;
		} else {
			u->lines[t->entries[i].line].alive = false;
		}
	}
	return UND_OK;
}

static bool is_party(const struct und_union_line *line)
{
	return line->alive && line->type == UND_TYPE_PARTY;
}

static bool same_party(const struct und_party *a, const struct und_party *b)
{
	return und_bytes_equal_var(a->id, b->id) && und_bytes_equal_var(a->name, b->name);
}

/*
 * A `party` line introduces somebody, or gives a key to somebody known: the set of lines must tell which. A line without a key introduces; one with a key gives it to the
 * addressee, or to the party of the same id and name that a line without a key introduces; else it introduces. keyless: id and name of all lines without a key.
 */
static bool introduces(const struct und_union_lines *u, const struct und_place_table *keyless, const struct und_union_line *line)
{
	const struct und_party *p = &line->record->u.party;
	uint8_t place[32];

	for (size_t i = 0; u->words != NULL && i < u->words->addressee_count; i++)
		if (und_bytes_equal_var(u->words->addressees[i].id, p->id))
			return false;
	und_place(place, UND_PLACE_PARTY, p->id, p->name);
	return !p->key.set || und_place_table_find(keyless, place) == NULL;
}

static enum und_err mark_introductions(struct und_union_lines *u, struct und_place_table *t)
{
	uint8_t place[32];
	enum und_err e;

	t->n = 0;
	for (size_t i = 0; i < u->n; i++) {
		if (!is_party(&u->lines[i]) || u->lines[i].record->u.party.key.set)
			continue;
		und_place(place, UND_PLACE_PARTY, u->lines[i].record->u.party.id, u->lines[i].record->u.party.name);
		if ((e = und_place_table_add(t, place, i)) != UND_OK)
			return e;
	}
	und_place_table_sort(t);
	for (size_t i = 0; i < u->n; i++)
		u->lines[i].introduces = is_party(&u->lines[i]) && introduces(u, t, &u->lines[i]);
	return UND_OK;
}

/* A key is given to the party of that id and name; where another introduction kept the id, the line goes. */
static enum und_err drop_keys_for_others(struct und_union_lines *u, struct und_place_table *t)
{
	const struct und_place_entry *kept;
	uint8_t place[32];
	enum und_err e;

	t->n = 0;
	for (size_t i = 0; i < u->n; i++)
		if (u->lines[i].alive && claim(place, UND_PLACE_PARTY, &u->lines[i]))
			if ((e = und_place_table_add(t, place, i)) != UND_OK)
				return e;
	und_place_table_sort(t);
	for (size_t i = 0; i < u->n; i++) {
		if (!is_party(&u->lines[i]) || u->lines[i].introduces)
			continue;
		und_place(place, UND_PLACE_PARTY, u->lines[i].record->u.party.id, nothing());
		kept = und_place_table_find(t, place);
		u->lines[i].alive = kept == NULL || same_party(&u->lines[kept->line].record->u.party, &u->lines[i].record->u.party);
	}
	return UND_OK;
}

static enum und_err find_head(struct und_union_lines *u)
{
	struct und_union_line *line = und_union_find(u, UND_TYPE_ROSTER, u->letter->roster);
	size_t cap = 0;
	enum und_err e;

	for (; line != NULL; line = line->record->u.roster.extends.set ?
	                            und_union_find(u, UND_TYPE_ROSTER, line->record->u.roster.extends.id) : NULL) {
		if ((e = und_grow(&u->head, &cap, u->head_count + 1, sizeof *u->head)) != UND_OK)
			return e;
		u->head[u->head_count++] = line;
	}
	und_bug_if(u->head_count == 0);
	return UND_OK;
}

enum und_err und_union_contend(struct und_union_lines *u)
{
	/* in the order in which records.md names them; who has lost one place claims no other */
	static const enum und_place_kind before[] = { UND_PLACE_ID, UND_PLACE_SEALED };
	static const enum und_place_kind party[] = { UND_PLACE_PARTY_NAME, UND_PLACE_PARTY };
	static const enum und_place_kind after[] = { UND_PLACE_KEY_OF, UND_PLACE_PARTY_KEY, UND_PLACE_SIGNED, UND_PLACE_WITHDRAWN,
		                                     UND_PLACE_VOTED };
	struct und_place_table t = { 0 };
	enum und_err e = UND_OK;

	for (size_t i = 0; e == UND_OK && i < UND_COUNT_OF(before); i++)
		e = contend_for(u, &t, before[i]);
	if (e == UND_OK)
		e = mark_introductions(u, &t);
	for (size_t i = 0; e == UND_OK && i < UND_COUNT_OF(party); i++)
		e = contend_for(u, &t, party[i]);
	if (e == UND_OK)
		e = drop_keys_for_others(u, &t);
	for (size_t i = 0; e == UND_OK && i < UND_COUNT_OF(after); i++)
		e = contend_for(u, &t, after[i]);
	if (e == UND_OK)
		e = und_union_drop(u, &t);
	if (e == UND_OK)
		e = find_head(u);
	free(t.entries);
	return e;
}
