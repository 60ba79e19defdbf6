/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* keys.c: test/vectors/keys.json: editions, codes, tags, possession, Ed25519 keys, short ids, key files, pins */
#include "base/base.h"
#include "base/hash.h"
#include "proof/authority.h"
#include "proof/edition.h"
#include "proof/keyfile.h"
#include "proof/ring.h"
#include "proof/tag.h"
#include "tap.h"

#define UND_VECTOR_FILE "keys.json"
#include "vector_file.h"

static size_t hex(uint8_t *out, size_t max, json_t *row, const char *name)
{
	return tap_hex(out, max, text(row, name));
}

static bool is_valid(json_t *row)
{
	return json_is_true(json_object_get(row, "valid"));
}

static long number(json_t *row, const char *name)
{
	return (long)json_integer_value(json_object_get(row, name));
}

static void get_scalar(struct und_scalar *x, json_t *row, const char *name)
{
	uint8_t b[32] = { 0 };

	hex(b, sizeof b, row, name);
	OK(und_scalar_decode(x, b));
}

/* What a row that is refused must be refused for: the first whose words begin so. */
struct reason {
	const char *why;
	enum und_err e;
};

static enum und_err reason_of(json_t *row, const struct reason *reasons)
{
	for (; reasons->why != NULL; reasons++)
		if (strncmp(text(row, "why"), reasons->why, strlen(reasons->why)) == 0)
			return reasons->e;
	tap_fail("nothing known of \"%s\"", text(row, "why"));
	return UND_OK;
}

TEST(editions)
{
	json_t *chain, *row;
	size_t i, j;

	json_array_foreach(section("editions"), i, chain) {
		struct und_chain c = { 0 }, read;

		json_array_foreach(chain, j, row) {
			uint8_t state[UND_STATE_SIZE], secret[32], key[32], b[32];
			char code[UND_CODE_SIZE];
			struct und_scalar x;
			struct und_point p;

			hex(state, sizeof state, row, "state");
			if (j == 0) {
				c.edition = (uint16_t)number(row, "edition");
				memcpy(c.state, state, sizeof state);
			} else {
				OK(und_chain_advance(&c));
			}
			EQ(c.edition, number(row, "edition"));
			MEM(c.state, state, sizeof state);
			OK(und_chain_secret(&x, &c, und_cstr(text(row, "series"))));
			und_scalar_encode(b, &x);
			hex(secret, sizeof secret, row, "secret");
			MEM(b, secret, sizeof b);
			und_point_mul_base(&p, &x);
			und_point_encode(b, &p);
			hex(key, sizeof key, row, "key");
			MEM(b, key, sizeof b);
			und_code_encode(code, &c);
			STR(code, text(row, "code"));
			OK(und_code_decode(&read, und_cstr(code)));
			EQ(read.edition, c.edition);
			MEM(read.state, c.state, sizeof c.state);
		}
	}
}

TEST(codes)
{
	static const struct reason reasons[] = { { "checksum", UND_ERR_CODE_CHECK },
		                                 { "too short", UND_ERR_CODE_FORM },
		                                 { "not base32", UND_ERR_CODE_FORM },
		                                 { NULL, UND_OK } };
	json_t *row;
	size_t i;

	json_array_foreach(section("codes"), i, row) {
		struct und_chain c = { 0 };
		uint8_t state[UND_STATE_SIZE];

		if (!is_valid(row)) {
			IS(reason_of(row, reasons), und_code_decode(&c, und_cstr(text(row, "code"))));
			continue;
		}
		OK(und_code_decode(&c, und_cstr(text(row, "code"))));
		EQ(c.edition, number(row, "edition"));
		hex(state, sizeof state, row, "state");
		MEM(c.state, state, sizeof state);
	}
}

TEST(tags)
{
	json_t *row;
	size_t i;

	json_array_foreach(section("tags"), i, row) {
		uint8_t letter[32], tag[32], t[32];
		struct und_scalar x;

		get_scalar(&x, row, "secret");
		hex(letter, sizeof letter, row, "letter_id");
		hex(tag, sizeof tag, row, "tag");
		und_tag(t, &x, letter);
		MEM(t, tag, sizeof t);
	}
}

