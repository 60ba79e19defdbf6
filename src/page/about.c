/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* about.c: pages that say the same always: is it safe, how to check, what went wrong */
#include "page/parts.h"

enum und_err und_page_safe(struct und_buf *out, const struct und_page_frame *f)
{
	static const enum und_text good[] = { UND_TEXT_SAFE_GOOD_1, UND_TEXT_SAFE_GOOD_2, UND_TEXT_SAFE_GOOD_3, UND_TEXT_SAFE_GOOD_4 };
	static const enum und_text server[] = { UND_TEXT_SAFE_SERVER_1, UND_TEXT_SAFE_SERVER_2, UND_TEXT_SAFE_SERVER_3, UND_TEXT_SAFE_SERVER_4 };
	static const enum und_text copy[] = { UND_TEXT_COPY_SAFE_1, UND_TEXT_COPY_SAFE_2, UND_TEXT_COPY_SAFE_3 };
	static const enum und_text bad[] = {
		UND_TEXT_SAFE_BAD_1, UND_TEXT_SAFE_BAD_2, UND_TEXT_SAFE_BAD_3, UND_TEXT_SAFE_BAD_4, UND_TEXT_SAFE_BAD_5,
		UND_TEXT_SAFE_BAD_6, UND_TEXT_SAFE_BAD_HISTORY, UND_TEXT_SAFE_BAD_7, UND_TEXT_SAFE_BAD_8, UND_TEXT_SAFE_BAD_9,
	};
	const struct und_page_head head = { .tab = UND_TAB_SAFE };
	struct und_page p;

	und_page_begin(&p, out, f, &head);
	und_element(&p, "h1", NULL, UND_TEXT_SAFE_TITLE, NULL);
	und_element(&p, "p", "lead", UND_TEXT_SAFE_LEAD, NULL);
	und_element(&p, "h2", NULL, UND_TEXT_SAFE_GOOD, NULL);
	und_list(&p, false, good, UND_COUNT_OF(good));
	und_element(&p, "h2", NULL, f->copy != NULL ? UND_TEXT_COPY_SAFE : UND_TEXT_SAFE_SERVER, NULL);
	und_list(&p, false, f->copy != NULL ? copy : server, f->copy != NULL ? UND_COUNT_OF(copy) : UND_COUNT_OF(server));
	und_element(&p, "h2", NULL, UND_TEXT_SAFE_BAD, NULL);
	und_element(&p, "p", NULL, UND_TEXT_SAFE_BAD_LEAD, NULL);
	und_list(&p, true, bad, UND_COUNT_OF(bad));
	und_callout(&p, UND_TONE_WARNING);
	und_element(&p, "p", "callout-title", UND_TEXT_SAFE_DEVICE_TITLE, NULL);
	und_element(&p, "p", NULL, UND_TEXT_SAFE_DEVICE, NULL);
	und_close(&p);
	und_close(&p);
	und_element(&p, "p", "hint", UND_TEXT_SAFE_AUDIT, NULL);
	if (f->copy == NULL) {
		und_open(&p, "p", "actions no-print");
		und_guide_link(&p, "button", "signer", UND_TEXT_GUIDES_SIGNER);
		und_link(&p, "button", UND_PATH_GUIDES, und_cstr(""), "", UND_TEXT_GUIDES_ALL);
		und_close(&p);
	}
	return und_page_end(&p);
}

static void add_command(struct und_page *p, enum und_text system, const char *command)
{
	und_open(p, "div", NULL);
	und_element(p, "dt", NULL, system, NULL);
	und_open(p, "dd", NULL);
	und_command(p, command, und_cstr("undersigned.html"), command[0] == 'c' ? " SHA256" : "");
	und_close(p);
	und_close(p);
}

void und_part_copy(struct und_page *p, bool at_hand)
{
	und_open(p, "section", NULL);
	und_html_attribute_str(&p->h, "id", "copy");
	und_element(p, "h2", NULL, at_hand ? UND_TEXT_PRESS_PAGE_TITLE : UND_TEXT_CHECK_HASH_TITLE, NULL);
	und_element(p, "p", NULL, at_hand ? UND_TEXT_PRESS_PAGE_WHY : UND_TEXT_CHECK_HASH_WHY, NULL);
	if (!at_hand)
		und_element(p, "p", NULL, UND_TEXT_CHECK_HASH_SAVE, NULL);
	und_element(p, "p", NULL, UND_TEXT_CHECK_HASH_RUN, NULL);
	und_open(p, "dl", "commands");
	add_command(p, UND_TEXT_CHECK_HASH_WINDOWS, "certutil -hashfile ");
	add_command(p, UND_TEXT_CHECK_HASH_MAC, "shasum -a 256 ");
	add_command(p, UND_TEXT_CHECK_HASH_LINUX, "sha256sum ");
	und_close(p);
	und_element(p, "p", NULL, UND_TEXT_CHECK_HASH_COMPARE, NULL);
	if (!at_hand)
		und_element(p, "p", NULL, UND_TEXT_CHECK_HASH_NOT_HERE, NULL);
	und_close(p);
}

