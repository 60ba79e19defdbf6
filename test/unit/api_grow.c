/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* api_grow.c: the public library lets letters grow, unites copies, makes bundles, reads rosters */
#include "tap.h"

#include "api_fixture.h"

static const uint8_t link_key[32] = { 1, 2, 3 };

/* ---- growing and merging ---- */

TEST(a_letter_takes_lines_or_stays_as_it_was)
{
	struct story s;
	struct und_copy *copy = NULL;
	struct und_copy_counts c;
	struct und_diag diag = { 9, "" };
	uint64_t lines;

	story_open(&s);
	OK(signers_read(&copy, &s.x, NULL));
	OK(GET(und_copy_get_counts, &c, copy));
	lines = c.lines;
	fixture_encode(&s.x.f, fixture_signature(&s.x.f, 4, s.x.f.roster, "a"), 0);
	OK(und_copy_append(copy, s.x.f.line.p, s.x.f.line.n, &diag));
	OK(GET(und_copy_get_counts, &c, copy));
	EQ(lines + 1, c.lines);
	EQ(4, c.signers);
	IS(UND_ERR_REPEATED, und_copy_append(copy, s.x.f.line.p, s.x.f.line.n, &diag));
	EQ(0, diag.line);
	fixture_encode(&s.x.f, fixture_signature(&s.x.f, 5, s.x.f.roster, "b"), 0);
	s.x.f.line.p[s.x.f.line.n / 2] ^= 1; /* in the proof */
	CHECK(und_copy_append(copy, s.x.f.line.p, s.x.f.line.n, &diag) != UND_OK);
	IS(UND_ERR_MISUSE, und_copy_append(copy, NULL, 3, NULL));
	IS(UND_ERR_MISUSE, und_copy_append(NULL, "x", 1, NULL));
	OK(GET(und_copy_get_counts, &c, copy));
	EQ(lines + 1, c.lines);
	EQ(4, c.signers);
	OK(und_copy_end(copy, NULL));
	und_copy_free(copy);
	signers_clear(&s.x);
}

TEST(a_wave_comes_with_its_keys)
{
	struct signed_fixture x;
	struct und_copy *copy = NULL;
	struct und_copy_counts c;
	struct und_diag diag;

	signers_open(&x);
	OK(signers_read(&copy, &x, NULL));
	fixture_encode(&x.f, fixture_roster(&x.f, 8, 6), R0 | R1);
	OK(und_copy_append(copy, x.f.line.p, x.f.line.n, NULL));
	IS(UND_ERR_KEYS_DUE, und_copy_end(copy, &diag));
	EQ(7, diag.line);
	for (unsigned b = 0; b < 2; b++) {
		fixture_encode(&x.f, fixture_keys(&x.f, b, 8, 6), 0);
		OK(und_copy_append(copy, x.f.line.p, x.f.line.n, NULL));
	}
	OK(und_copy_end(copy, NULL));
	OK(GET(und_copy_get_counts, &c, copy));
	EQ(14, c.keys);
	EQ(6, und_copy_ring_count(copy));
	und_copy_free(copy);
	signers_clear(&x);
}

TEST(resumed_it_takes_many_lines_at_once)
{
	struct signed_fixture x;
	struct und_copy *copy = NULL;
	struct und_copy_counts c;
	struct und_diag diag = { 0 };
	size_t n;

	signers_open(&x);
	n = x.f.file.n;
	OK(signers_read(&copy, &x, NULL));
	fixture_push(&x.f, fixture_signature(&x.f, 0, x.f.roster, "a"), 0);
	fixture_push(&x.f, fixture_signature(&x.f, 1, x.f.roster, "b"), 0);
	IS(UND_ERR_MISUSE, und_copy_feed(copy, x.f.file.p + n, x.f.file.n - n, &diag)); /* it has ended */
	IS(UND_ERR_MISUSE, und_copy_resume(NULL));
	OK(und_copy_resume(copy));
	IS(UND_ERR_MISUSE, und_copy_resume(copy));
	IS(UND_ERR_MISUSE, GET(und_copy_get_counts, &c, copy));
	OK(und_copy_feed(copy, x.f.file.p + n, x.f.file.n - n, &diag));
	OK(und_copy_end(copy, &diag));
	OK(GET(und_copy_get_counts, &c, copy));
	EQ(2, c.signers);
	EQ(2, c.bodies);
	CHECK(c.thresholds_met);
	OK(und_copy_resume(copy));
	IS(UND_ERR_REPEATED, und_copy_feed(copy, x.f.file.p + n, x.f.file.n - n, &diag));
	EQ(8, diag.line);
	und_copy_free(copy);
	signers_clear(&x);
}

