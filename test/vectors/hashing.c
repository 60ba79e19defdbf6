/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* hashing.c: test/vectors/hashing.json: expand_message_xmd, hashing to the group and to scalars, generators, tag bases */
#include "base/base.h"
#include "group/group.h"
#include "tap.h"

#define UND_VECTOR_FILE "hashing.json"
#include "vector_file.h"

struct message {
	uint8_t bytes[4096];
	struct und_bytes pieces[3]; /* the same, cut in three */
};

static void get_message(struct message *m, json_t *row)
{
	size_t n = tap_hex(m->bytes, sizeof m->bytes, text(row, "msg"));

	m->pieces[0] = und_bytes(m->bytes, n / 3);
	m->pieces[1] = und_bytes(m->bytes + n / 3, 0);
	m->pieces[2] = und_bytes(m->bytes + n / 3, n - n / 3);
}

static void is_out(json_t *row, const void *is, size_t n)
{
	uint8_t expected[1024];

	EQ(n, tap_hex(expected, sizeof expected, text(row, "out")));
	MEM(expected, is, n);
}

static void is_point(json_t *row, const struct und_point *p)
{
	uint8_t bytes[32];

	und_point_encode(bytes, p);
	is_out(row, bytes, sizeof bytes);
}

TEST(expand_message_xmd)
{
	struct message m;
	uint8_t out[1024];
	size_t i, n;
	json_t *row;

	json_array_foreach(section("expand_message_xmd"), i, row) {
		n = (size_t)json_integer_value(json_object_get(row, "len"));
		REQUIRE(n <= sizeof out);
		get_message(&m, row);
		und_expand_message(out, n, text(row, "dst"), m.pieces, 3);
		is_out(row, out, n);
	}
}

TEST(hash_to_group)
{
	struct message m;
	struct und_point p;
	size_t i;
	json_t *row;

	json_array_foreach(section("hash_to_group"), i, row) {
		get_message(&m, row);
		und_hash_to_point(&p, text(row, "dst"), m.pieces, 3);
		is_point(row, &p);
	}
}

TEST(hash_to_scalar)
{
	struct message m;
	struct und_scalar a;
	uint8_t bytes[32];
	size_t i;
	json_t *row;

	json_array_foreach(section("hash_to_scalar"), i, row) {
		get_message(&m, row);
		und_hash_to_scalar(&a, text(row, "dst"), m.pieces, 3);
		und_scalar_encode(bytes, &a);
		is_out(row, bytes, sizeof bytes);
	}
}

TEST(generators)
{
	size_t i;
	json_t *row;

	json_array_foreach(section("generator"), i, row) {
		struct und_point p;
		uint8_t index[4];
		struct und_bytes msg = und_bytes(index, 4);

		und_store_u32be(index, (uint32_t)json_integer_value(json_object_get(row, "index")));
		und_hash_to_point(&p, "undersigned/1 generator", &msg, 1);
		is_point(row, &p);
	}
}

TEST(tag_bases)
{
	size_t i;
	json_t *row;

	json_array_foreach(section("tag_base"), i, row) {
		struct und_point p;
		uint8_t id[32];
		struct und_bytes msg = und_bytes(id, 32);

		EQ(32, tap_hex(id, sizeof id, text(row, "letter_id")));
		und_hash_to_point(&p, "undersigned/1 tag base", &msg, 1);
		is_point(row, &p);
	}
}
