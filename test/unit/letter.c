/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* letter.c: what may be appended to a letter and why not, and the state that comes of it (spec/records.md) */
#include "tap.h"

#include "letter_fixture.h"
#include "letter_state.h"
#include "letter/union.h"

/* Refused with this error, at this member, and nothing has changed. */
static void refused(struct fixture *f, enum und_err expected, const char *member, struct und_record *r, unsigned who)
{
	struct und_buf before, after;
	size_t kept = und_letter_kept(&(const struct und_kept *){ NULL }, f->l);
	enum und_err e;

	state_text(&before, f->l);
	e = fixture_add(f, r, who);
	tap_checks++;
	if (e != expected || strcmp(f->diag.member, member) != 0)
		tap_fail("%s at \"%s\", expected %s at \"%s\"", und_err_name(e), f->diag.member, und_err_name(expected), member);
	state_text(&after, f->l);
	CHECK(und_bytes_equal_var(und_buf_bytes(&before), und_buf_bytes(&after)));
	EQ(kept, und_letter_kept(&(const struct und_kept *){ NULL }, f->l));
	und_buf_clear(&before);
	und_buf_clear(&after);
}

static struct und_state state_of(const struct fixture *f)
{
	struct und_state s;

	if (und_letter_state(&s, f->l) != UND_OK)
		abort();
	return s;
}

/* The error of the whole file, at that line. */
static void file_is(struct fixture *f, enum und_err expected, uint64_t line)
{
	enum und_err e = fixture_read(f);

	tap_checks++;
	if (e != expected || f->diag.line != line)
		tap_fail("%s at line %" PRIu64 ", expected %s at %" PRIu64, und_err_name(e), f->diag.line, und_err_name(expected), line);
}

/* After the fixture's line was taken, what the file says is what the letter says. */
static void same_from_file(struct fixture *f)
{
	struct und_letter *again;

	OK(und_letter_read(&again, und_buf_bytes(&f->file), &f->options, NULL));
	CHECK(state_equal(f->l, again));
	und_letter_free(again);
}

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

/* ---- parties and what they say ---- */

TEST(parties_have_their_own_names_and_keys)
{
	struct fixture f;

	fixture_open(&f, 2, 4);
	refused(&f, UND_ERR_QUORUM_ORGANISERS, "signatures", fixture_party(&f, "ally", "Ally", P1), O0);
	refused(&f, UND_ERR_NAME_TAKEN, "name", fixture_party(&f, "ally", "The Senate", P1), O0 | O1);
	refused(&f, UND_ERR_KEY_TAKEN, "key", fixture_party(&f, "ally", "Ally", P0), O0 | O1);
	refused(&f, UND_ERR_KEY_TAKEN, "key", fixture_party(&f, "ally", "Ally", R2), O0 | O1);
	refused(&f, UND_ERR_KEY_TAKEN, "key", fixture_party(&f, "ally", "Ally", O2), O0 | O1);
	OK(fixture_add(&f, fixture_party(&f, "ally", "Ally", 0), O0 | O1));
	refused(&f, UND_ERR_PARTY_KNOWN, "name", fixture_party(&f, "ally", "An ally", P1), O0 | O1);
	OK(fixture_add(&f, fixture_party(&f, "ally", "Ally", P1), O0 | O1)); /* its key comes later */
	refused(&f, UND_ERR_PARTY_KNOWN, "id", fixture_party(&f, "ally", "Ally", STRANGER), O0 | O1);
	refused(&f, UND_ERR_PARTY_KNOWN, "id", fixture_party(&f, "president", "The President", STRANGER), O0 | O1);
	OK(fixture_add(&f, fixture_party(&f, "senate", "The Senate", STRANGER), O0 | O1));
	refused(&f, UND_ERR_NAME_TAKEN, "name", fixture_party(&f, "other", "Ally", 0), O0 | O1);
	same_from_file(&f);
	fixture_clear(&f);
}

