/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* sign.c: how to sign without handing this server anything but one line; taking that line; and the answer, which is always the same */
#include "page/parts.h"

static const struct und_page_head quiet = { .private_ = true };

static void add_app_link(struct und_page *p, const char *class_name, bool download, enum und_text text)
{
	und_open(p, "a", class_name);
	(void)und_html_address(&p->h, "href", und_cstr(UND_PATH_APP));
	if (download)
		und_html_flag(&p->h, "download");
	und_say_simple(p, text);
	und_close(p);
}

static void add_bundles(struct und_page *p, const struct und_view_sign *v)
{
	if (v->bundle_count == 0)
		return;
	und_disclosure(p, UND_TEXT_SIGN_BUNDLES, NULL);
	und_open(p, "ul", NULL);
	for (size_t i = 0; i < v->bundle_count; i++) {
		und_open(p, "li", NULL);
		und_open(p, "a", NULL);
		(void)und_html_address(&p->h, "href", v->bundles[i].path);
		if (v->bundles[i].name.n > 0)
			und_say_theirs(&p->h, v->bundles[i].name);
		else
			und_say_simple(p, UND_TEXT_SIGN_BUNDLE_ALL);
		und_close(p);
		und_close(p);
	}
	und_close(p);
	und_close(p);
	und_close(p);
}

/* The page that this server offers, opened here: quick, and as good as the server is. */
static void add_here(struct und_page *p, const struct und_view_sign *v)
{
	if (p->f->app_size == 0)
		return;
	und_element(p, "h2", NULL, UND_TEXT_SIGN_HERE, NULL);
	und_element(p, "p", NULL, UND_TEXT_SIGN_HERE_WHAT, NULL);
	und_open(p, "p", "actions no-print");
	if (v->open)
		und_app_link(p, "button first", UND_APP_SIGN, v->slug, UND_TEXT_LETTER_SIGN);
	und_app_link(p, v->open ? "button" : "button first", UND_APP_LETTER, v->slug, UND_TEXT_SIGN_HERE_LATER);
	und_close(p);
}

static void add_by_page(struct und_page *p, const struct und_view_sign *v)
{
	und_disclosure(p, UND_TEXT_SIGN_PAGE, NULL);
	und_open(p, "ol", "steps");
	und_open(p, "li", NULL);
	und_element(p, "p", NULL, UND_TEXT_SIGN_PAGE_1, UND_ARGS(UND_SIZE_("size", p->f->app_size)));
	und_open(p, "p", "actions no-print");
	add_app_link(p, "button", true, UND_TEXT_SIGN_PAGE_GET);
	und_close(p);
	und_close(p);
	und_open(p, "li", NULL);
	und_say_simple(p, UND_TEXT_SIGN_PAGE_2);
	und_html_str(&p->h, " ");
	und_link(p, NULL, UND_PATH_CHECK, und_cstr(""), "#copy", UND_TEXT_SIGN_PAGE_HOW);
	und_close(p);
	und_open(p, "li", NULL);
	und_element(p, "p", NULL, UND_TEXT_SIGN_PAGE_3, NULL);
	und_open(p, "p", "actions no-print");
	und_link(p, "button", UND_PATH_LETTERS, v->slug, UND_SUFFIX_LETTER, UND_TEXT_LETTER_FILE);
	und_close(p);
	add_bundles(p, v);
	und_close(p);
	und_element(p, "li", NULL, UND_TEXT_SIGN_PAGE_4, NULL);
	und_element(p, "li", NULL, UND_TEXT_SIGN_PAGE_5, NULL);
	for (int i = 0; i < 3; i++)
		und_close(p);
}

static void add_by_tor(struct und_page *p)
{
	und_disclosure(p, UND_TEXT_SIGN_TOR, NULL);
	und_element(p, "p", NULL, UND_TEXT_SIGN_TOR_WHY, NULL);
	und_open(p, "ol", "steps");
	und_element(p, "li", NULL, UND_TEXT_SIGN_TOR_1, NULL);
	und_element(p, "li", NULL, UND_TEXT_SIGN_TOR_2, NULL);
	und_open(p, "li", NULL);
	und_say_simple(p, UND_TEXT_SIGN_TOR_3);
	und_html_str(&p->h, " ");
	add_app_link(p, NULL, false, UND_TEXT_SIGN_TOR_OPEN);
	und_close(p);
	und_element(p, "li", NULL, UND_TEXT_SIGN_TOR_4, NULL);
	und_element(p, "li", NULL, UND_TEXT_SIGN_TOR_5, NULL);
	for (int i = 0; i < 3; i++)
		und_close(p);
}

