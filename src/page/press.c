/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* press.c: a press kit: the letter, what its number says and does not say, its picture, and how to check it, as sheets to print */
#include "base/hash.h"
#include "page/parts.h"
#include "page/picture.h"
#include "page/qr.h"

/* Sealed, and read with the link: nobody else may see them yet. */
static bool has_secret_words(const struct und_view_press *v)
{
	return v->letter->sealed && v->letter->version_count > 0;
}

/* A sheet may run over several pages of paper: what stands in the head of a table is printed on each. The caller closes with close_sheet. */
static void open_sheet(struct und_page *p, const struct und_view_press *v)
{
	und_open(p, "table", "paged");
	und_html_attribute_str(&p->h, "role", "presentation");
	if (v->embargo != UND_DAY_NONE || has_secret_words(v)) {
		und_open(p, "thead", NULL);
		und_open(p, "tr", NULL);
		und_open(p, "td", NULL);
		und_open(p, "div", "embargo");
		if (v->embargo != UND_DAY_NONE)
			und_element(p, "p", NULL, UND_TEXT_PRESS_EMBARGO, UND_ARGS(UND_DAY_("on", v->embargo)));
		if (has_secret_words(v))
			und_element(p, "p", NULL, UND_TEXT_PRESS_SEALED, NULL);
		for (int i = 0; i < 4; i++)
			und_close(p);
	}
	und_open(p, "tbody", NULL);
	und_open(p, "tr", NULL);
	und_open(p, "td", NULL);
}

static void close_sheet(struct und_page *p)
{
	for (int i = 0; i < 4; i++)
		und_close(p);
}

/* A file of the kit, by its name, and what it is; a server's is saved, not shown. */
static void add_file(struct und_page *p, const char *a, struct und_bytes b, const char *c, enum und_text what)
{
	und_open(p, "li", NULL);
	und_open(p, "a", NULL);
	und_html_attribute_str(&p->h, "dir", "ltr");
	und_address(p, "href", a, b, c);
	if (p->f->copy == NULL)
		und_html_flag(&p->h, "download");
	if (strcmp(c, UND_SUFFIX_LETTER) == 0)
		und_html_text(&p->h, b);
	und_html_str(&p->h, c[0] == '/' ? c + 1 : c[0] != '\0' ? c : a + 1);
	und_close(p);
	und_say_simple(p, UND_TEXT_LIST_COLON);
	und_say_simple(p, what);
	und_close(p);
}

static void add_files(struct und_page *p, const struct und_view_press *v)
{
	const struct und_bytes slug = v->letter->slug;

	und_open(p, "div", "no-print");
	und_element(p, "p", "kit-title", UND_TEXT_LETTER_PRESS, NULL); /* the heading of the document is the letter's */
	und_element(p, "p", "lead", UND_TEXT_PRESS_LEAD, NULL);
	und_open(p, "ul", "kit");
	add_file(p, UND_PATH_LETTERS, slug, UND_SUFFIX_LETTER, UND_TEXT_PRESS_IS_LETTER);
	if (v->letter->signers > 0)
		add_file(p, UND_PATH_LETTERS, slug, "/" UND_PRESS_PICTURE, UND_TEXT_PRESS_IS_PICTURE);
	add_file(p, UND_PATH_LETTERS, slug, "/" UND_PRESS_SUMS, UND_TEXT_PRESS_IS_SUMS);
	add_file(p, UND_PATH_LETTERS, slug, "/" UND_PRESS_QR, UND_TEXT_PRESS_IS_QR);
	if (p->f->app_size > 0)
		add_file(p, UND_PATH_APP, und_cstr(""), "", UND_TEXT_PRESS_IS_PAGE);
	und_close(p);
	if (p->f->copy == NULL)
		und_element(p, "p", "hint", UND_TEXT_PRESS_GROWS, NULL);
	if (!v->alone) {
		und_open(p, "p", NULL);
		und_link(p, NULL, UND_PATH_LETTERS, slug, "", UND_TEXT_NAV_LETTER);
		und_close(p);
	}
	und_close(p);
}

/* ---- the number ---- */

static void open_quote(struct und_page *p)
{
	und_open(p, "blockquote", NULL);
	und_open(p, "p", NULL);
}

static void close_quote(struct und_page *p)
{
	und_close(p);
	und_close(p);
}

static void add_quote(struct und_page *p, enum und_text text)
{
	open_quote(p);
	und_say_simple(p, text);
	close_quote(p);
}

