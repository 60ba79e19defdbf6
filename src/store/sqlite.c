/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* sqlite.c: the store in a folder: opened, put in order, closed */
#include <errno.h>
#include <stdlib.h>

#include "store/sqlite.h"

/* The shelf that letters.db names, checked and laid out anew; or, in a new store, the first one. */
static enum und_err open_shelf(struct und_sqlite *s, struct und_shelf *shelf, const struct und_shelf_kind *kind)
{
	char file[40];
	enum und_err e;

	shelf->kind = kind;
	if ((e = und_letters_shelf(file, s, kind->name)) != UND_OK)
		return e;
	if (file[0] == '\0')
		return UND_OK;
	return und_shelf_open(shelf, s, kind, file);
}

static enum und_err open_all(struct und_sqlite *s, const char *path)
{
	enum und_err e;

	if ((e = und_folder_open(s, path)) != UND_OK)
		return e;
	if ((e = und_letters_open(s)) != UND_OK)
		return e;
	if ((e = open_shelf(s, &s->waiting, &und_waiting_shelf)) != UND_OK)
		return e;
	if ((e = open_shelf(s, &s->cards, &und_cards_shelf)) != UND_OK)
		return e;
	und_folder_erase_strays(s);
	if ((e = und_waiting_check(s, &s->waiting)) != UND_OK)
		return e;
	if ((e = und_shelf_renew(s, &s->cards, NULL)) != UND_OK)
		return e;
	return und_writer_start(s);
}

static void close_all(struct und_sqlite *s)
{
	int error = errno;

	und_shelf_close(&s->waiting);
	und_shelf_close(&s->cards);
	und_letters_close(s);
	if (s->folder >= 0)
		und_folder_midnight(s);
	und_folder_close(s);
	free(s);
	errno = error;
}

enum und_err und_store_open_sqlite(struct und_store **out, const char *folder, const struct und_store_options *options)
{
	struct und_sqlite *s;
	enum und_err e;

	und_bug_if(sqlite3_threadsafe() == 0);
	s = und_alloc(1, sizeof *s);
	if (s == NULL)
		return UND_ERR_MEMORY;
	s->base.backend = &und_sqlite_backend;
	s->random = options->random;
	s->folder = -1;
	s->quiet_ms = options->quiet_ms == 0 ? 2000 : options->quiet_ms;
	s->tidy_rows = options->tidy_rows == 0 ? 1024 : options->tidy_rows;
	e = open_all(s, folder);
	if (e != UND_OK) {
		close_all(s);
		return e;
	}
	*out = &s->base;
	return UND_OK;
}

static void close_store(struct und_store *store)
{
	struct und_sqlite *s = (struct und_sqlite *)(void *)store;

	und_writer_stop(s);
	close_all(s);
}

const struct und_store_backend und_sqlite_backend = {
	.start = und_writer_queue,
	.close = close_store,
	.reader_open = und_sqlite_reader_open,
	.reader_close = und_sqlite_reader_close,
	.letter = und_sqlite_letter,
	.letter_by_slug = und_sqlite_letter_by_slug,
	.size_at = und_sqlite_size_at,
	.read = und_sqlite_read,
	.series = und_sqlite_series,
	.series_after = und_sqlite_series_after,
};
