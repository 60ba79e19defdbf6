/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* postgres.c: the store in a PostgreSQL database: opened, closed */
#include <errno.h>
#include <stdlib.h>

#include "store/pg.h"

static void close_all(struct und_postgres *s)
{
	int error = errno;

	und_pg_close(&s->pg);
	und_pg_readers_clear(s);
	free(s->where);
	free(s);
	errno = error;
}

static enum und_err open_all(struct und_postgres *s, const struct und_store_options *options)
{
	enum und_err e;

	s->pg.said = options->said;
	e = und_pg_writer_open(s);
	s->pg.said = NULL;
	return e != UND_OK ? e : und_pg_writer_start(s);
}

enum und_err und_store_open_postgres(struct und_store **out, const char *where, const struct und_store_options *options)
{
	struct und_postgres *s;
	enum und_err e;

	if ((e = und_pg_load(options->said, UND_STORE_SAID)) != UND_OK)
		return e;
	s = und_alloc(1, sizeof *s);
	if (s == NULL)
		return UND_ERR_MEMORY;
	s->base.backend = &und_pg_backend;
	s->quiet_ms = options->quiet_ms == 0 ? 2000 : options->quiet_ms;
	s->tidy_rows = options->tidy_rows == 0 ? 1024 : options->tidy_rows;
	s->waiting.rewrite = und_pg_rewrite_waiting;
	s->cards.rewrite = und_pg_rewrite_cards;
	und_pg_readers_init(s);
	s->where = strdup(where);
	e = s->where == NULL ? UND_ERR_MEMORY : open_all(s, options);
	if (e != UND_OK) {
		close_all(s);
		return e;
	}
	*out = &s->base;
	return UND_OK;
}

static void close_store(struct und_store *store)
{
	struct und_postgres *s = (struct und_postgres *)(void *)store;

	und_pg_writer_stop(s);
	close_all(s);
}

static uint64_t epoch(struct und_store *store)
{
	struct und_postgres *s = (struct und_postgres *)(void *)store;

	return atomic_load(&s->epoch);
}

const struct und_store_backend und_pg_backend = {
	.start = und_pg_writer_queue,
	.close = close_store,
	.epoch = epoch,
	.reader_open = und_pg_reader_open,
	.reader_close = und_pg_reader_close,
	.letter = und_pg_letter,
	.letter_by_slug = und_pg_letter_by_slug,
	.size_at = und_pg_size_at,
	.read = und_pg_read,
	.series = und_pg_series,
	.series_after = und_pg_series_after,
};

/* ---- names of stores ---- */

bool und_store_is_postgres(const char *where)
{
	return strncmp(where, "postgresql://", 13) == 0 || strncmp(where, "postgres://", 11) == 0;
}

bool und_store_tells_password(const char *where)
{
	PQconninfoOption *options;
	bool tells = false;

	if (!und_store_is_postgres(where) || und_pg_load(NULL, 0) != UND_OK)
		return false; /* whoever opens it is told */
	options = und_pq.PQconninfoParse(where, NULL);
	for (PQconninfoOption *o = options; o != NULL && o->keyword != NULL; o++)
		tells |= (strcmp(o->keyword, "password") == 0 || strcmp(o->keyword, "sslpassword") == 0) && o->val != NULL;
	und_pq.PQconninfoFree(options);
	return tells;
}

enum und_err und_store_open(struct und_store **out, const char *where, const struct und_store_options *options)
{
	return und_store_is_postgres(where) ? und_store_open_postgres(out, where, options) : und_store_open_sqlite(out, where, options);
}
