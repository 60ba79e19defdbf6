/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* wipe.c: no block that is given back holds a code, a name or the book's key: every free is looked at (linked with --wrap=free) */
#include "tap.h"

#include <malloc.h>
#include <sodium.h>

#include "base/encode.h"
#include "base/secret.h"
#include "cli/cards_html.h"

static struct {
	const char *what;
	uint8_t bytes[64];
	size_t n;
} needles[16];
static volatile size_t found, freed;
static size_t needle_count;
static volatile bool looking; /* the compiler believes that free looks at nothing */

void __real_free(void *p);
void __wrap_free(void *p);

void __wrap_free(void *p)
{
	if (looking && p != NULL) {
		freed++;
		for (size_t i = 0; i < needle_count; i++)
			if (memmem(p, malloc_usable_size(p), needles[i].bytes, needles[i].n) != NULL) {
				found++;
				printf("# %s in a block of %zu bytes\n", needles[i].what, malloc_usable_size(p));
			}
	}
	__real_free(p);
}

static void needle(const char *what, struct und_bytes bytes)
{
	if (needle_count == UND_COUNT_OF(needles) || bytes.n > sizeof needles[0].bytes)
		abort();
	needles[needle_count].what = what;
	memcpy(needles[needle_count].bytes, bytes.p, bytes.n);
	needles[needle_count++].n = bytes.n;
}

static enum und_err fill(void *ctx, uint8_t *out, size_t n)
{
	(void)ctx;
	tap_random_bytes(out, n);
	return UND_OK;
}
static const struct und_random any = { fill, NULL };

/* The code as drawn, as its beginning stands in the book's lines, and as people read it. */
static void add_needles(const struct und_book *b)
{
	char typed[UND_INVITE_CODE_SIZE], closed[UND_INVITE_TYPED];
	struct und_invite card;
	struct und_buf text;

	OK(und_book_card(&card, b, &b->slots[1]));
	needle("a code", und_bytes(card.code.digits, sizeof card.code.digits));
	und_buf_init(&text, 100);
	und_base64_add(&text, und_bytes(card.code.digits, sizeof card.code.digits));
	needle("a code in the book's lines", und_bytes(text.p, 36));
	und_buf_clear(&text);
	und_invite_code_encode(typed, &card.code);
	needle("a code as it is printed", und_cstr(typed));
	for (unsigned i = 0, n = 0; typed[i] != '\0'; i++)
		if (typed[i] != ' ')
			closed[n++] = typed[i];
	needle("a code in the text of a card", und_bytes(closed, sizeof closed));
	needle("a name", und_cstr("Sentinel Person"));
	needle("the ledger's secret", und_bytes(b->ledger, sizeof b->ledger));
}

static void live(void)
{
	const struct und_slot *slots[1];
	struct und_book_lock lock;
	struct und_book b, again;
	struct und_buf file, html;
	size_t at;

	OK(und_book_new(&b, &any));
	OK(und_arena_copy(&b.series, &b.arena, und_cstr("staff")));
	OK(und_arena_copy(&b.name, &b.arena, und_cstr("Staff")));
	b.address = und_bytes("", 0);
	OK(und_book_body_put(&b, und_cstr("a"), und_cstr("Body A"), 0));
	for (unsigned i = 0; i < 300; i++)
		OK(und_book_issue(&b, und_cstr("a"), und_cstr("Sentinel Person"), &any));
	add_needles(&b);
	looking = true;
	OK(und_book_lock_new(&lock, 0, und_bytes(NULL, 0), &any));
	und_buf_init(&file, 1 << 20);
	OK(und_book_seal(&file, &b, &lock, &any));
	OK(und_book_open(&again, und_buf_bytes(&file), &lock, &any, NULL));
	file.p[file.n - 1] ^= 1;
	IS(UND_ERR_PASSPHRASE, und_book_open(&again, und_buf_bytes(&file), &lock, &any, NULL));
	slots[0] = &again.slots[1];
	und_buf_init_secret(&html, 1 << 20);
	OK(cli_cards_html(&html, &at, UND_PAGE_EN, &again, slots, 1));
	und_buf_clear(&html);
	OK(und_book_reissue(&again, und_book_slot(&again, 2), &any));
	und_book_leave(und_book_slot(&again, 3));
	und_book_clear(&again);
	und_buf_clear(&file);
	und_book_clear(&b);
	looking = false;
}

TEST(nothing_that_is_given_back_holds_a_secret)
{
	volatile uint8_t *block; /* what is written right before free would be left out */

	if (sodium_init() < 0)
		abort();
	tap_seed(5);
	live();
	EQ(0, found);
	CHECK(freed > 10);
	/* and it would see one */
	block = und_alloc(100, 1); /* of another file: no compiler leaves it out */
	REQUIRE(block != NULL);
	for (unsigned i = 0; i < 18; i++)
		block[i] = (uint8_t)"xxSentinel Person"[i];
	looking = true;
	free((void *)(uintptr_t)block);
	looking = false;
	EQ(1, found);
}
