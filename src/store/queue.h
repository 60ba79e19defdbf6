/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* store/queue.h: what callers hand to the one thread of a store that writes: whatever has gathered goes to disk together */
#ifndef UND_STORE_QUEUE_H
#define UND_STORE_QUEUE_H

#include <pthread.h>

#include "store/backend.h"

struct und_job_list {
	struct und_store_job *first, **last;
};
struct und_queue {
	pthread_mutex_t lock; /* of what follows */
	pthread_cond_t news;
	bool closing;
	struct und_job_list submissions, enrollings, others;
};
/* What was taken at once: each list in the order of arrival. */
struct und_jobs {
	struct und_store_job *submissions, *enrollings, *others;
	bool closing;
};

void und_queue_init(struct und_queue *q);
void und_queue_clear(struct und_queue *q);
/* Any thread. */
void und_queue_add(struct und_queue *q, struct und_store_job *job);
/* All that is there; waits for it until that time of the monotonic clock (ms; INT64_MAX: for ever), or until the queue is closed. */
void und_queue_take(struct und_jobs *out, struct und_queue *q, int64_t until);
void und_queue_close(struct und_queue *q);
/* e is the end of all, unless a job has an error of its own, in what. A finished job is its owner's again. */
void und_jobs_finish(struct und_store_job *job, enum und_err e);

/* A thread to which no signal goes. UND_ERR_MEMORY. */
UND_MUST_USE enum und_err und_queue_thread(pthread_t *out, void *(*work)(void *arg), void *arg);
int64_t und_monotonic_ms(void);

#endif
