/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* writer.c: the one thread that writes: whatever has gathered goes to disk together */
#include <signal.h>
#include <time.h>

#include "store/sqlite.h"

int64_t und_monotonic_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* ---- the queue ---- */

static void list_init(struct und_job_list *l)
{
	l->first = NULL;
	l->last = &l->first;
}

static struct und_store_job *list_take(struct und_job_list *l)
{
	struct und_store_job *first = l->first;

	list_init(l);
	return first;
}

void und_writer_queue(struct und_store *store, struct und_store_job *job)
{
	struct und_sqlite *s = (struct und_sqlite *)(void *)store;
	struct und_job_list *l = job->what == UND_JOB_SUBMIT ? &s->submissions : job->what == UND_JOB_ENROL ? &s->enrollings : &s->others;

	job->next = NULL;
	pthread_mutex_lock(&s->lock);
	*l->last = job;
	l->last = &job->next;
	pthread_cond_signal(&s->news);
	pthread_mutex_unlock(&s->lock);
}

/* ---- jobs ---- */

/* e is the end of all, unless a job has an error of its own, in what. A finished job is its owner's again. */
static void finish_all(struct und_store_job *job, enum und_err e)
{
	struct und_store_job *next;

	for (; job != NULL; job = next) {
		next = job->next;
		job->finish(job, e != UND_OK ? e : (enum und_err)job->what);
	}
}

static enum und_err tidy(struct und_sqlite *s)
{
	enum und_err e;

	if (s->waiting.changed > 0 && (e = und_shelf_renew(s, &s->waiting, NULL)) != UND_OK)
		return e;
	return s->cards.changed > 0 ? und_shelf_renew(s, &s->cards, NULL) : UND_OK;
}

static enum und_err do_request(struct und_sqlite *s, struct und_store_request *r)
{
	switch ((enum und_store_what)r->job.what) {
	case UND_JOB_CREATE:
		return und_letters_create(s, r);
	case UND_JOB_APPEND:
		return und_letters_append(s, r, false);
	case UND_JOB_RELEASE:
		return und_letters_append(s, r, true);
	case UND_JOB_DROP:
		return und_letters_drop(s, r);
	case UND_JOB_WAITING:
		return und_waiting_list(r->out.waiting, s, r);
	case UND_JOB_WAITING_COUNT:
		return und_waiting_count(r->out.counts, s, r->letter);
	case UND_JOB_SERIES_PUT:
		return und_letters_series_put(s, r);
	case UND_JOB_ENROLLED:
		return und_cards_list(r->out.enrolled, s, r);
	case UND_JOB_CARD_COUNT:
		return und_cards_count(r->out.counts, s, r->series);
	case UND_JOB_TIDY:
		return tidy(s);
	case UND_JOB_SUBMIT:
	case UND_JOB_ENROL:
		break;
	}
	und_bug(__FILE__, __LINE__);
}

static void do_requests(struct und_sqlite *s, struct und_store_job *job)
{
	struct und_store_job *next;

	for (; job != NULL; job = next) {
		next = job->next;
		job->finish(job, do_request(s, UND_JOB_OF(struct und_store_request, job)));
	}
}

/* ---- order (store.h) ---- */

/* When the shelf is to be laid out anew: it is quiet, or much came; but not too often. */
static int64_t due_at(const struct und_sqlite *s, const struct und_shelf *shelf)
{
	bool full = shelf->changed >= s->tidy_rows && shelf->changed >= shelf->rows;
	int64_t at = full ? 0 : shelf->last_change + s->quiet_ms;

	if (shelf->changed == 0)
		return INT64_MAX;
	return at > shelf->not_before ? at : shelf->not_before;
}

/* One that fails (a full disk) is tried again after a while; the shelf is as it was. */
static void renew_if_due(struct und_sqlite *s, struct und_shelf *shelf)
{
	if (due_at(s, shelf) <= und_monotonic_ms() && und_shelf_renew(s, shelf, NULL) != UND_OK)
		shelf->not_before = und_monotonic_ms() + 10 * s->quiet_ms;
}

/* ---- the thread ---- */

enum { FORGET_AGAIN_MS = 500 };

static bool is_idle(const struct und_sqlite *s)
{
	return s->submissions.first == NULL && s->enrollings.first == NULL && s->others.first == NULL;
}

/* Until there is something to do, or a shelf is due. Called with the lock. */
static void wait_for_news(struct und_sqlite *s)
{
	int64_t a = due_at(s, &s->waiting), b = due_at(s, &s->cards), at = a < b ? a : b, again = s->forgetting ? und_monotonic_ms() + FORGET_AGAIN_MS : INT64_MAX;
	struct timespec until;

	at = again < at ? again : at;
	until = (struct timespec){ .tv_sec = at / 1000, .tv_nsec = (long)(at % 1000) * 1000000 };
	while (is_idle(s) && !s->closing) {
		if (at == INT64_MAX)
			pthread_cond_wait(&s->news, &s->lock);
		else if (pthread_cond_timedwait(&s->news, &s->lock, &until) != 0)
			return;
	}
}

static void *work(void *arg)
{
	struct und_store_job *submissions, *enrollings, *others;
	struct und_sqlite *s = arg;
	bool closing;

	do {
		pthread_mutex_lock(&s->lock);
		wait_for_news(s);
		submissions = list_take(&s->submissions);
		enrollings = list_take(&s->enrollings);
		others = list_take(&s->others);
		closing = s->closing;
		pthread_mutex_unlock(&s->lock);

		if (submissions != NULL)
			finish_all(submissions, und_waiting_submit(s, submissions));
		if (enrollings != NULL)
			finish_all(enrollings, und_cards_enrol(s, enrollings));
		do_requests(s, others);
		renew_if_due(s, &s->waiting);
		renew_if_due(s, &s->cards);
		und_letters_forget(s);
	} while (!closing || submissions != NULL || enrollings != NULL || others != NULL);
	return NULL;
}

static enum und_err start_thread(struct und_sqlite *s)
{
	sigset_t all, before;
	int rc;

	/* signals go to the thread that waits for them */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	rc = pthread_create(&s->thread, NULL, work, s);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return rc == 0 ? UND_OK : UND_ERR_MEMORY;
}

enum und_err und_writer_start(struct und_sqlite *s)
{
	pthread_condattr_t monotonic;
	enum und_err e;

	list_init(&s->submissions);
	list_init(&s->enrollings);
	list_init(&s->others);
	pthread_mutex_init(&s->lock, NULL);
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&s->news, &monotonic);
	pthread_condattr_destroy(&monotonic);
	e = start_thread(s);
	if (e != UND_OK) {
		pthread_cond_destroy(&s->news);
		pthread_mutex_destroy(&s->lock);
	}
	return e;
}

void und_writer_stop(struct und_sqlite *s)
{
	pthread_mutex_lock(&s->lock);
	s->closing = true;
	pthread_cond_signal(&s->news);
	pthread_mutex_unlock(&s->lock);
	pthread_join(s->thread, NULL);
	pthread_cond_destroy(&s->news);
	pthread_mutex_destroy(&s->lock);
	if (tidy(s) != UND_OK)
		s->strays = false; /* the next open lays it out anew; what waits is safe as it is */
}
