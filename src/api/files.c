/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* files.c: calls that take whole files or lines and keep nothing: union, bundle, the id of a line */
#include "letter/union.h"

#include "api/api.h"

enum { ROOM = 1 << 20 };

enum und_err und_copies_unite(uint8_t **out, size_t *out_n, struct und_copy_union *report, size_t report_size,
                              const struct und_bytes *files, size_t n, size_t *which, const struct und_lent *lent, size_t size,
                              struct und_diag *diag)
{
	struct und_union_report r = { 0 };
	struct und_letter_options options;
	struct und_copy_union told;
	struct und_diag fault = { 0 };
	size_t room = ROOM, at = 0;
	struct und_buf b;
	enum und_err e;

	if (diag != NULL)
		*diag = fault;
	if (out == NULL || out_n == NULL || files == NULL || n == 0 || (report != NULL && report_size < sizeof told))
		return UND_ERR_MISUSE;
	for (size_t i = 0; i < n; i++) {
		if (files[i].p == NULL && files[i].n != 0)
			return UND_ERR_MISUSE;
		room = files[i].n > SIZE_MAX - room ? SIZE_MAX : room + files[i].n;
	}
	if ((e = und_lent_options(&options, lent, size)) != UND_OK)
		return e;
	und_buf_init(&b, room);
	if ((e = und_union(&b, &r, files, n, &at, &options, &fault)) == UND_OK)
		e = und_api_give(out, out_n, &b);
	und_buf_clear(&b);
	if (e != UND_OK) {
		if (diag != NULL)
			*diag = fault;
		if (which != NULL)
			*which = at;
		return e;
	}
	memset(&told, 0, sizeof told);
	told.lines = r.lines;
	told.added = r.added;
	told.dropped = r.dropped;
	return report == NULL ? UND_OK : und_api_fill(report, report_size, &told, sizeof told, sizeof told);
}

enum und_err und_bundle_make(uint8_t **out, size_t *out_n, const void *file, size_t n, const uint8_t *roster, const char *ring,
                             size_t ring_n, const struct und_lent *lent, size_t size, struct und_diag *diag)
{
	struct und_letter_options options;
	struct und_diag fault = { 0 };
	struct und_buf b;
	enum und_err e;

	if (diag != NULL)
		*diag = fault;
	if (out == NULL || out_n == NULL || (file == NULL && n != 0) || ring == NULL)
		return UND_ERR_MISUSE;
	if ((e = und_lent_options(&options, lent, size)) != UND_OK)
		return e;
	und_buf_init(&b, n);
	e = und_bundle(&b, und_bytes(file, n), roster, und_bytes(ring, ring_n), &options, &fault);
	if (e == UND_OK)
		e = und_api_give(out, out_n, &b);
	und_buf_clear(&b);
	if (e != UND_OK && diag != NULL)
		*diag = fault;
	return e;
}

enum und_err und_line_id(uint8_t id[UND_ID_SIZE], const char **type, const void *line, size_t n, struct und_diag *diag)
{
	struct und_diag fault = { 0 };
	struct und_record r;
	enum und_err e;

	if (diag != NULL)
		*diag = fault;
	if (id == NULL || type == NULL || (line == NULL && n != 0))
		return UND_ERR_MISUSE;
	und_record_init(&r);
	if ((e = und_record_decode(&r, und_bytes(line, n), &fault)) != UND_OK) {
		if (diag != NULL)
			*diag = fault;
		return e;
	}
	memcpy(id, r.id, UND_ID_SIZE);
	*type = und_type_name(r.type);
	und_record_clear(&r);
	return UND_OK;
}
