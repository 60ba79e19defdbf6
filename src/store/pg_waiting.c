/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* pg_waiting.c: acts that wait, in PostgreSQL: many callers' batches in a few statements */
#include <stdlib.h>

#include "base/hash.h"
#include "store/check.h"
#include "store/pg.h"

#define SEALED(tag, question, line) ((const struct und_bytes[]){ und_bytes((tag), UND_POINT_SIZE), und_bytes((question), UND_ID_SIZE), (line) })

/*
 * A transaction reads what it must know of all its acts in two statements, goes through the acts one after the other in memory, and writes what has changed in two more. Nothing that it read changes meanwhile:
 * it holds the locks of its letters.
 */
struct place { /* of a key: where its act is */
	uint8_t letter[UND_ID_SIZE];
	int64_t kind;
	uint8_t tag[UND_POINT_SIZE], question[UND_ID_SIZE];
	bool stands, waits;
	uint8_t digest[32];    /* of what waits: sealed; of what stands: the line's */
	struct und_bytes line; /* that is to be kept; p NULL: none */
};
struct gone { /* of this tag nothing waits any more */
	uint8_t letter[UND_ID_SIZE], tag[UND_POINT_SIZE];
};
struct batch {
	struct und_store_job *first;
	struct und_bytes *letters; /* each once */
	uint8_t *known;            /* of letters[i] */
	struct und_store_crowd *crowds; /* likewise; NULL: nobody asks */
	size_t letter_count;
	struct place *places;      /* ascending by key */
	size_t place_count;
	struct gone *gone;
	size_t gone_count, gone_cap;
	struct place *kept;        /* those of places whose line is to be kept */
	size_t kept_count;
	uint64_t changes;
};

static void batch_clear(struct batch *b)
{
	free(b->letters);
	free(b->known);
	free(b->crowds);
	free(b->places);
	free(b->gone);
	free(b->kept);
}

static int compare_places(const void *a, const void *b)
{
	const struct place *x = a, *y = b;
	int order = memcmp(x->letter, y->letter, sizeof x->letter);

	if (order == 0)
		order = (x->kind > y->kind) - (x->kind < y->kind);
	if (order == 0)
		order = memcmp(x->tag, y->tag, sizeof x->tag);
	return order != 0 ? order : memcmp(x->question, y->question, sizeof x->question);
}

static int compare_letters(const void *a, const void *b)
{
	return memcmp(((const struct und_bytes *)a)->p, ((const struct und_bytes *)b)->p, UND_ID_SIZE);
}

/* ---- what it is about ---- */

static void place_init(struct place *out, const uint8_t *letter, enum und_store_kind kind, const uint8_t *tag, const uint8_t *question)
{
	memset(out, 0, sizeof *out);
	memcpy(out->letter, letter, sizeof out->letter);
	out->kind = (int64_t)kind;
	memcpy(out->tag, tag, sizeof out->tag);
	if (question != NULL)
		memcpy(out->question, question, sizeof out->question);
}

static void add_places(struct batch *b, const struct und_submission *sub)
{
	for (size_t i = 0; i < sub->count; i++) {
		const struct und_act *a = &sub->acts[i];

		place_init(&b->places[b->place_count++], sub->letter, a->kind, a->tag, a->question);
		if (a->kind != UND_STORE_SIGNATURE)
			place_init(&b->places[b->place_count++], sub->letter, UND_STORE_SIGNATURE, a->tag, NULL);
	}
}

static void sort_unique(struct batch *b)
{
	size_t n = 0;

	if (b->place_count > 0)
		qsort(b->places, b->place_count, sizeof *b->places, compare_places);
	for (size_t i = 0; i < b->place_count; i++)
		if (n == 0 || compare_places(&b->places[n - 1], &b->places[i]) != 0)
			b->places[n++] = b->places[i];
	b->place_count = n;
	n = 0;
	qsort(b->letters, b->letter_count, sizeof *b->letters, compare_letters);
	for (size_t i = 0; i < b->letter_count; i++)
		if (n == 0 || compare_letters(&b->letters[n - 1], &b->letters[i]) != 0)
			b->letters[n++] = b->letters[i];
	b->letter_count = n;
}

/* A batch's own error is left in its job. */
static enum und_err gather(struct batch *b)
{
	size_t jobs = 0, acts = 0;
	bool asked = false;

