/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* base/json.h: the canonical JSON writer (RFC 8785 for the values that records hold: strings, whole numbers, lists, objects) */
#ifndef UND_BASE_JSON_H
#define UND_BASE_JSON_H

#include "base/base.h"

/*
 * Writes into a buffer; commas are its business. Members must be given in ascending order of their names (all names in the
 * format are ASCII, so byte order is RFC 8785's order); a name out of order is our own bug.
 */
struct und_json {
	struct und_buf *out;
	unsigned depth;
	bool comma[10];
	const char *last[10];
};

void und_json_init(struct und_json *j, struct und_buf *out);
void und_json_open_object(struct und_json *j);
void und_json_close_object(struct und_json *j);
void und_json_open_list(struct und_json *j);
void und_json_close_list(struct und_json *j);
void und_json_name(struct und_json *j, const char *name);
void und_json_string(struct und_json *j, struct und_bytes utf8); /* must be UTF-8; escapes as RFC 8785 §3.2.2.2 */
void und_json_cstr(struct und_json *j, const char *s);
void und_json_number(struct und_json *j, uint64_t v);            /* at most 2^53-1 */
void und_json_bool(struct und_json *j, bool v);
void und_json_null(struct und_json *j);
void und_json_base64(struct und_json *j, struct und_bytes bytes);
void und_json_day(struct und_json *j, int32_t day);              /* base/encode.h; UND_DAY_NONE gives "" */

#endif
