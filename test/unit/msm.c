/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* msm.c: sums of many multiples against naive sums: sizes, extreme scalars, equal points, the identity, threads */
#include <pthread.h>
#include <sodium.h>
#include <stdatomic.h>

#include "base/base.h"
#include "group/msm.h"
#include "tap.h"

enum { MAX = 5000 };

/* Points k_i * G with known k_i: what a sum must be is then one multiple of G. */
struct sum {
	size_t n;
	struct und_scalar *logs;
	struct und_point *points;
	const struct und_point **list;
	struct und_pub *scalars;
};

static struct sum sum_new(size_t n)
{
	struct sum s = { n, und_alloc(n, sizeof *s.logs), und_alloc(n, sizeof *s.points), und_alloc(n, sizeof *s.list),
		         und_alloc(n, sizeof *s.scalars) };
	struct und_scalar k, step;
	struct und_point walk, stride;
	uint8_t wide[64];

	if (s.logs == NULL || s.points == NULL || s.list == NULL || s.scalars == NULL || sodium_init() < 0)
		abort();
	tap_random_bytes(wide, sizeof wide);
	und_scalar_reduce(&k, wide);
	tap_random_bytes(wide, sizeof wide);
	und_scalar_reduce(&step, wide);
	und_point_mul_base(&walk, &k);
	und_point_mul_base(&stride, &step);
	for (size_t i = 0; i < n; i++) {
		s.logs[i] = k;
		s.points[i] = walk;
		s.list[i] = &s.points[i];
		und_scalar_add(&k, &k, &step);
		und_point_add(&walk, &walk, &stride);
	}
	return s;
}

static void sum_free(struct sum *s)
{
	free(s->logs);
	free(s->points);
	free(s->list);
	free(s->scalars);
}

static void random_pub(struct und_pub *out)
{
	struct und_scalar a;
	uint8_t wide[64];

	tap_random_bytes(wide, sizeof wide);
	und_scalar_reduce(&a, wide);
	und_pub_from_scalar(out, &a);
}

static void small_pub(struct und_pub *out, uint64_t v)
{
	struct und_scalar a;

	und_scalar_from_u64(&a, v);
	und_pub_from_scalar(out, &a);
}

static void sum_holds(const struct sum *s, const struct und_runner *runner)
{
	struct und_scalar total, a;
	struct und_point expected, is = *und_point_base();

	und_scalar_from_u64(&total, 0);
	for (size_t i = 0; i < s->n; i++) {
		size_t log = (size_t)(s->list[i] - s->points);

		und_pub_to_scalar(&a, &s->scalars[i]);
		und_scalar_mul(&a, &a, &s->logs[log]);
		und_scalar_add(&total, &total, &a);
	}
	und_point_mul_base(&expected, &total);
	OK(und_msm_var(&is, s->scalars, s->list, s->n, runner));
	if (und_point_equal(&expected, &is) != UINT64_MAX)
		printf("# n %zu\n", s->n);
	CHECK(und_point_equal(&expected, &is) == UINT64_MAX);
}

static const size_t sizes[] = { 0, 1, 2, 3, 4, 5, 7, 8, 15, 16, 17, 31, 32, 33, 64, 100, 200, 255, 256, 257, 300, 511, 512, 1000, 2049, MAX };

TEST(sums_of_every_size)
{
	tap_seed(1);
	for (unsigned i = 0; i < UND_COUNT_OF(sizes); i++) {
		struct sum s = sum_new(sizes[i]);

		for (size_t k = 0; k < s.n; k++)
			random_pub(&s.scalars[k]);
		sum_holds(&s, NULL);
		sum_free(&s);
	}
}

