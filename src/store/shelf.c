/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* shelf.c: files that are thrown away so that they keep no order (sqlite.h) */
#include <limits.h>
#include <stdio.h>

#include "store/sqlite.h"

static enum und_err name_file(struct und_shelf *shelf, const struct und_sqlite *s)
{
	uint8_t r[8];
	int n;

	if (s->random->fill(s->random->ctx, r, sizeof r) != UND_OK)
		return UND_ERR_RANDOM;
	n = snprintf(shelf->file, sizeof shelf->file, "%s-%02x%02x%02x%02x%02x%02x%02x%02x.db", shelf->kind->name, r[0], r[1], r[2], r[3], r[4], r[5], r[6], r[7]);
	und_bug_if(n < 0 || n >= (int)sizeof shelf->file);
	return UND_OK;
}

/* Without fsync until it is written out. One connection and no other: the log's index is in our memory, and the log is never reset, only thrown away with the file. */
static enum und_err connect(struct und_shelf *shelf, const struct und_sqlite *s)
{
	char path[PATH_MAX];
	enum und_err e;
	bool is_wal = false;

	if ((e = und_folder_path(path, s, shelf->file)) != UND_OK)
		return e;
	if ((e = und_sql_open(&shelf->db, path, false)) != UND_OK)
		return e;
	/* locking first: it must be known before the log is looked at. A signature in a ring of some thousands fits into such a page with others, without one of its own for its end */
	e = und_sql_exec(shelf->db, "PRAGMA locking_mode = EXCLUSIVE; PRAGMA cache_size = -4096; PRAGMA synchronous = OFF; PRAGMA page_size = 8192; PRAGMA auto_vacuum = NONE; PRAGMA secure_delete = ON; PRAGMA foreign_keys = ON;"
	                            "PRAGMA wal_autocheckpoint = 0");
	if (e == UND_OK)
		e = und_sql_says(&is_wal, shelf->db, "PRAGMA journal_mode = WAL", "wal");
	return e != UND_OK ? e : is_wal ? UND_OK : UND_ERR_IO;
}

static enum und_err prepare(struct und_shelf *shelf)
{
	return und_sql_prepare(shelf->st, shelf->db, shelf->kind->statements, shelf->kind->statement_count);
}

static enum und_err check(struct und_shelf *shelf)
{
	int64_t application = 0, version = 0, broken = 1;
	enum und_err e;
	bool well = false;

	if ((e = und_sql_number(&application, shelf->db, "PRAGMA application_id")) != UND_OK)
		return e;
	if ((e = und_sql_number(&version, shelf->db, "PRAGMA user_version")) != UND_OK)
		return e;
	if (application != UND_APPLICATION_ID || version < 1 || version > UND_SCHEMA_VERSION)
		return UND_ERR_STORE_DAMAGED; /* letters.db, which names it, is ours; an older one is copied next */
	if ((e = und_sql_says(&well, shelf->db, "PRAGMA integrity_check(1)", "ok")) != UND_OK)
		return e;
	if ((e = und_sql_number(&broken, shelf->db, "SELECT count(*) FROM pragma_foreign_key_check")) != UND_OK)
		return e;
	return well && broken == 0 ? UND_OK : UND_ERR_STORE_DAMAGED;
}

enum und_err und_shelf_open(struct und_shelf *out, struct und_sqlite *s, const struct und_shelf_kind *kind, const char *file)
{
	struct und_shelf shelf = { .kind = kind };
	enum und_err e;

	if (!und_folder_has(s, file))
		return UND_ERR_STORE_DAMAGED;
	snprintf(shelf.file, sizeof shelf.file, "%s", file);
	if ((e = connect(&shelf, s)) == UND_OK)
		e = check(&shelf);
	if (e == UND_OK)
		e = prepare(&shelf);
	if (e != UND_OK) {
		und_shelf_close(&shelf);
		return e == UND_ERR_STORE_FOREIGN ? UND_ERR_STORE_DAMAGED : e;
	}
	*out = shelf;
	return UND_OK;
}

/* ---- a new file ---- */

static enum und_err copy_row(sqlite3_stmt *to, sqlite3_stmt *from)
{
	int rc = SQLITE_OK;

	for (int i = 0; i < sqlite3_column_count(from) && rc == SQLITE_OK; i++)
		rc = sqlite3_bind_value(to, i + 1, sqlite3_column_value(from, i));
	if (rc != SQLITE_OK) {
		und_sql_reset(to);
		return und_sql_error(sqlite3_db_handle(to), rc);
	}
	return und_sql_run(to);
}

static enum und_err copy_rows(struct und_shelf *to, sqlite3_stmt *write, sqlite3_stmt *read, const struct und_shelf_filter *filter)
{
	enum und_err e;
	bool row, keep;

	while ((e = und_sql_step(&row, read)) == UND_OK && row) {
		keep = true;
		if (filter != NULL)
			e = filter->keeps(&keep, filter->ctx, read);
		if (e == UND_OK && keep) {
			e = copy_row(write, read);
			to->rows++;
		}
		if (e != UND_OK) {
			und_sql_reset(read);
			break;
		}
	}
	return e;
}

static enum und_err copy_table(struct und_shelf *to, struct und_shelf *from, size_t table, const struct und_shelf_filter *filter)
{
	sqlite3_stmt *read = NULL, *write = NULL;
	enum und_err e;

