/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* keyfile.c: key files, sealed and opened */
#include <sodium.h>

#include "base/base.h"
#include "proof/edition.h"
#include "proof/keyfile.h"
#include "tap.h"

static const uint8_t salt[16] = "some sixteen by", nonce[24] = "and twenty-four of these";
static const struct und_bytes none = { NULL, 0 };

static struct und_key_plain example(enum und_key_kind kind)
{
	struct und_key_plain k;

	memset(&k, 0, sizeof k);
	k.kind = kind;
	memset(k.secret, 7, kind == UND_KEY_CHAIN ? UND_STATE_SIZE : sizeof k.secret);
	if (kind == UND_KEY_CHAIN) {
		k.edition = 513;
		strcpy(k.series, "staff-2027");
		k.has_pin = true;
		memset(k.pin, 9, sizeof k.pin);
	}
	return k;
}

/* Seals any 128 bytes, as a program that knows nothing of the format could. */
static void seal_raw(uint8_t out[UND_KEY_FILE_SIZE], const uint8_t plain[128])
{
	const uint8_t zeros[32] = { 0 };

	memset(out, 0, UND_KEY_FILE_SIZE);
	memcpy(out, "undersigned key", 16);
	out[16] = 1;
	memcpy(out + 24, salt, sizeof salt);
	memcpy(out + 40, nonce, sizeof nonce);
	if (crypto_aead_xchacha20poly1305_ietf_encrypt(out + 64, NULL, plain, 128, out, 64, NULL, out + 40, zeros) != 0)
		abort();
}

/* The inside of a good file, opened by the same rough means. */
static void open_raw(uint8_t plain[128], const uint8_t file[UND_KEY_FILE_SIZE])
{
	const uint8_t zeros[32] = { 0 };

	if (crypto_aead_xchacha20poly1305_ietf_decrypt(plain, NULL, NULL, file + 64, 144, file, 64, file + 40, zeros) != 0)
		abort();
}

TEST(each_kind_comes_back_as_it_was_sealed)
{
	if (sodium_init() < 0)
		abort();
	for (int kind = UND_KEY_CHAIN; kind <= UND_KEY_AUTHORITY; kind++) {
		struct und_key_plain k = example((enum und_key_kind)kind), out;
		uint8_t file[UND_KEY_FILE_SIZE];
		enum und_kdf kdf = UND_KDF_ARGON2ID_64;

		OK(und_key_file_seal(file, &k, UND_KDF_NONE, none, salt, nonce));
		OK(und_key_file_kdf(&kdf, und_bytes(file, sizeof file)));
		EQ(kdf, UND_KDF_NONE);
		memset(&out, 0x55, sizeof out);
		OK(und_key_file_open(&out, und_bytes(file, sizeof file), none));
		EQ(out.kind, k.kind);
		EQ(out.edition, k.edition);
		MEM(out.secret, k.secret, sizeof k.secret);
		STR(out.series, k.series);
		EQ(out.has_pin, k.has_pin);
		MEM(out.pin, k.pin, sizeof k.pin);
		und_key_plain_wipe(&out);
		CHECK(sodium_is_zero((const uint8_t *)&out, sizeof out));
	}
}

TEST(the_longest_series_and_no_pin_come_back)
{
	struct und_key_plain k = example(UND_KEY_CHAIN), out;
	uint8_t file[UND_KEY_FILE_SIZE];

	memset(k.series, 'z', UND_SERIES_MAX);
	k.has_pin = false; /* what stands in k.pin is not written */
	k.edition = 65535;
	OK(und_key_file_seal(file, &k, UND_KDF_NONE, none, salt, nonce));
	OK(und_key_file_open(&out, und_bytes(file, sizeof file), none));
	STR(out.series, "zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz");
	EQ(out.edition, 65535);
	CHECK(!out.has_pin && sodium_is_zero(out.pin, sizeof out.pin));
}

