/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* json.c: the canonical JSON writer (RFC 8785) */
#include "base/encode.h"
#include "base/json.h"

void und_json_init(struct und_json *j, struct und_buf *out)
{
	*j = (struct und_json){ .out = out };
}

/* Before a value that stands in a list or alone; a member's comma came with its name. */
static void begin_value(struct und_json *j)
{
	if (j->last[j->depth] != NULL)
		return; /* in an object, after a name */
	if (j->comma[j->depth])
		und_buf_add_u8(j->out, ',');
	j->comma[j->depth] = true;
}

static void open_with(struct und_json *j, uint8_t bracket)
{
	begin_value(j);
	und_buf_add_u8(j->out, bracket);
	j->depth++;
	und_bug_if(j->depth >= UND_COUNT_OF(j->comma));
	j->comma[j->depth] = false;
	j->last[j->depth] = NULL;
}

static void close_with(struct und_json *j, uint8_t bracket)
{
	und_bug_if(j->depth == 0);
	j->depth--;
	und_buf_add_u8(j->out, bracket);
}

void und_json_open_object(struct und_json *j)
{
	open_with(j, '{');
}

void und_json_close_object(struct und_json *j)
{
	close_with(j, '}');
}

void und_json_open_list(struct und_json *j)
{
	open_with(j, '[');
}

void und_json_close_list(struct und_json *j)
{
	close_with(j, ']');
}

static void add_escaped(struct und_buf *out, struct und_bytes s)
{
	static const char hex[] = "0123456789abcdef";
	static const char *const brief[32] = {
		['\b'] = "\\b", ['\t'] = "\\t", ['\n'] = "\\n", ['\f'] = "\\f", ['\r'] = "\\r",
	};
	size_t from = 0;

	for (size_t i = 0; i < s.n; i++) {
		uint8_t c = s.p[i];

		if (c >= 0x20 && c != '"' && c != '\\')
			continue;
		und_buf_add(out, s.p + from, i - from);
		from = i + 1;
		if (c >= 0x20) {
			und_buf_add_u8(out, '\\');
			und_buf_add_u8(out, c);
		} else if (brief[c] != NULL) {
			und_buf_add_str(out, brief[c]);
		} else {
			und_buf_add_str(out, "\\u00");
			und_buf_add_u8(out, (uint8_t)hex[c >> 4]);
			und_buf_add_u8(out, (uint8_t)hex[c & 15]);
		}
	}
	if (s.n != 0)
		und_buf_add(out, s.p + from, s.n - from);
}

void und_json_name(struct und_json *j, const char *name)
{
	und_bug_if(j->last[j->depth] != NULL && strcmp(j->last[j->depth], name) >= 0);
	if (j->comma[j->depth])
		und_buf_add_u8(j->out, ',');
	j->comma[j->depth] = true;
	j->last[j->depth] = name;
	und_buf_add_u8(j->out, '"');
	add_escaped(j->out, und_cstr(name));
	und_buf_add_str(j->out, "\":");
}

void und_json_string(struct und_json *j, struct und_bytes utf8)
{
	begin_value(j);
	und_buf_add_u8(j->out, '"');
	add_escaped(j->out, utf8);
	und_buf_add_u8(j->out, '"');
}

void und_json_cstr(struct und_json *j, const char *s)
{
	und_json_string(j, und_cstr(s));
}

void und_json_number(struct und_json *j, uint64_t v)
{
	und_bug_if(v > UINT64_C(9007199254740991));
	begin_value(j);
	und_buf_add_decimal(j->out, v);
}

void und_json_bool(struct und_json *j, bool v)
{
	begin_value(j);
	und_buf_add_str(j->out, v ? "true" : "false");
}

void und_json_null(struct und_json *j)
{
	begin_value(j);
	und_buf_add_str(j->out, "null");
}

void und_json_base64(struct und_json *j, struct und_bytes bytes)
{
	begin_value(j);
	und_buf_add_u8(j->out, '"');
	und_base64_add(j->out, bytes);
	und_buf_add_u8(j->out, '"');
}

void und_json_day(struct und_json *j, int32_t day)
{
	char text[11];

	und_date_encode(text, day);
	und_json_cstr(j, text);
}
