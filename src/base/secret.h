/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* base/secret.h: handling of secrets: wipe, compare, and marks for the constant-time check (test/ct) */
#ifndef UND_BASE_SECRET_H
#define UND_BASE_SECRET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Overwrites n bytes; the compiler may not leave it out. */
void und_wipe(void *p, size_t n);

/* Whether n bytes are equal, in time that depends on n only. */
bool und_equal(const void *a, const void *b, size_t n);

/*
 * Marks for valgrind, empty unless the build defines UND_VALGRIND: from und_classify on, any branch or memory index that depends on these
 * bytes is reported; und_declassify says that they are now public, and the line that calls it says why.
 */
#ifdef UND_VALGRIND
#include <valgrind/memcheck.h>
static inline void und_classify(const void *p, size_t n)
{
	VALGRIND_MAKE_MEM_UNDEFINED(p, n);
}
static inline void und_declassify(const void *p, size_t n)
{
	VALGRIND_MAKE_MEM_DEFINED(p, n);
}
#else
static inline void und_classify(const void *p, size_t n)
{
	(void)p;
	(void)n;
}
static inline void und_declassify(const void *p, size_t n)
{
	(void)p;
	(void)n;
}
#endif

#endif
