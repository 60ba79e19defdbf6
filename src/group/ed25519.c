/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* ed25519.c: from the Edwards encoding of Ed25519 keys to the group */
#include <decaf.h>
#include <decaf/ed255.h>

#include "base/base.h"
#include "group/ed25519.h"

_Static_assert(sizeof(struct und_point) == sizeof(decaf_255_point_t), "a point is libdecaf's");
_Static_assert(DECAF_255_EDDSA_DECODE_RATIO == 2, "halving undoes what decoding multiplies by");

enum und_err und_point_from_ed25519_var(struct und_point *out, const uint8_t in[32])
{
	decaf_255_point_t p;
	decaf_255_scalar_t half;

	if (decaf_255_point_decode_like_eddsa_and_mul_by_ratio(p, in) != DECAF_SUCCESS)
		return UND_ERR_ED25519_POINT;
	decaf_255_scalar_halve(half, decaf_255_scalar_one);
	decaf_255_point_scalarmul(p, p, half);
	memcpy(out, p, sizeof *out);
	return UND_OK;
}
