/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* ring_fold.c: the prover's sums over the ring, one digit at a time */
#include "proof/ring_fold.h"

#include <stdlib.h>

#include "base/base.h"
#include "base/secret.h"

/*
 * At level j there are ceil(N / 4^j) nodes; node k is the sum over the keys whose index is k in its digits from j on, a
 * polynomial of degree j in t: j+1 points, the constant one first. Level 0 is the ring, level m the result. Four nodes
 * fold into one of the next level:
 *
 *   out(t) = sum over i of (sigma_i*t + a_i)*node_i(t)
 *
 * Since the a_i add up to 0, sum a_i*node_i = sum over i = 1..3 of a_i*(node_i - node_0): three multiplications a
 * coefficient. Since sigma is one-hot, sum sigma_i*node_i is a selection. A node of padding only is L*t^j, L the ring's
 * last key (by induction: its constant parts cancel).
 *
 * A piece takes up to 64 nodes over up to three levels, so that what lies between stays small.
 */
enum {
	PIECE_LEVELS = 3,
	PIECE_NODES = 64,
	/* 16 nodes of the level after, 4 of the one after that; the highest first level that has both is 6 (levels 0,
	   3, 6, 9; m <= 10) */
	FIRST_LEVEL_MAX = UND_RING_DIGITS_MAX - 1 - (UND_RING_DIGITS_MAX - 1) % PIECE_LEVELS - PIECE_LEVELS,
	ROW_1 = 16 * (FIRST_LEVEL_MAX + 2),
	ROW_2 = 4 * (FIRST_LEVEL_MAX + 3)
};
_Static_assert(UND_RING_DIGITS_MAX % PIECE_LEVELS == 1,
               "the last piece has one level, which goes to its output at once");

/* One level of nodes, or of a piece of it. */
struct level {
	unsigned degree;
	size_t count;                             /* nodes; those behind are padding */
	const struct und_point *nodes;            /* level 1 and up */
	const struct und_member_key *const *keys; /* level 0 */
	const struct und_point *last;             /* L */
};

static const struct und_point *coefficient(const struct level *in, size_t node, unsigned e)
{
	if (node >= in->count)
		return e == in->degree ? in->last : &und_point_identity;
	if (in->keys != NULL)
		return &in->keys[node]->point;
	return &in->nodes[node * (in->degree + 1) + e];
}

struct scratch {
	struct und_point row1[ROW_1], row2[ROW_2];
	struct und_point difference[3], part, leading[UND_RING_DIGITS_MAX + 1];
};

/* out: degree+2 points, from the four nodes that begin at node */
static void fold_four(struct und_point *out, const struct level *in, size_t node, const struct und_scalar a[4],
                      const uint64_t sigma[4], struct scratch *s)
{
	const struct und_point *c[4];

	for (unsigned e = 0; e <= in->degree; e++) {
		for (unsigned i = 0; i < 4; i++)
			c[i] = coefficient(in, node + i, e);
		s->leading[e] = *c[0];
		for (unsigned i = 1; i < 4; i++) {
			und_point_select(&s->leading[e], &s->leading[e], c[i], sigma[i]);
			und_point_sub(&s->difference[i - 1], c[i], c[0]);
		}
		und_point_mul2(&out[e], &a[1], &s->difference[0], &a[2], &s->difference[1]);
		und_point_mul(&s->part, &a[3], &s->difference[2]);
		und_point_add(&out[e], &out[e], &s->part);
		if (e > 0)
			und_point_add(&out[e], &out[e], &s->leading[e - 1]);
	}
	out[in->degree + 1] = s->leading[in->degree];
}

static size_t quarter(size_t n)
{
	return n / 4 + (n % 4 != 0);
}

/* One level of a piece: in, whose first digit is j, to out. */
static void fold_level(struct und_point *out, const struct level *in, const struct und_ring_digit_polynomials *p,
                       struct scratch *s)
{
	unsigned j = in->degree;

	for (size_t g = 0; g < quarter(in->count); g++)
		fold_four(&out[g * (j + 2)], in, 4 * g, p->a[j], p->sigma[j], s);
}

struct fold {
	const struct und_ring_digit_polynomials *p;
	struct level in;
	unsigned levels; /* 1 … PIECE_LEVELS */
	struct und_point *out;
};

static void fold_piece(void *arg, size_t piece)
{
	const struct fold *f = arg;
	struct level in = f->in;
	struct scratch s;
	size_t begin = piece * PIECE_NODES;
	struct und_point *out = &f->out[(begin >> (2 * f->levels)) * (f->in.degree + f->levels + 1)], *to;

	in.count = f->in.count - begin > PIECE_NODES ? PIECE_NODES : f->in.count - begin;
	if (in.keys != NULL)
		in.keys += begin;
	else
		in.nodes += begin * (in.degree + 1);
	for (unsigned i = 1; i <= f->levels; i++) {
		to = i == f->levels ? out : i == 1 ? s.row1 : s.row2;
		fold_level(to, &in, f->p, &s);
		in = (struct level){
			.degree = in.degree + 1, .count = quarter(in.count), .nodes = to, .last = in.last
		};
	}
	und_wipe(&s, sizeof s);
}

enum und_err und_ring_fold(struct und_point *out, const struct und_ring *ring,
                           const struct und_ring_digit_polynomials *p, const struct und_runner *runner)
{
	struct fold f = { .p = p };
	struct und_point *held = NULL, *made;
	size_t held_size = 0, size, nodes;

	f.in = (struct level){ .count = ring->n, .keys = ring->keys, .last = &ring->keys[ring->n - 1]->point };
	while (f.in.degree < p->m) {
		f.levels = p->m - f.in.degree < PIECE_LEVELS ? p->m - f.in.degree : PIECE_LEVELS;
		nodes = (f.in.count + ((size_t)1 << (2 * f.levels)) - 1) >> (2 * f.levels);
		size = nodes * (f.in.degree + f.levels + 1) * sizeof *made;
		made = und_alloc(1, size);
		if (made != NULL) {
			f.out = made;
			und_run(runner, fold_piece, &f, (f.in.count + PIECE_NODES - 1) / PIECE_NODES);
		}
		if (held != NULL)
			und_wipe(held, held_size);
		free(held);
		if (made == NULL)
			return UND_ERR_MEMORY;
		held = made;
		held_size = size;
		f.in = (struct level){
			.degree = f.in.degree + f.levels, .count = nodes, .nodes = made, .last = f.in.last
		};
	}
	memcpy(out, held, held_size);
	und_wipe(held, held_size);
	free(held);
	return UND_OK;
}