	for (struct und_store_job *job = b->first; job != NULL; job = job->next, jobs++) {
		acts += UND_JOB_OF(struct und_submission, job)->count;
		asked |= UND_JOB_OF(struct und_submission, job)->admit != NULL;
	}
	b->letters = und_alloc(jobs, sizeof *b->letters);
	b->known = und_alloc(jobs, 1);
	b->places = und_alloc(2 * acts, sizeof *b->places);
	b->kept = und_alloc(acts, sizeof *b->kept);
	b->crowds = asked ? und_alloc(jobs, sizeof *b->crowds) : NULL;
	if (b->letters == NULL || b->known == NULL || b->places == NULL || b->kept == NULL || (asked && b->crowds == NULL))
		return UND_ERR_MEMORY;
	for (struct und_store_job *job = b->first; job != NULL; job = job->next) {
		struct und_submission *sub = UND_JOB_OF(struct und_submission, job);

		job->what = (int)und_acts_check(sub->acts, sub->count);
		b->letters[b->letter_count++] = und_bytes(sub->letter, UND_ID_SIZE);
		if (job->what == UND_OK)
			add_places(b, sub);
	}
	sort_unique(b);
	return UND_OK;
}

/* ---- what is there ---- */

static enum und_err look_at_letters(struct batch *b, struct und_pg *pg)
{
	static const char known[] = "SELECT k.n FROM unnest($1) WITH ORDINALITY AS k (id, n) JOIN undersigned.letter AS l ON l.id = k.id";
	static const char crowds[] =
		"SELECT k.n, l.generation, c.signatures, c.sum FROM unnest($1) WITH ORDINALITY AS k (id, n) JOIN undersigned.letter AS l ON l.id = k.id,"
		" LATERAL (SELECT count(*) AS signatures, coalesce(sum(get_byte(tag, 0) * 16777216::bigint + get_byte(tag, 1) * 65536 + get_byte(tag, 2) * 256 + get_byte(tag, 3)), 0)::bigint AS sum"
		" FROM undersigned.waiting AS w WHERE w.letter = k.id AND w.kind = 0) AS c";
	struct und_pg_args a;
	PGresult *r = NULL;
	enum und_err e;

	und_pg_args(&a);
	und_pg_add_slices(&a, UND_PG_BYTES, b->letters, sizeof *b->letters, b->letter_count);
	e = und_pg_run(&r, NULL, pg, b->crowds != NULL ? crowds : known, &a);
	und_pg_args_clear(&a);
	if (e != UND_OK)
		return e;
	for (int i = 0; i < und_pq.PQntuples(r); i++) {
		int64_t n = und_pg_number(r, i, 0) - 1;

		b->known[n] = 1;
		if (b->crowds != NULL)
			b->crowds[n] = (struct und_store_crowd){ (uint64_t)und_pg_number(r, i, 1), (uint64_t)und_pg_number(r, i, 2), (uint64_t)und_pg_number(r, i, 3) };
	}
	und_pq.PQclear(r);
	return UND_OK;
}

static void add_keys(struct und_pg_args *a, const struct place *p, size_t n)
{
	und_pg_add_fixed(a, p->letter, sizeof p->letter, sizeof *p, n);
	und_pg_add_numbers(a, &p->kind, sizeof *p, n);
	und_pg_add_fixed(a, p->tag, sizeof p->tag, sizeof *p, n);
	und_pg_add_fixed(a, p->question, sizeof p->question, sizeof *p, n);
}

static enum und_err look_at(struct batch *b, struct und_pg *pg, const char *sql, bool stands)
{
	struct und_pg_args a;
	PGresult *r = NULL;
	enum und_err e;

	und_pg_args(&a);
	add_keys(&a, b->places, b->place_count);
	e = und_pg_run(&r, NULL, pg, sql, &a);
	und_pg_args_clear(&a);
	for (int i = 0; e == UND_OK && i < und_pq.PQntuples(r); i++) {
		struct place *p = &b->places[und_pg_number(r, i, 0) - 1];

		p->stands |= stands;
		p->waits |= !stands;
		e = und_pg_fixed(p->digest, sizeof p->digest, r, i, 1);
	}
	und_pq.PQclear(r);
	return e;
}

static enum und_err look(struct batch *b, struct und_pg *pg)
{
	enum und_err e;

