/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* letter.c: signatures, withdrawals and votes; faults in a stream; drafts, roster files and bundles (spec/records.md) */
#include "tap.h"

#include "letter_checks.h"
#include "letter/union.h"

/* ---- signatures ---- */

TEST(a_tag_signs_once_whichever_ring)
{
	struct fixture f;

	fixture_open(&f, 2, 4);
	OK(fixture_add(&f, fixture_signature(&f, 3, f.roster, "b"), 0));
	refused(&f, UND_ERR_TAG_KNOWN, "tag", fixture_signature(&f, 3, f.roster, "*"), 0);
	refused(&f, UND_ERR_TAG_KNOWN, "tag", fixture_signature(&f, 3, f.roster, "b"), 0); /* fresh randomness, same tag */
	OK(fixture_add(&f, fixture_signature(&f, 1, f.roster, "*"), 0));
	same_from_file(&f);
	fixture_clear(&f);
}

TEST(a_signature_fits_its_ring_and_its_letter)
{
	struct fixture f;
	struct und_record *r;

	fixture_open(&f, 2, 4);
	r = fixture_signature(&f, 3, f.roster, "b");
	r->u.signature.ring = und_cstr("a");
	refused(&f, UND_ERR_PROOF, "proof", r, 0);
	r = fixture_signature(&f, 3, f.roster, "b");
	r->u.signature.ring = und_cstr("c");
	refused(&f, UND_ERR_RING_UNKNOWN, "ring", r, 0);
	r = fixture_signature(&f, 3, f.roster, "b");
	r->u.signature.ring = und_cstr("*"); /* eight keys want two digits */
	refused(&f, UND_ERR_SIZE, "proof", r, 0);
	r = fixture_signature(&f, 3, f.roster, "b");
	r->u.signature.letter[0] ^= 1;
	refused(&f, UND_ERR_OTHER_LETTER, "letter", r, 0);
	r = fixture_signature(&f, 3, f.roster, "b");
	r->u.signature.roster[0] ^= 1;
	refused(&f, UND_ERR_ROSTER_EARLIER, "roster", r, 0);
	OK(fixture_add(&f, fixture_signature(&f, 3, f.roster, "b"), 0));
	IS(UND_ERR_REPEATED, und_letter_append(f.l, und_buf_bytes(&f.line), &f.diag)); /* the same line */
	fixture_clear(&f);
}

TEST(rules_allow_rings)
{
	struct fixture f;

	fixture_init(&f, 2);
	f.rules.rings = UND_RINGS_BODY;
	fixture_push_head(&f, 8);
	OK(fixture_read(&f));
	OK(fixture_add(&f, fixture_signature(&f, 0, f.roster, "a"), 0));
	refused(&f, UND_ERR_RING_NOT_ALLOWED, "ring", fixture_signature(&f, 1, f.roster, "*"), 0);
	IS(UND_ERR_RING_NOT_ALLOWED, und_letter_may_sign(f.l, f.roster, und_cstr("*")));
	OK(und_letter_may_sign(f.l, f.roster, und_cstr("b")));
	fixture_clear(&f);

	fixture_init(&f, 2);
	f.rules.rings = UND_RINGS_ROSTER;
	f.rules.bodies = 0;
	f.rules.min_ring = 8;
	fixture_push_head(&f, 8);
	OK(fixture_read(&f));
	OK(fixture_add(&f, fixture_signature(&f, 0, f.roster, "*"), 0));
	refused(&f, UND_ERR_RING_NOT_ALLOWED, "ring", fixture_signature(&f, 1, f.roster, "b"), 0);
	fixture_clear(&f);

	fixture_init(&f, 2);
	f.rules.min_ring = 5;
	fixture_push_head(&f, 9); /* five in a, four in b */
	OK(fixture_read(&f));
	OK(fixture_add(&f, fixture_signature(&f, 0, f.roster, "a"), 0));
	refused(&f, UND_ERR_RING_BELOW_MIN, "ring", fixture_signature(&f, 1, f.roster, "b"), 0);
	IS(UND_ERR_RING_BELOW_MIN, und_letter_may_sign(f.l, f.roster, und_cstr("b")));
	OK(fixture_add(&f, fixture_signature(&f, 1, f.roster, "*"), 0));
	fixture_clear(&f);
}

