/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* letter_head.c: rosters, keys, the letter and its words: their order, their growth, who signs them (spec/records.md) */
#include "tap.h"

#include "letter_checks.h"

/* ---- the head ---- */

TEST(lines_stand_in_their_order)
{
	struct fixture f;

	fixture_init(&f, 2);
	file_is(&f, UND_ERR_NO_LETTER, 1);
	fixture_push(&f, fixture_roster(&f, 0, 8), R0 | R1);
	file_is(&f, UND_ERR_KEYS_DUE, 2);
	fixture_push(&f, fixture_roster(&f, 0, 8), R0 | R1 | R2);
	file_is(&f, UND_ERR_KEYS_DUE, 2);
	und_buf_reset(&f.file);
	fixture_push_roster(&f, 0, 8, R0 | R1);
	file_is(&f, UND_ERR_NO_LETTER, 4);
	fixture_push(&f, fixture_words(&f), O0 | O1);
	file_is(&f, UND_ERR_BEFORE_LETTER, 4);
	und_buf_reset(&f.file);
	f.has_roster = false;
	fixture_push_head(&f, 8);
	OK(fixture_read(&f));
	refused(&f, UND_ERR_KEYS_UNASKED, "type", fixture_keys(&f, 0, 8, 8), 0);
	f.rules.signers++;
	refused(&f, UND_ERR_SECOND_LETTER, "type", fixture_letter(&f), O0 | O1);
	fixture_clear(&f);
}

TEST(keys_are_those_that_the_roster_names)
{
	struct fixture f;

	fixture_init(&f, 2);
	fixture_push(&f, fixture_roster(&f, 0, 8), R0 | R1);
	fixture_push(&f, fixture_keys(&f, 1, 0, 8), 0); /* of the second body first */
	file_is(&f, UND_ERR_KEYS_OTHER, 2);
	und_buf_reset(&f.file);
	fixture_push(&f, fixture_roster(&f, 0, 8), R0 | R1);
	fixture_push(&f, fixture_keys(&f, 0, 2, 8), 0); /* others, as many */
	file_is(&f, UND_ERR_KEYS_OTHER, 2);
	fixture_clear(&f);
}

TEST(rosters_add_up_before_the_letter)
{
	struct fixture f;
	const struct und_ring *ring;
	struct und_record *r;
	uint8_t first[32], second[32];

	fixture_init(&f, 3);
	fixture_push_roster(&f, 0, 2, 0); /* a and b, unsigned: the letter's fault */
	memcpy(first, f.roster, 32);
	fixture_push_roster(&f, 2, 7, R0 | R1);
	memcpy(second, f.roster, 32);
	fixture_push(&f, fixture_letter(&f), O0 | O1);
	file_is(&f, UND_ERR_QUORUM_REGISTRARS, 8);

	fixture_clear(&f);
	fixture_init(&f, 3);
	fixture_push_roster(&f, 0, 2, R0 | R1);
	fixture_push_roster(&f, 2, 7, R0 | O0); /* of those who signed, one is a registrar */
	fixture_push(&f, fixture_letter(&f), O0 | O1);
	file_is(&f, UND_ERR_QUORUM_REGISTRARS, 8);

	fixture_clear(&f);
	fixture_init(&f, 3);
	fixture_push_roster(&f, 0, 2, R0 | R1 | STRANGER); /* a roster may carry others */
	fixture_push_roster(&f, 2, 7, R1 | R2);
	memcpy(f.roster, first, 32);
	fixture_push(&f, fixture_letter(&f), O0 | O1); /* on the older roster */
	file_is(&f, UND_ERR_ROSTER_UNKNOWN, 8);

	f.file.n -= f.line.n + 1;
	memcpy(f.roster, second, 32);
	fixture_push(&f, fixture_letter(&f), O0 | O1);
	fixture_push(&f, fixture_words(&f), O0 | O1);
	OK(fixture_read(&f));
	OK(und_letter_ring(&ring, f.l, f.roster, und_cstr("*")));
	EQ(9, ring->n);
	OK(und_letter_ring(&ring, f.l, f.roster, und_cstr("a"))); /* members 0, 3, 6 */
	EQ(3, ring->n);
	for (size_t i = 1; i < ring->n; i++)
		CHECK(memcmp(ring->keys[i - 1]->encoded, ring->keys[i]->encoded, 32) < 0);
	IS(UND_ERR_ROSTER_UNKNOWN, und_letter_ring(&ring, f.l, first, und_cstr("a")));
	IS(UND_ERR_RING_UNKNOWN, und_letter_ring(&ring, f.l, f.roster, und_cstr("d")));
	OK(fixture_add(&f, fixture_signature(&f, 0, f.roster, "a"), 0));
	r = fixture_signature(&f, 3, f.roster, "a");
	memcpy(r->u.signature.roster, first, 32);
	refused(&f, UND_ERR_ROSTER_EARLIER, "roster", r, 0);
	same_from_file(&f);
	fixture_clear(&f);
}

