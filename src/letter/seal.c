/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* seal.c: words that only those with the link can read (spec/records.md, Sealing) */
#include "letter/seal.h"

#include <sodium.h>
#include <stdlib.h>

#include "base/secret.h"
#include "letter/fold.h"

enum {
	NONCE_SIZE = 24,
	MAC_SIZE = 16,
	PLAIN_MAX = UND_SEALED_BLOCKS_MAX * UND_SEALED_BLOCK
};
_Static_assert(NONCE_SIZE == crypto_aead_xchacha20poly1305_ietf_NPUBBYTES && MAC_SIZE == crypto_aead_xchacha20poly1305_ietf_ABYTES &&
               UND_LINK_SIZE == crypto_aead_xchacha20poly1305_ietf_KEYBYTES, "XChaCha20-Poly1305");

/* "undersigned/1 sealed" | 0 | letter id */
struct associated {
	uint8_t domain[21], letter_id[UND_ID_SIZE];
};

static struct associated associated_data(const uint8_t letter_id[UND_ID_SIZE])
{
	struct associated ad = { .domain = "undersigned/1 sealed" };

	memcpy(ad.letter_id, letter_id, UND_ID_SIZE);
	return ad;
}

enum und_err und_seal(struct und_buf *ciphertext, const uint8_t link[UND_LINK_SIZE], const uint8_t nonce[24], const uint8_t letter_id[UND_ID_SIZE],
                      struct und_bytes lines)
{
	struct associated ad = associated_data(letter_id);
	size_t size = (lines.n + UND_SEALED_BLOCK - 1) / UND_SEALED_BLOCK * UND_SEALED_BLOCK;
	uint8_t *plain, *sealed;
	enum und_err e = UND_ERR_MEMORY;

	und_bug_if(lines.n == 0);
	if (size > PLAIN_MAX)
		return UND_ERR_LIMIT;
	plain = und_alloc(size, 1);
	sealed = und_alloc(size + MAC_SIZE, 1);
	if (plain == NULL || sealed == NULL)
		goto out;
	memcpy(plain, lines.p, lines.n);
	(void)crypto_aead_xchacha20poly1305_ietf_encrypt(sealed, NULL, plain, size, (const uint8_t *)&ad, sizeof ad, NULL, nonce, link);
	und_buf_add(ciphertext, nonce, NONCE_SIZE);
	und_buf_add(ciphertext, sealed, size + MAC_SIZE);
	e = ciphertext->err;
out:
	if (plain != NULL)
		und_wipe(plain, size);
	free(plain);
	free(sealed);
	return e;
}

/* ---- opening ---- */

/* The lines without their padding; *plain is the caller's to wipe and free. */
static enum und_err decrypt(uint8_t **plain, struct und_bytes *lines, const struct und_letter *l, const uint8_t link[UND_LINK_SIZE])
{
	struct und_bytes c = l->sealed->u.sealed.ciphertext;
	struct associated ad = associated_data(l->letter->id);
	size_t n = c.n - NONCE_SIZE - MAC_SIZE;
	uint8_t *p = und_alloc(n, 1);

	if (p == NULL)
		return UND_ERR_MEMORY;
	if (crypto_aead_xchacha20poly1305_ietf_decrypt(p, NULL, NULL, c.p + NONCE_SIZE, c.n - NONCE_SIZE, (const uint8_t *)&ad, sizeof ad, c.p,
	                                               link) != 0) {
		free(p);
		return UND_ERR_LINK;
	}
	while (n != 0 && p[n - 1] == 0)
		n--;
	*plain = p;
	*lines = und_bytes(p, n);
	return UND_OK;
}

static void free_records(struct und_opened *o)
{
	for (size_t i = 0; i < o->n; i++) {
		und_record_clear(o->records[i]);
		free(o->records[i]);
	}
	free(o->records);
}

/* The words come first and alone, and nobody has signed them yet. */
static enum und_err check_words(const struct und_letter *l, const struct und_record *r, struct und_diag *diag)
{
	if (r->type != UND_TYPE_WORDS)
		return und_fault(UND_ERR_WORDS_OTHER, diag, "type");
	if (r->signature_count != 0)
		return und_fault(UND_ERR_NO_ROLE, diag, "signatures");
	return und_words_fit(l, r, diag);
}

static bool stands_above(const struct und_opened *o, const uint8_t *id)
{
	for (size_t i = 0; i < o->n; i++)
		if (und_id_equal(o->records[i]->id, id))
			return true;
	return false;
}

/* As if it stood in the file. There it may stand too, once the words are open for all. */
static enum und_err check_translation(const struct und_letter *l, const struct und_opened *o, const struct und_record *r, struct und_diag *diag)
{
	enum und_err e;

