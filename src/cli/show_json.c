/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* show_json.c: a letter as its reader sees it, for programs */
#include "cli/show_json.h"

#include "cli/council.h"
#include "cli/json_print.h"
#include "cli/parties.h"
#include "cli/translations.h"

/* ---- the words ---- */

static void add_addressees(struct und_json *j, const struct und_words *w)
{
	und_json_name(j, "addressees");
	und_json_open_list(j);
	for (size_t i = 0; i < w->addressee_count; i++) {
		und_json_open_object(j);
		und_member_text(j, "id", w->addressees[i].id);
		und_member_ref(j, "key", &w->addressees[i].key);
		und_member_text(j, "name", w->addressees[i].name);
		und_json_close_object(j);
	}
	und_json_close_list(j);
}

static void add_demands(struct und_json *j, const struct und_demand *demands, size_t count)
{
	und_json_name(j, "demands");
	und_json_open_list(j);
	for (size_t i = 0; i < count; i++) {
		und_json_open_object(j);
		und_member_text(j, "id", demands[i].id);
		und_member_text(j, "text", demands[i].text);
		und_json_close_object(j);
	}
	und_json_close_list(j);
}

static void add_words(struct und_json *j, const struct und_words *w)
{
	und_json_name(j, "words");
	if (w == NULL) {
		und_json_null(j);
		return;
	}
	und_json_open_object(j);
	add_addressees(j, w);
	und_member_text(j, "body", w->body);
	und_member_text(j, "contact", w->contact);
	und_member_day(j, "dated", w->dated);
	add_demands(j, w->demands, w->demand_count);
	und_member_text(j, "language", w->language);
	und_member_ref(j, "replaces", &w->replaces);
	und_member_text(j, "title", w->title);
	und_json_close_object(j);
}

/* ---- what came back ---- */

static void add_source(struct und_json *j, const struct und_source *source)
{
	und_json_name(j, "source");
	und_json_open_object(j);
	und_member_ref(j, "sha256", &source->sha256);
	und_member_text(j, "url", source->url);
	und_json_close_object(j);
}

static void add_statement(struct und_json *j, const struct und_kept *kept)
{
	const struct und_statement *s = &kept->record->u.statement;

	und_json_open_object(j);
	und_member_flag(j, "authenticated", kept->authenticated);
	und_member_ref(j, "clarifies", &s->clarifies);
	und_member_id(j, "id", kept->record->id);
	und_member_text(j, "language", s->language);
	und_member_number(j, "line", kept->line);
	und_member_day(j, "on", s->on);
	und_member_text(j, "party", s->party);
	add_source(j, &s->source);
	und_json_name(j, "stances");
	und_json_open_list(j);
	for (size_t i = 0; i < s->stance_count; i++) {
		und_json_open_object(j);
		und_member_text(j, "demand", s->stances[i].demand);
		und_member_text(j, "note", s->stances[i].note);
		und_member_text(j, "stance", und_cstr(und_stance_name(s->stances[i].stance)));
		und_json_close_object(j);
	}
	und_json_close_list(j);
	und_member_text(j, "text", s->text);
	und_json_close_object(j);
}

static void add_translations(struct und_json *j, const struct cli_letter *l)
{
	const struct und_record *r;
	size_t i = 0;

	und_json_name(j, "translations");
	und_json_open_list(j);
	while ((r = cli_translation_at(l, &i)) != NULL) {
		const struct und_translation *t = &r->u.translation;

		und_json_open_object(j);
		und_member_text(j, "body", t->body);
		add_demands(j, t->demands, t->demand_count);
		und_member_id(j, "id", r->id);
		und_member_text(j, "language", t->language);
		und_member_day(j, "on", t->on);
		und_member_text(j, "title", t->title);
		und_json_close_object(j);
	}
	und_json_close_list(j);
}

static void add_party(struct und_json *j, const struct und_kept *kept)
{
	const struct und_party *p = &kept->record->u.party;

	und_json_open_object(j);
	und_member_text(j, "id", p->id);
	und_member_ref(j, "key", &p->key);
	und_member_text(j, "name", p->name);
	add_source(j, &p->source);
	und_json_close_object(j);
}

static void add_publication(struct und_json *j, const struct und_kept *kept)
{
	const struct und_publication *p = &kept->record->u.publication;

	und_json_open_object(j);
	und_member_day(j, "on", p->on);
	und_member_text(j, "outlet", p->outlet);
	add_source(j, &p->source);
	und_json_close_object(j);
}

static void add_delivery(struct und_json *j, const struct und_kept *kept)
{
	const struct und_delivery *d = &kept->record->u.delivery;

	und_json_open_object(j);
	und_member_day(j, "on", d->on);
	und_member_text(j, "party", d->party);
	add_source(j, &d->source);
	und_json_close_object(j);
}

