/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* ledger.c: the Merkle tree of RFC 6962 §2.1 over who stands behind each key, and audit paths (§2.1.1) */
#include <stdio.h>

#include "base/hash.h"
#include "base/secret.h"
#include "book/parts.h"

/* SHA-256("undersigned/1 ledger" | 0 | the book's secret | key): as good as drawn, and one opened salt says nothing about another */
static void make_salt(uint8_t salt[32], const struct und_book *b, const uint8_t *key)
{
	const struct und_bytes pieces[] = { und_bytes("undersigned/1 ledger", 21), und_bytes(b->ledger, sizeof b->ledger), und_bytes(key, UND_POINT_SIZE) };

	und_sha256(salt, pieces, UND_COUNT_OF(pieces));
}

void und_ledger_hash(uint8_t out[32], const uint8_t salt[32], const uint8_t key[UND_POINT_SIZE], struct und_bytes name)
{
	const struct und_bytes pieces[] = { und_bytes("", 1), und_bytes(salt, 32), und_bytes(key, UND_POINT_SIZE), name };

	und_sha256(out, pieces, UND_COUNT_OF(pieces));
}

static enum und_err make_leaf(struct und_ledger_leaf *out, struct und_ledger *l, const struct und_book *b, const struct und_slot *s, const uint8_t *key)
{
	char number[32];
	enum und_err e;

	out->number = s->number;
	memcpy(out->key, key, sizeof out->key);
	make_salt(out->salt, b, key);
	snprintf(number, sizeof number, "slot %u", (unsigned)s->number);
	e = und_arena_copy(&out->name, &l->arena, s->name.n > 0 ? s->name : und_cstr(number));
	if (e != UND_OK)
		return e;
	und_ledger_hash(out->hash, out->salt, out->key, out->name);
	return UND_OK;
}

static bool was_placed(const struct und_slot *s, uint64_t edition, const uint8_t *key)
{
	for (size_t i = 0; i < s->placed_count; i++)
		if (s->placed[i].edition == edition && memcmp(s->placed[i].key, key, UND_POINT_SIZE) == 0)
			return true;
	return false;
}

enum und_err und_ledger_make(struct und_ledger *out, size_t *at, const struct und_book *b, const uint8_t *keys, size_t count, uint64_t edition)
{
	struct und_ledger l = { .count = count };
	enum und_err e = UND_OK;

	und_arena_init_secret(&l.arena);
	l.leaves = und_arena_alloc(&l.arena, count, sizeof *l.leaves);
	if (l.leaves == NULL)
		e = UND_ERR_MEMORY;
	for (size_t i = 0; i < count && e == UND_OK; i++) {
		size_t slot = und_index_key(b, keys + i * UND_POINT_SIZE);

		*at = i;
		if (slot == UND_SET_NONE || !was_placed(&b->slots[slot], edition, keys + i * UND_POINT_SIZE))
			e = UND_ERR_LEDGER;
		else
			e = make_leaf(&l.leaves[i], &l, b, &b->slots[slot], keys + i * UND_POINT_SIZE);
	}
	if (e == UND_OK)
		*out = l;
	else
		und_ledger_clear(&l);
	return e;
}

void und_ledger_clear(struct und_ledger *l)
{
	und_arena_clear(&l->arena);
	l->leaves = NULL;
	l->count = 0;
}

/* ---- the tree ---- */

/* The largest power of two below n > 1. */
static size_t split(size_t n)
{
	size_t k = 1;

	while (2 * k < n)
		k *= 2;
	return k;
}

static void node(uint8_t out[32], const uint8_t left[32], const uint8_t right[32])
{
	const struct und_bytes pieces[] = { und_bytes("\1", 1), und_bytes(left, 32), und_bytes(right, 32) };

	und_sha256(out, pieces, UND_COUNT_OF(pieces));
}

/* The hash of n leaves; the stack is as deep as the tree. */
static void tree(uint8_t out[32], const struct und_ledger_leaf *leaves, size_t n)
{
	uint8_t left[32], right[32];

	if (n == 0) {
		und_sha256(out, NULL, 0);
	} else if (n == 1) {
		memcpy(out, leaves->hash, 32);
	} else {
		tree(left, leaves, split(n));
		tree(right, leaves + split(n), n - split(n));
		node(out, left, right);
	}
}

void und_ledger_root(uint8_t out[32], const struct und_ledger *l)
{
	tree(out, l->leaves, l->count);
}

static size_t path(uint8_t (*out)[32], const struct und_ledger_leaf *leaves, size_t n, size_t i)
{
	size_t k, length;

	if (n <= 1)
		return 0;
	k = split(n);
	if (i < k) {
		length = path(out, leaves, k, i);
		tree(out[length], leaves + k, n - k);
	} else {
		length = path(out, leaves + k, n - k, i - k);
		tree(out[length], leaves, k);
	}
	return length + 1;
}

size_t und_ledger_path(uint8_t out[UND_LEDGER_PATH_MAX][32], const struct und_ledger *l, size_t i)
{
	und_bug_if(i >= l->count || l->count > (size_t)1 << UND_LEDGER_PATH_MAX);
	return path(out, l->leaves, l->count, i);
}

/* RFC 9162 §2.1.3.2 says how to walk up without knowing the tree. */
enum und_err und_ledger_verify(const uint8_t root[32], const uint8_t leaf[32], size_t i, size_t count, const uint8_t (*path_)[32], size_t length)
{
	size_t last = count - 1;
	uint8_t hash[32];

	if (i >= count)
		return UND_ERR_LEDGER;
	memcpy(hash, leaf, sizeof hash);
	for (size_t k = 0; k < length; k++) {
		if (last == 0)
			return UND_ERR_LEDGER;
		if (i % 2 == 1 || i == last) {
			node(hash, path_[k], hash);
			while (i % 2 == 0 && i != 0) {
				i /= 2;
				last /= 2;
			}
		} else {
			node(hash, hash, path_[k]);
		}
		i /= 2;
		last /= 2;
	}
	return last == 0 && und_equal(hash, root, sizeof hash) ? UND_OK : UND_ERR_LEDGER;
}
