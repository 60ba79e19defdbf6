/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* ed25519.c: from the Edwards encoding of Ed25519 keys to the group */
#include <decaf/ed255.h>

#include "group/decaf.h"
#include "group/ed25519.h"

_Static_assert(DECAF_255_EDDSA_DECODE_RATIO == 2, "halving undoes what decoding multiplies by");

enum und_err und_point_from_ed25519_var(struct und_point *out, const uint8_t in[32])
{
	struct und_point p;
	decaf_255_scalar_t half;

	if (decaf_255_point_decode_like_eddsa_and_mul_by_ratio(und_own_point(&p), in) != DECAF_SUCCESS)
		return UND_ERR_ED25519_POINT;
	decaf_255_scalar_halve(half, decaf_255_scalar_one);
	decaf_255_point_scalarmul(und_own_point(out), und_see_point(&p), half);
	return UND_OK;
}
