/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* page/html.h: markup, written element by element; whatever is given is text and is escaped, unless a call says otherwise with its long name */
#ifndef UND_PAGE_HTML_H
#define UND_PAGE_HTML_H

#include "base/base.h"

enum {
	UND_HTML_DEPTH_MAX = 64 /* open elements; one more is our own bug: who writes for strangers counts (page/markdown.h) */
};

/*
 * Writes into a buffer, whose first failure sticks and is looked at once, at the end. Elements close in the order that they were opened; void elements (br, img, input, …) close themselves.
 * Names of elements and attributes are ours, never a stranger's: anything but a-z, 0-9 and '-' in them is our own bug, and so are attributes that run code (on…, style, srcdoc).
 */
struct und_html {
	struct und_buf *out;
	const char *open[UND_HTML_DEPTH_MAX];
	unsigned depth;
	bool in_tag; /* attributes may still come */
};

void und_html_init(struct und_html *h, struct und_buf *out); /* writes the doctype */
void und_html_init_fragment(struct und_html *h, struct und_buf *out);
/* All elements must be closed. */
void und_html_end(struct und_html *h);

void und_html_open(struct und_html *h, const char *element);
void und_html_close(struct und_html *h);
/* Right after open, before any content. Not for addresses: href, src, action and their like take und_html_address. */
void und_html_attribute(struct und_html *h, const char *name, struct und_bytes value);
void und_html_attribute_str(struct und_html *h, const char *name, const char *value);
void und_html_attribute_number(struct und_html *h, const char *name, unsigned value); /* in decimal */
void und_html_flag(struct und_html *h, const char *name); /* an attribute that needs no value: required, checked */
/*
 * An address, of this site (a path, a fragment or a query; not //host) or of another (http, https, mailto). Anything else, javascript: above all, is left out: the attribute does not appear.
 * Returns whether it does.
 */
bool und_html_address(struct und_html *h, const char *name, struct und_bytes address);
/* The address of a file beside this page, perhaps with a place in it (#…): of a-z, A-Z, 0-9, '-', '_', '.', and no dot first; anything else is our own bug. */
void und_html_file(struct und_html *h, const char *name, struct und_bytes file);

void und_html_text(struct und_html *h, struct und_bytes utf8);
void und_html_str(struct und_html *h, const char *text);
void und_html_number(struct und_html *h, uint64_t n); /* 9871 as 9,871 */
/* An element that holds text alone. */
void und_html_element(struct und_html *h, const char *element, struct und_bytes utf8);
void und_html_element_str(struct und_html *h, const char *element, const char *text);

/* A picture of our own making, within the page: an img with this alternative text and, unless NULL, class. png: a whole PNG file. */
void und_html_png(struct und_html *h, const char *class_name, const char *alt, struct und_bytes png);

/* Markup that stands in our own source, byte for byte: style sheets, icons. Never anything that was read. */
void und_html_add_our_own_markup_unescaped(struct und_html *h, const char *markup);

#endif
