/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* rooms.c: how many may still sign in each ring: released, waiting and coming signatures together (spec/records.md, Rings above their share) */
#include "serve/parts.h"

enum und_err serve_rooms_set(struct serve_rooms *r, const struct und_state *state)
{
	const struct und_rules *rules = &state->record->rules;
	struct serve_room *rooms = und_alloc(state->ring_count, sizeof *rooms);
	size_t all = 0;

	if (rooms == NULL)
		return UND_ERR_MEMORY;
	for (size_t i = 0; i < state->ring_count; i++) {
		const struct und_state_ring *ring = &state->rings[i];

		if (und_bytes_is(ring->id, "*"))
			all = i;
		memcpy(rooms[i].roster, ring->roster, UND_ID_SIZE);
		memcpy(rooms[i].label, ring->id.p, ring->id.n);
		rooms[i].all = all;
		rooms[i].keys = ring->keys;
		rooms[i].made = ring->made;
		rooms[all].all_made += ring->made;
	}
	pthread_mutex_lock(&r->lock);
	for (size_t i = 0; i < r->count; i++) { /* waves come behind: what was there keeps its place */
		int64_t coming = (int64_t)r->rooms[i].coming, waiting = r->rooms[i].waiting - (int64_t)(rooms[i].made - r->rooms[i].made);

		r->counted &= rooms[i].made == r->rooms[i].made; /* what was released may never have been counted here: others brought it */
		rooms[i].waiting = waiting > -coming ? waiting : -coming; /* what was released waited, or is in the store and just coming back from there */
		rooms[i].coming = r->rooms[i].coming;
		rooms[i].fresh = r->rooms[i].fresh;
	}
	free(r->rooms);
	r->rooms = rooms;
	r->count = state->ring_count;
	r->max_share = rules->max_share;
	r->max_share_all = rules->max_share_all;
	r->release = rules->release;
	pthread_mutex_unlock(&r->lock);
	return UND_OK;
}

/* Of one roster: rooms first … end-1 are bodies, ascending. */
static int64_t find_body(const struct serve_rooms *r, size_t first, size_t end, struct und_bytes label)
{
	while (first < end) {
		size_t middle = first + (end - first) / 2;
		int order = und_bytes_compare_var(und_cstr(r->rooms[middle].label), label);

		if (order == 0)
			return (int64_t)middle;
		if (order < 0)
			first = middle + 1;
		else
			end = middle;
	}
	return SERVE_NO_ROOM;
}

static int64_t find(const struct serve_rooms *r, const uint8_t *roster, struct und_bytes label)
{
	size_t i = 0, end;

	while (i < r->count) {
		for (end = i + 1; end < r->count && r->rooms[end].all == i; end++)
			;
		if (memcmp(r->rooms[i].roster, roster, UND_ID_SIZE) == 0)
			return und_bytes_is(label, "*") ? (int64_t)i : find_body(r, i + 1, end, label);
		i = end;
	}
	return SERVE_NO_ROOM;
}

int64_t serve_room_find(struct serve_rooms *r, const uint8_t roster[UND_ID_SIZE], struct und_bytes label)
{
	int64_t room;

	pthread_mutex_lock(&r->lock);
	room = find(r, roster, label);
	pthread_mutex_unlock(&r->lock);
	return room;
}

/* With so many more in the ring, and in all rings of its roster. */
static bool is_full(const struct serve_rooms *r, size_t i, uint64_t more, uint64_t more_all)
{
	const struct serve_room *room = &r->rooms[i], *all = &r->rooms[room->all];
	uint64_t in = all->all_made;

	if (room->all != i && (room->made + (uint64_t)room->waiting + more + 1) * 100 > r->max_share * room->keys)
		return true;
	for (size_t k = room->all; k < r->count && r->rooms[k].all == room->all; k++)
		in += (uint64_t)r->rooms[k].waiting;
	return (in + more_all + 1) * 100 > r->max_share_all * all->keys;
}

