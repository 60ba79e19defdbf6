/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* base/encode.h: base64url, base32, dates; each value has one spelling, and decoding takes exactly what encoding gives */
#ifndef UND_BASE_ENCODE_H
#define UND_BASE_ENCODE_H

#include "base/base.h"

/* ---- base64url without padding (RFC 4648 §5), no stray bits. Variable time: for public bytes ---- */

size_t und_base64_length(size_t n); /* characters for n bytes */
void und_base64_add(struct und_buf *out, struct und_bytes in);
/* Decodes all of text into out, which must hold exactly n bytes. Errors: UND_ERR_BASE64, UND_ERR_SIZE. out untouched on failure of form. */
UND_MUST_USE enum und_err und_base64_decode(uint8_t *out, size_t n, struct und_bytes text);
/* The number of bytes that text stands for. Errors: UND_ERR_BASE64 (impossible length). */
UND_MUST_USE enum und_err und_base64_size(size_t *n, struct und_bytes text);
/* In constant time, for keys: 32 bytes, 43 characters. */
void und_base64_encode_secret(char out[44], const uint8_t in[32]);
UND_MUST_USE enum und_err und_base64_decode_secret(uint8_t out[32], struct und_bytes text);

/* ---- dates: days of the years 2000-2999, UTC ---- */

typedef int32_t und_day; /* days since 2000-01-01; UND_DAY_NONE for "" */
#define UND_DAY_NONE ((und_day)-1)

/* Exactly YYYY-MM-DD, a real day. Errors: UND_ERR_DATE. */
UND_MUST_USE enum und_err und_date_decode(und_day *out, struct und_bytes text);
/* 10 characters and a zero byte; "" for UND_DAY_NONE. */
void und_date_encode(char out[11], und_day day);

#endif
