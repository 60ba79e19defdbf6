/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* markup.h: whether a page is what it must be, whatever it was told: elements that we know, whole and balanced, and nothing that runs or loads */
#ifndef UND_TEST_MARKUP_H
#define UND_TEST_MARKUP_H

#include <strings.h>

#include "base/base.h"

enum { MARKUP_DEPTH = 128 };

struct markup_name {
	const char *p;
	size_t n;
};

static inline bool markup_in(struct markup_name name, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strlen(list[i]) == name.n && memcmp(list[i], name.p, name.n) == 0)
			return true;
	return false;
}

static inline struct markup_name markup_word(const char **p, const char *end)
{
	struct markup_name w = { *p, 0 };

	while (*p < end && ((**p >= 'a' && **p <= 'z') || (**p >= '0' && **p <= '9') || **p == '-'))
		(*p)++;
	w.n = (size_t)(*p - w.p);
	return w;
}

static inline bool markup_starts(struct markup_name v, const char *with)
{
	return v.n >= strlen(with) && strncasecmp(v.p, with, strlen(with)) == 0;
}

/* Beside this one. */
static inline bool markup_is_file(struct markup_name v)
{
	const char *p = v.p, *end = v.p + v.n;

	while (p < end && ((*p >= 'a' && *p <= 'z') || (*p >= '0' && *p <= '9') || *p == '-' || (*p == '.' && p > v.p)))
		p++;
	return v.n > 0 && p > v.p && (p == end || *p == '#');
}

static inline bool markup_leads_well(struct markup_name element, struct markup_name name, struct markup_name value)
{
	const bool picture = name.n == 3 && memcmp(name.p, "src", 3) == 0;

	if (picture && markup_starts(value, "data:image/png;base64,"))
		return true;
	if (element.n == 4 && memcmp(element.p, "link", 4) == 0 && markup_starts(value, "data:,"))
		return true; /* no picture beside the title */
	if (value.n > 0 && (value.p[0] == '?' || (value.p[0] == '/' && (value.n == 1 || value.p[1] != '/'))))
		return true;
	if (markup_is_file(value))
		return true;
	/* away from here lead links alone */
	return !picture && element.n == 1 && element.p[0] == 'a' &&
	       (markup_starts(value, "#") || markup_starts(value, "http://") || markup_starts(value, "https://") || markup_starts(value, "mailto:"));
}

/* One attribute from its name on; *p moves behind it. */
static inline const char *markup_attribute(const char **p, const char *end, struct markup_name element)
{
	static const char *const plain[] = { "alt", "aria-current", "aria-describedby", "aria-hidden", "aria-invalid", "aria-label", "autocapitalize", "autocomplete", "charset", "class",
		                             "content", "data-label", "dir", "download", "enctype", "for", "height", "hreflang", "id", "inputmode", "lang", "method", "name", "property", "rel",
		                             "role", "rows", "scope", "spellcheck", "start", "tabindex", "type", "value", "width" };
	static const char *const leading[] = { "href", "src", "action" };
	const struct markup_name name = markup_word(p, end);
	struct markup_name value = { *p, 0 };

	if (*p < end && **p == '=') {
		if (end - *p < 2 || (*p)[1] != '"')
			return "a value without quotes";
		*p += 2;
		value.p = *p;
		while (*p < end && **p != '"' && **p != '<' && **p != '>')
			(*p)++;
		if (*p == end || **p != '"')
			return "a value without end";
		value.n = (size_t)(*p - value.p);
		(*p)++;
	}
	if (markup_in(name, leading, UND_COUNT_OF(leading)))
		return markup_leads_well(element, name, value) ? NULL : "an address that leads elsewhere";
	if (name.n == 10 && memcmp(name.p, "http-equiv", 10) == 0) /* a meta may refuse things: a refresh leads elsewhere */
		return value.n == 23 && memcmp(value.p, "Content-Security-Policy", 23) == 0 ? NULL : "a meta that does something";
	return markup_in(name, plain, UND_COUNT_OF(plain)) ? NULL : "an attribute that nobody knows";
}

/* NULL, or what is wrong. */
static inline const char *markup_fault(struct und_bytes page)
{
	static const char *const known[] = { "html", "head", "meta", "title", "link", "body", "header", "nav", "main", "footer", "section", "article", "figure", "figcaption", "div", "p", "span",
		                             "a", "ul", "ol", "li", "dl", "dt", "dd", "h1", "h2", "h3", "h4", "h5", "h6", "em", "strong", "bdi", "br", "hr", "img", "code", "pre", "blockquote",
		                             "table", "caption", "thead", "tbody", "tr", "th", "td", "details", "summary", "form", "label", "input", "textarea", "button" };
	static const char *const empty[] = { "meta", "link", "br", "hr", "img", "input" };
	struct markup_name open[MARKUP_DEPTH];
	size_t depth = 0;
	const char *p = (const char *)page.p, *end = p + page.n;

	if (page.n < 16 || memcmp(p, "<!DOCTYPE html>\n", 16) != 0)
		return "no doctype";
	for (p += 16; p < end; p++) {
		struct markup_name name;
		bool closes;

		if (*p == '>')
			return "a stray >";
		if (*p != '<')
			continue;
		p++;
		closes = p < end && *p == '/';
		p += closes;
		name = markup_word(&p, end);
		if (!markup_in(name, known, UND_COUNT_OF(known)))
			return "an element that nobody knows";
		while (!closes && p < end && *p == ' ') {
			const char *fault;

			p++;
			fault = markup_attribute(&p, end, name);
			if (fault != NULL)
				return fault;
		}
		if (p == end || *p != '>')
			return "a tag without end";
		if (closes) {
			if (depth == 0 || open[depth - 1].n != name.n || memcmp(open[depth - 1].p, name.p, name.n) != 0)
				return "not balanced";
			depth--;
		} else if (!markup_in(name, empty, UND_COUNT_OF(empty))) {
			if (depth == MARKUP_DEPTH)
				return "too deep";
			open[depth++] = name;
		}
	}
	return depth == 0 ? NULL : "not closed";
}

/* Of a feed: NULL, or what is wrong. Each element ends, in order; no markup of a stranger's begins one. */
static inline const char *markup_feed_fault(struct und_bytes s)
{
	static const char *const known[] = { "?xml", "feed", "id", "title", "subtitle", "updated", "link", "author", "name", "entry", "content" };
	const char *open[8];
	size_t depth = 0, lengths[8];

	for (size_t i = 0; i < s.n; i++) {
		const char *name = (const char *)s.p + i + 1, *close = memchr(name - 1, '>', s.n - i);
		size_t n = 0;
		bool ours = false;

		if (s.p[i] == '>')
			return "a lone >";
		if (s.p[i] != '<')
			continue;
		if (close == NULL)
			return "no end";
		if (*name == '/') {
			n = (size_t)(close - name) - 1;
			if (depth == 0 || lengths[--depth] != n || memcmp(open[depth], name + 1, n) != 0)
				return "not closed in order";
			i = (size_t)((const uint8_t *)close - s.p);
			continue;
		}
		while (strchr(" >", name[n]) == NULL)
			n++;
		for (size_t k = 0; k < UND_COUNT_OF(known) && !ours; k++)
			ours = strlen(known[k]) == n && memcmp(known[k], name, n) == 0;
		if (!ours || depth == 8)
			return "not ours";
		if (close[-1] != '/' && close[-1] != '?') {
			open[depth] = name;
			lengths[depth++] = n;
		}
		i = (size_t)((const uint8_t *)close - s.p);
	}
	return depth == 0 ? NULL : "left open";
}

#endif