	if (r->type != UND_TYPE_TRANSLATION)
		return und_fault(UND_ERR_TYPE, diag, "type");
	if (stands_above(o, r->id) || (l->words == NULL && und_set_find(&l->ids, r->id) != UND_SET_NONE))
		return und_fault(UND_ERR_REPEATED, diag, "");
	if (!und_id_equal(r->u.translation.letter, l->letter->id))
		return und_fault(UND_ERR_OTHER_LETTER, diag, "letter");
	if ((e = und_translation_fit(&o->records[0]->u.words, &r->u.translation, diag)) != UND_OK)
		return e;
	if ((e = und_role_council(l, r, &l->letter->u.letter.organisers, UND_ERR_QUORUM_ORGANISERS, NULL, diag)) != UND_OK)
		return e;
	return und_record_check_signatures(r, diag);
}

static enum und_err take_line(struct und_opened *o, const struct und_letter *l, struct und_bytes line, struct und_diag *diag)
{
	struct und_record *r = und_alloc(1, sizeof *r);
	enum und_err e = UND_ERR_MEMORY;

	if (r == NULL)
		return e;
	und_record_init(r);
	if ((e = und_record_decode(r, line, diag)) != UND_OK)
		goto out;
	if ((e = o->n == 0 ? check_words(l, r, diag) : check_translation(l, o, r, diag)) != UND_OK)
		goto out;
	if ((e = und_grow(&o->records, &o->cap, o->n + 1, sizeof(struct und_record *))) != UND_OK)
		goto out;
	o->records[o->n++] = r;
	return UND_OK;
out:
	und_record_clear(r);
	free(r);
	return e == UND_ERR_NEWER ? und_fault(UND_ERR_VERSION, diag, "v") : e;
}

static enum und_err take_lines(struct und_opened *o, const struct und_letter *l, struct und_bytes lines, struct und_diag *diag)
{
	enum und_err e;

	if (lines.n == 0 || lines.p[lines.n - 1] != '\n')
		return UND_ERR_TRUNCATED;
	while (lines.n != 0) {
		size_t n = (size_t)((const uint8_t *)memchr(lines.p, '\n', lines.n) - lines.p);

		if ((e = take_line(o, l, und_bytes(lines.p, n), diag)) != UND_OK)
			return e;
		lines = und_bytes(lines.p + n + 1, lines.n - n - 1);
	}
	return UND_OK;
}

/* All checked. diag->line is the line of the sealed record. */
static enum und_err open_sealed(struct und_opened *o, uint8_t **plain, struct und_bytes *lines, const struct und_letter *l,
                                const uint8_t link[UND_LINK_SIZE], struct und_diag *diag)
{
	struct und_diag fault = { 0 };
	enum und_err e;

	und_bug_if(!l->ended || l->failed != UND_OK);
	if (l->letter == NULL)
		return UND_ERR_NO_LETTER;
	if (l->sealed == NULL)
		return UND_ERR_SEALED;
	if ((e = decrypt(plain, lines, l, link)) != UND_OK)
		return e;
	e = take_lines(o, l, *lines, &fault);
	if (e != UND_OK && diag != NULL) {
		*diag = fault;
		for (size_t i = 0; i < l->kept_count; i++)
			if (l->kept[i].record == l->sealed)
				diag->line = l->kept[i].line;
	}
	return e;
}

static void wipe_plain(uint8_t *plain, const struct und_letter *l)
{
	if (plain != NULL)
		und_wipe(plain, l->sealed->u.sealed.ciphertext.n - NONCE_SIZE - MAC_SIZE);
	free(plain);
}

enum und_err und_letter_open(struct und_letter *l, const uint8_t link[UND_LINK_SIZE], struct und_diag *diag)
{
	struct und_opened opened = { 0 }, before = l->opened;
	uint8_t *plain = NULL;
	struct und_bytes lines;
	enum und_err e = open_sealed(&opened, &plain, &lines, l, link, diag);

	wipe_plain(plain, l);
	if (e == UND_OK) {
		l->opened = opened;
		opened = before;
	}
	free_records(&opened);
	return e;
}

enum und_err und_letter_unseal(struct und_buf *out, struct und_letter *l, const uint8_t link[UND_LINK_SIZE], struct und_diag *diag)
{
	struct und_opened opened = { 0 };
	uint8_t *plain = NULL;
	struct und_bytes lines;
	enum und_err e = open_sealed(&opened, &plain, &lines, l, link, diag);

	if (e == UND_OK) {
		und_buf_add_bytes(out, lines);
		e = out->err;
	}
	wipe_plain(plain, l);
	free_records(&opened);
	return e;
}

enum und_err und_letter_translation_fits(const struct und_letter *l, const struct und_record *translation, struct und_diag *diag)
{
	const struct und_words *w = und_fold_words(l);

	if (w == NULL)
		return UND_ERR_SEALED;
	if (!und_id_equal(translation->u.translation.letter, l->letter->id))
		return und_fault(UND_ERR_OTHER_LETTER, diag, "letter");
	return und_translation_fit(w, &translation->u.translation, diag);
}

size_t und_letter_opened(const struct und_record *const **out, const struct und_letter *l)
{
	*out = (const struct und_record *const *)l->opened.records;
	return l->opened.n;
}