	if ((e = und_pg_lock(pg, UND_PG_LOCK_LETTER, b->letters, b->letter_count)) != UND_OK)
		return e;
	if ((e = und_pg_do(pg, "LOCK TABLE undersigned.waiting IN ROW EXCLUSIVE MODE")) != UND_OK)
		return e;
	if ((e = look_at_letters(b, pg)) != UND_OK)
		return e;
	if ((e = look_at(b, pg, "SELECT k.n, w.digest FROM unnest($1, $2, $3, $4) WITH ORDINALITY AS k (letter, kind, tag, question, n) JOIN undersigned.waiting AS w USING (letter, kind, tag, question)",
	                 false)) != UND_OK)
		return e;
	return look_at(b, pg, "SELECT k.n, w.digest FROM unnest($1, $2, $3, $4) WITH ORDINALITY AS k (letter, kind, tag, question, n) JOIN undersigned.act AS w USING (letter, kind, tag, question)",
	               true);
}

/* ---- one act after the other ---- */

static struct place *find(const struct batch *b, const uint8_t *letter, enum und_store_kind kind, const uint8_t *tag, const uint8_t *question)
{
	struct place key, *p;

	place_init(&key, letter, kind, tag, question);
	p = bsearch(&key, b->places, b->place_count, sizeof key, compare_places);
	und_bug_if(p == NULL);
	return p;
}

static void keep(struct batch *b, struct place *p, struct und_act *a)
{
	p->waits = true;
	p->line = a->line;
	und_sha256(p->digest, SEALED(a->tag, a->question, a->line), 3);
	a->outcome = UND_STORE_NEW;
	b->changes++;
}

/* Whatever waits of the tag goes, also what this transaction does not know. */
static enum und_err take_back(struct batch *b, const uint8_t *letter, struct und_act *a)
{
	struct gone *g;
	enum und_err e;

	if ((e = und_grow(&b->gone, &b->gone_cap, b->gone_count + 1, sizeof *b->gone)) != UND_OK)
		return e;
	g = &b->gone[b->gone_count++];
	memcpy(g->letter, letter, sizeof g->letter);
	memcpy(g->tag, a->tag, sizeof g->tag);
	for (size_t i = 0; i < b->place_count; i++) {
		struct place *p = &b->places[i];

		if (!p->waits || memcmp(p->tag, a->tag, sizeof p->tag) != 0 || memcmp(p->letter, letter, sizeof p->letter) != 0)
			continue;
		p->waits = false;
		p->line = und_bytes(NULL, 0);
	}
	a->outcome = UND_STORE_REMOVED;
	b->changes++;
	return UND_OK;
}

static bool is_same(const struct place *p, const struct und_act *a)
{
	uint8_t digest[32];

	if (p->stands)
		und_sha256(digest, &a->line, 1);
	else
		und_sha256(digest, SEALED(a->tag, a->question, a->line), 3);
	return memcmp(digest, p->digest, sizeof digest) == 0;
}

static enum und_err submit(struct batch *b, const uint8_t *letter, struct und_act *a)
{
	struct place *p = find(b, letter, a->kind, a->tag, a->question), *signature;

	a->stands = p->stands;
	if (p->stands || p->waits) {
		a->outcome = is_same(p, a) ? UND_STORE_SAME : UND_STORE_OTHER;
		return UND_OK;
	}
	if (a->kind == UND_STORE_SIGNATURE) {
		keep(b, p, a);
		return UND_OK;
	}
	signature = find(b, letter, UND_STORE_SIGNATURE, a->tag, NULL);
	if (signature->waits && !signature->stands && a->kind == UND_STORE_WITHDRAWAL)
		return take_back(b, letter, a);
	if (signature->waits || signature->stands)
		keep(b, p, a);
	else
		a->outcome = UND_STORE_NOTHING;
	return UND_OK;
}

/* Its place among letters. */
static size_t place_of(const struct batch *b, const uint8_t *letter)
{
	const struct und_bytes key = und_bytes(letter, UND_ID_SIZE);
	const struct und_bytes *l = bsearch(&key, b->letters, b->letter_count, sizeof key, compare_letters);

	und_bug_if(l == NULL);
	return (size_t)(l - b->letters);
}

static enum und_err submit_all(struct batch *b)
{
	enum und_err e;

