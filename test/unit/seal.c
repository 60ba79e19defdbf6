/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* seal.c: words under a link: what opens, what does not, and that nothing is shown then (spec/records.md, Sealing) */
#include "tap.h"

#include "letter_fixture.h"

static const uint8_t link_key[UND_LINK_SIZE] = { 1, 2, 3 }, nonce[24] = { 4, 5 };

/* A letter of the fixture with a sealed record of these lines; f->l is read. */
static enum und_err seal(struct fixture *f, struct und_bytes lines)
{
	struct und_record *r = fixture_new(f, UND_TYPE_SEALED);
	struct und_buf ciphertext;
	enum und_err e;

	und_buf_init(&ciphertext, 8 << 20);
	e = und_seal(&ciphertext, link_key, nonce, f->letter, lines);
	if (e == UND_OK) {
		memcpy(r->u.sealed.letter, f->letter, 32);
		r->u.sealed.ciphertext = und_buf_bytes(&ciphertext);
		fixture_push(f, r, O0 | O1);
		e = fixture_read(f);
	}
	und_buf_clear(&ciphertext);
	return e;
}

static void begin(struct fixture *f)
{
	fixture_init(f, 2);
	fixture_push_roster(f, 0, 8, R0 | R1);
	fixture_push(f, fixture_letter(f), O0 | O1);
}

/* Lines of a plaintext, each with LF. */
static void add(struct und_buf *lines, struct fixture *f, struct und_record *r, unsigned who)
{
	fixture_encode(f, r, who);
	und_buf_add_bytes(lines, und_buf_bytes(&f->line));
	und_buf_add_u8(lines, '\n');
}

/* Sealed as they are, opening says that, and the letter shows nothing. */
static void opens_as(enum und_err expected, struct fixture *f, struct und_buf *lines)
{
	struct und_diag diag = { 0 };
	struct und_state s;
	struct und_buf out;

	und_buf_init(&out, 8 << 20);
	OK(seal(f, und_buf_bytes(lines)));
	IS(expected, und_letter_open(f->l, link_key, &diag));
	IS(expected, und_letter_unseal(&out, f->l, link_key, NULL));
	OK(und_letter_state(&s, f->l));
	CHECK(s.sealed && s.opened == (expected == UND_OK) && (s.words != NULL) == (expected == UND_OK));
	if (expected == UND_OK)
		CHECK(und_bytes_equal_var(und_buf_bytes(&out), und_buf_bytes(lines)));
	else
		EQ(0, out.n);
	if (expected != UND_OK)
		EQ(5, diag.line);
	und_state_clear(&s);
	und_buf_clear(&out);
	und_buf_clear(lines);
	fixture_clear(f);
}

TEST(words_and_translations_open)
{
	struct fixture f;
	struct und_buf lines;

	und_buf_init(&lines, 8 << 20);
	begin(&f);
	add(&lines, &f, fixture_words(&f), 0);
	opens_as(UND_OK, &f, &lines);
	begin(&f);
	add(&lines, &f, fixture_words(&f), 0);
	add(&lines, &f, fixture_translation(&f, "de", 9100), O0 | O1);
	add(&lines, &f, fixture_translation(&f, "fr", 9100), O1 | O2);
	opens_as(UND_OK, &f, &lines);
}

TEST(every_sealed_line_is_checked)
{
	struct fixture f;
	struct und_buf lines;

	und_buf_init(&lines, 8 << 20);
	begin(&f);
	add(&lines, &f, fixture_words(&f), O0 | O1); /* the organisers sign when they open it */
	opens_as(UND_ERR_NO_ROLE, &f, &lines);
	begin(&f);
	f.words.title = und_cstr("Off the harbour");
	add(&lines, &f, fixture_words(&f), 0);
	opens_as(UND_ERR_WORDS_OTHER, &f, &lines);
	begin(&f);
	add(&lines, &f, fixture_translation(&f, "de", 9100), O0 | O1); /* no words */
	opens_as(UND_ERR_WORDS_OTHER, &f, &lines);
	begin(&f);
	add(&lines, &f, fixture_words(&f), 0);
	add(&lines, &f, fixture_translation(&f, "de", 9100), O0);
	opens_as(UND_ERR_QUORUM_ORGANISERS, &f, &lines);
	begin(&f);
	add(&lines, &f, fixture_words(&f), 0);
	add(&lines, &f, fixture_translation(&f, "en", 9100), O0 | O1);
	opens_as(UND_ERR_LANGUAGE_OWN, &f, &lines);
	begin(&f);
	add(&lines, &f, fixture_words(&f), 0);
	add(&lines, &f, fixture_translation(&f, "de", 9100), O0 | O1);
	add(&lines, &f, fixture_translation(&f, "de", 9100), O0 | O1 | O2);
	opens_as(UND_ERR_REPEATED, &f, &lines);
	begin(&f);
	add(&lines, &f, fixture_words(&f), 0);
	add(&lines, &f, fixture_notice(&f, 9100, UND_NOTICE_NOTE), O0 | O1);
	opens_as(UND_ERR_TYPE, &f, &lines);
	begin(&f);
	add(&lines, &f, fixture_words(&f), 0);
	lines.n--; /* no LF */
	opens_as(UND_ERR_TRUNCATED, &f, &lines);
	begin(&f);
	add(&lines, &f, fixture_words(&f), 0);
	und_buf_add_str(&lines, "{}\n");
	opens_as(UND_ERR_MEMBER_MISSING, &f, &lines);
}

