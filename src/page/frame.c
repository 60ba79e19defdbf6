/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* frame.c: what stands around every page */
#include "page/parts.h"

void und_page_fail(struct und_page *p, enum und_err e)
{
	if (p->h.out->err == UND_OK)
		p->h.out->err = e;
}

static void add_meta(struct und_page *p, const char *attribute, const char *name, struct und_bytes content)
{
	und_open(p, "meta", NULL);
	und_html_attribute_str(&p->h, attribute, name);
	und_html_attribute(&p->h, "content", content);
	und_close(p);
}

/* What other sites show of a letter (ogp.me): they want whole addresses. */
static void add_preview(struct und_page *p, const struct und_page_head *head)
{
	struct und_buf address;

	if (head->preview.n == 0 || p->f->origin.n == 0 || p->f->copy != NULL)
		return;
	und_buf_init(&address, 4096);
	und_buf_add_bytes(&address, p->f->origin);
	und_buf_add_bytes(&address, head->preview);
	if (address.err != UND_OK)
		und_page_fail(p, address.err);
	add_meta(p, "property", "og:type", und_cstr("article"));
	add_meta(p, "property", "og:title", head->title);
	add_meta(p, "property", "og:description", head->description);
	add_meta(p, "property", "og:image", und_buf_bytes(&address));
	add_meta(p, "name", "twitter:card", und_cstr("summary_large_image"));
	und_buf_clear(&address);
}

/* How readers of feeds find it (RFC 4287 is of type application/atom+xml). */
static void add_feed(struct und_page *p, const struct und_page_head *head)
{
	if (head->feed.n == 0)
		return;
	und_open(p, "link", NULL);
	und_html_attribute_str(&p->h, "rel", "alternate");
	und_html_attribute_str(&p->h, "type", "application/atom+xml");
	und_href(p, UND_PATH_LETTERS, head->feed, UND_SUFFIX_FEED);
	und_close(p);
}

static void add_head(struct und_page *p, const struct und_page_head *head)
{
	und_open(p, "head", NULL);
	und_html_add_our_own_markup_unescaped(&p->h, "\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
	                                             "<meta name=\"referrer\" content=\"no-referrer\">\n<meta name=\"color-scheme\" content=\"light dark\">\n<link rel=\"icon\" href=\"data:,\">\n");
	if (p->f->copy != NULL)
		add_meta(p, "http-equiv", "Content-Security-Policy", und_cstr(UND_PAGE_COPY_CSP));
	if (head->private_)
		add_meta(p, "name", "robots", und_cstr("noindex"));
	und_html_element(&p->h, "title", head->title.n > 0 ? head->title : und_cstr("Document"));
	und_open(p, "link", NULL);
	und_html_attribute_str(&p->h, "rel", "stylesheet");
	und_address(p, "href", und_page_style_path, und_cstr(""), "");
	und_close(p);
	add_feed(p, head);
	add_preview(p, head);
	und_close(p);
}

static void add_tab(struct und_page *p, const char *path, enum und_text text, bool here)
{
	und_open(p, "li", NULL);
	und_open(p, "a", "button quiet");
	und_href(p, path, und_cstr(""), "");
	if (here)
		und_html_attribute_str(&p->h, "aria-current", "page");
	und_say_simple(p, text);
	und_close(p);
	und_close(p);
}

static void add_bar(struct und_page *p, enum und_page_tab tab)
{
	und_open(p, "header", "bar pages no-print");
	und_open(p, "div", "bar-inner");
	und_open(p, "nav", NULL);
	und_said_attribute(p, "aria-label", UND_TEXT_FRAME_NAV, NULL);
	und_open(p, "ul", NULL);
	if (p->f->copy != NULL)
		add_tab(p, UND_PATH_LIST, UND_TEXT_NAV_LETTER, p->f->copy->file == UND_PAGE_FILE_LETTER);
	else
		add_tab(p, UND_PATH_LIST, UND_TEXT_NAV_LETTERS, tab == UND_TAB_LIST);
	if (p->f->enrols && p->f->copy == NULL)
		add_tab(p, UND_PATH_ENROL, UND_TEXT_NAV_ENROL, tab == UND_TAB_ENROL);
	add_tab(p, UND_PATH_SAFE, UND_TEXT_NAV_SAFE, tab == UND_TAB_SAFE);
	add_tab(p, UND_PATH_CHECK, UND_TEXT_NAV_CHECK, tab == UND_TAB_CHECK);
	for (int i = 0; i < 4; i++)
		und_close(p);
}

void und_page_begin(struct und_page *p, struct und_buf *out, const struct und_page_frame *f, const struct und_page_head *head)
{
	p->f = f;
	p->l = &und_text_languages[f->language];
	und_html_init(&p->h, out);
	und_open(p, "html", NULL);
	und_html_attribute_str(&p->h, "lang", p->l->tag);
	und_html_attribute_str(&p->h, "dir", p->l->rtl ? "rtl" : "ltr");
	add_head(p, head);
	und_open(p, "body", NULL);
	if (!head->bare) {
		und_open(p, "a", "skip button");
		(void)und_html_address(&p->h, "href", und_cstr("#main"));
		und_say_simple(p, UND_TEXT_FRAME_SKIP);
		und_close(p);
		add_bar(p, head->tab);
	}
	und_open(p, "main", NULL);
	und_html_attribute_str(&p->h, "id", "main");
}

