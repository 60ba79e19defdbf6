/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* submit.c: what members hand in: judged in batches, kept, and answered alike whether new, repeated or withdrawn */
#include "serve/parts.h"

/*
 * A batch costs one sum over its rings and a little for each proof (ring of 1,024: as much as 70 proofs), so few large batches are better than many small ones: a letter has one judge, what comes meanwhile is the
 * next batch, and other threads help with one that has so many lines. A second judge begins with the next batch when that is large already: what one does alone before and after the proofs, the other's proofs fill.
 */
enum { BATCH_LINES = 1024, HELP_LINES = 64, FEW_LINES = 64, SECOND_LINES = 192, TRIES = 5 };

struct serve_submission {
	struct serve_submission *next;
	struct serve_letter *letter;
	struct und_bytes lines[UND_SERVE_LINES_MAX];
	size_t count;
	struct und_collected *judged; /* count of them, in the batch's list */
	struct und_act acts[UND_SERVE_LINES_MAX];
	int64_t rooms[UND_SERVE_LINES_MAX];
	unsigned tries;
	struct und_submission kept;
	und_serve_done *done;
	void *ctx;
};

static void refuse(struct serve_submission *u, enum und_err e, const struct und_diag *diag)
{
	atomic_fetch_add(&u->letter->serve->counters.refused, 1);
	serve_refuse(u->done, u->ctx, e, diag);
	free(u);
}

/* ---- kept: on the store's thread ---- */

static void note_outcome(struct serve_rooms *r, const struct und_act *act)
{
	if (act->outcome == UND_STORE_NEW) {
		r->waiting[act->kind]++;
		if (act->kind == UND_STORE_SIGNATURE)
			serve_rooms_note(r, act->tag);
	}
	if (act->outcome == UND_STORE_REMOVED) {
		r->recount = true;
		r->counted = false;
		if (r->waiting[UND_STORE_SIGNATURE] != 0)
			r->waiting[UND_STORE_SIGNATURE]--;
	}
}

static void leave_rooms(struct serve_submission *u, bool kept)
{
	for (size_t i = 0; i < u->count; i++)
		if (u->rooms[i] != SERVE_NO_ROOM)
			serve_room_left(&u->letter->rooms, u->rooms[i], kept && u->acts[i].outcome == UND_STORE_NEW);
}

static void keep_again(void *submission);

/* What other servers brought must be counted first. While the server ends, nobody counts. */
static bool try_again(struct serve_submission *u)
{
	struct und_serve *s = u->letter->serve;
	bool stopping;

	pthread_mutex_lock(&s->tick_lock);
	stopping = s->stopping;
	pthread_mutex_unlock(&s->tick_lock);
	return !stopping && u->tries++ < TRIES && und_work_add(s->pages, keep_again, u) == UND_OK;
}

static void answer_kept(struct serve_submission *u, enum und_err e)
{
	struct serve_letter *h = u->letter;
	struct und_serve_result result = { .status = 202 };

	leave_rooms(u, e == UND_OK);
	if (e == UND_ERR_STORE_MOVED && try_again(u))
		return;
	if (e != UND_OK) {
		refuse(u, e, NULL);
		return;
	}
	pthread_mutex_lock(&h->rooms.lock);
	for (size_t i = 0; i < u->count; i++)
		note_outcome(&h->rooms, &u->acts[i]);
	pthread_mutex_unlock(&h->rooms.lock);
	atomic_fetch_add(&h->serve->counters.kept, 1);
	u->done(u->ctx, &result);
	free(u);
}

static void on_kept(struct und_submission *kept, enum und_err e)
{
	struct serve_submission *u = kept->ctx;
	struct serve_letter *h = u->letter;

	answer_kept(u, e);
	serve_release_soon(h);
	serve_letter_leave_store(h);
}

/* ---- judged: on a thread of the pool ---- */

struct batch {
	struct serve_letter *letter;
	struct serve_submission *first; /* those of the batch */
	struct und_collected *judged;
	size_t count;
	struct serve_fold *fold;
	und_day today, closes, ends;
};

/* As many as fit; at least one. false: there is nothing. */
static bool take(struct batch *b)
{
	struct serve_letter *h = b->letter;
	struct serve_submission **last = &b->first;

	pthread_mutex_lock(&h->queue_lock);
	while (h->first != NULL && (h->judging < 2 || h->queued_lines >= SECOND_LINES || b->count != 0) && (b->count == 0 || b->count + h->first->count <= BATCH_LINES)) {
		b->count += h->first->count;
		*last = h->first;
		last = &h->first->next;
		h->first = h->first->next;
		atomic_fetch_sub(&h->serve->queued, 1);
	}
	h->queued_lines -= b->count;
	*last = NULL;
	if (h->first == NULL)
		h->last = &h->first;
	h->judging -= b->first == NULL;
	pthread_mutex_unlock(&h->queue_lock);
	return b->first != NULL;
}

