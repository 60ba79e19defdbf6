/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* multipart.c: multipart/form-data as browsers write it (RFC 7578): delimiter lines, headers of a part, content */
#include "http/parts.h"

/* Takes s off the front of *in, or says that it does not stand there. */
static bool take(struct und_bytes *in, const char *s)
{
	size_t n = strlen(s);

	if (in->n < n || memcmp(in->p, s, n) != 0)
		return false;
	in->p += n;
	in->n -= n;
	return true;
}

/* take, without regard to case; s in lower case. */
static bool take_word(struct und_bytes *in, const char *s)
{
	size_t n = strlen(s);

	if (in->n < n)
		return false;
	for (size_t i = 0; i < n; i++) {
		uint8_t c = in->p[i];

		if ((c >= 'A' && c <= 'Z' ? (uint8_t)(c + 32) : c) != (uint8_t)s[i])
			return false;
	}
	in->p += n;
	in->n -= n;
	return true;
}

static void skip_spaces(struct und_bytes *in)
{
	while (in->n > 0 && (in->p[0] == ' ' || in->p[0] == '\t')) {
		in->p++;
		in->n--;
	}
}

/* RFC 2046 §5.1.1, without the space. */
static bool is_boundary(uint8_t c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c != 0 && strchr("'()+_,-./:=?", c) != NULL);
}

/* "; boundary=…", quoted or not, and nothing else. */
static bool parse_boundary(struct und_bytes *out, struct und_bytes in)
{
	struct und_bytes b;
	bool quoted;

	if (!take(&in, ";"))
		return false;
	skip_spaces(&in);
	if (!take_word(&in, "boundary="))
		return false;
	quoted = take(&in, "\"");
	b = und_bytes(in.p, 0);
	while (b.n < in.n && is_boundary(in.p[b.n]))
		b.n++;
	in.p += b.n;
	in.n -= b.n;
	if (b.n == 0 || b.n > UND_FORM_BOUNDARY_MAX || (quoted && !take(&in, "\"")) || in.n != 0)
		return false;
	*out = b;
	return true;
}

/* What the headers of a part say. */
struct part {
	struct und_bytes name;
	bool file, unnamed; /* unnamed: filename="" */
	bool has_disposition;
};

/* A quoted string as browsers write it: '"', CR and LF stand there as escapes (%22, %0D, %0A). */
static bool take_quoted(struct und_bytes *out, struct und_bytes *in)
{
	const uint8_t *end;

	if (!take(in, "\""))
		return false;
	end = in->n == 0 ? NULL : memchr(in->p, '"', in->n);
	if (end == NULL)
		return false;
	*out = und_bytes(in->p, (size_t)(end - in->p));
	in->n -= out->n + 1;
	in->p += out->n + 1;
	return true;
}

static bool parse_disposition(struct part *p, struct und_bytes in)
{
	struct und_bytes file;

	skip_spaces(&in);
	if (p->has_disposition || !take_word(&in, "form-data;"))
		return false;
	p->has_disposition = true;
	skip_spaces(&in);
	if (!take_word(&in, "name=") || !take_quoted(&p->name, &in))
		return false;
	if (in.n == 0)
		return true;
	if (!take(&in, ";"))
		return false;
	skip_spaces(&in);
	if (!take_word(&in, "filename=") || !take_quoted(&file, &in) || in.n != 0)
		return false;
	p->file = true;
	p->unnamed = file.n == 0;
	return true;
}

/* The line's end: CRLF; a line holds no other control character. */
static bool take_line(struct und_bytes *line, struct und_bytes *in)
{
	const uint8_t *cr = in->n == 0 ? NULL : memchr(in->p, '\r', in->n);
	size_t n;

	if (cr == NULL)
		return false;
	n = (size_t)(cr - in->p);
	if (in->n < n + 2 || cr[1] != '\n')
		return false;
	*line = und_bytes(in->p, n);
	for (size_t i = 0; i < n; i++)
		if ((line->p[i] < ' ' && line->p[i] != '\t') || line->p[i] == 0x7f)
			return false;
	in->p += n + 2;
	in->n -= n + 2;
	return true;
}

/* Headers of a part, up to the empty line: Content-Disposition, and Content-Type, which is not believed anyway. */
static enum und_err take_headers(struct part *p, struct und_bytes *in)
{
	struct und_bytes line;
	unsigned types = 0;

	*p = (struct part){ 0 };
	for (;;) {
		if (!take_line(&line, in))
			return UND_ERR_FORM;
		if (line.n == 0)
			break;
		if (take_word(&line, "content-disposition:")) {
			if (!parse_disposition(p, line))
				return UND_ERR_FORM;
		} else if (!take_word(&line, "content-type:") || types++ != 0) {
			return UND_ERR_FORM;
		}
	}
	if (!p->has_disposition)
		return UND_ERR_FORM;
	if (p->name.n > UND_FORM_NAME_MAX)
		return UND_ERR_LIMIT;
	return und_form_is_name(p->name) ? UND_OK : UND_ERR_FORM;
}

static enum und_err add_field(struct und_form *f, const struct part *p, struct und_bytes value, struct und_diag *diag)
{
	if (p->file && p->unnamed && value.n == 0) /* no file was chosen */
		return UND_OK;
	if (!p->file && !und_form_is_text(value)) {
		und_form_diag(diag, p->name);
		return UND_ERR_TEXT;
	}
	for (size_t i = 0; i < f->n; i++)
		if (und_bytes_equal_var(f->fields[i].name, p->name)) {
			und_form_diag(diag, p->name);
			return UND_ERR_DOUBLED;
		}
	if (f->n == UND_FORM_FIELDS_MAX)
		return UND_ERR_LIMIT;
	f->fields[f->n++] = (struct und_form_field){ .name = p->name, .value = value, .file = p->file };
	return UND_OK;
}

enum und_err und_multipart_decode(struct und_form *f, struct und_bytes parameters, struct und_bytes body, struct und_diag *diag)
{
	uint8_t delimiter[4 + UND_FORM_BOUNDARY_MAX] = "\r\n--";
	struct und_bytes boundary, in = body;
	struct part p;
	size_t n, parts = 0;
	enum und_err e;

	if (!parse_boundary(&boundary, parameters))
		return UND_ERR_FORM;
	memcpy(delimiter + 4, boundary.p, boundary.n);
	n = 4 + boundary.n;
	if (in.n < n - 2 || memcmp(in.p, delimiter + 2, n - 2) != 0) /* the first has no CRLF before it */
		return UND_ERR_FORM;
	in.p += n - 2;
	in.n -= n - 2;
	while (take(&in, "\r\n")) {
		const uint8_t *end;
		struct und_bytes value;

		if (parts++ == 2 * UND_FORM_FIELDS_MAX) /* left out ones too */
			return UND_ERR_LIMIT;
		if ((e = take_headers(&p, &in)) != UND_OK)
			return e;
		end = in.n == 0 ? NULL : memmem(in.p, in.n, delimiter, n);
		if (end == NULL)
			return UND_ERR_FORM;
		value = und_bytes(in.p, (size_t)(end - in.p));
		if ((e = add_field(f, &p, value, diag)) != UND_OK)
			return e;
		in.p += value.n + n;
		in.n -= value.n + n;
	}
	if (!take(&in, "--"))
		return UND_ERR_FORM;
	return in.n == 0 || (in.n == 2 && take(&in, "\r\n")) ? UND_OK : UND_ERR_FORM;
}
