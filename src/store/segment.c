/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* segment.c: letters made and grown: a segment, its acts, and the shelf without them, in one commit */
#include <stdlib.h>

#include "base/hash.h"
#include "store/sqlite.h"

enum { PIECE = 32 << 10 };

/* A segment being written at the end of a letter's file. */
struct growth {
	struct und_sqlite *s;
	const uint8_t *letter;
	uint64_t generation, size; /* of the letter before it */
	uint64_t at;               /* where the next piece begins */
	uint8_t *piece;            /* PIECE bytes, being filled */
	size_t filled;
};

static enum und_err write_piece(struct growth *g, struct und_bytes bytes)
{
	sqlite3_stmt *st = g->s->st[LETTERS_PIECE];
	uint8_t digest[32];
	enum und_err e;

	und_sql_seal(digest, &bytes, 1);
	if ((e = und_sql_bind(st, "inbi", g->letter, (int64_t)g->at, bytes, digest)) != UND_OK)
		return e;
	if ((e = und_sql_run(st)) != UND_OK)
		return e;
	g->at += bytes.n;
	return UND_OK;
}

static enum und_err flush(struct growth *g)
{
	size_t n = g->filled;

	g->filled = 0;
	return n == 0 ? UND_OK : write_piece(g, und_bytes(g->piece, n));
}

static enum und_err add(struct growth *g, struct und_bytes bytes)
{
	enum und_err e;
	size_t n;

	while (bytes.n > 0) {
		n = bytes.n < PIECE - g->filled ? bytes.n : PIECE - g->filled;
		memcpy(g->piece + g->filled, bytes.p, n);
		g->filled += n;
		bytes.p += n;
		bytes.n -= n;
		if (g->filled == PIECE && (e = flush(g)) != UND_OK)
			return e;
	}
	return UND_OK;
}

/* The bytes of the segment; of a release: the lines of its acts. */
static enum und_err add_bytes(struct growth *g, const struct und_store_segment *seg, bool release)
{
	enum und_err e;

	if ((e = add(g, seg->bytes)) != UND_OK)
		return e;
	for (size_t i = 0; release && i < seg->act_count; i++) {
		if ((e = add(g, seg->acts[i].line)) != UND_OK)
			return e;
		if ((e = add(g, und_cstr("\n"))) != UND_OK)
			return e;
	}
	return flush(g);
}

static enum und_err add_acts(struct growth *g, const struct und_store_segment *seg)
{
	sqlite3_stmt *st = g->s->st[LETTERS_ACT_ADD];
	uint8_t digest[32];
	enum und_err e;

	for (size_t i = 0; i < seg->act_count; i++) {
		const struct und_act *a = &seg->acts[i];

		und_sha256(digest, &a->line, 1);
		if ((e = und_sql_bind(st, "iniii", g->letter, (int64_t)a->kind, a->tag, a->question, digest)) != UND_OK)
			return e;
		if ((e = und_sql_run(st)) != UND_OK)
			return e;
	}
	return UND_OK;
}

static enum und_err set_sizes(struct growth *g, const struct und_store_segment *seg)
{
	struct und_sqlite *s = g->s;
	enum und_err e;

	if ((e = und_sql_bind(s->st[LETTERS_GROW], "inn", g->letter, (int64_t)(g->generation + 1), (int64_t)g->at)) != UND_OK)
		return e;
	if ((e = und_sql_run(s->st[LETTERS_GROW])) != UND_OK)
		return e;
	if ((e = und_sql_bind(s->st[LETTERS_SEGMENT], "inn", g->letter, (int64_t)(g->generation + 1), (int64_t)g->at)) != UND_OK)
		return e;
	if ((e = und_sql_run(s->st[LETTERS_SEGMENT])) != UND_OK)
		return e;
	if (seg->note.p == NULL)
		return UND_OK;
	if ((e = und_sql_bind(s->st[LETTERS_NOTE], "ib", g->letter, seg->note)) != UND_OK)
		return e;
	return und_sql_run(s->st[LETTERS_NOTE]);
}

/* Within a transaction. */
static enum und_err grow(struct growth *g, const struct und_store_segment *seg, bool release)
{
	enum und_err e;

	g->at = g->size;
	g->piece = malloc(PIECE);
	if (g->piece == NULL)
		return UND_ERR_MEMORY;
	if ((e = add_bytes(g, seg, release)) == UND_OK)
		e = add_acts(g, seg);
	if (e == UND_OK)
		e = set_sizes(g, seg);
	free(g->piece);
	return e;
}

/* ---- a new letter ---- */

static enum und_err create(struct growth *g, const struct und_store_request *r)
{
	struct und_sqlite *s = g->s;
	bool taken;
	enum und_err e;

