/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* store/pg_sql.h: libpq's calls as ours: a connection that keeps quiet, arguments and arrays in binary, errors of ours, a commit that is believed only when it is sure */
#ifndef UND_STORE_PG_SQL_H
#define UND_STORE_PG_SQL_H

#include "store/pg_lib.h"

/* ---- a connection. It belongs to one thread at a time ---- */

enum { UND_PG_SAID = 256 };
struct und_pg {
	PGconn *c;             /* NULL: none */
	char *said;            /* UND_PG_SAID bytes, or NULL: why it cannot be opened, in PostgreSQL's words */
	bool warned;           /* a warning came: a commit with one is none (und_pg_commit) */
	bool again;            /* the last error was of the moment, and nothing was committed: the transaction may be tried again */
	bool lost;             /* … the connection is gone */
	bool late;             /* … since no answer came in time: whether it was done is unknown */
	int64_t patience_ms;   /* how long an answer may take; 0: as of UND_PG_PATIENCE_MS */
};
/*
 * How long an answer may take: of a reader, each of whose statements finds a row by its key; of a writer, who may wait for other servers, for a standby, or lay much out anew; of one who opens a store, where
 * all that is there may be looked at, and brought up to a new version. Then the connection is given up, as one that broke. (Making a connection has libpq's connect_timeout.)
 */
enum { UND_PG_READ_MS = 20000, UND_PG_PATIENCE_MS = 300000, UND_PG_OPEN_MS = 3600000 };
/*
 * Connects, whatever stands in where ("postgresql://…", libpq's environment and files beside it), to a server that takes writes; sets what is needed for quiet and for certainty. Errors: UND_ERR_IO;
 * also where it does not wait for its disk (fsync); UND_ERR_STORE_LOGS: the server would write down statements or the times of commits, and this role cannot forbid it.
 */
UND_MUST_USE enum und_err und_pg_connect(struct und_pg *pg, const char *where);
void und_pg_moved(struct und_pg *pg); /* the struct was copied to here */
void und_pg_close(struct und_pg *pg);
bool und_pg_is_open(const struct und_pg *pg);

/* ---- arguments, in the order of $1 … ---- */

enum { UND_PG_ARGS = 8 };
struct und_pg_args {
	int n;
	Oid types[UND_PG_ARGS];
	const char *values[UND_PG_ARGS];
	int lengths[UND_PG_ARGS];
	uint8_t numbers[UND_PG_ARGS][8];
	struct und_buf arrays[UND_PG_ARGS];
	enum und_err err; /* the first failure sticks */
};
enum und_pg_kind { UND_PG_BYTES = 17, UND_PG_NUMBER = 20, UND_PG_TEXT = 25 };
void und_pg_args(struct und_pg_args *a);
void und_pg_args_clear(struct und_pg_args *a);
/* A bytea or text, lent until the statement has run. */
void und_pg_add(struct und_pg_args *a, enum und_pg_kind kind, struct und_bytes value);
void und_pg_add_number(struct und_pg_args *a, int64_t v);
/* Arrays: the same member of count structs, each of them stride bytes. Of exactly width bytes; of a struct und_bytes (p NULL: NULL); of an int64_t. */
void und_pg_add_fixed(struct und_pg_args *a, const void *first, size_t width, size_t stride, size_t count);
void und_pg_add_slices(struct und_pg_args *a, enum und_pg_kind kind, const struct und_bytes *first, size_t stride, size_t count);
void und_pg_add_numbers(struct und_pg_args *a, const int64_t *first, size_t stride, size_t count);

/* ---- statements ---- */

/* A statement; a may be NULL. out: its rows, which PQclear frees; NULL: nobody wants them. changed: how many rows it changed; may be NULL. */
UND_MUST_USE enum und_err und_pg_run(PGresult **out, uint64_t *changed, struct und_pg *pg, const char *sql, const struct und_pg_args *a);
/* … without arguments and rows; several with ';' between them. */
UND_MUST_USE enum und_err und_pg_do(struct und_pg *pg, const char *sql);
/* The first column of the first row: a number; UND_ERR_STORE_DAMAGED when there is no row. */
UND_MUST_USE enum und_err und_pg_ask(int64_t *out, struct und_pg *pg, const char *sql, const struct und_pg_args *a);

struct und_bytes und_pg_bytes(const PGresult *r, int row, int column); /* p NULL: NULL */
UND_MUST_USE enum und_err und_pg_fixed(uint8_t *out, size_t n, const PGresult *r, int row, int column);
int64_t und_pg_number(const PGresult *r, int row, int column); /* of four or eight bytes */

/* ---- transactions ---- */

/* Each statement sees what was committed before it; locks are held until the end. */
UND_MUST_USE enum und_err und_pg_begin(struct und_pg *pg);
/*
 * UND_OK: on disk, and where standbys must have it, with them. Else whether it is there is unknown: no answer came, or the wait for a standby was cancelled (PostgreSQL says so in a warning, and calls it
 * committed).
 */
UND_MUST_USE enum und_err und_pg_commit(struct und_pg *pg);
void und_pg_rollback(struct und_pg *pg);
/*
 * Something to commit: what others left that is here but perhaps not on a standby (their wait was cancelled) is before it in the log, so that our commit waits for both. And a transaction that changes nothing
 * takes as long as one that does.
 */
UND_MUST_USE enum und_err und_pg_beat(struct und_pg *pg);

#endif