TEST(an_extension_takes_nothing_away)
{
	struct fixture f;
	struct und_record *r;

	fixture_open(&f, 2, 4);
	r = fixture_roster(&f, 8, 4);
	r->u.roster.extends.set = false;
	refused(&f, UND_ERR_EXTENDS, "extends", r, R0 | R1);
	r = fixture_roster(&f, 8, 4);
	r->u.roster.extends.id[0] ^= 1;
	refused(&f, UND_ERR_EXTENDS, "extends", r, R0 | R1);
	r = fixture_roster(&f, 8, 4);
	r->u.roster.series = und_cstr("staf");
	refused(&f, UND_ERR_ROSTER_OTHER, "series", r, R0 | R1);
	r = fixture_roster(&f, 8, 4);
	r->u.roster.name = und_cstr("Stuff");
	refused(&f, UND_ERR_ROSTER_OTHER, "name", r, R0 | R1);
	r = fixture_roster(&f, 8, 4);
	r->u.roster.until++;
	refused(&f, UND_ERR_ROSTER_OTHER, "until", r, R0 | R1);
	r = fixture_roster(&f, 8, 4);
	r->u.roster.bodies[1].name = und_cstr("Body B");
	refused(&f, UND_ERR_BODY_RENAMED, "bodies[1].name", r, R0 | R1);
	r = fixture_roster(&f, 8, 4);
	r->u.roster.bodies[0].count = 0;
	r->u.roster.bodies[0].keys.set = false;
	refused(&f, UND_ERR_BODY_GAINS_NOTHING, "bodies[0].count", r, R0 | R1);
	OK(fixture_add_wave(&f, 8, 4, R0 | R1));
	same_from_file(&f);
	fixture_clear(&f);
}

TEST(a_waves_rings_hold_only_the_keys_it_adds)
{
	struct fixture f;
	const struct und_ring *ring;
	const uint8_t *roster;
	struct und_bytes body;
	struct und_record *r;
	struct und_state s;
	uint8_t base[32];

	fixture_open(&f, 2, 4);
	memcpy(base, f.roster, 32);
	refused(&f, UND_ERR_WAVE_SMALL, "bodies", fixture_roster(&f, 8, 1), R0 | R1);
	refused(&f, UND_ERR_QUORUM_REGISTRARS, "signatures", fixture_roster(&f, 8, 6), R0 | O0);
	OK(fixture_add_wave(&f, 8, 6, R0 | R1 | O2));
	OK(und_letter_ring(&ring, f.l, f.roster, und_cstr("*")));
	EQ(6, ring->n);
	OK(und_letter_ring(&ring, f.l, f.roster, und_cstr("b")));
	EQ(3, ring->n);
	OK(und_letter_ring(&ring, f.l, base, und_cstr("*")));
	EQ(8, ring->n);
	OK(und_letter_find_key(&roster, &body, f.l, f.keys[9]));
	CHECK(memcmp(roster, f.roster, 32) == 0 && und_bytes_is(body, "b"));
	OK(und_letter_find_key(&roster, &body, f.l, f.keys[0]));
	CHECK(memcmp(roster, base, 32) == 0 && und_bytes_is(body, "a"));
	IS(UND_ERR_NOT_IN_RING, und_letter_find_key(&roster, &body, f.l, f.keys[20]));
	OK(fixture_add(&f, fixture_signature(&f, 9, f.roster, "b"), 0));
	r = fixture_signature(&f, 1, base, "b");
	memcpy(r->u.signature.roster, f.roster, 32); /* an old key in the new ring */
	refused(&f, UND_ERR_PROOF, "proof", r, 0);
	OK(fixture_add(&f, fixture_signature(&f, 1, base, "b"), 0));
	s = state_of(&f);
	EQ(6, s.ring_count);
	EQ(1, s.bodies); /* b counts once */
	EQ(2, s.signers);
	EQ(14, s.keys);
	CHECK(memcmp(s.roster, f.roster, 32) == 0 && und_bytes_is(s.rings[3].id, "*") && und_bytes_is(s.rings[5].id, "b"));
	und_state_clear(&s);
	same_from_file(&f);
	fixture_clear(&f);

	fixture_init(&f, 2);
	f.rules.grows = false;
	fixture_push_head(&f, 8);
	OK(fixture_read(&f));
	refused(&f, UND_ERR_ROSTER_FIXED, "type", fixture_roster(&f, 8, 6), R0 | R1);
	fixture_clear(&f);
}

