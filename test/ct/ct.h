/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* ct.h: what must take the same time for every secret, run under valgrind with the secrets marked undefined: any report is a leak */
#ifndef UND_TEST_CT_H
#define UND_TEST_CT_H

#include <valgrind/memcheck.h>

#include "base/base.h"
#include "base/secret.h"
#include "group/group.h"
#include "tap.h"

#ifndef UND_VALGRIND
#error "needs the build option ct"
#endif

/*
 * QUIET(block): valgrind has nothing to say about it. LEAKS(block): it has, as planted. Suppressed reports do not count.
 * Without valgrind both fail.
 */
#define QUIET(...) CT_RUN(==, "valgrind reports a leak", __VA_ARGS__)
#define LEAKS(...) CT_RUN(!=, "a planted leak was not found", __VA_ARGS__)
#define CT_RUN(relation, complaint, ...)                                                                               \
	do {                                                                                                           \
		unsigned long ct_before_ = VALGRIND_COUNT_ERRORS;                                                      \
		__VA_ARGS__;                                                                                           \
		tap_checks++;                                                                                          \
		if (RUNNING_ON_VALGRIND == 0)                                                                          \
			tap_fail("not under valgrind");                                                                \
		else if (!(VALGRIND_COUNT_ERRORS relation ct_before_))                                                 \
			tap_fail(complaint);                                                                           \
	} while (0)

/* Published values must be defined: the code under test has declassified them, and said why. */
#define PUBLIC(p, n)                                                                                                   \
	do {                                                                                                           \
		tap_checks++;                                                                                          \
		if (VALGRIND_CHECK_MEM_IS_DEFINED((p), (n)) != 0)                                                      \
			tap_fail("still secret: %s", #p);                                                              \
	} while (0)
/* And secrets must have stayed secret, or the test above would be blind. */
#define SECRET(p, n)                                                                                                   \
	do {                                                                                                           \
		uint8_t ct_bits_[n];                                                                                   \
		unsigned ct_any_ = 0;                                                                                  \
		tap_checks++;                                                                                          \
		VALGRIND_GET_VBITS((p), ct_bits_, (n));                                                                \
		for (size_t ct_i_ = 0; ct_i_ < (n); ct_i_++)                                                           \
			ct_any_ |= ct_bits_[ct_i_];                                                                    \
		if (ct_any_ == 0)                                                                                      \
			tap_fail("no longer secret: %s", #p);                                                          \
	} while (0)

/* n repeatable bytes, not yet secret. */
static inline void ct_bytes(uint8_t *out, size_t n, unsigned which)
{
	uint8_t block[64];
	uint8_t name[2] = { (uint8_t)(which >> 8), (uint8_t)which };
	struct und_bytes piece = { name, 2 };

	for (size_t i = 0; i < n; i += sizeof block) {
		und_expand_message(block, sizeof block, "undersigned test ct", &piece, 1);
		memcpy(out + i, block, n - i < sizeof block ? n - i : sizeof block);
		name[0] ^= 0x80;
	}
}
static inline void ct_scalar(struct und_scalar *out, unsigned which)
{
	uint8_t wide[64];

	ct_bytes(wide, sizeof wide, which);
	und_scalar_reduce(out, wide);
}

#endif
