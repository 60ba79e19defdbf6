/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* ledger.c: an opened entry of a ledger: whatever is taken is written back as it was, and checking it never reads beyond */
#include <sodium.h>

#include "book/book.h"
#include "fuzz.h"

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	return sodium_init() < 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint8_t root[32];
	struct und_ledger_entry entry;
	struct und_arena arena;
	struct und_buf back;

	und_arena_init(&arena);
	if (und_ledger_entry_decode(&entry, &arena, und_bytes(data, size), NULL) == UND_OK) {
		und_buf_init(&back, UND_LEDGER_LINE_MAX);
		FUZZ_ASSERT(und_ledger_entry_encode(&back, &entry) == UND_OK);
		FUZZ_ASSERT(back.n == size && memcmp(back.p, data, size) == 0);
		und_buf_clear(&back);
		FUZZ_ASSERT(und_ledger_entry_check(&entry, root, entry.index + 1) == UND_ERR_LEDGER);
		FUZZ_ASSERT(und_ledger_entry_check(&entry, root, entry.index) == UND_ERR_LEDGER);
	}
	und_arena_clear(&arena);
	return 0;
}
