/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* letter_matrix.c: demands by parties, at a glance: a mark and words in each cell. With many parties, and on a phone, a block for each demand */
#include "page/parts.h"

#include <stdlib.h>

enum { COLUMNS_MAX = 4 }; /* that stand beside each other and can be read */

/* One who stands somewhere, or who was asked and said nothing. */
struct column {
	struct und_bytes name;
	const struct und_view_stance *stances; /* of this party: they stand together */
	size_t count;
	bool silent;
};

struct matrix {
	struct und_page *p;
	const struct und_view_letter *v;
	struct column *columns;
	size_t count;
};

static bool has_column(const struct matrix *m, struct und_bytes name)
{
	for (size_t i = 0; i < m->count; i++)
		if (und_bytes_equal_var(m->columns[i].name, name))
			return true;
	return false;
}

static void find_columns(struct matrix *m)
{
	const struct und_view_letter *v = m->v;

	for (size_t i = 0, end; i < v->stance_count; i = end) {
		for (end = i + 1; end < v->stance_count && und_bytes_equal_var(v->stances[end].party, v->stances[i].party); end++)
			;
		m->columns[m->count++] = (struct column){ v->stances[i].party, v->stances + i, end - i, false };
	}
	for (size_t i = 0; i < v->wait_count; i++)
		if (!has_column(m, v->waits[i].name)) /* who spoke before the letter came has no answer to it, but stands somewhere */
			m->columns[m->count++] = (struct column){ .name = v->waits[i].name, .silent = true };
}

static const struct und_view_stance *stance_on(const struct column *c, struct und_bytes demand)
{
	for (size_t i = 0; i < c->count; i++)
		if (und_bytes_equal_var(c->stances[i].demand, demand))
			return &c->stances[i];
	return NULL;
}

static void open_with_role(struct und_page *p, const char *element, const char *class_name, const char *role)
{
	und_open(p, element, class_name);
	und_html_attribute_str(&p->h, "role", role);
}

static void add_cell(const struct matrix *m, const struct column *c, struct und_bytes demand)
{
	const struct und_view_stance *s = stance_on(c, demand);
	struct und_page *p = m->p;

	open_with_role(p, "td", s != NULL ? NULL : c->silent ? "silent" : "nothing", "cell");
	und_html_attribute(&p->h, "data-label", c->name);
	if (s != NULL) {
		und_stand_chip(p, s->stand);
		und_element(p, "span", "hint", s->authenticated ? UND_TEXT_MATRIX_AUTHENTICATED : UND_TEXT_ANSWERS_RECORDED, NULL);
	} else {
		und_element(p, "span", c->silent ? "chip silent" : "hint", c->silent ? UND_TEXT_MATRIX_NO_REPLY : UND_TEXT_MATRIX_NOTHING, NULL);
	}
	und_close(p);
}

/* words: NULL: the whole letter */
static void add_row(const struct matrix *m, struct und_bytes demand, const struct und_bytes *words, struct und_bytes language)
{
	struct und_page *p = m->p;

	open_with_role(p, "tr", NULL, "row");
	open_with_role(p, "th", NULL, "rowheader");
	und_html_attribute_str(&p->h, "scope", "row");
	if (words != NULL) {
		und_their_language(p, language);
		und_html_text(&p->h, *words);
	} else {
		und_say_simple(p, UND_TEXT_WORDS_WHOLE);
	}
	und_close(p);
	for (size_t i = 0; i < m->count; i++)
		add_cell(m, &m->columns[i], demand);
	und_close(p);
}

static void add_head(const struct matrix *m)
{
	struct und_page *p = m->p;

	open_with_role(p, "thead", NULL, "rowgroup");
	open_with_role(p, "tr", NULL, "row");
	open_with_role(p, "th", NULL, "columnheader");
	und_html_attribute_str(&p->h, "scope", "col");
	und_say_simple(p, UND_TEXT_MATRIX_DEMAND);
	und_close(p);
	for (size_t i = 0; i < m->count; i++) {
		open_with_role(p, "th", NULL, "columnheader");
		und_html_attribute_str(&p->h, "scope", "col");
		und_say_theirs(&p->h, m->columns[i].name);
		und_close(p);
	}
	und_close(p);
	und_close(p);
}

static void add_rows(const struct matrix *m)
{
	const struct und_view_version *w = &m->v->versions[und_first_version(m->p, m->v)];
	const struct und_bytes whole = und_cstr("*");
	bool any = false;

	for (size_t i = 0; i < m->count && !any; i++)
		any = stance_on(&m->columns[i], whole) != NULL;
	open_with_role(m->p, "tbody", NULL, "rowgroup");
	if (any || w->demand_count == 0)
		add_row(m, whole, NULL, und_bytes(NULL, 0));
	for (size_t i = 0; i < w->demand_count; i++)
		add_row(m, w->demands[i].id, &w->demands[i].text, w->language);
	und_close(m->p);
}

void und_part_matrix(struct und_page *p, const struct und_view_letter *v)
{
	struct matrix m = { .p = p, .v = v };

	if (v->version_count == 0 || v->stance_count + v->wait_count == 0)
		return;
	m.columns = und_alloc(v->stance_count + v->wait_count, sizeof *m.columns);
	if (m.columns == NULL) {
		und_page_fail(p, UND_ERR_MEMORY);
		return;
	}
	find_columns(&m);
	und_element(p, "h3", NULL, UND_TEXT_ANSWERS_BY_DEMAND, NULL);
	open_with_role(p, "table", m.count > COLUMNS_MAX ? "matrix many" : "matrix", "table");
	add_head(&m);
	add_rows(&m);
	und_close(p);
	free(m.columns);
}
