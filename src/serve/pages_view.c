/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* pages_view.c: a letter as it is folded, as a page wants to be told */
#include <stdlib.h>

#include "base/hash.h"
#include "letter/seal.h"
#include "serve/pages.h"

/* Lists are filled by walking over the records that the letter keeps. Room is made once, for as many as there could be. */
struct filling {
	struct und_arena *arena;
	const struct und_serve_view *view;
	const struct und_kept *kept;
	size_t count;
	const struct und_words *words;
	const struct und_record **statements, **parties; /* in order */
	size_t statement_count, party_count;
	const struct und_record *const **by_id; /* places in statements, ascending by the ids there */
	und_day *clarified;                     /* one a statement: when the last that clarifies it was said, or UND_DAY_NONE */
};

static void *room(const struct filling *f, size_t n, size_t size)
{
	return und_arena_alloc(f->arena, n, size);
}

static size_t count_of(const struct filling *f, enum und_type type)
{
	size_t n = 0;

	for (size_t i = 0; i < f->count; i++)
		n += f->kept[i].record->type == type;
	return n;
}

static enum und_err short_form(struct und_bytes *out, const struct filling *f, const uint8_t id[UND_ID_SIZE])
{
	char text[UND_SHORT_ID_SIZE];

	und_short_id(text, id);
	return und_arena_copy(out, f->arena, und_cstr(text));
}

static struct und_view_source source_of(const struct und_source *s)
{
	return (struct und_view_source){ s->url, s->sha256.set ? s->sha256.id : NULL };
}

/* The name of a party: an addressee's, or one that was introduced; its id where the words are sealed. */
static struct und_bytes party_name(const struct filling *f, struct und_bytes id)
{
	for (size_t i = 0; f->words != NULL && i < f->words->addressee_count; i++)
		if (und_bytes_equal_var(f->words->addressees[i].id, id))
			return f->words->addressees[i].name;
	for (size_t i = 0; i < f->party_count; i++)
		if (und_bytes_equal_var(f->parties[i]->u.party.id, id))
			return f->parties[i]->u.party.name;
	return id;
}

static int compare_places(const void *a, const void *b)
{
	const struct und_record *const *const *x = a, *const *const *y = b;

	return memcmp((**x)->id, (**y)->id, UND_ID_SIZE);
}

static int compare_id(const void *id, const void *place)
{
	const struct und_record *const *const *p = place;

	return memcmp(id, (**p)->id, UND_ID_SIZE);
}

/* Its place in statements, or NULL. */
static const struct und_record *const *statement_of(const struct filling *f, const uint8_t id[UND_ID_SIZE])
{
	const struct und_record *const **found = f->statement_count == 0 ? NULL : bsearch(id, f->by_id, f->statement_count, sizeof *f->by_id, compare_id);

	return found == NULL ? NULL : *found;
}

/* Statements and parties apart, so that each is found without going through all records. */
static enum und_err list(struct filling *f)
{
	const size_t most = count_of(f, UND_TYPE_STATEMENT);
	const struct und_record *const *earlier;

	f->statements = room(f, most, sizeof *f->statements);
	f->parties = room(f, count_of(f, UND_TYPE_PARTY), sizeof *f->parties);
	f->by_id = room(f, most, sizeof *f->by_id);
	f->clarified = room(f, most, sizeof *f->clarified);
	if (f->statements == NULL || f->parties == NULL || f->by_id == NULL || f->clarified == NULL)
		return UND_ERR_MEMORY;
	for (size_t i = 0; i < f->count; i++) {
		const struct und_record *r = f->kept[i].record;

		if (r->type == UND_TYPE_STATEMENT)
			f->statements[f->statement_count++] = r;
		else if (r->type == UND_TYPE_PARTY)
			f->parties[f->party_count++] = r;
	}
	for (size_t i = 0; i < most; i++) {
		f->by_id[i] = &f->statements[i];
		f->clarified[i] = UND_DAY_NONE;
	}
	qsort(f->by_id, most, sizeof *f->by_id, compare_places);
	for (size_t i = 0; i < most; i++) {
		const struct und_statement *s = &f->statements[i]->u.statement;

		if (s->clarifies.set && (earlier = statement_of(f, s->clarifies.id)) != NULL)
			f->clarified[earlier - f->statements] = s->on;
	}
	return UND_OK;
}

/* ---- words ---- */

