/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* alloc.h: makes the n-th allocation fail, for n = 1, 2, 3, … until none is left; programs link with --wrap (meson.build), so that every call of ours comes here */
#ifndef UND_TEST_FAULT_ALLOC_H
#define UND_TEST_FAULT_ALLOC_H

#include <stdatomic.h>

#include "tap.h"

/*
 * ALLOC_SWEEP() {
 *         …                       // all anew each time
 *         e = und_something(…);
 *         ALLOC_RESULT(e);        // UND_ERR_MEMORY when an allocation failed, UND_OK when none did
 *         …                       // free everything
 * }
 *
 * Runs the block again and again: the n-th allocation fails, once alone and once with all that follow it, until a run meets no failure.
 * The first thirty (ALLOC_DENSE) in turn, then ever fewer; all of them where UND_ALLOC_ALL is set ('./dev san').
 * At the end of each run as many blocks must be allocated as before it. `break` ends the sweep (REQUIRE returns).
 * ALLOC_FAILED: one has failed in this run. ALLOC_PAUSED(…): no failures in there.
 */
#ifndef ALLOC_DENSE
#define ALLOC_DENSE 30
#endif
#define ALLOC_SWEEP() for (alloc_begin(); alloc_again(__FILE__, __LINE__);)
#define ALLOC_FAILED (atomic_load(&alloc_hit) != 0)
#define ALLOC_RESULT(e) IS(ALLOC_FAILED ? UND_ERR_MEMORY : UND_OK, e)
#define ALLOC_PAUSED(...)                                                                                              \
	do {                                                                                                           \
		bool alloc_was_ = atomic_exchange(&alloc_on, false);                                                   \
		__VA_ARGS__;                                                                                           \
		atomic_store(&alloc_on, alloc_was_);                                                                   \
	} while (0)

static atomic_bool alloc_on;
static atomic_ulong alloc_calls, alloc_hit;
static atomic_long alloc_live;
static unsigned long alloc_nth;
static bool alloc_stays; /* all that follow fail too */
static long alloc_live_before;

/* Whether this call has to fail. */
static bool alloc_fails(void)
{
	unsigned long call;

	if (!atomic_load(&alloc_on))
		return false;
	call = atomic_fetch_add(&alloc_calls, 1) + 1;
	if (call != alloc_nth && !(alloc_stays && call > alloc_nth))
		return false;
	atomic_store(&alloc_hit, 1);
	return true;
}

static void *alloc_count(void *p)
{
	if (p != NULL)
		atomic_fetch_add(&alloc_live, 1);
	return p;
}

void *__real_malloc(size_t n);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *p, size_t n);
void *__real_aligned_alloc(size_t alignment, size_t n);
void __real_free(void *p);
void *__wrap_malloc(size_t n);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *p, size_t n);
void *__wrap_aligned_alloc(size_t alignment, size_t n);
char *__wrap_strdup(const char *s);
char *__wrap_strndup(const char *s, size_t n);
void __wrap_free(void *p);

void *__wrap_malloc(size_t n)
{
	return alloc_fails() ? NULL : alloc_count(__real_malloc(n));
}
void *__wrap_calloc(size_t n, size_t size)
{
	return alloc_fails() ? NULL : alloc_count(__real_calloc(n, size));
}
void *__wrap_realloc(void *p, size_t n)
{
	if (p == NULL)
		return __wrap_malloc(n);
	return alloc_fails() ? NULL : __real_realloc(p, n);
}
void *__wrap_aligned_alloc(size_t alignment, size_t n)
{
	return alloc_fails() ? NULL : alloc_count(__real_aligned_alloc(alignment, n));
}
char *__wrap_strndup(const char *s, size_t n)
{
	size_t length = strnlen(s, n);
	char *p = __wrap_malloc(length + 1);

	if (p != NULL) {
		memcpy(p, s, length);
		p[length] = '\0';
	}
	return p;
}
char *__wrap_strdup(const char *s)
{
	return __wrap_strndup(s, strlen(s));
}
void __wrap_free(void *p)
{
	if (p != NULL)
		atomic_fetch_sub(&alloc_live, 1);
	__real_free(p);
}

static void alloc_begin(void)
{
	alloc_nth = 0;
	alloc_stays = true;
}

/* Judges the run that ended, and sets up the next one, or says that there is none. */
__attribute__((unused)) static bool alloc_again(const char *file, int line)
{
	bool was_hit = ALLOC_FAILED;

	atomic_store(&alloc_on, false);
	if (alloc_nth > 0) {
		tap_checks++;
		if (atomic_load(&alloc_live) != alloc_live_before)
			tap_fail("%s:%d: allocation %lu failed%s: %ld blocks leaked", file, line, alloc_nth, alloc_stays ? " and all after it" : "",
			         atomic_load(&alloc_live) - alloc_live_before);
		if (!was_hit && alloc_stays) {
			printf("# %s:%d: fewer than %lu allocations\n", file, line, alloc_nth);
			if (alloc_nth == 1)
				tap_fail("%s:%d: nothing was allocated, so nothing was tested", file, line);
			return false;
		}
		if (tap_failures > 20) {
			tap_fail("%s:%d: and so on", file, line);
			return false;
		}
	}
	if (alloc_stays)
		alloc_nth += 1 + (getenv("UND_ALLOC_ALL") != NULL ? 0 : alloc_nth / ALLOC_DENSE);
	alloc_stays = !alloc_stays;
	alloc_live_before = atomic_load(&alloc_live);
	atomic_store(&alloc_calls, 0);
	atomic_store(&alloc_hit, 0);
	atomic_store(&alloc_on, true);
	return true;
}

/* A generator that repeats itself, for calls that want randomness. */
__attribute__((unused)) static enum und_err alloc_random_fill(void *ctx, uint8_t *out, size_t n)
{
	(void)ctx;
	tap_random_bytes(out, n);
	return UND_OK;
}
__attribute__((unused)) static const struct und_random alloc_random = { alloc_random_fill, NULL };

/* Reads a file of the vectors whole (UND_VECTORS), outside of the sweep; NULL where there is none. Free with free(). */
__attribute__((unused)) static uint8_t *alloc_vector(const char *name, size_t *n)
{
	char path[4096];
	FILE *f;
	uint8_t *p = NULL;
	long size = -1;

	snprintf(path, sizeof path, "%s/%s", getenv("UND_VECTORS") != NULL ? getenv("UND_VECTORS") : "test/vectors", name);
	f = fopen(path, "rb");
	if (f != NULL && fseek(f, 0, SEEK_END) == 0 && (size = ftell(f)) >= 0 && fseek(f, 0, SEEK_SET) == 0 &&
	    (p = malloc((size_t)size + 1)) != NULL)
		*n = fread(p, 1, (size_t)size, f);
	if (f != NULL)
		fclose(f);
	if (p == NULL)
		printf("# cannot read %s\n", path);
	return p;
}

#endif
