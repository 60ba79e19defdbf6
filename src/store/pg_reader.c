/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* pg_reader.c: letters and series read from PostgreSQL, through a few connections that all readers share */
#include <stdlib.h>

#include "base/hash.h"
#include "store/pg.h"

enum { PIECE_MAX = 32 << 10 };

struct reader {
	struct und_store_reader base;
	struct und_postgres *store;
	struct und_buf note; /* of the last call */
};

static struct reader *reader_of(struct und_store_reader *r)
{
	return (struct reader *)(void *)r;
}

/* ---- connections ---- */

void und_pg_readers_init(struct und_postgres *s)
{
	pthread_mutex_init(&s->pool_lock, NULL);
	pthread_cond_init(&s->pool_news, NULL);
}

void und_pg_readers_clear(struct und_postgres *s)
{
	for (unsigned i = 0; i < s->idle_count; i++)
		und_pg_close(&s->idle[i]);
	pthread_cond_destroy(&s->pool_news);
	pthread_mutex_destroy(&s->pool_lock);
}

/* One that may be closed yet. */
static void borrow(struct und_pg *out, struct und_postgres *s)
{
	*out = (struct und_pg){ .patience_ms = UND_PG_READ_MS };
	pthread_mutex_lock(&s->pool_lock);
	while (s->used == UND_PG_READERS)
		pthread_cond_wait(&s->pool_news, &s->pool_lock);
	s->used++;
	if (s->idle_count > 0)
		*out = s->idle[--s->idle_count];
	pthread_mutex_unlock(&s->pool_lock);
	und_pg_moved(out);
}

static void give_back(struct und_postgres *s, struct und_pg *pg)
{
	if (!und_pg_is_open(pg))
		und_pg_close(pg);
	pthread_mutex_lock(&s->pool_lock);
	s->used--;
	if (pg->c != NULL)
		s->idle[s->idle_count++] = *pg;
	pthread_cond_signal(&s->pool_news);
	pthread_mutex_unlock(&s->pool_lock);
}

/* A statement of its own; asked again on a new connection when the old one was broken. */
static enum und_err ask(PGresult **out, struct und_postgres *s, const char *sql, const struct und_pg_args *a)
{
	struct und_pg pg;
	enum und_err e = UND_ERR_IO;

	borrow(&pg, s);
	for (int i = 0; i < 2; i++) {
		e = UND_OK;
		if (!und_pg_is_open(&pg)) {
			e = und_pg_connect(&pg, s->where);
			if (i > 0 || e != UND_OK)
				atomic_fetch_add(&s->epoch, 1);
		}
		if (e == UND_OK)
			e = und_pg_run(out, NULL, &pg, sql, a);
		if (e == UND_OK || pg.c == NULL || !pg.lost)
			break;
	}
	give_back(s, &pg);
	return e;
}

enum und_err und_pg_reader_open(struct und_store_reader **out, struct und_store *store)
{
	struct reader *r = und_alloc(1, sizeof *r);

	if (r == NULL)
		return UND_ERR_MEMORY;
	r->base.backend = &und_pg_backend;
	r->store = (struct und_postgres *)(void *)store;
	und_buf_init(&r->note, UND_STORE_NOTE_MAX);
	*out = &r->base;
	return UND_OK;
}

void und_pg_reader_close(struct und_store_reader *reader)
{
	struct reader *r = reader_of(reader);

	und_buf_clear(&r->note);
	free(r);
}

static enum und_err take_note(struct und_bytes *out, struct reader *r, struct und_bytes note)
{
	und_buf_reset(&r->note);
	und_buf_clear(&r->note);
	und_buf_add_bytes(&r->note, note);
	if (r->note.err != UND_OK)
		return r->note.err == UND_ERR_LIMIT ? UND_ERR_STORE_DAMAGED : r->note.err;
	*out = und_buf_bytes(&r->note);
	return UND_OK;
}

/* ---- letters ---- */

/* id, slug, generation, size, note */
static enum und_err take_letter(struct und_store_letter *out, struct reader *r, const PGresult *rows)
{
	struct und_store_letter l = { .slug = "" };
	struct und_bytes slug;
	enum und_err e;

