/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* hash.c: the SHA-256 of a letter's file. The file only grows: each byte of it is read once */
#include <stdio.h>

#include "serve/parts.h"

/* ---- as bytes pass ---- */

void serve_sums_init(struct serve_sums *s, uint64_t look)
{
	*s = (struct serve_sums){ .look = look };
	und_sha256_init(&s->file);
}

void serve_mark(char out[SERVE_MARK_MAX + 1], const struct und_sha256 *sum)
{
	uint8_t digest[32];

	und_sha256_so_far(digest, sum);
	for (size_t i = 0; i < SERVE_MARK_MAX / 2; i++)
		snprintf(out + 2 * i, 3, "%02x", digest[i]);
}

void serve_sums_add(struct serve_sums *s, struct und_bytes bytes)
{
	size_t before = s->look > s->size && s->look - s->size <= bytes.n ? (size_t)(s->look - s->size) : 0;

	if (before != 0) {
		und_sha256_add(&s->file, und_bytes(bytes.p, before));
		serve_mark(s->looked, &s->file);
	}
	und_sha256_add(&s->file, und_bytes(bytes.p + before, bytes.n - before));
	s->size += bytes.n;
}

/* ---- of all that is stored ---- */

static enum und_err add_piece(void *ctx, struct und_bytes piece)
{
	struct serve_hash *hash = ctx;

	und_sha256_add(&hash->sha256, piece);
	hash->size += piece.n;
	return UND_OK;
}

static enum und_err read_on(struct serve_letter *h, uint64_t size)
{
	enum und_err e;

	if (h->hash.size == size)
		return UND_OK;
	e = serve_read(h, h->hash.size, size - h->hash.size, add_piece, &h->hash);
	if (e == UND_OK && h->hash.size != size)
		e = UND_ERR_STORE_DAMAGED;
	return e;
}

void serve_hash_forget(struct serve_letter *h)
{
	pthread_mutex_lock(&h->hash.lock);
	h->hash.size = 0;
	pthread_mutex_unlock(&h->hash.lock);
}

enum und_err serve_file_hash(uint8_t out[32], struct serve_letter *h, uint64_t size)
{
	enum und_err e;

	pthread_mutex_lock(&h->hash.lock);
	if (h->hash.size == 0 || h->hash.size > size) { /* of an older one: somebody else asked meanwhile for more */
		und_sha256_init(&h->hash.sha256);
		h->hash.size = 0;
	}
	e = read_on(h, size);
	if (e == UND_OK)
		und_sha256_so_far(out, &h->hash.sha256);
	pthread_mutex_unlock(&h->hash.lock);
	return e;
}

uint64_t serve_file_size(struct serve_letter *h)
{
	uint64_t size;

	pthread_mutex_lock(&h->documents.lock);
	size = h->shown_size;
	pthread_mutex_unlock(&h->documents.lock);
	return size;
}
