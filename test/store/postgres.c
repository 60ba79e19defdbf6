/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* postgres.c: what the store in a database holds besides the contract: what is no acknowledgement, several servers at once, order. cluster.py lends the database */
#include <pthread.h>
#include <stdatomic.h>

#include "postgres.h"

#define OTHERS "FROM pg_stat_activity WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()"

/* ---- what is no acknowledgement ---- */

struct waiter {
	struct und_submission sub;
	pthread_mutex_t lock;
	pthread_cond_t woken;
	bool done;
	enum und_err e;
};

static void wake(struct und_submission *sub, enum und_err e)
{
	struct waiter *w = sub->ctx;

	pthread_mutex_lock(&w->lock);
	w->done = true;
	w->e = e;
	pthread_cond_signal(&w->woken);
	pthread_mutex_unlock(&w->lock);
}

static enum und_err await(struct waiter *w)
{
	pthread_mutex_lock(&w->lock);
	while (!w->done)
		pthread_cond_wait(&w->woken, &w->lock);
	pthread_mutex_unlock(&w->lock);
	return w->e;
}

/* Submits while a standby is wanted that is not there; what ends the wait; what was said. */
static enum und_err submit_without_standby(struct und_store *s, struct und_act *act, const char *ends)
{
	struct waiter w = { .sub = { .acts = act, .count = 1, .done = wake, .ctx = &w }, .lock = PTHREAD_MUTEX_INITIALIZER, .woken = PTHREAD_COND_INITIALIZER };

	memcpy(w.sub.letter, letter_a, UND_ID_SIZE);
	und_store_submit(s, &w.sub);
	until("SELECT count(*) > 0 " OTHERS " AND wait_event = 'SyncRep'");
	CHECK(!w.done);
	(void)sql(ends);
	return await(&w);
}

/* One more commit; whether it waits for a standby. Those that do are cancelled. */
static bool commit_waits(PGconn *probe)
{
	char query[256];
	PGresult *r;
	bool waits = false;

	if (!PQsendQuery(probe, "SELECT pg_logical_emit_message(true, 'test', '')"))
		abort();
	snprintf(query, sizeof query, "SELECT count(pg_cancel_backend(pid)) > 0 FROM pg_stat_activity WHERE pid = %d AND wait_event = 'SyncRep'", PQbackendPID(probe));
	while (PQconsumeInput(probe) && PQisBusy(probe)) {
		waits |= strcmp(sql(query), "t") == 0;
		pass_a_moment();
	}
	while ((r = PQgetResult(probe)) != NULL)
		PQclear(r);
	return waits;
}

/* That all sessions have read a setting does not make them wait: another process of the database has to read it too, in its own time. */
static void want_standby(bool wanted)
{
	PGconn *probe = PQconnectdb(where());

	(void)sql(wanted ? "ALTER SYSTEM SET synchronous_standby_names = 'nobody'" : "ALTER SYSTEM RESET synchronous_standby_names");
	(void)sql("SELECT pg_reload_conf()");
	PQclear(PQexec(probe, "SET client_min_messages = error; SET synchronous_commit = on"));
	while (PQstatus(probe) == CONNECTION_OK && commit_waits(probe) != wanted)
		pass_a_moment();
	CHECK(PQstatus(probe) == CONNECTION_OK);
	PQfinish(probe);
}

