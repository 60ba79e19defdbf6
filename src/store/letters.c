/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* letters.c: letters.db: opened, brought up to date, checked; its transactions; what is asked of it by the writer */
#include <limits.h>
#include <stdio.h>

#include "base/hash.h"
#include "store/sqlite.h"

/* The i-th step leads from version i to i + 1. Shelves have no steps: they are copied at open, by statements that read the old schema. */
static const char *const steps[UND_SCHEMA_VERSION] = {
	"CREATE TABLE letter ("
	" id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 32),"
	" slug TEXT NOT NULL UNIQUE CHECK (length(slug) BETWEEN 1 AND 64),"
	" generation INTEGER NOT NULL CHECK (generation >= 1),"
	" size INTEGER NOT NULL CHECK (size >= 0),"
	" note BLOB NOT NULL"
	") STRICT, WITHOUT ROWID;"
	/* the file when the letter was at that generation had this size */
	"CREATE TABLE segment ("
	" letter BLOB NOT NULL REFERENCES letter (id),"
	" generation INTEGER NOT NULL,"
	" size INTEGER NOT NULL,"
	" PRIMARY KEY (letter, generation)"
	") STRICT, WITHOUT ROWID;"
	"CREATE TABLE piece ("
	" letter BLOB NOT NULL REFERENCES letter (id),"
	" start INTEGER NOT NULL,"
	" bytes BLOB NOT NULL CHECK (length(bytes) BETWEEN 1 AND 32768),"
	" digest BLOB NOT NULL CHECK (length(digest) = 32)," /* of bytes: und_sql_seal */
	" PRIMARY KEY (letter, start)"
	") STRICT, WITHOUT ROWID;"
	/* released; kind 0 signature, 1 withdrawal, 2 vote; digest: SHA-256 of the line */
	"CREATE TABLE act ("
	" letter BLOB NOT NULL REFERENCES letter (id),"
	" kind INTEGER NOT NULL CHECK (kind BETWEEN 0 AND 2),"
	" tag BLOB NOT NULL CHECK (length(tag) = 32),"
	" question BLOB NOT NULL CHECK (length(question) = 32),"
	" digest BLOB NOT NULL CHECK (length(digest) = 32),"
	" PRIMARY KEY (letter, kind, tag, question)"
	") STRICT, WITHOUT ROWID;"
	"CREATE TABLE series ("
	" id TEXT NOT NULL PRIMARY KEY CHECK (length(id) BETWEEN 1 AND 32),"
	" note BLOB NOT NULL"
	") STRICT, WITHOUT ROWID;"
	"CREATE TABLE shelf ("
	" name TEXT NOT NULL PRIMARY KEY CHECK (name IN ('waiting', 'cards')),"
	" file TEXT NOT NULL"
	") STRICT, WITHOUT ROWID;"
	/* counted up by a commit that follows a failed one (und_letters_settle) */
	"CREATE TABLE turn ("
	" only INTEGER NOT NULL PRIMARY KEY CHECK (only = 1),"
	" n INTEGER NOT NULL"
	") STRICT, WITHOUT ROWID;"
	"INSERT INTO turn VALUES (1, 0);",
	/* requests that dropped a letter, while their day may still be taken: a letter of the same id may be here again by then */
	"CREATE TABLE request ("
	" nonce BLOB NOT NULL PRIMARY KEY CHECK (length(nonce) = 32),"
	" day INTEGER NOT NULL"
	") STRICT, WITHOUT ROWID;",
};

