/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cards.c: the shelf of cards and of the enrolments made with them */
#include "store/check.h"
#include "store/sqlite.h"

enum { CARD, CARD_ADD, CARD_SET, LINE, LINE_ADD, LINE_REMOVE, LIST, COUNT, STATEMENTS };

static const char *const statements[STATEMENTS] = {
	[CARD] = "SELECT body, state, key FROM card WHERE series = ?1 AND code = ?2",
	[CARD_ADD] = "INSERT INTO card (series, code, body, state, key) VALUES (?1, ?2, ?3, 0, NULL)",
	[CARD_SET] = "UPDATE card SET state = ?3, key = ?4 WHERE series = ?1 AND code = ?2",
	[LINE] = "SELECT line, digest FROM enrolment WHERE series = ?1 AND key = ?2 AND code = ?3",
	[LINE_ADD] = "INSERT INTO enrolment (series, key, code, line, digest) VALUES (?1, ?2, ?3, ?4, ?5)",
	[LINE_REMOVE] = "DELETE FROM enrolment WHERE series = ?1 AND key = ?2 AND code = ?3",
	[LIST] = ("SELECT e.key, e.code, c.body, e.line, e.digest FROM enrolment AS e CROSS JOIN card AS c ON c.series = e.series AND c.code = e.code"
		 " WHERE e.series = ?1 AND (e.key, e.code) > (?2, ?3) ORDER BY e.key, e.code"),
	[COUNT] = "SELECT state, count(*) FROM card WHERE series = ?1 GROUP BY state",
};

const struct und_shelf_kind und_cards_shelf = {
	.name = "cards",
	.schema = "CREATE TABLE card ("
		  " series TEXT NOT NULL CHECK (length(series) BETWEEN 1 AND 32),"
		  " code BLOB NOT NULL CHECK (length(code) = 32),"
		  " body TEXT NOT NULL CHECK (length(body) BETWEEN 1 AND 32),"
		  " state INTEGER NOT NULL CHECK (state BETWEEN 0 AND 2)," /* 0 unused, 1 used, 2 void */
		  " key BLOB CHECK (key IS NULL OR (state = 1 AND length(key) = 32))," /* by which the enrolment is found; NULL: used elsewhere */
		  " PRIMARY KEY (series, code)"
		  ") STRICT, WITHOUT ROWID;"
		  "CREATE TABLE enrolment ("
		  " series TEXT NOT NULL,"
		  " key BLOB NOT NULL,"
		  " code BLOB NOT NULL,"
		  " line BLOB NOT NULL,"
		  " digest BLOB NOT NULL CHECK (length(digest) = 32)," /* of key, code and line: und_sql_seal */
		  " PRIMARY KEY (series, key, code),"
		  " FOREIGN KEY (series, code) REFERENCES card (series, code)"
		  ") STRICT, WITHOUT ROWID",
	.statements = statements,
	.statement_count = STATEMENTS,
	.tables = { { "SELECT series, code, body, state, key FROM card ORDER BY series, code",
		      "INSERT INTO card (series, code, body, state, key) VALUES (?1, ?2, ?3, ?4, ?5)" },
		    { "SELECT series, key, code, line, digest FROM enrolment ORDER BY series, key, code",
		      "INSERT INTO enrolment (series, key, code, line, digest) VALUES (?1, ?2, ?3, ?4, ?5)" } },
};

#define SEALED(key, code, line) ((const struct und_bytes[]){ und_bytes((key), 32), und_bytes((code), 32), (line) })

/* ---- one card ---- */

struct kept {
	bool known;
	enum und_card_state state;
	char body[UND_ID_TEXT_MAX + 1];
	bool enrolled;   /* used here */
	uint8_t key[32]; /* of its enrolment */
};

static enum und_err take_body(char out[UND_ID_TEXT_MAX + 1], sqlite3_stmt *st, int column)
{
	struct und_bytes body;
	enum und_err e;

	if ((e = und_sql_bytes(&body, st, column)) != UND_OK)
		return e;
	if (body.n > UND_ID_TEXT_MAX)
		return UND_ERR_STORE_DAMAGED;
	memset(out, 0, UND_ID_TEXT_MAX + 1);
	memcpy(out, body.p, body.n);
	return UND_OK;
}

static enum und_err look_up(struct kept *out, struct und_shelf *shelf, struct und_bytes series, const uint8_t code[32])
{
	struct kept k = { .known = false };
	sqlite3_stmt *st = shelf->st[CARD];
	enum und_err e;

	if ((e = und_sql_bind(st, "ti", series, code)) != UND_OK)
		return e;
	if ((e = und_sql_step(&k.known, st)) != UND_OK)
		return e;
	if (k.known) {
		k.state = (enum und_card_state)sqlite3_column_int(st, 1);
		e = take_body(k.body, st, 0);
		k.enrolled = sqlite3_column_type(st, 2) != SQLITE_NULL;
		if (e == UND_OK && k.enrolled)
			e = und_sql_fixed(k.key, sizeof k.key, st, 2);
		und_sql_reset(st);
	}
	if (e == UND_OK)
		*out = k;
	return e;
}

