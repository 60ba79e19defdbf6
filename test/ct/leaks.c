/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* leaks.c: leaks planted on purpose; if valgrind or this harness did not find one of them, the silence of the other tests would mean nothing */
#include "ct.h"

/* Opaque to the compiler, so that no cleverness of its own can take the leak away. */
static void (*volatile either[2])(void);
static int (*volatile compare)(const void *, const void *, size_t) = memcmp;
static volatile uint8_t table[256];
static volatile uint64_t sink;
static void one(void)
{
	sink = 1;
}
static void other(void)
{
	sink = 2;
}

static uint8_t secret_byte(void)
{
	uint8_t b;

	either[0] = one;
	either[1] = other;
	ct_bytes(&b, 1, 1);
	und_classify(&b, 1);
	return b;
}

TEST(a_branch_on_a_secret)
{
	uint8_t b = secret_byte();

	LEAKS(if (b & 1) either[0](); else either[1]());
}

TEST(a_table_read_at_a_secret_place)
{
	uint8_t b = secret_byte();

	LEAKS(sink = table[b]);
}

TEST(a_loop_as_long_as_a_secret)
{
	uint8_t b = secret_byte();

	LEAKS(for (unsigned i = 0; i < b; i++) sink++);
}

TEST(a_secret_compared_with_memcmp)
{
	uint8_t key[32], copy[32];

	ct_bytes(key, sizeof key, 2);
	memcpy(copy, key, sizeof copy);
	und_classify(key, sizeof key);
	LEAKS(if (compare(key, copy, sizeof key) == 0) either[0](); else either[1]());
}

TEST(what_is_public_again_is_quiet)
{
	uint8_t b = secret_byte();

	und_declassify(&b, 1);
	QUIET(sink = table[b]);
	QUIET(if (b & 1) either[0](); else either[1]());
}
