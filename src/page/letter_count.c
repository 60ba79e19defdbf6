/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* letter_count.c: how many signed, on what that rests, what each is hidden among, and what the letter asked for */
#include "page/parts.h"

#include <stdlib.h>

#include "page/picture.h"

/* ---- the headline: never without what it rests on ---- */

void und_basis(struct und_page *p, const struct und_view_letter *v)
{
	struct und_bytes *names = und_alloc(v->voucher_count, sizeof *names);
	size_t n = 0;

	if (names == NULL) {
		und_page_fail(p, UND_ERR_MEMORY);
		return;
	}
	for (size_t i = 0; i < v->voucher_count; i++)
		if (v->vouchers[i].signed_roster)
			names[n++] = v->vouchers[i].name.n > 0 ? v->vouchers[i].name : v->vouchers[i].key;
	und_open(p, "p", "basis");
	und_say(p, UND_TEXT_BASIS_TRUE_IF, UND_LIST_("who", names, n, true));
	und_html_str(&p->h, " ");
	if (v->headcount > 0)
		und_say(p, UND_TEXT_BASIS_ROLL_STAFF, UND_NUMBER_("n", v->keys), UND_NUMBER_("staff", v->headcount));
	else
		und_say(p, UND_TEXT_BASIS_ROLL, UND_NUMBER_("n", v->keys));
	und_close(p);
	free(names);
}

static void add_picture(struct und_page *p, const struct und_view_letter *v)
{
	und_open(p, "figure", "robin");
	und_open(p, "img", NULL);
	und_address(p, "src", UND_PATH_LETTERS, v->slug, UND_PATH_PICTURE);
	und_html_attribute_str(&p->h, "width", "450");
	und_html_attribute_str(&p->h, "height", "450");
	und_said_attribute(p, "alt", UND_TEXT_LETTER_PICTURE, UND_ARGS(UND_NUMBER_("n", v->signers)));
	und_close(p);
	und_element(p, "figcaption", "hint", UND_TEXT_LETTER_CAPTION, NULL);
	und_close(p);
}

static void add_headline(struct und_page *p, const struct und_view_letter *v)
{
	und_open(p, "section", "headline");
	und_html_attribute_str(&p->h, "id", "signed");
	und_open(p, "h2", "headline-figure");
	und_headline(p, v->signers, v->bodies);
	und_close(p);
	if (v->withdrawn > 0)
		und_element(p, "p", "withdrawn", UND_TEXT_HEADLINE_WITHDRAWN, UND_ARGS(UND_NUMBER_("n", v->withdrawn)));
	und_basis(p, v);
	und_open(p, "p", "verdict good");
	und_mark(p, "✓");
	und_element(p, "span", NULL, p->f->copy != NULL ? UND_TEXT_COPY_CHECKED : UND_TEXT_LETTER_CHECKED, NULL);
	und_close(p);
	if (v->headcount > 0 && v->keys > v->headcount) {
		und_callout(p, UND_TONE_WARNING);
		und_element(p, "p", NULL, UND_TEXT_BASIS_MORE_KEYS, NULL);
		und_close(p);
		und_close(p);
	}
	if (v->imported)
		und_element(p, "p", "hint", UND_TEXT_BASIS_IMPORTED, NULL);
	if (v->signers > 0)
		add_picture(p, v);
	und_open(p, "p", "no-print");
	und_link(p, NULL, UND_PATH_LETTERS, v->slug, UND_PATH_ROSTER, UND_TEXT_LETTER_ROSTER);
	und_close(p);
	und_close(p);
}

/* ---- what each is hidden among ---- */

/* Those hidden least first; else as in the letter, whose order the addresses keep. */
static int compare_shares(const void *a, const void *b)
{
	const struct und_view_ring *const *ra = a, *const *rb = b;
	const double x = (double)(*ra)->signers * (double)(*rb)->keys, y = (double)(*rb)->signers * (double)(*ra)->keys;

	if (x != y)
		return x > y ? -1 : 1;
	return *ra < *rb ? -1 : *ra > *rb;
}

static void add_head_cell(struct und_page *p, enum und_text text, const char *class_name)
{
	und_open(p, "th", class_name);
	und_html_attribute_str(&p->h, "scope", "col");
	und_html_attribute_str(&p->h, "role", "columnheader");
	und_say_simple(p, text);
	und_close(p);
}

static void open_cell(struct und_page *p, enum und_text label)
{
	und_open(p, "td", "numeric");
	und_html_attribute_str(&p->h, "role", "cell");
	und_said_attribute(p, "data-label", label, NULL);
}

