/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* postgres_schema.c: the tables of the store in a database: versions, keys, what does not agree; which settings of a database are refused, and which are set. cluster.py lends the database */
#include <pthread.h>

#include "postgres.h"
#include "postgres_1.h"
#include "store/pg.h"

/* ---- versions ---- */

TEST(a_newer_schema_and_a_foreign_one_are_refused)
{
	und_store_close(begin());
	(void)sql("UPDATE undersigned.version SET n = n + 1");
	IS(UND_ERR_NEWER, try_open());
	(void)sql("UPDATE undersigned.version SET n = 0");
	IS(UND_ERR_STORE_FOREIGN, try_open());
	(void)sql("DROP TABLE undersigned.version");
	IS(UND_ERR_STORE_FOREIGN, try_open());
	(void)sql("DROP SCHEMA undersigned CASCADE; CREATE SCHEMA undersigned");
	OK(try_open());
	OK(try_open());
}

/* Columns, constraints, indexes and options of all tables. */
static void describe(char out[64])
{
	snprintf(out, 64, "%s", sql(
		"WITH t AS (SELECT oid, relname, reloptions, reltoastrelid FROM pg_class WHERE relnamespace = 'undersigned'::regnamespace AND relkind = 'r')"
		" SELECT md5(string_agg(one, ';' ORDER BY one COLLATE \"C\")) FROM ("
		"SELECT concat_ws(' ', relname, attname, format_type(atttypid, atttypmod), attnotnull, attnum, attstorage, attcollation) AS one FROM t JOIN pg_attribute ON attrelid = t.oid WHERE attnum > 0"
		" UNION ALL SELECT concat_ws(' ', relname, conname, pg_get_constraintdef(c.oid)) FROM t JOIN pg_constraint AS c ON conrelid = t.oid"
		" UNION ALL SELECT pg_get_indexdef(indexrelid) FROM t JOIN pg_index ON indrelid = t.oid"
		" UNION ALL SELECT concat_ws(' ', relname, reloptions, (SELECT reloptions FROM pg_class WHERE oid = t.reltoastrelid)) FROM t) AS all_of_it"));
}

/* What a store made, in the tables of version 1. */
static void go_back_to_version_1(void)
{
	char text[128];

	(void)sql("ALTER SCHEMA undersigned RENAME TO later");
	(void)sql(postgres_1);
	for (size_t i = 0; i < UND_COUNT_OF(postgres_1_tables); i++) {
		snprintf(text, sizeof text, "INSERT INTO undersigned.%s SELECT * FROM later.%s", postgres_1_tables[i], postgres_1_tables[i]);
		(void)sql(text);
	}
	(void)sql("DROP SCHEMA later CASCADE");
	STR(sql("SELECT n FROM undersigned.version"), "1");
}

struct opener {
	struct und_store *store;
	pthread_barrier_t *barrier;
};

static void *open_at_once(void *arg)
{
	struct opener *o = arg;

	pthread_barrier_wait(o->barrier);
	o->store = open_store();
	return NULL;
}

static void open_two_at_once(struct und_store *out[2])
{
	pthread_barrier_t barrier;
	struct opener openers[2] = { { NULL, &barrier }, { NULL, &barrier } };
	pthread_t threads[2];

	pthread_barrier_init(&barrier, NULL, 2);
	for (int i = 0; i < 2; i++)
		if (pthread_create(&threads[i], NULL, open_at_once, &openers[i]) != 0)
			abort();
	for (int i = 0; i < 2; i++) {
		pthread_join(threads[i], NULL);
		out[i] = openers[i].store;
	}
	pthread_barrier_destroy(&barrier);
}

static void fill(struct und_store *s)
{
	struct und_act acts[] = { act_of(UND_STORE_SIGNATURE, 1, "s1"), act_of(UND_STORE_SIGNATURE, 2, "s2"), act_of(UND_STORE_SIGNATURE, 3, "s3") };
	struct und_card cards[] = { card_of(UND_CARD_ADD, 1, "docks", 0, NULL), card_of(UND_CARD_ENROL, 1, NULL, 1, "e") };

	OK(create(s, "a", letter_a, "one\n"));
	OK(submit_acts(s, letter_a, acts, 3));
	OK(und_store_release(s, letter_a, 1, acts, 2, und_bytes(NULL, 0)));
	OK(und_store_series_put(s, und_cstr("harbour"), und_cstr("note")));
	OK(enrol_cards(s, "harbour", cards, 2));
}

