/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* proof/mask.h: comparisons that give all-ones or zero, for secrets */
#ifndef UND_PROOF_MASK_H
#define UND_PROOF_MASK_H

#include <stddef.h>
#include <stdint.h>

/* The compiler must not know what v is: or it may make a branch of the mask that comes from it. */
static inline uint64_t und_mask_hide(uint64_t v)
{
	__asm__ volatile("" : "+r"(v));
	return v;
}

static inline uint64_t und_mask_is_zero(uint64_t v)
{
	v = und_mask_hide(v);
	return ((v | (UINT64_C(0) - v)) >> 63) - 1;
}

static inline uint64_t und_mask_equal(uint64_t a, uint64_t b)
{
	return und_mask_is_zero(a ^ b);
}

static inline uint64_t und_mask_bytes_equal(const uint8_t *a, const uint8_t *b, size_t n)
{
	uint64_t differ = 0;

	for (size_t i = 0; i < n; i++)
		differ |= (uint64_t)(a[i] ^ b[i]);
	return und_mask_is_zero(differ);
}

#endif
