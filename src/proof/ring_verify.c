/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* ring_verify.c: one claim, each of its three equations by itself */
#include <stdlib.h>

#include "base/base.h"
#include "group/msm.h"
#include "proof/ring_parts.h"

/* A sum in the making. */
struct terms {
	struct und_pub *scalars;
	const struct und_point **points;
	size_t n;
};

static void add(struct terms *t, const struct und_pub *scalar, const struct und_point *point)
{
	t->scalars[t->n] = *scalar;
	t->points[t->n++] = point;
}

static void subtract(struct terms *t, const struct und_pub *scalar, const struct und_point *point)
{
	und_pub_negate(&t->scalars[t->n], scalar);
	t->points[t->n++] = point;
}

static enum und_err check_zero(const struct terms *t, const struct und_runner *runner)
{
	struct und_point sum;
	enum und_err e = und_msm_var(&sum, t->scalars, t->points, t->n, runner);

	if (e != UND_OK)
		return e;
	return und_point_equal(&sum, &und_point_identity) != 0 ? UND_OK : UND_ERR_PROOF;
}

/* subtracts the sum of xi^e * points[e], e < m; *power becomes xi^m */
static void subtract_powers(struct terms *t, struct und_pub *power, const struct und_ring_opened *o,
                            const struct und_point *points)
{
	*power = und_pub_one;
	for (unsigned e = 0; e < o->m; e++) {
		subtract(t, power, &points[e]);
		und_pub_mul(power, power, &o->xi);
	}
}

/* (C) z_A*H_0 + sum f_{j,i}*H_{1+4j+i} + sum f_{j,i}(xi - f_{j,i})*H_{1+4m+4j+i} = xi*B + A */
static enum und_err check_c(struct terms *t, const struct und_ring_opened *o, const struct und_point *h,
                            const struct und_runner *runner)
{
	struct und_pub product;

	t->n = 0;
	add(t, &o->z_a, &h[0]);
	for (unsigned i = 0; i < 4 * o->m; i++) {
		add(t, &o->f[i], &h[1 + i]);
		und_pub_sub(&product, &o->xi, &o->f[i]);
		und_pub_mul(&product, &product, &o->f[i]);
		add(t, &product, &h[1 + 4 * o->m + i]);
	}
	subtract(t, &o->xi, &o->points[UND_RING_B]);
	subtract(t, &und_pub_one, &o->points[UND_RING_A]);
	return check_zero(t, runner);
}

/* (T) xi^m*T - sum xi^e*Y_e = z*U */
static enum und_err check_t(struct terms *t, const struct und_ring_opened *o, const struct und_point *u,
                            const struct und_runner *runner)
{
	struct und_pub power;

	t->n = 0;
	subtract_powers(t, &power, o, &o->points[UND_RING_Q + o->m]);
	add(t, &power, &o->points[UND_RING_T]);
	subtract(t, &o->z, u);
	return check_zero(t, runner);
}

/* (K) sum over k of (prod over j of f_{j,k_j})*X_k - sum xi^e*Q_e = z*G */
static enum und_err check_k(struct terms *t, const struct und_ring_opened *o, const struct und_runner *runner)
{
	const struct und_ring *ring = o->ring;
	struct und_pub power, padding;

	und_ring_products_var(t->scalars, ring->n, &und_pub_one, o->f, o->m);
	und_ring_padding_var(&padding, o);
	und_pub_add(&t->scalars[ring->n - 1], &t->scalars[ring->n - 1], &padding);
	for (t->n = 0; t->n < ring->n; t->n++)
		t->points[t->n] = &ring->keys[t->n]->point;
	subtract_powers(t, &power, o, &o->points[UND_RING_Q]);
	subtract(t, &o->z, und_point_base());
	return check_zero(t, runner);
}

enum und_err und_ring_equations_check_var(const struct und_ring_opened *o, const struct und_point *h,
                                          const struct und_point *u, const struct und_runner *runner)
{
	size_t most = o->ring->n + UND_RING_GENERATORS_MAX + 2;
	struct terms t = { 0 };
	enum und_err e = UND_ERR_MEMORY;

	t.scalars = und_alloc(most, sizeof *t.scalars);
	t.points = und_alloc(most, sizeof *t.points);
	if (t.scalars == NULL || t.points == NULL)
		goto out;
	e = check_t(&t, o, u, runner);
	if (e != UND_OK)
		goto out;
	e = check_c(&t, o, h, runner);
	if (e != UND_OK)
		goto out;
	e = check_k(&t, o, runner);
out:
	free(t.scalars);
	free(t.points);
	return e;
}

enum und_err und_ring_claim_check_var(const uint8_t letter_id[UND_ID_SIZE], const struct und_ring_claim *claim,
                                      const struct und_point *h, const struct und_point *u,
                                      const struct und_runner *runner)
{
	struct und_point points[UND_RING_POINTS_MAX];
	struct und_pub f[4 * UND_RING_DIGITS_MAX];
	struct und_ring_opened o = { .points = points, .f = f };
	struct und_scalar xi;
	enum und_err e;

	e = und_ring_claim_size_check(claim);
	if (e != UND_OK)
		return e;
	und_ring_challenge(&xi, letter_id, claim->ring, claim->tag, claim->proof.p);
	e = und_ring_open_var(&o, claim, &xi);
	if (e != UND_OK)
		return e;
	return und_ring_equations_check_var(&o, h, u, runner);
}

enum und_err und_ring_verify_var(const uint8_t letter_id[UND_ID_SIZE], const struct und_ring_claim *claim)
{
	struct und_point h[UND_RING_GENERATORS_MAX], u;
	enum und_err e = und_ring_claim_size_check(claim);

	if (e != UND_OK)
		return e;
	und_ring_generators(h, und_ring_digits(claim->ring->n));
	und_tag_base(&u, letter_id);
	return und_ring_claim_check_var(letter_id, claim, h, &u, NULL);
}