static enum und_err fill_zeros(void *ctx, uint8_t *out, size_t n)
{
	(void)ctx;
	memset(out, 0, n);
	return UND_OK;
}

TEST(tag_signatures)
{
	static const struct reason reasons[] = { { "another", UND_ERR_PROOF },       { "response", UND_ERR_SCALAR }, { "identity", UND_ERR_IDENTITY },
		                                 { "R not canonical", UND_ERR_POINT }, { "tag", UND_ERR_POINT },       { "R ", UND_ERR_POINT },
		                                 { NULL, UND_OK } };
	const struct und_random random = { fill_zeros, NULL };
	json_t *row;
	size_t i;

	json_array_foreach(section("tag_signatures"), i, row) {
		uint8_t letter[32], tag[32], message[1024], signature[64], fresh[32], made[64];
		struct und_bytes m = { message, hex(message, sizeof message, row, "message") };
		struct und_tag_claim claim = { .tag = tag, .signature = signature };
		enum und_err expected = is_valid(row) ? UND_OK : reason_of(row, reasons), verdict = UND_ERR_COUNT;
		struct und_scalar x;

		hex(letter, sizeof letter, row, "letter_id");
		hex(tag, sizeof tag, row, "tag");
		hex(signature, sizeof signature, row, "signature");
		IS(expected, und_tag_verify_var(letter, tag, m, signature));
		und_sha256(claim.message_hash, &m, 1);
		IS(is_valid(row) ? UND_OK : UND_ERR_PROOF, und_tag_verify_batch_var(&verdict, letter, &claim, 1, &random, NULL));
		IS(expected, verdict);
		if (!is_valid(row))
			continue;
		get_scalar(&x, row, "secret");
		hex(fresh, sizeof fresh, row, "fresh");
		OK(und_tag_sign(made, letter, &x, m, fresh));
		MEM(made, signature, sizeof made);
	}
}

TEST(possession)
{
	static const struct reason reasons[] = { { "another", UND_ERR_POSSESSION }, { "identity", UND_ERR_IDENTITY }, { "key ", UND_ERR_POINT },
		                                 { "R ", UND_ERR_POINT },           { NULL, UND_OK } };
	json_t *row;
	size_t i;

	json_array_foreach(section("possession"), i, row) {
		uint8_t key[32], proof[64], fresh[32], made[64];
		struct und_bytes series = und_cstr(text(row, "series"));
		uint32_t edition = (uint32_t)number(row, "edition");
		struct und_scalar x;

		hex(key, sizeof key, row, "key");
		hex(proof, sizeof proof, row, "proof");
		IS(is_valid(row) ? UND_OK : reason_of(row, reasons), und_possession_verify_var(key, series, edition, proof));
		if (!is_valid(row))
			continue;
		get_scalar(&x, row, "secret");
		hex(fresh, sizeof fresh, row, "fresh");
		OK(und_possession_prove(made, &x, series, edition, fresh));
		MEM(made, proof, sizeof made);
	}
}

TEST(ed25519)
{
	json_t *row;
	size_t i;

	json_array_foreach(section("ed25519"), i, row) {
		uint8_t public[32], seed[32], key[32], secret[32], made[32];
		struct und_scalar x;
		struct und_point p;

		hex(public, sizeof public, row, "public");
		if (!is_valid(row)) {
			IS(UND_ERR_ED25519_POINT, und_ed25519_point_check_var(public));
			IS(UND_ERR_ED25519_POINT, und_member_key_from_ed25519_var(made, public));
			continue;
		}
		hex(seed, sizeof seed, row, "seed");
		hex(key, sizeof key, row, "key");
		hex(secret, sizeof secret, row, "secret");
		und_authority_public(made, seed);
		MEM(made, public, sizeof made);
		OK(und_member_key_from_ed25519_var(made, public));
		MEM(made, key, sizeof made);
		und_member_secret_from_ed25519(&x, seed);
		und_scalar_encode(made, &x);
		MEM(made, secret, sizeof made);
		und_point_mul_base(&p, &x);
		und_point_encode(made, &p);
		MEM(made, key, sizeof made);
	}
}

