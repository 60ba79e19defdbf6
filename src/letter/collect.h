/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* letter/collect.h: what members hand in, judged by a collector that must not show whether it knows their tag: beside the letter, without changing it */
#ifndef UND_LETTER_COLLECT_H
#define UND_LETTER_COLLECT_H

#include "letter/letter.h"

/*
 * One line of a member: a signature, a withdrawal or a vote. Judged is everything that holds whoever signed before: its form, its letter, roster, ring and size, question and choice, and its proof. Not
 * looked at: whether the tag has signed, withdrawn or voted, dates, and shares (und_letter_may_sign). The line is lent until und_collected_clear.
 */
struct und_collected {
	struct und_bytes line;
	enum und_err verdict;        /* UND_OK: und_letter_append would take the line, but for what its tag did before */
	struct und_diag diag;        /* its member */
	struct und_record record;    /* of UND_TYPE_SIGNATURE, _WITHDRAWAL or _VOTE, where `decoded` */
	bool decoded;
	const struct und_ring *ring; /* of a signature; lives as long as l */
	const uint8_t *tag, *question; /* in record; question: of a vote, else NULL */
	und_day closes;              /* of a vote: the question's */
	uint8_t message_hash[32];    /* of withdrawals and votes */
};

/*
 * Everything but the proofs, of n lines: fills the rest of each. Needs l for itself: it prepares rings that nobody asked for before. Errors: UND_ERR_MEMORY, after which only clear is allowed.
 * Verdicts: UND_ERR_TYPE (none of the three), UND_ERR_OTHER_LETTER, UND_ERR_BEFORE_WORDS, and those of form and of letter.h.
 */
UND_MUST_USE enum und_err und_collect_look(struct und_letter *l, struct und_collected *acts, size_t n);
/*
 * The proofs of those whose verdict is UND_OK, in one batch. Uses nothing of the letter but its id and the rings: others may use or change l at the same time, as long as it lives. Every bad one is found.
 * Errors: UND_ERR_MEMORY, UND_ERR_RANDOM: verdicts mean nothing.
 */
UND_MUST_USE enum und_err und_collect_prove(struct und_collected *acts, size_t n, const uint8_t letter[UND_ID_SIZE], const struct und_random *random, const struct und_runner *runner);
void und_collected_clear(struct und_collected *act);

/* As und_letter_append, for a line whose proof was judged before: by und_collect_prove, or where it is known to have been. */
UND_MUST_USE enum und_err und_letter_append_proven(struct und_letter *l, struct und_bytes line, struct und_diag *diag);

#endif