/* href to this page in another language. */
static void add_version(struct und_page *p, enum und_page_language language)
{
	struct und_buf address;

	if (p->f->copy != NULL) {
		und_html_file(&p->h, "href", und_cstr(und_page_file_name(p->f->copy->file, language)));
		return;
	}
	und_buf_init(&address, 4096);
	und_buf_add_bytes(&address, p->f->path);
	und_buf_add_str(&address, "?lang=");
	und_buf_add_str(&address, und_text_languages[language].tag);
	if (address.err != UND_OK)
		und_page_fail(p, address.err);
	(void)und_html_address(&p->h, "href", und_buf_bytes(&address));
	und_buf_clear(&address);
}

/* The other languages, each named in itself. */
static void add_languages(struct und_page *p)
{
	if (p->f->path.n == 0 && p->f->copy == NULL)
		return;
	und_open(p, "nav", "no-print");
	und_said_attribute(p, "aria-label", UND_TEXT_FRAME_LANGUAGE, NULL);
	und_open(p, "ul", "languages");
	for (unsigned i = 0; i < UND_PAGE_LANGUAGES; i++) {
		const struct und_text_language *l = &und_text_languages[i];

		if (l == p->l)
			continue;
		und_open(p, "li", NULL);
		und_open(p, "a", "button quiet");
		add_version(p, (enum und_page_language)i);
		und_html_attribute_str(&p->h, "lang", l->tag);
		und_html_attribute_str(&p->h, "hreflang", l->tag);
		und_html_attribute_str(&p->h, "dir", l->rtl ? "rtl" : "ltr");
		und_html_str(&p->h, l->name);
		und_close(p);
		und_close(p);
	}
	und_close(p);
	und_close(p);
}

enum und_err und_page_end(struct und_page *p)
{
	und_close(p);
	und_open(p, "footer", "foot");
	und_open(p, "div", "foot-inner");
	add_languages(p);
	if (p->f->copy != NULL)
		und_element(p, "p", "copied", UND_TEXT_COPY_MADE, UND_ARGS(UND_DAY_("on", p->f->copy->on)));
	und_element(p, "p", NULL, p->f->copy != NULL ? UND_TEXT_COPY_NOTHING : UND_TEXT_FRAME_NOTHING, NULL);
	und_element(p, "p", NULL, UND_TEXT_FRAME_SOURCE, NULL);
	for (int i = 0; i < 4; i++)
		und_close(p);
	und_buf_add_u8(p->h.out, '\n');
	und_html_end(&p->h);
	return p->h.out->err;
}

/* ---- languages ---- */

const char *und_page_language_tag(enum und_page_language l)
{
	return und_text_languages[l].tag;
}

bool und_page_language_of(enum und_page_language *out, struct und_bytes tag)
{
	for (unsigned i = 0; i < UND_PAGE_LANGUAGES; i++) {
		if (!und_bytes_is(tag, und_text_languages[i].tag))
			continue;
		*out = (enum und_page_language)i;
		return true;
	}
	return false;
}

static uint8_t lower(uint8_t c)
{
	return c >= 'A' && c <= 'Z' ? (uint8_t)(c + 32) : c;
}

/* Whether the range, up to its first '-', is the tag: ar-EG is Arabic. */
static bool range_is(struct und_bytes range, const char *tag)
{
	const size_t n = strlen(tag);

	if (range.n < n || (range.n > n && range.p[n] != '-'))
		return false;
	for (size_t i = 0; i < n; i++)
		if (lower(range.p[i]) != (uint8_t)tag[i])
			return false;
	return true;
}

/* ";q=0.7" as 700; nothing as 1000; what is no weight as 0. */
static unsigned weight(struct und_bytes s)
{
	unsigned w, unit = 100;

	if (s.n == 0)
		return 1000;
	if (s.n < 4 || s.p[0] != ';' || lower(s.p[1]) != 'q' || s.p[2] != '=' || (s.p[3] != '0' && s.p[3] != '1'))
		return 0;
	w = s.p[3] == '1' ? 1000 : 0;
	for (size_t i = 5; i < s.n && s.p[4] == '.' && unit > 0 && w < 1000; i++, unit /= 10) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return 0;
		w += (unsigned)(s.p[i] - '0') * unit;
	}
	return w;
}

/* The next element of a list, without blanks anywhere (none may stand within a range). */
static size_t next_range(uint8_t *out, size_t *n, struct und_bytes header, size_t at, size_t max)
{
	*n = 0;
	for (; at < header.n && header.p[at] != ','; at++)
		if (header.p[at] != ' ' && header.p[at] != '\t' && *n < max)
			out[(*n)++] = header.p[at];
	return at + 1;
}

enum und_page_language und_page_language_wanted(struct und_bytes accept_language)
{
	enum und_page_language best = UND_PAGE_EN;
	unsigned most = 0;
	uint8_t range[64];
	size_t n;

	for (size_t at = 0; at < accept_language.n;) {
		size_t end = 0;
		unsigned w;

		at = next_range(range, &n, accept_language, at, sizeof range);
		while (end < n && range[end] != ';')
			end++;
		w = weight(und_bytes(range + end, n - end));
		for (unsigned i = 0; i < UND_PAGE_LANGUAGES; i++) {
			if (w <= most || !range_is(und_bytes(range, end), und_text_languages[i].tag))
				continue;
			best = (enum und_page_language)i;
			most = w;
		}
	}
	return best;
}
