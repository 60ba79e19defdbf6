/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* scan.c: the one pass that settles whether a line is canonical JSON */
#include "record/place.h"
#include "record/record.h"
#include "record/scan.h"
#include "base/utf8.h"

struct scanner {
	const uint8_t *p, *end;
	unsigned depth;
	struct und_bytes member; /* the top-level member that p stands in */
	struct und_scan found;
};

static enum und_err scan_value(struct scanner *s);

/* The next byte, or 0, which is nowhere allowed, at the end. */
static uint8_t peek(const struct scanner *s)
{
	return s->p < s->end ? *s->p : 0;
}

static bool is_space(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* What to call a byte that should not be here: space is JSON and not canonical. */
static enum und_err unexpected(const struct scanner *s)
{
	return is_space(peek(s)) ? UND_ERR_CANONICAL : UND_ERR_JSON;
}

static int hex_value(uint8_t c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return -1;
}

/*
 * Behind a backslash: RFC 8785 §3.2.2.2 escapes '"', '\' and the controls, these as \b \t \n \f \r or else as \u00xx in lower case, and nothing else.
 */
static enum und_err scan_escape(struct scanner *s)
{
	size_t left = (size_t)(s->end - s->p);
	int c;

	switch (peek(s)) {
	case '"': case '\\': case 'b': case 't': case 'n': case 'f': case 'r':
		s->p++;
		return UND_OK;
	case '/':
		return UND_ERR_CANONICAL;
	case 'u':
		break;
	default:
		return UND_ERR_JSON;
	}
	if (left < 5)
		return UND_ERR_JSON;
	if (s->p[1] != '0' || s->p[2] != '0' || s->p[3] < '0' || s->p[3] > '1' || hex_value(s->p[4]) < 0)
		return UND_ERR_CANONICAL; /* or not JSON: a lone surrogate, no hex at all */
	c = (s->p[3] - '0') * 16 + hex_value(s->p[4]);
	if (c == '\b' || c == '\t' || c == '\n' || c == '\f' || c == '\r')
		return UND_ERR_CANONICAL;
	s->p += 5;
	return UND_OK;
}

/* Bytes that stand for themselves: ASCII from space on but '"' and '\'. */
static const uint8_t *skip_plain(const uint8_t *p, const uint8_t *end)
{
	while (p < end && *p >= 0x20 && *p < 0x80 && *p != '"' && *p != '\\')
		p++;
	return p;
}

/* A string with its quotes; raw: what stands between them. */
static enum und_err scan_string(struct scanner *s, struct und_bytes *raw)
{
	const uint8_t *first = s->p + 1;
	enum und_err e;

	if (peek(s) != '"')
		return unexpected(s);
	s->p++;
	for (;;) {
		s->p = skip_plain(s->p, s->end);
		if (s->p == s->end || *s->p < 0x20)
			return UND_ERR_JSON;
		if (*s->p == '"')
			break;
		if (*s->p == '\\') {
			s->p++;
			e = scan_escape(s);
			if (e != UND_OK)
				return e;
		} else if (und_utf8_next(&s->p, s->end) == UND_UTF8_BAD) {
			return UND_ERR_JSON;
		}
	}
	*raw = und_bytes(first, (size_t)(s->p - first));
	s->p++;
	return UND_OK;
}

static enum und_err scan_number(struct scanner *s)
{
	const uint8_t *first = s->p;
	uint64_t v = 0;

	while (peek(s) >= '0' && peek(s) <= '9') {
		if (s->p - first == UND_NUMBER_DIGITS_MAX)
			return UND_ERR_NUMBER_FORM;
		v = v * 10 + (uint64_t)(*s->p++ - '0');
	}
	if (s->p == first || (*first == '0' && s->p - first > 1) || v > UND_NUMBER_MAX)
		return UND_ERR_NUMBER_FORM;
	if (peek(s) == '.' || peek(s) == 'e' || peek(s) == 'E')
		return UND_ERR_NUMBER_FORM;
	return UND_OK;
}

static enum und_err scan_word(struct scanner *s, const char *word)
{
	size_t n = strlen(word);

	if ((size_t)(s->end - s->p) < n || memcmp(s->p, word, n) != 0)
		return UND_ERR_JSON;
	s->p += n;
	return UND_OK;
}

/* ---- the order of names ---- */

/* One character of a canonical string. */
static uint32_t next_character(const uint8_t **p, const uint8_t *end)
{
	static const char letters[] = "btnfr", meant[] = "\b\t\n\f\r";
	const char *letter;
	uint8_t c;

	if (**p != '\\')
		return und_utf8_next(p, end);
	c = (*p)[1];
	*p += 2;
	if (c == 'u') {
		*p += 4;
		return (uint32_t)((*p)[-2] - '0') * 16 + (uint32_t)hex_value((*p)[-1]);
	}
	letter = strchr(letters, c);
	return letter == NULL ? c : (uint8_t)meant[letter - letters];
}

/* Code points in the order of their UTF-16 code units: E000–FFFF stand behind all that take surrogates. */
static uint32_t utf16_rank(uint32_t c)
{
	return c >= 0xe000 && c <= 0xffff ? c + 0x110000 : c;
}

/* RFC 8785 §3.2.3 */
static int compare_names(struct und_bytes a, struct und_bytes b)
{
	const uint8_t *p = a.p, *q = b.p, *p_end = a.p + a.n, *q_end = b.p + b.n;

	while (p < p_end && q < q_end) {
		uint32_t c = utf16_rank(next_character(&p, p_end)), d = utf16_rank(next_character(&q, q_end));

		if (c != d)
			return c < d ? -1 : 1;
	}
	return (p < p_end) - (q < q_end);
}

/* ---- objects, lists, values ---- */

/* At depth 1, remembers the two values by which a record is told. */
static void note_value(struct scanner *s, struct und_bytes name, const uint8_t *first)
{
	struct und_bytes text = { first, (size_t)(s->p - first) };

	if (s->depth != 1)
		return;
	if (und_bytes_is(name, "type"))
		s->found.type = text;
	else if (und_bytes_is(name, "v"))
		s->found.v = text;
}

static enum und_err scan_member(struct scanner *s, struct und_bytes *last)
{
	struct und_bytes name;
	const uint8_t *first;
	enum und_err e;
	int order;

	e = scan_string(s, &name);
	if (e != UND_OK)
		return e;
	if (s->depth == 1)
		s->member = name;
	if (last->p != NULL) {
		order = compare_names(*last, name);
		if (order >= 0)
			return order == 0 ? UND_ERR_DUPLICATE_MEMBER : UND_ERR_CANONICAL;
	}
	*last = name;
	if (peek(s) != ':')
		return unexpected(s);
	first = ++s->p;
	e = scan_value(s);
	if (e != UND_OK)
		return e;
	note_value(s, name, first);
	return UND_OK;
}

/* The members or elements of an object or list, with its brackets. */
static enum und_err scan_inside(struct scanner *s, uint8_t close)
{
	struct und_bytes last = { NULL, 0 };
	enum und_err e;

	if (s->depth == UND_NESTING_MAX)
		return UND_ERR_NESTING;
	s->depth++;
	s->p++;
	if (peek(s) != close) {
		for (;;) {
			e = close == '}' ? scan_member(s, &last) : scan_value(s);
			if (e != UND_OK)
				return e;
			if (peek(s) != ',')
				break;
			s->p++;
		}
		if (peek(s) != close)
			return unexpected(s);
	}
	s->p++;
	s->depth--;
	return UND_OK;
}

static enum und_err scan_value(struct scanner *s)
{
	struct und_bytes raw;

	switch (peek(s)) {
	case '"':
		return scan_string(s, &raw);
	case '{':
		return scan_inside(s, '}');
	case '[':
		return scan_inside(s, ']');
	case 't':
		return scan_word(s, "true");
	case 'f':
		return scan_word(s, "false");
	case 'n':
		return scan_word(s, "null");
	case '-': case '0': case '1': case '2': case '3': case '4': case '5': case '6': case '7': case '8': case '9':
		return scan_number(s);
	default:
		return unexpected(s);
	}
}

enum und_err und_scan_line(struct und_scan *out, struct und_bytes line, struct und_diag *diag)
{
	struct scanner s = { .p = line.p, .end = line.n == 0 ? line.p : line.p + line.n };
	enum und_err e;

	if (peek(&s) == '{') {
		e = scan_inside(&s, '}');
	} else {
		e = scan_value(&s);
		if (e == UND_OK)
			e = UND_ERR_NOT_OBJECT;
	}
	if (e == UND_OK && s.p != s.end)
		e = unexpected(&s);
	if (e != UND_OK) {
		und_place_tell(diag, s.member.p == NULL ? NULL : &(struct und_place){ .name = s.member });
		return e;
	}
	*out = s.found;
	return UND_OK;
}
