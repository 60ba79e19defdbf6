/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* text.c: what a text may hold: nothing that cannot be seen (spec/records.md, Form) */
#include "base/text.h"
#include "base/utf8.h"

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

void und_text_add_visible(struct und_buf *out, struct und_bytes utf8)
{
	const uint8_t *p = utf8.p, *end = utf8.n == 0 ? utf8.p : utf8.p + utf8.n, *from = utf8.p;

	while (p < end) {
		const uint8_t *here = p;
		uint32_t c = und_utf8_next(&p, end);

		if (c != UND_UTF8_BAD && character_check(c, true) == UND_OK)
			continue;
		if (c == UND_UTF8_BAD)
			p = here + 1;
		und_buf_add(out, from, (size_t)(here - from));
		und_buf_add_str(out, "\xef\xbf\xbd");
		from = p;
	}
	if (end > from)
		und_buf_add(out, from, (size_t)(end - from));
}
