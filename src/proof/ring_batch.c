/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* ring_batch.c: many claims on one letter: weights, one sum for all, and the bad ones found */
#include "proof/ring_batch.h"

#include <stdlib.h>

#include "base/base.h"
#include "base/hash.h"

enum {
	SINGLY_UP_TO = 3 /* so many claims, one of which is bad, are checked one by one */
};

/* ---- order ---- */

bool und_ring_same_var(const struct und_ring *a, const struct und_ring *b)
{
	return a == b || (a->n == b->n && a->keys == b->keys && memcmp(a->id, b->id, UND_ID_SIZE) == 0);
}

/* By ring, then as the caller gave them. */
static int compare(const void *left, const void *right)
{
	const struct und_ring_claim *a = *(const struct und_ring_claim *const *)left,
				    *b = *(const struct und_ring_claim *const *)right;
	uintptr_t keys_a = (uintptr_t)a->ring->keys, keys_b = (uintptr_t)b->ring->keys;
	int order;

	if (a->ring != b->ring) {
		order = memcmp(a->ring->id, b->ring->id, UND_ID_SIZE);
		if (order != 0)
			return order;
		if (a->ring->n != b->ring->n)
			return a->ring->n < b->ring->n ? -1 : 1;
		if (keys_a != keys_b)
			return keys_a < keys_b ? -1 : 1;
	}
	return (a > b) - (a < b);
}

/* ---- challenges and the weights' seed ---- */

struct reading {
	struct und_ring_batch *b;
	uint8_t (*digests)[64];
};

/* A digest of all that a claim says, with its challenge. */
static void read_job(void *arg, size_t i)
{
	struct reading *r = arg;
	struct und_ring_batch *b = r->b;
	const struct und_ring_claim *claim = &b->claims[i];
	uint8_t n[4], xi[UND_SCALAR_SIZE];

	b->verdicts[i] = und_ring_claim_size_check(claim);
	if (b->verdicts[i] != UND_OK)
		return;
	und_ring_challenge(&b->xi[i], b->letter_id, claim->ring, claim->tag, claim->proof.p);
	und_store_u32be(n, (uint32_t)claim->ring->n);
	und_scalar_encode(xi, &b->xi[i]);
	und_sha512(r->digests[i],
	           (struct und_bytes[]){ und_bytes(claim->ring->id, UND_ID_SIZE), und_bytes(n, sizeof n),
	                                 und_bytes(claim->tag, UND_POINT_SIZE), claim->proof,
	                                 und_bytes(xi, sizeof xi) },
	           5);
}

static enum und_err batch_read(struct und_ring_batch *b, const struct und_random *random)
{
	static const uint8_t zero;
	struct reading r = { .b = b, .digests = und_alloc(b->n, 64) };
	uint8_t fresh[UND_FRESH_SIZE];
	enum und_err e;

	if (r.digests == NULL)
		return UND_ERR_MEMORY;
	e = random->fill(random->ctx, fresh, sizeof fresh);
	if (e != UND_OK)
		goto out;
	und_run(b->runner, read_job, &r, b->n);
	und_sha512(b->seed,
	           (struct und_bytes[]){ und_cstr("undersigned/1 batch"), und_bytes(&zero, 1),
	                                 und_bytes(b->letter_id, UND_ID_SIZE), und_bytes(fresh, sizeof fresh),
	                                 und_bytes(r.digests, b->n * 64) },
	           5);
out:
	free(r.digests);
	return e;
}

/* ---- finding the bad ones ---- */

static enum und_err stopped(const struct und_ring_batch *b)
{
	if (b->progress == NULL || b->progress->tell(b->progress->ctx, b->n, b->n) == 0)
		return UND_OK;
	return UND_ERR_STOPPED;
}

/* Who wants the first bad claim only has no use for those behind one that is known to be bad. */
static bool is_behind(const struct und_ring_batch *b, const struct und_ring_claim *claim)
{
	return (size_t)(claim - b->claims) >= b->until;
}

static bool all_behind(const struct und_ring_batch *b, const struct und_ring_claim *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!is_behind(b, list[i]))
			return false;
	return true;
}

static void note(struct und_ring_batch *b, size_t i, enum und_err e)
{
	b->verdicts[i] = e;
	if (b->first_only && e != UND_OK && i < b->until)
		b->until = i;
}

static enum und_err check_singly(struct und_ring_batch *b, const struct und_ring_claim *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		enum und_err e;

		if (is_behind(b, list[i]))
			continue;
		e = und_ring_claim_check_var(b->letter_id, list[i], b->h, &b->u, b->runner);
		if (e == UND_ERR_MEMORY)
			return e;
		note(b, (size_t)(list[i] - b->claims), e);
	}
	return stopped(b);
}

/*
 * The sum over list does not vanish, so a claim in it is bad. The weights stay: they were drawn after all claims, so
 * each part of the list is a batch with weights of its own. Where the left half vanishes, the right one cannot.
 */
static enum und_err bisect(struct und_ring_batch *b, const struct und_ring_claim *const *list, size_t n)
{
	size_t half = n / 2;
	bool left = false, right = false;
	struct und_ring_batch quiet = *b;
	enum und_err e;

