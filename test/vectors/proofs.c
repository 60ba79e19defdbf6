/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* proofs.c: test/vectors/proofs.json: rings, the prover byte for byte, the verifier and batches on every row */
#include "base/base.h"
#include "proof/nonce.h"
#include "proof/ring.h"
#include "proof/ring_parts.h"
#include "tap.h"
#include "ring_fixture.h"

#define UND_VECTOR_FILE "proofs.json"
#include "vector_file.h"

enum { RINGS_MAX = 16, ROWS_MAX = 400, KEYS_MAX = 300 };

struct ring {
	const char *name;
	struct und_member_key keys[KEYS_MAX];
	const struct und_member_key *list[KEYS_MAX];
	struct und_ring ring;
};

struct row {
	json_t *json;
	const struct ring *ring;
	uint8_t letter_id[UND_ID_SIZE], tag[UND_POINT_SIZE], proof[UND_PROOF_SIZE_MAX + 64];
	bool valid;
	struct und_ring_claim claim;
};

static struct ring rings[RINGS_MAX];
static struct row rows[ROWS_MAX];
static size_t rings_n, rows_n;

static void hex32(uint8_t out[32], const char *hex)
{
	if (tap_hex(out, 32, hex) != 32)
		abort();
}

static void load_ring(struct ring *r, json_t *json)
{
	json_t *keys = json_object_get(json, "keys");
	uint8_t encoded[KEYS_MAX][UND_POINT_SIZE], roster_id[UND_ID_SIZE];
	size_t bad;

	r->name = text(json, "name");
	r->ring.n = json_array_size(keys);
	if (r->ring.n > KEYS_MAX)
		abort();
	for (size_t i = 0; i < r->ring.n; i++) {
		hex32(encoded[i], json_string_value(json_array_get(keys, i)));
		r->list[i] = &r->keys[i];
	}
	if (und_member_keys_decode(r->keys, &bad, encoded[0], r->ring.n, NULL) != UND_OK)
		abort();
	r->ring.keys = r->list;
	hex32(roster_id, text(json, "roster_id"));
	und_ring_id(r->ring.id, roster_id, und_cstr(text(json, "label")));
}

static void load_row(struct row *r, json_t *json)
{
	r->json = json;
	for (size_t i = 0; i < rings_n; i++)
		if (strcmp(rings[i].name, text(json, "ring")) == 0)
			r->ring = &rings[i];
	if (r->ring == NULL)
		abort();
	hex32(r->letter_id, text(json, "letter_id"));
	hex32(r->tag, text(json, "tag"));
	r->claim = (struct und_ring_claim){ .ring = &r->ring->ring, .tag = r->tag };
	r->claim.proof = und_bytes(r->proof, tap_hex(r->proof, sizeof r->proof, text(json, "proof")));
	r->valid = json_is_true(json_object_get(json, "valid"));
}

__attribute__((constructor)) static void load(void)
{
	json_t *list = section("rings");

	rings_n = json_array_size(list);
	if (rings_n > RINGS_MAX)
		abort();
	for (size_t i = 0; i < rings_n; i++)
		load_ring(&rings[i], json_array_get(list, i));
	list = section("proofs");
	rows_n = json_array_size(list);
	if (rows_n > ROWS_MAX)
		abort();
	for (size_t i = 0; i < rows_n; i++)
		load_row(&rows[i], json_array_get(list, i));
}

static bool is_form_error(enum und_err e)
{
	return e == UND_ERR_SIZE || e == UND_ERR_POINT || e == UND_ERR_IDENTITY || e == UND_ERR_SCALAR;
}

/* What the words of a refused row call for. */
static enum und_err expected(const struct row *r)
{
	const char *why = r->valid ? "" : text(r->json, "why");

	if (r->valid)
		return UND_OK;
	if (strstr(why, "one byte short") != NULL || strstr(why, "trailing") != NULL)
		return UND_ERR_SIZE;
	if (strstr(why, "identity") != NULL || strstr(why, "all-zero") != NULL)
		return UND_ERR_IDENTITY;
	if (strstr(why, "not canonical") != NULL || strstr(why, "bit 255") != NULL || strstr(why, "negative") != NULL)
		return UND_ERR_POINT;
	if (strstr(why, "not below") != NULL)
		return UND_ERR_SCALAR;
	return UND_ERR_PROOF;
}

TEST(ring_ids)
{
	uint8_t id[UND_ID_SIZE];

	for (size_t i = 0; i < rings_n; i++) {
		hex32(id, text(json_array_get(section("rings"), i), "ring_id"));
		MEM(id, rings[i].ring.id, sizeof id);
	}
}

TEST(the_verifier_judges_every_row)
{
	size_t good = 0;

	for (size_t i = 0; i < rows_n; i++) {
		enum und_err e = und_ring_verify_var(rows[i].letter_id, &rows[i].claim);

		if (e != expected(&rows[i]))
			printf("# row %zu: %s\n", i, rows[i].valid ? "valid" : text(rows[i].json, "why"));
		IS(expected(&rows[i]), e);
		good += rows[i].valid;
	}
	CHECK(good > 0 && good < rows_n);
}

