/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* base/utf8.h: reading UTF-8 one code point at a time, strictly (RFC 3629) */
#ifndef UND_BASE_UTF8_H
#define UND_BASE_UTF8_H

#include <stddef.h>
#include <stdint.h>

#define UND_UTF8_BAD UINT32_MAX

/*
 * The code point at *p, which is below end; *p moves behind it. UND_UTF8_BAD, *p where it was: cut off, overlong, a surrogate,
 * above 10FFFF, or a byte that begins nothing.
 */
static inline uint32_t und_utf8_next(const uint8_t **p, const uint8_t *end)
{
	const uint8_t *s = *p;
	uint32_t c = s[0], least;
	size_t more;

	if (c < 0x80) {
		*p = s + 1;
		return c;
	}
	if (c >= 0xc2 && c <= 0xdf) {
		more = 1, least = 0x80, c &= 0x1f;
	} else if (c >= 0xe0 && c <= 0xef) {
		more = 2, least = 0x800, c &= 0x0f;
	} else if (c >= 0xf0 && c <= 0xf4) {
		more = 3, least = 0x10000, c &= 0x07;
	} else {
		return UND_UTF8_BAD;
	}
	if ((size_t)(end - s) <= more)
		return UND_UTF8_BAD;
	for (size_t i = 1; i <= more; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return UND_UTF8_BAD;
		c = c << 6 | (s[i] & 0x3f);
	}
	if (c < least || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		return UND_UTF8_BAD;
	*p = s + 1 + more;
	return c;
}

#endif
