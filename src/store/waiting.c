/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* waiting.c: the shelf of acts that wait */
#include "store/check.h"
#include "store/sqlite.h"

enum { LINE, ADD, REMOVE, LIST, COUNT, STATEMENTS };

static const char *const statements[STATEMENTS] = {
	[LINE] = "SELECT line FROM waiting WHERE letter = ?1 AND kind = ?2 AND tag = ?3 AND question = ?4",
	[ADD] = "INSERT INTO waiting (letter, kind, tag, question, line, digest) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
	[REMOVE] = "DELETE FROM waiting WHERE letter = ?1 AND kind IN (0, 1, 2) AND tag = ?2",
	[LIST] = "SELECT kind, tag, question, line, digest FROM waiting WHERE letter = ?1 AND (kind, tag, question) > (?2, ?3, ?4) ORDER BY kind, tag, question",
	[COUNT] = "SELECT kind, count(*) FROM waiting WHERE letter = ?1 GROUP BY kind",
};

const struct und_shelf_kind und_waiting_shelf = {
	.name = "waiting",
	.schema = "CREATE TABLE waiting ("
		  " letter BLOB NOT NULL CHECK (length(letter) = 32),"
		  " kind INTEGER NOT NULL CHECK (kind BETWEEN 0 AND 2),"
		  " tag BLOB NOT NULL CHECK (length(tag) = 32),"
		  " question BLOB NOT NULL CHECK (length(question) = 32),"
		  " line BLOB NOT NULL,"
		  " digest BLOB NOT NULL CHECK (length(digest) = 32)," /* of tag, question and line: und_sql_seal */
		  " PRIMARY KEY (letter, kind, tag, question)"
		  ") STRICT, WITHOUT ROWID",
	.statements = statements,
	.statement_count = STATEMENTS,
	.tables = { { "SELECT letter, kind, tag, question, line, digest FROM waiting ORDER BY letter, kind, tag, question",
		      "INSERT INTO waiting (letter, kind, tag, question, line, digest) VALUES (?1, ?2, ?3, ?4, ?5, ?6)" } },
};

#define SEALED(tag, question, line) ((const struct und_bytes[]){ und_bytes((tag), UND_POINT_SIZE), und_bytes((question), UND_ID_SIZE), (line) })

static const uint8_t no_question[UND_ID_SIZE];

enum und_err und_waiting_line(struct und_bytes *line, struct und_sqlite *s, const uint8_t letter[UND_ID_SIZE], enum und_store_kind kind,
                              const uint8_t tag[UND_POINT_SIZE], const uint8_t question[UND_ID_SIZE], sqlite3_stmt **st)
{
	enum und_err e;
	bool row;

	*st = s->waiting.st[LINE];
	if ((e = und_sql_bind(*st, "inii", letter, (int64_t)kind, tag, question)) != UND_OK)
		return e;
	if ((e = und_sql_step(&row, *st)) != UND_OK)
		return e;
	*line = und_bytes(NULL, 0);
	if (!row)
		return UND_OK;
	if ((e = und_sql_bytes(line, *st, 0)) == UND_OK && line->n == 0)
		e = UND_ERR_STORE_DAMAGED;
	if (e != UND_OK)
		und_sql_reset(*st);
	return e;
}

/* ---- submitting ---- */

/* Where an act of this key is. */
struct place {
	bool stands, waits, same;
};

static enum und_err find(struct place *out, struct und_sqlite *s, const uint8_t *letter, const struct und_act *a)
{
	struct place p = { .stands = false };
	struct und_bytes line;
	sqlite3_stmt *st;
	enum und_err e;

	if ((e = und_letters_stands(&p.stands, &p.same, s, letter, a->kind, a->tag, a->question, &a->line)) != UND_OK)
		return e;
	if (!p.stands) {
		if ((e = und_waiting_line(&line, s, letter, a->kind, a->tag, a->question, &st)) != UND_OK)
			return e;
		p.waits = line.p != NULL;
		p.same = p.waits && und_bytes_equal_var(line, a->line);
		und_sql_reset(st);
	}
	*out = p;
	return UND_OK;
}

static enum und_err keep(struct und_sqlite *s, const uint8_t *letter, struct und_act *a)
{
	sqlite3_stmt *st = s->waiting.st[ADD];
	uint8_t digest[32];
	enum und_err e;

