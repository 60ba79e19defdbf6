/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* record.c: every allocation made to fail while the lines of sample letters are read, copied and written */
#include "alloc.h"
#include "base/base.h"
#include "record/record.h"

static void whole_record(struct und_bytes line)
{
	ALLOC_SWEEP() {
		struct und_record r, copy;
		struct und_buf b;
		enum und_err e;

		und_record_init(&r);
		und_record_init(&copy);
		und_buf_init(&b, UND_LINE_MAX);
		e = und_record_decode(&r, line, NULL);
		if (e == UND_OK)
			e = und_record_copy(&copy, &r);
		if (e == UND_OK)
			e = und_record_set_id(&copy);
		if (e == UND_OK)
			e = und_record_encode(&b, &copy);
		ALLOC_RESULT(e);
		if (e == UND_OK)
			CHECK(und_bytes_equal_var(und_buf_bytes(&b), line));
		und_buf_clear(&b);
		und_record_clear(&copy);
		und_record_clear(&r);
	}
}

/* One line of each type is enough: what it allocates depends on the type. */
static void types_of(const char *name, bool *seen)
{
	size_t n = 0;
	uint8_t *file = alloc_vector(name, &n), *at = file, *end;

	REQUIRE(file != NULL);
	for (; at < file + n; at = end + 1) {
		struct und_record r;
		struct und_bytes line;

		end = memchr(at, '\n', (size_t)(file + n - at));
		REQUIRE(end != NULL);
		line = und_bytes(at, (size_t)(end - at));
		und_record_init(&r);
		OK(und_record_decode(&r, line, NULL));
		if (!seen[r.type]) {
			seen[r.type] = true;
			printf("# %s\n", und_type_name(r.type));
			whole_record(line);
		}
		und_record_clear(&r);
	}
	free(file);
}

TEST(reading_copying_and_writing_a_record_of_every_type)
{
	bool seen[UND_TYPE_COUNT] = { false };

	types_of("letters/valid-base.letter", seen);
	types_of("letters/valid-sealed.letter", seen);
	types_of("letters/valid-two-questions.letter", seen);
	types_of("letters/valid-life.letter", seen);
	for (unsigned t = 0; t < UND_TYPE_COUNT; t++)
		if (!seen[t] && t != UND_TYPE_ENROLMENT && t != UND_TYPE_CARDS && t != UND_TYPE_REQUEST)
			tap_fail("no sample of %s", und_type_name(t));
}
