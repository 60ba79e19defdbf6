/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* work.c: workers that take jobs from a ring of fixed size */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "http/work.h"

struct job {
	void (*run)(void *arg);
	void *arg;
};

struct und_work {
	pthread_mutex_t lock; /* all that follows, but stopping, which may be read without */
	pthread_cond_t added;
	atomic_bool stopping;
	struct job *jobs; /* a ring */
	size_t max, first, n;
	pthread_t *threads;
	unsigned thread_count;
};

static void *work(void *arg)
{
	struct und_work *w = arg;
	struct job job;

	if (setpriority(PRIO_PROCESS, 0, getpriority(PRIO_PROCESS, 0) + 10) != 0)
		errno = 0; /* then at the same priority */
	pthread_mutex_lock(&w->lock);
	for (;;) {
		while (w->n == 0 && !atomic_load(&w->stopping))
			pthread_cond_wait(&w->added, &w->lock);
		if (w->n == 0)
			break;
		job = w->jobs[w->first];
		w->first = (w->first + 1) % w->max;
		w->n--;
		pthread_mutex_unlock(&w->lock);
		job.run(job.arg);
		pthread_mutex_lock(&w->lock);
	}
	pthread_mutex_unlock(&w->lock);
	return NULL;
}

static int start(struct und_work *w, unsigned wanted)
{
	sigset_t all, before;
	int failed = 0;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	while (w->thread_count < wanted && failed == 0) {
		failed = pthread_create(&w->threads[w->thread_count], NULL, work, w);
		if (failed == 0)
			w->thread_count++;
	}
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return failed;
}

enum und_err und_work_new(struct und_work **out, unsigned threads, size_t queue_max)
{
	struct und_work *w = und_alloc(1, sizeof *w);
	int failed;

	und_bug_if(threads == 0 || queue_max == 0);
	if (w == NULL)
		return UND_ERR_MEMORY;
	w->max = queue_max;
	w->jobs = und_alloc(queue_max, sizeof *w->jobs);
	w->threads = und_alloc(threads, sizeof *w->threads);
	if (w->jobs == NULL || w->threads == NULL) {
		free(w->jobs);
		free(w->threads);
		free(w);
		return UND_ERR_MEMORY;
	}
	pthread_mutex_init(&w->lock, NULL);
	pthread_cond_init(&w->added, NULL);
	failed = start(w, threads);
	if (w->thread_count == 0) {
		und_work_free(w);
		errno = failed;
		return UND_ERR_IO;
	}
	*out = w;
	return UND_OK;
}

enum und_err und_work_add(struct und_work *w, void (*job)(void *arg), void *arg)
{
	enum und_err e = UND_OK;

	pthread_mutex_lock(&w->lock);
	if (atomic_load(&w->stopping)) {
		e = UND_ERR_STOPPED;
	} else if (w->n == w->max) {
		e = UND_ERR_LIMIT;
	} else {
		w->jobs[(w->first + w->n++) % w->max] = (struct job){ job, arg };
		pthread_cond_signal(&w->added);
	}
	pthread_mutex_unlock(&w->lock);
	return e;
}

size_t und_work_waiting(struct und_work *w)
{
	size_t n;

	pthread_mutex_lock(&w->lock);
	n = w->n;
	pthread_mutex_unlock(&w->lock);
	return n;
}

bool und_work_stopping(const struct und_work *w)
{
	return atomic_load(&w->stopping);
}

void und_work_free(struct und_work *w)
{
	if (w == NULL)
		return;
	pthread_mutex_lock(&w->lock);
	atomic_store(&w->stopping, true);
	pthread_cond_broadcast(&w->added);
	pthread_mutex_unlock(&w->lock);
	for (unsigned i = 0; i < w->thread_count; i++)
		pthread_join(w->threads[i], NULL);
	pthread_cond_destroy(&w->added);
	pthread_mutex_destroy(&w->lock);
	free(w->threads);
	free(w->jobs);
	free(w);
}
