/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cli/openssh_wire.h: the data types of RFC 4251 §5 that keys are made of, and the base64 around them */
#ifndef UND_CLI_OPENSSH_WIRE_H
#define UND_CLI_OPENSSH_WIRE_H

#include <sodium.h>

#include "base/base.h"

/*
 * Base64 with padding (RFC 4648 §4), skipping the characters of ignore; at most max bytes. libsodium's decoder takes
 * some bytes above 127 for letters (1.0.18; test/fuzz found it): they are refused first.
 */
static inline bool cli_wire_base64(uint8_t *out, size_t max, size_t *n, struct und_bytes text, const char *ignore)
{
	uint8_t high = 0;

	for (size_t i = 0; i < text.n; i++)
		high |= text.p[i] & 0x80;
	return high == 0 && sodium_base642bin(out, max, (const char *)text.p, text.n, ignore, n, NULL, sodium_base64_VARIANT_ORIGINAL) == 0;
}

static inline bool cli_wire_u32(uint32_t *out, struct und_bytes *rest)
{
	if (rest->n < 4)
		return false;
	*out = (uint32_t)rest->p[0] << 24 | (uint32_t)rest->p[1] << 16 | (uint32_t)rest->p[2] << 8 | rest->p[3];
	rest->p += 4;
	rest->n -= 4;
	return true;
}

/* A length and so many bytes. */
static inline bool cli_wire_string(struct und_bytes *out, struct und_bytes *rest)
{
	struct und_bytes r = *rest;
	uint32_t n;

	if (!cli_wire_u32(&n, &r) || n > r.n)
		return false;
	*out = und_bytes(r.p, n);
	*rest = und_bytes(r.p + n, r.n - n);
	return true;
}

#endif
