/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* set.c: a hash table with SipHash-2-4 under a random key */
#include "letter/set.h"

#include <sodium.h>
#include <stdlib.h>

_Static_assert((size_t)UND_SET_HASH_KEY_SIZE == crypto_shorthash_KEYBYTES, "SipHash's key");

void und_set_init(struct und_set *s, size_t size, const uint8_t hash_key[UND_SET_HASH_KEY_SIZE])
{
	memset(s, 0, sizeof *s);
	s->size = size;
	memcpy(s->hash_key, hash_key, sizeof s->hash_key);
}

void und_set_clear(struct und_set *s)
{
	free(s->keys);
	free(s->slots);
	s->keys = NULL;
	s->slots = NULL;
	s->n = s->cap = s->slot_count = 0;
}

/* The slot that holds the key, or the free one where it would go. */
static size_t find_slot(const struct und_set *s, const uint8_t *key)
{
	uint8_t hash[crypto_shorthash_BYTES];
	uint64_t h;
	size_t i;

	(void)crypto_shorthash(hash, key, s->size, s->hash_key);
	memcpy(&h, hash, sizeof h);
	for (i = (size_t)h & (s->slot_count - 1); s->slots[i] != 0; i = (i + 1) & (s->slot_count - 1))
		if (memcmp(und_set_key(s, s->slots[i] - 1), key, s->size) == 0)
			break;
	return i;
}

size_t und_set_find(const struct und_set *s, const uint8_t *key)
{
	size_t i;

	if (s->slot_count == 0)
		return UND_SET_NONE;
	i = find_slot(s, key);
	return s->slots[i] == 0 ? UND_SET_NONE : s->slots[i] - 1;
}

static enum und_err grow_slots(struct und_set *s, size_t need)
{
	size_t count = s->slot_count < 16 ? 16 : s->slot_count;
	uint32_t *old = s->slots, *slots;

	while (count / 2 < need)
		count *= 2;
	if (count == s->slot_count)
		return UND_OK;
	slots = und_alloc(count, sizeof *slots);
	if (slots == NULL)
		return UND_ERR_MEMORY;
	s->slots = slots;
	s->slot_count = count;
	for (size_t i = 0; i < s->n; i++)
		slots[find_slot(s, und_set_key(s, i))] = (uint32_t)i + 1;
	free(old);
	return UND_OK;
}

enum und_err und_set_reserve(struct und_set *s, size_t more)
{
	enum und_err e;

	if (more > UINT32_MAX - 1 || s->n > UINT32_MAX - 1 - more)
		return UND_ERR_MEMORY;
	if ((e = und_grow(&s->keys, &s->cap, s->n + more, s->size)) != UND_OK)
		return e;
	return grow_slots(s, s->n + more);
}

size_t und_set_add(struct und_set *s, const uint8_t *key)
{
	size_t i;

	und_bug_if(s->n >= s->cap || s->slot_count / 2 < s->n + 1);
	i = find_slot(s, key);
	und_bug_if(s->slots[i] != 0);
	memcpy(s->keys + s->n * s->size, key, s->size);
	s->slots[i] = (uint32_t)++s->n;
	return s->n - 1;
}