static void is_as_filled(struct und_store *s)
{
	struct und_card card = card_of(UND_CARD_FIND, 1, NULL, 0, NULL);

	FILE_IS(s, letter_a, "one\ns1\ns2\n");
	SUBMITS(s, letter_a, act_of(UND_STORE_SIGNATURE, 1, "s1"), UND_STORE_SAME, true);
	SUBMITS(s, letter_a, act_of(UND_STORE_SIGNATURE, 3, "s3"), UND_STORE_SAME, false);
	EQ(waiting_of(s, letter_a), 1);
	OK(enrol_cards(s, "harbour", &card, 1));
	EQ(card.outcome, UND_CARD_DONE);
	EQ(card.state, UND_CARD_USED);
}

TEST(tables_of_version_1_are_brought_up_to_date_once_and_older_servers_are_shut_out)
{
	struct und_store *old = begin(), *two[2];
	char now[64], then[64];
	uint64_t epoch;

	describe(now);
	fill(old);
	epoch = und_store_epoch(old);
	go_back_to_version_1();
	describe(then);
	CHECK(strcmp(now, then) != 0); /* it can be seen */
	open_two_at_once(two);
	PQreset(admin); /* it was shut out too */
	connect_admin();
	describe(then);
	STR(then, now);
	EQ(strtol(sql("SELECT sum(n) FROM undersigned.version"), NULL, 10), UND_PG_SCHEMA_VERSION);
	for (int i = 0; i < 2; i++)
		is_as_filled(two[i]);
	is_as_filled(old); /* which looked at the version again: */
	CHECK(und_store_epoch(old) > epoch);
	und_store_close(two[0]);
	und_store_close(two[1]);
	und_store_close(old);
}

/* So that large tables can be distributed by the letter, or the series; small ones can be everywhere. */
TEST(every_key_begins_with_the_letter_and_a_tag_is_there_once)
{
	und_store_close(begin());
	STR(sql("SELECT string_agg(attrelid::regclass || '.' || attname, ' ' ORDER BY attrelid::regclass::text) FROM pg_index JOIN pg_attribute ON attrelid = indrelid AND attnum = indkey[0]"
	        " JOIN pg_class AS c ON c.oid = indrelid WHERE relnamespace = 'undersigned'::regnamespace AND attname NOT IN ('letter', 'series')"),
	    "undersigned.letter.id undersigned.name.slug undersigned.request.nonce undersigned.series.id undersigned.version.one");
	STR(sql("SELECT count(*) FROM pg_class AS c WHERE relnamespace = 'undersigned'::regnamespace AND relkind = 'r' AND NOT EXISTS (SELECT FROM pg_index WHERE indrelid = c.oid AND indisprimary)"), "0");
	STR(sql("SELECT string_agg(pg_get_constraintdef(oid), ', ' ORDER BY conrelid::regclass::text) FROM pg_constraint WHERE contype = 'p' AND conrelid IN ('undersigned.act'::regclass, 'undersigned.waiting'::regclass)"),
	    "PRIMARY KEY (letter, kind, tag, question), PRIMARY KEY (letter, kind, tag, question)");
}

TEST(tables_that_do_not_agree_are_damaged)
{
	struct und_act act = act_of(UND_STORE_SIGNATURE, 1, "s1");
	struct und_store *s = begin();
	struct und_waiting w = { .count = 0 };
	struct und_buf got;

	OK(create(s, "a", letter_a, "one\n"));
	OK(submit_acts(s, letter_a, &act, 1));
	(void)sql("UPDATE undersigned.piece SET bytes = 'One'::bytea || '\\x0a'");
	IS(UND_ERR_STORE_DAMAGED, file_range(&got, s, letter_a, 0, 9));
	und_buf_clear(&got);
	(void)sql("UPDATE undersigned.waiting SET line = 's2'");
	IS(UND_ERR_STORE_DAMAGED, und_store_waiting(&w, s, letter_a, NULL, 1000));
	und_store_close(s);
	(void)sql("UPDATE undersigned.piece SET bytes = 'longer'");
	IS(UND_ERR_STORE_DAMAGED, try_open());
}

/* ---- what a database would write down ---- */

static enum und_err connect_as(const char *role)
{
	char url[256];
	const char *at = strchr(where(), '@');
	struct und_pg pg = { .c = NULL };
	enum und_err e;