	for (struct und_store_job *job = b->first; job != NULL; job = job->next) {
		struct und_submission *sub = UND_JOB_OF(struct und_submission, job);
		size_t place = place_of(b, sub->letter);

		if (job->what == UND_OK && b->known[place] == 0)
			job->what = UND_ERR_LETTER_UNKNOWN;
		if (job->what == UND_OK && sub->admit != NULL)
			job->what = (int)sub->admit(sub, &b->crowds[place]);
		for (size_t i = 0; job->what == UND_OK && i < sub->count; i++)
			if ((e = submit(b, sub->letter, &sub->acts[i])) != UND_OK)
				return e;
	}
	return UND_OK;
}

/* ---- what has changed ---- */

static enum und_err remove_gone(const struct batch *b, struct und_pg *pg)
{
	struct und_pg_args a;
	enum und_err e;

	if (b->gone_count == 0)
		return UND_OK;
	und_pg_args(&a);
	und_pg_add_fixed(&a, b->gone->letter, sizeof b->gone->letter, sizeof *b->gone, b->gone_count);
	und_pg_add_fixed(&a, b->gone->tag, sizeof b->gone->tag, sizeof *b->gone, b->gone_count);
	e = und_pg_run(NULL, NULL, pg, "DELETE FROM undersigned.waiting AS w USING unnest($1, $2) AS k (letter, tag) WHERE w.letter = k.letter AND w.kind IN (0, 1, 2) AND w.tag = k.tag", &a);
	und_pg_args_clear(&a);
	return e;
}

/* In the order of the keys. */
static enum und_err insert_kept(struct batch *b, struct und_pg *pg)
{
	struct und_pg_args a;
	uint64_t n = 0;
	enum und_err e;

	b->kept_count = 0;
	for (size_t i = 0; i < b->place_count; i++)
		if (b->places[i].line.p != NULL)
			b->kept[b->kept_count++] = b->places[i];
	if (b->kept_count == 0)
		return UND_OK;
	und_pg_args(&a);
	add_keys(&a, b->kept, b->kept_count);
	und_pg_add_slices(&a, UND_PG_BYTES, &b->kept->line, sizeof *b->kept, b->kept_count);
	und_pg_add_fixed(&a, b->kept->digest, sizeof b->kept->digest, sizeof *b->kept, b->kept_count);
	e = und_pg_run(NULL, &n, pg, "INSERT INTO undersigned.waiting (letter, kind, tag, question, line, digest) SELECT * FROM unnest($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING", &a);
	und_pg_args_clear(&a);
	/* the schema has the last word on who comes second: locks that somebody went around change nothing */
	return e == UND_OK && n != b->kept_count ? UND_ERR_IO : e;
}

static enum und_err submit_batch(struct und_postgres *s, void *ctx)
{
	struct batch *b = ctx;
	enum und_err e;

	batch_clear(b);
	*b = (struct batch){ .first = b->first };
	if ((e = gather(b)) != UND_OK)
		return e;
	if ((e = look(b, &s->pg)) != UND_OK)
		return e;
	if ((e = submit_all(b)) != UND_OK)
		return e;
	if ((e = remove_gone(b, &s->pg)) != UND_OK)
		return e;
	if ((e = insert_kept(b, &s->pg)) != UND_OK)
		return e;
	return und_pg_beat(&s->pg);
}

enum und_err und_pg_submit(struct und_postgres *s, struct und_store_job *first)
{
	struct batch b = { .first = first };
	enum und_err e = und_pg_transact(s, submit_batch, &b);

	/* also where the end is unknown, or nothing changed: then the files are as after a change */
	und_pg_changed(&s->waiting, b.changes != 0 ? b.changes : 1);
	batch_clear(&b);
	return e;
}

/* ---- asking ---- */

struct listing {
	const struct und_store_request *r;
	struct und_waiting found;
	size_t room, bytes;
};

static enum und_err list_one(struct listing *l, const PGresult *r, int row)
{
	struct und_waiting *w = &l->found;
	struct und_bytes line = und_pg_bytes(r, row, 3);
	uint8_t digest[32], kept[32];
	struct und_act *a;
	enum und_err e;

