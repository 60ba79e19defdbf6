/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* letter.c: a letter's page: the words first, as those read who sign; then how many did, and all that belongs to it */
#include "page/markdown.h"
#include "page/parts.h"

/* ---- the words ---- */

static void add_to(struct und_page *p, const struct und_view_letter *v)
{
	und_open(p, "p", "letter-to");
	und_say_simple(p, UND_TEXT_WORDS_TO);
	und_html_str(&p->h, " ");
	for (size_t i = 0; i < v->addressee_count; i++) {
		if (i > 0)
			und_say_simple(p, i + 1 == v->addressee_count ? UND_TEXT_LIST_LAST : UND_TEXT_LIST_BETWEEN);
		und_say_theirs(&p->h, v->addressees[i]);
	}
	if (v->dated != UND_DAY_NONE) {
		und_say_simple(p, UND_TEXT_LIST_COMMA);
		und_say_args(&p->h, p->l, UND_TEXT_FORMAT_ONLY_DAY, UND_ARGS(UND_DAY_("on", v->dated)));
	}
	und_close(p);
}

static void add_demands(struct und_page *p, const struct und_view_version *w, const char *heading)
{
	if (w->demand_count == 0)
		return;
	und_open(p, "div", "demands");
	und_element(p, heading, NULL, UND_TEXT_WORDS_DEMANDS, NULL);
	und_open(p, "ol", NULL);
	und_their_language(p, w->language);
	for (size_t i = 0; i < w->demand_count; i++) {
		und_open(p, "li", NULL);
		und_html_text(&p->h, w->demands[i].text);
		und_html_str(&p->h, " ");
		und_open(p, "span", "demand-id");
		und_html_attribute_str(&p->h, "dir", "ltr");
		und_html_text(&p->h, w->demands[i].id);
		und_close(p);
		und_close(p);
	}
	und_close(p);
	und_close(p);
}

static void add_version(struct und_page *p, const struct und_view_letter *v, size_t i, bool first)
{
	const struct und_view_version *w = &v->versions[i];
	enum und_err e;

	und_open(p, "article", "letter");
	if (i > 0)
		und_element(p, "p", "hint", UND_TEXT_WORDS_TRANSLATED, UND_ARGS(UND_DAY_("on", w->on), UND_TEXT_("language", v->versions[0].language)));
	und_open(p, first ? "h1" : "h2", "letter-title");
	und_their_language(p, w->language);
	und_html_text(&p->h, w->title);
	und_close(p);
	add_to(p, v);
	und_open(p, "div", "prose");
	und_their_language(p, w->language);
	e = und_markdown_add(&p->h, w->body, first ? 2 : 3);
	if (e != UND_OK)
		und_page_fail(p, e);
	und_close(p);
	add_demands(p, w, first ? "h2" : "h3");
	und_close(p);
}

size_t und_first_version(const struct und_page *p, const struct und_view_letter *v)
{
	const size_t n = strlen(p->l->tag);

	for (size_t i = 0; i < v->version_count; i++) {
		const struct und_bytes tag = v->versions[i].language;

		if (tag.n >= n && memcmp(tag.p, p->l->tag, n) == 0 && (tag.n == n || tag.p[n] == '-'))
			return i;
	}
	return 0;
}

static void add_versions(struct und_page *p, const struct und_view_letter *v)
{
	const size_t first = und_first_version(p, v);

	und_open(p, "div", "sheet");
	add_version(p, v, first, true);
	und_open(p, "p", "signed-by"); /* on paper alone: a letter ends with who signed it */
	und_headline(p, v->signers, v->bodies);
	und_close(p);
	und_close(p);
	for (size_t i = 0; i < v->version_count; i++) {
		if (i == first)
			continue;
		if (i == 0)
			und_disclosure(p, UND_TEXT_WORDS_ORIGINAL, NULL);
		else
			und_disclosure(p, UND_TEXT_WORDS_TRANSLATION, UND_ARGS(UND_TEXT_("language", v->versions[i].language)));
		und_open(p, "div", "sheet");
		add_version(p, v, i, false);
		und_close(p);
		und_close(p);
		und_close(p);
	}
}

static void add_sealed(struct und_page *p)
{
	und_open(p, "div", "sheet");
	und_element(p, "h1", NULL, UND_TEXT_SEALED_TITLE, NULL);
	und_element(p, "p", NULL, p->f->copy != NULL ? UND_TEXT_COPY_SEALED : UND_TEXT_SEALED_WHAT, NULL);
	und_element(p, "p", NULL, UND_TEXT_SEALED_HOW, NULL);
	und_close(p);
}

