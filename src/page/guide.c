/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* guide.c: the guides: which there are, and each, with its pictures, in the reader's language or else in English */
#include "page/guide.h"
#include "page/markdown.h"
#include "page/parts.h"

size_t und_guide_find(struct und_bytes name)
{
	size_t i = 0;

	while (i < und_guide_count && !und_bytes_equal_var(und_guides[i].name, name))
		i++;
	return i;
}

const struct und_guide_picture *und_guide_picture_find(struct und_bytes name)
{
	for (size_t i = 0; i < und_guide_picture_count; i++)
		if (und_bytes_equal_var(und_guide_pictures[i].name, name))
			return &und_guide_pictures[i];
	return NULL;
}

/* Which version, and its language. */
static const struct und_guide_version *version_for(const struct und_guide *g, enum und_page_language wanted, enum und_page_language *language)
{
	*language = g->versions[wanted] != NULL ? wanted : UND_PAGE_EN;
	return g->versions[*language];
}

static void guide_language(struct und_page *p, enum und_page_language l)
{
	if (l == p->f->language)
		return;
	und_html_attribute_str(&p->h, "lang", und_text_languages[l].tag);
	und_html_attribute_str(&p->h, "dir", und_text_languages[l].rtl ? "rtl" : "ltr");
}

/* ---- parts ---- */

static const char *query_of(const struct und_page *p)
{
	static const char *const queries[] = { [UND_PAGE_EN] = "?lang=en", [UND_PAGE_AR] = "?lang=ar" };

	return p->f->language_asked ? queries[p->f->language] : "";
}

static void add_words(struct und_page *p, struct und_bytes words, bool in_line)
{
	enum und_err e = und_markdown_add_ours(&p->h, words, 2, query_of(p), in_line);

	if (e != UND_OK)
		und_page_fail(p, e);
}

static void add_heading(struct und_page *p, const struct und_guide_part *g)
{
	und_open(p, g->n == 2 ? "h2" : "h3", NULL);
	und_html_attribute(&p->h, "id", g->b);
	und_html_text(&p->h, g->a);
	und_close(p);
}

/* What is typed stands out from what is then shown. */
static void add_lines(struct und_page *p, struct und_bytes s)
{
	for (size_t at = 0, end; at < s.n; at = end) {
		const bool typed = s.n - at > 2 && s.p[at] == '$' && s.p[at + 1] == ' ';

		for (end = at; end < s.n && s.p[end] != '\n'; end++)
			;
		if (typed)
			und_html_element(&p->h, "strong", und_bytes(s.p + at, end - at));
		else
			und_html_text(&p->h, und_bytes(s.p + at, end - at));
		if (end < s.n)
			end++;
		und_html_str(&p->h, "\n");
	}
}

/* It may be wider than a phone, and is then moved within: by keys, too. */
static void add_code(struct und_page *p, const struct und_guide_part *g)
{
	if (g->b.n > 0) {
		und_open(p, "p", "code-name");
		und_html_element(&p->h, "code", g->b);
		und_close(p);
	}
	und_open(p, "pre", "code");
	und_html_attribute_str(&p->h, "tabindex", "0");
	und_html_attribute_str(&p->h, "dir", "ltr");
	und_open(p, "code", NULL);
	add_lines(p, g->a);
	und_close(p);
	und_close(p);
}

static void add_row(struct und_page *p, const struct und_guide_part *cell, unsigned columns, bool head)
{
	und_open(p, "tr", NULL);
	und_html_attribute_str(&p->h, "role", "row");
	for (unsigned i = 0; i < columns; i++) {
		und_open(p, head || i == 0 ? "th" : "td", NULL);
		und_html_attribute_str(&p->h, "role", head ? "columnheader" : i == 0 ? "rowheader" : "cell");
		if (!head && i > 0)
			und_html_attribute(&p->h, "data-label", cell[i].b);
		if (head || i == 0)
			und_html_attribute_str(&p->h, "scope", head ? "col" : "row");
		add_words(p, cell[i].a, true);
		und_close(p);
	}
	und_close(p);
}

/* On phones a table is laid out as a list, and stays a table for those who hear it. */
static void add_table(struct und_page *p, const struct und_guide_part *g)
{
	const struct und_guide_part *cell = g + 1;

	und_open(p, "table", "matrix");
	und_html_attribute_str(&p->h, "role", "table");
	und_open(p, "thead", NULL);
	und_html_attribute_str(&p->h, "role", "rowgroup");
	add_row(p, cell, g->n, true);
	und_close(p);
	und_open(p, "tbody", NULL);
	und_html_attribute_str(&p->h, "role", "rowgroup");
	for (unsigned row = 1; row < g->rows; row++)
		add_row(p, cell + (size_t)row * g->n, g->n, false);
	und_close(p);
	und_close(p);
}

