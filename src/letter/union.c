/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* union.c: copies of one letter become one file, a function of the set of their lines (spec/records.md, The state of a letter) */
#include "letter/union.h"

#include <stdlib.h>

#include "base/hash.h"
#include "letter/union_lines.h"

/* Copies are whole and valid by themselves, and of one letter. */
static enum und_err read_copies(uint8_t letter_id[UND_ID_SIZE], const struct und_bytes *copies, size_t n, size_t *copy,
                                const struct und_letter_options *options, struct und_diag *diag)
{
	struct und_state state;
	struct und_letter *l;
	enum und_err e;
	bool same;

	for (size_t i = 0; i < n; i++) {
		*copy = i;
		if ((e = und_letter_read(&l, copies[i], options, diag)) != UND_OK)
			return e;
		if ((e = und_letter_state(&state, l)) != UND_OK) {
			und_letter_free(l);
			return e;
		}
		same = i == 0 || memcmp(letter_id, state.letter, UND_ID_SIZE) == 0;
		memcpy(letter_id, state.letter, UND_ID_SIZE);
		und_state_clear(&state);
		und_letter_free(l);
		if (!same)
			return UND_ERR_UNION_LETTERS;
	}
	return UND_OK;
}

/* Two rosters that extend the same one: never merged, both are named by the caller. */
static enum und_err check_extensions(const struct und_union_lines *u)
{
	struct und_place_table t = { 0 }; /* by what they extend: an id is as long as a place */
	enum und_err e = UND_OK;

	for (size_t i = 0; e == UND_OK && i < u->n; i++)
		if (u->lines[i].type == UND_TYPE_ROSTER && u->lines[i].record->u.roster.extends.set)
			e = und_place_table_add(&t, u->lines[i].record->u.roster.extends.id, i);
	und_place_table_sort(&t);
	for (size_t i = 1; e == UND_OK && i < t.n; i++)
		if (memcmp(t.entries[i - 1].place, t.entries[i].place, 32) == 0 &&
		    memcmp(u->lines[t.entries[i - 1].line].id, u->lines[t.entries[i].line].id, UND_ID_SIZE) != 0)
			e = UND_ERR_UNION_ROSTERS;
	free(t.entries);
	return e;
}

static void write_line(struct und_buf *out, struct und_union_line *line, struct und_union_report *report)
{
	und_buf_add_bytes(out, line->text);
	und_buf_add_u8(out, '\n');
	report->lines++;
	report->added += !line->in_first;
}

/* A roster and, at once, the keys that its bodies name, in their order. */
static void write_roster(struct und_buf *out, const struct und_union_lines *u, struct und_union_line *roster, struct und_union_report *report)
{
	const struct und_roster *r = &roster->record->u.roster;

	write_line(out, roster, report);
	for (size_t i = 0; i < r->body_count; i++) {
		struct und_union_line *keys = r->bodies[i].keys.set ? und_union_find(u, UND_TYPE_KEYS, r->bodies[i].keys.id) : NULL;

		if (keys != NULL)
			write_line(out, keys, report);
	}
}

/* Rosters above the letter, from the first down, then letter, sealed, words. */
static void write_head(struct und_buf *out, const struct und_union_lines *u, struct und_union_report *report)
{
	static const enum und_type rest[] = { UND_TYPE_LETTER, UND_TYPE_SEALED, UND_TYPE_WORDS };

	for (size_t i = u->head_count; i-- > 0;) /* head[0] is the letter's roster, the last its oldest ancestor */
		write_roster(out, u, u->head[i], report);
	for (size_t t = 0; t < UND_COUNT_OF(rest); t++)
		for (size_t i = 0; i < u->n; i++)
			if (u->lines[i].alive && u->lines[i].type == rest[t])
				write_line(out, &u->lines[i], report);
}

/* Again and again the line with the least SHA-256 among those whose references stand above. */
static enum und_err write_rest(struct und_buf *out, const struct und_union_lines *u, struct und_union_report *report)
{
	struct und_union_order order;
	enum und_err e;
	size_t i;

	if ((e = und_union_order_init(&order, u)) != UND_OK)
		return e;
	while (und_union_order_next(&i, &order)) {
		if (u->lines[i].type == UND_TYPE_ROSTER)
			write_roster(out, u, &u->lines[i], report);
		else
			write_line(out, &u->lines[i], report);
	}
	und_union_order_clear(&order);
	return UND_OK;
}

/* What was written stands again before a strict reader: a union that is not a valid letter is never handed out. Each proof names its letter, roster and ring, and was judged with its copy: it is good here too. */
static enum und_err check_result(struct und_bytes file, const struct und_letter_options *options, struct und_diag *diag)
{
	struct und_letter_options judged = *options;
	struct und_letter *l;
	enum und_err e;

	judged.proven = true;
	e = und_letter_read(&l, file, &judged, diag);

	if (e == UND_OK)
		und_letter_free(l);
	return e;
}

enum und_err und_union(struct und_buf *out, struct und_union_report *report, const struct und_bytes *copies, size_t n, size_t *copy,
                       const struct und_letter_options *options, struct und_diag *diag)
{
	struct und_union_report r = { 0 };
	struct und_union_lines u;
	uint8_t letter_id[UND_ID_SIZE];
	size_t start = out->n;
	enum und_err e;

	und_bug_if(n == 0 || options->mode != UND_LETTER_FILE);
	if ((e = read_copies(letter_id, copies, n, copy, options, diag)) != UND_OK)
		return e;
	if ((e = und_union_lines_init(&u, copies, n, letter_id)) != UND_OK)
		return e;
	if ((e = check_extensions(&u)) != UND_OK)
		goto out;
	if ((e = und_union_contend(&u)) != UND_OK)
		goto out;
	write_head(out, &u, &r);
	if ((e = write_rest(out, &u, &r)) != UND_OK)
		goto out;
	if ((e = out->err) != UND_OK)
		goto out;
	*copy = n;
	if ((e = check_result(und_bytes(out->p + start, out->n - start), options, diag)) != UND_OK)
		goto out;
	r.dropped = u.n - r.lines;
	*report = r;
out:
	if (e != UND_OK && out->err == UND_OK)
		out->n = start;
	und_union_lines_clear(&u);
	return e;
}