TEST(a_wait_for_a_standby_that_was_cancelled_is_no_acknowledgement)
{
	struct und_act one = act_of(UND_STORE_SIGNATURE, 1, "s1"), two = act_of(UND_STORE_SIGNATURE, 2, "s2");
	struct und_store *s;

	connect_admin();
	(void)sql("ALTER ROLE CURRENT_USER SET synchronous_commit = local"); /* which changes nothing */
	s = begin();
	OK(create(s, "a", letter_a, "one\n"));
	want_standby(true);
	IS(UND_ERR_IO, submit_without_standby(s, &one, "SELECT pg_cancel_backend(pid) " OTHERS " AND wait_event = 'SyncRep'"));
	STR(sql("SELECT count(*) FROM undersigned.waiting"), "1"); /* it is here, and perhaps nowhere else */
	/* asked again it is here already: which is no acknowledgement either, as long as no standby has it */
	IS(UND_ERR_IO, submit_without_standby(s, &one, "SELECT pg_cancel_backend(pid) " OTHERS " AND wait_event = 'SyncRep'"));
	/* the connection is cut during the commit: whether it is there is unknown, and it is not done a second time */
	IS(UND_ERR_IO, submit_without_standby(s, &two, "SELECT pg_terminate_backend(pid) " OTHERS " AND wait_event = 'SyncRep'"));
	want_standby(false);
	SUBMITS(s, letter_a, one, UND_STORE_SAME, false);
	SUBMITS(s, letter_a, two, UND_STORE_SAME, false);
	EQ(waiting_of(s, letter_a), 2);
	und_store_close(s);
	(void)sql("ALTER ROLE CURRENT_USER RESET synchronous_commit");
}

TEST(a_connection_that_breaks_is_made_anew)
{
	struct und_act one = act_of(UND_STORE_SIGNATURE, 1, "s1");
	struct und_store *s = begin();
	uint64_t epoch;

	OK(create(s, "a", letter_a, "one\n"));
	FILE_IS(s, letter_a, "one\n");
	epoch = und_store_epoch(s);
	(void)sql("SELECT count(pg_terminate_backend(pid)) " OTHERS);
	until("SELECT count(*) = 0 " OTHERS);
	SUBMITS(s, letter_a, one, UND_STORE_NEW, false);
	FILE_IS(s, letter_a, "one\n");
	CHECK(und_store_epoch(s) > epoch); /* it may be another server */
	CHECK(und_store_is_shared(s));
	und_store_close(s);
}

/* ---- several servers ---- */

enum { PAIRS = 2000, GROUP = 20 };
struct racer {
	struct und_store *store;
	pthread_barrier_t *barrier;
	const char *line;
	uint8_t *is_new; /* of each tag: how many were told so, by this one */
	enum und_err e;
};

static void *race(void *arg)
{
	struct racer *r = arg;
	struct und_act acts[GROUP];

	for (uint32_t from = 0; from < PAIRS; from += GROUP) {
		for (uint32_t i = 0; i < GROUP; i++)
			acts[i] = act_of(UND_STORE_SIGNATURE, r->line[0] == 'x' ? from + i : from + GROUP - 1 - i, r->line);
		pthread_barrier_wait(r->barrier);
		r->e = r->e != UND_OK ? r->e : submit_acts(r->store, letter_a, acts, GROUP);
		for (uint32_t i = 0; i < GROUP && r->e == UND_OK; i++)
			r->is_new[(uint32_t)acts[i].tag[2] << 8 | acts[i].tag[3]] += acts[i].outcome == UND_STORE_NEW;
	}
	return NULL;
}

TEST(of_two_lines_of_one_tag_at_two_servers_one_is_new)
{
	static uint8_t is_new[2][PAIRS];
	pthread_barrier_t barrier;
	struct und_store *one = begin(), *two = open_store();
	struct racer racers[2] = { { one, &barrier, "x", is_new[0], UND_OK }, { two, &barrier, "y", is_new[1], UND_OK } };
	pthread_t threads[2];
	unsigned won[2] = { 0 };

	OK(create(one, "a", letter_a, "one\n"));
	IS(UND_ERR_LETTER_TAKEN, create(two, "a", letter_b, "two\n"));
	pthread_barrier_init(&barrier, NULL, 2);
	for (int i = 0; i < 2; i++)
		if (pthread_create(&threads[i], NULL, race, &racers[i]) != 0)
			abort();
	for (int i = 0; i < 2; i++) {
		pthread_join(threads[i], NULL);
		OK(racers[i].e);
	}
	for (int i = 0; i < PAIRS; i++) {
		EQ(is_new[0][i] + is_new[1][i], 1);
		won[0] += is_new[0][i];
		won[1] += is_new[1][i];
	}
	printf("# one was first %u times, the other %u times\n", won[0], won[1]);
	EQ(waiting_of(one, letter_a), PAIRS);
	EQ(waiting_of(two, letter_a), PAIRS);
	pthread_barrier_destroy(&barrier);
	und_store_close(one);
	und_store_close(two);
}

