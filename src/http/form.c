/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* form.c: name=value&… decoded strictly, and forms whole by their Content-Type */
#include "http/form.h"
#include "base/secret.h"
#include "http/parts.h"

/* ---- text: UTF-8 (RFC 3629), no control characters but TAB, CR, LF ---- */

/* The length of the character at p, 0: none that may stand here. */
static size_t character(const uint8_t *p, size_t n)
{
	size_t more = p[0] < 0x80 ? 0 : p[0] < 0xc2 ? 9 : p[0] < 0xe0 ? 1 : p[0] < 0xf0 ? 2 : p[0] < 0xf5 ? 3 : 9;

	if (more == 0)
		return (p[0] < 0x20 && p[0] != '\t' && p[0] != '\r' && p[0] != '\n') || p[0] == 0x7f ? 0 : 1;
	if (more > 3 || more >= n)
		return 0;
	for (size_t i = 1; i <= more; i++)
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	if ((p[0] == 0xe0 && p[1] < 0xa0) || (p[0] == 0xed && p[1] > 0x9f) || (p[0] == 0xf0 && p[1] < 0x90) || (p[0] == 0xf4 && p[1] > 0x8f))
		return 0; /* overlong; surrogates; above U+10FFFF */
	if (p[0] == 0xc2 && p[1] < 0xa0) /* U+0080 to U+009F */
		return 0;
	return more + 1;
}

bool und_form_is_text(struct und_bytes s)
{
	size_t step;

	for (size_t i = 0; i < s.n; i += step) {
		step = character(s.p + i, s.n - i);
		if (step == 0)
			return false;
	}
	return true;
}

bool und_form_is_name(struct und_bytes s)
{
	if (s.n == 0 || s.n > UND_FORM_NAME_MAX)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		uint8_t c = s.p[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_'))
			return false;
	}
	return true;
}

void und_form_diag(struct und_diag *diag, struct und_bytes name)
{
	char text[UND_FORM_NAME_MAX + 1] = { 0 };

	memcpy(text, name.p, name.n < UND_FORM_NAME_MAX ? name.n : UND_FORM_NAME_MAX);
	und_diag_member(diag, text);
}

/* ---- application/x-www-form-urlencoded ---- */

