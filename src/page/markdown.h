/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* page/markdown.h: the letter's body, CommonMark, as markup that loads nothing and hides nothing */
#ifndef UND_PAGE_MARKDOWN_H
#define UND_PAGE_MARKDOWN_H

#include "page/html.h"

/*
 * Appends the elements of a body. top: the level of the highest headings (1 … 6). Levels skip none, however they are written; none is below h6.
 *
 * What a letter must not do is not done: raw HTML is shown as the text that it is; of a picture stands its description; a link shows its address, leads only where und_html_address allows, and passes no
 * referrer. Nesting deeper than 24 keeps its words and loses its marks.
 * A character reference that stands for something that cannot be seen (base/text.h) becomes U+FFFD.
 *
 * body: UTF-8, at most 64 KiB (spec/records.md: long≤65536). Errors: UND_ERR_MEMORY; else out's own failure sticks.
 * Cost: as cmark's, proportional to the text.
 */
UND_MUST_USE enum und_err und_markdown_add(struct und_html *h, struct und_bytes body, unsigned top);
/*
 * The same for words of our own (page/guide.h): links do not show their address, and those that lead to this site keep the reader's language (query: "?lang=ar", or ""). in_line: one paragraph, without an
 * element of its own. Pictures are not shown here either.
 */
UND_MUST_USE enum und_err und_markdown_add_ours(struct und_html *h, struct und_bytes words, unsigned top, const char *query, bool in_line);

#endif
