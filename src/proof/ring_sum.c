/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* ring_sum.c: one weighted sum over many claims, in chunks of bounded memory */
#include <stdlib.h>

#include "base/base.h"
#include "base/hash.h"
#include "group/msm.h"
#include "proof/ring_batch.h"

/*
 * The sum, for weights c, k, t of each claim:
 *
 *   c*(A + xi*B - z_A*H_0 - …) + k*(sum xi^e*Q_e + z*G - sum coefficient*X) + t*(sum xi^e*Y_e + z*U - xi^m*T)
 *
 * A chunk decodes some claims and sums their points, G, U, the H_i and the keys of the rings that end in it. A ring
 * that goes on in the next chunk hands its coefficients on, so that its keys are summed once.
 */
enum {
	SPAN = 8 /* claims that share partial sums for G, U and H_i */
};

/* What multiplies G, U and the H_i. */
struct shared {
	struct und_pub g, u, h[UND_RING_GENERATORS_MAX];
};

struct segment {
	const struct und_ring *ring;
	struct und_ring_matrix matrix;
	size_t first_key; /* in the chunk's terms */
};

struct slot {
	const struct und_ring_claim *claim;
	struct segment *segment;
	size_t place; /* within the segment */
	size_t first_term;
	struct und_ring_opened opened;
	struct und_pub padding; /* what it adds to its ring's last key */
};

struct task {
	struct segment *segment;
	size_t row_block;
};

struct chunk {
	const struct und_ring_batch *b;
	size_t claims, segments, tasks, spans, points, pubs, terms; /* how many of each */
	struct slot *slot;
	struct segment *segment;
	struct task *task;
	struct shared *span;
	struct und_point *point;
	struct und_pub *pub;
	/* the terms of the sum: the claims' points, G, U, H_i, then the rings' keys */
	struct und_pub *scalar;
	const struct und_point **term;
	bool goes_on; /* the last ring has claims in the next chunk */
};

/* The state between chunks. */
struct sum {
	struct und_point total;
	struct und_pub *carried; /* coefficients of the ring that goes on, or NULL */
	size_t done;
};

/* ---- weights ---- */

struct weights {
	struct und_pub c, k, t;
};

static void weights_get(struct weights *w, const struct und_ring_batch *b, const struct und_ring_claim *claim)
{
	uint8_t number[4], bytes[64];

	und_store_u32be(number, (uint32_t)(claim - b->claims));
	und_sha512(bytes, (struct und_bytes[]){ und_bytes(b->seed, sizeof b->seed), und_bytes(number, sizeof number) },
	           2);
	und_pub_from_u128(&w->c, bytes);
	und_pub_from_u128(&w->k, bytes + 16);
	und_pub_from_u128(&w->t, bytes + 32);
}

/* ---- one claim ---- */

/* scalars of Q_0 … or Y_0 …: weight * xi^e; returns xi^m * weight in *last */
static void weigh_powers(struct und_pub *scalar, struct und_pub *last, const struct und_ring_opened *o,
                         const struct und_pub *weight)
{
	*last = *weight;
	for (unsigned e = 0; e < o->m; e++) {
		scalar[e] = *last;
		und_pub_mul(last, last, &o->xi);
	}
}

static void weigh_points(struct und_pub *scalar, const struct und_ring_opened *o, const struct weights *w)
{
	struct und_pub last;

	scalar[UND_RING_A] = w->c;
	und_pub_mul(&scalar[UND_RING_B], &w->c, &o->xi);
	weigh_powers(&scalar[UND_RING_Q], &last, o, &w->k);
	weigh_powers(&scalar[UND_RING_Q + o->m], &last, o, &w->t);
	und_pub_negate(&scalar[UND_RING_T], &last);
}

