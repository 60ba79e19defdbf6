/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* pg_cards.c: cards and the enrolments made with them, in PostgreSQL */
#include <stdlib.h>

#include "base/hash.h"
#include "store/check.h"
#include "store/pg.h"

#define SEALED(key, code, line) ((const struct und_bytes[]){ und_bytes((key), 32), und_bytes((code), 32), (line) })

/* As in pg_waiting.c: read, gone through in memory, written; the locks of the series are held. */
struct kept {
	struct und_bytes series;
	uint8_t code[32];
	bool known, changed;
	int64_t state;
	char body[UND_ID_TEXT_MAX + 1];
	struct und_bytes body_text;         /* of body, when it is written */
	bool enrolled, was_enrolled;        /* here */
	uint8_t key[32], was_key[32];       /* of its enrolment */
	struct und_bytes key_bytes;         /* of key, when it is written */
	uint8_t digest[32];                 /* of the enrolment: sealed */
	struct und_bytes line;              /* that is to be kept; p NULL: none */
};
struct batch {
	struct und_store_job *first;
	struct und_bytes *series; /* each once */
	uint8_t *open;            /* there is series[i] */
	size_t series_count;
	struct kept *cards;       /* ascending by series, code */
	size_t count;
	struct kept *written;     /* those of them that are written at once */
	size_t written_count;
	uint64_t changes;
	bool finds_only;
};

static void batch_clear(struct batch *b)
{
	free(b->series);
	free(b->open);
	free(b->cards);
	free(b->written);
}

static int compare_cards(const void *a, const void *b)
{
	const struct kept *x = a, *y = b;
	int order = und_bytes_compare_var(x->series, y->series);

	return order != 0 ? order : memcmp(x->code, y->code, sizeof x->code);
}

static int compare_series(const void *a, const void *b)
{
	return und_bytes_compare_var(*(const struct und_bytes *)a, *(const struct und_bytes *)b);
}

static struct und_bytes series_of(const struct und_enrolling *en)
{
	return und_bytes(en->series, strnlen(en->series, UND_ID_TEXT_MAX));
}

/* ---- what it is about ---- */

static void sort_unique(struct batch *b)
{
	size_t n = 0;

	if (b->count > 0)
		qsort(b->cards, b->count, sizeof *b->cards, compare_cards);
	for (size_t i = 0; i < b->count; i++)
		if (n == 0 || compare_cards(&b->cards[n - 1], &b->cards[i]) != 0)
			b->cards[n++] = b->cards[i];
	b->count = n;
	n = 0;
	qsort(b->series, b->series_count, sizeof *b->series, compare_series);
	for (size_t i = 0; i < b->series_count; i++)
		if (n == 0 || compare_series(&b->series[n - 1], &b->series[i]) != 0)
			b->series[n++] = b->series[i];
	b->series_count = n;
}

static enum und_err gather(struct batch *b)
{
	size_t jobs = 0, cards = 0;

	for (struct und_store_job *job = b->first; job != NULL; job = job->next, jobs++)
		cards += UND_JOB_OF(struct und_enrolling, job)->count;
	b->series = und_alloc(jobs, sizeof *b->series);
	b->open = und_alloc(jobs, 1);
	b->cards = und_alloc(cards, sizeof *b->cards);
	b->written = und_alloc(cards, sizeof *b->written);
	if (b->series == NULL || b->open == NULL || b->cards == NULL || b->written == NULL)
		return UND_ERR_MEMORY;
	b->finds_only = true;
	for (struct und_store_job *job = b->first; job != NULL; job = job->next) {
		struct und_enrolling *en = UND_JOB_OF(struct und_enrolling, job);

		job->what = (int)und_cards_check(en->cards, en->count);
		b->series[b->series_count++] = series_of(en);
		for (size_t i = 0; job->what == UND_OK && i < en->count; i++) {
			b->cards[b->count].series = series_of(en);
			memcpy(b->cards[b->count++].code, en->cards[i].code, 32);
			b->finds_only &= en->cards[i].act == UND_CARD_FIND;
		}
	}
	sort_unique(b);
	return UND_OK;
}

