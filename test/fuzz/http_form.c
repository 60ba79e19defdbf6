/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* http_form.c: urlencoded forms and queries: what is decoded is text, and encoding it again and decoding that gives it back */
#include "fuzz.h"
#include "http/form.h"

static void encode(struct und_buf *out, struct und_bytes s)
{
	static const char digits[] = "0123456789ABCDEF";

	for (size_t i = 0; i < s.n; i++) {
		und_buf_add_u8(out, '%');
		und_buf_add_u8(out, (uint8_t)digits[s.p[i] >> 4]);
		und_buf_add_u8(out, (uint8_t)digits[s.p[i] & 15]);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char type[] = "application/x-www-form-urlencoded";
	struct und_form f, g;
	struct und_buf again;
	struct und_diag diag = { 0 };

	if (und_form_decode(&f, und_cstr(type), und_bytes(data, size), &diag) != UND_OK)
		return 0;
	FUZZ_ASSERT(f.n <= UND_FORM_FIELDS_MAX);
	und_buf_init(&again, 8 * size + 64);
	for (size_t i = 0; i < f.n; i++) {
		FUZZ_ASSERT(f.fields[i].name.n >= 1 && f.fields[i].name.n <= UND_FORM_NAME_MAX && !f.fields[i].file);
		FUZZ_ASSERT(f.fields[i].value.n == 0 || memchr(f.fields[i].value.p, 0, f.fields[i].value.n) == NULL);
		if (i > 0)
			und_buf_add_u8(&again, '&');
		encode(&again, f.fields[i].name);
		und_buf_add_u8(&again, '=');
		encode(&again, f.fields[i].value);
	}
	FUZZ_ASSERT(again.err == UND_OK);
	FUZZ_ASSERT(und_form_decode(&g, und_cstr(type), und_buf_bytes(&again), NULL) == UND_OK && g.n == f.n);
	for (size_t i = 0; i < f.n; i++)
		FUZZ_ASSERT(und_bytes_equal_var(f.fields[i].name, g.fields[i].name) && und_bytes_equal_var(f.fields[i].value, g.fields[i].value));
	und_buf_clear(&again);
	und_form_clear(&f);
	und_form_clear(&g);
	return 0;
}
