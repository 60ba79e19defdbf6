/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* shape.c: a signing bundle holds what signing needs and nothing else (spec/records.md, Outside the letter file) */
#include <stdlib.h>

#include "letter/fold.h"

enum und_err und_bundle_takes(const struct und_record *r)
{
	switch (r->type) {
	case UND_TYPE_ROSTER:
	case UND_TYPE_KEYS:
	case UND_TYPE_LETTER:
	case UND_TYPE_WORDS:
	case UND_TYPE_SEALED:
	case UND_TYPE_PARTY:
	case UND_TYPE_STATEMENT:
	case UND_TYPE_QUESTION:
		return UND_OK;
	case UND_TYPE_NOTICE:
		return r->u.notice.kind == UND_NOTICE_DEADLINE ? UND_OK : UND_ERR_BUNDLE;
	default:
		return UND_ERR_BUNDLE;
	}
}

/* ---- keys: of all bodies, or of one in every roster that has some ---- */

static bool has_all_keys(const struct und_letter *l)
{
	return l->keys.n == l->key_count;
}

static bool has_keys_of_one(const struct und_letter *l)
{
	struct und_bytes body;
	uint64_t keys = 0;

	if (l->run_count == 0)
		return false;
	body = l->layers[l->runs[0].layer]->record->u.roster.bodies[l->runs[0].body].id;
	for (size_t i = 0; i < l->layer_ids.n; i++) {
		const struct und_roster *r = &l->layers[i]->record->u.roster;
		size_t b = und_roster_find_body(r, body);

		if (b < r->body_count)
			keys += r->bodies[b].count;
	}
	for (size_t i = 1; i < l->run_count; i++)
		if (!und_bytes_equal_var(l->layers[l->runs[i].layer]->record->u.roster.bodies[l->runs[i].body].id, body))
			return false;
	return l->keys.n == keys;
}

/* ---- statements and parties: those that questions refer to, and what these refer to ---- */

/* From the last statement up: a statement clarifies only earlier ones. */
bool *und_statements_needed(const struct und_letter *l)
{
	bool *needed = und_alloc(l->statement_ids.n, sizeof *needed);

	if (needed == NULL)
		return NULL;
	for (size_t i = 0; i < l->question_ids.n; i++)
		if (l->questions[i]->u.question.about.set)
			needed[und_set_find(&l->statement_ids, l->questions[i]->u.question.about.id)] = true;
	for (size_t i = l->statement_ids.n; i-- > 0;) {
		const struct und_ref *clarifies = &l->statements[i].record->u.statement.clarifies;

		if (needed[i] && clarifies->set)
			needed[und_set_find(&l->statement_ids, clarifies->id)] = true;
	}
	return needed;
}

/* The first record that no question needs, by its line: statements, and parties that speak in none that is needed. Errors: UND_ERR_BUNDLE, UND_ERR_MEMORY. */
static enum und_err check_needed(uint64_t *line, const struct und_letter *l)
{
	bool *statements = und_statements_needed(l), *speaks = und_alloc(l->party_ids.n, sizeof *speaks);
	enum und_err e = UND_ERR_MEMORY;

	if (statements == NULL || speaks == NULL)
		goto out;
	for (size_t i = 0; i < l->statement_ids.n; i++)
		if (statements[i])
			speaks[l->statements[i].party] = true;
	e = UND_OK;
	for (size_t i = 0; e == UND_OK && i < l->kept_count; i++) {
		const struct und_record *r = l->kept[i].record;

		if ((r->type == UND_TYPE_STATEMENT && !statements[und_set_find(&l->statement_ids, r->id)]) ||
		    (r->type == UND_TYPE_PARTY && !speaks[und_find_party(l, r->u.party.id)])) {
			*line = l->kept[i].line;
			e = UND_ERR_BUNDLE;
		}
	}
out:
	free(statements);
	free(speaks);
	return e;
}

enum und_err und_bundle_shape(uint64_t *line, const struct und_letter *l)
{
	if (!has_all_keys(l) && !has_keys_of_one(l))
		return UND_ERR_KEYS_DUE;
	if (l->words != NULL && l->sealed != NULL) {
		*line = 0;
		for (size_t i = 0; i < l->kept_count; i++)
			if (l->kept[i].record == l->words)
				*line = l->kept[i].line;
		return UND_ERR_BUNDLE;
	}
	return check_needed(line, l);
}
