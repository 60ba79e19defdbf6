/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* pending.c: proofs wait until there are enough for a batch; the first bad one is named (spec/protocol.md §3, Batches) */
#include "letter/pending.h"

#include <stdlib.h>

#include "letter/fold.h"
#include "proof/tag.h"

void und_pending_init(struct und_pending *p)
{
	memset(p, 0, sizeof *p);
	und_buf_init(&p->proofs, SIZE_MAX); /* the fold flushes at its options' bound */
}

void und_pending_clear(struct und_pending *p)
{
	und_buf_clear(&p->proofs);
	free(p->rings);
	free(p->tags);
	und_pending_init(p);
}

size_t und_pending_bytes(const struct und_pending *p)
{
	return p->proofs.n + p->ring_count * sizeof *p->rings + p->tag_count * sizeof *p->tags;
}

/* ---- adding ---- */

static enum und_err add_ring(struct und_pending *p, const struct und_step *s)
{
	struct und_bytes proof = s->record->u.signature.proof;
	size_t offset = p->proofs.n;
	enum und_err e;

	if ((e = und_grow(&p->rings, &p->rings_cap, p->ring_count + 1, sizeof *p->rings)) != UND_OK)
		return e;
	und_buf_add_bytes(&p->proofs, proof);
	if ((e = p->proofs.err) != UND_OK)
		return e;
	p->rings[p->ring_count++] = (struct und_waiting_ring){ s->line, &s->ring->ring, s->tag, offset, proof.n };
	return UND_OK;
}

static const uint8_t *tag_signature(const struct und_record *r)
{
	return r->type == UND_TYPE_VOTE ? r->u.vote.proof : r->u.withdrawal.proof;
}

static enum und_err add_tag(struct und_pending *p, const struct und_step *s)
{
	struct und_waiting_tag w = { .line = s->line, .tag = s->tag };
	enum und_err e;

	if ((e = und_message_hash(w.message_hash, s->record)) != UND_OK)
		return e;
	memcpy(w.signature, tag_signature(s->record), sizeof w.signature);
	if ((e = und_grow(&p->tags, &p->tags_cap, p->tag_count + 1, sizeof *p->tags)) != UND_OK)
		return e;
	p->tags[p->tag_count++] = w;
	return UND_OK;
}

enum und_err und_pending_add(struct und_pending *p, const struct und_step *s)
{
	return s->record->type == UND_TYPE_SIGNATURE ? add_ring(p, s) : add_tag(p, s);
}

/* ---- judging ---- */

/* A batch's own units, told as bytes of lines. */
struct telling {
	const struct und_progress *progress;
	uint64_t from, span;
};

static int tell(void *ctx, uint64_t done, uint64_t total)
{
	const struct telling *t = ctx;
	double part = total == 0 ? 0 : (double)done / (double)total;

	return t->progress->tell(t->progress->ctx, t->from + (uint64_t)(part * (double)t->span), 0);
}

static void note_bad(uint64_t *line, enum und_err *verdict, uint64_t at, enum und_err e)
{
	if (e != UND_OK && (*line == 0 || at < *line)) {
		*line = at;
		*verdict = e;
	}
}

static enum und_err judge_rings(uint64_t *line, enum und_err *verdict, struct und_letter *l)
{
	const struct und_pending *p = &l->pending;
	struct telling telling = { l->options.progress, p->told, l->bytes - p->told };
	struct und_progress progress = { tell, &telling };
	struct und_ring_claim *claims = und_alloc(p->ring_count, sizeof *claims);
	enum und_err e, bad;
	size_t first;

	if (claims == NULL)
		return UND_ERR_MEMORY;
	for (size_t i = 0; i < p->ring_count; i++)
		claims[i] = (struct und_ring_claim){ p->rings[i].ring, und_set_key(&l->tags, p->rings[i].tag),
			                             und_bytes(p->proofs.p + p->rings[i].offset, p->rings[i].n) };
	e = und_ring_verify_first_var(&first, &bad, l->letter->id, claims, p->ring_count, l->options.random, l->options.runner,
	                              l->options.progress == NULL ? NULL : &progress);
	if (e == UND_ERR_PROOF) {
		note_bad(line, verdict, p->rings[first].line, bad); /* they stand in the order of their lines */
		e = UND_OK;
	}
	free(claims);
	return e;
}

static enum und_err judge_tags(uint64_t *line, enum und_err *verdict, struct und_letter *l)
{
	const struct und_pending *p = &l->pending;
	struct und_tag_claim *claims = und_alloc(p->tag_count, sizeof *claims);
	enum und_err *verdicts = und_alloc(p->tag_count, sizeof *verdicts), e = UND_ERR_MEMORY;

	if (claims == NULL || verdicts == NULL)
		goto out;
	for (size_t i = 0; i < p->tag_count; i++) {
		claims[i].tag = und_set_key(&l->tags, p->tags[i].tag);
		claims[i].signature = p->tags[i].signature;
		memcpy(claims[i].message_hash, p->tags[i].message_hash, sizeof claims[i].message_hash);
	}
	e = und_tag_verify_batch_var(verdicts, l->letter->id, claims, p->tag_count, l->options.random, l->options.runner);
	if (e != UND_ERR_PROOF)
		goto out;
	for (size_t i = 0; i < p->tag_count; i++)
		note_bad(line, verdict, p->tags[i].line, verdicts[i]);
	e = UND_OK;
out:
	free(claims);
	free(verdicts);
	return e;
}

static enum und_err judge(uint64_t *line, enum und_err *verdict, struct und_letter *l)
{
	enum und_err e;

	if (l->pending.ring_count != 0)
		if ((e = judge_rings(line, verdict, l)) != UND_OK)
			return e;
	if (l->pending.tag_count != 0)
		if ((e = judge_tags(line, verdict, l)) != UND_OK)
			return e;
	return UND_OK;
}

enum und_err und_pending_flush(struct und_letter *l, struct und_diag *diag)
{
	struct und_pending *p = &l->pending;
	const struct und_progress *progress = l->options.progress;
	enum und_err e, verdict = UND_OK;
	uint64_t line = 0;

	if (p->ring_count == 0 && p->tag_count == 0)
		return UND_OK;
	e = judge(&line, &verdict, l);
	und_buf_reset(&p->proofs);
	p->ring_count = p->tag_count = 0;
	p->told = l->bytes;
	if (e != UND_OK)
		return e;
	if (verdict != UND_OK) {
		diag->line = line;
		return und_fault(verdict, diag, "proof");
	}
	if (progress != NULL && progress->tell(progress->ctx, l->bytes, 0) != 0)
		return UND_ERR_STOPPED;
	return UND_OK;
}

enum und_err und_step_prove(struct und_letter *l, const struct und_step *s)
{
	const struct und_record *r = s->record;
	struct und_ring_claim claim;
	uint8_t hash[32];
	struct und_tag_claim tag;
	enum und_err e, verdict = UND_OK;

	if (r->type == UND_TYPE_SIGNATURE) {
		claim = (struct und_ring_claim){ &s->ring->ring, r->u.signature.tag, r->u.signature.proof };
		return und_ring_verify_var(l->letter->id, &claim);
	}
	if ((e = und_message_hash(hash, r)) != UND_OK)
		return e;
	tag.tag = und_set_key(&l->tags, s->tag);
	tag.signature = tag_signature(r);
	memcpy(tag.message_hash, hash, sizeof hash);
	e = und_tag_verify_batch_var(&verdict, l->letter->id, &tag, 1, l->options.random, l->options.runner);
	return e == UND_ERR_PROOF ? verdict : e;
}