	snprintf(url, sizeof url, "postgresql://%s%s", role, at);
	e = und_pg_connect(&pg, url);
	und_pg_close(&pg);
	return e;
}

static void set_for(const char *role, const char *setting)
{
	char text[256];

	snprintf(text, sizeof text, "ALTER ROLE %s RESET ALL", role);
	(void)sql(text);
	snprintf(text, sizeof text, "ALTER ROLE %s SET %s", role, setting);
	if (setting[0] != '\0')
		(void)sql(text);
}

TEST(a_database_that_would_write_down_moments_is_refused)
{
	static const char *const loud[] = {
		"log_statement = 'mod'", "log_statement = 'ddl'", "log_min_duration_statement = 0", "log_min_duration_sample = 0", "log_duration = on", "log_transaction_sample_rate = 0.5", "log_lock_waits = on", "log_temp_files = 0",
		"log_parser_stats = on", "log_planner_stats = on", "log_executor_stats = on", "log_statement_stats = on", "log_min_messages = debug2", "auto_explain.log_min_duration = 0", "pgaudit.log = 'write'",
	};
	char both[256];

	und_store_close(begin());
	(void)sql("DROP ROLE IF EXISTS plain; CREATE ROLE plain LOGIN");
	OK(connect_as("plain"));
	for (size_t i = 0; i < UND_COUNT_OF(loud); i++) {
		set_for("plain", loud[i]);
		IS(UND_ERR_STORE_LOGS, connect_as("plain"));
	}
	/* nothing of its sessions comes into the log */
	snprintf(both, sizeof both, "log_statement = 'all'; ALTER ROLE plain SET log_min_messages = panic");
	set_for("plain", both);
	OK(connect_as("plain"));
	/* whoever may change it does */
	set_for("und", loud[0]);
	OK(connect_as("und"));
	set_for("und", "");
	/* of the whole server, whoever asks */
	(void)sql("ALTER SYSTEM SET log_checkpoints = on");
	(void)sql("SELECT pg_reload_conf()");
	until("SELECT current_setting('log_checkpoints') = 'on'");
	IS(UND_ERR_STORE_LOGS, connect_as("und"));
	(void)sql("ALTER SYSTEM RESET log_checkpoints");
	(void)sql("SELECT pg_reload_conf()");
	until("SELECT current_setting('log_checkpoints') = 'off'");
	(void)sql("DROP ROLE plain");
}

TEST(a_database_that_does_not_wait_for_its_disk_is_refused)
{
	char said[UND_PG_SAID] = "";
	struct und_pg pg = { .said = said };

	und_store_close(begin());
	(void)sql("ALTER SYSTEM SET fsync = off");
	(void)sql("SELECT pg_reload_conf()");
	until("SELECT current_setting('fsync') = 'off'");
	IS(UND_ERR_IO, und_pg_connect(&pg, where()));
	CHECK(strstr(said, "fsync = on") != NULL && pg.c == NULL);
	(void)sql("ALTER SYSTEM RESET fsync");
	(void)sql("SELECT pg_reload_conf()");
	until("SELECT current_setting('fsync') = 'on'");
	OK(und_pg_connect(&pg, where()));
	und_pg_close(&pg);
}

TEST(every_transaction_waits_for_the_disk_and_the_disk_of_standbys)
{
	static const char *const roles[][2] = { { "off", "on" }, { "local", "on" }, { "remote_write", "on" }, { "on", "on" }, { "remote_apply", "remote_apply" } };
	struct und_pg pg = { .c = NULL };
	char text[128];
	int64_t n;

	und_store_close(begin());
	for (size_t i = 0; i < UND_COUNT_OF(roles); i++) {
		snprintf(text, sizeof text, "ALTER ROLE CURRENT_USER SET synchronous_commit = %s", roles[i][0]);
		(void)sql(text);
		OK(und_pg_connect(&pg, where()));
		OK(und_pg_begin(&pg));
		snprintf(text, sizeof text, "SELECT (current_setting('synchronous_commit') = '%s')::integer", roles[i][1]);
		OK(und_pg_ask(&n, &pg, text, NULL));
		EQ(n, 1);
		und_pg_rollback(&pg);
		und_pg_close(&pg);
	}
	(void)sql("ALTER ROLE CURRENT_USER RESET synchronous_commit");
}
