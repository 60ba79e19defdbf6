/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* file.c: the book sealed: a public header, and lines padded to a power of two, so that the size tells little (spec/cards.md §5) */
#include <sodium.h>

#include "base/secret.h"
#include "book/book.h"

enum {
	KEY_SIZE = crypto_aead_xchacha20poly1305_ietf_KEYBYTES,
	TAG_SIZE = crypto_aead_xchacha20poly1305_ietf_ABYTES,
	VERSION_AT = 16,
	KDF_AT = 17,
	ZEROS_AT = 18,
	SALT_AT = 24,
	NONCE_AT = 40,
	KDF_MAX = 2
};
_Static_assert(crypto_pwhash_argon2id_SALTBYTES == NONCE_AT - SALT_AT, "the salt fits");
_Static_assert(crypto_aead_xchacha20poly1305_ietf_NPUBBYTES == UND_BOOK_HEADER_SIZE - NONCE_AT, "the nonce fits");

static const uint8_t magic[] = { 'u', 'n', 'd', 'e', 'r', 's', 'i', 'g', 'n', 'e', 'd', ' ', 'b', 'o', 'o', 'k' };
_Static_assert(sizeof magic == VERSION_AT, "the magic fits");

void und_book_lock_wipe(struct und_book_lock *lock)
{
	und_wipe(lock, sizeof *lock);
}

/* As of key files: spec/records.md, Key file */
static enum und_err derive(struct und_book_lock *lock, struct und_bytes passphrase)
{
	const size_t mebibytes = lock->kdf == 1 ? 256 : 64;

	memset(lock->key, 0, sizeof lock->key);
	if (lock->kdf == 0)
		return UND_OK;
	if (crypto_pwhash_argon2id(lock->key, KEY_SIZE, passphrase.n == 0 ? "" : (const char *)passphrase.p, passphrase.n, lock->salt, 3, mebibytes << 20,
				   crypto_pwhash_argon2id_ALG_ARGON2ID13) != 0)
		return UND_ERR_MEMORY;
	return UND_OK;
}

enum und_err und_book_lock_new(struct und_book_lock *out, unsigned kdf, struct und_bytes passphrase, const struct und_random *random)
{
	struct und_book_lock lock = { .kdf = kdf };
	enum und_err e;

	und_bug_if(kdf > KDF_MAX || (kdf == 0) != (passphrase.n == 0));
	e = random->fill(random->ctx, lock.salt, sizeof lock.salt);
	if (e == UND_OK)
		e = derive(&lock, passphrase);
	if (e == UND_OK)
		*out = lock;
	und_book_lock_wipe(&lock);
	return e;
}

static bool is_zero(const uint8_t *p, size_t n)
{
	uint8_t any = 0;

	for (size_t i = 0; i < n; i++)
		any |= p[i];
	return any == 0;
}

enum und_err und_book_kdf(unsigned *kdf, struct und_bytes file)
{
	size_t plain = file.n - UND_BOOK_HEADER_SIZE - TAG_SIZE;

	if (file.n < UND_BOOK_HEADER_SIZE || memcmp(file.p, magic, sizeof magic) != 0)
		return UND_ERR_BOOK;
	if (file.p[VERSION_AT] > 1)
		return UND_ERR_NEWER;
	if (file.p[VERSION_AT] == 0 || file.p[KDF_AT] > KDF_MAX || !is_zero(file.p + ZEROS_AT, SALT_AT - ZEROS_AT))
		return UND_ERR_BOOK;
	if (plain < UND_BOOK_SIZE_MIN || plain > UND_BOOK_SIZE_MAX || (plain & (plain - 1)) != 0)
		return UND_ERR_BOOK;
	*kdf = file.p[KDF_AT];
	return UND_OK;
}

enum und_err und_book_unlock(struct und_book_lock *out, struct und_bytes file, struct und_bytes passphrase)
{
	struct und_book_lock lock;
	enum und_err e;

