/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* act.c: a signer signs, withdraws and votes: the acts of letter/act.h, with the edition and the day looked at before */
#include "letter/act.h"

#include "api/signer.h"
#include "base/secret.h"

enum { ACT_LINE_MAX = 64 << 10 };

/* A chain's key is one of its series and edition; an imported one belongs to rosters of edition 0. */
static enum und_err check_edition(const struct und_copy *copy, const struct und_key_plain *k)
{
	const struct und_kept *kept;
	const struct und_roster *r;

	if (und_letter_kept(&kept, copy->l) == 0 || kept[0].record->type != UND_TYPE_ROSTER)
		return UND_ERR_NO_LETTER;
	r = &kept[0].record->u.roster; /* all of a file are of one series and edition */
	if (r->edition != k->edition)
		return UND_ERR_EDITION;
	return k->kind == UND_KEY_IMPORTED || und_bytes_is(r->series, k->series) ? UND_OK : UND_ERR_EDITION;
}

/* Who asks, and of what. */
static enum und_err begin(struct und_member *m, struct und_copy *copy, const struct und_signer *signer)
{
	if (!und_copy_is_ready(copy) || copy->kind == UND_COPY_ROSTER || signer == NULL)
		return UND_ERR_MISUSE;
	*m = (struct und_member){ &signer->x, signer->plain.has_pin ? signer->plain.pin : NULL };
	return check_edition(copy, &signer->plain);
}

/* What every act begins with: as member.h says, in its order. */
static enum und_err begin_act(struct und_member *m, struct und_copy *copy, const struct und_signer *signer)
{
	enum und_err e = begin(m, copy, signer);

	return e == UND_OK ? und_act_check(copy->l, m) : e;
}

static bool is_over(int32_t today, und_day last)
{
	return today >= 0 && today > last;
}

static const struct und_runner *runner_of(const struct und_copy *copy)
{
	return copy->has_runner ? &copy->runner : NULL;
}

/* ---- where it stands ---- */

static enum und_err may(struct und_copy *copy, const uint8_t *roster, struct und_bytes label)
{
	const struct und_ring *ring;
	enum und_err e = und_letter_may_sign(copy->l, roster, label);

	if (e == UND_OK && copy->kind == UND_COPY_BUNDLE) /* its keys may not be there */
		e = und_letter_ring(&ring, copy->l, roster, label);
	return e;
}

enum und_err und_signer_get_place(struct und_signer_place *out, size_t size, struct und_copy *copy, const struct und_signer *signer)
{
	struct und_signer_place place;
	struct und_member m;
	enum und_err e;

	if ((e = begin(&m, copy, signer)) != UND_OK)
		return e;
	if (m.pin != NULL && (e = und_copy_check_pin(copy, m.pin)) != UND_OK)
		return e;
	memset(&place, 0, sizeof place);
	if ((e = und_letter_find_key(&place.roster, &place.body, copy->l, signer->key)) != UND_OK)
		return e;
	place.may_body = may(copy, place.roster, place.body);
	place.may_all = may(copy, place.roster, und_cstr("*"));
	if (place.may_body == UND_ERR_MEMORY || place.may_all == UND_ERR_MEMORY)
		return UND_ERR_MEMORY;
	return und_api_fill(out, size, &place, sizeof place, sizeof place);
}

enum und_err und_signer_signed(enum und_signed *out, struct und_copy *copy, const struct und_signer *signer)
{
	uint8_t tag[UND_POINT_SIZE];
	struct und_member m;
	enum und_err e;

	if (out == NULL)
		return UND_ERR_MISUSE;
	if ((e = begin(&m, copy, signer)) != UND_OK)
		return e;
	if ((e = und_act_tag(tag, copy->l, &m)) != UND_OK)
		return e;
	switch (und_letter_tag(copy->l, tag, NULL, NULL)) {
	case UND_TAG_NEW:
		*out = UND_SIGNED_NOT;
		break;
	case UND_TAG_SIGNED:
		*out = UND_SIGNED_YES;
		break;
	case UND_TAG_WITHDRAWN:
		*out = UND_SIGNED_WITHDRAWN;
		break;
	}
	und_wipe(tag, sizeof tag); /* says who signed, to whoever reads it here */
	return UND_OK;
}

/* ---- lines ---- */

static enum und_err give(uint8_t **line, size_t *n, struct und_buf *b, enum und_err e)
{
	if (e == UND_OK)
		e = und_api_give(line, n, b);
	und_buf_clear(b);
	return e;
}

enum und_err und_sign(uint8_t **line, size_t *n, struct und_copy *copy, const struct und_signer *signer, const char *ring, size_t ring_n,
                      int32_t today)
{
	struct und_bytes body;
	const uint8_t *roster;
	struct und_member m;
	struct und_buf b;
	enum und_err e;

	if (line == NULL || n == NULL || ring == NULL)
		return UND_ERR_MISUSE;
	if ((e = begin_act(&m, copy, signer)) != UND_OK)
		return e;
	if (is_over(today, copy->state.closes))
		return UND_ERR_CLOSED;
	if ((e = und_letter_find_key(&roster, &body, copy->l, signer->key)) != UND_OK)
		return e;
	und_buf_init_secret(&b, ACT_LINE_MAX);
	e = und_act_sign(&b, copy->l, &m, roster, und_bytes(ring, ring_n), &copy->random, runner_of(copy));
	return give(line, n, &b, e);
}

enum und_err und_withdraw(uint8_t **line, size_t *n, struct und_copy *copy, const struct und_signer *signer, int32_t today)
{
	struct und_member m;
	struct und_buf b;
	enum und_err e;

	if (line == NULL || n == NULL)
		return UND_ERR_MISUSE;
	if ((e = begin_act(&m, copy, signer)) != UND_OK)
		return e;
	if (is_over(today, copy->state.record->rules.ends))
		return UND_ERR_CLOSED;
	und_buf_init_secret(&b, ACT_LINE_MAX);
	e = und_act_withdraw(&b, copy->l, &m, &copy->random);
	return give(line, n, &b, e);
}

/* The last day to vote on it; UND_DAY_NONE: no such question, which the act says. */
static und_day question_closes(const struct und_copy *copy, const uint8_t *id)
{
	for (size_t i = 0; i < copy->state.question_count; i++)
		if (memcmp(copy->state.questions[i].id, id, UND_ID_SIZE) == 0)
			return copy->state.questions[i].question->closes;
	return UND_DAY_NONE;
}

enum und_err und_vote(uint8_t **line, size_t *n, struct und_copy *copy, const struct und_signer *signer,
                      const uint8_t question[UND_ID_SIZE], const char *choice, size_t choice_n, int32_t today)
{
	struct und_member m;
	struct und_buf b;
	und_day closes;
	enum und_err e;

	if (line == NULL || n == NULL || question == NULL || choice == NULL)
		return UND_ERR_MISUSE;
	if ((e = begin_act(&m, copy, signer)) != UND_OK)
		return e;
	closes = question_closes(copy, question);
	if (is_over(today, copy->state.record->rules.ends) || (closes != UND_DAY_NONE && is_over(today, closes)))
		return UND_ERR_CLOSED;
	und_buf_init_secret(&b, ACT_LINE_MAX);
	e = und_act_vote(&b, copy->l, &m, question, und_bytes(choice, choice_n), &copy->random);
	return give(line, n, &b, e);
}