	if (und_pq.PQntuples(rows) == 0)
		return UND_ERR_LETTER_UNKNOWN;
	if ((e = und_pg_fixed(l.id, sizeof l.id, rows, 0, 0)) != UND_OK)
		return e;
	slug = und_pg_bytes(rows, 0, 1);
	if (slug.n > UND_STORE_SLUG_MAX)
		return UND_ERR_STORE_DAMAGED;
	memcpy(l.slug, slug.p, slug.n);
	l.generation = (uint64_t)und_pg_number(rows, 0, 2);
	l.size = (uint64_t)und_pg_number(rows, 0, 3);
	if ((e = take_note(&l.note, r, und_pg_bytes(rows, 0, 4))) != UND_OK)
		return e;
	*out = l;
	return UND_OK;
}

#define LETTER "SELECT l.id, n.slug, l.generation, l.size, l.note FROM undersigned.name AS n JOIN undersigned.letter AS l ON l.id = n.letter "

static enum und_err find(struct und_store_letter *out, struct reader *r, const char *sql, enum und_pg_kind kind, struct und_bytes key)
{
	struct und_pg_args a;
	PGresult *rows = NULL;
	enum und_err e;

	und_pg_args(&a);
	und_pg_add(&a, kind, key);
	e = ask(&rows, r->store, sql, &a);
	und_pg_args_clear(&a);
	if (e == UND_OK)
		e = take_letter(out, r, rows);
	und_pq.PQclear(rows);
	return e;
}

enum und_err und_pg_letter(struct und_store_letter *out, struct und_store_reader *reader, const uint8_t letter[UND_ID_SIZE])
{
	return find(out, reader_of(reader), LETTER "WHERE l.id = $1", UND_PG_BYTES, und_bytes(letter, UND_ID_SIZE));
}

enum und_err und_pg_letter_by_slug(struct und_store_letter *out, struct und_store_reader *reader, struct und_bytes slug, bool after)
{
	/* a zero byte, which no text of PostgreSQL holds, is in none of our short names either */
	if (memchr(slug.n > 0 ? slug.p : (const uint8_t *)"x", 0, slug.n > 0 ? slug.n : 1) != NULL)
		return UND_ERR_LETTER_UNKNOWN;
	return find(out, reader_of(reader), after ? LETTER "WHERE n.slug > $1 ORDER BY n.slug LIMIT 1" : LETTER "WHERE n.slug = $1", UND_PG_TEXT, slug);
}

enum und_err und_pg_size_at(uint64_t *size, struct und_store_reader *reader, const uint8_t letter[UND_ID_SIZE], uint64_t generation)
{
	struct und_pg_args a;
	PGresult *rows = NULL;
	enum und_err e;

	if (generation > INT64_MAX)
		return UND_ERR_LETTER_UNKNOWN;
	und_pg_args(&a);
	und_pg_add(&a, UND_PG_BYTES, und_bytes(letter, UND_ID_SIZE));
	und_pg_add_number(&a, (int64_t)generation);
	e = ask(&rows, reader_of(reader)->store, "SELECT size FROM undersigned.segment WHERE letter = $1 AND generation = $2", &a);
	und_pg_args_clear(&a);
	if (e == UND_OK && und_pq.PQntuples(rows) == 0)
		e = UND_ERR_LETTER_UNKNOWN;
	if (e == UND_OK)
		*size = (uint64_t)und_pg_number(rows, 0, 0);
	und_pq.PQclear(rows);
	return e;
}

/* ---- the file ---- */

struct reading {
	uint64_t at, end;
	enum und_err (*take)(void *ctx, struct und_bytes piece);
	void *ctx;
};

/* start, bytes, digest; of it, what lies in [at, end) */
static enum und_err take_piece(struct reading *g, const PGresult *rows)
{
	uint64_t start = (uint64_t)und_pg_number(rows, 0, 0);
	struct und_bytes bytes = und_pg_bytes(rows, 0, 1);
	uint8_t digest[32], kept[32];
	enum und_err e;

