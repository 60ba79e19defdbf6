/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* letters.c: the letters in memory: one fold of each, what is derived from it, and the list of all */
#include <string.h>

#include "record/reader.h"
#include "serve/parts.h"

/* ---- folds ---- */

enum und_err serve_fold_new(struct serve_fold **out, struct und_letter *l)
{
	struct serve_fold *f = und_alloc(1, sizeof *f);

	if (f == NULL)
		return UND_ERR_MEMORY;
	f->l = l;
	atomic_init(&f->held, 1);
	*out = f;
	return UND_OK;
}

struct serve_fold *serve_fold_hold(struct serve_fold *f)
{
	atomic_fetch_add(&f->held, 1);
	return f;
}

void serve_fold_drop(struct serve_fold *f)
{
	if (f == NULL || atomic_fetch_sub(&f->held, 1) != 1)
		return;
	und_letter_free(f->l);
	free(f);
}

/* ---- lines ---- */

static bool ends_with(struct und_bytes s, const char *tail)
{
	size_t n = strlen(tail);

	return s.n >= n && memcmp(s.p + s.n - n, tail, n) == 0;
}

/* "type" and "v" come last in each of the three, and a canonical line of another type ends otherwise. */
bool serve_is_member_line(struct und_bytes line)
{
	return ends_with(line, "\"type\":\"signature\",\"v\":1}") || ends_with(line, "\"type\":\"withdrawal\",\"v\":1}") ||
	       ends_with(line, "\"type\":\"vote\",\"v\":1}");
}

bool serve_next_line(struct und_bytes *line, struct und_bytes *rest)
{
	const uint8_t *lf;

	if (rest->n == 0)
		return false;
	lf = memchr(rest->p, '\n', rest->n);
	*line = und_bytes(rest->p, lf == NULL ? rest->n : (size_t)(lf - rest->p));
	*rest = und_bytes(rest->p + line->n + (lf != NULL), rest->n - line->n - (lf != NULL));
	return true;
}

/* ---- readers of the store, used in turn ---- */

enum und_err serve_reader_take(struct und_store_reader **out, struct und_serve *s)
{
	struct und_store_reader *r = NULL;

	pthread_mutex_lock(&s->readers_lock);
	if (s->reader_count != 0)
		r = s->readers[--s->reader_count];
	pthread_mutex_unlock(&s->readers_lock);
	if (r == NULL)
		return und_store_reader_open(out, s->store);
	*out = r;
	return UND_OK;
}

void serve_reader_give(struct und_serve *s, struct und_store_reader *r)
{
	enum und_err e;

	pthread_mutex_lock(&s->readers_lock);
	e = s->reader_count >= 32 ? UND_ERR_LIMIT : und_grow(&s->readers, &s->readers_cap, s->reader_count + 1, sizeof(struct und_store_reader *));
	if (e == UND_OK)
		s->readers[s->reader_count++] = r;
	pthread_mutex_unlock(&s->readers_lock);
	if (e != UND_OK)
		und_store_reader_close(r);
}

/* ---- folding what the store has ---- */

struct folding {
	struct und_letter *l;
	struct und_buf *spine;
	struct serve_sums *sums;
	struct und_reader reader;
	struct und_diag *diag;
};

static enum und_err fold_line(void *ctx, const struct und_line *line)
{
	struct folding *f = ctx;
	enum und_err e = und_letter_line(f->l, line->bytes, f->diag);

	if (e != UND_OK || serve_is_member_line(line->bytes))
		return e;
	und_buf_add_bytes(f->spine, line->bytes);
	und_buf_add_u8(f->spine, '\n');
	return f->spine->err;
}

static enum und_err fold_piece(void *ctx, struct und_bytes piece)
{
	struct folding *f = ctx;

	serve_sums_add(f->sums, piece);
	return und_reader_feed(&f->reader, piece, f->diag);
}

/* The bytes from start on, into l. */
static enum und_err fold_from(struct und_letter *l, struct und_buf *spine, struct serve_sums *sums, struct und_serve *s, const struct und_store_letter *at, uint64_t start, struct und_diag *diag)
{
	struct und_diag fault = { 0 };
	struct folding f = { .l = l, .spine = spine, .sums = sums, .diag = diag != NULL ? diag : &fault };
	struct und_store_reader *r;
	enum und_err e;