/* ---- what is there ---- */

static enum und_err take_body(char out[UND_ID_TEXT_MAX + 1], struct und_bytes body)
{
	if (body.p == NULL || body.n > UND_ID_TEXT_MAX)
		return UND_ERR_STORE_DAMAGED;
	memset(out, 0, UND_ID_TEXT_MAX + 1);
	memcpy(out, body.p, body.n);
	return UND_OK;
}

static enum und_err look_at_series(struct batch *b, struct und_pg *pg)
{
	struct und_pg_args a;
	PGresult *r = NULL;
	enum und_err e;

	und_pg_args(&a);
	und_pg_add_slices(&a, UND_PG_TEXT, b->series, sizeof *b->series, b->series_count);
	e = und_pg_run(&r, NULL, pg, "SELECT k.n FROM unnest($1) WITH ORDINALITY AS k (id, n) JOIN undersigned.series AS s ON s.id = k.id", &a);
	und_pg_args_clear(&a);
	if (e != UND_OK)
		return e;
	for (int i = 0; i < und_pq.PQntuples(r); i++)
		b->open[und_pg_number(r, i, 0) - 1] = 1;
	und_pq.PQclear(r);
	return UND_OK;
}

/* n, body, state, key, digest */
static enum und_err take_card(struct batch *b, const PGresult *r, int row)
{
	struct kept *k = &b->cards[und_pg_number(r, row, 0) - 1];
	enum und_err e;

	k->known = true;
	k->state = und_pg_number(r, row, 2);
	k->enrolled = k->was_enrolled = !und_pq.PQgetisnull(r, row, 3);
	if ((e = take_body(k->body, und_pg_bytes(r, row, 1))) != UND_OK || !k->enrolled)
		return e;
	if ((e = und_pg_fixed(k->key, sizeof k->key, r, row, 3)) != UND_OK)
		return e;
	memcpy(k->was_key, k->key, sizeof k->key);
	return und_pg_fixed(k->digest, sizeof k->digest, r, row, 4);
}

static enum und_err look(struct batch *b, struct und_pg *pg)
{
	struct und_pg_args a;
	PGresult *r = NULL;
	enum und_err e;

	if ((e = und_pg_lock(pg, UND_PG_LOCK_SERIES, b->series, b->series_count)) != UND_OK)
		return e;
	if ((e = und_pg_do(pg, "LOCK TABLE undersigned.card, undersigned.enrolment IN ROW EXCLUSIVE MODE")) != UND_OK)
		return e;
	if ((e = look_at_series(b, pg)) != UND_OK)
		return e;
	und_pg_args(&a);
	und_pg_add_slices(&a, UND_PG_TEXT, &b->cards->series, sizeof *b->cards, b->count);
	und_pg_add_fixed(&a, b->cards->code, 32, sizeof *b->cards, b->count);
	e = und_pg_run(&r, NULL, pg, "SELECT k.n, c.body, c.state, c.key, e.digest FROM unnest($1, $2) WITH ORDINALITY AS k (series, code, n) JOIN undersigned.card AS c USING (series, code)"
	               " LEFT JOIN undersigned.enrolment AS e ON e.series = c.series AND e.key = c.key AND e.code = c.code", &a);
	und_pg_args_clear(&a);
	for (int i = 0; e == UND_OK && i < und_pq.PQntuples(r); i++)
		e = take_card(b, r, i);
	und_pq.PQclear(r);
	return e;
}

/* ---- one act after the other ---- */

static void set_state(struct batch *b, struct kept *k, struct und_card *c, enum und_card_state state)
{
	k->state = (int64_t)state;
	k->changed = true;
	c->outcome = UND_CARD_DONE;
	b->changes++;
}