TEST(shares_bind_who_signs_and_not_the_file)
{
	struct fixture f;
	struct und_state s;

	fixture_init(&f, 2);
	f.rules.max_share = 50;
	f.rules.max_share_all = 60;
	fixture_push_head(&f, 8);
	OK(fixture_read(&f));
	OK(fixture_add(&f, fixture_signature(&f, 0, f.roster, "a"), 0));
	OK(und_letter_may_sign(f.l, f.roster, und_cstr("a"))); /* two of four are 50 % */
	OK(fixture_add(&f, fixture_signature(&f, 2, f.roster, "a"), 0));
	IS(UND_ERR_RING_ABOVE_SHARE, und_letter_may_sign(f.l, f.roster, und_cstr("a")));
	OK(fixture_add(&f, fixture_withdrawal(&f, 2), 0)); /* a place once taken stays taken */
	IS(UND_ERR_RING_ABOVE_SHARE, und_letter_may_sign(f.l, f.roster, und_cstr("a")));
	OK(und_letter_may_sign(f.l, f.roster, und_cstr("b")));
	s = state_of(&f);
	CHECK(!s.rings[0].above_share && !s.rings[1].above_share);
	und_state_clear(&s);
	OK(fixture_add(&f, fixture_signature(&f, 4, f.roster, "a"), 0)); /* valid all the same */
	OK(fixture_add(&f, fixture_signature(&f, 1, f.roster, "*"), 0));
	IS(UND_ERR_RING_ABOVE_SHARE, und_letter_may_sign(f.l, f.roster, und_cstr("*"))); /* five of eight */
	IS(UND_ERR_RING_ABOVE_SHARE, und_letter_may_sign(f.l, f.roster, und_cstr("b")));
	s = state_of(&f);
	CHECK(!s.rings[0].above_share && s.rings[1].above_share && !s.rings[2].above_share);
	EQ(3, s.rings[1].made);
	EQ(2, s.rings[1].signers);
	EQ(3, s.signers);
	EQ(1, s.withdrawn);
	EQ(1, s.undisclosed);
	EQ(1, s.bodies);
	und_state_clear(&s);
	OK(fixture_add(&f, fixture_signature(&f, 3, f.roster, "b"), 0));
	s = state_of(&f);
	CHECK(s.rings[0].above_share && !s.rings[2].above_share);
	und_state_clear(&s);
	IS(UND_ERR_RING_UNKNOWN, und_letter_may_sign(f.l, f.roster, und_cstr("c")));
	IS(UND_ERR_RING_UNKNOWN, und_letter_may_sign(f.l, f.letter, und_cstr("a")));
	fixture_clear(&f);
}

TEST(a_withdrawal_takes_back_once)
{
	struct fixture f;
	const uint8_t *roster;
	struct und_bytes ring;
	struct und_record *r;
	uint8_t tag[32];

	fixture_open(&f, 2, 4);
	und_tag(tag, &f.x[3], f.letter);
	EQ(UND_TAG_NEW, und_letter_tag(f.l, tag, NULL, NULL));
	refused(&f, UND_ERR_TAG_UNKNOWN, "tag", fixture_withdrawal(&f, 3), 0);
	OK(fixture_add(&f, fixture_signature(&f, 3, f.roster, "b"), 0));
	EQ(UND_TAG_SIGNED, und_letter_tag(f.l, tag, &roster, &ring));
	CHECK(memcmp(roster, f.roster, 32) == 0 && und_bytes_is(ring, "b"));
	r = fixture_withdrawal(&f, 3);
	r->u.withdrawal.proof[40] ^= 1;
	refused(&f, UND_ERR_PROOF, "proof", r, 0);
	OK(fixture_add(&f, fixture_withdrawal(&f, 3), 0));
	EQ(UND_TAG_WITHDRAWN, und_letter_tag(f.l, tag, &roster, &ring));
	refused(&f, UND_ERR_WITHDRAWN_ALREADY, "tag", fixture_withdrawal(&f, 3), 0);
	refused(&f, UND_ERR_TAG_KNOWN, "tag", fixture_signature(&f, 3, f.roster, "b"), 0);
	same_from_file(&f);
	fixture_clear(&f);
}

