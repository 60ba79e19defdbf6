/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* edition.c: the chain of keys and its written code */
#include <sodium.h>

#include "base/base.h"
#include "proof/edition.h"
#include "tap.h"

static const char alphabet[] = "abcdefghijklmnopqrstuvwxyz234567";

static struct und_chain random_chain(void)
{
	struct und_chain c;

	c.edition = (uint16_t)tap_below(UINT16_MAX);
	tap_random_bytes(c.state, sizeof c.state);
	return c;
}

/* The forty characters without their dashes. */
static void bare(char out[UND_CODE_CHARS + 1], const char *code)
{
	for (; *code != '\0'; code++)
		if (*code != '-')
			*out++ = *code;
	*out = '\0';
}

TEST(the_last_edition_has_no_next)
{
	struct und_chain c, before;

	tap_seed(1);
	c = random_chain();
	c.edition = 65534;
	OK(und_chain_advance(&c));
	EQ(c.edition, 65535);
	before = c;
	IS(UND_ERR_EDITION, und_chain_advance(&c));
	MEM(&before, &c, sizeof c);
}

TEST(a_code_opens_every_later_edition)
{
	char code[UND_CODE_SIZE], later[UND_CODE_SIZE];
	struct und_chain c, from_code;
	struct und_scalar x, y;
	uint8_t a[32], b[32];

	tap_seed(2);
	c = random_chain();
	c.edition = 1;
	und_code_encode(code, &c);
	OK(und_code_decode(&from_code, und_cstr(code)));
	for (int i = 0; i < 5; i++) {
		OK(und_chain_advance(&c));
		OK(und_chain_advance(&from_code));
		OK(und_chain_secret(&x, &c, und_cstr("staff")));
		OK(und_chain_secret(&y, &from_code, und_cstr("staff")));
		und_scalar_encode(a, &x);
		und_scalar_encode(b, &y);
		MEM(a, b, sizeof a);
		OK(und_chain_secret(&y, &c, und_cstr("stafg")));
		und_scalar_encode(b, &y);
		CHECK(memcmp(a, b, sizeof a) != 0); /* another series, another key */
		und_code_encode(later, &c);
		CHECK(strcmp(code, later) != 0);
	}
	und_chain_wipe(&c);
	CHECK(c.edition == 0 && sodium_is_zero(c.state, sizeof c.state));
}

TEST(codes_are_read_without_regard_to_case_spaces_and_dashes)
{
	char code[UND_CODE_SIZE], odd[3 * UND_CODE_SIZE], *p;
	struct und_chain c, read;

	tap_seed(3);
	for (int round = 0; round < 50; round++) {
		c = random_chain();
		und_code_encode(code, &c);
		p = odd;
		for (const char *s = code; *s != '\0'; s++) {
			if (*s != '-')
				*p++ = *s >= 'a' && tap_below(2) ? (char)(*s - 'a' + 'A') : *s;
			for (uint64_t n = tap_below(3); n > 0; n--)
				*p++ = "- \t\n\r"[tap_below(5)];
		}
		*p = '\0';
		memset(&read, 0, sizeof read);
		OK(und_code_decode(&read, und_cstr(odd)));
		EQ(read.edition, c.edition);
		MEM(read.state, c.state, sizeof c.state);
	}
}

TEST(what_is_no_code_is_refused_and_nothing_is_written)
{
	char code[UND_CODE_SIZE], text[2 * UND_CODE_SIZE], flat[UND_CODE_CHARS + 1];
	struct und_chain c, out, before;

	tap_seed(4);
	c = random_chain();
	und_code_encode(code, &c);
	bare(flat, code);
	memset(&out, 0x77, sizeof out);
	before = out;
	IS(UND_ERR_CODE_FORM, und_code_decode(&out, und_bytes(NULL, 0)));
	IS(UND_ERR_CODE_FORM, und_code_decode(&out, und_cstr("- -")));
	for (size_t n = 0; n < UND_CODE_CHARS; n++)
		IS(UND_ERR_CODE_FORM, und_code_decode(&out, und_bytes(flat, n)));
	snprintf(text, sizeof text, "%sa", code);
	IS(UND_ERR_CODE_FORM, und_code_decode(&out, und_cstr(text)));
	for (unsigned v = 0; v < 256; v++) { /* every byte that is neither digit nor space, everywhere */
		if (v == 0 || strchr(alphabet, (int)(v | ((v >= 'A' && v <= 'Z') ? 0x20u : 0u))) == NULL) {
			size_t at = v % UND_CODE_CHARS;

			memcpy(text, flat, sizeof flat);
			text[at] = (char)v;
			IS(UND_ERR_CODE_FORM, und_code_decode(&out, und_bytes(text, UND_CODE_CHARS)));
		}
	}
	memcpy(text, code, sizeof code);
	memcpy(text, code + 5, 4); /* groups swapped */
	memcpy(text + 5, code, 4);
	IS(UND_ERR_CODE_CHECK, und_code_decode(&out, und_cstr(text)));
	MEM(&before, &out, sizeof out);
}

