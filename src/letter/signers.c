/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* signers.c: nameless acts: signatures, withdrawals, votes; what a tag has done (spec/records.md, Types; spec/protocol.md §3, §4) */
#include "base/hash.h"
#include "letter/fold.h"
#include "proof/tag.h"

enum { MESSAGE_MAX = 64 << 10 }; /* a line of these types is no longer */

enum und_err und_message_hash(uint8_t out[32], const struct und_record *r)
{
	struct und_buf message;
	struct und_bytes all;
	enum und_err e;

	und_buf_init(&message, MESSAGE_MAX);
	if ((e = und_record_encode_message(&message, r)) != UND_OK)
		goto out;
	if ((e = message.err) != UND_OK)
		goto out;
	all = und_buf_bytes(&message);
	und_sha256(out, &all, 1);
out:
	und_buf_clear(&message);
	return e;
}

/* ---- signature ---- */

static enum und_err make_room_for_tag(struct und_letter *l)
{
	enum und_err e;

	if ((e = und_set_reserve(&l->tags, 1)) != UND_OK)
		return e;
	return und_grow(&l->tag_of, &l->tag_cap, l->tags.n + 1, sizeof *l->tag_of);
}

enum und_err und_signature_check(struct und_letter *l, struct und_step *s, struct und_diag *diag)
{
	const struct und_signature *g = &s->record->u.signature;
	enum und_err e;

	if ((e = und_find_layer(&s->layer, l, g->roster)) != UND_OK)
		return und_fault(UND_ERR_ROSTER_EARLIER, diag, "roster");
	s->ring = und_find_ring(s->layer, g->ring);
	if (s->ring == NULL)
		return und_fault(UND_ERR_RING_UNKNOWN, diag, "ring");
	if ((e = und_ring_allowed(l, s->ring)) != UND_OK)
		return und_fault(e, diag, "ring");
	if (g->proof.n != und_ring_proof_size(s->ring->keys))
		return und_fault(UND_ERR_SIZE, diag, "proof");
	if (und_set_find(&l->tags, g->tag) != UND_SET_NONE)
		return und_fault(UND_ERR_TAG_KNOWN, diag, "tag");
	if ((e = und_prepare_ring(l, s->layer, s->ring)) != UND_OK)
		return und_fault(e, diag, "ring");
	s->tag = l->tags.n;
	return make_room_for_tag(l);
}

void und_signature_commit(struct und_letter *l, struct und_step *s)
{
	l->tag_of[s->tag] = (struct und_fold_tag){ s->layer, s->ring, false };
	(void)und_set_add(&l->tags, s->record->u.signature.tag);
	s->ring->made++;
	s->layer->made++;
}

/* ---- withdrawal ---- */

enum und_err und_withdrawal_check(struct und_letter *l, struct und_step *s, struct und_diag *diag)
{
	s->tag = und_set_find(&l->tags, s->record->u.withdrawal.tag);
	if (s->tag == UND_SET_NONE)
		return und_fault(UND_ERR_TAG_UNKNOWN, diag, "tag");
	if (l->tag_of[s->tag].withdrawn)
		return und_fault(UND_ERR_WITHDRAWN_ALREADY, diag, "tag");
	return UND_OK;
}

void und_withdrawal_commit(struct und_letter *l, struct und_step *s)
{
	l->tag_of[s->tag].withdrawn = true;
	l->tag_of[s->tag].ring->withdrawn++;
	l->withdrawn++;
}

/* ---- vote ---- */

void und_vote_key(uint8_t out[8], size_t question, size_t tag)
{
	und_store_u32be(out, (uint32_t)question);
	und_store_u32be(out + 4, (uint32_t)tag);
}

static size_t find_choice(const struct und_question *q, struct und_bytes id)
{
	for (size_t i = 0; i < q->choice_count; i++)
		if (und_bytes_equal_var(q->choices[i].id, id))
			return i;
	return UND_SET_NONE;
}

enum und_err und_vote_check(struct und_letter *l, struct und_step *s, struct und_diag *diag)
{
	const struct und_vote *v = &s->record->u.vote;
	uint8_t key[8];
	enum und_err e;

	s->question = und_set_find(&l->question_ids, v->question);
	if (s->question == UND_SET_NONE)
		return und_fault(UND_ERR_QUESTION_UNKNOWN, diag, "question");
	s->choice = find_choice(&l->questions[s->question]->u.question, v->choice);
	if (s->choice == UND_SET_NONE)
		return und_fault(UND_ERR_CHOICE_UNKNOWN, diag, "choice");
	s->tag = und_set_find(&l->tags, v->tag);
	if (s->tag == UND_SET_NONE)
		return und_fault(UND_ERR_TAG_UNKNOWN, diag, "tag");
	und_vote_key(key, s->question, s->tag);
	if (und_set_find(&l->votes, key) != UND_SET_NONE)
		return und_fault(UND_ERR_VOTED_ALREADY, diag, "tag");
	if ((e = und_set_reserve(&l->votes, 1)) != UND_OK)
		return e;
	return und_grow(&l->choices, &l->choices_cap, l->votes.n + 1, 1);
}

void und_vote_commit(struct und_letter *l, struct und_step *s)
{
	uint8_t key[8];

	und_vote_key(key, s->question, s->tag);
	l->choices[l->votes.n] = (uint8_t)s->choice;
	(void)und_set_add(&l->votes, key);
}

/* ---- asked ---- */

enum und_tag_state und_letter_tag(const struct und_letter *l, const uint8_t tag[UND_POINT_SIZE], const uint8_t **roster, struct und_bytes *ring)
{
	size_t i = und_set_find(&l->tags, tag);

	if (i == UND_SET_NONE)
		return UND_TAG_NEW;
	if (roster != NULL)
		*roster = l->tag_of[i].layer->record->id;
	if (ring != NULL)
		*ring = l->tag_of[i].ring->label;
	return l->tag_of[i].withdrawn ? UND_TAG_WITHDRAWN : UND_TAG_SIGNED;
}

int und_letter_vote_of(const struct und_letter *l, const uint8_t question[UND_ID_SIZE], const uint8_t tag[UND_POINT_SIZE])
{
	size_t q = und_set_find(&l->question_ids, question), t = und_set_find(&l->tags, tag), vote;
	uint8_t key[8];

	if (q == UND_SET_NONE || t == UND_SET_NONE)
		return -1;
	und_vote_key(key, q, t);
	vote = und_set_find(&l->votes, key);
	return vote == UND_SET_NONE ? -1 : l->choices[vote];
}