	if ((e = serve_reader_take(&r, s)) != UND_OK)
		return e;
	und_reader_init(&f.reader, UND_LINE_MAX, fold_line, &f);
	e = und_store_read(r, at->id, start, at->size - start, fold_piece, &f);
	if (e == UND_OK)
		e = und_reader_finish(&f.reader, f.diag);
	if (e == UND_OK)
		e = und_letter_end(l, f.diag);
	und_reader_clear(&f.reader);
	serve_reader_give(s, r);
	return e;
}

static enum und_err fold_all(struct serve_fold **out, struct und_buf *spine, struct serve_sums *sums, struct und_serve *s, const struct und_store_letter *at, bool proven,
                             const struct und_runner *runner, struct und_diag *diag)
{
	const struct und_letter_options options = { .mode = UND_LETTER_FILE, .random = s->options.random, .runner = runner, .proven = proven };
	struct und_letter *l;
	enum und_err e;

	if ((e = und_letter_new(&l, &options)) != UND_OK)
		return e;
	und_buf_init(spine, SIZE_MAX);
	e = fold_from(l, spine, sums, s, at, 0, diag);
	if (e == UND_OK)
		e = serve_fold_new(out, l);
	if (e != UND_OK) {
		und_letter_free(l);
		und_buf_clear(spine);
	}
	return e;
}

/* As it is now, without its note. UND_ERR_LETTER_UNKNOWN also where another took its place. */
static enum und_err store_letter(struct und_store_letter *out, const struct serve_letter *h)
{
	struct und_store_reader *r;
	enum und_err e;

	if (h->presence == SERVE_GONE)
		return UND_ERR_LETTER_UNKNOWN;
	if ((e = serve_reader_take(&r, h->serve)) != UND_OK)
		return e;
	e = und_store_letter(out, r, h->id);
	if (e == UND_OK && !und_bytes_is(out->note, h->made))
		e = UND_ERR_LETTER_UNKNOWN;
	out->note = und_bytes(NULL, 0); /* the reader's */
	serve_reader_give(h->serve, r);
	return e;
}

enum und_err serve_read(struct serve_letter *h, uint64_t start, uint64_t n, enum und_err (*take)(void *ctx, struct und_bytes piece), void *ctx)
{
	struct und_store_reader *r;
	enum und_err e;

	if ((e = serve_reader_take(&r, h->serve)) != UND_OK)
		return e;
	e = und_store_read(r, h->id, start, n, take, ctx);
	serve_reader_give(h->serve, r);
	return h->presence == SERVE_GONE ? UND_ERR_LETTER_UNKNOWN : e; /* nothing takes its place before this is said */
}

enum und_err serve_refold(struct serve_letter *h, bool proven, struct und_diag *diag)
{
	uint64_t epoch = und_store_epoch(h->serve->store);
	struct und_store_letter at;
	struct serve_fold *fold;
	struct serve_sums sums;
	struct und_buf spine;
	enum und_err e;

	if ((e = store_letter(&at, h)) != UND_OK)
		return e;
	serve_sums_init(&sums, h->shown_size);
	if ((e = fold_all(&fold, &spine, &sums, h->serve, &at, proven, NULL, diag)) != UND_OK)
		return e;
	serve_fold_drop(h->fold);
	und_buf_clear(&h->spine);
	h->fold = fold;
	h->spine = spine;
	h->generation = h->spine_generation = at.generation;
	h->size = at.size;
	h->epoch = epoch;
	h->sums = sums;
	pthread_mutex_lock(&h->documents.lock);
	h->past += strcmp(sums.looked, h->shown_mark) != 0;
	pthread_mutex_unlock(&h->documents.lock);
	serve_cache_turned(&h->documents);
	serve_cache_turned(&h->bundles);
	serve_hash_forget(h);
	return UND_OK;
}

enum und_err serve_mend(struct serve_letter *h)
{
	enum und_err e = serve_refold(h, true, NULL);

	if (e == UND_OK)
		e = serve_publish(h);
	h->broken = e != UND_OK;
	return e;
}

/* Others' lines are judged as if they came from anywhere. Where the store may be another than was read (a standby took its place), or has gone back, nothing is believed that was read before. */
static enum und_err catch_up(struct serve_letter *h, const struct und_store_letter *at)
{
	enum und_err e;

