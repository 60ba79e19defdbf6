/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* store/sqlite.h: the parts of the SQLite store, among themselves */
#ifndef UND_STORE_SQLITE_H
#define UND_STORE_SQLITE_H

#include "store/queue.h"
#include "store/sql.h"

/*
 * A folder with
 *
 *   letters.db      what is public: letters, segments, the index of released acts; series; which file each shelf is; nonces of requests that dropped a letter
 *   waiting-X.db    a shelf: acts that wait. X is random
 *   cards-Y.db      a shelf: cards and enrolments
 *
 * and SQLite's -wal (and, for letters.db, -shm) beside them. The folder itself is locked (flock).
 *
 * Why order cannot be read from it. letters.db hears of an act only when it is released, together with the others and sorted: every byte of it, and of its log, is a function of releases. A shelf does change
 * in the order of arrival, so it is thrown away often: all rows that stay are copied, in the order of their keys, into a new file, which is a function of the set of rows; then the old file and its log
 * are overwritten and removed. Why this is one transaction: the name of the shelf's file is a row of letters.db. A release writes the new shelf without the acts, fsyncs it, and then commits, in
 * letters.db alone, the segment, the index and the new name. Before that commit the old shelf is the shelf, after it the new one, and whatever else lies there is removed at open.
 *
 * What may be believed after an error. A commit that failed may be on disk all the same after a crash, so nothing may build upon the state before it until that is ruled out: letters.db by
 * one more commit, which overwrites its frames in the log (und_letters_settle), a shelf likewise (und_shelf_end). And at open: what a killed process wrote and did
 * not fsync can be read, and would be acknowledged as "already here", so the shelves are written anew first.
 *
 * SQLite 3.40 can lose a log that two connections reset at once: here one thread alone writes and checkpoints; readers are read-only; shelves have one connection.
 */

enum { UND_SCHEMA_VERSION = 2, UND_APPLICATION_ID = 0x756e6431 };

/* ---- shelves ---- */

enum { UND_SHELF_STATEMENTS_MAX = 16, UND_SHELF_TABLES_MAX = 3 };
struct und_shelf_kind {
	const char *name;                              /* "waiting": what its files begin with */
	const char *schema;
	const char *const *statements;
	size_t statement_count;
	struct {
		const char *read, *write;              /* all rows in the order of the keys; one row */
	} tables[UND_SHELF_TABLES_MAX];
};
extern const struct und_shelf_kind und_waiting_shelf, und_cards_shelf;

struct und_shelf {
	const struct und_shelf_kind *kind;
	char file[40];            /* in the folder; "" while there is none */
	sqlite3 *db;
	sqlite3_stmt *st[UND_SHELF_STATEMENTS_MAX];
	uint64_t rows, changed;   /* rows when it was laid out; changes since then */
	bool suspect;             /* a commit failed: nothing is acknowledged without another one */
	int64_t last_change, not_before; /* of the monotonic clock, ms: when it may be tidied */
};

struct und_sqlite;
/* Which rows stay when a shelf is copied; row is one of tables[0].read. */
struct und_shelf_filter {
	enum und_err (*keeps)(bool *out, void *ctx, sqlite3_stmt *row);
	void *ctx;
};
/* Opens the file that is named, checking it. */
UND_MUST_USE enum und_err und_shelf_open(struct und_shelf *out, struct und_sqlite *s, const struct und_shelf_kind *kind, const char *file);
/* A new file, fsynced: the rows of from (whose db may be NULL: none) that filter (NULL: all) keeps. Nothing points to it yet. Nothing is left on failure. */
UND_MUST_USE enum und_err und_shelf_build(struct und_shelf *out, struct und_sqlite *s, struct und_shelf *from, const struct und_shelf_filter *filter);
/* Closes it and leaves its files. */
void und_shelf_close(struct und_shelf *shelf);
/* Closes it, overwrites and removes its files. */
void und_shelf_discard(struct und_sqlite *s, struct und_shelf *shelf);
/* Build, commit the new name, discard the old. On failure the shelf is as before. */
UND_MUST_USE enum und_err und_shelf_renew(struct und_sqlite *s, struct und_shelf *shelf, const struct und_shelf_filter *filter);
/* The end of a transaction on a shelf: commit when e is UND_OK. changes: how many rows it changed. always: goes to disk even if that is none. */
UND_MUST_USE enum und_err und_shelf_end(struct und_shelf *shelf, enum und_err e, uint64_t changes, bool always);

