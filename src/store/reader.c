/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* reader.c: letters and series read by connections that cannot write, each statement a snapshot of its own */
#include <limits.h>
#include <stdlib.h>

#include "store/sqlite.h"

enum { LETTER, SLUG, SLUG_AFTER, SIZE_AT, PIECE, SERIES, SERIES_AFTER, STATEMENTS };
enum { PIECE_MAX = 32 << 10 };

static const char *const statements[STATEMENTS] = {
	[LETTER] = "SELECT id, slug, generation, size, note FROM letter WHERE id = ?1",
	[SLUG] = "SELECT id, slug, generation, size, note FROM letter WHERE slug = ?1",
	[SLUG_AFTER] = "SELECT id, slug, generation, size, note FROM letter WHERE slug > ?1 ORDER BY slug LIMIT 1",
	[SIZE_AT] = "SELECT size FROM segment WHERE letter = ?1 AND generation = ?2",
	[PIECE] = "SELECT start, bytes, digest FROM piece WHERE letter = ?1 AND start <= ?2 ORDER BY start DESC LIMIT 1",
	[SERIES] = "SELECT note FROM series WHERE id = ?1",
	[SERIES_AFTER] = "SELECT id FROM series WHERE id > ?1 ORDER BY id LIMIT 1",
};

struct reader {
	struct und_store_reader base;
	sqlite3 *db;
	sqlite3_stmt *st[STATEMENTS];
	struct und_buf note; /* of the last call */
};

static struct reader *reader_of(struct und_store_reader *r)
{
	return (struct reader *)(void *)r;
}

enum und_err und_sqlite_reader_open(struct und_store_reader **out, struct und_store *store)
{
	struct und_sqlite *s = (struct und_sqlite *)(void *)store;
	struct reader *r;
	char path[PATH_MAX];
	enum und_err e;

	r = und_alloc(1, sizeof *r);
	if (r == NULL)
		return UND_ERR_MEMORY;
	r->base.backend = &und_sqlite_backend;
	und_buf_init(&r->note, UND_STORE_NOTE_MAX);
	if ((e = und_folder_path(path, s, "letters.db")) == UND_OK)
		e = und_sql_open(&r->db, path, true);
	if (e == UND_OK)
		e = und_sql_prepare(r->st, r->db, statements, STATEMENTS);
	if (e != UND_OK) {
		und_sqlite_reader_close(&r->base);
		return e;
	}
	*out = &r->base;
	return UND_OK;
}

void und_sqlite_reader_close(struct und_store_reader *reader)
{
	struct reader *r = reader_of(reader);

	if (r->db != NULL)
		und_sql_close(r->db, r->st, STATEMENTS);
	und_buf_clear(&r->note);
	free(r);
}

/* A copy of a column: a row that stayed would keep its state of the file, and the log from being cut. */
static enum und_err take_note(struct und_bytes *out, struct reader *r, sqlite3_stmt *st, int column)
{
	struct und_bytes note;
	enum und_err e;

	if ((e = und_sql_bytes(&note, st, column)) != UND_OK)
		return e;
	und_buf_clear(&r->note);
	und_buf_add_bytes(&r->note, note);
	if (r->note.err != UND_OK)
		return r->note.err == UND_ERR_LIMIT ? UND_ERR_STORE_DAMAGED : r->note.err;
	*out = und_buf_bytes(&r->note);
	return UND_OK;
}

/* ---- letters ---- */

static enum und_err take_letter(struct und_store_letter *out, struct reader *r, sqlite3_stmt *st)
{
	struct und_store_letter l = { .generation = (uint64_t)sqlite3_column_int64(st, 2), .size = (uint64_t)sqlite3_column_int64(st, 3) };
	struct und_bytes slug;
	enum und_err e;

	if ((e = und_sql_fixed(l.id, sizeof l.id, st, 0)) != UND_OK)
		return e;
	if ((e = und_sql_bytes(&slug, st, 1)) != UND_OK)
		return e;
	if (slug.n > UND_STORE_SLUG_MAX)
		return UND_ERR_STORE_DAMAGED;
	memcpy(l.slug, slug.p, slug.n);
	if ((e = take_note(&l.note, r, st, 4)) != UND_OK)
		return e;
	*out = l;
	return UND_OK;
}

/* The row of a bound statement. */
static enum und_err find(struct und_store_letter *out, struct reader *r, sqlite3_stmt *st)
{
	enum und_err e;
	bool row;

	if ((e = und_sql_step(&row, st)) != UND_OK)
		return e;
	if (!row)
		return UND_ERR_LETTER_UNKNOWN;
	e = take_letter(out, r, st);
	und_sql_reset(st);
	return e;
}

enum und_err und_sqlite_letter(struct und_store_letter *out, struct und_store_reader *reader, const uint8_t letter[UND_ID_SIZE])
{
	struct reader *r = reader_of(reader);
	sqlite3_stmt *st = r->st[LETTER];
	enum und_err e;

	if ((e = und_sql_bind(st, "i", letter)) != UND_OK)
		return e;
	return find(out, r, st);
}

enum und_err und_sqlite_letter_by_slug(struct und_store_letter *out, struct und_store_reader *reader, struct und_bytes slug, bool after)
{
	struct reader *r = reader_of(reader);
	sqlite3_stmt *st = r->st[after ? SLUG_AFTER : SLUG];
	enum und_err e;

