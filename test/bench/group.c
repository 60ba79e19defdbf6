/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* group.c: what one operation of the group costs, in nanoseconds of processor time and beside V, one Ed25519 verification of libsodium in the same run */
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/base.h"
#include "group/msm.h"

enum { POINTS = 47000, PRODUCTS = 400, ROUNDS = 5 };

static struct {
	struct und_point *points;
	const struct und_point **list;
	struct und_pub *scalars;
	struct und_scalar a, b;
	struct und_point p, q, out;
	uint8_t encoded[32];
	struct und_pub_acc acc[4][4];
	unsigned char key[crypto_sign_PUBLICKEYBYTES], signature[crypto_sign_BYTES];
	double v;
} bench;

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static void must(enum und_err e)
{
	if (e != UND_OK)
		abort();
}

static void set_up(void)
{
	unsigned char secret[crypto_sign_SECRETKEYBYTES];
	uint8_t wide[64];

	if (sodium_init() < 0)
		abort();
	bench.points = und_alloc(POINTS, sizeof *bench.points);
	bench.list = und_alloc(POINTS, sizeof *bench.list);
	bench.scalars = und_alloc(POINTS, sizeof *bench.scalars);
	if (bench.points == NULL || bench.list == NULL || bench.scalars == NULL)
		abort();
	for (size_t i = 0; i < POINTS; i++) {
		randombytes_buf(wide, sizeof wide);
		und_point_from_uniform(&bench.points[i], wide);
		bench.list[i] = &bench.points[i];
		randombytes_buf(wide, sizeof wide);
		und_scalar_reduce(&bench.a, wide);
		und_pub_from_scalar(&bench.scalars[i], &bench.a);
	}
	und_pub_to_scalar(&bench.b, &bench.scalars[0]);
	bench.p = bench.out = bench.points[0];
	bench.q = bench.points[1];
	und_point_encode(bench.encoded, &bench.p);
	crypto_sign_keypair(bench.key, secret);
	crypto_sign_detached(bench.signature, NULL, bench.encoded, sizeof bench.encoded, secret);
}

/* ---- operations; each does `count` of what its name says ---- */

static void op_verify(size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (crypto_sign_verify_detached(bench.signature, bench.encoded, sizeof bench.encoded, bench.key) != 0)
			abort();
}

static void op_add(size_t count)
{
	for (size_t i = 0; i < count; i++)
		und_point_add(&bench.out, &bench.out, &bench.points[i % POINTS]);
}

static void op_decode(size_t count)
{
	for (size_t i = 0; i < count; i++)
		must(und_point_decode(&bench.out, bench.encoded));
}

static void op_encode(size_t count)
{
	uint8_t out[32];

	for (size_t i = 0; i < count; i++)
		und_point_encode(out, &bench.p);
}

static void op_mul(size_t count)
{
	for (size_t i = 0; i < count; i++)
		und_point_mul(&bench.out, &bench.a, &bench.p);
}

static void op_mul_base(size_t count)
{
	for (size_t i = 0; i < count; i++)
		und_point_mul_base(&bench.out, &bench.a);
}

static void op_mul2(size_t count)
{
	for (size_t i = 0; i < count; i++)
		und_point_mul2(&bench.out, &bench.a, &bench.p, &bench.b, &bench.q);
}

static void op_hash_to_point(size_t count)
{
	const struct und_bytes msg = und_bytes(bench.encoded, 32);

	for (size_t i = 0; i < count; i++)
		und_hash_to_point(&bench.out, "undersigned/1 bench", &msg, 1);
}

static void op_scalar_mul(size_t count)
{
	for (size_t i = 0; i < count; i++)
		und_scalar_mul(&bench.a, &bench.a, &bench.b);
}

static void op_pub_mul(size_t count)
{
	for (size_t i = 0; i < count; i++)
		und_pub_mul(&bench.scalars[0], &bench.scalars[0], &bench.scalars[1]);
}

static void op_products(size_t count)
{
	for (size_t i = 0; i < count; i += 16 * PRODUCTS)
		und_pub_acc_4x4(bench.acc, bench.scalars, 4, bench.scalars + 4 * PRODUCTS, 4, PRODUCTS);
}

static void op_products_of_10(size_t count)
{
	for (size_t i = 0; i < count; i += 16 * 10)
		und_pub_acc_4x4(bench.acc, bench.scalars, 4, bench.scalars + 4 * PRODUCTS, 4, 10);
}

static void op_reduce(size_t count)
{
	for (size_t i = 0; i < count; i++)
		und_pub_acc_reduce(&bench.scalars[0], &bench.acc[i % 4][i / 4 % 4]);
}

static void op_msm(size_t n)
{
	must(und_msm_var(&bench.out, bench.scalars, bench.list, n, NULL));
}

/* The best of some rounds, per unit. */
static double measure(void (*op)(size_t count), size_t count)
{
	double best = 0;

	for (unsigned r = 0; r < ROUNDS; r++) {
		double start = now(), t;

		op(count);
		t = (now() - start) / (double)count;
		best = r == 0 || t < best ? t : best;
	}
	return best;
}

static void report(const char *name, void (*op)(size_t count), size_t count)
{
	double ns = measure(op, count);

	if (op == op_verify)
		bench.v = ns;
	printf("%-44s %10.1f ns  %9.5f V\n", name, ns, ns / bench.v);
}

int main(void)
{
	set_up();
	report("V, one Ed25519 verification (libsodium)", op_verify, 500);
	report("point add", op_add, 20000);
	report("point decode", op_decode, 2000);
	report("point encode", op_encode, 2000);
	report("point mul, constant time", op_mul, 500);
	report("point mul base, constant time", op_mul_base, 500);
	report("point mul2, constant time", op_mul2, 500);
	report("hash to point", op_hash_to_point, 2000);
	report("scalar mul, constant time", op_scalar_mul, 100000);
	report("public scalar mul", op_pub_mul, 200000);
	report("product in a 4x4 block of 400", op_products, 16 * PRODUCTS * 20);
	report("product in a 4x4 block of 10", op_products_of_10, 16 * 10 * 1000);
	report("reduction of a sum of products", op_reduce, 100000);
	report("sum of multiples, per point, n = 8", op_msm, 8);
	report("sum of multiples, per point, n = 64", op_msm, 64);
	report("sum of multiples, per point, n = 256", op_msm, 256);
	report("sum of multiples, per point, n = 1,024", op_msm, 1024);
	report("sum of multiples, per point, n = 6,000", op_msm, 6000);
	report("sum of multiples, per point, n = 16,384", op_msm, 16384);
	report("sum of multiples, per point, n = 47,000", op_msm, POINTS);
	free(bench.points);
	free(bench.list);
	free(bench.scalars);
	return 0;
}
