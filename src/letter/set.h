/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* letter/set.h: a growing set of keys of one size, numbered as they came. Strangers choose the keys, so hashing is keyed: no flood can make them collide */
#ifndef UND_LETTER_SET_H
#define UND_LETTER_SET_H

#include "base/base.h"

enum { UND_SET_HASH_KEY_SIZE = 16 };
#define UND_SET_NONE SIZE_MAX

/* About size + 8 bytes an entry. Other arrays beside it are kept by its numbers. */
struct und_set {
	size_t size; /* bytes of a key */
	uint8_t hash_key[UND_SET_HASH_KEY_SIZE];
	uint8_t *keys;
	size_t n, cap;
	uint32_t *slots; /* number + 1, or 0: free; linear probing, at most half full */
	size_t slot_count;
};

void und_set_init(struct und_set *s, size_t size, const uint8_t hash_key[UND_SET_HASH_KEY_SIZE]);
void und_set_clear(struct und_set *s);
/* The number of the key, or UND_SET_NONE. */
size_t und_set_find(const struct und_set *s, const uint8_t *key);
/* Makes room for more further keys; nothing that can be seen changes. Errors: UND_ERR_MEMORY (also: 2^32-1 keys). */
UND_MUST_USE enum und_err und_set_reserve(struct und_set *s, size_t more);
/* Adds a key that is not there, for which there is room; returns its number. Anything else is our own bug. */
size_t und_set_add(struct und_set *s, const uint8_t *key);
static inline const uint8_t *und_set_key(const struct und_set *s, size_t i)
{
	return s->keys + i * s->size;
}

#endif
