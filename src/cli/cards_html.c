/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cards_html.c: a sheet of invitation cards to print and cut apart */
#include "cli/cards_html.h"

#include "base/encode.h"
#include "base/hash.h"
#include "base/secret.h"
#include "page/html.h"
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
	".for{flex:none;color:#444;margin-bottom:2.5mm;white-space:nowrap;overflow:hidden;text-overflow:ellipsis}"
	".facts{flex:none;display:flex;gap:4mm}"
	".qr{width:40mm;height:40mm;image-rendering:pixelated;flex:none;margin:-2mm 0 0 -3mm}"
	"dl{flex:1;min-width:0}dt{font-size:7pt;color:#555;margin-top:.8mm}dt:first-child{margin-top:0}"
	"dd{overflow-wrap:anywhere}"
	".code{max-width:74mm;font:600 14pt/1.2 'DejaVu Sans Mono','Liberation Mono',Menlo,Consolas,monospace;letter-spacing:-.02em}"
	".mono{font:7.5pt/1.3 'DejaVu Sans Mono','Liberation Mono',Menlo,Consolas,monospace}"
	"ol{padding-left:4mm;margin-top:auto}li{padding-left:.5mm}li::marker{font-weight:600}"
	".boxes{display:grid;grid-template-columns:repeat(4,1fr);gap:1.2mm 0;margin:2.5mm 0 0;width:36mm}"
	".boxes i{height:5.4mm;border:.2mm solid #333;border-left-width:0}.boxes i:nth-child(4n+1){border-left-width:.2mm}"
	".small{font-size:7pt;color:#444;margin-top:1.5mm}.end{margin-top:auto}"
	"@media screen{html{background:#ddd}body{background:#fff;padding:0 10mm}}";

static void term(struct und_html *h, const char *name, const char *class_name, struct und_bytes value)
{
	und_html_element_str(h, "dt", name);
	und_html_open(h, "dd");
	if (class_name != NULL)
		und_html_attribute_str(h, "class", class_name);
	und_html_text(h, value);
	und_html_close(h);
}

static void add_pin(struct und_html *h, const struct und_ref *pin)
{
	char text[44], brief[UND_SHORT_ID_SIZE];

	if (!pin->set)
		return;
	und_base64_encode_secret(text, pin->id);
	und_short_id(brief, pin->id);
	term(h, "Pin: who keeps the roll; below it as digits, to compare", "mono", und_cstr(text));
	und_html_open(h, "dd");
	und_html_attribute_str(h, "class", "mono");
	und_html_str(h, brief);
	und_html_close(h);
}

static void add_series(struct und_html *h, const struct und_invite *card)
{
	char edition[16];
	size_t n = sizeof edition;

	und_html_element_str(h, "dt", card->edition == 1 ? "Roll (series)" : "Roll (series), edition");
	und_html_open(h, "dd");
	und_html_attribute_str(h, "class", "mono");
	und_html_text(h, card->series);
	if (card->edition != 1) { /* without the commas that und_html_number sets */
		for (uint64_t v = card->edition; v > 0; v /= 10)
			edition[--n] = (char)('0' + v % 10);
		und_html_str(h, ", ");
		und_html_text(h, und_bytes(edition + n, sizeof edition - n));
	}
	und_html_close(h);
}

static void add_facts(struct und_html *h, const struct und_invite *card, struct und_bytes png)
{
	char code[UND_INVITE_CODE_SIZE];

	und_html_open(h, "div");
	und_html_attribute_str(h, "class", "facts");
	und_html_png(h, "qr", "The same as text, for a camera", png);
	und_html_open(h, "dl");
	if (card->address.n > 0)
		term(h, "Address", NULL, card->address);
	und_invite_code_encode(code, &card->code);
	term(h, "Your code, for one use", "code", und_cstr(code));
	und_wipe(code, sizeof code);
	add_series(h, card);
	add_pin(h, &card->pin);
	und_html_close(h);
	und_html_close(h);
}

static void add_steps(struct und_html *h, const struct und_invite *card)
{
	const char *const steps[] = {
		card->address.n > 0 ? "At home, on your own device: point the camera at the square, or open the address."
				    : "At home, on your own device: open the page or the program that you were given.",
		card->address.n > 0 ? "Join the roll with this code. Your device makes your key; it stays with you."
				    : "Join the roll with this card. Your device makes your key; hand in its line, not the key.",
		card->pin.set ? "Compare the digits of the pin. If they differ, stop, and tell whoever gave you this card."
			      : "This card has no pin: each time that you sign, compare the digits of the roll yourself.",
		"Choose a passphrase that nobody guesses. Keep the key’s file: nobody can make it anew.",
		"Write your key’s short form on the strip, tear it off, hand it in. Destroy this card.",
	};

	und_html_open(h, "ol");
	for (size_t i = 0; i < UND_COUNT_OF(steps); i++)
		und_html_element_str(h, "li", steps[i]);
	und_html_close(h);
}

