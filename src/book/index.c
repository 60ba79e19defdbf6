/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* index.c: whose a code or a key is */
#include <stdlib.h>

#include "book/parts.h"

enum und_err und_index_new(struct und_book_index **out, const struct und_random *random)
{
	struct und_book_index *x = und_alloc(1, sizeof *x);
	uint8_t key[UND_SET_HASH_KEY_SIZE];
	enum und_err e;

	if (x == NULL)
		return UND_ERR_MEMORY;
	e = random->fill(random->ctx, key, sizeof key);
	if (e != UND_OK) {
		free(x);
		return e;
	}
	und_set_init(&x->codes, 32, key);
	und_set_init(&x->keys, 32, key);
	*out = x;
	return UND_OK;
}

void und_index_free(struct und_book_index *x)
{
	if (x == NULL)
		return;
	und_set_clear(&x->codes);
	und_set_clear(&x->keys);
	free(x->code_slots);
	free(x->key_slots);
	free(x);
}

size_t und_index_code(const struct und_book *b, const uint8_t code[32])
{
	size_t i = und_set_find(&b->index->codes, code);

	return i == UND_SET_NONE ? UND_SET_NONE : b->index->code_slots[i];
}

static bool has(const struct und_slot_key *list, size_t n, const uint8_t key[32])
{
	for (size_t i = 0; i < n; i++)
		if (memcmp(list[i].key, key, UND_POINT_SIZE) == 0)
			return true;
	return false;
}

static bool slot_has(const struct und_slot *s, const uint8_t key[32])
{
	return has(s->keys, s->key_count, key) || has(s->placed, s->placed_count, key);
}

size_t und_index_key(const struct und_book *b, const uint8_t key[32])
{
	size_t i = und_set_find(&b->index->keys, key);

	return i != UND_SET_NONE && slot_has(&b->slots[b->index->key_slots[i]], key) ? b->index->key_slots[i] : UND_SET_NONE;
}

static enum und_err add(struct und_set *set, uint32_t **slots, size_t *cap, const uint8_t key[32], size_t slot)
{
	enum und_err e;

	e = und_set_reserve(set, 1);
	if (e == UND_OK)
		e = und_grow(slots, cap, set->n + 1, sizeof **slots);
	if (e == UND_OK)
		(*slots)[und_set_add(set, key)] = (uint32_t)slot;
	return e;
}

enum und_err und_index_add_code(struct und_book *b, const uint8_t code[32], size_t slot)
{
	if (und_set_find(&b->index->codes, code) != UND_SET_NONE)
		return UND_ERR_DOUBLED;
	return add(&b->index->codes, &b->index->code_slots, &b->index->code_cap, code, slot);
}

enum und_err und_index_add_key(struct und_book *b, const uint8_t key[32], size_t slot)
{
	size_t owner = und_index_key(b, key), i;

	if (owner != UND_SET_NONE)
		return owner == slot ? UND_OK : UND_ERR_DOUBLED;
	i = und_set_find(&b->index->keys, key);
	if (i != UND_SET_NONE) { /* somebody dropped it */
		b->index->key_slots[i] = (uint32_t)slot;
		return UND_OK;
	}
	return add(&b->index->keys, &b->index->key_slots, &b->index->key_cap, key, slot);
}