	if ((e = und_sql_bind(s->st[LETTERS_TAKEN], "it", r->letter, r->slug)) != UND_OK)
		return e;
	if ((e = und_sql_step(&taken, s->st[LETTERS_TAKEN])) != UND_OK)
		return e;
	if (taken) {
		und_sql_reset(s->st[LETTERS_TAKEN]);
		return UND_ERR_LETTER_TAKEN;
	}
	if ((e = und_sql_bind(s->st[LETTERS_ADD], "itnnb", r->letter, r->slug, (int64_t)1, (int64_t)0, und_bytes(NULL, 0))) != UND_OK)
		return e;
	if ((e = und_sql_run(s->st[LETTERS_ADD])) != UND_OK)
		return e;
	return grow(g, r->seg, false);
}

enum und_err und_letters_create(struct und_sqlite *s, const struct und_store_request *r)
{
	struct growth g = { .s = s, .letter = r->letter };
	enum und_err e;

	if ((e = und_letters_begin(s)) != UND_OK)
		return e;
	return und_letters_end(s, create(&g, r));
}

/* ---- a letter that grows ---- */

/* Which rows of the shelf stay: not those of the segment's acts. */
struct leaving {
	const uint8_t *letter;
	const struct und_store_segment *seg;
};
static enum und_err stays(bool *out, void *ctx, sqlite3_stmt *row)
{
	const struct leaving *l = ctx;
	struct und_act a = { .kind = UND_STORE_SIGNATURE };
	uint8_t letter[UND_ID_SIZE];
	enum und_err e;

	if ((e = und_sql_fixed(letter, sizeof letter, row, 0)) != UND_OK)
		return e;
	*out = true;
	if (memcmp(letter, l->letter, sizeof letter) != 0)
		return UND_OK;
	a.kind = (enum und_store_kind)sqlite3_column_int(row, 1);
	if ((e = und_sql_fixed(a.tag, sizeof a.tag, row, 2)) != UND_OK)
		return e;
	if ((e = und_sql_fixed(a.question, sizeof a.question, row, 3)) != UND_OK)
		return e;
	*out = bsearch(&a, l->seg->acts, l->seg->act_count, sizeof a, und_act_compare_var) == NULL;
	return UND_OK;
}

/* None of the acts stands; those of a release wait, with these lines. *waits: whether any of them does. */
static enum und_err check_acts(bool *waits, const struct growth *g, const struct und_store_segment *seg, bool release)
{
	bool stands, equal;
	struct und_bytes line;
	sqlite3_stmt *st;
	enum und_err e;

	for (size_t i = 0; i < seg->act_count; i++) {
		const struct und_act *a = &seg->acts[i];

		if ((e = und_letters_stands(&stands, NULL, g->s, g->letter, a->kind, a->tag, a->question, NULL)) != UND_OK)
			return e;
		if (stands)
			return UND_ERR_STORE_MOVED;
		if ((e = und_waiting_line(&line, g->s, g->letter, a->kind, a->tag, a->question, &st)) != UND_OK)
			return e;
		*waits |= line.p != NULL;
		equal = line.p != NULL && und_bytes_equal_var(line, a->line);
		und_sql_reset(st);
		if (release && !equal)
			return UND_ERR_STORE_MOVED;
	}
	return UND_OK;
}

static enum und_err find(struct growth *g)
{
	sqlite3_stmt *st = g->s->st[LETTERS_FIND];
	enum und_err e;
	bool row;

	if ((e = und_sql_bind(st, "i", g->letter)) != UND_OK)
		return e;
	if ((e = und_sql_step(&row, st)) != UND_OK)
		return e;
	if (!row)
		return UND_ERR_LETTER_UNKNOWN;
	g->generation = (uint64_t)sqlite3_column_int64(st, 0);
	g->size = (uint64_t)sqlite3_column_int64(st, 1);
	und_sql_reset(st);
	return UND_OK;
}

/* Within a transaction; *to is the shelf without the acts, if any of them waits. */
static enum und_err append(struct und_shelf *to, struct growth *g, const struct und_store_request *r, bool release)
{
	struct leaving leaving = { r->letter, r->seg };
	const struct und_shelf_filter filter = { stays, &leaving };
	bool waits = false;
	enum und_err e;

	if ((e = find(g)) != UND_OK)
		return e;
	if (g->generation != r->generation)
		return UND_ERR_STORE_MOVED;
	if ((e = check_acts(&waits, g, r->seg, release)) != UND_OK)
		return e;
	if ((e = grow(g, r->seg, release)) != UND_OK)
		return e;
	if (!waits)
		return UND_OK;
	if ((e = und_shelf_build(to, g->s, &g->s->waiting, &filter)) != UND_OK)
		return e;
	return und_letters_name_shelf(g->s, to);
}

enum und_err und_letters_append(struct und_sqlite *s, const struct und_store_request *r, bool release)
{
	struct growth g = { .s = s, .letter = r->letter };
	struct und_shelf to = { .db = NULL };
	enum und_err e;

	if ((e = und_letters_begin(s)) != UND_OK)
		return e;
	e = und_letters_end(s, append(&to, &g, r, release));
	if (to.db == NULL)
		return e;
	if (e != UND_OK) {
		und_shelf_close(&to); /* its file stays until it is known which of the two is the shelf */
		s->strays = true;
		return e;
	}
	und_shelf_discard(s, &s->waiting);
	s->waiting = to;
	und_folder_midnight(s);
	return UND_OK;
}