/* key: of its enrolment, or NULL. */
static enum und_err set_state(struct und_shelf *shelf, struct und_bytes series, const struct und_card *c, enum und_card_state state, const uint8_t *key)
{
	sqlite3_stmt *st = shelf->st[CARD_SET];
	enum und_err e;

	e = key != NULL ? und_sql_bind(st, "tini", series, c->code, (int64_t)state, key) : und_sql_bind(st, "tin0", series, c->code, (int64_t)state);
	return e != UND_OK ? e : und_sql_run(st);
}

static enum und_err remove_line(struct und_shelf *shelf, struct und_bytes series, const struct und_card *c, const struct kept *k)
{
	enum und_err e;

	if (!k->enrolled)
		return UND_OK;
	if ((e = und_sql_bind(shelf->st[LINE_REMOVE], "tii", series, k->key, c->code)) != UND_OK)
		return e;
	return und_sql_run(shelf->st[LINE_REMOVE]);
}

static enum und_err card_add(struct und_shelf *shelf, struct und_bytes series, struct und_card *c, const struct kept *k)
{
	enum und_err e;

	if (k->known) {
		c->outcome = strcmp(k->body, c->body) == 0 ? UND_CARD_SAME : UND_CARD_OTHER;
		return UND_OK;
	}
	c->outcome = UND_CARD_DONE;
	c->state = UND_CARD_UNUSED;
	if ((e = und_sql_bind(shelf->st[CARD_ADD], "tit", series, c->code, und_cstr(c->body))) != UND_OK)
		return e;
	return und_sql_run(shelf->st[CARD_ADD]);
}

static enum und_err card_revoke(struct und_shelf *shelf, struct und_bytes series, struct und_card *c, const struct kept *k)
{
	enum und_err e;

	if (k->state == UND_CARD_VOID) {
		c->outcome = UND_CARD_SAME;
		return UND_OK;
	}
	c->outcome = UND_CARD_DONE;
	c->state = UND_CARD_VOID;
	if ((e = remove_line(shelf, series, c, k)) != UND_OK)
		return e;
	return set_state(shelf, series, c, UND_CARD_VOID, NULL);
}

static enum und_err card_use(struct und_shelf *shelf, struct und_bytes series, struct und_card *c, const struct kept *k)
{
	if (k->state != UND_CARD_UNUSED) {
		c->outcome = UND_CARD_SAME;
		return UND_OK;
	}
	c->outcome = UND_CARD_DONE;
	c->state = UND_CARD_USED;
	return set_state(shelf, series, c, UND_CARD_USED, NULL);
}

static enum und_err is_same(bool *out, struct und_shelf *shelf, struct und_bytes series, const struct und_card *c, const struct kept *k)
{
	sqlite3_stmt *st = shelf->st[LINE];
	struct und_bytes line;
	enum und_err e;
	bool row;

	*out = false;
	if (!k->enrolled || memcmp(k->key, c->key, sizeof k->key) != 0)
		return UND_OK;
	if ((e = und_sql_bind(st, "tii", series, c->key, c->code)) != UND_OK)
		return e;
	if ((e = und_sql_step(&row, st)) != UND_OK)
		return e;
	if (!row)
		return UND_ERR_STORE_DAMAGED;
	if ((e = und_sql_bytes(&line, st, 0)) == UND_OK && (e = und_sql_sealed(st, 1, SEALED(c->key, c->code, line), 3)) == UND_OK)
		*out = und_bytes_equal_var(line, c->line);
	und_sql_reset(st);
	return e;
}

static enum und_err card_enrol(struct und_shelf *shelf, struct und_bytes series, struct und_card *c, const struct kept *k)
{
	uint8_t digest[32];
	bool same = false;
	enum und_err e;

	if ((e = is_same(&same, shelf, series, c, k)) != UND_OK)
		return e;
	c->outcome = same ? UND_CARD_SAME : k->state == UND_CARD_UNUSED ? UND_CARD_DONE : UND_CARD_OTHER;
	if (c->outcome != UND_CARD_DONE)
		return UND_OK;
	c->state = UND_CARD_USED;
	if ((e = set_state(shelf, series, c, UND_CARD_USED, c->key)) != UND_OK)
		return e;
	und_sql_seal(digest, SEALED(c->key, c->code, c->line), 3);
	if ((e = und_sql_bind(shelf->st[LINE_ADD], "tiibi", series, c->key, c->code, c->line, digest)) != UND_OK)
		return e;
	return und_sql_run(shelf->st[LINE_ADD]);
}

static enum und_err do_card(struct und_shelf *shelf, struct und_bytes series, struct und_card *c)
{
	struct kept k;
	enum und_err e;

	if ((e = look_up(&k, shelf, series, c->code)) != UND_OK)
		return e;
	c->state = k.state;
	if (c->act == UND_CARD_ADD)
		e = card_add(shelf, series, c, &k);
	else if (!k.known)
		c->outcome = UND_CARD_UNKNOWN;
	else if (c->act == UND_CARD_REVOKE)
		e = card_revoke(shelf, series, c, &k);
	else if (c->act == UND_CARD_USE)
		e = card_use(shelf, series, c, &k);
	else if (c->act == UND_CARD_ENROL)
		e = card_enrol(shelf, series, c, &k);
	else
		c->outcome = UND_CARD_DONE;
	if (e == UND_OK && k.known)
		memcpy(c->body, k.body, sizeof c->body);
	return e;
}