	if (w->count == l->room) {
		size_t larger = l->room == 0 ? 64 : 2 * l->room;
		struct und_act *acts = und_arena_alloc(&w->arena, larger, sizeof *acts);

		if (acts == NULL)
			return UND_ERR_MEMORY;
		if (w->count > 0)
			memcpy(acts, w->acts, w->count * sizeof *acts);
		w->acts = acts;
		l->room = larger;
	}
	a = &w->acts[w->count];
	a->kind = (enum und_store_kind)und_pg_number(r, row, 0);
	if ((e = und_pg_fixed(a->tag, sizeof a->tag, r, row, 1)) != UND_OK)
		return e;
	if ((e = und_pg_fixed(a->question, sizeof a->question, r, row, 2)) != UND_OK)
		return e;
	if ((e = und_pg_fixed(kept, sizeof kept, r, row, 4)) != UND_OK)
		return e;
	und_sha256(digest, SEALED(a->tag, a->question, line), 3);
	if (memcmp(digest, kept, sizeof digest) != 0)
		return UND_ERR_STORE_DAMAGED;
	if ((e = und_arena_copy(&a->line, &w->arena, line)) != UND_OK)
		return e;
	l->bytes += line.n;
	w->count++;
	return UND_OK;
}

static enum und_err list_rows(struct listing *l, const PGresult *r)
{
	enum und_err e = UND_OK;

	for (int i = 0; i < und_pq.PQntuples(r) && e == UND_OK && !l->found.more; i++) {
		l->found.more = l->found.count > 0 && l->bytes >= l->r->max_bytes;
		if (!l->found.more)
			e = list_one(l, r, i);
	}
	return e;
}

/* The next rows; *end: there are no further ones. At most 64 of them, each of at most 64 KiB. */
static enum und_err list_some(bool *end, struct listing *l, struct und_pg *pg)
{
	static const uint8_t zeros[32];
	const struct und_act *after = l->found.count > 0 ? &l->found.acts[l->found.count - 1] : l->r->after;
	struct und_pg_args a;
	PGresult *r = NULL;
	enum und_err e;

	und_pg_args(&a);
	und_pg_add(&a, UND_PG_BYTES, und_bytes(l->r->letter, UND_ID_SIZE));
	und_pg_add_number(&a, after != NULL ? (int64_t)after->kind : -1);
	und_pg_add(&a, UND_PG_BYTES, und_bytes(after != NULL ? after->tag : zeros, UND_POINT_SIZE));
	und_pg_add(&a, UND_PG_BYTES, und_bytes(after != NULL ? after->question : zeros, UND_ID_SIZE));
	e = und_pg_run(&r, NULL, pg, "SELECT kind, tag, question, line, digest FROM undersigned.waiting WHERE letter = $1 AND (kind, tag, question) > ($2, $3, $4) ORDER BY kind, tag, question LIMIT 64", &a);
	und_pg_args_clear(&a);
	if (e != UND_OK)
		return e;
	*end = und_pq.PQntuples(r) < 64;
	e = list_rows(l, r);
	und_pq.PQclear(r);
	return e;
}

static enum und_err list(struct und_postgres *s, void *ctx)
{
	struct listing *l = ctx;
	bool end = false;
	enum und_err e;

	und_arena_clear(&l->found.arena);
	*l = (struct listing){ .r = l->r };
	und_arena_init(&l->found.arena);
	/* not while it is laid out anew: half of it would be missing */
	e = und_pg_do(&s->pg, "LOCK TABLE undersigned.waiting IN ACCESS SHARE MODE");
	while (e == UND_OK && !end && !l->found.more)
		e = list_some(&end, l, &s->pg);
	return e;
}

enum und_err und_pg_waiting_list(struct und_waiting *out, struct und_postgres *s, const struct und_store_request *r)
{
	struct listing l = { .r = r };
	enum und_err e;

	und_arena_init(&l.found.arena);
	e = und_pg_transact(s, list, &l);
	if (e == UND_OK)
		*out = l.found;
	else
		und_arena_clear(&l.found.arena);
	return e;
}

enum und_err und_pg_waiting_count(uint64_t counts[UND_STORE_KINDS], struct und_postgres *s, const uint8_t letter[UND_ID_SIZE])
{
	return und_pg_tally(counts, UND_STORE_KINDS, s, &(struct und_pg_tally){ "LOCK TABLE undersigned.waiting IN ACCESS SHARE MODE", "SELECT kind, count(*) FROM undersigned.waiting WHERE letter = $1 GROUP BY kind", UND_PG_BYTES, und_bytes(letter, UND_ID_SIZE) });
}