/* What may be written: whole sentences, each true by itself; the number, with what it rests on. */
static void add_quotes(struct und_page *p, const struct und_view_letter *v)
{
	und_element(p, "h3", NULL, UND_TEXT_PRESS_QUOTE, NULL);
	und_open(p, "div", "quotes");
	open_quote(p);
	und_headline(p, v->signers, v->bodies);
	und_close(p); /* the sentence; the quotation goes on */
	if (v->signers > 0)
		und_basis(p, v);
	und_close(p);
	if (v->signers > 0) {
		open_quote(p);
		und_say(p, UND_TEXT_PRESS_OF_ROLL, UND_NUMBER_("n", v->signers), UND_NUMBER_("keys", v->keys));
		close_quote(p);
		add_quote(p, UND_TEXT_PRESS_ONCE);
	}
	if (!und_some_hide_nobody(v))
		add_quote(p, UND_TEXT_PRESS_HIDDEN);
	if (v->withdrawn > 0) {
		open_quote(p);
		und_say(p, UND_TEXT_HEADLINE_WITHDRAWN, UND_NUMBER_("n", v->withdrawn));
		close_quote(p);
	}
	und_close(p);
}

static void add_limits(struct und_page *p, const struct und_view_letter *v, und_day on)
{
	und_element(p, "h3", NULL, UND_TEXT_PRESS_LIMITS, NULL);
	if (v->signers == 0)
		und_basis(p, v);
	und_open(p, "ul", NULL);
	und_element(p, "li", NULL, UND_TEXT_PRESS_LIMIT_ROLL, NULL);
	if (v->headcount > 0 && v->keys > v->headcount)
		und_element(p, "li", NULL, UND_TEXT_BASIS_MORE_KEYS, NULL);
	if (v->imported)
		und_element(p, "li", NULL, UND_TEXT_BASIS_IMPORTED, NULL);
	und_element(p, "li", NULL, UND_TEXT_PRESS_LIMIT_REST, NULL);
	und_element(p, "li", NULL, UND_TEXT_PRESS_LIMIT_SAMPLE, NULL);
	und_element(p, "li", NULL, UND_TEXT_PRESS_MADE, UND_ARGS(UND_DAY_("on", on)));
	und_close(p);
	und_part_full(p, v);
	und_part_rules(p, v);
}

static void add_number(struct und_page *p, const struct und_view_letter *v, und_day on)
{
	und_element(p, "h2", NULL, UND_TEXT_PRESS_NUMBER, NULL);
	und_open(p, "p", "headline-figure");
	und_headline(p, v->signers, v->bodies);
	und_close(p);
	add_quotes(p, v);
	add_limits(p, v, on);
}

/* ---- the picture ---- */

static void add_picture(struct und_page *p, const struct und_view_letter *v)
{
	und_element(p, "h2", NULL, UND_TEXT_PRESS_PICTURE, NULL);
	und_open(p, "figure", "signers");
	und_open(p, "img", NULL);
	und_address(p, "src", UND_PATH_LETTERS, v->slug, "/" UND_PRESS_PICTURE);
	und_html_attribute_str(&p->h, "width", "900");
	und_html_attribute_str(&p->h, "height", "900");
	und_said_attribute(p, "alt", UND_TEXT_LETTER_PICTURE, UND_ARGS(UND_NUMBER_("n", v->signers)));
	und_close(p);
	und_element(p, "figcaption", NULL, UND_TEXT_LETTER_CAPTION, NULL);
	und_close(p);
	und_element(p, "p", "hint", UND_TEXT_PRESS_PICTURE_SIZE, UND_ARGS(UND_TEXT_("file", und_cstr(UND_PRESS_PICTURE)), UND_NUMBER_("dots", UND_PICTURE_PRINT_DPI)));
}

/* ---- checking ---- */

static void add_steps(struct und_page *p, const struct und_view_press *v, struct und_bytes file)
{
	und_element(p, "h2", NULL, UND_TEXT_PRESS_CHECK, NULL);
	if (p->f->app_size == 0) {
		und_element(p, "p", NULL, p->f->copy != NULL ? UND_TEXT_COPY_NONE : UND_TEXT_SIGN_NONE, NULL);
		return;
	}
	und_element(p, "p", "lead", UND_TEXT_PRESS_CHECK_LEAD, NULL);
	und_open(p, "ol", "steps");
	if (!v->alone)
		und_element(p, "li", NULL, UND_TEXT_PRESS_STEP_0, UND_ARGS(UND_STRONG_("page", und_cstr(&UND_PATH_APP[1])), UND_STRONG_("file", file)));
	und_element(p, "li", NULL, UND_TEXT_PRESS_STEP_1, UND_ARGS(UND_STRONG_("page", und_cstr(&UND_PATH_APP[1]))));
	und_element(p, "li", NULL, UND_TEXT_PRESS_STEP_2, UND_ARGS(UND_STRONG_("file", file)));
	if (v->letter->sealed)
		und_element(p, "li", NULL, has_secret_words(v) ? UND_TEXT_PRESS_STEP_LINK : UND_TEXT_PRESS_STEP_SEALED, NULL);
	und_element(p, "li", NULL, UND_TEXT_PRESS_STEP_3, NULL);
	und_element(p, "li", NULL, UND_TEXT_PRESS_STEP_4, NULL);
	und_element(p, "li", NULL, UND_TEXT_PRESS_STEP_5, NULL);
	und_close(p);
	if (p->f->copy == NULL) {
		und_open(p, "p", "no-print");
		und_guide_link(p, NULL, "journalist", UND_TEXT_GUIDES_JOURNALIST);
		und_close(p);
	}
}

