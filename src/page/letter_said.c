/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* letter_said.c: who said what to which demand, how far that is proved, and who has said nothing */
#include "page/parts.h"

static const struct {
	enum und_text text;
	const char *class_name, *mark;
} stands[] = {
	[UND_VIEW_ACCEPTS] = { UND_TEXT_STANCE_ACCEPTS, "chip accepts", "✓" },
	[UND_VIEW_REJECTS] = { UND_TEXT_STANCE_REJECTS, "chip rejects", "✕" },
	[UND_VIEW_PARTLY] = { UND_TEXT_STANCE_PARTLY, "chip partly", "±" },
	[UND_VIEW_COUNTER] = { UND_TEXT_STANCE_COUNTER, "chip counter", "↔" },
	[UND_VIEW_SUPPORTS] = { UND_TEXT_STANCE_SUPPORTS, "chip supports", "✓" },
	[UND_VIEW_NO_STAND] = { UND_TEXT_STANCE_NONE, "chip none", "…" },
};

static void add_chip(struct und_page *p, enum und_view_stand stand)
{
	und_open(p, "span", stands[stand].class_name);
	und_mark(p, stands[stand].mark);
	und_html_str(&p->h, " ");
	und_say_simple(p, stands[stand].text);
	und_close(p);
}

static void say_proved(struct und_page *p, bool authenticated, struct und_bytes who)
{
	if (authenticated)
		und_say(p, UND_TEXT_ANSWERS_SIGNED, UND_TEXT_("who", who));
	else
		und_say_simple(p, UND_TEXT_ANSWERS_RECORDED);
}

static void add_wait(struct und_page *p, const struct und_view_wait *w, struct und_bytes contact)
{
	und_callout(p, UND_TONE_INFO);
	und_element(p, "p", "callout-title", UND_TEXT_ANSWERS_NO_REPLY, NULL);
	und_open(p, "p", NULL);
	und_html_open(&p->h, "strong");
	und_say_theirs(&p->h, w->name);
	und_close(p);
	und_say_simple(p, UND_TEXT_LIST_COLON);
	und_element(p, "strong", NULL, UND_TEXT_ANSWERS_WAIT, UND_ARGS(UND_NUMBER_("n", w->days)));
	und_html_str(&p->h, ". ");
	und_say(p, UND_TEXT_ANSWERS_DELIVERED, UND_DAY_("on", w->delivered));
	und_close(p);
	und_open(p, "p", NULL);
	if (contact.n > 0) {
		und_say_simple(p, UND_TEXT_ANSWERS_SEND);
		und_html_str(&p->h, " ");
		und_open(p, "bdi", "address");
		und_html_text(&p->h, contact);
		und_close(p);
	} else {
		und_say_simple(p, UND_TEXT_ANSWERS_SEND_NOWHERE);
	}
	und_close(p);
	und_close(p);
	und_close(p);
}

/* A demand by its words, those of the version that the reader sees first; an id that the letter does not list is shown as it is. */
static struct und_bytes demand_words(const struct und_view_letter *v, struct und_bytes id)
{
	for (size_t i = 0; v->version_count > 0 && i < v->versions[0].demand_count; i++)
		if (und_bytes_equal_var(v->versions[0].demands[i].id, id))
			return v->versions[0].demands[i].text;
	return id;
}

static bool touches(const struct und_view_letter *v, struct und_bytes demand)
{
	for (size_t i = 0; i < v->stance_count; i++)
		if (und_bytes_equal_var(v->stances[i].demand, demand))
			return true;
	return false;
}

static void add_demand_answers(struct und_page *p, const struct und_view_letter *v, struct und_bytes demand)
{
	if (!touches(v, demand))
		return;
	und_open(p, "div", "answer");
	if (und_bytes_is(demand, "*")) {
		und_element(p, "h4", NULL, UND_TEXT_WORDS_WHOLE, NULL);
	} else {
		und_open(p, "h4", NULL);
		und_html_attribute_str(&p->h, "dir", "auto");
		und_html_text(&p->h, demand_words(v, demand));
		und_close(p);
	}
	und_open(p, "ul", "stances");
	for (size_t i = 0; i < v->stance_count; i++) {
		const struct und_view_stance *s = &v->stances[i];

		if (!und_bytes_equal_var(s->demand, demand))
			continue;
		und_open(p, "li", NULL);
		und_say_theirs(&p->h, s->party);
		und_say_simple(p, UND_TEXT_LIST_COLON);
		add_chip(p, s->stand);
		und_open(p, "span", "hint");
		say_proved(p, s->authenticated, s->party);
		und_close(p);
		und_close(p);
	}
	und_close(p);
	und_close(p);
}

