/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* parts.c: the pieces of which pages are made */
#include "page/parts.h"

void und_open(struct und_page *p, const char *element, const char *class_name)
{
	und_html_open(&p->h, element);
	if (class_name != NULL)
		und_html_attribute_str(&p->h, "class", class_name);
}

void und_element(struct und_page *p, const char *element, const char *class_name, enum und_text text, const struct und_arg *args)
{
	und_open(p, element, class_name);
	und_say_args(&p->h, p->l, text, args);
	und_close(p);
}

void und_said_attribute(struct und_page *p, const char *name, enum und_text text, const struct und_arg *args)
{
	struct und_buf said;

	und_buf_init(&said, 4096);
	und_say_plain_args(&said, p->l, text, args);
	if (said.err != UND_OK)
		und_page_fail(p, said.err);
	und_html_attribute(&p->h, name, und_buf_bytes(&said));
	und_buf_clear(&said);
}

void und_their_language(struct und_page *p, struct und_bytes language)
{
	if (language.n > 0)
		und_html_attribute(&p->h, "lang", language);
	und_html_attribute_str(&p->h, "dir", "auto");
}

/* Empty lines part paragraphs. */
void und_paragraphs(struct und_page *p, struct und_bytes text, struct und_bytes language)
{
	size_t at = 0;

	while (at < text.n) {
		size_t end = at;

		while (at < text.n && text.p[at] == '\n')
			end = ++at;
		while (end < text.n && !(text.p[end] == '\n' && (end + 1 == text.n || text.p[end + 1] == '\n')))
			end++;
		if (end > at) {
			und_open(p, "p", "lines");
			und_their_language(p, language);
			und_html_text(&p->h, und_bytes(text.p + at, end - at));
			und_close(p);
		}
		at = end;
	}
}

void und_fingerprint(struct und_page *p, struct und_bytes s)
{
	und_open(p, "span", "fingerprint-groups");
	und_html_attribute_str(&p->h, "dir", "ltr");
	for (size_t at = 0; at < s.n;) {
		size_t end = at;

		while (end < s.n && s.p[end] != ' ')
			end++;
		und_html_element(&p->h, "span", und_bytes(s.p + at, end - at));
		if (end < s.n)
			und_html_str(&p->h, " ");
		at = end + 1;
	}
	und_close(p);
}

void und_hex(struct und_page *p, const uint8_t sha256[32])
{
	static const char digits[] = "0123456789abcdef";
	char text[64];

	for (size_t i = 0; i < 32; i++) {
		text[2 * i] = digits[sha256[i] >> 4];
		text[2 * i + 1] = digits[sha256[i] & 15];
	}
	und_open(p, "span", "mono");
	und_html_attribute_str(&p->h, "dir", "ltr");
	und_html_text(&p->h, und_bytes(text, sizeof text));
	und_close(p);
}

void und_mark(struct und_page *p, const char *mark)
{
	und_open(p, "span", "mark");
	und_html_attribute_str(&p->h, "aria-hidden", "true");
	und_html_str(&p->h, mark);
	und_close(p);
}

void und_callout(struct und_page *p, enum und_tone tone)
{
	static const char *const marks[] = { "i", "✓", "!", "!" };
	static const char *const classes[] = { "callout info", "callout good", "callout warning", "callout bad" };

	und_open(p, "div", classes[tone]);
	und_mark(p, marks[tone]);
	und_open(p, "div", "callout-text");
}

void und_source(struct und_page *p, const struct und_view_source *s)
{
	if (s->url.n == 0 && s->sha256 == NULL)
		return;
	und_open(p, "p", "hint source");
	if (s->url.n > 0) {
		und_say_simple(p, UND_TEXT_SOURCE_AT);
		und_html_str(&p->h, " ");
		und_open(p, "bdi", "address");
		und_html_text(&p->h, s->url);
		und_close(p);
	}
	if (s->url.n > 0 && s->sha256 != NULL) {
		und_open(p, "br", NULL);
		und_close(p);
	}
	if (s->sha256 != NULL) {
		und_say_simple(p, UND_TEXT_SOURCE_HASH);
		und_html_str(&p->h, " ");
		und_hex(p, s->sha256);
	}
	und_close(p);
}

void und_bar(struct und_page *p, uint64_t part, uint64_t whole)
{
	const unsigned percent = whole == 0 ? 0 : part >= whole ? 100 : (unsigned)((200 * part + whole) / (2 * whole));
	char class_name[8] = "p";
	size_t n = 1;

	if (percent >= 100)
		class_name[n++] = '1';
	if (percent >= 10)
		class_name[n++] = (char)('0' + percent / 10 % 10);
	class_name[n] = (char)('0' + percent % 10);
	und_open(p, "span", "chance-bar");
	und_html_attribute_str(&p->h, "aria-hidden", "true");
	und_open(p, "span", class_name);
	und_close(p);
	und_close(p);
}

