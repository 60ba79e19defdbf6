/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* api_wipe.c: no block that the library gives back holds what a signer did: every free is looked at, and every realloc, which may leave a copy (linked with --wrap) */
#include "tap.h"

#include <malloc.h>

#include "api_fixture.h"
#include "base/encode.h"
#include "proof/tag.h"

static char tag_text[43];
static uint8_t tag[32];
static volatile size_t found, looked;
static volatile bool looking; /* the compiler believes that free looks at nothing */

void __real_free(void *p);
void __wrap_free(void *p);
void *__real_realloc(void *p, size_t n);
void *__wrap_realloc(void *p, size_t n);

static void look(const void *p)
{
	if (!looking || p == NULL)
		return;
	looked++;
	if (memmem(p, malloc_usable_size((void *)(uintptr_t)p), tag_text, sizeof tag_text) != NULL || memmem(p, malloc_usable_size((void *)(uintptr_t)p), tag, sizeof tag) != NULL)
		found++;
}

void __wrap_free(void *p)
{
	look(p);
	__real_free(p);
}

void *__wrap_realloc(void *p, size_t n)
{
	look(p);
	return __real_realloc(p, n);
}

/* The act's line, which must hold the tag; then the copy takes it, in which it stands for everybody. */
static void look_at(struct und_copy *copy, int act, const struct und_signer *s, const uint8_t *question)
{
	uint8_t *line = NULL;
	size_t n = 0;
	enum und_err e;

	looking = true;
	e = act == 0 ? und_sign(&line, &n, copy, s, "*", 1, UND_NO_DAY) : act == 1 ? und_vote(&line, &n, copy, s, question, "yes", 3, UND_NO_DAY) : und_withdraw(&line, &n, copy, s, UND_NO_DAY);
	looking = false;
	OK(e);
	CHECK(line != NULL && memmem(line, n, tag_text, sizeof tag_text) != NULL);
	OK(und_copy_append(copy, line, n, NULL));
	looking = true;
	und_bytes_free(line, n);
	looking = false;
}

TEST(nothing_that_is_given_back_holds_what_a_signer_did)
{
	struct story s;
	struct und_copy *copy = NULL;
	struct und_buf text;
	volatile uint8_t *block;

	tap_seed(3);
	story_open(&s);
	OK(signers_read(&copy, &s.x, NULL));
	und_tag(tag, &s.x.s[5]->x, und_copy_letter_id(copy));
	und_buf_init(&text, 100);
	und_base64_add(&text, und_bytes(tag, sizeof tag));
	EQ(43, text.n);
	memcpy(tag_text, text.p, sizeof tag_text);
	und_buf_clear(&text);
	for (int act = 0; act < 3; act++)
		look_at(copy, act, s.x.s[5], s.question);
	EQ(0, found);
	CHECK(looked > 10);
	/* and it would see one */
	block = und_alloc(100, 1);
	REQUIRE(block != NULL);
	for (unsigned i = 0; i < sizeof tag_text; i++)
		block[i + 2] = (uint8_t)tag_text[i];
	looking = true;
	free((void *)(uintptr_t)block);
	looking = false;
	EQ(1, found);
	und_copy_free(copy);
	signers_clear(&s.x);
}