/* Somebody withdrew, and what waits is not known yet: a ring may only seem full. */
static bool is_stale(const struct serve_rooms *r)
{
	return r->recount || r->counting;
}

bool serve_room_is_full(struct serve_rooms *r, int64_t room)
{
	bool full;

	pthread_mutex_lock(&r->lock);
	full = room == SERVE_NO_ROOM || (!is_stale(r) && is_full(r, (size_t)room, 0, 0));
	pthread_mutex_unlock(&r->lock);
	return full;
}

/* In all rings of its roster. */
static uint64_t coming(const struct serve_rooms *r, size_t all)
{
	uint64_t n = 0;

	for (size_t i = all; i < r->count && r->rooms[i].all == all; i++)
		n += r->rooms[i].coming;
	return n;
}

enum und_err serve_room_enter(struct serve_rooms *r, int64_t room, uint64_t own, uint64_t own_all)
{
	enum und_err e = UND_ERR_RING_ABOVE_SHARE;

	pthread_mutex_lock(&r->lock);
	if (room != SERVE_NO_ROOM && is_stale(r) && is_full(r, (size_t)room, own, own_all))
		e = UND_ERR_STOPPED;
	else if (room != SERVE_NO_ROOM && !is_full(r, (size_t)room, own, own_all))
		e = is_full(r, (size_t)room, r->rooms[room].coming, coming(r, r->rooms[room].all)) ? UND_ERR_STOPPED : UND_OK;
	if (e == UND_OK)
		r->rooms[room].coming++;
	pthread_mutex_unlock(&r->lock);
	return e;
}

void serve_room_left(struct serve_rooms *r, int64_t room, bool waits)
{
	pthread_mutex_lock(&r->lock);
	r->rooms[room].coming--;
	r->rooms[room].waiting += waits;
	r->rooms[room].fresh += waits;
	pthread_mutex_unlock(&r->lock);
}

/* ---- a store that other servers write to as well ---- */

static uint64_t number_of(const uint8_t tag[UND_POINT_SIZE])
{
	return (uint64_t)tag[0] << 24 | (uint64_t)tag[1] << 16 | (uint64_t)tag[2] << 8 | tag[3];
}

void serve_rooms_note(struct serve_rooms *r, const uint8_t tag[UND_POINT_SIZE])
{
	r->known.signatures++;
	r->known.sum += number_of(tag);
	r->fresh.signatures++;
	r->fresh.sum += number_of(tag);
}

/* With those that are coming, of which this is one; in, in_all: how many wait in the room, and in all of its roster. */
static bool overflows(const struct serve_rooms *r, size_t i, uint64_t in, uint64_t in_all)
{
	const struct serve_room *room = &r->rooms[i], *all = &r->rooms[room->all];

	if (room->all != i && (room->made + in + room->coming) * 100 > r->max_share * room->keys)
		return true;
	return (all->all_made + in_all + coming(r, room->all)) * 100 > r->max_share_all * all->keys;
}

/* Each room's share of what waits is known, when what waits is what was counted. */
static bool is_counted(const struct serve_rooms *r, const struct und_store_crowd *crowd)
{
	return r->counted && r->known.signatures == crowd->signatures && r->known.sum == crowd->sum;
}

static uint64_t waiting_in_all(const struct serve_rooms *r, size_t all)
{
	uint64_t n = 0;

	for (size_t i = all; i < r->count && r->rooms[i].all == all; i++)
		n += r->rooms[i].waiting;
	return n;
}

enum und_err serve_room_admit(struct serve_rooms *r, int64_t room, const struct und_store_crowd *crowd)
{
	bool fits = false;

	pthread_mutex_lock(&r->lock);
	if (r->known.generation == crowd->generation && is_counted(r, crowd))
		fits = !overflows(r, (size_t)room, r->rooms[room].waiting, waiting_in_all(r, r->rooms[room].all));
	else if (r->known.generation == crowd->generation) /* at worst all that waits is in this room */
		fits = !overflows(r, (size_t)room, crowd->signatures, crowd->signatures);
	r->recount |= !is_counted(r, crowd) && crowd->signatures >= r->release; /* with what others brought it is enough for a batch */
	pthread_mutex_unlock(&r->lock);
	return fits ? UND_OK : UND_ERR_STORE_MOVED;
}

