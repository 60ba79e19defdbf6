/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* record.c: one line: what decode takes, encode gives back; jansson takes what our scan takes */
#include <jansson.h>

#include "base/hash.h"
#include "fuzz.h"
#include "record/record.h"
#include "record/scan.h"

static void must_encode_to(const struct und_record *r, struct und_bytes line)
{
	struct und_buf out;

	und_buf_init(&out, line.n);
	FUZZ_ASSERT(und_record_encode(&out, r) == UND_OK);
	FUZZ_ASSERT(und_bytes_equal_var(und_buf_bytes(&out), line));
	und_buf_clear(&out);
}

/* The id that decode takes from the line is that of the core which encode writes. */
static void must_have_its_id(struct und_record *r)
{
	uint8_t id[UND_ID_SIZE];

	memcpy(id, r->id, sizeof id);
	FUZZ_ASSERT(und_record_set_id(r) == UND_OK);
	FUZZ_ASSERT(memcmp(id, r->id, sizeof id) == 0);
}

static void must_be_json(struct und_bytes line)
{
	json_t *value;

	if (memmem(line.p, line.n, "\\u0000", 6) != NULL)
		return; /* jansson refuses it in names */
	value = json_loadb((const char *)line.p, line.n, JSON_REJECT_DUPLICATES, NULL);
	FUZZ_ASSERT(value != NULL);
	json_decref(value);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct und_bytes line = { data, size };
	struct und_record r, copy;
	struct und_diag diag = { .line = 7 };
	struct und_scan scan;
	bool is_canonical;
	enum und_err e;

	is_canonical = und_scan_line(&scan, line, &diag) == UND_OK;
	if (is_canonical)
		must_be_json(line);
	e = und_record_decode(&r, line, &diag);
	FUZZ_ASSERT(diag.line == 7 && memchr(diag.member, 0, sizeof diag.member) != NULL);
	if (e != UND_OK)
		return 0;
	FUZZ_ASSERT(is_canonical && line.n <= und_type_line_max(r.type));
	must_encode_to(&r, line);
	FUZZ_ASSERT(und_record_copy(&copy, &r) == UND_OK);
	must_have_its_id(&r);
	und_record_clear(&r);
	must_encode_to(&copy, line);
	und_record_clear(&copy);
	return 0;
}
