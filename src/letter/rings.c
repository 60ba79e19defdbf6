/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* rings.c: which rings there are, their keys in order, and who may sign in them (spec/records.md, Growth and rings; Rings above their share) */
#include <stdlib.h>

#include "letter/fold.h"

/* ---- which there are ---- */

void und_rings_free(struct und_fold_ring *rings, size_t count)
{
	for (size_t i = 0; i < count; i++)
		free((void *)(uintptr_t)rings[i].ring.keys);
	free(rings);
}

static int compare_labels(const void *a, const void *b)
{
	const struct und_fold_ring *x = a, *y = b;

	return und_bytes_compare_var(x->label, y->label);
}

static void init_ring(struct und_fold_ring *ring, struct und_bytes label, size_t body, size_t layer, uint64_t keys)
{
	ring->label = label;
	ring->body = body;
	ring->layer = layer;
	ring->keys = keys;
}

enum und_err und_base_rings(struct und_fold_ring **out, size_t *count, const struct und_letter *l)
{
	size_t n = l->body_ids.n;
	struct und_fold_ring *rings = und_alloc(n + 1, sizeof *rings);

	if (rings == NULL)
		return UND_ERR_MEMORY;
	init_ring(&rings[0], und_cstr("*"), UND_SET_NONE, l->layer_ids.n - 1, l->key_count);
	for (size_t i = 0; i < n; i++)
		init_ring(&rings[1 + i], l->bodies[i].id, i, l->bodies[i].layer, l->bodies[i].keys);
	qsort(rings + 1, n, sizeof *rings, compare_labels);
	*out = rings;
	*count = n + 1;
	return UND_OK;
}

enum und_err und_wave_rings(struct und_layer *layer, const struct und_roster *r, size_t number)
{
	layer->rings = und_alloc(r->body_count + 1, sizeof *layer->rings);
	if (layer->rings == NULL)
		return UND_ERR_MEMORY;
	layer->ring_count = r->body_count + 1;
	init_ring(&layer->rings[0], und_cstr("*"), UND_SET_NONE, number, layer->keys);
	for (size_t i = 0; i < r->body_count; i++) /* ascending by id already */
		init_ring(&layer->rings[1 + i], r->bodies[i].id, layer->bodies[i], number, r->bodies[i].count);
	return UND_OK;
}

enum und_err und_find_layer(struct und_layer **out, const struct und_letter *l, const uint8_t *roster)
{
	size_t i = und_set_find(&l->layer_ids, roster);

	if (i == UND_SET_NONE || l->base == UND_NO_BASE)
		return UND_ERR_ROSTER_UNKNOWN;
	if (i < l->base)
		return UND_ERR_ROSTER_EARLIER;
	*out = l->layers[i];
	return UND_OK;
}

struct und_fold_ring *und_find_ring(const struct und_layer *layer, struct und_bytes label)
{
	struct und_fold_ring wanted = { .label = label };

	if (layer->ring_count == 0)
		return NULL;
	if (und_bytes_is(label, "*"))
		return &layer->rings[0];
	return bsearch(&wanted, layer->rings + 1, layer->ring_count - 1, sizeof wanted, compare_labels);
}

/* ---- their keys: sorted runs, merged by their encodings ---- */

struct merge {
	const struct und_member_key **keys, **spare;
	size_t n;
	size_t *ends; /* of the runs that stand in keys */
	size_t ends_cap, runs;
};

/* One body's keys of one layer. UND_ERR_RING_UNKNOWN: they are not in this bundle. */
static enum und_err take_block(struct merge *m, const struct und_layer *layer, size_t body)
{
	size_t n = layer->record->u.roster.bodies[body].count;
	enum und_err e;

	if (n == 0)
		return UND_OK;
	if (layer->blocks[body] == NULL)
		return UND_ERR_RING_UNKNOWN;
	if ((e = und_grow(&m->ends, &m->ends_cap, m->runs + 1, sizeof *m->ends)) != UND_OK)
		return e;
	for (size_t i = 0; i < n; i++)
		m->keys[m->n++] = &layer->blocks[body][i];
	m->ends[m->runs++] = m->n;
	return UND_OK;
}

static void merge_two(const struct und_member_key **out, const struct und_member_key *const *a, size_t an, const struct und_member_key *const *b,
                      size_t bn)
{
	while (an != 0 && bn != 0) {
		if (memcmp((*a)->encoded, (*b)->encoded, UND_POINT_SIZE) < 0) {
			*out++ = *a++;
			an--;
		} else {
			*out++ = *b++;
			bn--;
		}
	}
	memcpy(out, a, an * sizeof *out);
	memcpy(out + an, b, bn * sizeof *out);
}

