/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* proof/edition.h: a member's chain of keys, one per edition, and its written code (spec/protocol.md §6) */
#ifndef UND_PROOF_EDITION_H
#define UND_PROOF_EDITION_H

#include "group/group.h"

enum {
	UND_STATE_SIZE = 20,
	UND_CODE_CHARS = 40,                    /* base32 characters */
	UND_CODE_SIZE = UND_CODE_CHARS + 9 + 1  /* with dashes and a zero byte */
};

struct und_chain {
	uint16_t edition;
	uint8_t state[UND_STATE_SIZE];
};
void und_chain_wipe(struct und_chain *c);

/* One edition on; the old state is wiped. Errors: UND_ERR_EDITION at 65535. */
UND_MUST_USE enum und_err und_chain_advance(struct und_chain *c);
/* x_e of this edition. Never zero (UND_ERR_SCALAR otherwise, which no chain is known to reach). */
UND_MUST_USE enum und_err und_chain_secret(struct und_scalar *x, const struct und_chain *c, struct und_bytes series);

/* Lower case, ten groups of four joined by '-'. */
void und_code_encode(char out[UND_CODE_SIZE], const struct und_chain *c);
/*
 * Read without regard to case, white space and dashes. Errors: UND_ERR_CODE_FORM (length, characters), UND_ERR_CODE_CHECK (the check bytes).
 * The code is a secret: buffers are wiped by their owners.
 */
UND_MUST_USE enum und_err und_code_decode(struct und_chain *out, struct und_bytes text);

/* A code that fails its check, one slip away from a good one. group and place count from 1. */
struct und_code_slip {
	bool swapped;       /* two neighbours changed places (place and place + 1); otherwise one wrong character */
	unsigned position;  /* 1 … 40, dashes not counted */
	char written, meant;
	char corrected[UND_CODE_SIZE];
};
/*
 * Tries every single wrong character and every swap of neighbours. Returns how many candidates pass the check (usually 0 or 1); the first is in *slip.
 * A single character that is in no code (0, 1, 8, 9 …) is a wrong character too. 0 where the text has another length, more than one such
 * character, or passes as it stands. *slip is untouched then, and as secret as the code: the caller wipes it. Cost: 1,279 times SHA-256.
 */
unsigned und_code_find_slip(struct und_code_slip *slip, struct und_bytes text);

#endif
