/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* union_drop.c: with the lines that lost their places go those that refer to them, and so on (spec/records.md, The state of a letter) */
#include "letter/union_lines.h"

#include <stdlib.h>

#define NO_EDGE SIZE_MAX

/* A line that refers to another: one of the list that begins at the other's first. */
struct edge {
	size_t to, next;
};

/* Each line goes once and each reference is followed once, however long the chains are: whoever makes a file makes them as long as it may be. */
struct drop {
	struct und_union_lines *u;
	size_t *first; /* of each line, or NO_EDGE */
	struct edge *edges;
	size_t edge_count, edge_cap;
	size_t *gone;  /* lines that went and whose dependants were not told yet */
	size_t gone_count;
};

static void let_go(struct drop *d, size_t line)
{
	if (!d->u->lines[line].alive)
		return;
	d->u->lines[line].alive = false;
	d->gone[d->gone_count++] = line;
}

/* Every place has one provider: und_union_contend saw to it. */
static enum und_err add_needs(struct drop *d, const struct und_place_table *provided, size_t line)
{
	uint8_t needs[4][32];
	bool never = false;
	size_t count = und_union_needs(needs, &never, d->u, &d->u->lines[line]);
	enum und_err e;

	if (never)
		let_go(d, line);
	for (size_t k = 0; k < count; k++) {
		const struct und_place_entry *entry = und_place_table_find(provided, needs[k]);

		if (entry == NULL) {
			let_go(d, line);
			continue;
		}
		if ((e = und_grow(&d->edges, &d->edge_cap, d->edge_count + 1, sizeof *d->edges)) != UND_OK)
			return e;
		d->edges[d->edge_count] = (struct edge){ line, d->first[entry->line] };
		d->first[entry->line] = d->edge_count++;
	}
	return UND_OK;
}

static void follow(struct drop *d)
{
	while (d->gone_count != 0) {
		size_t line = d->gone[--d->gone_count];

		for (size_t k = d->first[line]; k != NO_EDGE; k = d->edges[k].next)
			let_go(d, d->edges[k].to);
	}
}

enum und_err und_union_drop(struct und_union_lines *u, struct und_place_table *t)
{
	struct drop d = { .u = u, .first = und_alloc(u->n, sizeof *d.first), .gone = und_alloc(u->n, sizeof *d.gone) };
	enum und_err e = UND_ERR_MEMORY;

	if (d.first == NULL || d.gone == NULL)
		goto out;
	if ((e = und_union_provided(t, u)) != UND_OK)
		goto out;
	for (size_t i = 0; i < u->n; i++)
		d.first[i] = NO_EDGE;
	for (size_t i = 0; e == UND_OK && i < u->n; i++)
		if (u->lines[i].alive)
			e = add_needs(&d, t, i);
	if (e == UND_OK)
		follow(&d);
out:
	free(d.first);
	free(d.edges);
	free(d.gone);
	return e;
}