static void add_row(struct und_page *p, const struct und_view_ring *r, bool staff)
{
	und_open(p, "tr", NULL);
	und_html_attribute_str(&p->h, "role", "row");
	und_open(p, "th", NULL);
	und_html_attribute_str(&p->h, "scope", "row");
	und_html_attribute_str(&p->h, "role", "rowheader");
	und_ring_name(p, r);
	if (r->above_share)
		und_element(p, "span", "chip warning", UND_TEXT_HIDDEN_ABOVE, NULL);
	und_close(p);
	open_cell(p, UND_TEXT_HIDDEN_SIGNED);
	und_say(p, UND_TEXT_SHARE_OF, UND_NUMBER_("signers", r->signers), UND_NUMBER_("keys", r->keys));
	und_close(p);
	open_cell(p, UND_TEXT_HIDDEN_ANY);
	und_open(p, "span", 2 * r->signers >= r->keys ? "chance high" : "chance");
	und_bar(p, r->signers, r->keys);
	und_open(p, "span", "chance-figure");
	und_say(p, UND_TEXT_FORMAT_ONLY_CHANCE, UND_CHANCE_("chance", r->signers, r->keys));
	und_close(p);
	und_close(p);
	und_close(p);
	if (staff) {
		open_cell(p, UND_TEXT_HIDDEN_STAFF);
		if (r->headcount > 0)
			und_html_number(&p->h, r->headcount);
		else
			und_say_simple(p, UND_TEXT_HIDDEN_STAFF_UNKNOWN);
		und_close(p);
	}
	und_close(p);
}

static void add_table(struct und_page *p, const struct und_view_ring *const *rows, size_t n, bool staff)
{
	und_open(p, "table", "cards");
	und_html_attribute_str(&p->h, "role", "table");
	und_element(p, "caption", NULL, UND_TEXT_HIDDEN_CAPTION, NULL);
	und_open(p, "thead", NULL);
	und_html_attribute_str(&p->h, "role", "rowgroup");
	und_open(p, "tr", NULL);
	und_html_attribute_str(&p->h, "role", "row");
	add_head_cell(p, UND_TEXT_HIDDEN_BODY, NULL);
	add_head_cell(p, UND_TEXT_HIDDEN_SIGNED, "numeric");
	add_head_cell(p, UND_TEXT_HIDDEN_ANY, "numeric chance-head");
	if (staff)
		add_head_cell(p, UND_TEXT_HIDDEN_STAFF, "numeric");
	und_close(p);
	und_close(p);
	und_open(p, "tbody", NULL);
	und_html_attribute_str(&p->h, "role", "rowgroup");
	for (size_t i = 0; i < n; i++)
		add_row(p, rows[i], staff);
	und_close(p);
	und_close(p);
}

static void add_silent(struct und_page *p, const struct und_view_ring *rings, size_t count, uint64_t silent)
{
	if (silent == 0)
		return;
	und_disclosure(p, UND_TEXT_HIDDEN_SILENT, UND_ARGS(UND_NUMBER_("n", silent)));
	und_open(p, "ul", NULL);
	for (size_t i = 0; i < count; i++) {
		if (rings[i].signers > 0 || und_bytes_is(rings[i].id, "*"))
			continue;
		und_open(p, "li", NULL);
		und_ring_name(p, &rings[i]);
		und_say(p, UND_TEXT_HIDDEN_KEYS, UND_NUMBER_("n", rings[i].keys));
		und_close(p);
	}
	und_close(p);
	und_close(p);
	und_close(p);
}

/* The rings of one roster: "*" first. */
static void add_wave(struct und_page *p, const struct und_view_ring *rings, size_t count)
{
	const struct und_view_ring **rows = und_alloc(count, sizeof(struct und_view_ring *));
	uint64_t silent = 0;
	bool staff = false;
	size_t n = 0;

	if (rows == NULL) {
		und_page_fail(p, UND_ERR_MEMORY);
		return;
	}
	for (size_t i = 0; i < count; i++) {
		staff |= rings[i].headcount > 0;
		if (rings[i].signers > 0)
			rows[n++] = &rings[i];
		else
			silent += !und_bytes_is(rings[i].id, "*");
	}
	qsort(rows, n, sizeof *rows, compare_shares);
	if (rings[0].wave > 0) {
		und_element(p, "h3", NULL, UND_TEXT_HIDDEN_WAVE, UND_ARGS(UND_NUMBER_("n", rings[0].keys), UND_NUMBER_("wave", rings[0].wave)));
		und_element(p, "p", "hint", UND_TEXT_HIDDEN_WAVE_WHY, NULL);
	}
	if (n > 0)
		add_table(p, rows, n, staff);
	else
		und_element(p, "p", NULL, UND_TEXT_HIDDEN_NONE, NULL);
	add_silent(p, rings, count, silent);
	free(rows);
}