	und_sql_seal(digest, SEALED(a->tag, a->question, a->line), 3);
	if ((e = und_sql_bind(st, "iniibi", letter, (int64_t)a->kind, a->tag, a->question, a->line, digest)) != UND_OK)
		return e;
	a->outcome = UND_STORE_NEW;
	return und_sql_run(st);
}

static enum und_err take_back(struct und_sqlite *s, const uint8_t *letter, struct und_act *a)
{
	sqlite3_stmt *st = s->waiting.st[REMOVE];
	enum und_err e;

	if ((e = und_sql_bind(st, "ii", letter, a->tag)) != UND_OK)
		return e;
	a->outcome = UND_STORE_REMOVED;
	return und_sql_run(st);
}

/* A withdrawal or a vote, which needs a signature. */
static enum und_err keep_for_signer(struct und_sqlite *s, const uint8_t *letter, struct und_act *a)
{
	struct und_act signature = { .kind = UND_STORE_SIGNATURE };
	struct place p;
	enum und_err e;

	memcpy(signature.tag, a->tag, sizeof signature.tag);
	memcpy(signature.question, no_question, sizeof signature.question);
	if ((e = find(&p, s, letter, &signature)) != UND_OK)
		return e;
	if (p.waits && a->kind == UND_STORE_WITHDRAWAL)
		return take_back(s, letter, a);
	if (p.waits || p.stands)
		return keep(s, letter, a);
	a->outcome = UND_STORE_NOTHING;
	return UND_OK;
}

static enum und_err submit(struct und_sqlite *s, const uint8_t *letter, struct und_act *a)
{
	struct place p;
	enum und_err e;

	if ((e = find(&p, s, letter, a)) != UND_OK)
		return e;
	a->stands = p.stands;
	if (p.stands || p.waits) {
		a->outcome = p.same ? UND_STORE_SAME : UND_STORE_OTHER;
		return UND_OK;
	}
	return a->kind == UND_STORE_SIGNATURE ? keep(s, letter, a) : keep_for_signer(s, letter, a);
}

/* The batch's own error is left in its job; what is returned is the machine's, and everybody's. */
static enum und_err submit_all(uint64_t *changes, struct und_sqlite *s, struct und_submission *sub)
{
	bool known = false;
	enum und_err e;

	sub->job.what = (int)und_acts_check(sub->acts, sub->count);
	if (sub->job.what != UND_OK)
		return UND_OK;
	if ((e = und_letters_knows(&known, s, sub->letter)) != UND_OK)
		return e;
	if (!known)
		sub->job.what = UND_ERR_LETTER_UNKNOWN;
	for (size_t i = 0; known && i < sub->count; i++) {
		if ((e = submit(s, sub->letter, &sub->acts[i])) != UND_OK)
			return e;
		*changes += sub->acts[i].outcome == UND_STORE_NEW || sub->acts[i].outcome == UND_STORE_REMOVED;
	}
	return UND_OK;
}

enum und_err und_waiting_submit(struct und_sqlite *s, struct und_store_job *first)
{
	struct und_shelf *shelf = &s->waiting;
	uint64_t changes = 0;
	enum und_err e;

	if ((e = und_letters_settle(s)) != UND_OK)
		return e;
	if ((e = und_sql_begin(shelf->db)) != UND_OK)
		return e;
	e = und_sql_begin_reading(s->letters); /* one look at what stands: otherwise each of many takes locks of its own */
	for (struct und_store_job *job = first; job != NULL && e == UND_OK; job = job->next)
		e = submit_all(&changes, s, UND_JOB_OF(struct und_submission, job));
	und_sql_rollback(s->letters);
	/* a batch that changes nothing takes as long as one that does: time does not tell who is known */
	return und_shelf_end(shelf, e, changes, true);
}

/* ---- asking ---- */

static enum und_err list_one(struct und_waiting *w, size_t *room, struct und_arena *found, size_t *bytes, sqlite3_stmt *st)
{
	struct und_bytes line;
	struct und_act *a;
	enum und_err e;

