/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* fold.c: lines go in, in order: the table of types, and one line's way from bytes to the letter (spec/records.md, Types and Order) */
#include "letter/fold.h"

#include <stdlib.h>

#include "letter/collect.h"
#include "record/place.h"

enum { PENDING_DEFAULT = 8 << 20, PENDING_A_KEY = 64 };

enum place {
	PLACE_ROSTERS, /* above the letter, and below it */
	PLACE_LETTER,
	PLACE_LATER,   /* below the letter, before the words too */
	PLACE_WORDS    /* below the words */
};
enum roles {
	ROLES_NONE,       /* carries no signatures */
	ROLES_OWN,        /* its check says whose */
	ROLES_ORGANISERS,
	ROLES_DRAFT       /* organisers, whose quorum a draft may lack */
};

struct rule {
	enum place place;
	enum roles roles;
	bool names_letter, kept, proven;
	enum und_err (*check)(struct und_letter *l, struct und_step *s, struct und_diag *diag);
	void (*commit)(struct und_letter *l, struct und_step *s);
};

/* Nothing beyond its place, its letter and its signatures */
static enum und_err no_more(struct und_letter *l, struct und_step *s, struct und_diag *diag)
{
	(void)l;
	(void)s;
	(void)diag;
	return UND_OK;
}

/* clang-format off */
static const struct rule rules[UND_TYPE_COUNT] = {
	/*                          where          whose signatures  names_letter kept  proven */
	[UND_TYPE_ROSTER] =      { PLACE_ROSTERS, ROLES_OWN,        false, true,  false, und_roster_check,      und_roster_commit },
	[UND_TYPE_KEYS] =        { PLACE_ROSTERS, ROLES_NONE,       false, false, false, und_keys_check,        und_keys_commit },
	[UND_TYPE_LETTER] =      { PLACE_LETTER,  ROLES_OWN,        false, true,  false, und_letter_check,      und_letter_commit },
	[UND_TYPE_WORDS] =       { PLACE_LATER,   ROLES_DRAFT,      false, true,  false, und_words_check,       und_words_commit },
	[UND_TYPE_SEALED] =      { PLACE_LATER,   ROLES_DRAFT,      true,  true,  false, und_sealed_check,      und_sealed_commit },
	[UND_TYPE_SIGNATURE] =   { PLACE_LATER,   ROLES_NONE,       true,  false, true,  und_signature_check,   und_signature_commit },
	[UND_TYPE_WITHDRAWAL] =  { PLACE_LATER,   ROLES_NONE,       true,  false, true,  und_withdrawal_check,  und_withdrawal_commit },
	[UND_TYPE_PARTY] =       { PLACE_WORDS,   ROLES_ORGANISERS, true,  true,  false, und_party_check,       und_party_commit },
	[UND_TYPE_DELIVERY] =    { PLACE_WORDS,   ROLES_ORGANISERS, true,  true,  false, und_delivery_check,    und_delivery_commit },
	[UND_TYPE_PUBLICATION] = { PLACE_WORDS,   ROLES_ORGANISERS, true,  true,  false, no_more,               NULL },
	[UND_TYPE_STATEMENT] =   { PLACE_WORDS,   ROLES_OWN,        true,  true,  false, und_statement_check,   und_statement_commit },
	[UND_TYPE_QUESTION] =    { PLACE_WORDS,   ROLES_ORGANISERS, true,  true,  false, und_question_check,    und_question_commit },
	[UND_TYPE_VOTE] =        { PLACE_WORDS,   ROLES_NONE,       true,  false, true,  und_vote_check,        und_vote_commit },
	[UND_TYPE_NOTICE] =      { PLACE_LATER,   ROLES_ORGANISERS, true,  true,  false, und_notice_check,      NULL },
	[UND_TYPE_TRANSLATION] = { PLACE_WORDS,   ROLES_ORGANISERS, true,  true,  false, und_translation_check, NULL },
	/* UND_TYPE_ENROLMENT: never in a letter */
};
/* clang-format on */

