/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* page.c: whatever a page is told, its markup is whole, and nothing in it runs or loads */
#include "fuzz.h"

#include "../page/markup.h"
#include "../page/wild.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct und_buf b;
	unsigned page;

	if (size == 0)
		return 0;
	page = data[0] % (WILD_PAGES + 1);
	und_buf_init(&b, 1 << 26);
	FUZZ_ASSERT(wild_page(&b, page, data + 1, size - 1) == UND_OK);
	FUZZ_ASSERT((page == WILD_FEED ? markup_feed_fault(und_buf_bytes(&b)) : markup_fault(und_buf_bytes(&b))) == NULL);
	und_buf_clear(&b);
	return 0;
}
