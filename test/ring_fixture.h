/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* ring_fixture.h: rings of invented members, a runner of two threads, randomness that is repeatable or fails; after
 * tap.h */
#ifndef UND_TEST_RING_FIXTURE_H
#define UND_TEST_RING_FIXTURE_H

#include <pthread.h>

#include "base/base.h"
#include "proof/ring.h"

/* ---- randomness ---- */

__attribute__((unused)) static enum und_err fixture_fill(void *ctx, uint8_t *out, size_t n)
{
	(void)ctx;
	tap_random_bytes(out, n);
	return UND_OK;
}
__attribute__((unused)) static const struct und_random fixture_random = { .fill = fixture_fill };

__attribute__((unused)) static enum und_err fixture_fill_fails(void *ctx, uint8_t *out, size_t n)
{
	(void)ctx;
	(void)out;
	(void)n;
	return UND_ERR_RANDOM;
}
__attribute__((unused)) static const struct und_random fixture_random_fails = { .fill = fixture_fill_fails };

/* ---- two threads ---- */

struct fixture_work {
	void (*job)(void *arg, size_t i);
	void *arg;
	size_t count, next;
};

static void *fixture_worker(void *p)
{
	struct fixture_work *w = p;
	size_t i;

	while ((i = __atomic_fetch_add(&w->next, 1, __ATOMIC_RELAXED)) < w->count)
		w->job(w->arg, i);
	return NULL;
}

__attribute__((unused)) static void fixture_run(void *ctx, void (*job)(void *arg, size_t i), void *arg, size_t count)
{
	struct fixture_work w = { .job = job, .arg = arg, .count = count };
	pthread_t other;
	bool has_other = pthread_create(&other, NULL, fixture_worker, &w) == 0;

	(void)ctx;
	fixture_worker(&w);
	if (has_other)
		pthread_join(other, NULL);
}
__attribute__((unused)) static const struct und_runner fixture_runner = { .run = fixture_run, .width = 2 };

/* ---- rings ---- */

struct fixture_ring {
	struct und_ring ring;
	struct und_scalar *secrets; /* in the order of the keys */
	struct und_member_key *keys;
	const struct und_member_key **list;
};

__attribute__((unused)) static void fixture_scalar(struct und_scalar *x)
{
	uint8_t wide[64];

	tap_random_bytes(wide, sizeof wide);
	und_scalar_reduce(x, wide);
}

struct fixture_member {
	uint8_t key[UND_POINT_SIZE];
	struct und_scalar x;
	struct und_point point;
};

static int fixture_compare(const void *a, const void *b)
{
	return memcmp(a, b, UND_POINT_SIZE); /* the key comes first */
}

/* n members with random secrets; label names the ring */
__attribute__((unused)) static void fixture_ring_init(struct fixture_ring *f, size_t n, const char *label)
{
	struct fixture_member *m = und_alloc(n, sizeof *m);
	uint8_t roster_id[UND_ID_SIZE];

	f->secrets = und_alloc(n, sizeof *f->secrets);
	f->keys = und_alloc(n, sizeof *f->keys);
	f->list = und_alloc(n, sizeof *f->list);
	if (m == NULL || f->secrets == NULL || f->keys == NULL || f->list == NULL)
		abort();
	for (size_t i = 0; i < n; i++) {
		fixture_scalar(&m[i].x);
		und_point_mul_base(&m[i].point, &m[i].x);
		und_point_encode(m[i].key, &m[i].point);
	}
	qsort(m, n, sizeof *m, fixture_compare);
	for (size_t i = 0; i < n; i++) {
		f->secrets[i] = m[i].x;
		f->keys[i].point = m[i].point;
		memcpy(f->keys[i].encoded, m[i].key, UND_POINT_SIZE);
		f->list[i] = &f->keys[i];
	}
	free(m);
	tap_random_bytes(roster_id, sizeof roster_id);
	und_ring_id(f->ring.id, roster_id, und_cstr(label));
	f->ring.n = n;
	f->ring.keys = f->list;
}

__attribute__((unused)) static void fixture_ring_clear(struct fixture_ring *f)
{
	free(f->secrets);
	free(f->keys);
	free(f->list);
}

#endif