static void card_add(struct batch *b, struct kept *k, struct und_card *c)
{
	if (k->known) {
		c->outcome = strcmp(k->body, c->body) == 0 ? UND_CARD_SAME : UND_CARD_OTHER;
		return;
	}
	k->known = true;
	memcpy(k->body, c->body, sizeof k->body);
	set_state(b, k, c, UND_CARD_UNUSED);
}

static void card_revoke(struct batch *b, struct kept *k, struct und_card *c)
{
	c->outcome = UND_CARD_SAME;
	if (k->state == UND_CARD_VOID)
		return;
	k->enrolled = false;
	k->line = und_bytes(NULL, 0);
	set_state(b, k, c, UND_CARD_VOID);
}

static void card_enrol(struct batch *b, struct kept *k, struct und_card *c)
{
	uint8_t digest[32];

	und_sha256(digest, SEALED(c->key, c->code, c->line), 3);
	if (k->state != UND_CARD_UNUSED) {
		c->outcome = k->enrolled && memcmp(k->digest, digest, sizeof digest) == 0 ? UND_CARD_SAME : UND_CARD_OTHER;
		return;
	}
	k->enrolled = true;
	memcpy(k->key, c->key, sizeof k->key);
	memcpy(k->digest, digest, sizeof digest);
	k->line = c->line;
	set_state(b, k, c, UND_CARD_USED);
}

static void do_card(struct batch *b, struct kept *k, struct und_card *c)
{
	bool known = k->known;

	if (c->act == UND_CARD_ADD)
		card_add(b, k, c);
	else if (!known)
		c->outcome = UND_CARD_UNKNOWN;
	else if (c->act == UND_CARD_REVOKE)
		card_revoke(b, k, c);
	else if (c->act == UND_CARD_ENROL)
		card_enrol(b, k, c);
	else if (c->act == UND_CARD_USE && k->state == UND_CARD_UNUSED)
		set_state(b, k, c, UND_CARD_USED);
	else
		c->outcome = c->act == UND_CARD_USE ? UND_CARD_SAME : UND_CARD_DONE;
	c->state = (enum und_card_state)k->state;
	if (known)
		memcpy(c->body, k->body, sizeof c->body);
}

static bool is_open(const struct batch *b, struct und_bytes series)
{
	const struct und_bytes *s = bsearch(&series, b->series, b->series_count, sizeof series, compare_series);

	und_bug_if(s == NULL);
	return b->open[s - b->series] != 0;
}

static void do_all(struct batch *b)
{
	for (struct und_store_job *job = b->first; job != NULL; job = job->next) {
		struct und_enrolling *en = UND_JOB_OF(struct und_enrolling, job);
		struct kept key = { .series = series_of(en) };

		if (job->what == UND_OK && !is_open(b, key.series))
			job->what = UND_ERR_SERIES_UNKNOWN;
		for (size_t i = 0; job->what == UND_OK && i < en->count; i++) {
			struct kept *k;

			memcpy(key.code, en->cards[i].code, sizeof key.code);
			k = bsearch(&key, b->cards, b->count, sizeof key, compare_cards);
			und_bug_if(k == NULL);
			do_card(b, k, &en->cards[i]);
		}
	}
}

/* ---- what has changed ---- */

static void choose(struct batch *b, bool (*is_it)(const struct kept *k))
{
	b->written_count = 0;
	for (size_t i = 0; i < b->count; i++) {
		struct kept *k = &b->written[b->written_count];

		if (!is_it(&b->cards[i]))
			continue;
		*k = b->cards[i];
		k->body_text = und_bytes(k->body, strlen(k->body));
		k->key_bytes = k->enrolled ? und_bytes(k->key, sizeof k->key) : und_bytes(NULL, 0);
		b->written_count++;
	}
}

static bool is_changed(const struct kept *k)
{
	return k->changed;
}

static bool is_gone(const struct kept *k)
{
	return k->was_enrolled && !k->enrolled;
}

