/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* invite.c: cards' codes, their texts, and enrolments that come with them (spec/cards.md) */
#include "tap.h"

#include <sodium.h>

#include "base/encode.h"
#include "base/hash.h"
#include "record/invite.h"

static enum und_err fill(void *ctx, uint8_t *out, size_t n)
{
	(void)ctx;
	tap_random_bytes(out, n);
	return UND_OK;
}
static const struct und_random any = { fill, NULL };

static enum und_err fail(void *ctx, uint8_t *out, size_t n)
{
	(void)ctx;
	(void)out;
	(void)n;
	return UND_ERR_RANDOM;
}

static struct und_invite_code draw(char text[UND_INVITE_CODE_SIZE])
{
	struct und_invite_code code;

	OK(und_invite_code_draw(&code, &any));
	und_invite_code_encode(text, &code);
	return code;
}

TEST(a_code_is_what_the_specification_says)
{
	/* worked out by another program from the table of spec/cards.md: 0000 in place 0, 1, 2 … */
	struct und_invite_code code, read;
	char text[UND_INVITE_CODE_SIZE];
	uint8_t hash[32], want[32];

	memset(code.digits, '0', sizeof code.digits);
	und_invite_code_encode(text, &code);
	STR("00000 00002 00003 00009 00001 00008 00007", text);
	OK(und_invite_code_decode(&read, NULL, und_cstr(text)));
	MEM(code.digits, read.digits, sizeof code.digits);
	und_invite_hash(hash, und_cstr("staff"), &code);
	tap_hex(want, sizeof want, "4650ffe10dc575c4aa5e90f0a656f80925094f77e0cc2da001ece6be5fb1007d"); /* Python's hashlib */
	MEM(want, hash, sizeof want);
	und_invite_hash(want, und_cstr("staf"), &code);
	CHECK(memcmp(hash, want, sizeof want) != 0);
}

TEST(codes_are_read_however_they_are_typed)
{
	static const char *const forms[] = { "00000000020000300009000010000800007", " 00000-00002-00003-00009-00001-00008-00007\n", "00000.00002.00003.00009.00001.00008.00007", "000 00\t00002 00003 00009 00001\r\n00008 00007" };
	struct und_invite_code read;
	struct und_invite_slip slip;

	for (size_t i = 0; i < 4; i++)
		OK(und_invite_code_decode(&read, &slip, und_cstr(forms[i])));
	IS(UND_ERR_CARD_FORM, und_invite_code_decode(&read, &slip, und_cstr("")));
	EQ(0, slip.digits);
	IS(UND_ERR_CARD_FORM, und_invite_code_decode(&read, &slip, und_cstr("0000O 00002 00003 00009 00001 00008 00007")));
	CHECK(slip.letter);
	EQ(34, slip.digits);
	EQ(1, slip.groups);
	IS(UND_ERR_CARD_FORM, und_invite_code_decode(&read, &slip, und_cstr("00000 00002 0003 00009 00001 00008 00007")));
	CHECK(!slip.letter);
	EQ(1 << 2, slip.groups);
	IS(UND_ERR_CARD_FORM, und_invite_code_decode(&read, &slip, und_cstr("000000000200003000090000100008000071")));
	EQ(36, slip.digits);
	EQ(0, slip.groups);
}

TEST(every_slip_within_a_group_is_named)
{
	char text[UND_INVITE_CODE_SIZE], bad[UND_INVITE_CODE_SIZE];
	struct und_invite_code read;
	struct und_invite_slip slip;
	unsigned singles = 0, swaps = 0;

	tap_seed(71);
	for (unsigned round = 0; round < 50; round++) {
		draw(text);
		for (unsigned i = 0; i < sizeof text - 1; i++) {
			if (text[i] == ' ')
				continue;
			for (char d = '0'; d <= '9'; d++) {
				memcpy(bad, text, sizeof bad);
				bad[i] = d;
				if (d == text[i])
					continue;
				singles++;
				if (und_invite_code_decode(&read, &slip, und_cstr(bad)) != UND_ERR_CARD_CHECK || slip.groups != 1U << i / 6)
					tap_fail("%s for %s", bad, text);
			}
			memcpy(bad, text, sizeof bad);
			bad[i] = text[i + 1];
			bad[i + 1] = text[i];
			if (text[i + 1] == ' ' || text[i + 1] == '\0' || text[i] == text[i + 1])
				continue;
			swaps++;
			if (und_invite_code_decode(&read, &slip, und_cstr(bad)) != UND_ERR_CARD_CHECK || slip.groups != 1U << i / 6)
				tap_fail("%s for %s", bad, text);
		}
	}
	EQ(50 * 35 * 9, singles);
	CHECK(swaps > 50 * 20);
}

