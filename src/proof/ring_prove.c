/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* ring_prove.c: the prover of spec/protocol.md §3. Everything here may be secret, until it passes und_declassify */
#include <stdlib.h>

#include "base/base.h"
#include "base/secret.h"
#include "proof/mask.h"
#include "proof/nonce.h"
#include "proof/ring_fold.h"
#include "proof/ring_parts.h"

enum { TERMS_MAX = 7 * UND_RING_DIGITS_MAX + 1 };

/* All that one proof must forget. */
struct prover {
	struct und_scalar r_a, r_b, rho[UND_RING_DIGITS_MAX];
	struct und_ring_digit_polynomials p;
	struct und_scalar scalars[TERMS_MAX];
	struct und_point points[TERMS_MAX], sums[UND_RING_DIGITS_MAX + 1], point, part;
	struct und_scalar number;
	uint8_t encoded[UND_POINT_SIZE];
	struct und_nonce nonce;
};

/* x*G must be the key at index; both are secret, whether they agree is not. */
static enum und_err check_member(struct prover *s, const struct und_ring *ring, size_t index,
                                 const struct und_scalar *x)
{
	uint64_t good = 0;

	und_point_mul_base(&s->point, x);
	und_point_encode(s->encoded, &s->point);
	for (size_t k = 0; k < ring->n; k++)
		good |= und_mask_equal(k, index) &
		        und_mask_bytes_equal(ring->keys[k]->encoded, s->encoded, UND_POINT_SIZE);
	good &= ~und_scalar_is_zero(x);
	/* the caller is told whether it holds this key's secret: an error of the caller, made before anything is
	 * published */
	und_declassify(&good, sizeof good);
	return good != 0 ? UND_OK : UND_ERR_NOT_IN_RING;
}

/* Step 1, in the order of "Randomness". */
static void draw(struct prover *s, unsigned m, const uint8_t letter_id[UND_ID_SIZE], const struct und_ring *ring,
                 const uint8_t *tag, size_t index, const struct und_scalar *x, const uint8_t fresh[UND_FRESH_SIZE])
{
	und_nonce_init(&s->nonce, "ring", x,
	               (struct und_bytes[]){ und_bytes(letter_id, UND_ID_SIZE), und_bytes(ring->id, UND_ID_SIZE),
	                                     und_bytes(tag, UND_POINT_SIZE) },
	               3, fresh);
	und_nonce_next(&s->r_a, &s->nonce);
	und_nonce_next(&s->r_b, &s->nonce);
	for (unsigned e = 0; e < m; e++)
		und_nonce_next(&s->rho[e], &s->nonce);
	s->p.m = m;
	for (unsigned j = 0; j < m; j++) {
		struct und_scalar *a = s->p.a[j];

		und_scalar_from_u64(&a[0], 0);
		for (unsigned i = 1; i < 4; i++) {
			und_nonce_next(&a[i], &s->nonce);
			und_scalar_sub(&a[0], &a[0], &a[i]);
		}
		for (unsigned i = 0; i < 4; i++)
			s->p.sigma[j][i] = und_mask_equal((index >> (2 * j)) & 3, i);
	}
}

/* point = point + the sum over n terms of scalars[i]*points[i], two by two */
static void add_terms(struct prover *s, size_t n)
{
	size_t i;

	for (i = 0; i + 1 < n; i += 2) {
		und_point_mul2(&s->part, &s->scalars[i], &s->points[i], &s->scalars[i + 1], &s->points[i + 1]);
		und_point_add(&s->point, &s->point, &s->part);
	}
	if (i < n) {
		und_point_mul(&s->part, &s->scalars[i], &s->points[i]);
		und_point_add(&s->point, &s->point, &s->part);
	}
}

/* A = r_A*H_0 + sum a_{j,i}*H_{1+4j+i} + sum (-a_{j,i}^2)*H_{1+4m+4j+i}. The a_{j,i} add up to 0 over i, which saves a
 * term a digit. */
