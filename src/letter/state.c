/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* state.c: what a letter says, as a function of its lines (spec/records.md, The state of a letter) */
#include <stdlib.h>

#include "letter/fold.h"

/* ---- rings, bodies, headcounts ---- */

/* Of the bodies whose rings stand in rings[1 …]; 0 if any is unknown. */
static uint64_t sum_headcounts(const struct und_letter *l, const struct und_fold_ring *rings, size_t count)
{
	uint64_t sum = 0;

	for (size_t i = 1; i < count; i++) {
		if (l->bodies[rings[i].body].headcount == 0)
			return 0;
		sum += l->bodies[rings[i].body].headcount;
	}
	return sum;
}

static void fill_ring(struct und_state_ring *out, const struct und_letter *l, const struct und_layer *layer, const struct und_fold_ring *ring)
{
	const struct und_rules *rules = l->letter == NULL ? NULL : und_fold_rules(l);
	bool all = ring->body == UND_SET_NONE;

	*out = (struct und_state_ring){ .roster = layer->record->id, .id = ring->label, .keys = ring->keys, .made = ring->made,
		                        .signers = ring->made - ring->withdrawn };
	out->name = all ? und_bytes("", 0) : l->bodies[ring->body].name;
	out->headcount = all ? sum_headcounts(l, layer->rings, layer->ring_count) : l->bodies[ring->body].headcount;
	if (rules != NULL)
		out->above_share = all ? und_above_share(layer->made, rules->max_share_all, ring->keys) :
			                 und_above_share(ring->made, rules->max_share, ring->keys);
}

static enum und_err fill_rings(struct und_state *s, const struct und_letter *l)
{
	size_t n = 0;

	for (size_t i = l->base; i < l->layer_ids.n; i++)
		n += l->layers[i]->ring_count;
	s->rings = und_arena_alloc(&s->arena, n, sizeof *s->rings);
	if (s->rings == NULL)
		return UND_ERR_MEMORY;
	for (size_t i = l->base; i < l->layer_ids.n; i++)
		for (size_t j = 0; j < l->layers[i]->ring_count; j++)
			fill_ring(&s->rings[s->ring_count++], l, l->layers[i], &l->layers[i]->rings[j]);
	return UND_OK;
}

/* A body counts once, whichever of its rings holds a signer. */
static enum und_err count_signers(struct und_state *s, const struct und_letter *l)
{
	bool *seen = und_arena_alloc(&s->arena, l->body_ids.n, sizeof *seen);

	if (seen == NULL)
		return UND_ERR_MEMORY;
	for (size_t i = l->base; i < l->layer_ids.n; i++)
		for (size_t j = 0; j < l->layers[i]->ring_count; j++) {
			const struct und_fold_ring *r = &l->layers[i]->rings[j];
			uint64_t signers = r->made - r->withdrawn;

			s->signers += signers;
			if (r->body == UND_SET_NONE) {
				s->undisclosed += signers;
			} else if (signers != 0 && !seen[r->body]) {
				seen[r->body] = true;
				s->bodies++;
			}
		}
	s->withdrawn = l->withdrawn;
	return UND_OK;
}

static void count_keys(struct und_state *s, const struct und_letter *l)
{
	s->keys = l->key_count;
	for (size_t i = 0; i < l->body_ids.n; i++) {
		if (l->bodies[i].headcount == 0) {
			s->headcount = 0;
			return;
		}
		s->headcount += l->bodies[i].headcount;
	}
}

/* ---- the last day to sign ---- */

/* The deadline of the greatest (on, id), else the rules'. */
static und_day find_closes(const struct und_letter *l)
{
	const struct und_record *best = NULL;

	for (size_t i = 0; i < l->kept_count; i++) {
		const struct und_record *r = l->kept[i].record;

		if (r->type != UND_TYPE_NOTICE || r->u.notice.kind != UND_NOTICE_DEADLINE)
			continue;
		if (best == NULL || r->u.notice.on > best->u.notice.on ||
		    (r->u.notice.on == best->u.notice.on && memcmp(r->id, best->id, UND_ID_SIZE) > 0))
			best = r;
	}
	return best == NULL ? und_fold_rules(l)->closes : best->u.notice.closes;
}

/* ---- stances ---- */