	if (w->count == *room) {
		size_t larger = *room == 0 ? 64 : 2 * *room;
		struct und_act *acts = und_arena_alloc(found, larger, sizeof *acts);

		if (acts == NULL)
			return UND_ERR_MEMORY;
		if (w->count > 0)
			memcpy(acts, w->acts, w->count * sizeof *acts);
		w->acts = acts;
		*room = larger;
	}
	a = &w->acts[w->count];
	a->kind = (enum und_store_kind)sqlite3_column_int(st, 0);
	if ((e = und_sql_fixed(a->tag, sizeof a->tag, st, 1)) != UND_OK)
		return e;
	if ((e = und_sql_fixed(a->question, sizeof a->question, st, 2)) != UND_OK)
		return e;
	if ((e = und_sql_bytes(&line, st, 3)) != UND_OK)
		return e;
	if ((e = und_sql_sealed(st, 4, SEALED(a->tag, a->question, line), 3)) != UND_OK)
		return e;
	if ((e = und_arena_copy(&a->line, found, line)) != UND_OK)
		return e;
	*bytes += line.n;
	w->count++;
	return UND_OK;
}

enum und_err und_waiting_list(struct und_waiting *out, struct und_sqlite *s, const struct und_store_request *r)
{
	static const struct und_act before_all = { .kind = UND_STORE_SIGNATURE };
	const struct und_act *after = r->after != NULL ? r->after : &before_all;
	struct und_waiting w = { .acts = NULL };
	sqlite3_stmt *st = s->waiting.st[LIST];
	size_t room = 0, bytes = 0;
	enum und_err e;
	bool row;

	und_arena_init(&w.arena);
	if ((e = und_sql_bind(st, "inii", r->letter, r->after != NULL ? (int64_t)after->kind : -1, after->tag, after->question)) != UND_OK)
		return e;
	while ((e = und_sql_step(&row, st)) == UND_OK && row) {
		w.more = w.count > 0 && bytes >= r->max_bytes;
		if (!w.more)
			e = list_one(&w, &room, &w.arena, &bytes, st);
		if (w.more || e != UND_OK) {
			und_sql_reset(st);
			break;
		}
	}
	if (e != UND_OK) {
		und_arena_clear(&w.arena);
		return e;
	}
	*out = w;
	return UND_OK;
}

enum und_err und_waiting_count(uint64_t counts[UND_STORE_KINDS], struct und_sqlite *s, const uint8_t letter[UND_ID_SIZE])
{
	uint64_t n[UND_STORE_KINDS] = { 0 };
	sqlite3_stmt *st = s->waiting.st[COUNT];
	enum und_err e;
	bool row;

	if ((e = und_sql_bind(st, "i", letter)) != UND_OK)
		return e;
	while ((e = und_sql_step(&row, st)) == UND_OK && row)
		n[sqlite3_column_int(st, 0) % UND_STORE_KINDS] = (uint64_t)sqlite3_column_int64(st, 1);
	if (e == UND_OK)
		memcpy(counts, n, sizeof n);
	return e;
}

/* ---- at open: what waits belongs to letters that are here, and none of it stands ---- */

static enum und_err row_is_well(bool *out, void *ctx, sqlite3_stmt *row)
{
	struct und_sqlite *s = ctx;
	uint8_t letter[UND_ID_SIZE], tag[UND_POINT_SIZE], question[UND_ID_SIZE];
	bool stands = false, known = false;
	struct und_bytes line;
	enum und_err e;

	if ((e = und_sql_fixed(letter, sizeof letter, row, 0)) != UND_OK)
		return e;
	if ((e = und_sql_fixed(tag, sizeof tag, row, 2)) != UND_OK)
		return e;
	if ((e = und_sql_fixed(question, sizeof question, row, 3)) != UND_OK)
		return e;
	if ((e = und_sql_bytes(&line, row, 4)) != UND_OK)
		return e;
	if ((e = und_sql_sealed(row, 5, SEALED(tag, question, line), 3)) != UND_OK)
		return e;
	if ((e = und_letters_knows(&known, s, letter)) != UND_OK)
		return e;
	if ((e = und_letters_stands(&stands, NULL, s, letter, (enum und_store_kind)sqlite3_column_int(row, 1), tag, question, NULL)) != UND_OK)
		return e;
	*out = true;
	return known && !stands ? UND_OK : UND_ERR_STORE_DAMAGED;
}

enum und_err und_waiting_check(struct und_sqlite *s, struct und_shelf *shelf)
{
	const struct und_shelf_filter filter = { row_is_well, s };

	return und_shelf_renew(s, shelf, &filter);
}