struct changing {
	pthread_t thread;
	struct und_store *store;
	const char *to;
	enum und_err e;
};

static void *change(void *arg)
{
	const struct und_bytes was = und_cstr("0");
	struct changing *c = arg;

	c->e = und_store_series_change(c->store, und_cstr("harbour"), &was, und_cstr(c->to));
	return NULL;
}

/* Both want to change what they read, and stand before the row at the same moment: nobody may have it until both are there. */
TEST(no_server_writes_over_a_note_that_another_wrote)
{
	struct changing c[2] = { { .store = begin(), .to = "one" }, { .store = open_store(), .to = "two" } };
	const struct und_bytes was = und_cstr("0");

	OK(und_store_series_change(c[0].store, und_cstr("harbour"), NULL, was));
	IS(UND_ERR_STORE_MOVED, und_store_series_change(c[1].store, und_cstr("harbour"), NULL, und_cstr("1")));
	(void)sql("BEGIN");
	(void)sql("SELECT note FROM undersigned.series FOR UPDATE");
	for (int i = 0; i < 2; i++)
		if (pthread_create(&c[i].thread, NULL, change, &c[i]) != 0)
			abort();
	until("SELECT count(DISTINCT pid) = 2 FROM pg_locks WHERE NOT granted");
	(void)sql("COMMIT");
	for (int i = 0; i < 2; i++)
		pthread_join(c[i].thread, NULL);
	EQ((c[0].e == UND_OK) + (c[1].e == UND_OK), 1);
	IS(UND_ERR_STORE_MOVED, c[0].e == UND_OK ? c[1].e : c[0].e);
	STR(sql("SELECT convert_from(note, 'UTF8') FROM undersigned.series"), c[0].e == UND_OK ? "one" : "two");
	und_store_close(c[0].store);
	und_store_close(c[1].store);
}

TEST(of_two_releases_of_what_waits_one_is_done)
{
	struct und_act acts[] = { act_of(UND_STORE_SIGNATURE, 1, "s1"), act_of(UND_STORE_SIGNATURE, 2, "s2"), act_of(UND_STORE_SIGNATURE, 3, "s3") };
	struct und_store *one = begin(), *two = open_store();

	OK(create(one, "a", letter_a, "one\n"));
	OK(submit_acts(one, letter_a, acts, 2));
	OK(submit_acts(two, letter_a, acts + 2, 1));
	OK(und_store_release(two, letter_a, 1, acts, 3, und_bytes(NULL, 0)));
	IS(UND_ERR_STORE_MOVED, und_store_release(one, letter_a, 1, acts, 3, und_bytes(NULL, 0)));
	FILE_IS(one, letter_a, "one\ns1\ns2\ns3\n");
	SUBMITS(one, letter_a, acts[2], UND_STORE_SAME, true);
	und_store_close(one);
	und_store_close(two);
}

static enum und_err ask_admission(struct und_submission *sub, const struct und_store_crowd *crowd)
{
	*(struct und_store_crowd *)sub->ctx = *crowd;
	return crowd->signatures >= 3 ? UND_ERR_RING_ABOVE_SHARE : UND_OK;
}

