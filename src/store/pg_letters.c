/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* pg_letters.c: letters made and grown, in PostgreSQL: a segment, its acts, and what waits without them, in one commit */
#include <stdlib.h>

#include "base/hash.h"
#include "store/pg.h"

enum { PIECE = 32 << 10, PIECES = 128 /* in one statement */, ACTS = 8192 /* likewise */ };

#define SEALED(tag, question, line) ((const struct und_bytes[]){ und_bytes((tag), UND_POINT_SIZE), und_bytes((question), UND_ID_SIZE), (line) })

struct growth {
	const struct und_store_request *r;
	bool release, is_new;
	struct und_pg *pg;
	uint64_t generation, size; /* of the letter before */
	uint64_t at;               /* where the next piece begins */
	uint8_t *bytes;            /* PIECES × PIECE, being filled */
	size_t filled;
	bool waited;               /* some of the acts */
};

static struct und_bytes letter_of(const struct growth *g)
{
	return und_bytes(g->r->letter, UND_ID_SIZE);
}

/* ---- bytes ---- */

static enum und_err write_pieces(struct growth *g)
{
	struct und_bytes pieces[PIECES];
	uint8_t digests[PIECES][32];
	int64_t starts[PIECES];
	struct und_pg_args a;
	size_t n = 0;
	enum und_err e;

	for (size_t from = 0; from < g->filled; from += PIECE, n++) {
		pieces[n] = und_bytes(g->bytes + from, g->filled - from < PIECE ? g->filled - from : PIECE);
		starts[n] = (int64_t)g->at;
		und_sha256(digests[n], &pieces[n], 1);
		g->at += pieces[n].n;
	}
	g->filled = 0;
	if (n == 0)
		return UND_OK;
	und_pg_args(&a);
	und_pg_add(&a, UND_PG_BYTES, letter_of(g));
	und_pg_add_numbers(&a, starts, sizeof starts[0], n);
	und_pg_add_slices(&a, UND_PG_BYTES, pieces, sizeof pieces[0], n);
	und_pg_add_fixed(&a, digests, 32, 32, n);
	e = und_pg_run(NULL, NULL, g->pg, "INSERT INTO undersigned.piece (letter, start, bytes, digest) SELECT $1, * FROM unnest($2, $3, $4)", &a);
	und_pg_args_clear(&a);
	return e;
}

static enum und_err add(struct growth *g, struct und_bytes bytes)
{
	enum und_err e;
	size_t n;

	while (bytes.n > 0) {
		n = bytes.n < PIECES * PIECE - g->filled ? bytes.n : PIECES * PIECE - g->filled;
		memcpy(g->bytes + g->filled, bytes.p, n);
		g->filled += n;
		bytes.p += n;
		bytes.n -= n;
		if (g->filled == PIECES * PIECE && (e = write_pieces(g)) != UND_OK)
			return e;
	}
	return UND_OK;
}

/* The bytes of the segment; of a release: the lines of its acts. */
static enum und_err add_bytes(struct growth *g)
{
	const struct und_store_segment *seg = g->r->seg;
	enum und_err e;

	g->at = g->size;
	if ((e = add(g, seg->bytes)) != UND_OK)
		return e;
	for (size_t i = 0; g->release && i < seg->act_count; i++) {
		if ((e = add(g, seg->acts[i].line)) != UND_OK)
			return e;
		if ((e = add(g, und_cstr("\n"))) != UND_OK)
			return e;
	}
	return write_pieces(g);
}

/* ---- acts ---- */

/* Keys, and a digest of each, of count acts from the first; $1 is the letter. */
struct part {
	int64_t kinds[ACTS];
	uint8_t digests[ACTS][32];
};
static void add_acts(struct und_pg_args *args, struct part *part, const struct growth *g, const struct und_act *acts, size_t n, bool sealed)
{
	for (size_t i = 0; i < n; i++) {
		part->kinds[i] = (int64_t)acts[i].kind;
		if (sealed)
			und_sha256(part->digests[i], SEALED(acts[i].tag, acts[i].question, acts[i].line), 3);
		else
			und_sha256(part->digests[i], &acts[i].line, 1);
	}
	und_pg_add(args, UND_PG_BYTES, letter_of(g));
	und_pg_add_numbers(args, part->kinds, sizeof part->kinds[0], n);
	und_pg_add_fixed(args, acts->tag, sizeof acts->tag, sizeof *acts, n);
	und_pg_add_fixed(args, acts->question, sizeof acts->question, sizeof *acts, n);
	und_pg_add_fixed(args, part->digests, 32, 32, n);
}

/* None of the acts stands; those of a release wait, with these lines. */
static enum und_err check_part(struct growth *g, struct part *part, const struct und_act *acts, size_t n)
{
	struct und_pg_args a;
	int64_t stand = 0, wait = 0, same = 0;
	enum und_err e;

