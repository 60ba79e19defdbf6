/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* scan.c: which lines are canonical JSON; jansson, which knows nothing of ours, agrees */
#include <jansson.h>

#include "record/scan.h"
#include "tap.h"

/* In a block of its own size: reading past the end is seen by ASan and valgrind. */
static enum und_err scan(struct und_scan *out, const char *s, size_t n, struct und_diag *diag)
{
	char *own = malloc(n == 0 ? 1 : n);
	enum und_err e;

	if (own == NULL)
		abort();
	memcpy(own, s, n);
	e = und_scan_line(out, und_bytes(own, n), diag);
	free(own);
	return e;
}

static enum und_err judge(const char *s)
{
	struct und_scan found;

	return scan(&found, s, strlen(s), NULL);
}

TEST(canonical_lines_are_taken)
{
	static const char *const good[] = {
		"{}",
		"{\"\":0}",
		"{\"a\":[],\"b\":{},\"c\":\"\",\"d\":0,\"e\":true,\"f\":false,\"g\":null}",
		"{\"a\":9007199254740991}",
		"{\"a\":[0,\"x\",[1,[2]],{\"k\":\"v\"}]}",
		"{\"a\":\"\\\"\\\\\\b\\t\\n\\f\\r\\u0000\\u001f\\u000b/\x7f\"}",
		"{\"a\":\"\xc3\xa9\xe2\x80\xa8\xf0\x9f\x8c\x8d\xef\xbf\xbf\"}",
		"{\"A\":0,\"a\":0,\"aa\":0,\"b\":0}",
		"{\"\\u0000\":0,\"\\b\":0,\"\\t\":0,\"\\n\":0,\"\\u000b\":0,\" \":0,\"\\\"\":0,\"#\":0,\"[\":0,\"\\\\\":0,\"]\":0}",
		"{\"1\":[[[[[[[0]]]]]]]}", /* 8 deep */
		"{\"1\":[[[[[[{}]]]]]]}",
	};

	for (size_t i = 0; i < UND_COUNT_OF(good); i++) {
		json_t *value = json_loads(good[i], JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, NULL);

		tap_checks++;
		if (judge(good[i]) != UND_OK)
			tap_fail("%s: %s", good[i], und_err_name(judge(good[i])));
		CHECK(value != NULL || strstr(good[i], "\"\\u0000\":") != NULL); /* jansson takes no such name */
		json_decref(value);
	}
}