static void commit_a(struct prover *s, const struct und_point *h)
{
	size_t n = 0;

	s->scalars[n] = s->r_a;
	s->points[n++] = h[0];
	for (unsigned j = 0; j < s->p.m; j++) {
		const struct und_point *digit = &h[1 + 4 * j], *square = &h[1 + 4 * s->p.m + 4 * j];

		for (unsigned i = 0; i < 4; i++) {
			const struct und_scalar *a = &s->p.a[j][i];

			und_scalar_mul(&s->scalars[n], a, a);
			und_point_negate(&s->points[n++], &square[i]);
			if (i == 0)
				continue;
			s->scalars[n] = *a;
			und_point_sub(&s->points[n++], &digit[i], &digit[0]);
		}
	}
	s->point = und_point_identity;
	add_terms(s, n);
}

/* B = r_B*H_0 + sum sigma_{j,i}*H_{1+4j+i} + sum a_{j,i}(1 - 2 sigma_{j,i})*H_{1+4m+4j+i} */
static void commit_b(struct prover *s, const struct und_point *h)
{
	size_t n = 0;

	s->point = und_point_identity;
	s->scalars[n] = s->r_b;
	s->points[n++] = h[0];
	for (unsigned j = 0; j < s->p.m; j++) {
		const struct und_point *digit = &h[1 + 4 * j], *square = &h[1 + 4 * s->p.m + 4 * j];

		s->part = digit[0];
		for (unsigned i = 0; i < 4; i++) {
			und_point_select(&s->part, &s->part, &digit[i], s->p.sigma[j][i]);
			und_scalar_negate(&s->number, &s->p.a[j][i]);
			und_scalar_select(&s->scalars[n], &s->p.a[j][i], &s->number, s->p.sigma[j][i]);
			s->points[n++] = square[i];
		}
		und_point_add(&s->point, &s->point, &s->part);
	}
	add_terms(s, n);
}

/* Writes s->point. The identity cannot be published: UND_ERR_RANDOM. */
static enum und_err publish_point(uint8_t out[UND_POINT_SIZE], struct prover *s)
{
	uint64_t identity;

	und_point_encode(out, &s->point);
	/* part of the proof: blinded by r_A, r_B, rho_e, or (T) what signing means */
	und_declassify(out, UND_POINT_SIZE);
	identity = und_mask_bytes_equal(out, (const uint8_t[UND_POINT_SIZE]){ 0 }, UND_POINT_SIZE);
	return identity == 0 ? UND_OK : UND_ERR_RANDOM;
}

/* Steps 2 and 3: the elements at the head of the proof. */
static enum und_err publish_elements(uint8_t *out, struct prover *s, const struct und_ring *ring,
                                     const struct und_point *h, const struct und_point *u,
                                     const struct und_runner *runner)
{
	enum und_err e, bad = UND_OK;

	e = und_ring_fold(s->sums, ring, &s->p, runner);
	if (e != UND_OK)
		return e;
	commit_a(s, h);
	if ((e = publish_point(out, s)) != UND_OK)
		bad = e;
	out += UND_POINT_SIZE;
	commit_b(s, h);
	if ((e = publish_point(out, s)) != UND_OK)
		bad = e;
	out += UND_POINT_SIZE;
	for (unsigned i = 0; i < s->p.m; i++, out += UND_POINT_SIZE) {
		und_point_mul_base(&s->point, &s->rho[i]);
		und_point_add(&s->point, &s->point, &s->sums[i]);
		if ((e = publish_point(out, s)) != UND_OK)
			bad = e;
	}
	for (unsigned i = 0; i < s->p.m; i++, out += UND_POINT_SIZE) {
		und_point_mul(&s->point, &s->rho[i], u);
		if ((e = publish_point(out, s)) != UND_OK)
			bad = e;
	}
	return bad;
}

static void publish_scalar(uint8_t out[UND_SCALAR_SIZE], const struct und_scalar *a)
{
	und_scalar_encode(out, a);
	/* part of the proof: f hides sigma behind a, z_A hides r_B behind r_A, z hides x behind rho_0 */
	und_declassify(out, UND_SCALAR_SIZE);
}

