/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* csv.c: CSV as RFC 4180 says, and every fault with its line */
#include "cli/csv.h"
#include "tap.h"

static enum und_err decode(struct cli_csv *csv, const char *text, size_t fields, uint64_t *line)
{
	struct und_diag diag = { 0 };
	enum und_err e = cli_csv_decode(csv, und_cstr(text), fields, &diag);

	*line = diag.line;
	return e;
}

/* Accepted, and each field is as said: fields parted by '|', rows by '/'. */
static void accepts(const char *text, const char *wanted)
{
	struct cli_csv csv;
	char said[200] = "";
	uint64_t line;

	OK(decode(&csv, text, 0, &line));
	for (size_t i = 0; i < csv.count; i++)
		for (size_t j = 0; j < csv.rows[i].count; j++)
			snprintf(said + strlen(said), sizeof said - strlen(said), "%s%.*s", j > 0 ? "|" : i > 0 ? "/" : "", (int)csv.rows[i].fields[j].n,
				 (const char *)csv.rows[i].fields[j].p);
	STR(said, wanted);
	cli_csv_clear(&csv);
}

static void refuses(enum und_err code, uint64_t at, const char *text, size_t fields)
{
	struct cli_csv csv;
	uint64_t line = 0;

	IS(code, decode(&csv, text, fields, &line));
	EQ(line, at);
}

TEST(rows_and_fields)
{
	accepts("a,b\nc,d\n", "a|b/c|d");
	accepts("a,b\r\nc,d\r\n", "a|b/c|d");
	accepts("a,b\nc,d", "a|b/c|d"); /* the last break may lack */
	accepts("", "");
	accepts(",\n", "|");
	accepts("\n\n", "/");
	accepts("\xef\xbb\xbf" "a\n", "a"); /* a byte order mark is skipped */
	accepts("a,", "a|");
}

TEST(quoted_fields)
{
	accepts("\"a,b\",c\n", "a,b|c");
	accepts("\"say \"\"no\"\"\"\n", "say \"no\"");
	accepts("\"\",\"\"\"\"\n", "|\"");
	accepts("\"two\nlines\",x\ny\n", "two\nlines|x/y");
	accepts("\"a\"", "a");
}

TEST(what_rfc_4180_does_not_know_is_refused_with_its_line)
{
	refuses(UND_ERR_CSV_QUOTE, 1, "a\"b\n", 0);
	refuses(UND_ERR_CSV_QUOTE, 2, "x\n\"a\"b\n", 0);
	refuses(UND_ERR_CSV_QUOTE, 2, "x\n\"a\" ,b\n", 0);
	refuses(UND_ERR_CSV_OPEN, 2, "x\n\"a,b\nc\n", 0);
	refuses(UND_ERR_CSV_OPEN, 1, "\"", 0);
	refuses(UND_ERR_CSV_OPEN, 1, "\"\"\"", 0);
	refuses(UND_ERR_CSV_BREAK, 1, "a\rb\n", 0);
	refuses(UND_ERR_CSV_BREAK, 3, "a\nb\nc\r", 0);
}

TEST(each_row_has_the_fields_that_are_asked_for)
{
	struct cli_csv csv;
	uint64_t line;

	OK(decode(&csv, "a,b\nc,d\n", 2, &line));
	EQ(csv.rows[1].line, 2);
	cli_csv_clear(&csv);
	refuses(UND_ERR_CSV_FIELDS, 2, "a,b\nc\n", 2);
	refuses(UND_ERR_CSV_FIELDS, 4, "a,b\n\"c\nc\",d\ne,f,g\n", 2);
	refuses(UND_ERR_CSV_FIELDS, 2, "a,b\n\nc,d\n", 2); /* an empty line is a row */
}

TEST(no_more_than_sixty_four_fields)
{
	struct cli_csv csv;
	char text[80];
	uint64_t line;

	memset(text, ',', sizeof text);
	text[63] = '\0';
	OK(decode(&csv, text, 64, &line));
	cli_csv_clear(&csv);
	text[63] = ',';
	text[64] = '\0';
	refuses(UND_ERR_LIMIT, 1, text, 0);
}
