/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* record/enrolment.h: the line by which a member asks for a place on the roll (spec/records.md, Outside the letter file) */
#ifndef UND_RECORD_ENROLMENT_H
#define UND_RECORD_ENROLMENT_H

#include "proof/edition.h"
#include "record/record.h"

/*
 * Appends the line (no LF) with the keys of the chain's edition and the coming ones, *editions in all (1 to UND_ENROLMENT_KEYS_MAX); fewer where editions end, and *editions says so. series and body are ids. Each key comes with the
 * proof that its secret is known (spec/protocol.md §5). Errors: UND_ERR_MEMORY, UND_ERR_RANDOM, UND_ERR_LIMIT.
 */
UND_MUST_USE enum und_err und_enrolment_write(struct und_buf *line, const struct und_chain *chain, struct und_bytes series, struct und_bytes body,
                                              size_t *editions, const struct und_random *random);

#endif