TEST(copies_unite)
{
	struct signed_fixture x;
	struct und_buf one, two;
	struct und_bytes files[2];
	struct und_copy_union u = { 0 };
	struct und_copy *copy = NULL;
	struct und_copy_counts c;
	struct und_diag diag = { 0 };
	uint8_t *out = NULL, *again = NULL;
	size_t n = 0, m = 0, which = 9;

	signers_open(&x);
	und_buf_init(&one, 1 << 20);
	und_buf_init(&two, 1 << 20);
	for (unsigned i = 0; i < 2; i++) {
		struct und_buf *b = i == 0 ? &one : &two;

		und_buf_add_bytes(b, und_buf_bytes(&x.f.file));
		fixture_encode(&x.f, fixture_signature(&x.f, i, x.f.roster, i == 0 ? "a" : "b"), 0);
		und_buf_add_bytes(b, und_buf_bytes(&x.f.line));
		und_buf_add_u8(b, '\n');
		files[i] = und_buf_bytes(b);
	}
	OK(und_copies_unite(&out, &n, &u, sizeof u, files, 2, &which, NULL, 0, &diag));
	CHECK(u.lines == 7 && u.added == 1 && u.dropped == 0);
	EQ(9, which);
	OK(und_copy_read(&copy, UND_COPY_LETTER, out, n, NULL, 0, NULL));
	OK(GET(und_copy_get_counts, &c, copy));
	EQ(2, c.signers);
	und_copy_free(copy);
	files[0] = und_buf_bytes(&two);
	files[1] = und_buf_bytes(&one);
	OK(und_copies_unite(&again, &m, NULL, 0, files, 2, NULL, NULL, 0, NULL));
	EQ(n, m);
	MEM(out, again, n);
	und_bytes_free(out, n);
	und_bytes_free(again, m);
	out = NULL;
	files[1].n--;
	IS(UND_ERR_TRUNCATED, und_copies_unite(&out, &n, &u, sizeof u, files, 2, &which, NULL, 0, &diag));
	EQ(1, which);
	EQ(6, diag.line);
	files[1] = und_bytes(NULL, 1);
	IS(UND_ERR_MISUSE, und_copies_unite(&out, &n, NULL, 0, files, 2, NULL, NULL, 0, NULL));
	IS(UND_ERR_MISUSE, und_copies_unite(&out, &n, NULL, 0, files, 0, NULL, NULL, 0, NULL));
	IS(UND_ERR_MISUSE, und_copies_unite(&out, &n, &u, sizeof u - 1, files, 1, NULL, NULL, 0, NULL));
	IS(UND_ERR_MISUSE, und_copies_unite(&out, NULL, NULL, 0, files, 1, NULL, NULL, 0, NULL));
	CHECK(out == NULL);
	und_buf_clear(&one);
	und_buf_clear(&two);
	signers_clear(&x);
}

TEST(of_different_letters_there_is_no_union)
{
	struct signed_fixture x;
	struct fixture g;
	struct und_bytes files[2];
	uint8_t *out = NULL;
	size_t n = 0, which = 9;

	signers_open(&x);
	fixture_init(&g, 2);
	fixture_push_head(&g, 8);
	files[0] = und_buf_bytes(&x.f.file);
	files[1] = und_buf_bytes(&g.file);
	IS(UND_ERR_UNION_LETTERS, und_copies_unite(&out, &n, NULL, 0, files, 2, &which, NULL, 0, NULL));
	EQ(1, which);
	CHECK(out == NULL);
	fixture_clear(&g);
	signers_clear(&x);
}

