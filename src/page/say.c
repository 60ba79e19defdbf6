/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* say.c: sentences of the catalogues, filled */
#include "page/say.h"

/* Where the sentence goes: into an element, or, where h is NULL, as plain text. */
struct saying {
	struct und_html *h;
	struct und_buf *out;
	const struct und_text_language *l;
};

static void say(const struct saying *s, enum und_text text, const struct und_arg *args);

static void add_own(const struct saying *s, const char *p, size_t n)
{
	if (n == 0)
		return;
	if (s->h != NULL)
		und_html_text(s->h, und_bytes(p, n));
	else
		und_buf_add(s->out, p, n);
}

static bool is_ascii(struct und_bytes text)
{
	for (size_t i = 0; i < text.n; i++)
		if (text.p[i] >= 0x80)
			return false;
	return true;
}

/* By <bdi>; in plain text by U+2068 and U+2069 where either side may run from right to left. */
static void add_theirs(const struct saying *s, struct und_bytes text, bool strong)
{
	const bool apart = s->l->rtl || !is_ascii(text);

	if (s->h == NULL) {
		if (apart)
			und_buf_add_str(s->out, "\xe2\x81\xa8");
		und_buf_add_bytes(s->out, text);
		if (apart)
			und_buf_add_str(s->out, "\xe2\x81\xa9");
		return;
	}
	if (strong)
		und_html_open(s->h, "strong");
	und_html_element(s->h, "bdi", text);
	if (strong)
		und_html_close(s->h);
}

static void add_number(const struct saying *s, uint64_t n)
{
	char digits[32];
	size_t at = sizeof digits, count = 0;

	do {
		if (count > 0 && count % 3 == 0)
			digits[--at] = ',';
		digits[--at] = (char)('0' + n % 10);
		count++;
		n /= 10;
	} while (n > 0);
	add_own(s, digits + at, sizeof digits - at);
}

static void add_day(const struct saying *s, und_day day)
{
	char text[11];
	unsigned y = 0, m, d;

	und_date_encode(text, day);
	if (text[0] == '\0')
		return;
	for (int i = 0; i < 4; i++)
		y = y * 10 + (unsigned)(text[i] - '0');
	m = (unsigned)(text[5] - '0') * 10 + (unsigned)(text[6] - '0');
	d = (unsigned)(text[8] - '0') * 10 + (unsigned)(text[9] - '0');
	say(s, UND_TEXT_FORMAT_DAY,
	    UND_ARGS(UND_NUMBER_("day", d), UND_MESSAGE_("month", (enum und_text)(UND_TEXT_MONTH_1 + m - 1), 0), UND_YEAR_("year", y)));
}

static void add_percent(const struct saying *s, uint64_t n)
{
	say(s, UND_TEXT_FORMAT_PERCENT, UND_ARGS(UND_NUMBER_("n", n)));
}

/* The nearest percent; "<1 %" and ">99 %" where that would say none or all. */
static void add_chance(const struct saying *s, uint64_t signers, uint64_t keys)
{
	const uint64_t nearest = keys == 0 ? 0 : (200 * signers + keys) / (2 * keys);

	if (nearest == 0 && signers > 0)
		say(s, UND_TEXT_SHARE_BELOW, UND_ARGS(UND_PERCENT_("percent", 1)));
	else if (nearest >= 100 && signers < keys)
		say(s, UND_TEXT_SHARE_ABOVE, UND_ARGS(UND_PERCENT_("percent", 99)));
	else
		add_percent(s, nearest);
}

static void add_list(const struct saying *s, const struct und_arg *a)
{
	for (size_t i = 0; i < a->count; i++) {
		if (i > 0)
			say(s, i + 1 == a->count ? UND_TEXT_LIST_LAST : UND_TEXT_LIST_BETWEEN, NULL);
		add_theirs(s, a->list[i], a->n != 0);
	}
}