static void add_sum(struct und_page *p, const struct und_view_press *v)
{
	char brief[UND_SHORT_ID_SIZE];

	und_short_id(brief, v->letter->file_sha256);
	und_open(p, "section", "sum");
	und_element(p, "h3", NULL, UND_TEXT_PRESS_FILE, NULL);
	und_open(p, "img", "qr");
	und_address(p, "src", UND_PATH_LETTERS, v->letter->slug, "/" UND_PRESS_QR);
	und_said_attribute(p, "alt", UND_TEXT_PRESS_QR, NULL);
	und_close(p);
	und_element(p, "p", NULL, UND_TEXT_PRESS_SHORT, NULL);
	und_open(p, "p", NULL);
	und_fingerprint(p, und_cstr(brief));
	und_close(p);
	und_open(p, "p", "hint");
	und_say_simple(p, UND_TEXT_LETTER_FILE_HASH);
	und_html_str(&p->h, " ");
	und_hex(p, v->letter->file_sha256);
	und_close(p);
	und_close(p);
}

/* Why words that nobody else can read yet are the letter's. */
static void add_secret(struct und_page *p, const struct und_view_press *v)
{
	und_callout(p, UND_TONE_WARNING);
	und_element(p, "p", "callout-title", UND_TEXT_PRESS_SEALED_TITLE, NULL);
	und_element(p, "p", NULL, UND_TEXT_PRESS_SEALED_BOUND, NULL);
	und_open(p, "p", NULL);
	und_fingerprint(p, v->letter->short_letter);
	und_close(p);
	und_close(p);
	und_close(p);
}

static void add_check(struct und_page *p, const struct und_view_press *v)
{
	struct und_buf file;

	und_buf_init(&file, 256);
	und_buf_add_bytes(&file, v->letter->slug);
	und_buf_add_str(&file, UND_SUFFIX_LETTER);
	if (file.err != UND_OK)
		und_page_fail(p, file.err);
	else
		add_steps(p, v, und_buf_bytes(&file));
	und_buf_clear(&file);
	und_element(p, "p", NULL, UND_TEXT_CHECK_COMMAND, NULL);
	und_command(p, "undersigned verify ", v->letter->slug, UND_SUFFIX_LETTER);
	add_sum(p, v);
	und_part_shorts(p, v->letter);
}

/* ---- small files ---- */

enum und_err und_press_sums(struct und_buf *out, struct und_bytes slug, const uint8_t sha256[32])
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < 32; i++) {
		und_buf_add_u8(out, (uint8_t)digits[sha256[i] >> 4]);
		und_buf_add_u8(out, (uint8_t)digits[sha256[i] & 15]);
	}
	und_buf_add_str(out, "  ");
	und_buf_add_bytes(out, slug);
	und_buf_add_str(out, UND_SUFFIX_LETTER "\n");
	return out->err;
}

enum und_err und_press_qr(struct und_buf *out, struct und_bytes slug, const uint8_t sha256[32])
{
	char brief[UND_SHORT_ID_SIZE];
	struct und_buf text;
	enum und_err e;

	und_short_id(brief, sha256);
	und_buf_init(&text, 256);
	und_buf_add_bytes(&text, slug);
	und_buf_add_str(&text, UND_SUFFIX_LETTER " ");
	und_buf_add_str(&text, brief);
	e = text.err;
	if (e == UND_OK)
		e = und_qr_print(out, und_buf_bytes(&text));
	und_buf_clear(&text);
	return e;
}

/* ---- the kit ---- */

enum und_err und_page_press(struct und_buf *out, const struct und_page_frame *f, const struct und_view_press *v)
{
	struct und_page_head head = { .bare = v->alone };
	struct und_page p;

	if (v->letter->version_count > 0)
		head.title = v->letter->versions[0].title;
	und_page_begin(&p, out, f, &head);
	add_files(&p, v);
	open_sheet(&p, v);
	if (has_secret_words(v))
		add_secret(&p, v);
	und_part_words(&p, v->letter);
	close_sheet(&p);
	open_sheet(&p, v);
	add_number(&p, v->letter, v->on);
	close_sheet(&p);
	if (v->letter->signers > 0) {
		open_sheet(&p, v);
		add_picture(&p, v->letter);
		close_sheet(&p);
	}
	open_sheet(&p, v);
	add_check(&p, v);
	close_sheet(&p);
	if (f->app_size > 0) {
		open_sheet(&p, v);
		und_part_copy(&p, true);
		close_sheet(&p);
	}
	open_sheet(&p, v);
	und_element(&p, "h2", NULL, UND_TEXT_VOUCH_TITLE, NULL);
	und_element(&p, "p", NULL, UND_TEXT_VOUCH_LEAD, NULL);
	und_vouchers(&p, v->letter->vouchers, v->letter->voucher_count, false, v->letter->registrars_quorum);
	und_vouchers(&p, v->letter->vouchers, v->letter->voucher_count, true, v->letter->organisers_quorum);
	close_sheet(&p);
	return und_page_end(&p);
}
