/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* release.c: what waits goes into the letter: in batches of at least rules.release, sorted; the rest at closing (spec/records.md, The state of a letter) */
#include "serve/parts.h"

/* Everything that waits of a letter, in the order of keys. */
struct waiting {
	struct und_waiting *pages;
	size_t page_count, pages_cap;
	struct und_act *chosen; /* those to be released: ascending */
	size_t count, cap;
};

static void clear(struct waiting *w)
{
	for (size_t i = 0; i < w->page_count; i++)
		und_waiting_clear(&w->pages[i]);
	free(w->pages);
	free(w->chosen);
}

static enum und_err read_all(struct waiting *w, const struct serve_letter *h)
{
	const struct und_act *after = NULL;
	struct und_waiting *page;
	enum und_err e;

	do {
		if ((e = und_grow(&w->pages, &w->pages_cap, w->page_count + 1, sizeof *w->pages)) != UND_OK)
			return e;
		page = &w->pages[w->page_count];
		if ((e = und_store_waiting(page, h->serve->store, h->id, after, 16 << 20)) != UND_OK)
			return e;
		w->page_count++;
		after = page->count == 0 ? NULL : &page->acts[page->count - 1];
	} while (page->more);
	return UND_OK;
}

/* ---- what may go ---- */

struct choosing {
	struct serve_letter *letter;
	const struct und_letter *l;
	und_day today;
	bool closed, ended;        /* the letter's days are over */
	struct waiting *w;
	uint64_t signatures;       /* chosen: the first of w->chosen */
	bool force;                /* votes: those of closed questions alone */
};

static enum und_err choose(struct choosing *c, const struct und_act *act)
{
	struct waiting *w = c->w;
	enum und_err e = und_grow(&w->chosen, &w->cap, w->count + 1, sizeof *w->chosen);

	if (e == UND_OK)
		w->chosen[w->count++] = *act;
	return e;
}

static bool is_chosen_signature(const struct choosing *c, const uint8_t *tag)
{
	size_t low = 0, high = c->signatures;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = memcmp(c->w->chosen[middle].tag, tag, UND_POINT_SIZE);

		if (order == 0)
			return true;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return false;
}

static und_day closes_of(const struct und_letter *l, const uint8_t *question)
{
	const struct und_kept *kept;
	size_t n = und_letter_kept(&kept, l);

	for (size_t i = 0; i < n; i++)
		if (kept[i].record->type == UND_TYPE_QUESTION && memcmp(kept[i].record->id, question, UND_ID_SIZE) == 0)
			return kept[i].record->u.question.closes;
	return UND_DAY_NONE;
}

/* Whether the letter would take it now, its proof aside. */
static bool fits(const struct choosing *c, const struct und_act *act)
{
	enum und_tag_state tag = und_letter_tag(c->l, act->tag, NULL, NULL);

	switch (act->kind) {
	case UND_STORE_SIGNATURE:
		return tag == UND_TAG_NEW;
	case UND_STORE_WITHDRAWAL:
		return tag == UND_TAG_SIGNED;
	default:
		if (und_letter_vote_of(c->l, act->question, act->tag) >= 0)
			return false;
		return tag != UND_TAG_NEW || is_chosen_signature(c, act->tag);
	}
}

static bool is_due(const struct choosing *c, const struct und_act *act)
{
	return act->kind != UND_STORE_VOTE || !c->force || c->ended || c->today > closes_of(c->l, act->question);
}

static enum und_err each(struct choosing *c, enum und_store_kind kind, uint64_t *count, bool take)
{
	enum und_err e = UND_OK;

	*count = 0;
	for (size_t p = 0; p < c->w->page_count; p++)
		for (size_t i = 0; i < c->w->pages[p].count && e == UND_OK; i++) {
			const struct und_act *act = &c->w->pages[p].acts[i];

			if (act->kind != kind || !fits(c, act) || !is_due(c, act))
				continue;
			++*count;
			if (take)
				e = choose(c, act);
		}
	return e;
}

/* A kind goes when it is enough for a batch, or when no more can come. */
static enum und_err choose_kind(struct choosing *c, enum und_store_kind kind, uint64_t release, bool rest, uint64_t *taken)
{
	uint64_t n = 0;
	enum und_err e;

	*taken = 0;
	c->force = false;
	if ((e = each(c, kind, &n, false)) != UND_OK || n == 0)
		return e;
	c->force = n < release && kind == UND_STORE_VOTE;
	if (n < release && !rest && kind != UND_STORE_VOTE)
		return UND_OK;
	return each(c, kind, taken, true);
}

static enum und_err choose_all(struct choosing *c, uint64_t release)
{
	uint64_t n;
	enum und_err e;