/* Step 5: the scalars at its tail. */
static void publish_scalars(uint8_t *out, struct prover *s, const struct und_scalar *xi, const struct und_scalar *x)
{
	struct und_scalar power, zero;

	und_scalar_from_u64(&zero, 0);
	for (unsigned j = 0; j < s->p.m; j++) {
		for (unsigned i = 1; i < 4; i++, out += UND_SCALAR_SIZE) {
			und_scalar_select(&s->number, &zero, xi, s->p.sigma[j][i]);
			und_scalar_add(&s->number, &s->number, &s->p.a[j][i]);
			publish_scalar(out, &s->number);
		}
	}
	und_scalar_mul(&s->number, &s->r_b, xi);
	und_scalar_add(&s->number, &s->number, &s->r_a);
	publish_scalar(out, &s->number);
	out += UND_SCALAR_SIZE;
	/* z = x*xi^m - rho_{m-1}*xi^{m-1} - … - rho_0. scalars[0] collects, [1] helps */
	und_scalar_from_u64(&power, 1);
	und_scalar_from_u64(&s->scalars[0], 0);
	for (unsigned e = 0; e < s->p.m; e++) {
		und_scalar_mul(&s->scalars[1], &s->rho[e], &power);
		und_scalar_sub(&s->scalars[0], &s->scalars[0], &s->scalars[1]);
		und_scalar_mul(&power, &power, xi);
	}
	und_scalar_mul(&s->scalars[1], x, &power);
	und_scalar_add(&s->number, &s->scalars[0], &s->scalars[1]);
	publish_scalar(out, &s->number);
}

static enum und_err publish_tag(uint8_t tag[UND_POINT_SIZE], struct prover *s, const struct und_scalar *x,
                                const struct und_point *u)
{
	enum und_err e;

	und_point_mul(&s->point, x, u);
	e = publish_point(tag, s);
	und_bug_if(e != UND_OK); /* x is not zero, U is not the identity */
	return UND_OK;
}

enum und_err und_ring_prove(uint8_t *proof, uint8_t tag[UND_POINT_SIZE], const uint8_t letter_id[UND_ID_SIZE],
                            const struct und_ring *ring, size_t index, const struct und_scalar *x,
                            const uint8_t fresh[UND_FRESH_SIZE], const struct und_runner *runner)
{
	struct und_point h[UND_RING_GENERATORS_MAX], u;
	uint8_t made[UND_PROOF_SIZE_MAX], made_tag[UND_POINT_SIZE];
	struct prover *s;
	struct und_scalar xi;
	struct und_ring_claim claim = { .ring = ring, .tag = made_tag };
	enum und_err e;
	unsigned m;

	if (ring->n == 0 || ring->n > UND_RING_SIZE_MAX)
		return UND_ERR_RING_SIZE;
	m = und_ring_digits(ring->n);
	s = und_alloc(1, sizeof *s);
	if (s == NULL)
		return UND_ERR_MEMORY;
	e = check_member(s, ring, index, x);
	if (e != UND_OK)
		goto out;
	und_ring_generators(h, m);
	und_tag_base(&u, letter_id);
	if ((e = publish_tag(made_tag, s, x, &u)) != UND_OK)
		goto out;
	draw(s, m, letter_id, ring, made_tag, index, x, fresh);
	e = publish_elements(made, s, ring, h, &u, runner);
	if (e != UND_OK)
		goto out;
	und_ring_challenge(&xi, letter_id, ring, made_tag, made);
	if (und_scalar_is_zero(&xi) != 0) {
		e = UND_ERR_RANDOM;
		goto out;
	}
	publish_scalars(made + (size_t)(und_ring_points(m) - 1) * UND_POINT_SIZE, s, &xi, x);
	claim.proof = und_bytes(made, und_ring_proof_size(ring->n));
	e = und_ring_claim_check_var(letter_id, &claim, h, &u, runner);
	und_bug_if(e != UND_OK && e != UND_ERR_MEMORY); /* a proof that does not hold is never handed out */
	if (e != UND_OK)
		goto out;
	memcpy(proof, made, claim.proof.n);
	memcpy(tag, made_tag, UND_POINT_SIZE);
out:
	und_wipe(s, sizeof *s);
	free(s);
	return e;
}
