/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* invite.c: what an invitation card says, and the lines that are made with it (spec/cards.md) */
#include "record/invite.h"

#include "base/encode.h"
#include "base/hash.h"
#include "base/secret.h"
#include "proof/tag.h"
#include "record/place.h"

/* ---- codes ---- */

/* H. M. Damm's quasigroup of order ten (2004): finds every wrong digit and every swap of neighbours. */
static const uint8_t damm[10][10] = {
	{ 0, 3, 1, 7, 5, 9, 8, 6, 4, 2 }, { 7, 0, 9, 2, 1, 5, 4, 8, 6, 3 }, { 4, 2, 0, 6, 8, 7, 1, 3, 5, 9 }, { 1, 7, 5, 0, 9, 8, 3, 4, 2, 6 },
	{ 6, 1, 2, 3, 0, 4, 5, 9, 7, 8 }, { 3, 6, 7, 4, 2, 0, 9, 5, 8, 1 }, { 5, 8, 6, 9, 7, 2, 0, 1, 3, 4 }, { 8, 9, 4, 5, 3, 6, 2, 0, 1, 7 },
	{ 9, 4, 3, 8, 6, 1, 7, 2, 0, 5 }, { 2, 5, 8, 1, 4, 3, 6, 7, 9, 0 },
};

/* Begins with the group's place, so that a group fits nowhere but in its own. Of four digits the check digit; of all five 0. */
static uint8_t run_digits(unsigned place, const uint8_t *digits, unsigned n)
{
	uint8_t c = (uint8_t)place;

	for (unsigned i = 0; i < n; i++)
		c = damm[c][digits[i] - '0'];
	return c;
}

bool und_invite_digits_are_valid(const uint8_t digits[UND_INVITE_DRAWN])
{
	for (unsigned i = 0; i < UND_INVITE_DRAWN; i++)
		if (digits[i] < '0' || digits[i] > '9')
			return false;
	return true;
}

enum und_err und_invite_code_draw(struct und_invite_code *out, const struct und_random *random)
{
	uint8_t bytes[2 * UND_INVITE_DRAWN];
	struct und_invite_code code;
	unsigned n = 0;
	enum und_err e = UND_OK;

	while (n < UND_INVITE_DRAWN && (e = random->fill(random->ctx, bytes, sizeof bytes)) == UND_OK)
		for (unsigned i = 0; i < sizeof bytes && n < UND_INVITE_DRAWN; i++)
			if (bytes[i] < 250) /* each digit as often as any other */
				code.digits[n++] = (uint8_t)('0' + bytes[i] % 10);
	if (e == UND_OK)
		*out = code;
	und_wipe(bytes, sizeof bytes);
	und_wipe(&code, sizeof code);
	return e;
}

enum { GROUP_DRAWN = UND_INVITE_GROUP - 1 };

void und_invite_code_encode(char out[UND_INVITE_CODE_SIZE], const struct und_invite_code *code)
{
	char *p = out;

	for (unsigned g = 0; g < UND_INVITE_GROUPS; g++) {
		const uint8_t *drawn = code->digits + g * GROUP_DRAWN;

		memcpy(p, drawn, GROUP_DRAWN);
		p += GROUP_DRAWN;
		*p++ = (char)('0' + run_digits(g, drawn, GROUP_DRAWN));
		*p++ = ' ';
	}
	p[-1] = '\0';
}

/* The digits that were typed, and whether the text itself shows where groups begin: seven runs of them. */
struct typed {
	uint8_t digits[UND_INVITE_TYPED];
	unsigned n, runs, run;
	unsigned lengths[UND_INVITE_GROUPS];
	bool letter;
};

static void take_typed(struct typed *t, struct und_bytes text)
{
	bool inside = false;

	for (size_t i = 0; i < text.n; i++) {
		uint8_t c = text.p[i];

		if (c >= '0' && c <= '9') {
			if (!inside && t->runs < UND_INVITE_GROUPS + 1)
				t->runs++;
			inside = true;
			if (t->runs <= UND_INVITE_GROUPS && t->lengths[t->runs - 1] < 1000)
				t->lengths[t->runs - 1]++;
			if (t->n < UND_INVITE_TYPED)
				t->digits[t->n] = c;
			t->n += t->n < 1000;
		} else {
			inside = false;
			t->letter |= memchr(" \t\r\n-.", c, 6) == NULL;
		}
	}
}

static unsigned odd_groups(const struct typed *t)
{
	unsigned groups = 0;

	if (t->runs != UND_INVITE_GROUPS)
		return 0;
	for (unsigned g = 0; g < UND_INVITE_GROUPS; g++)
		groups |= t->lengths[g] != UND_INVITE_GROUP ? 1U << g : 0;
	return groups;
}

