/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* roles.c: whose signatures a record carries, and whether they are enough (spec/records.md, Types, "made valid by") */
#include "letter/fold.h"

bool und_council_has(const struct und_council *c, const uint8_t *key)
{
	for (size_t i = 0; i < c->count; i++)
		if (memcmp(c->keys[i].key, key, UND_ED25519_KEY_SIZE) == 0)
			return true;
	return false;
}

static uint64_t count_by(const struct und_record *r, const struct und_council *c)
{
	uint64_t n = 0;

	for (size_t i = 0; i < r->signature_count; i++)
		n += und_council_has(c, r->signatures[i].key);
	return n;
}

/* A draft may lack a quorum where unmet is given. */
static enum und_err lacks(const struct und_letter *l, enum und_err lack, enum und_err *unmet, struct und_diag *diag)
{
	if (!l->options.unsigned_ok || unmet == NULL)
		return und_fault(lack, diag, "signatures");
	*unmet = lack;
	return UND_OK;
}

enum und_err und_role_council(const struct und_letter *l, const struct und_record *r, const struct und_council *c, enum und_err lack,
                              enum und_err *unmet, struct und_diag *diag)
{
	if (count_by(r, c) != r->signature_count)
		return und_fault(UND_ERR_NO_ROLE, diag, "signatures");
	return r->signature_count < c->quorum ? lacks(l, lack, unmet, diag) : UND_OK;
}

enum und_err und_role_registrars(const struct und_letter *l, const struct und_record *roster, const struct und_council *c, enum und_err *unmet,
                                 struct und_diag *diag)
{
	return count_by(roster, c) < c->quorum ? lacks(l, UND_ERR_QUORUM_REGISTRARS, unmet, diag) : UND_OK;
}

enum und_err und_role_statement(bool *authenticated, const struct und_letter *l, const struct und_record *r, const struct und_ref *key,
                                struct und_diag *diag)
{
	const struct und_council *c = &l->letter->u.letter.organisers;

	if (r->signature_count == 1 && key->set && memcmp(r->signatures[0].key, key->id, UND_ED25519_KEY_SIZE) == 0) {
		*authenticated = true;
		return UND_OK;
	}
	if (count_by(r, c) != r->signature_count)
		return und_fault(UND_ERR_NO_ROLE, diag, "signatures");
	if (r->signature_count < c->quorum)
		return und_fault(r->signature_count == 0 ? UND_ERR_QUORUM_PARTY : UND_ERR_QUORUM_ORGANISERS, diag, "signatures");
	*authenticated = false;
	return UND_OK;
}