static enum und_err fill_version(struct und_view_version *out, const struct filling *f, const struct und_demand *demands, size_t n)
{
	struct und_view_demand *list = room(f, n, sizeof *list);

	if (list == NULL)
		return UND_ERR_MEMORY;
	for (size_t i = 0; i < n; i++)
		list[i] = (struct und_view_demand){ demands[i].id, demands[i].text };
	out->demands = list;
	out->demand_count = n;
	return UND_OK;
}

static enum und_err fill_translation(struct und_view_version *out, const struct filling *f, const struct und_translation *t)
{
	*out = (struct und_view_version){ .language = t->language, .title = t->title, .body = t->body, .on = t->on };
	return fill_version(out, f, t->demands, t->demand_count);
}

/* Of each language one counts: the latest, then the one of the greatest id. */
static bool counts_before(const struct und_record *a, const struct und_record *b)
{
	if (a->u.translation.on != b->u.translation.on)
		return a->u.translation.on > b->u.translation.on;
	return memcmp(a->id, b->id, UND_ID_SIZE) > 0;
}

static void keep_translation(const struct und_record **kept, size_t *n, const struct und_record *r)
{
	size_t i = 0;

	while (i < *n && !und_language_equal(kept[i]->u.translation.language, r->u.translation.language))
		i++;
	if (i == *n)
		kept[(*n)++] = r;
	else if (counts_before(r, kept[i]))
		kept[i] = r;
}

/* sealed: what the link opened, beside the words: none on a server */
static enum und_err fill_words(struct und_view_letter *v, const struct filling *f)
{
	const struct und_record *const *sealed;
	const size_t sealed_count = und_letter_opened(&sealed, f->view->l);
	const size_t most = count_of(f, UND_TYPE_TRANSLATION) + sealed_count;
	struct und_view_version *versions = room(f, 1 + most, sizeof *versions);
	const struct und_record **translations = room(f, most, sizeof *translations);
	struct und_bytes *names = room(f, f->words == NULL ? 0 : f->words->addressee_count, sizeof *names);
	size_t n = 0, translated = 0;
	enum und_err e;

	v->dated = UND_DAY_NONE;
	if (versions == NULL || translations == NULL || names == NULL)
		return UND_ERR_MEMORY;
	if (f->words == NULL)
		return UND_OK;
	for (size_t i = 0; i < f->words->addressee_count; i++)
		names[i] = f->words->addressees[i].name;
	versions[n] = (struct und_view_version){ .language = f->words->language, .title = f->words->title, .body = f->words->body, .on = UND_DAY_NONE };
	e = fill_version(&versions[n++], f, f->words->demands, f->words->demand_count);
	for (size_t i = 0; i < f->count; i++)
		if (f->kept[i].record->type == UND_TYPE_TRANSLATION)
			keep_translation(translations, &translated, f->kept[i].record);
	for (size_t i = 0; i < sealed_count; i++)
		if (sealed[i]->type == UND_TYPE_TRANSLATION)
			keep_translation(translations, &translated, sealed[i]);
	for (size_t i = 0; e == UND_OK && i < translated; i++)
		e = fill_translation(&versions[n++], f, &translations[i]->u.translation);
	v->versions = versions;
	v->version_count = n;
	v->addressees = names;
	v->addressee_count = f->words->addressee_count;
	v->contact = f->words->contact;
	v->dated = f->words->dated;
	v->replaces = f->words->replaces.set;
	return e;
}

/* ---- rings, councils ---- */

static enum und_err fill_rings(const struct und_view_ring **out, const struct filling *f)
{
	const struct und_state *s = f->view->state;
	struct und_view_ring *rings = room(f, s->ring_count, sizeof *rings);
	unsigned wave = 0;

	if (rings == NULL)
		return UND_ERR_MEMORY;
	for (size_t i = 0; i < s->ring_count; i++) {
		const struct und_state_ring *r = &s->rings[i];

		if (i > 0 && memcmp(r->roster, s->rings[i - 1].roster, UND_ID_SIZE) != 0)
			wave++;
		rings[i] = (struct und_view_ring){ r->id, r->name, wave, r->headcount, r->keys, r->signers, r->above_share };
	}
	*out = rings;
	return UND_OK;
}

static bool signed_roster(const struct filling *f, const uint8_t key[UND_ED25519_KEY_SIZE])
{
	for (size_t i = 0; i < f->count; i++) {
		const struct und_record *r = f->kept[i].record;

		for (size_t k = 0; r->type == UND_TYPE_ROSTER && k < r->signature_count; k++)
			if (memcmp(r->signatures[k].key, key, UND_ED25519_KEY_SIZE) == 0)
				return true;
	}
	return false;
}

