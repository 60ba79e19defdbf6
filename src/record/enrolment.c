/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* enrolment.c: the keys of a chain's editions, each with the proof that its secret is known, as one line */
#include "record/enrolment.h"

#include <stdlib.h>

#include "base/secret.h"
#include "proof/tag.h"

static enum und_err prove(struct und_enrolment_key *out, const struct und_chain *chain, struct und_bytes series, const struct und_random *random)
{
	uint8_t fresh[UND_FRESH_SIZE];
	struct und_point point;
	struct und_scalar x;
	enum und_err e;

	e = und_chain_secret(&x, chain, series);
	if (e != UND_OK)
		return e;
	out->edition = chain->edition;
	und_point_mul_base(&point, &x);
	und_point_encode(out->key, &point);
	und_declassify(out->key, sizeof out->key); /* it goes onto a roster */
	und_point_wipe(&point);
	e = random->fill(random->ctx, fresh, sizeof fresh);
	if (e == UND_OK)
		e = und_possession_prove(out->proof, &x, series, chain->edition, fresh);
	und_wipe(fresh, sizeof fresh);
	und_scalar_wipe(&x);
	return e;
}

/* The keys of this and the coming editions; fewer where editions end. */
static enum und_err fill(struct und_enrolment_key *keys, size_t *count, const struct und_chain *from, struct und_bytes series,
                         const struct und_random *random)
{
	struct und_chain chain = *from;
	enum und_err e = UND_OK;
	size_t n = 0;

	while (n < *count) {
		e = prove(&keys[n], &chain, series, random);
		if (e != UND_OK)
			break;
		n++;
		if (n == *count || chain.edition == UINT16_MAX)
			break;
		e = und_chain_advance(&chain);
		if (e != UND_OK)
			break;
	}
	*count = n;
	und_chain_wipe(&chain);
	return e;
}

enum und_err und_enrolment_write(struct und_buf *line, const struct und_chain *chain, struct und_bytes series, struct und_bytes body,
                                 size_t *editions, const struct und_random *random)
{
	struct und_enrolment_key *keys = und_alloc(*editions, sizeof *keys);
	struct und_record r;
	enum und_err e;

	if (keys == NULL)
		return UND_ERR_MEMORY;
	e = fill(keys, editions, chain, series, random);
	if (e == UND_OK) {
		und_record_init(&r);
		r.type = UND_TYPE_ENROLMENT;
		r.v = 1;
		r.u.enrolment = (struct und_enrolment){ series, body, keys, *editions };
		e = und_record_encode(line, &r);
	}
	free(keys);
	return e;
}
