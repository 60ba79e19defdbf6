/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* form.c: how lines are handed in by hand, and why one was not taken */
#include "page/parts.h"

static void add_label(struct und_page *p, const char *id, enum und_text text)
{
	und_open(p, "label", NULL);
	und_html_attribute_str(&p->h, "for", id);
	und_say_simple(p, text);
	und_close(p);
}

static void add_hint(struct und_page *p, const char *id, enum und_text text)
{
	und_open(p, "p", "hint");
	und_html_attribute_str(&p->h, "id", id);
	und_say_simple(p, text);
	und_close(p);
}

void und_line_fields(struct und_page *p, struct und_bytes line, enum und_text button)
{
	und_open(p, "div", "field");
	add_label(p, "line", UND_TEXT_HAND_LINE);
	add_hint(p, "line-hint", UND_TEXT_HAND_LINE_HINT);
	und_open(p, "textarea", "line");
	und_html_attribute_str(&p->h, "id", "line");
	und_html_attribute_str(&p->h, "name", "line");
	und_html_attribute_str(&p->h, "rows", "5");
	und_html_attribute_str(&p->h, "dir", "ltr");
	und_html_attribute_str(&p->h, "autocomplete", "off");
	und_html_attribute_str(&p->h, "autocapitalize", "off");
	und_html_attribute_str(&p->h, "spellcheck", "false");
	und_html_attribute_str(&p->h, "aria-describedby", "line-hint");
	und_html_text(&p->h, line);
	und_close(p);
	und_close(p);
	und_open(p, "div", "field");
	add_label(p, "file", UND_TEXT_HAND_FILE);
	und_open(p, "input", NULL);
	und_html_attribute_str(&p->h, "type", "file");
	und_html_attribute_str(&p->h, "id", "file");
	und_html_attribute_str(&p->h, "name", "file");
	und_close(p);
	und_close(p);
	und_open(p, "p", "actions");
	und_open(p, "button", "button first");
	und_html_attribute_str(&p->h, "type", "submit");
	und_say_simple(p, button);
	und_close(p);
	und_close(p);
}

void und_open_form(struct und_page *p, const char *a, struct und_bytes b, const char *c)
{
	struct und_buf address;

	und_buf_init(&address, 4096);
	und_buf_add_str(&address, a);
	und_buf_add_bytes(&address, b);
	und_buf_add_str(&address, c);
	if (p->f->language_asked) {
		und_buf_add_str(&address, "?lang=");
		und_buf_add_str(&address, p->l->tag);
	}
	if (address.err != UND_OK)
		und_page_fail(p, address.err);
	und_open(p, "form", "no-print");
	und_html_attribute_str(&p->h, "method", "post");
	und_html_attribute_str(&p->h, "enctype", "multipart/form-data");
	(void)und_html_address(&p->h, "action", und_buf_bytes(&address));
	und_buf_clear(&address);
}

/* Codes in groups are read aloud, typed with anything between, and never kept by the browser. */
void und_code_field(struct und_page *p, struct und_bytes code, bool wrong)
{
	und_open(p, "div", "field");
	add_label(p, "code", UND_TEXT_ENROL_CODE);
	add_hint(p, "code-hint", UND_TEXT_ENROL_CODE_HINT);
	und_open(p, "textarea", "code"); /* two lines: all groups are seen at once on a phone */
	und_html_attribute_str(&p->h, "id", "code");
	und_html_attribute_str(&p->h, "name", "code");
	und_html_attribute_str(&p->h, "rows", "2");
	und_html_attribute_str(&p->h, "inputmode", "text");
	und_html_attribute_str(&p->h, "dir", "ltr");
	und_html_attribute_str(&p->h, "autocomplete", "off");
	und_html_attribute_str(&p->h, "autocapitalize", "off");
	und_html_attribute_str(&p->h, "spellcheck", "false");
	und_html_attribute_str(&p->h, "aria-describedby", wrong ? "refusal code-hint" : "code-hint");
	if (wrong)
		und_html_attribute_str(&p->h, "aria-invalid", "true");
	und_html_text(&p->h, code);
	und_close(p);
	und_close(p);
}

