/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* postgres_outside.c: what others do in the same database, or with it, while a store is in it: functions of theirs, locks, a server that was killed, another database. cluster.py lends the database */
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>

#include "postgres.h"
#include "store/pg.h"

enum { PATIENCE = 60 };

#define OTHERS "FROM pg_stat_activity WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()"

/* ---- on a thread of its own, since it may never end ---- */

struct call {
	pthread_t thread;
	void (*run)(struct call *call);
	struct und_store *store;
	struct und_act act;
	enum und_err e;
	atomic_bool ended;
};

static void *start(void *arg)
{
	struct call *call = arg;

	call->run(call);
	atomic_store(&call->ended, true);
	return NULL;
}

static void begin_call(struct call *call)
{
	if (pthread_create(&call->thread, NULL, start, call) != 0)
		abort();
}

/* Whether it ends while nobody gives way. */
static bool ends(struct call *call)
{
	time_t end = time(NULL) + PATIENCE;

	while (!atomic_load(&call->ended) && time(NULL) <= end)
		pass_a_moment();
	return atomic_load(&call->ended);
}

static void run_tidy(struct call *call)
{
	call->e = und_store_tidy(call->store);
}

static void run_submit(struct call *call)
{
	call->e = submit_acts(call->store, letter_a, &call->act, 1);
}

static void run_close(struct call *call)
{
	und_store_close(call->store);
}

static void run_open(struct call *call)
{
	const struct und_store_options options = fixture_options();

	call->e = und_store_open(&call->store, where(), &options);
}

/* ---- functions ---- */

TEST(a_function_that_somebody_put_in_the_way_is_not_called)
{
	struct und_act act = act_of(UND_STORE_SIGNATURE, 1, "s1");
	struct und_store *s;

	und_store_close(begin());
	/* fits better than the database's own, which takes any array */
	(void)sql("CREATE FUNCTION public.unnest(bytea[]) RETURNS SETOF bytea LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''somebody else was called''; END'");
	(void)sql("CREATE FUNCTION public.count(bigint) RETURNS bigint LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''somebody else was called''; END'");
	s = open_store();
	OK(create(s, "a", letter_a, "one\n"));
	SUBMITS(s, letter_a, act, UND_STORE_NEW, false);
	OK(und_store_tidy(s));
	und_store_close(s);
	(void)sql("DROP FUNCTION public.unnest(bytea[]); DROP FUNCTION public.count(bigint)");
}

/* ---- locks ---- */

/* A dump of the database holds its tables, for reading, as long as it takes. */
TEST(whoever_reads_the_tables_for_long_keeps_nobody_out)
{
	struct call tidying = { .run = run_tidy }, submitting = { .run = run_submit, .act = act_of(UND_STORE_SIGNATURE, 2, "s2") };
	struct und_store *one = begin(), *two = open_store();
	enum und_err e;

	OK(create(one, "a", letter_a, "one\n"));
	SUBMITS(one, letter_a, act_of(UND_STORE_SIGNATURE, 1, "s1"), UND_STORE_NEW, false);
	(void)sql("BEGIN; SELECT count(*) FROM undersigned.waiting");
	tidying.store = one;
	begin_call(&tidying);
	/* it wants the table for itself, and others stand behind it */
	until("SELECT count(*) > 0 FROM pg_locks WHERE relation = 'undersigned.waiting'::regclass AND mode = 'AccessExclusiveLock' AND NOT granted");
	submitting.store = two;
	begin_call(&submitting);
	CHECK(ends(&submitting));
	CHECK(ends(&tidying));
	(void)sql("ROLLBACK");
	pthread_join(tidying.thread, NULL);
	pthread_join(submitting.thread, NULL);
	OK(submitting.e);
	IS(UND_ERR_IO, tidying.e);
	e = und_store_tidy(one);
	OK(e);
	und_store_close(one);
	und_store_close(two);
}

TEST(a_server_that_starts_while_another_lays_out_cards_does_not_bar_the_way)
{
	struct call opening = { .run = run_open };

	und_store_close(begin());
	(void)sql("BEGIN; LOCK TABLE undersigned.card IN ACCESS EXCLUSIVE MODE");
	begin_call(&opening);
	until("SELECT count(*) > 0 FROM pg_locks WHERE relation = 'undersigned.card'::regclass AND NOT granted");
	(void)sql("LOCK TABLE undersigned.enrolment IN ACCESS EXCLUSIVE MODE");
	(void)sql("COMMIT");
	pthread_join(opening.thread, NULL);
	OK(opening.e);
	if (opening.e == UND_OK)
		und_store_close(opening.store);
}