TEST(groups_that_changed_places_are_named)
{
	char text[UND_INVITE_CODE_SIZE], bad[UND_INVITE_CODE_SIZE];
	struct und_invite_code read;
	struct und_invite_slip slip;

	tap_seed(72);
	for (unsigned round = 0; round < 50; round++) {
		draw(text);
		for (unsigned a = 0; a < UND_INVITE_GROUPS; a++)
			for (unsigned b = a + 1; b < UND_INVITE_GROUPS; b++) {
				memcpy(bad, text, sizeof bad);
				memcpy(bad + 6 * a, text + 6 * b, 5);
				memcpy(bad + 6 * b, text + 6 * a, 5);
				IS(UND_ERR_CARD_CHECK, und_invite_code_decode(&read, &slip, und_cstr(bad)));
				EQ(1U << a | 1U << b, slip.groups);
				EQ(a + 1, slip.first);
				EQ(b + 1, slip.second);
			}
	}
	/* two groups wrong in another way are not said to have changed places */
	draw(text);
	text[0] = text[0] == '9' ? '0' : (char)(text[0] + 1);
	text[6] = text[6] == '9' ? '0' : (char)(text[6] + 1);
	IS(UND_ERR_CARD_CHECK, und_invite_code_decode(&read, &slip, und_cstr(text)));
	EQ(3, slip.groups);
	EQ(0, slip.first);
}

TEST(digits_are_drawn_evenly)
{
	unsigned counts[10] = { 0 };
	struct und_invite_code code;
	const struct und_random broken = { fail, NULL };

	tap_seed(73);
	for (unsigned i = 0; i < 2000; i++) {
		OK(und_invite_code_draw(&code, &any));
		CHECK(und_invite_digits_are_valid(code.digits));
		for (unsigned d = 0; d < UND_INVITE_DRAWN; d++)
			counts[code.digits[d] - '0']++;
	}
	for (unsigned d = 0; d < 10; d++) /* 5,600 each, standard deviation 71 */
		CHECK(counts[d] > 5200 && counts[d] < 6000);
	IS(UND_ERR_RANDOM, und_invite_code_draw(&code, &broken));
}

/* 250 and 7, by turns */
static enum und_err turns(void *ctx, uint8_t *out, size_t n)
{
	(void)ctx;
	for (size_t i = 0; i < n; i++)
		out[i] = i % 2 == 0 ? 250 : 7;
	return UND_OK;
}

TEST(bytes_that_would_favour_some_digits_are_passed_over)
{
	const struct und_random random = { turns, NULL };
	struct und_invite_code code;

	OK(und_invite_code_draw(&code, &random));
	for (unsigned d = 0; d < UND_INVITE_DRAWN; d++)
		EQ('7', code.digits[d]);
}

/* ---- the text ---- */

#define PIN "uuY8SDLtsLJIY95tLe2CT6LzlokCqRU50OILZvxDhU0"
#define CODE "00000000020000300009000010000800007"

TEST(a_card_s_text_has_one_spelling)
{
	static const char *const good[] = {
		"card:series=staff;code=" CODE,
		"card:series=staff;pin=" PIN ";code=" CODE,
		"https://letters.example.org/#card:series=staff;pin=" PIN ";code=" CODE,
		"http://abcdef.onion#card:series=a-1;edition=2;pin=" PIN ";code=" CODE,
		"http://x#card:series=staff;edition=65535;code=" CODE,
	};
	struct und_invite card;
	struct und_buf out;

	for (size_t i = 0; i < UND_COUNT_OF(good); i++) {
		OK(und_invite_decode(&card, und_cstr(good[i])));
		und_buf_init_secret(&out, UND_INVITE_TEXT_MAX);
		OK(und_invite_encode(&out, &card));
		CHECK(und_bytes_is(und_buf_bytes(&out), good[i]));
		und_buf_clear(&out);
	}
	OK(und_invite_decode(&card, und_cstr(good[3])));
	CHECK(und_bytes_is(card.address, "http://abcdef.onion") && und_bytes_is(card.series, "a-1"));
	EQ(2, card.edition);
	CHECK(card.pin.set);
	EQ('0', card.code.digits[27]);
}