/* The whole letter first, then demands in the letter's order. A sealed letter has no order that we know: then as stances come. */
static void add_by_demand(struct und_page *p, const struct und_view_letter *v)
{
	if (v->stance_count == 0)
		return;
	und_element(p, "h3", NULL, UND_TEXT_ANSWERS_BY_DEMAND, NULL);
	add_demand_answers(p, v, und_cstr("*"));
	if (v->version_count > 0) {
		for (size_t i = 0; i < v->versions[0].demand_count; i++)
			add_demand_answers(p, v, v->versions[0].demands[i].id);
		return;
	}
	for (size_t i = 0; i < v->stance_count; i++) {
		bool before = und_bytes_is(v->stances[i].demand, "*");

		for (size_t k = 0; k < i && !before; k++)
			before = und_bytes_equal_var(v->stances[k].demand, v->stances[i].demand);
		if (!before)
			add_demand_answers(p, v, v->stances[i].demand);
	}
}

static void add_stance(struct und_page *p, const struct und_view_letter *v, const struct und_view_statement *s, const struct und_view_stance *on)
{
	und_open(p, "li", NULL);
	und_open(p, "span", NULL);
	if (und_bytes_is(on->demand, "*"))
		und_say_simple(p, UND_TEXT_ANSWERS_ON_WHOLE);
	else
		und_say(p, UND_TEXT_ANSWERS_ON, UND_TEXT_("demand", demand_words(v, on->demand)));
	und_close(p);
	add_chip(p, on->stand);
	if (on->note.n > 0) {
		und_open(p, "p", "note");
		und_their_language(p, s->language);
		und_html_text(&p->h, on->note);
		und_close(p);
	}
	und_close(p);
}

static void add_statement(struct und_page *p, const struct und_view_letter *v, const struct und_view_statement *s)
{
	und_open(p, "article", "statement");
	und_open(p, "h4", NULL);
	und_say_theirs(&p->h, s->party);
	und_say_simple(p, UND_TEXT_LIST_COMMA);
	und_say(p, UND_TEXT_FORMAT_ONLY_DAY, UND_DAY_("on", s->on));
	und_close(p);
	und_open(p, "p", s->authenticated ? "proved yes" : "proved");
	und_mark(p, s->authenticated ? "✓" : "i");
	und_open(p, "span", NULL);
	say_proved(p, s->authenticated, s->party);
	und_close(p);
	und_close(p);
	if (s->clarifies != UND_DAY_NONE)
		und_element(p, "p", "hint", UND_TEXT_ANSWERS_CLARIFIES, UND_ARGS(UND_DAY_("on", s->clarifies)));
	if (s->clarified != UND_DAY_NONE)
		und_element(p, "p", "hint", UND_TEXT_ANSWERS_CLARIFIED, UND_ARGS(UND_DAY_("on", s->clarified)));
	und_open(p, "blockquote", NULL);
	und_paragraphs(p, s->text, s->language);
	und_close(p);
	if (s->stance_count > 0) {
		und_open(p, "ul", "stances");
		for (size_t i = 0; i < s->stance_count; i++)
			add_stance(p, v, s, &s->stances[i]);
		und_close(p);
	}
	und_source(p, &s->source);
	und_close(p);
}

void und_part_answers(struct und_page *p, const struct und_view_letter *v)
{
	if (v->statement_count == 0 && v->wait_count == 0 && v->stance_count == 0)
		return;
	und_open(p, "section", NULL);
	und_element(p, "h2", NULL, UND_TEXT_ANSWERS_TITLE, NULL);
	for (size_t i = 0; i < v->wait_count; i++)
		add_wait(p, &v->waits[i], v->contact);
	add_by_demand(p, v);
	if (v->statement_count > 0)
		und_element(p, "h3", NULL, UND_TEXT_ANSWERS_SAID, NULL);
	for (size_t i = 0; i < v->statement_count; i++)
		add_statement(p, v, &v->statements[i]);
	und_close(p);
}