static void add_picture(struct und_page *p, const struct und_guide_part *g)
{
	const struct und_guide_picture *picture = &und_guide_pictures[g->n];

	und_open(p, "p", "shown");
	und_open(p, "img", NULL);
	und_address(p, "src", UND_PATH_GUIDES "/", picture->name, ".png");
	und_html_attribute(&p->h, "alt", g->a);
	und_html_attribute_number(&p->h, "width", picture->width * 2 / 3);
	und_html_attribute_number(&p->h, "height", picture->height * 2 / 3);
	und_close(p);
	und_close(p);
}

static void add_parts(struct und_page *p, const struct und_guide_part *g, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		switch (g[i].kind) {
		case UND_GUIDE_WORDS:
			add_words(p, g[i].a, false);
			break;
		case UND_GUIDE_HEADING:
			add_heading(p, &g[i]);
			break;
		case UND_GUIDE_CODE:
			add_code(p, &g[i]);
			break;
		case UND_GUIDE_TABLE:
			add_table(p, &g[i]);
			break;
		case UND_GUIDE_PICTURE:
			add_picture(p, &g[i]);
			break;
		case UND_GUIDE_CELL: /* with its table */
			break;
		}
	}
}

/* ---- pages ---- */

static void add_contents(struct und_page *p, const struct und_guide_version *v, enum und_page_language language)
{
	und_open(p, "nav", "contents");
	und_said_attribute(p, "aria-label", UND_TEXT_GUIDES_CONTENTS, NULL);
	und_open(p, "ul", NULL);
	guide_language(p, language);
	for (size_t i = 0; i < v->part_count; i++) {
		struct und_buf place;

		if (v->parts[i].kind != UND_GUIDE_HEADING || v->parts[i].n != 2)
			continue;
		und_buf_init(&place, 1024);
		und_buf_add_u8(&place, '#');
		und_buf_add_bytes(&place, v->parts[i].b);
		if (place.err != UND_OK)
			und_page_fail(p, place.err);
		und_open(p, "li", NULL);
		und_open(p, "a", NULL);
		(void)und_html_address(&p->h, "href", und_buf_bytes(&place));
		und_html_text(&p->h, v->parts[i].a);
		und_close(p);
		und_close(p);
		und_buf_clear(&place);
	}
	und_close(p);
	und_close(p);
}

enum und_err und_page_guide(struct und_buf *out, const struct und_page_frame *f, size_t guide)
{
	const struct und_page_head head = { .tab = UND_TAB_NONE };
	enum und_page_language language;
	const struct und_guide_version *v;
	struct und_page p;
	size_t lead = 0;

	und_bug_if(guide >= und_guide_count);
	v = version_for(&und_guides[guide], f->language, &language);
	while (lead < v->part_count && v->parts[lead].kind != UND_GUIDE_HEADING)
		lead++;
	und_page_begin(&p, out, f, &head);
	und_open(&p, "h1", NULL);
	guide_language(&p, language);
	und_html_text(&p.h, v->title);
	und_close(&p);
	if (language != f->language)
		und_element(&p, "p", "hint", UND_TEXT_GUIDES_ENGLISH, NULL);
	und_open(&p, "div", "guide");
	guide_language(&p, language);
	add_parts(&p, v->parts, lead);
	und_close(&p);
	add_contents(&p, v, language);
	und_open(&p, "div", "guide");
	guide_language(&p, language);
	add_parts(&p, v->parts + lead, v->part_count - lead);
	und_close(&p);
	und_open(&p, "p", "actions no-print");
	und_link(&p, "button", UND_PATH_GUIDES, und_cstr(""), "", UND_TEXT_GUIDES_ALL);
	und_close(&p);
	return und_page_end(&p);
}

enum und_err und_page_guides(struct und_buf *out, const struct und_page_frame *f)
{
	const struct und_page_head head = { .tab = UND_TAB_NONE };
	struct und_page p;

	und_page_begin(&p, out, f, &head);
	und_element(&p, "h1", NULL, UND_TEXT_GUIDES_TITLE, NULL);
	und_element(&p, "p", "lead", UND_TEXT_GUIDES_LEAD, NULL);
	und_open(&p, "ul", "letters");
	for (size_t i = 0; i < und_guide_count; i++) {
		enum und_page_language language;
		const struct und_guide_version *v = version_for(&und_guides[i], f->language, &language);

		und_open(&p, "li", NULL);
		und_open(&p, "h2", NULL);
		und_open(&p, "a", NULL);
		und_href(&p, UND_PATH_GUIDES "/", und_guides[i].name, "");
		guide_language(&p, language);
		und_html_text(&p.h, v->title);
		for (int n = 0; n < 3; n++)
			und_close(&p);
	}
	und_close(&p);
	und_element(&p, "p", "hint", UND_TEXT_GUIDES_TRUE, NULL);
	return und_page_end(&p);
}

void und_guide_link(struct und_page *p, const char *class_name, const char *name, enum und_text text)
{
	if (p->f->copy == NULL) /* beside a copy there are none */
		und_link(p, class_name, UND_PATH_GUIDES "/", und_cstr(name), "", text);
}
