/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* code.c: the written code of a chain, in constant time, and the search for the one slip that spoilt it (spec/protocol.md §6) */
#include "base/base.h"
#include "base/hash.h"
#include "base/secret.h"
#include "proof/edition.h"
#include "proof/mask.h"

enum {
	CHECK_SIZE = 3,
	RAW_SIZE = UND_STATE_SIZE + 2 + CHECK_SIZE,
	NO_DIGIT = 0xff /* for a character that is not of base32 */
};
_Static_assert(RAW_SIZE * 8 == UND_CODE_CHARS * 5, "no stray bits");

/* What was written, without case, white space and dashes. */
struct reading {
	uint8_t digit[UND_CODE_CHARS]; /* 0 … 31 or NO_DIGIT */
	uint8_t written[UND_CODE_CHARS];
	size_t n; /* UND_CODE_CHARS + 1: too long */
};

/* All-ones where low <= c <= high, all three below 2^31. */
static uint32_t within(uint32_t c, uint32_t low, uint32_t high)
{
	return (uint32_t)und_mask_hide(((c - low) | (high - c)) >> 31) - 1;
}

/* RFC 4648 base32, in lower case */
static uint8_t char_of(uint8_t digit)
{
	return (uint8_t)(digit + 'a' + (within(digit, 26, 31) & ((uint32_t)'2' - 26 - 'a')));
}

static uint8_t digit_of(uint8_t c)
{
	uint32_t letter = within(c, 'a', 'z'), figure = within(c, '2', '7');

	return (uint8_t)((letter & (c - (uint32_t)'a')) | (figure & (c - (uint32_t)'2' + 26)) | (~(letter | figure) & NO_DIGIT));
}

static void read_text(struct reading *r, struct und_bytes text)
{
	memset(r, 0, sizeof *r);
	for (size_t i = 0; i < text.n; i++) {
		uint32_t c = text.p[i];
		uint32_t skip = within(c, '-', '-') | within(c, ' ', ' ') | within(c, '\t', '\r');

		und_declassify(&skip, sizeof skip); /* where the spaces stand is no secret */
		if (skip != 0)
			continue;
		if (r->n == UND_CODE_CHARS) {
			r->n++;
			return;
		}
		r->written[r->n] = (uint8_t)(c + (within(c, 'A', 'Z') & ('a' - 'A')));
		r->digit[r->n] = digit_of(r->written[r->n]);
		r->n++;
	}
}

/* Counts the characters that are no digits; *at is the last of them. That a character is none says nothing about the code. */
static unsigned count_strange(size_t *at, const struct reading *r)
{
	unsigned count = 0;

	for (size_t i = 0; i < UND_CODE_CHARS; i++) {
		uint32_t strange = within(r->digit[i], NO_DIGIT, NO_DIGIT);

		und_declassify(&strange, sizeof strange);
		if (strange != 0) {
			*at = i;
			count++;
		}
	}
	return count;
}

static void check_bytes(uint8_t check[CHECK_SIZE], const uint8_t raw[RAW_SIZE])
{
	static const char domain[] = "undersigned/1 code"; /* hashed with its zero byte */
	struct und_bytes pieces[] = { und_bytes(domain, sizeof domain), und_bytes(raw, UND_STATE_SIZE + 2) };
	uint8_t h[32];

	und_sha256(h, pieces, UND_COUNT_OF(pieces));
	memcpy(check, h, CHECK_SIZE);
	und_wipe(h, sizeof h);
}

/* Eight digits are five bytes; the digits must be digits. */
static void pack(uint8_t raw[RAW_SIZE], const uint8_t digit[UND_CODE_CHARS])
{
	for (size_t i = 0; i < RAW_SIZE / 5; i++) {
		uint64_t v = 0;

		for (size_t j = 0; j < 8; j++)
			v = v << 5 | digit[8 * i + j];
		for (size_t j = 0; j < 5; j++)
			raw[5 * i + j] = (uint8_t)(v >> (32 - 8 * j));
	}
}

static void unpack(uint8_t digit[UND_CODE_CHARS], const uint8_t raw[RAW_SIZE])
{
	for (size_t i = 0; i < RAW_SIZE / 5; i++) {
		uint64_t v = 0;

		for (size_t j = 0; j < 5; j++)
			v = v << 8 | raw[5 * i + j];
		for (size_t j = 0; j < 8; j++)
			digit[8 * i + j] = v >> (35 - 5 * j) & 31;
	}
}

