/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* letter_later.c: what came after the letter: questions and votes, notices, deliveries, publications, others who speak */
#include "page/parts.h"

static void add_choice(struct und_page *p, const struct und_view_question *q, const struct und_view_choice *c, uint64_t votes)
{
	und_open(p, "li", NULL);
	und_open(p, "p", NULL);
	und_their_language(p, q->language);
	und_html_text(&p->h, c->text);
	und_close(p);
	und_open(p, "span", "chance");
	und_bar(p, c->votes, votes);
	und_open(p, "span", NULL);
	und_say(p, UND_TEXT_QUESTIONS_COUNT, UND_NUMBER_("n", c->votes), UND_CHANCE_("percent", c->votes, votes));
	und_close(p);
	und_close(p);
	und_close(p);
}

void und_question(struct und_page *p, const struct und_view_letter *v, const struct und_view_question *q)
{
	uint64_t votes = 0;

	for (size_t i = 0; i < q->choice_count; i++)
		votes += q->choices[i].votes;
	und_open(p, "article", "question");
	und_id_place(p, 'q', (size_t)(q - v->questions) + 1);
	und_open(p, "h3", "lines");
	und_their_language(p, q->language);
	und_html_text(&p->h, q->text);
	und_close(p);
	if (q->about_party.n > 0)
		und_element(p, "p", "hint", UND_TEXT_QUESTIONS_ABOUT, UND_ARGS(UND_TEXT_("who", q->about_party), UND_DAY_("on", q->about_on)));
	und_open(p, "ul", "tally");
	for (size_t i = 0; i < q->choice_count; i++)
		add_choice(p, q, &q->choices[i], votes);
	und_close(p);
	und_element(p, "p", "hint", q->open ? UND_TEXT_QUESTIONS_TURNOUT : UND_TEXT_QUESTIONS_ENDED,
	            UND_ARGS(UND_NUMBER_("n", votes), UND_NUMBER_("signers", v->signers), UND_DAY_("closes", q->closes)));
	und_close(p);
}

enum und_text und_notice_text(enum und_view_notice_kind kind)
{
	static const enum und_text kinds[] = {
		[UND_VIEW_NOTE] = UND_TEXT_NOTICE_NOTE,
		[UND_VIEW_CORRECTION] = UND_TEXT_NOTICE_CORRECTION,
		[UND_VIEW_DEADLINE] = UND_TEXT_NOTICE_DEADLINE,
		[UND_VIEW_CLOSED] = UND_TEXT_NOTICE_CLOSED,
		[UND_VIEW_REPLACED] = UND_TEXT_NOTICE_REPLACED,
	};

	return kinds[kind];
}

static void add_notice(struct und_page *p, const struct und_view_notice *n, size_t at)
{
	und_open(p, "article", "statement");
	und_id_place(p, 'n', at);
	und_open(p, "h3", NULL);
	und_say_simple(p, und_notice_text(n->kind));
	und_say_simple(p, UND_TEXT_LIST_COMMA);
	und_say(p, UND_TEXT_FORMAT_ONLY_DAY, UND_DAY_("on", n->on));
	und_close(p);
	if (n->closes != UND_DAY_NONE)
		und_element(p, "p", NULL, UND_TEXT_NOTICES_CLOSES, UND_ARGS(UND_DAY_("closes", n->closes)));
	und_paragraphs(p, n->text, n->language);
	und_close(p);
}

static void add_handed(struct und_page *p, const struct und_view_handed *list, size_t count, bool published)
{
	if (count == 0)
		return;
	und_open(p, "ul", NULL);
	for (size_t i = 0; i < count; i++) {
		und_open(p, "li", NULL);
		if (published)
			und_say(p, UND_TEXT_DELIVERED_PUBLISHED, UND_TEXT_("outlet", list[i].who), UND_DAY_("on", list[i].on));
		else
			und_say(p, UND_TEXT_DELIVERED_TO, UND_TEXT_("who", list[i].who), UND_DAY_("on", list[i].on));
		und_source(p, &list[i].source);
		und_close(p);
	}
	und_close(p);
}

static void add_parties(struct und_page *p, const struct und_view_letter *v)
{
	und_open(p, "section", NULL);
	und_element(p, "h2", NULL, UND_TEXT_PARTIES_TITLE, NULL);
	und_element(p, "p", "hint", UND_TEXT_PARTIES_LEAD, NULL);
	und_open(p, "ul", NULL);
	for (size_t i = 0; i < v->party_count; i++) {
		und_open(p, "li", NULL);
		und_say_theirs(&p->h, v->parties[i].name);
		und_source(p, &v->parties[i].source);
		und_close(p);
	}
	und_close(p);
	und_close(p);
}

/* Questions about a statement stand beside it (letter_said.c). */
static bool stands_apart(const struct und_view_letter *v, const struct und_view_question *q)
{
	return q->about_at == 0 || q->about_at > v->statement_count;
}

void und_part_later(struct und_page *p, const struct und_view_letter *v)
{
	size_t apart = 0;

	for (size_t i = 0; i < v->question_count; i++)
		apart += stands_apart(v, &v->questions[i]);
	if (apart > 0) {
		und_open(p, "section", NULL);
		und_element(p, "h2", NULL, UND_TEXT_QUESTIONS_TITLE, NULL);
		und_element(p, "p", "hint", UND_TEXT_QUESTIONS_LEAD, NULL);
		for (size_t i = 0; i < v->question_count; i++)
			if (stands_apart(v, &v->questions[i]))
				und_question(p, v, &v->questions[i]);
		und_close(p);
	}
	if (v->notice_count > 0) {
		und_open(p, "section", NULL);
		und_element(p, "h2", NULL, UND_TEXT_NOTICES_TITLE, NULL);
		for (size_t i = 0; i < v->notice_count; i++)
			add_notice(p, &v->notices[i], i + 1);
		und_close(p);
	}
	if (v->delivery_count > 0 || v->publication_count > 0) {
		und_open(p, "section", NULL);
		und_element(p, "h2", NULL, UND_TEXT_DELIVERED_TITLE, NULL);
		add_handed(p, v->deliveries, v->delivery_count, false);
		add_handed(p, v->publications, v->publication_count, true);
		und_close(p);
	}
	if (v->party_count > 0)
		add_parties(p, v);
}
