/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* writer.c: the one thread that writes: whatever has gathered goes to disk together */
#include "store/sqlite.h"

void und_writer_queue(struct und_store *store, struct und_store_job *job)
{
	struct und_sqlite *s = (struct und_sqlite *)(void *)store;

	und_queue_add(&s->queue, job);
}

/* ---- jobs ---- */

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

static int64_t next_due(const struct und_sqlite *s)
{
	int64_t a = due_at(s, &s->waiting), b = due_at(s, &s->cards), again = s->forgetting ? und_monotonic_ms() + FORGET_AGAIN_MS : INT64_MAX;

	a = again < a ? again : a;
	return a < b ? a : b;
}

static void *work(void *arg)
{
	struct und_sqlite *s = arg;
	struct und_jobs jobs;

	do {
		und_queue_take(&jobs, &s->queue, next_due(s));
		if (jobs.submissions != NULL)
			und_jobs_finish(jobs.submissions, und_waiting_submit(s, jobs.submissions));
		if (jobs.enrollings != NULL)
			und_jobs_finish(jobs.enrollings, und_cards_enrol(s, jobs.enrollings));
		do_requests(s, jobs.others);
		renew_if_due(s, &s->waiting);
		renew_if_due(s, &s->cards);
		und_letters_forget(s);
	} while (!jobs.closing || jobs.submissions != NULL || jobs.enrollings != NULL || jobs.others != NULL);
	return NULL;
}

enum und_err und_writer_start(struct und_sqlite *s)
{
	enum und_err e;

	und_queue_init(&s->queue);
	e = und_queue_thread(&s->thread, work, s);
	if (e != UND_OK)
		und_queue_clear(&s->queue);
	return e;
}

void und_writer_stop(struct und_sqlite *s)
{
	und_queue_close(&s->queue);
	pthread_join(s->thread, NULL);
	und_queue_clear(&s->queue);
	if (tidy(s) != UND_OK)
		s->strays = false; /* the next open lays it out anew; what waits is safe as it is */
}
