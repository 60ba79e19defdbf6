/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* pg_writer.c: the one thread of a server that writes to PostgreSQL, its transactions, and when it lays out anew what it brought */
#include <stdlib.h>

#include "base/hash.h"
#include "store/pg.h"

enum { TRIES = 4 };

/* ---- its connection ---- */

static enum und_err open_once(struct und_postgres *s, bool may_make)
{
	enum und_err e;

	if ((e = und_pg_connect(&s->pg, s->where)) != UND_OK)
		return e;
	if ((e = und_pg_schema(&s->pg, may_make)) != UND_OK)
		und_pg_close(&s->pg);
	return e;
}

/* Again where another server, which brought the schema up to date, ended our session. */
static enum und_err open_writer(struct und_postgres *s, bool may_make)
{
	enum und_err e = UND_OK;

	for (int i = 0; i < TRIES && (i == 0 || (e != UND_OK && s->pg.again)); i++)
		e = open_once(s, may_make);
	return e;
}

/* What waits for others there is told so before it is given up here: then it is over, and known not to be done. A commit is not ended by this. */
static enum und_err settle(struct und_postgres *s)
{
	s->pg.patience_ms = UND_PG_PATIENCE_MS;
	return und_pg_do(&s->pg, "SET statement_timeout = '4min'");
}

enum und_err und_pg_writer_open(struct und_postgres *s)
{
	enum und_err e;

	s->pg.patience_ms = UND_PG_OPEN_MS;
	if ((e = open_writer(s, true)) != UND_OK)
		return e;
	/* what a server left that was killed lies as it came */
	und_pg_changed(&s->waiting, 1);
	und_pg_changed(&s->cards, 1);
	if ((e = und_pg_check(&s->pg)) != UND_OK)
		return e;
	return settle(s);
}

/* A new connection may be to another server, which took the place of the first; or to one that did not. Where our tables are missing no letter was dropped. */
static enum und_err ready(struct und_postgres *s)
{
	enum und_err e;

	if (und_pg_is_open(&s->pg))
		return UND_OK;
	if ((e = open_writer(s, false)) == UND_OK && (e = settle(s)) != UND_OK)
		und_pg_close(&s->pg);
	atomic_fetch_add(&s->epoch, 1);
	return e;
}

/* ---- transactions ---- */

static enum und_err try(struct und_postgres *s, enum und_err (*body)(struct und_postgres *s, void *ctx), void *ctx)
{
	enum und_err e;

	if ((e = und_pg_begin(&s->pg)) != UND_OK)
		return e;
	if ((e = body(s, ctx)) == UND_OK)
		e = und_pg_commit(&s->pg);
	else
		und_pg_rollback(&s->pg);
	return e;
}

enum und_err und_pg_transact(struct und_postgres *s, enum und_err (*body)(struct und_postgres *s, void *ctx), void *ctx)
{
	enum und_err e;

	for (int i = 0;; i++) {
		if ((e = ready(s)) != UND_OK)
			return e;
		e = try(s, body, ctx);
		if (e == UND_OK || !s->pg.again || i == TRIES)
			return e;
	}
}

struct tally {
	const struct und_pg_tally *what;
	size_t n;
	uint64_t counts[8];
};

static enum und_err tally(struct und_postgres *s, void *ctx)
{
	struct tally *t = ctx;
	struct und_pg_args a;
	PGresult *r = NULL;
	enum und_err e;

	memset(t->counts, 0, sizeof t->counts);
	if ((e = und_pg_do(&s->pg, t->what->lock)) != UND_OK)
		return e;
	und_pg_args(&a);
	und_pg_add(&a, t->what->kind, t->what->key);
	e = und_pg_run(&r, NULL, &s->pg, t->what->sql, &a);
	und_pg_args_clear(&a);
	if (e != UND_OK)
		return e;
	for (int i = 0; i < und_pq.PQntuples(r) && e == UND_OK; i++) {
		int64_t value = und_pg_number(r, i, 0);

		if (value < 0 || (size_t)value >= t->n)
			e = UND_ERR_STORE_DAMAGED;
		else
			t->counts[value] = (uint64_t)und_pg_number(r, i, 1);
	}
	und_pq.PQclear(r);
	return e;
}

