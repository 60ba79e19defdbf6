/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* letter/pending.h: proofs that wait for a batch, in bounded memory. For letter/ only */
#ifndef UND_LETTER_PENDING_H
#define UND_LETTER_PENDING_H

#include "proof/ring.h"
#include "record/record.h"

struct und_letter;
struct und_step;

struct und_waiting_ring {
	uint64_t line;
	const struct und_ring *ring;
	size_t tag; /* its number: the tags may move */
	size_t offset, n; /* in proofs */
};
struct und_waiting_tag {
	uint64_t line;
	size_t tag;
	uint8_t message_hash[32], signature[UND_TAG_SIGNATURE_SIZE];
};
struct und_pending {
	struct und_buf proofs;
	struct und_waiting_ring *rings;
	size_t ring_count, rings_cap;
	struct und_waiting_tag *tags;
	size_t tag_count, tags_cap;
	uint64_t told; /* bytes of lines judged by earlier batches */
};

void und_pending_init(struct und_pending *p);
void und_pending_clear(struct und_pending *p);
/* Copies the proof of a step (signature, withdrawal, vote). Errors: UND_ERR_MEMORY; nothing is added then. */
UND_MUST_USE enum und_err und_pending_add(struct und_pending *p, const struct und_step *s);
/* Bytes that wait. */
size_t und_pending_bytes(const struct und_pending *p);
/*
 * Judges all that waits. UND_ERR_PROOF and the other verdicts of proof/: the first bad line is in diag; UND_ERR_MEMORY, UND_ERR_RANDOM,
 * UND_ERR_STOPPED: could not try. Nothing waits afterwards.
 */
UND_MUST_USE enum und_err und_pending_flush(struct und_letter *l, struct und_diag *diag);

#endif