static void add_by_command(struct und_page *p, const struct und_view_sign *v)
{
	und_element(p, "p", NULL, UND_TEXT_SIGN_COMMAND_WHAT, NULL);
	und_command(p, "undersigned sign ", v->slug, UND_SUFFIX_LETTER " --key FILE -o LINE");
}

/* Folded, so that what most come for is found: to sign, or to hand in a line. */
static void add_other_ways(struct und_page *p, const struct und_view_sign *v)
{
	if (p->f->app_size == 0) {
		und_element(p, "h2", NULL, UND_TEXT_SIGN_COMMAND, NULL);
		add_by_command(p, v);
		und_element(p, "p", "hint", UND_TEXT_SIGN_NONE, NULL);
		return;
	}
	und_element(p, "h2", NULL, UND_TEXT_SIGN_OTHER, NULL);
	add_by_page(p, v);
	add_by_tor(p);
	und_disclosure(p, UND_TEXT_SIGN_COMMAND, NULL);
	add_by_command(p, v);
	und_close(p);
	und_close(p);
}

static void add_hand_in(struct und_page *p, const struct und_view_sign *v)
{
	static const enum und_text how[] = { UND_TEXT_HAND_HOW_1, UND_TEXT_HAND_HOW_2, UND_TEXT_HAND_HOW_3 };

	und_open(p, "section", NULL);
	und_html_attribute_str(&p->h, "id", "hand-in");
	und_element(p, "h2", NULL, UND_TEXT_HAND_TITLE, NULL);
	und_element(p, "p", NULL, UND_TEXT_HAND_ALL, NULL);
	und_element(p, "h3", NULL, UND_TEXT_HAND_HOW, NULL);
	und_list(p, false, how, UND_COUNT_OF(how));
	und_open_form(p, UND_PATH_LETTERS, v->slug, UND_PATH_SIGN);
	und_line_fields(p, v->line, UND_TEXT_HAND_DO);
	und_close(p);
	und_element(p, "p", "hint", UND_TEXT_SIGN_AFTER, NULL);
	und_close(p);
}

enum und_err und_page_sign(struct und_buf *out, const struct und_page_frame *f, const struct und_view_sign *v)
{
	struct und_page p;

	und_page_begin(&p, out, f, &quiet);
	und_element(&p, "h1", NULL, UND_TEXT_SIGN_TITLE, NULL);
	und_refusal(&p, v->fault, 0);
	und_element(&p, "p", "lead", UND_TEXT_SIGN_LEAD, NULL);
	und_open(&p, "p", "no-print");
	und_guide_link(&p, NULL, "signer", UND_TEXT_GUIDES_SIGNER);
	und_close(&p);
	und_element(&p, "p", NULL, v->open ? UND_TEXT_LETTER_OPEN : UND_TEXT_LETTER_ENDED, UND_ARGS(UND_DAY_("closes", v->closes)));
	if (v->fault != UND_OK)
		add_hand_in(&p, v);
	und_callout(&p, UND_TONE_WARNING);
	und_element(&p, "p", "callout-title", UND_TEXT_SAFE_DEVICE_TITLE, NULL);
	und_element(&p, "p", NULL, UND_TEXT_SAFE_DEVICE, NULL);
	und_close(&p);
	und_close(&p);
	add_here(&p, v);
	add_other_ways(&p, v);
	if (v->fault == UND_OK)
		add_hand_in(&p, v);
	return und_page_end(&p);
}

enum und_err und_page_taken(struct und_buf *out, const struct und_page_frame *f, struct und_bytes slug)
{
	static const enum und_text then[] = { UND_TEXT_TAKEN_WHEN, UND_TEXT_TAKEN_LOOK, UND_TEXT_TAKEN_AGAIN, UND_TEXT_TAKEN_DELETE };
	struct und_page p;

	und_page_begin(&p, out, f, &quiet);
	und_element(&p, "h1", NULL, UND_TEXT_TAKEN_TITLE, NULL);
	und_element(&p, "p", "lead", UND_TEXT_TAKEN_WHAT, NULL);
	und_list(&p, false, then, UND_COUNT_OF(then));
	und_open(&p, "p", "actions no-print");
	und_link(&p, "button", UND_PATH_LETTERS, slug, "", UND_TEXT_ROSTER_BACK);
	und_close(&p);
	return und_page_end(&p);
}