TEST(each_single_wrong_character_is_found_and_named)
{
	char code[UND_CODE_SIZE], flat[UND_CODE_CHARS + 1], wrong[UND_CODE_CHARS + 1];
	struct und_code_slip slip;
	struct und_chain c;

	tap_seed(5);
	c = random_chain();
	und_code_encode(code, &c);
	bare(flat, code);
	for (size_t i = 0; i < UND_CODE_CHARS; i++) {
		for (const char *s = alphabet; *s != '\0'; s++) {
			if (*s == flat[i])
				continue;
			memcpy(wrong, flat, sizeof flat);
			wrong[i] = *s;
			IS(UND_ERR_CODE_CHECK, und_code_decode(&c, und_cstr(wrong)));
			memset(&slip, 0, sizeof slip);
			EQ(und_code_find_slip(&slip, und_cstr(wrong)), 1);
			CHECK(!slip.swapped);
			EQ(slip.position, i + 1);
			EQ(slip.written, *s);
			EQ(slip.meant, flat[i]);
			STR(slip.corrected, code);
		}
	}
}

TEST(a_character_that_is_in_no_code_is_found_and_named)
{
	char code[UND_CODE_SIZE], wrong[UND_CODE_SIZE];
	struct und_code_slip slip;
	struct und_chain c;

	tap_seed(6);
	c = random_chain();
	und_code_encode(code, &c);
	for (size_t i = 0; i < UND_CODE_SIZE - 1; i++) {
		if (code[i] == '-')
			continue;
		memcpy(wrong, code, sizeof code);
		wrong[i] = "0189"[i % 4];
		IS(UND_ERR_CODE_FORM, und_code_decode(&c, und_cstr(wrong)));
		memset(&slip, 0, sizeof slip);
		EQ(und_code_find_slip(&slip, und_cstr(wrong)), 1);
		EQ(slip.position, i - i / 5 + 1);
		EQ(slip.written, wrong[i]);
		EQ(slip.meant, code[i]);
		STR(slip.corrected, code);
		wrong[(i + 1) % 5 == 4 ? i - 1 : (i + 1) % (UND_CODE_SIZE - 1)] = '1'; /* two of them: no telling */
		EQ(und_code_find_slip(&slip, und_cstr(wrong)), 0);
	}
}

TEST(each_swap_of_neighbours_is_found_and_named)
{
	char code[UND_CODE_SIZE], flat[UND_CODE_CHARS + 1], wrong[UND_CODE_CHARS + 1];
	struct und_code_slip slip;
	struct und_chain c;
	unsigned swaps = 0;

	tap_seed(7);
	c = random_chain();
	und_code_encode(code, &c);
	bare(flat, code);
	for (size_t i = 0; i + 1 < UND_CODE_CHARS; i++) {
		if (flat[i] == flat[i + 1])
			continue;
		memcpy(wrong, flat, sizeof flat);
		wrong[i] = flat[i + 1];
		wrong[i + 1] = flat[i];
		memset(&slip, 0, sizeof slip);
		EQ(und_code_find_slip(&slip, und_cstr(wrong)), 1);
		CHECK(slip.swapped);
		EQ(slip.position, i + 1);
		EQ(slip.written, flat[i + 1]);
		EQ(slip.meant, flat[i]);
		STR(slip.corrected, code);
		swaps++;
	}
	CHECK(swaps > 30);
}

TEST(no_slip_is_named_where_there_is_none_or_more_than_one)
{
	char code[UND_CODE_SIZE], flat[UND_CODE_CHARS + 1];
	struct und_code_slip slip, before;
	struct und_chain c;

	tap_seed(8);
	memset(&slip, 0x11, sizeof slip);
	before = slip;
	c = random_chain();
	und_code_encode(code, &c);
	EQ(und_code_find_slip(&slip, und_cstr(code)), 0);
	bare(flat, code);
	EQ(und_code_find_slip(&slip, und_bytes(flat, UND_CODE_CHARS - 1)), 0);
	flat[3] = flat[3] == 'a' ? 'b' : 'a';
	flat[17] = flat[17] == 'a' ? 'b' : 'a';
	EQ(und_code_find_slip(&slip, und_cstr(flat)), 0);
	MEM(&before, &slip, sizeof slip);
}
