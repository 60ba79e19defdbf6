/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* http_form.c: forms as browsers send them, and what is no form; heads and chunks cut anywhere */
#include "http/form.h"
#include "http/guard.h"
#include "tap.h"

#define URLENCODED "application/x-www-form-urlencoded"
#define MULTIPART "multipart/form-data; boundary=b0-x"

static enum und_err decode(struct und_form *f, const char *type, const char *body)
{
	return und_form_decode(f, und_cstr(type), und_cstr(body), NULL);
}

/* Decodes and forgets. */
static enum und_err verdict(const char *type, const char *body)
{
	struct und_form f;
	enum und_err e = decode(&f, type, body);

	if (e == UND_OK)
		und_form_clear(&f);
	return e;
}

static void text_is(const struct und_form *f, const char *name, const char *value)
{
	struct und_bytes v = { NULL, 0 };

	CHECK(und_form_text(&v, f, name));
	if (!und_bytes_is(v, value))
		tap_fail("%s is %.*s", name, (int)v.n, (const char *)v.p);
}

TEST(urlencoded_is_decoded)
{
	struct und_form f;
	struct und_bytes v;

	OK(decode(&f, "Application/X-WWW-Form-Urlencoded; charset=UTF-8", "line=%7B%22a%22%3A1%7D%0D%0A&note=a+b%2Bc&empty=&x_Y-9=%E2%82%AC"));
	EQ(f.n, 4);
	text_is(&f, "line", "{\"a\":1}\r\n");
	text_is(&f, "note", "a b+c");
	text_is(&f, "empty", "");
	text_is(&f, "x_Y-9", "\xe2\x82\xac");
	CHECK(!und_form_text(&v, &f, "nothing"));
	CHECK(!und_form_file(&v, &f, "line"));
	und_form_clear(&f);
	OK(decode(&f, URLENCODED, ""));
	EQ(f.n, 0);
	und_form_clear(&f);
}

TEST(urlencoded_that_is_refused)
{
	static const char *const forms[] = { "a", "a&b=1", "=1", "a=1&", "&a=1", "a=1&&b=2", "a=%", "a=%4", "a=%4g", "a=b=c", "a=b c", "a=\xc3\xa4", "a b=1", "a.b=1",
	                                     "%C3%A4=1", "a=1\n" };
	static const char *const texts[] = { "a=%FF", "a=%C0%80", "a=%ED%A0%80", "a=%F4%90%80%80", "a=%00", "a=%1B", "a=%7F", "a=%C2%85", "a=%E2%82" };
	struct und_diag diag = { 0 };
	struct und_form f;
	char many[UND_FORM_FIELDS_MAX * 8 + 16] = "", name[UND_FORM_NAME_MAX + 4];
	size_t n = 0;

	for (size_t i = 0; i < UND_COUNT_OF(forms); i++)
		if (verdict(URLENCODED, forms[i]) != UND_ERR_FORM)
			tap_fail("%s: %s", forms[i], und_err_name(verdict(URLENCODED, forms[i])));
	for (size_t i = 0; i < UND_COUNT_OF(texts); i++)
		if (verdict(URLENCODED, texts[i]) != UND_ERR_TEXT)
			tap_fail("%s: %s", texts[i], und_err_name(verdict(URLENCODED, texts[i])));
	IS(UND_ERR_DOUBLED, und_form_decode(&f, und_cstr(URLENCODED), und_cstr("a=1&b=2&a=1"), &diag));
	STR(diag.member, "a");
	for (unsigned i = 0; i < UND_FORM_FIELDS_MAX; i++)
		n += (size_t)snprintf(many + n, sizeof many - n, "%sf%u=1", i == 0 ? "" : "&", i);
	OK(verdict(URLENCODED, many));
	snprintf(many + n, sizeof many - n, "&g=1");
	IS(UND_ERR_LIMIT, verdict(URLENCODED, many));
	snprintf(name, sizeof name, "%0*d=", UND_FORM_NAME_MAX, 0);
	OK(verdict(URLENCODED, name));
	snprintf(name, sizeof name, "%0*d=", UND_FORM_NAME_MAX + 1, 0);
	IS(UND_ERR_LIMIT, verdict(URLENCODED, name));
	IS(UND_ERR_FORM, verdict("text/plain", "a=1"));
	IS(UND_ERR_FORM, verdict("application/x-www-form-urlencodedx", "a=1"));
	IS(UND_ERR_FORM, verdict("", "a=1"));
}

