/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* markdown.c: whatever the text, the markup is balanced, loads nothing and runs nothing */
#include <stdlib.h>

#include "fuzz.h"
#include "page/markdown.h"

static void never(const struct und_buf *b, const char *what)
{
	if (memmem(b->p, b->n, what, strlen(what)) != NULL)
		abort();
}

/* Tags alone hold '<'; text and values never do. So each "<" begins one of these, and opens as often as it closes. */
static void check_tags(const struct und_buf *b)
{
	static const char *const names[] = { "p",  "br", "hr", "h2", "h3", "h4", "h5", "h6",         "ul",
		                             "ol", "li", "em", "a",  "strong", "code", "pre", "blockquote" };
	long depth = 0;

	for (size_t i = 0; i < b->n; i++) {
		bool closes, known = false;
		size_t at, end;

		if (b->p[i] != '<')
			continue;
		closes = i + 1 < b->n && b->p[i + 1] == '/';
		at = i + 1 + closes;
		for (end = at; end < b->n && b->p[end] != ' ' && b->p[end] != '>'; end++)
			;
		for (size_t k = 0; k < UND_COUNT_OF(names); k++)
			known |= strlen(names[k]) == end - at && memcmp(names[k], b->p + at, end - at) == 0;
		if (!known)
			abort();
		if (memcmp(b->p + at, "br>", 3) != 0 && memcmp(b->p + at, "hr>", 3) != 0)
			depth += closes ? -1 : 1;
		if (depth < 0)
			abort();
	}
	if (depth != 0)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct und_buf b;
	struct und_html h;

	und_buf_init(&b, 64 << 20);
	und_html_init_fragment(&h, &b);
	if (und_markdown_add(&h, und_bytes(data, size), 2) != UND_OK)
		abort();
	und_html_end(&h);
	if (b.err == UND_OK && b.n > 0) {
		check_tags(&b);
		never(&b, "href=\"javascript:");
		never(&b, "src=");
		never(&b, "style=");
	}
	und_buf_clear(&b);
	return 0;
}