TEST(any_other_text_is_refused)
{
	static const struct {
		enum und_err e;
		const char *text;
	} bad[] = {
		{ UND_ERR_CARD_TEXT, "" },
		{ UND_ERR_CARD_TEXT, "#card:series=staff;code=" CODE },
		{ UND_ERR_CARD_TEXT, "ftp://x#card:series=staff;code=" CODE },
		{ UND_ERR_CARD_TEXT, "http://x##card:series=staff;code=" CODE },
		{ UND_ERR_CARD_TEXT, "card:series=Staff;code=" CODE },
		{ UND_ERR_CARD_TEXT, "card:series=;code=" CODE },
		{ UND_ERR_CARD_TEXT, "card:code=" CODE },
		{ UND_ERR_CARD_TEXT, "card:series=staff;edition=1;code=" CODE },
		{ UND_ERR_CARD_TEXT, "card:series=staff;edition=02;code=" CODE },
		{ UND_ERR_CARD_TEXT, "card:series=staff;edition=65536;code=" CODE },
		{ UND_ERR_CARD_TEXT, "card:series=staff;edition=;code=" CODE },
		{ UND_ERR_CARD_TEXT, "card:series=staff;pin=;code=" CODE },
		{ UND_ERR_CARD_TEXT, "card:series=staff;pin=" PIN "A;code=" CODE },
		{ UND_ERR_CARD_TEXT, "card:series=staff;pin=" PIN ";edition=2;code=" CODE },
		{ UND_ERR_CARD_TEXT, "card:series=staff;pin=" PIN },
		{ UND_ERR_CARD_FORM, "card:series=staff;code=" CODE "1" },
		{ UND_ERR_CARD_FORM, "card:series=staff;code=" CODE "\n" },
		{ UND_ERR_CARD_FORM, "card:series=staff;code=0000000002000030000900001000080000 " },
		{ UND_ERR_CARD_CHECK, "card:series=staff;code=10000000020000300009000010000800007" },
	};
	struct und_invite card;

	memset(&card, 7, sizeof card);
	for (size_t i = 0; i < UND_COUNT_OF(bad); i++) {
		IS(bad[i].e, und_invite_decode(&card, und_cstr(bad[i].text)));
		EQ(7, card.code.digits[0]);
	}
}

/* ---- enrolments with their codes ---- */

TEST(a_line_of_the_server_has_one_spelling)
{
	static const char line[] = "{\"code\":\"" PIN "\",\"enrolment\":{\"a\":1}}";
	static const char *const bad[] = {
		"", "{}", "{\"code\":\"" PIN "\",\"enrolment\":}", "{\"code\":\"" PIN "\", \"enrolment\":{\"a\":1}}", "{\"code\":\"" PIN "\",\"enrolment\":{\"a\":1} ",
		"{\"kode\":\"" PIN "\",\"enrolment\":{\"a\":1}}", "{\"code\":\"" PIN "\",\"enrolmend\":{\"a\":1}}",
	};
	struct und_bytes enrolment;
	uint8_t code[32], want[32];
	struct und_buf out;

	OK(und_base64_decode(want, sizeof want, und_cstr(PIN)));
	OK(und_enrolled_decode(code, &enrolment, und_cstr(line)));
	MEM(want, code, sizeof code);
	CHECK(und_bytes_is(enrolment, "{\"a\":1}"));
	und_buf_init(&out, 1000);
	OK(und_enrolled_encode(&out, code, enrolment));
	CHECK(und_bytes_is(und_buf_bytes(&out), line));
	und_buf_clear(&out);
	for (size_t i = 0; i < UND_COUNT_OF(bad); i++)
		IS(UND_ERR_CANONICAL, und_enrolled_decode(code, &enrolment, und_cstr(bad[i])));
	/* 43 characters that stand for more than 32 bytes */
	IS(UND_ERR_BASE64, und_enrolled_decode(code, &enrolment, und_cstr("{\"code\":\"uuY8SDLtsLJIY95tLe2CT6LzlokCqRU50OILZvxDhU1\",\"enrolment\":{\"a\":1}}")));
}