/* What a reader of the words must know beside them: they were corrected, or another letter took their place. */
static void add_changes(struct und_page *p, const struct und_view_letter *v)
{
	for (size_t i = 0; i < v->notice_count; i++) {
		const struct und_view_notice *n = &v->notices[i];

		if (n->kind != UND_VIEW_CORRECTION && n->kind != UND_VIEW_CLOSED && n->kind != UND_VIEW_REPLACED)
			continue;
		und_callout(p, n->kind == UND_VIEW_CORRECTION ? UND_TONE_INFO : UND_TONE_WARNING);
		und_open(p, "p", "callout-title");
		und_say_simple(p, und_notice_text(n->kind));
		und_say_simple(p, UND_TEXT_LIST_COMMA);
		und_say(p, UND_TEXT_FORMAT_ONLY_DAY, UND_DAY_("on", n->on));
		und_close(p);
		und_paragraphs(p, n->text, n->language);
		und_close(p);
		und_close(p);
	}
}

void und_part_words(struct und_page *p, const struct und_view_letter *v)
{
	und_open(p, "div", "words");
	if (v->version_count > 0)
		add_versions(p, v);
	else
		add_sealed(p);
	add_changes(p, v);
	if (v->contact.n > 0) {
		und_open(p, "p", NULL);
		und_say_simple(p, UND_TEXT_WORDS_CONTACT);
		und_html_str(&p->h, " ");
		und_open(p, "bdi", "address");
		und_html_text(&p->h, v->contact);
		und_close(p);
		und_close(p);
	}
	if (v->replaces)
		und_element(p, "p", NULL, UND_TEXT_WORDS_REPLACES, NULL);
	und_close(p);
}

/* ---- what a reader can do ---- */

static void add_actions(struct und_page *p, const struct und_view_letter *v)
{
	und_element(p, "p", NULL, v->open ? UND_TEXT_LETTER_OPEN : UND_TEXT_LETTER_ENDED, UND_ARGS(UND_DAY_("closes", v->rules.closes)));
	if (v->open && p->f->copy != NULL)
		und_element(p, "p", NULL, UND_TEXT_COPY_SIGN, NULL);
	und_open(p, "p", "actions no-print");
	if (v->open && p->f->app_size > 0 && p->f->copy == NULL)
		und_app_link(p, "button first", UND_APP_SIGN, v->slug, UND_TEXT_LETTER_SIGN);
	if (v->open && p->f->copy == NULL)
		und_link(p, p->f->app_size > 0 ? "button" : "button first", UND_PATH_LETTERS, v->slug, UND_PATH_SIGN, p->f->app_size > 0 ? UND_TEXT_LETTER_SIGN_HOW : UND_TEXT_LETTER_SIGN);
	if (v->open)
		und_guide_link(p, "button", "signer", UND_TEXT_GUIDES_SIGNER);
	und_link(p, "button", UND_PATH_LETTERS, v->slug, UND_SUFFIX_LETTER, UND_TEXT_LETTER_FILE);
	und_link(p, "button", UND_PATH_LETTERS, v->slug, UND_PATH_PRESS, UND_TEXT_LETTER_PRESS);
	und_link(p, "button", UND_PATH_LETTERS, v->slug, UND_SUFFIX_FEED, UND_TEXT_LETTER_FEED);
	und_close(p);
}

/* For those who came for the number: it stands first, and leads to what it rests on. */
static void add_count_line(struct und_page *p, const struct und_view_letter *v)
{
	und_open(p, "p", "count-line no-print");
	und_open(p, "a", NULL);
	(void)und_html_address(&p->h, "href", und_cstr("#signed"));
	und_headline(p, v->signers, v->bodies);
	und_close(p);
	und_close(p);
}

enum und_err und_page_letter(struct und_buf *out, const struct und_page_frame *f, const struct und_view_letter *v)
{
	struct und_page_head head = { .tab = UND_TAB_NONE };
	struct und_buf preview, headline;
	struct und_page p;
	enum und_err e;

	und_buf_init(&preview, 4096);
	und_buf_init(&headline, 4096);
	und_buf_add_str(&preview, UND_PATH_LETTERS);
	und_buf_add_bytes(&preview, v->slug);
	und_buf_add_str(&preview, UND_PATH_PREVIEW);
	und_headline_plain(&headline, &und_text_languages[f->language], v->signers, v->bodies);
	e = preview.err != UND_OK ? preview.err : headline.err;
	if (e != UND_OK)
		goto out;
	if (v->version_count > 0)
		head.title = v->versions[0].title;
	head.preview = und_buf_bytes(&preview);
	head.feed = v->slug;
	head.description = und_buf_bytes(&headline);
	und_page_begin(&p, out, f, &head);
	add_count_line(&p, v);
	und_part_words(&p, v);
	add_actions(&p, v);
	und_part_count(&p, v);
	und_part_rules(&p, v);
	und_part_answers(&p, v);
	und_part_days(&p, v);
	und_part_later(&p, v);
	und_part_check(&p, v);
	e = und_page_end(&p);
out:
	und_buf_clear(&preview);
	und_buf_clear(&headline);
	return e;
}