static void write_digits(char out[UND_CODE_SIZE], const uint8_t digit[UND_CODE_CHARS])
{
	for (size_t i = 0; i < UND_CODE_CHARS; i++) {
		if (i > 0 && i % 4 == 0)
			*out++ = '-';
		*out++ = (char)char_of(digit[i]);
	}
	*out = '\0';
}

void und_code_encode(char out[UND_CODE_SIZE], const struct und_chain *c)
{
	uint8_t raw[RAW_SIZE], digit[UND_CODE_CHARS];

	memcpy(raw, c->state, UND_STATE_SIZE);
	und_store_u16be(raw + UND_STATE_SIZE, c->edition);
	check_bytes(raw + UND_STATE_SIZE + 2, raw);
	unpack(digit, raw);
	write_digits(out, digit);
	und_wipe(raw, sizeof raw);
	und_wipe(digit, sizeof digit);
}

/* Whether the check bytes agree; raw is what the digits stand for. */
static bool passes(uint8_t raw[RAW_SIZE], const uint8_t digit[UND_CODE_CHARS])
{
	uint8_t check[CHECK_SIZE];
	bool good;

	pack(raw, digit);
	check_bytes(check, raw);
	good = und_equal(check, raw + UND_STATE_SIZE + 2, CHECK_SIZE);
	und_declassify(&good, sizeof good); /* the person who typed it is told */
	und_wipe(check, sizeof check);
	return good;
}

enum und_err und_code_decode(struct und_chain *out, struct und_bytes text)
{
	struct reading r;
	uint8_t raw[RAW_SIZE];
	enum und_err e = UND_ERR_CODE_FORM;
	size_t at;

	read_text(&r, text);
	if (r.n != UND_CODE_CHARS || count_strange(&at, &r) > 0)
		goto out;
	e = UND_ERR_CODE_CHECK;
	if (!passes(raw, r.digit))
		goto out;
	memcpy(out->state, raw, UND_STATE_SIZE);
	out->edition = und_load_u16be(raw + UND_STATE_SIZE);
	e = UND_OK;
out:
	und_wipe(&r, sizeof r);
	und_wipe(raw, sizeof raw);
	return e;
}

/* Takes the digits down if they pass the check and nothing did before. */
static void try_slip(struct und_code_slip *slip, unsigned *count, const struct reading *r, const uint8_t digit[UND_CODE_CHARS], size_t at,
                     bool swapped)
{
	uint8_t raw[RAW_SIZE];

	if (passes(raw, digit) && (*count)++ == 0) {
		slip->swapped = swapped;
		slip->position = (unsigned)at + 1;
		slip->written = (char)r->written[at];
		slip->meant = (char)char_of(digit[at]);
		write_digits(slip->corrected, digit);
	}
	und_wipe(raw, sizeof raw);
}

/* Every candidate is tried whatever came out of those before, so that time tells little even of this. */
unsigned und_code_find_slip(struct und_code_slip *slip, struct und_bytes text)
{
	struct reading r;
	uint8_t digit[UND_CODE_CHARS], raw[RAW_SIZE];
	unsigned count = 0, strange;
	size_t only = 0;

	read_text(&r, text);
	if (r.n != UND_CODE_CHARS)
		goto out;
	strange = count_strange(&only, &r);
	if (strange > 1 || (strange == 0 && passes(raw, r.digit)))
		goto out;
	memcpy(digit, r.digit, sizeof digit);
	for (size_t i = 0; i < UND_CODE_CHARS; i++) {
		if (strange == 1 && i != only)
			continue;
		for (uint8_t v = 0; v < 32; v++) {
			digit[i] = v;
			try_slip(slip, &count, &r, digit, i, false);
		}
		digit[i] = r.digit[i];
	}
	for (size_t i = 0; strange == 0 && i + 1 < UND_CODE_CHARS; i++) {
		digit[i] = r.digit[i + 1];
		digit[i + 1] = r.digit[i];
		try_slip(slip, &count, &r, digit, i, true);
		digit[i] = r.digit[i];
		digit[i + 1] = r.digit[i + 1];
	}
out:
	und_wipe(&r, sizeof r);
	und_wipe(digit, sizeof digit);
	und_wipe(raw, sizeof raw);
	return count;
}
