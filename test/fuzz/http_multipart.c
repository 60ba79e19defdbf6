/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* http_multipart.c: multipart forms: fields lie in the body, and written anew they decode to the same. The first line is the Content-Type's end */
#include "fuzz.h"
#include "http/form.h"

static void write_again(struct und_buf *out, const struct und_form *f)
{
	for (size_t i = 0; i < f->n; i++) {
		und_buf_add_str(out, "--qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq0001\r\nContent-Disposition: form-data; name=\"");
		und_buf_add_bytes(out, f->fields[i].name);
		und_buf_add_str(out, f->fields[i].file ? "\"; filename=\"f\"\r\n\r\n" : "\"\r\n\r\n");
		und_buf_add_bytes(out, f->fields[i].value);
		und_buf_add_str(out, "\r\n");
	}
	und_buf_add_str(out, "--qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq0001--\r\n");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char type[] = "multipart/form-data; boundary=qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq0001";
	const uint8_t *lf = size == 0 ? NULL : memchr(data, '\n', size < 200 ? size : 200);
	struct und_bytes body;
	struct und_buf head, again;
	struct und_form f, g;

	if (lf == NULL)
		return 0;
	body = und_bytes(lf + 1, size - (size_t)(lf + 1 - data));
	if (memmem(body.p, body.n, "qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq0001", 44) != NULL)
		return 0;
	und_buf_init(&head, 400);
	und_buf_add_str(&head, "multipart/form-data; boundary=");
	und_buf_add(&head, data, (size_t)(lf - data));
	if (und_form_decode(&f, und_buf_bytes(&head), body, NULL) == UND_OK) {
		und_buf_init(&again, size + 200 * UND_FORM_FIELDS_MAX);
		write_again(&again, &f);
		FUZZ_ASSERT(again.err == UND_OK);
		FUZZ_ASSERT(und_form_decode(&g, und_cstr(type), und_buf_bytes(&again), NULL) == UND_OK && g.n == f.n);
		for (size_t i = 0; i < f.n; i++) {
			struct und_bytes v = f.fields[i].value;

			FUZZ_ASSERT(v.n == 0 || (v.p >= body.p && v.p + v.n <= body.p + body.n));
			FUZZ_ASSERT(und_bytes_equal_var(v, g.fields[i].value) && f.fields[i].file == g.fields[i].file);
		}
		und_form_clear(&f);
		und_form_clear(&g);
		und_buf_clear(&again);
	}
	und_buf_clear(&head);
	return 0;
}