static const char *const statements[LETTERS_STATEMENTS] = {
	[LETTERS_FIND] = "SELECT generation, size FROM letter WHERE id = ?1",
	[LETTERS_TAKEN] = "SELECT 1 FROM letter WHERE id = ?1 OR slug = ?2",
	[LETTERS_ADD] = "INSERT INTO letter (id, slug, generation, size, note) VALUES (?1, ?2, ?3, ?4, ?5)",
	[LETTERS_GROW] = "UPDATE letter SET generation = ?2, size = ?3 WHERE id = ?1",
	[LETTERS_NOTE] = "UPDATE letter SET note = ?2 WHERE id = ?1",
	[LETTERS_SEGMENT] = "INSERT INTO segment (letter, generation, size) VALUES (?1, ?2, ?3)",
	[LETTERS_PIECE] = "INSERT INTO piece (letter, start, bytes, digest) VALUES (?1, ?2, ?3, ?4)",
	[LETTERS_ACT] = "SELECT digest FROM act WHERE letter = ?1 AND kind = ?2 AND tag = ?3 AND question = ?4",
	[LETTERS_ACT_ADD] = "INSERT INTO act (letter, kind, tag, question, digest) VALUES (?1, ?2, ?3, ?4, ?5)",
	[LETTERS_SHELF] = "SELECT file FROM shelf WHERE name = ?1",
	[LETTERS_SHELF_PUT] = "INSERT INTO shelf (name, file) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET file = excluded.file",
	[LETTERS_SERIES] = "SELECT 1 FROM series WHERE id = ?1",
	[LETTERS_SERIES_IS] = "SELECT 1 FROM series WHERE id = ?1 AND note = ?2",
	[LETTERS_SERIES_PUT] = "INSERT INTO series (id, note) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET note = excluded.note",
	[LETTERS_TURN] = "UPDATE turn SET n = n + 1",
	[LETTERS_DROP_ACTS] = "DELETE FROM act WHERE letter = ?1",
	[LETTERS_DROP_PIECES] = "DELETE FROM piece WHERE letter = ?1",
	[LETTERS_DROP_SEGMENTS] = "DELETE FROM segment WHERE letter = ?1",
	[LETTERS_DROP] = "DELETE FROM letter WHERE id = ?1",
	[LETTERS_REQUEST] = "SELECT 1 FROM request WHERE nonce = ?1",
	[LETTERS_REQUEST_ADD] = "INSERT INTO request (nonce, day) VALUES (?1, ?2)",
	[LETTERS_REQUESTS_PAST] = "DELETE FROM request WHERE day < ?1",
};

/* ---- opening ---- */

static enum und_err connect(struct und_sqlite *s)
{
	char path[PATH_MAX];
	enum und_err e;

	if ((e = und_folder_path(path, s, "letters.db")) != UND_OK)
		return e;
	if ((e = und_folder_make(s, "letters.db", true)) != UND_OK)
		return e;
	if ((e = und_folder_sync(s)) != UND_OK)
		return e;
	return und_sql_open(&s->letters, path, false);
}

/* What lies there: nothing yet, or ours of this or an older version. */
static enum und_err identify(int64_t *version, struct und_sqlite *s)
{
	int64_t application = 0, tables = 0;
	enum und_err e;

	if ((e = und_sql_number(&application, s->letters, "PRAGMA application_id")) != UND_OK)
		return e;
	if ((e = und_sql_number(version, s->letters, "PRAGMA user_version")) != UND_OK)
		return e;
	if ((e = und_sql_number(&tables, s->letters, "SELECT count(*) FROM sqlite_schema")) != UND_OK)
		return e;
	if (application == 0 && *version == 0 && tables == 0)
		return UND_OK;
	if (application != UND_APPLICATION_ID || *version < 1)
		return UND_ERR_STORE_FOREIGN;
	return *version > UND_SCHEMA_VERSION ? UND_ERR_NEWER : UND_OK;
}

static enum und_err set_up(struct und_sqlite *s)
{
	bool is_wal = false;
	enum und_err e;

	e = und_sql_exec(s->letters, "PRAGMA page_size = 4096; PRAGMA auto_vacuum = NONE; PRAGMA secure_delete = ON; PRAGMA foreign_keys = ON;"
	                             "PRAGMA wal_autocheckpoint = 0; PRAGMA journal_size_limit = 67108864; PRAGMA synchronous = FULL");
	if (e == UND_OK)
		e = und_sql_says(&is_wal, s->letters, "PRAGMA journal_mode = WAL", "wal");
	return e != UND_OK ? e : is_wal ? UND_OK : UND_ERR_IO;
}

static enum und_err migrate(struct und_sqlite *s, int64_t version)
{
	char head[96];
	enum und_err e;

	if (version == UND_SCHEMA_VERSION)
		return UND_OK;
	if ((e = und_sql_begin(s->letters)) != UND_OK)
		return e;
	for (int64_t i = version; i < UND_SCHEMA_VERSION && e == UND_OK; i++)
		e = und_sql_exec(s->letters, steps[i]);
	if (e == UND_OK) {
		snprintf(head, sizeof head, "PRAGMA application_id = %d; PRAGMA user_version = %d", UND_APPLICATION_ID, UND_SCHEMA_VERSION);
		e = und_sql_exec(s->letters, head);
	}
	if (e == UND_OK)
		return und_sql_commit(s->letters);
	und_sql_rollback(s->letters);
	return e;
}

static enum und_err check_pieces(sqlite3_stmt *st)
{
	struct und_bytes bytes;
	enum und_err e;
	bool row;

