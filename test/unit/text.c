/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* text.c: which texts, ids, languages and web addresses are taken: every code point, every edge */
#include "record/record.h"
#include "tap.h"

static size_t put_utf8(uint8_t out[4], uint32_t c)
{
	if (c < 0x80) {
		out[0] = (uint8_t)c;
		return 1;
	}
	if (c < 0x800) {
		out[0] = (uint8_t)(0xc0 | c >> 6);
		out[1] = (uint8_t)(0x80 | (c & 0x3f));
		return 2;
	}
	if (c < 0x10000) {
		out[0] = (uint8_t)(0xe0 | c >> 12);
		out[1] = (uint8_t)(0x80 | (c >> 6 & 0x3f));
		out[2] = (uint8_t)(0x80 | (c & 0x3f));
		return 3;
	}
	out[0] = (uint8_t)(0xf0 | c >> 18);
	out[1] = (uint8_t)(0x80 | (c >> 12 & 0x3f));
	out[2] = (uint8_t)(0x80 | (c >> 6 & 0x3f));
	out[3] = (uint8_t)(0x80 | (c & 0x3f));
	return 4;
}

/* spec/records.md, Form, said a second time and otherwise than in text.c: one list of words. */
static const char refused[] = "00AD 034F 061C 115F-1160 17B4-17B5 180E 200B 200E-200F 2028-202E 2060-206F 2800 3164 FEFF FFA0 FFF0-FFFB "
			      "1BCA0-1BCA3 1D173-1D17A E0000-E00FF E01F0-E0FFF";

static enum und_err expected(uint32_t c, bool is_long)
{
	unsigned first, last;
	int n;

	if (c == '\n' && is_long)
		return UND_OK;
	if (c < 0x20 || (c >= 0x7f && c <= 0x9f))
		return UND_ERR_TEXT_CONTROL;
	if (c >= 0xd800 && c <= 0xdfff)
		return UND_ERR_TEXT;
	if ((c >= 0xfdd0 && c <= 0xfdef) || c % 0x10000 >= 0xfffe)
		return UND_ERR_TEXT_NONCHARACTER;
	for (const char *p = refused; *p != '\0'; p += n) {
		if (sscanf(p, " %x%n", &first, &n) != 1)
			abort();
		last = first;
		p += n;
		n = 0;
		if (*p == '-' && sscanf(p, "-%x%n", &last, &n) != 1)
			abort();
		if (c >= first && c <= last)
			return UND_ERR_TEXT_INVISIBLE;
	}
	return UND_OK;
}

TEST(every_code_point_is_judged_as_the_spec_says)
{
	unsigned wrong = 0, allowed = 0;
	uint8_t text[6];

	for (uint32_t c = 0; c <= 0x10ffff; c++) {
		for (int is_long = 0; is_long < 2; is_long++) {
			size_t at = 99, n = put_utf8(text + 1, c) + 2;
			enum und_err e;

			text[0] = 'a';
			text[n - 1] = 'z';
			e = und_text_check(und_bytes(text, n), 6, false, is_long != 0, &at);
			if (e != expected(c, is_long != 0) || (e == UND_OK ? at != 99 : at != 1)) {
				if (wrong++ == 0)
					tap_fail("U+%04X: %s", c, und_err_name(e));
			}
			allowed += e == UND_OK;
		}
	}
	EQ(wrong, 0);
	CHECK(allowed > 2000000);
}

TEST(what_is_not_utf8_is_no_text)
{
	static const char *const bad[] = {
		"\x80", "\xbf", "\xc0\x80", "\xc1\xbf", "\xc3", "\xc3(", "\xe2\x82", "\xe2(\xac", "\xe0\x80\xaf", "\xe0\x9f\xbf",
		"\xed\xa0\x80", "\xed\xbf\xbf", "\xf0\x9f\x8c", "\xf0\x80\x80\x80", "\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80",
		"\xf8\x88\x80\x80\x80", "\xfe", "\xff", "\xc3\xa9\xa9",
	};

	for (size_t i = 0; i < UND_COUNT_OF(bad); i++)
		IS(UND_ERR_TEXT, und_text_check(und_cstr(bad[i]), 100, true, true, NULL));
	OK(und_text_check(und_cstr("\xc3\xa9\xe2\x82\xac\xf0\x9f\x8c\x8d\xf4\x8f\xbf\xbd"), 100, true, true, NULL));
}

