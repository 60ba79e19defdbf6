/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* pg_args.c: arguments and rows in PostgreSQL's binary form (array_send, byteasend and int8send of its source say which) */
#include "store/pg_sql.h"

enum { BYTES_ARRAY = 1001, NUMBER_ARRAY = 1016, TEXT_ARRAY = 1009, VALUE_MAX = 1 << 30 };

void und_pg_args(struct und_pg_args *a)
{
	a->n = 0;
	a->err = UND_OK;
	for (int i = 0; i < UND_PG_ARGS; i++)
		und_buf_init(&a->arrays[i], VALUE_MAX - 1);
}

void und_pg_args_clear(struct und_pg_args *a)
{
	for (int i = 0; i < UND_PG_ARGS; i++)
		und_buf_clear(&a->arrays[i]);
	a->n = 0;
}

static void add(struct und_pg_args *a, Oid type, const void *p, size_t n)
{
	und_bug_if(a->n == UND_PG_ARGS);
	if (n >= VALUE_MAX && a->err == UND_OK)
		a->err = UND_ERR_LIMIT;
	a->types[a->n] = type;
	a->values[a->n] = p != NULL ? p : ""; /* no argument of ours is NULL */
	a->lengths[a->n] = a->err == UND_OK ? (int)n : 0;
	a->n++;
}

void und_pg_add(struct und_pg_args *a, enum und_pg_kind kind, struct und_bytes value)
{
	add(a, (Oid)kind, value.p, value.n);
}

static void put_u64be(uint8_t out[8], uint64_t v)
{
	und_store_u32be(out, (uint32_t)(v >> 32));
	und_store_u32be(out + 4, (uint32_t)v);
}

void und_pg_add_number(struct und_pg_args *a, int64_t v)
{
	und_bug_if(a->n == UND_PG_ARGS);
	put_u64be(a->numbers[a->n], (uint64_t)v);
	add(a, UND_PG_NUMBER, a->numbers[a->n], 8);
}

/* ---- arrays ---- */

/* Dimensions, whether there may be NULLs, the type of the elements; of the one dimension its length and first index. */
static struct und_buf *begin_array(struct und_pg_args *a, Oid element, size_t count)
{
	struct und_buf *b;

	und_bug_if(a->n == UND_PG_ARGS || count > INT32_MAX);
	b = &a->arrays[a->n];
	und_buf_reset(b);
	und_buf_add_u32be(b, count != 0);
	und_buf_add_u32be(b, 1);
	und_buf_add_u32be(b, element);
	if (count != 0) {
		und_buf_add_u32be(b, (uint32_t)count);
		und_buf_add_u32be(b, 1);
	}
	return b;
}

static void end_array(struct und_pg_args *a, Oid type, const struct und_buf *b)
{
	if (a->err == UND_OK)
		a->err = b->err;
	add(a, type, b->p, b->n);
}

void und_pg_add_fixed(struct und_pg_args *a, const void *first, size_t width, size_t stride, size_t count)
{
	struct und_buf *b = begin_array(a, UND_PG_BYTES, count);

	for (size_t i = 0; i < count; i++) {
		und_buf_add_u32be(b, (uint32_t)width);
		und_buf_add(b, (const uint8_t *)first + i * stride, width);
	}
	end_array(a, BYTES_ARRAY, b);
}

void und_pg_add_slices(struct und_pg_args *a, enum und_pg_kind kind, const struct und_bytes *first, size_t stride, size_t count)
{
	struct und_buf *b = begin_array(a, (Oid)kind, count);

	for (size_t i = 0; i < count; i++) {
		const struct und_bytes *s = (const void *)((const uint8_t *)first + i * stride);

		und_buf_add_u32be(b, s->p == NULL ? UINT32_MAX : (uint32_t)s->n);
		if (s->p != NULL)
			und_buf_add_bytes(b, *s);
	}
	end_array(a, kind == UND_PG_TEXT ? TEXT_ARRAY : BYTES_ARRAY, b);
}

void und_pg_add_numbers(struct und_pg_args *a, const int64_t *first, size_t stride, size_t count)
{
	struct und_buf *b = begin_array(a, UND_PG_NUMBER, count);
	uint8_t v[8];

	for (size_t i = 0; i < count; i++) {
		put_u64be(v, (uint64_t) * (const int64_t *)(const void *)((const uint8_t *)first + i * stride));
		und_buf_add_u32be(b, sizeof v);
		und_buf_add(b, v, sizeof v);
	}
	end_array(a, NUMBER_ARRAY, b);
}

/* ---- rows ---- */

struct und_bytes und_pg_bytes(const PGresult *r, int row, int column)
{
	if (und_pq.PQgetisnull(r, row, column))
		return und_bytes(NULL, 0);
	return und_bytes(und_pq.PQgetvalue(r, row, column), (size_t)und_pq.PQgetlength(r, row, column));
}

enum und_err und_pg_fixed(uint8_t *out, size_t n, const PGresult *r, int row, int column)
{
	struct und_bytes b = und_pg_bytes(r, row, column);

	if (b.p == NULL || b.n != n)
		return UND_ERR_STORE_DAMAGED;
	memcpy(out, b.p, n);
	return UND_OK;
}

int64_t und_pg_number(const PGresult *r, int row, int column)
{
	struct und_bytes b = und_pg_bytes(r, row, column);
	uint64_t v = b.n > 0 && (b.p[0] & 0x80) != 0 ? UINT64_MAX : 0;

	und_bug_if(b.p == NULL || (b.n != 4 && b.n != 8));
	for (size_t i = 0; i < b.n; i++)
		v = v << 8 | b.p[i];
	return (int64_t)v;
}
