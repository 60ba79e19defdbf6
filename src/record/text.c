/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* text.c: what a text, an id, a language and a web address may be (spec/records.md, Form and Types) */
#include "record/record.h"
#include "record/utf8.h"

/* spec/records.md, Form: refused in every text, ascending; the noncharacters xxFFFE and xxFFFF apart. Surrogates are not UTF-8. */
static const struct refused {
	uint32_t first, last;
	enum und_err e;
} refused[] = {
	{ 0x0000, 0x001f, UND_ERR_TEXT_CONTROL },        { 0x007f, 0x009f, UND_ERR_TEXT_CONTROL },
	{ 0x00ad, 0x00ad, UND_ERR_TEXT_INVISIBLE },      { 0x034f, 0x034f, UND_ERR_TEXT_INVISIBLE },
	{ 0x061c, 0x061c, UND_ERR_TEXT_INVISIBLE },      { 0x115f, 0x1160, UND_ERR_TEXT_INVISIBLE },
	{ 0x17b4, 0x17b5, UND_ERR_TEXT_INVISIBLE },      { 0x180e, 0x180e, UND_ERR_TEXT_INVISIBLE },
	{ 0x200b, 0x200b, UND_ERR_TEXT_INVISIBLE },      { 0x200e, 0x200f, UND_ERR_TEXT_INVISIBLE },
	{ 0x2028, 0x202e, UND_ERR_TEXT_INVISIBLE },      { 0x2060, 0x206f, UND_ERR_TEXT_INVISIBLE },
	{ 0x2800, 0x2800, UND_ERR_TEXT_INVISIBLE },      { 0x3164, 0x3164, UND_ERR_TEXT_INVISIBLE },
	{ 0xfdd0, 0xfdef, UND_ERR_TEXT_NONCHARACTER },   { 0xfeff, 0xfeff, UND_ERR_TEXT_INVISIBLE },
	{ 0xffa0, 0xffa0, UND_ERR_TEXT_INVISIBLE },      { 0xfff0, 0xfffb, UND_ERR_TEXT_INVISIBLE },
	{ 0x1bca0, 0x1bca3, UND_ERR_TEXT_INVISIBLE },    { 0x1d173, 0x1d17a, UND_ERR_TEXT_INVISIBLE },
	{ 0xe0000, 0xe00ff, UND_ERR_TEXT_INVISIBLE },    { 0xe01f0, 0xe0fff, UND_ERR_TEXT_INVISIBLE },
};

static enum und_err character_check(uint32_t c, bool is_long)
{
	if (c == '\n' && is_long)
		return UND_OK;
	for (size_t i = 0; i < UND_COUNT_OF(refused) && c >= refused[i].first; i++)
		if (c <= refused[i].last)
			return refused[i].e;
	return (c & 0xfffe) == 0xfffe ? UND_ERR_TEXT_NONCHARACTER : UND_OK;
}

enum und_err und_text_check(struct und_bytes s, size_t max, bool may_be_empty, bool is_long, size_t *at)
{
	const uint8_t *p = s.p, *end = s.n == 0 ? s.p : s.p + s.n, *here = s.p;
	enum und_err e = UND_OK;

	if (s.n > max || (s.n == 0 && !may_be_empty)) {
		if (at != NULL)
			*at = s.n > max ? max : 0;
		return UND_ERR_TEXT_LENGTH;
	}
	while (p < end) {
		uint32_t c;

		here = p;
		if (*p >= 0x20 && *p < 0x7f) { /* most of most texts */
			p++;
			continue;
		}
		c = und_utf8_next(&p, end);
		e = c == UND_UTF8_BAD ? UND_ERR_TEXT : character_check(c, is_long);
		if (e != UND_OK)
			break;
	}
	if (e != UND_OK && at != NULL)
		*at = (size_t)(here - s.p);
	return e;
}

static bool is_lower(uint8_t c)
{
	return c >= 'a' && c <= 'z';
}

static bool is_letter(uint8_t c)
{
	return is_lower(c) || (c >= 'A' && c <= 'Z');
}

static bool is_digit(uint8_t c)
{
	return c >= '0' && c <= '9';
}

/* [a-z][a-z0-9-]{0,31} */
bool und_id_text_is_valid(struct und_bytes s)
{
	if (s.n == 0 || s.n > UND_ID_TEXT_MAX || !is_lower(s.p[0]))
		return false;
	for (size_t i = 1; i < s.n; i++)
		if (!is_lower(s.p[i]) && !is_digit(s.p[i]) && s.p[i] != '-')
			return false;
	return true;
}

/* [A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*, at most 35 */
bool und_language_is_valid(struct und_bytes s)
{
	size_t part = 0; /* characters of this part so far */
	bool first = true;

	if (s.n > UND_LANGUAGE_MAX)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '-') {
			if (part < (first ? 2 : 1))
				return false;
			first = false;
			part = 0;
		} else if (++part > 8 || !(is_letter(s.p[i]) || (!first && is_digit(s.p[i])))) {
			return false;
		}
	}
	return part >= (first ? 2 : 1);
}

static uint8_t lowered(uint8_t c)
{
	return c >= 'A' && c <= 'Z' ? (uint8_t)(c + 'a' - 'A') : c;
}

bool und_language_equal(struct und_bytes a, struct und_bytes b)
{
	if (a.n != b.n)
		return false;
	for (size_t i = 0; i < a.n; i++)
		if (lowered(a.p[i]) != lowered(b.p[i]))
			return false;
	return true;
}

static bool begins(struct und_bytes s, const char *with)
{
	return s.n > strlen(with) && memcmp(s.p, with, strlen(with)) == 0;
}

/* "" or https?://[\x21-\x7e]+ */
bool und_url_is_valid(struct und_bytes s)
{
	if (s.n == 0)
		return true;
	if (s.n > UND_URL_MAX || !(begins(s, "http://") || begins(s, "https://")))
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < 0x21 || s.p[i] > 0x7e)
			return false;
	return true;
}
