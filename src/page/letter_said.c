/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* letter_said.c: who has said nothing, who said what, how far that is proved, and what the signers say to it */
#include "page/parts.h"

#include <stdlib.h>

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

void und_stand_chip(struct und_page *p, enum und_view_stand stand)
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
static struct und_bytes demand_words(const struct und_page *p, const struct und_view_letter *v, struct und_bytes id)
{
	const struct und_view_version *w = v->version_count == 0 ? NULL : &v->versions[und_first_version(p, v)];

	for (size_t i = 0; w != NULL && i < w->demand_count; i++)
		if (und_bytes_equal_var(w->demands[i].id, id))
			return w->demands[i].text;
	return id;
}

static void add_stance(struct und_page *p, const struct und_view_letter *v, const struct und_view_statement *s, const struct und_view_stance *on)
{
	und_open(p, "li", NULL);
	und_open(p, "span", NULL);
	if (und_bytes_is(on->demand, "*"))
		und_say_simple(p, UND_TEXT_ANSWERS_ON_WHOLE);
	else
		und_say(p, UND_TEXT_ANSWERS_ON, UND_TEXT_("demand", demand_words(p, v, on->demand)));
	und_close(p);
	und_stand_chip(p, on->stand);
	if (on->note.n > 0) {
		und_open(p, "p", "note");
		und_their_language(p, s->language);
		und_html_text(&p->h, on->note);
		und_close(p);
	}
	und_close(p);
}

/* Whether it makes clearer what stands above it. */
static bool clears(const struct und_view_letter *v, size_t i)
{
	return v->statements[i].clarifies_at > 0 && v->statements[i].clarifies_at <= i;
}

static void add_statement(struct und_page *p, const struct und_view_letter *v, size_t i)
{
	const struct und_view_statement *s = &v->statements[i];

	und_open(p, "article", clears(v, i) ? "statement clearer" : "statement");
	und_id_place(p, 's', i + 1);
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
		for (size_t k = 0; k < s->stance_count; k++)
			add_stance(p, v, s, &s->stances[k]);
		und_close(p);
	}
	und_source(p, &s->source);
	for (size_t k = 0; k < v->question_count; k++)
		if (v->questions[k].about_at == i + 1)
			und_question(p, v, &v->questions[k]);
	und_close(p);
}

/* ---- chains: each clarification below what it makes clearer, and what makes that clearer below it ---- */

struct chained {
	size_t root, at;
};

static int compare_chained(const void *a, const void *b)
{
	const struct chained *x = a, *y = b;

	if (x->root != y->root)
		return x->root < y->root ? -1 : 1;
	return x->at < y->at ? -1 : x->at > y->at;
}

static void add_statements(struct und_page *p, const struct und_view_letter *v)
{
	struct chained *list = und_alloc(v->statement_count, sizeof *list);

	if (list == NULL) {
		und_page_fail(p, UND_ERR_MEMORY);
		return;
	}
	for (size_t i = 0; i < v->statement_count; i++)
		list[i] = (struct chained){ clears(v, i) ? list[v->statements[i].clarifies_at - 1].root : i, i };
	qsort(list, v->statement_count, sizeof *list, compare_chained);
	for (size_t i = 0; i < v->statement_count; i++)
		add_statement(p, v, list[i].at);
	free(list);
}

void und_part_answers(struct und_page *p, const struct und_view_letter *v)
{
	if (v->statement_count == 0 && v->wait_count == 0 && v->stance_count == 0)
		return;
	und_open(p, "section", NULL);
	und_element(p, "h2", NULL, UND_TEXT_ANSWERS_TITLE, NULL);
	for (size_t i = 0; i < v->wait_count; i++)
		add_wait(p, &v->waits[i], v->contact);
	und_part_matrix(p, v);
	if (v->statement_count > 0) {
		und_element(p, "h3", NULL, UND_TEXT_ANSWERS_SAID, NULL);
		add_statements(p, v);
	}
	if (p->f->copy == NULL) {
		und_open(p, "p", "no-print");
		und_link(p, NULL, UND_PATH_LETTERS, v->slug, UND_PATH_ANSWER, UND_TEXT_ANSWER_LINK);
		und_close(p);
	}
	und_close(p);
}