/* Exactly two groups are wrong, and each is right in the place of the other. */
static void find_swap(struct und_invite_slip *slip, const struct typed *t)
{
	unsigned at[2] = { 0, 0 }, n = 0;

	for (unsigned g = 0; g < UND_INVITE_GROUPS; g++) {
		if ((slip->groups >> g & 1) == 0)
			continue;
		if (n == 2)
			return;
		at[n++] = g;
	}
	if (n != 2 || run_digits(at[0], t->digits + at[1] * UND_INVITE_GROUP, UND_INVITE_GROUP) != 0 ||
	    run_digits(at[1], t->digits + at[0] * UND_INVITE_GROUP, UND_INVITE_GROUP) != 0)
		return;
	slip->first = at[0] + 1;
	slip->second = at[1] + 1;
}

static enum und_err judge(struct und_invite_slip *slip, const struct typed *t)
{
	*slip = (struct und_invite_slip){ .digits = t->n, .letter = t->letter };
	if (t->letter || t->n != UND_INVITE_TYPED) {
		slip->groups = odd_groups(t);
		return UND_ERR_CARD_FORM;
	}
	for (unsigned g = 0; g < UND_INVITE_GROUPS; g++)
		if (run_digits(g, t->digits + g * UND_INVITE_GROUP, UND_INVITE_GROUP) != 0)
			slip->groups |= 1U << g;
	find_swap(slip, t);
	return slip->groups == 0 ? UND_OK : UND_ERR_CARD_CHECK;
}

enum und_err und_invite_code_decode(struct und_invite_code *out, struct und_invite_slip *slip, struct und_bytes text)
{
	struct typed t = { .n = 0 };
	struct und_invite_slip found;
	enum und_err e;

	take_typed(&t, text);
	e = judge(&found, &t);
	for (unsigned g = 0; e == UND_OK && g < UND_INVITE_GROUPS; g++)
		memcpy(out->digits + g * GROUP_DRAWN, t.digits + g * UND_INVITE_GROUP, GROUP_DRAWN);
	if (e != UND_OK && slip != NULL)
		*slip = found;
	und_wipe(&t, sizeof t);
	return e;
}

void und_invite_hash(uint8_t out[32], struct und_bytes series, const struct und_invite_code *code)
{
	const struct und_bytes pieces[] = { und_bytes("undersigned/1 card", 19), series, und_bytes("", 1), und_bytes(code->digits, sizeof code->digits) };

	und_sha256(out, pieces, UND_COUNT_OF(pieces)); /* the domain string with its zero byte */
}

/* ---- the text ---- */

bool und_invite_address_is_valid(struct und_bytes address)
{
	return und_url_is_valid(address) && (address.n == 0 || memchr(address.p, '#', address.n) == NULL);
}

enum und_err und_invite_encode(struct und_buf *out, const struct und_invite *card)
{
	char code[UND_INVITE_CODE_SIZE];

	und_bug_if(!und_invite_address_is_valid(card->address) || !und_id_text_is_valid(card->series));
	und_bug_if(card->edition == 0 || card->edition > UND_EDITION_MAX || !und_invite_digits_are_valid(card->code.digits));
	if (card->address.n > 0) {
		und_buf_add_bytes(out, card->address);
		und_buf_add_u8(out, '#');
	}
	und_buf_add_str(out, "card:series=");
	und_buf_add_bytes(out, card->series);
	if (card->edition != 1) {
		und_buf_add_str(out, ";edition=");
		und_buf_add_decimal(out, card->edition);
	}
	if (card->pin.set) {
		und_buf_add_str(out, ";pin=");
		und_base64_add(out, und_bytes(card->pin.id, sizeof card->pin.id));
	}
	und_buf_add_str(out, ";code=");
	und_invite_code_encode(code, &card->code);
	for (unsigned g = 0; g < UND_INVITE_GROUPS; g++)
		und_buf_add(out, code + g * (UND_INVITE_GROUP + 1), UND_INVITE_GROUP);
	und_wipe(code, sizeof code);
	return out->err;
}

/* Whether the text goes on with word; then it is taken off. */
static bool take_word(struct und_bytes *text, const char *word)
{
	size_t n = strlen(word);

	if (text->n < n || memcmp(text->p, word, n) != 0)
		return false;
	text->p += n;
	text->n -= n;
	return true;
}

/* Up to the next ';' or the end. */
static struct und_bytes take_field(struct und_bytes *text)
{
	struct und_bytes field = { text->p, 0 };

	while (field.n < text->n && field.p[field.n] != ';')
		field.n++;
	text->p += field.n;
	text->n -= field.n;
	return field;
}

