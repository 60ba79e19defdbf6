/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* page.c: whatever a page is told, its markup is whole, and nothing in it runs or loads */
#include "fuzz.h"

#include "../page/markup.h"
#include "../page/wild.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct und_buf b;

	if (size == 0)
		return 0;
	und_buf_init(&b, 1 << 26);
	FUZZ_ASSERT(wild_page(&b, data[0] % WILD_PAGES, data + 1, size - 1) == UND_OK);
	FUZZ_ASSERT(markup_fault(und_buf_bytes(&b)) == NULL);
	und_buf_clear(&b);
	return 0;
}
