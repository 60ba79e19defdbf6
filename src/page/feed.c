/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* feed.c: what happens to a letter as an Atom feed (RFC 4287) */
#include "page/parts.h"

#include <stdio.h>

struct feed {
	struct und_html h;
	struct und_buf *out;
	const struct und_page_frame *f;
	const struct und_text_language *l;
	const struct und_view_letter *v;
};

/* ---- markup: what html.h closes by itself XML does not; texts are escaped by it all the same ---- */

static void add(struct feed *d, const char *markup)
{
	und_html_add_our_own_markup_unescaped(&d->h, markup);
}

static void add_said(struct feed *d, const char *element, enum und_text text)
{
	struct und_buf said;

	und_buf_init(&said, 4096);
	und_say_plain_args(&said, d->l, text, NULL);
	if (said.err != UND_OK && d->out->err == UND_OK)
		d->out->err = said.err;
	und_html_element(&d->h, element, und_buf_bytes(&said));
	und_buf_clear(&said);
}

/* Short names and origins hold nothing that XML wants escaped: they are escaped nevertheless. */
static void add_link(struct feed *d, const char *rel, const char *type, const char *suffix)
{
	add(d, "<link rel=\"");
	add(d, rel);
	add(d, "\" type=\"");
	add(d, type);
	add(d, "\" href=\"");
	if (d->f->copy != NULL) { /* beside one another, wherever they lie */
		add(d, und_page_file_name(suffix[0] == '.' ? UND_PAGE_FILE_FEED : UND_PAGE_FILE_LETTER, d->f->language));
		return;
	}
	und_html_text(&d->h, d->f->origin);
	add(d, UND_PATH_LETTERS);
	und_html_text(&d->h, d->v->slug);
	add(d, suffix);
	if (d->f->language_asked) {
		add(d, "?lang=");
		add(d, d->l->tag);
	}
}

static void add_day(struct feed *d, und_day day)
{
	char text[11];

	und_date_encode(text, day);
	add(d, "<updated>");
	add(d, text);
	add(d, "T00:00:00Z</updated>\n");
}

/* The first half of a record's id as a UUID of version 8 (RFC 9562 §5.8): the same wherever the letter is served. */
static void add_id(struct feed *d, const uint8_t *id)
{
	char text[64];

	snprintf(text, sizeof text, "<id>urn:uuid:%02x%02x%02x%02x-%02x%02x-8%x%02x-%x%x%02x-%02x%02x%02x%02x%02x%02x</id>\n", id[0], id[1], id[2], id[3], id[4], id[5], id[6] & 15, id[7],
	         8 | (id[8] >> 4 & 3), id[8] & 15, id[9], id[10], id[11], id[12], id[13], id[14], id[15]);
	add(d, text);
}

/* ---- entries ---- */

static void add_stances(struct feed *d, const struct und_view_statement *s)
{
	static const enum und_text stands[] = {
		[UND_VIEW_ACCEPTS] = UND_TEXT_STANCE_ACCEPTS, [UND_VIEW_REJECTS] = UND_TEXT_STANCE_REJECTS,   [UND_VIEW_PARTLY] = UND_TEXT_STANCE_PARTLY,
		[UND_VIEW_COUNTER] = UND_TEXT_STANCE_COUNTER, [UND_VIEW_SUPPORTS] = UND_TEXT_STANCE_SUPPORTS, [UND_VIEW_NO_STAND] = UND_TEXT_STANCE_NONE,
	};

	for (size_t i = 0; i < s->stance_count; i++) {
		und_html_str(&d->h, "\n");
		if (und_bytes_is(s->stances[i].demand, "*"))
			und_say_args(&d->h, d->l, UND_TEXT_ANSWERS_ON_WHOLE, NULL);
		else
			und_html_text(&d->h, s->stances[i].demand);
		und_html_str(&d->h, und_bytes_is(s->stances[i].demand, "*") ? " " : ": ");
		und_say_args(&d->h, d->l, stands[s->stances[i].stand], NULL);
	}
}

static void add_content(struct feed *d, const struct und_view_event *e)
{
	const struct und_view_letter *v = d->v;

	if (e->text.n == 0)
		return;
	add(d, "<content type=\"text\" xml:lang=\"");
	und_html_text(&d->h, e->language);
	add(d, "\">");
	und_html_text(&d->h, e->text);
	if (e->kind == UND_VIEW_SAID && e->at > 0 && e->at <= v->statement_count)
		add_stances(d, &v->statements[e->at - 1]);
	add(d, "</content>\n");
}

static void add_entry(struct feed *d, const struct und_view_event *e)
{
	static const char places[UND_VIEW_EVENT_KINDS] = { [UND_VIEW_SAID] = 's', [UND_VIEW_VOTED] = 'q', [UND_VIEW_NOTICED] = 'n' };
	struct und_buf said;
	char place[24];

	und_buf_init(&said, 1 << 20);
	und_event_say(&said, d->l, d->v, e);
	if (said.err != UND_OK && d->out->err == UND_OK)
		d->out->err = said.err;
	add(d, "<entry>\n");
	add_id(d, e->id);
	und_html_element(&d->h, "title", und_buf_bytes(&said));
	add(d, "\n");
	add_day(d, e->on);
	add_link(d, "alternate", "text/html", "");
	if (places[e->kind] != 0) {
		snprintf(place, sizeof place, "#%c%zu", places[e->kind], e->at);
		add(d, place);
	}
	add(d, "\"/>\n");
	if (e->kind == UND_VIEW_SAID) {
		add(d, "<author>");
		und_html_element(&d->h, "name", e->who);
		add(d, "</author>\n");
	}
	add_content(d, e);
	add(d, "</entry>\n");
	und_buf_clear(&said);
}

/* ---- the feed ---- */

static und_day latest(const struct und_view_letter *v)
{
	if (v->event_count > 0)
		return v->events[v->event_count - 1].on;
	return v->dated != UND_DAY_NONE ? v->dated : v->since != UND_DAY_NONE ? v->since : 0;
}

static void add_feed(struct feed *d)
{
	const struct und_view_letter *v = d->v;
	struct und_buf headline;

	und_buf_init(&headline, 4096);
	und_headline_plain(&headline, d->l, v->signers, v->bodies);
	if (headline.err != UND_OK && d->out->err == UND_OK)
		d->out->err = headline.err;
	add(d, "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"");
	add(d, d->l->tag);
	add(d, "\">\n");
	add_id(d, v->id);
	if (v->version_count > 0)
		und_html_element(&d->h, "title", v->versions[0].title);
	else
		add_said(d, "title", UND_TEXT_LETTERS_SEALED);
	und_html_element(&d->h, "subtitle", und_buf_bytes(&headline));
	add(d, "\n");
	add_day(d, latest(v));
	add_link(d, "self", "application/atom+xml", UND_SUFFIX_FEED);
	add(d, "\"/>\n");
	add_link(d, "alternate", "text/html", "");
	add(d, "\"/>\n<author>");
	add_said(d, "name", UND_TEXT_FEED_ORGANISERS);
	add(d, "</author>\n");
	for (size_t i = v->event_count; i > 0; i--)
		add_entry(d, &v->events[i - 1]);
	add(d, "</feed>\n");
	und_buf_clear(&headline);
}

enum und_err und_page_feed(struct und_buf *out, const struct und_page_frame *f, const struct und_view_letter *v)
{
	struct feed d = { .out = out, .f = f, .l = &und_text_languages[f->language], .v = v };

	und_html_init_fragment(&d.h, out);
	add_feed(&d);
	und_html_end(&d.h);
	return out->err;
}
