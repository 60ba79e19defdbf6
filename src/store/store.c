/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* store.c: the calls of store.h: arguments checked, handed to the backend, waited for */
#include <pthread.h>

#include "store/backend.h"
#include "store/check.h"

/* ---- waiting ---- */

struct waiter {
	pthread_mutex_t lock;
	pthread_cond_t woken;
	bool done;
	enum und_err e;
};

static void wake(struct und_store_job *job, enum und_err e)
{
	struct waiter *w = job->waiter;

	pthread_mutex_lock(&w->lock);
	w->done = true;
	w->e = e;
	pthread_cond_signal(&w->woken);
	pthread_mutex_unlock(&w->lock);
}

static enum und_err run(struct und_store *s, struct und_store_job *job, enum und_store_what what)
{
	struct waiter w = { .lock = PTHREAD_MUTEX_INITIALIZER, .woken = PTHREAD_COND_INITIALIZER };

	*job = (struct und_store_job){ .what = (int)what, .waiter = &w, .finish = wake };
	s->backend->start(s, job);
	pthread_mutex_lock(&w.lock);
	while (!w.done)
		pthread_cond_wait(&w.woken, &w.lock);
	pthread_mutex_unlock(&w.lock);
	pthread_cond_destroy(&w.woken);
	pthread_mutex_destroy(&w.lock);
	return w.e;
}

/* ---- batches ---- */

static void submitted(struct und_store_job *job, enum und_err e)
{
	struct und_submission *sub = UND_JOB_OF(struct und_submission, job);

	sub->done(sub, e);
}

void und_store_submit(struct und_store *s, struct und_submission *sub)
{
	sub->job = (struct und_store_job){ .what = UND_JOB_SUBMIT, .finish = submitted };
	s->backend->start(s, &sub->job);
}

enum und_err und_store_submit_wait(struct und_store *s, struct und_submission *sub)
{
	return run(s, &sub->job, UND_JOB_SUBMIT);
}

static void enrolled(struct und_store_job *job, enum und_err e)
{
	struct und_enrolling *en = UND_JOB_OF(struct und_enrolling, job);

	en->done(en, e);
}

void und_store_enrol(struct und_store *s, struct und_enrolling *e)
{
	e->job = (struct und_store_job){ .what = UND_JOB_ENROL, .finish = enrolled };
	s->backend->start(s, &e->job);
}

enum und_err und_store_enrol_wait(struct und_store *s, struct und_enrolling *e)
{
	return run(s, &e->job, UND_JOB_ENROL);
}

/* ---- letters ---- */

enum und_err und_store_create(struct und_store *s, struct und_bytes slug, const uint8_t letter[UND_ID_SIZE], const struct und_store_segment *seg)
{
	struct und_store_request r = { .slug = slug, .letter = letter, .seg = seg };
	enum und_err e;

	if (!und_slug_is_valid(slug))
		return UND_ERR_ID_FORM;
	if ((e = und_segment_check(seg)) != UND_OK)
		return e;
	return run(s, &r.job, UND_JOB_CREATE);
}

enum und_err und_store_append(struct und_store *s, const uint8_t letter[UND_ID_SIZE], uint64_t generation, const struct und_store_segment *seg)
{
	struct und_store_request r = { .letter = letter, .generation = generation, .seg = seg };
	enum und_err e;

	if ((e = und_segment_check(seg)) != UND_OK)
		return e;
	return run(s, &r.job, UND_JOB_APPEND);
}

enum und_err und_store_release(struct und_store *s, const uint8_t letter[UND_ID_SIZE], uint64_t generation, const struct und_act *acts, size_t count, struct und_bytes note)
{
	const struct und_store_segment seg = { .acts = acts, .act_count = count, .note = note };
	struct und_store_request r = { .letter = letter, .generation = generation, .seg = &seg };
	size_t bytes = 0;
	enum und_err e;

	if ((e = und_segment_check(&seg)) != UND_OK)
		return e;
	for (size_t i = 0; i < count; i++)
		if ((bytes += acts[i].line.n + 1) > UND_STORE_SEGMENT_MAX)
			return UND_ERR_LIMIT;
	return run(s, &r.job, UND_JOB_RELEASE);
}

enum und_err und_store_drop(struct und_store *s, const uint8_t letter[UND_ID_SIZE], uint64_t generation, const struct und_store_asked *asked)
{
	struct und_store_request r = { .letter = letter, .generation = generation, .asked = asked };

	return run(s, &r.job, UND_JOB_DROP);
}

enum und_err und_store_waiting(struct und_waiting *out, struct und_store *s, const uint8_t letter[UND_ID_SIZE], const struct und_act *after, size_t max_bytes)
{
	struct und_store_request r = { .letter = letter, .after = after, .max_bytes = max_bytes, .out.waiting = out };

