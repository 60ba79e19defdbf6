/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* group/msm.c: sums of many multiples: Pippenger's buckets with signed digits */
#include "group/msm.h"

#include <stdatomic.h>
#include <stdlib.h>

#include "base/base.h"
#include "group/decaf.h"
#include "group/msm_small.h"
#include "group/public_limbs.h"

/*
 * Each scalar, taken between -l/2 and l/2, is written in windows w of c_w bits with signed digits |d| <= 2^(c_w - 1). For every window each
 * point is added to, or subtracted from, the bucket of its |d|; then sum over d of d * bucket[d] takes two additions a bucket. The first
 * point of a bucket costs nothing, so that a window takes one addition per non-zero digit and one per bucket. Points are read in
 * order and the buckets stay in the second-level cache. Windows are independent of each other: they are what threads share out.
 */

enum {
	WINDOW_MIN = 2,
	WINDOW_MAX = 14, /* two megabytes of buckets */
	WINDOWS_MAX = UND_MSM_BITS / WINDOW_MIN,
	BLOCK = 16       /* points whose digits are looked at together; what they need is fetched meanwhile */
};

struct plan {
	unsigned windows;
	uint8_t shift[WINDOWS_MAX + 1]; /* lowest bit of each; [windows] is the end */
};

/* What one job works in. bucket[d - 1] is meaningful if full[d - 1]. */
struct desk {
	struct und_point *bucket;
	uint8_t *full;
};

struct msm {
	const struct und_point *const *points;
	size_t n;
	struct plan plan;
	/*
	 * First |a|; then |a| + sum over windows of 2^(shift + c - 1), so that digits are cut out without carries.
	 * The sign of a is always in the highest bit.
	 */
	struct und_msm_coded *coded;
	uint8_t *work;         /* the desks of all jobs, desk_size bytes each; or what msm_small.c needs */
	unsigned window_max;   /* a window has at most n buckets */
	_Atomic unsigned next; /* window not yet taken */
	struct und_point sums[WINDOWS_MAX];
};

/* ---- scalars ---- */

/* of |a| */
static unsigned limbs_bits(const uint64_t a[4])
{
	uint64_t top = a[3] & UINT64_MAX >> 1;

	for (unsigned i = 4; i-- > 0; top = i > 0 ? a[i - 1] : 0)
		if (top != 0)
			return 64 * i + 64 - (unsigned)__builtin_clzll(top);
	return 0;
}

/* |a|, as an integer <= l/2, its sign in the highest bit. */
static void code_magnitude(struct und_msm_coded *out, const struct und_pub *a)
{
	static const uint64_t order[4] = { UND_L0, UND_L1, UND_L2, UND_L3 };
	uint64_t minus[4];

	und_pub_to_limbs(out->limb, a);
	und_limbs_sub(minus, order, out->limb[0], out->limb[1], out->limb[2], out->limb[3]);
	for (unsigned i = 4; i-- > 0;) {
		if (out->limb[i] == minus[i])
			continue;
		if (out->limb[i] > minus[i]) {
			memcpy(out->limb, minus, sizeof minus);
			out->limb[3] |= UINT64_C(1) << 63;
		}
		return;
	}
}

static void code_digits(struct und_msm_coded *a, const uint64_t offset[4])
{
	unsigned __int128 s = 0;

	for (unsigned i = 0; i < 4; i++) {
		s = (s >> 64) + a->limb[i] + offset[i];
		a->limb[i] = (uint64_t)s;
	}
}

/*
 * Fewest additions (returned): windows of nearly equal width over `bits` bits. bits_sum / bits is how many scalars of full
 * length the n amount to.
 */
static uint64_t plan_make(struct plan *p, unsigned window_max, unsigned bits, uint64_t bits_sum)
{
	uint64_t best = UINT64_MAX, full = bits_sum / bits, cost;
	unsigned k, wide, c;

	p->windows = 1;
	for (k = (bits + window_max - 1) / window_max; k <= bits / WINDOW_MIN; k++) {
		c = bits / k;
		wide = bits % k;
		cost = k * full + wide * (UINT64_C(1) << c) + (k - wide) * (UINT64_C(1) << (c - 1));
		if (cost < best) {
			best = cost;
			p->windows = k;
		}
	}
	for (k = 0; k <= p->windows; k++)
		p->shift[k] = (uint8_t)(bits * k / p->windows);
	return best;
}

static void plan_offset(uint64_t offset[4], const struct plan *p)
{
	memset(offset, 0, 4 * sizeof offset[0]);
	for (unsigned w = 0; w < p->windows; w++) {
		unsigned bit = p->shift[w + 1] - 1u;

		offset[bit / 64] |= UINT64_C(1) << (bit % 64);
	}
}