static void add_size(const struct saying *s, uint64_t bytes)
{
	if (bytes < 1000 * 1000)
		say(s, UND_TEXT_FORMAT_KILOBYTES, UND_ARGS(UND_NUMBER_("n", (bytes + 999) / 1000)));
	else
		say(s, UND_TEXT_FORMAT_MEGABYTES, UND_ARGS(UND_NUMBER_("n", (bytes + 500 * 1000) / (1000 * 1000))));
}

static void add_year(const struct saying *s, uint64_t y)
{
	const char digits[4] = { (char)('0' + y / 1000 % 10), (char)('0' + y / 100 % 10), (char)('0' + y / 10 % 10), (char)('0' + y % 10) };

	add_own(s, digits, sizeof digits);
}

static void add_arg(const struct saying *s, const struct und_arg *a)
{
	switch (a->kind) {
	case UND_ARG_TEXT:
	case UND_ARG_STRONG:
		add_theirs(s, a->text, a->kind == UND_ARG_STRONG);
		break;
	case UND_ARG_LIST:
		add_list(s, a);
		break;
	case UND_ARG_NUMBER:
		add_number(s, a->n);
		break;
	case UND_ARG_YEAR:
		add_year(s, a->n);
		break;
	case UND_ARG_DAY:
		add_day(s, (und_day)a->n);
		break;
	case UND_ARG_PERCENT:
		add_percent(s, a->n);
		break;
	case UND_ARG_MESSAGE:
		say(s, a->message, UND_ARGS(UND_NUMBER_("n", a->n)));
		break;
	case UND_ARG_CHANCE:
		add_chance(s, a->n, a->m);
		break;
	case UND_ARG_SHARE:
		say(s, UND_TEXT_SHARE_OF, UND_ARGS(UND_NUMBER_("signers", a->n), UND_NUMBER_("keys", a->m)));
		break;
	case UND_ARG_SIZE:
		add_size(s, a->n);
		break;
	}
}

static const struct und_arg *find(const struct und_arg *args, const char *name, size_t n)
{
	for (; args != NULL && args->name != NULL; args++)
		if (strlen(args->name) == n && memcmp(args->name, name, n) == 0)
			return args;
	return NULL;
}

static const char *form(const struct und_text_language *l, enum und_text text, const struct und_arg *args)
{
	const char *const *forms = l->messages[text];
	const struct und_arg *n = find(args, "n", 1);
	unsigned i = 0;

	if (forms[1] != NULL) {
		und_bug_if(n == NULL || n->kind != UND_ARG_NUMBER);
		i = l->plural(n->n);
	}
	und_bug_if(i >= UND_TEXT_FORMS_MAX || forms[i] == NULL);
	return forms[i];
}

/* A message is text, {name} and **strong**: po/compile.py has seen to it that these are whole. */
static void say(const struct saying *s, enum und_text text, const struct und_arg *args)
{
	const char *p = form(s->l, text, args);
	bool strong = false;

	while (*p != '\0') {
		const size_t plain = strcspn(p, "{*");

		add_own(s, p, plain);
		p += plain;
		if (*p == '{') {
			const size_t n = strcspn(p, "}");
			const struct und_arg *a = find(args, p + 1, n - 1);

			und_bug_if(a == NULL);
			add_arg(s, a);
			p += n + 1;
		} else if (p[0] == '*' && p[1] == '*') {
			strong = !strong;
			if (s->h != NULL && strong)
				und_html_open(s->h, "strong");
			else if (s->h != NULL)
				und_html_close(s->h);
			p += 2;
		} else if (*p == '*') {
			add_own(s, p++, 1);
		}
	}
}

void und_say_args(struct und_html *h, const struct und_text_language *l, enum und_text text, const struct und_arg *args)
{
	say(&(const struct saying){ h, h->out, l }, text, args);
}

void und_say_plain_args(struct und_buf *out, const struct und_text_language *l, enum und_text text, const struct und_arg *args)
{
	say(&(const struct saying){ NULL, out, l }, text, args);
}

void und_say_theirs(struct und_html *h, struct und_bytes text)
{
	und_html_element(h, "bdi", text);
}
