/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* union_lines.c: the distinct lines of all copies, and the places that they claim, provide and need */
#include "letter/union_lines.h"

#include <stdlib.h>

#include "base/hash.h"

void und_place(uint8_t out[32], enum und_place_kind kind, struct und_bytes a, struct und_bytes b)
{
	uint8_t head[5] = { (uint8_t)kind };
	const struct und_bytes pieces[] = { { head, sizeof head }, a, b };

	und_store_u32be(head + 1, (uint32_t)a.n);
	und_sha256(out, pieces, UND_COUNT_OF(pieces));
}

static struct und_bytes id_bytes(const uint8_t id[UND_ID_SIZE])
{
	return und_bytes(id, UND_ID_SIZE);
}

/* ---- the table ---- */

enum und_err und_place_table_add(struct und_place_table *t, const uint8_t place[32], size_t line)
{
	enum und_err e = und_grow(&t->entries, &t->cap, t->n + 1, sizeof *t->entries);

	if (e != UND_OK)
		return e;
	memcpy(t->entries[t->n].place, place, 32);
	t->entries[t->n++].line = line;
	return UND_OK;
}

static int compare_entries(const void *a, const void *b)
{
	const struct und_place_entry *x = a, *y = b;
	int order = memcmp(x->place, y->place, sizeof x->place);

	return order != 0 ? order : (x->line > y->line) - (x->line < y->line);
}

void und_place_table_sort(struct und_place_table *t)
{
	if (t->n > 0)
		qsort(t->entries, t->n, sizeof *t->entries, compare_entries);
}

