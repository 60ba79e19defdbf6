/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* keys.c: the keys of a body, on the line that the roster above asks for; where a key stands (spec/records.md, Types, keys) */
#include <stdlib.h>

#include "base/secret.h"
#include "letter/fold.h"

/* In a bundle, keys of other bodies are left out. */
static size_t find_due(const struct und_letter *l, const struct und_layer *layer, struct und_bytes body)
{
	const struct und_roster *r = &layer->record->u.roster;
	size_t i = layer->due;

	if (l->options.mode != UND_LETTER_BUNDLE)
		return i;
	while (i < r->body_count && !(r->bodies[i].count != 0 && und_bytes_equal_var(r->bodies[i].id, body)))
		i++;
	return i;
}

static enum und_err check_distinct(struct und_letter *l, const struct und_keys *k, struct und_diag *diag)
{
	for (size_t i = 0; i < k->count; i++)
		if (und_set_find(&l->keys, k->keys.p + i * UND_POINT_SIZE) != UND_SET_NONE)
			return und_fault(UND_ERR_KEY_DOUBLED, diag, "keys");
	return UND_OK;
}

/* Told after each body: reading keys is the long part of a big roster. */
static enum und_err decode_block(struct und_letter *l, struct und_step *s, struct und_diag *diag)
{
	const struct und_keys *k = &s->record->u.keys;
	const struct und_progress *progress = l->options.progress;
	enum und_err e;
	size_t bad;

	s->block = und_alloc(k->count, sizeof *s->block);
	if (s->block == NULL)
		return UND_ERR_MEMORY;
	if ((e = und_member_keys_decode(s->block, &bad, k->keys.p, k->count, l->options.runner)) != UND_OK)
		return und_fault(e, diag, "keys");
	if (progress == NULL || l->letter != NULL) /* later, batches tell */
		return UND_OK;
	l->pending.told = l->bytes;
	return progress->tell(progress->ctx, l->bytes, 0) == 0 ? UND_OK : UND_ERR_STOPPED;
}

enum und_err und_keys_check(struct und_letter *l, struct und_step *s, struct und_diag *diag)
{
	const struct und_keys *k = &s->record->u.keys;
	struct und_layer *last = und_last_layer(l);
	const struct und_roster_body *b;
	enum und_err e;

	if (last == NULL || last->due >= last->record->u.roster.body_count)
		return und_fault(UND_ERR_KEYS_UNASKED, diag, "type");
	s->body = find_due(l, last, k->body);
	if (s->body >= last->record->u.roster.body_count)
		return und_fault(UND_ERR_KEYS_OTHER, diag, "body");
	b = &last->record->u.roster.bodies[s->body];
	if (!und_bytes_equal_var(k->body, b->id))
		return und_fault(UND_ERR_KEYS_OTHER, diag, "body");
	if (k->count != b->count || !und_id_equal(s->record->id, b->keys.id))
		return und_fault(UND_ERR_KEYS_OTHER, diag, "keys");
	if ((e = check_distinct(l, k, diag)) != UND_OK)
		return e;
	if ((e = decode_block(l, s, diag)) != UND_OK)
		return e;
	if ((e = und_set_reserve(&l->keys, k->count)) != UND_OK)
		return e;
	return und_grow(&l->runs, &l->runs_cap, l->run_count + 1, sizeof *l->runs);
}

void und_keys_commit(struct und_letter *l, struct und_step *s)
{
	const struct und_keys *k = &s->record->u.keys;
	struct und_layer *last = und_last_layer(l);

	l->runs[l->run_count++] = (struct und_key_run){ l->keys.n, l->layer_ids.n - 1, s->body };
	for (size_t i = 0; i < k->count; i++)
		(void)und_set_add(&l->keys, k->keys.p + i * UND_POINT_SIZE);
	last->blocks[s->body] = s->block;
	s->block = NULL;
	last->due = und_next_due(&last->record->u.roster, s->body + 1);
}

/* ---- where a key stands ---- */

/* The run with the greatest first <= number. */
static const struct und_key_run *find_run(const struct und_letter *l, size_t number)
{
	size_t low = 0, high = l->run_count;

	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (l->runs[middle].first <= number)
			low = middle;
		else
			high = middle;
	}
	return &l->runs[low];
}

enum und_err und_letter_find_key(const uint8_t **roster, struct und_bytes *body, const struct und_letter *l, const uint8_t key[UND_POINT_SIZE])
{
	size_t number = und_set_find(&l->keys, key);
	const struct und_key_run *run;
	size_t layer;

	if (number == UND_SET_NONE)
		return UND_ERR_NOT_IN_RING;
	run = find_run(l, number);
	layer = l->base != UND_NO_BASE && run->layer < l->base ? l->base : run->layer; /* rosters above the letter add up */
	*roster = l->layers[layer]->record->id;
	*body = l->layers[run->layer]->record->u.roster.bodies[run->body].id;
	return UND_OK;
}

const uint8_t *und_letter_key(struct und_bytes *body, const struct und_letter *l, uint64_t i)
{
	const struct und_key_run *run;

	und_bug_if(i >= l->keys.n);
	run = find_run(l, (size_t)i);
	*body = l->layers[run->layer]->record->u.roster.bodies[run->body].id;
	return und_set_key(&l->keys, (size_t)i);
}

bool und_holds_key(const struct und_letter *l, const uint8_t key[UND_POINT_SIZE])
{
	bool found = false;

	for (size_t i = 0; i < l->keys.n; i++)
		found |= und_equal(und_set_key(&l->keys, i), key, UND_POINT_SIZE);
	return found;
}