TEST(a_wave_without_its_keys_is_not_whole)
{
	struct fixture f;

	fixture_open(&f, 2, 4);
	OK(und_letter_end(f.l, NULL));
	OK(fixture_add(&f, fixture_roster(&f, 8, 6), R0 | R1));
	IS(UND_ERR_KEYS_DUE, und_letter_end(f.l, NULL));
	refused(&f, UND_ERR_KEYS_DUE, "type", fixture_notice(&f, 5, UND_NOTICE_NOTE), O0 | O1);
	refused(&f, UND_ERR_KEYS_OTHER, "body", fixture_keys(&f, 1, 8, 6), 0);
	OK(fixture_add(&f, fixture_keys(&f, 0, 8, 6), 0));
	OK(fixture_add(&f, fixture_keys(&f, 1, 8, 6), 0));
	OK(und_letter_end(f.l, NULL));
	OK(fixture_add(&f, fixture_notice(&f, 5, UND_NOTICE_NOTE), O0 | O1));
	same_from_file(&f);
	fixture_clear(&f);
}

TEST(a_key_stands_once_in_a_file)
{
	struct fixture f;

	fixture_open(&f, 2, 4);
	OK(fixture_add(&f, fixture_roster(&f, 7, 3), R0 | R1)); /* member 7 again */
	OK(fixture_add(&f, fixture_keys(&f, 0, 7, 3), 0));
	refused(&f, UND_ERR_KEY_DOUBLED, "keys", fixture_keys(&f, 1, 7, 3), 0);
	fixture_clear(&f);
}

TEST(a_file_holds_so_many_keys_and_no_more)
{
	struct fixture f;
	struct und_record *r;

	fixture_init(&f, 1);
	f.options.mode = UND_LETTER_BUNDLE; /* where keys may be left out, counts can be tried without them */
	r = fixture_roster(&f, 0, 4);
	r->u.roster.bodies[0].count = UND_KEYS_MAX - 4;
	fixture_push(&f, r, R0 | R1);
	memcpy(f.roster, f.id, 32);
	f.has_roster = true;
	r = fixture_roster(&f, 4, 4);
	r->u.roster.bodies[0].count = 5;
	fixture_push(&f, r, R0 | R1);
	file_is(&f, UND_ERR_KEYS_TOO_MANY, 2);
	f.file.n -= f.line.n + 1;
	r = fixture_roster(&f, 4, 4);
	fixture_push(&f, r, R0 | R1);
	file_is(&f, UND_ERR_NO_LETTER, 3);
	fixture_clear(&f);
}

TEST(a_letter_fits_its_roster)
{
	struct fixture f;

	fixture_init(&f, 2);
	f.rules.ends = 10001;
	fixture_push_head(&f, 8);
	file_is(&f, UND_ERR_OUTSIDE_EDITION, 4);
	und_buf_reset(&f.file);
	f.has_roster = false;
	f.rules.ends = 10000;
	f.rules.min_ring = 9;
	fixture_push_head(&f, 8);
	file_is(&f, UND_ERR_MIN_RING_ABOVE_ROSTER, 4);
	und_buf_reset(&f.file);
	f.has_roster = false;
	f.rules.min_ring = 8;
	fixture_push_head(&f, 8);
	file_is(&f, UND_OK, 0);
	fixture_clear(&f);
}