const struct und_place_entry *und_place_table_find(const struct und_place_table *t, const uint8_t place[32])
{
	size_t low = 0, high = t->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (memcmp(t->entries[middle].place, place, 32) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low < t->n && memcmp(t->entries[low].place, place, 32) == 0 ? &t->entries[low] : NULL;
}

/* ---- the lines ---- */

static int compare_lines(const void *a, const void *b)
{
	const struct und_union_line *x = a, *y = b;
	int order = memcmp(x->sha256, y->sha256, sizeof x->sha256);

	return order != 0 ? order : (int)y->in_first - (int)x->in_first;
}

static enum und_err gather(struct und_union_lines *u, struct und_bytes copy, bool first)
{
	enum und_err e;

	while (copy.n > 0) {
		const uint8_t *lf = memchr(copy.p, '\n', copy.n);
		struct und_union_line *line;
		size_t length;

		und_bug_if(lf == NULL); /* a valid letter ends with LF */
		length = (size_t)(lf - copy.p);
		if ((e = und_grow(&u->lines, &u->cap, u->n + 1, sizeof *u->lines)) != UND_OK)
			return e;
		line = &u->lines[u->n++];
		*line = (struct und_union_line){ .text = { copy.p, length }, .in_first = first, .alive = true };
		und_sha256(line->sha256, &line->text, 1);
		copy.p += length + 1;
		copy.n -= length + 1;
	}
	return UND_OK;
}

/* Sorted by SHA-256, each line once; what stands in the first copy keeps that mark (it sorts first among equals). */
static void sort_distinct(struct und_union_lines *u)
{
	size_t kept = 0;

	qsort(u->lines, u->n, sizeof *u->lines, compare_lines);
	for (size_t i = 0; i < u->n; i++)
		if (kept == 0 || memcmp(u->lines[kept - 1].sha256, u->lines[i].sha256, 32) != 0)
			u->lines[kept++] = u->lines[i];
	u->n = kept;
}

/* What the union needs to know of a record: a few ids for the many short ones, the whole of the others. */
static void take_facts(struct und_union_line *line, struct und_record *r)
{
	line->type = r->type;
	memcpy(line->id, r->id, UND_ID_SIZE);
	switch (r->type) {
	case UND_TYPE_SIGNATURE:
		memcpy(line->tag, r->u.signature.tag, UND_POINT_SIZE);
		memcpy(line->other, r->u.signature.roster, UND_ID_SIZE);
		break;
	case UND_TYPE_WITHDRAWAL:
		memcpy(line->tag, r->u.withdrawal.tag, UND_POINT_SIZE);
		break;
	case UND_TYPE_VOTE:
		memcpy(line->tag, r->u.vote.tag, UND_POINT_SIZE);
		memcpy(line->other, r->u.vote.question, UND_ID_SIZE);
		break;
	case UND_TYPE_KEYS:
		break;
	default:
		line->record = r;
		return;
	}
	und_record_clear(r);
	free(r);
}

static enum und_err decode(struct und_union_line *line)
{
	struct und_record *r = und_alloc(1, sizeof *r);
	enum und_err e;

	if (r == NULL)
		return UND_ERR_MEMORY;
	if ((e = und_record_decode(r, line->text, NULL)) != UND_OK) {
		free(r);
		return e;
	}
	take_facts(line, r);
	return UND_OK;
}

static bool is_organiser(const struct und_letter_record *letter, const uint8_t key[UND_ED25519_KEY_SIZE])
{
	for (size_t i = 0; i < letter->organisers.count; i++)
		if (memcmp(letter->organisers.keys[i].key, key, UND_ED25519_KEY_SIZE) == 0)
			return true;
	return false;
}

/* Statements signed by their party's key; a party's key is never an organiser's. */
static void mark_authenticated(struct und_union_lines *u)
{
	for (size_t i = 0; i < u->n; i++) {
		struct und_union_line *line = &u->lines[i];

		if (line->type == UND_TYPE_STATEMENT)
			line->authenticated = line->record->signature_count == 1 &&
			                      !is_organiser(u->letter, line->record->signatures[0].key);
	}
}

/* by_id through the same table as places: an id is as long as a place. */
static enum und_err index_ids(struct und_union_lines *u)
{
	struct und_place_table t = { 0 };
	enum und_err e = UND_OK;

	for (size_t i = 0; e == UND_OK && i < u->n; i++)
		e = und_place_table_add(&t, u->lines[i].id, i);
	und_place_table_sort(&t);
	u->by_id = und_alloc(u->n, sizeof *u->by_id);
	if (e == UND_OK && u->by_id == NULL)
		e = UND_ERR_MEMORY;
	for (size_t i = 0; e == UND_OK && i < u->n; i++)
		u->by_id[i] = t.entries[i].line;
	free(t.entries);
	return e;
}

enum und_err und_union_lines_init(struct und_union_lines *u, const struct und_bytes *copies, size_t n, const uint8_t letter_id[UND_ID_SIZE])
{
	enum und_err e = UND_OK;

	*u = (struct und_union_lines){ 0 };
	memcpy(u->letter_id, letter_id, UND_ID_SIZE);
	for (size_t i = 0; e == UND_OK && i < n; i++)
		e = gather(u, copies[i], i == 0);
	if (e != UND_OK)
		goto out;
	sort_distinct(u);
	for (size_t i = 0; i < u->n; i++) {
		if ((e = decode(&u->lines[i])) != UND_OK)
			goto out;
		if (u->lines[i].type == UND_TYPE_LETTER)
			u->letter = &u->lines[i].record->u.letter; /* any spelling of its signatures: the core is one */
		if (u->lines[i].type == UND_TYPE_WORDS)
			u->words = &u->lines[i].record->u.words;
	}
	mark_authenticated(u);
	e = index_ids(u);
out:
	if (e != UND_OK)
		und_union_lines_clear(u);
	return e;
}

void und_union_lines_clear(struct und_union_lines *u)
{
	for (size_t i = 0; i < u->n; i++)
		if (u->lines[i].record != NULL) {
			und_record_clear(u->lines[i].record);
			free(u->lines[i].record);
		}
	free(u->lines);
	free(u->by_id);
	free(u->head);
	*u = (struct und_union_lines){ 0 };
}

struct und_union_line *und_union_find(const struct und_union_lines *u, enum und_type type, const uint8_t id[UND_ID_SIZE])
{
	size_t low = 0, high = u->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (memcmp(u->lines[u->by_id[middle]].id, id, UND_ID_SIZE) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < u->n && memcmp(u->lines[u->by_id[low]].id, id, UND_ID_SIZE) == 0; low++)
		if (u->lines[u->by_id[low]].alive && u->lines[u->by_id[low]].type == type)
			return &u->lines[u->by_id[low]];
	return NULL;
}

/* ---- what a line needs and provides ---- */

static const struct und_addressee *find_addressee(const struct und_union_lines *u, struct und_bytes id)
{
	for (size_t i = 0; u->words != NULL && i < u->words->addressee_count; i++)
		if (und_bytes_equal_var(u->words->addressees[i].id, id))
			return &u->words->addressees[i];
	return NULL;
}

static size_t need_id(uint8_t needs[4][32], size_t n, const struct und_ref *ref)
{
	if (ref->set)
		und_place(needs[n++], UND_PLACE_ID, id_bytes(ref->id), und_bytes(NULL, 0));
	return n;
}

static size_t need_statement(uint8_t needs[4][32], bool *never, const struct und_union_lines *u, const struct und_union_line *line)
{
	const struct und_statement *s = &line->record->u.statement;
	const struct und_addressee *addressee = find_addressee(u, s->party);
	struct und_union_line *earlier;
	const uint8_t *key;
	size_t n = 0;

	if (addressee == NULL)
		und_place(needs[n++], UND_PLACE_PARTY, s->party, und_bytes(NULL, 0));
	if (line->authenticated) {
		key = line->record->signatures[0].key;
		if (addressee == NULL || !addressee->key.set || memcmp(addressee->key.id, key, UND_ED25519_KEY_SIZE) != 0)
			und_place(needs[n++], UND_PLACE_KEY_OF, s->party, und_bytes(key, UND_ED25519_KEY_SIZE));
	}
	if (s->clarifies.set && (earlier = und_union_find(u, UND_TYPE_STATEMENT, s->clarifies.id)) != NULL)
		*never = earlier->authenticated && !line->authenticated;
	return need_id(needs, n, &s->clarifies);
}

size_t und_union_needs(uint8_t needs[4][32], bool *never, const struct und_union_lines *u, const struct und_union_line *line)
{
	const struct und_record *r = line->record;
	size_t n = 0;

	*never = false;
	switch (line->type) {
	case UND_TYPE_ROSTER:
		return need_id(needs, 0, &r->u.roster.extends);
	case UND_TYPE_SIGNATURE:
		und_place(needs[n++], UND_PLACE_ID, id_bytes(line->other), und_bytes(NULL, 0));
		return n;
	case UND_TYPE_WITHDRAWAL:
		und_place(needs[n++], UND_PLACE_SIGNED, id_bytes(line->tag), und_bytes(NULL, 0));
		return n;
	case UND_TYPE_VOTE:
		und_place(needs[n++], UND_PLACE_SIGNED, id_bytes(line->tag), und_bytes(NULL, 0));
		und_place(needs[n++], UND_PLACE_ID, id_bytes(line->other), und_bytes(NULL, 0));
		return n;
	case UND_TYPE_PARTY:
		if (!line->introduces && find_addressee(u, r->u.party.id) == NULL)
			und_place(needs[n++], UND_PLACE_PARTY, r->u.party.id, und_bytes(NULL, 0));
		return n;
	case UND_TYPE_STATEMENT:
		return need_statement(needs, never, u, line);
	case UND_TYPE_QUESTION:
		return need_id(needs, 0, &r->u.question.about);
	case UND_TYPE_NOTICE:
		return need_id(needs, 0, &r->u.notice.about);
	default:
		return 0;
	}
}

size_t und_union_provides(uint8_t provides[4][32], const struct und_union_line *line)
{
	size_t n = 0;

	und_place(provides[n++], UND_PLACE_ID, id_bytes(line->id), und_bytes(NULL, 0));
	if (line->type == UND_TYPE_SIGNATURE)
		und_place(provides[n++], UND_PLACE_SIGNED, id_bytes(line->tag), und_bytes(NULL, 0));
	if (line->type == UND_TYPE_PARTY) {
		const struct und_party *p = &line->record->u.party;

		if (line->introduces)
			und_place(provides[n++], UND_PLACE_PARTY, p->id, und_bytes(NULL, 0));
		if (p->key.set)
			und_place(provides[n++], UND_PLACE_KEY_OF, p->id, id_bytes(p->key.id));
	}
	return n;
}

enum und_err und_union_provided(struct und_place_table *out, const struct und_union_lines *u)
{
	uint8_t provides[4][32];
	enum und_err e;

	out->n = 0;
	for (size_t i = 0; i < u->n; i++) {
		size_t count = u->lines[i].alive ? und_union_provides(provides, &u->lines[i]) : 0;

		for (size_t k = 0; k < count; k++)
			if ((e = und_place_table_add(out, provides[k], i)) != UND_OK)
				return e;
	}
	und_place_table_sort(out);
	return UND_OK;
}
