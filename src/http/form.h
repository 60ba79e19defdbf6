/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* form.h: what pages send without JavaScript: application/x-www-form-urlencoded and multipart/form-data, strictly */
#ifndef UND_HTTP_FORM_H
#define UND_HTTP_FORM_H

#include "base/base.h"

enum {
	UND_FORM_FIELDS_MAX = 32,
	UND_FORM_NAME_MAX = 64,     /* bytes of a field's name: a-z A-Z 0-9 - _ */
	UND_FORM_BOUNDARY_MAX = 70  /* RFC 2046 §5.1.1 */
};

/* One field. A file's name and type are thrown away unseen: they tell about people. */
struct und_form_field {
	struct und_bytes name;
	struct und_bytes value; /* text: UTF-8 without control characters but TAB, CR, LF. A file: any bytes */
	bool file;
};

struct und_form {
	struct und_form_field fields[UND_FORM_FIELDS_MAX];
	size_t n;
	struct und_arena arena;
	struct und_form_store { /* decoded names and values; overwritten by und_form_clear */
		uint8_t *p;
		size_t n;
	} store;
};

/*
 * Decodes a whole body by its Content-Type: application/x-www-form-urlencoded (WHATWG URL §5.1, but strict: a broken escape
 * is an error) or multipart/form-data (RFC 7578, RFC 2046; CRLF, no preamble, no epilogue, no Content-Transfer-Encoding).
 * Values are decoded into the form or borrow from body: both must live. A name may stand once, but for an unchosen file (no name, no content), which is
 * left out. Cost: linear in the body.
 * Errors: UND_ERR_FORM (not of that form), UND_ERR_DOUBLED (diag member: the name), UND_ERR_TEXT (a text that is not UTF-8, or controls),
 * UND_ERR_LIMIT (too many fields, a long name), UND_ERR_MEMORY. *out is untouched on failure; on success und_form_clear it.
 */
UND_MUST_USE enum und_err und_form_decode(struct und_form *out, struct und_bytes content_type, struct und_bytes body, struct und_diag *diag);
void und_form_clear(struct und_form *f);
/* Whether the form has the field. */
bool und_form_text(struct und_bytes *out, const struct und_form *f, const char *name);
bool und_form_file(struct und_bytes *out, const struct und_form *f, const char *name);

/*
 * The pairs of name=value&… (urlencoded) in text. Decodes into store, which must hold text.n bytes; names and values are slices of it. At most max pairs.
 * Errors as above.
 */
struct und_form_pair {
	struct und_bytes name, value;
};
UND_MUST_USE enum und_err und_form_pairs(struct und_form_pair *out, size_t *n, size_t max, uint8_t *store, struct und_bytes text, struct und_diag *diag);

#endif
