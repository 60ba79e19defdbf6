/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* member_key.c: a member's chain begun, and the line that asks for a place on the roll */
#include "cli/member_key.h"

#include "cli/key_words.h"
#include "record/enrolment.h"

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

enum und_err cli_enrolment(struct und_buf *line, const struct und_key_plain *plain, struct und_bytes body, size_t *editions)
{
	struct und_chain chain = { .edition = plain->edition };
	enum und_err e;

	memcpy(chain.state, plain->secret, sizeof chain.state);
	e = und_enrolment_write(line, &chain, und_cstr(plain->series), body, editions, cli_random());
	und_chain_wipe(&chain);
	return e;
}
