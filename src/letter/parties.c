/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* parties.c: who speaks: addressees and other parties, what was delivered (spec/records.md, Types, party) */
#include "base/hash.h"
#include "letter/fold.h"

size_t und_find_party(const struct und_letter *l, struct und_bytes id)
{
	uint8_t key[UND_ID_TEXT_MAX];

	if (id.n > UND_ID_TEXT_MAX)
		return UND_SET_NONE;
	und_pad_id(key, id);
	return und_set_find(&l->party_ids, key);
}

enum und_err und_parties_make_room(struct und_letter *l, size_t more)
{
	enum und_err e;

	if ((e = und_set_reserve(&l->party_ids, more)) != UND_OK)
		return e;
	if ((e = und_set_reserve(&l->party_names, more)) != UND_OK)
		return e;
	if ((e = und_set_reserve(&l->party_keys, more)) != UND_OK)
		return e;
	return und_grow(&l->parties, &l->parties_cap, l->party_ids.n + more, sizeof *l->parties);
}

void und_party_add(struct und_letter *l, struct und_bytes id, struct und_bytes name, const struct und_ref *key, bool addressee)
{
	uint8_t padded[UND_ID_TEXT_MAX], hash[32];

	l->parties[l->party_ids.n] = (struct und_fold_party){ id, name, *key, addressee, UND_DAY_NONE };
	und_pad_id(padded, id);
	(void)und_set_add(&l->party_ids, padded);
	und_sha256(hash, &name, 1);
	(void)und_set_add(&l->party_names, hash);
	if (key->set)
		(void)und_set_add(&l->party_keys, key->id);
}

/* ---- party ---- */

static enum und_err check_key(const struct und_letter *l, const struct und_ref *key, struct und_diag *diag)
{
	const struct und_letter_record *r = &l->letter->u.letter;

	if (key->set && (und_set_find(&l->party_keys, key->id) != UND_SET_NONE || und_council_has(&r->organisers, key->id) ||
	                 und_council_has(&r->registrars, key->id)))
		return und_fault(UND_ERR_KEY_TAKEN, diag, "key");
	return UND_OK;
}

/* Gives a key to a known party (same name) that has none. */
static enum und_err check_known(const struct und_fold_party *known, const struct und_party *p, struct und_diag *diag)
{
	if (!und_bytes_equal_var(known->name, p->name))
		return und_fault(UND_ERR_PARTY_KNOWN, diag, "name");
	if (known->key.set || !p->key.set)
		return und_fault(UND_ERR_PARTY_KNOWN, diag, "id");
	return UND_OK;
}

enum und_err und_party_check(struct und_letter *l, struct und_step *s, struct und_diag *diag)
{
	const struct und_party *p = &s->record->u.party;
	uint8_t hash[32];
	enum und_err e;

	s->party = und_find_party(l, p->id);
	und_sha256(hash, &p->name, 1);
	if (s->party != UND_SET_NONE) {
		if ((e = check_known(&l->parties[s->party], p, diag)) != UND_OK)
			return e;
	} else if (und_set_find(&l->party_names, hash) != UND_SET_NONE) {
		return und_fault(UND_ERR_NAME_TAKEN, diag, "name");
	}
	if ((e = check_key(l, &p->key, diag)) != UND_OK)
		return e;
	return und_parties_make_room(l, 1);
}

void und_party_commit(struct und_letter *l, struct und_step *s)
{
	const struct und_party *p = &s->record->u.party;

	if (s->party == UND_SET_NONE) {
		und_party_add(l, p->id, p->name, &p->key, false);
		return;
	}
	l->parties[s->party].key = p->key;
	(void)und_set_add(&l->party_keys, p->key.id);
}

/* ---- delivery ---- */

enum und_err und_delivery_check(struct und_letter *l, struct und_step *s, struct und_diag *diag)
{
	s->party = und_find_party(l, s->record->u.delivery.party);
	if (s->party == UND_SET_NONE || !l->parties[s->party].addressee)
		return und_fault(UND_ERR_NOT_ADDRESSEE, diag, "party");
	return UND_OK;
}

void und_delivery_commit(struct und_letter *l, struct und_step *s)
{
	und_day on = s->record->u.delivery.on, *first = &l->parties[s->party].delivered;

	if (*first == UND_DAY_NONE || on < *first)
		*first = on;
}
