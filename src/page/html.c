/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* html.c: markup, written element by element (WHATWG HTML, "The HTML syntax") */
#include "page/html.h"

#include <stdio.h>

static const char *const voids[] = { "area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr" };
static const char *const addresses[] = { "action", "cite", "data", "formaction", "href", "poster", "src", "srcset" };

static bool is_one_of(const char *name, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(name, list[i]) == 0)
			return true;
	return false;
}

static void check_name(const char *name)
{
	und_bug_if(*name == '\0');
	for (const char *c = name; *c != '\0'; c++)
		und_bug_if(!((*c >= 'a' && *c <= 'z') || (*c >= '0' && *c <= '9') || *c == '-'));
}

void und_html_init_fragment(struct und_html *h, struct und_buf *out)
{
	*h = (struct und_html){ .out = out };
}

void und_html_init(struct und_html *h, struct und_buf *out)
{
	und_html_init_fragment(h, out);
	und_buf_add_str(out, "<!DOCTYPE html>\n");
}

void und_html_end(struct und_html *h)
{
	und_bug_if(h->depth != 0 || h->in_tag);
}

/* The start tag is whole once content comes. */
static void end_tag(struct und_html *h)
{
	if (h->in_tag)
		und_buf_add_u8(h->out, '>');
	h->in_tag = false;
}

void und_html_open(struct und_html *h, const char *element)
{
	check_name(element);
	und_bug_if(h->depth == UND_HTML_DEPTH_MAX);
	end_tag(h);
	und_buf_add_u8(h->out, '<');
	und_buf_add_str(h->out, element);
	h->open[h->depth++] = element;
	h->in_tag = true;
}

void und_html_close(struct und_html *h)
{
	const char *element;

	und_bug_if(h->depth == 0);
	element = h->open[--h->depth];
	if (is_one_of(element, voids, UND_COUNT_OF(voids))) {
		und_bug_if(!h->in_tag); /* it was given content */
		end_tag(h);
		return;
	}
	end_tag(h);
	und_buf_add_str(h->out, "</");
	und_buf_add_str(h->out, element);
	und_buf_add_u8(h->out, '>');
}

static void add_escaped(struct und_buf *out, struct und_bytes s)
{
	size_t from = 0;

	for (size_t i = 0; i < s.n; i++) {
		const char *as = NULL;

		switch (s.p[i]) {
		case '&':
			as = "&amp;";
			break;
		case '<':
			as = "&lt;";
			break;
		case '>':
			as = "&gt;";
			break;
		case '"':
			as = "&quot;";
			break;
		case '\'':
			as = "&#39;";
			break;
		default:
			continue;
		}
		und_buf_add(out, s.p + from, i - from);
		und_buf_add_str(out, as);
		from = i + 1;
	}
	if (s.n > from)
		und_buf_add(out, s.p + from, s.n - from);
}

static void add_attribute(struct und_html *h, const char *name, struct und_bytes value)
{
	und_buf_add_u8(h->out, ' ');
	und_buf_add_str(h->out, name);
	und_buf_add_str(h->out, "=\"");
	add_escaped(h->out, value);
	und_buf_add_u8(h->out, '"');
}

/* Attributes whose values a browser would run or load are not for text. */
static void check_attribute(const struct und_html *h, const char *name)
{
	und_bug_if(!h->in_tag);
	check_name(name);
	und_bug_if(strncmp(name, "on", 2) == 0 || strcmp(name, "style") == 0 || strcmp(name, "srcdoc") == 0);
}

void und_html_attribute(struct und_html *h, const char *name, struct und_bytes value)
{
	check_attribute(h, name);
	und_bug_if(is_one_of(name, addresses, UND_COUNT_OF(addresses)));
	add_attribute(h, name, value);
}

void und_html_attribute_str(struct und_html *h, const char *name, const char *value)
{
	und_html_attribute(h, name, und_cstr(value));
}

void und_html_attribute_number(struct und_html *h, const char *name, unsigned value)
{
	char digits[16];

	snprintf(digits, sizeof digits, "%u", value);
	und_html_attribute_str(h, name, digits);
}

void und_html_flag(struct und_html *h, const char *name)
{
	check_attribute(h, name);
	und_buf_add_u8(h->out, ' ');
	und_buf_add_str(h->out, name);
}