static void weigh_shared(struct shared *s, const struct und_ring_opened *o, const struct weights *w)
{
	struct und_pub part, rest;

	und_pub_mul(&part, &w->k, &o->z);
	und_pub_add(&s->g, &s->g, &part);
	und_pub_mul(&part, &w->t, &o->z);
	und_pub_add(&s->u, &s->u, &part);
	und_pub_mul(&part, &w->c, &o->z_a);
	und_pub_sub(&s->h[0], &s->h[0], &part);
	for (unsigned i = 1; i <= 4 * o->m; i++) {
		und_pub_mul(&part, &w->c, &o->f[i - 1]);
		und_pub_sub(&s->h[i], &s->h[i], &part);
		und_pub_sub(&rest, &o->xi, &o->f[i - 1]);
		und_pub_mul(&part, &part, &rest);
		und_pub_sub(&s->h[4 * o->m + i], &s->h[4 * o->m + i], &part);
	}
}

static void slot_open(struct chunk *c, struct slot *s, struct shared *shared)
{
	const struct und_ring_batch *b = c->b;
	size_t i = (size_t)(s->claim - b->claims);
	struct weights w;
	struct und_pub factor;
	enum und_err e;

	for (unsigned p = 0; p < und_ring_points(s->opened.m); p++)
		c->term[s->first_term + p] = &s->opened.points[p];
	e = und_ring_open_var(&s->opened, s->claim, &b->xi[i]);
	if (e != UND_OK) {
		b->verdicts[i] = e;
		for (unsigned p = 0; p < und_ring_points(s->opened.m); p++)
			s->opened.points[p] = und_point_identity;
		return; /* its scalars, its rows and columns are zero */
	}
	weights_get(&w, b, s->claim);
	weigh_points(&c->scalar[s->first_term], &s->opened, &w);
	weigh_shared(shared, &s->opened, &w);
	und_pub_negate(&factor, &w.k);
	und_ring_matrix_set_var(&s->segment->matrix, s->place, &s->opened, &factor);
	und_ring_padding_var(&s->padding, &s->opened);
	und_pub_mul(&s->padding, &s->padding, &factor);
}

static void span_job(void *arg, size_t span)
{
	struct chunk *c = arg;

	for (size_t i = span * SPAN; i < (span + 1) * SPAN && i < c->claims; i++)
		slot_open(c, &c->slot[i], &c->span[span]);
}

/* ---- a chunk ---- */

/* What the next claim adds to a chunk. */
static void count_claim(struct chunk *c, const struct und_ring *ring, bool opens_segment)
{
	struct und_ring_matrix shape;
	unsigned m = und_ring_digits(ring->n);

	und_ring_matrix_shape(&shape, ring->n);
	c->claims++;
	c->points += und_ring_points(m);
	c->pubs += 4 * m + und_ring_matrix_size(&shape);
	c->terms += und_ring_points(m);
	if (opens_segment) {
		c->segments++;
		c->tasks += shape.row_blocks;
		c->terms += ring->n;
	}
}

static size_t count_bytes(const struct chunk *c)
{
	return c->claims * sizeof *c->slot + c->segments * sizeof *c->segment + c->tasks * sizeof *c->task +
	       c->points * sizeof *c->point + c->pubs * sizeof *c->pub +
	       c->terms * (sizeof *c->scalar + sizeof *c->term);
}

/* Takes claims from the head of list until limit bytes would be passed, one at least. */
static void chunk_count(struct chunk *c, const struct und_ring_batch *b, const struct und_ring_claim *const *list,
                        size_t n, size_t limit)
{
	struct chunk more;

	while (c->claims < n) {
		const struct und_ring *ring = list[c->claims]->ring;

		more = *c;
		count_claim(&more, ring, c->claims == 0 || !und_ring_same_var(ring, list[c->claims - 1]->ring));
		if (c->claims != 0 && count_bytes(&more) > limit)
			break;
		*c = more;
	}
	c->spans = (c->claims + SPAN - 1) / SPAN;
	c->goes_on = c->claims < n && und_ring_same_var(list[c->claims]->ring, list[c->claims - 1]->ring);
	c->terms += 2 + b->generators;
}

