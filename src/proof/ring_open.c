/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* ring_open.c: a claim's bytes become points and scalars; the products that belong to the ring's keys */
#include "base/base.h"
#include "proof/ring_parts.h"

enum und_err und_ring_claim_size_check(const struct und_ring_claim *claim)
{
	if (claim->ring->n == 0 || claim->ring->n > UND_RING_SIZE_MAX)
		return UND_ERR_RING_SIZE;
	if (claim->proof.n != und_ring_proof_size(claim->ring->n))
		return UND_ERR_SIZE;
	return UND_OK;
}

static enum und_err open_points(struct und_point *out, const struct und_ring_claim *claim, unsigned m)
{
	enum und_err e = und_point_decode(&out[UND_RING_T], claim->tag);

	for (unsigned i = 1; i < und_ring_points(m) && e == UND_OK; i++)
		e = und_point_decode(&out[i], claim->proof.p + (size_t)(i - 1) * UND_POINT_SIZE);
	return e;
}

/* f_{j,1}, f_{j,2}, f_{j,3} for each j, z_A, z; f_{j,0} = xi - f_{j,1} - f_{j,2} - f_{j,3} */
static enum und_err open_scalars(struct und_ring_opened *o, const uint8_t *in)
{
	enum und_err e;

	for (unsigned j = 0; j < o->m; j++) {
		struct und_pub *f = &o->f[4 * j];

		f[0] = o->xi;
		for (unsigned i = 1; i < 4; i++, in += UND_SCALAR_SIZE) {
			e = und_pub_decode_var(&f[i], in);
			if (e != UND_OK)
				return e;
			und_pub_sub(&f[0], &f[0], &f[i]);
		}
	}
	e = und_pub_decode_var(&o->z_a, in);
	if (e != UND_OK)
		return e;
	return und_pub_decode_var(&o->z, in + UND_SCALAR_SIZE);
}

enum und_err und_ring_open_var(struct und_ring_opened *o, const struct und_ring_claim *claim,
                               const struct und_scalar *xi)
{
	enum und_err e;

	o->ring = claim->ring;
	o->m = und_ring_digits(claim->ring->n);
	und_pub_from_scalar(&o->xi, xi);
	e = open_points(o->points, claim, o->m);
	if (e != UND_OK)
		return e;
	e = open_scalars(o, claim->proof.p + (size_t)(und_ring_points(o->m) - 1) * UND_POINT_SIZE);
	if (e != UND_OK)
		return e;
	/* spec/protocol.md §3, step 5 */
	return und_pub_is_zero_var(&o->xi) ? UND_ERR_PROOF : UND_OK;
}

void und_ring_products_var(struct und_pub *out, size_t count, const struct und_pub *seed, const struct und_pub *f,
                           unsigned digits)
{
	size_t length = 1, k;

	out[0] = *seed;
	for (unsigned j = 0; j < digits; j++, length *= 4) {
		for (unsigned i = 3; i > 0; i--)
			for (k = 0; k < length && i * length + k < count; k++)
				und_pub_mul(&out[i * length + k], &out[k], &f[4 * j + i]);
		for (k = 0; k < length && k < count; k++)
			und_pub_mul(&out[k], &out[k], &f[4 * j]);
	}
}

void und_ring_padding_var(struct und_pub *out, const struct und_ring_opened *o)
{
	struct und_pub higher = und_pub_one, power[UND_RING_DIGITS_MAX], part;

	power[0] = und_pub_one;
	for (unsigned j = 1; j < o->m; j++)
		und_pub_mul(&power[j], &power[j - 1], &o->xi);
	*out = und_pub_zero;
	for (unsigned j = o->m; j-- > 0;) {
		unsigned d = (unsigned)((o->ring->n - 1) >> (2 * j)) & 3;

		part = und_pub_zero;
		for (unsigned i = d + 1; i < 4; i++)
			und_pub_add(&part, &part, &o->f[4 * j + i]);
		und_pub_mul(&part, &part, &power[j]);
		und_pub_mul(&part, &part, &higher);
		und_pub_add(out, out, &part);
		und_pub_mul(&higher, &higher, &o->f[4 * j + d]);
	}
}