	und_pg_args(&a);
	add_acts(&a, part, g, acts, n, true);
	e = und_pg_ask(&stand, g->pg, "SELECT count(*) FROM unnest($2, $3, $4, $5) AS k (kind, tag, question, digest) JOIN undersigned.act AS t USING (kind, tag, question) WHERE t.letter = $1", &a);
	if (e == UND_OK)
		e = und_pg_ask(&wait, g->pg, "SELECT count(*) FROM unnest($2, $3, $4, $5) AS k (kind, tag, question, digest) JOIN undersigned.waiting AS t USING (kind, tag, question) WHERE t.letter = $1", &a);
	if (e == UND_OK && g->release)
		e = und_pg_ask(&same, g->pg, "SELECT count(*) FROM unnest($2, $3, $4, $5) AS k (kind, tag, question, digest) JOIN undersigned.waiting AS t USING (kind, tag, question, digest) WHERE t.letter = $1", &a);
	und_pg_args_clear(&a);
	if (e != UND_OK)
		return e;
	g->waited |= wait != 0;
	return stand != 0 || (g->release && (size_t)same != n) ? UND_ERR_STORE_MOVED : UND_OK;
}

static enum und_err move_part(struct growth *g, struct part *part, const struct und_act *acts, size_t n)
{
	struct und_pg_args a;
	enum und_err e;

	und_pg_args(&a);
	add_acts(&a, part, g, acts, n, false);
	e = und_pg_run(NULL, NULL, g->pg, "INSERT INTO undersigned.act (letter, kind, tag, question, digest) SELECT $1, * FROM unnest($2, $3, $4, $5)", &a);
	if (e == UND_OK && g->waited)
		e = und_pg_run(NULL, NULL, g->pg, "DELETE FROM undersigned.waiting AS t USING unnest($2, $3, $4, $5) AS k (kind, tag, question, digest)"
		               " WHERE t.letter = $1 AND t.kind = k.kind AND t.tag = k.tag AND t.question = k.question", &a);
	und_pg_args_clear(&a);
	return e;
}

static enum und_err each_part(struct growth *g, enum und_err (*with)(struct growth *g, struct part *part, const struct und_act *acts, size_t n))
{
	const struct und_store_segment *seg = g->r->seg;
	struct part *part;
	enum und_err e = UND_OK;

	if (seg->act_count == 0)
		return UND_OK;
	part = malloc(sizeof *part);
	if (part == NULL)
		return UND_ERR_MEMORY;
	for (size_t i = 0; i < seg->act_count && e == UND_OK; i += ACTS)
		e = with(g, part, seg->acts + i, seg->act_count - i < ACTS ? seg->act_count - i : ACTS);
	free(part);
	return e;
}

/* ---- the letter ---- */

static enum und_err set_sizes(struct growth *g)
{
	struct und_pg_args a;
	enum und_err e;

	und_pg_args(&a);
	und_pg_add(&a, UND_PG_BYTES, letter_of(g));
	und_pg_add_number(&a, (int64_t)(g->generation + 1));
	und_pg_add_number(&a, (int64_t)g->at);
	e = und_pg_run(NULL, NULL, g->pg, "INSERT INTO undersigned.segment (letter, generation, size) VALUES ($1, $2, $3)", &a);
	if (e == UND_OK && !g->is_new)
		e = und_pg_run(NULL, NULL, g->pg, "UPDATE undersigned.letter SET generation = $2, size = $3 WHERE id = $1", &a);
	if (e == UND_OK && !g->is_new && g->r->seg->note.p != NULL) {
		und_pg_args_clear(&a);
		und_pg_add(&a, UND_PG_BYTES, letter_of(g));
		und_pg_add(&a, UND_PG_BYTES, g->r->seg->note);
		e = und_pg_run(NULL, NULL, g->pg, "UPDATE undersigned.letter SET note = $2 WHERE id = $1", &a);
	}
	und_pg_args_clear(&a);
	return e;
}

/* The letter is ours. */
static enum und_err grow(struct growth *g)
{
	enum und_err e;

	g->filled = 0;
	if ((e = add_bytes(g)) != UND_OK)
		return e;
	if ((e = each_part(g, move_part)) != UND_OK)
		return e;
	if ((e = set_sizes(g)) != UND_OK)
		return e;
	return g->waited ? und_pg_do(g->pg, und_pg_rewrite_waiting) : UND_OK;
}

static enum und_err with_bytes(struct growth *g, struct und_postgres *s, enum und_err (*body)(struct und_postgres *s, void *ctx))
{
	enum und_err e;

	g->pg = &s->pg;
	g->bytes = malloc(PIECES * PIECE);
	if (g->bytes == NULL)
		return UND_ERR_MEMORY;
	e = und_pg_transact(s, body, g);
	free(g->bytes);
	return e;
}

/* The short name decides between two who come at once: whoever is second waits for the first, and finds it taken. */
static enum und_err take_name(struct growth *g)
{
	struct und_pg_args a;
	uint64_t names = 0, letters = 0;
	enum und_err e;