/* Everything but the proofs, without a look at tags. */
static enum und_err look(struct batch *b)
{
	struct serve_letter *h = b->letter;
	size_t n = 0;
	enum und_err e;

	b->judged = und_alloc(b->count, sizeof *b->judged);
	if (b->judged == NULL)
		return UND_ERR_MEMORY;
	for (struct serve_submission *u = b->first; u != NULL; u = u->next) {
		u->judged = b->judged + n;
		for (size_t i = 0; i < u->count; i++)
			b->judged[n++].line = u->lines[i];
	}
	b->today = und_os_today();
	pthread_mutex_lock(&h->lock);
	if (h->broken)
		serve_mend_soon(h);
	e = h->presence == SERVE_GONE ? UND_ERR_LETTER_UNKNOWN : h->broken ? UND_ERR_STOPPED : und_collect_look(h->fold->l, b->judged, b->count);
	b->fold = h->fold == NULL ? NULL : serve_fold_hold(h->fold);
	b->closes = h->closes;
	b->ends = h->ends;
	pthread_mutex_unlock(&h->lock);
	return e;
}

static und_day earlier(und_day a, und_day b)
{
	return a < b ? a : b;
}

/* Dates and full rings: before any proof, and before anybody looks at a tag. */
static enum und_err may_come(const struct batch *b, const struct und_collected *a, int64_t *room)
{
	struct serve_rooms *rooms = &b->letter->rooms;

	*room = SERVE_NO_ROOM;
	switch (a->record.type) {
	case UND_TYPE_SIGNATURE:
		if (b->today > b->closes)
			return UND_ERR_CLOSED;
		*room = serve_room_find(rooms, a->record.u.signature.roster, a->record.u.signature.ring);
		return serve_room_is_full(rooms, *room) ? UND_ERR_RING_ABOVE_SHARE : UND_OK;
	case UND_TYPE_VOTE:
		return b->today > earlier(a->closes, b->ends) ? UND_ERR_CLOSED : UND_OK;
	default:
		return b->today > b->ends ? UND_ERR_CLOSED : UND_OK;
	}
}

static void look_at_days(struct batch *b)
{
	for (struct serve_submission *u = b->first; u != NULL; u = u->next)
		for (size_t i = 0; i < u->count; i++) {
			u->rooms[i] = SERVE_NO_ROOM;
			if (u->judged[i].verdict == UND_OK)
				u->judged[i].verdict = may_come(b, &u->judged[i], &u->rooms[i]);
		}
	/* one bad line is enough: the others of its submission need no proof */
	for (struct serve_submission *u = b->first; u != NULL; u = u->next) {
		enum und_err e = UND_OK;

		for (size_t i = 0; i < u->count && e == UND_OK; i++)
			e = u->judged[i].verdict;
		for (size_t i = 0; i < u->count && e != UND_OK; i++)
			if (u->judged[i].verdict == UND_OK)
				u->judged[i].verdict = UND_ERR_STOPPED;
	}
}

static enum und_store_kind kind_of(enum und_type t)
{
	return t == UND_TYPE_SIGNATURE ? UND_STORE_SIGNATURE : t == UND_TYPE_VOTE ? UND_STORE_VOTE : UND_STORE_WITHDRAWAL;
}

static void fill_act(struct und_act *act, const struct und_collected *a)
{
	*act = (struct und_act){ .kind = kind_of(a->record.type), .line = a->line };
	memcpy(act->tag, a->tag, sizeof act->tag);
	if (a->question != NULL)
		memcpy(act->question, a->question, sizeof act->question);
}

/* The first line at fault, or -1. UND_ERR_STOPPED only stands beside another. */
static int first_fault(const struct serve_submission *u)
{
	for (size_t i = 0; i < u->count; i++)
		if (u->judged[i].verdict != UND_OK && u->judged[i].verdict != UND_ERR_STOPPED)
			return (int)i;
	return -1;
}