#define PART(name, value) "--b0-x\r\nContent-Disposition: form-data; name=\"" name "\"\r\n\r\n" value "\r\n"
#define FILE_PART(name, file, value)                                                                                   \
	"--b0-x\r\nContent-Disposition: form-data; name=\"" name "\"; filename=\"" file "\"\r\nContent-Type: application/octet-stream\r\n\r\n" value "\r\n"
#define END "--b0-x--\r\n"

TEST(multipart_is_decoded)
{
	static const char binary[] = FILE_PART("file", "tat\xc3\xb6rt\".letter", "") FILE_PART("lines", "a;b=c.txt", "\0\r\n--b0-\r\n\xff") END;
	static const char fine[] = FILE_PART("lines", "a;b=c.txt", "\0\r\n--b0-\r\n\xff") PART("note", "two\r\nlines") FILE_PART("none", "", "") FILE_PART("none", "", "") END;
	struct und_form f;
	struct und_bytes v = { NULL, 0 };

	IS(UND_ERR_FORM, und_form_decode(&f, und_cstr(MULTIPART), und_bytes(binary, sizeof binary - 1), NULL)); /* a '"' in a name comes as %22 */
	OK(und_form_decode(&f, und_cstr("Multipart/Form-Data ; Boundary=\"b0-x\""), und_bytes(fine, sizeof fine - 1), NULL));
	EQ(f.n, 2);
	CHECK(und_form_file(&v, &f, "lines"));
	EQ(v.n, 11);
	CHECK(v.n == 11 && memcmp(v.p, "\0\r\n--b0-\r\n\xff", 11) == 0);
	CHECK(!und_form_text(&v, &f, "lines"));
	CHECK(!und_form_file(&v, &f, "none"));
	text_is(&f, "note", "two\r\nlines");
	und_form_clear(&f);
	OK(decode(&f, MULTIPART, END));
	EQ(f.n, 0);
	und_form_clear(&f);
	OK(decode(&f, MULTIPART, PART("a", "") "--b0-x--")); /* the last line break is optional */
	text_is(&f, "a", "");
	und_form_clear(&f);
}

TEST(multipart_that_is_refused)
{
	static const char *const forms[] = {
		"", "--b0-x", "--b0-x\r\n", PART("a", "1"), "preamble\r\n" PART("a", "1") END, PART("a", "1") END "epilogue", PART("a", "1") END "\r\n",
		"--b0-xy\r\n\r\n\r\n" END, "--b0-x \r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n" END,
		"--b0-x\nContent-Disposition: form-data; name=\"a\"\n\n1\n--b0-x--\n",
		"--b0-x\r\n\r\n1\r\n" END,
		"--b0-x\r\nContent-Disposition: attachment; name=\"a\"\r\n\r\n1\r\n" END,
		"--b0-x\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n" END,
		"--b0-x\r\nContent-Disposition: form-data; name=\"a\"; x=\"y\"\r\n\r\n1\r\n" END,
		"--b0-x\r\nContent-Disposition: form-data; name=\"a\"; filename=\"b\"; filename*=UTF-8''c\r\n\r\n1\r\n" END,
		"--b0-x\r\nContent-Disposition: form-data; name=\"a\"\r\nContent-Disposition: form-data; name=\"b\"\r\n\r\n1\r\n" END,
		"--b0-x\r\nContent-Disposition: form-data; name=\"a\"\r\nContent-Transfer-Encoding: base64\r\n\r\n1\r\n" END,
		"--b0-x\r\nContent-Disposition: form-data; name=\"a\"\r\nContent-Type: a/b\r\nContent-Type: a/b\r\n\r\n1\r\n" END,
		"--b0-x\r\nContent-Disposition: form-data; name=\"a.b\"\r\n\r\n1\r\n" END,
		"--b0-x\r\nContent-Disposition: form-data;\x01 name=\"a\"\r\n\r\n1\r\n" END,
		PART("a", "1") "--b0-x-\r\n", PART("a", "1") "--b0-x--x",
	};
	static const char *const types[] = {
		"multipart/form-data", "multipart/form-data;", "multipart/form-data; boundary=", "multipart/form-data; boundary=\"b0-x", "multipart/form-data; boundary=b0-x;",
		"multipart/form-data; boundary=b0-x; charset=utf-8", "multipart/form-data; boundary=\"b0\\-x\"", "multipart/mixed; boundary=b0-x",
		"multipart/form-data; boundary=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
	};
	struct und_diag diag = { 0 };
	struct und_form f;

	for (size_t i = 0; i < UND_COUNT_OF(forms); i++)
		if (verdict(MULTIPART, forms[i]) != UND_ERR_FORM)
			tap_fail("case %zu: %s", i, und_err_name(verdict(MULTIPART, forms[i])));
	for (size_t i = 0; i < UND_COUNT_OF(types); i++)
		IS(UND_ERR_FORM, verdict(types[i], PART("a", "1") END));
	OK(verdict(MULTIPART, PART("a", "1") END));
	IS(UND_ERR_DOUBLED, und_form_decode(&f, und_cstr(MULTIPART), und_cstr(PART("a", "1") FILE_PART("a", "b", "1") END), &diag));
	STR(diag.member, "a");
	IS(UND_ERR_TEXT, verdict(MULTIPART, PART("a", "\xff") END));
	IS(UND_ERR_TEXT, verdict(MULTIPART, PART("a", "\x01") END));
}

