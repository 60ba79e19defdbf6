/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* audit.c: the draw of an audit, the entries that are opened for it, and what the outcome says (spec/cards.md §7) */
#include <stdlib.h>

#include "base/hash.h"
#include "book/parts.h"
#include "record/table.h"

/* ---- the draw ---- */

static void put_u64(uint8_t out[8], uint64_t v)
{
	for (int i = 0; i < 8; i++)
		out[i] = (uint8_t)(v >> (56 - 8 * i));
}

void und_audit_seed(uint8_t seed[32], const uint8_t roster[UND_ID_SIZE], uint64_t number)
{
	uint8_t bytes[8];
	const struct und_bytes pieces[] = { und_bytes("undersigned/1 audit", 20), und_bytes(roster, UND_ID_SIZE), und_bytes(bytes, sizeof bytes) };

	put_u64(bytes, number);
	und_sha256(seed, pieces, UND_COUNT_OF(pieces));
}

/* The c-th number of the stream. */
static uint64_t stream(const uint8_t seed[32], uint64_t c)
{
	uint8_t bytes[8], hash[32];
	const struct und_bytes pieces[] = { und_bytes(seed, 32), und_bytes(bytes, sizeof bytes) };
	uint64_t v = 0;

	put_u64(bytes, c);
	und_sha256(hash, pieces, UND_COUNT_OF(pieces));
	for (int i = 0; i < 8; i++)
		v = v << 8 | hash[i];
	return v;
}

enum und_err und_audit_draw(uint64_t *out, size_t k, const uint8_t seed[32], uint64_t n)
{
	uint64_t most = n == 0 ? 0 : UINT64_MAX - UINT64_MAX % n; /* above it some would be likelier */
	uint8_t *seen;
	size_t drawn = 0;

	und_bug_if(k > n);
	seen = und_alloc((size_t)(n / 8) + 1, 1);
	if (seen == NULL)
		return UND_ERR_MEMORY;
	for (uint64_t c = 0; drawn < k; c++) {
		uint64_t v = stream(seed, c), i = v % n;

		if (v >= most || (seen[i / 8] >> i % 8 & 1) != 0)
			continue;
		seen[i / 8] |= (uint8_t)(1u << i % 8);
		out[drawn++] = i;
	}
	free(seen);
	return UND_OK;
}

/* ---- what it says ---- */

/* The chance that at most bad of drawn are invented where this share of all is: the lower tail of the binomial distribution, scaled on the way so that nothing vanishes. */
static double chance(uint64_t drawn, uint64_t bad, double share)
{
	const double q = 1 - share;
	double term = 1, sum = 1;
	uint64_t applied = 0;

	if (bad >= drawn)
		return 1;
	if (q <= 0)
		return 0;
	for (uint64_t i = 1; i <= bad; i++) {
		term *= (double)(drawn - i + 1) / (double)i * (share / q);
		sum += term;
		for (; sum > 1e100 && applied < drawn; applied++) {
			sum *= q;
			term *= q;
		}
	}
	for (; applied < drawn && sum > 0; applied++)
		sum *= q;
	return sum;
}

unsigned und_audit_bound(uint64_t drawn, uint64_t bad)
{
	unsigned low = 0, high = 1000; /* the chance falls as the share grows */

	if (bad >= drawn)
		return 1000;
	while (high - low > 1) {
		unsigned middle = (low + high) / 2;

		if (chance(drawn, bad, middle / 1000.0) <= 0.05 * (1 + 1e-12)) /* as if computed exactly: one of one gives 95 % */
			high = middle;
		else
			low = middle;
	}
	return high;
}

/* ---- opened entries ---- */

#define MEMBER(n, k, f, lo, hi) { .name = n, .kind = k, .min = lo, .max = hi, .offset = offsetof(struct und_ledger_entry, f) }
static const struct und_record_member members[] = {
	MEMBER("index", UND_KIND_NUMBER, index, 0, UND_KEYS_MAX - 1),
	MEMBER("key", UND_KIND_BYTES, key, UND_POINT_SIZE, UND_POINT_SIZE),
	MEMBER("name", UND_KIND_TEXT, name, 1, UND_BOOK_NAME_MAX),
	MEMBER("path", UND_KIND_BLOB, path, 0, 32 * UND_LEDGER_PATH_MAX),
	MEMBER("roster", UND_KIND_BYTES, roster, UND_ID_SIZE, UND_ID_SIZE),
	MEMBER("salt", UND_KIND_BYTES, salt, 32, 32),
};

static enum und_err check_entry(const char **member, const void *object)
{
	const struct und_ledger_entry *e = object;

	*member = "path";
	return e->path.n % 32 == 0 ? UND_OK : UND_ERR_SIZE;
}

static const struct und_shape shape = { .members = members, .count = UND_COUNT_OF(members), .size = sizeof(struct und_ledger_entry), .check = check_entry };

enum und_err und_ledger_entry_decode(struct und_ledger_entry *out, struct und_arena *arena, struct und_bytes line, struct und_diag *diag)
{
	return line.n > UND_LEDGER_LINE_MAX ? UND_ERR_LIMIT : und_object_decode(out, arena, &shape, line, diag);
}

enum und_err und_ledger_entry_encode(struct und_buf *out, const struct und_ledger_entry *e)
{
	return und_object_encode(out, &shape, e);
}

enum und_err und_ledger_entry_check(const struct und_ledger_entry *e, const uint8_t root[32], uint64_t count)
{
	uint8_t leaf[32], path[UND_LEDGER_PATH_MAX][32];

	if (e->path.n > 0)
		memcpy(path, e->path.p, e->path.n);
	und_ledger_hash(leaf, e->salt, e->key, e->name);
	return und_ledger_verify(root, leaf, (size_t)e->index, (size_t)count, (const uint8_t(*)[32])path, e->path.n / 32);
}