	if (h->broken || h->epoch != und_store_epoch(h->serve->store) || at->generation < h->generation)
		return serve_mend(h);
	if (at->generation == h->generation)
		return UND_OK;
	und_letter_resume(h->fold->l);
	if ((e = fold_from(h->fold->l, &h->spine, &h->sums, h->serve, at, h->size, NULL)) != UND_OK)
		return serve_mend(h);
	h->generation = h->spine_generation = at->generation;
	h->size = at->size;
	return serve_publish(h);
}

enum und_err serve_catch_up(struct serve_letter *h)
{
	struct und_store_letter at;
	enum und_err e;

	if ((e = store_letter(&at, h)) != UND_OK)
		return e;
	pthread_mutex_lock(&h->lock);
	e = catch_up(h, &at);
	pthread_mutex_unlock(&h->lock);
	return e;
}

/* ---- what follows from a fold ---- */

enum und_err serve_publish(struct serve_letter *h)
{
	struct und_state state;
	enum und_err e;

	e = und_letter_state(&state, h->fold->l);
	if (e == UND_OK) {
		h->closes = state.closes;
		h->ends = state.record->rules.ends;
		e = serve_rooms_set(&h->rooms, &state);
		und_state_clear(&state);
	}
	h->broken = e != UND_OK;
	if (e != UND_OK)
		return e;
	pthread_mutex_lock(&h->rooms.lock);
	h->rooms.known.generation = h->generation;
	pthread_mutex_unlock(&h->rooms.lock);
	pthread_mutex_lock(&h->documents.lock);
	h->documents.generation = h->generation;
	h->shown_size = h->size;
	h->shown_epoch = h->epoch;
	serve_mark(h->shown_mark, &h->sums.file);
	pthread_mutex_unlock(&h->documents.lock);
	serve_cache_changed(&h->bundles, h->spine_generation);
	serve_cache_changed(&h->serve->site, 0);
	return UND_OK;
}

void serve_mend_soon(struct serve_letter *h)
{
	pthread_mutex_lock(&h->rooms.lock);
	h->rooms.recount = true; /* a reason for the job of releases, which catches up before anything else */
	pthread_mutex_unlock(&h->rooms.lock);
	serve_release_soon(h);
}

/* ---- the list ---- */

