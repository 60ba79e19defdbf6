/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* letter.c: whole letter files: one verdict and one line however the bytes come; a letter that stands gives a state, and is as before when a line is refused */
#include <sodium.h>

#include "fuzz.h"
#include "letter/letter.h"
#include "letter/union.h"

static enum und_err fill(void *ctx, uint8_t *out, size_t n)
{
	(void)ctx;
	memset(out, 7, n); /* the same run for the same input */
	return UND_OK;
}
static const struct und_random repeatable = { fill, NULL };

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	FUZZ_ASSERT(sodium_init() >= 0);
	return 0;
}

/* In pieces of that many bytes. */
static enum und_err read_pieces(struct und_letter **out, struct und_bytes file, size_t piece, const struct und_letter_options *o, struct und_diag *diag)
{
	enum und_err e = und_letter_new(out, o);

	FUZZ_ASSERT(e == UND_OK);
	for (size_t at = 0; e == UND_OK && at < file.n; at += piece)
		e = und_letter_feed(*out, und_bytes(file.p + at, file.n - at < piece ? file.n - at : piece), diag);
	return e == UND_OK ? und_letter_end(*out, diag) : e;
}

/* The last line again, and nothing at all: both refused. */
static void append_refused(struct und_letter *l, struct und_bytes file)
{
	size_t start = file.n - 1;
	struct und_state before, after;

	while (start > 0 && file.p[start - 1] != '\n')
		start--;
	FUZZ_ASSERT(und_letter_state(&before, l) == UND_OK);
	FUZZ_ASSERT(und_letter_append(l, und_bytes(file.p + start, file.n - 1 - start), NULL) != UND_OK);
	FUZZ_ASSERT(und_letter_append(l, und_bytes("", 0), NULL) != UND_OK);
	FUZZ_ASSERT(und_letter_state(&after, l) == UND_OK);
	FUZZ_ASSERT(before.lines == after.lines && before.signers == after.signers && before.keys == after.keys &&
	            before.statements == after.statements && before.stance_count == after.stance_count);
	und_state_clear(&before);
	und_state_clear(&after);
}

static void read_as(struct und_bytes file, const struct und_letter_options *o, size_t piece)
{
	struct und_letter *l = NULL, *pieces;
	struct und_diag diag = { 0 }, other = { 0 };
	struct und_state s;
	enum und_err e = und_letter_read(&l, file, o, &diag), f = read_pieces(&pieces, file, piece, o, &other);

	FUZZ_ASSERT(e == f && diag.line == other.line && strcmp(diag.member, other.member) == 0);
	FUZZ_ASSERT(e == UND_OK ? l != NULL : l == NULL && diag.line != 0);
	und_letter_free(pieces);
	if (e != UND_OK)
		return;
	FUZZ_ASSERT(und_letter_state(&s, l) == UND_OK);
	FUZZ_ASSERT(s.lines != 0 && s.ring_count != 0);
	und_state_clear(&s);
	if (o->mode != UND_LETTER_ROSTER)
		append_refused(l, file);
	und_letter_free(l);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct und_bytes file = { data, size };
	struct und_letter_options o = { .random = &repeatable, .pending_max = 1 + size % 4000 };
	size_t piece = 1 + size % 257;

	read_as(file, &o, piece);
	if (size > 16384)
		return 0;
	o.unsigned_ok = true;
	read_as(file, &o, piece);
	o.mode = UND_LETTER_BUNDLE;
	read_as(file, &o, piece);
	o.mode = UND_LETTER_ROSTER;
	read_as(file, &o, piece);
	return 0;
}

/* ---- whole lines: moved, doubled, left out. Signed lines do not survive changed bytes, so this is what reaches the rules ---- */

__attribute__((weak)) size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed);

/* The line in which a byte stands, with its LF if there is one. */
static struct und_bytes line_at(const uint8_t *data, size_t size, size_t at)
{
	size_t start = at, end = at;

	while (start > 0 && data[start - 1] != '\n')
		start--;
	while (end < size && data[end] != '\n')
		end++;
	return (struct und_bytes){ data + start, (end < size ? end + 1 : end) - start };
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed)
{
	struct und_bytes from, to;
	uint8_t *copy;
	size_t at;

	if (size == 0 || seed % 4 == 0)
		return LLVMFuzzerMutate(data, size, max_size);
	from = line_at(data, size, (seed >> 4) % size);
	if (seed % 4 == 1) { /* leave it out */
		at = (size_t)(from.p - data);
		memmove(data + at, data + at + from.n, size - at - from.n);
		return size - from.n;
	}
	to = line_at(data, size, (seed >> 9) * 2654435761U % size);
	at = (size_t)(to.p - data);
	if (size + from.n > max_size || (copy = malloc(from.n)) == NULL)
		return size;
	memcpy(copy, from.p, from.n); /* double it, elsewhere */
	memmove(data + at + from.n, data + at, size - at);
	memcpy(data + at, copy, from.n);
	if (seed % 4 == 3) { /* move it: leave out where it was */
		size_t old = (size_t)(from.p - data) + (from.p >= to.p ? from.n : 0);

		memmove(data + old, data + old + from.n, size - old);
		size -= from.n;
	}
	free(copy);
	return size + from.n;
}