/* ---- batches ---- */

static enum und_err do_cards(uint64_t *changes, struct und_sqlite *s, struct und_enrolling *en)
{
	const struct und_bytes series = und_bytes(en->series, strnlen(en->series, UND_ID_TEXT_MAX));
	bool known = false;
	enum und_err e;

	en->job.what = (int)und_cards_check(en->cards, en->count);
	if (en->job.what != UND_OK)
		return UND_OK;
	if ((e = und_letters_knows_series(&known, s, series)) != UND_OK)
		return e;
	if (!known)
		en->job.what = UND_ERR_SERIES_UNKNOWN;
	for (size_t i = 0; known && i < en->count; i++) {
		if ((e = do_card(&s->cards, series, &en->cards[i])) != UND_OK)
			return e;
		*changes += en->cards[i].act != UND_CARD_FIND && en->cards[i].outcome == UND_CARD_DONE;
	}
	return UND_OK;
}

enum und_err und_cards_enrol(struct und_sqlite *s, struct und_store_job *first)
{
	struct und_shelf *shelf = &s->cards;
	uint64_t changes = 0;
	enum und_err e;

	if ((e = und_letters_settle(s)) != UND_OK)
		return e;
	if ((e = und_sql_begin(shelf->db)) != UND_OK)
		return e;
	for (struct und_store_job *job = first; job != NULL && e == UND_OK; job = job->next)
		e = do_cards(&changes, s, UND_JOB_OF(struct und_enrolling, job));
	return und_shelf_end(shelf, e, changes, false);
}

/* ---- asking ---- */

static enum und_err list_one(struct und_enrolled *out, size_t *room, size_t *bytes, sqlite3_stmt *st)
{
	struct und_bytes line;
	struct und_card *c;
	enum und_err e;

	if (out->count == *room) {
		size_t larger = *room == 0 ? 64 : 2 * *room;
		struct und_card *cards = und_arena_alloc(&out->arena, larger, sizeof *cards);

		if (cards == NULL)
			return UND_ERR_MEMORY;
		if (out->count > 0)
			memcpy(cards, out->cards, out->count * sizeof *cards);
		out->cards = cards;
		*room = larger;
	}
	c = &out->cards[out->count];
	c->state = UND_CARD_USED;
	if ((e = und_sql_fixed(c->key, sizeof c->key, st, 0)) != UND_OK)
		return e;
	if ((e = und_sql_fixed(c->code, sizeof c->code, st, 1)) != UND_OK)
		return e;
	if ((e = take_body(c->body, st, 2)) != UND_OK)
		return e;
	if ((e = und_sql_bytes(&line, st, 3)) != UND_OK)
		return e;
	if ((e = und_sql_sealed(st, 4, SEALED(c->key, c->code, line), 3)) != UND_OK)
		return e;
	if ((e = und_arena_copy(&c->line, &out->arena, line)) != UND_OK)
		return e;
	*bytes += line.n;
	out->count++;
	return UND_OK;
}

enum und_err und_cards_list(struct und_enrolled *out, struct und_sqlite *s, const struct und_store_request *r)
{
	static const uint8_t zeros[32];
	struct und_enrolled found = { .cards = NULL };
	sqlite3_stmt *st = s->cards.st[LIST];
	size_t room = 0, bytes = 0;
	enum und_err e;
	bool row;

	und_arena_init(&found.arena);
	/* before all: the empty blob, which is less than any key */
	if (r->after_card != NULL)
		e = und_sql_bind(st, "tii", r->series, r->after_card->key, r->after_card->code);
	else
		e = und_sql_bind(st, "tbi", r->series, und_bytes(NULL, 0), zeros);
	if (e != UND_OK)
		return e;
	while ((e = und_sql_step(&row, st)) == UND_OK && row) {
		found.more = found.count > 0 && bytes >= r->max_bytes;
		if (!found.more)
			e = list_one(&found, &room, &bytes, st);
		if (found.more || e != UND_OK) {
			und_sql_reset(st);
			break;
		}
	}
	if (e != UND_OK) {
		und_arena_clear(&found.arena);
		return e;
	}
	*out = found;
	return UND_OK;
}

enum und_err und_cards_count(uint64_t counts[3], struct und_sqlite *s, struct und_bytes series)
{
	uint64_t n[3] = { 0 };
	sqlite3_stmt *st = s->cards.st[COUNT];
	enum und_err e;
	bool row;

	if ((e = und_sql_bind(st, "t", series)) != UND_OK)
		return e;
	while ((e = und_sql_step(&row, st)) == UND_OK && row)
		n[sqlite3_column_int(st, 0) % 3] = (uint64_t)sqlite3_column_int64(st, 1);
	if (e == UND_OK)
		memcpy(counts, n, sizeof n);
	return e;
}