static int hex_digit(uint8_t c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* '+' is a space, %XX a byte; *store moves on. A broken escape, or a byte that should have been escaped, is none of the form. */
static enum und_err unescape(struct und_bytes *out, uint8_t **store, struct und_bytes s)
{
	uint8_t *p = *store;

	for (size_t i = 0; i < s.n; i++) {
		uint8_t c = s.p[i];

		if (c == '%') {
			if (s.n - i < 3 || hex_digit(s.p[i + 1]) < 0 || hex_digit(s.p[i + 2]) < 0)
				return UND_ERR_FORM;
			c = (uint8_t)(16 * hex_digit(s.p[i + 1]) + hex_digit(s.p[i + 2]));
			i += 2;
		} else if (c == '+') {
			c = ' ';
		} else if (c <= ' ' || c >= 0x7f || c == '=') {
			return UND_ERR_FORM;
		}
		*p++ = c;
	}
	*out = und_bytes(*store, (size_t)(p - *store));
	*store = p;
	return UND_OK;
}

static enum und_err decode_pair(struct und_form_pair *pair, uint8_t **store, struct und_bytes s)
{
	const uint8_t *equals = s.n == 0 ? NULL : memchr(s.p, '=', s.n);
	size_t name = equals == NULL ? 0 : (size_t)(equals - s.p);
	enum und_err e;

	if (equals == NULL)
		return UND_ERR_FORM;
	if ((e = unescape(&pair->name, store, und_bytes(s.p, name))) != UND_OK)
		return e;
	if (!und_form_is_name(pair->name))
		return pair->name.n > UND_FORM_NAME_MAX ? UND_ERR_LIMIT : UND_ERR_FORM;
	if ((e = unescape(&pair->value, store, und_bytes(equals + 1, s.n - name - 1))) != UND_OK)
		return e;
	return und_form_is_text(pair->value) ? UND_OK : UND_ERR_TEXT;
}

enum und_err und_form_pairs(struct und_form_pair *out, size_t *n, size_t max, uint8_t *store, struct und_bytes text, struct und_diag *diag)
{
	struct und_form_pair pair;
	size_t count = 0, from = 0;
	enum und_err e;

	for (size_t i = 0; i <= text.n && text.n > 0; i++) {
		if (i < text.n && text.p[i] != '&')
			continue;
		if (count == max)
			return UND_ERR_LIMIT;
		e = decode_pair(&pair, &store, und_bytes(text.p + from, i - from));
		if (e != UND_OK)
			return e;
		for (size_t k = 0; k < count; k++)
			if (und_bytes_equal_var(out[k].name, pair.name)) {
				und_form_diag(diag, pair.name);
				return UND_ERR_DOUBLED;
			}
		out[count++] = pair;
		from = i + 1;
	}
	*n = count;
	return UND_OK;
}

static enum und_err decode_urlencoded(struct und_form *f, struct und_bytes body, struct und_diag *diag)
{
	struct und_form_pair pairs[UND_FORM_FIELDS_MAX];
	uint8_t *store;
	enum und_err e;

	store = und_arena_alloc(&f->arena, 1, body.n);
	if (store == NULL)
		return UND_ERR_MEMORY;
	f->store = (struct und_form_store){ store, body.n };
	e = und_form_pairs(pairs, &f->n, UND_FORM_FIELDS_MAX, store, body, diag);
	for (size_t i = 0; e == UND_OK && i < f->n; i++)
		f->fields[i] = (struct und_form_field){ .name = pairs[i].name, .value = pairs[i].value };
	return e;
}

/* ---- whole forms ---- */

bool und_media_type_is(struct und_bytes content_type, const char *type, struct und_bytes *parameters)
{
	size_t n = strlen(type), end;

	for (end = 0; end < content_type.n && content_type.p[end] != ';'; end++)
		;
	*parameters = und_bytes(content_type.p + end, content_type.n - end);
	while (end > 0 && (content_type.p[end - 1] == ' ' || content_type.p[end - 1] == '\t'))
		end--;
	if (end != n)
		return false;
	for (size_t i = 0; i < n; i++) {
		uint8_t c = content_type.p[i];

		if ((c >= 'A' && c <= 'Z' ? (uint8_t)(c + 32) : c) != (uint8_t)type[i])
			return false;
	}
	return true;
}

enum und_err und_form_decode(struct und_form *out, struct und_bytes content_type, struct und_bytes body, struct und_diag *diag)
{
	struct und_form f = { 0 };
	struct und_bytes parameters;
	enum und_err e;

	und_arena_init(&f.arena);
	if (und_media_type_is(content_type, "application/x-www-form-urlencoded", &parameters))
		e = decode_urlencoded(&f, body, diag);
	else if (und_media_type_is(content_type, "multipart/form-data", &parameters))
		e = und_multipart_decode(&f, parameters, body, diag);
	else
		e = UND_ERR_FORM;
	if (e != UND_OK) {
		und_form_clear(&f);
		return e;
	}
	*out = f;
	return UND_OK;
}

void und_form_clear(struct und_form *f)
{
	if (f->store.p != NULL)
		und_wipe(f->store.p, f->store.n);
	und_arena_clear(&f->arena);
	*f = (struct und_form){ 0 };
}

static bool find(struct und_bytes *out, const struct und_form *f, const char *name, bool file)
{
	for (size_t i = 0; i < f->n; i++)
		if (f->fields[i].file == file && und_bytes_is(f->fields[i].name, name)) {
			*out = f->fields[i].value;
			return true;
		}
	return false;
}

bool und_form_text(struct und_bytes *out, const struct und_form *f, const char *name)
{
	return find(out, f, name, false);
}

bool und_form_file(struct und_bytes *out, const struct und_form *f, const char *name)
{
	return find(out, f, name, true);
}
