/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* pg_sql.c: a connection to PostgreSQL that keeps quiet, and what may be believed of its answers */
#include "store/pg_sql.h"
#include "store/queue.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>

/* ---- errors ---- */

static bool begins(const char *state, const char *with)
{
	return strncmp(state, with, strlen(with)) == 0;
}

/* state: SQLSTATE, or "" when no answer came. */
static enum und_err error_of(const char *state)
{
	if (begins(state, "53100"))
		return UND_ERR_STORE_FULL;
	if (begins(state, "53200"))
		return UND_ERR_MEMORY;
	if (begins(state, "23") || begins(state, "XX001") || begins(state, "XX002"))
		return UND_ERR_STORE_DAMAGED; /* everything is looked at before it is written */
	if (begins(state, "42P01") || begins(state, "42703") || begins(state, "3F000") || begins(state, "42P07"))
		return UND_ERR_STORE_FOREIGN;
	return UND_ERR_IO;
}

static void say(struct und_pg *pg, const char *text)
{
	size_t n = 0;

	if (pg->said == NULL)
		return;
	for (; *text != '\0' && n + 1 < UND_PG_SAID; text++)
		if (*text != '\n' || n != 0)
			pg->said[n++] = (char)(*text == '\n' || *text == '\t' ? ' ' : *text);
	while (n > 0 && pg->said[n - 1] == ' ')
		n--;
	pg->said[n] = '\0';
}

static enum und_err failed(struct und_pg *pg, const PGresult *r)
{
	const char *state = r != NULL ? und_pq.PQresultErrorField(r, PG_DIAG_SQLSTATE) : NULL;
	enum und_err e;

	state = state != NULL ? state : "";
	say(pg, pg->late ? "no answer in time" : r != NULL ? und_pq.PQresultErrorMessage(r) : und_pq.PQerrorMessage(pg->c));
	pg->lost |= pg->late || und_pq.PQstatus(pg->c) != CONNECTION_OK;
	/* deadlock, serialization, a server that ends or has become a standby */
	pg->again = (pg->lost && !pg->late) || begins(state, "40") || begins(state, "57P0") || begins(state, "25006");
	if (begins(state, "57P0") || begins(state, "25006"))
		pg->lost = true;
	e = r == NULL && !pg->lost ? UND_ERR_MEMORY : error_of(state);
	errno = EIO;
	return e;
}

/* ---- connecting ---- */

static void take_notice(void *arg, const PGresult *r)
{
	const char *severity = und_pq.PQresultErrorField(r, PG_DIAG_SEVERITY_NONLOCALIZED);
	struct und_pg *pg = arg;

	pg->warned |= severity == NULL || strcmp(severity, "WARNING") == 0;
}

void und_pg_moved(struct und_pg *pg)
{
	if (pg->c != NULL)
		(void)und_pq.PQsetNoticeReceiver(pg->c, take_notice, pg);
}

void und_pg_close(struct und_pg *pg)
{
	if (pg->c != NULL)
		und_pq.PQfinish(pg->c);
	pg->c = NULL;
}

bool und_pg_is_open(const struct und_pg *pg)
{
	return pg->c != NULL && !pg->lost && und_pq.PQstatus(pg->c) == CONNECTION_OK;
}

/*
 * What the server would note of us. Those that only some roles may set are tried one by one; what is so in spite of it is asked afterwards. hashjoin, mergejoin: all we ask is asked by key, whatever a
 * planner without statistics believes.
 */
static const char quiet[] =
	"SET search_path = pg_catalog, pg_temp;" /* functions that somebody else made are not called, however well they fit */
	"SET application_name = '';"
	"SET client_min_messages = warning;"
	"SET client_encoding = 'UTF8';"
	"SET log_parameter_max_length_on_error = 0;"
	"SET debug_print_parse = off; SET debug_print_rewritten = off; SET debug_print_plan = off;"
	"SET idle_in_transaction_session_timeout = '30s';" /* whoever stops in the middle holds nobody up for long */
	"SET default_transaction_read_only = off;"
	"SET enable_hashjoin = off; SET enable_mergejoin = off;"
	"SET jit = off;"
	"DO $$ DECLARE one text; BEGIN"
	" FOREACH one IN ARRAY ARRAY['log_min_messages=panic', 'log_statement=none', 'log_min_duration_statement=-1', 'log_min_duration_sample=-1', 'log_duration=off', 'log_transaction_sample_rate=0',"
	" 'log_lock_waits=off', 'log_temp_files=-1', 'log_parser_stats=off', 'log_planner_stats=off', 'log_executor_stats=off', 'log_statement_stats=off',"
	" 'log_parameter_max_length=0', 'log_min_error_statement=panic', 'log_error_verbosity=terse', 'track_activities=off'] LOOP"
	" BEGIN PERFORM set_config(split_part(one, '=', 1), split_part(one, '=', 2), false);"
	" EXCEPTION WHEN insufficient_privilege THEN NULL; END; END LOOP; END $$";