/* ---- questions and votes ---- */

TEST(a_tag_that_signed_votes_once_a_question)
{
	struct fixture f;
	struct und_record *r;
	struct und_state s;
	uint8_t question[32], tag[32];

	fixture_open(&f, 2, 4);
	refused(&f, UND_ERR_ABOUT_UNKNOWN, "about", fixture_question(&f, "Enough?", f.letter, 9900), O0 | O1);
	refused(&f, UND_ERR_AFTER_ENDS, "closes", fixture_question(&f, "Enough?", NULL, 9991), O0 | O1);
	OK(fixture_add(&f, fixture_question(&f, "Enough?", NULL, 9990), O0 | O1));
	memcpy(question, f.id, 32);
	refused(&f, UND_ERR_TAG_UNKNOWN, "tag", fixture_vote(&f, 1, question, "yes"), 0);
	OK(fixture_add(&f, fixture_signature(&f, 1, f.roster, "*"), 0));
	OK(fixture_add(&f, fixture_signature(&f, 2, f.roster, "*"), 0));
	refused(&f, UND_ERR_QUESTION_UNKNOWN, "question", fixture_vote(&f, 1, f.letter, "yes"), 0);
	refused(&f, UND_ERR_CHOICE_UNKNOWN, "choice", fixture_vote(&f, 1, question, "maybe"), 0);
	r = fixture_vote(&f, 1, question, "yes");
	r->u.vote.choice = und_cstr("no");
	refused(&f, UND_ERR_PROOF, "proof", r, 0);
	OK(fixture_add(&f, fixture_vote(&f, 1, question, "yes"), 0));
	OK(fixture_add(&f, fixture_vote(&f, 2, question, "no"), 0));
	refused(&f, UND_ERR_VOTED_ALREADY, "tag", fixture_vote(&f, 1, question, "no"), 0);
	und_tag(tag, &f.x[2], f.letter);
	EQ(1, und_letter_vote_of(f.l, question, tag));
	EQ(-1, und_letter_vote_of(f.l, f.letter, tag));
	OK(fixture_add(&f, fixture_withdrawal(&f, 1), 0));
	OK(fixture_add(&f, fixture_question(&f, "And now?", NULL, 9990), O0 | O1));
	OK(fixture_add(&f, fixture_vote(&f, 1, f.id, "yes"), 0)); /* stands, and is not counted */
	s = state_of(&f);
	EQ(2, s.question_count);
	CHECK(memcmp(s.questions[0].id, s.questions[1].id, 32) < 0);
	for (size_t i = 0; i < 2; i++) {
		EQ(0, s.questions[i].tally[0]);
		EQ(memcmp(s.questions[i].id, question, 32) == 0, s.questions[i].tally[1]);
	}
	und_state_clear(&s);
	same_from_file(&f);
	fixture_clear(&f);
}

/* ---- faults in a stream ---- */