/* names_letter: the member stands first in each of these, so that one reading serves all */
#define STANDS_FIRST(type) (offsetof(struct und_##type, letter) == 0)
_Static_assert(STANDS_FIRST(sealed) && STANDS_FIRST(signature) && STANDS_FIRST(withdrawal) && STANDS_FIRST(vote) && STANDS_FIRST(party) &&
               STANDS_FIRST(delivery) && STANDS_FIRST(publication) && STANDS_FIRST(statement) && STANDS_FIRST(question) &&
               STANDS_FIRST(notice) && STANDS_FIRST(translation), "letter stands first");

/* ---- one line ---- */

static enum und_err decode(struct und_letter *l, struct und_step *s, struct und_bytes line, struct und_diag *diag)
{
	enum und_err e;

	s->record = und_alloc(1, sizeof *s->record);
	if (s->record == NULL)
		return UND_ERR_MEMORY;
	und_record_init(s->record);
	e = und_record_decode(s->record, line, diag);
	if (e == UND_ERR_NEWER && l->letter != NULL) /* only above the letter, or the letter itself */
		return und_fault(UND_ERR_VERSION, diag, "v");
	return e;
}

/* spec/records.md, Order */
static enum und_err check_place(const struct und_letter *l, const struct und_record *r, struct und_diag *diag)
{
	const struct rule *rule = &rules[r->type];
	const struct und_layer *last = und_last_layer(l);

	if (rule->check == NULL || (l->options.mode == UND_LETTER_ROSTER && rule->place != PLACE_ROSTERS))
		return und_fault(UND_ERR_TYPE, diag, "type");
	if (l->options.mode == UND_LETTER_BUNDLE)
		if (und_bundle_takes(r) != UND_OK)
			return und_fault(UND_ERR_BUNDLE, diag, "type");
	if (l->options.mode != UND_LETTER_BUNDLE && last != NULL && last->due < last->record->u.roster.body_count && r->type != UND_TYPE_KEYS)
		return und_fault(UND_ERR_KEYS_DUE, diag, "type");
	if (rule->place == PLACE_LETTER && l->letter != NULL)
		return und_fault(UND_ERR_SECOND_LETTER, diag, "type");
	if (rule->place > PLACE_LETTER && l->letter == NULL)
		return und_fault(UND_ERR_BEFORE_LETTER, diag, "type");
	if (rule->place == PLACE_WORDS && l->words == NULL)
		return und_fault(UND_ERR_BEFORE_WORDS, diag, "type");
	return UND_OK;
}

static enum und_err check_signatures(struct und_letter *l, struct und_step *s, struct und_diag *diag)
{
	enum roles roles = rules[s->record->type].roles;
	enum und_err e;

	if (roles == ROLES_NONE)
		return UND_OK;
	if (roles == ROLES_ORGANISERS || roles == ROLES_DRAFT)
		if ((e = und_role_council(l, s->record, &l->letter->u.letter.organisers, UND_ERR_QUORUM_ORGANISERS,
		                          roles == ROLES_DRAFT ? &s->unmet : NULL, diag)) != UND_OK)
			return e;
	return und_record_check_signatures(s->record, diag);
}

/* Everything but the proof. */
static enum und_err judge(struct und_letter *l, struct und_step *s, struct und_bytes line, struct und_diag *diag)
{
	const struct rule *rule;
	enum und_err e;

	if ((e = decode(l, s, line, diag)) != UND_OK)
		return e;
	if ((e = check_place(l, s->record, diag)) != UND_OK)
		return e;
	rule = &rules[s->record->type];
	if (und_set_find(&l->ids, s->record->id) != UND_SET_NONE)
		return und_fault(UND_ERR_REPEATED, diag, "");
	if (rule->names_letter && !und_id_equal(s->record->u.sealed.letter, l->letter->id))
		return und_fault(UND_ERR_OTHER_LETTER, diag, "letter");
	if ((e = rule->check(l, s, diag)) != UND_OK)
		return e;
	if ((e = check_signatures(l, s, diag)) != UND_OK)
		return e;
	if ((e = und_set_reserve(&l->ids, 1)) != UND_OK)
		return e;
	return und_grow(&l->kept, &l->kept_cap, l->kept_count + 1, sizeof *l->kept);
}

