/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* head.c: the letter record, its words, the sealed words (spec/records.md, Types) */
#include "letter/fold.h"
#include "proof/authority.h"

/* ---- the letter ---- */

static enum und_err check_rules(const struct und_letter *l, const struct und_letter_record *r, struct und_diag *diag)
{
	const struct und_rules *rules = &r->rules;

	if (rules->ends > und_last_layer(l)->record->u.roster.until)
		return und_fault(UND_ERR_OUTSIDE_EDITION, diag, "rules.ends");
	if (rules->min_ring > l->key_count)
		return und_fault(UND_ERR_MIN_RING_ABOVE_ROSTER, diag, "rules.min_ring");
	return UND_OK;
}

enum und_err und_letter_check(struct und_letter *l, struct und_step *s, struct und_diag *diag)
{
	const struct und_letter_record *r = &s->record->u.letter;
	const struct und_layer *last = und_last_layer(l);
	enum und_err e;

	if (last == NULL || !und_id_equal(r->roster, last->record->id))
		return und_fault(UND_ERR_ROSTER_UNKNOWN, diag, "roster");
	if ((e = check_rules(l, r, diag)) != UND_OK)
		return e;
	for (size_t i = 0; i < l->layer_ids.n; i++) /* a lack is the letter's fault, at its line */
		if ((e = und_role_registrars(l, l->layers[i]->record, &r->registrars, &s->unmet, diag)) != UND_OK)
			return e;
	if ((e = und_role_council(l, s->record, &r->organisers, UND_ERR_QUORUM_ORGANISERS, &s->unmet, diag)) != UND_OK)
		return e;
	return und_base_rings(&s->rings, &s->ring_count, l);
}

void und_letter_commit(struct und_letter *l, struct und_step *s)
{
	struct und_layer *last = und_last_layer(l);

	l->letter = s->record;
	l->base = l->layer_ids.n - 1;
	last->rings = s->rings;
	last->ring_count = s->ring_count;
	s->rings = NULL;
	s->ring_count = 0;
}

void und_letter_pin(uint8_t out[UND_ID_SIZE], const struct und_letter *l)
{
	const struct und_council *c = &l->letter->u.letter.registrars;
	const uint8_t *keys[UND_COUNCIL_MAX];

	for (size_t i = 0; i < c->count; i++)
		keys[i] = c->keys[i].key;
	und_pin(out, (unsigned)c->quorum, keys, c->count);
}

/* ---- the words ---- */

enum und_err und_words_fit(const struct und_letter *l, const struct und_record *r, struct und_diag *diag)
{
	const struct und_letter_record *letter = &l->letter->u.letter;
	const struct und_words *w = &r->u.words;

	if (!und_id_equal(r->id, letter->words))
		return und_fault(UND_ERR_WORDS_OTHER, diag, "");
	for (size_t i = 0; i < w->addressee_count; i++) {
		const struct und_ref *key = &w->addressees[i].key;

		if (key->set && (und_council_has(&letter->organisers, key->id) || und_council_has(&letter->registrars, key->id)))
			return und_fault_at(UND_ERR_KEY_TAKEN, diag, "addressees", i, "key");
	}
	return UND_OK;
}

enum und_err und_words_check(struct und_letter *l, struct und_step *s, struct und_diag *diag)
{
	enum und_err e;

	if ((e = und_words_fit(l, s->record, diag)) != UND_OK)
		return e;
	return und_parties_make_room(l, s->record->u.words.addressee_count);
}

void und_words_commit(struct und_letter *l, struct und_step *s)
{
	const struct und_words *w = &s->record->u.words;

	l->words = s->record;
	for (size_t i = 0; i < w->addressee_count; i++)
		und_party_add(l, w->addressees[i].id, w->addressees[i].name, &w->addressees[i].key, true);
}

/* ---- the sealed words ---- */

enum und_err und_sealed_check(struct und_letter *l, struct und_step *s, struct und_diag *diag)
{
	(void)s;
	if (l->words != NULL)
		return und_fault(UND_ERR_SEALED_AFTER_WORDS, diag, "type");
	if (l->sealed != NULL)
		return und_fault(UND_ERR_SEALED_TWICE, diag, "type");
	return UND_OK;
}

void und_sealed_commit(struct und_letter *l, struct und_step *s)
{
	l->sealed = s->record;
}