TEST(the_first_line_at_fault_is_named_though_proofs_wait)
{
	struct fixture f;
	struct und_record *r;
	size_t head;

	fixture_open(&f, 2, 4);
	head = f.file.n;
	fixture_push(&f, fixture_signature(&f, 1, f.roster, "b"), 0);   /* 6 */
	r = fixture_signature(&f, 3, f.roster, "b");
	r->u.signature.ring = und_cstr("a");
	fixture_push(&f, r, 0);                                         /* 7: bad, seen in the batch */
	fixture_push(&f, fixture_signature(&f, 5, f.roster, "b"), 0);   /* 8 */
	r = fixture_withdrawal(&f, 5);
	r->u.withdrawal.proof[40] ^= 1;
	fixture_push(&f, r, 0);                                         /* 9: bad, seen in a batch of another kind */
	file_is(&f, UND_ERR_PROOF, 7);
	fixture_push(&f, fixture_notice(&f, 5, UND_NOTICE_NOTE), O0);   /* 10: bad at once */
	file_is(&f, UND_ERR_PROOF, 7);
	und_buf_add_str(&f.file, "cut off");
	file_is(&f, UND_ERR_PROOF, 7);
	f.file.n = head;
	OK(fixture_read(&f));
	fixture_push(&f, fixture_signature(&f, 1, f.roster, "b"), 0);
	fixture_push(&f, fixture_notice(&f, 5, UND_NOTICE_NOTE), O0);
	file_is(&f, UND_ERR_QUORUM_ORGANISERS, 7);
	fixture_clear(&f);
}

TEST(after_a_fault_a_letter_takes_no_more)
{
	struct fixture f;
	struct und_diag diag = { 0 };
	struct und_letter *l;

	fixture_open(&f, 2, 4);
	OK(und_letter_new(&l, &f.options));
	OK(und_letter_feed(l, und_buf_bytes(&f.file), &diag));
	IS(UND_ERR_JSON, und_letter_line(l, und_cstr(""), &diag));
	EQ(6, diag.line);
	diag = (struct und_diag){ 0 };
	IS(UND_ERR_JSON, und_letter_feed(l, und_buf_bytes(&f.file), &diag));
	EQ(6, diag.line);
	IS(UND_ERR_JSON, und_letter_end(l, NULL));
	und_letter_free(l);
	fixture_clear(&f);
}

TEST(a_letter_resumed_takes_lines_in_batches_until_the_next_end)
{
	struct fixture f;
	struct und_record *r;
	struct und_diag diag = { 0 };

	fixture_open(&f, 2, 4);
	for (unsigned m = 0; m < 4; m++)
		fixture_push(&f, fixture_signature(&f, m, f.roster, "*"), 0);
	und_letter_resume(f.l);
	for (const uint8_t *p = f.file.p, *end = p + f.file.n, *lf; p < end; p = lf + 1) {
		lf = memchr(p, '\n', (size_t)(end - p));
		if (memmem(p, (size_t)(lf - p), "\"proof\"", 7) != NULL)
			OK(und_letter_line(f.l, und_bytes(p, (size_t)(lf - p)), &diag));
	}
	OK(und_letter_end(f.l, &diag));
	same_from_file(&f);
	r = fixture_signature(&f, 5, f.roster, "b");
	r->u.signature.ring = und_cstr("a");
	fixture_encode(&f, r, 0);
	und_letter_resume(f.l);
	OK(und_letter_line(f.l, und_buf_bytes(&f.line), &diag)); /* waits */
	fixture_encode(&f, fixture_notice(&f, 5, UND_NOTICE_NOTE), O0);
	IS(UND_ERR_PROOF, und_letter_line(f.l, und_buf_bytes(&f.line), &diag));
	EQ(10, diag.line);
	IS(UND_ERR_PROOF, und_letter_end(f.l, NULL));
	fixture_clear(&f);
}

static int stop(void *ctx, uint64_t done, uint64_t total)
{
	(void)done;
	(void)total;
	return --*(int *)ctx < 0;
}

