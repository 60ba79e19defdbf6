/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* bench_ring.c: rings and signatures made up for measuring, and their times */
#include <stdlib.h>

#include "base/base.h"
#include "base/hash.h"
#include "cli/bench_clock.h"
#include "cli/bench_measure.h"

struct member {
	uint8_t key[UND_POINT_SIZE]; /* first: members are sorted by it */
	struct und_scalar x;
};

struct und_bench_world {
	size_t rings, ring_size, signatures, proof_size; /* signatures: of each ring */
	uint8_t letter_id[UND_ID_SIZE];
	struct und_ring *ring;
	struct und_member_key *decoded; /* of all rings, one after the other */
	const struct und_member_key **list;
	uint8_t *keys; /* encoded */
	struct und_scalar *secrets;
	uint8_t *tags, *proofs;
	struct und_ring_claim *claims;
	enum und_err *verdicts;
};

/* ---- making ---- */

static void numbered(uint8_t out[64], const char *what, size_t ring, size_t i)
{
	uint8_t number[8];

	und_store_u32be(number, (uint32_t)ring);
	und_store_u32be(number + 4, (uint32_t)i);
	und_sha512(out, (struct und_bytes[]){ und_cstr(what), und_bytes(number, sizeof number) }, 2);
}

static int compare(const void *a, const void *b)
{
	return memcmp(a, b, UND_POINT_SIZE);
}

struct making {
	struct und_bench_world *w;
	struct member *members;
	size_t distinct;
	enum und_err e;
};

static void member_job(void *arg, size_t i)
{
	struct making *m = arg;
	struct und_point p;
	uint8_t seed[64];

	numbered(seed, "bench member", i / m->w->ring_size, i % m->w->ring_size);
	und_scalar_reduce(&m->members[i].x, seed);
	und_point_mul_base(&p, &m->members[i].x);
	und_point_encode(m->members[i].key, &p);
}

static void sort_ring(struct making *m, size_t r)
{
	struct und_bench_world *w = m->w;
	struct member *members = &m->members[r * w->ring_size];
	uint8_t seed[64];

	qsort(members, w->ring_size, sizeof *members, compare);
	for (size_t i = 0; i < w->ring_size; i++) {
		size_t at = r * w->ring_size + i;

		memcpy(w->keys + at * UND_POINT_SIZE, members[i].key, UND_POINT_SIZE);
		w->secrets[at] = members[i].x;
		w->list[at] = &w->decoded[at];
	}
	numbered(seed, "bench ring", r, 0);
	memcpy(w->ring[r].id, seed, UND_ID_SIZE);
	w->ring[r].n = w->ring_size;
	w->ring[r].keys = &w->list[r * w->ring_size];
}

static void sign_job(void *arg, size_t i)
{
	struct making *m = arg;
	struct und_bench_world *w = m->w;
	size_t r = i / m->distinct, s = r * w->signatures + i % m->distinct,
	       member = i % m->distinct * (w->ring_size / m->distinct);
	uint8_t seed[64];
	enum und_err e;

	numbered(seed, "bench fresh", r, i);
	e = und_ring_prove(w->proofs + s * w->proof_size, w->tags + s * UND_POINT_SIZE, w->letter_id, &w->ring[r],
	                   member, &w->secrets[r * w->ring_size + member], seed, NULL);
	if (e != UND_OK)
		__atomic_store_n(&m->e, e, __ATOMIC_RELAXED);
}

static void copy_signatures(struct making *m)
{
	struct und_bench_world *w = m->w;

	for (size_t i = 0; i < w->rings * w->signatures; i++) {
		size_t r = i / w->signatures, from = r * w->signatures + i % w->signatures % m->distinct;

		if (from != i) {
			memcpy(w->proofs + i * w->proof_size, w->proofs + from * w->proof_size, w->proof_size);
			memcpy(w->tags + i * UND_POINT_SIZE, w->tags + from * UND_POINT_SIZE, UND_POINT_SIZE);
		}
		w->claims[i] = (struct und_ring_claim){ &w->ring[r], w->tags + i * UND_POINT_SIZE,
			                                und_bytes(w->proofs + i * w->proof_size, w->proof_size) };
	}
}

static enum und_err decode_rings(struct und_bench_world *w, const struct und_runner *runner)
{
	size_t bad;

	return und_member_keys_decode(w->decoded, &bad, w->keys, w->rings * w->ring_size, runner);
}

static enum und_err world_alloc(struct und_bench_world *w)
{
	size_t members = w->rings * w->ring_size, all = w->rings * w->signatures;