/*
 * The settings by which the moments of what is asked would be written down, each with what it should be: NULL when there is none. The last two columns: what is fine, the first of it recommended; whether it
 * is of the whole server, whose log a session's own threshold does not keep shut. log_statement = ddl: what waits is laid out anew by such, two seconds after somebody came. log_checkpoints: a line for every few minutes in which something came. Those with a dot: of extensions, where they are there.
 */
static const char loud[] =
	"SELECT 'set ' || string_agg(name || ' = ' || split_part(fine, ' ', 1), ', '), current_setting('fsync') FROM (VALUES ('log_checkpoints', 'off', true), ('track_commit_timestamp', 'off', true), ('log_statement', 'none', false),"
	" ('log_min_duration_statement', '-1', false), ('log_min_duration_sample', '-1', false), ('log_duration', 'off', false), ('log_transaction_sample_rate', '0', false), ('log_lock_waits', 'off', false),"
	" ('log_temp_files', '-1', false), ('log_parser_stats', 'off', false), ('log_planner_stats', 'off', false), ('log_executor_stats', 'off', false), ('log_statement_stats', 'off', false),"
	" ('log_min_messages', 'warning info notice error log fatal panic', false), ('auto_explain.log_min_duration', '-1', false), ('pgaudit.log', 'none', false)) AS s (name, fine, everywhere)"
	" WHERE current_setting(name, true) <> ALL (string_to_array(fine, ' ')) AND (everywhere OR current_setting('log_min_messages') NOT IN ('fatal', 'panic'))";

static enum und_err check_quiet(struct und_pg *pg)
{
	char text[UND_PG_SAID];
	struct und_bytes settings;
	PGresult *r = NULL;
	enum und_err e;

	if ((e = und_pg_run(&r, NULL, pg, loud, NULL)) != UND_OK)
		return e;
	settings = und_pq.PQntuples(r) == 1 ? und_pg_bytes(r, 0, 0) : und_cstr("");
	if (settings.p != NULL) {
		snprintf(text, sizeof text, "%.*s", (int)settings.n, (const char *)settings.p);
		say(pg, text);
		e = UND_ERR_STORE_LOGS;
	} else if (und_pq.PQntuples(r) == 1 && !und_bytes_is(und_pg_bytes(r, 0, 1), "on")) {
		say(pg, "set fsync = on: without it a cut of the power takes back what was answered as kept");
		errno = EIO;
		e = UND_ERR_IO;
	}
	und_pq.PQclear(r);
	return e;
}

static enum und_err set_up(struct und_pg *pg)
{
	enum und_err e;

	if (und_pq.PQstatus(pg->c) != CONNECTION_OK) {
		say(pg, und_pq.PQerrorMessage(pg->c));
		errno = EIO;
		return UND_ERR_IO;
	}
	und_pg_moved(pg);
	if (und_pq.PQsetnonblocking(pg->c, 1) != 0)
		return UND_ERR_IO;
	if ((e = und_pg_do(pg, quiet)) != UND_OK)
		return e;
	return check_quiet(pg);
}

enum und_err und_pg_connect(struct und_pg *pg, const char *where)
{
	/* what stands in where comes later, and wins */
	static const char *const names[] = { "connect_timeout", "keepalives_idle", "keepalives_interval", "keepalives_count", "tcp_user_timeout", "target_session_attrs", "dbname", NULL };
	const char *const values[] = { "10", "10", "5", "3", "20000", "read-write", where, NULL };
	enum und_err e;

	und_pg_close(pg);
	pg->lost = pg->again = pg->warned = pg->late = false;
	pg->c = und_pq.PQconnectdbParams(names, values, 1);
	if (pg->c == NULL)
		return UND_ERR_MEMORY;
	if ((e = set_up(pg)) != UND_OK)
		und_pg_close(pg);
	return e;
}

/* ---- statements ---- */

/* Until the socket may be read, or written where events say so. false: it is too late. */
static bool await(struct und_pg *pg, short events, int64_t deadline)
{
	struct pollfd fd = { .fd = und_pq.PQsocket(pg->c), .events = events };
	int64_t left;
	int n;

	do {
		left = deadline - und_monotonic_ms();
		n = left <= 0 ? 0 : poll(&fd, 1, left < INT_MAX ? (int)left : INT_MAX);
	} while (n < 0 && errno == EINTR);
	pg->late |= n == 0;
	return n > 0;
}

/* What was asked goes out. */
static bool send_all(struct und_pg *pg, int64_t deadline)
{
	int rest;

	while ((rest = und_pq.PQflush(pg->c)) == 1)
		if (!await(pg, POLLIN | POLLOUT, deadline) || !und_pq.PQconsumeInput(pg->c))
			return false;
	return rest == 0;
}

/* The next result is there, or there is none any more. */
static bool await_result(struct und_pg *pg, int64_t deadline)
{
	while (und_pq.PQisBusy(pg->c))
		if (!await(pg, POLLIN, deadline) || !und_pq.PQconsumeInput(pg->c))
			return false;
	return true;
}