struct stance_claim {
	struct und_bytes party;
	const struct und_stance_on *on;
	const struct und_fold_statement *statement;
};

/* By party, demand, then the one that counts first: authenticated, then the greatest (on, chain, id). */
static int compare_claims(const void *a, const void *b)
{
	const struct stance_claim *x = a, *y = b;
	const struct und_fold_statement *s = x->statement, *t = y->statement;
	int order;

	if ((order = und_bytes_compare_var(x->party, y->party)) != 0)
		return order;
	if ((order = und_bytes_compare_var(x->on->demand, y->on->demand)) != 0)
		return order;
	if (s->authenticated != t->authenticated)
		return s->authenticated ? -1 : 1;
	if (s->record->u.statement.on != t->record->u.statement.on)
		return s->record->u.statement.on > t->record->u.statement.on ? -1 : 1;
	if (s->chain != t->chain)
		return s->chain > t->chain ? -1 : 1;
	return memcmp(t->record->id, s->record->id, UND_ID_SIZE);
}

static struct stance_claim *collect_claims(size_t *count, const struct und_letter *l)
{
	struct stance_claim *claims;
	size_t n = 0;

	for (size_t i = 0; i < l->statement_ids.n; i++)
		n += l->statements[i].record->u.statement.stance_count;
	claims = und_alloc(n, sizeof *claims);
	*count = 0;
	for (size_t i = 0; claims != NULL && i < l->statement_ids.n; i++) {
		const struct und_statement *t = &l->statements[i].record->u.statement;

		for (size_t j = 0; j < t->stance_count; j++)
			claims[(*count)++] = (struct stance_claim){ t->party, &t->stances[j], &l->statements[i] };
	}
	return claims;
}

static enum und_err fill_stances(struct und_state *s, const struct und_letter *l)
{
	size_t n;
	struct stance_claim *claims = collect_claims(&n, l);

	if (claims == NULL)
		return UND_ERR_MEMORY;
	qsort(claims, n, sizeof *claims, compare_claims);
	s->stances = und_arena_alloc(&s->arena, n, sizeof *s->stances);
	for (size_t i = 0; s->stances != NULL && i < n; i++) {
		const struct stance_claim *c = &claims[i];

		if (i != 0 && und_bytes_equal_var(c->party, c[-1].party) && und_bytes_equal_var(c->on->demand, c[-1].on->demand))
			continue;
		s->stances[s->stance_count++] = (struct und_state_stance){ c->party, c->on->demand, c->on->stance, c->statement->authenticated,
			                                                   c->statement->record->id };
	}
	free(claims);
	return s->stances == NULL ? UND_ERR_MEMORY : UND_OK;
}

/* ---- questions ---- */

static int compare_questions(const void *a, const void *b)
{
	return memcmp(((const struct und_state_question *)a)->id, ((const struct und_state_question *)b)->id, UND_ID_SIZE);
}

/* The votes of tags that did not withdraw. */
static void tally(uint64_t *const *tallies, const struct und_letter *l)
{
	for (size_t i = 0; i < l->votes.n; i++) {
		const uint8_t *key = und_set_key(&l->votes, i);

		if (!l->tag_of[und_vote_tag(key)].withdrawn)
			tallies[und_vote_question(key)][l->choices[i]]++;
	}
}

static enum und_err fill_questions(struct und_state *s, const struct und_letter *l)
{
	size_t n = l->question_ids.n;
	uint64_t **tallies = und_arena_alloc(&s->arena, n, sizeof *tallies);

	s->questions = und_arena_alloc(&s->arena, n, sizeof *s->questions);
	if (tallies == NULL || s->questions == NULL)
		return UND_ERR_MEMORY;
	for (size_t i = 0; i < n; i++) {
		const struct und_record *r = l->questions[i];

		tallies[i] = und_arena_alloc(&s->arena, r->u.question.choice_count, sizeof **tallies);
		if (tallies[i] == NULL)
			return UND_ERR_MEMORY;
		s->questions[i] = (struct und_state_question){ r->id, &r->u.question, tallies[i] };
	}
	s->question_count = n;
	tally(tallies, l);
	qsort(s->questions, n, sizeof *s->questions, compare_questions);
	return UND_OK;
}

