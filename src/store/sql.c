/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* sql.c: SQLite's calls as ours */
#include <errno.h>
#include <stdarg.h>

#include "base/hash.h"
#include "store/sql.h"

/* A quota and the longest file are full disks too; SQLite only knows ENOSPC. */
static bool is_full(int why)
{
	return why == ENOSPC || why == EDQUOT || why == EFBIG;
}

enum und_err und_sql_error(sqlite3 *db, int rc)
{
	bool full = is_full(errno); /* of a COMMIT that failed SQLite does not keep why: errno still says it */
	int why = db != NULL ? sqlite3_system_errno(db) : 0;

	switch (rc & 0xff) {
	case SQLITE_NOMEM:
		return UND_ERR_MEMORY;
	case SQLITE_FULL:
		return UND_ERR_STORE_FULL;
	case SQLITE_CORRUPT:
	case SQLITE_CONSTRAINT: /* everything is looked at before it is written */
		return UND_ERR_STORE_DAMAGED;
	case SQLITE_NOTADB:
		return UND_ERR_STORE_FOREIGN;
	case SQLITE_IOERR:
	case SQLITE_CANTOPEN:
		if (rc == SQLITE_IOERR_NOMEM)
			return UND_ERR_MEMORY;
		if (full || is_full(why))
			return UND_ERR_STORE_FULL;
		if (rc == SQLITE_IOERR_CORRUPTFS)
			return UND_ERR_STORE_DAMAGED;
		break;
	case SQLITE_MISUSE:
	case SQLITE_RANGE:
		und_bug(__FILE__, __LINE__);
	default:
		break;
	}
	errno = why != 0 ? why : EIO;
	return UND_ERR_IO;
}

enum und_err und_sql_open(sqlite3 **out, const char *path, bool read_only)
{
	int flags = (read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE) | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE | SQLITE_OPEN_EXRESCODE;
	sqlite3 *db = NULL;
	enum und_err e;
	int rc;

	rc = sqlite3_open_v2(path, &db, flags, NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_busy_timeout(db, UND_SQL_BUSY_MS);
	if (rc == SQLITE_OK)
		rc = sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	/* sorters stay in memory: no temporary file keeps what should be forgotten */
	e = rc == SQLITE_OK ? und_sql_exec(db, "PRAGMA temp_store = MEMORY; PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON") : und_sql_error(db, rc);
	if (e != UND_OK) {
		(void)sqlite3_close(db);
		return e;
	}
	*out = db;
	return UND_OK;
}

/*
 * Going back must need no memory, or what was refused would stay in a transaction that nobody can end: its statement is prepared before each transaction (an older one
 * ends with a change of the schema). The connection keeps it.
 */
static const char rollback[] = "ROLLBACK";

static sqlite3_stmt *rollback_of(sqlite3 *db)
{
	sqlite3_stmt *st = sqlite3_next_stmt(db, NULL);

	while (st != NULL && strcmp(sqlite3_sql(st), rollback) != 0)
		st = sqlite3_next_stmt(db, st);
	return st;
}

void und_sql_close(sqlite3 *db, sqlite3_stmt **statements, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		(void)sqlite3_finalize(statements[i]); /* repeats the error of its last step */
		statements[i] = NULL;
	}
	(void)sqlite3_finalize(rollback_of(db));
	und_bug_if(sqlite3_close(db) != SQLITE_OK); /* a statement is left */
}

enum und_err und_sql_prepare(sqlite3_stmt **statements, sqlite3 *db, const char *const *texts, size_t count)
{
	int rc;

	for (size_t i = 0; i < count; i++) {
		rc = sqlite3_prepare_v3(db, texts[i], -1, SQLITE_PREPARE_PERSISTENT, &statements[i], NULL);
		if (rc != SQLITE_OK)
			return und_sql_error(db, rc);
	}
	return UND_OK;
}

enum und_err und_sql_exec(sqlite3 *db, const char *sql)
{
	int rc;

	errno = 0;
	rc = sqlite3_exec(db, sql, NULL, NULL, NULL);

	return rc == SQLITE_OK ? UND_OK : und_sql_error(db, rc);
}

/* One row of a statement that is used once. */
static enum und_err first_row(sqlite3_stmt **out, sqlite3 *db, const char *sql)
{
	sqlite3_stmt *st;
	int rc;

	rc = sqlite3_prepare_v2(db, sql, -1, &st, NULL);
	if (rc != SQLITE_OK)
		return und_sql_error(db, rc);
	errno = 0;
	rc = sqlite3_step(st);
	if (rc == SQLITE_ROW) {
		*out = st;
		return UND_OK;
	}
	(void)sqlite3_finalize(st);
	return rc == SQLITE_DONE ? UND_ERR_STORE_DAMAGED : und_sql_error(db, rc);
}

enum und_err und_sql_number(int64_t *out, sqlite3 *db, const char *sql)
{
	sqlite3_stmt *st = NULL;
	enum und_err e;

	if ((e = first_row(&st, db, sql)) != UND_OK)
		return e;
	*out = sqlite3_column_int64(st, 0);
	(void)sqlite3_finalize(st);
	return UND_OK;
}

enum und_err und_sql_says(bool *out, sqlite3 *db, const char *sql, const char *text)
{
	sqlite3_stmt *st = NULL;
	struct und_bytes said = und_bytes(NULL, 0);
	enum und_err e;