static enum und_err fill_vouchers(const struct und_view_voucher **out, const struct filling *f)
{
	const struct und_state *s = f->view->state;
	struct und_view_voucher *list = room(f, s->voucher_count, sizeof *list);
	enum und_err e = UND_OK;

	if (list == NULL)
		return UND_ERR_MEMORY;
	for (size_t i = 0; e == UND_OK && i < s->voucher_count; i++) {
		const struct und_state_voucher *v = &s->vouchers[i];

		list[i] = (struct und_view_voucher){ .name = v->member->name, .where = v->member->where, .registrar = v->registrar, .organiser = v->organiser };
		list[i].signed_roster = v->registrar && signed_roster(f, v->member->key);
		e = short_form(&list[i].key, f, v->member->key);
	}
	*out = list;
	return e;
}

static const struct und_roster *last_roster(const struct filling *f)
{
	const struct und_roster *roster = NULL;

	for (size_t i = 0; i < f->count; i++)
		if (f->kept[i].record->type == UND_TYPE_ROSTER)
			roster = &f->kept[i].record->u.roster;
	und_bug_if(roster == NULL); /* a letter stands on one */
	return roster;
}

/* ---- answers ---- */

static const enum und_view_stand stands[] = {
	[UND_STANCE_ACCEPTS] = UND_VIEW_ACCEPTS, [UND_STANCE_REJECTS] = UND_VIEW_REJECTS,   [UND_STANCE_PARTLY] = UND_VIEW_PARTLY,
	[UND_STANCE_COUNTER] = UND_VIEW_COUNTER, [UND_STANCE_SUPPORTS] = UND_VIEW_SUPPORTS, [UND_STANCE_NONE] = UND_VIEW_NO_STAND,
};
static const enum und_view_notice_kind kinds[] = {
	[UND_NOTICE_NOTE] = UND_VIEW_NOTE,     [UND_NOTICE_CORRECTION] = UND_VIEW_CORRECTION, [UND_NOTICE_DEADLINE] = UND_VIEW_DEADLINE,
	[UND_NOTICE_CLOSED] = UND_VIEW_CLOSED, [UND_NOTICE_REPLACED] = UND_VIEW_REPLACED,
};

/* place: in statements */
static enum und_err fill_statement(struct und_view_statement *out, const struct filling *f, const struct und_kept *kept, size_t place)
{
	const struct und_statement *s = &kept->record->u.statement;
	const struct und_record *const *earlier = s->clarifies.set ? statement_of(f, s->clarifies.id) : NULL;
	struct und_view_stance *stances = room(f, s->stance_count, sizeof *stances);

	if (stances == NULL)
		return UND_ERR_MEMORY;
	for (size_t i = 0; i < s->stance_count; i++)
		stances[i] = (struct und_view_stance){ .demand = s->stances[i].demand, .note = s->stances[i].note, .stand = stands[s->stances[i].stance] };
	*out = (struct und_view_statement){ .party = party_name(f, s->party), .on = s->on, .clarified = f->clarified[place], .language = s->language, .text = s->text,
		                            .authenticated = kept->authenticated, .stances = stances, .stance_count = s->stance_count, .source = source_of(&s->source) };
	if (earlier != NULL)
		out->clarifies_at = (size_t)(earlier - f->statements) + 1;
	out->clarifies = earlier != NULL ? (*earlier)->u.statement.on : UND_DAY_NONE;
	return UND_OK;
}

static enum und_err fill_answers(struct und_view_letter *v, const struct filling *f)
{
	const struct und_state *s = f->view->state;
	struct und_view_statement *statements = room(f, count_of(f, UND_TYPE_STATEMENT), sizeof *statements);
	struct und_view_stance *stances = room(f, s->stance_count, sizeof *stances);
	struct und_view_wait *waits = room(f, s->wait_count, sizeof *waits);
	enum und_err e = UND_OK;

