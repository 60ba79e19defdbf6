/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* group/msm.h: sums of many multiples, for public data */
#ifndef UND_GROUP_MSM_H
#define UND_GROUP_MSM_H

#include "group/public.h"

/*
 * out = sum over i of scalars[i] * points[i], i = 0 .. n-1.
 *
 * points is a list of pointers, so that rings, generators and proofs need not be copied together.
 * Time and memory accesses depend on everything: never give it a secret. n may be 0 (out becomes the identity).
 * runner may be NULL; with a runner of width w, the windows are shared out among w jobs.
 * Memory: und_msm_scratch_size(n, width) bytes, allocated and freed inside: 32 a point and at most 2.1 MiB a job. Errors: UND_ERR_MEMORY.
 * Cost: about (b/c)(n + 2^(c-1)) additions for scalars of b bits and windows of c, c chosen from n. Scalars count by their length, and
 * l - a as a: those of at most 128 bits cost half.
 * Method: Pippenger's buckets with signed digits; for few points Straus's, where a point takes 8 + b/6 additions and runner is not used.
 */
UND_MUST_USE enum und_err und_msm_var(struct und_point *out, const struct und_pub *scalars, const struct und_point *const *points, size_t n,
                                      const struct und_runner *runner);
size_t und_msm_scratch_size(size_t n, unsigned width);

#endif