/* |a| of all; gives the bits of the longest, and of all together. */
static unsigned code_all(uint64_t *bits_sum, struct msm *m, const struct und_pub *scalars)
{
	unsigned longest = 0;

	*bits_sum = 0;
	for (size_t i = 0; i < m->n; i++) {
		unsigned bits;

		code_magnitude(&m->coded[i], &scalars[i]);
		bits = limbs_bits(m->coded[i].limb);
		longest = bits > longest ? bits : longest;
		*bits_sum += bits;
	}
	return longest;
}

static void code_windows(struct msm *m)
{
	uint64_t offset[4];

	plan_offset(offset, &m->plan);
	for (size_t i = 0; i < m->n; i++)
		code_digits(&m->coded[i], offset);
}

/* ---- one window ---- */

/* The points of one block that go to buckets with one sign. */
struct batch {
	unsigned n;
	uint16_t digit[BLOCK]; /* |d| - 1 */
	const struct und_point *point[BLOCK];
};

struct block {
	struct batch plus, minus;
};

/* Where the digits of a window stand in a coded scalar. */
struct cut {
	unsigned lo, hi, shift;
	uint32_t half, mask;
};

static struct cut window_cut(const struct plan *p, unsigned w)
{
	unsigned bit = p->shift[w], c = p->shift[w + 1] - bit;
	struct cut cut = { .lo = bit / 64, .shift = bit % 64, .half = UINT32_C(1) << (c - 1) };

	cut.hi = cut.lo < 3 ? cut.lo + 1 : 3;
	/* the highest window keeps its carry: its digit may be 2^(c-1) */
	cut.mask = w + 1 == p->windows ? 4 * cut.half - 1 : 2 * cut.half - 1;
	return cut;
}

static inline void prefetch_point(const struct und_point *p)
{
	for (unsigned k = 0; k < sizeof *p; k += 64)
		__builtin_prefetch((const char *)p + k, 0, 3);
}

static inline void prefetch_bucket(const struct und_point *p)
{
	for (unsigned k = 0; k < sizeof *p; k += 64)
		__builtin_prefetch((const char *)p + k, 1, 3);
}

/* Sorts the points from first on, at most BLOCK, by the signs of their digits, without branches, leaves out zeros, and calls for their memory. */
static void block_cut(struct block *out, const struct msm *m, const struct desk *desk, const struct cut *cut, size_t first)
{
	size_t left = m->n - first, n = left < BLOCK ? left : BLOCK;

	out->plus.n = out->minus.n = 0;
	for (size_t i = first; i < first + n; i++) {
		const uint64_t *a = m->coded[i].limb;
		uint32_t d = (uint32_t)(a[cut->lo] >> cut->shift | a[cut->hi] << 1 << (63 - cut->shift)) & cut->mask;
		uint32_t below = d < cut->half, magnitude = below ? cut->half - d : d - cut->half;
		struct batch *b = (below ^ (uint32_t)(a[3] >> 63)) != 0 ? &out->minus : &out->plus;

		b->point[b->n] = m->points[i];
		b->digit[b->n] = (uint16_t)(magnitude - 1);
		b->n += magnitude != 0;
		prefetch_point(m->points[i]);
		prefetch_bucket(&desk->bucket[magnitude != 0 ? magnitude - 1 : 0]);
	}
}

static void block_add(const struct desk *desk, const struct batch *b, bool negative)
{
	for (unsigned i = 0; i < b->n; i++) {
		const struct und_point *p = b->point[i];
		struct und_point *bucket = &desk->bucket[b->digit[i]];

		if (!desk->full[b->digit[i]]) {
			desk->full[b->digit[i]] = 1;
			if (negative)
				und_point_negate(bucket, p);
			else
				*bucket = *p;
		} else if (negative) {
			decaf_255_point_sub(und_own_point(bucket), und_see_point(bucket), und_see_point(p));
		} else {
			decaf_255_point_add(und_own_point(bucket), und_see_point(bucket), und_see_point(p));
		}
	}
}

/* out = sum of d * bucket[d - 1], d = 1 .. n */
static void buckets_sum(struct und_point *out, const struct desk *desk, uint32_t n)
{
	struct und_point running = und_point_identity, total = und_point_identity;
	bool any = false;

	for (uint32_t d = n; d > 0; d--) {
		if (desk->full[d - 1]) {
			und_point_add(&running, &running, &desk->bucket[d - 1]);
			any = true;
		}
		if (any)
			und_point_add(&total, &total, &running);
	}
	*out = total;
}

