/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* base/base.h: slices, bounded buffers, numbers in bytes, our own bugs */
#ifndef UND_BASE_BASE_H
#define UND_BASE_BASE_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "undersigned.h"

/* Our own mistake, not the input's: abort, in release builds too. Bad input never comes here. */
#define und_bug_if(cond)                                                                                               \
	do {                                                                                                           \
		if (__builtin_expect(!!(cond), 0))                                                                     \
			und_bug(__FILE__, __LINE__);                                                                   \
	} while (0)
_Noreturn void und_bug(const char *file, int line);

#define UND_COUNT_OF(a) (sizeof(a) / sizeof((a)[0]))

/* ---- slices ---- */

static inline struct und_bytes und_bytes(const void *p, size_t n)
{
	return (struct und_bytes){ p, n };
}
static inline struct und_bytes und_cstr(const char *s)
{
	return (struct und_bytes){ (const uint8_t *)s, strlen(s) };
}
/* Order of public bytes: as memcmp, then the shorter first. Variable time. */
int und_bytes_compare_var(struct und_bytes a, struct und_bytes b);
bool und_bytes_equal_var(struct und_bytes a, struct und_bytes b);
bool und_bytes_is(struct und_bytes a, const char *s);

/* ---- memory ---- */

/* n elements of size bytes, zeroed and aligned to 32 bytes (group elements), or NULL; overflow of the product is NULL. n 0 gives a unique pointer. Free with free(). */
void *und_alloc(size_t n, size_t size);
/* Grows an array *p of *cap elements of size bytes to hold at least need, by doubling; contents kept, *p untouched on failure. */
UND_MUST_USE enum und_err und_grow(void *p, size_t *cap, size_t need, size_t size);

/* ---- buffers: own their bytes, with a hard maximum from birth; the first failure sticks and is looked at once, at the end ---- */

struct und_buf {
	uint8_t *p;
	size_t n, cap, max;
	enum und_err err; /* UND_OK, UND_ERR_MEMORY or UND_ERR_LIMIT; once set, appending does nothing */
	bool secret;      /* wipe whatever is given back */
};

void und_buf_init(struct und_buf *b, size_t max);
void und_buf_init_secret(struct und_buf *b, size_t max); /* wiped when it grows and when it is cleared */
void und_buf_clear(struct und_buf *b);                   /* frees; may be used again with the same max */
void und_buf_reset(struct und_buf *b);                   /* forgets the content, keeps the memory; wipes it if secret */
void und_buf_add(struct und_buf *b, const void *p, size_t n);
void und_buf_add_bytes(struct und_buf *b, struct und_bytes s);
void und_buf_add_str(struct und_buf *b, const char *s);
void und_buf_add_u8(struct und_buf *b, uint8_t v);
void und_buf_add_u16be(struct und_buf *b, uint16_t v);
void und_buf_add_u32be(struct und_buf *b, uint32_t v);
void und_buf_add_decimal(struct und_buf *b, uint64_t v);
static inline struct und_bytes und_buf_bytes(const struct und_buf *b)
{
	return (struct und_bytes){ b->p, b->n };
}

/* ---- arena: many small pieces freed together ---- */

struct und_arena {
	struct und_arena_block *head;
	bool secret; /* wipe what is given back */
};
void und_arena_init(struct und_arena *a);
void und_arena_init_secret(struct und_arena *a);
void und_arena_clear(struct und_arena *a);
/* Aligned to 32 bytes, for any type of ours; zeroed; NULL when memory is out. */
void *und_arena_alloc(struct und_arena *a, size_t n, size_t size);
/* A copy of s in the arena (with a zero byte behind it, not counted). */
UND_MUST_USE enum und_err und_arena_copy(struct und_bytes *out, struct und_arena *a, struct und_bytes s);

/* ---- numbers in bytes ---- */

static inline void und_store_u16be(uint8_t out[2], uint16_t v)
{
	out[0] = (uint8_t)(v >> 8);
	out[1] = (uint8_t)v;
}
static inline uint16_t und_load_u16be(const uint8_t in[2])
{
	return (uint16_t)(in[0] << 8 | in[1]);
}
static inline void und_store_u32be(uint8_t out[4], uint32_t v)
{
	out[0] = (uint8_t)(v >> 24);
	out[1] = (uint8_t)(v >> 16);
	out[2] = (uint8_t)(v >> 8);
	out[3] = (uint8_t)v;
}

/* ---- the diag ---- */

/* Names the member (and keeps the line). The last segment wins the space: an overlong path is cut. diag may be NULL. */
void und_diag_member(struct und_diag *diag, const char *member);

/* ---- running jobs ---- */

/* Through the runner, or one after the other where it is NULL. */
void und_run(const struct und_runner *runner, void (*job)(void *arg, size_t i), void *arg, size_t count);
static inline unsigned und_runner_width(const struct und_runner *runner)
{
	return runner == NULL || runner->width == 0 ? 1 : runner->width;
}

#endif