TEST(sums_with_short_scalars)
{
	tap_seed(2);
	for (unsigned i = 0; i < UND_COUNT_OF(sizes); i++) {
		struct sum s = sum_new(sizes[i]);

		for (unsigned bits = 1; bits <= 128; bits = bits * 3 / 2 + 1) {
			for (size_t k = 0; k < s.n; k++) {
				uint8_t le[16];

				tap_random_bytes(le, sizeof le);
				for (unsigned b = bits; b < 128; b++)
					le[b / 8] &= (uint8_t)~(1 << b % 8);
				und_pub_from_u128(&s.scalars[k], le);
				if (tap_below(3) == 0)
					und_pub_negate(&s.scalars[k], &s.scalars[k]);
				if (bits == 128 && tap_below(2) == 0) /* and long ones between */
					random_pub(&s.scalars[k]);
			}
			sum_holds(&s, NULL);
		}
		sum_free(&s);
	}
}

/* 0, 1, 2, l-1, l-2, (l-1)/2, (l+1)/2, 2^k, 2^k - 1, and 2^128 - 1 */
static void extreme_pub(struct und_pub *out, uint64_t which)
{
	struct und_pub two, half;
	uint8_t ones[16];

	small_pub(&two, 2);
	switch (which % 9) {
	case 0:
		*out = und_pub_zero;
		return;
	case 1:
		*out = und_pub_one;
		return;
	case 2:
		und_pub_negate(out, &und_pub_one);
		return;
	case 3:
		und_pub_negate(out, &two);
		return;
	case 4:
		memset(ones, 0xff, sizeof ones);
		und_pub_from_u128(out, ones);
		return;
	case 5:
	case 6:
		/* (l+1)/2 is 1/2 = -(l-1)/2 */
		tap_hex((uint8_t *)half.limb, sizeof half.limb, "f7e97a2e8d31092c6bce7b51ef7c6f0a00000000000000000000000000000008");
		OK(und_pub_decode_var(out, (const uint8_t *)half.limb));
		if (which % 9 == 6)
			und_pub_negate(out, out);
		return;
	default:
		*out = und_pub_one;
		for (uint64_t k = which / 9 % 252; k > 0; k--)
			und_pub_add(out, out, out);
		if (which % 9 == 8)
			und_pub_sub(out, out, &und_pub_one);
	}
}

TEST(sums_with_extreme_scalars)
{
	tap_seed(3);
	for (unsigned i = 1; i < UND_COUNT_OF(sizes); i++) {
		struct sum s = sum_new(sizes[i]);
		unsigned kind;

		/* each kind for all points, then mixed */
		for (kind = 0; kind < 9 && s.n <= 1000; kind++) {
			for (size_t k = 0; k < s.n; k++)
				extreme_pub(&s.scalars[k], kind + 9 * k);
			sum_holds(&s, NULL);
		}
		for (size_t k = 0; k < s.n; k++)
			extreme_pub(&s.scalars[k], tap_random());
		sum_holds(&s, NULL);
		sum_free(&s);
	}
}

TEST(every_power_of_two_alone_and_below)
{
	struct sum s;

	tap_seed(4);
	s = sum_new(2);
	for (unsigned bit = 0; bit < 252; bit++)
		for (unsigned below = 0; below < 2; below++) {
			extreme_pub(&s.scalars[0], 7 + below + 9 * bit);
			s.scalars[1] = und_pub_zero;
			sum_holds(&s, NULL);
		}
	sum_free(&s);
}

TEST(equal_points_and_the_identity)
{
	struct und_point is;

	tap_seed(5);
	for (unsigned i = 1; i < UND_COUNT_OF(sizes); i++) {
		struct sum s = sum_new(sizes[i]);

		/* one point, many times, with equal and with opposite scalars: buckets double, and cancel */
		for (size_t k = 0; k < s.n; k++) {
			s.list[k] = &s.points[tap_below(2) == 0 ? 0 : tap_below(s.n)];
			k % 3 == 0 ? random_pub(&s.scalars[k]) : (void)(s.scalars[k] = s.scalars[k - 1]);
			if (k % 3 == 2)
				und_pub_negate(&s.scalars[k], &s.scalars[k]);
		}
		sum_holds(&s, NULL);
		/* the identity adds nothing */
		und_scalar_from_u64(&s.logs[0], 0);
		s.points[0] = und_point_identity;
		sum_holds(&s, NULL);
		/* nothing but the identity, and nothing but zeros */
		for (size_t k = 0; k < s.n; k++)
			s.list[k] = &und_point_identity;
		OK(und_msm_var(&is, s.scalars, s.list, s.n, NULL));
		CHECK(und_point_equal(&is, &und_point_identity) == UINT64_MAX);
		for (size_t k = 0; k < s.n; k++) {
			s.list[k] = &s.points[k];
			s.scalars[k] = und_pub_zero;
		}
		OK(und_msm_var(&is, s.scalars, s.list, s.n, NULL));
		CHECK(und_point_equal(&is, &und_point_identity) == UINT64_MAX);
		sum_free(&s);
	}
}

