/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* group/msm.c: sums of many multiples: Pippenger's method, sorted instead of stored in buckets */
#include "group/msm.h"

#include <stdatomic.h>
#include <stdlib.h>

#include "base/base.h"
#include "group/decaf.h"

/*
 * Each scalar, taken between -l/2 and l/2, is written in windows w of c_w bits with signed digits |d| <= 2^(c_w - 1). For every window the
 * points are sorted by their digit, largest first. Then one pass needs no buckets: the running sum of all points with digits >= d
 * is added to the total once for every d. A window costs one addition per non-zero digit and one per possible |d|, and reads each point once.
 * Windows are independent of each other: they are what threads share out.
 */

enum {
	WINDOW_MIN = 2,
	WINDOW_MAX = 15,                       /* so that 2|d|+1 fits in 16 bits */
	SCALAR_BITS = 252,                     /* of |a| <= l/2 */
	WINDOWS_MAX = SCALAR_BITS / WINDOW_MIN,
	KEYS_MAX = (1 << WINDOW_MAX) + 2,      /* keys are 2|d| + (d < 0) */
	AHEAD = 6                              /* points prefetched */
};

struct plan {
	unsigned windows;
	uint8_t shift[WINDOWS_MAX + 1]; /* lowest bit of each; [windows] is the end */
};

/* A recoded scalar: |a| + sum of 2^(shift + c - 1), so that digits are cut out without carries; the sign of a in the highest bit. */
struct coded {
	uint64_t limb[4];
};

/* What one job works in. */
struct desk {
	uint32_t *order;  /* n: indices of points, ascending by key */
	uint16_t *keys;   /* n */
	uint32_t *end;    /* KEYS_MAX: where in order each key ends */
};

struct msm {
	const struct und_point *const *points;
	size_t n;
	struct plan plan;
	struct coded *coded;
	struct desk *desks;
	_Atomic unsigned next; /* window not yet taken */
	struct und_point sums[WINDOWS_MAX];
};

/* ---- scalars ---- */

static unsigned limbs_bits(const uint64_t a[4])
{
	for (unsigned i = 4; i-- > 0;)
		if (a[i] != 0)
			return 64 * i + 64 - (unsigned)__builtin_clzll(a[i]);
	return 0;
}

/* |a|, as an integer <= l/2, its sign in the highest bit. */
static void code_magnitude(struct coded *out, const struct und_pub *a)
{
	struct coded plus, minus;
	struct und_pub negative;

	und_pub_negate(&negative, a);
	und_pub_to_limbs(plus.limb, a);
	und_pub_to_limbs(minus.limb, &negative);
	for (unsigned i = 4; i-- > 0;) {
		if (plus.limb[i] == minus.limb[i])
			continue;
		if (plus.limb[i] < minus.limb[i])
			break;
		*out = minus;
		out->limb[3] |= UINT64_C(1) << 63;
		return;
	}
	*out = plus;
}

static void code_digits(struct coded *a, const uint64_t offset[4])
{
	unsigned __int128 s = 0;

	for (unsigned i = 0; i < 4; i++) {
		s = (s >> 64) + a->limb[i] + offset[i];
		a->limb[i] = (uint64_t)s;
	}
}

/*
 * Fewest additions: windows of nearly equal width over `bits` bits. bits_sum / bits is how many scalars of full length
 * the n amount to.
 */
static void plan_make(struct plan *p, unsigned bits, uint64_t bits_sum)
{
	uint64_t best = UINT64_MAX, cost;
	unsigned k, wide, c;

	p->windows = 1;
	for (k = (bits + WINDOW_MAX - 1) / WINDOW_MAX; k <= bits / WINDOW_MIN; k++) {
		c = bits / k;
		wide = bits % k;
		cost = k * (bits_sum / bits) + wide * (UINT64_C(1) << c) + (k - wide) * (UINT64_C(1) << (c - 1)) + k * (c + 3);
		if (cost < best) {
			best = cost;
			p->windows = k;
		}
	}
	for (k = 0; k <= p->windows; k++)
		p->shift[k] = (uint8_t)(bits * k / p->windows);
}