static enum und_err chunk_alloc(struct chunk *c)
{
	c->slot = und_alloc(c->claims, sizeof *c->slot);
	c->segment = und_alloc(c->segments, sizeof *c->segment);
	c->task = und_alloc(c->tasks, sizeof *c->task);
	c->span = und_alloc(c->spans, sizeof *c->span);
	c->point = und_alloc(c->points, sizeof *c->point);
	c->pub = und_alloc(c->pubs, sizeof *c->pub);
	c->scalar = und_alloc(c->terms, sizeof *c->scalar);
	c->term = und_alloc(c->terms, sizeof *c->term);
	if (c->slot == NULL || c->segment == NULL || c->task == NULL || c->span == NULL || c->point == NULL ||
	    c->pub == NULL || c->scalar == NULL || c->term == NULL)
		return UND_ERR_MEMORY;
	return UND_OK;
}

static void chunk_free(struct chunk *c)
{
	free(c->slot);
	free(c->segment);
	free(c->task);
	free(c->span);
	free(c->point);
	free(c->pub);
	free(c->scalar);
	free(c->term);
}

/* One more segment: the claims from list on that share its ring. */
static void lay_segment(struct chunk *c, struct segment *s, const struct und_ring_claim *const *list, size_t n,
                        struct und_pub **pub, size_t key)
{
	size_t u_size, v_size;

	s->ring = list[0]->ring;
	s->first_key = key;
	und_ring_matrix_shape(&s->matrix, s->ring->n);
	while (s->matrix.n < n && und_ring_same_var(list[s->matrix.n]->ring, s->ring))
		s->matrix.n++;
	u_size = 4 * s->matrix.row_blocks * s->matrix.n;
	v_size = 4 * s->matrix.column_blocks * s->matrix.n;
	s->matrix.u = *pub;
	s->matrix.v = *pub + u_size;
	*pub += u_size + v_size;
	for (size_t k = 0; k < s->ring->n; k++)
		c->term[key + k] = &s->ring->keys[k]->point;
	for (size_t r = 0; r < s->matrix.row_blocks; r++)
		c->task[c->tasks++] = (struct task){ s, r };
}

/* Gives everything its place. Counts of what is laid one by one start again. */
static void chunk_lay(struct chunk *c, const struct und_ring_claim *const *list, const struct sum *sum)
{
	struct und_pub *pub = c->pub;
	size_t at = 0, point = 0, key = c->points + 2 + c->b->generators;

	c->tasks = c->segments = 0;
	while (at < c->claims) {
		struct segment *segment = &c->segment[c->segments++];

		lay_segment(c, segment, list + at, c->claims - at, &pub, key);
		key += segment->ring->n;
		for (size_t i = 0; i < segment->matrix.n; i++, at++) {
			struct slot *s = &c->slot[at];

			*s = (struct slot){ .claim = list[at], .segment = segment, .place = i, .first_term = point };
			s->opened.m = und_ring_digits(segment->ring->n);
			s->opened.points = &c->point[point];
			s->opened.f = pub;
			pub += 4 * s->opened.m;
			point += und_ring_points(s->opened.m);
		}
	}
	if (sum->carried != NULL)
		memcpy(&c->scalar[c->segment[0].first_key], sum->carried, c->segment[0].ring->n * sizeof *c->scalar);
}

static void task_job(void *arg, size_t i)
{
	struct chunk *c = arg;
	const struct task *t = &c->task[i];

	und_ring_matrix_add_var(&c->scalar[t->segment->first_key], &t->segment->matrix, t->row_block);
}

/* G, U and H_i, and what padding adds to the rings' last keys. */
static void chunk_join(struct chunk *c)
{
	struct und_pub *to = &c->scalar[c->points];
	const struct und_point **term = &c->term[c->points];

	for (size_t i = 0; i < c->spans; i++) {
		und_pub_add(&to[0], &to[0], &c->span[i].g);
		und_pub_add(&to[1], &to[1], &c->span[i].u);
		for (size_t j = 0; j < c->b->generators; j++)
			und_pub_add(&to[2 + j], &to[2 + j], &c->span[i].h[j]);
	}
	term[0] = und_point_base();
	term[1] = &c->b->u;
	for (size_t j = 0; j < c->b->generators; j++)
		term[2 + j] = &c->b->h[j];
	for (size_t i = 0; i < c->claims; i++) {
		const struct segment *s = c->slot[i].segment;
		struct und_pub *last = &c->scalar[s->first_key + s->ring->n - 1];

		und_pub_add(last, last, &c->slot[i].padding);
	}
}

