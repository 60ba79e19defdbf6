/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* pool.c: worker threads that wait for a run, take its jobs by number, and wait again */
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "os/os.h"

struct und_pool {
	struct und_runner runner;
	pthread_mutex_t turn; /* held by the one run that has the workers; a run inside or beside it goes alone */
	pthread_mutex_t lock; /* what follows, but next */
	pthread_cond_t begun, ended;
	uint64_t runs;        /* counts runs: workers see by it that there is a new one */
	bool open;            /* a run is under way: who comes may join. Who comes late is not waited for */
	unsigned busy;        /* workers that have joined and are not done */
	bool closing;
	void (*job)(void *arg, size_t i);
	void *arg;
	size_t count;
	atomic_size_t next;   /* the first job that nobody took */
	pthread_t *threads;
	unsigned thread_count;
};

static void take_jobs(struct und_pool *p, void (*job)(void *arg, size_t i), void *arg, size_t count)
{
	size_t i;

	/* next stays far below SIZE_MAX: each worker passes count once */
	while ((i = atomic_fetch_add_explicit(&p->next, 1, memory_order_relaxed)) < count)
		job(arg, i);
}

static void *work(void *arg)
{
	struct und_pool *p = arg;
	uint64_t seen = 0;

	pthread_mutex_lock(&p->lock);
	for (;;) {
		while (!p->closing && (!p->open || p->runs == seen))
			pthread_cond_wait(&p->begun, &p->lock);
		if (p->closing)
			break;
		seen = p->runs;
		p->busy++;
		pthread_mutex_unlock(&p->lock);
		take_jobs(p, p->job, p->arg, p->count);
		pthread_mutex_lock(&p->lock);
		if (--p->busy == 0)
			pthread_cond_signal(&p->ended);
	}
	pthread_mutex_unlock(&p->lock);
	return NULL;
}

static void run(void *ctx, void (*job)(void *arg, size_t i), void *arg, size_t count)
{
	struct und_pool *p = ctx;

	if (count < 2 || p->thread_count == 0 || pthread_mutex_trylock(&p->turn) != 0) {
		for (size_t i = 0; i < count; i++)
			job(arg, i);
		return;
	}
	pthread_mutex_lock(&p->lock);
	p->job = job;
	p->arg = arg;
	p->count = count;
	atomic_store_explicit(&p->next, 0, memory_order_relaxed);
	p->open = true;
	p->runs++;
	pthread_cond_broadcast(&p->begun);
	pthread_mutex_unlock(&p->lock);

	take_jobs(p, job, arg, count);

	pthread_mutex_lock(&p->lock);
	p->open = false;
	while (p->busy != 0)
		pthread_cond_wait(&p->ended, &p->lock);
	pthread_mutex_unlock(&p->lock);
	pthread_mutex_unlock(&p->turn);
}

/* Workers take no signals: they go to the thread that waits for input and looks at the flag. */
static void start_threads(struct und_pool *p, unsigned wanted)
{
	sigset_t all, before;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	while (p->thread_count < wanted && pthread_create(&p->threads[p->thread_count], NULL, work, p) == 0)
		p->thread_count++;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
}

enum und_err und_pool_new(struct und_pool **out, unsigned width)
{
	struct und_pool *p;

	und_bug_if(width == 0);
	p = und_alloc(1, sizeof *p);
	if (p == NULL)
		return UND_ERR_MEMORY;
	p->threads = und_alloc(width - 1, sizeof *p->threads);
	if (p->threads == NULL) {
		free(p);
		return UND_ERR_MEMORY;
	}
	pthread_mutex_init(&p->turn, NULL);
	pthread_mutex_init(&p->lock, NULL);
	pthread_cond_init(&p->begun, NULL);
	pthread_cond_init(&p->ended, NULL);
	start_threads(p, width - 1);
	p->runner = (struct und_runner){ run, p, p->thread_count + 1 };
	*out = p;
	return UND_OK;
}

void und_pool_free(struct und_pool *p)
{
	if (p == NULL)
		return;
	pthread_mutex_lock(&p->lock);
	p->closing = true;
	pthread_cond_broadcast(&p->begun);
	pthread_mutex_unlock(&p->lock);
	for (unsigned i = 0; i < p->thread_count; i++)
		pthread_join(p->threads[i], NULL);
	pthread_cond_destroy(&p->ended);
	pthread_cond_destroy(&p->begun);
	pthread_mutex_destroy(&p->lock);
	pthread_mutex_destroy(&p->turn);
	free(p->threads);
	free(p);
}

const struct und_runner *und_pool_runner(struct und_pool *p)
{
	return &p->runner;
}
