/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* chunk.c: a chunked body, a byte of framing at a time */
#include "http/guard.h"

static int hex_digit(uint8_t c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* One byte of the framing: false: it may not stand here. */
static bool step(struct und_chunks *c, uint8_t b)
{
	switch (c->at) {
	case UND_CHUNK_SIZE:
		if (hex_digit(b) >= 0 && c->digits < 8) {
			c->left = 16 * c->left + (uint64_t)hex_digit(b);
			c->digits++;
			return true;
		}
		c->at = UND_CHUNK_SIZE_LF;
		return b == '\r' && c->digits > 0;
	case UND_CHUNK_SIZE_LF:
		c->digits = 0;
		c->at = c->left > 0 ? UND_CHUNK_DATA : UND_CHUNK_END_CR;
		return b == '\n';
	case UND_CHUNK_CR:
		c->at = UND_CHUNK_LF;
		return b == '\r';
	case UND_CHUNK_LF:
		c->at = UND_CHUNK_SIZE;
		return b == '\n';
	case UND_CHUNK_END_CR: /* anything else would be a trailer */
		c->at = UND_CHUNK_END_LF;
		return b == '\r';
	case UND_CHUNK_END_LF:
		c->at = UND_CHUNK_DONE;
		return b == '\n';
	case UND_CHUNK_DATA:
	case UND_CHUNK_DONE:
		break;
	}
	return false;
}

unsigned und_chunks_feed(struct und_chunks *c, size_t *used, struct und_bytes in, struct und_buf *body)
{
	size_t i = 0;

	while (i < in.n && c->at != UND_CHUNK_DONE) {
		if (c->at == UND_CHUNK_DATA) {
			size_t n = in.n - i < c->left ? in.n - i : (size_t)c->left;

			und_buf_add(body, in.p + i, n);
			i += n;
			c->left -= n;
			if (c->left == 0)
				c->at = UND_CHUNK_CR;
		} else if (!step(c, in.p[i++])) {
			return 400;
		} else if (c->at == UND_CHUNK_DATA && c->left > body->max - body->n) {
			return 413; /* said before the data are there */
		}
		if (body->err != UND_OK)
			return body->err == UND_ERR_LIMIT ? 413 : 503;
	}
	*used = i;
	return c->at == UND_CHUNK_DONE ? 200 : 0;
}
