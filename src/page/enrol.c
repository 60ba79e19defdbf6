/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* enrol.c: joining a roll with a card's code and a line that the member's own device made */
#include "page/parts.h"

static const struct und_page_head quiet = { .tab = UND_TAB_ENROL, .private_ = true };

static void add_how(struct und_page *p, const char *heading)
{
	if (p->f->app_size > 0) {
		und_element(p, "h2", NULL, UND_TEXT_SIGN_HERE, NULL);
		und_element(p, "p", NULL, UND_TEXT_ENROL_HERE_WHAT, NULL);
		und_open(p, "p", "actions no-print");
		und_app_link(p, "button first", UND_APP_ENROL, und_cstr(""), UND_TEXT_ENROL_HERE);
		und_close(p);
		und_element(p, "h2", NULL, UND_TEXT_ENROL_BY_HAND, NULL);
	}
	und_element(p, heading, NULL, UND_TEXT_ENROL_MAKE, NULL);
	und_element(p, "p", NULL, UND_TEXT_ENROL_MAKE_PAGE, NULL);
	if (p->f->app_size > 0) {
		und_open(p, "p", "actions no-print");
		und_open(p, "a", "button");
		und_href(p, UND_PATH_APP, und_cstr(""), "");
		und_html_flag(&p->h, "download");
		und_say_simple(p, UND_TEXT_SIGN_PAGE_GET);
		und_close(p);
		und_link(p, "button quiet", UND_PATH_CHECK, und_cstr(""), "#copy", UND_TEXT_SIGN_PAGE_HOW);
		und_close(p);
	} else {
		und_element(p, "p", NULL, UND_TEXT_SIGN_NONE, NULL);
	}
	und_element(p, "p", NULL, UND_TEXT_ENROL_MAKE_GIVES, NULL);
	und_element(p, "p", NULL, UND_TEXT_LETTER_BY_COMMAND, NULL);
	und_command(p, "undersigned key enrol ", und_cstr("FILE"), " --body ID -o LINE");
	und_callout(p, UND_TONE_WARNING);
	und_element(p, "p", NULL, UND_TEXT_ENROL_MAKE_KEY, NULL);
	und_close(p);
	und_close(p);
}

static void add_hand_in(struct und_page *p, const struct und_view_enrol *v, const char *heading)
{
	const bool code_wrong = v->fault == UND_ERR_CARD_FORM || v->fault == UND_ERR_CARD_CHECK || v->fault == UND_ERR_CARD_UNKNOWN ||
	                        v->fault == UND_ERR_CARD_USED || v->fault == UND_ERR_CARD_VOID;

	und_element(p, heading, NULL, UND_TEXT_ENROL_HAND, NULL);
	und_open_form(p, UND_PATH_ENROL, und_cstr(""), "");
	und_code_field(p, v->code, code_wrong);
	und_line_fields(p, v->line, UND_TEXT_HAND_DO);
	und_close(p);
}

enum und_err und_page_enrol(struct und_buf *out, const struct und_page_frame *f, const struct und_view_enrol *v)
{
	const char *heading = f->app_size > 0 ? "h3" : "h2"; /* below "by hand", where there is another way */
	struct und_page p;

	und_page_begin(&p, out, f, &quiet);
	und_element(&p, "h1", NULL, UND_TEXT_ENROL_TITLE, NULL);
	und_refusal(&p, v->fault, v->group);
	und_element(&p, "p", "lead", UND_TEXT_ENROL_LEAD, NULL);
	if (v->fault != UND_OK)
		add_hand_in(&p, v, "h2"); /* what is to be mended stands beside the reason */
	add_how(&p, heading);
	if (v->fault == UND_OK)
		add_hand_in(&p, v, heading);
	return und_page_end(&p);
}

enum und_err und_page_enrolled(struct und_buf *out, const struct und_page_frame *f, struct und_bytes key)
{
	struct und_page p;

	und_page_begin(&p, out, f, &quiet);
	und_element(&p, "h1", NULL, UND_TEXT_ENROL_DONE, NULL);
	und_element(&p, "p", "lead", UND_TEXT_ENROL_DONE_WHAT, NULL);
	und_element(&p, "h2", NULL, UND_TEXT_ENROL_SHORT, NULL);
	und_open(&p, "p", NULL);
	und_fingerprint(&p, key);
	und_close(&p);
	und_element(&p, "p", NULL, UND_TEXT_ENROL_SHORT_WHAT, NULL);
	und_element(&p, "p", "hint", UND_TEXT_ENROL_AGAIN, NULL);
	return und_page_end(&p);
}