	und_pg_args(&a);
	und_pg_add(&a, UND_PG_TEXT, g->r->slug);
	und_pg_add(&a, UND_PG_BYTES, letter_of(g));
	e = und_pg_run(NULL, &names, g->pg, "INSERT INTO undersigned.name (slug, letter) VALUES ($1, $2) ON CONFLICT DO NOTHING", &a);
	und_pg_args_clear(&a);
	if (e != UND_OK || names == 0)
		return e != UND_OK ? e : UND_ERR_LETTER_TAKEN;
	und_pg_add(&a, UND_PG_BYTES, letter_of(g));
	und_pg_add_number(&a, 1);
	und_pg_add_number(&a, (int64_t)g->at);
	und_pg_add(&a, UND_PG_BYTES, g->r->seg->note);
	e = und_pg_run(NULL, &letters, g->pg, "INSERT INTO undersigned.letter (id, generation, size, note) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING", &a);
	und_pg_args_clear(&a);
	return e != UND_OK ? e : letters == 0 ? UND_ERR_LETTER_TAKEN : UND_OK;
}

static enum und_err create(struct und_postgres *s, void *ctx)
{
	const struct und_bytes letter = letter_of(ctx);
	struct growth *g = ctx;
	const struct und_store_segment *seg = g->r->seg;
	enum und_err e;

	if ((e = und_pg_lock(&s->pg, UND_PG_LOCK_LETTER, &letter, 1)) != UND_OK)
		return e;
	g->generation = g->size = 0;
	g->at = seg->bytes.n;
	if ((e = take_name(g)) != UND_OK)
		return e;
	return grow(g);
}

enum und_err und_pg_create(struct und_postgres *s, const struct und_store_request *r)
{
	struct growth g = { .r = r, .is_new = true };

	return with_bytes(&g, s, create);
}

static enum und_err find(struct growth *g)
{
	struct und_pg_args a;
	PGresult *r = NULL;
	enum und_err e;

	und_pg_args(&a);
	und_pg_add(&a, UND_PG_BYTES, letter_of(g));
	e = und_pg_run(&r, NULL, g->pg, "SELECT generation, size FROM undersigned.letter WHERE id = $1 FOR UPDATE", &a);
	und_pg_args_clear(&a);
	if (e != UND_OK)
		return e;
	if (und_pq.PQntuples(r) == 0) {
		e = UND_ERR_LETTER_UNKNOWN;
	} else {
		g->generation = (uint64_t)und_pg_number(r, 0, 0);
		g->size = (uint64_t)und_pg_number(r, 0, 1);
	}
	und_pq.PQclear(r);
	return e;
}

static enum und_err append(struct und_postgres *s, void *ctx)
{
	const struct und_bytes letter = letter_of(ctx);
	struct growth *g = ctx;
	enum und_err e;

	g->waited = false;
	if ((e = und_pg_lock(&s->pg, UND_PG_LOCK_LETTER, &letter, 1)) != UND_OK)
		return e;
	if (g->r->seg->act_count > 0 && (e = und_pg_do(&s->pg, und_pg_waiting_alone)) != UND_OK)
		return e;
	if ((e = find(g)) != UND_OK)
		return e;
	if (g->generation != g->r->generation)
		return UND_ERR_STORE_MOVED;
	if ((e = each_part(g, check_part)) != UND_OK)
		return e;
	return grow(g);
}

enum und_err und_pg_append(struct und_postgres *s, const struct und_store_request *r, bool release)
{
	struct growth g = { .r = r, .release = release };
	enum und_err e = with_bytes(&g, s, append);

	if (e == UND_OK && g.waited)
		s->waiting.changed = 0;
	return e;
}

/* ---- series ---- */

/* Each is one statement, which waits for whoever changes the same row, and then looks at what became of it. */
static const char *series_statement(const struct und_store_request *r)
{
	if (!r->only_if)
		return "INSERT INTO undersigned.series (id, note) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET note = excluded.note";
	if (r->was == NULL)
		return "INSERT INTO undersigned.series (id, note) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING";
	return "UPDATE undersigned.series SET note = $2 WHERE id = $1 AND note = $3";
}

static enum und_err series_put(struct und_postgres *s, void *ctx)
{
	const struct und_store_request *r = ctx;
	struct und_pg_args a;
	uint64_t changed = 0;
	enum und_err e;

	und_pg_args(&a);
	und_pg_add(&a, UND_PG_TEXT, r->series);
	und_pg_add(&a, UND_PG_BYTES, r->note);
	if (r->was != NULL)
		und_pg_add(&a, UND_PG_BYTES, *r->was);
	e = und_pg_run(NULL, &changed, &s->pg, series_statement(r), &a);
	und_pg_args_clear(&a);
	return e == UND_OK && changed == 0 ? UND_ERR_STORE_MOVED : e;
}

enum und_err und_pg_series_put(struct und_postgres *s, const struct und_store_request *r)
{
	struct und_store_request copy = *r;

	return und_pg_transact(s, series_put, &copy);
}