/* ---- waits ---- */

/* Addressees in the order of the words. */
static enum und_err fill_waits(struct und_state *s, const struct und_letter *l)
{
	size_t *wait_of = und_arena_alloc(&s->arena, l->party_ids.n, sizeof *wait_of);

	s->waits = und_arena_alloc(&s->arena, UND_ADDRESSEES_MAX, sizeof *s->waits);
	if (s->waits == NULL || wait_of == NULL)
		return UND_ERR_MEMORY;
	for (size_t i = 0; i < l->party_ids.n; i++) {
		wait_of[i] = UND_SET_NONE;
		if (l->parties[i].delivered == UND_DAY_NONE)
			continue;
		wait_of[i] = s->wait_count;
		s->waits[s->wait_count++] = (struct und_state_wait){ l->parties[i].id, l->parties[i].delivered, false };
	}
	for (size_t i = 0; i < l->statement_ids.n; i++) {
		size_t w = wait_of[l->statements[i].party];

		if (w != UND_SET_NONE && l->statements[i].record->u.statement.on >= s->waits[w].delivered)
			s->waits[w].answered = true;
	}
	return UND_OK;
}

/* ---- vouchers ---- */

/* A key in both councils is one voucher where it goes by one name, else two: what each council says of it is shown. */
static enum und_err fill_vouchers(struct und_state *s, const struct und_letter *l)
{
	const struct und_council *r = &l->letter->u.letter.registrars, *o = &l->letter->u.letter.organisers;
	size_t i = 0, j = 0;

	s->vouchers = und_arena_alloc(&s->arena, r->count + o->count, sizeof *s->vouchers);
	if (s->vouchers == NULL)
		return UND_ERR_MEMORY;
	while (i < r->count || j < o->count) {
		int order = i == r->count ? 1 : j == o->count ? -1 : memcmp(r->keys[i].key, o->keys[j].key, UND_ED25519_KEY_SIZE);

		if (order == 0 && und_bytes_equal_var(r->keys[i].name, o->keys[j].name) && und_bytes_equal_var(r->keys[i].where, o->keys[j].where)) {
			s->vouchers[s->voucher_count++] = (struct und_state_voucher){ &r->keys[i++], true, true };
			j++;
		} else if (order <= 0) {
			s->vouchers[s->voucher_count++] = (struct und_state_voucher){ &r->keys[i++], true, false };
		} else {
			s->vouchers[s->voucher_count++] = (struct und_state_voucher){ &o->keys[j++], false, true };
		}
	}
	return UND_OK;
}

/* ---- together ---- */

static enum und_err fill_letter(struct und_state *s, const struct und_letter *l)
{
	const struct und_rules *rules = und_fold_rules(l);
	enum und_err e;

	s->letter = l->letter->id;
	s->record = &l->letter->u.letter;
	s->words = und_fold_words(l);
	s->sealed = l->words == NULL;
	s->opened = l->words == NULL && l->opened.n != 0;
	s->closes = find_closes(l);
	s->statements = l->statement_ids.n;
	if ((e = count_signers(s, l)) != UND_OK)
		return e;
	s->thresholds_met = s->signers >= rules->signers && s->bodies >= rules->bodies;
	if ((e = fill_stances(s, l)) != UND_OK)
		return e;
	if ((e = fill_questions(s, l)) != UND_OK)
		return e;
	if ((e = fill_waits(s, l)) != UND_OK)
		return e;
	return fill_vouchers(s, l);
}

enum und_err und_letter_state(struct und_state *out, const struct und_letter *l)
{
	struct und_state s = { .closes = UND_DAY_NONE };
	enum und_err e;

	und_bug_if(!l->ended || l->failed != UND_OK);
	und_arena_init(&s.arena);
	s.lines = l->lines;
	s.roster = und_last_layer(l)->record->id;
	count_keys(&s, l);
	e = fill_rings(&s, l);
	if (e == UND_OK && l->letter != NULL)
		e = fill_letter(&s, l);
	if (e != UND_OK) {
		und_arena_clear(&s.arena);
		return e;
	}
	*out = s;
	return UND_OK;
}

void und_state_clear(struct und_state *s)
{
	und_arena_clear(&s->arena);
	memset(s, 0, sizeof *s);
}