TEST(a_batch_is_admitted_by_what_waits_at_that_moment)
{
	struct und_act acts[] = { act_of(UND_STORE_SIGNATURE, 1, "s1"), act_of(UND_STORE_SIGNATURE, 2, "s2"), act_of(UND_STORE_VOTE, 2, "v2"), act_of(UND_STORE_SIGNATURE, 3, "s3"), act_of(UND_STORE_SIGNATURE, 4, "s4") };
	struct und_store_crowd crowd = { 9, 9, 9 };
	struct und_store *one = begin(), *two = open_store();
	struct und_submission sub = { .acts = acts, .count = 3, .admit = ask_admission, .ctx = &crowd };

	memcpy(sub.letter, letter_a, UND_ID_SIZE);
	OK(create(one, "a", letter_a, "one\n"));
	OK(und_store_submit_wait(one, &sub));
	EQ(crowd.generation, 1);
	EQ(crowd.signatures, 0);
	sub.acts = acts + 3;
	sub.count = 1;
	OK(und_store_submit_wait(two, &sub));
	EQ(crowd.signatures, 2);
	EQ(crowd.sum, 3);
	sub.acts = acts + 4;
	IS(UND_ERR_RING_ABOVE_SHARE, und_store_submit_wait(one, &sub));
	EQ(crowd.sum, 6);
	EQ(waiting_of(one, letter_a), 4);
	und_store_close(one);
	und_store_close(two);
}

/* ---- order ---- */

/* How many of the lines stand in the files of a table and of what lies beside it. */
static unsigned lines_in_files(unsigned count)
{
	char path[600], line[64], name[128];
	struct und_buf bytes;
	unsigned found = 0;

	snprintf(name, sizeof name, "%s", sql("SELECT pg_relation_filepath('undersigned.waiting')"));
	snprintf(path, sizeof path, "%s/%s", sql("SHOW data_directory"), name);
	und_buf_init(&bytes, 1 << 30);
	OK(und_file_read(&bytes, path, 1 << 30));
	for (unsigned i = 0; i < count; i++) {
		int n = snprintf(line, sizeof line, "the line of number %06u", i);

		found += memmem(bytes.p, bytes.n, line, (size_t)n) != NULL;
	}
	und_buf_clear(&bytes);
	return found;
}

TEST(what_waits_is_laid_out_by_key_and_what_went_is_not_there)
{
	enum { N = 60 };
	struct und_act acts[N];
	char lines[N][64];
	struct und_store *s = begin();

	OK(create(s, "a", letter_a, "one\n"));
	for (uint32_t i = 0; i < N; i++) {
		snprintf(lines[i], sizeof lines[i], "the line of number %06u", i);
		acts[i] = act_of(UND_STORE_SIGNATURE, i, lines[i]);
	}
	for (uint32_t i = 0; i < N; i++)
		OK(submit_acts(s, letter_a, &acts[i * 37 % N], 1));
	STR(sql("SELECT array_agg(tag ORDER BY ctid) = array_agg(tag ORDER BY tag) FROM undersigned.waiting"), "f");
	SUBMITS(s, letter_a, act_of(UND_STORE_WITHDRAWAL, 5, "w"), UND_STORE_REMOVED, false);
	(void)sql("CHECKPOINT");
	EQ(lines_in_files(N), N); /* it can be seen */
	OK(und_store_tidy(s));
	(void)sql("CHECKPOINT");
	EQ(lines_in_files(N), N - 1);
	STR(sql("SELECT array_agg(tag ORDER BY ctid) = array_agg(tag ORDER BY tag) FROM undersigned.waiting"), "t");
	STR(sql("SELECT count(DISTINCT xmin::text) FROM undersigned.waiting"), "1");
	OK(und_store_release(s, letter_a, 1, acts + 10, 20, und_bytes(NULL, 0)));
	(void)sql("CHECKPOINT");
	EQ(lines_in_files(N), N - 21);
	STR(sql("SELECT count(DISTINCT xmin::text) FROM undersigned.waiting"), "1");
	STR(sql("SELECT count(DISTINCT xmin::text) FROM undersigned.act"), "1");
	und_store_close(s);
}