TEST(a_statement_is_the_partys_or_the_organisers)
{
	struct fixture f;
	const struct und_kept *kept;
	size_t n;

	fixture_open(&f, 2, 4);
	refused(&f, UND_ERR_PARTY_UNKNOWN, "party", fixture_statement(&f, "ally", 9100, "d1", UND_STANCE_ACCEPTS, NULL), O0 | O1);
	refused(&f, UND_ERR_DEMAND_UNKNOWN, "stances[0].demand", fixture_statement(&f, "president", 9100, "d3", UND_STANCE_ACCEPTS, NULL), P0);
	refused(&f, UND_ERR_NO_ROLE, "signatures", fixture_statement(&f, "president", 9100, "d1", UND_STANCE_ACCEPTS, NULL), P1);
	refused(&f, UND_ERR_NO_ROLE, "signatures", fixture_statement(&f, "president", 9100, "d1", UND_STANCE_ACCEPTS, NULL), P0 | O0 | O1);
	refused(&f, UND_ERR_NO_ROLE, "signatures", fixture_statement(&f, "senate", 9100, "d1", UND_STANCE_ACCEPTS, NULL), P0);
	refused(&f, UND_ERR_QUORUM_ORGANISERS, "signatures", fixture_statement(&f, "president", 9100, "d1", UND_STANCE_ACCEPTS, NULL), O1);
	refused(&f, UND_ERR_QUORUM_PARTY, "signatures", fixture_statement(&f, "president", 9100, "d1", UND_STANCE_ACCEPTS, NULL), 0);
	OK(fixture_add(&f, fixture_statement(&f, "president", 9100, "d1", UND_STANCE_ACCEPTS, NULL), P0));
	OK(fixture_add(&f, fixture_statement(&f, "senate", 9100, "*", UND_STANCE_ACCEPTS, NULL), O0 | O2));
	n = und_letter_kept(&kept, f.l);
	CHECK(kept[n - 2].authenticated && !kept[n - 1].authenticated);
	EQ(7, kept[n - 1].line);
	same_from_file(&f);
	fixture_clear(&f);
}

/* Also where its key comes first among them. */
TEST(a_party_and_organisers_do_not_sign_together)
{
	struct fixture f;
	unsigned first = 0;

	fixture_open(&f, 2, 4);
	OK(fixture_add(&f, fixture_party(&f, "ally", "Ally", P1), O0 | O1));
	for (unsigned i = 0; i < 2; i++)
		for (unsigned o = 3; o < 6; o++) {
			first += memcmp(f.authorities[6 + i], f.authorities[o], 32) < 0;
			refused(&f, UND_ERR_NO_ROLE, "signatures",
			        fixture_statement(&f, i == 0 ? "president" : "ally", 9100, "d1", UND_STANCE_ACCEPTS, NULL), 64U << i | 1U << o);
		}
	CHECK(first != 0 && first != 6);
	OK(fixture_add(&f, fixture_statement(&f, "ally", 9100, "d1", UND_STANCE_ACCEPTS, NULL), P1));
	fixture_clear(&f);
}

/* The first stance of the state. */
static void first_stance(struct fixture *f, enum und_stance stance, bool authenticated)
{
	struct und_state s = state_of(f);

	EQ(1, s.stance_count);
	EQ(stance, s.stances[0].stance);
	EQ(authenticated, s.stances[0].authenticated);
	und_state_clear(&s);
}

TEST(authenticated_before_recorded_then_the_latest_then_the_longest_chain)
{
	struct fixture f;
	uint8_t recorded[32], second[32], own[32];

	fixture_open(&f, 2, 4);
	OK(fixture_add(&f, fixture_statement(&f, "president", 9100, "d1", UND_STANCE_REJECTS, NULL), O0 | O1));
	memcpy(recorded, f.id, 32);
	first_stance(&f, UND_STANCE_REJECTS, false);
	refused(&f, UND_ERR_CLARIFIES_LATER, "on", fixture_statement(&f, "president", 9099, "d1", UND_STANCE_PARTLY, recorded), O0 | O1);
	refused(&f, UND_ERR_CLARIFIES_UNKNOWN, "clarifies", fixture_statement(&f, "senate", 9101, "d1", UND_STANCE_PARTLY, recorded), O0 | O1);
	refused(&f, UND_ERR_CLARIFIES_UNKNOWN, "clarifies", fixture_statement(&f, "president", 9101, "d1", UND_STANCE_PARTLY, f.letter), O0 | O1);
	OK(fixture_add(&f, fixture_statement(&f, "president", 9100, "d1", UND_STANCE_PARTLY, recorded), O0 | O1)); /* a day, a chain of two */
	memcpy(second, f.id, 32);
	first_stance(&f, UND_STANCE_PARTLY, false);
	OK(fixture_add(&f, fixture_statement(&f, "president", 9100, "d1", UND_STANCE_COUNTER, second), O0 | O1));
	first_stance(&f, UND_STANCE_COUNTER, false);
	OK(fixture_add(&f, fixture_statement(&f, "president", 9050, "d1", UND_STANCE_NONE, NULL), P0)); /* earlier, but its own word */
	memcpy(own, f.id, 32);
	first_stance(&f, UND_STANCE_NONE, true);
	OK(fixture_add(&f, fixture_statement(&f, "president", 9200, "d1", UND_STANCE_ACCEPTS, NULL), O0 | O1));
	first_stance(&f, UND_STANCE_NONE, true);
	refused(&f, UND_ERR_CLARIFIES_AUTHENTICATED, "clarifies", fixture_statement(&f, "president", 9200, "d1", UND_STANCE_PARTLY, own), O0 | O1);
	OK(fixture_add(&f, fixture_statement(&f, "president", 9100, "d1", UND_STANCE_SUPPORTS, recorded), P0));
	first_stance(&f, UND_STANCE_SUPPORTS, true);
	same_from_file(&f);
	fixture_clear(&f);
}

