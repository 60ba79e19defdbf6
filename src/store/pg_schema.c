/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* pg_schema.c: the tables, made and brought up to date; whether they agree */
#include "store/pg.h"

/*
 * The i-th step leads from version i to i + 1, and is never changed once it was released: test/store/postgres.c holds what version 1 was, to the letter. Every key begins with the letter, or the series, but
 * those of the small tables: of a short name, of a request. Bytes are kept as they are (EXTERNAL: neither compressed nor in the rows). What is rewritten needs no autovacuum, which would only be in the way.
 * kind 0 signature, 1 withdrawal, 2 vote; digests: store/sqlite.h's (und_sql_seal), of an act that stands SHA-256 of its line.
 */
static const char *const steps[UND_PG_SCHEMA_VERSION] = {
	"CREATE TABLE undersigned.letter ("
	" id bytea NOT NULL PRIMARY KEY CHECK (length(id) = 32),"
	" generation bigint NOT NULL CHECK (generation >= 1),"
	" size bigint NOT NULL CHECK (size >= 0),"
	" note bytea NOT NULL);"
	"CREATE TABLE undersigned.name ("
	" slug text COLLATE \"C\" NOT NULL PRIMARY KEY CHECK (length(slug) BETWEEN 1 AND 64),"
	" letter bytea NOT NULL);"
	"CREATE TABLE undersigned.segment ("
	" letter bytea NOT NULL,"
	" generation bigint NOT NULL,"
	" size bigint NOT NULL,"
	" PRIMARY KEY (letter, generation));"
	"CREATE TABLE undersigned.piece ("
	" letter bytea NOT NULL,"
	" start bigint NOT NULL,"
	" bytes bytea NOT NULL CHECK (length(bytes) BETWEEN 1 AND 32768),"
	" digest bytea NOT NULL CHECK (length(digest) = 32),"
	" PRIMARY KEY (letter, start));"
	"ALTER TABLE undersigned.piece ALTER COLUMN bytes SET STORAGE EXTERNAL;"
	"CREATE TABLE undersigned.act ("
	" letter bytea NOT NULL,"
	" kind bigint NOT NULL CHECK (kind BETWEEN 0 AND 2),"
	" tag bytea NOT NULL CHECK (length(tag) = 32),"
	" question bytea NOT NULL CHECK (length(question) = 32),"
	" digest bytea NOT NULL CHECK (length(digest) = 32),"
	" PRIMARY KEY (letter, kind, tag, question));"
	"CREATE TABLE undersigned.waiting ("
	" letter bytea NOT NULL,"
	" kind bigint NOT NULL CHECK (kind BETWEEN 0 AND 2),"
	" tag bytea NOT NULL CHECK (length(tag) = 32),"
	" question bytea NOT NULL CHECK (length(question) = 32),"
	" line bytea NOT NULL CHECK (length(line) >= 1),"
	" digest bytea NOT NULL CHECK (length(digest) = 32),"
	" PRIMARY KEY (letter, kind, tag, question)) WITH (autovacuum_enabled = false, toast.autovacuum_enabled = false);"
	"ALTER TABLE undersigned.waiting ALTER COLUMN line SET STORAGE EXTERNAL;"
	"CREATE TABLE undersigned.series ("
	" id text COLLATE \"C\" NOT NULL PRIMARY KEY CHECK (length(id) BETWEEN 1 AND 32),"
	" note bytea NOT NULL);"
	/* state 0 unused, 1 used, 2 void; key: by which the enrolment is found; NULL: used elsewhere */
	"CREATE TABLE undersigned.card ("
	" series text COLLATE \"C\" NOT NULL,"
	" code bytea NOT NULL CHECK (length(code) = 32),"
	" body text COLLATE \"C\" NOT NULL CHECK (length(body) BETWEEN 1 AND 32),"
	" state bigint NOT NULL CHECK (state BETWEEN 0 AND 2),"
	" key bytea CHECK (key IS NULL OR (state = 1 AND length(key) = 32)),"
	" PRIMARY KEY (series, code)) WITH (autovacuum_enabled = false);"
	"CREATE TABLE undersigned.enrolment ("
	" series text COLLATE \"C\" NOT NULL,"
	" key bytea NOT NULL,"
	" code bytea NOT NULL,"
	" line bytea NOT NULL,"
	" digest bytea NOT NULL CHECK (length(digest) = 32),"
	" PRIMARY KEY (series, key, code)) WITH (autovacuum_enabled = false, toast.autovacuum_enabled = false);"
	"ALTER TABLE undersigned.enrolment ALTER COLUMN line SET STORAGE EXTERNAL;"
	/* requests that dropped a letter, while their day may still be taken */
	"CREATE TABLE undersigned.request ("
	" nonce bytea NOT NULL PRIMARY KEY CHECK (length(nonce) = 32),"
	" day bigint NOT NULL);"
	"CREATE TABLE undersigned.version (one bigint NOT NULL PRIMARY KEY CHECK (one = 1), n bigint NOT NULL);"
	"INSERT INTO undersigned.version VALUES (1, 1)",
	/* a letter is found among the short names by itself; the log tells nothing of when what was swept (log_autovacuum_min_duration of the whole server does not count then) */
	"CREATE UNIQUE INDEX name_letter ON undersigned.name (letter);"
	"DO $$ DECLARE one text; BEGIN"
	" FOREACH one IN ARRAY ARRAY['letter', 'name', 'segment', 'piece', 'act', 'waiting', 'series', 'card', 'enrolment', 'request', 'version'] LOOP"
	" EXECUTE format('ALTER TABLE undersigned.%I SET (log_autovacuum_min_duration = -1, toast.log_autovacuum_min_duration = -1)', one);"
	" END LOOP; END $$",
};

