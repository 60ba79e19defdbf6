/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cli/bench_measure.h: what bench measures, apart from how it is printed */
#ifndef UND_CLI_BENCH_MEASURE_H
#define UND_CLI_BENCH_MEASURE_H

#include "proof/ring.h"

/*
 * Times are nanoseconds: of the thread's processor time without a runner, of wall clock with one (bench_clock.h). Each call measures once; the caller repeats and takes
 * the least. sodium_init first.
 */

/* V: one libsodium Ed25519 verification of a 64-byte message; the least of several rounds. */
double und_bench_v(void);

/* ---- operations of the group, each by its name ---- */

struct und_bench_operation {
	const char *name;
	double (*measure)(void); /* ns of one */
};
extern const struct und_bench_operation und_bench_operations[];
extern const size_t und_bench_operations_n;

/* ---- rings and signatures ---- */

/* Invented rings of ring_size members each, and signatures on one letter in them. Repeatable. */
struct und_bench_world;
/*
 * Of each ring's signatures only `distinct` are proved, with the prover; the rest are copies (verification works the
 * same, and does not notice). signatures may be 0. Errors: UND_ERR_MEMORY.
 */
UND_MUST_USE enum und_err und_bench_world_new(struct und_bench_world **out, size_t rings, size_t ring_size,
                                              size_t signatures, size_t distinct, const struct und_runner *runner);
void und_bench_world_free(struct und_bench_world *w);

/* One signature in the first ring, the ring's decoding and the prover's own verification included. */
UND_MUST_USE enum und_err und_bench_sign(double *ns, struct und_bench_world *w, const struct und_runner *runner);
/* One signature of the first ring verified by itself; decode: with its ring. */
UND_MUST_USE enum und_err und_bench_verify_one(double *ns, struct und_bench_world *w, bool decode,
                                               const struct und_runner *runner);
/* All signatures in one batch, ns a signature; decode: with all rings. */
UND_MUST_USE enum und_err und_bench_verify_batch(double *ns, struct und_bench_world *w, bool decode,
                                                 const struct und_random *random, const struct und_runner *runner);

/* ---- memory ---- */

/* The largest resident size of this process since the last reset, in KiB (Linux: VmHWM); 0 where unknown. */
void und_bench_peak_reset(void);
size_t und_bench_peak(void);

#endif
