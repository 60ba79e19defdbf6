/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* pg_drop.c: a letter removed from PostgreSQL with all that waits of it; and which request asked for it */
#include "store/pg.h"

static enum und_err ask(int64_t *out, struct und_pg *pg, const char *sql, enum und_pg_kind kind, struct und_bytes key)
{
	struct und_pg_args a;
	enum und_err e;

	und_pg_args(&a);
	und_pg_add(&a, kind, key);
	e = und_pg_ask(out, pg, sql, &a);
	und_pg_args_clear(&a);
	return e;
}

/* Each request drops once, while its day could still be taken; then the day refuses it. */
static enum und_err note_request(struct und_pg *pg, const struct und_store_asked *asked)
{
	const struct und_bytes nonce = und_bytes(asked->nonce, sizeof asked->nonce);
	struct und_pg_args a;
	int64_t known = 0;
	enum und_err e;

	if ((e = und_pg_lock(pg, UND_PG_LOCK_REQUEST, &nonce, 1)) != UND_OK)
		return e;
	if ((e = ask(&known, pg, "SELECT count(*) FROM undersigned.request WHERE nonce = $1", UND_PG_BYTES, nonce)) != UND_OK)
		return e;
	if (known != 0)
		return UND_ERR_REQUEST_TWICE;
	und_pg_args(&a);
	und_pg_add_number(&a, (int64_t)asked->today - 1);
	e = und_pg_run(NULL, NULL, pg, "DELETE FROM undersigned.request WHERE day < $1", &a);
	und_pg_args_clear(&a);
	if (e != UND_OK)
		return e;
	und_pg_add(&a, UND_PG_BYTES, nonce);
	und_pg_add_number(&a, asked->on);
	e = und_pg_run(NULL, NULL, pg, "INSERT INTO undersigned.request (nonce, day) VALUES ($1, $2)", &a);
	und_pg_args_clear(&a);
	return e;
}

static enum und_err remove_rows(struct und_pg *pg, struct und_bytes letter)
{
	static const char *const all[] = {
		"DELETE FROM undersigned.waiting WHERE letter = $1", "DELETE FROM undersigned.act WHERE letter = $1",    "DELETE FROM undersigned.piece WHERE letter = $1",
		"DELETE FROM undersigned.segment WHERE letter = $1", "DELETE FROM undersigned.name WHERE letter = $1", "DELETE FROM undersigned.letter WHERE id = $1",
	};
	struct und_pg_args a;
	enum und_err e = UND_OK;

	und_pg_args(&a);
	und_pg_add(&a, UND_PG_BYTES, letter);
	for (size_t i = 0; i < UND_COUNT_OF(all) && e == UND_OK; i++)
		e = und_pg_run(NULL, NULL, pg, all[i], &a);
	und_pg_args_clear(&a);
	return e;
}

/* What waits is laid out anew even where nothing waits of the letter, since the old table may show what did. */
static enum und_err drop(struct und_postgres *s, void *ctx)
{
	const struct und_store_request *r = ctx;
	const struct und_bytes letter = und_bytes(r->letter, UND_ID_SIZE);
	int64_t generation = 0;
	enum und_err e;

	if ((e = und_pg_lock(&s->pg, UND_PG_LOCK_LETTER, &letter, 1)) != UND_OK)
		return e;
	if ((e = und_pg_do(&s->pg, und_pg_waiting_alone)) != UND_OK)
		return e;
	if ((e = ask(&generation, &s->pg, "SELECT coalesce(max(generation), 0) FROM undersigned.letter WHERE id = $1", UND_PG_BYTES, letter)) != UND_OK)
		return e;
	if (generation == 0)
		return UND_ERR_LETTER_UNKNOWN;
	if ((e = note_request(&s->pg, r->asked)) != UND_OK)
		return e;
	if ((uint64_t)generation != r->generation)
		return UND_ERR_STORE_MOVED;
	if ((e = remove_rows(&s->pg, letter)) != UND_OK)
		return e;
	return und_pg_do(&s->pg, und_pg_rewrite_waiting);
}

/* Pages keep what was deleted until they are swept: at once, or where that fails, by the database in its own time. */
static void sweep(struct und_pg *pg)
{
	static const char *const all[] = { "VACUUM undersigned.act", "VACUUM undersigned.piece", "VACUUM undersigned.segment", "VACUUM undersigned.name", "VACUUM undersigned.letter" };
	enum und_err e = UND_OK;

	for (size_t i = 0; i < UND_COUNT_OF(all) && e == UND_OK; i++)
		e = und_pg_do(pg, all[i]);
}

enum und_err und_pg_drop(struct und_postgres *s, const struct und_store_request *r)
{
	struct und_store_request copy = *r;
	enum und_err e = und_pg_transact(s, drop, &copy);

	if (e == UND_OK) {
		s->waiting.changed = 0;
		sweep(&s->pg);
	}
	return e;
}