void und_disclosure(struct und_page *p, enum und_text text, const struct und_arg *args)
{
	und_open(p, "details", "disclosure");
	und_element(p, "summary", NULL, text, args);
	und_open(p, "div", "disclosure-body");
}

void und_command(struct und_page *p, const char *text, struct und_bytes file, const char *more)
{
	und_open(p, "p", NULL);
	und_open(p, "code", "command");
	und_html_attribute_str(&p->h, "dir", "ltr");
	und_html_str(&p->h, text);
	und_html_text(&p->h, file);
	und_html_str(&p->h, more);
	und_close(p);
	und_close(p);
}

void und_list(struct und_page *p, bool steps, const enum und_text *texts, size_t count)
{
	und_open(p, steps ? "ol" : "ul", steps ? "steps" : NULL);
	for (size_t i = 0; i < count; i++)
		und_element(p, "li", NULL, texts[i], NULL);
	und_close(p);
}

void und_ring_name(struct und_page *p, const struct und_view_ring *r)
{
	if (und_bytes_is(r->id, "*"))
		und_element(p, "em", NULL, UND_TEXT_HIDDEN_STAR, NULL);
	else
		und_say_theirs(&p->h, r->name.n > 0 ? r->name : r->id);
}

void und_headline(struct und_page *p, uint64_t signers, uint64_t bodies)
{
	if (signers == 0)
		und_say_simple(p, UND_TEXT_HEADLINE_NOBODY);
	else if (bodies == 0)
		und_say(p, UND_TEXT_HEADLINE_NO_BODY, UND_NUMBER_("n", signers));
	else
		und_say(p, UND_TEXT_HEADLINE_PEOPLE, UND_MESSAGE_("people", UND_TEXT_HEADLINE_PEOPLE_N, signers), UND_MESSAGE_("bodies", UND_TEXT_HEADLINE_BODIES_N, bodies));
}

void und_headline_plain(struct und_buf *out, const struct und_text_language *l, uint64_t signers, uint64_t bodies)
{
	if (signers == 0)
		und_say_plain_args(out, l, UND_TEXT_HEADLINE_NOBODY, NULL);
	else if (bodies == 0)
		und_say_plain_args(out, l, UND_TEXT_HEADLINE_NO_BODY, UND_ARGS(UND_NUMBER_("n", signers)));
	else
		und_say_plain_args(out, l, UND_TEXT_HEADLINE_PEOPLE,
		                   UND_ARGS(UND_MESSAGE_("people", UND_TEXT_HEADLINE_PEOPLE_N, signers), UND_MESSAGE_("bodies", UND_TEXT_HEADLINE_BODIES_N, bodies)));
}

/* ---- who vouches ---- */

static void add_voucher(struct und_page *p, const struct und_view_voucher *v)
{
	und_open(p, "li", NULL);
	und_open(p, "p", "voucher-name");
	if (v->name.n > 0)
		und_say_theirs(&p->h, v->name);
	else
		und_say_simple(p, UND_TEXT_VOUCH_NO_NAME);
	und_close(p);
	und_open(p, "p", NULL);
	und_say_simple(p, UND_TEXT_VOUCH_KEY);
	und_html_str(&p->h, " ");
	und_fingerprint(p, v->key);
	und_close(p);
	und_open(p, "p", "hint");
	und_say_simple(p, v->where.n > 0 ? UND_TEXT_VOUCH_WHERE : UND_TEXT_VOUCH_NOWHERE);
	if (v->where.n > 0) {
		und_html_str(&p->h, " ");
		und_open(p, "bdi", "address");
		und_html_text(&p->h, v->where);
		und_close(p);
	}
	und_close(p);
	und_close(p);
}

void und_vouchers(struct und_page *p, const struct und_view_voucher *v, size_t count, bool organisers, uint64_t quorum)
{
	size_t n = 0;

	for (size_t i = 0; i < count; i++)
		n += organisers ? v[i].organiser : v[i].registrar;
	und_element(p, "h3", NULL, organisers ? UND_TEXT_VOUCH_ORGANISERS : UND_TEXT_VOUCH_REGISTRARS, NULL);
	und_element(p, "p", "hint", organisers ? UND_TEXT_VOUCH_ORGANISERS_WHAT : UND_TEXT_VOUCH_REGISTRARS_WHAT,
	            UND_ARGS(UND_NUMBER_("quorum", quorum), UND_NUMBER_("n", n)));
	und_open(p, "ul", "vouchers");
	for (size_t i = 0; i < count; i++)
		if (organisers ? v[i].organiser : v[i].registrar)
			add_voucher(p, &v[i]);
	und_close(p);
}
