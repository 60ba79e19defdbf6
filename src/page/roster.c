/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* roster.c: a letter's roll: how many keys each body has, against how many people work there */
#include "page/parts.h"

static void add_number_cell(struct und_page *p, enum und_text label, uint64_t n, bool known)
{
	und_open(p, "td", "numeric");
	und_html_attribute_str(&p->h, "role", "cell");
	und_said_attribute(p, "data-label", label, NULL);
	if (known)
		und_html_number(&p->h, n);
	else
		und_say_simple(p, UND_TEXT_HIDDEN_STAFF_UNKNOWN);
	und_close(p);
}

/* The share of the staff that is on the roll, with a bar; nothing where the staff is not known. */
static void add_share_cell(struct und_page *p, const struct und_view_ring *r)
{
	und_open(p, "td", "numeric");
	und_html_attribute_str(&p->h, "role", "cell");
	und_said_attribute(p, "data-label", UND_TEXT_ROSTER_SHARE, NULL);
	if (r->headcount > 0) {
		und_open(p, "span", r->keys > r->headcount ? "chance high" : "chance");
		und_bar(p, r->keys, r->headcount);
		und_open(p, "span", "chance-figure");
		und_say(p, UND_TEXT_FORMAT_ONLY_CHANCE, UND_CHANCE_("chance", r->keys, r->headcount));
		und_close(p);
		und_close(p);
	} else {
		und_html_str(&p->h, "–");
	}
	und_close(p);
}

static void add_row(struct und_page *p, const struct und_view_ring *r)
{
	und_open(p, "tr", NULL);
	und_html_attribute_str(&p->h, "role", "row");
	und_open(p, "th", NULL);
	und_html_attribute_str(&p->h, "scope", "row");
	und_html_attribute_str(&p->h, "role", "rowheader");
	if (und_bytes_is(r->id, "*"))
		und_say_simple(p, UND_TEXT_ROSTER_ALL);
	else
		und_ring_name(p, r);
	if (r->headcount > 0 && r->keys > r->headcount)
		und_element(p, "span", "chip warning", UND_TEXT_ROSTER_MORE, NULL);
	und_close(p);
	add_number_cell(p, UND_TEXT_ROSTER_KEYS, r->keys, true);
	add_number_cell(p, UND_TEXT_HIDDEN_STAFF, r->headcount, r->headcount > 0);
	add_share_cell(p, r);
	und_close(p);
}

static void add_head(struct und_page *p, enum und_text text, const char *class_name)
{
	und_open(p, "th", class_name);
	und_html_attribute_str(&p->h, "scope", "col");
	und_html_attribute_str(&p->h, "role", "columnheader");
	und_say_simple(p, text);
	und_close(p);
}

/* Bodies, then all together. */
static void add_table(struct und_page *p, const struct und_view_ring *rings, size_t count)
{
	und_open(p, "table", "cards");
	und_html_attribute_str(&p->h, "role", "table");
	und_element(p, "caption", NULL, UND_TEXT_ROSTER_CAPTION, NULL);
	und_open(p, "thead", NULL);
	und_html_attribute_str(&p->h, "role", "rowgroup");
	und_open(p, "tr", NULL);
	und_html_attribute_str(&p->h, "role", "row");
	add_head(p, UND_TEXT_HIDDEN_BODY, NULL);
	add_head(p, UND_TEXT_ROSTER_KEYS, "numeric");
	add_head(p, UND_TEXT_HIDDEN_STAFF, "numeric");
	add_head(p, UND_TEXT_ROSTER_SHARE, "numeric chance-head");
	und_close(p);
	und_close(p);
	und_open(p, "tbody", NULL);
	und_html_attribute_str(&p->h, "role", "rowgroup");
	for (size_t i = 0; i < count; i++)
		if (!und_bytes_is(rings[i].id, "*"))
			add_row(p, &rings[i]);
	for (size_t i = 0; i < count; i++)
		if (und_bytes_is(rings[i].id, "*"))
			add_row(p, &rings[i]);
	und_close(p);
	und_close(p);
}