/* ---- letters.db ---- */

enum und_letters_statement {
	LETTERS_FIND, LETTERS_TAKEN, LETTERS_ADD, LETTERS_GROW, LETTERS_NOTE, LETTERS_SEGMENT, LETTERS_PIECE,
	LETTERS_ACT, LETTERS_ACT_ADD, LETTERS_SHELF, LETTERS_SHELF_PUT, LETTERS_SERIES, LETTERS_SERIES_IS, LETTERS_SERIES_PUT, LETTERS_TURN,
	LETTERS_DROP_ACTS, LETTERS_DROP_PIECES, LETTERS_DROP_SEGMENTS, LETTERS_DROP, LETTERS_REQUEST, LETTERS_REQUEST_ADD, LETTERS_REQUESTS_PAST, LETTERS_STATEMENTS
};

/* ---- the store ---- */

struct und_sqlite {
	struct und_store base;
	const struct und_random *random;
	char *path;      /* of the folder */
	int folder;      /* its descriptor, locked */
	int64_t quiet_ms;
	uint64_t tidy_rows;

	/* of the writer */
	sqlite3 *letters;
	sqlite3_stmt *st[LETTERS_STATEMENTS];
	bool unsettled;  /* a commit of letters.db failed: settle before anything is acknowledged */
	bool strays;     /* files lie there that nothing points to */
	bool remains;    /* pages of letters.db may have some of a letter that was dropped */
	bool forgetting; /* the log of letters.db has pages of a letter that was dropped */
	struct und_shelf waiting, cards;
	pthread_t thread;

	struct und_queue queue;
};

/* Opens or makes letters.db, brings it up to date, checks it. */
UND_MUST_USE enum und_err und_letters_open(struct und_sqlite *s);
void und_letters_close(struct und_sqlite *s);
/* Begins, after having settled. */
UND_MUST_USE enum und_err und_letters_begin(struct und_sqlite *s);
/* Commits when e is UND_OK; else, or when that fails, rolls back. */
UND_MUST_USE enum und_err und_letters_end(struct und_sqlite *s, enum und_err e);
UND_MUST_USE enum und_err und_letters_settle(struct und_sqlite *s);
/* Within a transaction. */
UND_MUST_USE enum und_err und_letters_name_shelf(struct und_sqlite *s, const struct und_shelf *shelf);
/* The file of a shelf; "" when none was ever named. */
UND_MUST_USE enum und_err und_letters_shelf(char out[40], struct und_sqlite *s, const char *name);
/* Whether a released act of this key stands, and whether its line had this digest (NULL: not asked). */
UND_MUST_USE enum und_err und_letters_stands(bool *stands, bool *same, struct und_sqlite *s, const uint8_t letter[UND_ID_SIZE], enum und_store_kind kind,
                                             const uint8_t tag[UND_POINT_SIZE], const uint8_t question[UND_ID_SIZE], const struct und_bytes *line);
UND_MUST_USE enum und_err und_letters_knows(bool *out, struct und_sqlite *s, const uint8_t letter[UND_ID_SIZE]);
UND_MUST_USE enum und_err und_letters_knows_series(bool *out, struct und_sqlite *s, struct und_bytes series);

/* ---- jobs, on the writer's thread ---- */

/* All of the list in one transaction; their outcomes are set, but not finished: *e is the common end; a job of its own error has it in job->what. */
enum und_err und_waiting_submit(struct und_sqlite *s, struct und_store_job *first);
enum und_err und_cards_enrol(struct und_sqlite *s, struct und_store_job *first);
UND_MUST_USE enum und_err und_waiting_list(struct und_waiting *out, struct und_sqlite *s, const struct und_store_request *r);
UND_MUST_USE enum und_err und_waiting_count(uint64_t counts[UND_STORE_KINDS], struct und_sqlite *s, const uint8_t letter[UND_ID_SIZE]);
/* The line of an act that waits; lives until und_sql_reset(*st). *line.p NULL: none waits. */
UND_MUST_USE enum und_err und_waiting_line(struct und_bytes *line, struct und_sqlite *s, const uint8_t letter[UND_ID_SIZE], enum und_store_kind kind,
                                           const uint8_t tag[UND_POINT_SIZE], const uint8_t question[UND_ID_SIZE], sqlite3_stmt **st);