TEST(bundles_are_made_and_read)
{
	struct story s;
	struct fixture *f = &s.x.f;
	struct und_copy *copy = NULL;
	struct und_copy_counts c;
	struct und_diag diag = { 0 };
	uint8_t *out = NULL, other[32] = { 5 };
	size_t n = 0;

	story_open(&s);
	OK(und_bundle_make(&out, &n, f->file.p, f->file.n, NULL, "b", 1, NULL, 0, &diag));
	IS(UND_ERR_KEYS_OTHER, und_copy_read(&copy, UND_COPY_LETTER, out, n, NULL, 0, &diag));
	OK(und_copy_read(&copy, UND_COPY_BUNDLE, out, n, NULL, 0, &diag));
	OK(GET(und_copy_get_counts, &c, copy));
	EQ(0, c.signers);
	IS(UND_ERR_MISUSE, und_copy_append(copy, f->line.p, f->line.n, NULL));
	und_copy_free(copy);
	und_bytes_free(out, n);
	OK(und_bundle_make(&out, &n, f->file.p, f->file.n, f->roster, "*", 1, &s.x.lent, sizeof s.x.lent, NULL));
	und_bytes_free(out, n);
	out = NULL;
	IS(UND_ERR_RING_UNKNOWN, und_bundle_make(&out, &n, f->file.p, f->file.n, NULL, "c", 1, NULL, 0, NULL));
	IS(UND_ERR_ROSTER_UNKNOWN, und_bundle_make(&out, &n, f->file.p, f->file.n, other, "b", 1, NULL, 0, NULL));
	IS(UND_ERR_TRUNCATED, und_bundle_make(&out, &n, f->file.p, f->file.n - 1, NULL, "b", 1, NULL, 0, &diag));
	EQ(s.lines, diag.line);
	IS(UND_ERR_MISUSE, und_bundle_make(&out, &n, f->file.p, f->file.n, NULL, NULL, 0, NULL, 0, NULL));
	IS(UND_ERR_MISUSE, und_bundle_make(&out, &n, NULL, 1, NULL, "b", 1, NULL, 0, NULL));
	CHECK(out == NULL);
	signers_clear(&s.x);
}

TEST(a_roster_file_has_rings_and_no_letter)
{
	struct signed_fixture x;
	struct und_copy *copy = NULL;
	struct und_copy_counts c;
	struct und_copy_words w;
	struct und_copy_ring r;
	struct und_bytes body;
	const uint8_t *roster;
	uint8_t *out = NULL, pin[32] = { 0 };
	size_t n = 0;

	signers_init(&x);
	fixture_push_roster(&x.f, 0, 8, R0 | R1);
	OK(und_copy_read(&copy, UND_COPY_ROSTER, x.f.file.p, x.f.file.n, NULL, 0, NULL));
	OK(GET(und_copy_get_counts, &c, copy));
	CHECK(c.keys == 8 && c.closes == UND_NO_DAY && c.ends == UND_NO_DAY);
	EQ(3, und_copy_ring_count(copy));
	OK(GET(und_copy_get_ring, &r, copy, 1));
	MEM(x.f.roster, und_copy_roster_id(copy), 32);
	OK(und_copy_find_key(&roster, &body, copy, x.f.keys[0]));
	CHECK(und_bytes_is(body, "a") && memcmp(roster, x.f.roster, 32) == 0);
	CHECK(und_copy_letter_id(copy) == NULL && und_copy_pin(copy) == NULL);
	IS(UND_ERR_NO_LETTER, GET(und_copy_get_words, &w, copy));
	IS(UND_ERR_NO_LETTER, und_copy_json(&out, &n, copy, 0));
	IS(UND_ERR_NO_LETTER, und_copy_check_pin(copy, pin));
	IS(UND_ERR_NO_LETTER, und_copy_open(copy, link_key, NULL));
	IS(UND_ERR_MISUSE, und_copy_resume(copy));
	IS(UND_ERR_MISUSE, und_copy_append(copy, "x", 1, NULL));
	und_copy_free(copy);
	signers_clear(&x);
}