TEST(a_text_has_its_length_in_bytes)
{
	size_t at;

	OK(und_text_check(und_cstr("abc"), 3, false, false, NULL));
	IS(UND_ERR_TEXT_LENGTH, und_text_check(und_cstr("abcd"), 3, false, false, &at));
	EQ(at, 3);
	IS(UND_ERR_TEXT_LENGTH, und_text_check(und_cstr("\xe2\x82\xac\xe2\x82\xac"), 5, false, false, NULL));
	IS(UND_ERR_TEXT_LENGTH, und_text_check(und_bytes(NULL, 0), 3, false, false, &at));
	EQ(at, 0);
	OK(und_text_check(und_bytes(NULL, 0), 3, true, false, NULL));
	OK(und_text_check(und_cstr(""), 0, true, false, NULL));
}

#define TAKES(f, s) CHECK(f(und_cstr(s)))
#define REFUSES(f, s) CHECK(!f(und_cstr(s)))

TEST(ids)
{
	TAKES(und_id_text_is_valid, "a");
	TAKES(und_id_text_is_valid, "dept-07");
	TAKES(und_id_text_is_valid, "a-");
	TAKES(und_id_text_is_valid, "abcdefghijklmnopqrstuvwxyz012345");
	REFUSES(und_id_text_is_valid, "abcdefghijklmnopqrstuvwxyz0123456");
	REFUSES(und_id_text_is_valid, "");
	REFUSES(und_id_text_is_valid, "*");
	REFUSES(und_id_text_is_valid, "7a");
	REFUSES(und_id_text_is_valid, "-a");
	REFUSES(und_id_text_is_valid, "A");
	REFUSES(und_id_text_is_valid, "aB");
	REFUSES(und_id_text_is_valid, "a_b");
	REFUSES(und_id_text_is_valid, "a b");
	REFUSES(und_id_text_is_valid, "\xc3\xa9");
	CHECK(!und_id_text_is_valid(und_bytes("a\0b", 3)));
}

TEST(languages)
{
	TAKES(und_language_is_valid, "en");
	TAKES(und_language_is_valid, "de-CH-1996");
	TAKES(und_language_is_valid, "zh-Hans-a");
	TAKES(und_language_is_valid, "abcdefgh-12345678");
	TAKES(und_language_is_valid, "aa-12345678-12345678-12345678-12345"); /* 35 */
	REFUSES(und_language_is_valid, "aa-12345678-12345678-12345678-123456");
	REFUSES(und_language_is_valid, "");
	REFUSES(und_language_is_valid, "e");
	REFUSES(und_language_is_valid, "e-US");
	REFUSES(und_language_is_valid, "e1");
	REFUSES(und_language_is_valid, "abcdefghi");
	REFUSES(und_language_is_valid, "en-");
	REFUSES(und_language_is_valid, "-en");
	REFUSES(und_language_is_valid, "en--US");
	REFUSES(und_language_is_valid, "en-123456789");
	REFUSES(und_language_is_valid, "en_US");
	REFUSES(und_language_is_valid, "\xc3\xa9n");
	CHECK(und_language_equal(und_cstr("de-CH"), und_cstr("DE-ch")));
	CHECK(!und_language_equal(und_cstr("de"), und_cstr("de-CH")));
	CHECK(!und_language_equal(und_cstr("de-AT"), und_cstr("de-CH")));
	CHECK(!und_language_equal(und_cstr("aa-"), und_cstr("aaM")));
}

TEST(web_addresses)
{
	char url[UND_URL_MAX + 2];

	TAKES(und_url_is_valid, "");
	TAKES(und_url_is_valid, "http://a");
	TAKES(und_url_is_valid, "https://example.org/?q=\"\\~!");
	REFUSES(und_url_is_valid, "https://");
	REFUSES(und_url_is_valid, "http:/a");
	REFUSES(und_url_is_valid, "HTTP://a");
	REFUSES(und_url_is_valid, "ftp://a");
	REFUSES(und_url_is_valid, "javascript:alert(1)");
	REFUSES(und_url_is_valid, " https://a");
	REFUSES(und_url_is_valid, "https://a b");
	REFUSES(und_url_is_valid, "https://a\x7f");
	REFUSES(und_url_is_valid, "https://a\n");
	REFUSES(und_url_is_valid, "https://\xc3\xa9");
	memset(url, 'a', sizeof url);
	memcpy(url, "https://", 8);
	CHECK(und_url_is_valid(und_bytes(url, UND_URL_MAX)));
	CHECK(!und_url_is_valid(und_bytes(url, UND_URL_MAX + 1)));
}
