/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* record_rules.c: the line as a whole, members beside each other, signatures of authorities, the table */
#include <jansson.h>

#include "tap.h"

#include "record_fixture.h"

/* ---- the line as a whole ---- */

TEST(a_line_longer_than_its_type_allows_is_refused)
{
	struct und_record r;
	struct und_buf b;
	struct und_diag diag = { 0 };

	for (unsigned t = 0; t < UND_TYPE_COUNT; t++) {
		size_t max = und_type_line_max((enum und_type)t);

		if (max > 1 << 20)
			continue; /* the same code; these would be slow */
		for (size_t n = max; n <= max + 1; n++) {
			char tail[64];
			int m = snprintf(tail, sizeof tail, "\",\"type\":\"%s\",\"v\":1}", und_type_name((enum und_type)t));

			und_buf_init(&b, n);
			und_buf_add_str(&b, "{\"A\":\"");
			while (b.n < n - (size_t)m)
				und_buf_add_u8(&b, 'x');
			und_buf_add(&b, tail, (size_t)m);
			EQ(b.n, n);
			IS(n == max ? UND_ERR_MEMBER_UNKNOWN : UND_ERR_LIMIT, und_record_decode(&r, und_buf_bytes(&b), &diag));
			und_buf_clear(&b);
		}
	}
}

TEST(newer_rosters_and_letters_are_checked_for_form_alone)
{
	struct und_record r;
	struct und_diag diag = { 0 };

	IS(UND_ERR_NEWER, und_record_decode(&r, und_cstr("{\"any\":[{\"x\":null}],\"type\":\"roster\",\"v\":2}"), &diag));
	IS(UND_ERR_NEWER, und_record_decode(&r, und_cstr("{\"type\":\"letter\",\"v\":9007199254740991}"), &diag));
	IS(UND_ERR_NEWER, und_record_decode(&r, und_cstr("{\"any\":\"\\u0000\xe2\x80\x8e\",\"type\":\"letter\",\"v\":2}"), &diag));
	IS(UND_ERR_NUMBER_FORM, und_record_decode(&r, und_cstr("{\"type\":\"letter\",\"v\":9007199254740992}"), &diag));
	IS(UND_ERR_CANONICAL, und_record_decode(&r, und_cstr("{\"type\":\"letter\", \"v\":2}"), &diag));
	IS(UND_ERR_NESTING, und_record_decode(&r, und_cstr("{\"a\":[[[[[[[[]]]]]]]],\"type\":\"letter\",\"v\":2}"), &diag));
	IS(UND_ERR_JSON, und_record_decode(&r, und_cstr("{\"a\":\"\xff\",\"type\":\"letter\",\"v\":2}"), &diag));
	IS(UND_ERR_VERSION, und_record_decode(&r, und_cstr("{\"type\":\"letter\",\"v\":0}"), &diag));
	IS(UND_ERR_VERSION, und_record_decode(&r, und_cstr("{\"type\":\"keys\",\"v\":2}"), &diag));
	IS(UND_ERR_VERSION, und_record_decode(&r, und_cstr("{\"type\":\"signature\",\"v\":2}"), &diag));
	IS(UND_ERR_TYPE, und_record_decode(&r, und_cstr("{\"type\":\"later\",\"v\":2}"), &diag));
	STR(diag.member, "type");
	IS(UND_ERR_MEMBER_TYPE, und_record_decode(&r, und_cstr("{\"type\":[\"letter\"],\"v\":1}"), &diag));
	IS(UND_ERR_MEMBER_MISSING, und_record_decode(&r, und_cstr("{\"v\":1}"), &diag));
	IS(UND_ERR_MEMBER_MISSING, und_record_decode(&r, und_cstr("{}"), NULL));
}

TEST(a_refused_line_leaves_the_record_alone)
{
	struct und_record r, same;

	memset(&r, 0x5a, sizeof r);
	same = r;
	IS(UND_ERR_MEMBER_MISSING, und_record_decode(&r, und_cstr("{\"type\":\"letter\",\"v\":1}"), NULL));
	IS(UND_ERR_JSON, und_record_decode(&r, und_cstr(""), NULL));
	MEM(&r, &same, sizeof r);
}

/* ---- members beside each other ---- */

#define FAULT(code, path)                                                                                              \
	do {                                                                                                           \
		struct und_diag diag_ = { 0 };                                                                         \
		IS(code, und_record_check(&r, &diag_));                                                                \
		STR(diag_.member, path);                                                                               \
	} while (0)

