/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* letter_check.c: who vouches for a letter, its file and how to check that, its fingerprints, and how to pass it on */
#include "page/parts.h"
#include "page/qr.h"

static void add_file(struct und_page *p, const struct und_view_letter *v)
{
	und_open(p, "section", NULL);
	und_html_attribute_str(&p->h, "id", "check");
	und_element(p, "h2", NULL, UND_TEXT_LETTER_CHECK, NULL);
	und_element(p, "p", NULL, UND_TEXT_LETTER_CHECK_LEAD, NULL);
	und_open(p, "p", "actions no-print");
	if (p->f->app_size > 0)
		und_app_link(p, "button", UND_APP_LETTER, v->slug, UND_TEXT_LETTER_CHECK_HERE);
	und_link(p, "button", UND_PATH_LETTERS, v->slug, UND_SUFFIX_LETTER, UND_TEXT_LETTER_FILE);
	und_element(p, "span", "hint", UND_TEXT_LETTER_FILE_WHAT, UND_ARGS(UND_NUMBER_("n", v->lines), UND_SIZE_("size", v->file_size)));
	und_close(p);
	if (v->file_sha256 != NULL) {
		und_open(p, "p", "hint");
		und_say_simple(p, UND_TEXT_LETTER_FILE_HASH);
		und_html_str(&p->h, " ");
		und_hex(p, v->file_sha256);
		und_close(p);
	}
	und_element(p, "p", NULL, UND_TEXT_LETTER_BY_COMMAND, NULL);
	und_command(p, "undersigned verify ", v->slug, UND_SUFFIX_LETTER);
	und_open(p, "p", "no-print");
	und_link(p, NULL, UND_PATH_CHECK, und_cstr(""), "", UND_TEXT_LETTER_BY_PAGE);
	und_close(p);
	if (p->f->copy == NULL) {
		und_open(p, "p", "no-print");
		und_guide_link(p, NULL, "journalist", UND_TEXT_GUIDES_JOURNALIST);
		und_close(p);
	}
	und_element(p, "h3", NULL, UND_TEXT_LIMITS_TITLE, NULL);
	und_open(p, "ul", NULL);
	und_element(p, "li", NULL, UND_TEXT_LIMITS_STAMP, NULL);
	und_element(p, "li", NULL, UND_TEXT_LIMITS_ROLL, NULL);
	und_close(p);
	und_close(p);
}

static void add_short(struct und_page *p, enum und_text label, struct und_bytes short_form, enum und_text hint)
{
	und_open(p, "div", NULL);
	und_element(p, "dt", NULL, label, NULL);
	und_open(p, "dd", NULL);
	und_fingerprint(p, short_form);
	und_close(p);
	und_element(p, "dd", "hint", hint, NULL);
	und_close(p);
}

void und_part_shorts(struct und_page *p, const struct und_view_letter *v)
{
	und_open(p, "section", NULL);
	und_element(p, "h2", NULL, UND_TEXT_SHORTS_TITLE, NULL);
	und_element(p, "p", "hint", UND_TEXT_FINGERPRINT_HINT, NULL);
	und_open(p, "dl", "fingerprints");
	add_short(p, UND_TEXT_SHORTS_LETTER, v->short_letter, UND_TEXT_SHORTS_LETTER_HINT);
	add_short(p, UND_TEXT_SHORTS_WORDS, v->short_words, UND_TEXT_SHORTS_WORDS_HINT);
	add_short(p, UND_TEXT_SHORTS_ROSTER, v->short_roster, UND_TEXT_SHORTS_ROSTER_HINT);
	add_short(p, UND_TEXT_SHORTS_PIN, v->short_pin, UND_TEXT_SHORTS_PIN_HINT);
	und_close(p);
	und_close(p);
}

/* The address, for cameras and for hands. An address that no code holds is shown without one. */
static void add_address(struct und_page *p, const struct und_view_letter *v)
{
	struct und_buf address, png, alt;
	enum und_err e;

	if (p->f->origin.n == 0)
		return;
	und_buf_init(&address, 2048);
	und_buf_init(&png, 1 << 16);
	und_buf_init(&alt, 4096);
	und_buf_add_bytes(&address, p->f->origin);
	und_buf_add_str(&address, UND_PATH_LETTERS);
	und_buf_add_bytes(&address, v->slug);
	und_say_plain_args(&alt, p->l, UND_TEXT_LETTER_QR, NULL);
	und_buf_add_u8(&alt, '\0');
	e = address.err != UND_OK ? address.err : alt.err != UND_OK ? alt.err : und_qr_png(&png, und_buf_bytes(&address));
	if (e == UND_OK) {
		und_open(p, "section", "pass");
		und_element(p, "h2", NULL, UND_TEXT_LETTER_PASS, NULL);
		und_element(p, "p", "hint", UND_TEXT_LETTER_PASS_HINT, NULL);
		und_html_png(&p->h, "qr", (const char *)alt.p, und_buf_bytes(&png));
		und_open(p, "p", NULL);
		und_open(p, "bdi", "address");
		und_html_text(&p->h, und_buf_bytes(&address));
		und_close(p);
		und_close(p);
		und_close(p);
	} else if (e != UND_ERR_LIMIT) {
		und_page_fail(p, e);
	}
	und_buf_clear(&address);
	und_buf_clear(&png);
	und_buf_clear(&alt);
}

void und_part_check(struct und_page *p, const struct und_view_letter *v)
{
	und_open(p, "section", NULL);
	und_element(p, "h2", NULL, UND_TEXT_VOUCH_TITLE, NULL);
	und_element(p, "p", NULL, UND_TEXT_VOUCH_LEAD, NULL);
	und_vouchers(p, v->vouchers, v->voucher_count, false, v->registrars_quorum);
	und_vouchers(p, v->vouchers, v->voucher_count, true, v->organisers_quorum);
	und_close(p);
	add_file(p, v);
	und_part_shorts(p, v);
	add_address(p, v);
}
