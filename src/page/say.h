/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* page/say.h: sentences of the catalogues (po/), filled with what the page knows. For page/ only */
#ifndef UND_PAGE_SAY_H
#define UND_PAGE_SAY_H

#include "page/html.h"
#include "page/view.h"
#include "page/texts.h" /* made by po/compile.py */

/* A language's catalogue. plural: which form a number takes; a message without plural has form 0 alone. */
struct und_text_language {
	const char *tag, *name;
	bool rtl;
	unsigned (*plural)(uint64_t n);
	const char *const (*messages)[UND_TEXT_FORMS_MAX];
};
extern const struct und_text_language und_text_languages[UND_PAGE_LANGUAGES];

/* What stands in the place of {name}. A list of these ends with one that has no name. */
struct und_arg {
	const char *name;
	enum {
		UND_ARG_TEXT,   /* what somebody else wrote: set apart, so that its direction cannot disturb ours */
		UND_ARG_STRONG, /* the same, set out */
		UND_ARG_LIST,   /* several of these: A, B and C, set out if n is not 0 */
		UND_ARG_NUMBER, /* 9,871; named "n" it decides the plural too */
		UND_ARG_YEAR,   /* 2027 */
		UND_ARG_DAY,
		UND_ARG_PERCENT,
		UND_ARG_MESSAGE, /* another message, of which n is the number */
		UND_ARG_CHANCE,  /* n of m, as a percentage that is never rounded to none or all */
		UND_ARG_SHARE,   /* n of m, in words */
		UND_ARG_SIZE     /* bytes */
	} kind;
	struct und_bytes text;
	const struct und_bytes *list;
	size_t count;
	uint64_t n, m;
	enum und_text message;
};
#define UND_TEXT_(name_, text_) { .name = (name_), .kind = UND_ARG_TEXT, .text = (text_) }
#define UND_STRONG_(name_, text_) { .name = (name_), .kind = UND_ARG_STRONG, .text = (text_) }
#define UND_LIST_(name_, list_, count_, strong_) { .name = (name_), .kind = UND_ARG_LIST, .list = (list_), .count = (count_), .n = (strong_) }
#define UND_NUMBER_(name_, n_) { .name = (name_), .kind = UND_ARG_NUMBER, .n = (n_) }
#define UND_YEAR_(name_, n_) { .name = (name_), .kind = UND_ARG_YEAR, .n = (n_) }
#define UND_DAY_(name_, day_) { .name = (name_), .kind = UND_ARG_DAY, .n = (uint64_t)(day_) }
#define UND_PERCENT_(name_, n_) { .name = (name_), .kind = UND_ARG_PERCENT, .n = (n_) }
#define UND_MESSAGE_(name_, message_, n_) { .name = (name_), .kind = UND_ARG_MESSAGE, .message = (message_), .n = (n_) }
#define UND_CHANCE_(name_, n_, m_) { .name = (name_), .kind = UND_ARG_CHANCE, .n = (n_), .m = (m_) }
#define UND_SHARE_(name_, n_, m_) { .name = (name_), .kind = UND_ARG_SHARE, .n = (n_), .m = (m_) }
#define UND_SIZE_(name_, n_) { .name = (name_), .kind = UND_ARG_SIZE, .n = (n_) }

/* Into an element. args may be NULL. An argument that the message names and that is not there is our own bug. */
void und_say_args(struct und_html *h, const struct und_text_language *l, enum und_text text, const struct und_arg *args);
/* As plain text, for titles, attributes and alternatives of pictures. */
void und_say_plain_args(struct und_buf *out, const struct und_text_language *l, enum und_text text, const struct und_arg *args);
#define UND_ARGS(...) ((const struct und_arg[]){ __VA_ARGS__, { .name = NULL } })

/* Somebody else's text by itself, set apart. */
void und_say_theirs(struct und_html *h, struct und_bytes text);

#endif
