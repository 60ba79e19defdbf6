/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* audit.c: test/vectors/audit.json: draws, what their outcome says, opened entries of a ledger (spec/cards.md §6, §7) */
#include "book/book.h"
#include "tap.h"

#define UND_VECTOR_FILE "audit.json"
#include "vector_file.h"

static void hex32(uint8_t out[32], json_t *row, const char *name)
{
	EQ(tap_hex(out, 32, text(row, name)), 32);
}

static uint64_t number(json_t *row, const char *name)
{
	return (uint64_t)json_integer_value(json_object_get(row, name));
}

TEST(the_same_are_drawn_wherever_it_is_done)
{
	static uint64_t draws[4096];
	uint8_t roster[32], seed[32], want[32];
	json_t *row, *place;
	size_t i, j;

	json_array_foreach(section("draws"), i, row) {
		json_t *drawn = json_object_get(row, "drawn");
		size_t n = json_array_size(drawn);

		hex32(roster, row, "roster");
		hex32(want, row, "seed");
		und_audit_seed(seed, roster, number(row, "number"));
		MEM(want, seed, 32);
		OK(und_audit_draw(draws, n, seed, number(row, "keys")));
		json_array_foreach(drawn, j, place)
			EQ(json_integer_value(place), (long)draws[j]);
		if (n > 1) { /* fewer are the first of more */
			uint64_t last = draws[n - 2];

			OK(und_audit_draw(draws, n - 1, seed, number(row, "keys")));
			EQ(draws[n - 2], last);
		}
		seed[0] ^= 1;
		OK(und_audit_draw(draws, n, seed, number(row, "keys")));
		if (number(row, "keys") > 50 && number(row, "keys") > n)
			CHECK(draws[0] != (uint64_t)json_integer_value(json_array_get(drawn, 0)));
	}
}

TEST(what_an_outcome_says)
{
	json_t *row;
	size_t i;

	json_array_foreach(section("bounds"), i, row)
		EQ(number(row, "tenths"), und_audit_bound(number(row, "drawn"), number(row, "invented")));
	EQ(50, und_audit_bound(59, 0)); /* fewer than 5 % */
	CHECK(und_audit_bound(58, 0) > 50 && und_audit_bound(59, 1) > 50);
	EQ(1000, und_audit_bound(59, 60));
	EQ(1000, und_audit_bound(0, 0));
}

TEST(an_entry_stands_in_its_ledger_or_nowhere)
{
	size_t i, good = 0, bad = 0;
	json_t *row;

	json_array_foreach(section("entries"), i, row) {
		bool valid = json_is_true(json_object_get(row, "valid"));
		struct und_bytes line = und_cstr(text(row, "line"));
		struct und_ledger_entry entry;
		struct und_arena arena;
		struct und_buf back;
		uint8_t root[32];
		enum und_err e;

		hex32(root, row, "root");
		und_arena_init(&arena);
		e = und_ledger_entry_decode(&entry, &arena, line, NULL);
		if (!valid && strncmp(text(row, "why"), "form", 4) == 0) {
			CHECK(e != UND_OK && e != UND_ERR_MEMORY);
			bad++;
		} else {
			OK(e);
			IS(valid ? UND_OK : UND_ERR_LEDGER, und_ledger_entry_check(&entry, root, number(row, "count")));
			good += valid;
			bad += !valid;
			und_buf_init(&back, 1 << 16);
			OK(und_ledger_entry_encode(&back, &entry));
			CHECK(und_bytes_equal_var(und_buf_bytes(&back), line));
			und_buf_clear(&back);
			root[31] ^= 1;
			IS(UND_ERR_LEDGER, und_ledger_entry_check(&entry, root, number(row, "count")));
		}
		und_arena_clear(&arena);
	}
	CHECK(good >= 7 && bad >= 2 * good);
}
