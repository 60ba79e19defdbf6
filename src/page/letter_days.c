/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* letter_days.c: what happened to a letter, day by day */
#include "page/parts.h"

#include <stdio.h>

/* which part of the page tells more: 0: none */
static const char places[UND_VIEW_EVENT_KINDS] = { [UND_VIEW_SAID] = 's', [UND_VIEW_VOTED] = 'q', [UND_VIEW_NOTICED] = 'n' };

static void place_name(char out[24], char kind, size_t n)
{
	snprintf(out, 24, "#%c%zu", kind, n);
}

void und_id_place(struct und_page *p, char kind, size_t n)
{
	char name[24];

	place_name(name, kind, n);
	und_html_attribute_str(&p->h, "id", name + 1);
}

void und_id_place_link(struct und_page *p, char kind, size_t n)
{
	char name[24];

	place_name(name, kind, n);
	und_open(p, "a", NULL);
	(void)und_html_address(&p->h, "href", und_cstr(name));
}

void und_event_say(struct und_buf *out, const struct und_text_language *l, const struct und_view_letter *v, const struct und_view_event *e)
{
	const struct und_view_statement *s = e->kind == UND_VIEW_SAID && e->at > 0 && e->at <= v->statement_count ? &v->statements[e->at - 1] : NULL;
	const struct und_view_notice *n = e->kind == UND_VIEW_NOTICED && e->at > 0 && e->at <= v->notice_count ? &v->notices[e->at - 1] : NULL;

	switch (e->kind) {
	case UND_VIEW_PUBLISHED:
		und_say_plain_args(out, l, UND_TEXT_DAYS_PUBLISHED, UND_ARGS(UND_TEXT_("outlet", e->who)));
		break;
	case UND_VIEW_DELIVERED:
		und_say_plain_args(out, l, UND_TEXT_DAYS_DELIVERED, UND_ARGS(UND_TEXT_("who", e->who)));
		break;
	case UND_VIEW_SAID:
		if (s != NULL && s->clarifies != UND_DAY_NONE)
			und_say_plain_args(out, l, UND_TEXT_DAYS_CLARIFIED, UND_ARGS(UND_TEXT_("who", e->who), UND_DAY_("on", s->clarifies)));
		else
			und_say_plain_args(out, l, UND_TEXT_DAYS_SAID, UND_ARGS(UND_TEXT_("who", e->who)));
		break;
	case UND_VIEW_VOTED:
		und_say_plain_args(out, l, UND_TEXT_DAYS_VOTED, UND_ARGS(UND_TEXT_("question", e->text)));
		break;
	case UND_VIEW_NOTICED:
		und_say_plain_args(out, l, und_notice_text(n != NULL ? n->kind : UND_VIEW_NOTE), NULL);
		break;
	case UND_VIEW_TRANSLATED:
		und_say_plain_args(out, l, UND_TEXT_DAYS_TRANSLATED, UND_ARGS(UND_TEXT_("language", e->language)));
		break;
	case UND_VIEW_EVENT_KINDS:
		und_bug_if(true);
	}
}

static void add_event(struct und_page *p, const struct und_view_letter *v, const struct und_view_event *e)
{
	struct und_buf said;

	und_buf_init(&said, 1 << 20);
	und_event_say(&said, p->l, v, e);
	if (said.err != UND_OK)
		und_page_fail(p, said.err);
	und_open(p, "li", NULL);
	und_open(p, "span", "day");
	und_say(p, UND_TEXT_FORMAT_ONLY_DAY, UND_DAY_("on", e->on));
	und_close(p);
	und_html_str(&p->h, " ");
	if (places[e->kind] != 0)
		und_id_place_link(p, places[e->kind], e->at);
	else
		und_open(p, "span", NULL);
	und_html_text(&p->h, und_buf_bytes(&said));
	und_close(p);
	und_close(p);
	und_buf_clear(&said);
}

void und_part_days(struct und_page *p, const struct und_view_letter *v)
{
	if (v->event_count == 0)
		return;
	und_open(p, "section", NULL);
	und_element(p, "h2", NULL, UND_TEXT_DAYS_TITLE, NULL);
	und_open(p, "ol", "days");
	for (size_t i = 0; i < v->event_count; i++)
		add_event(p, v, &v->events[i]);
	und_close(p);
	und_close(p);
}
