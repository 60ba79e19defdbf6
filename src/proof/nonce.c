/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* nonce.c: the secret scalars of one act */
#include "proof/nonce.h"

#include "base/base.h"
#include "base/hash.h"
#include "base/secret.h"

enum { CONTEXT_PIECES_MAX = 4 };

void und_nonce_init(struct und_nonce *n, const char *purpose, const struct und_scalar *x,
                    const struct und_bytes *context, size_t pieces, const uint8_t fresh[UND_FRESH_SIZE])
{
	static const uint8_t zero;
	uint8_t secret[UND_SCALAR_SIZE];
	struct und_bytes all[6 + CONTEXT_PIECES_MAX];
	size_t count = 0;

	und_bug_if(pieces > CONTEXT_PIECES_MAX);
	und_scalar_encode(secret, x);
	all[count++] = und_cstr("undersigned/1 nonce");
	all[count++] = und_bytes(&zero, 1);
	all[count++] = und_cstr(purpose);
	all[count++] = und_bytes(&zero, 1);
	all[count++] = und_bytes(secret, sizeof secret);
	for (size_t i = 0; i < pieces; i++)
		all[count++] = context[i];
	all[count++] = und_bytes(fresh, UND_FRESH_SIZE);
	und_sha512(n->seed, all, count);
	n->next = 0;
	und_wipe(secret, sizeof secret);
}

void und_nonce_next(struct und_scalar *out, struct und_nonce *n)
{
	uint8_t number[4];

	und_bug_if(n->next == UINT32_MAX);
	und_store_u32be(number, n->next++);
	und_hash_to_scalar(out, "undersigned/1 nonce",
	                   (struct und_bytes[]){ und_bytes(n->seed, sizeof n->seed), und_bytes(number, sizeof number) },
	                   2);
}

void und_nonce_clear(struct und_nonce *n)
{
	und_wipe(n, sizeof *n);
}