static size_t place_of(const struct und_serve *s, struct und_bytes slug)
{
	size_t low = 0, high = s->letter_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (und_bytes_compare_var(und_cstr(s->letters[middle]->slug), slug) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

struct serve_letter *serve_find(struct und_serve *s, struct und_bytes slug)
{
	struct serve_letter *h = NULL;
	size_t i;

	pthread_rwlock_rdlock(&s->letters_lock);
	i = place_of(s, slug);
	if (i < s->letter_count && und_bytes_is(slug, s->letters[i]->slug))
		h = s->letters[i];
	pthread_rwlock_unlock(&s->letters_lock);
	return h;
}

/* While others are added it may miss one or give one twice: for lists that are made again then. */
struct serve_letter *serve_letter_at(struct und_serve *s, size_t i)
{
	struct serve_letter *h;

	pthread_rwlock_rdlock(&s->letters_lock);
	h = i < s->letter_count ? s->letters[i] : NULL;
	pthread_rwlock_unlock(&s->letters_lock);
	return h;
}

enum und_err serve_letters_add(struct und_serve *s, struct serve_letter *h)
{
	size_t i;
	enum und_err e;

	pthread_rwlock_wrlock(&s->letters_lock);
	i = place_of(s, und_cstr(h->slug));
	e = UND_ERR_LETTER_TAKEN;
	if (i == s->letter_count || strcmp(s->letters[i]->slug, h->slug) != 0)
		e = und_grow(&s->letters, &s->letters_cap, s->letter_count + 1, sizeof(struct serve_letter *));
	if (e == UND_OK) {
		memmove(s->letters + i + 1, s->letters + i, (s->letter_count - i) * sizeof(struct serve_letter *));
		s->letters[i] = h;
		s->letter_count++;
	}
	pthread_rwlock_unlock(&s->letters_lock);
	serve_cache_changed(&s->site, 0);
	return e;
}

/* ---- a letter that goes ---- */

void serve_letter_set_going(struct serve_letter *h, bool going)
{
	struct und_serve *s = h->serve;

	pthread_mutex_lock(&h->lock);
	pthread_mutex_lock(&s->tick_lock);
	h->presence = going ? SERVE_GOING : SERVE_HERE;
	pthread_mutex_unlock(&h->lock);
	while (going && h->in_store != 0)
		pthread_cond_wait(&s->tick_cond, &s->tick_lock);
	pthread_mutex_unlock(&s->tick_lock);
}

static void take_off_list(struct serve_letter *h)
{
	struct und_serve *s = h->serve;
	size_t i;

	pthread_rwlock_wrlock(&s->letters_lock);
	i = place_of(s, und_cstr(h->slug));
	und_bug_if(i == s->letter_count || s->letters[i] != h);
	s->letter_count--;
	memmove(s->letters + i, s->letters + i + 1, (s->letter_count - i) * sizeof(struct serve_letter *));
	h->next_gone = s->gone;
	s->gone = h;
	pthread_rwlock_unlock(&s->letters_lock);
}

void serve_letter_forget(struct serve_letter *h)
{
	pthread_mutex_lock(&h->lock);
	pthread_mutex_lock(&h->serve->tick_lock);
	und_bug_if(h->presence != SERVE_GOING || h->in_store != 0);
	h->presence = SERVE_GONE;
	pthread_mutex_unlock(&h->serve->tick_lock);
	serve_fold_drop(h->fold);
	h->fold = NULL;
	und_buf_clear(&h->spine);
	h->broken = false;
	pthread_mutex_unlock(&h->lock);
	serve_cache_close(&h->documents);
	serve_cache_close(&h->bundles);
	take_off_list(h);
	serve_cache_changed(&h->serve->site, 0);
}

enum und_err serve_letter_enter_store(struct serve_letter *h)
{
	enum und_err e = UND_OK;

	pthread_mutex_lock(&h->serve->tick_lock);
	if (h->presence == SERVE_HERE) {
		h->in_store++;
		h->serve->in_store++;
	} else {
		e = h->presence == SERVE_GONE ? UND_ERR_LETTER_UNKNOWN : UND_ERR_STOPPED;
	}
	pthread_mutex_unlock(&h->serve->tick_lock);
	return e;
}

void serve_letter_leave_store(struct serve_letter *h)
{
	struct und_serve *s = h->serve;

	pthread_mutex_lock(&s->tick_lock);
	h->in_store--;
	s->in_store--;
	if (h->in_store == 0 || s->in_store == 0)
		pthread_cond_broadcast(&s->tick_cond);
	pthread_mutex_unlock(&s->tick_lock);
}

/* ---- one more ---- */

static void init_locks(struct serve_letter *h)
{
	pthread_mutex_init(&h->write, NULL);
	pthread_mutex_init(&h->lock, NULL);
	pthread_mutex_init(&h->queue_lock, NULL);
	pthread_mutex_init(&h->rooms.lock, NULL);
	pthread_mutex_init(&h->hash.lock, NULL);
	h->last = &h->first;
}

void serve_letter_free(struct serve_letter *h)
{
	if (h == NULL)
		return;
	und_bug_if(h->first != NULL);
	serve_fold_drop(h->fold);
	und_buf_clear(&h->spine);
	free(h->rooms.rooms);
	serve_cache_clear(&h->documents);
	serve_cache_clear(&h->bundles);
	pthread_mutex_destroy(&h->write);
	pthread_mutex_destroy(&h->lock);
	pthread_mutex_destroy(&h->queue_lock);
	pthread_mutex_destroy(&h->rooms.lock);
	pthread_mutex_destroy(&h->hash.lock);
	free(h);
}

enum und_err serve_letter_new(struct serve_letter **out, struct und_serve *s, const struct und_store_letter *at, struct serve_fold *fold, struct und_buf *spine,
                              const struct serve_sums *sums)
{
	struct serve_letter *h = und_alloc(1, sizeof *h);
	enum und_err e = at->note.n > SERVE_MADE_MAX ? UND_ERR_STORE_DAMAGED : UND_ERR_MEMORY;

	if (h == NULL || e == UND_ERR_STORE_DAMAGED) {
		free(h);
		serve_fold_drop(fold);
		und_buf_clear(spine);
		return e;
	}
	init_locks(h);
	h->serve = s;
	h->epoch = und_store_epoch(s->store);
	h->fold = fold;
	h->spine = *spine;
	h->sums = *sums;
	memcpy(h->slug, at->slug, sizeof h->slug);
	memcpy(h->id, at->id, UND_ID_SIZE);
	if (at->note.n != 0)
		memcpy(h->made, at->note.p, at->note.n);
	h->generation = h->spine_generation = at->generation;
	h->size = at->size;
	e = serve_cache_init(&h->documents, serve_document_slots(s, false));
	if (e == UND_OK)
		e = serve_cache_init(&h->bundles, 0);
	if (e == UND_OK)
		e = serve_publish(h);
	if (e == UND_OK)
		*out = h;
	else
		serve_letter_free(h);
	return e;
}

/* epoch: before at was read. */
static enum und_err load_one(struct und_serve *s, const struct und_store_letter *at, uint64_t epoch, struct und_diag *diag)
{
	struct serve_letter *h;
	struct serve_fold *fold;
	struct serve_sums sums;
	struct und_buf spine;
	enum und_err e;

	serve_sums_init(&sums, 0);
	e = fold_all(&fold, &spine, &sums, s, at, false, s->options.runner, diag);
	if (e != UND_OK) {
		und_diag_member(diag, at->slug);
		return e == UND_ERR_MEMORY || e == UND_ERR_RANDOM || e == UND_ERR_IO ? e : UND_ERR_STORE_DAMAGED;
	}
	if ((e = serve_letter_new(&h, s, at, fold, &spine, &sums)) != UND_OK)
		return e;
	h->epoch = h->shown_epoch = epoch;
	if ((e = serve_rooms_recount(h)) == UND_OK)
		e = serve_letters_add(s, h);
	if (e != UND_OK)
		serve_letter_free(h);
	return e == UND_ERR_LETTER_TAKEN ? UND_OK : e;
}

/* Another server of the store appended to it. */
static void look_at(struct serve_letter *h, const struct und_store_letter *at)
{
	bool moved;

	pthread_mutex_lock(&h->lock);
	moved = at->generation != h->generation || h->epoch != und_store_epoch(h->serve->store);
	pthread_mutex_unlock(&h->lock);
	if (moved)
		serve_mend_soon(h);
}

/* The next in the list of the store: *read is UND_OK while there is one, *taken when it is here now. */
static void take_next(enum und_err *read, enum und_err *taken, struct und_store_letter *at, struct und_store_reader *r, struct und_serve *s, struct und_diag *diag)
{
	uint64_t epoch = und_store_epoch(s->store);
	char slug[sizeof at->slug];
	struct serve_letter *h;

	*taken = UND_OK;
	memcpy(slug, at->slug, sizeof slug);
	pthread_mutex_lock(&s->making);
	*read = und_store_letter_after(at, r, und_cstr(slug));
	h = *read == UND_OK ? serve_find(s, und_cstr(at->slug)) : NULL;
	if (h != NULL)
		look_at(h, at);
	else if (*read == UND_OK)
		*taken = load_one(s, at, epoch, diag);
	pthread_mutex_unlock(&s->making);
}

enum und_err serve_letters_load(struct und_serve *s, bool running, struct und_diag *diag)
{
	struct und_store_letter at = { .slug = "" };
	struct und_store_reader *r;
	enum und_err e, read, taken;

	if ((e = und_store_reader_open(&r, s->store)) != UND_OK)
		return e;
	do {
		take_next(&read, &taken, &at, r, s, diag);
		e = taken != UND_OK ? taken : e;
	} while (read == UND_OK && (e == UND_OK || running));
	und_store_reader_close(r);
	return read == UND_OK || read == UND_ERR_LETTER_UNKNOWN ? e : read;
}

void serve_letters_free(struct und_serve *s)
{
	struct serve_letter *h;

	for (size_t i = 0; i < s->letter_count; i++)
		serve_letter_free(s->letters[i]);
	while ((h = s->gone) != NULL) {
		s->gone = h->next_gone;
		serve_letter_free(h);
	}
	free(s->letters);
	for (size_t i = 0; i < s->reader_count; i++)
		und_store_reader_close(s->readers[i]);
	free(s->readers);
}
