/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* roster.c: a roster takes its place: the first, an extension, a wave (spec/records.md, Growth and rings) */
#include <stdlib.h>

#include "letter/fold.h"

void und_pad_id(uint8_t out[UND_ID_TEXT_MAX], struct und_bytes id)
{
	und_bug_if(id.n > UND_ID_TEXT_MAX);
	memset(out, 0, UND_ID_TEXT_MAX);
	memcpy(out, id.p, id.n);
}

size_t und_roster_find_body(const struct und_roster *r, struct und_bytes id)
{
	size_t low = 0, high = r->body_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = und_bytes_compare_var(r->bodies[middle].id, id);

		if (order == 0)
			return middle;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return r->body_count;
}

void und_layer_free(struct und_layer *layer)
{
	if (layer->record != NULL && layer->blocks != NULL)
		for (size_t i = 0; i < layer->record->u.roster.body_count; i++)
			free(layer->blocks[i]);
	und_rings_free(layer->rings, layer->ring_count);
	free(layer->blocks);
	free(layer->bodies);
	free(layer->before);
	free(layer);
}

static struct und_layer *new_layer(const struct und_roster *r)
{
	struct und_layer *layer = und_alloc(1, sizeof *layer);

	if (layer == NULL)
		return NULL;
	layer->blocks = und_alloc(r->body_count, sizeof *layer->blocks);
	layer->bodies = und_alloc(r->body_count, sizeof *layer->bodies);
	layer->before = und_alloc(r->body_count, sizeof *layer->before);
	if (layer->blocks == NULL || layer->bodies == NULL || layer->before == NULL) {
		und_layer_free(layer);
		return NULL;
	}
	return layer;
}

/* Same series, name, edition, from, until as the one above. */
static enum und_err check_extends(const struct und_letter *l, const struct und_roster *r, struct und_diag *diag)
{
	const struct und_layer *last = und_last_layer(l);
	const struct und_roster *above;

	if (r->extends.set != (last != NULL))
		return und_fault(UND_ERR_EXTENDS, diag, "extends");
	if (last == NULL)
		return UND_OK;
	if (!und_id_equal(r->extends.id, last->record->id))
		return und_fault(UND_ERR_EXTENDS, diag, "extends");
	above = &last->record->u.roster;
	if (!und_bytes_equal_var(r->series, above->series))
		return und_fault(UND_ERR_ROSTER_OTHER, diag, "series");
	if (!und_bytes_equal_var(r->name, above->name))
		return und_fault(UND_ERR_ROSTER_OTHER, diag, "name");
	if (r->edition != above->edition)
		return und_fault(UND_ERR_ROSTER_OTHER, diag, "edition");
	if (r->from != above->from)
		return und_fault(UND_ERR_ROSTER_OTHER, diag, "from");
	if (r->until != above->until)
		return und_fault(UND_ERR_ROSTER_OTHER, diag, "until");
	return UND_OK;
}

/* New bodies get the next numbers; a known one keeps its name and gains keys. Sums the keys. */
static enum und_err number_bodies(const struct und_letter *l, struct und_layer *layer, const struct und_roster *r, struct und_diag *diag)
{
	uint8_t id[UND_ID_TEXT_MAX];
	size_t next = l->body_ids.n;

	for (size_t i = 0; i < r->body_count; i++) {
		const struct und_roster_body *b = &r->bodies[i];

		und_pad_id(id, b->id);
		layer->bodies[i] = und_set_find(&l->body_ids, id);
		if (layer->bodies[i] == UND_SET_NONE) {
			layer->bodies[i] = next++;
		} else {
			if (!und_bytes_equal_var(b->name, l->bodies[layer->bodies[i]].name))
				return und_fault_at(UND_ERR_BODY_RENAMED, diag, "bodies", i, "name");
			if (b->count == 0)
				return und_fault_at(UND_ERR_BODY_GAINS_NOTHING, diag, "bodies", i, "count");
		}
		layer->keys += b->count;
	}
	if (layer->keys > UND_KEYS_MAX - l->key_count)
		return und_fault(UND_ERR_KEYS_TOO_MANY, diag, "bodies");
	return UND_OK;
}

/* After the letter */
static enum und_err check_wave(struct und_letter *l, struct und_step *s, struct und_diag *diag)
{
	const struct und_rules *rules = und_fold_rules(l);

	if (!rules->grows)
		return und_fault(UND_ERR_ROSTER_FIXED, diag, "type");
	if (s->layer->keys < rules->release || s->layer->keys < rules->min_ring)
		return und_fault(UND_ERR_WAVE_SMALL, diag, "bodies");
	return und_role_registrars(l, s->record, &l->letter->u.letter.registrars, &s->unmet, diag);
}

static enum und_err make_room(struct und_letter *l, size_t bodies)
{
	enum und_err e;

	if ((e = und_set_reserve(&l->layer_ids, 1)) != UND_OK)
		return e;
	if ((e = und_grow(&l->layers, &l->layers_cap, l->layer_ids.n + 1, sizeof(struct und_layer *))) != UND_OK)
		return e;
	if ((e = und_set_reserve(&l->body_ids, bodies)) != UND_OK)
		return e;
	return und_grow(&l->bodies, &l->bodies_cap, l->body_ids.n + bodies, sizeof *l->bodies);
}

enum und_err und_roster_check(struct und_letter *l, struct und_step *s, struct und_diag *diag)
{
	const struct und_roster *r = &s->record->u.roster;
	enum und_err e;

	if ((e = check_extends(l, r, diag)) != UND_OK)
		return e;
	s->layer = new_layer(r);
	if (s->layer == NULL)
		return UND_ERR_MEMORY;
	if ((e = number_bodies(l, s->layer, r, diag)) != UND_OK)
		return e;
	if (l->letter != NULL) {
		if ((e = check_wave(l, s, diag)) != UND_OK)
			return e;
		if ((e = und_wave_rings(s->layer, r, l->layer_ids.n)) != UND_OK)
			return e;
	}
	return make_room(l, r->body_count);
}

size_t und_next_due(const struct und_roster *r, size_t i)
{
	while (i < r->body_count && r->bodies[i].count == 0)
		i++;
	return i;
}

void und_roster_commit(struct und_letter *l, struct und_step *s)
{
	const struct und_roster *r = &s->record->u.roster;
	struct und_layer *layer = s->layer;
	uint8_t id[UND_ID_TEXT_MAX];

	for (size_t i = 0; i < r->body_count; i++) {
		struct und_fold_body *b = &l->bodies[layer->bodies[i]];

		if (layer->bodies[i] == l->body_ids.n) {
			und_pad_id(id, r->bodies[i].id);
			(void)und_set_add(&l->body_ids, id);
			*b = (struct und_fold_body){ .id = r->bodies[i].id, .name = r->bodies[i].name, .layer = UND_NO_BASE };
		}
		layer->before[i] = b->layer;
		b->layer = l->layer_ids.n;
		b->headcount = r->bodies[i].headcount;
		b->keys += r->bodies[i].count;
	}
	layer->record = s->record;
	layer->due = und_next_due(r, 0);
	l->key_count += layer->keys;
	l->layers[l->layer_ids.n] = layer;
	(void)und_set_add(&l->layer_ids, s->record->id);
}
