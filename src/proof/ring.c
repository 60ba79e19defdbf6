/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* ring.c: member keys, rings, tags, and the sizes of ring proofs */
#include "proof/ring.h"

#include "base/base.h"
#include "base/hash.h"
#include "base/secret.h"
#include "proof/mask.h"
#include "proof/ring_parts.h"

/* ---- member keys ---- */

enum und_err und_member_key_decode(struct und_member_key *out, const uint8_t in[UND_POINT_SIZE])
{
	enum und_err e = und_point_decode(&out->point, in);

	if (e != UND_OK)
		return e;
	memcpy(out->encoded, in, UND_POINT_SIZE);
	return UND_OK;
}

enum { KEYS_A_JOB = 64 };

struct keys_job {
	struct und_member_key *out;
	const uint8_t *keys;
	size_t n, bad; /* bad: the least so far */
};

static void note_bad(struct keys_job *k, size_t i)
{
	size_t seen = __atomic_load_n(&k->bad, __ATOMIC_RELAXED);

	while (i < seen && !__atomic_compare_exchange_n(&k->bad, &seen, i, true, __ATOMIC_RELAXED, __ATOMIC_RELAXED))
		;
}

static void keys_job(void *arg, size_t i)
{
	struct keys_job *k = arg;
	size_t end = k->n - i * KEYS_A_JOB > KEYS_A_JOB ? (i + 1) * KEYS_A_JOB : k->n;
	enum und_err e;

	for (size_t j = i * KEYS_A_JOB; j < end; j++) {
		e = und_member_key_decode(&k->out[j], k->keys + j * UND_POINT_SIZE);
		if (e != UND_OK) {
			note_bad(k, j);
			return;
		}
	}
}

enum und_err und_member_keys_decode(struct und_member_key *out, size_t *bad, const uint8_t *keys, size_t n,
                                    const struct und_runner *runner)
{
	struct keys_job k = { .out = out, .keys = keys, .n = n, .bad = SIZE_MAX };
	struct und_point point;
	enum und_err e;

	und_run(runner, keys_job, &k, n / KEYS_A_JOB + (n % KEYS_A_JOB != 0));
	if (k.bad == SIZE_MAX)
		return UND_OK;
	e = und_point_decode(&point, keys + k.bad * UND_POINT_SIZE); /* again, for its reason */
	und_bug_if(e == UND_OK);
	*bad = k.bad;
	return e;
}

/* ---- rings ---- */

void und_ring_id(uint8_t out[UND_ID_SIZE], const uint8_t roster_id[UND_ID_SIZE], struct und_bytes label)
{
	static const uint8_t zero;

	und_sha256(out,
	           (struct und_bytes[]){ und_cstr("undersigned/1 ring"), und_bytes(&zero, 1),
	                                 und_bytes(roster_id, UND_ID_SIZE), label },
	           4);
}

unsigned und_ring_digits(size_t n)
{
	unsigned m = 1;

	und_bug_if(n == 0 || n > UND_RING_SIZE_MAX);
	while ((size_t)1 << (2 * m) < n)
		m++;
	return m;
}

size_t und_ring_proof_size(size_t n)
{
	return UND_POINT_SIZE * (5 * (size_t)und_ring_digits(n) + 4);
}

enum und_err und_ring_find_var(size_t *index, const struct und_ring *ring, const uint8_t key[UND_POINT_SIZE])
{
	size_t low = 0, high = ring->n, middle;
	int order;

	while (low < high) {
		middle = low + (high - low) / 2;
		order = memcmp(ring->keys[middle]->encoded, key, UND_POINT_SIZE);
		if (order == 0) {
			*index = middle;
			return UND_OK;
		}
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return UND_ERR_NOT_IN_RING;
}

enum und_err und_ring_find(size_t *index, const struct und_ring *ring, const uint8_t key[UND_POINT_SIZE])
{
	uint64_t found = 0, place = 0, here;

	for (size_t k = 0; k < ring->n; k++) {
		here = und_mask_bytes_equal(ring->keys[k]->encoded, key, UND_POINT_SIZE);
		place |= k & here;
		found |= here;
	}
	/* whether the signer is in this ring at all is what the return tells */
	und_declassify(&found, sizeof found);
	if (found == 0)
		return UND_ERR_NOT_IN_RING;
	*index = (size_t)place;
	return UND_OK;
}

/* ---- tags ---- */

void und_tag_base(struct und_point *out, const uint8_t letter_id[UND_ID_SIZE])
{
	und_hash_to_point(out, "undersigned/1 tag base", (struct und_bytes[]){ und_bytes(letter_id, UND_ID_SIZE) }, 1);
}

void und_tag(uint8_t out[UND_POINT_SIZE], const struct und_scalar *x, const uint8_t letter_id[UND_ID_SIZE])
{
	struct und_point u, tag;

	und_tag_base(&u, letter_id);
	und_point_mul(&tag, x, &u);
	und_point_encode(out, &tag);
	und_point_wipe(&tag);
}

/* ---- for ring_*.c ---- */

void und_ring_generators(struct und_point *h, unsigned m)
{
	uint8_t number[4];

	for (uint32_t i = 0; i <= 8 * m; i++) {
		und_store_u32be(number, i);
		und_hash_to_point(&h[i], "undersigned/1 generator",
		                  (struct und_bytes[]){ und_bytes(number, sizeof number) }, 1);
	}
}

void und_ring_challenge(struct und_scalar *xi, const uint8_t letter_id[UND_ID_SIZE], const struct und_ring *ring,
                        const uint8_t *tag, const uint8_t *proof)
{
	size_t elements = und_ring_points(und_ring_digits(ring->n)) - 1; /* all but T stand at the head of the proof */
	uint8_t n[4];

	und_store_u32be(n, (uint32_t)ring->n);
	und_hash_to_scalar(xi, "undersigned/1 challenge",
	                   (struct und_bytes[]){ und_bytes(letter_id, UND_ID_SIZE), und_bytes(ring->id, UND_ID_SIZE),
	                                         und_bytes(n, sizeof n), und_bytes(tag, UND_POINT_SIZE),
	                                         und_bytes(proof, elements * UND_POINT_SIZE) },
	                   5);
}
