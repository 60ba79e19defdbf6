/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* error.c: the texts and names of errors, from the one list in undersigned.h */
#include "base/base.h"

const char *und_err_text(enum und_err e)
{
	static const char *const texts[UND_ERR_COUNT] = {
#define TEXT(name, text) [UND_ERR_##name] = (text),
		UND_ERRORS(TEXT)
#undef TEXT
	};

	if ((unsigned)e >= UND_ERR_COUNT)
		return "an unknown error";
	return texts[e];
}

/* "TAG_KNOWN" to "tag-known" while compiling: the list has each name once, and nothing is written at run time */
#define CHAR(s, i) ((i) < sizeof(s) ? (s)[(i) < sizeof(s) ? (i) : 0] : 0)
#define LOWER(c) ((c) >= 'A' && (c) <= 'Z' ? (c) - 'A' + 'a' : (c) == '_' ? '-' : (c))
#define NAME_CHAR(s, i) (char)LOWER(CHAR(s, i))
#define NAME_CHARS_8(s, i)                                                                                             \
	NAME_CHAR(s, i), NAME_CHAR(s, i + 1), NAME_CHAR(s, i + 2), NAME_CHAR(s, i + 3), NAME_CHAR(s, i + 4),           \
		NAME_CHAR(s, i + 5), NAME_CHAR(s, i + 6), NAME_CHAR(s, i + 7)

enum {
	NAME_SIZE = 40
};
#define FITS(name, text) _Static_assert(sizeof(#name) <= NAME_SIZE, "NAME_SIZE is too small for " #name);
UND_ERRORS(FITS)
#undef FITS

const char *und_err_name(enum und_err e)
{
	static const char names[UND_ERR_COUNT][NAME_SIZE] = {
#define NAME(name, text)                                                                                               \
	[UND_ERR_##name] = { NAME_CHARS_8(#name, 0), NAME_CHARS_8(#name, 8), NAME_CHARS_8(#name, 16),                  \
			     NAME_CHARS_8(#name, 24), NAME_CHARS_8(#name, 32) },
		UND_ERRORS(NAME)
#undef NAME
	};

	if ((unsigned)e >= UND_ERR_COUNT)
		return "unknown";
	return names[e];
}