	e = und_book_kdf(&lock.kdf, file);
	if (e != UND_OK)
		return e;
	memcpy(lock.salt, file.p + SALT_AT, sizeof lock.salt);
	e = derive(&lock, passphrase);
	if (e == UND_OK)
		*out = lock;
	und_book_lock_wipe(&lock);
	return e;
}

/* What stands before the padding: the lines, up to the last LF. */
static enum und_err unpad(struct und_bytes *lines, struct und_bytes plain)
{
	size_t n = plain.n;

	while (n > 0 && plain.p[n - 1] == 0)
		n--;
	*lines = und_bytes(plain.p, n);
	return n > 0 && plain.p[n - 1] == '\n' ? UND_OK : UND_ERR_BOOK;
}

enum und_err und_book_open(struct und_book *out, struct und_bytes file, const struct und_book_lock *lock, const struct und_random *random, struct und_diag *diag)
{
	struct und_bytes lines;
	struct und_buf plain;
	unsigned kdf;
	enum und_err e;

	e = und_book_kdf(&kdf, file);
	if (e != UND_OK)
		return e;
	und_buf_init_secret(&plain, (size_t)UND_BOOK_SIZE_MAX + TAG_SIZE);
	und_buf_add(&plain, file.p + UND_BOOK_HEADER_SIZE, file.n - UND_BOOK_HEADER_SIZE);
	e = plain.err;
	if (e == UND_OK && crypto_aead_xchacha20poly1305_ietf_decrypt(plain.p, NULL, NULL, plain.p, plain.n, file.p, UND_BOOK_HEADER_SIZE, file.p + NONCE_AT, lock->key) != 0)
		e = UND_ERR_PASSPHRASE;
	if (e == UND_OK)
		e = unpad(&lines, und_bytes(plain.p, plain.n - TAG_SIZE));
	if (e == UND_OK) {
		e = und_book_decode(out, lines, random, diag);
		if (e != UND_OK && e != UND_ERR_MEMORY && e != UND_ERR_RANDOM)
			e = UND_ERR_BOOK;
	}
	und_buf_clear(&plain);
	return e;
}

static void pad(struct und_buf *plain)
{
	static const uint8_t zeros[4096];
	size_t size = UND_BOOK_SIZE_MIN;

	while (size < plain->n)
		size *= 2;
	while (plain->n < size && plain->err == UND_OK)
		und_buf_add(plain, zeros, size - plain->n < sizeof zeros ? size - plain->n : sizeof zeros);
	und_buf_add(plain, zeros, TAG_SIZE); /* sealed in place: room for the tag */
}

enum und_err und_book_seal(struct und_buf *out, const struct und_book *b, const struct und_book_lock *lock, const struct und_random *random)
{
	uint8_t header[UND_BOOK_HEADER_SIZE] = { 0 };
	struct und_buf plain;
	enum und_err e;

	memcpy(header, magic, sizeof magic);
	header[VERSION_AT] = 1;
	header[KDF_AT] = (uint8_t)lock->kdf;
	memcpy(header + SALT_AT, lock->salt, sizeof lock->salt);
	e = random->fill(random->ctx, header + NONCE_AT, UND_BOOK_HEADER_SIZE - NONCE_AT);
	if (e != UND_OK)
		return e;
	und_buf_init_secret(&plain, (size_t)UND_BOOK_SIZE_MAX + TAG_SIZE);
	e = und_book_encode(&plain, b);
	if (e == UND_OK) {
		pad(&plain);
		e = plain.err;
	}
	if (e == UND_OK) {
		crypto_aead_xchacha20poly1305_ietf_encrypt(plain.p, NULL, plain.p, plain.n - TAG_SIZE, header, sizeof header, NULL, header + NONCE_AT, lock->key);
		und_buf_add(out, header, sizeof header);
		und_buf_add_bytes(out, und_buf_bytes(&plain));
		e = out->err;
	}
	und_buf_clear(&plain);
	return e;
}