/* Halves the number of runs. */
static void merge_round(struct merge *m)
{
	const struct und_member_key **swap = m->keys;
	size_t start = 0, runs = 0;

	for (size_t r = 0; r < m->runs; r += 2) {
		size_t middle = m->ends[r], end = r + 1 < m->runs ? m->ends[r + 1] : middle;

		merge_two(m->spare + start, m->keys + start, middle - start, m->keys + middle, end - middle);
		m->ends[runs++] = start = end;
	}
	m->runs = runs;
	m->keys = m->spare;
	m->spare = swap;
}

/* All blocks from the ring's layer up; a wave's are its own alone. */
static enum und_err take_all(struct merge *m, const struct und_letter *l, const struct und_fold_ring *ring)
{
	enum und_err e = UND_OK;

	for (size_t i = ring->layer == l->base ? 0 : ring->layer; e == UND_OK && i <= ring->layer; i++)
		for (size_t b = 0; e == UND_OK && b < l->layers[i]->record->u.roster.body_count; b++)
			e = take_block(m, l->layers[i], b);
	return e;
}

/* Only the layers that list the body are looked at: there may be as many layers as rings. */
static enum und_err take_body(struct merge *m, const struct und_letter *l, const struct und_fold_ring *ring)
{
	const struct und_layer *layer;
	enum und_err e;
	size_t body, i = ring->layer;

	do {
		layer = l->layers[i];
		body = und_roster_find_body(&layer->record->u.roster, ring->label);
		e = take_block(m, layer, body);
		i = layer->before[body];
	} while (e == UND_OK && ring->layer <= l->base && i != UND_NO_BASE);
	return e;
}

enum und_err und_prepare_ring(struct und_letter *l, struct und_layer *layer, struct und_fold_ring *ring)
{
	struct merge m = { 0 };
	enum und_err e;

	if (ring->ring.n != 0)
		return UND_OK;
	if (ring->keys == 0)
		return UND_ERR_RING_SIZE;
	m.keys = und_alloc(ring->keys, sizeof *m.keys);
	m.spare = und_alloc(ring->keys, sizeof *m.spare);
	e = UND_ERR_MEMORY;
	if (m.keys == NULL || m.spare == NULL)
		goto out;
	if ((e = ring->body == UND_SET_NONE ? take_all(&m, l, ring) : take_body(&m, l, ring)) != UND_OK)
		goto out;
	und_bug_if(m.n != ring->keys);
	while (m.runs > 1)
		merge_round(&m);
	und_ring_id(ring->ring.id, layer->record->id, ring->label);
	ring->ring.keys = m.keys;
	ring->ring.n = m.n;
	m.keys = NULL;
out:
	free(m.keys);
	free(m.spare);
	free(m.ends);
	return e;
}

enum und_err und_letter_ring(const struct und_ring **out, struct und_letter *l, const uint8_t roster[UND_ID_SIZE], struct und_bytes label)
{
	struct und_layer *layer;
	struct und_fold_ring *ring;
	enum und_err e;

	if (und_find_layer(&layer, l, roster) != UND_OK)
		return UND_ERR_ROSTER_UNKNOWN;
	ring = und_find_ring(layer, label);
	if (ring == NULL || ring->keys == 0)
		return UND_ERR_RING_UNKNOWN;
	if ((e = und_prepare_ring(l, layer, ring)) != UND_OK)
		return e;
	*out = &ring->ring;
	return UND_OK;
}

/* ---- who may sign ---- */

enum und_err und_ring_allowed(const struct und_letter *l, const struct und_fold_ring *ring)
{
	const struct und_rules *rules = und_fold_rules(l);
	enum und_rings refused = ring->body == UND_SET_NONE ? UND_RINGS_BODY : UND_RINGS_ROSTER;

	if (rules->rings == refused)
		return UND_ERR_RING_NOT_ALLOWED;
	return ring->keys < rules->min_ring ? UND_ERR_RING_BELOW_MIN : UND_OK;
}

bool und_above_share(uint64_t made, uint64_t share, uint64_t keys)
{
	return made * 100 > share * keys; /* 2^32, 100 and 2^20 at most */
}

enum und_err und_letter_may_sign(const struct und_letter *l, const uint8_t roster[UND_ID_SIZE], struct und_bytes label)
{
	const struct und_fold_ring *ring;
	struct und_layer *layer;
	enum und_err e;

	if (l->letter == NULL || und_find_layer(&layer, l, roster) != UND_OK)
		return UND_ERR_RING_UNKNOWN;
	ring = und_find_ring(layer, label);
	if (ring == NULL)
		return UND_ERR_RING_UNKNOWN;
	if ((e = und_ring_allowed(l, ring)) != UND_OK)
		return e;
	if (ring->body != UND_SET_NONE && und_above_share(ring->made + 1, und_fold_rules(l)->max_share, ring->keys))
		return UND_ERR_RING_ABOVE_SHARE;
	if (und_above_share(layer->made + 1, und_fold_rules(l)->max_share_all, layer->rings[0].keys))
		return UND_ERR_RING_ABOVE_SHARE;
	return UND_OK;
}
