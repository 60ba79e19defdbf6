/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* statements.c: what is said about the letter: statements, questions, notices, translations (spec/records.md, Types) */
#include "letter/fold.h"

static bool has_demand(const struct und_words *w, struct und_bytes id)
{
	for (size_t i = 0; i < w->demand_count; i++)
		if (und_bytes_equal_var(w->demands[i].id, id))
			return true;
	return false;
}

/* ---- statement ---- */

static enum und_err check_stances(const struct und_words *w, const struct und_statement *t, struct und_diag *diag)
{
	for (size_t i = 0; i < t->stance_count; i++)
		if (!und_bytes_is(t->stances[i].demand, "*") && !has_demand(w, t->stances[i].demand))
			return und_fault_at(UND_ERR_DEMAND_UNKNOWN, diag, "stances", i, "demand");
	return UND_OK;
}

static enum und_err check_clarifies(const struct und_letter *l, struct und_step *s, struct und_diag *diag)
{
	const struct und_statement *t = &s->record->u.statement;
	const struct und_fold_statement *earlier;
	size_t i;

	s->chain = 0;
	if (!t->clarifies.set)
		return UND_OK;
	i = und_set_find(&l->statement_ids, t->clarifies.id);
	if (i == UND_SET_NONE || l->statements[i].party != s->party)
		return und_fault(UND_ERR_CLARIFIES_UNKNOWN, diag, "clarifies");
	earlier = &l->statements[i];
	if (t->on < earlier->record->u.statement.on)
		return und_fault(UND_ERR_CLARIFIES_LATER, diag, "on");
	if (earlier->authenticated && !s->authenticated)
		return und_fault(UND_ERR_CLARIFIES_AUTHENTICATED, diag, "clarifies");
	s->chain = earlier->chain + 1;
	return UND_OK;
}

enum und_err und_statement_check(struct und_letter *l, struct und_step *s, struct und_diag *diag)
{
	const struct und_statement *t = &s->record->u.statement;
	enum und_err e;

	s->party = und_find_party(l, t->party);
	if (s->party == UND_SET_NONE)
		return und_fault(UND_ERR_PARTY_UNKNOWN, diag, "party");
	if ((e = check_stances(&l->words->u.words, t, diag)) != UND_OK)
		return e;
	if ((e = und_role_statement(&s->authenticated, l, s->record, &l->parties[s->party].key, diag)) != UND_OK)
		return e;
	if ((e = check_clarifies(l, s, diag)) != UND_OK)
		return e;
	if ((e = und_set_reserve(&l->statement_ids, 1)) != UND_OK)
		return e;
	return und_grow(&l->statements, &l->statements_cap, l->statement_ids.n + 1, sizeof *l->statements);
}

void und_statement_commit(struct und_letter *l, struct und_step *s)
{
	l->statements[l->statement_ids.n] = (struct und_fold_statement){ s->record, s->party, s->chain, s->authenticated };
	(void)und_set_add(&l->statement_ids, s->record->id);
}

/* ---- question ---- */

enum und_err und_question_check(struct und_letter *l, struct und_step *s, struct und_diag *diag)
{
	const struct und_question *q = &s->record->u.question;
	enum und_err e;

	if (q->about.set && und_set_find(&l->statement_ids, q->about.id) == UND_SET_NONE)
		return und_fault(UND_ERR_ABOUT_UNKNOWN, diag, "about");
	if (q->closes > und_fold_rules(l)->ends)
		return und_fault(UND_ERR_AFTER_ENDS, diag, "closes");
	if ((e = und_set_reserve(&l->question_ids, 1)) != UND_OK)
		return e;
	return und_grow(&l->questions, &l->questions_cap, l->question_ids.n + 1, sizeof(const struct und_record *));
}

void und_question_commit(struct und_letter *l, struct und_step *s)
{
	l->questions[l->question_ids.n] = s->record;
	(void)und_set_add(&l->question_ids, s->record->id);
}

/* ---- notice ---- */

enum und_err und_notice_check(struct und_letter *l, struct und_step *s, struct und_diag *diag)
{
	const struct und_notice *n = &s->record->u.notice;

	/* a bundle holds the deadlines, not what they may be about */
	if (n->about.set && l->options.mode != UND_LETTER_BUNDLE && und_set_find(&l->ids, n->about.id) == UND_SET_NONE)
		return und_fault(UND_ERR_ABOUT_UNKNOWN, diag, "about");
	if (n->closes != UND_DAY_NONE && n->closes > und_fold_rules(l)->ends)
		return und_fault(UND_ERR_AFTER_ENDS, diag, "closes");
	return UND_OK;
}

/* ---- translation ---- */

enum und_err und_translation_fit(const struct und_words *w, const struct und_translation *t, struct und_diag *diag)
{
	if (und_language_equal(t->language, w->language))
		return und_fault(UND_ERR_LANGUAGE_OWN, diag, "language");
	if (t->demand_count != w->demand_count)
		return und_fault(UND_ERR_DEMANDS_OTHER, diag, "demands");
	for (size_t i = 0; i < t->demand_count; i++)
		if (!und_bytes_equal_var(t->demands[i].id, w->demands[i].id))
			return und_fault_at(UND_ERR_DEMANDS_OTHER, diag, "demands", i, "id");
	return UND_OK;
}

enum und_err und_translation_check(struct und_letter *l, struct und_step *s, struct und_diag *diag)
{
	return und_translation_fit(&l->words->u.words, &s->record->u.translation, diag);
}
