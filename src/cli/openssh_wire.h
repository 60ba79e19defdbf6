/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cli/openssh_wire.h: the data types of RFC 4251 §5 that keys are made of */
#ifndef UND_CLI_OPENSSH_WIRE_H
#define UND_CLI_OPENSSH_WIRE_H

#include "base/base.h"

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
