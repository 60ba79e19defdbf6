/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* member_key.c: a member's chain begun, and the line that asks for a place on the roll */
#include "cli/member_key.h"

#include <stdlib.h>

#include "base/secret.h"
#include "cli/key_words.h"
#include "proof/edition.h"
#include "proof/tag.h"
#include "record/record.h"

int cli_member_key_make(struct und_key_plain *plain, const char *series, uint16_t edition, const char *pin)
{
	const struct und_random *random = cli_random();
	int code;

	*plain = (struct und_key_plain){ .kind = UND_KEY_CHAIN, .edition = edition };
	code = cli_key_describe(plain, series, pin);
	if (code != -1)
		return code;
	if (random->fill(random->ctx, plain->secret, UND_STATE_SIZE) != UND_OK)
		return cli_fail(CLI_TRIED, cli_advice(UND_ERR_RANDOM), "%s.", und_err_text(UND_ERR_RANDOM));
	return -1;
}

static enum und_err prove(struct und_enrolment_key *out, const struct und_chain *chain, struct und_bytes series)
{
	const struct und_random *random = cli_random();
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
	e = random->fill(random->ctx, fresh, sizeof fresh);
	if (e == UND_OK)
		e = und_possession_prove(out->proof, &x, series, chain->edition, fresh);
	und_wipe(fresh, sizeof fresh);
	und_scalar_wipe(&x);
	return e;
}

/* The keys of this and the coming editions; fewer where editions end. */
static enum und_err fill(struct und_enrolment_key *keys, size_t *count, const struct und_key_plain *plain)
{
	struct und_chain chain = { .edition = plain->edition };
	enum und_err e = UND_OK;
	size_t n = 0;

	memcpy(chain.state, plain->secret, sizeof chain.state);
	while (n < *count) {
		e = prove(&keys[n], &chain, und_cstr(plain->series));
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

enum und_err cli_enrolment(struct und_buf *line, const struct und_key_plain *plain, struct und_bytes body, size_t *editions)
{
	struct und_enrolment_key *keys = und_alloc(*editions, sizeof *keys);
	struct und_record r;
	enum und_err e;

	if (keys == NULL)
		return UND_ERR_MEMORY;
	e = fill(keys, editions, plain);
	if (e == UND_OK) {
		und_record_init(&r);
		r.type = UND_TYPE_ENROLMENT;
		r.v = 1;
		r.u.enrolment = (struct und_enrolment){ und_cstr(plain->series), body, keys, *editions };
		e = und_record_encode(line, &r);
	}
	free(keys);
	return e;
}