	if ((e = first_row(&st, db, sql)) != UND_OK)
		return e;
	if ((e = und_sql_bytes(&said, st, 0)) == UND_OK)
		*out = und_bytes_is(said, text);
	(void)sqlite3_finalize(st);
	return e;
}

static int bind_bytes(sqlite3_stmt *st, int at, struct und_bytes b, bool text)
{
	if (text)
		return sqlite3_bind_text64(st, at, b.n > 0 ? (const char *)b.p : "", b.n, SQLITE_STATIC, SQLITE_UTF8);
	return b.n > 0 ? sqlite3_bind_blob64(st, at, b.p, b.n, SQLITE_STATIC) : sqlite3_bind_zeroblob(st, at, 0);
}

enum und_err und_sql_bind(sqlite3_stmt *st, const char *shape, ...)
{
	int rc = SQLITE_OK;
	va_list more;

	va_start(more, shape);
	for (int at = 1; *shape != '\0' && rc == SQLITE_OK; at++, shape++) {
		switch (*shape) {
		case 'b':
		case 't':
			rc = bind_bytes(st, at, va_arg(more, struct und_bytes), *shape == 't');
			break;
		case 'i':
			rc = sqlite3_bind_blob(st, at, va_arg(more, const uint8_t *), UND_ID_SIZE, SQLITE_STATIC);
			break;
		case 'n':
			rc = sqlite3_bind_int64(st, at, va_arg(more, int64_t));
			break;
		case '0':
			rc = sqlite3_bind_null(st, at);
			break;
		default:
			und_bug(__FILE__, __LINE__);
		}
	}
	va_end(more);
	if (rc == SQLITE_OK)
		return UND_OK;
	und_sql_reset(st);
	return und_sql_error(sqlite3_db_handle(st), rc);
}

void und_sql_reset(sqlite3_stmt *st)
{
	(void)sqlite3_reset(st); /* repeats the error of the last step */
	(void)sqlite3_clear_bindings(st);
}

enum und_err und_sql_step(bool *row, sqlite3_stmt *st)
{
	enum und_err e;
	int rc;

	errno = 0;
	rc = sqlite3_step(st);

	if (rc == SQLITE_ROW) {
		*row = true;
		return UND_OK;
	}
	e = rc == SQLITE_DONE ? UND_OK : und_sql_error(sqlite3_db_handle(st), rc);
	und_sql_reset(st);
	*row = false;
	return e;
}

enum und_err und_sql_run(sqlite3_stmt *st)
{
	enum und_err e;
	bool row;

	e = und_sql_step(&row, st);
	und_bug_if(e == UND_OK && row);
	return e;
}

enum und_err und_sql_bytes(struct und_bytes *out, sqlite3_stmt *st, int column)
{
	const void *p = sqlite3_column_blob(st, column);
	int n = sqlite3_column_bytes(st, column);

	/* a blob of no bytes is NULL too: only the error tells */
	if (p == NULL && (n != 0 || sqlite3_errcode(sqlite3_db_handle(st)) == SQLITE_NOMEM))
		return UND_ERR_MEMORY;
	*out = und_bytes(p, (size_t)n);
	return UND_OK;
}

enum und_err und_sql_fixed(uint8_t *out, size_t n, sqlite3_stmt *st, int column)
{
	struct und_bytes b;
	enum und_err e;

	if ((e = und_sql_bytes(&b, st, column)) != UND_OK)
		return e;
	if (b.n != n)
		return UND_ERR_STORE_DAMAGED;
	memcpy(out, b.p, n);
	return UND_OK;
}

void und_sql_seal(uint8_t digest[32], const struct und_bytes *pieces, size_t n)
{
	und_sha256(digest, pieces, n);
}

enum und_err und_sql_sealed(sqlite3_stmt *st, int column, const struct und_bytes *pieces, size_t n)
{
	uint8_t digest[32], kept[32];
	enum und_err e;

	if ((e = und_sql_fixed(kept, sizeof kept, st, column)) != UND_OK)
		return e;
	und_sql_seal(digest, pieces, n);
	return memcmp(digest, kept, sizeof kept) == 0 ? UND_OK : UND_ERR_STORE_DAMAGED;
}

static enum und_err begin(sqlite3 *db, const char *how)
{
	sqlite3_stmt *st;
	int rc;

	und_sql_rollback(db);
	(void)sqlite3_finalize(rollback_of(db));
	rc = sqlite3_prepare_v2(db, rollback, -1, &st, NULL);
	return rc == SQLITE_OK ? und_sql_exec(db, how) : und_sql_error(db, rc);
}

enum und_err und_sql_begin(sqlite3 *db)
{
	return begin(db, "BEGIN IMMEDIATE");
}

enum und_err und_sql_begin_reading(sqlite3 *db)
{
	return begin(db, "BEGIN");
}

enum und_err und_sql_commit(sqlite3 *db)
{
	enum und_err e = und_sql_exec(db, "COMMIT");

	if (e != UND_OK)
		und_sql_rollback(db);
	return e;
}

void und_sql_rollback(sqlite3 *db)
{
	sqlite3_stmt *st = rollback_of(db);

	if (sqlite3_get_autocommit(db) != 0) /* after some errors SQLite has done it */
		return;
	(void)sqlite3_step(st); /* where it cannot (the schema has changed, and there is no memory), closing does, or the next beginning */
	(void)sqlite3_reset(st);
}