enum und_err und_page_check(struct und_buf *out, const struct und_page_frame *f)
{
	static const enum und_text steps[] = { UND_TEXT_CHECK_HOW_1, UND_TEXT_CHECK_HOW_2, UND_TEXT_CHECK_HOW_3, UND_TEXT_CHECK_HOW_4 };
	const struct und_page_head head = { .tab = UND_TAB_CHECK };
	struct und_page p;

	und_page_begin(&p, out, f, &head);
	und_element(&p, "h1", NULL, UND_TEXT_CHECK_TITLE, NULL);
	und_element(&p, "p", "lead", f->copy != NULL ? UND_TEXT_COPY_LEAD : UND_TEXT_CHECK_LEAD, NULL);
	und_element(&p, "h2", NULL, UND_TEXT_CHECK_HOW, NULL);
	if (f->app_size > 0) {
		und_list(&p, true, steps, UND_COUNT_OF(steps));
		und_open(&p, "p", "actions no-print");
		und_open(&p, "a", "button");
		und_address(&p, "href", UND_PATH_APP, und_cstr(""), "");
		und_html_flag(&p.h, "download");
		und_say_simple(&p, UND_TEXT_SIGN_PAGE_GET);
		und_close(&p);
		und_close(&p);
		und_element(&p, "p", NULL, UND_TEXT_CHECK_COMMAND, NULL);
	} else {
		und_element(&p, "p", NULL, f->copy != NULL ? UND_TEXT_COPY_NONE : UND_TEXT_SIGN_NONE, NULL);
	}
	und_command(&p, "undersigned verify ", und_cstr("NAME"), UND_SUFFIX_LETTER);
	und_element(&p, "h2", NULL, UND_TEXT_CHECK_WHAT, NULL);
	und_element(&p, "p", NULL, UND_TEXT_CHECK_WHAT_YES, NULL);
	und_element(&p, "p", NULL, UND_TEXT_CHECK_WHAT_NO, NULL);
	if (f->copy == NULL) {
		und_open(&p, "p", "no-print");
		und_guide_link(&p, NULL, "journalist", UND_TEXT_GUIDES_JOURNALIST);
		und_close(&p);
	}
	und_part_copy(&p, false);
	return und_page_end(&p);
}

static const struct {
	unsigned status;
	enum und_text title, why;
} faults[] = {
	{ 404, UND_TEXT_FAULT_MISSING, UND_TEXT_FAULT_MISSING_WHY }, { 408, UND_TEXT_FAULT_SLOW, UND_TEXT_FAULT_SLOW_WHY },
	{ 413, UND_TEXT_FAULT_LARGE, UND_TEXT_FAULT_LARGE_WHY },     { 429, UND_TEXT_FAULT_BUSY_TITLE, UND_TEXT_FAULT_BUSY },
	{ 503, UND_TEXT_FAULT_BUSY_TITLE, UND_TEXT_FAULT_BUSY },
};

enum und_err und_page_fault(struct und_buf *out, const struct und_page_frame *f, unsigned status)
{
	const struct und_page_head head = { .private_ = true };
	enum und_text title = status >= 500 ? UND_TEXT_FAULT_BROKEN : UND_TEXT_FAULT_REQUEST;
	enum und_text why = status >= 500 ? UND_TEXT_FAULT_BROKEN_WHY : UND_TEXT_FAULT_REQUEST_WHY;
	struct und_page p;

	for (size_t i = 0; i < UND_COUNT_OF(faults); i++) {
		if (faults[i].status != status)
			continue;
		title = faults[i].title;
		why = faults[i].why;
	}
	und_page_begin(&p, out, f, &head);
	und_element(&p, "h1", NULL, title, NULL);
	und_element(&p, "p", "lead", why, NULL);
	und_open(&p, "p", "actions");
	und_link(&p, "button", UND_PATH_LIST, und_cstr(""), "", UND_TEXT_NAV_LETTERS);
	und_close(&p);
	return und_page_end(&p);
}