static bool starts_with(struct und_bytes s, const char *prefix)
{
	size_t n = strlen(prefix);

	if (s.n < n)
		return false;
	for (size_t i = 0; i < n; i++) {
		uint8_t c = s.p[i];

		if ((c >= 'A' && c <= 'Z' ? c + 32 : c) != (uint8_t)prefix[i])
			return false;
	}
	return true;
}

/* Browsers drop TAB, LF and CR out of addresses and blanks around them, and take \ for /: none of these may stand in one. */
static bool is_plain(struct und_bytes address)
{
	for (size_t i = 0; i < address.n; i++)
		if (address.p[i] <= ' ' || address.p[i] == 0x7f || address.p[i] == '\\')
			return false;
	return true;
}

static bool is_ours(struct und_bytes address)
{
	return address.n > 0 && (address.p[0] == '#' || address.p[0] == '?' ||
	                         (address.p[0] == '/' && (address.n == 1 || address.p[1] != '/')));
}

bool und_html_address(struct und_html *h, const char *name, struct und_bytes address)
{
	check_attribute(h, name);
	und_bug_if(!is_one_of(name, addresses, UND_COUNT_OF(addresses)));
	if (!is_plain(address) || !(is_ours(address) || starts_with(address, "https://") || starts_with(address, "http://") ||
	                            starts_with(address, "mailto:")))
		return false;
	add_attribute(h, name, address);
	return true;
}

void und_html_file(struct und_html *h, const char *name, struct und_bytes file)
{
	check_attribute(h, name);
	und_bug_if(!is_one_of(name, addresses, UND_COUNT_OF(addresses)) || file.n == 0 || file.p[0] == '.');
	for (size_t i = 0; i < file.n; i++) {
		const uint8_t c = file.p[i];

		und_bug_if(!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.' || (c == '#' && i > 0)));
	}
	add_attribute(h, name, file);
}

void und_html_text(struct und_html *h, struct und_bytes utf8)
{
	end_tag(h);
	add_escaped(h->out, utf8);
}

void und_html_str(struct und_html *h, const char *text)
{
	und_html_text(h, und_cstr(text));
}

void und_html_number(struct und_html *h, uint64_t n)
{
	char digits[32];
	size_t at = sizeof digits, count = 0;

	do {
		if (count > 0 && count % 3 == 0)
			digits[--at] = ',';
		digits[--at] = (char)('0' + n % 10);
		count++;
		n /= 10;
	} while (n > 0);
	und_html_text(h, und_bytes(digits + at, sizeof digits - at));
}

void und_html_element(struct und_html *h, const char *element, struct und_bytes utf8)
{
	und_html_open(h, element);
	und_html_text(h, utf8);
	und_html_close(h);
}

void und_html_element_str(struct und_html *h, const char *element, const char *text)
{
	und_html_element(h, element, und_cstr(text));
}

void und_html_add_our_own_markup_unescaped(struct und_html *h, const char *markup)
{
	end_tag(h);
	und_buf_add_str(h->out, markup);
}

/* RFC 4648 §4, with padding: what data addresses take. */
static void add_base64(struct und_buf *out, struct und_bytes s)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

	for (size_t i = 0; i < s.n; i += 3) {
		const unsigned left = s.n - i < 3 ? (unsigned)(s.n - i) : 3;
		const uint32_t v = (uint32_t)s.p[i] << 16 | (left > 1 ? (uint32_t)s.p[i + 1] << 8 : 0) | (left > 2 ? s.p[i + 2] : 0);

		und_buf_add_u8(out, (uint8_t)digits[v >> 18]);
		und_buf_add_u8(out, (uint8_t)digits[v >> 12 & 63]);
		und_buf_add_u8(out, (uint8_t)(left > 1 ? digits[v >> 6 & 63] : '='));
		und_buf_add_u8(out, (uint8_t)(left > 2 ? digits[v & 63] : '='));
	}
}

void und_html_png(struct und_html *h, const char *class_name, const char *alt, struct und_bytes png)
{
	und_html_open(h, "img");
	if (class_name != NULL)
		und_html_attribute_str(h, "class", class_name);
	und_html_attribute_str(h, "alt", alt);
	und_buf_add_str(h->out, " src=\"data:image/png;base64,");
	add_base64(h->out, png);
	und_buf_add_u8(h->out, '"');
	und_html_close(h);
}
