/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* secret.c: wiping and comparing, by libsodium */
#include <sodium.h>

#include "base/secret.h"

void und_wipe(void *p, size_t n)
{
	sodium_memzero(p, n);
}

bool und_equal(const void *a, const void *b, size_t n)
{
	return sodium_memcmp(a, b, n) == 0;
}
