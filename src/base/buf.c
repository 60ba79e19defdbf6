/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* buf.c: buffers with a hard maximum, whose first failure sticks */
#include <stdlib.h>

#include "base/base.h"
#include "base/secret.h"

void und_buf_init(struct und_buf *b, size_t max)
{
	*b = (struct und_buf){ .max = max, .err = UND_OK };
}

void und_buf_init_secret(struct und_buf *b, size_t max)
{
	und_buf_init(b, max);
	b->secret = true;
}

void und_buf_clear(struct und_buf *b)
{
	if (b->secret && b->p != NULL)
		und_wipe(b->p, b->cap);
	free(b->p);
	b->p = NULL;
	b->n = b->cap = 0;
	b->err = UND_OK;
}

void und_buf_reset(struct und_buf *b)
{
	if (b->secret && b->p != NULL)
		und_wipe(b->p, b->n);
	b->n = 0;
	b->err = UND_OK;
}

/* Not realloc where the content is secret: it would leave a copy behind. */
static uint8_t *moved(struct und_buf *b, size_t cap)
{
	uint8_t *p;

	if (!b->secret)
		return realloc(b->p, cap);
	p = malloc(cap);
	if (p == NULL || b->p == NULL)
		return p;
	memcpy(p, b->p, b->n);
	und_wipe(b->p, b->cap);
	free(b->p);
	return p;
}

/* Room for n more bytes; false: the failure sticks. */
static bool room(struct und_buf *b, size_t n)
{
	size_t cap = b->cap;
	uint8_t *p;

	if (b->err != UND_OK)
		return false;
	if (n <= b->cap - b->n)
		return true;
	if (n > b->max - b->n) {
		b->err = UND_ERR_LIMIT;
		return false;
	}
	if (cap < 64)
		cap = 64;
	while (cap < b->n + n)
		cap = cap > SIZE_MAX / 2 ? SIZE_MAX : 2 * cap;
	if (cap > b->max)
		cap = b->max;
	p = moved(b, cap);
	if (p == NULL) {
		b->err = UND_ERR_MEMORY;
		return false;
	}
	b->p = p;
	b->cap = cap;
	return true;
}

void und_buf_add(struct und_buf *b, const void *p, size_t n)
{
	if (!room(b, n) || n == 0)
		return;
	memcpy(b->p + b->n, p, n);
	b->n += n;
}

void und_buf_add_bytes(struct und_buf *b, struct und_bytes s)
{
	und_buf_add(b, s.p, s.n);
}

void und_buf_add_str(struct und_buf *b, const char *s)
{
	und_buf_add(b, s, strlen(s));
}

void und_buf_add_u8(struct und_buf *b, uint8_t v)
{
	und_buf_add(b, &v, 1);
}

void und_buf_add_u16be(struct und_buf *b, uint16_t v)
{
	uint8_t p[2];

	und_store_u16be(p, v);
	und_buf_add(b, p, sizeof p);
}

void und_buf_add_u32be(struct und_buf *b, uint32_t v)
{
	uint8_t p[4];

	und_store_u32be(p, v);
	und_buf_add(b, p, sizeof p);
}

void und_buf_add_decimal(struct und_buf *b, uint64_t v)
{
	char digits[20];
	size_t i = sizeof digits;

	do {
		digits[--i] = (char)('0' + v % 10);
		v /= 10;
	} while (v != 0);
	und_buf_add(b, digits + i, sizeof digits - i);
}
