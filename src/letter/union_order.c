/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* union_order.c: again and again the line with the least SHA-256 among those whose references stand above */
#include "letter/union_lines.h"

#include <stdlib.h>

static void heap_push(struct und_union_order *o, size_t line)
{
	size_t i = o->heap_count++;

	for (; i > 0 && o->heap[(i - 1) / 2] > line; i = (i - 1) / 2)
		o->heap[i] = o->heap[(i - 1) / 2];
	o->heap[i] = line;
}

static size_t heap_pop(struct und_union_order *o)
{
	size_t least = o->heap[0], last = o->heap[--o->heap_count], i = 0, child;

	while ((child = 2 * i + 1) < o->heap_count) {
		if (child + 1 < o->heap_count && o->heap[child + 1] < o->heap[child])
			child++;
		if (o->heap[child] >= last)
			break;
		o->heap[i] = o->heap[child];
		i = child;
	}
	o->heap[i] = last;
	return least;
}

/*
 * Which line brings another along: owner[i] = i for what is ordered by itself, the roster for its keys, SIZE_MAX for what is gone or stands in the head.
 */
static void find_owners(size_t *owner, const struct und_union_lines *u)
{
	for (size_t i = 0; i < u->n; i++) {
		enum und_type t = u->lines[i].type;
		bool head = t == UND_TYPE_LETTER || t == UND_TYPE_SEALED || t == UND_TYPE_WORDS || t == UND_TYPE_KEYS;

		owner[i] = u->lines[i].alive && !head ? i : SIZE_MAX;
	}
	for (size_t i = 0; i < u->head_count; i++)
		owner[u->head[i] - u->lines] = SIZE_MAX;
	for (size_t i = 0; i < u->n; i++) {
		const struct und_roster *r = u->lines[i].type == UND_TYPE_ROSTER ? &u->lines[i].record->u.roster : NULL;

		for (size_t b = 0; r != NULL && owner[i] == i && b < r->body_count; b++) {
			struct und_union_line *keys = r->bodies[b].keys.set ? und_union_find(u, UND_TYPE_KEYS, r->bodies[b].keys.id) : NULL;

			if (keys != NULL)
				owner[keys - u->lines] = i;
		}
	}
}

struct edge {
	size_t from, to; /* to refers to from */
};
struct edges {
	struct edge *list;
	size_t n, cap;
};

static enum und_err find_edges(struct edges *edges, const struct und_union_lines *u, const size_t *owner)
{
	struct und_place_table provided = { 0 };
	uint8_t needs[4][32];
	bool never = false;
	enum und_err e = und_union_provided(&provided, u);

	for (size_t i = 0; e == UND_OK && i < u->n; i++) {
		size_t count = owner[i] == i ? und_union_needs(needs, &never, u, &u->lines[i]) : 0;

		for (size_t k = 0; e == UND_OK && k < count; k++) {
			const struct und_place_entry *entry = und_place_table_find(&provided, needs[k]);

			und_bug_if(entry == NULL); /* und_union_contend let only whole lines stay */
			if (owner[entry->line] == SIZE_MAX)
				continue;
			if ((e = und_grow(&edges->list, &edges->cap, edges->n + 1, sizeof *edges->list)) == UND_OK)
				edges->list[edges->n++] = (struct edge){ owner[entry->line], i };
		}
	}
	free(provided.entries);
	return e;
}

/* Edges as lists by their start: dependants[start[i] … start[i + 1]) */
static void sort_edges(struct und_union_order *o, const struct edges *edges)
{
	size_t n = o->lines->n;

	for (size_t k = 0; k < edges->n; k++) {
		o->start[edges->list[k].from + 1]++;
		o->waiting[edges->list[k].to]++;
	}
	for (size_t i = 0; i < n; i++)
		o->start[i + 1] += o->start[i]; /* where list i ends */
	for (size_t k = 0; k < edges->n; k++) /* filling each from its end moves start[i + 1] to where list i begins */
		o->dependants[--o->start[edges->list[k].from + 1]] = edges->list[k].to;
	memmove(o->start, o->start + 1, n * sizeof *o->start);
	o->start[n] = edges->n;
}

enum und_err und_union_order_init(struct und_union_order *o, const struct und_union_lines *u)
{
	struct edges edges = { 0 };
	size_t *owner = und_alloc(u->n, sizeof *owner);
	enum und_err e = UND_ERR_MEMORY;

	*o = (struct und_union_order){ .lines = u };
	if (owner == NULL)
		goto out;
	find_owners(owner, u);
	if ((e = find_edges(&edges, u, owner)) != UND_OK)
		goto out;
	o->waiting = und_alloc(u->n, sizeof *o->waiting);
	o->start = und_alloc(u->n + 1, sizeof *o->start);
	o->dependants = und_alloc(edges.n, sizeof *o->dependants);
	o->heap = und_alloc(u->n, sizeof *o->heap);
	e = UND_ERR_MEMORY;
	if (o->waiting == NULL || o->start == NULL || o->dependants == NULL || o->heap == NULL)
		goto out;
	sort_edges(o, &edges);
	for (size_t i = 0; i < u->n; i++)
		if (owner[i] == i && o->waiting[i] == 0)
			heap_push(o, i);
	e = UND_OK;
out:
	free(owner);
	free(edges.list);
	if (e != UND_OK)
		und_union_order_clear(o);
	return e;
}

bool und_union_order_next(size_t *line, struct und_union_order *o)
{
	if (o->heap_count == 0)
		return false;
	*line = heap_pop(o);
	for (size_t k = o->start[*line]; k < o->start[*line + 1]; k++)
		if (--o->waiting[o->dependants[k]] == 0)
			heap_push(o, o->dependants[k]);
	return true;
}

void und_union_order_clear(struct und_union_order *o)
{
	free(o->waiting);
	free(o->start);
	free(o->dependants);
	free(o->heap);
	*o = (struct und_union_order){ 0 };
}