	if ((e = choose_kind(c, UND_STORE_SIGNATURE, release, c->closed, &c->signatures)) != UND_OK)
		return e;
	/* with the last signatures also the withdrawals that wait; those that come later wait for a batch, or for the end */
	if ((e = choose_kind(c, UND_STORE_WITHDRAWAL, release, c->ended || (c->closed && c->signatures != 0), &n)) != UND_OK)
		return e;
	return choose_kind(c, UND_STORE_VOTE, release, c->ended, &n);
}

/* ---- into the letter ---- */

/* The store has it. The fold takes it in, or is made anew. */
static enum und_err take_in(struct serve_letter *h, const struct waiting *w)
{
	uint64_t size = 0;
	enum und_err e = UND_OK;

	pthread_mutex_lock(&h->lock);
	for (size_t i = 0; i < w->count && e == UND_OK; i++) {
		e = und_letter_append_proven(h->fold->l, w->chosen[i].line, NULL);
		serve_sums_add(&h->sums, w->chosen[i].line);
		serve_sums_add(&h->sums, und_cstr("\n"));
		size += w->chosen[i].line.n + 1;
	}
	h->generation += e == UND_OK;
	h->size += e == UND_OK ? size : 0;
	e = e == UND_OK ? serve_publish(h) : serve_mend(h);
	pthread_mutex_unlock(&h->lock);
	return e;
}

static enum und_err release(struct serve_letter *h)
{
	struct waiting w = { 0 };
	struct choosing c = { .letter = h, .w = &w, .today = und_os_today() };
	enum und_err e;

	if ((e = read_all(&w, h)) != UND_OK)
		goto out;
	pthread_mutex_lock(&h->lock);
	c.l = h->fold->l;
	c.closed = c.today > h->closes;
	c.ended = c.today > h->ends;
	e = choose_all(&c, h->rooms.release);
	pthread_mutex_unlock(&h->lock);
	if (e != UND_OK || w.count == 0)
		goto out;
	e = und_store_release(h->serve->store, h->id, h->generation, w.chosen, w.count, und_bytes(NULL, 0));
	if (e == UND_OK) {
		atomic_fetch_add(&h->serve->counters.released, w.count);
		e = take_in(h, &w);
	}
out:
	clear(&w);
	return e;
}

/* Dropped: here, or by another server of this store. */
static void lose(struct serve_letter *h)
{
	if (h->presence == SERVE_GONE)
		return;
	pthread_mutex_lock(&h->serve->making);
	serve_letter_set_going(h, true);
	serve_letter_forget(h);
	pthread_mutex_unlock(&h->serve->making);
}

void serve_release_job(void *letter)
{
	struct serve_letter *h = letter;
	enum und_err e; /* nobody is told: what failed is tried again by the clock */

	pthread_mutex_lock(&h->rooms.lock);
	h->rooms.releasing = false;
	pthread_mutex_unlock(&h->rooms.lock);
	pthread_mutex_lock(&h->write);
	if ((e = serve_catch_up(h)) == UND_ERR_LETTER_UNKNOWN) {
		lose(h);
		pthread_mutex_unlock(&h->write);
		return;
	}
	for (unsigned i = 0; i < 3 && e == UND_OK; i++) {
		e = release(h);
		if (e != UND_ERR_STORE_MOVED)
			break;
		e = serve_catch_up(h); /* somebody withdrew meanwhile, or another server was quicker */
	}
	e = serve_rooms_recount(h); /* where it fails, it asks to be called again */
	pthread_mutex_lock(&h->rooms.lock);
	h->rooms.stuck = h->rooms.waiting[UND_STORE_VOTE] >= h->rooms.release ? h->rooms.waiting[UND_STORE_VOTE] : 0;
	pthread_mutex_unlock(&h->rooms.lock);
	pthread_mutex_unlock(&h->write);
	(void)e;
}

static bool is_due_soon(struct serve_letter *h)
{
	struct serve_rooms *r = &h->rooms;

	return r->recount || r->waiting[UND_STORE_SIGNATURE] >= r->release || r->waiting[UND_STORE_WITHDRAWAL] >= r->release ||
	       r->waiting[UND_STORE_VOTE] >= r->release + r->stuck;
}

void serve_release_soon(struct serve_letter *h)
{
	bool start;

	pthread_mutex_lock(&h->rooms.lock);
	start = !h->rooms.releasing && is_due_soon(h);
	h->rooms.releasing |= start;
	pthread_mutex_unlock(&h->rooms.lock);
	if (!start || und_work_add(h->serve->pages, serve_release_job, h) == UND_OK)
		return;
	pthread_mutex_lock(&h->rooms.lock);
	h->rooms.releasing = false; /* the clock comes by */
	pthread_mutex_unlock(&h->rooms.lock);
}