static void add_edition(struct und_page *p, const struct und_view_roster *v, const struct und_view_edition *e)
{
	size_t first = 0, n = 0;

	while (first < v->ring_count && v->rings[first].wave != e->wave)
		first++;
	while (first + n < v->ring_count && v->rings[first + n].wave == e->wave)
		n++;
	und_open(p, "section", NULL);
	if (e->wave > 0) {
		und_element(p, "h2", NULL, UND_TEXT_HIDDEN_WAVE, UND_ARGS(UND_NUMBER_("n", n > 0 ? v->rings[first].keys : 0), UND_NUMBER_("wave", e->wave)));
		und_element(p, "p", "hint", UND_TEXT_HIDDEN_WAVE_WHY, NULL);
	} else {
		und_element(p, "h2", NULL, UND_TEXT_ROSTER_KEYS_STAFF, NULL);
	}
	if (e->edition == 0)
		und_element(p, "p", NULL, UND_TEXT_BASIS_IMPORTED, NULL);
	else if (e->from != UND_DAY_NONE && e->until != UND_DAY_NONE)
		und_element(p, "p", NULL, UND_TEXT_ROSTER_EDITION, UND_ARGS(UND_NUMBER_("edition", e->edition), UND_DAY_("from", e->from), UND_DAY_("until", e->until)));
	und_open(p, "p", "hint");
	und_say_simple(p, UND_TEXT_SHORTS_ROSTER);
	und_say_simple(p, UND_TEXT_LIST_COLON);
	und_fingerprint(p, e->short_id);
	und_close(p);
	if (n > 0)
		add_table(p, v->rings + first, n);
	und_close(p);
}

static void add_intro(struct und_page *p, const struct und_view_roster *v)
{
	und_element(p, "h1", NULL, UND_TEXT_ROSTER_TITLE, NULL);
	if (v->title.n > 0)
		und_element(p, "p", NULL, UND_TEXT_ROSTER_OF, UND_ARGS(UND_STRONG_("title", v->title)));
	if (v->name.n > 0)
		und_element(p, "p", NULL, UND_TEXT_ROSTER_NAME, UND_ARGS(UND_STRONG_("name", v->name)));
	und_element(p, "p", NULL, UND_TEXT_ROSTER_LEAD, NULL);
	und_element(p, "p", NULL, UND_TEXT_ROSTER_WHY, NULL);
	if (v->headcount == 0 || v->keys <= v->headcount)
		return;
	und_callout(p, UND_TONE_WARNING);
	und_element(p, "p", NULL, UND_TEXT_BASIS_MORE_KEYS, NULL);
	und_close(p);
	und_close(p);
}

enum und_err und_page_roster(struct und_buf *out, const struct und_page_frame *f, const struct und_view_roster *v)
{
	const struct und_page_head head = { .title = v->title };
	struct und_page p;

	und_page_begin(&p, out, f, &head);
	add_intro(&p, v);
	for (size_t i = 0; i < v->edition_count; i++)
		add_edition(&p, v, &v->editions[i]);
	und_open(&p, "section", NULL);
	und_element(&p, "h2", NULL, UND_TEXT_VOUCH_TITLE, NULL);
	und_element(&p, "p", NULL, UND_TEXT_VOUCH_LEAD, NULL);
	und_vouchers(&p, v->vouchers, v->voucher_count, false, v->registrars_quorum);
	und_open(&p, "p", NULL);
	und_say_simple(&p, UND_TEXT_SHORTS_PIN);
	und_say_simple(&p, UND_TEXT_LIST_COLON);
	und_fingerprint(&p, v->short_pin);
	und_close(&p);
	und_close(&p);
	und_open(&p, "p", "actions no-print");
	und_link(&p, "button", UND_PATH_LETTERS, v->slug, "", UND_TEXT_ROSTER_BACK);
	und_close(&p);
	return und_page_end(&p);
}