TEST(a_passphrase_opens_and_another_does_not)
{
	struct und_key_plain k = example(UND_KEY_IMPORTED), out, before;
	uint8_t file[UND_KEY_FILE_SIZE], other[UND_KEY_FILE_SIZE];
	enum und_kdf kdf = UND_KDF_NONE;

	OK(und_key_file_seal(file, &k, UND_KDF_ARGON2ID_64, und_cstr("the harbour"), salt, nonce));
	OK(und_key_file_kdf(&kdf, und_bytes(file, sizeof file)));
	EQ(kdf, UND_KDF_ARGON2ID_64);
	memset(&out, 0x55, sizeof out);
	before = out;
	IS(UND_ERR_PASSPHRASE, und_key_file_open(&out, und_bytes(file, sizeof file), und_cstr("the harbour ")));
	IS(UND_ERR_PASSPHRASE, und_key_file_open(&out, und_bytes(file, sizeof file), none));
	MEM(&before, &out, sizeof out);
	OK(und_key_file_open(&out, und_bytes(file, sizeof file), und_cstr("the harbour")));
	MEM(out.secret, k.secret, sizeof k.secret);
	OK(und_key_file_seal(other, &k, UND_KDF_ARGON2ID_64, und_cstr("the harbour"), nonce, nonce));
	CHECK(memcmp(file + 64, other + 64, 144) != 0); /* the salt goes into the key */
}

TEST(each_bit_of_a_file_counts)
{
	struct und_key_plain k = example(UND_KEY_CHAIN), out, before;
	uint8_t file[UND_KEY_FILE_SIZE], bad[UND_KEY_FILE_SIZE];

	OK(und_key_file_seal(file, &k, UND_KDF_NONE, none, salt, nonce));
	memset(&out, 0x55, sizeof out);
	before = out;
	for (size_t i = 0; i < sizeof file; i++)
		for (unsigned bit = 0; bit < 8; bit++) {
			if (i == 17 && bit < 2)
				continue; /* Argon2id: the next test */
			memcpy(bad, file, sizeof file);
			bad[i] ^= (uint8_t)(1u << bit);
			IS(i < 24 ? UND_ERR_KEY_FILE : UND_ERR_PASSPHRASE, und_key_file_open(&out, und_bytes(bad, sizeof bad), none));
		}
	MEM(&before, &out, sizeof out);
}

TEST(a_file_cannot_be_given_another_kdf)
{
	struct und_key_plain k = example(UND_KEY_CHAIN), out;
	uint8_t file[UND_KEY_FILE_SIZE];
	enum und_kdf kdf = UND_KDF_NONE;

	OK(und_key_file_seal(file, &k, UND_KDF_NONE, none, salt, nonce));
	for (uint8_t i = 1; i <= 2; i++) {
		file[17] = i;
		IS(UND_ERR_PASSPHRASE, und_key_file_open(&out, und_bytes(file, sizeof file), none));
	}
	for (unsigned i = 3; i < 256; i++) {
		file[17] = (uint8_t)i;
		IS(UND_ERR_KEY_FILE, und_key_file_kdf(&kdf, und_bytes(file, sizeof file)));
	}
	EQ(kdf, UND_KDF_NONE);
}

TEST(only_208_bytes_are_a_key_file)
{
	struct und_key_plain k = example(UND_KEY_AUTHORITY), out;
	uint8_t file[UND_KEY_FILE_SIZE + 1] = { 0 };

	OK(und_key_file_seal(file, &k, UND_KDF_NONE, none, salt, nonce));
	OK(und_key_file_open(&out, und_bytes(file, UND_KEY_FILE_SIZE), none));
	IS(UND_ERR_KEY_FILE, und_key_file_open(&out, none, none));
	IS(UND_ERR_KEY_FILE, und_key_file_open(&out, und_bytes(file, UND_KEY_FILE_SIZE - 1), none));
	IS(UND_ERR_KEY_FILE, und_key_file_open(&out, und_bytes(file, UND_KEY_FILE_SIZE + 1), none));
}

/* One byte of the inside changed, and what must come of it. */
static void inside(enum und_key_kind kind, size_t at, uint8_t value, enum und_err expected)
{
	struct und_key_plain k = example(kind), out, before;
	uint8_t file[UND_KEY_FILE_SIZE], plain[128];
	enum und_err e;

	OK(und_key_file_seal(file, &k, UND_KDF_NONE, none, salt, nonce));
	open_raw(plain, file);
	plain[at] = value;
	seal_raw(file, plain);
	memset(&out, 0x55, sizeof out);
	before = out;
	e = und_key_file_open(&out, und_bytes(file, sizeof file), none);
	if (e != expected)
		tap_fail("kind %d, byte %zu = %u: %s, not %s", (int)kind, at, value, und_err_name(e), und_err_name(expected));
	if (expected != UND_OK)
		MEM(&before, &out, sizeof out);
}