static bool hides_nobody(const struct und_view_ring *r)
{
	return r->keys > 0 && r->signers == r->keys;
}

bool und_some_hide_nobody(const struct und_view_letter *v)
{
	for (size_t i = 0; i < v->ring_count; i++)
		if (hides_nobody(&v->rings[i]))
			return true;
	return false;
}

void und_part_full(struct und_page *p, const struct und_view_letter *v)
{
	if (!und_some_hide_nobody(v))
		return;
	und_callout(p, UND_TONE_WARNING);
	und_element(p, "p", NULL, UND_TEXT_HIDDEN_FULL, NULL);
	und_open(p, "ul", NULL);
	for (size_t i = 0; i < v->ring_count; i++) {
		if (!hides_nobody(&v->rings[i]))
			continue;
		und_open(p, "li", NULL);
		und_ring_name(p, &v->rings[i]);
		und_close(p);
	}
	und_close(p);
	und_close(p);
	und_close(p);
}

void und_part_count(struct und_page *p, const struct und_view_letter *v)
{
	add_headline(p, v);
	und_open(p, "section", "hidden-among");
	und_element(p, "h2", NULL, UND_TEXT_HIDDEN_TITLE, NULL);
	und_element(p, "p", NULL, UND_TEXT_HIDDEN_LEAD, NULL);
	for (size_t at = 0, end; at < v->ring_count; at = end) {
		for (end = at; end < v->ring_count && v->rings[end].wave == v->rings[at].wave; end++)
			;
		add_wave(p, v->rings + at, end - at);
	}
	und_element(p, "p", "all-together", UND_TEXT_HIDDEN_ALL, UND_ARGS(UND_SHARE_("share", v->signers, v->keys), UND_CHANCE_("chance", v->signers, v->keys)));
	und_part_full(p, v);
	und_close(p);
}

/* ---- what the letter asks for ---- */

static void add_threshold(struct und_page *p, uint64_t have, uint64_t want, enum und_text text)
{
	const bool met = have >= want;

	if (want == 0)
		return;
	und_open(p, "li", met ? "good" : "open");
	und_mark(p, met ? "✓" : "✕");
	und_open(p, "span", NULL);
	und_say(p, text, UND_NUMBER_("n", want));
	und_say_simple(p, UND_TEXT_LIST_COLON);
	und_element(p, "strong", NULL, met ? UND_TEXT_RULES_MET : UND_TEXT_RULES_NOT_MET, NULL);
	und_close(p);
	und_close(p);
}

static void add_over(struct und_page *p, const struct und_view_ring *r, const struct und_view_rules *rules)
{
	und_open(p, "li", "warning");
	und_mark(p, "!");
	und_open(p, "span", NULL);
	und_ring_name(p, r);
	und_say_simple(p, UND_TEXT_LIST_COLON);
	und_say(p, UND_TEXT_RULES_SHARE_OVER, UND_PERCENT_("percent", und_bytes_is(r->id, "*") ? rules->max_share_all : rules->max_share));
	und_close(p);
	und_close(p);
}

void und_part_rules(struct und_page *p, const struct und_view_letter *v)
{
	size_t over = 0;

	und_open(p, "section", NULL);
	und_element(p, "h2", NULL, UND_TEXT_RULES_TITLE, NULL);
	und_open(p, "ul", "marks");
	add_threshold(p, v->signers, v->rules.signers, UND_TEXT_RULES_SIGNERS);
	add_threshold(p, v->bodies, v->rules.bodies, UND_TEXT_RULES_BODIES);
	for (size_t i = 0; i < v->ring_count; i++) {
		if (!v->rings[i].above_share)
			continue;
		add_over(p, &v->rings[i], &v->rules);
		over++;
	}
	if (over == 0) {
		und_open(p, "li", "good");
		und_mark(p, "✓");
		und_element(p, "span", NULL, UND_TEXT_RULES_SHARE_KEPT, NULL);
		und_close(p);
	}
	und_close(p);
	if (over > 0)
		und_element(p, "p", NULL, UND_TEXT_RULES_SHARE_WHY, NULL);
	und_element(p, "p", NULL, UND_TEXT_RULES_DATES, UND_ARGS(UND_DAY_("closes", v->rules.closes), UND_DAY_("ends", v->rules.ends)));
	und_element(p, "p", "hint", UND_TEXT_RULES_RING, UND_ARGS(UND_NUMBER_("n", v->rules.min_ring)));
	und_close(p);
}
