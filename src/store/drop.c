/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* drop.c: a letter removed: its file, its acts, what waits of it, and the shelf without them, in one commit; and which request asked for it */
#include "store/sqlite.h"

/* Which rows of the shelf stay: those of other letters. */
static enum und_err is_of_another(bool *out, void *ctx, sqlite3_stmt *row)
{
	uint8_t letter[UND_ID_SIZE];
	enum und_err e;

	if ((e = und_sql_fixed(letter, sizeof letter, row, 0)) != UND_OK)
		return e;
	*out = memcmp(letter, ctx, sizeof letter) != 0;
	return UND_OK;
}

static enum und_err check_generation(struct und_sqlite *s, const struct und_store_request *r)
{
	sqlite3_stmt *st = s->st[LETTERS_FIND];
	uint64_t generation;
	enum und_err e;
	bool row;

	if ((e = und_sql_bind(st, "i", r->letter)) != UND_OK)
		return e;
	if ((e = und_sql_step(&row, st)) != UND_OK)
		return e;
	if (!row)
		return UND_ERR_LETTER_UNKNOWN;
	generation = (uint64_t)sqlite3_column_int64(st, 0);
	und_sql_reset(st);
	return generation == r->generation ? UND_OK : UND_ERR_STORE_MOVED;
}

/* Each request drops once, while its day could still be taken; then the day refuses it. */
static enum und_err note_request(struct und_sqlite *s, const struct und_store_asked *asked)
{
	sqlite3_stmt *st = s->st[LETTERS_REQUEST];
	enum und_err e;
	bool row;

	if ((e = und_sql_bind(st, "i", asked->nonce)) != UND_OK)
		return e;
	if ((e = und_sql_step(&row, st)) != UND_OK)
		return e;
	if (row) {
		und_sql_reset(st);
		return UND_ERR_REQUEST_TWICE;
	}
	if ((e = und_sql_bind(s->st[LETTERS_REQUESTS_PAST], "n", (int64_t)asked->today - 1)) != UND_OK)
		return e;
	if ((e = und_sql_run(s->st[LETTERS_REQUESTS_PAST])) != UND_OK)
		return e;
	if ((e = und_sql_bind(s->st[LETTERS_REQUEST_ADD], "in", asked->nonce, (int64_t)asked->on)) != UND_OK)
		return e;
	return und_sql_run(s->st[LETTERS_REQUEST_ADD]);
}

static enum und_err remove_rows(struct und_sqlite *s, const uint8_t *letter)
{
	static const enum und_letters_statement all[] = { LETTERS_DROP_ACTS, LETTERS_DROP_PIECES, LETTERS_DROP_SEGMENTS, LETTERS_DROP };
	enum und_err e;

	for (size_t i = 0; i < UND_COUNT_OF(all); i++) {
		if ((e = und_sql_bind(s->st[all[i]], "i", letter)) != UND_OK)
			return e;
		if ((e = und_sql_run(s->st[all[i]])) != UND_OK)
			return e;
	}
	return UND_OK;
}

/* Within a transaction; *to is the shelf without the letter: made anew even where nothing waits, since the old one may show what did. */
static enum und_err drop(struct und_shelf *to, struct und_sqlite *s, const struct und_store_request *r)
{
	uint8_t letter[UND_ID_SIZE];
	const struct und_shelf_filter filter = { is_of_another, letter };
	enum und_err e, moved = check_generation(s, r);

	memcpy(letter, r->letter, sizeof letter);
	if (moved != UND_OK && moved != UND_ERR_STORE_MOVED)
		return moved;
	if ((e = note_request(s, r->asked)) != UND_OK)
		return e;
	if (moved != UND_OK)
		return moved;
	if ((e = remove_rows(s, letter)) != UND_OK)
		return e;
	if ((e = und_shelf_build(to, s, &s->waiting, &filter)) != UND_OK)
		return e;
	return und_letters_name_shelf(s, to);
}

enum und_err und_letters_drop(struct und_sqlite *s, const struct und_store_request *r)
{
	struct und_shelf to = { .db = NULL };
	enum und_err e;

	if ((e = und_letters_begin(s)) != UND_OK)
		return e;
	e = und_letters_end(s, drop(&to, s, r));
	if (to.db == NULL)
		return e;
	if (e != UND_OK) {
		und_shelf_close(&to); /* its file stays until it is known which of the two is the shelf */
		s->strays = true;
		return e;
	}
	und_shelf_discard(s, &s->waiting);
	s->waiting = to;
	s->remains = s->forgetting = true;
	und_letters_forget(s);
	und_folder_midnight(s);
	return UND_OK;
}

/*
 * What was deleted is overwritten in letters.db (secure_delete), but not what SQLite left where it moved rows from one page to another: pages are written anew. What the log still has goes with the log. A disk that is full, or a
 * reader that looks just now, keeps it: then the next time.
 */
void und_letters_forget(struct und_sqlite *s)
{
	enum { PATIENCE_MS = 100 };

	if (s->remains && und_sql_exec(s->letters, "VACUUM") == UND_OK)
		s->remains = false;
	if (!s->forgetting || sqlite3_busy_timeout(s->letters, PATIENCE_MS) != SQLITE_OK)
		return;
	if (sqlite3_wal_checkpoint_v2(s->letters, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL) == SQLITE_OK)
		s->forgetting = s->remains;
	(void)sqlite3_busy_timeout(s->letters, UND_SQL_BUSY_MS);
}