TEST(what_is_not_canonical_is_named)
{
	static const struct {
		enum und_err e;
		const char *line;
	} bad[] = {
		{ UND_ERR_CANONICAL, " {}" },
		{ UND_ERR_CANONICAL, "{} " },
		{ UND_ERR_CANONICAL, "{}\r" },
		{ UND_ERR_CANONICAL, "{ }" },
		{ UND_ERR_CANONICAL, "{\"a\" :0}" },
		{ UND_ERR_CANONICAL, "{\"a\": 0}" },
		{ UND_ERR_CANONICAL, "{\"a\":0 }" },
		{ UND_ERR_CANONICAL, "{\"a\":0, \"b\":0}" },
		{ UND_ERR_CANONICAL, "{\"a\":[ ]}" },
		{ UND_ERR_CANONICAL, "{\"b\":0,\"a\":0}" },
		{ UND_ERR_CANONICAL, "{\"aa\":0,\"a\":0}" },
		{ UND_ERR_CANONICAL, "{\"a\":[{\"b\":0,\"a\":0}]}" },
		{ UND_ERR_CANONICAL, "{\"a\":\"\\/\"}" },
		{ UND_ERR_CANONICAL, "{\"a\":\"\\u0041\"}" },
		{ UND_ERR_CANONICAL, "{\"a\":\"\\u00e9\"}" },
		{ UND_ERR_CANONICAL, "{\"a\":\"\\u0020\"}" },
		{ UND_ERR_CANONICAL, "{\"a\":\"\\u002f\"}" },
		{ UND_ERR_CANONICAL, "{\"a\":\"\\u001F\"}" },
		{ UND_ERR_CANONICAL, "{\"a\":\"\\u000a\"}" },
		{ UND_ERR_CANONICAL, "{\"a\":\"\\u0008\"}" },
		{ UND_ERR_CANONICAL, "{\"a\":\"\\ud83c\\udf0d\"}" },
		{ UND_ERR_CANONICAL, "{\"\\u0061\":0}" },
		{ UND_ERR_DUPLICATE_MEMBER, "{\"a\":0,\"a\":0}" },
		{ UND_ERR_DUPLICATE_MEMBER, "{\"\\n\":0,\"\\n\":0}" },
		{ UND_ERR_DUPLICATE_MEMBER, "{\"\xc3\xa9\":0,\"\xc3\xa9\":0}" },
		{ UND_ERR_NUMBER_FORM, "{\"a\":-1}" },
		{ UND_ERR_NUMBER_FORM, "{\"a\":-0}" },
		{ UND_ERR_NUMBER_FORM, "{\"a\":01}" },
		{ UND_ERR_NUMBER_FORM, "{\"a\":00}" },
		{ UND_ERR_NUMBER_FORM, "{\"a\":1.0}" },
		{ UND_ERR_NUMBER_FORM, "{\"a\":1e3}" },
		{ UND_ERR_NUMBER_FORM, "{\"a\":1E3}" },
		{ UND_ERR_NUMBER_FORM, "{\"a\":9007199254740992}" },
		{ UND_ERR_NUMBER_FORM, "{\"a\":10000000000000000}" },
		{ UND_ERR_NUMBER_FORM, "{\"a\":0000000000000000000000000}" },
		{ UND_ERR_NESTING, "{\"1\":[[[[[[[[]]]]]]]]}" },
		{ UND_ERR_NESTING, "{\"1\":[[[[[[[{}]]]]]]]}" },
		{ UND_ERR_NOT_OBJECT, "[]" },
		{ UND_ERR_NOT_OBJECT, "\"a\"" },
		{ UND_ERR_NOT_OBJECT, "1" },
		{ UND_ERR_NOT_OBJECT, "null" },
		{ UND_ERR_JSON, "" },
		{ UND_ERR_JSON, "{" },
		{ UND_ERR_JSON, "{\"a\"" },
		{ UND_ERR_JSON, "{\"a\":" },
		{ UND_ERR_JSON, "{\"a\":0" },
		{ UND_ERR_JSON, "{\"a\":0," },
		{ UND_ERR_JSON, "{\"a\":0,}" },
		{ UND_ERR_JSON, "{,}" },
		{ UND_ERR_JSON, "{\"a\":[0,]}" },
		{ UND_ERR_JSON, "{\"a\":[,]}" },
		{ UND_ERR_JSON, "{\"a\":[0}" },
		{ UND_ERR_JSON, "{\"a\":[0]]" },
		{ UND_ERR_JSON, "{}{}" },
		{ UND_ERR_JSON, "{}," },
		{ UND_ERR_JSON, "{a:0}" },
		{ UND_ERR_JSON, "{0:0}" },
		{ UND_ERR_JSON, "{'a':0}" },
		{ UND_ERR_JSON, "{\"a\";0}" },
		{ UND_ERR_JSON, "{\"a\":\"}" },
		{ UND_ERR_JSON, "{\"a\":\"\\\"}" },
		{ UND_ERR_JSON, "{\"a\":\"\\x\"}" },
		{ UND_ERR_JSON, "{\"a\":\"\\u00" },
		{ UND_ERR_JSON, "{\"a\":\"\n\"}" },
		{ UND_ERR_JSON, "{\"a\":\"\xff\"}" },
		{ UND_ERR_JSON, "{\"a\":\"\xc0\x80\"}" },
		{ UND_ERR_JSON, "{\"a\":\"\xed\xa0\x80\"}" },
		{ UND_ERR_JSON, "{\"a\":\"\xe2\x80\"}" },
		{ UND_ERR_JSON, "{\"a\":tru}" },
		{ UND_ERR_JSON, "{\"a\":True}" },
		{ UND_ERR_JSON, "{\"a\":NaN}" },
		{ UND_ERR_JSON, "{\"a\":+1}" },
		{ UND_ERR_JSON, "{\"a\":.5}" },
		{ UND_ERR_JSON, "{\"a\":0x1}" },
		{ UND_ERR_JSON, "{\"a\":0/**/}" },
		{ UND_ERR_JSON, "\xef\xbb\xbf{}" },
	};

	for (size_t i = 0; i < UND_COUNT_OF(bad); i++) {
		enum und_err e = judge(bad[i].line);

		tap_checks++;
		if (e != bad[i].e)
			tap_fail("%s: %s, expected %s", bad[i].line, und_err_name(e), und_err_name(bad[i].e));
	}
}

TEST(a_nul_byte_is_no_end)
{
	struct und_scan found;

	IS(UND_ERR_JSON, scan(&found, "{}\0", 3, NULL));
	IS(UND_ERR_JSON, scan(&found, "{\0}", 3, NULL));
	IS(UND_ERR_JSON, scan(&found, "{\"a\":\"\0\"}", 9, NULL));
	IS(UND_ERR_JSON, scan(&found, "\0", 1, NULL));
	IS(UND_ERR_JSON, und_scan_line(&found, und_bytes(NULL, 0), NULL));
}

