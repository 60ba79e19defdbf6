/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* group/msm_small.c: sums of few multiples: Straus's method with signed sliding windows */
#include "group/msm_small.h"

#include "base/base.h"
#include "group/decaf.h"

/*
 * One chain of doublings serves all points. Each scalar is written with odd digits, |d| <= 15, at least five places apart (wNAF), so that a point
 * takes eight additions for its table and about one for every six bits.
 */

enum { WIDTH = 5, PLACES = UND_MSM_BITS + 1 };

uint64_t und_msm_small_cost(size_t n, uint64_t bits_sum)
{
	return (uint64_t)n * UND_MSM_SMALL_TABLE + bits_sum / (WIDTH + 1);
}

size_t und_msm_small_size(size_t n)
{
	return n * (UND_MSM_SMALL_TABLE * sizeof(struct und_point) + PLACES);
}

/* digits[place * n] for this scalar; all are zero before. Returns the number of places used. */
static unsigned write_digits(int8_t *digits, size_t n, const struct und_msm_coded *scalar)
{
	uint64_t a[5] = { scalar->limb[0], scalar->limb[1], scalar->limb[2], scalar->limb[3] & UINT64_MAX >> 1, 0 };
	int sign = scalar->limb[3] >> 63 != 0 ? -1 : 1, carry = 0;
	unsigned place = 0, used = 0;

	while (place < PLACES) {
		unsigned limb = place / 64, shift = place % 64;
		int bits = (int)((a[limb] >> shift | a[limb + 1] << 1 << (63 - shift)) & ((1 << WIDTH) - 1)) + carry;

		if ((bits & 1) == 0) {
			place++;
			continue;
		}
		carry = bits > 1 << (WIDTH - 1);
		digits[place * n] = (int8_t)(sign * (bits - (carry << WIDTH)));
		used = place + 1;
		place += WIDTH;
	}
	return used;
}

/* table[k] = (2k+1) P */
static void fill_table(struct und_point table[UND_MSM_SMALL_TABLE], const struct und_point *p)
{
	struct und_point twice;

	decaf_255_point_double(und_own_point(&twice), und_see_point(p));
	table[0] = *p;
	for (unsigned k = 1; k < UND_MSM_SMALL_TABLE; k++)
		und_point_add(&table[k], &table[k - 1], &twice);
}

void und_msm_small_var(struct und_point *out, const struct und_msm_coded *scalars, const struct und_point *const *points, size_t n,
                       void *memory)
{
	struct und_point(*tables)[UND_MSM_SMALL_TABLE] = memory, sum = und_point_identity;
	int8_t *digits = (int8_t *)(tables + n);
	unsigned places = 0;

	und_bug_if(n > UND_MSM_SMALL_MAX);
	memset(digits, 0, n * PLACES);
	for (size_t i = 0; i < n; i++) {
		unsigned used = write_digits(digits + i, n, &scalars[i]);

		places = used > places ? used : places;
		if (used > 0)
			fill_table(tables[i], points[i]);
	}
	for (unsigned place = places; place-- > 0;) {
		decaf_255_point_double(und_own_point(&sum), und_see_point(&sum));
		for (size_t i = 0; i < n; i++) {
			int d = digits[place * n + i];

			if (d > 0)
				und_point_add(&sum, &sum, &tables[i][d / 2]);
			else if (d < 0)
				und_point_sub(&sum, &sum, &tables[i][-d / 2]);
		}
	}
	*out = sum;
}