static void commit(struct und_letter *l, struct und_step *s, size_t size)
{
	const struct rule *rule = &rules[s->record->type];
	struct und_layer *last = und_last_layer(l);

	if (l->options.mode == UND_LETTER_BUNDLE && last != NULL && s->record->type != UND_TYPE_KEYS)
		last->due = last->record->u.roster.body_count; /* keys that the bundle leaves out */
	(void)und_set_add(&l->ids, s->record->id);
	if (l->unmet == UND_OK)
		l->unmet = s->unmet;
	if (rule->commit != NULL)
		rule->commit(l, s);
	if (rule->kept) {
		l->kept[l->kept_count++] = (struct und_kept){ s->line, s->record, s->authenticated, size };
		s->record = NULL; /* the letter's now */
	}
	l->lines++;
	l->bytes += size + 1;
}

void und_step_clear(struct und_step *s)
{
	if (s->record != NULL)
		und_record_clear(s->record);
	free(s->record);
	if (s->layer != NULL && s->layer->record == NULL) /* a roster that was refused */
		und_layer_free(s->layer);
	free(s->block);
	und_rings_free(s->rings, s->ring_count);
}

/* ---- faults ---- */

enum und_err und_fault_at(enum und_err e, struct und_diag *diag, const char *list, size_t i, const char *member)
{
	struct und_place at = { .name = und_cstr(list) }, element = { .up = &at, .index = i };

	und_place_tell(diag, &(struct und_place){ .up = &element, .name = und_cstr(member) });
	return e;
}

static bool is_machine(enum und_err e)
{
	return e == UND_ERR_MEMORY || e == UND_ERR_RANDOM || e == UND_ERR_STOPPED;
}

/* The letter takes no more. What waited stands above this line, and so a fault there comes first. */
static enum und_err fail(struct und_letter *l, enum und_err e, struct und_diag fault, struct und_diag *diag)
{
	struct und_diag earlier = { 0 };
	enum und_err f = is_machine(e) ? UND_OK : und_pending_flush(l, &earlier);

	if (f != UND_OK) {
		e = f;
		fault = earlier;
	}
	l->failed = e;
	l->fault = fault;
	if (diag != NULL)
		*diag = fault;
	return e;
}

static enum und_err failed(const struct und_letter *l, struct und_diag *diag)
{
	if (diag != NULL)
		*diag = l->fault;
	return l->failed;
}

static enum und_err flush(struct und_letter *l, struct und_diag *diag)
{
	struct und_diag fault = { 0 };
	enum und_err e = und_pending_flush(l, &fault);

	return e == UND_OK ? UND_OK : fail(l, e, fault, diag);
}

/*
 * A batch adds up all keys of its rings, however few signatures each has in it: with a bound of its own, batches would grow with the signatures and each of them with the keys. So a large roll has large ones.
 */
static size_t pending_max(const struct und_letter *l)
{
	size_t by_keys = (size_t)l->key_count * PENDING_A_KEY;

	if (l->options.pending_max != 0)
		return l->options.pending_max;
	return by_keys > PENDING_DEFAULT ? by_keys : PENDING_DEFAULT;
}

/* ---- the public calls ---- */

enum und_err und_letter_line(struct und_letter *l, struct und_bytes line, struct und_diag *diag)
{
	struct und_step s = { .line = l->lines + 1 };
	struct und_diag fault = { .line = s.line };
	enum und_err e;

	und_bug_if(l->ended);
	if (l->failed != UND_OK)
		return failed(l, diag);
	e = judge(l, &s, line, &fault);
	if (e == UND_OK && rules[s.record->type].proven && !l->options.proven)
		e = und_pending_add(&l->pending, &s);
	if (e == UND_OK)
		commit(l, &s, line.n);
	und_step_clear(&s);
	if (e != UND_OK)
		return fail(l, e, fault, diag);
	return und_pending_bytes(&l->pending) >= pending_max(l) ? flush(l, diag) : UND_OK;
}

enum und_err und_fold_line(void *ctx, const struct und_line *line)
{
	return und_letter_line(ctx, line->bytes, NULL);
}

enum und_err und_letter_feed(struct und_letter *l, struct und_bytes chunk, struct und_diag *diag)
{
	struct und_diag fault = { 0 };
	enum und_err e;