static bool is_enrolled(const struct kept *k)
{
	return k->line.p != NULL;
}

static enum und_err write_cards(struct batch *b, struct und_pg *pg)
{
	struct und_pg_args a;
	enum und_err e;

	choose(b, is_changed);
	if (b->written_count == 0)
		return UND_OK;
	und_pg_args(&a);
	und_pg_add_slices(&a, UND_PG_TEXT, &b->written->series, sizeof *b->written, b->written_count);
	und_pg_add_fixed(&a, b->written->code, 32, sizeof *b->written, b->written_count);
	und_pg_add_slices(&a, UND_PG_TEXT, &b->written->body_text, sizeof *b->written, b->written_count);
	und_pg_add_numbers(&a, &b->written->state, sizeof *b->written, b->written_count);
	und_pg_add_slices(&a, UND_PG_BYTES, &b->written->key_bytes, sizeof *b->written, b->written_count);
	e = und_pg_run(NULL, NULL, pg, "INSERT INTO undersigned.card (series, code, body, state, key) SELECT * FROM unnest($1, $2, $3, $4, $5)"
	               " ON CONFLICT (series, code) DO UPDATE SET state = excluded.state, key = excluded.key", &a);
	und_pg_args_clear(&a);
	return e;
}

static enum und_err write_enrolments(struct batch *b, struct und_pg *pg)
{
	struct und_pg_args a;
	enum und_err e = UND_OK;

	choose(b, is_gone);
	und_pg_args(&a);
	if (b->written_count > 0) {
		und_pg_add_slices(&a, UND_PG_TEXT, &b->written->series, sizeof *b->written, b->written_count);
		und_pg_add_fixed(&a, b->written->was_key, 32, sizeof *b->written, b->written_count);
		und_pg_add_fixed(&a, b->written->code, 32, sizeof *b->written, b->written_count);
		e = und_pg_run(NULL, NULL, pg, "DELETE FROM undersigned.enrolment AS e USING unnest($1, $2, $3) AS k (series, key, code) WHERE e.series = k.series AND e.key = k.key AND e.code = k.code", &a);
		und_pg_args_clear(&a);
	}
	choose(b, is_enrolled);
	if (e == UND_OK && b->written_count > 0) {
		und_pg_add_slices(&a, UND_PG_TEXT, &b->written->series, sizeof *b->written, b->written_count);
		und_pg_add_fixed(&a, b->written->key, 32, sizeof *b->written, b->written_count);
		und_pg_add_fixed(&a, b->written->code, 32, sizeof *b->written, b->written_count);
		und_pg_add_slices(&a, UND_PG_BYTES, &b->written->line, sizeof *b->written, b->written_count);
		und_pg_add_fixed(&a, b->written->digest, 32, sizeof *b->written, b->written_count);
		e = und_pg_run(NULL, NULL, pg, "INSERT INTO undersigned.enrolment (series, key, code, line, digest) SELECT * FROM unnest($1, $2, $3, $4, $5)", &a);
		und_pg_args_clear(&a);
	}
	return e;
}

static enum und_err enrol_batch(struct und_postgres *s, void *ctx)
{
	struct batch *b = ctx;
	enum und_err e;

	batch_clear(b);
	*b = (struct batch){ .first = b->first };
	if ((e = gather(b)) != UND_OK)
		return e;
	if ((e = look(b, &s->pg)) != UND_OK)
		return e;
	do_all(b);
	if ((e = write_cards(b, &s->pg)) != UND_OK)
		return e;
	if ((e = write_enrolments(b, &s->pg)) != UND_OK)
		return e;
	return b->finds_only ? UND_OK : und_pg_beat(&s->pg);
}

enum und_err und_pg_enrol(struct und_postgres *s, struct und_store_job *first)
{
	struct batch b = { .first = first };
	enum und_err e = und_pg_transact(s, enrol_batch, &b);