/* out = sum of digit * point over the window */
static void window_sum(struct und_point *out, const struct msm *m, const struct desk *desk, unsigned w)
{
	struct cut cut = window_cut(&m->plan, w);
	struct block block[2];
	unsigned now = 0;

	memset(desk->full, 0, cut.half);
	block_cut(&block[now], m, desk, &cut, 0);
	for (size_t i = 0; i < m->n; i += BLOCK, now ^= 1) {
		/* the next block's memory arrives while this one is added */
		if (m->n - i > BLOCK)
			block_cut(&block[now ^ 1], m, desk, &cut, i + BLOCK);
		block_add(desk, &block[now].plus, false);
		block_add(desk, &block[now].minus, true);
	}
	buckets_sum(out, desk, cut.half);
}

static size_t desk_size(unsigned window_max)
{
	size_t n = (size_t)1 << (window_max - 1), bytes = n * (sizeof(struct und_point) + 1);

	return (bytes + 63) & ~(size_t)63;
}

static void job_windows(void *arg, size_t i)
{
	struct msm *m = arg;
	uint8_t *memory = m->work + i * desk_size(m->window_max);
	struct desk desk = { (struct und_point *)(void *)memory, memory + (sizeof(struct und_point) << (m->window_max - 1)) };
	unsigned w;

	while ((w = atomic_fetch_add_explicit(&m->next, 1, memory_order_relaxed)) < m->plan.windows)
		window_sum(&m->sums[w], m, &desk, w);
}

/* ---- all ---- */

static void sums_join(struct und_point *out, const struct msm *m)
{
	struct und_point sum = und_point_identity;

	for (unsigned w = m->plan.windows; w-- > 0;) {
		if (w + 1 < m->plan.windows)
			for (unsigned i = m->plan.shift[w]; i < m->plan.shift[w + 1]; i++)
				decaf_255_point_double(und_own_point(&sum), und_see_point(&sum));
		und_point_add(&sum, &sum, &m->sums[w]);
	}
	*out = sum;
}

/* The widest window that has at most n buckets, 2^(c-1): wider ones never pay. At least 3, for then every length can be made up. */
static unsigned window_max(size_t n)
{
	unsigned c = WINDOW_MIN + 1;

	while (c < WINDOW_MAX && (size_t)1 << c <= n)
		c++;
	return c;
}

/* What the methods work in, besides struct msm and the scalars. */
static size_t work_size(size_t n, unsigned width)
{
	size_t desks = width * desk_size(window_max(n)), small = n <= UND_MSM_SMALL_MAX ? und_msm_small_size(n) : 0;

	return ((desks > small ? desks : small) + 63) & ~(size_t)63;
}

size_t und_msm_scratch_size(size_t n, unsigned width)
{
	return sizeof(struct msm) + work_size(n, width) + n * sizeof(struct und_msm_coded);
}

static void msm_sum(struct und_point *out, struct msm *m, const struct und_pub *scalars, const struct und_runner *runner)
{
	uint64_t sum, cost;
	unsigned bits = code_all(&sum, m, scalars);

	if (bits == 0) {
		*out = und_point_identity;
		return;
	}
	/* one bit more than the longest, for the sign of its first digit; not at full length, see UND_MSM_BITS */
	bits = bits < UND_MSM_BITS ? bits + 1 : UND_MSM_BITS;
	cost = plan_make(&m->plan, m->window_max, bits, sum);
	if (m->n <= UND_MSM_SMALL_MAX && und_msm_small_cost(m->n, sum) <= cost) {
		und_msm_small_var(out, m->coded, m->points, m->n, m->work);
		return;
	}
	code_windows(m);
	und_run(runner, job_windows, m, und_runner_width(runner));
	sums_join(out, m);
}

enum und_err und_msm_var(struct und_point *out, const struct und_pub *scalars, const struct und_point *const *points, size_t n,
                         const struct und_runner *runner)
{
	unsigned width = und_runner_width(runner);
	struct msm *m;

	und_bug_if(n > UINT32_MAX);
	m = und_alloc(1, und_msm_scratch_size(n, width));
	if (m == NULL)
		return UND_ERR_MEMORY;
	m->points = points;
	m->n = n;
	m->window_max = window_max(n);
	m->work = (uint8_t *)m + sizeof *m;
	m->coded = (struct und_msm_coded *)(void *)(m->work + work_size(n, width));
	msm_sum(out, m, scalars, runner);
	free(m);
	return UND_OK;
}