TEST(who_is_told_of_progress_may_stop_it)
{
	struct fixture f;
	int left = 1;
	struct und_progress progress = { stop, &left };

	fixture_open(&f, 2, 4);
	fixture_push(&f, fixture_signature(&f, 1, f.roster, "b"), 0);
	f.options.progress = &progress;
	file_is(&f, UND_ERR_STOPPED, 3); /* the second keys line */
	left = 1000;
	OK(fixture_read(&f));
	CHECK(left < 1000 - 2);
	fixture_clear(&f);
}

static enum und_err no_random(void *ctx, uint8_t *out, size_t n)
{
	(void)ctx;
	(void)out;
	(void)n;
	return UND_ERR_RANDOM;
}

TEST(without_randomness_nothing_is_read)
{
	struct fixture f;
	struct und_random none = { no_random, NULL };

	fixture_open(&f, 2, 4);
	f.options.random = &none;
	IS(UND_ERR_RANDOM, fixture_read(&f));
	fixture_clear(&f);
}

/* ---- other modes ---- */

TEST(a_draft_may_lack_quorums_and_nothing_else)
{
	struct fixture f;

	fixture_init(&f, 2);
	fixture_push_roster(&f, 0, 8, 0);
	fixture_push(&f, fixture_letter(&f), O0);
	fixture_push(&f, fixture_words(&f), 0);
	file_is(&f, UND_ERR_QUORUM_REGISTRARS, 4);
	f.options.unsigned_ok = true;
	file_is(&f, UND_OK, 0);
	fixture_push(&f, fixture_notice(&f, 5, UND_NOTICE_NOTE), O0);
	file_is(&f, UND_ERR_QUORUM_ORGANISERS, 6);
	und_buf_reset(&f.file);
	f.has_roster = false;
	fixture_push_roster(&f, 0, 8, 0);
	fixture_push(&f, fixture_letter(&f), R0);
	file_is(&f, UND_ERR_NO_ROLE, 4);
	fixture_clear(&f);
}

TEST(a_roster_file_holds_rosters)
{
	struct fixture f;
	const struct und_ring *ring;
	const uint8_t *roster;
	struct und_bytes body;
	struct und_state s;

	fixture_init(&f, 3);
	f.options.mode = UND_LETTER_ROSTER;
	file_is(&f, UND_ERR_TRUNCATED, 1);
	fixture_push_roster(&f, 0, 2, 0);
	fixture_push_roster(&f, 2, 7, STRANGER);
	file_is(&f, UND_OK, 0);
	OK(und_letter_ring(&ring, f.l, f.roster, und_cstr("a")));
	EQ(3, ring->n);
	OK(und_letter_find_key(&roster, &body, f.l, f.keys[0]));
	CHECK(memcmp(roster, f.roster, 32) == 0 && und_bytes_is(body, "a"));
	s = state_of(&f);
	CHECK(s.letter == NULL && s.record == NULL);
	EQ(4, s.ring_count);
	EQ(9, s.keys);
	EQ(60, s.headcount);
	und_state_clear(&s);
	fixture_push(&f, fixture_letter(&f), O0 | O1);
	file_is(&f, UND_ERR_TYPE, 8);
	f.file.n -= f.line.n + 1;
	fixture_push(&f, fixture_roster(&f, 9, 3), 0);
	file_is(&f, UND_ERR_KEYS_DUE, 9);
	fixture_clear(&f);
}

/* The bundle of the fixture's file, in its place. */
static void bundle(struct fixture *f, const char *label)
{
	struct und_buf out;

	und_buf_init(&out, 1 << 20);
	f->options.mode = UND_LETTER_FILE;
	OK(und_bundle(&out, und_buf_bytes(&f->file), f->roster, und_cstr(label), &f->options, &f->diag));
	f->options.mode = UND_LETTER_BUNDLE;
	und_buf_reset(&f->file);
	und_buf_add_bytes(&f->file, und_buf_bytes(&out));
	und_buf_clear(&out);
}