	while ((e = und_sql_step(&row, st)) == UND_OK && row) {
		if ((e = und_sql_bytes(&bytes, st, 0)) == UND_OK)
			e = und_sql_sealed(st, 1, &bytes, 1);
		if (e != UND_OK)
			break;
	}
	return e;
}

/* That the bytes of all letters are those that were written. */
static enum und_err check_bytes(sqlite3 *db)
{
	static const char *const all = "SELECT bytes, digest FROM piece";
	sqlite3_stmt *st = NULL;
	enum und_err e;

	e = und_sql_prepare(&st, db, &all, 1);
	if (e == UND_OK)
		e = check_pieces(st);
	(void)sqlite3_finalize(st);
	return e;
}

/* Pages, references between tables, that each letter is as long as it says, and its bytes. */
static enum und_err check(struct und_sqlite *s)
{
	static const char *const none[] = {
		"SELECT count(*) FROM pragma_foreign_key_check",
		"SELECT count(*) FROM letter AS l WHERE size <> coalesce((SELECT sum(length(bytes)) FROM piece WHERE letter = l.id), 0)"
		" OR size IS NOT (SELECT size FROM segment WHERE letter = l.id AND generation = l.generation)",
	};
	int64_t wrong = 0;
	bool well = false;
	enum und_err e;

	if ((e = und_sql_says(&well, s->letters, "PRAGMA integrity_check(1)", "ok")) != UND_OK)
		return e;
	if (!well)
		return UND_ERR_STORE_DAMAGED;
	for (size_t i = 0; i < UND_COUNT_OF(none); i++) {
		if ((e = und_sql_number(&wrong, s->letters, none[i])) != UND_OK)
			return e;
		if (wrong != 0)
			return UND_ERR_STORE_DAMAGED;
	}
	return check_bytes(s->letters);
}

enum und_err und_letters_open(struct und_sqlite *s)
{
	int64_t version = 0, busy = 0, free_pages = 0;
	enum und_err e;

	if ((e = connect(s)) != UND_OK)
		return e;
	if ((e = identify(&version, s)) != UND_OK)
		return e;
	if ((e = set_up(s)) != UND_OK)
		return e;
	if ((e = migrate(s, version)) != UND_OK)
		return e;
	if ((e = und_sql_prepare(s->st, s->letters, statements, LETTERS_STATEMENTS)) != UND_OK)
		return e;
	if ((e = check(s)) != UND_OK)
		return e;
	/* a letter was dropped, and its pages were not written anew any more */
	if ((e = und_sql_number(&free_pages, s->letters, "PRAGMA freelist_count")) != UND_OK)
		return e;
	s->remains = s->forgetting = free_pages != 0;
	/* what a killed process wrote and did not fsync becomes certain */
	s->unsettled = true;
	if ((e = und_letters_settle(s)) != UND_OK)
		return e;
	return und_sql_number(&busy, s->letters, "PRAGMA wal_checkpoint(TRUNCATE)");
}

void und_letters_close(struct und_sqlite *s)
{
	int64_t busy;

	if (s->letters == NULL)
		return;
	if (und_sql_number(&busy, s->letters, "PRAGMA wal_checkpoint(TRUNCATE)") != UND_OK)
		busy = 1; /* then the log stays, and the next open does it */
	und_sql_close(s->letters, s->st, LETTERS_STATEMENTS);
	s->letters = NULL;
}

/* ---- transactions ---- */

enum und_err und_letters_begin(struct und_sqlite *s)
{
	enum und_err e;

	if ((e = und_letters_settle(s)) != UND_OK)
		return e;
	return und_sql_begin(s->letters);
}

enum und_err und_letters_end(struct und_sqlite *s, enum und_err e)
{
	if (e != UND_OK) {
		und_sql_rollback(s->letters);
		return e;
	}
	e = und_sql_commit(s->letters);
	if (e != UND_OK) {
		s->unsettled = true;
		return e;
	}
	/* a failure is no failure of the commit: the log holds it, and the next one tries again */
	(void)sqlite3_wal_checkpoint_v2(s->letters, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
	return UND_OK;
}

/* A commit takes the place, in the log, of one that failed: after it, no crash can bring that one back. */
enum und_err und_letters_settle(struct und_sqlite *s)
{
	enum und_err e;

	if (s->unsettled) {
		if ((e = und_sql_begin(s->letters)) != UND_OK)
			return e;
		if ((e = und_letters_end(s, und_sql_run(s->st[LETTERS_TURN]))) != UND_OK)
			return e;
		s->unsettled = false;
	}
	if (s->strays)
		und_folder_erase_strays(s);
	s->strays = false;
	return UND_OK;
}

enum und_err und_letters_name_shelf(struct und_sqlite *s, const struct und_shelf *shelf)
{
	enum und_err e;