/* ---- what waits, counted anew ---- */

static enum und_err count_page(uint64_t *counts, struct und_store_crowd *crowd, struct serve_rooms *r, const struct und_waiting *page)
{
	enum und_err e;

	for (size_t i = 0; i < page->count && page->acts[i].kind == UND_STORE_SIGNATURE; i++) {
		struct und_record record;
		int64_t room;

		if ((e = und_record_decode(&record, page->acts[i].line, NULL)) != UND_OK)
			return e == UND_ERR_MEMORY ? e : UND_ERR_STORE_DAMAGED;
		room = serve_room_find(r, record.u.signature.roster, record.u.signature.ring);
		if (room != SERVE_NO_ROOM)
			counts[room]++;
		crowd->signatures++;
		crowd->sum += number_of(page->acts[i].tag);
		und_record_clear(&record);
	}
	return UND_OK;
}

static enum und_err count_waiting(uint64_t *counts, struct und_store_crowd *crowd, struct serve_letter *h)
{
	struct und_waiting page = { 0 };
	struct und_act after;
	bool more = true, any = false;
	enum und_err e = UND_OK;

	while (e == UND_OK && more) {
		if ((e = und_store_waiting(&page, h->serve->store, h->id, any ? &after : NULL, 4 << 20)) != UND_OK)
			break;
		e = count_page(counts, crowd, &h->rooms, &page);
		more = page.more;
		if (page.count != 0) {
			after = page.acts[page.count - 1];
			after.line = und_bytes(NULL, 0);
			any = true;
		}
		und_waiting_clear(&page);
	}
	return e;
}

int64_t serve_room_waiting(const struct serve_room *room, uint64_t counted)
{
	const int64_t least = (int64_t)counted - (int64_t)room->coming, most = (int64_t)counted + (int64_t)room->fresh;

	if (room->fresh == 0 && room->coming == 0)
		return (int64_t)counted;
	return room->waiting < least ? least : room->waiting > most ? most : room->waiting;
}

enum und_err serve_rooms_recount(struct serve_letter *h)
{
	struct serve_rooms *r = &h->rooms;
	struct und_store_crowd crowd = { 0 };
	uint64_t *counts, kinds[UND_STORE_KINDS];
	bool again = false;
	enum und_err e;

	pthread_mutex_lock(&r->lock);
	counts = und_alloc(r->count, sizeof *counts); /* count changes under write alone */
	for (size_t i = 0; i < r->count; i++)
		r->rooms[i].fresh = 0;
	r->fresh = crowd;
	r->recount = counts == NULL;
	r->counting = counts != NULL;
	pthread_mutex_unlock(&r->lock);
	if (counts == NULL)
		return UND_ERR_MEMORY;
	e = count_waiting(counts, &crowd, h);
	if (e == UND_OK)
		e = und_store_waiting_count(kinds, h->serve->store, h->id);
	pthread_mutex_lock(&r->lock);
	for (size_t i = 0; e == UND_OK && i < r->count; i++) {
		r->rooms[i].waiting = serve_room_waiting(&r->rooms[i], counts[i]);
		again |= r->rooms[i].fresh != 0 || r->rooms[i].coming != 0;
	}
	if (e == UND_OK) {
		memcpy(r->waiting, kinds, sizeof kinds);
		r->known.signatures = crowd.signatures + r->fresh.signatures;
		r->known.sum = crowd.sum + r->fresh.sum;
	}
	r->counting = false;
	r->recount |= again || e != UND_OK;
	r->counted = !again && e == UND_OK;
	pthread_mutex_unlock(&r->lock);
	free(counts);
	return e;
}