static void plan_offset(uint64_t offset[4], const struct plan *p)
{
	memset(offset, 0, 4 * sizeof offset[0]);
	for (unsigned w = 0; w < p->windows; w++) {
		unsigned bit = p->shift[w + 1] - 1u;

		offset[bit / 64] |= UINT64_C(1) << (bit % 64);
	}
}

/* Brings all scalars in order and makes the plan; false where all are zero. */
static bool code_all(struct msm *m, const struct und_pub *scalars)
{
	unsigned bits = 0;
	uint64_t offset[4], sum = 0;

	for (size_t i = 0; i < m->n; i++) {
		uint64_t a[4];
		unsigned b;

		code_magnitude(&m->coded[i], &scalars[i]);
		memcpy(a, m->coded[i].limb, sizeof a);
		a[3] &= UINT64_MAX >> 1;
		b = limbs_bits(a);
		bits = b > bits ? b : bits;
		sum += b;
	}
	if (bits == 0)
		return false;
	/* one bit more than the longest, for the sign of its first digit; not at full length, as l/2 is hardly above 2^251 */
	bits = bits < SCALAR_BITS ? bits + 1 : SCALAR_BITS;
	plan_make(&m->plan, bits, sum);
	plan_offset(offset, &m->plan);
	for (size_t i = 0; i < m->n; i++)
		code_digits(&m->coded[i], offset);
	return true;
}

/* ---- one window ---- */

/* Sorts the points by key into desk->order. Zero digits stand first (keys 0 and 1). */
static void window_sort(const struct msm *m, const struct desk *desk, unsigned w)
{
	unsigned shift = m->plan.shift[w], c = m->plan.shift[w + 1] - shift, lo = shift / 64, hi = lo < 3 ? lo + 1 : 3;
	uint32_t half = UINT32_C(1) << (c - 1), mask = w + 1 == m->plan.windows ? 4 * half - 1 : 2 * half - 1, at = 0;

	shift %= 64;
	memset(desk->end, 0, (2 * half + 2) * sizeof desk->end[0]);
	for (size_t i = 0; i < m->n; i++) {
		const uint64_t *a = m->coded[i].limb;
		uint32_t d = (uint32_t)(a[lo] >> shift | a[hi] << 1 << (63 - shift)) & mask;
		uint32_t below = d < half, magnitude = below ? half - d : d - half;

		desk->keys[i] = (uint16_t)(magnitude << 1 | (below ^ (uint32_t)(a[3] >> 63)));
		desk->end[desk->keys[i]]++;
	}
	for (uint32_t k = 0; k < 2 * half + 2; k++) {
		uint32_t count = desk->end[k];

		desk->end[k] = at;
		at += count;
	}
	for (size_t i = 0; i < m->n; i++)
		desk->order[desk->end[desk->keys[i]]++] = (uint32_t)i;
}

/* Half of a window's digits: two such chains of dependent additions run side by side, so that the processor finds work. */
struct chain {
	struct und_point running, total;
	uint32_t key, last; /* from key down to last */
	uint32_t at, low;   /* order[low .. at-1] of this key are to come */
	bool running_set;   /* before, total stays 0 */
};

static void chain_start(struct chain *c, const struct desk *desk, uint32_t top, uint32_t bottom)
{
	c->running = c->total = und_point_identity;
	c->key = 2 * top + 1;
	c->last = 2 * bottom;
	c->at = desk->end[c->key];
	c->low = desk->end[c->key - 1];
	c->running_set = false;
}

