/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* page.c: every allocation of page/ made to fail: a page is whole, or its call says that memory ran out (what zlib allocates for itself is not ours to fail) */
#include "alloc.h"

#include "page/picture.h"
#include "sample.h"

TEST(pages)
{
	for (size_t i = 0; i < SAMPLE_PAGES; i++) {
		const struct und_page_frame f = sample_frame(&sample_pages[i], UND_PAGE_AR);

		ALLOC_SWEEP() {
			struct und_buf b;

			und_buf_init(&b, 1 << 24);
			ALLOC_RESULT(sample_pages[i].make(&b, &f));
			und_buf_clear(&b);
		}
	}
}

TEST(pictures)
{
	static const uint64_t groups[] = { 3, 9, 1 };

	ALLOC_SWEEP() {
		struct und_buf b;

		und_buf_init(&b, 1 << 20);
		ALLOC_RESULT(und_picture_png(&b, groups, 3, true));
		und_buf_clear(&b);
	}
}
