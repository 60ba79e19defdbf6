/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* letter/act.h: what a member does: sign, withdraw, vote. No tag is computed before the letter was seen whole, checked, its words opened and its registrars' pin compared (spec/protocol.md §2) */
#ifndef UND_LETTER_ACT_H
#define UND_LETTER_ACT_H

#include "letter/letter.h"

/* Who acts. pin: NULL where the member has none. */
struct und_member {
	const struct und_scalar *x;
	const uint8_t *pin;
};

/*
 * All of them: l has ended without error (file or bundle). Errors besides their own: UND_ERR_PIN, UND_ERR_SEALED (the words are neither in the file nor opened), UND_ERR_NO_LETTER,
 * UND_ERR_NOT_IN_RING, UND_ERR_MEMORY, UND_ERR_RANDOM. A line is appended to out (no LF) only on UND_OK.
 */

/* What all of them ask first, alone and in this order: a letter, its words, the pin, the key on a roster. Computes no tag. */
UND_MUST_USE enum und_err und_act_check(const struct und_letter *l, const struct und_member *m);
/* The tag of this member on this letter, for asking whether it signed. */
UND_MUST_USE enum und_err und_act_tag(uint8_t tag[UND_POINT_SIZE], struct und_letter *l, const struct und_member *m);
/* Also UND_ERR_TAG_KNOWN, UND_ERR_RING_* of und_letter_may_sign. Dates are the caller's business. */
UND_MUST_USE enum und_err und_act_sign(struct und_buf *out, struct und_letter *l, const struct und_member *m, const uint8_t roster[UND_ID_SIZE],
                                       struct und_bytes label, const struct und_random *random, const struct und_runner *runner);
/* In a file also UND_ERR_TAG_UNKNOWN, UND_ERR_WITHDRAWN_ALREADY (a bundle cannot tell). */
UND_MUST_USE enum und_err und_act_withdraw(struct und_buf *out, struct und_letter *l, const struct und_member *m, const struct und_random *random);
/* Also UND_ERR_QUESTION_UNKNOWN, UND_ERR_CHOICE_UNKNOWN, UND_ERR_VOTED_ALREADY, and as withdraw. */
UND_MUST_USE enum und_err und_act_vote(struct und_buf *out, struct und_letter *l, const struct und_member *m, const uint8_t question[UND_ID_SIZE],
                                       struct und_bytes choice, const struct und_random *random);

#endif