TEST(a_store_is_closed_while_no_standby_hears_it)
{
	struct call closing = { .run = run_close };
	struct und_store *s = begin();

	OK(create(s, "a", letter_a, "one\n"));
	SUBMITS(s, letter_a, act_of(UND_STORE_SIGNATURE, 1, "s1"), UND_STORE_NEW, false);
	(void)sql("ALTER SYSTEM SET synchronous_standby_names = 'nobody'");
	(void)sql("SELECT pg_reload_conf()");
	until("SELECT current_setting('synchronous_standby_names') = 'nobody'");
	closing.store = s;
	begin_call(&closing);
	CHECK(ends(&closing));
	(void)sql("ALTER SYSTEM RESET synchronous_standby_names");
	(void)sql("SELECT pg_reload_conf()");
	pthread_join(closing.thread, NULL);
}

/* ---- a server that was killed, a database that is another ---- */

#define IN_ORDER "SELECT array_agg(tag ORDER BY ctid) = array_agg(tag ORDER BY tag) FROM undersigned.waiting"

TEST(what_a_killed_server_left_is_laid_out_by_the_next)
{
	struct und_store_options options = fixture_options();
	struct und_store *killed = begin(), *next = NULL;

	OK(create(killed, "a", letter_a, "one\n"));
	SUBMITS(killed, letter_a, act_of(UND_STORE_SIGNATURE, 2, "s2"), UND_STORE_NEW, false);
	SUBMITS(killed, letter_a, act_of(UND_STORE_SIGNATURE, 1, "s1"), UND_STORE_NEW, false);
	STR(sql(IN_ORDER), "f");
	options.quiet_ms = 1;
	OK(und_store_open(&next, where(), &options)); /* the first does nothing any more */
	until(IN_ORDER);
	und_store_close(next);
	und_store_close(killed);
}

TEST(a_database_that_is_empty_is_no_place_to_begin_again)
{
	struct und_act act = act_of(UND_STORE_SIGNATURE, 1, "s1");
	struct und_store *s = begin();

	OK(create(s, "a", letter_a, "one\n"));
	(void)sql("ALTER SCHEMA undersigned RENAME TO elsewhere");
	(void)sql("SELECT count(pg_terminate_backend(pid)) " OTHERS);
	until("SELECT count(*) = 0 " OTHERS);
	/* no letter is dropped because it was reached by another way */
	IS(UND_ERR_STORE_FOREIGN, submit_acts(s, letter_a, &act, 1));
	STR(sql("SELECT count(*) FROM pg_namespace WHERE nspname = 'undersigned'"), "0");
	(void)sql("DROP SCHEMA IF EXISTS undersigned CASCADE; ALTER SCHEMA elsewhere RENAME TO undersigned");
	SUBMITS(s, letter_a, act, UND_STORE_NEW, false);
	und_store_close(s);
}

/* ---- a database that does not answer ---- */

static void connect_anew(struct und_pg *pg)
{
	pg->patience_ms = 0;
	OK(und_pg_connect(pg, where()));
}

/* Given up, and not done again: whether it was done is unknown. */
static void check_given_up(const struct und_pg *pg, enum und_err e)
{
	IS(UND_ERR_IO, e);
	CHECK(pg->lost && !pg->again && !und_pg_is_open(pg));
	STR(pg->said, "no answer in time");
}

TEST(a_question_without_an_answer_is_given_up)
{
	char said[UND_PG_SAID] = "";
	struct und_pg pg = { .said = said };
	int64_t pid = 0;
	struct und_pg_args a;
	struct und_buf much;

	OK(und_pg_load(NULL, 0));
	connect_anew(&pg);
	pg.patience_ms = 100;
	check_given_up(&pg, und_pg_do(&pg, "SELECT pg_sleep(600)"));

	/* a commit: no acknowledgement */
	connect_anew(&pg);
	OK(und_pg_begin(&pg));
	OK(und_pg_do(&pg, "CREATE TEMP TABLE slow (n integer); CREATE FUNCTION pg_temp.slow() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(600); RETURN NULL; END';"
	                  "CREATE CONSTRAINT TRIGGER slow AFTER INSERT ON slow DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION pg_temp.slow(); INSERT INTO slow VALUES (1)"));
	pg.patience_ms = 100;
	check_given_up(&pg, und_pg_commit(&pg));

	/* what it does not even read */
	connect_anew(&pg);
	OK(und_pg_ask(&pid, &pg, "SELECT pg_backend_pid()", NULL));
	und_buf_init(&much, 64 << 20);
	for (uint8_t block[4096] = { 0 }; much.n < 32 << 20;)
		und_buf_add(&much, block, sizeof block);
	und_pg_args(&a);
	und_pg_add(&a, UND_PG_BYTES, und_buf_bytes(&much));
	EQ(kill((pid_t)pid, SIGSTOP), 0);
	pg.patience_ms = 100;
	check_given_up(&pg, und_pg_run(NULL, NULL, &pg, "SELECT length($1)", &a));
	und_pg_close(&pg); /* says goodbye to nobody */
	EQ(kill((pid_t)pid, SIGCONT), 0);
	und_pg_args_clear(&a);
	und_buf_clear(&much);
}