	if (start > g->at || bytes.n > PIECE_MAX || g->at - start >= bytes.n)
		return UND_ERR_STORE_DAMAGED;
	if ((e = und_pg_fixed(kept, sizeof kept, rows, 0, 2)) != UND_OK)
		return e;
	und_sha256(digest, &bytes, 1);
	if (memcmp(digest, kept, sizeof kept) != 0)
		return UND_ERR_STORE_DAMAGED;
	bytes = und_bytes(bytes.p + (g->at - start), bytes.n - (size_t)(g->at - start));
	if (bytes.n > g->end - g->at)
		bytes.n = (size_t)(g->end - g->at);
	g->at += bytes.n;
	return g->take(g->ctx, bytes);
}

/* A statement a piece: no connection is held while take takes, and since files only grow the whole is one state all the same; a letter that is dropped ends it. */
static enum und_err read_piece(struct reading *g, struct reader *r, const uint8_t *letter)
{
	struct und_pg_args a;
	PGresult *rows = NULL;
	enum und_err e;

	und_pg_args(&a);
	und_pg_add(&a, UND_PG_BYTES, und_bytes(letter, UND_ID_SIZE));
	und_pg_add_number(&a, (int64_t)g->at);
	e = ask(&rows, r->store, "SELECT start, bytes, digest FROM undersigned.piece WHERE letter = $1 AND start <= $2 ORDER BY start DESC LIMIT 1", &a);
	und_pg_args_clear(&a);
	if (e == UND_OK && und_pq.PQntuples(rows) == 0)
		e = UND_ERR_STORE_DAMAGED; /* or it was dropped meanwhile */
	if (e == UND_OK)
		e = take_piece(g, rows);
	und_pq.PQclear(rows);
	return e;
}

enum und_err und_pg_read(struct und_store_reader *reader, const uint8_t letter[UND_ID_SIZE], uint64_t start, uint64_t n,
                         enum und_err (*take)(void *ctx, struct und_bytes piece), void *ctx)
{
	struct reader *r = reader_of(reader);
	struct reading g = { .at = start, .take = take, .ctx = ctx };
	struct und_store_letter l;
	enum und_err e;

	if ((e = und_pg_letter(&l, reader, letter)) != UND_OK)
		return e;
	if (start >= l.size)
		return UND_OK;
	g.end = n < l.size - start ? start + n : l.size;
	while (g.at < g.end)
		if ((e = read_piece(&g, r, letter)) != UND_OK)
			return e == UND_ERR_STORE_DAMAGED && und_pg_letter(&l, reader, letter) == UND_ERR_LETTER_UNKNOWN ? UND_ERR_LETTER_UNKNOWN : e;
	return UND_OK;
}

/* ---- series ---- */

static enum und_err find_series(PGresult **out, struct und_store_reader *reader, const char *sql, struct und_bytes series)
{
	struct und_pg_args a;
	enum und_err e;

	if (series.n > 0 && memchr(series.p, 0, series.n) != NULL)
		return UND_ERR_SERIES_UNKNOWN;
	und_pg_args(&a);
	und_pg_add(&a, UND_PG_TEXT, series);
	e = ask(out, reader_of(reader)->store, sql, &a);
	und_pg_args_clear(&a);
	return e == UND_OK && und_pq.PQntuples(*out) == 0 ? UND_ERR_SERIES_UNKNOWN : e;
}

enum und_err und_pg_series(struct und_bytes *note, struct und_store_reader *reader, struct und_bytes series)
{
	PGresult *rows = NULL;
	enum und_err e = find_series(&rows, reader, "SELECT note FROM undersigned.series WHERE id = $1", series);

	if (e == UND_OK)
		e = take_note(note, reader_of(reader), und_pg_bytes(rows, 0, 0));
	und_pq.PQclear(rows);
	return e;
}

enum und_err und_pg_series_after(char out[UND_ID_TEXT_MAX + 1], struct und_store_reader *reader, struct und_bytes series)
{
	PGresult *rows = NULL;
	struct und_bytes id;
	enum und_err e = find_series(&rows, reader, "SELECT id FROM undersigned.series WHERE id > $1 ORDER BY id LIMIT 1", series);

	if (e == UND_OK) {
		id = und_pg_bytes(rows, 0, 0);
		if (id.n > UND_ID_TEXT_MAX) {
			e = UND_ERR_STORE_DAMAGED;
		} else {
			memcpy(out, id.p, id.n);
			out[id.n] = '\0';
		}
	}
	und_pq.PQclear(rows);
	return e;
}
