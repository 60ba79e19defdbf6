/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* queue.c: jobs that wait for the thread that writes */
#include "store/queue.h"

#include <signal.h>
#include <time.h>

int64_t und_monotonic_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

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

void und_queue_init(struct und_queue *q)
{
	pthread_condattr_t monotonic;

	q->closing = false;
	list_init(&q->submissions);
	list_init(&q->enrollings);
	list_init(&q->others);
	pthread_mutex_init(&q->lock, NULL);
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&q->news, &monotonic);
	pthread_condattr_destroy(&monotonic);
}

void und_queue_clear(struct und_queue *q)
{
	pthread_cond_destroy(&q->news);
	pthread_mutex_destroy(&q->lock);
}

void und_queue_add(struct und_queue *q, struct und_store_job *job)
{
	struct und_job_list *l = job->what == UND_JOB_SUBMIT ? &q->submissions : job->what == UND_JOB_ENROL ? &q->enrollings : &q->others;

	job->next = NULL;
	pthread_mutex_lock(&q->lock);
	*l->last = job;
	l->last = &job->next;
	pthread_cond_signal(&q->news);
	pthread_mutex_unlock(&q->lock);
}

static bool is_idle(const struct und_queue *q)
{
	return q->submissions.first == NULL && q->enrollings.first == NULL && q->others.first == NULL;
}

/* Until there is something to do, or it is time. Called with the lock. */
static void wait_for_news(struct und_queue *q, int64_t until)
{
	struct timespec at = { .tv_sec = until / 1000, .tv_nsec = (long)(until % 1000) * 1000000 };

	while (is_idle(q) && !q->closing) {
		if (until == INT64_MAX)
			pthread_cond_wait(&q->news, &q->lock);
		else if (pthread_cond_timedwait(&q->news, &q->lock, &at) != 0)
			return;
	}
}

void und_queue_take(struct und_jobs *out, struct und_queue *q, int64_t until)
{
	pthread_mutex_lock(&q->lock);
	wait_for_news(q, until);
	out->submissions = list_take(&q->submissions);
	out->enrollings = list_take(&q->enrollings);
	out->others = list_take(&q->others);
	out->closing = q->closing;
	pthread_mutex_unlock(&q->lock);
}

void und_queue_close(struct und_queue *q)
{
	pthread_mutex_lock(&q->lock);
	q->closing = true;
	pthread_cond_signal(&q->news);
	pthread_mutex_unlock(&q->lock);
}

void und_jobs_finish(struct und_store_job *job, enum und_err e)
{
	struct und_store_job *next;

	for (; job != NULL; job = next) {
		next = job->next;
		job->finish(job, e != UND_OK ? e : (enum und_err)job->what);
	}
}

enum und_err und_queue_thread(pthread_t *out, void *(*work)(void *arg), void *arg)
{
	sigset_t all, before;
	int rc;

	/* signals go to the thread that waits for them */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	rc = pthread_create(out, NULL, work, arg);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return rc == 0 ? UND_OK : UND_ERR_MEMORY;
}
