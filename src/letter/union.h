/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* letter/union.h: two copies of one letter become one (spec/records.md, The state of a letter); the signing bundle */
#ifndef UND_LETTER_UNION_H
#define UND_LETTER_UNION_H

#include "letter/letter.h"

/* What a union left out, and why: for telling people. */
struct und_union_report {
	uint64_t lines, added, dropped; /* of the result; that were not in copies[0]; that no copy keeps */
};
/*
 * copies: whole files, each a valid letter by itself (the caller has read them; und_union reads them again where it must). The result is the file that records.md describes, a function of the set of
 * lines. Errors: UND_ERR_UNION_LETTERS, UND_ERR_UNION_ROSTERS, UND_ERR_MEMORY; any error of a copy that is not valid, with its line (*copy: which).
 */
UND_MUST_USE enum und_err und_union(struct und_buf *out, struct und_union_report *report, const struct und_bytes *copies, size_t n, size_t *copy,
                                    const struct und_letter_options *options, struct und_diag *diag);

/*
 * The signing bundle of one ring of a valid letter file (spec/records.md, Outside the letter file). roster: the ring's; NULL: the letter's own. Errors: UND_ERR_ROSTER_UNKNOWN, UND_ERR_RING_UNKNOWN,
 * UND_ERR_MEMORY; any error of a file that is not valid.
 */
UND_MUST_USE enum und_err und_bundle(struct und_buf *out, struct und_bytes file, const uint8_t *roster, struct und_bytes label,
                                     const struct und_letter_options *options, struct und_diag *diag);

#endif
