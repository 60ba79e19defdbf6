/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cli/ini.c: a strict reader of small ini files */
#include "cli/ini.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum und_err cli_fault_set(struct cli_fault *fault, unsigned line, const char *format, ...)
{
	va_list ap;

	fault->line = line;
	va_start(ap, format);
	vsnprintf(fault->why, sizeof fault->why, format, ap);
	va_end(ap);
	return UND_ERR_TEXT;
}

static bool is_space(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

struct und_bytes cli_trim(struct und_bytes s)
{
	while (s.n > 0 && is_space(s.p[s.n - 1]))
		s.n--;
	while (s.n > 0 && is_space(s.p[0])) {
		s.p++;
		s.n--;
	}
	return s;
}

/* Up to white space and ';', or to a ';' that comes first. */
static struct und_bytes without_comment(struct und_bytes s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] == ';' && (i == 0 || is_space(s.p[i - 1])))
			s.n = i;
	return cli_trim(s);
}

struct reader {
	struct cli_ini_entry *entries;
	size_t count, cap;
	struct und_bytes sections[64], section;
	size_t section_count;
	bool (*is_text)(struct und_bytes section, struct und_bytes key);
	struct cli_fault *fault;
	unsigned line;
};

static enum und_err take_heading(struct reader *r, struct und_bytes s)
{
	const uint8_t *end = memchr(s.p, ']', s.n);

	if (end == NULL || without_comment(und_bytes(end + 1, s.n - (size_t)(end + 1 - s.p))).n != 0)
		return cli_fault_set(r->fault, r->line,
		                     "a heading looks like [section], and nothing but a comment follows it");
	r->section = cli_trim(und_bytes(s.p + 1, (size_t)(end - s.p - 1)));
	for (size_t i = 0; i < r->section_count; i++)
		if (und_bytes_equal_var(r->sections[i], r->section))
			return cli_fault_set(r->fault, r->line, "this section stands twice");
	if (r->section_count == UND_COUNT_OF(r->sections))
		return cli_fault_set(r->fault, r->line, "too many sections");
	r->sections[r->section_count++] = r->section;
	return UND_OK;
}

static enum und_err take_entry(struct reader *r, struct und_bytes s)
{
	const uint8_t *equals = memchr(s.p, '=', s.n);
	struct cli_ini_entry entry = { .line = r->line, .section = r->section };
	enum und_err e;

	if (equals == NULL)
		return cli_fault_set(r->fault, r->line, "neither [section], nor `key = value`, nor a comment");
	entry.key = cli_trim(und_bytes(s.p, (size_t)(equals - s.p)));
	if (entry.key.n == 0)
		return cli_fault_set(r->fault, r->line, "nothing stands before the =");
	entry.value = cli_trim(und_bytes(equals + 1, s.n - (size_t)(equals + 1 - s.p)));
	if (r->is_text == NULL || !r->is_text(entry.section, entry.key))
		entry.value = without_comment(entry.value);
	for (size_t i = 0; i < r->count; i++)
		if (und_bytes_equal_var(r->entries[i].key, entry.key) &&
		    und_bytes_equal_var(r->entries[i].section, entry.section))
			return cli_fault_set(r->fault, r->line, "this key stands on line %u already",
			                     r->entries[i].line);
	if (r->count == CLI_INI_ENTRIES_MAX)
		return cli_fault_set(r->fault, r->line, "more than %d lines of settings", CLI_INI_ENTRIES_MAX);
	e = und_grow(&r->entries, &r->cap, r->count + 1, sizeof *r->entries);
	if (e != UND_OK)
		return e;
	r->entries[r->count++] = entry;
	return UND_OK;
}

static enum und_err take_line(struct reader *r, struct und_bytes s)
{
	r->line++;
	if (s.n > 0 && memchr(s.p, 0, s.n) != NULL)
		return cli_fault_set(r->fault, r->line, "a zero byte: this is not a text file");
	s = cli_trim(s);
	if (s.n == 0 || s.p[0] == ';' || s.p[0] == '#')
		return UND_OK;
	return s.p[0] == '[' ? take_heading(r, s) : take_entry(r, s);
}

enum und_err cli_ini_read(struct cli_ini *out, struct und_bytes text,
                          bool (*is_text)(struct und_bytes section, struct und_bytes key), struct cli_fault *fault)
{
	struct reader r = { .is_text = is_text, .fault = fault };
	enum und_err e = UND_OK;

	if (text.n > CLI_INI_SIZE_MAX)
		return cli_fault_set(fault, 0, "larger than %d bytes", CLI_INI_SIZE_MAX);
	if (text.n >= 3 && memcmp(text.p, "\xef\xbb\xbf", 3) == 0)
		text = und_bytes(text.p + 3, text.n - 3);
	while (text.n > 0 && e == UND_OK) {
		const uint8_t *lf = memchr(text.p, '\n', text.n);
		size_t n = lf == NULL ? text.n : (size_t)(lf - text.p);

		e = take_line(&r, und_bytes(text.p, n));
		n += lf != NULL;
		text = und_bytes(text.p + n, text.n - n);
	}
	if (e != UND_OK) {
		free(r.entries);
		return e;
	}
	out->entries = r.entries;
	out->count = r.count;
	return UND_OK;
}

void cli_ini_clear(struct cli_ini *ini)
{
	free(ini->entries);
	*ini = (struct cli_ini){ 0 };
}