TEST(only_so_many_parts)
{
	static char body[200 * (UND_FORM_FIELDS_MAX + 2)];
	size_t n = 0, before;

	for (unsigned i = 0; i < UND_FORM_FIELDS_MAX; i++)
		n += (size_t)snprintf(body + n, sizeof body - n, "--b0-x\r\nContent-Disposition: form-data; name=\"f%u\"\r\n\r\n1\r\n", i);
	before = n;
	snprintf(body + n, sizeof body - n, END);
	OK(verdict(MULTIPART, body));
	snprintf(body + before, sizeof body - before, "%s", PART("one-more", "1") END);
	IS(UND_ERR_LIMIT, verdict(MULTIPART, body));
}

/* A head that is cut anywhere asks for more; whole, it says what is in it, however much stands behind. */
TEST(a_head_that_is_cut_is_incomplete)
{
	static const char text[] = "POST /a/b?c=d HTTP/1.1\r\nHost: h\r\nContent-Length: 7\r\nAccept-Language:  fa \r\nUser-Agent: u\r\nConnection: x, close\r\n\r\nbehind";
	struct und_head h;
	size_t whole = sizeof text - 1 - 6, used = 0;

	for (size_t n = 0; n < whole; n++)
		EQ(und_head_parse(&h, &used, und_bytes(text, n)), 0);
	EQ(und_head_parse(&h, &used, und_bytes(text, sizeof text - 1)), 200);
	EQ(used, whole);
	EQ(h.method, UND_HEAD_POST);
	CHECK(und_bytes_is(h.path, "/a/b") && und_bytes_is(h.query, "c=d") && und_bytes_is(h.headers[UND_HTTP_ACCEPT_LANGUAGE], "fa"));
	CHECK(h.has_length && h.length == 7 && h.closes && !h.chunked && !h.minor_0);
	CHECK(h.headers[UND_HTTP_ACCEPT].p == NULL);
}

TEST(chunks_cut_anywhere_are_the_same_body)
{
	static const char text[] = "4\r\nwith\r\nB\r\n\r\nline\r\nend\r\n0\r\n\r\nGET";
	size_t whole = sizeof text - 1 - 3;

	for (size_t cut = 0; cut <= whole; cut++) {
		struct und_chunks c = { 0 };
		struct und_buf body;
		size_t used = 0, more = 0;
		unsigned status;

		und_buf_init(&body, 15);
		status = und_chunks_feed(&c, &used, und_bytes(text, cut), &body);
		EQ(status, cut == whole ? 200 : 0);
		EQ(used, cut);
		if (cut < whole) {
			EQ(und_chunks_feed(&c, &more, und_bytes(text + cut, sizeof text - 1 - cut), &body), 200);
			EQ(used + more, whole);
		}
		CHECK(und_bytes_is(und_buf_bytes(&body), cut < whole && used + more < whole ? "" : "with\r\nline\r\nend"));
		und_buf_clear(&body);
	}
}