/* RFC 8785 §3.2.3: by UTF-16 code units, where U+1F600 (D83D DE00) stands before U+FB33, and by code points it would not. */
TEST(names_ascend_by_utf16_code_units)
{
	OK(judge("{\"\\r\":0,\"1\":0,\"\xc2\x80\":0,\"\xc3\xb6\":0,\"\xe2\x82\xac\":0,\"\xf0\x9f\x98\x80\":0,\"\xef\xac\xb3\":0}"));
	IS(UND_ERR_CANONICAL, judge("{\"\xef\xac\xb3\":0,\"\xf0\x9f\x98\x80\":0}"));
	OK(judge("{\"\xed\x9f\xbf\":0,\"\xf0\x90\x80\x80\":0,\"\xf4\x8f\xbf\xbf\":0,\"\xee\x80\x80\":0,\"\xef\xbf\xbf\":0}"));
	IS(UND_ERR_CANONICAL, judge("{\"\xee\x80\x80\":0,\"\xf0\x90\x80\x80\":0}"));
	OK(judge("{\"a\":0,\"a\\n\":0,\"a!\":0,\"a\\\"\":0}"));
	IS(UND_ERR_CANONICAL, judge("{\"\\\\\":0,\"\\\"\":0}"));
}

TEST(type_and_version_are_found_at_the_top_alone)
{
	static const char line[] = "{\"a\":{\"type\":\"no\",\"v\":9},\"l\":[{\"type\":\"no\",\"v\":9}],\"type\":\"ye\\\"s\",\"v\":12}";
	struct und_scan found;

	OK(und_scan_line(&found, und_cstr(line), NULL));
	CHECK(und_bytes_is(found.type, "\"ye\\\"s\""));
	CHECK(und_bytes_is(found.v, "12"));
	OK(und_scan_line(&found, und_cstr("{\"x\":{\"type\":1,\"v\":1}}"), NULL));
	EQ(found.type.n, 0);
	EQ(found.v.n, 0);
}

TEST(the_member_at_fault_is_told_and_nothing_that_is_not_plain)
{
	struct und_diag d = { 0 };
	struct und_scan found;

	IS(UND_ERR_CANONICAL, scan(&found, "{\"a\":0,\"bb\":{\"c\": 0}}", 21, &d));
	STR(d.member, "bb");
	IS(UND_ERR_CANONICAL, und_scan_line(&found, und_cstr("{\"\xd8\x9c\": 0}"), &d));
	STR(d.member, "?");
	IS(UND_ERR_CANONICAL, und_scan_line(&found, und_cstr("{\"abcdefghijklmnopqrstuvwxyz012345\": 0}"), &d));
	STR(d.member, "abcdefghijklmnopqrstuvwxyz012345");
	IS(UND_ERR_CANONICAL, und_scan_line(&found, und_cstr("{\"abcdefghijklmnopqrstuvwxyz0123456\": 0}"), &d));
	STR(d.member, "?");
}

/* Random lines near the canonical form: whatever is taken, jansson takes too, and writes the same. */
TEST(jansson_agrees_on_random_lines)
{
	static const char *const pieces[] = { "{", "}", "[", "]", ",", ":", "\"a\"", "\"b\"", "\"\"", "\"\\n\"", "\"\\u0001\"", "\"\xc3\xa9\"", "0", "1", "10",
					      "-", ".", "e", " ", "true", "null", "\"a\":", "\"b\":", "\"c\":", "{\"a\":", "\\", "\"" };
	unsigned taken = 0;

	tap_seed(21);
	for (unsigned i = 0; i < 300000; i++) {
		struct und_scan found;
		char line[256] = "{\"a\":";
		unsigned n = (unsigned)tap_below(8);
		json_t *value;
		char *text;

		for (unsigned k = 0; k < n; k++)
			strcat(line, pieces[tap_below(UND_COUNT_OF(pieces))]);
		strcat(line, "}");
		if (und_scan_line(&found, und_cstr(line), NULL) != UND_OK)
			continue;
		taken++;
		value = json_loads(line, JSON_REJECT_DUPLICATES, NULL);
		text = json_dumps(value, JSON_COMPACT | JSON_SORT_KEYS);
		tap_checks++;
		if (text == NULL || (strcmp(text, line) != 0 && strstr(line, "\\u") == NULL)) /* jansson's hex is in upper case */
			tap_fail("%s: jansson says %s", line, text == NULL ? "no" : text);
		free(text);
		json_decref(value);
	}
	CHECK(taken > 5000);
}