TEST(a_roster_ends_after_it_begins_and_counts_what_it_names)
{
	struct und_record r;

	tap_seed(34);
	fixture_record(&r, UND_TYPE_ROSTER, 3);
	r.u.roster.from = r.u.roster.until = 5;
	OK(und_record_check(&r, NULL));
	r.u.roster.until = 4;
	FAULT(UND_ERR_DATES_ORDER, "until");
	r.u.roster.until = 5;
	r.u.roster.bodies[1].keys.set = true;
	r.u.roster.bodies[1].count = 0;
	FAULT(UND_ERR_SIZE, "bodies[1].keys");
	r.u.roster.bodies[1].keys.set = false;
	OK(und_record_check(&r, NULL));
	r.u.roster.bodies[1].count = 1;
	FAULT(UND_ERR_SIZE, "bodies[1].keys");
	for (unsigned i = 0; i < 3; i++) {
		r.u.roster.bodies[i].keys.set = true;
		r.u.roster.bodies[i].count = i == 0 ? UND_KEYS_MAX - 2 : 1;
	}
	OK(und_record_check(&r, NULL));
	r.u.roster.bodies[2].count = 2;
	FAULT(UND_ERR_KEYS_TOO_MANY, "bodies");
	und_record_clear(&r);
}

TEST(a_letter_has_a_quorum_it_can_reach_and_ends_no_sooner_than_it_closes)
{
	struct und_record r;

	tap_seed(35);
	fixture_record(&r, UND_TYPE_LETTER, 2);
	r.u.letter.organisers.quorum = 2;
	OK(und_record_check(&r, NULL));
	r.u.letter.organisers.quorum = 3;
	FAULT(UND_ERR_QUORUM_SIZE, "organisers.quorum");
	r.u.letter.organisers.quorum = 1;
	r.u.letter.registrars.quorum = 3;
	FAULT(UND_ERR_QUORUM_SIZE, "registrars.quorum");
	r.u.letter.registrars.quorum = 2;
	r.u.letter.rules.closes = r.u.letter.rules.ends;
	OK(und_record_check(&r, NULL));
	r.u.letter.rules.closes = 9;
	r.u.letter.rules.ends = 8;
	FAULT(UND_ERR_DATES_ORDER, "rules.closes");
	r.u.letter.rules.ends = 9;
	r.u.letter.rules.bodies = 1;
	r.u.letter.rules.rings = UND_RINGS_EITHER;
	OK(und_record_check(&r, NULL));
	r.u.letter.rules.rings = UND_RINGS_ROSTER;
	FAULT(UND_ERR_RULES_BODIES, "rules.bodies");
	r.u.letter.rules.bodies = 0;
	OK(und_record_check(&r, NULL));
	und_record_clear(&r);
}

TEST(a_notice_closes_iff_it_is_a_deadline)
{
	struct und_record r;

	tap_seed(36);
	fixture_record(&r, UND_TYPE_NOTICE, 2);
	for (unsigned k = UND_NOTICE_NOTE; k <= UND_NOTICE_REPLACED; k++) {
		r.u.notice.kind = (enum und_notice_kind)k;
		r.u.notice.closes = k == UND_NOTICE_DEADLINE ? 1 : UND_DAY_NONE;
		OK(und_record_check(&r, NULL));
		r.u.notice.closes = k == UND_NOTICE_DEADLINE ? UND_DAY_NONE : 1;
		FAULT(UND_ERR_CLOSES_KIND, "closes");
	}
	und_record_clear(&r);
}

TEST(proofs_and_ciphertexts_come_in_their_sizes_only)
{
	static uint8_t bytes[UND_SEALED_EXTRA + 3 * UND_SEALED_BLOCK];
	struct und_record r;
	unsigned taken = 0;

	tap_seed(37);
	fixture_record(&r, UND_TYPE_SIGNATURE, 1);
	for (size_t n = 0; n < 2000; n++) {
		r.u.signature.proof = und_bytes(bytes, n);
		if (und_record_check(&r, NULL) != UND_OK)
			continue;
		taken++;
		EQ((n / 32 - 4) % 5, 0);
		EQ(n % 32, 0);
	}
	EQ(taken, UND_RING_DIGITS_MAX);
	und_record_clear(&r);
	fixture_record(&r, UND_TYPE_SEALED, 1);
	for (unsigned blocks = 1; blocks <= 3; blocks++) {
		size_t n = UND_SEALED_EXTRA + blocks * UND_SEALED_BLOCK;

		r.u.sealed.ciphertext = und_bytes(bytes, n);
		OK(und_record_check(&r, NULL));
		r.u.sealed.ciphertext.n = n - 1;
		FAULT(UND_ERR_SIZE, "ciphertext");
		r.u.sealed.ciphertext.n = n - UND_SEALED_EXTRA;
		FAULT(UND_ERR_SIZE, "ciphertext");
	}
	und_record_clear(&r);
}