	if (all_behind(b, list, n))
		return UND_OK;
	if (n <= SINGLY_UP_TO)
		return check_singly(b, list, n);
	quiet.progress = NULL;
	if ((e = stopped(b)) != UND_OK)
		return e;
	if (!all_behind(b, list, half)) {
		e = und_ring_batch_sum_var(&left, &quiet, list, half);
		if (e == UND_OK && !left)
			e = bisect(b, list, half);
	}
	if (e == UND_OK && !left && !all_behind(b, list + half, n - half))
		e = und_ring_batch_sum_var(&right, &quiet, list + half, n - half);
	if (e == UND_OK && !right)
		e = bisect(b, list + half, n - half);
	return e;
}

/* ---- all ---- */

/* The claims whose verdict is still good, by ring. */
static size_t gather(const struct und_ring_claim **list, const struct und_ring_batch *b)
{
	size_t n = 0;

	for (size_t i = 0; i < b->n; i++)
		if (b->verdicts[i] == UND_OK)
			list[n++] = &b->claims[i];
	qsort(list, n, sizeof *list, compare);
	return n;
}

/* The generators that the largest ring needs, and the tag base. */
static void bases(struct und_ring_batch *b, const struct und_ring_claim *const *list, size_t n)
{
	size_t largest = 1;

	for (size_t i = 0; i < n; i++)
		if (list[i]->ring->n > largest)
			largest = list[i]->ring->n;
	und_ring_generators(b->h, und_ring_digits(largest));
	b->generators = 8 * und_ring_digits(largest) + 1;
	und_tag_base(&b->u, b->letter_id);
}

/* The least index of a bad claim, or n. */
static size_t first_bad(const struct und_ring_batch *b)
{
	size_t i = 0;

	while (i < b->n && b->verdicts[i] == UND_OK)
		i++;
	return i;
}

static enum und_err judge(struct und_ring_batch *b, const struct und_ring_claim **list, size_t n)
{
	bool zero;
	enum und_err e;

	e = und_ring_batch_sum_var(&zero, b, list, n);
	if (e != UND_OK || zero)
		return e;
	n = gather(list, b); /* without those that did not decode */
	if (b->first_only)
		b->until = first_bad(b);
	e = bisect(b, list, n);
	if (e != UND_OK)
		return e;
	/* the sum over good claims always vanishes */
	for (size_t i = 0; i < n; i++)
		if (b->verdicts[list[i] - b->claims] != UND_OK || is_behind(b, list[i]))
			return UND_OK;
	und_bug(__FILE__, __LINE__);
}

/* verdicts, and what the caller lends, stand in b. */
static enum und_err verify(struct und_ring_batch *b, const struct und_random *random)
{
	const struct und_ring_claim **list;
	size_t n_good;
	enum und_err e = UND_ERR_MEMORY;

	if (b->n > UINT32_MAX)
		return UND_ERR_MEMORY;
	b->until = SIZE_MAX;
	b->xi = und_alloc(b->n, sizeof *b->xi);
	list = und_alloc(b->n, sizeof *list);
	if (b->xi == NULL || list == NULL)
		goto out;
	e = batch_read(b, random);
	if (e != UND_OK)
		goto out;
	n_good = gather(list, b);
	bases(b, list, n_good);
	e = judge(b, list, n_good);
	if (e == UND_OK && first_bad(b) < b->n)
		e = UND_ERR_PROOF;
out:
	free(b->xi);
	free(list);
	return e;
}

enum und_err und_ring_verify_chunks_var(enum und_err *verdicts, const uint8_t letter_id[UND_ID_SIZE],
                                        const struct und_ring_claim *claims, size_t n, const struct und_random *random,
                                        const struct und_runner *runner, const struct und_progress *progress,
                                        size_t chunk_bytes)
{
	struct und_ring_batch b = { .letter_id = letter_id,
		                    .claims = claims,
		                    .verdicts = verdicts,
		                    .n = n,
		                    .runner = runner,
		                    .progress = progress,
		                    .chunk_bytes = chunk_bytes };

	return verify(&b, random);
}

enum und_err und_ring_verify_batch_var(enum und_err *verdicts, const uint8_t letter_id[UND_ID_SIZE],
                                       const struct und_ring_claim *claims, size_t n, const struct und_random *random,
                                       const struct und_runner *runner, const struct und_progress *progress)
{
	return und_ring_verify_chunks_var(verdicts, letter_id, claims, n, random, runner, progress,
	                                  UND_RING_CHUNK_BYTES);
}

enum und_err und_ring_verify_first_var(size_t *first, enum und_err *verdict, const uint8_t letter_id[UND_ID_SIZE],
                                       const struct und_ring_claim *claims, size_t n, const struct und_random *random,
                                       const struct und_runner *runner, const struct und_progress *progress)
{
	struct und_ring_batch b = { .letter_id = letter_id,
		                    .claims = claims,
		                    .verdicts = und_alloc(n, sizeof *b.verdicts),
		                    .n = n,
		                    .runner = runner,
		                    .progress = progress,
		                    .chunk_bytes = UND_RING_CHUNK_BYTES,
		                    .first_only = true };
	enum und_err e;

	if (b.verdicts == NULL)
		return UND_ERR_MEMORY;
	e = verify(&b, random);
	if (e == UND_ERR_PROOF) {
		*first = first_bad(&b);
		*verdict = b.verdicts[*first];
	}
	free(b.verdicts);
	return e;
}