TEST(nothing_unknown_stands_inside)
{
	for (unsigned v = 0; v < 256; v++)
		if (v < 1 || v > 3)
			inside(UND_KEY_CHAIN, 0, (uint8_t)v, UND_ERR_KEY_FILE);
	inside(UND_KEY_CHAIN, 0, UND_KEY_CHAIN, UND_OK);
	inside(UND_KEY_CHAIN, 0, UND_KEY_IMPORTED, UND_ERR_KEY_FILE); /* an edition and a series */
	inside(UND_KEY_CHAIN, 1, 0xff, UND_OK);
	inside(UND_KEY_IMPORTED, 1, 1, UND_ERR_KEY_FILE);
	inside(UND_KEY_AUTHORITY, 2, 1, UND_ERR_KEY_FILE);
	inside(UND_KEY_CHAIN, 3 + 19, 0, UND_OK);
	for (size_t i = 3 + 20; i < 35; i++) /* zeros behind the state */
		inside(UND_KEY_CHAIN, i, 1, UND_ERR_KEY_FILE);
	inside(UND_KEY_IMPORTED, 34, 0x10, UND_ERR_KEY_FILE); /* above the group order */
	inside(UND_KEY_AUTHORITY, 34, 0xff, UND_OK);
	for (size_t i = 35; i < 67; i++) {
		inside(UND_KEY_IMPORTED, i, 'a', UND_ERR_KEY_FILE); /* a series that is not a chain's */
		inside(UND_KEY_AUTHORITY, i, 'a', UND_ERR_KEY_FILE);
	}
	for (unsigned v = 2; v < 256; v++) /* has-pin */
		inside(UND_KEY_CHAIN, 67, (uint8_t)v, UND_ERR_KEY_FILE);
	inside(UND_KEY_CHAIN, 67, 0, UND_ERR_KEY_FILE); /* no pin, but its bytes */
	inside(UND_KEY_IMPORTED, 67, 1, UND_OK);        /* a pin of zeros */
	inside(UND_KEY_CHAIN, 68, 1, UND_OK);
	for (size_t i = 68; i < 100; i++)
		inside(UND_KEY_AUTHORITY, i, 1, UND_ERR_KEY_FILE);
	for (size_t i = 100; i < 128; i++)
		inside(UND_KEY_CHAIN, i, 1, UND_ERR_KEY_FILE);
}

TEST(a_series_is_an_id)
{
	static const char good[] = "abcdefghijklmnopqrstuvwxyz0123456789-";

	inside(UND_KEY_CHAIN, 35, 0, UND_ERR_KEY_FILE); /* empty, with something behind */
	for (unsigned v = 1; v < 256; v++) {
		bool letter = v >= 'a' && v <= 'z';

		inside(UND_KEY_CHAIN, 35, (uint8_t)v, letter ? UND_OK : UND_ERR_KEY_FILE);
		inside(UND_KEY_CHAIN, 35 + 10, (uint8_t)v, strchr(good, (int)v) != NULL ? UND_OK : UND_ERR_KEY_FILE);
	}
	inside(UND_KEY_CHAIN, 35 + 9, 0, UND_OK);           /* shorter by one */
	inside(UND_KEY_CHAIN, 35 + 8, 0, UND_ERR_KEY_FILE); /* something behind the zero */
	inside(UND_KEY_CHAIN, 35 + 11, 'a', UND_ERR_KEY_FILE);
}

TEST(an_imported_secret_is_a_scalar_and_not_zero)
{
	static const char *const secrets[][2] = {
		{ "ecd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010", "good" }, /* l-1 */
		{ "edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010", NULL },   /* l */
		{ "0100000000000000000000000000000000000000000000000000000000000000", "good" },
		{ "0000000000000000000000000000000000000000000000000000000000000000", NULL },
		{ "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff", NULL },
	};

	for (size_t i = 0; i < UND_COUNT_OF(secrets); i++) {
		uint8_t plain[128] = { UND_KEY_IMPORTED }, file[UND_KEY_FILE_SIZE];
		struct und_key_plain out;

		tap_hex(plain + 3, 32, secrets[i][0]);
		seal_raw(file, plain);
		IS(secrets[i][1] != NULL ? UND_OK : UND_ERR_KEY_FILE, und_key_file_open(&out, und_bytes(file, sizeof file), none));
	}
}