/* What came of what was sent: of several statements the last, or the one that failed. NULL: nothing, or not in time. A connection of which no answer came in time is used no more. */
static PGresult *answer(struct und_pg *pg, int sent)
{
	int64_t deadline = und_monotonic_ms() + (pg->patience_ms != 0 ? pg->patience_ms : UND_PG_PATIENCE_MS);
	PGresult *r = NULL, *next;
	bool whole;

	if (sent == 0)
		return NULL;
	whole = send_all(pg, deadline) && await_result(pg, deadline);
	while (whole && (next = und_pq.PQgetResult(pg->c)) != NULL) {
		whole = await_result(pg, deadline);
		if (r != NULL && und_pq.PQresultStatus(r) == PGRES_FATAL_ERROR) {
			und_pq.PQclear(next);
			continue;
		}
		und_pq.PQclear(r);
		r = next;
	}
	if (whole || (r != NULL && und_pq.PQresultStatus(r) == PGRES_FATAL_ERROR && !pg->late))
		return r;
	und_pq.PQclear(r); /* one came, and then no more */
	pg->lost = true;
	return NULL;
}

static PGresult *ask(struct und_pg *pg, const char *sql)
{
	return answer(pg, und_pq.PQsendQuery(pg->c, sql));
}

enum und_err und_pg_run(PGresult **out, uint64_t *changed, struct und_pg *pg, const char *sql, const struct und_pg_args *a)
{
	int binary[UND_PG_ARGS];
	PGresult *r;
	enum und_err e = UND_OK;

	if (a != NULL && a->err != UND_OK)
		return a->err;
	for (int i = 0; i < UND_PG_ARGS; i++)
		binary[i] = 1;
	if (a != NULL)
		r = answer(pg, und_pq.PQsendQueryParams(pg->c, sql, a->n, a->types, a->values, a->lengths, binary, 1));
	else
		r = answer(pg, und_pq.PQsendQueryParams(pg->c, sql, 0, NULL, NULL, NULL, NULL, 1));
	if (und_pq.PQresultStatus(r) != PGRES_COMMAND_OK && und_pq.PQresultStatus(r) != PGRES_TUPLES_OK)
		e = failed(pg, r);
	if (e == UND_OK && changed != NULL) {
		*changed = 0;
		for (const char *p = und_pq.PQcmdTuples(r); *p != '\0'; p++)
			*changed = *changed * 10 + (uint64_t)(*p - '0');
	}
	if (e == UND_OK && out != NULL)
		*out = r;
	else
		und_pq.PQclear(r);
	return e;
}

enum und_err und_pg_do(struct und_pg *pg, const char *sql)
{
	PGresult *r = ask(pg, sql);
	enum und_err e = UND_OK;

	if (und_pq.PQresultStatus(r) != PGRES_COMMAND_OK && und_pq.PQresultStatus(r) != PGRES_TUPLES_OK)
		e = failed(pg, r);
	und_pq.PQclear(r);
	return e;
}

enum und_err und_pg_ask(int64_t *out, struct und_pg *pg, const char *sql, const struct und_pg_args *a)
{
	PGresult *r;
	enum und_err e;

	if ((e = und_pg_run(&r, NULL, pg, sql, a)) != UND_OK)
		return e;
	if (und_pq.PQntuples(r) == 0 || und_pq.PQgetisnull(r, 0, 0))
		e = UND_ERR_STORE_DAMAGED;
	else
		*out = und_pg_number(r, 0, 0);
	und_pq.PQclear(r);
	return e;
}

/* ---- transactions ---- */

enum und_err und_pg_begin(struct und_pg *pg)
{
	pg->again = false;
	/* certain as well where a role, or whoever keeps sessions for us, would have it less so; remote_apply is more */
	return und_pg_do(pg, "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;"
	                 "SELECT set_config('synchronous_commit', CASE current_setting('synchronous_commit') WHEN 'remote_apply' THEN 'remote_apply' ELSE 'on' END, true)");
}

enum und_err und_pg_commit(struct und_pg *pg)
{
	PGresult *r;
	bool sure;

	pg->warned = false;
	r = ask(pg, "COMMIT");
	/* a transaction that had failed says ROLLBACK here, without an error */
	sure = und_pq.PQresultStatus(r) == PGRES_COMMAND_OK && strcmp(und_pq.PQcmdStatus(r), "COMMIT") == 0 && !pg->warned;
	if (!sure) {
		(void)failed(pg, r);
		pg->lost |= und_pq.PQtransactionStatus(pg->c) != PQTRANS_IDLE; /* one that is still open must not go on disk with the next */
	}
	und_pq.PQclear(r);
	pg->again = false;
	errno = EIO;
	return sure ? UND_OK : UND_ERR_IO;
}

void und_pg_rollback(struct und_pg *pg)
{
	bool again = pg->again, lost = pg->lost;

	if (!lost && und_pq.PQtransactionStatus(pg->c) != PQTRANS_IDLE && und_pg_do(pg, "ROLLBACK") != UND_OK)
		lost = true; /* the server ends it with the connection */
	pg->again = again;
	pg->lost = lost;
}

enum und_err und_pg_beat(struct und_pg *pg)
{
	return und_pg_do(pg, "SELECT pg_logical_emit_message(true, 'undersigned', '')");
}