	if ((e = und_sql_bind(st, "t", slug)) != UND_OK)
		return e;
	return find(out, r, st);
}

enum und_err und_sqlite_size_at(uint64_t *size, struct und_store_reader *reader, const uint8_t letter[UND_ID_SIZE], uint64_t generation)
{
	sqlite3_stmt *st = reader_of(reader)->st[SIZE_AT];
	enum und_err e;
	bool row;

	if (generation > INT64_MAX)
		return UND_ERR_LETTER_UNKNOWN;
	if ((e = und_sql_bind(st, "in", letter, (int64_t)generation)) != UND_OK)
		return e;
	if ((e = und_sql_step(&row, st)) != UND_OK)
		return e;
	if (!row)
		return UND_ERR_LETTER_UNKNOWN;
	*size = (uint64_t)sqlite3_column_int64(st, 0);
	und_sql_reset(st);
	return UND_OK;
}

/* ---- the file ---- */

/* The piece that holds byte `at`, which is there; of it, what lies in [at, end). Lives until the statement is reset. */
static enum und_err piece_at(struct und_bytes *out, sqlite3_stmt *st, const uint8_t *letter, uint64_t at, uint64_t end)
{
	struct und_bytes bytes;
	uint64_t start;
	enum und_err e;
	bool row;

	if ((e = und_sql_bind(st, "in", letter, (int64_t)at)) != UND_OK)
		return e;
	if ((e = und_sql_step(&row, st)) != UND_OK)
		return e;
	if (!row)
		return UND_ERR_STORE_DAMAGED;
	start = (uint64_t)sqlite3_column_int64(st, 0);
	if ((e = und_sql_bytes(&bytes, st, 1)) == UND_OK && (bytes.n > PIECE_MAX || at - start >= bytes.n))
		e = UND_ERR_STORE_DAMAGED;
	if (e == UND_OK)
		e = und_sql_sealed(st, 2, &bytes, 1);
	if (e != UND_OK) {
		und_sql_reset(st);
		return e;
	}
	bytes = und_bytes(bytes.p + (at - start), bytes.n - (size_t)(at - start));
	if (bytes.n > end - at)
		bytes.n = (size_t)(end - at);
	*out = bytes;
	return UND_OK;
}

/* A statement a piece: nothing is held for longer than take takes, and since files only grow the whole is one state all the same; a letter that is dropped ends it. */
enum und_err und_sqlite_read(struct und_store_reader *reader, const uint8_t letter[UND_ID_SIZE], uint64_t start, uint64_t n,
                             enum und_err (*take)(void *ctx, struct und_bytes piece), void *ctx)
{
	struct reader *r = reader_of(reader);
	struct und_store_letter l;
	struct und_bytes piece;
	sqlite3_stmt *st = r->st[PIECE];
	uint64_t end;
	enum und_err e;

	if ((e = und_sqlite_letter(&l, reader, letter)) != UND_OK)
		return e;
	if (start >= l.size)
		return UND_OK;
	end = n < l.size - start ? start + n : l.size;
	while (start < end) {
		if ((e = piece_at(&piece, st, letter, start, end)) != UND_OK)
			return e == UND_ERR_STORE_DAMAGED && und_sqlite_letter(&l, reader, letter) == UND_ERR_LETTER_UNKNOWN ? UND_ERR_LETTER_UNKNOWN : e; /* dropped meanwhile */
		start += piece.n;
		e = take(ctx, piece);
		und_sql_reset(st);
		if (e != UND_OK)
			return e;
	}
	return UND_OK;
}

/* ---- series ---- */

enum und_err und_sqlite_series(struct und_bytes *note, struct und_store_reader *reader, struct und_bytes series)
{
	struct reader *r = reader_of(reader);
	sqlite3_stmt *st = r->st[SERIES];
	enum und_err e;
	bool row;

	if ((e = und_sql_bind(st, "t", series)) != UND_OK)
		return e;
	if ((e = und_sql_step(&row, st)) != UND_OK)
		return e;
	if (!row)
		return UND_ERR_SERIES_UNKNOWN;
	e = take_note(note, r, st, 0);
	und_sql_reset(st);
	return e;
}

enum und_err und_sqlite_series_after(char out[UND_ID_TEXT_MAX + 1], struct und_store_reader *reader, struct und_bytes series)
{
	sqlite3_stmt *st = reader_of(reader)->st[SERIES_AFTER];
	struct und_bytes id = und_bytes(NULL, 0);
	enum und_err e;
	bool row;

	if ((e = und_sql_bind(st, "t", series)) != UND_OK)
		return e;
	if ((e = und_sql_step(&row, st)) != UND_OK)
		return e;
	if (!row)
		return UND_ERR_SERIES_UNKNOWN;
	e = und_sql_bytes(&id, st, 0);
	if (e == UND_OK && id.n > UND_ID_TEXT_MAX)
		e = UND_ERR_STORE_DAMAGED;
	if (e == UND_OK) {
		memcpy(out, id.p, id.n);
		out[id.n] = '\0';
	}
	und_sql_reset(st);
	return e;
}