static const struct {
	enum und_err fault;
	enum und_text why;
} reasons[] = {
	{ UND_ERR_CARD_FORM, UND_TEXT_FAULT_CARD_FORM },
	{ UND_ERR_CARD_TEXT, UND_TEXT_FAULT_CARD_FORM },
	{ UND_ERR_CARD_CHECK, UND_TEXT_FAULT_CARD_CHECK_ANY },
	{ UND_ERR_CARD_UNKNOWN, UND_TEXT_FAULT_CARD_UNKNOWN },
	{ UND_ERR_CARD_USED, UND_TEXT_FAULT_CARD_USED },
	{ UND_ERR_CARD_VOID, UND_TEXT_FAULT_CARD_VOID },
	{ UND_ERR_TEXT_LENGTH, UND_TEXT_FAULT_NOTHING },
	{ UND_ERR_KEY_FILE, UND_TEXT_FAULT_KEY },
	{ UND_ERR_KEY_KIND, UND_TEXT_FAULT_KEY },
	{ UND_ERR_SERIES_UNKNOWN, UND_TEXT_FAULT_SERIES },
	{ UND_ERR_POSSESSION, UND_TEXT_FAULT_PROOF },
	{ UND_ERR_PROOF, UND_TEXT_FAULT_PROOF },
	{ UND_ERR_NEWER, UND_TEXT_FAULT_NEWER },
	{ UND_ERR_VERSION, UND_TEXT_FAULT_NEWER },
	{ UND_ERR_OTHER_LETTER, UND_TEXT_FAULT_OTHER_LETTER },
	{ UND_ERR_AFTER_ENDS, UND_TEXT_FAULT_LATE },
	{ UND_ERR_CLOSED, UND_TEXT_FAULT_LATE },
	{ UND_ERR_TOO_MANY_CODES, UND_TEXT_FAULT_BUSY },
	{ UND_ERR_RING_ABOVE_SHARE, UND_TEXT_FAULT_FULL },
	{ UND_ERR_RING_NOT_ALLOWED, UND_TEXT_FAULT_RING },
	{ UND_ERR_RING_BELOW_MIN, UND_TEXT_FAULT_RING },
	{ UND_ERR_RING_UNKNOWN, UND_TEXT_FAULT_RING },
	{ UND_ERR_ROSTER_UNKNOWN, UND_TEXT_FAULT_RING },
	{ UND_ERR_ROSTER_EARLIER, UND_TEXT_FAULT_RING },
	{ UND_ERR_TAG_UNKNOWN, UND_TEXT_FAULT_UNSIGNED },
	{ UND_ERR_WITHDRAWN_ALREADY, UND_TEXT_FAULT_UNSIGNED },
	{ UND_ERR_QUESTION_UNKNOWN, UND_TEXT_FAULT_QUESTION },
	{ UND_ERR_CHOICE_UNKNOWN, UND_TEXT_FAULT_QUESTION },
	{ UND_ERR_VOTED_ALREADY, UND_TEXT_FAULT_VOTED },
	{ UND_ERR_STORE_FULL, UND_TEXT_FAULT_FULL_STORE },
	{ UND_ERR_MEMORY, UND_TEXT_FAULT_BUSY },
	{ UND_ERR_IO, UND_TEXT_FAULT_BUSY },
	{ UND_ERR_STOPPED, UND_TEXT_FAULT_BUSY },
	{ UND_ERR_RANDOM, UND_TEXT_FAULT_BUSY },
	/* not a line, or only a part of one */
	{ UND_ERR_LIMIT, UND_TEXT_FAULT_LINE }, { UND_ERR_BASE64, UND_TEXT_FAULT_LINE }, { UND_ERR_SIZE, UND_TEXT_FAULT_LINE },
	{ UND_ERR_TRUNCATED, UND_TEXT_FAULT_LINE }, { UND_ERR_JSON, UND_TEXT_FAULT_LINE }, { UND_ERR_NESTING, UND_TEXT_FAULT_LINE },
	{ UND_ERR_DUPLICATE_MEMBER, UND_TEXT_FAULT_LINE }, { UND_ERR_CANONICAL, UND_TEXT_FAULT_LINE }, { UND_ERR_NOT_OBJECT, UND_TEXT_FAULT_LINE },
	{ UND_ERR_MEMBER_MISSING, UND_TEXT_FAULT_LINE }, { UND_ERR_MEMBER_UNKNOWN, UND_TEXT_FAULT_LINE }, { UND_ERR_MEMBER_TYPE, UND_TEXT_FAULT_LINE },
	{ UND_ERR_TYPE, UND_TEXT_FAULT_LINE }, { UND_ERR_TEXT, UND_TEXT_FAULT_LINE }, { UND_ERR_POINT, UND_TEXT_FAULT_LINE },
	{ UND_ERR_SCALAR, UND_TEXT_FAULT_LINE }, { UND_ERR_IDENTITY, UND_TEXT_FAULT_LINE }, { UND_ERR_FORM, UND_TEXT_FAULT_LINE },
};

static enum und_text reason(enum und_err fault)
{
	for (size_t i = 0; i < UND_COUNT_OF(reasons); i++)
		if (reasons[i].fault == fault)
			return reasons[i].why;
	return UND_TEXT_FAULT_OTHER;
}

void und_refusal(struct und_page *p, enum und_err fault, unsigned group)
{
	if (fault == UND_OK)
		return;
	und_open(p, "div", "refusal");
	und_html_attribute_str(&p->h, "id", "refusal");
	und_html_attribute_str(&p->h, "role", "alert");
	und_callout(p, UND_TONE_BAD);
	und_element(p, "p", "callout-title", UND_TEXT_FAULT_TITLE, NULL);
	if (fault == UND_ERR_CARD_CHECK && group > 0)
		und_element(p, "p", NULL, UND_TEXT_FAULT_CARD_CHECK, UND_ARGS(UND_NUMBER_("group", group)));
	else
		und_element(p, "p", NULL, reason(fault), NULL);
	und_element(p, "p", NULL, UND_TEXT_FAULT_KEPT, NULL);
	und_open(p, "p", "hint");
	und_say_simple(p, UND_TEXT_ERROR_DETAILS);
	und_say_simple(p, UND_TEXT_LIST_COLON);
	und_open(p, "bdi", NULL);
	und_html_attribute_str(&p->h, "lang", "en");
	und_html_str(&p->h, und_err_text(fault));
	und_close(p);
	und_close(p);
	und_close(p);
	und_close(p);
	und_close(p);
}