	e = und_sql_prepare(&read, from->db, &from->kind->tables[table].read, 1);
	if (e == UND_OK)
		e = und_sql_prepare(&write, to->db, &to->kind->tables[table].write, 1);
	if (e == UND_OK)
		e = copy_rows(to, write, read, table == 0 ? filter : NULL);
	(void)sqlite3_finalize(read);
	(void)sqlite3_finalize(write);
	return e;
}

/* What a transaction writes that has nothing else to write. */
static const char beat[] = "CREATE TABLE beat (only INTEGER NOT NULL PRIMARY KEY CHECK (only = 1), n INTEGER NOT NULL) STRICT, WITHOUT ROWID;"
			   "INSERT INTO beat VALUES (1, 0)";

static enum und_err fill(struct und_shelf *to, struct und_shelf *from, const struct und_shelf_filter *filter)
{
	char head[96];
	enum und_err e;

	snprintf(head, sizeof head, "PRAGMA application_id = %d; PRAGMA user_version = %d", UND_APPLICATION_ID, UND_SCHEMA_VERSION);
	if ((e = und_sql_exec(to->db, head)) != UND_OK)
		return e;
	if ((e = und_sql_exec(to->db, to->kind->schema)) != UND_OK)
		return e;
	if ((e = und_sql_exec(to->db, beat)) != UND_OK)
		return e;
	for (size_t i = 0; from->db != NULL && i < UND_SHELF_TABLES_MAX && to->kind->tables[i].read != NULL; i++)
		if ((e = copy_table(to, from, i, filter)) != UND_OK)
			return e;
	return UND_OK;
}

/* Through the log without fsync, then into the file with it. */
static enum und_err write_out(struct und_shelf *to, struct und_sqlite *s, struct und_shelf *from, const struct und_shelf_filter *filter)
{
	int64_t busy = 1;
	enum und_err e;

	if ((e = und_sql_begin(to->db)) != UND_OK)
		return e;
	e = fill(to, from, filter);
	if (e != UND_OK) {
		und_sql_rollback(to->db);
		return e;
	}
	if ((e = und_sql_commit(to->db)) != UND_OK)
		return e;
	if ((e = und_sql_exec(to->db, "PRAGMA synchronous = FULL")) != UND_OK)
		return e;
	if ((e = und_sql_number(&busy, to->db, "PRAGMA wal_checkpoint(TRUNCATE)")) != UND_OK)
		return e;
	und_bug_if(busy != 0); /* there is no other connection */
	return und_folder_sync(s);
}

enum und_err und_shelf_build(struct und_shelf *out, struct und_sqlite *s, struct und_shelf *from, const struct und_shelf_filter *filter)
{
	struct und_shelf to = { .kind = from->kind };
	enum und_err e;

	if ((e = name_file(&to, s)) != UND_OK)
		return e;
	if ((e = und_folder_make(s, to.file, false)) != UND_OK)
		return e;
	if ((e = connect(&to, s)) == UND_OK)
		e = write_out(&to, s, from, filter);
	if (e == UND_OK)
		e = prepare(&to);
	if (e != UND_OK) {
		und_shelf_discard(s, &to);
		return e;
	}
	*out = to;
	return UND_OK;
}

void und_shelf_close(struct und_shelf *shelf)
{
	if (shelf->db != NULL)
		und_sql_close(shelf->db, shelf->st, UND_COUNT_OF(shelf->st));
	shelf->db = NULL;
}

void und_shelf_discard(struct und_sqlite *s, struct und_shelf *shelf)
{
	und_shelf_close(shelf);
	if (shelf->file[0] != '\0')
		und_folder_erase(s, shelf->file);
}

/* ---- in place of the old one ---- */

enum und_err und_shelf_renew(struct und_sqlite *s, struct und_shelf *shelf, const struct und_shelf_filter *filter)
{
	int64_t began = und_monotonic_ms(), ended;
	struct und_shelf to;
	enum und_err e;

	if ((e = und_letters_begin(s)) != UND_OK)
		return e;
	e = und_shelf_build(&to, s, shelf, filter);
	if (e != UND_OK)
		return und_letters_end(s, e);
	e = und_letters_end(s, und_letters_name_shelf(s, &to));
	if (e != UND_OK) {
		und_shelf_close(&to); /* its file stays until it is known which of the two is the shelf */
		s->strays = true;
		return e;
	}
	und_shelf_discard(s, shelf);
	*shelf = to;
	und_folder_midnight(s);
	ended = und_monotonic_ms();
	shelf->not_before = ended + 20 * (ended - began); /* at most a twentieth of the time goes into this */
	return UND_OK;
}

enum und_err und_shelf_end(struct und_shelf *shelf, enum und_err e, uint64_t changes, bool always)
{
	if (e == UND_OK && (always || shelf->suspect))
		e = und_sql_exec(shelf->db, "UPDATE beat SET n = n + 1"); /* something to write */
	if (e != UND_OK) {
		und_sql_rollback(shelf->db);
		return e;
	}
	if ((e = und_sql_commit(shelf->db)) != UND_OK) {
		shelf->suspect = true;
		return e;
	}
	shelf->suspect = false;
	if (changes == 0 && always)
		changes = 1; /* the files have the time of this: what changed nothing goes the way of what did */
	shelf->changed += changes;
	if (changes > 0)
		shelf->last_change = und_monotonic_ms();
	return UND_OK;
}