UND_MUST_USE enum und_err und_waiting_check(struct und_sqlite *s, struct und_shelf *shelf);
UND_MUST_USE enum und_err und_cards_list(struct und_enrolled *out, struct und_sqlite *s, const struct und_store_request *r);
UND_MUST_USE enum und_err und_cards_count(uint64_t counts[3], struct und_sqlite *s, struct und_bytes series);

UND_MUST_USE enum und_err und_letters_create(struct und_sqlite *s, const struct und_store_request *r);
UND_MUST_USE enum und_err und_letters_append(struct und_sqlite *s, const struct und_store_request *r, bool release);
UND_MUST_USE enum und_err und_letters_drop(struct und_sqlite *s, const struct und_store_request *r);
/* Cuts the log where it keeps what was dropped; tries again when called again. */
void und_letters_forget(struct und_sqlite *s);
UND_MUST_USE enum und_err und_letters_series_put(struct und_sqlite *s, const struct und_store_request *r);

/* ---- the folder (folder.c) ---- */

/* Opens or makes the folder and locks it. UND_ERR_STORE_LOCKED. */
UND_MUST_USE enum und_err und_folder_open(struct und_sqlite *s, const char *path);
void und_folder_close(struct und_sqlite *s);
/* The path of a file in it; out is of PATH_MAX bytes. UND_ERR_IO (ENAMETOOLONG). */
UND_MUST_USE enum und_err und_folder_path(char *out, const struct und_sqlite *s, const char *name);
/* An empty file that only we can read; exists: what is there is fine. */
UND_MUST_USE enum und_err und_folder_make(const struct und_sqlite *s, const char *name, bool may_exist);
bool und_folder_has(const struct und_sqlite *s, const char *name);
UND_MUST_USE enum und_err und_folder_sync(const struct und_sqlite *s);
/* Overwrites and removes name, and what SQLite keeps beside it. Best effort: see store.h, order. */
void und_folder_erase(const struct und_sqlite *s, const char *name);
/* Erases the files of shelves that are not in use. */
void und_folder_erase_strays(const struct und_sqlite *s);
/* Sets times of all files back to midnight. Best effort. */
void und_folder_midnight(const struct und_sqlite *s);

/* ---- the writer (writer.c) ---- */

UND_MUST_USE enum und_err und_writer_start(struct und_sqlite *s);
/* Does what is queued, tidies, and ends. */
void und_writer_stop(struct und_sqlite *s);
void und_writer_queue(struct und_store *s, struct und_store_job *job);

/* ---- readers (reader.c) ---- */

extern const struct und_store_backend und_sqlite_backend;
enum und_err und_sqlite_reader_open(struct und_store_reader **out, struct und_store *store);
void und_sqlite_reader_close(struct und_store_reader *r);
enum und_err und_sqlite_letter(struct und_store_letter *out, struct und_store_reader *r, const uint8_t letter[UND_ID_SIZE]);
enum und_err und_sqlite_letter_by_slug(struct und_store_letter *out, struct und_store_reader *r, struct und_bytes slug, bool after);
enum und_err und_sqlite_size_at(uint64_t *size, struct und_store_reader *r, const uint8_t letter[UND_ID_SIZE], uint64_t generation);
enum und_err und_sqlite_read(struct und_store_reader *r, const uint8_t letter[UND_ID_SIZE], uint64_t start, uint64_t n,
                             enum und_err (*take)(void *ctx, struct und_bytes piece), void *ctx);
enum und_err und_sqlite_series(struct und_bytes *note, struct und_store_reader *r, struct und_bytes series);
enum und_err und_sqlite_series_after(char out[UND_ID_TEXT_MAX + 1], struct und_store_reader *r, struct und_bytes series);

#endif
