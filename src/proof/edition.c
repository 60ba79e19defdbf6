/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* edition.c: a member's chain of keys: one state, hashed forward from edition to edition */
#include "base/base.h"
#include "base/hash.h"
#include "base/secret.h"
#include "proof/edition.h"

void und_chain_wipe(struct und_chain *c)
{
	und_wipe(c, sizeof *c);
}

/* s_{e+1} = SHA-512("undersigned/1 next edition" | 0 | s_e)[0..20], spec/protocol.md §6 */
enum und_err und_chain_advance(struct und_chain *c)
{
	static const char domain[] = "undersigned/1 next edition"; /* hashed with its zero byte */
	struct und_bytes pieces[] = { und_bytes(domain, sizeof domain), und_bytes(c->state, sizeof c->state) };
	uint8_t h[64];

	if (c->edition == UINT16_MAX)
		return UND_ERR_EDITION;
	und_sha512(h, pieces, UND_COUNT_OF(pieces));
	und_wipe(c->state, sizeof c->state);
	memcpy(c->state, h, sizeof c->state);
	c->edition++;
	und_wipe(h, sizeof h);
	return UND_OK;
}

/* x_e = H2S("undersigned/1 edition key", s_e | series), spec/protocol.md §6 */
enum und_err und_chain_secret(struct und_scalar *x, const struct und_chain *c, struct und_bytes series)
{
	struct und_bytes pieces[] = { und_bytes(c->state, sizeof c->state), series };
	enum und_err e = UND_OK;
	struct und_scalar s;
	uint64_t zero;

	und_hash_to_scalar(&s, "undersigned/1 edition key", pieces, UND_COUNT_OF(pieces));
	zero = und_scalar_is_zero(&s);
	und_declassify(&zero, sizeof zero); /* true for one state in 2^252 */
	if (zero)
		e = UND_ERR_SCALAR;
	else
		*x = s;
	und_scalar_wipe(&s);
	return e;
}