/* 2 … 65535, no leading zero: edition 1 is not written */
static bool take_edition(uint64_t *out, struct und_bytes field)
{
	uint64_t v = 0;

	if (field.n == 0 || field.n > 5 || field.p[0] == '0')
		return false;
	for (size_t i = 0; i < field.n; i++) {
		if (field.p[i] < '0' || field.p[i] > '9')
			return false;
		v = 10 * v + (uint64_t)(field.p[i] - '0');
	}
	*out = v;
	return v >= 2 && v <= UND_EDITION_MAX;
}

static enum und_err take_address(struct und_invite *card, struct und_bytes *text)
{
	const uint8_t *hash = text->n == 0 ? NULL : memchr(text->p, '#', text->n);

	card->address = und_bytes(text->p, 0);
	if (hash == NULL)
		return UND_OK;
	card->address = und_bytes(text->p, (size_t)(hash - text->p));
	text->n -= card->address.n + 1;
	text->p = hash + 1;
	return card->address.n > 0 && und_invite_address_is_valid(card->address) ? UND_OK : UND_ERR_CARD_TEXT;
}

enum und_err und_invite_decode(struct und_invite *out, struct und_bytes text)
{
	struct und_invite card = { .edition = 1 };
	enum und_err e;

	if (text.n > UND_INVITE_TEXT_MAX)
		return UND_ERR_LIMIT;
	e = take_address(&card, &text);
	if (e != UND_OK)
		return e;
	if (!take_word(&text, "card:series="))
		return UND_ERR_CARD_TEXT;
	card.series = take_field(&text);
	if (!und_id_text_is_valid(card.series))
		return UND_ERR_CARD_TEXT;
	if (take_word(&text, ";edition=") && !take_edition(&card.edition, take_field(&text)))
		return UND_ERR_CARD_TEXT;
	card.pin.set = take_word(&text, ";pin=");
	if (card.pin.set && und_base64_decode(card.pin.id, sizeof card.pin.id, take_field(&text)) != UND_OK)
		return UND_ERR_CARD_TEXT;
	if (!take_word(&text, ";code="))
		return UND_ERR_CARD_TEXT;
	if (text.n != UND_INVITE_TYPED)
		return UND_ERR_CARD_FORM;
	e = und_invite_code_decode(&card.code, NULL, text);
	if (e == UND_OK)
		*out = card;
	und_wipe(&card.code, sizeof card.code);
	return e;
}

/* ---- enrolments made with a card ---- */

static const char before_code[] = "{\"code\":\"", before_line[] = "\",\"enrolment\":";
enum { CODE_CHARS = 43, BEFORE = sizeof before_code - 1 + CODE_CHARS + sizeof before_line - 1 };

enum und_err und_enrolled_encode(struct und_buf *out, const uint8_t code[32], struct und_bytes enrolment)
{
	und_buf_add_str(out, before_code);
	und_base64_add(out, und_bytes(code, 32));
	und_buf_add_str(out, before_line);
	und_buf_add_bytes(out, enrolment);
	und_buf_add_u8(out, '}');
	return out->err;
}

enum und_err und_enrolled_decode(uint8_t code[32], struct und_bytes *enrolment, struct und_bytes line)
{
	const uint8_t *text = line.p + sizeof before_code - 1;
	uint8_t found[32];
	enum und_err e;

	if (line.n > UND_ENROLLED_LINE_MAX)
		return UND_ERR_LIMIT;
	if (line.n < BEFORE + 2 || memcmp(line.p, before_code, sizeof before_code - 1) != 0 ||
	    memcmp(text + CODE_CHARS, before_line, sizeof before_line - 1) != 0 || line.p[line.n - 1] != '}')
		return UND_ERR_CANONICAL;
	e = und_base64_decode(found, sizeof found, und_bytes(text, CODE_CHARS));
	if (e != UND_OK)
		return e;
	memcpy(code, found, sizeof found);
	*enrolment = und_bytes(line.p + BEFORE, line.n - BEFORE - 1);
	return UND_OK;
}

enum und_err und_enrolment_check_var(const struct und_enrolment *e, struct und_diag *diag)
{
	const struct und_place keys = { .name = und_cstr("keys") };
	enum und_err err;

	for (size_t i = 0; i < e->key_count; i++) {
		const struct und_enrolment_key *k = &e->keys[i];
		const struct und_place key = { .up = &keys, .index = i };

		err = und_possession_verify_var(k->key, e->series, (uint32_t)k->edition, k->proof);
		if (err == UND_OK)
			continue;
		und_place_tell(diag, &(struct und_place){ .up = &key, .name = und_cstr("proof") });
		return err;
	}
	return UND_OK;
}