TEST(two_addressees_without_a_key_do_not_share_one)
{
	struct und_record r;

	tap_seed(38);
	fixture_record(&r, UND_TYPE_WORDS, 3);
	for (unsigned i = 0; i < 3; i++)
		r.u.words.addressees[i].key.set = false;
	OK(und_record_check(&r, NULL));
	for (unsigned i = 0; i < 3; i += 2) {
		r.u.words.addressees[i].key.set = true;
		memcpy(r.u.words.addressees[i].key.id, pool_ed25519[0], 32);
	}
	FAULT(UND_ERR_DOUBLED, "addressees[2].key");
	und_record_clear(&r);
}

/* ---- signatures of authorities ---- */

TEST(a_record_is_signed_by_many_and_each_signature_counts)
{
	struct und_record r;
	struct und_diag diag = { 0 };
	uint8_t seed[32] = { 1 };

	tap_seed(39);
	fixture_record(&r, UND_TYPE_PUBLICATION, 0);
	OK(und_record_check_signatures(&r, &diag));
	for (unsigned i = 0; i < UND_SIGNATURES_MAX; i++) {
		seed[1] = (uint8_t)(i * 7);
		OK(und_record_sign(&r, seed));
		EQ(r.signature_count, i + 1);
	}
	OK(und_record_check(&r, NULL)); /* ascending */
	OK(und_record_check_signatures(&r, &diag));
	OK(und_record_sign(&r, seed)); /* once more: replaced */
	EQ(r.signature_count, UND_SIGNATURES_MAX);
	OK(und_record_check_signatures(&r, &diag));
	seed[1] = 255;
	IS(UND_ERR_LIST_LENGTH, und_record_sign(&r, seed));
	r.signatures[17].signature[40] ^= 1;
	IS(UND_ERR_AUTHORITY_SIGNATURE, und_record_check_signatures(&r, &diag));
	STR(diag.member, "signatures");
	r.signatures[17].signature[40] ^= 1;
	r.u.publication.on ^= 1;
	IS(UND_ERR_AUTHORITY_SIGNATURE, und_record_check_signatures(&r, &diag));
	und_record_clear(&r);
}

TEST(the_message_of_a_tag_signature_is_the_record_without_its_proof)
{
	struct und_record r;
	struct und_buf line, message;
	json_t *tree;
	char *text;

	tap_seed(40);
	for (unsigned t = 0; t < 2; t++) {
		fixture_record(&r, t == 0 ? UND_TYPE_WITHDRAWAL : UND_TYPE_VOTE, 1);
		und_buf_init(&line, 1 << 16);
		OK(und_record_encode(&line, &r));
		und_buf_init(&message, 1 << 16);
		OK(und_record_encode_message(&message, &r));
		tree = json_loadb((const char *)line.p, line.n, 0, NULL);
		EQ(json_object_del(tree, "proof"), 0);
		text = json_dumps(tree, JSON_COMPACT | JSON_SORT_KEYS);
		CHECK(und_bytes_is(und_buf_bytes(&message), text));
		free(text);
		json_decref(tree);
		und_buf_clear(&message);
		und_buf_clear(&line);
		und_record_clear(&r);
	}
}

/* ---- the table ---- */

TEST(the_table_lists_its_members_and_its_types)
{
	struct und_member_doc doc;
	enum und_type t;
	size_t n = 0;

	for (unsigned i = 0; i < UND_TYPE_COUNT; i++) {
		OK(und_type_find(&t, und_cstr(und_type_name((enum und_type)i))));
		EQ(t, i);
	}
	IS(UND_ERR_TYPE, und_type_find(&t, und_cstr("")));
	IS(UND_ERR_TYPE, und_type_find(&t, und_cstr("lette")));
	CHECK(und_type_member(&doc, UND_TYPE_LETTER, 0));
	STR(doc.name, "organisers");
	CHECK(und_type_member(&doc, UND_TYPE_LETTER, 2));
	STR(doc.name, "organisers.keys.key");
	STR(doc.kind, "key");
	for (n = 0; und_type_member(&doc, UND_TYPE_LETTER, n); n++)
		if (strcmp(doc.name, "rules.min_ring") == 0)
			CHECK(doc.min == 2 && doc.max == 1 << 20);
	EQ(n, 8 + 2 * 5 + 10 + 2);
	STR(und_stance_name(UND_STANCE_NONE), "none");
	STR(und_notice_kind_name(UND_NOTICE_DEADLINE), "deadline");
}