	if (statements == NULL || stances == NULL || waits == NULL)
		return UND_ERR_MEMORY;
	for (size_t i = 0; e == UND_OK && i < f->count; i++) {
		if (f->kept[i].record->type != UND_TYPE_STATEMENT)
			continue;
		e = fill_statement(&statements[v->statement_count], f, &f->kept[i], v->statement_count);
		v->statement_count++;
	}
	for (size_t i = 0; i < s->stance_count; i++)
		stances[i] = (struct und_view_stance){ party_name(f, s->stances[i].party), s->stances[i].demand, und_bytes(NULL, 0), stands[s->stances[i].stance], s->stances[i].authenticated };
	for (size_t i = 0; i < s->wait_count; i++)
		if (!s->waits[i].answered)
			waits[v->wait_count++] = (struct und_view_wait){ party_name(f, s->waits[i].party), s->waits[i].delivered,
				                                         f->view->today > s->waits[i].delivered ? (uint64_t)(f->view->today - s->waits[i].delivered) : 0 };
	v->statements = statements;
	v->stances = stances;
	v->stance_count = s->stance_count;
	v->waits = waits;
	return e;
}

static enum und_err fill_question(struct und_view_question *out, const struct filling *f, const struct und_state_question *q)
{
	const struct und_record *const *about = q->question->about.set ? statement_of(f, q->question->about.id) : NULL;
	struct und_view_choice *choices = room(f, q->question->choice_count, sizeof *choices);

	if (choices == NULL)
		return UND_ERR_MEMORY;
	for (size_t i = 0; i < q->question->choice_count; i++)
		choices[i] = (struct und_view_choice){ q->question->choices[i].text, q->tally[i] };
	*out = (struct und_view_question){ .language = q->question->language, .text = q->question->text, .choices = choices, .choice_count = q->question->choice_count,
		                           .closes = q->question->closes, .open = f->view->today <= q->question->closes, .about_on = UND_DAY_NONE };
	if (about != NULL) {
		out->about_party = party_name(f, (*about)->u.statement.party);
		out->about_on = (*about)->u.statement.on;
		out->about_at = (size_t)(about - f->statements) + 1;
	}
	return UND_OK;
}

/* Whether the record is the one that brought its party in: not a key for an addressee, nor for somebody who speaks already. */
static bool introduces(const struct filling *f, size_t at)
{
	struct und_bytes id = f->kept[at].record->u.party.id;

	for (size_t i = 0; f->words != NULL && i < f->words->addressee_count; i++)
		if (und_bytes_equal_var(f->words->addressees[i].id, id))
			return false;
	for (size_t i = 0; i < at; i++)
		if (f->kept[i].record->type == UND_TYPE_PARTY && und_bytes_equal_var(f->kept[i].record->u.party.id, id))
			return false;
	return true;
}

/* Questions, and what else came later. */
static enum und_err fill_later(struct und_view_letter *v, const struct filling *f)
{
	const struct und_state *s = f->view->state;
	struct und_view_question *questions = room(f, s->question_count, sizeof *questions);
	struct und_view_notice *notices = room(f, count_of(f, UND_TYPE_NOTICE), sizeof *notices);
	struct und_view_handed *deliveries = room(f, count_of(f, UND_TYPE_DELIVERY), sizeof *deliveries);
	struct und_view_handed *publications = room(f, count_of(f, UND_TYPE_PUBLICATION), sizeof *publications);
	struct und_view_party *parties = room(f, count_of(f, UND_TYPE_PARTY), sizeof *parties);
	enum und_err e = UND_OK;

	if (questions == NULL || notices == NULL || deliveries == NULL || publications == NULL || parties == NULL)
		return UND_ERR_MEMORY;
	for (size_t i = 0; e == UND_OK && i < s->question_count; i++)
		e = fill_question(&questions[i], f, &s->questions[i]);
	for (size_t i = 0; i < f->count; i++) {
		const struct und_record *r = f->kept[i].record;

		if (r->type == UND_TYPE_NOTICE)
			notices[v->notice_count++] = (struct und_view_notice){ kinds[r->u.notice.kind], r->u.notice.on, r->u.notice.closes, r->u.notice.language, r->u.notice.text };
		else if (r->type == UND_TYPE_DELIVERY)
			deliveries[v->delivery_count++] = (struct und_view_handed){ party_name(f, r->u.delivery.party), r->u.delivery.on, source_of(&r->u.delivery.source) };
		else if (r->type == UND_TYPE_PUBLICATION)
			publications[v->publication_count++] = (struct und_view_handed){ r->u.publication.outlet, r->u.publication.on, source_of(&r->u.publication.source) };
		else if (r->type == UND_TYPE_PARTY && introduces(f, i))
			parties[v->party_count++] = (struct und_view_party){ r->u.party.name, source_of(&r->u.party.source) };
	}
	v->questions = questions;
	v->question_count = s->question_count;
	v->notices = notices;
	v->deliveries = deliveries;
	v->publications = publications;
	v->parties = parties;
	return e;
}

