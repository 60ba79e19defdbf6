/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* record.c: records of every type, invented from the table, survive the way through their line */
#include "tap.h"

#include "record_fixture.h"

static struct und_bytes encode(struct und_buf *b, const struct und_record *r)
{
	und_buf_init(b, UND_LINE_MAX);
	OK(und_record_encode(b, r));
	return und_buf_bytes(b);
}

static void round_trip(enum und_type t, size_t elements)
{
	struct und_buf first, second, third;
	struct und_record r, back, copy;
	struct und_diag diag = { 0 };
	struct und_bytes line;
	enum und_err e;

	fixture_record(&r, t, elements);
	line = encode(&first, &r);
	e = und_record_decode(&back, line, &diag);
	if (e == UND_OK) {
		CHECK(und_bytes_equal_var(encode(&second, &back), line));
		OK(und_record_copy(&copy, &r));
		OK(und_record_check(&r, NULL));
		und_record_clear(&r); /* the copy borrows nothing from it */
		CHECK(und_bytes_equal_var(encode(&third, &copy), line));
		OK(und_record_set_id(&copy));
		MEM(copy.id, back.id, UND_ID_SIZE);
		CHECK(back.type == t && back.v == 1);
		und_record_clear(&copy);
		und_record_clear(&back);
		und_buf_clear(&second);
		und_buf_clear(&third);
	} else {
		tap_fail("%s: %s %s", und_type_name(t), und_err_name(e), diag.member);
		und_record_clear(&r);
	}
	und_buf_clear(&first);
}

TEST(every_invented_record_comes_back_from_its_line)
{
	tap_seed(11);
	for (unsigned i = 0; i < 60; i++)
		for (unsigned t = 0; t < UND_TYPE_COUNT; t++)
			round_trip((enum und_type)t, tap_below(i % 10 == 0 ? 33 : 4));
}

/* One byte of a line changed, left out or doubled: refused, or another record with that very line; never taken for the first. */
TEST(a_line_with_one_byte_changed_is_another_or_none)
{
	struct und_buf b, again;
	struct und_record r, back;
	unsigned taken = 0;

	tap_seed(12);
	for (unsigned i = 0; i < 4000; i++) {
		struct und_bytes line;
		uint8_t changed[1 << 15], id[UND_ID_SIZE];
		size_t n, at;

		fixture_record(&r, (enum und_type)(i % UND_TYPE_COUNT), 1);
		OK(und_record_set_id(&r));
		memcpy(id, r.id, sizeof id);
		line = encode(&b, &r);
		n = line.n;
		if (n >= sizeof changed) {
			und_buf_clear(&b);
			und_record_clear(&r);
			continue;
		}
		at = tap_below(n);
		memcpy(changed, line.p, n);
		switch (tap_below(3)) {
		case 0:
			changed[at] ^= (uint8_t)(1 + tap_below(255));
			break;
		case 1:
			memmove(changed + at, changed + at + 1, n - at - 1);
			n--;
			break;
		default:
			memmove(changed + at + 1, changed + at, n - at);
			n++;
		}
		if (und_record_decode(&back, und_bytes(changed, n), NULL) == UND_OK) { /* a letter in a text, a digit, bits of a proof */
			taken++;
			CHECK(und_bytes_equal_var(encode(&again, &back), und_bytes(changed, n)));
			/* the core is another unless a signature alone was touched */
			CHECK(memcmp(id, back.id, sizeof id) != 0 || und_type_is_signed(back.type));
			und_buf_clear(&again);
			und_record_clear(&back);
		}
		und_buf_clear(&b);
		und_record_clear(&r);
	}
	CHECK(taken > 100);
}