	w->ring = und_alloc(w->rings, sizeof *w->ring);
	w->decoded = und_alloc(members, sizeof *w->decoded);
	w->list = und_alloc(members, sizeof *w->list);
	w->keys = und_alloc(members, UND_POINT_SIZE);
	w->secrets = und_alloc(members, sizeof *w->secrets);
	w->tags = und_alloc(all, UND_POINT_SIZE);
	w->proofs = und_alloc(all, w->proof_size);
	w->claims = und_alloc(all, sizeof *w->claims);
	w->verdicts = und_alloc(all, sizeof *w->verdicts);
	return w->ring == NULL || w->decoded == NULL || w->list == NULL || w->keys == NULL || w->secrets == NULL ||
	                       w->tags == NULL || w->proofs == NULL || w->claims == NULL || w->verdicts == NULL
	               ? UND_ERR_MEMORY
	               : UND_OK;
}

enum und_err und_bench_world_new(struct und_bench_world **out, size_t rings, size_t ring_size, size_t signatures,
                                 size_t distinct, const struct und_runner *runner)
{
	struct und_bench_world *w = und_alloc(1, sizeof *w);
	struct making m = { .w = w, .distinct = distinct };

	und_bug_if(distinct > signatures || distinct > ring_size || (signatures != 0 && distinct == 0));
	if (w == NULL)
		return UND_ERR_MEMORY;
	w->rings = rings;
	w->ring_size = ring_size;
	w->signatures = signatures;
	w->proof_size = und_ring_proof_size(ring_size);
	m.e = world_alloc(w);
	if (m.e != UND_OK)
		goto out;
	m.members = und_alloc(rings * ring_size, sizeof *m.members);
	if (m.members == NULL) {
		m.e = UND_ERR_MEMORY;
		goto out;
	}
	und_run(runner, member_job, &m, rings * ring_size);
	for (size_t r = 0; r < rings; r++)
		sort_ring(&m, r);
	m.e = decode_rings(w, runner);
	if (m.e != UND_OK)
		goto out;
	und_run(runner, sign_job, &m, rings * distinct);
	copy_signatures(&m);
out:
	free(m.members);
	if (m.e != UND_OK)
		und_bench_world_free(w);
	else
		*out = w;
	return m.e;
}

void und_bench_world_free(struct und_bench_world *w)
{
	if (w == NULL)
		return;
	free(w->ring);
	free(w->decoded);
	free(w->list);
	free(w->keys);
	free(w->secrets);
	free(w->tags);
	free(w->proofs);
	free(w->claims);
	free(w->verdicts);
	free(w);
}

/* ---- measuring ---- */

enum und_err und_bench_sign(double *ns, struct und_bench_world *w, const struct und_runner *runner)
{
	uint8_t proof[UND_PROOF_SIZE_MAX], tag[UND_POINT_SIZE], fresh[64];
	size_t bad, member = w->ring_size / 3;
	double begin;
	enum und_err e;

	numbered(fresh, "bench sign", 0, 0);
	begin = und_bench_clock(runner);
	e = und_member_keys_decode(w->decoded, &bad, w->keys, w->ring_size, runner);
	if (e != UND_OK)
		return e;
	e = und_ring_prove(proof, tag, w->letter_id, &w->ring[0], member, &w->secrets[member], fresh, runner);
	*ns = und_bench_clock(runner) - begin;
	return e;
}

enum und_err und_bench_verify_one(double *ns, struct und_bench_world *w, bool decode, const struct und_runner *runner)
{
	double begin = und_bench_clock(runner);
	size_t bad;
	enum und_err e = UND_OK;

	if (decode)
		e = und_member_keys_decode(w->decoded, &bad, w->keys, w->ring_size, runner);
	if (e != UND_OK)
		return e;
	e = und_ring_verify_var(w->letter_id, &w->claims[0]);
	*ns = und_bench_clock(runner) - begin;
	return e;
}

enum und_err und_bench_verify_batch(double *ns, struct und_bench_world *w, bool decode, const struct und_random *random,
                                    const struct und_runner *runner)
{
	size_t all = w->rings * w->signatures;
	double begin = und_bench_clock(runner);
	enum und_err e = UND_OK;

	if (decode)
		e = decode_rings(w, runner);
	if (e != UND_OK)
		return e;
	e = und_ring_verify_batch_var(w->verdicts, w->letter_id, w->claims, all, random, runner, NULL);
	*ns = (und_bench_clock(runner) - begin) / (double)all;
	return e;
}