TEST(short_ids)
{
	json_t *row;
	size_t i;

	json_array_foreach(section("short_ids"), i, row) {
		uint8_t id[32];
		char made[UND_SHORT_ID_SIZE];

		hex(id, sizeof id, row, "id");
		und_short_id(made, id);
		STR(made, text(row, "short"));
	}
}

TEST(pins)
{
	json_t *row, *key;
	size_t i, j;

	json_array_foreach(section("pins"), i, row) {
		uint8_t keys[16][32], pin[32], made[32];
		const uint8_t *list[16];
		char short_form[UND_SHORT_ID_SIZE];
		json_t *given = json_object_get(row, "keys");

		REQUIRE(json_array_size(given) <= 16);
		json_array_foreach(given, j, key) {
			tap_hex(keys[j], 32, json_string_value(key));
			list[j] = keys[j];
		}
		und_pin(made, (unsigned)number(row, "quorum"), list, json_array_size(given));
		hex(pin, sizeof pin, row, "pin");
		MEM(made, pin, sizeof made);
		und_short_id(short_form, made);
		STR(short_form, text(row, "short"));
	}
}

/* What is said of a good file, and that sealing it again with its salt and nonce gives its bytes. */
static void check_file(json_t *row, const uint8_t file[UND_KEY_FILE_SIZE], const struct und_key_plain *k)
{
	struct und_bytes passphrase = und_cstr(text(row, "passphrase"));
	uint8_t secret[32] = { 0 }, pin[32] = { 0 }, sealed[UND_KEY_FILE_SIZE];
	enum und_kdf kdf = UND_KDF_NONE;

	EQ(k->kind, number(row, "kind"));
	EQ(k->edition, number(row, "edition"));
	hex(secret, sizeof secret, row, "secret");
	MEM(k->secret, secret, sizeof secret);
	STR(k->series, text(row, "series"));
	EQ(k->has_pin, text(row, "pin")[0] != '\0');
	hex(pin, sizeof pin, row, "pin");
	MEM(k->pin, pin, sizeof pin);
	OK(und_key_file_kdf(&kdf, und_bytes(file, UND_KEY_FILE_SIZE)));
	EQ(kdf, number(row, "kdf"));
	OK(und_key_file_seal(sealed, k, kdf, passphrase, file + 24, file + 40));
	MEM(sealed, file, sizeof sealed);
}

TEST(files)
{
	static const struct reason reasons[] = { { "tag", UND_ERR_PASSPHRASE },
		                                 { "header byte 40", UND_ERR_PASSPHRASE },
		                                 { "header byte 20", UND_ERR_KEY_FILE },
		                                 { "", UND_ERR_KEY_FILE }, /* the inside */
		                                 { NULL, UND_OK } };
	json_t *row;
	size_t i;

	json_array_foreach(section("files"), i, row) {
		uint8_t file[UND_KEY_FILE_SIZE];
		struct und_bytes bytes = { file, hex(file, sizeof file, row, "file") };
		struct und_key_plain k, before;
		enum und_err e;

		memset(&k, 0x5a, sizeof k);
		before = k;
		e = und_key_file_open(&k, bytes, und_cstr(text(row, "passphrase")));
		if (is_valid(row)) {
			OK(e);
			check_file(row, file, &k);
			continue;
		}
		if (strcmp(text(row, "why"), "header byte 17") == 0) /* another kdf, or an unknown one */
			IS(file[17] <= UND_KDF_ARGON2ID_64 ? UND_ERR_PASSPHRASE : UND_ERR_KEY_FILE, e);
		else
			IS(reason_of(row, reasons), e);
		MEM(&k, &before, sizeof k);
	}
}

TEST(every_section_is_tested)
{
	static const char *const known[] = { "about",      "editions", "tags",      "tag_signatures", "possession",
		                             "ed25519",    "codes",    "short_ids", "files",          "pins" };
	const char *name;
	json_t *value;

	section("tags");
	EQ(json_object_size(vectors), UND_COUNT_OF(known));
	json_object_foreach(vectors, name, value) {
		bool found = false;

		for (size_t i = 0; i < UND_COUNT_OF(known); i++)
			found = found || strcmp(known[i], name) == 0;
		CHECK(found);
	}
}