/* ---- what happened, day by day ---- */

static int compare_events(const void *a, const void *b)
{
	const struct und_view_event *const *x = a, *const *y = b;

	if ((*x)->on != (*y)->on)
		return (*x)->on < (*y)->on ? -1 : 1;
	return *x < *y ? -1 : *x > *y;
}

/* What the record tells of a day; false: of none. at: the places of the last statement, question and notice. */
static bool event_of(struct und_view_event *out, const struct filling *f, const struct und_record *r, size_t at[static 3])
{
	struct und_view_event e = { .id = r->id };

	switch (r->type) {
	case UND_TYPE_PUBLICATION:
		e.kind = UND_VIEW_PUBLISHED;
		e.on = r->u.publication.on;
		e.who = r->u.publication.outlet;
		break;
	case UND_TYPE_DELIVERY:
		e.kind = UND_VIEW_DELIVERED;
		e.on = r->u.delivery.on;
		e.who = party_name(f, r->u.delivery.party);
		break;
	case UND_TYPE_STATEMENT:
		e = (struct und_view_event){ UND_VIEW_SAID, r->u.statement.on, r->id, party_name(f, r->u.statement.party), r->u.statement.language, r->u.statement.text, ++at[0] };
		break;
	case UND_TYPE_QUESTION:
		e = (struct und_view_event){ .kind = UND_VIEW_VOTED, .on = r->u.question.closes, .id = r->id, .language = r->u.question.language, .text = r->u.question.text, .at = ++at[1] };
		if (f->view->today <= e.on)
			return false;
		break;
	case UND_TYPE_NOTICE:
		e = (struct und_view_event){ .kind = UND_VIEW_NOTICED, .on = r->u.notice.on, .id = r->id, .language = r->u.notice.language, .text = r->u.notice.text, .at = ++at[2] };
		break;
	case UND_TYPE_TRANSLATION:
		e = (struct und_view_event){ .kind = UND_VIEW_TRANSLATED, .on = r->u.translation.on, .id = r->id, .language = r->u.translation.language, .text = r->u.translation.title };
		break;
	default:
		return false;
	}
	*out = e;
	return true;
}

static enum und_err fill_events(struct und_view_letter *v, const struct filling *f)
{
	struct und_view_event *found = room(f, f->count, sizeof *found), *list = room(f, f->count, sizeof *list);
	const struct und_view_event **order = room(f, f->count, sizeof(struct und_view_event *));
	size_t at[3] = { 0 }, n = 0;

	if (found == NULL || list == NULL || order == NULL)
		return UND_ERR_MEMORY;
	for (size_t i = 0; i < f->count; i++) {
		order[n] = &found[n];
		n += event_of(&found[n], f, f->kept[i].record, at);
	}
	qsort(order, n, sizeof *order, compare_events);
	for (size_t i = 0; i < n; i++)
		list[i] = *order[i];
	v->events = list;
	v->event_count = n;
	return UND_OK;
}

/* ---- views ---- */

static struct filling filling_of(struct und_arena *arena, const struct und_serve_view *view)
{
	struct filling f = { .arena = arena, .view = view, .words = view->state->words };

	f.count = und_letter_kept(&f.kept, view->l);
	return f;
}

static enum und_err fill_shorts(struct und_view_letter *v, const struct filling *f)
{
	uint8_t pin[UND_ID_SIZE];
	enum und_err e;

	und_letter_pin(pin, f->view->l);
	if ((e = short_form(&v->short_letter, f, f->view->state->letter)) != UND_OK)
		return e;
	if ((e = short_form(&v->short_words, f, f->view->state->record->words)) != UND_OK)
		return e;
	if ((e = short_form(&v->short_roster, f, f->view->state->roster)) != UND_OK)
		return e;
	return short_form(&v->short_pin, f, pin);
}