static void add_notice(struct und_json *j, const struct und_kept *kept)
{
	const struct und_notice *n = &kept->record->u.notice;

	und_json_open_object(j);
	und_member_ref(j, "about", &n->about);
	und_member_day(j, "closes", n->closes);
	und_member_id(j, "id", kept->record->id);
	und_member_text(j, "kind", und_cstr(und_notice_kind_name(n->kind)));
	und_member_text(j, "language", n->language);
	und_member_day(j, "on", n->on);
	und_member_text(j, "text", n->text);
	und_json_close_object(j);
}

static void add_records(struct und_json *j, const char *name, const struct cli_letter *l, enum und_type type,
                        void (*add)(struct und_json *j, const struct und_kept *kept))
{
	const struct und_kept *kept;
	size_t n = und_letter_kept(&kept, l->l);

	und_json_name(j, name);
	und_json_open_list(j);
	for (size_t i = 0; i < n; i++)
		if (kept[i].record->type == type)
			add(j, &kept[i]);
	und_json_close_list(j);
}

static void add_waits(struct und_json *j, const struct und_state *s)
{
	und_json_name(j, "waits");
	und_json_open_list(j);
	for (size_t i = 0; i < s->wait_count; i++) {
		und_json_open_object(j);
		und_member_flag(j, "answered", s->waits[i].answered);
		und_member_number(j, "days", cli_days_waiting(&s->waits[i]));
		und_member_day(j, "delivered", s->waits[i].delivered);
		und_member_text(j, "party", s->waits[i].party);
		und_json_close_object(j);
	}
	und_json_close_list(j);
}

/* ---- all of it ---- */

static bool is_draft(const struct cli_letter *l)
{
	const struct und_kept *kept;
	size_t n = und_letter_kept(&kept, l->l);
	bool draft = false;

	for (size_t i = 0; i < n; i++) {
		enum und_type t = kept[i].record->type;

		if (t == UND_TYPE_LETTER || t == UND_TYPE_WORDS || t == UND_TYPE_SEALED)
			draft |= cli_council_lack(&l->state.record->organisers, kept[i].record) > 0;
		if (t == UND_TYPE_ROSTER)
			draft |= cli_council_lack(&l->state.record->registrars, kept[i].record) > 0;
	}
	return draft;
}

static void add_rules(struct und_json *j, const struct und_rules *rules)
{
	static const char *const rings[] = { "body", "roster", "either" };

	und_json_name(j, "rules");
	und_json_open_object(j);
	und_member_number(j, "bodies", rules->bodies);
	und_member_day(j, "closes", rules->closes);
	und_member_day(j, "ends", rules->ends);
	und_member_number(j, "max_share", rules->max_share);
	und_member_number(j, "max_share_all", rules->max_share_all);
	und_member_number(j, "min_ring", rules->min_ring);
	und_member_number(j, "release", rules->release);
	und_member_text(j, "rings", und_cstr(rings[rules->rings]));
	und_member_text(j, "roster", und_cstr(rules->grows ? "grows" : "fixed"));
	und_member_number(j, "signers", rules->signers);
	und_json_close_object(j);
}

int cli_show_json(const struct cli_letter *l)
{
	const struct und_state *s = &l->state;
	struct und_json j;
	struct und_buf b;

	und_buf_init(&b, (size_t)1 << 30);
	und_json_init(&j, &b);
	und_json_open_object(&j);
	und_member_number(&j, "bodies", s->bodies);
	und_member_day(&j, "closes", s->closes);
	add_records(&j, "deliveries", l, UND_TYPE_DELIVERY, add_delivery);
	und_member_flag(&j, "draft", is_draft(l));
	und_member_number(&j, "headcount", s->headcount);
	und_member_number(&j, "keys", s->keys);
	und_member_id(&j, "letter", s->letter);
	add_records(&j, "notices", l, UND_TYPE_NOTICE, add_notice);
	add_records(&j, "parties", l, UND_TYPE_PARTY, add_party);
	add_records(&j, "publications", l, UND_TYPE_PUBLICATION, add_publication);
	und_json_name(&j, "questions");
	und_state_put_questions(&j, s, true);
	und_json_name(&j, "rings");
	und_state_put_rings(&j, s, true);
	und_member_id(&j, "roster", s->roster);
	add_rules(&j, &s->record->rules);
	und_member_flag(&j, "sealed", s->sealed);
	und_member_number(&j, "signers", s->signers);
	und_json_name(&j, "stances");
	und_state_put_stances(&j, s);
	add_records(&j, "statements", l, UND_TYPE_STATEMENT, add_statement);
	und_member_flag(&j, "thresholds_met", s->thresholds_met);
	add_translations(&j, l);
	und_member_number(&j, "undisclosed", s->undisclosed);
	add_waits(&j, s);
	und_member_number(&j, "withdrawn", s->withdrawn);
	add_words(&j, s->words);
	und_json_close_object(&j);
	return cli_json_print(&b, CLI_OK);
}
