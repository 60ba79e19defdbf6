/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* answer.c: how a party answers a letter itself: taking one statement that it signed on its own device */
#include "page/parts.h"

static const struct und_page_head quiet = { .private_ = true };

static void add_contact(struct und_page *p, struct und_bytes contact)
{
	und_element(p, "h2", NULL, UND_TEXT_ANSWER_NO_KEY, NULL);
	und_open(p, "p", NULL);
	und_say_simple(p, UND_TEXT_ANSWER_NO_KEY_HOW);
	if (contact.n > 0) {
		und_html_str(&p->h, " ");
		und_say_simple(p, UND_TEXT_ANSWERS_SEND);
		und_html_str(&p->h, " ");
		und_open(p, "bdi", "address");
		und_html_text(&p->h, contact);
		und_close(p);
	}
	und_close(p);
}

/* The page that this server offers, opened here. */
static void add_here(struct und_page *p, const struct und_view_answer *v)
{
	if (p->f->app_size == 0)
		return;
	und_element(p, "p", NULL, UND_TEXT_ANSWER_HERE_WHAT, NULL);
	und_open(p, "p", "actions no-print");
	und_app_link(p, "button first", UND_APP_ANSWER, v->slug, UND_TEXT_ANSWER_HERE);
	und_close(p);
}

static void add_hand_in(struct und_page *p, const struct und_view_answer *v)
{
	und_open(p, "section", NULL);
	und_html_attribute_str(&p->h, "id", "hand-in");
	und_element(p, "h2", NULL, UND_TEXT_ANSWER_HAND, NULL);
	und_open_form(p, UND_PATH_LETTERS, v->slug, UND_PATH_ANSWER);
	und_line_fields(p, v->line, UND_TEXT_ANSWER_DO);
	und_close(p);
	und_close(p);
}

enum und_err und_page_answer(struct und_buf *out, const struct und_page_frame *f, const struct und_view_answer *v)
{
	struct und_page p;

	und_page_begin(&p, out, f, &quiet);
	und_element(&p, "h1", NULL, UND_TEXT_ANSWER_TITLE, NULL);
	und_refusal(&p, v->fault, 0);
	und_element(&p, "p", "lead", UND_TEXT_ANSWER_LEAD, NULL);
	add_here(&p, v);
	und_open(&p, "p", "no-print");
	und_guide_link(&p, NULL, "addressee", UND_TEXT_GUIDES_ADDRESSEE);
	und_close(&p);
	und_element(&p, "p", NULL, UND_TEXT_ANSWER_HOW, NULL);
	und_command(&p, "undersigned statement ", v->slug, UND_SUFFIX_LETTER " --party ID --on DAY --text-file FILE --stance DEMAND=STANCE --authority KEY -o LINE");
	add_hand_in(&p, v);
	add_contact(&p, v->contact);
	return und_page_end(&p);
}

enum und_err und_page_answered(struct und_buf *out, const struct und_page_frame *f, struct und_bytes slug)
{
	struct und_page p;

	und_page_begin(&p, out, f, &quiet);
	und_element(&p, "h1", NULL, UND_TEXT_ANSWER_DONE, NULL);
	und_open(&p, "p", "actions no-print");
	und_link(&p, "button", UND_PATH_LETTERS, slug, "", UND_TEXT_ROSTER_BACK);
	und_close(&p);
	return und_page_end(&p);
}