/*
 * Whoever waits for a table alone keeps out all who come behind, and who holds it may hold it for long: a dump, somebody who looks at it. So nobody waits for long: it is done the next time.
 *
 * Into temporary tables, which no log holds, and back in the order of the keys. They go with the transaction: a connection that had some at its end would have to commit that they are gone, and wait for a standby
 * that is away.
 */
#define NOT_FOR_LONG "SET LOCAL lock_timeout = '3s';"
const char und_pg_waiting_alone[] = NOT_FOR_LONG "LOCK TABLE undersigned.waiting IN ACCESS EXCLUSIVE MODE";
const char und_pg_rewrite_waiting[] =
	NOT_FOR_LONG
	"LOCK TABLE undersigned.waiting IN ACCESS EXCLUSIVE MODE;"
	"CREATE TEMPORARY TABLE waiting (LIKE undersigned.waiting INCLUDING STORAGE) ON COMMIT DROP;"
	"INSERT INTO pg_temp.waiting SELECT * FROM undersigned.waiting;"
	"TRUNCATE undersigned.waiting;"
	"INSERT INTO undersigned.waiting SELECT * FROM pg_temp.waiting ORDER BY letter, kind, tag, question";
const char und_pg_rewrite_cards[] =
	NOT_FOR_LONG
	"LOCK TABLE undersigned.card, undersigned.enrolment IN ACCESS EXCLUSIVE MODE;"
	"CREATE TEMPORARY TABLE card (LIKE undersigned.card) ON COMMIT DROP;"
	"CREATE TEMPORARY TABLE enrolment (LIKE undersigned.enrolment INCLUDING STORAGE) ON COMMIT DROP;"
	"INSERT INTO pg_temp.card SELECT * FROM undersigned.card;"
	"INSERT INTO pg_temp.enrolment SELECT * FROM undersigned.enrolment;"
	"TRUNCATE undersigned.card, undersigned.enrolment;"
	"INSERT INTO undersigned.card SELECT * FROM pg_temp.card ORDER BY series, code;"
	"INSERT INTO undersigned.enrolment SELECT * FROM pg_temp.enrolment ORDER BY series, key, code";

/* What lies there: nothing yet (0), or ours of this or an older version. */
static enum und_err identify(int64_t *version, struct und_pg *pg)
{
	int64_t tables = 0, ours = 0;
	enum und_err e;

	if ((e = und_pg_ask(&tables, pg, "SELECT count(*) FROM pg_catalog.pg_class WHERE relnamespace = to_regnamespace('undersigned')", NULL)) != UND_OK)
		return e;
	*version = 0;
	if (tables == 0)
		return UND_OK;
	if ((e = und_pg_ask(&ours, pg, "SELECT count(*) FROM pg_catalog.pg_attribute WHERE attrelid = to_regclass('undersigned.version') AND attname IN ('one', 'n') AND atttypid = 'bigint'::regtype",
	                    NULL)) != UND_OK)
		return e;
	if (ours != 2)
		return UND_ERR_STORE_FOREIGN;
	if ((e = und_pg_ask(version, pg, "SELECT n FROM undersigned.version", NULL)) != UND_OK)
		return e;
	return *version < 1 ? UND_ERR_STORE_FOREIGN : *version > UND_PG_SCHEMA_VERSION ? UND_ERR_NEWER : UND_OK;
}

