/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* list.c: the letters that this server holds */
#include "page/parts.h"

static void add_item(struct und_page *p, const struct und_view_item *v)
{
	und_open(p, "li", NULL);
	und_open(p, "h2", NULL);
	und_open(p, "a", NULL);
	und_href(p, UND_PATH_LETTERS, v->slug, "");
	if (v->title.n > 0) {
		und_their_language(p, v->language);
		und_html_text(&p->h, v->title);
	} else {
		und_say_simple(p, UND_TEXT_LETTERS_SEALED);
	}
	und_close(p);
	und_close(p);
	if (v->to.n > 0)
		und_element(p, "p", "hint", v->to_more > 0 ? UND_TEXT_LETTERS_TO_MORE : UND_TEXT_LETTERS_TO, UND_ARGS(UND_TEXT_("who", v->to), UND_NUMBER_("n", v->to_more)));
	und_open(p, "p", "item-count");
	und_headline(p, v->signers, v->bodies);
	und_close(p);
	und_element(p, "p", "hint", v->open ? UND_TEXT_LETTERS_OPEN : UND_TEXT_LETTERS_ENDED, UND_ARGS(UND_DAY_("closes", v->closes)));
	und_close(p);
}

static void add_more(struct und_page *p, const struct und_view_list *v)
{
	struct und_buf query;

	if (v->from == 0 && v->more == 0)
		return;
	und_open(p, "p", "actions no-print");
	if (v->from > 0)
		und_link(p, "button", UND_PATH_LIST, und_cstr(""), "", UND_TEXT_LETTERS_START);
	if (v->more > 0) {
		und_buf_init(&query, 64);
		und_buf_add_decimal(&query, v->from + v->count);
		if (query.err != UND_OK)
			und_page_fail(p, query.err);
		und_open(p, "a", "button");
		und_href(p, UND_PATH_LIST "?from=", und_buf_bytes(&query), "");
		und_say(p, UND_TEXT_LETTERS_MORE, UND_NUMBER_("n", v->more));
		und_close(p);
		und_buf_clear(&query);
	}
	und_close(p);
}

enum und_err und_page_list(struct und_buf *out, const struct und_page_frame *f, const struct und_view_list *v)
{
	const struct und_page_head head = { .tab = UND_TAB_LIST };
	struct und_page p;

	und_page_begin(&p, out, f, &head);
	und_element(&p, "h1", NULL, UND_TEXT_LETTERS_TITLE, NULL);
	und_element(&p, "p", "lead", UND_TEXT_LETTERS_LEAD, NULL);
	und_open(&p, "p", "actions no-print");
	und_guide_link(&p, "button", "signer", UND_TEXT_GUIDES_SIGNER);
	und_link(&p, "button", UND_PATH_GUIDES, und_cstr(""), "", UND_TEXT_GUIDES_ALL);
	und_close(&p);
	if (v->count == 0)
		und_element(&p, "p", NULL, UND_TEXT_LETTERS_NONE, NULL);
	else
		und_open(&p, "ul", "letters");
	for (size_t i = 0; i < v->count; i++)
		add_item(&p, &v->items[i]);
	if (v->count > 0)
		und_close(&p);
	add_more(&p, v);
	return und_page_end(&p);
}
