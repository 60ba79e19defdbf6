/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* csv.c: comma-separated values as RFC 4180 says, and nothing looser */
#include <stdlib.h>

#include "cli/csv.h"

struct reader {
	struct und_bytes rest;
	uint64_t line;
	struct und_arena *arena;
};

static int peek(const struct reader *r)
{
	return r->rest.n == 0 ? -1 : *r->rest.p;
}

static void skip(struct reader *r, size_t n)
{
	for (size_t i = 0; i < n; i++)
		r->line += r->rest.p[i] == '\n';
	r->rest.p += n;
	r->rest.n -= n;
}

/* "…" with "" for one quotation mark: RFC 4180 §2, rules 5 to 7. The first mark is next. */
static enum und_err take_quoted(struct und_bytes *out, struct reader *r)
{
	size_t end = 1, doubled = 0, n = 0;
	uint8_t *copy;

	for (;; end++) {
		if (end >= r->rest.n)
			return UND_ERR_CSV_OPEN;
		if (r->rest.p[end] != '"')
			continue;
		if (end + 1 >= r->rest.n || r->rest.p[end + 1] != '"')
			break;
		doubled++;
		end++;
	}
	copy = und_arena_alloc(r->arena, end - 1 - doubled, 1);
	if (copy == NULL)
		return UND_ERR_MEMORY;
	for (size_t i = 1; i < end; i++) {
		copy[n++] = r->rest.p[i];
		i += r->rest.p[i] == '"';
	}
	*out = und_bytes(copy, n);
	skip(r, end + 1);
	return UND_OK;
}

static enum und_err take_plain(struct und_bytes *out, struct reader *r)
{
	struct und_bytes field = { r->rest.p, 0 };
	enum und_err e;

	for (; field.n < r->rest.n; field.n++) {
		uint8_t c = r->rest.p[field.n];

		if (c == '"')
			return UND_ERR_CSV_QUOTE;
		if (c == ',' || c == '\n' || c == '\r')
			break;
	}
	e = und_arena_copy(out, r->arena, field);
	if (e == UND_OK)
		skip(r, field.n);
	return e;
}

/* What ends a field: a comma (*more), the end of the row, or the end of the text. */
static enum und_err take_end(bool *more, struct reader *r)
{
	int c = peek(r);

	*more = c == ',';
	if (c == -1)
		return UND_OK;
	if (c == '\r') {
		if (r->rest.n < 2 || r->rest.p[1] != '\n')
			return UND_ERR_CSV_BREAK;
		skip(r, 1);
	} else if (c != ',' && c != '\n') {
		return UND_ERR_CSV_QUOTE; /* something behind a closing quotation mark */
	}
	skip(r, 1);
	return UND_OK;
}

static enum und_err take_row(struct cli_csv_row *out, struct reader *r)
{
	struct und_bytes fields[CLI_CSV_FIELDS_MAX];
	struct cli_csv_row row = { .line = r->line };
	enum und_err e;
	bool more;

	do {
		if (row.count == CLI_CSV_FIELDS_MAX)
			return UND_ERR_LIMIT;
		e = peek(r) == '"' ? take_quoted(&fields[row.count], r) : take_plain(&fields[row.count], r);
		if (e != UND_OK)
			return e;
		row.count++;
		e = take_end(&more, r);
		if (e != UND_OK)
			return e;
	} while (more);
	row.fields = und_arena_alloc(r->arena, row.count, sizeof *row.fields);
	if (row.fields == NULL)
		return UND_ERR_MEMORY;
	memcpy(row.fields, fields, row.count * sizeof *fields);
	*out = row;
	return UND_OK;
}

enum und_err cli_csv_decode(struct cli_csv *out, struct und_bytes text, size_t fields, struct und_diag *diag)
{
	struct cli_csv csv = { .rows = NULL };
	struct reader r = { text, 1, &csv.arena };
	size_t cap = 0;
	enum und_err e = UND_OK;

	und_arena_init(&csv.arena);
	if (text.n >= 3 && memcmp(text.p, "\xef\xbb\xbf", 3) == 0)
		skip(&r, 3);
	while (e == UND_OK && r.rest.n > 0) {
		e = csv.count == CLI_CSV_ROWS_MAX ? UND_ERR_LIMIT : und_grow(&csv.rows, &cap, csv.count + 1, sizeof *csv.rows);
		if (e == UND_OK)
			e = take_row(&csv.rows[csv.count], &r);
		if (e != UND_OK)
			break;
		if (fields != 0 && csv.rows[csv.count].count != fields) {
			r.line = csv.rows[csv.count].line;
			e = UND_ERR_CSV_FIELDS;
			break;
		}
		csv.count++;
	}
	if (e != UND_OK) {
		if (diag != NULL)
			diag->line = r.line;
		cli_csv_clear(&csv);
		return e;
	}
	*out = csv;
	return UND_OK;
}

void cli_csv_clear(struct cli_csv *csv)
{
	und_arena_clear(&csv->arena);
	free(csv->rows);
	csv->rows = NULL;
	csv->count = 0;
}
