/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* demo_plan.c: so many signers, spread over so many bodies as the rules of the demo's letter allow */
#include "cli/demo_plan.h"

#include <stdlib.h>

static size_t room_of(const struct demo_body *b)
{
	return (size_t)b->keys * DEMO_MAX_SHARE / 100;
}

/* Signatures that so many bodies can take in their own rings. */
static size_t room_of_all(const struct demo_body *bodies, size_t n)
{
	size_t room = 0;

	for (size_t i = 0; i < n; i++)
		room += room_of(&bodies[i]);
	return room;
}

/* Neighbours in the table: the smallest with room for all, so that small demos are quick. */
static const struct demo_body *choose_bodies(size_t made, size_t n)
{
	for (size_t first = 0; first + n <= DEMO_BODIES; first++)
		if (room_of_all(&demo_bodies[first], n) >= made)
			return &demo_bodies[first];
	return NULL;
}

/* One of twenty, and at least those who take it back; not more than leave every body a signer. */
static size_t count_in_all(size_t made, size_t bodies)
{
	size_t n = made / 20;

	if (n > DEMO_IN_ALL_MAX)
		n = DEMO_IN_ALL_MAX;
	if (n > made - bodies)
		n = made - bodies;
	return n < DEMO_WITHDRAW ? DEMO_WITHDRAW : n;
}

/* How many sign in each body's own ring: by weight, at least one, within its share; what is left over goes round. */
static void share_out(size_t *quota, const struct demo_body *bodies, size_t n, size_t total)
{
	size_t weights = 0, given = 0;

	for (size_t i = 0; i < n; i++)
		weights += bodies[i].weight;
	for (size_t i = 0; i < n; i++) {
		quota[i] = (total - n) * bodies[i].weight / weights + 1;
		if (quota[i] > room_of(&bodies[i]))
			quota[i] = room_of(&bodies[i]);
		given += quota[i];
	}
	for (size_t i = n - 1; given < total; i = (i + n - 1) % n) {
		if (quota[i] < room_of(&bodies[i])) {
			quota[i]++;
			given++;
		}
	}
}

static enum und_err below(size_t *out, const struct und_random *random, size_t n)
{
	uint32_t r;
	enum und_err e = random->fill(random->ctx, (uint8_t *)&r, sizeof r);

	if (e == UND_OK)
		*out = (size_t)((uint64_t)r * n >> 32);
	return e;
}

/* The first k of n become a random choice. */
static enum und_err draw(size_t *list, size_t n, size_t k, const struct und_random *random)
{
	size_t j, swap;
	enum und_err e;

	for (size_t i = 0; i < k; i++) {
		if ((e = below(&j, random, n - i)) != UND_OK)
			return e;
		swap = list[i];
		list[i] = list[i + j];
		list[i + j] = swap;
	}
	return UND_OK;
}

static void fill_members(struct demo_plan *p)
{
	struct demo_member *m = p->members;

	for (size_t b = 0; b < p->body_count; b++)
		for (unsigned i = 1; i <= p->bodies[b].keys; i++)
			*m++ = (struct demo_member){ &p->bodies[b], i };
}

/* numbers: room for every member. Each body gives the signers of its own ring; those in `*` come from all who are left. */
static enum und_err fill_signers(struct demo_plan *p, const size_t *quota, size_t *numbers, const struct und_random *random)
{
	struct demo_signer *s = p->list + p->in_all;
	size_t first = 0, left = 0;
	enum und_err e;

	for (size_t b = 0; b < p->body_count; b++) {
		size_t n = p->bodies[b].keys, *own = numbers + left;

		for (size_t i = 0; i < n; i++)
			own[i] = first + i;
		if ((e = draw(own, n, quota[b], random)) != UND_OK)
			return e;
		for (size_t i = 0; i < quota[b]; i++)
			*s++ = (struct demo_signer){ own[i], false };
		memmove(own, own + quota[b], (n - quota[b]) * sizeof *own);
		left += n - quota[b];
		first += n;
	}
	if ((e = draw(numbers, left, p->in_all, random)) != UND_OK)
		return e;
	for (size_t i = 0; i < p->in_all; i++)
		p->list[i] = (struct demo_signer){ numbers[i], true };
	return UND_OK;
}

static enum und_err fill(struct demo_plan *p, const struct und_random *random)
{
	size_t *numbers = NULL, quota[DEMO_BODIES];
	enum und_err e = UND_ERR_MEMORY;

	for (size_t b = 0; b < p->body_count; b++) {
		p->member_count += p->bodies[b].keys;
		p->headcount += p->bodies[b].headcount;
	}
	p->members = und_alloc(p->member_count, sizeof *p->members);
	p->list = und_alloc(p->made, sizeof *p->list);
	numbers = und_alloc(p->member_count, sizeof *numbers);
	if (p->members == NULL || p->list == NULL || numbers == NULL)
		goto out;
	fill_members(p);
	share_out(quota, p->bodies, p->body_count, p->made - p->in_all);
	e = fill_signers(p, quota, numbers, random);
out:
	free(numbers);
	return e;
}

enum und_err demo_plan_make(struct demo_plan *out, size_t signers, size_t bodies, const struct und_random *random, size_t *most)
{
	struct demo_plan p = { .signers = signers, .made = signers + DEMO_WITHDRAW, .body_count = bodies };
	enum und_err e;

	und_bug_if(signers == 0 || bodies == 0 || bodies > DEMO_BODIES);
	*most = room_of_all(&demo_bodies[DEMO_BODIES - bodies], bodies) - DEMO_WITHDRAW;
	if (signers < bodies || signers > *most)
		return UND_ERR_LIMIT;
	p.bodies = choose_bodies(p.made, bodies);
	p.in_all = count_in_all(p.made, bodies);
	e = fill(&p, random);
	if (e == UND_OK)
		*out = p;
	else
		demo_plan_clear(&p);
	return e;
}

void demo_plan_clear(struct demo_plan *p)
{
	free(p->members);
	free(p->list);
	*p = (struct demo_plan){ 0 };
}