/* One addition; false when there was nothing left to do. */
static bool chain_step(struct chain *c, const struct msm *m, const struct desk *desk)
{
	while (c->at == c->low) {
		bool digit_done = (c->key & 1) == 0;

		if (c->key < c->last)
			return false;
		c->key--;
		c->low = c->key < c->last ? c->at : desk->end[c->key - 1];
		if (digit_done && c->running_set) {
			decaf_255_point_add(und_own_point(&c->total), und_see_point(&c->total), und_see_point(&c->running));
			return true;
		}
	}
	c->at--;
	c->running_set = true;
	if (c->at >= AHEAD) {
		const char *p = (const char *)m->points[desk->order[c->at - AHEAD]];

		for (unsigned i = 0; i < sizeof(struct und_point); i += 64)
			__builtin_prefetch(p + i);
	}
	if ((c->key & 1) == 0)
		decaf_255_point_add(und_own_point(&c->running), und_see_point(&c->running), und_see_point(m->points[desk->order[c->at]]));
	else
		decaf_255_point_sub(und_own_point(&c->running), und_see_point(&c->running), und_see_point(m->points[desk->order[c->at]]));
	return true;
}

/* out = sum of digit * point over the window */
static void window_sum(struct und_point *out, const struct msm *m, const struct desk *desk, unsigned w)
{
	unsigned c = m->plan.shift[w + 1] - m->plan.shift[w];
	uint32_t half = UINT32_C(1) << (c - 2);
	struct chain high, low;

	window_sort(m, desk, w);
	chain_start(&high, desk, 2 * half, half + 1);
	chain_start(&low, desk, half, 1);
	while (chain_step(&high, m, desk) | chain_step(&low, m, desk))
		continue;
	/* the upper half was counted from half + 1 as 1 */
	for (unsigned i = 0; i < c - 2; i++)
		decaf_255_point_double(und_own_point(&high.running), und_see_point(&high.running));
	und_point_add(out, &high.total, &high.running);
	und_point_add(out, out, &low.total);
}

static void job_windows(void *arg, size_t i)
{
	struct msm *m = arg;
	unsigned w;

	while ((w = atomic_fetch_add_explicit(&m->next, 1, memory_order_relaxed)) < m->plan.windows)
		window_sum(&m->sums[w], m, &m->desks[i], w);
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

static size_t round_up(size_t n)
{
	return (n + 63) & ~(size_t)63;
}

static size_t desk_size(size_t n)
{
	return round_up(n * (sizeof(uint32_t) + sizeof(uint16_t)) + KEYS_MAX * sizeof(uint32_t));
}

static void desk_lay(struct desk *d, void *memory, size_t n)
{
	d->end = memory;
	d->order = d->end + KEYS_MAX;
	d->keys = (uint16_t *)(void *)(d->order + n);
}

size_t und_msm_scratch_size(size_t n, unsigned width)
{
	return round_up(sizeof(struct msm)) + round_up(n * sizeof(struct coded)) + round_up(width * sizeof(struct desk)) +
	       width * desk_size(n);
}

enum und_err und_msm_var(struct und_point *out, const struct und_pub *scalars, const struct und_point *const *points, size_t n,
                         const struct und_runner *runner)
{
	unsigned width = und_runner_width(runner);
	struct msm *m;
	uint8_t *at;

	und_bug_if(n > UINT32_MAX / 2);
	if (n == 0) {
		*out = und_point_identity;
		return UND_OK;
	}
	m = und_alloc(1, und_msm_scratch_size(n, width));
	if (m == NULL)
		return UND_ERR_MEMORY;
	at = (uint8_t *)m + round_up(sizeof *m);
	m->points = points;
	m->n = n;
	m->coded = (struct coded *)(void *)at;
	at += round_up(n * sizeof(struct coded));
	m->desks = (struct desk *)(void *)at;
	at += round_up(width * sizeof(struct desk));
	for (unsigned i = 0; i < width; i++)
		desk_lay(&m->desks[i], at + i * desk_size(n), n);
	if (code_all(m, scalars)) {
		und_run(runner, job_windows, m, width);
		sums_join(out, m);
	} else {
		*out = und_point_identity;
	}
	free(m);
	return UND_OK;
}
