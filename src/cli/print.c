/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* print.c: text for a terminal: nothing in it can move the cursor or turn the reading order; wrapped; numbers */
#include <stdlib.h>
#include <unistd.h>
#include <unistr.h>
#include <uniwidth.h>

#include "cli/cli.h"

static bool is_harmless(ucs4_t c)
{
	if (c < 0x20 || (c >= 0x7f && c <= 0x9f) || c == 0xfffd)
		return false;
	return c != 0x61c && c != 0x200e && c != 0x200f && !(c >= 0x2028 && c <= 0x202e) && !(c >= 0x2066 && c <= 0x2069);
}

/* The next character of text and its bytes; U+FFFD for what is not UTF-8. */
static size_t next(ucs4_t *c, struct und_bytes text)
{
	return (size_t)u8_mbtouc(c, text.p, text.n);
}

static void put(FILE *to, ucs4_t c, struct und_bytes bytes)
{
	if (is_harmless(c))
		fwrite(bytes.p, 1, bytes.n, to);
	else
		fputc('?', to);
}

void cli_print_text(FILE *to, struct und_bytes text)
{
	size_t n;
	ucs4_t c;

	for (; text.n > 0; text.p += n, text.n -= n) {
		n = next(&c, text);
		if (c == '\n')
			fputc('\n', to);
		else
			put(to, c, und_bytes(text.p, n));
	}
}

static unsigned width_of(ucs4_t c)
{
	int width = uc_width(c, "UTF-8");

	return width > 0 ? (unsigned)width : 0;
}

/* Columns and bytes of the word at the start of text, which ends before a space or LF. */
static unsigned word_width(size_t *bytes, struct und_bytes text)
{
	unsigned columns = 0;
	size_t n;
	ucs4_t c;

	for (*bytes = 0; *bytes < text.n; *bytes += n) {
		n = next(&c, und_bytes(text.p + *bytes, text.n - *bytes));
		if (c == ' ' || c == '\n')
			break;
		columns += width_of(c);
	}
	return columns;
}

void cli_print_fitted(FILE *to, struct und_bytes text, unsigned column, unsigned width)
{
	unsigned indent = column > 0 ? 2 : 0, columns;
	bool begins = column == 0; /* nothing but spaces stands on this line */
	size_t n;

	for (; text.n > 0; text.p += n, text.n -= n) {
		n = 1;
		if (*text.p == '\n') {
			fputc('\n', to);
			column = indent = 0;
			begins = true;
		} else if (*text.p == ' ') {
			columns = word_width(&n, und_bytes(text.p + 1, text.n - 1));
			if (width != 0 && !begins && n > 0 && column + 1 + columns > width) {
				fprintf(to, "\n%*s", (int)indent, "");
				column = indent;
			} else {
				fputc(' ', to);
				column++;
				indent += begins;
			}
			n = 1;
		} else {
			column += word_width(&n, text);
			cli_print_text(to, und_bytes(text.p, n));
			begins = false;
		}
	}
}

void cli_print_page(FILE *to, void (*write)(FILE *to, const void *ctx), const void *ctx)
{
	char *text = NULL;
	FILE *page = NULL;
	size_t n;

	if (to == stdout && und_tty_is(STDOUT_FILENO))
		page = open_memstream(&text, &n);
	if (page == NULL) {
		write(to, ctx); /* no terminal; or no memory, and then wide lines are the least of it */
		return;
	}
	write(page, ctx);
	if (fclose(page) == 0)
		cli_print_fitted(to, und_bytes(text, n), 0, und_tty_width());
	else
		write(to, ctx);
	free(text);
}

void cli_print_wrapped(FILE *to, struct und_bytes text, unsigned indent, unsigned width)
{
	unsigned column = 0, columns;
	size_t n;

	for (;;) {
		while (text.n > 0 && *text.p == ' ') {
			text.p++;
			text.n--;
		}
		if (text.n == 0)
			break;
		if (*text.p == '\n') {
			fputc('\n', to);
			column = 0;
			text.p++;
			text.n--;
			continue;
		}
		columns = word_width(&n, text);
		if (column > indent && column + 1 + columns > width) {
			fputc('\n', to);
			column = 0;
		}
		if (column == 0)
			column = (unsigned)fprintf(to, "%*s", (int)indent, "");
		else {
			fputc(' ', to);
			column++;
		}
		if (column == 0)
			column = 1; /* indent 0: something stands on this line from here on */
		cli_print_text(to, und_bytes(text.p, n));
		column += columns;
		text.p += n;
		text.n -= n;
	}
	if (column != 0)
		fputc('\n', to);
}

unsigned cli_columns(struct und_bytes text, unsigned most)
{
	unsigned columns = 0;
	size_t n;
	ucs4_t c;

	for (; text.n > 0 && columns <= most; text.p += n, text.n -= n) {
		n = next(&c, text);
		columns += c == '\n' ? 1 : width_of(c);
	}
	return columns;
}

void cli_print_clipped(FILE *to, struct und_bytes text, unsigned columns)
{
	bool cut = cli_columns(text, columns) > columns;
	unsigned room = cut && columns > 0 ? columns - 1 : columns, used = 0;
	size_t n;
	ucs4_t c;

	for (; text.n > 0; text.p += n, text.n -= n) {
		n = next(&c, text);
		if (c == '\n')
			c = ' ';
		if (used + width_of(c) > room)
			break;
		used += width_of(c);
		if (c == ' ')
			fputc(' ', to);
		else
			put(to, c, und_bytes(text.p, n));
	}
	if (cut && columns > 0) {
		fputs("…", to);
		used++;
	}
	fprintf(to, "%*s", (int)(columns - used), "");
}

const char *cli_number(char out[32], uint64_t v)
{
	char digits[21];
	int n = snprintf(digits, sizeof digits, "%llu", (unsigned long long)v);
	char *p = out;

	for (int i = 0; i < n; i++) {
		if (i > 0 && (n - i) % 3 == 0)
			*p++ = ',';
		*p++ = digits[i];
	}
	*p = '\0';
	return out;
}