	if ((e = und_sql_bind(s->st[LETTERS_SHELF_PUT], "tt", und_cstr(shelf->kind->name), und_cstr(shelf->file))) != UND_OK)
		return e;
	return und_sql_run(s->st[LETTERS_SHELF_PUT]);
}

enum und_err und_letters_shelf(char out[40], struct und_sqlite *s, const char *name)
{
	struct und_bytes file = und_bytes(NULL, 0);
	sqlite3_stmt *st = s->st[LETTERS_SHELF];
	enum und_err e;
	bool row;

	if ((e = und_sql_bind(st, "t", und_cstr(name))) != UND_OK)
		return e;
	if ((e = und_sql_step(&row, st)) != UND_OK)
		return e;
	if (!row) {
		out[0] = '\0';
		return UND_OK;
	}
	e = und_sql_bytes(&file, st, 0);
	if (e == UND_OK && (file.n == 0 || file.n > 39 || memchr(file.p, '/', file.n) != NULL))
		e = UND_ERR_STORE_DAMAGED;
	if (e == UND_OK) {
		memcpy(out, file.p, file.n);
		out[file.n] = '\0';
	}
	und_sql_reset(st);
	return e;
}

/* ---- questions ---- */

static enum und_err has_row(bool *out, sqlite3_stmt *st)
{
	enum und_err e;
	bool row;

	if ((e = und_sql_step(&row, st)) != UND_OK)
		return e;
	if (row)
		und_sql_reset(st);
	*out = row;
	return UND_OK;
}

enum und_err und_letters_knows(bool *out, struct und_sqlite *s, const uint8_t letter[UND_ID_SIZE])
{
	enum und_err e;

	if ((e = und_sql_bind(s->st[LETTERS_FIND], "i", letter)) != UND_OK)
		return e;
	return has_row(out, s->st[LETTERS_FIND]);
}

enum und_err und_letters_knows_series(bool *out, struct und_sqlite *s, struct und_bytes series)
{
	enum und_err e;

	if ((e = und_sql_bind(s->st[LETTERS_SERIES], "t", series)) != UND_OK)
		return e;
	return has_row(out, s->st[LETTERS_SERIES]);
}

enum und_err und_letters_stands(bool *stands, bool *same, struct und_sqlite *s, const uint8_t letter[UND_ID_SIZE], enum und_store_kind kind,
                                const uint8_t tag[UND_POINT_SIZE], const uint8_t question[UND_ID_SIZE], const struct und_bytes *line)
{
	sqlite3_stmt *st = s->st[LETTERS_ACT];
	uint8_t digest[32], kept[32];
	enum und_err e;
	bool row;

	if ((e = und_sql_bind(st, "inii", letter, (int64_t)kind, tag, question)) != UND_OK)
		return e;
	if ((e = und_sql_step(&row, st)) != UND_OK)
		return e;
	*stands = row;
	if (!row)
		return UND_OK;
	e = und_sql_fixed(kept, sizeof kept, st, 0);
	und_sql_reset(st);
	if (e == UND_OK && line != NULL) {
		und_sha256(digest, line, 1);
		*same = memcmp(digest, kept, sizeof kept) == 0;
	}
	return e;
}

/* Nobody else writes: what is seen here is so until the transaction ends. */
static enum und_err series_is(struct und_sqlite *s, const struct und_store_request *r)
{
	bool found = false;
	enum und_err e;

	if (r->was == NULL)
		e = und_letters_knows_series(&found, s, r->series);
	else if ((e = und_sql_bind(s->st[LETTERS_SERIES_IS], "tb", r->series, *r->was)) == UND_OK)
		e = has_row(&found, s->st[LETTERS_SERIES_IS]);
	if (e != UND_OK)
		return e;
	return found == (r->was != NULL) ? UND_OK : UND_ERR_STORE_MOVED;
}

enum und_err und_letters_series_put(struct und_sqlite *s, const struct und_store_request *r)
{
	enum und_err e;

	if ((e = und_letters_begin(s)) != UND_OK)
		return e;
	if (r->only_if)
		e = series_is(s, r);
	if (e == UND_OK && (e = und_sql_bind(s->st[LETTERS_SERIES_PUT], "tb", r->series, r->note)) == UND_OK)
		e = und_sql_run(s->st[LETTERS_SERIES_PUT]);
	return und_letters_end(s, e);
}