	und_bug_if(l->ended);
	if (l->failed != UND_OK)
		return failed(l, diag);
	e = und_reader_feed(&l->reader, chunk, &fault);
	if (e == UND_OK)
		return UND_OK;
	if (l->failed != UND_OK)
		return failed(l, diag);
	fault.line = l->lines + 1; /* the reader's own: a line above every limit, or no memory for it */
	return fail(l, e, fault, diag);
}

static enum und_err check_whole(const struct und_letter *l)
{
	const struct und_layer *last = und_last_layer(l);

	if (l->lines == 0)
		return l->options.mode == UND_LETTER_ROSTER ? UND_ERR_TRUNCATED : UND_ERR_NO_LETTER;
	if (l->options.mode != UND_LETTER_BUNDLE && last != NULL && last->due < last->record->u.roster.body_count)
		return UND_ERR_KEYS_DUE;
	if (l->options.mode != UND_LETTER_ROSTER && l->letter == NULL)
		return UND_ERR_NO_LETTER;
	return UND_OK;
}

/* In a file of rosters: the rings that a letter on the last one would have. */
static enum und_err end_rosters(struct und_letter *l)
{
	struct und_layer *last = und_last_layer(l);
	enum und_err e;

	if ((e = und_base_rings(&last->rings, &last->ring_count, l)) != UND_OK)
		return e;
	l->base = l->layer_ids.n - 1;
	return UND_OK;
}

enum und_err und_letter_end(struct und_letter *l, struct und_diag *diag)
{
	struct und_diag fault = { .line = l->lines + 1 };
	enum und_err e;

	if (l->failed != UND_OK)
		return failed(l, diag);
	if ((e = flush(l, diag)) != UND_OK)
		return e;
	if (!l->ended && (e = und_reader_finish(&l->reader, NULL)) != UND_OK)
		return fail(l, e, fault, diag);
	if ((e = check_whole(l)) != UND_OK) {
		if (!l->ended)
			return fail(l, e, fault, diag);
		if (diag != NULL) /* asked again, after a wave was appended whose keys are still to come */
			*diag = fault;
		return e;
	}
	if (l->options.mode == UND_LETTER_BUNDLE)
		if ((e = und_bundle_shape(&fault.line, l)) != UND_OK)
			return fail(l, e, fault, diag);
	if (l->options.mode == UND_LETTER_ROSTER && l->base == UND_NO_BASE)
		if ((e = end_rosters(l)) != UND_OK)
			return fail(l, e, fault, diag);
	l->ended = true;
	return UND_OK;
}

void und_letter_resume(struct und_letter *l)
{
	und_bug_if(!l->ended || l->failed != UND_OK || l->options.mode == UND_LETTER_ROSTER);
	l->ended = false;
}

enum und_err und_letter_append(struct und_letter *l, struct und_bytes line, struct und_diag *diag)
{
	struct und_step s = { .line = l->lines + 1 };
	struct und_diag fault = { 0 };
	enum und_err e;

	und_bug_if(!l->ended || l->failed != UND_OK || l->options.mode == UND_LETTER_ROSTER);
	e = judge(l, &s, line, &fault);
	if (e == UND_OK && rules[s.record->type].proven && !l->options.proven)
		if ((e = und_step_prove(l, &s)) != UND_OK)
			und_diag_member(&fault, "proof");
	if (e == UND_OK)
		commit(l, &s, line.n);
	und_step_clear(&s);
	if (e != UND_OK && diag != NULL)
		*diag = fault;
	return e;
}

enum und_err und_letter_append_proven(struct und_letter *l, struct und_bytes line, struct und_diag *diag)
{
	bool proven = l->options.proven;
	enum und_err e;

	l->options.proven = true;
	e = und_letter_append(l, line, diag);
	l->options.proven = proven;
	return e;
}

enum und_err und_letter_read(struct und_letter **out, struct und_bytes file, const struct und_letter_options *options, struct und_diag *diag)
{
	struct und_letter *l;
	enum und_err e;

	if ((e = und_letter_new(&l, options)) != UND_OK)
		return e;
	if ((e = und_letter_feed(l, file, diag)) != UND_OK)
		goto out;
	e = und_letter_end(l, diag);
out:
	if (e == UND_OK)
		*out = l;
	else
		und_letter_free(l);
	return e;
}
