/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* text.c: what an id, a language and a web address may be (spec/records.md, Types) */
#include "record/record.h"

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
