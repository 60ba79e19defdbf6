/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* tap.h: the whole test harness: TEST(name) { … } registers itself, checks report with their place, main prints TAP */
#ifndef UND_TEST_TAP_H
#define UND_TEST_TAP_H

#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "undersigned.h"

struct tap_test {
	const char *name;
	void (*run)(void);
	struct tap_test *next;
};
static struct tap_test *tap_first, **tap_last = &tap_first;
static unsigned tap_failures; /* of the running test */
static unsigned tap_checks;

#define TEST(id)                                                                                                       \
	static void test_##id(void);                                                                                   \
	static struct tap_test tap_entry_##id = { #id, test_##id, NULL };                                              \
	__attribute__((constructor)) static void tap_register_##id(void)                                              \
	{                                                                                                              \
		*tap_last = &tap_entry_##id;                                                                           \
		tap_last = &tap_entry_##id.next;                                                                       \
	}                                                                                                              \
	static void test_##id(void)

#define tap_fail(...)                                                                                                  \
	do {                                                                                                           \
		tap_failures++;                                                                                        \
		printf("# %s:%d: ", __FILE__, __LINE__);                                                               \
		printf(__VA_ARGS__);                                                                                   \
		printf("\n");                                                                                          \
	} while (0)

/* CHECK(condition): holds. OK(e): e is UND_OK. IS(code, e): e is that error. EQ(a, b): equal numbers. MEM(a, b, n), STR(a, b): equal bytes, strings. */
#define CHECK(cond)                                                                                                    \
	do {                                                                                                           \
		tap_checks++;                                                                                          \
		if (!(cond))                                                                                           \
			tap_fail("does not hold: %s", #cond);                                                          \
	} while (0)
#define IS(expected, expr)                                                                                             \
	do {                                                                                                           \
		enum und_err tap_e_ = (expr);                                                                          \
		tap_checks++;                                                                                          \
		if (tap_e_ != (expected))                                                                              \
			tap_fail("%s: %s, expected %s", #expr, und_err_name(tap_e_), und_err_name(expected));          \
	} while (0)
#define OK(expr) IS(UND_OK, expr)
#define EQ(a, b)                                                                                                       \
	do {                                                                                                           \
		long long tap_a_ = (long long)(a), tap_b_ = (long long)(b);                                            \
		tap_checks++;                                                                                          \
		if (tap_a_ != tap_b_)                                                                                  \
			tap_fail("%s = %lld, %s = %lld", #a, tap_a_, #b, tap_b_);                                      \
	} while (0)
#define MEM(a, b, n)                                                                                                   \
	do {                                                                                                           \
		tap_checks++;                                                                                          \
		if (memcmp((a), (b), (n)) != 0)                                                                        \
			tap_fail("bytes differ: %s, %s", #a, #b);                                                      \
	} while (0)
#define STR(a, b)                                                                                                      \
	do {                                                                                                           \
		const char *tap_a_ = (a), *tap_b_ = (b);                                                               \
		tap_checks++;                                                                                          \
		if (strcmp(tap_a_, tap_b_) != 0)                                                                       \
			tap_fail("\"%s\" is not \"%s\"", tap_a_, tap_b_);                                              \
	} while (0)
/* Stop this test when going on makes no sense. */
#define REQUIRE(cond)                                                                                                  \
	do {                                                                                                           \
		tap_checks++;                                                                                          \
		if (!(cond)) {                                                                                         \
			tap_fail("required: %s", #cond);                                                               \
			return;                                                                                        \
		}                                                                                                      \
	} while (0)

/* ---- repeatable random numbers (xorshift*, tests only) ---- */

static uint64_t tap_seed_state;
__attribute__((unused)) static uint64_t tap_random(void)
{
	tap_seed_state ^= tap_seed_state >> 12;
	tap_seed_state ^= tap_seed_state << 25;
	tap_seed_state ^= tap_seed_state >> 27;
	return tap_seed_state * UINT64_C(2685821657736338717);
}
__attribute__((unused)) static void tap_random_bytes(uint8_t *out, size_t n)
{
	for (size_t i = 0; i < n; i++)
		out[i] = (uint8_t)(tap_random() >> 32);
}
__attribute__((unused)) static uint64_t tap_below(uint64_t n)
{
	return tap_random() % n;
}
/* Prints the seed; UND_SEED repeats a run. */
__attribute__((unused)) static void tap_seed(uint64_t otherwise)
{
	const char *s = getenv("UND_SEED");

	tap_seed_state = s != NULL ? strtoull(s, NULL, 10) : otherwise;
	printf("# seed %" PRIu64 "\n", tap_seed_state);
	tap_seed_state = (tap_seed_state ^ UINT64_C(0x9e3779b97f4a7c15)) | 1;
}

/* ---- hex ---- */

__attribute__((unused)) static size_t tap_hex(uint8_t *out, size_t max, const char *hex)
{
	size_t n = 0;
	unsigned v;

	for (; hex[0] != '\0' && hex[1] != '\0' && n < max; hex += 2) {
		if (sscanf(hex, "%2x", &v) != 1)
			abort();
		out[n++] = (uint8_t)v;
	}
	if (hex[0] != '\0')
		abort();
	return n;
}

/* With an argument, runs the tests whose name contains it. */
int main(int argc, char **argv)
{
	unsigned count = 0, failed = 0, i = 0;

	setvbuf(stdout, NULL, _IOLBF, 0);
	for (struct tap_test *t = tap_first; t != NULL; t = t->next)
		if (argc < 2 || strstr(t->name, argv[1]) != NULL)
			count++;
	printf("1..%u\n", count);
	for (struct tap_test *t = tap_first; t != NULL; t = t->next) {
		if (argc >= 2 && strstr(t->name, argv[1]) == NULL)
			continue;
		tap_failures = tap_checks = 0;
		t->run();
		if (tap_checks == 0) {
			tap_failures++;
			printf("# a test that checks nothing cannot fail\n");
		}
		printf("%s %u - %s\n", tap_failures == 0 ? "ok" : "not ok", ++i, t->name);
		failed += tap_failures != 0;
	}
	return failed == 0 ? 0 : 1;
}

#endif
