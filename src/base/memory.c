/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* memory.c: arrays that grow, and the arena */
#include <stdlib.h>

#include "base/base.h"
#include "base/secret.h"

/* Group elements want more than malloc's 16 (struct und_point) */
enum { ALIGN = 32 };

static void *aligned(size_t bytes)
{
	if (bytes == 0)
		bytes = 1;
	if (bytes > PTRDIFF_MAX - ALIGN)
		return NULL;
	return aligned_alloc(ALIGN, (bytes + ALIGN - 1) / ALIGN * ALIGN);
}

void *und_alloc(size_t n, size_t size)
{
	size_t bytes;
	void *p;

	if (__builtin_mul_overflow(n, size, &bytes))
		return NULL;
	p = aligned(bytes);
	if (p != NULL && bytes != 0)
		memset(p, 0, bytes);
	return p;
}

enum und_err und_grow(void *p, size_t *cap, size_t need, size_t size)
{
	size_t n = *cap, bytes;
	void *old, *grown;

	if (need <= n)
		return UND_OK;
	if (n < 8)
		n = 8;
	while (n < need)
		n = n > SIZE_MAX / 2 ? need : 2 * n;
	if (__builtin_mul_overflow(n, size, &bytes))
		return UND_ERR_MEMORY;
	memcpy(&old, p, sizeof old);
	grown = realloc(old, bytes);
	if (grown == NULL)
		return UND_ERR_MEMORY;
	memcpy(p, &grown, sizeof grown);
	*cap = n;
	return UND_OK;
}

/* ---- arena ---- */

struct und_arena_block {
	struct und_arena_block *next;
	size_t used, size;
	_Alignas(ALIGN) uint8_t data[];
};

enum {
	BLOCK_FIRST = 1024,
	BLOCK_MAX = 64 << 10
};

void und_arena_init(struct und_arena *a)
{
	a->head = NULL;
	a->secret = false;
}

void und_arena_init_secret(struct und_arena *a)
{
	und_arena_init(a);
	a->secret = true;
}

void und_arena_clear(struct und_arena *a)
{
	struct und_arena_block *b, *next;

	for (b = a->head; b != NULL; b = next) {
		next = b->next;
		if (a->secret)
			und_wipe(b->data, b->used);
		free(b);
	}
	a->head = NULL;
}

/* A block that holds n bytes at least. What is larger than the usual block gets one of its own size, behind the one in use. */
static struct und_arena_block *add_block(struct und_arena *a, size_t n)
{
	size_t size = a->head == NULL ? BLOCK_FIRST : a->head->size >= BLOCK_MAX / 2 ? BLOCK_MAX : 2 * a->head->size;
	bool own = n > size;
	struct und_arena_block *b;

	if (own)
		size = n;
	if (size > SIZE_MAX - sizeof *b)
		return NULL;
	b = aligned(sizeof *b + size);
	if (b == NULL)
		return NULL;
	b->used = 0;
	b->size = size;
	if (own && a->head != NULL) {
		b->next = a->head->next;
		a->head->next = b;
	} else {
		b->next = a->head;
		a->head = b;
	}
	return b;
}

static void *arena_take(struct und_arena *a, size_t n)
{
	const size_t align = ALIGN;
	struct und_arena_block *b = a->head;
	void *p;

	if (n == 0)
		n = 1;
	if (n > SIZE_MAX - align)
		return NULL;
	n = (n + align - 1) / align * align;
	if (b == NULL || b->size - b->used < n) {
		b = add_block(a, n);
		if (b == NULL)
			return NULL;
	}
	p = b->data + b->used;
	b->used += n;
	return p;
}

void *und_arena_alloc(struct und_arena *a, size_t n, size_t size)
{
	size_t bytes;
	void *p;

	if (__builtin_mul_overflow(n, size, &bytes))
		return NULL;
	p = arena_take(a, bytes);
	if (p != NULL)
		memset(p, 0, bytes == 0 ? 1 : bytes);
	return p;
}

enum und_err und_arena_copy(struct und_bytes *out, struct und_arena *a, struct und_bytes s)
{
	uint8_t *p;

	if (s.n == SIZE_MAX)
		return UND_ERR_MEMORY;
	p = arena_take(a, s.n + 1);
	if (p == NULL)
		return UND_ERR_MEMORY;
	if (s.n != 0)
		memcpy(p, s.p, s.n);
	p[s.n] = 0;
	*out = und_bytes(p, s.n);
	return UND_OK;
}
