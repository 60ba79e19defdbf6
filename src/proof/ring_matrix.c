/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* ring_matrix.c: the coefficients of a ring's keys in a batch, a matrix product */
#include <string.h>

#include "proof/ring_batch.h"

enum {
	ROWS_MAX = 1 << UND_RING_DIGITS_MAX, /* 4^5 rows, 4^5 columns */
	/* From so many proofs on, one reduction a key is cheaper than one a key and proof (measured) */
	LAZY_FROM = 3
};

static size_t blocks(size_t n)
{
	return n / 4 + (n % 4 != 0);
}

void und_ring_matrix_shape(struct und_ring_matrix *x, size_t keys)
{
	unsigned m = und_ring_digits(keys);

	x->keys = keys;
	x->low = m < 2 ? 1 : m / 2;
	x->column_blocks = (size_t)1 << (2 * x->low - 2);
	x->row_blocks = blocks((keys - 1) / (4 * x->column_blocks) + 1);
}

size_t und_ring_matrix_size(const struct und_ring_matrix *x)
{
	return 4 * (x->row_blocks + x->column_blocks);
}

static void set(struct und_pub *to, size_t n, size_t s, const struct und_pub *values, size_t count)
{
	for (size_t i = 0; i < count; i++)
		to[(i / 4 * n + s) * 4 + i % 4] = values[i];
}

void und_ring_matrix_set_var(const struct und_ring_matrix *x, size_t s, const struct und_ring_opened *o,
                             const struct und_pub *factor)
{
	struct und_pub values[ROWS_MAX];
	size_t columns = 4 * x->column_blocks, rows = (x->keys - 1) / columns + 1;

	und_ring_products_var(values, columns, &und_pub_one, o->f, x->low);
	set(x->v, x->n, s, values, columns);
	und_ring_products_var(values, rows, factor, o->f + 4 * x->low, o->m - x->low);
	set(x->u, x->n, s, values, rows);
}

/* All proofs' part of four rows and four columns, each product reduced: for few proofs. */
static void add_few(struct und_pub out[4][4], const struct und_pub *u, const struct und_pub *v, size_t n)
{
	struct und_pub product;

	for (size_t s = 0; s < n; s++)
		for (unsigned i = 0; i < 4; i++)
			for (unsigned j = 0; j < 4; j++) {
				und_pub_mul(&product, &u[4 * s + i], &v[4 * s + j]);
				und_pub_add(&out[i][j], &out[i][j], &product);
			}
}

static void add_many(struct und_pub out[4][4], const struct und_pub *u, const struct und_pub *v, size_t n)
{
	struct und_pub_acc acc[4][4];
	struct und_pub sum;

	memset(acc, 0, sizeof acc);
	und_pub_acc_4x4(acc, u, 4, v, 4, n);
	for (unsigned i = 0; i < 4; i++)
		for (unsigned j = 0; j < 4; j++) {
			und_pub_acc_reduce(&sum, &acc[i][j]);
			und_pub_add(&out[i][j], &out[i][j], &sum);
		}
}

void und_ring_matrix_add_var(struct und_pub *coefficients, const struct und_ring_matrix *x, size_t row_block)
{
	size_t columns = 4 * x->column_blocks, key;
	struct und_pub part[4][4];

	for (size_t b = 0; b < x->column_blocks; b++) {
		const struct und_pub *u = &x->u[row_block * x->n * 4], *v = &x->v[b * x->n * 4];

		if (4 * row_block * columns + 4 * b >= x->keys)
			break;
		memset(part, 0, sizeof part);
		if (x->n < LAZY_FROM)
			add_few(part, u, v, x->n);
		else
			add_many(part, u, v, x->n);
		for (unsigned i = 0; i < 4; i++)
			for (unsigned j = 0; j < 4; j++) {
				key = (4 * row_block + i) * columns + 4 * b + j;
				if (key < x->keys)
					und_pub_add(&coefficients[key], &coefficients[key], &part[i][j]);
			}
	}
}
