/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* group/msm_small.h: sums of few multiples, for msm.c only */
#ifndef UND_GROUP_MSM_SMALL_H
#define UND_GROUP_MSM_SMALL_H

#include "group/msm.h"

enum {
	UND_MSM_BITS = 252,      /* of |a| <= l/2, which is hardly above 2^251 */
	UND_MSM_SMALL_MAX = 256, /* points */
	UND_MSM_SMALL_TABLE = 8  /* P, 3P, 5P .. 15P */
};

/* |a| as an integer; the sign of a in the highest bit of limb[3]. */
struct und_msm_coded {
	uint64_t limb[4];
};

/* About how many additions it takes (doublings aside) for scalars that have bits_sum bits together. */
uint64_t und_msm_small_cost(size_t n, uint64_t bits_sum);
size_t und_msm_small_size(size_t n);

/* out = sum of scalars[i] * points[i]. memory: und_msm_small_size(n) bytes, aligned for points. n <= UND_MSM_SMALL_MAX. */
void und_msm_small_var(struct und_point *out, const struct und_msm_coded *scalars, const struct und_point *const *points, size_t n,
                       void *memory);

#endif