/* spec/records.md, Types and Limits, said a second time: members whose limits are their own, not their kind's. A limit changes here and there, or not at all. */
static const struct limit {
	enum und_type type;
	const char *name;
	uint64_t min, max;
} limits[] = {
	{ UND_TYPE_ROSTER, "name", 1, 200 },
	{ UND_TYPE_ROSTER, "edition", 0, 65535 },
	{ UND_TYPE_ROSTER, "bodies", 1, 10000 },
	{ UND_TYPE_ROSTER, "bodies.name", 1, 200 },
	{ UND_TYPE_ROSTER, "bodies.headcount", 0, 1000000000 },
	{ UND_TYPE_ROSTER, "bodies.count", 0, 1048576 },
	{ UND_TYPE_ROSTER, "signatures", 0, 32 },
	{ UND_TYPE_ROSTER, "signatures.signature", 64, 64 },
	{ UND_TYPE_ROSTER, "source.url", 0, 2048 },
	{ UND_TYPE_KEYS, "keys", 1, 1048576 },
	{ UND_TYPE_LETTER, "organisers.keys", 1, 16 },
	{ UND_TYPE_LETTER, "organisers.keys.name", 0, 200 },
	{ UND_TYPE_LETTER, "organisers.keys.where", 0, 300 },
	{ UND_TYPE_LETTER, "organisers.quorum", 1, 16 },
	{ UND_TYPE_LETTER, "rules.min_ring", 2, 1048576 },
	{ UND_TYPE_LETTER, "rules.max_share", 1, 100 },
	{ UND_TYPE_LETTER, "rules.max_share_all", 1, 100 },
	{ UND_TYPE_LETTER, "rules.release", 1, 1048576 },
	{ UND_TYPE_LETTER, "rules.signers", 0, 1048576 },
	{ UND_TYPE_LETTER, "rules.bodies", 0, 10000 },
	{ UND_TYPE_WORDS, "title", 1, 300 },
	{ UND_TYPE_WORDS, "addressees", 1, 20 },
	{ UND_TYPE_WORDS, "addressees.name", 1, 200 },
	{ UND_TYPE_WORDS, "body", 1, 65536 },
	{ UND_TYPE_WORDS, "language", 2, 35 },
	{ UND_TYPE_WORDS, "demands", 0, 50 },
	{ UND_TYPE_WORDS, "demands.text", 1, 2048 },
	{ UND_TYPE_WORDS, "contact", 0, 300 },
	{ UND_TYPE_WORDS, "salt", 32, 32 },
	{ UND_TYPE_SEALED, "ciphertext", 40 + 4096, 40 + 1024 * 4096 },
	{ UND_TYPE_SIGNATURE, "proof", 288, 32 * 54 },
	{ UND_TYPE_SIGNATURE, "ring", 1, 32 },
	{ UND_TYPE_WITHDRAWAL, "proof", 64, 64 },
	{ UND_TYPE_PARTY, "name", 1, 200 },
	{ UND_TYPE_PUBLICATION, "outlet", 1, 200 },
	{ UND_TYPE_STATEMENT, "text", 1, 16384 },
	{ UND_TYPE_STATEMENT, "stances", 0, 50 },
	{ UND_TYPE_STATEMENT, "stances.note", 0, 2048 },
	{ UND_TYPE_STATEMENT, "stances.stance", 1, 6 },
	{ UND_TYPE_QUESTION, "text", 1, 2048 },
	{ UND_TYPE_QUESTION, "choices", 2, 20 },
	{ UND_TYPE_QUESTION, "choices.text", 1, 300 },
	{ UND_TYPE_VOTE, "proof", 64, 64 },
	{ UND_TYPE_NOTICE, "kind", 1, 5 },
	{ UND_TYPE_NOTICE, "text", 1, 16384 },
	{ UND_TYPE_TRANSLATION, "title", 1, 300 },
	{ UND_TYPE_TRANSLATION, "body", 1, 65536 },
	{ UND_TYPE_TRANSLATION, "demands", 0, 50 },
};

static bool find_doc(struct und_member_doc *out, enum und_type t, const char *name)
{
	for (size_t i = 0; und_type_member(out, t, i); i++)
		if (strcmp(out->name, name) == 0)
			return true;
	return false;
}

TEST(the_limits_are_those_of_the_spec)
{
	struct und_member_doc doc;

	for (size_t i = 0; i < UND_COUNT_OF(limits); i++) {
		const struct limit *l = &limits[i];

		REQUIRE(find_doc(&doc, l->type, l->name));
		if (doc.min != l->min || doc.max != l->max)
			tap_fail("%s.%s: %" PRIu64 " to %" PRIu64, und_type_name(l->type), l->name, doc.min, doc.max);
	}
	for (unsigned t = 0; t < UND_TYPE_COUNT; t++) {
		bool is_large = t == UND_TYPE_ROSTER || t == UND_TYPE_SEALED || t == UND_TYPE_CARDS;
		bool is_text = t == UND_TYPE_WORDS || t == UND_TYPE_TRANSLATION || t == UND_TYPE_STATEMENT;

		EQ(und_type_line_max((enum und_type)t), t == UND_TYPE_KEYS ? 64 << 20 : is_large ? 8 << 20 : is_text ? 512 << 10 : 64 << 10);
	}
}
