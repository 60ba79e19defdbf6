/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* markdown.c: whatever the text, the markup is balanced, loads nothing and runs nothing */
#include "fuzz.h"
#include "page/markdown.h"

/* Attributes from at up to '>': href, rel and start alone, and no href that runs. */
static void check_attributes(const struct und_buf *b, size_t at)
{
	while (b->p[at] == ' ') {
		const char *p = (const char *)b->p + at + 1;

		FUZZ_ASSERT(strncmp(p, "href=\"", 6) == 0 || strncmp(p, "rel=\"", 5) == 0 || strncmp(p, "start=\"", 7) == 0);
		FUZZ_ASSERT(strncmp(p, "href=\"javascript:", 17) != 0);
		p = strchr(strchr(p, '"') + 1, '"') + 1;
		at = (size_t)(p - (const char *)b->p);
	}
	FUZZ_ASSERT(b->p[at] == '>');
}

/* Tags alone hold '<'; text and values never do. So each "<" begins one of these, and opens as often as it closes. */
static void check_tags(const struct und_buf *b)
{
	static const char *const names[] = { "p",  "br", "hr", "h2", "h3", "h4", "h5", "h6",         "ul",
		                             "ol", "li", "em", "a",  "strong", "code", "pre", "blockquote" };
	long depth = 0;

	for (size_t i = 0; i + 1 < b->n; i++) {
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
		FUZZ_ASSERT(known);
		check_attributes(b, end);
		if (memcmp(b->p + at, "br>", 3) != 0 && memcmp(b->p + at, "hr>", 3) != 0)
			depth += closes ? -1 : 1;
		FUZZ_ASSERT(depth >= 0);
	}
	FUZZ_ASSERT(depth == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct und_buf b;
	struct und_html h;

	und_buf_init(&b, 64 << 20);
	und_html_init_fragment(&h, &b);
	FUZZ_ASSERT(und_markdown_add(&h, und_bytes(data, size), 2) == UND_OK);
	und_html_end(&h);
	und_buf_add_u8(&b, '\0'); /* for strchr */
	if (b.err == UND_OK)
		check_tags(&b);
	und_buf_clear(&b);
	return 0;
}
