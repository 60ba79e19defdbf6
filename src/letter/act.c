/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* act.c: a member signs, withdraws, votes. Its tag is computed in one place, behind every check (spec/protocol.md §2) */
#include "letter/act.h"

#include "base/secret.h"
#include "letter/fold.h"
#include "proof/tag.h"

enum { FRESH_TRIES = 8, LINE_MAX_HERE = 64 << 10 };

/* The letter was seen whole and checked, its words are open, its registrars are those of the pin. */
static enum und_err check_letter(const struct und_letter *l, const struct und_member *m)
{
	uint8_t pin[UND_ID_SIZE];

	und_bug_if(!l->ended || l->failed != UND_OK);
	if (l->letter == NULL)
		return UND_ERR_NO_LETTER;
	if (l->unmet != UND_OK) /* a draft */
		return l->unmet;
	if (und_fold_words(l) == NULL)
		return UND_ERR_SEALED;
	und_letter_pin(pin, l);
	return m->pin == NULL || und_id_equal(pin, m->pin) ? UND_OK : UND_ERR_PIN;
}

static void member_key(uint8_t out[UND_POINT_SIZE], const struct und_scalar *x)
{
	struct und_point p;

	und_point_mul_base(&p, x);
	und_point_encode(out, &p);
	und_declassify(out, UND_POINT_SIZE); /* a member key is public; whose it is is not told */
	und_point_wipe(&p);
}

/* The only place where a tag is made. */
static void make_tag(uint8_t tag[UND_POINT_SIZE], const struct und_letter *l, const struct und_member *m)
{
	und_tag(tag, m->x, l->letter->id);
	und_declassify(tag, UND_POINT_SIZE); /* it is to be published, or to be looked for among the published */
}

enum und_err und_act_check(const struct und_letter *l, const struct und_member *m)
{
	uint8_t key[UND_POINT_SIZE];
	enum und_err e;

	if ((e = check_letter(l, m)) != UND_OK)
		return e;
	member_key(key, m->x);
	return und_holds_key(l, key) ? UND_OK : UND_ERR_NOT_IN_RING;
}

enum und_err und_act_tag(uint8_t tag[UND_POINT_SIZE], struct und_letter *l, const struct und_member *m)
{
	enum und_err e;

	if ((e = und_act_check(l, m)) != UND_OK)
		return e;
	make_tag(tag, l, m);
	return UND_OK;
}

static enum und_err add_line(struct und_buf *out, const struct und_record *r)
{
	struct und_buf line;
	enum und_err e;

	und_buf_init_secret(&line, LINE_MAX_HERE); /* whoever finds it here knows who signed */
	if ((e = und_record_encode(&line, r)) != UND_OK)
		goto out;
	if ((e = line.err) != UND_OK)
		goto out;
	und_buf_add_bytes(out, und_buf_bytes(&line));
	e = out->err;
out:
	und_buf_clear(&line);
	return e;
}

/* ---- sign ---- */

static enum und_err prove(uint8_t *proof, uint8_t *tag, const struct und_letter *l, const struct und_ring *ring, size_t index,
                          const struct und_member *m, const struct und_random *random, const struct und_runner *runner)
{
	uint8_t fresh[UND_FRESH_SIZE];
	enum und_err e = UND_ERR_RANDOM;

	for (int i = 0; i < FRESH_TRIES && e == UND_ERR_RANDOM; i++) {
		if ((e = random->fill(random->ctx, fresh, sizeof fresh)) != UND_OK)
			break;
		e = und_ring_prove(proof, tag, l->letter->id, ring, index, m->x, fresh, runner);
	}
	und_wipe(fresh, sizeof fresh);
	return e;
}

enum und_err und_act_sign(struct und_buf *out, struct und_letter *l, const struct und_member *m, const uint8_t roster[UND_ID_SIZE],
                          struct und_bytes label, const struct und_random *random, const struct und_runner *runner)
{
	uint8_t key[UND_POINT_SIZE], tag[UND_POINT_SIZE], proof[UND_PROOF_SIZE_MAX];
	struct und_record r = { 0 };
	const struct und_ring *ring;
	size_t index = 0;
	enum und_err e;

	if ((e = check_letter(l, m)) != UND_OK)
		return e;
	if ((e = und_letter_may_sign(l, roster, label)) != UND_OK)
		return e;
	if ((e = und_letter_ring(&ring, l, roster, label)) != UND_OK)
		return e;
	member_key(key, m->x);
	if ((e = und_ring_find(&index, ring, key)) != UND_OK)
		return e;
	make_tag(tag, l, m);
	if (und_letter_tag(l, tag, NULL, NULL) != UND_TAG_NEW) {
		e = UND_ERR_TAG_KNOWN;
		goto out;
	}
	if ((e = prove(proof, tag, l, ring, index, m, random, runner)) != UND_OK)
		goto out;
	und_record_init(&r);
	r.type = UND_TYPE_SIGNATURE;
	memcpy(r.u.signature.letter, l->letter->id, UND_ID_SIZE);
	memcpy(r.u.signature.roster, roster, UND_ID_SIZE);
	memcpy(r.u.signature.tag, tag, UND_POINT_SIZE);
	r.u.signature.ring = label;
	r.u.signature.proof = und_bytes(proof, und_ring_proof_size(ring->n));
	e = add_line(out, &r);
out:
	und_wipe(&index, sizeof index);
	und_wipe(tag, sizeof tag);
	und_wipe(proof, sizeof proof);
	und_wipe(&r, sizeof r);
	return e;
}

