/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* csv.c: a table that is read, written with every field quoted, and read again, is the same */
#include "cli/csv.h"
#include "fuzz.h"

static void encode(struct und_buf *out, const struct cli_csv *csv)
{
	for (size_t i = 0; i < csv->count; i++) {
		for (size_t j = 0; j < csv->rows[i].count; j++) {
			struct und_bytes f = csv->rows[i].fields[j];

			und_buf_add_str(out, j > 0 ? ",\"" : "\"");
			for (size_t k = 0; k < f.n; k++) {
				if (f.p[k] == '"')
					und_buf_add_u8(out, '"');
				und_buf_add_u8(out, f.p[k]);
			}
			und_buf_add_u8(out, '"');
		}
		und_buf_add_str(out, i % 2 == 0 ? "\n" : "\r\n");
	}
}

static void same(const struct cli_csv *a, const struct cli_csv *b)
{
	FUZZ_ASSERT(a->count == b->count);
	for (size_t i = 0; i < a->count; i++) {
		FUZZ_ASSERT(a->rows[i].count == b->rows[i].count);
		for (size_t j = 0; j < a->rows[i].count; j++)
			FUZZ_ASSERT(und_bytes_equal_var(a->rows[i].fields[j], b->rows[i].fields[j]));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t fields = size > 0 && *data < 4 ? *data : 0; /* a first byte 0 … 3 asks for so many fields */
	struct und_bytes text = { size > 0 ? data : NULL, size };
	struct und_diag diag = { 0 };
	struct cli_csv csv, again;
	struct und_buf written;
	uint64_t lines = 1;
	enum und_err e;

	for (size_t i = 0; i < size; i++)
		lines += data[i] == '\n';
	e = cli_csv_decode(&csv, text, fields, &diag);
	if (e != UND_OK) {
		FUZZ_ASSERT(e == UND_ERR_CSV_QUOTE || e == UND_ERR_CSV_OPEN || e == UND_ERR_CSV_BREAK || e == UND_ERR_CSV_FIELDS || e == UND_ERR_LIMIT);
		FUZZ_ASSERT(diag.line >= 1 && diag.line <= lines);
		return 0;
	}
	for (size_t i = 0; i < csv.count; i++) {
		FUZZ_ASSERT(csv.rows[i].count >= 1 && (fields == 0 || csv.rows[i].count == fields));
		FUZZ_ASSERT(csv.rows[i].line > (i == 0 ? 0 : csv.rows[i - 1].line) && csv.rows[i].line <= lines);
	}
	und_buf_init(&written, 4 * size + 64);
	encode(&written, &csv);
	FUZZ_ASSERT(written.err == UND_OK);
	FUZZ_ASSERT(cli_csv_decode(&again, und_buf_bytes(&written), fields, &diag) == UND_OK);
	same(&csv, &again);
	cli_csv_clear(&again);
	cli_csv_clear(&csv);
	und_buf_clear(&written);
	return 0;
}
