/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* store/sql.h: SQLite's calls as ours: errors of ours, arguments in one line, every statement reset */
#ifndef UND_STORE_SQL_H
#define UND_STORE_SQL_H

#include <sqlite3.h>

#include "base/base.h"

enum { UND_SQL_BUSY_MS = 10000 }; /* another program looks into the file (sqlite3, a backup) */

/* The error of the connection's last call, which gave rc (not OK, ROW or DONE). errno is set from it after UND_ERR_IO. */
enum und_err und_sql_error(sqlite3 *db, int rc);

/* Opens; creates nothing. The connection belongs to one thread at a time. */
UND_MUST_USE enum und_err und_sql_open(sqlite3 **out, const char *path, bool read_only);
/* Finalises the statements and closes. NULL is nothing. */
void und_sql_close(sqlite3 *db, sqlite3_stmt **statements, size_t count);
UND_MUST_USE enum und_err und_sql_prepare(sqlite3_stmt **statements, sqlite3 *db, const char *const *texts, size_t count);

/* Statements without arguments and without rows that anybody wants, separated by ';'. */
UND_MUST_USE enum und_err und_sql_exec(sqlite3 *db, const char *sql);
/* The first column of the first row of a statement; UND_ERR_STORE_DAMAGED when there is no row. */
UND_MUST_USE enum und_err und_sql_number(int64_t *out, sqlite3 *db, const char *sql);
/* Whether the first column of the first row is this text. */
UND_MUST_USE enum und_err und_sql_says(bool *out, sqlite3 *db, const char *sql, const char *text);

/*
 * Binds all arguments, by shape: b a blob (struct und_bytes), i an identifier (const uint8_t *, UND_ID_SIZE bytes), t a text (struct und_bytes), n a number (int64_t), 0 NULL. They are lent until
 * und_sql_reset.
 */
UND_MUST_USE enum und_err und_sql_bind(sqlite3_stmt *st, const char *shape, ...);
/* The next row, or its end: then the statement is reset, as after an error. */
UND_MUST_USE enum und_err und_sql_step(bool *row, sqlite3_stmt *st);
void und_sql_reset(sqlite3_stmt *st);
/* A bound statement that gives no rows. */
UND_MUST_USE enum und_err und_sql_run(sqlite3_stmt *st);
/* A column of the present row; lives until the next step or reset. */
UND_MUST_USE enum und_err und_sql_bytes(struct und_bytes *out, sqlite3_stmt *st, int column);
/* … of exactly n bytes; UND_ERR_STORE_DAMAGED otherwise. */
UND_MUST_USE enum und_err und_sql_fixed(uint8_t *out, size_t n, sqlite3_stmt *st, int column);

/*
 * SQLite sees that its pages are whole, not that their bytes are the ones that were written. So what must not change on a disk that decays stands beside its SHA-256, over these pieces one after the
 * other; each of them but the last has a length of its own.
 */
void und_sql_seal(uint8_t digest[32], const struct und_bytes *pieces, size_t n);
/* Whether that column of the present row is the pieces' digest: else UND_ERR_STORE_DAMAGED. */
UND_MUST_USE enum und_err und_sql_sealed(sqlite3_stmt *st, int column, const struct und_bytes *pieces, size_t n);

UND_MUST_USE enum und_err und_sql_begin(sqlite3 *db);
UND_MUST_USE enum und_err und_sql_begin_reading(sqlite3 *db); /* ended by und_sql_rollback */
/* After an error it is rolled back, and whether it is on disk is unknown. */
UND_MUST_USE enum und_err und_sql_commit(sqlite3 *db);
void und_sql_rollback(sqlite3 *db);

#endif
