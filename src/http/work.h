/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* work.h: a fixed pool of threads with a bounded queue, for what would hold up the pages: proofs, above all */
#ifndef UND_HTTP_WORK_H
#define UND_HTTP_WORK_H

#include "base/base.h"

struct und_work;

/*
 * threads workers that take jobs in the order they came, at most queue_max waiting. They run at a lower priority than the
 * loops (nice +10), so that pages stay quick while all cores check proofs, and take no signals.
 * Errors: UND_ERR_MEMORY, UND_ERR_IO (errno; no thread could be had; fewer than asked is no error).
 */
UND_MUST_USE enum und_err und_work_new(struct und_work **out, unsigned threads, size_t queue_max);
/* Queues job(arg). UND_ERR_LIMIT: the queue is full (answer und_http_answer_busy); UND_ERR_STOPPED: it is being freed. Any thread; never waits. */
UND_MUST_USE enum und_err und_work_add(struct und_work *w, void (*job)(void *arg), void *arg);
/* Jobs that wait, at this moment. */
size_t und_work_waiting(struct und_work *w);
/* For long jobs: whether und_work_free was called, so that they may give up (and answer 503). */
bool und_work_stopping(const struct und_work *w);
/* Runs what was queued (jobs that look at und_work_stopping end quickly), ends the threads, frees. NULL is nothing. */
void und_work_free(struct und_work *w);

#endif