TEST(a_bundle_holds_what_signing_needs_and_nothing_else)
{
	struct fixture f;
	const struct und_ring *ring;
	struct und_state s;
	uint8_t base[32], answer[32];

	fixture_open(&f, 2, 4);
	memcpy(base, f.roster, 32);
	OK(fixture_add(&f, fixture_signature(&f, 1, f.roster, "b"), 0));
	OK(fixture_add(&f, fixture_publication(&f, "Gazette", 9101), O0 | O1));
	OK(fixture_add(&f, fixture_party(&f, "ally", "Ally", P1), O0 | O1));
	OK(fixture_add(&f, fixture_party(&f, "other", "Other", 0), O0 | O1));
	OK(fixture_add(&f, fixture_statement(&f, "ally", 9100, "d1", UND_STANCE_SUPPORTS, NULL), P1));
	OK(fixture_add(&f, fixture_statement(&f, "ally", 9100, "d1", UND_STANCE_PARTLY, f.id), P1));
	memcpy(answer, f.id, 32);
	OK(fixture_add(&f, fixture_statement(&f, "president", 9100, "d1", UND_STANCE_SUPPORTS, NULL), P0));
	OK(fixture_add(&f, fixture_question(&f, "Enough?", answer, 9990), O0 | O1));
	OK(fixture_add(&f, fixture_notice(&f, 9100, UND_NOTICE_DEADLINE), O0 | O1));
	OK(fixture_add_wave(&f, 8, 4, R0 | R1));
	bundle(&f, "b");
	OK(fixture_read(&f));
	s = state_of(&f);
	EQ(2 + 2 + 1 + 1 + 1 + 2 + 1 + 1, s.lines); /* rosters, keys, letter, words, party, statements, question, notice */
	EQ(9950, s.closes);
	EQ(12, s.keys);
	und_state_clear(&s);
	OK(und_letter_ring(&ring, f.l, f.roster, und_cstr("b")));
	EQ(2, ring->n);
	OK(und_letter_ring(&ring, f.l, base, und_cstr("b")));
	EQ(4, ring->n);
	IS(UND_ERR_RING_UNKNOWN, und_letter_ring(&ring, f.l, base, und_cstr("a")));
	IS(UND_ERR_RING_UNKNOWN, und_letter_ring(&ring, f.l, base, und_cstr("*")));
	fixture_push(&f, fixture_notice(&f, 9100, UND_NOTICE_NOTE), O0 | O1);
	file_is(&f, UND_ERR_BUNDLE, 12);
	f.file.n -= f.line.n + 1;
	fixture_push(&f, fixture_party(&f, "other", "Other", 0), O0 | O1); /* nobody refers to it */
	file_is(&f, UND_ERR_BUNDLE, 12);
	f.file.n -= f.line.n + 1;
	fixture_push(&f, fixture_roster(&f, 12, 4), R0 | R1); /* without keys of b */
	file_is(&f, UND_ERR_KEYS_DUE, 13);
	fixture_clear(&f);
}

TEST(a_bundle_of_the_whole_roster_has_all_keys)
{
	struct fixture f;
	const struct und_ring *ring;

	fixture_open(&f, 2, 4);
	bundle(&f, "*");
	OK(fixture_read(&f));
	OK(und_letter_ring(&ring, f.l, f.roster, und_cstr("*")));
	EQ(8, ring->n);
	fixture_clear(&f);

	fixture_init(&f, 3);
	f.options.mode = UND_LETTER_BUNDLE;
	fixture_push(&f, fixture_roster(&f, 0, 9), R0 | R1);
	memcpy(f.roster, f.id, 32);
	fixture_push(&f, fixture_keys(&f, 0, 0, 9), 0);
	fixture_push(&f, fixture_keys(&f, 2, 0, 9), 0); /* two of three: neither one nor all */
	fixture_push(&f, fixture_letter(&f), O0 | O1);
	fixture_push(&f, fixture_words(&f), O0 | O1);
	file_is(&f, UND_ERR_KEYS_DUE, 6);
	fixture_clear(&f);
}
