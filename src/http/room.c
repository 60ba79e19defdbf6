/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* room.c: who makes room when connections, answers or bodies are as many as there may be: always the one that has been slow for the longest */
#include "http/loop.h"

static void evict(struct und_conn *c)
{
	und_count(c->loop, evicted);
	und_conn_close(c);
}

/* The one that has been silent for the longest time, else the one that has sent its body, or read its answer, for the longest; or NULL. */
static struct und_conn *silent(const struct und_loop *l)
{
	static const enum und_phase order[] = { UND_PHASE_IDLE, UND_PHASE_NEW, UND_PHASE_LINGER, UND_PHASE_HEAD, UND_PHASE_BODY, UND_PHASE_SEND };

	for (size_t i = 0; i < UND_COUNT_OF(order); i++)
		if (l->phases[order[i]].first != NULL)
			return l->phases[order[i]].first;
	return NULL;
}

bool und_room_is_there(const struct und_loop *l)
{
	return silent(l) != NULL;
}

bool und_room_for_connection(struct und_loop *l)
{
	struct und_conn *c = silent(l);

	if (c == NULL)
		return false;
	evict(c);
	return true;
}

/* The one that has not read on for the longest, of those that hold what another needs. */
static void evict_reader(struct und_loop *l, bool (*holds)(const struct und_conn *c))
{
	struct und_conn *c = l->phases[UND_PHASE_SEND].first;

	while (c != NULL && (c->can_write || !holds(c)))
		c = c->next;
	if (c != NULL)
		evict(c);
}

static bool holds_channel(const struct und_conn *c)
{
	return c->channel != NULL;
}

static bool holds_later(const struct und_conn *c)
{
	return c->later != NULL;
}

void und_room_for_answer(struct und_loop *l)
{
	if (und_mhd_is_full(l->mhd))
		evict_reader(l, holds_channel);
}

void und_room_for_later(struct und_loop *l)
{
	if (l->laters >= l->laters_max)
		evict_reader(l, holds_later);
}

/* Of small bodies the one that has been coming for the longest, but for that of not. */
static struct und_conn *slow_body(const struct und_loop *l, const struct und_conn *not)
{
	struct und_conn *c = l->phases[UND_PHASE_BODY].first;

	while (c != NULL && (c == not || c->request->body_counted == 0 || c->request->body_counted > UND_LOOP_SMALL_BODY))
		c = c->next;
	return c;
}

bool und_room_for_body(struct und_conn *c)
{
	struct und_http *s = c->loop->server;
	struct und_http_request *r = c->request;
	size_t more = r->body.cap - r->body_counted, max = s->options.bodies_max;
	struct und_conn *slow;

	if (more == 0)
		return true;
	r->body_counted += more;
	atomic_fetch_add(&s->bodies, more);
	if (r->body.cap > UND_LOOP_SMALL_BODY)
		return atomic_load(&s->bodies) <= max - max / 4;
	while (atomic_load(&s->bodies) > max && (slow = slow_body(c->loop, c)) != NULL)
		evict(slow);
	return atomic_load(&s->bodies) <= max;
}
