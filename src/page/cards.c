/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cards.c: a sheet of invitation cards to print and cut apart */
#include "page/cards.h"

#include "base/hash.h"
#include "base/secret.h"
#include "page/parts.h"
#include "page/qr.h"

/* Three cards and their cuts are 258 mm: what A4 (277) and Letter (259) leave inside the margins. */
static const char style[] =
	"@page{margin:10mm}"
	"*{box-sizing:border-box;margin:0;padding:0}"
	"html{font:8.5pt/1.3 'Segoe UI','Helvetica Neue',Arial,'DejaVu Sans',sans-serif;color:#111;background:#fff}"
	"body{max-width:190mm;margin:0 auto}"
	".card{display:flex;height:86mm;break-inside:avoid;border-bottom:1px dashed #999}"
	".card:nth-child(3n){break-after:page;border-bottom:0}.card:last-child{break-after:auto}"
	".main{flex:1;min-width:0;overflow:hidden;padding:3.5mm 5mm 2.5mm 1mm;display:flex;flex-direction:column}"
	".strip{width:47mm;padding:4mm 0 3mm 5mm;border-left:1px dashed #999;display:flex;flex-direction:column}"
	"h2{flex:none;font-size:12.5pt;line-height:1.15;font-weight:600;overflow:hidden;max-height:2.3em}"
	"h3{font-size:9.5pt;font-weight:600}"
	".for{flex:none;display:flex;color:#444;margin-bottom:2.5mm;white-space:pre}"
	".for bdi{min-width:0;overflow:hidden;text-overflow:ellipsis}" /* cut at its own end, whichever side that is */
	".facts{flex:none;display:flex;gap:4mm}"
	".qr{width:40mm;height:40mm;image-rendering:pixelated;flex:none;margin:-2mm 0 0 -3mm}"
	"dl{flex:1;min-width:0}dt{font-size:7pt;color:#555;margin-top:.8mm}dt:first-child{margin-top:0}"
	"dd{overflow-wrap:anywhere}"
	".code{max-width:74mm;font:600 14pt/1.2 'DejaVu Sans Mono','Liberation Mono',Menlo,Consolas,monospace;letter-spacing:-.02em}"
	".mono{font:7.5pt/1.3 'DejaVu Sans Mono','Liberation Mono',Menlo,Consolas,monospace}"
	"ol{padding-left:4mm;margin-top:auto}li{padding-left:.5mm}li::marker{font-weight:600}"
	".boxes{display:grid;grid-template-columns:repeat(4,1fr);gap:1.2mm 0;margin:2.5mm 0 0;width:36mm}"
	".boxes i{height:5.4mm;border:.2mm solid #333;border-left-width:0}.boxes i:nth-child(4n+1){border-left-width:.2mm}"
	"bdi.code,bdi.mono{display:inline-block}[dir=rtl] .main{padding:3.5mm 1mm 2.5mm 5mm}[dir=rtl] .strip{padding:4mm 5mm 3mm 0;border-left:0;border-right:1px dashed #999}"
	"[dir=rtl] .qr{margin:-2mm -3mm 0 0}[dir=rtl] ol{padding:0 4mm 0 0}[dir=rtl] .code{letter-spacing:0}"
	".small{font-size:7pt;color:#444;margin-top:1.5mm}.end{margin-top:auto}"
	"@media screen{html{background:#ddd}body{background:#fff;padding:0 10mm}}";

/* A name, and below it what runs from left to right in every language: addresses, codes. */
static void term(struct und_page *p, enum und_text name, const char *class_name, struct und_bytes value)
{
	und_element(p, "dt", NULL, name, NULL);
	und_open(p, "dd", NULL);
	und_open(p, "bdi", class_name);
	und_html_attribute_str(&p->h, "dir", "ltr");
	und_html_text(&p->h, value);
	und_close(p);
	und_close(p);
}

static void add_pin(struct und_page *p, const struct und_view_cards *v)
{
	char text[44], brief[UND_SHORT_ID_SIZE];

	if (v->pin == NULL)
		return;
	und_base64_encode_secret(text, v->pin);
	und_short_id(brief, v->pin);
	term(p, UND_TEXT_CARD_PIN, "mono", und_cstr(text));
	und_open(p, "dd", NULL);
	und_open(p, "bdi", "mono");
	und_html_attribute_str(&p->h, "dir", "ltr");
	und_html_str(&p->h, brief);
	und_close(p);
	und_close(p);
}

static void add_series(struct und_page *p, const struct und_view_cards *v)
{
	struct und_buf text;

	und_buf_init(&text, 100);
	und_buf_add_bytes(&text, v->series);
	if (v->edition != 1) {
		und_buf_add_str(&text, ", ");
		und_buf_add_decimal(&text, v->edition);
	}
	if (text.err != UND_OK)
		und_page_fail(p, text.err);
	term(p, v->edition == 1 ? UND_TEXT_CARD_SERIES : UND_TEXT_CARD_SERIES_EDITION, "mono", und_buf_bytes(&text));
	und_buf_clear(&text);
}