TEST(a_batch_of_one_judges_every_row)
{
	for (size_t i = 0; i < rows_n; i++) {
		enum und_err verdict, e;

		e = und_ring_verify_batch_var(&verdict, rows[i].letter_id, &rows[i].claim, 1, &fixture_random, NULL,
		                              NULL);
		IS(rows[i].valid ? UND_OK : UND_ERR_PROOF, e);
		IS(expected(&rows[i]), verdict);
	}
}

TEST(rows_of_one_letter_in_one_batch)
{
	static struct und_ring_claim claims[ROWS_MAX];
	static enum und_err verdicts[ROWS_MAX];
	size_t index[ROWS_MAX], n, batches = 0;

	for (size_t first = 0; first < rows_n; first++) {
		bool any_bad = false, seen = false;

		n = 0;
		for (size_t i = 0; i < rows_n; i++) {
			if (memcmp(rows[i].letter_id, rows[first].letter_id, UND_ID_SIZE) != 0)
				continue;
			seen |= i < first;
			any_bad |= !rows[i].valid;
			index[n] = i;
			claims[n++] = rows[i].claim;
		}
		if (seen)
			continue;
		batches++;
		IS(any_bad ? UND_ERR_PROOF : UND_OK,
		   und_ring_verify_batch_var(verdicts, rows[first].letter_id, claims, n, &fixture_random,
		                             &fixture_runner, NULL));
		for (size_t i = 0; i < n; i++)
			IS(expected(&rows[index[i]]), verdicts[i]);
	}
	CHECK(batches > 1 && batches < rows_n);
}

TEST(batches_that_cancel_under_weak_weights)
{
	json_t *list = section("batches"), *batch, *value;
	struct und_ring_claim claims[ROWS_MAX];
	enum und_err verdicts[ROWS_MAX];
	size_t at, i, row;

	CHECK(json_array_size(list) > 0);
	json_array_foreach(list, at, batch)
	{
		size_t n = json_array_size(json_object_get(batch, "rows"));
		bool bad[ROWS_MAX] = { false };

		json_array_foreach(json_object_get(batch, "bad"), i, value) bad[json_integer_value(value)] = true;
		json_array_foreach(json_object_get(batch, "rows"), i, value) claims[i] =
			rows[json_integer_value(value)].claim;
		row = (size_t)json_integer_value(json_array_get(json_object_get(batch, "rows"), 0));
		IS(UND_ERR_PROOF,
		   und_ring_verify_batch_var(verdicts, rows[row].letter_id, claims, n, &fixture_random, NULL, NULL));
		json_array_foreach(json_object_get(batch, "rows"), i, value)
		{
			row = (size_t)json_integer_value(value);
			CHECK((verdicts[i] != UND_OK) == bad[row]);
			CHECK(verdicts[i] == UND_OK || !is_form_error(verdicts[i]));
		}
	}
}

TEST(the_prover_byte_for_byte)
{
	size_t proved = 0;

	for (size_t i = 0; i < rows_n; i++) {
		uint8_t secret[32], fresh[32], proof[UND_PROOF_SIZE_MAX], tag[UND_POINT_SIZE];
		struct und_scalar x;
		size_t index;

		if (json_object_get(rows[i].json, "fresh") == NULL)
			continue;
		hex32(secret, text(rows[i].json, "secret"));
		hex32(fresh, text(rows[i].json, "fresh"));
		index = (size_t)json_integer_value(json_object_get(rows[i].json, "index"));
		OK(und_scalar_decode(&x, secret));
		OK(und_ring_prove(proof, tag, rows[i].letter_id, &rows[i].ring->ring, index, &x, fresh,
		                  i % 2 == 0 ? NULL : &fixture_runner));
		MEM(rows[i].tag, tag, sizeof tag);
		EQ(rows[i].claim.proof.n, und_ring_proof_size(rows[i].ring->ring.n));
		MEM(rows[i].proof, proof, rows[i].claim.proof.n);
		proved++;
	}
	CHECK(proved > 20);
}

TEST(the_scalars_drawn_and_the_challenge)
{
	size_t listed = 0;

	for (size_t i = 0; i < rows_n; i++) {
		json_t *scalars = json_object_get(rows[i].json, "scalars"), *value;
		uint8_t b[32], expect[32], fresh[32];
		struct und_scalar x, s;
		struct und_nonce nonce;
		size_t at;

		if (scalars == NULL)
			continue;
		hex32(b, text(rows[i].json, "secret"));
		hex32(fresh, text(rows[i].json, "fresh"));
		OK(und_scalar_decode(&x, b));
		und_nonce_init(&nonce, "ring", &x,
		               (struct und_bytes[]){ und_bytes(rows[i].letter_id, 32),
		                                     und_bytes(rows[i].ring->ring.id, 32), und_bytes(rows[i].tag, 32) },
		               3, fresh);
		EQ(2 + 4 * und_ring_digits(rows[i].ring->ring.n), json_array_size(scalars));
		json_array_foreach(scalars, at, value)
		{
			hex32(expect, json_string_value(value));
			und_nonce_next(&s, &nonce);
			und_scalar_encode(b, &s);
			MEM(expect, b, 32);
		}
		und_nonce_clear(&nonce);
		und_ring_challenge(&s, rows[i].letter_id, &rows[i].ring->ring, rows[i].tag, rows[i].proof);
		und_scalar_encode(b, &s);
		hex32(expect, text(rows[i].json, "challenge"));
		MEM(expect, b, 32);
		listed++;
	}
	CHECK(listed > 0);
}