/*
 * Servers of an older version know nothing of what comes: their sessions end (those of our role, which may), new ones wait for this transaction when they ask for the version, and are refused
 * (UND_ERR_NEWER).
 */
static enum und_err shut_out(struct und_pg *pg)
{
	enum und_err e;

	if ((e = und_pg_do(pg, "LOCK TABLE undersigned.version IN ACCESS EXCLUSIVE MODE")) != UND_OK)
		return e;
	return und_pg_do(pg, "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database() AND usename = current_user AND pid <> pg_backend_pid()");
}

/* Of servers that start at once, one does it. */
static enum und_err migrate(struct und_pg *pg)
{
	const struct und_bytes name = und_cstr("schema");
	struct und_pg_args a;
	int64_t version;
	enum und_err e;

	if ((e = und_pg_lock(pg, UND_PG_LOCK_SCHEMA, &name, 1)) != UND_OK)
		return e;
	if ((e = identify(&version, pg)) != UND_OK || version == UND_PG_SCHEMA_VERSION)
		return e;
	/* a schema that was made for us, since we may make none in this database, does as well */
	if (version == 0 && (e = und_pg_do(pg, "DO $$ BEGIN IF to_regnamespace('undersigned') IS NULL THEN CREATE SCHEMA undersigned; END IF; END $$")) != UND_OK)
		return e;
	if (version != 0 && (e = shut_out(pg)) != UND_OK)
		return e;
	for (int64_t i = version; i < UND_PG_SCHEMA_VERSION; i++)
		if ((e = und_pg_do(pg, steps[i])) != UND_OK)
			return e;
	und_pg_args(&a);
	und_pg_add_number(&a, UND_PG_SCHEMA_VERSION);
	e = und_pg_run(NULL, NULL, pg, "UPDATE undersigned.version SET n = $1", &a);
	und_pg_args_clear(&a);
	return e;
}

enum und_err und_pg_schema(struct und_pg *pg, bool may_make)
{
	int64_t version;
	enum und_err e;

	if ((e = identify(&version, pg)) != UND_OK || version == UND_PG_SCHEMA_VERSION)
		return e;
	if (version == 0 && !may_make)
		return UND_ERR_STORE_FOREIGN;
	if ((e = und_pg_begin(pg)) != UND_OK)
		return e;
	if ((e = migrate(pg)) == UND_OK)
		return und_pg_commit(pg);
	und_pg_rollback(pg);
	return e;
}

enum und_err und_pg_check(struct und_pg *pg)
{
	static const char *const none[] = {
		"SELECT count(*) FROM undersigned.letter AS l WHERE size <> coalesce((SELECT sum(length(bytes)) FROM undersigned.piece WHERE letter = l.id), 0)"
		" OR size IS DISTINCT FROM (SELECT size FROM undersigned.segment WHERE letter = l.id AND generation = l.generation)"
		" OR NOT EXISTS (SELECT FROM undersigned.name WHERE letter = l.id)",
		"SELECT count(*) FROM undersigned.waiting JOIN undersigned.act USING (letter, kind, tag, question)",
		"SELECT count(*) FROM undersigned.waiting WHERE letter NOT IN (SELECT id FROM undersigned.letter)",
		/* card stands first, and is locked first, as by who lays both out anew */
		"SELECT count(*) FROM undersigned.card AS c RIGHT JOIN undersigned.enrolment AS e ON c.series = e.series AND c.code = e.code AND c.key = e.key WHERE c.code IS NULL",
	};
	int64_t wrong;
	enum und_err e;

	for (size_t i = 0; i < UND_COUNT_OF(none); i++) {
		if ((e = und_pg_ask(&wrong, pg, none[i], NULL)) != UND_OK)
			return e;
		if (wrong != 0)
			return UND_ERR_STORE_DAMAGED;
	}
	return UND_OK;
}