/* Keeps the coefficients of the ring that goes on. */
static enum und_err carry(struct sum *sum, const struct chunk *c)
{
	const struct segment *last = &c->segment[c->segments - 1];

	free(sum->carried);
	sum->carried = NULL;
	if (!c->goes_on)
		return UND_OK;
	sum->carried = und_alloc(last->ring->n, sizeof *sum->carried);
	if (sum->carried == NULL)
		return UND_ERR_MEMORY;
	memcpy(sum->carried, &c->scalar[last->first_key], last->ring->n * sizeof *sum->carried);
	return UND_OK;
}

/* tenths of the chunk's claims are done */
static enum und_err tell(const struct chunk *c, const struct sum *sum, unsigned tenths)
{
	const struct und_progress *p = c->b->progress;

	if (p == NULL || p->tell(p->ctx, sum->done + c->claims * tenths / 10, c->b->n) == 0)
		return UND_OK;
	return UND_ERR_STOPPED;
}

static enum und_err chunk_sum(struct chunk *c, struct sum *sum, const struct und_ring_claim *const *list)
{
	struct und_point part;
	enum und_err e;

	e = chunk_alloc(c);
	if (e != UND_OK)
		return e;
	chunk_lay(c, list, sum);
	und_run(c->b->runner, span_job, c, c->spans);
	if ((e = tell(c, sum, 4)) != UND_OK)
		return e;
	und_run(c->b->runner, task_job, c, c->tasks);
	if ((e = tell(c, sum, 7)) != UND_OK)
		return e;
	chunk_join(c);
	e = carry(sum, c);
	if (e != UND_OK)
		return e;
	e = und_msm_var(&part, c->scalar, c->term, c->goes_on ? c->segment[c->segments - 1].first_key : c->terms,
	                c->b->runner);
	if (e != UND_OK)
		return e;
	und_point_add(&sum->total, &sum->total, &part);
	return tell(c, sum, 10);
}

/* As large as allowed, and all chunks alike. Beside its largest ring a chunk has room for claims: else each claim of a large ring would have a chunk to itself, and carry the ring's coefficients on. */
static size_t chunk_limit(const struct und_ring_batch *b, const struct und_ring_claim *const *list, size_t n)
{
	struct chunk all = { 0 }, ring = { 0 };
	size_t bytes, largest = 0;

	for (size_t i = 0; i < n; i++)
		if (list[i]->ring->n > largest)
			largest = list[i]->ring->n;
	ring.terms = largest;
	largest = count_bytes(&ring);
	chunk_count(&all, b, list, n, SIZE_MAX);
	bytes = count_bytes(&all);
	if (bytes <= largest)
		return largest;
	return largest + (bytes - largest) / ((bytes - largest) / b->chunk_bytes + 1) + 1;
}

enum und_err und_ring_batch_sum_var(bool *zero, const struct und_ring_batch *b,
                                    const struct und_ring_claim *const *list, size_t n)
{
	struct sum sum = { .total = und_point_identity };
	size_t limit = chunk_limit(b, list, n);
	enum und_err e = UND_OK;

	while (sum.done < n && e == UND_OK) {
		struct chunk c = { .b = b };

		chunk_count(&c, b, list + sum.done, n - sum.done, limit);
		e = chunk_sum(&c, &sum, list + sum.done);
		chunk_free(&c);
		sum.done += c.claims;
	}
	free(sum.carried);
	if (e != UND_OK)
		return e;
	*zero = und_point_equal(&sum.total, &und_point_identity) != 0;
	return UND_OK;
}
