/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* bench_measure.c: the stop watch: V, operations of the group, peak memory */
#include "cli/bench_measure.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "cli/bench_clock.h"
#include "group/public.h"

/* ---- V ---- */

double und_bench_v(void)
{
	enum { ROUNDS = 20, CALLS = 50 };
	uint8_t public_key[crypto_sign_PUBLICKEYBYTES], secret_key[crypto_sign_SECRETKEYBYTES],
		signature[crypto_sign_BYTES], message[64] = { 0 };
	double least = 0, ns;
	int bad = 0;

	crypto_sign_seed_keypair(public_key, secret_key, message);
	crypto_sign_detached(signature, NULL, message, sizeof message, secret_key);
	for (unsigned r = 0; r < ROUNDS; r++) {
		double begin = und_bench_clock(NULL);

		for (unsigned i = 0; i < CALLS; i++)
			bad |= crypto_sign_verify_detached(signature, message, sizeof message, public_key);
		ns = (und_bench_clock(NULL) - begin) / CALLS;
		if (r == 0 || ns < least)
			least = ns;
	}
	und_bug_if(bad != 0);
	return least;
}

/* ---- operations ---- */

/* What the operations work on. */
struct operands {
	struct und_scalar a, b;
	struct und_point p, q;
	struct und_pub x, y;
	struct und_pub_acc acc[4][4];
	struct und_pub many[8];
	uint8_t bytes[64];
};

static void operands_init(struct operands *o)
{
	memset(o, 0, sizeof *o);
	und_hash_to_scalar(&o->a, "bench", NULL, 0);
	und_scalar_mul(&o->b, &o->a, &o->a);
	und_point_mul_base(&o->p, &o->a);
	und_point_mul_base(&o->q, &o->b);
	und_point_encode(o->bytes, &o->p);
	und_pub_from_scalar(&o->x, &o->a);
	und_pub_from_scalar(&o->y, &o->b);
	for (unsigned i = 0; i < UND_COUNT_OF(o->many); i++)
		und_pub_mul(&o->many[i], i == 0 ? &o->x : &o->many[i - 1], &o->y);
}

/* A function NAME that measures STATEMENT, `calls` times a round, and gives the least of its rounds. */
#define OPERATION(name, calls, statement)                                                                              \
	static double measure_##name(void)                                                                             \
	{                                                                                                              \
		struct operands o;                                                                                     \
		double least = 0, ns;                                                                                  \
                                                                                                                       \
		operands_init(&o);                                                                                     \
		for (unsigned round = 0; round < 10; round++) {                                                        \
			double begin = und_bench_clock(NULL);                                                              \
                                                                                                                       \
			for (unsigned i = 0; i < (calls); i++) {                                                       \
				statement;                                                                             \
			}                                                                                              \
			ns = (und_bench_clock(NULL) - begin) / (calls);                                                    \
			if (round == 0 || ns < least)                                                                  \
				least = ns;                                                                            \
		}                                                                                                      \
		return least;                                                                                          \
	}

OPERATION(add, 5000, und_point_add(&o.p, &o.p, &o.q))
OPERATION(multiply, 50, und_point_mul(&o.p, &o.a, &o.p))
OPERATION(multiply_two, 50, und_point_mul2(&o.p, &o.a, &o.p, &o.b, &o.q))
OPERATION(multiply_base, 50, und_point_mul_base(&o.p, &o.a))
OPERATION(encode, 500, und_point_encode(o.bytes, &o.q))
OPERATION(decode, 500, und_bug_if(und_point_decode(&o.q, o.bytes) != UND_OK))
OPERATION(hash, 200, und_hash_to_point(&o.p, "bench", (struct und_bytes[]){ und_bytes(o.bytes, 32) }, 1))
OPERATION(scalar_multiply, 5000, und_scalar_mul(&o.a, &o.a, &o.b))
OPERATION(public_multiply, 50000, und_pub_mul(&o.x, &o.x, &o.y))
OPERATION(public_product, 2000, und_pub_acc_4x4(o.acc, o.many, 0, o.many + 4, 0, 64))

const struct und_bench_operation und_bench_operations[] = {
	{ "add two elements", measure_add },
	{ "multiply an element", measure_multiply },
	{ "multiply two elements, added", measure_multiply_two },
	{ "multiply the base", measure_multiply_base },
	{ "encode an element", measure_encode },
	{ "decode an element", measure_decode },
	{ "hash to an element", measure_hash },
	{ "multiply secret scalars", measure_scalar_multiply },
	{ "multiply public scalars", measure_public_multiply },
	{ "1,024 products of public scalars, added", measure_public_product },
};
const size_t und_bench_operations_n = UND_COUNT_OF(und_bench_operations);

/* ---- memory ---- */

void und_bench_peak_reset(void)
{
	FILE *f = fopen("/proc/self/clear_refs", "w");

	if (f == NULL)
		return;
	fputs("5", f);
	fclose(f);
}

size_t und_bench_peak(void)
{
	FILE *f = fopen("/proc/self/status", "r");
	char line[256];
	size_t kib = 0;

	if (f == NULL)
		return 0;
	while (fgets(line, sizeof line, f) != NULL)
		if (strncmp(line, "VmHWM:", 6) == 0)
			kib = strtoul(line + 6, NULL, 10);
	fclose(f);
	return kib;
}