/* ---- what the tag signs ---- */

static enum und_err sign_message(uint8_t proof[UND_TAG_SIGNATURE_SIZE], const struct und_letter *l, const struct und_record *r,
                                 const struct und_member *m, const struct und_random *random)
{
	uint8_t fresh[UND_FRESH_SIZE];
	struct und_buf message;
	enum und_err e;

	und_buf_init_secret(&message, LINE_MAX_HERE);
	if ((e = und_record_encode_message(&message, r)) != UND_OK)
		goto out;
	if ((e = message.err) != UND_OK)
		goto out;
	e = UND_ERR_RANDOM;
	for (int i = 0; i < FRESH_TRIES && e == UND_ERR_RANDOM; i++) {
		if ((e = random->fill(random->ctx, fresh, sizeof fresh)) != UND_OK)
			break;
		e = und_tag_sign(proof, l->letter->id, m->x, und_buf_bytes(&message), fresh);
	}
out:
	und_wipe(fresh, sizeof fresh);
	und_buf_clear(&message);
	return e;
}

enum und_err und_act_withdraw(struct und_buf *out, struct und_letter *l, const struct und_member *m, const struct und_random *random)
{
	struct und_record r;
	struct und_withdrawal *w = &r.u.withdrawal;
	enum und_tag_state known;
	enum und_err e;

	und_record_init(&r);
	r.type = UND_TYPE_WITHDRAWAL;
	if ((e = und_act_tag(w->tag, l, m)) != UND_OK)
		return e;
	known = und_letter_tag(l, w->tag, NULL, NULL);
	if (l->options.mode != UND_LETTER_BUNDLE && known != UND_TAG_SIGNED)
		e = known == UND_TAG_NEW ? UND_ERR_TAG_UNKNOWN : UND_ERR_WITHDRAWN_ALREADY;
	memcpy(w->letter, l->letter->id, UND_ID_SIZE);
	if (e == UND_OK && (e = sign_message(w->proof, l, &r, m, random)) == UND_OK)
		e = add_line(out, &r);
	und_wipe(&r, sizeof r);
	return e;
}

static bool has_choice(const struct und_question *q, struct und_bytes choice)
{
	for (size_t i = 0; i < q->choice_count; i++)
		if (und_bytes_equal_var(q->choices[i].id, choice))
			return true;
	return false;
}

/* What a file can tell about the tag; a bundle cannot. */
static enum und_err check_voter(const struct und_letter *l, const uint8_t *question, const uint8_t *tag)
{
	enum und_tag_state known = und_letter_tag(l, tag, NULL, NULL);

	if (l->options.mode == UND_LETTER_BUNDLE)
		return UND_OK;
	if (known == UND_TAG_NEW)
		return UND_ERR_TAG_UNKNOWN;
	if (known == UND_TAG_WITHDRAWN) /* it would stand, and not count */
		return UND_ERR_WITHDRAWN_ALREADY;
	return und_letter_vote_of(l, question, tag) < 0 ? UND_OK : UND_ERR_VOTED_ALREADY;
}

enum und_err und_act_vote(struct und_buf *out, struct und_letter *l, const struct und_member *m, const uint8_t question[UND_ID_SIZE],
                          struct und_bytes choice, const struct und_random *random)
{
	struct und_record r;
	struct und_vote *v = &r.u.vote;
	size_t q = und_set_find(&l->question_ids, question);
	enum und_err e;

	und_record_init(&r);
	r.type = UND_TYPE_VOTE;
	if ((e = check_letter(l, m)) != UND_OK)
		return e;
	if (q == UND_SET_NONE)
		return UND_ERR_QUESTION_UNKNOWN;
	if (!has_choice(&l->questions[q]->u.question, choice))
		return UND_ERR_CHOICE_UNKNOWN;
	if ((e = und_act_tag(v->tag, l, m)) != UND_OK)
		return e;
	memcpy(v->letter, l->letter->id, UND_ID_SIZE);
	memcpy(v->question, question, UND_ID_SIZE);
	v->choice = choice;
	if ((e = check_voter(l, question, v->tag)) == UND_OK && (e = sign_message(v->proof, l, &r, m, random)) == UND_OK)
		e = add_line(out, &r);
	und_wipe(&r, sizeof r);
	return e;
}