	und_pg_changed(&s->cards, b.changes);
	batch_clear(&b);
	return e;
}

/* ---- asking ---- */

struct listing {
	const struct und_store_request *r;
	struct und_enrolled found;
	size_t room, bytes;
};

static enum und_err list_one(struct listing *l, const PGresult *r, int row)
{
	struct und_enrolled *out = &l->found;
	struct und_bytes line = und_pg_bytes(r, row, 3);
	uint8_t digest[32], kept[32];
	struct und_card *c;
	enum und_err e;

	if (out->count == l->room) {
		size_t larger = l->room == 0 ? 64 : 2 * l->room;
		struct und_card *cards = und_arena_alloc(&out->arena, larger, sizeof *cards);

		if (cards == NULL)
			return UND_ERR_MEMORY;
		if (out->count > 0)
			memcpy(cards, out->cards, out->count * sizeof *cards);
		out->cards = cards;
		l->room = larger;
	}
	c = &out->cards[out->count];
	c->state = UND_CARD_USED;
	if ((e = und_pg_fixed(c->key, sizeof c->key, r, row, 0)) != UND_OK)
		return e;
	if ((e = und_pg_fixed(c->code, sizeof c->code, r, row, 1)) != UND_OK)
		return e;
	if ((e = take_body(c->body, und_pg_bytes(r, row, 2))) != UND_OK)
		return e;
	if ((e = und_pg_fixed(kept, sizeof kept, r, row, 4)) != UND_OK)
		return e;
	und_sha256(digest, SEALED(c->key, c->code, line), 3);
	if (memcmp(digest, kept, sizeof digest) != 0)
		return UND_ERR_STORE_DAMAGED;
	if ((e = und_arena_copy(&c->line, &out->arena, line)) != UND_OK)
		return e;
	l->bytes += line.n;
	out->count++;
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

static enum und_err list_some(bool *end, struct listing *l, struct und_pg *pg)
{
	static const uint8_t zeros[32];
	const struct und_card *after = l->found.count > 0 ? &l->found.cards[l->found.count - 1] : l->r->after_card;
	struct und_pg_args a;
	PGresult *r = NULL;
	enum und_err e;

	und_pg_args(&a);
	und_pg_add(&a, UND_PG_TEXT, l->r->series);
	und_pg_add(&a, UND_PG_BYTES, after != NULL ? und_bytes(after->key, 32) : und_bytes(NULL, 0)); /* no bytes: less than any key */
	und_pg_add(&a, UND_PG_BYTES, und_bytes(after != NULL ? after->code : zeros, 32));
	e = und_pg_run(&r, NULL, pg, "SELECT e.key, e.code, c.body, e.line, e.digest FROM undersigned.enrolment AS e JOIN undersigned.card AS c ON c.series = e.series AND c.code = e.code"
	               " WHERE e.series = $1 AND (e.key, e.code) > ($2, $3) ORDER BY e.key, e.code LIMIT 32", &a);
	und_pg_args_clear(&a);
	if (e != UND_OK)
		return e;
	*end = und_pq.PQntuples(r) < 32;
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
	e = und_pg_do(&s->pg, "LOCK TABLE undersigned.card, undersigned.enrolment IN ACCESS SHARE MODE");
	while (e == UND_OK && !end && !l->found.more)
		e = list_some(&end, l, &s->pg);
	return e;
}

enum und_err und_pg_enrolled_list(struct und_enrolled *out, struct und_postgres *s, const struct und_store_request *r)
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

enum und_err und_pg_card_count(uint64_t counts[3], struct und_postgres *s, struct und_bytes series)
{
	return und_pg_tally(counts, 3, s, &(struct und_pg_tally){ "LOCK TABLE undersigned.card IN ACCESS SHARE MODE", "SELECT state, count(*) FROM undersigned.card WHERE series = $1 GROUP BY state", UND_PG_TEXT, series });
}