TEST(one_wrong_scalar_is_another_sum)
{
	tap_seed(6);
	for (unsigned i = 1; i < UND_COUNT_OF(sizes); i++) {
		struct sum s = sum_new(sizes[i]);
		struct und_point right, wrong;
		struct und_pub *victim = &s.scalars[tap_below(s.n)];

		for (size_t k = 0; k < s.n; k++)
			random_pub(&s.scalars[k]);
		OK(und_msm_var(&right, s.scalars, s.list, s.n, NULL));
		und_pub_add(victim, victim, &und_pub_one);
		OK(und_msm_var(&wrong, s.scalars, s.list, s.n, NULL));
		CHECK(und_point_equal(&right, &wrong) == 0);
		sum_free(&s);
	}
}

/* ---- runners ---- */

struct work {
	void (*job)(void *arg, size_t i);
	void *arg;
	size_t count;
	_Atomic size_t next;
};

static void *worker(void *arg)
{
	struct work *w = arg;
	size_t i;

	while ((i = atomic_fetch_add(&w->next, 1)) < w->count)
		w->job(w->arg, i);
	return NULL;
}

/* As many threads as *ctx says; gives no order. */
static void run_threads(void *ctx, void (*job)(void *arg, size_t i), void *arg, size_t count)
{
	struct work w = { job, arg, count, 0 };
	pthread_t threads[8];
	unsigned n = *(unsigned *)ctx;

	for (unsigned i = 0; i < n; i++)
		if (pthread_create(&threads[i], NULL, worker, &w) != 0)
			abort();
	for (unsigned i = 0; i < n; i++)
		pthread_join(threads[i], NULL);
}

static void run_backwards(void *ctx, void (*job)(void *arg, size_t i), void *arg, size_t count)
{
	size_t *calls = ctx;

	while (count-- > 0) {
		job(arg, count);
		++*calls;
	}
}

TEST(threads_give_the_same_sum)
{
	tap_seed(7);
	for (unsigned threads = 1; threads <= 8; threads++) {
		const struct und_runner runner = { run_threads, &threads, threads };

		for (unsigned i = 0; i < UND_COUNT_OF(sizes); i += 3) {
			struct sum s = sum_new(sizes[i]);

			for (size_t k = 0; k < s.n; k++)
				k % 5 == 0 ? extreme_pub(&s.scalars[k], tap_random()) : random_pub(&s.scalars[k]);
			sum_holds(&s, &runner);
			sum_free(&s);
		}
	}
}

TEST(jobs_may_run_in_any_order_and_are_as_many_as_the_width)
{
	size_t calls = 0;
	const struct und_runner runner = { run_backwards, &calls, 3 };
	struct sum s;

	tap_seed(8);
	s = sum_new(1000);
	for (size_t k = 0; k < s.n; k++)
		random_pub(&s.scalars[k]);
	sum_holds(&s, &runner);
	EQ(3, calls);
	sum_free(&s);
}

TEST(memory_stays_bounded)
{
	/* 32 bytes a point and at most 2.1 MiB a thread */
	for (size_t n = 1; n < 10000000; n = n * 2 + 1)
		for (unsigned width = 1; width <= 8; width++)
			CHECK(und_msm_scratch_size(n, width) <= 32 * n + width * 2200000 + 600000);
	CHECK(und_msm_scratch_size(10, 1) < 64 * 1024);
}
