/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* text.c: texts on their way into records */
#include "cli/text.h"

#include <stdio.h>
#include <stdlib.h>

#include "cli/cli.h"

/* CRLF becomes LF, in place. */
static size_t drop_returns(uint8_t *p, size_t n)
{
	size_t to = 0;

	for (size_t i = 0; i < n; i++)
		if (p[i] != '\r' || i + 1 == n || p[i + 1] != '\n')
			p[to++] = p[i];
	return to;
}

enum und_err cli_text_take(struct und_bytes *out, struct und_arena *arena, struct und_bytes in, size_t max,
                           bool may_be_empty, bool is_long, size_t *at)
{
	struct und_bytes copy = { NULL, 0 };
	struct und_buf normal;
	enum und_err e;

	if (at != NULL)
		*at = 0;
	und_buf_init(&normal, 4 * max + 64);
	e = cli_nfc(&normal, in);
	if (e == UND_ERR_LIMIT)
		e = UND_ERR_TEXT_LENGTH;
	if (e == UND_OK) {
		normal.n = drop_returns(normal.p, normal.n);
		e = und_text_check(und_buf_bytes(&normal), max, may_be_empty, is_long, at);
	}
	if (e == UND_OK)
		e = und_arena_copy(&copy, arena, und_buf_bytes(&normal));
	und_buf_clear(&normal);
	if (e == UND_OK)
		*out = copy;
	return e;
}

int cli_text_argument(struct und_bytes *out, struct und_arena *arena, const char *what, const char *text, size_t max,
                      bool is_long)
{
	enum und_err e = cli_text_take(out, arena, und_cstr(text), max, false, is_long, NULL);
	char most[32];

	if (e == UND_OK)
		return -1;
	if (e == UND_ERR_TEXT_LENGTH)
		return cli_fail(CLI_TRIED, NULL, "%s: empty, or longer than %s bytes.", what, cli_number(most, max));
	return cli_fail(CLI_TRIED,
	                e == UND_ERR_MEMORY ? cli_advice(e) : "Type the text anew, without what cannot be seen.",
	                "%s: %s.", what, und_err_text(e));
}

static unsigned line_of(struct und_bytes text, size_t at)
{
	unsigned line = 1;

	for (size_t i = 0; i < text.n && i < at; i++)
		line += text.p[i] == '\n';
	return line;
}

int cli_text_file(struct und_bytes *out, struct und_arena *arena, const char *path, size_t max)
{
	struct und_buf raw;
	char most[32];
	size_t at = 0;
	enum und_err e;
	int code = -1;

	und_buf_init(&raw, max * 4); /* decomposed spellings may be longer than what is kept */
	e = und_file_read(&raw, path, max * 4);
	if (e != UND_OK && e != UND_ERR_LIMIT) {
		code = cli_fail_file(path, "read", e);
		goto out;
	}
	if (e == UND_OK)
		e = cli_text_take(out, arena, und_buf_bytes(&raw), max, false, true, &at);
	if (e == UND_ERR_MEMORY)
		code = cli_fail(CLI_TRIED, cli_advice(e), "%s.", und_err_text(e));
	else if (e == UND_ERR_TEXT_LENGTH || e == UND_ERR_LIMIT)
		code = cli_fail(CLI_TRIED, NULL, "%s: empty, or longer than %s bytes.", path, cli_number(most, max));
	else if (e != UND_OK)
		code = cli_fail(
			CLI_TRIED,
			"Tabs, control and invisible characters cannot stand in a record. Take them out, and save as UTF-8.",
			"%s: line %u: %s.", path, line_of(und_buf_bytes(&raw), at), und_err_text(e));
out:
	und_buf_clear(&raw);
	return code;
}

int cli_text_file_beside(struct und_bytes *out, struct und_arena *arena, const char *other, const char *name, size_t max)
{
	const char *slash = strrchr(other, '/');
	char *path;
	int code;

	if (*name == '/' || slash == NULL)
		return cli_text_file(out, arena, name, max);
	if (asprintf(&path, "%.*s/%s", (int)(slash - other), other, name) < 0)
		return cli_fail(CLI_TRIED, cli_advice(UND_ERR_MEMORY), "%s.", und_err_text(UND_ERR_MEMORY));
	code = cli_text_file(out, arena, path, max);
	free(path);
	return code;
}
