/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* letter/union_lines.h: the set of lines of a union, what they contend for, what they refer to. Used by union.c only */
#ifndef UND_LETTER_UNION_LINES_H
#define UND_LETTER_UNION_LINES_H

#include "record/record.h"

/* One distinct line. Lines are sorted by SHA-256 of their bytes, so that an index is a rank. */
struct und_union_line {
	uint8_t sha256[32];
	struct und_bytes text; /* without LF, borrowed from a copy */
	enum und_type type;
	uint8_t id[UND_ID_SIZE];
	uint8_t tag[UND_POINT_SIZE], other[UND_ID_SIZE]; /* signature: roster; vote: question */
	struct und_record *record;                       /* kept decoded for all types but keys, signature, withdrawal, vote; else NULL */
	bool alive, in_first, authenticated, introduces;
};
struct und_union_lines {
	struct und_union_line *lines;
	size_t n, cap;
	size_t *by_id;                 /* indices of lines, sorted by id, then by index */
	uint8_t letter_id[UND_ID_SIZE];
	const struct und_letter_record *letter;
	const struct und_words *words; /* NULL while sealed */
	struct und_union_line **head;  /* the letter's roster, then what it extends, and so on */
	size_t head_count;
};

/* All lines of n valid copies, each once. Errors: UND_ERR_MEMORY. */
UND_MUST_USE enum und_err und_union_lines_init(struct und_union_lines *u, const struct und_bytes *copies, size_t n,
                                               const uint8_t letter_id[UND_ID_SIZE]);
void und_union_lines_clear(struct und_union_lines *u);

/* Decides every contended place, then lets go of what is no longer valid, repeatedly. Fills head. Errors: UND_ERR_MEMORY. */
UND_MUST_USE enum und_err und_union_contend(struct und_union_lines *u);

/* The line of that type and id that is alive, or NULL. */
struct und_union_line *und_union_find(const struct und_union_lines *u, enum und_type type, const uint8_t id[UND_ID_SIZE]);

/* ---- places: what a line claims, provides or needs, as a hash ---- */

enum und_place_kind {
	UND_PLACE_ID,         /* an id: same core, other signatures */
	UND_PLACE_SEALED,
	UND_PLACE_SIGNED,     /* a tag's signature */
	UND_PLACE_WITHDRAWN,
	UND_PLACE_VOTED,      /* tag and question */
	UND_PLACE_PARTY,      /* who introduces that party id */
	UND_PLACE_PARTY_NAME, /* whose name it is */
	UND_PLACE_PARTY_KEY,  /* whose key it is */
	UND_PLACE_KEY_OF      /* which key that party has: id and key */
};
void und_place(uint8_t out[32], enum und_place_kind kind, struct und_bytes a, struct und_bytes b);

/* References of a line that must stand above it: up to four places. Returns how many. A line whose party or statement is wrong for it (not only missing) gets *never. */
size_t und_union_needs(uint8_t needs[4][32], bool *never, const struct und_union_lines *u, const struct und_union_line *line);
/* Places that a live line provides: up to four. */
size_t und_union_provides(uint8_t provides[4][32], const struct und_union_line *line);

/* ---- a sorted table: place → line ---- */

struct und_place_entry {
	uint8_t place[32];
	size_t line;
};
struct und_place_table {
	struct und_place_entry *entries;
	size_t n, cap;
};
UND_MUST_USE enum und_err und_place_table_add(struct und_place_table *t, const uint8_t place[32], size_t line);
void und_place_table_sort(struct und_place_table *t); /* by place, then by line */
/* The first entry of that place, or NULL. */
const struct und_place_entry *und_place_table_find(const struct und_place_table *t, const uint8_t place[32]);
/* Everything that live lines provide, sorted. */
UND_MUST_USE enum und_err und_union_provided(struct und_place_table *out, const struct und_union_lines *u);
/* Every live line goes whose references are gone, and those that refer to it, until nothing changes. t: room to work in. Errors: UND_ERR_MEMORY. */
UND_MUST_USE enum und_err und_union_drop(struct und_union_lines *u, struct und_place_table *t);

/* ---- the order of the result ---- */

struct und_union_order {
	const struct und_union_lines *lines;
	size_t *waiting;                 /* per line: references not yet written; SIZE_MAX: not of this order (head, keys, gone) */
	size_t *start, *dependants;      /* line → lines that refer to it */
	size_t *heap;
	size_t heap_count;
};
UND_MUST_USE enum und_err und_union_order_init(struct und_union_order *o, const struct und_union_lines *u);
bool und_union_order_next(size_t *line, struct und_union_order *o);
void und_union_order_clear(struct und_union_order *o);

#endif
