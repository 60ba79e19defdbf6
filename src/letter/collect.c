/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* collect.c: what members hand in, judged without a look at what their tags did before */
#include "letter/collect.h"

#include <stdlib.h>

#include "letter/fold.h"
#include "proof/tag.h"

/* ---- everything but the proofs ---- */

static enum und_err look_at_signature(struct und_collected *a, struct und_letter *l)
{
	const struct und_signature *g = &a->record.u.signature;
	struct und_fold_ring *ring;
	struct und_layer *layer;
	enum und_err e;

	if (und_find_layer(&layer, l, g->roster) != UND_OK)
		return und_fault(UND_ERR_ROSTER_EARLIER, &a->diag, "roster");
	ring = und_find_ring(layer, g->ring);
	if (ring == NULL)
		return und_fault(UND_ERR_RING_UNKNOWN, &a->diag, "ring");
	if ((e = und_ring_allowed(l, ring)) != UND_OK)
		return und_fault(e, &a->diag, "ring");
	if (g->proof.n != und_ring_proof_size(ring->keys))
		return und_fault(UND_ERR_SIZE, &a->diag, "proof");
	if ((e = und_prepare_ring(l, layer, ring)) != UND_OK)
		return und_fault(e, &a->diag, "ring");
	a->ring = &ring->ring;
	a->tag = g->tag;
	return UND_OK;
}

static bool has_choice(const struct und_question *q, struct und_bytes id)
{
	for (size_t i = 0; i < q->choice_count; i++)
		if (und_bytes_equal_var(q->choices[i].id, id))
			return true;
	return false;
}

static enum und_err look_at_vote(struct und_collected *a, const struct und_letter *l)
{
	const struct und_vote *v = &a->record.u.vote;
	const struct und_question *q;
	size_t i;

	if (l->words == NULL)
		return und_fault(UND_ERR_BEFORE_WORDS, &a->diag, "type");
	i = und_set_find(&l->question_ids, v->question);
	if (i == UND_SET_NONE)
		return und_fault(UND_ERR_QUESTION_UNKNOWN, &a->diag, "question");
	q = &l->questions[i]->u.question;
	if (!has_choice(q, v->choice))
		return und_fault(UND_ERR_CHOICE_UNKNOWN, &a->diag, "choice");
	a->tag = v->tag;
	a->question = v->question;
	a->closes = q->closes;
	return und_message_hash(a->message_hash, &a->record);
}

static enum und_err look(struct und_collected *a, struct und_letter *l)
{
	enum und_err e;

	und_record_init(&a->record);
	e = und_record_decode(&a->record, a->line, &a->diag);
	if (e != UND_OK)
		return e == UND_ERR_NEWER ? UND_ERR_VERSION : e;
	a->decoded = true;
	switch (a->record.type) {
	case UND_TYPE_SIGNATURE:
	case UND_TYPE_WITHDRAWAL:
	case UND_TYPE_VOTE:
		break;
	default:
		return und_fault(UND_ERR_TYPE, &a->diag, "type");
	}
	if (!und_id_equal(a->record.u.sealed.letter, l->letter->id)) /* stands first in each of the three: fold.c asserts it */
		return und_fault(UND_ERR_OTHER_LETTER, &a->diag, "letter");
	if (a->record.type == UND_TYPE_SIGNATURE)
		return look_at_signature(a, l);
	if (a->record.type == UND_TYPE_VOTE)
		return look_at_vote(a, l);
	a->tag = a->record.u.withdrawal.tag;
	return und_message_hash(a->message_hash, &a->record);
}

enum und_err und_collect_look(struct und_letter *l, struct und_collected *acts, size_t n)
{
	und_bug_if(l->letter == NULL || !l->ended || l->failed != UND_OK);
	for (size_t i = 0; i < n; i++) {
		acts[i].verdict = look(&acts[i], l);
		if (acts[i].verdict == UND_ERR_MEMORY)
			return UND_ERR_MEMORY;
	}
	return UND_OK;
}

/* ---- the proofs ---- */

struct proving {
	struct und_collected *acts;
	size_t n;
	const uint8_t *letter;
	const struct und_random *random;
	const struct und_runner *runner;
	enum und_err *verdicts;
	size_t *which; /* claim i is of acts[which[i]] */
};

static bool is_claim(const struct und_collected *a, bool of_ring)
{
	return a->verdict == UND_OK && (a->ring != NULL) == of_ring;
}

static void take_verdicts(const struct proving *p, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct und_collected *a = &p->acts[p->which[i]];

		a->verdict = p->verdicts[i];
		if (a->verdict != UND_OK)
			und_diag_member(&a->diag, "proof");
	}
}

static enum und_err prove_rings(const struct proving *p)
{
	struct und_ring_claim *claims = und_alloc(p->n, sizeof *claims);
	size_t count = 0;
	enum und_err e;

	if (claims == NULL)
		return UND_ERR_MEMORY;
	for (size_t i = 0; i < p->n; i++)
		if (is_claim(&p->acts[i], true)) {
			claims[count] = (struct und_ring_claim){ p->acts[i].ring, p->acts[i].tag, p->acts[i].record.u.signature.proof };
			p->which[count++] = i;
		}
	e = count == 0 ? UND_OK : und_ring_verify_batch_var(p->verdicts, p->letter, claims, count, p->random, p->runner, NULL);
	free(claims);
	if (e != UND_OK && e != UND_ERR_PROOF)
		return e;
	take_verdicts(p, count);
	return UND_OK;
}

static enum und_err prove_tags(const struct proving *p)
{
	struct und_tag_claim *claims = und_alloc(p->n, sizeof *claims);
	size_t count = 0;
	enum und_err e;

	if (claims == NULL)
		return UND_ERR_MEMORY;
	for (size_t i = 0; i < p->n; i++) {
		const struct und_collected *a = &p->acts[i];

		if (!is_claim(a, false))
			continue;
		claims[count].tag = a->tag;
		claims[count].signature = a->record.type == UND_TYPE_VOTE ? a->record.u.vote.proof : a->record.u.withdrawal.proof;
		memcpy(claims[count].message_hash, a->message_hash, sizeof claims[count].message_hash);
		p->which[count++] = i;
	}
	e = count == 0 ? UND_OK : und_tag_verify_batch_var(p->verdicts, p->letter, claims, count, p->random, p->runner);
	free(claims);
	if (e != UND_OK && e != UND_ERR_PROOF)
		return e;
	take_verdicts(p, count);
	return UND_OK;
}

enum und_err und_collect_prove(struct und_collected *acts, size_t n, const uint8_t letter[UND_ID_SIZE], const struct und_random *random, const struct und_runner *runner)
{
	struct proving p = { acts, n, letter, random, runner, und_alloc(n, sizeof *p.verdicts), und_alloc(n, sizeof *p.which) };
	enum und_err e = UND_ERR_MEMORY;

	if (p.verdicts == NULL || p.which == NULL)
		goto out;
	if ((e = prove_rings(&p)) != UND_OK)
		goto out;
	e = prove_tags(&p);
out:
	free(p.verdicts);
	free(p.which);
	return e;
}

void und_collected_clear(struct und_collected *act)
{
	if (act->decoded)
		und_record_clear(&act->record);
	act->decoded = false;
}
