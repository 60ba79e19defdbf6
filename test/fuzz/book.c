/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* book.c: the registrar's book as raw bytes, and its lines: what opens is written again as it was */
#include <sodium.h>

#include "book/book.h"
#include "fuzz.h"

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	return sodium_init() < 0 ? -1 : 0;
}

static enum und_err fill(void *ctx, uint8_t *out, size_t n)
{
	(void)ctx;
	memset(out, 3, n);
	return UND_OK;
}
static const struct und_random fixed = { fill, NULL };

static bool try_lines(struct und_bytes plain)
{
	struct und_diag diag = { 0 };
	struct und_buf out;
	struct und_book b;

	if (und_book_decode(&b, plain, &fixed, &diag) != UND_OK)
		return false;
	und_buf_init_secret(&out, 1 << 24);
	FUZZ_ASSERT(und_book_encode(&out, &b) == UND_OK);
	FUZZ_ASSERT(und_bytes_equal_var(und_buf_bytes(&out), plain));
	for (size_t i = 0; i < b.slot_count; i++) {
		struct und_invite card;

		FUZZ_ASSERT((und_book_card(&card, &b, &b.slots[i]) == UND_OK) == (b.slots[i].card == UND_SLOT_UNUSED));
	}
	und_buf_clear(&out);
	und_book_clear(&b);
	return true;
}

/* Without a passphrase only: Argon2id takes a tenth of a second. */
static void try_file(struct und_bytes file)
{
	struct und_book_lock lock;
	struct und_book b;
	unsigned kdf;
	enum und_err e = und_book_kdf(&kdf, file);

	FUZZ_ASSERT(e == UND_OK || e == UND_ERR_BOOK || e == UND_ERR_NEWER);
	if (e != UND_OK || kdf != 0)
		return;
	FUZZ_ASSERT(und_book_unlock(&lock, file, und_bytes(NULL, 0)) == UND_OK);
	e = und_book_open(&b, file, &lock, &fixed, NULL);
	FUZZ_ASSERT(e == UND_OK || e == UND_ERR_BOOK || e == UND_ERR_PASSPHRASE);
	if (e == UND_OK)
		und_book_clear(&b);
}

/* Sealed as it is, so that the reader behind the lock sees it. */
static void try_sealed(struct und_bytes plain)
{
	static uint8_t file[UND_BOOK_HEADER_SIZE + UND_BOOK_SIZE_MIN + 16];
	const uint8_t key[32] = { 0 };

	if (plain.n > UND_BOOK_SIZE_MIN)
		return;
	memset(file, 0, sizeof file);
	memcpy(file, "undersigned book\1", 17);
	if (plain.n > 0)
		memcpy(file + UND_BOOK_HEADER_SIZE, plain.p, plain.n);
	if (crypto_aead_xchacha20poly1305_ietf_encrypt(file + UND_BOOK_HEADER_SIZE, NULL, file + UND_BOOK_HEADER_SIZE, UND_BOOK_SIZE_MIN, file, UND_BOOK_HEADER_SIZE, NULL, file + 40,
						       key) != 0)
		abort();
	try_file(und_bytes(file, sizeof file));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct und_bytes in = und_bytes(size > 0 ? data : NULL, size);

	try_file(in);
	if (try_lines(in) || size % 64 == 0) /* sealing takes longer than all else */
		try_sealed(in);
	return 0;
}