	und_bug_if(max_bytes > UND_STORE_PAGE_MAX);
	return run(s, &r.job, UND_JOB_WAITING);
}

void und_waiting_clear(struct und_waiting *w)
{
	und_arena_clear(&w->arena);
	*w = (struct und_waiting){ .acts = NULL };
}

enum und_err und_store_waiting_count(uint64_t counts[UND_STORE_KINDS], struct und_store *s, const uint8_t letter[UND_ID_SIZE])
{
	struct und_store_request r = { .letter = letter, .out.counts = counts };

	return run(s, &r.job, UND_JOB_WAITING_COUNT);
}

/* ---- series ---- */

static enum und_err series_put(struct und_store *s, struct und_store_request *r)
{
	if (!und_id_text_is_valid(r->series))
		return UND_ERR_ID_FORM;
	if (r->note.n > UND_STORE_NOTE_MAX)
		return UND_ERR_LIMIT;
	return run(s, &r->job, UND_JOB_SERIES_PUT);
}

enum und_err und_store_series_put(struct und_store *s, struct und_bytes series, struct und_bytes note)
{
	struct und_store_request r = { .series = series, .note = note };

	return series_put(s, &r);
}

enum und_err und_store_series_change(struct und_store *s, struct und_bytes series, const struct und_bytes *was, struct und_bytes note)
{
	struct und_store_request r = { .series = series, .note = note, .only_if = true, .was = was };

	return series_put(s, &r);
}

enum und_err und_store_enrolled(struct und_enrolled *out, struct und_store *s, struct und_bytes series, const struct und_card *after, size_t max_bytes)
{
	struct und_store_request r = { .series = series, .after_card = after, .max_bytes = max_bytes, .out.enrolled = out };

	und_bug_if(max_bytes > UND_STORE_PAGE_MAX);
	return run(s, &r.job, UND_JOB_ENROLLED);
}

void und_enrolled_clear(struct und_enrolled *e)
{
	und_arena_clear(&e->arena);
	*e = (struct und_enrolled){ .cards = NULL };
}

enum und_err und_store_card_count(uint64_t counts[3], struct und_store *s, struct und_bytes series)
{
	struct und_store_request r = { .series = series, .out.counts = counts };

	return run(s, &r.job, UND_JOB_CARD_COUNT);
}

enum und_err und_store_tidy(struct und_store *s)
{
	struct und_store_request r = { .letter = NULL };

	return run(s, &r.job, UND_JOB_TIDY);
}

void und_store_close(struct und_store *s)
{
	if (s != NULL)
		s->backend->close(s);
}

bool und_store_is_shared(const struct und_store *s)
{
	return s->backend->epoch != NULL;
}

uint64_t und_store_epoch(struct und_store *s)
{
	return s->backend->epoch != NULL ? s->backend->epoch(s) : 0;
}

/* ---- readers ---- */

enum und_err und_store_reader_open(struct und_store_reader **out, struct und_store *s)
{
	return s->backend->reader_open(out, s);
}

void und_store_reader_close(struct und_store_reader *r)
{
	if (r != NULL)
		r->backend->reader_close(r);
}

enum und_err und_store_letter(struct und_store_letter *out, struct und_store_reader *r, const uint8_t letter[UND_ID_SIZE])
{
	return r->backend->letter(out, r, letter);
}

enum und_err und_store_letter_by_slug(struct und_store_letter *out, struct und_store_reader *r, struct und_bytes slug)
{
	return r->backend->letter_by_slug(out, r, slug, false);
}

enum und_err und_store_letter_after(struct und_store_letter *out, struct und_store_reader *r, struct und_bytes slug)
{
	return r->backend->letter_by_slug(out, r, slug, true);
}

enum und_err und_store_size_at(uint64_t *size, struct und_store_reader *r, const uint8_t letter[UND_ID_SIZE], uint64_t generation)
{
	return r->backend->size_at(size, r, letter, generation);
}

enum und_err und_store_read(struct und_store_reader *r, const uint8_t letter[UND_ID_SIZE], uint64_t start, uint64_t n,
                            enum und_err (*take)(void *ctx, struct und_bytes piece), void *ctx)
{
	return r->backend->read(r, letter, start, n, take, ctx);
}

enum und_err und_store_series(struct und_bytes *note, struct und_store_reader *r, struct und_bytes series)
{
	return r->backend->series(note, r, series);
}

enum und_err und_store_series_after(char out[UND_ID_TEXT_MAX + 1], struct und_store_reader *r, struct und_bytes series)
{
	return r->backend->series_after(out, r, series);
}
