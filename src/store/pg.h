/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* store/pg.h: the parts of the PostgreSQL store, among themselves */
#ifndef UND_STORE_PG_H
#define UND_STORE_PG_H

#include <stdatomic.h>

#include "store/pg_sql.h"
#include "store/queue.h"

/*
 * A schema `undersigned` in a database, for any number of servers at once. Every key begins with the letter (or the series), but those of a letter's short name and of a request that dropped one: so large tables can be distributed by it, and small ones be everywhere.
 *
 * Locks, always in this order: of the letters or series (advisory locks by the first bytes of a hash, ascending), then of a table. Whoever submits to a letter, or appends to it, is alone with this letter; whoever moves what waits
 * into a letter, or lays it out anew, is alone with what waits. Every statement after the last lock sees all that was committed before.
 *
 * Order (store.h). What waits lies on pages in the order of arrival, with the number of the transaction that brought it, and what was removed lies there too. So the table is emptied (TRUNCATE: a new file) and
 * filled in the order of the keys, by one transaction: at releases, when it is quiet, when much came, when closed. What lies outside the table is not in our power: doc/threat-model.md, PostgreSQL.
 */

enum { UND_PG_SCHEMA_VERSION = 2, UND_PG_READERS = 8 };

/* What is rewritten: waiting, cards with enrolments. */
struct und_pg_shelf {
	const char *rewrite;      /* statements, within a transaction */
	uint64_t rows, changed;   /* rows when it was last laid out, changes by us since then */
	int64_t last_change, not_before; /* of the monotonic clock, ms */
};

struct und_postgres {
	struct und_store base;
	char *where;
	int64_t quiet_ms;
	uint64_t tidy_rows;

	/* of the writer */
	struct und_pg pg;
	struct und_pg_shelf waiting, cards;
	pthread_t thread;
	struct und_queue queue;

	atomic_ulong epoch; /* und_store_epoch */

	pthread_mutex_t pool_lock; /* of what follows: connections of readers */
	pthread_cond_t pool_news;
	struct und_pg idle[UND_PG_READERS];
	unsigned idle_count, used;
};

extern const struct und_store_backend und_pg_backend;
extern const char und_pg_rewrite_waiting[], und_pg_rewrite_cards[];
extern const char und_pg_waiting_alone[]; /* a lock; UND_ERR_IO: others hold the table too long */

/* ---- the schema (pg_schema.c) ---- */

/* Makes the schema where it may, or brings it up to date, and then ends all other sessions of this role. UND_ERR_STORE_FOREIGN, UND_ERR_NEWER. */
UND_MUST_USE enum und_err und_pg_schema(struct und_pg *pg, bool may_make);
/* That letters are as long as they say, and nothing waits that stands. */
UND_MUST_USE enum und_err und_pg_check(struct und_pg *pg);

/* ---- transactions of the writer (pg_writer.c) ---- */

/*
 * Begins, runs body, commits. body may be run again, when nothing of its first run was committed: a connection that broke, a deadlock. The last error that it gave counts.
 */
UND_MUST_USE enum und_err und_pg_transact(struct und_postgres *s, enum und_err (*body)(struct und_postgres *s, void *ctx), void *ctx);
/* How many rows have each value. lock: not while the table is laid out anew. sql: selects value and number, for the key that is its one argument. */
struct und_pg_tally {
	const char *lock, *sql;
	enum und_pg_kind kind;
	struct und_bytes key;
};
/* counts[0 … n-1], n at most 8: untouched on failure. Errors also: UND_ERR_STORE_DAMAGED, another value. */
UND_MUST_USE enum und_err und_pg_tally(uint64_t *counts, size_t n, struct und_postgres *s, const struct und_pg_tally *what);
enum und_pg_lock { UND_PG_LOCK_LETTER = 0x756e6401, UND_PG_LOCK_SERIES, UND_PG_LOCK_REQUEST, UND_PG_LOCK_SCHEMA };
/* Locks these names (of letters: ids) until the transaction ends. first: the first of count, stride bytes apart. */
UND_MUST_USE enum und_err und_pg_lock(struct und_pg *pg, enum und_pg_lock what, const struct und_bytes *names, size_t count);
/* Something of the shelf changed, and is on disk. */
void und_pg_changed(struct und_pg_shelf *shelf, uint64_t changes);

/* ---- jobs ---- */

enum und_err und_pg_submit(struct und_postgres *s, struct und_store_job *first);
enum und_err und_pg_enrol(struct und_postgres *s, struct und_store_job *first);
UND_MUST_USE enum und_err und_pg_waiting_list(struct und_waiting *out, struct und_postgres *s, const struct und_store_request *r);
UND_MUST_USE enum und_err und_pg_waiting_count(uint64_t counts[UND_STORE_KINDS], struct und_postgres *s, const uint8_t letter[UND_ID_SIZE]);
UND_MUST_USE enum und_err und_pg_enrolled_list(struct und_enrolled *out, struct und_postgres *s, const struct und_store_request *r);
UND_MUST_USE enum und_err und_pg_card_count(uint64_t counts[3], struct und_postgres *s, struct und_bytes series);
UND_MUST_USE enum und_err und_pg_create(struct und_postgres *s, const struct und_store_request *r);
UND_MUST_USE enum und_err und_pg_append(struct und_postgres *s, const struct und_store_request *r, bool release);
UND_MUST_USE enum und_err und_pg_drop(struct und_postgres *s, const struct und_store_request *r);
UND_MUST_USE enum und_err und_pg_series_put(struct und_postgres *s, const struct und_store_request *r);

/* ---- the writer ---- */

UND_MUST_USE enum und_err und_pg_writer_open(struct und_postgres *s);
UND_MUST_USE enum und_err und_pg_writer_start(struct und_postgres *s);
void und_pg_writer_stop(struct und_postgres *s);
void und_pg_writer_queue(struct und_store *s, struct und_store_job *job);

/* ---- readers (pg_reader.c): light; they share a few connections, each for the time of a statement ---- */

void und_pg_readers_init(struct und_postgres *s);
void und_pg_readers_clear(struct und_postgres *s);
enum und_err und_pg_reader_open(struct und_store_reader **out, struct und_store *store);
void und_pg_reader_close(struct und_store_reader *r);
enum und_err und_pg_letter(struct und_store_letter *out, struct und_store_reader *r, const uint8_t letter[UND_ID_SIZE]);
enum und_err und_pg_letter_by_slug(struct und_store_letter *out, struct und_store_reader *r, struct und_bytes slug, bool after);
enum und_err und_pg_size_at(uint64_t *size, struct und_store_reader *r, const uint8_t letter[UND_ID_SIZE], uint64_t generation);
enum und_err und_pg_read(struct und_store_reader *r, const uint8_t letter[UND_ID_SIZE], uint64_t start, uint64_t n,
                         enum und_err (*take)(void *ctx, struct und_bytes piece), void *ctx);
enum und_err und_pg_series(struct und_bytes *note, struct und_store_reader *r, struct und_bytes series);
enum und_err und_pg_series_after(char out[UND_ID_TEXT_MAX + 1], struct und_store_reader *r, struct und_bytes series);

#endif