static void refuse_line(struct serve_submission *u, size_t i, enum und_err e)
{
	struct und_diag diag = { 0 };

	if (u->judged != NULL)
		diag = u->judged[i].diag;
	diag.line = i + 1;
	if (e == UND_ERR_RING_ABOVE_SHARE)
		und_diag_member(&diag, "ring");
	refuse(u, e, &diag);
}

/* The same member's signature stands above in this submission: it comes once. */
static bool stands_above(const struct serve_submission *u, size_t i)
{
	for (size_t j = 0; j < i; j++)
		if (u->rooms[j] == u->rooms[i] && memcmp(u->acts[j].tag, u->acts[i].tag, sizeof u->acts[0].tag) == 0)
			return true;
	return false;
}

/* The line whose ring has become full meanwhile (*e), or -1. */
static int enter_rooms(struct serve_submission *u, enum und_err *e)
{
	struct serve_rooms *rooms = &u->letter->rooms;
	size_t own, own_all;

	for (size_t i = 0; i < u->count; i++) {
		if (u->rooms[i] != SERVE_NO_ROOM && stands_above(u, i))
			u->rooms[i] = SERVE_NO_ROOM;
		if (u->rooms[i] == SERVE_NO_ROOM)
			continue;
		for (size_t j = own = own_all = 0; j < i; j++) {
			own += u->rooms[j] == u->rooms[i];
			own_all += u->rooms[j] != SERVE_NO_ROOM;
		}
		if ((*e = serve_room_enter(rooms, u->rooms[i], own, own_all)) == UND_OK)
			continue;
		for (size_t j = 0; j < i; j++)
			if (u->rooms[j] != SERVE_NO_ROOM)
				serve_room_left(rooms, u->rooms[j], false);
		return (int)i;
	}
	return -1;
}

/* Other servers fill the rooms too: the store asks when it knows what waits. */
static enum und_err admit(struct und_submission *kept, const struct und_store_crowd *crowd)
{
	struct serve_submission *u = kept->ctx;
	enum und_err e = UND_OK;

	for (size_t i = 0; i < u->count && e == UND_OK; i++)
		if (u->rooms[i] != SERVE_NO_ROOM)
			e = serve_room_admit(&u->letter->rooms, u->rooms[i], crowd);
	return e;
}

/* To the store, where its rooms have room. */
static void hand_over(struct serve_submission *u)
{
	struct serve_letter *h = u->letter;
	enum und_err e;
	int bad;

	if ((e = serve_letter_enter_store(h)) != UND_OK) {
		refuse(u, e, NULL);
		return;
	}
	bad = enter_rooms(u, &e);
	if (bad >= 0) {
		refuse_line(u, (size_t)bad, e);
		serve_release_soon(h); /* what only seems full is counted anew */
		serve_letter_leave_store(h);
		return;
	}
	u->judged = NULL; /* the batch's; not there when it comes again */
	u->kept = (struct und_submission){ .acts = u->acts, .count = u->count, .admit = admit, .done = on_kept, .ctx = u };
	memcpy(u->kept.letter, h->id, UND_ID_SIZE);
	und_store_submit(h->serve->store, &u->kept);
}

/* Hands it to the store, or says what is wrong. */
static void keep(struct serve_submission *u)
{
	int bad = first_fault(u);

	if (bad >= 0) {
		refuse_line(u, (size_t)bad, u->judged[bad].verdict);
		return;
	}
	for (size_t i = 0; i < u->count; i++)
		fill_act(&u->acts[i], &u->judged[i]);
	hand_over(u);
}

static void keep_again(void *submission)
{
	struct serve_submission *u = submission;
	struct serve_letter *h = u->letter;
	enum und_err e;

	pthread_mutex_lock(&h->write);
	e = serve_catch_up(h);
	if (e == UND_OK)
		e = serve_rooms_recount(h);
	pthread_mutex_unlock(&h->write);
	if (e == UND_OK)
		hand_over(u);
	else
		refuse(u, e, NULL);
}

/* Those who help, or NULL: none. Made here, on a judge's thread, so that they have its low priority. */
static const struct und_runner *helpers(struct und_serve *s, const struct batch *b)
{
	struct und_pool *pool;

	if (b->count < HELP_LINES || s->threads < 2)
		return NULL;
	pthread_mutex_lock(&s->helpers_lock);
	if (s->helpers == NULL && und_pool_new(&s->helpers, s->threads) != UND_OK)
		s->helpers = NULL; /* without; the next batch tries again */
	pool = s->helpers;
	pthread_mutex_unlock(&s->helpers_lock);
	return pool == NULL ? NULL : und_pool_runner(pool);
}

