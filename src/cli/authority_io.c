/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* authority_io.c: signing with the key of an organiser, registrar or party */
#include "cli/authority_io.h"

#include "base/secret.h"
#include "proof/authority.h"

int cli_authority_open(struct cli_authority *a, const char *path, const struct cli_secret_options *secret)
{
	struct und_key_plain plain = { 0 };
	int code = cli_key_open(&plain, path, UND_KEY_AUTHORITY, secret);

	if (code == -1) {
		memcpy(a->seed, plain.secret, sizeof a->seed);
		und_authority_public(a->key, a->seed);
	}
	und_key_plain_wipe(&plain);
	return code;
}

void cli_authority_wipe(struct cli_authority *a)
{
	und_wipe(a, sizeof *a);
}

bool cli_authority_has_signed(const struct cli_authority *a, const struct und_record *r)
{
	for (size_t i = 0; i < r->signature_count; i++)
		if (memcmp(r->signatures[i].key, a->key, sizeof a->key) == 0)
			return true;
	return false;
}