static void add_facts(struct und_page *p, const struct und_view_cards *v, const struct und_view_card *c, struct und_bytes png)
{
	struct und_buf alt;

	und_buf_init(&alt, 1 << 10);
	und_say_plain_args(&alt, p->l, UND_TEXT_CARD_QR, NULL);
	und_buf_add_u8(&alt, 0);
	if (alt.err != UND_OK)
		und_page_fail(p, alt.err);
	und_open(p, "div", "facts");
	und_html_png(&p->h, "qr", alt.err == UND_OK ? (const char *)alt.p : "", png);
	und_open(p, "dl", NULL);
	if (v->address.n > 0)
		term(p, UND_TEXT_CARD_ADDRESS, NULL, v->address);
	term(p, UND_TEXT_CARD_CODE, "code", c->code);
	add_series(p, v);
	add_pin(p, v);
	und_close(p);
	und_close(p);
	und_buf_clear(&alt);
}

static void add_steps(struct und_page *p, const struct und_view_cards *v)
{
	const enum und_text steps[] = {
		v->address.n > 0 ? UND_TEXT_CARD_STEP_OPEN : UND_TEXT_CARD_STEP_OPEN_GIVEN,
		v->address.n > 0 ? UND_TEXT_CARD_STEP_JOIN : UND_TEXT_CARD_STEP_JOIN_LINE,
		v->pin != NULL ? UND_TEXT_CARD_STEP_COMPARE : UND_TEXT_CARD_STEP_NO_PIN,
		UND_TEXT_CARD_STEP_KEEP,
		UND_TEXT_CARD_STEP_STRIP,
	};

	und_list(p, true, steps, UND_COUNT_OF(steps));
}

static void add_their_line(struct und_page *p, const char *element, const char *class_name, struct und_bytes text)
{
	und_open(p, element, class_name);
	und_say_theirs(&p->h, text);
	und_close(p);
}

/* Against a server that swaps keys: the registrar compares these digits with the key that came. */
static void add_strip(struct und_page *p, const struct und_view_cards *v, const struct und_view_card *c)
{
	und_open(p, "div", "strip");
	und_element(p, "h3", NULL, UND_TEXT_CARD_NUMBER, UND_ARGS(UND_NUMBER_("number", c->number)));
	add_their_line(p, "p", "for", v->name);
	und_element(p, "p", NULL, UND_TEXT_CARD_STRIP, NULL);
	und_open(p, "div", "boxes");
	und_html_attribute_str(&p->h, "dir", "ltr");
	for (unsigned i = 0; i < 24; i++)
		und_html_element_str(&p->h, "i", "");
	und_close(p);
	und_element(p, "p", "small end", UND_TEXT_CARD_STRIP_WHY, NULL);
	und_close(p);
}

static void add_card(struct und_page *p, const struct und_view_cards *v, const struct und_view_card *c)
{
	struct und_buf png;
	enum und_err e;

	und_buf_init_secret(&png, 1 << 16);
	e = und_qr_png(&png, c->text);
	if (e != UND_OK)
		und_page_fail(p, e);
	und_open(p, "section", "card");
	und_open(p, "div", "main");
	add_their_line(p, "h2", NULL, v->name);
	und_element(p, "p", "for", UND_TEXT_CARD_PLACE, UND_ARGS(UND_NUMBER_("number", c->number), UND_TEXT_("body", c->body)));
	add_facts(p, v, c, und_buf_bytes(&png));
	add_steps(p, v);
	und_close(p);
	add_strip(p, v, c);
	und_close(p);
	und_buf_clear(&png);
}

static void add_head(struct und_page *p)
{
	und_open(p, "head", NULL);
	und_html_add_our_own_markup_unescaped(&p->h, "<meta charset=\"utf-8\"><meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src data:; style-src 'unsafe-inline'\">"
						     "<meta name=\"viewport\" content=\"width=device-width\"><meta name=\"referrer\" content=\"no-referrer\">");
	und_element(p, "title", NULL, UND_TEXT_CARD_TITLE, NULL);
	und_open(p, "style", NULL);
	und_html_add_our_own_markup_unescaped(&p->h, style);
	und_close(p);
	und_close(p);
}

void und_page_cards_begin(struct und_page_cards *s, struct und_buf *out, const struct und_view_cards *v)
{
	struct und_page *p = &s->page;

	s->view = v;
	*p = (struct und_page){ .l = &und_text_languages[v->language] };
	und_html_init(&p->h, out);
	und_open(p, "html", NULL);
	und_html_attribute_str(&p->h, "lang", p->l->tag);
	und_html_attribute_str(&p->h, "dir", p->l->rtl ? "rtl" : "ltr");
	add_head(p);
	und_open(p, "body", NULL);
}

void und_page_cards_add(struct und_page_cards *s, const struct und_view_card *card)
{
	add_card(&s->page, s->view, card);
}

enum und_err und_page_cards_end(struct und_page_cards *s)
{
	und_close(&s->page);
	und_close(&s->page);
	und_html_end(&s->page.h);
	return s->page.h.out->err;
}
