/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* place.c: where links lead: to addresses of a server, or to files beside this one, where the pages are a copy */
#include "page/parts.h"

static const char *const names[UND_PAGE_FILES][UND_PAGE_LANGUAGES] = {
	[UND_PAGE_FILE_LETTER] = { "index.html", "index.ar.html" },
	[UND_PAGE_FILE_ROSTER] = { "roster.html", "roster.ar.html" },
	[UND_PAGE_FILE_SAFE] = { "safe.html", "safe.ar.html" },
	[UND_PAGE_FILE_CHECK] = { "check.html", "check.ar.html" },
	[UND_PAGE_FILE_PRESS] = { "press.html", "press.ar.html" },
	[UND_PAGE_FILE_FEED] = { "feed.atom", "feed.ar.atom" },
};

const char *und_page_file_name(enum und_page_file file, enum und_page_language language)
{
	return names[file][language];
}

/* What stands at a place of the server; of its letters and lists a copy has one. */
static const struct {
	const char *a, *c;
	enum und_page_file file;
} pages[] = {
	{ UND_PATH_LETTERS, "", UND_PAGE_FILE_LETTER }, { UND_PATH_LETTERS, UND_PATH_ROSTER, UND_PAGE_FILE_ROSTER }, { UND_PATH_LIST, "", UND_PAGE_FILE_LETTER },
	{ UND_PATH_SAFE, "", UND_PAGE_FILE_SAFE },      { UND_PATH_CHECK, "", UND_PAGE_FILE_CHECK },                       { UND_PATH_LETTERS, UND_PATH_PRESS, UND_PAGE_FILE_PRESS },
	{ UND_PATH_LETTERS, UND_SUFFIX_FEED, UND_PAGE_FILE_FEED },
};

/* The rest keeps its last name: /picture.png, /undersigned.html, the style; the letter's file its own. */
static void add_file(struct und_buf *out, const struct und_page *p, const char *a, struct und_bytes b, const char *c)
{
	const bool of_letter = strcmp(a, UND_PATH_LETTERS) == 0;

	for (size_t i = 0; i < UND_COUNT_OF(pages); i++) {
		if (strcmp(a, pages[i].a) != 0 || strcmp(c, pages[i].c) != 0)
			continue;
		und_buf_add_str(out, names[pages[i].file][p->f->language]);
		return;
	}
	if (of_letter && strcmp(c, UND_SUFFIX_LETTER) == 0)
		und_buf_add_bytes(out, b);
	und_buf_add_str(out, of_letter ? c + (c[0] == '/') : a + (a[0] == '/'));
}

/* A fragment comes last. */
static void add_address(struct und_buf *out, const struct und_page *p, const char *a, struct und_bytes b, const char *c, bool speaks)
{
	const char *fragment = c[0] == '#' ? c : "";

	if (c[0] == '#')
		c = "";
	if (p->f->copy != NULL) {
		add_file(out, p, a, b, c);
	} else {
		und_buf_add_str(out, a);
		und_buf_add_bytes(out, b);
		und_buf_add_str(out, c);
		if (speaks && p->f->language_asked && out->err == UND_OK) {
			und_buf_add_str(out, memchr(out->p, '?', out->n) == NULL ? "?lang=" : "&lang=");
			und_buf_add_str(out, p->l->tag);
		}
	}
	und_buf_add_str(out, fragment);
}

static void add_place(struct und_page *p, const char *attribute, const char *a, struct und_bytes b, const char *c, bool speaks)
{
	struct und_buf address;

	und_buf_init(&address, 4096);
	add_address(&address, p, a, b, c, speaks);
	if (address.err != UND_OK)
		und_page_fail(p, address.err);
	else if (p->f->copy != NULL)
		und_html_file(&p->h, attribute, und_buf_bytes(&address));
	else
		(void)und_html_address(&p->h, attribute, und_buf_bytes(&address));
	und_buf_clear(&address);
}

void und_href(struct und_page *p, const char *a, struct und_bytes b, const char *c)
{
	add_place(p, "href", a, b, c, true);
}

void und_address(struct und_page *p, const char *attribute, const char *a, struct und_bytes b, const char *c)
{
	add_place(p, attribute, a, b, c, false);
}

void und_link(struct und_page *p, const char *class_name, const char *a, struct und_bytes b, const char *c, enum und_text text)
{
	und_open(p, "a", class_name);
	und_href(p, a, b, c);
	und_say_simple(p, text);
	und_close(p);
}

/* Beside a copy there is no server of which it could ask anything. */
void und_app_link(struct und_page *p, const char *class_name, const char *what, struct und_bytes slug, enum und_text text)
{
	struct und_buf errand;

	und_buf_init(&errand, 4096);
	und_buf_add_str(&errand, what);
	und_buf_add_bytes(&errand, slug);
	und_buf_add_u8(&errand, '\0');
	und_open(p, "a", class_name);
	if (errand.err != UND_OK)
		und_page_fail(p, errand.err);
	else
		und_address(p, "href", UND_PATH_APP, und_cstr(""), p->f->copy != NULL ? "" : (const char *)errand.p);
	und_buf_clear(&errand);
	und_say_simple(p, text);
	und_close(p);
}
