/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* act.c: every allocation made to fail while a sealed letter is opened, a wave comes in, and a member signs, withdraws and votes */
#include "alloc.h"
#include "letter_fixture.h"

static const uint8_t link_key[UND_LINK_SIZE] = { 1 };

static void open_fixture(struct fixture *f, uint8_t question[32])
{
	tap_seed(1);
	fixture_open(f, 2, 4);
	if (fixture_add(f, fixture_question(f, "Enough?", NULL, 9990), O0 | O1) != UND_OK)
		abort();
	memcpy(question, f->id, 32);
	if (fixture_add(f, fixture_signature(f, 1, f->roster, "b"), 0) != UND_OK)
		abort();
}

TEST(acting)
{
	struct fixture f;
	uint8_t question[32];

	open_fixture(&f, question);
	for (unsigned act = 0; act < 3; act++)
		ALLOC_SWEEP() {
			struct und_member signed_already = { &f.x[1], NULL }, new_one = { &f.x[0], NULL };
			struct und_letter *l;
			struct und_buf line;
			enum und_err e;

			ALLOC_PAUSED(e = und_letter_read(&l, und_buf_bytes(&f.file), &f.options, NULL));
			OK(e);
			und_buf_init(&line, 1 << 16);
			e = act == 0 ? und_act_sign(&line, l, &new_one, f.roster, und_cstr("*"), &f.random, NULL) :
			    act == 1 ? und_act_withdraw(&line, l, &signed_already, &f.random) :
			               und_act_vote(&line, l, &signed_already, question, und_cstr("no"), &f.random);
			ALLOC_RESULT(e);
			if (e != UND_OK)
				EQ(0, line.n);
			und_buf_clear(&line);
			und_letter_free(l);
		}
	fixture_clear(&f);
}

TEST(a_wave_comes_in)
{
	struct fixture f;
	uint8_t question[32];
	struct und_buf lines[3];

	open_fixture(&f, question);
	for (unsigned i = 0; i < 3; i++) {
		fixture_encode(&f, i == 0 ? fixture_roster(&f, 8, 6) : fixture_keys(&f, i - 1, 8, 6), i == 0 ? R0 | R1 : 0);
		und_buf_init(&lines[i], 1 << 16);
		und_buf_add_bytes(&lines[i], und_buf_bytes(&f.line));
	}
	ALLOC_SWEEP() {
		struct und_letter *l;
		enum und_err e;

		ALLOC_PAUSED(e = und_letter_read(&l, und_buf_bytes(&f.file), &f.options, NULL));
		OK(e);
		for (unsigned i = 0; e == UND_OK && i < 3; i++)
			e = und_letter_append(l, und_buf_bytes(&lines[i]), NULL);
		ALLOC_RESULT(e);
		und_letter_free(l);
	}
	for (unsigned i = 0; i < 3; i++)
		und_buf_clear(&lines[i]);
	fixture_clear(&f);
}

TEST(opening_what_is_sealed)
{
	struct fixture f;

	tap_seed(1);
	fixture_init(&f, 2);
	fixture_push_roster(&f, 0, 8, R0 | R1);
	fixture_push(&f, fixture_letter(&f), O0 | O1);
	ALLOC_SWEEP() {
		struct und_buf ciphertext;
		enum und_err e;

		und_buf_init(&ciphertext, 1 << 16);
		e = und_seal(&ciphertext, link_key, link_key, f.letter, und_cstr("words\n"));
		ALLOC_RESULT(e);
		und_buf_clear(&ciphertext);
	}
	fixture_push(&f, fixture_sealed(&f, link_key), O0 | O1);
	ALLOC_SWEEP() {
		struct und_letter *l;
		struct und_state s;
		struct und_buf out;
		enum und_err e;

		ALLOC_PAUSED(e = und_letter_read(&l, und_buf_bytes(&f.file), &f.options, NULL));
		OK(e);
		und_buf_init(&out, 1 << 16);
		e = und_letter_open(l, link_key, NULL);
		if (e == UND_OK)
			e = und_letter_unseal(&out, l, link_key, NULL);
		ALLOC_RESULT(e);
		ALLOC_PAUSED(e = und_letter_open(l, link_key, NULL));
		OK(e);
		ALLOC_PAUSED(e = und_letter_state(&s, l));
		OK(e);
		CHECK(s.opened);
		und_state_clear(&s);
		und_buf_clear(&out);
		und_letter_free(l);
	}
	fixture_clear(&f);
}
