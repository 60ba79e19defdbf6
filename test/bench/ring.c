/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* ring.c: what ring proofs cost, beside V = one libsodium Ed25519 verification measured between the runs */
#include <pthread.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "cli/bench_measure.h"
#include "os/os.h"

struct scene {
	const char *name;
	size_t rings, ring_size, signatures, distinct;
	double decoded, included; /* what must be reached, in V; 0: nothing is asked */
	size_t kib;               /* most memory */
	unsigned rounds;
};

static const struct scene scenes[] = {
	{ "400 in one ring of 1,024", 1, 1024, 400, 8, 0, 4, 0, 7 },
	{ "40 x 10 in rings of 256", 40, 256, 10, 2, 5.5, 8, 0, 7 },
	{ "40 x 10 in rings of 1,024", 40, 1024, 10, 1, 13, 0, 0, 5 },
	{ "400 in one ring of 4,096", 1, 4096, 400, 4, 5.75, 6.75, 0, 7 },
	{ "10,000 in one ring of 16,384", 1, 16384, 10000, 4, 0, 8, 192 << 10, 2 },
};
static const size_t sign_sizes[] = { 256, 1024, 4096, 16384 };

static struct und_pool *two;
static const char *only = "";

static void must(enum und_err e)
{
	if (e == UND_OK)
		return;
	printf("%s\n", und_err_text(e));
	exit(1);
}

/* The least of some rounds, in V; V is measured beside each. */
struct ratio {
	double ns, v;
};

static void add_round(struct ratio *r, double ns)
{
	double v = und_bench_v();

	if (r->ns == 0 || ns < r->ns)
		r->ns = ns;
	if (r->v == 0 || v < r->v)
		r->v = v;
}

static void print_limit(double value, double limit)
{
	if (limit != 0)
		printf(" (at most %g: %s)", limit, value <= limit ? "yes" : "NO");
}

static struct ratio batch(const struct scene *s, struct und_bench_world *w, bool decode,
                          const struct und_runner *runner)
{
	struct ratio r = { 0 };
	double ns;

	for (unsigned i = 0; i < s->rounds; i++) {
		must(und_bench_verify_batch(&ns, w, decode, und_os_random(), runner));
		add_round(&r, ns);
	}
	return r;
}

static void run_scene(const struct scene *s)
{
	struct und_bench_world *w;
	struct ratio decoded, included, parallel;
	double one = 0;
	size_t peak;

	must(und_bench_world_new(&w, s->rings, s->ring_size, s->signatures, s->distinct, und_pool_runner(two)));
	und_bench_peak_reset();
	decoded = batch(s, w, false, NULL);
	included = batch(s, w, true, NULL);
	peak = und_bench_peak();
	parallel = batch(s, w, true, und_pool_runner(two));
	for (unsigned i = 0; i < 3; i++) {
		double ns;

		must(und_bench_verify_one(&ns, w, false, NULL));
		one = i == 0 || ns < one ? ns : one;
	}
	printf("%-30s decoded %6.2f V", s->name, decoded.ns / decoded.v);
	print_limit(decoded.ns / decoded.v, s->decoded);
	printf("  included %6.2f V", included.ns / included.v);
	print_limit(included.ns / included.v, s->included);
	printf("  two threads %.2fx  one alone %.0f V  %zu MiB", included.ns / parallel.ns, one / decoded.v,
	       peak >> 10);
	print_limit((double)peak, (double)s->kib);
	printf("  [%.1f us, V %.1f us]\n", included.ns / 1e3, included.v / 1e3);
	fflush(stdout);
	und_bench_world_free(w);
}

static void run_sign(size_t n)
{
	struct und_bench_world *w;
	struct ratio r = { 0 }, parallel = { 0 };
	double ns;

	must(und_bench_world_new(&w, 1, n, 0, 0, NULL));
	for (unsigned i = 0; i < (n <= 1024 ? 5 : 2); i++) {
		must(und_bench_sign(&ns, w, NULL));
		add_round(&r, ns);
		must(und_bench_sign(&ns, w, und_pool_runner(two)));
		add_round(&parallel, ns);
	}
	printf("sign, N = %-6zu  %6.0f V, %.3f V a key", n, r.ns / r.v, r.ns / r.v / (double)n);
	print_limit(r.ns / r.v, n == 1024 ? 1600 : 0);
	printf("  two threads %.2fx  [%.1f ms]\n", r.ns / parallel.ns, r.ns / 1e6);
	fflush(stdout);
	und_bench_world_free(w);
}

/* With an argument, runs what has it in its name. */
int main(int argc, char **argv)
{
	char name[64];

	if (argc > 1)
		only = argv[1];
	if (sodium_init() < 0)
		return 1;
	must(und_pool_new(&two, 2));
	printf("V = %.1f us\n", und_bench_v() / 1e3);
	for (size_t i = 0; i < und_bench_operations_n && strstr("operations", only) != NULL; i++)
		printf("%-40s %10.0f ns\n", und_bench_operations[i].name, und_bench_operations[i].measure());
	for (size_t i = 0; i < UND_COUNT_OF(sign_sizes); i++) {
		snprintf(name, sizeof name, "sign %zu", sign_sizes[i]);
		if (strstr(name, only) != NULL)
			run_sign(sign_sizes[i]);
	}
	for (size_t i = 0; i < UND_COUNT_OF(scenes); i++)
		if (strstr(scenes[i].name, only) != NULL)
			run_scene(&scenes[i]);
	und_pool_free(two);
	return 0;
}