static void judge_batch(struct batch *b)
{
	struct und_serve *s = b->letter->serve;
	struct serve_submission *next;
	enum und_err e = und_work_stopping(s->judges) ? UND_ERR_STOPPED : look(b);

	if (e == UND_OK) {
		look_at_days(b);
		e = und_collect_prove(b->judged, b->count, b->letter->id, s->options.random, helpers(s, b));
	}
	for (struct serve_submission *u = b->first; u != NULL; u = next) {
		next = u->next;
		if (e == UND_OK)
			keep(u);
		else
			refuse(u, e, NULL);
	}
	for (size_t i = 0; b->judged != NULL && i < b->count; i++)
		und_collected_clear(&b->judged[i]);
	free(b->judged);
	serve_fold_drop(b->fold);
}

/* A batch; then it is the turn of others: letters, and whatever else the pool does. */
static void judge(void *arg)
{
	struct serve_letter *h = arg;

	do {
		struct batch b = { .letter = h };

		if (!take(&b))
			return;
		judge_batch(&b);
	} while (und_work_add(h->serve->judges, judge, h) != UND_OK); /* full, or ending: then on at once */
}

/* ---- taken in: on a loop ---- */

/* Line feeds at the end are what clients fill up with, so that their length does not tell the ring. */
static bool split(struct serve_submission *u, struct und_bytes text)
{
	struct und_bytes line;

	while (text.n > 0 && text.p[text.n - 1] == '\n')
		text.n--;
	while (serve_next_line(&line, &text)) {
		if (u->count == UND_SERVE_LINES_MAX)
			return false;
		u->lines[u->count++] = line;
	}
	return u->count != 0;
}

/* The pool is full, or ends: nobody will judge, unless somebody does already. */
static void refuse_all(struct serve_letter *h)
{
	struct serve_submission *u, *next;

	pthread_mutex_lock(&h->queue_lock);
	if (--h->judging > 0) {
		pthread_mutex_unlock(&h->queue_lock);
		return;
	}
	u = h->first;
	h->first = NULL;
	h->last = &h->first;
	h->queued_lines = 0;
	pthread_mutex_unlock(&h->queue_lock);
	for (; u != NULL; u = next) {
		next = u->next;
		atomic_fetch_sub(&h->serve->queued, 1);
		atomic_fetch_add(&h->serve->counters.busy, 1);
		refuse(u, UND_ERR_STOPPED, NULL);
	}
}

/* A job for each letter that has something to judge. */
static void queue(struct serve_submission *u)
{
	struct serve_letter *h = u->letter;
	struct und_serve *s = h->serve;
	bool start;

	pthread_mutex_lock(&h->queue_lock);
	*h->last = u;
	h->last = &u->next;
	h->queued_lines += u->count;
	start = h->judging == 0 || (h->judging == 1 && h->queued_lines >= SECOND_LINES && s->threads > 1);
	h->judging += start;
	pthread_mutex_unlock(&h->queue_lock);
	if (start && und_work_add(s->judges, judge, h) != UND_OK)
		refuse_all(h);
}

/* Few lines of a letter may wait even where all that may wait do: a letter that is flooded keeps no other shut. */
static bool may_wait(struct und_serve *s, struct serve_letter *h)
{
	bool few;

	if (atomic_fetch_add(&s->queued, 1) < s->options.queue_max)
		return true;
	pthread_mutex_lock(&h->queue_lock);
	few = h->queued_lines < FEW_LINES;
	pthread_mutex_unlock(&h->queue_lock);
	if (!few)
		atomic_fetch_sub(&s->queued, 1);
	return few;
}

void und_serve_submit(struct und_serve *s, struct und_bytes slug, struct und_bytes lines, und_serve_done *done, void *ctx)
{
	struct serve_letter *h = serve_find(s, slug);
	struct serve_submission *u;

	if (h == NULL) {
		serve_refuse(done, ctx, UND_ERR_LETTER_UNKNOWN, NULL);
		return;
	}
	u = und_alloc(1, sizeof *u);
	if (u == NULL) {
		serve_refuse(done, ctx, UND_ERR_MEMORY, NULL);
		return;
	}
	u->letter = h;
	u->done = done;
	u->ctx = ctx;
	if (!split(u, lines)) {
		refuse(u, UND_ERR_LIMIT, NULL);
	} else if (!may_wait(s, h)) {
		atomic_fetch_add(&s->counters.busy, 1);
		refuse(u, UND_ERR_STOPPED, NULL);
	} else {
		queue(u);
	}
}