enum und_err und_serve_letter_view(struct und_view_letter *out, struct und_arena *arena, const struct und_serve_view *view)
{
	struct filling f = filling_of(arena, view);
	const struct und_state *s = view->state;
	const struct und_rules *rules = &s->record->rules;
	struct und_view_letter v = {
		.slug = und_cstr(view->slug), .id = s->letter, .sealed = s->sealed, .since = last_roster(&f)->from, .open = view->today <= s->closes, .signers = s->signers, .bodies = s->bodies, .withdrawn = s->withdrawn, .keys = s->keys, .headcount = s->headcount,
		.imported = last_roster(&f)->edition == 0, .ring_count = s->ring_count, .voucher_count = s->voucher_count, .registrars_quorum = s->record->registrars.quorum,
		.organisers_quorum = s->record->organisers.quorum, .file_size = view->size, .lines = s->lines,
		.rules = { rules->signers, rules->bodies, rules->min_ring, rules->release, (unsigned)rules->max_share, (unsigned)rules->max_share_all, s->closes, rules->ends },
	};
	enum und_err e;

	if ((e = list(&f)) != UND_OK)
		return e;
	if ((e = fill_words(&v, &f)) != UND_OK)
		return e;
	if ((e = fill_rings(&v.rings, &f)) != UND_OK)
		return e;
	if ((e = fill_vouchers(&v.vouchers, &f)) != UND_OK)
		return e;
	if ((e = fill_answers(&v, &f)) != UND_OK)
		return e;
	if ((e = fill_later(&v, &f)) != UND_OK)
		return e;
	if ((e = fill_events(&v, &f)) != UND_OK)
		return e;
	if ((e = fill_shorts(&v, &f)) != UND_OK)
		return e;
	*out = v;
	return UND_OK;
}

/* The letter's roster, then waves: those in which one may sign, in the order of the rings. */
static enum und_err fill_editions(struct und_view_roster *v, const struct filling *f)
{
	const struct und_state *s = f->view->state;
	struct und_view_edition *list = room(f, count_of(f, UND_TYPE_ROSTER), sizeof *list);
	enum und_err e = UND_OK;

	if (list == NULL)
		return UND_ERR_MEMORY;
	for (size_t i = 0; e == UND_OK && i < f->count; i++) {
		const struct und_record *r = f->kept[i].record;
		bool has_rings = false;

		for (size_t k = 0; r->type == UND_TYPE_ROSTER && k < s->ring_count && !has_rings; k++)
			has_rings = memcmp(s->rings[k].roster, r->id, UND_ID_SIZE) == 0;
		if (!has_rings)
			continue;
		list[v->edition_count] = (struct und_view_edition){ .wave = (unsigned)v->edition_count, .edition = r->u.roster.edition, .from = r->u.roster.from, .until = r->u.roster.until };
		e = short_form(&list[v->edition_count++].short_id, f, r->id);
	}
	v->editions = list;
	return e;
}

enum und_err und_serve_roster_view(struct und_view_roster *out, struct und_arena *arena, const struct und_serve_view *view)
{
	const struct filling f = filling_of(arena, view);
	const struct und_state *s = view->state;
	struct und_view_roster v = { .slug = und_cstr(view->slug), .name = last_roster(&f)->name, .ring_count = s->ring_count, .keys = s->keys, .headcount = s->headcount,
		                     .voucher_count = s->voucher_count, .registrars_quorum = s->record->registrars.quorum };
	uint8_t pin[UND_ID_SIZE];
	enum und_err e;

	if (f.words != NULL) {
		v.title = f.words->title;
		v.language = f.words->language;
	}
	und_letter_pin(pin, view->l);
	if ((e = fill_editions(&v, &f)) != UND_OK)
		return e;
	if ((e = fill_rings(&v.rings, &f)) != UND_OK)
		return e;
	if ((e = fill_vouchers(&v.vouchers, &f)) != UND_OK)
		return e;
	if ((e = short_form(&v.short_pin, &f, pin)) != UND_OK)
		return e;
	*out = v;
	return UND_OK;
}

enum und_err und_serve_press(struct und_buf *out, const struct und_page_frame *f, const struct und_serve_view *view, und_day embargo, bool alone)
{
	struct und_view_letter letter;
	struct und_arena arena;
	enum und_err e;

	und_bug_if(view->sha256 == NULL);
	und_arena_init(&arena);
	e = und_serve_letter_view(&letter, &arena, view);
	if (e == UND_OK) {
		letter.file_sha256 = view->sha256;
		e = und_page_press(out, f, &(const struct und_view_press){ .letter = &letter, .on = view->today, .embargo = embargo, .alone = alone });
	}
	und_arena_clear(&arena);
	return e;
}