TEST(days_without_an_answer)
{
	struct fixture f;
	struct und_state s;

	fixture_open(&f, 2, 4);
	OK(fixture_add(&f, fixture_party(&f, "ally", "Ally", P1), O0 | O1));
	refused(&f, UND_ERR_NOT_ADDRESSEE, "party", fixture_delivery(&f, "ally", 9100), O0 | O1);
	refused(&f, UND_ERR_NOT_ADDRESSEE, "party", fixture_delivery(&f, "nobody", 9100), O0 | O1);
	OK(fixture_add(&f, fixture_statement(&f, "senate", 9099, "d1", UND_STANCE_REJECTS, NULL), O0 | O1)); /* before it had the letter */
	OK(fixture_add(&f, fixture_delivery(&f, "senate", 9110), O0 | O1));
	OK(fixture_add(&f, fixture_delivery(&f, "senate", 9100), O0 | O1));
	s = state_of(&f);
	EQ(1, s.wait_count);
	EQ(9100, s.waits[0].delivered);
	CHECK(und_bytes_is(s.waits[0].party, "senate") && !s.waits[0].answered);
	und_state_clear(&s);
	OK(fixture_add(&f, fixture_statement(&f, "senate", 9100, "d2", UND_STANCE_REJECTS, NULL), O0 | O1));
	s = state_of(&f);
	CHECK(s.waits[0].answered);
	und_state_clear(&s);
	same_from_file(&f);
	fixture_clear(&f);
}

TEST(lines_dated_after_today_are_named)
{
	struct fixture f;

	fixture_open(&f, 2, 4);
	OK(fixture_add(&f, fixture_publication(&f, "Gazette", 9101), O0 | O1));
	OK(fixture_add(&f, fixture_notice(&f, 9100, UND_NOTICE_NOTE), O0 | O1));
	OK(fixture_add(&f, fixture_translation(&f, "de", 9102), O0 | O1));
	EQ(6, und_letter_dated_after(f.l, 9100, 0));
	EQ(8, und_letter_dated_after(f.l, 9100, 1));
	EQ(0, und_letter_dated_after(f.l, 9100, 2));
	EQ(0, und_letter_dated_after(f.l, 9102, 0));
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

/* ---- notices, translations ---- */

TEST(the_last_deadline_counts)
{
	struct fixture f;
	struct und_record *r;
	struct und_state s;

	fixture_open(&f, 2, 4);
	r = fixture_notice(&f, 9100, UND_NOTICE_DEADLINE);
	r->u.notice.closes = 9991;
	refused(&f, UND_ERR_AFTER_ENDS, "closes", r, O0 | O1);
	r = fixture_notice(&f, 9100, UND_NOTICE_CORRECTION);
	r->u.notice.about.set = true;
	refused(&f, UND_ERR_ABOUT_UNKNOWN, "about", r, O0 | O1);
	OK(fixture_add(&f, fixture_notice(&f, 9100, UND_NOTICE_DEADLINE), O0 | O1));
	r = fixture_notice(&f, 9099, UND_NOTICE_DEADLINE);
	r->u.notice.closes = 9960;
	r->u.notice.about.set = true;
	memcpy(r->u.notice.about.id, f.id, 32);
	OK(fixture_add(&f, r, O0 | O1)); /* written later, dated before */
	OK(fixture_add(&f, fixture_notice(&f, 9105, UND_NOTICE_CLOSED), O0 | O1));
	s = state_of(&f);
	EQ(9950, s.closes);
	und_state_clear(&s);
	r = fixture_notice(&f, 9101, UND_NOTICE_DEADLINE);
	r->u.notice.closes = 9940;
	OK(fixture_add(&f, r, O0 | O1)); /* it may come nearer too */
	s = state_of(&f);
	EQ(9940, s.closes);
	und_state_clear(&s);
	same_from_file(&f);
	fixture_clear(&f);
}

TEST(a_translation_is_of_another_language_and_has_the_same_demands)
{
	struct fixture f;
	struct und_record *r;

	fixture_open(&f, 2, 4);
	refused(&f, UND_ERR_LANGUAGE_OWN, "language", fixture_translation(&f, "EN", 9100), O0 | O1);
	r = fixture_translation(&f, "de", 9100);
	r->u.translation.demand_count = 1;
	refused(&f, UND_ERR_DEMANDS_OTHER, "demands", r, O0 | O1);
	r = fixture_translation(&f, "de", 9100);
	r->u.translation.demands = fixture_alloc(&f, 2, sizeof *r->u.translation.demands);
	r->u.translation.demands[0] = f.demands[1];
	r->u.translation.demands[1] = f.demands[0];
	refused(&f, UND_ERR_DEMANDS_OTHER, "demands[0].id", r, O0 | O1);
	OK(fixture_add(&f, fixture_translation(&f, "de", 9100), O0 | O1));
	OK(fixture_add(&f, fixture_translation(&f, "de", 9101), O0 | O1)); /* a better one */
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