static void add_number(struct und_html *h, const struct und_slot *s)
{
	und_html_str(h, "No. ");
	und_html_number(h, s->number);
}

/* Against a server that swaps keys: the registrar compares these digits with the key that came. */
static void add_strip(struct und_html *h, const struct und_book *b, const struct und_slot *s)
{
	und_html_open(h, "div");
	und_html_attribute_str(h, "class", "strip");
	und_html_open(h, "h3");
	add_number(h, s);
	und_html_close(h);
	und_html_open(h, "p");
	und_html_attribute_str(h, "class", "for");
	und_html_text(h, b->name);
	und_html_close(h);
	und_html_element_str(h, "p", "The short form of my key, as my own screen shows it:");
	und_html_open(h, "div");
	und_html_attribute_str(h, "class", "boxes");
	for (unsigned i = 0; i < 24; i++)
		und_html_element_str(h, "i", "");
	und_html_close(h);
	und_html_open(h, "p");
	und_html_attribute_str(h, "class", "small end");
	und_html_str(h, "Tear off and hand in on paper. It shows whether somebody on the way put another key in place of yours. It does not let anybody sign. Do not write your name here.");
	und_html_close(h);
	und_html_close(h);
}

static enum und_err add_card(struct und_html *h, struct und_buf *scratch, const struct und_book *b, const struct und_slot *s)
{
	const struct und_book_body *body = und_book_body(b, s->body);
	struct und_invite card;
	struct und_buf png;
	enum und_err e;

	e = und_book_card(&card, b, s);
	if (e != UND_OK)
		return e;
	und_buf_init_secret(&png, 1 << 16);
	und_buf_reset(scratch);
	e = und_invite_encode(scratch, &card);
	if (e == UND_OK)
		e = und_qr_png(&png, und_buf_bytes(scratch));
	if (e == UND_OK) {
		und_html_open(h, "section");
		und_html_attribute_str(h, "class", "card");
		und_html_open(h, "div");
		und_html_attribute_str(h, "class", "main");
		und_html_element(h, "h2", b->name);
		und_html_open(h, "p");
		und_html_attribute_str(h, "class", "for");
		und_html_str(h, "A place on the roll · ");
		und_html_text(h, body == NULL ? s->body : body->name);
		und_html_str(h, " · ");
		add_number(h, s);
		und_html_close(h);
		add_facts(h, &card, und_buf_bytes(&png));
		add_steps(h, &card);
		und_html_close(h);
		add_strip(h, b, s);
		und_html_close(h);
	}
	und_buf_clear(&png);
	und_wipe(&card.code, sizeof card.code);
	return e;
}

static void add_head(struct und_html *h)
{
	und_html_open(h, "head");
	und_html_open(h, "meta");
	und_html_attribute_str(h, "charset", "utf-8");
	und_html_close(h);
	und_html_open(h, "meta");
	und_html_attribute_str(h, "http-equiv", "Content-Security-Policy");
	und_html_attribute_str(h, "content", "default-src 'none'; img-src data:; style-src 'unsafe-inline'");
	und_html_close(h);
	und_html_open(h, "meta");
	und_html_attribute_str(h, "name", "viewport");
	und_html_attribute_str(h, "content", "width=device-width");
	und_html_close(h);
	und_html_element_str(h, "title", "Cards");
	und_html_open(h, "style");
	und_html_add_our_own_markup_unescaped(h, style);
	und_html_close(h);
	und_html_close(h);
}

enum und_err cli_cards_html(struct und_buf *out, size_t *at, const struct und_book *b, const struct und_slot *const *slots, size_t count)
{
	struct und_buf scratch;
	struct und_html h;
	enum und_err e = UND_OK;

	und_buf_init_secret(&scratch, UND_INVITE_TEXT_MAX);
	und_html_init(&h, out);
	und_html_open(&h, "html");
	und_html_attribute_str(&h, "lang", "en");
	add_head(&h);
	und_html_open(&h, "body");
	for (size_t i = 0; i < count && e == UND_OK && out->err == UND_OK; i++) {
		*at = i;
		e = add_card(&h, &scratch, b, slots[i]);
	}
	und_html_close(&h);
	und_html_close(&h);
	und_html_end(&h);
	und_buf_clear(&scratch);
	return e != UND_OK ? e : out->err;
}