TEST(only_the_link_opens_and_only_that_letter)
{
	struct fixture f;
	struct und_buf lines;
	uint8_t other[UND_LINK_SIZE] = { 1, 2, 2 };

	und_buf_init(&lines, 8 << 20);
	begin(&f);
	OK(fixture_read(&f));
	IS(UND_ERR_SEALED, und_letter_open(f.l, link_key, NULL)); /* nothing sealed here */
	add(&lines, &f, fixture_words(&f), 0);
	OK(seal(&f, und_buf_bytes(&lines)));
	IS(UND_ERR_LINK, und_letter_open(f.l, other, NULL));
	fixture_clear(&f);

	begin(&f); /* sealed for a letter with other rules, put here */
	f.letter[0] ^= 1;
	{
		struct und_record *r = fixture_sealed(&f, link_key);

		f.letter[0] ^= 1;
		memcpy(r->u.sealed.letter, f.letter, 32);
		fixture_push(&f, r, O0 | O1);
	}
	OK(fixture_read(&f));
	IS(UND_ERR_LINK, und_letter_open(f.l, link_key, NULL));
	fixture_clear(&f);
	und_buf_clear(&lines);
}

TEST(the_link_still_opens_when_the_words_are_open_for_all)
{
	struct fixture f;
	const struct und_record *const *opened;
	struct und_buf lines;
	struct und_state s;

	und_buf_init(&lines, 8 << 20);
	begin(&f);
	add(&lines, &f, fixture_words(&f), 0);
	add(&lines, &f, fixture_translation(&f, "de", 9100), O0 | O1);
	OK(seal(&f, und_buf_bytes(&lines)));
	EQ(0, und_letter_opened(&opened, f.l));
	OK(fixture_add(&f, fixture_words(&f), O0 | O1));
	OK(fixture_add(&f, fixture_translation(&f, "de", 9100), O0 | O1));
	OK(und_letter_open(f.l, link_key, NULL));
	EQ(2, und_letter_opened(&opened, f.l));
	EQ(UND_TYPE_TRANSLATION, opened[1]->type);
	OK(und_letter_state(&s, f.l));
	CHECK(!s.sealed && !s.opened && s.words != NULL);
	und_state_clear(&s);
	und_buf_clear(&lines);
	fixture_clear(&f);
}

TEST(what_is_sealed_fills_whole_blocks_up_to_a_limit)
{
	uint8_t *many = calloc(1, UND_SEALED_BLOCKS_MAX * UND_SEALED_BLOCK + 1), letter_id[32] = { 0 };
	struct und_buf c;

	REQUIRE(many != NULL);
	und_buf_init(&c, 8 << 20);
	OK(und_seal(&c, link_key, nonce, letter_id, und_bytes(many, 1)));
	EQ(40 + 4096, c.n);
	und_buf_reset(&c);
	OK(und_seal(&c, link_key, nonce, letter_id, und_bytes(many, 4096)));
	EQ(40 + 4096, c.n);
	und_buf_reset(&c);
	OK(und_seal(&c, link_key, nonce, letter_id, und_bytes(many, 4097)));
	EQ(40 + 2 * 4096, c.n);
	und_buf_reset(&c);
	OK(und_seal(&c, link_key, nonce, letter_id, und_bytes(many, UND_SEALED_BLOCKS_MAX * UND_SEALED_BLOCK)));
	und_buf_reset(&c);
	IS(UND_ERR_LIMIT, und_seal(&c, link_key, nonce, letter_id, und_bytes(many, UND_SEALED_BLOCKS_MAX * UND_SEALED_BLOCK + 1)));
	EQ(0, c.n);
	und_buf_clear(&c);
	free(many);
}