enum und_err und_pg_tally(uint64_t *counts, size_t n, struct und_postgres *s, const struct und_pg_tally *what)
{
	struct tally t = { .what = what, .n = n };
	enum und_err e;

	und_bug_if(n > sizeof t.counts / sizeof *t.counts);
	e = und_pg_transact(s, tally, &t);
	if (e == UND_OK)
		memcpy(counts, t.counts, n * sizeof *counts);
	return e;
}

static int compare_keys(const void *a, const void *b)
{
	const int32_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* The first four bytes of a hash: two names that share them wait for each other now and then. */
static int32_t key_of(const struct und_bytes *name)
{
	uint8_t digest[32];

	und_sha256(digest, name, 1);
	return (int32_t)((uint32_t)digest[0] << 24 | (uint32_t)digest[1] << 16 | (uint32_t)digest[2] << 8 | digest[3]);
}

static enum und_err lock(struct und_pg *pg, enum und_pg_lock what, int32_t key)
{
	struct und_pg_args a;
	enum und_err e;

	und_pg_args(&a);
	und_pg_add_number(&a, (int64_t)what);
	und_pg_add_number(&a, key);
	e = und_pg_run(NULL, NULL, pg, "SELECT pg_advisory_xact_lock($1::integer, $2::integer)", &a);
	und_pg_args_clear(&a);
	return e;
}

enum und_err und_pg_lock(struct und_pg *pg, enum und_pg_lock what, const struct und_bytes *names, size_t count)
{
	int32_t *keys = und_alloc(count, sizeof *keys);
	enum und_err e = UND_OK;

	if (keys == NULL)
		return UND_ERR_MEMORY;
	for (size_t i = 0; i < count; i++)
		keys[i] = key_of(&names[i]);
	qsort(keys, count, sizeof *keys, compare_keys);
	for (size_t i = 0; i < count && e == UND_OK; i++)
		if (i == 0 || keys[i] != keys[i - 1])
			e = lock(pg, what, keys[i]);
	free(keys);
	return e;
}

/* ---- order (store.h) ---- */

void und_pg_changed(struct und_pg_shelf *shelf, uint64_t changes)
{
	shelf->changed += changes;
	if (changes > 0)
		shelf->last_change = und_monotonic_ms();
}

/* Nothing is acknowledged by it: a standby that is away keeps nobody waiting, behind its lock or at the end. */
static enum und_err rewrite(struct und_postgres *s, void *ctx)
{
	const struct und_pg_shelf *shelf = ctx;
	enum und_err e;

	if ((e = und_pg_do(&s->pg, "SET LOCAL synchronous_commit = local")) != UND_OK)
		return e;
	return und_pg_do(&s->pg, shelf->rewrite);
}

static enum und_err renew(struct und_postgres *s, struct und_pg_shelf *shelf, const char *count)
{
	int64_t began = und_monotonic_ms(), ended, rows;
	enum und_err e;

	if (shelf->changed == 0)
		return UND_OK;
	if ((e = und_pg_transact(s, rewrite, shelf)) != UND_OK)
		return e;
	shelf->changed = 0;
	ended = und_monotonic_ms();
	shelf->not_before = ended + 20 * (ended - began); /* at most a twentieth of the time goes into this */
	if (und_pg_ask(&rows, &s->pg, count, NULL) == UND_OK)
		shelf->rows = (uint64_t)rows;
	return UND_OK;
}

static enum und_err renew_waiting(struct und_postgres *s)
{
	return renew(s, &s->waiting, "SELECT count(*) FROM undersigned.waiting");
}

static enum und_err renew_cards(struct und_postgres *s)
{
	return renew(s, &s->cards, "SELECT count(*) FROM undersigned.card");
}

static enum und_err tidy(struct und_postgres *s)
{
	enum und_err e = renew_waiting(s);

	return e != UND_OK ? e : renew_cards(s);
}

/* When it is quiet, or much came; but not too often. */
static int64_t due_at(const struct und_postgres *s, const struct und_pg_shelf *shelf)
{
	bool full = shelf->changed >= s->tidy_rows && shelf->changed >= shelf->rows;
	int64_t at = full ? 0 : shelf->last_change + s->quiet_ms;

	if (shelf->changed == 0)
		return INT64_MAX;
	return at > shelf->not_before ? at : shelf->not_before;
}

static int64_t next_due(const struct und_postgres *s)
{
	int64_t a = due_at(s, &s->waiting), b = due_at(s, &s->cards);

	return a < b ? a : b;
}

static void renew_if_due(struct und_postgres *s, struct und_pg_shelf *shelf, enum und_err (*how)(struct und_postgres *s))
{
	if (due_at(s, shelf) <= und_monotonic_ms() && how(s) != UND_OK)
		shelf->not_before = und_monotonic_ms() + 10 * s->quiet_ms;
}

/* ---- jobs ---- */

static enum und_err do_request(struct und_postgres *s, struct und_store_request *r)
{
	switch ((enum und_store_what)r->job.what) {
	case UND_JOB_CREATE:
		return und_pg_create(s, r);
	case UND_JOB_APPEND:
		return und_pg_append(s, r, false);
	case UND_JOB_RELEASE:
		return und_pg_append(s, r, true);
	case UND_JOB_DROP:
		return und_pg_drop(s, r);
	case UND_JOB_WAITING:
		return und_pg_waiting_list(r->out.waiting, s, r);
	case UND_JOB_WAITING_COUNT:
		return und_pg_waiting_count(r->out.counts, s, r->letter);
	case UND_JOB_SERIES_PUT:
		return und_pg_series_put(s, r);
	case UND_JOB_ENROLLED:
		return und_pg_enrolled_list(r->out.enrolled, s, r);
	case UND_JOB_CARD_COUNT:
		return und_pg_card_count(r->out.counts, s, r->series);
	case UND_JOB_TIDY:
		return tidy(s);
	case UND_JOB_SUBMIT:
	case UND_JOB_ENROL:
		break;
	}
	und_bug(__FILE__, __LINE__);
}

static void do_requests(struct und_postgres *s, struct und_store_job *job)
{
	struct und_store_job *next;

	for (; job != NULL; job = next) {
		next = job->next;
		job->finish(job, do_request(s, UND_JOB_OF(struct und_store_request, job)));
	}
}

/* ---- the thread ---- */

void und_pg_writer_queue(struct und_store *store, struct und_store_job *job)
{
	struct und_postgres *s = (struct und_postgres *)(void *)store;

	und_queue_add(&s->queue, job);
}

static void *work(void *arg)
{
	struct und_postgres *s = arg;
	struct und_jobs jobs;

	do {
		und_queue_take(&jobs, &s->queue, next_due(s));
		if (jobs.submissions != NULL)
			und_jobs_finish(jobs.submissions, und_pg_submit(s, jobs.submissions));
		if (jobs.enrollings != NULL)
			und_jobs_finish(jobs.enrollings, und_pg_enrol(s, jobs.enrollings));
		do_requests(s, jobs.others);
		renew_if_due(s, &s->waiting, renew_waiting);
		renew_if_due(s, &s->cards, renew_cards);
	} while (!jobs.closing || jobs.submissions != NULL || jobs.enrollings != NULL || jobs.others != NULL);
	return NULL;
}

enum und_err und_pg_writer_start(struct und_postgres *s)
{
	enum und_err e;

	und_queue_init(&s->queue);
	e = und_queue_thread(&s->thread, work, s);
	if (e != UND_OK)
		und_queue_clear(&s->queue);
	return e;
}

void und_pg_writer_stop(struct und_postgres *s)
{
	enum und_err e; /* nobody is told: what waits is safe as it is */

	und_queue_close(&s->queue);
	pthread_join(s->thread, NULL);
	und_queue_clear(&s->queue);
	e = tidy(s);
	(void)e;
}