TEST(organisers_sign_the_letter_and_its_words)
{
	static const struct {
		unsigned letter, words;
		enum und_err e;
		uint64_t line;
	} rows[] = {
		{ O0, O0 | O1, UND_ERR_QUORUM_ORGANISERS, 4 },      { O0 | O1 | R0, O0 | O1, UND_ERR_NO_ROLE, 4 },
		{ O0 | O1, O2, UND_ERR_QUORUM_ORGANISERS, 5 },      { O0 | O1, O0 | O1 | STRANGER, UND_ERR_NO_ROLE, 5 },
		{ O1 | O2, O0 | O2, UND_OK, 0 },                    { O0 | O1, 0, UND_ERR_QUORUM_ORGANISERS, 5 },
	};

	for (size_t i = 0; i < UND_COUNT_OF(rows); i++) {
		struct fixture f;

		fixture_init(&f, 2);
		fixture_push_roster(&f, 0, 8, R0 | R1);
		fixture_push(&f, fixture_letter(&f), rows[i].letter);
		fixture_push(&f, fixture_words(&f), rows[i].words);
		file_is(&f, rows[i].e, rows[i].line);
		fixture_clear(&f);
	}
}

TEST(words_are_the_letters_and_addressees_keys_their_own)
{
	struct fixture f;

	fixture_init(&f, 2);
	fixture_push_roster(&f, 0, 8, R0 | R1);
	fixture_push(&f, fixture_letter(&f), O0 | O1);
	f.words.title = und_cstr("Off the harbour");
	fixture_push(&f, fixture_words(&f), O0 | O1);
	file_is(&f, UND_ERR_WORDS_OTHER, 5);
	und_buf_reset(&f.file);
	f.has_roster = false;
	memcpy(f.addressees[0].key.id, f.authorities[0], 32); /* a registrar's */
	fixture_push_head(&f, 8);
	file_is(&f, UND_ERR_KEY_TAKEN, 5);
	fixture_clear(&f);
}

TEST(a_newer_version_above_the_letter_wants_a_newer_reader)
{
	static const char newer_roster[] = "{\"type\":\"roster\",\"v\":2}\n", newer_letter[] = "{\"type\":\"letter\",\"v\":2}\n",
	                  newer_words[] = "{\"type\":\"words\",\"v\":2}\n";
	struct fixture f;

	fixture_init(&f, 2);
	und_buf_add_str(&f.file, newer_letter);
	file_is(&f, UND_ERR_NEWER, 1);
	und_buf_reset(&f.file);
	fixture_push(&f, fixture_roster(&f, 0, 8), R0 | R1);
	und_buf_add_str(&f.file, newer_roster);
	file_is(&f, UND_ERR_NEWER, 2);
	und_buf_reset(&f.file);
	fixture_push_head(&f, 8);
	und_buf_add_str(&f.file, newer_roster);
	file_is(&f, UND_ERR_VERSION, 6);
	f.file.n -= sizeof newer_roster - 1;
	OK(fixture_read(&f));
	IS(UND_ERR_VERSION, und_letter_append(f.l, und_bytes(newer_letter, sizeof newer_letter - 2), NULL));
	und_buf_reset(&f.file);
	und_buf_add_str(&f.file, newer_words);
	file_is(&f, UND_ERR_VERSION, 1);
	fixture_clear(&f);
}

/* ---- vouchers ---- */

TEST(both_councils_vouch)
{
	struct fixture f;
	struct und_state s;
	unsigned both = 0, organisers = 0;

	fixture_init(&f, 2);
	for (size_t i = 0; i < 3; i++) /* R0 takes O2's place, under the name it has as registrar */
		for (size_t j = 0; j < 3; j++)
			if (memcmp(f.organiser_list[i].key, f.authorities[5], 32) == 0 && memcmp(f.registrar_list[j].key, f.authorities[0], 32) == 0)
				f.organiser_list[i] = f.registrar_list[j];
	qsort(f.organiser_list, 3, sizeof *f.organiser_list, fixture_compare_members);
	fixture_push_roster(&f, 0, 8, R0 | R1);
	fixture_push(&f, fixture_letter(&f), O0 | R0);
	file_is(&f, UND_OK, 0);
	REQUIRE(f.l != NULL);
	s = state_of(&f);
	EQ(5, s.voucher_count);
	for (size_t i = 0; i < s.voucher_count; i++) {
		both += s.vouchers[i].registrar && s.vouchers[i].organiser;
		organisers += s.vouchers[i].organiser;
	}
	EQ(1, both);
	EQ(3, organisers);
	und_state_clear(&s);
	fixture_clear(&f);
}
