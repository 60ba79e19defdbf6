/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* base.c: every allocation of base/ made to fail, and the proof that the sweep finds what is wrong */
#include "alloc.h"
#include "base/base.h"
#include "base/json.h"

TEST(a_buffer_remembers_that_memory_ran_out)
{
	ALLOC_SWEEP() {
		struct und_buf b;

		und_buf_init(&b, 1 << 20);
		for (unsigned i = 0; i < 2000; i++)
			und_buf_add_str(&b, "seven b");
		ALLOC_RESULT(b.err);
		if (b.err == UND_OK)
			EQ(b.n, 14000);
		und_buf_clear(&b);
	}
}

TEST(a_secret_buffer_does_too)
{
	ALLOC_SWEEP() {
		struct und_buf b;

		und_buf_init_secret(&b, 1 << 20);
		for (unsigned i = 0; i < 2000; i++)
			und_buf_add_u32be(&b, i);
		ALLOC_RESULT(b.err);
		und_buf_clear(&b);
	}
}

TEST(an_array_grows_or_stays)
{
	ALLOC_SWEEP() {
		uint64_t *p = NULL;
		size_t cap = 0, n = 0;
		enum und_err e = UND_OK;

		while (n < 1000 && (e = und_grow(&p, &cap, n + 1, sizeof *p)) == UND_OK) {
			p[n] = n;
			n++;
		}
		ALLOC_RESULT(e);
		for (size_t i = 0; i < n; i++)
			EQ(p[i], i);
		free(p);
	}
}

TEST(an_arena_gives_memory_or_null)
{
	ALLOC_SWEEP() {
		struct und_arena a;
		struct und_bytes copy = { NULL, 0 };
		enum und_err e = UND_OK;

		und_arena_init(&a);
		for (size_t n = 1; n < 20000 && e == UND_OK; n += n / 2 + 1) {
			void *p = und_arena_alloc(&a, n, 3);

			e = p != NULL ? und_arena_copy(&copy, &a, und_cstr("a copy")) : UND_ERR_MEMORY;
			if (e == UND_OK)
				CHECK(und_bytes_is(copy, "a copy"));
		}
		ALLOC_RESULT(e);
		und_arena_clear(&a);
	}
}

TEST(canonical_json_fails_as_its_buffer_does)
{
	ALLOC_SWEEP() {
		struct und_buf b;
		struct und_json j;

		und_buf_init(&b, 1 << 20);
		und_json_init(&j, &b);
		und_json_open_list(&j);
		for (unsigned i = 0; i < 500; i++)
			und_json_cstr(&j, "a string");
		und_json_close_list(&j);
		ALLOC_RESULT(b.err);
		und_buf_clear(&b);
	}
}

/* ---- the sweep itself can say no: each of these runs as a test of its own, which must fail ---- */

static unsigned failures_of(void (*body)(void))
{
	unsigned before = tap_failures, found;

	body();
	found = tap_failures - before;
	tap_failures = before;
	return found;
}

static void *lost[8]; /* so that LeakSanitizer, which sees the same, keeps quiet */
static void leaks_on_failure(void)
{
	size_t i = 0;

	ALLOC_SWEEP() {
		char *a = malloc(10), *b = malloc(10);

		lost[i++ % UND_COUNT_OF(lost)] = a;
		if (a != NULL && b != NULL)
			free(a);
		free(b);
	}
}
static void *volatile unseen;
static void forgets_the_failure(void)
{
	ALLOC_SWEEP() {
		char *a = strdup("a"), *b = malloc(3);

		unseen = b; /* or the compiler leaves it out */
		ALLOC_RESULT(a == NULL ? UND_ERR_MEMORY : UND_OK); /* b is not looked at */
		free(a);
		free(b);
	}
}
static void allocates_nothing(void)
{
	ALLOC_SWEEP() {
		ALLOC_RESULT(UND_OK);
	}
}
static void is_right(void)
{
	ALLOC_SWEEP() {
		char *a = calloc(1, 3), *b = a != NULL ? realloc(a, 10) : NULL;

		ALLOC_RESULT(b == NULL ? UND_ERR_MEMORY : UND_OK);
		free(b != NULL ? b : a);
	}
}

TEST(the_sweep_can_say_no)
{
	CHECK(failures_of(leaks_on_failure) > 0);
	CHECK(failures_of(forgets_the_failure) > 0);
	CHECK(failures_of(allocates_nothing) > 0);
	EQ(failures_of(is_right), 0);
}
