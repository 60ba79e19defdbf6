/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* judge.c: what the core says of many cases, one after the other: the C half of ./dev storm's mutations; web/test/judged.js says the same for the page, and compares */
#include <stdio.h>
#include <stdlib.h>

#include <sodium.h>

#include "base/encode.h"
#include "letter/letter.h"
#include "proof/authority.h"
#include "proof/tag.h"

/*
 * A case on standard input: u32be of its length, then a letter for its kind and what is judged. The answer on standard output is a line: the verdict, a TAB, the
 * reasons. Every case is a copy of its own on the heap, so that ASan sees each byte read beside it. It ends at the end of input, 0; a torn case is 2.
 */
enum { CASE_MAX = 80 << 20, RINGS_MAX = 8, CLAIMS_MAX = 64, RING_KEYS_MAX = 1024 };

static enum und_err fill(void *ctx, uint8_t *out, size_t n)
{
	(void)ctx;
	randombytes_buf(out, n);
	return UND_OK;
}
static const struct und_random fresh = { fill, NULL };

/* What is left of a case. A case that is shorter than it says is the driver's own bug. */
static struct und_bytes take(struct und_bytes *rest, size_t n)
{
	struct und_bytes taken = { rest->p, n };

	und_bug_if(rest->n < n);
	rest->p += n;
	rest->n -= n;
	return taken;
}

static unsigned take_number(struct und_bytes *rest, size_t bytes)
{
	struct und_bytes b = take(rest, bytes);
	unsigned n = 0;

	for (size_t i = 0; i < bytes; i++)
		n = n << 8 | b.p[i];
	return n;
}

static void print_hex(const uint8_t *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		printf("%02x", p[i]);
}

/* ---- lines ---- */

/* R: one line, without LF. "ok ID" (and the record, written anew, is the line), "newer" or "refused". */
static void judge_record(struct und_bytes line)
{
	struct und_record r;
	struct und_diag diag = { 0 };
	struct und_buf again;
	enum und_err e = und_record_decode(&r, line, &diag);

	if (e != UND_OK) {
		printf("%s\t%s %s", e == UND_ERR_NEWER ? "newer" : "refused", und_err_name(e), diag.member);
		return;
	}
	und_buf_init(&again, line.n + 1);
	und_bug_if(und_record_encode(&again, &r) != UND_OK || !und_bytes_equal_var(und_buf_bytes(&again), line));
	und_buf_clear(&again);
	printf("ok %s ", und_type_name(r.type));
	print_hex(r.id, sizeof r.id);
	printf("\t");
	und_record_clear(&r);
}

/* F, B: a whole letter file, or a signing bundle. */
static void judge_file(struct und_bytes file, enum und_letter_mode mode)
{
	const struct und_letter_options o = { .mode = mode, .random = &fresh };
	struct und_letter *l;
	struct und_state s;
	struct und_diag diag = { 0 };
	enum und_err e = und_letter_read(&l, file, &o, &diag);

	if (e != UND_OK) {
		printf("%s in line %llu\t%s %s", e == UND_ERR_NEWER ? "newer" : "invalid", (unsigned long long)diag.line, und_err_name(e), diag.member);
		return;
	}
	und_bug_if(und_letter_state(&s, l) != UND_OK);
	printf("valid: %llu signers, %llu bodies, %llu undisclosed, %llu withdrawn\t", (unsigned long long)s.signers, (unsigned long long)s.bodies,
	       (unsigned long long)s.undisclosed, (unsigned long long)s.withdrawn);
	und_state_clear(&s);
	und_letter_free(l);
}

/* ---- proofs ---- */

struct claims {
	struct und_ring rings[RINGS_MAX];
	struct und_member_key *keys[RINGS_MAX];
	const struct und_member_key **lists[RINGS_MAX];
	size_t ring_count, n;
	struct und_ring_claim all[CLAIMS_MAX];
	enum und_err alone[CLAIMS_MAX], together[CLAIMS_MAX];
};

/* false: a key is none; said so. */
static bool take_ring(struct claims *c, struct und_bytes *rest)
{
	size_t r = c->ring_count++, bad;
	struct und_ring *ring = &c->rings[r];
	struct und_bytes keys;

	memcpy(ring->id, take(rest, UND_ID_SIZE).p, UND_ID_SIZE);
	ring->n = take_number(rest, 2);
	und_bug_if(ring->n == 0 || ring->n > RING_KEYS_MAX);
	keys = take(rest, ring->n * UND_POINT_SIZE);
	c->keys[r] = calloc(ring->n, sizeof *c->keys[r]);
	c->lists[r] = calloc(ring->n, sizeof *c->lists[r]);
	und_bug_if(c->keys[r] == NULL || c->lists[r] == NULL);
	for (size_t i = 0; i < ring->n; i++)
		c->lists[r][i] = &c->keys[r][i];
	ring->keys = c->lists[r];
	if (und_member_keys_decode(c->keys[r], &bad, keys.p, ring->n, NULL) == UND_OK)
		return true;
	printf("ring %zu: key %zu\t", r, bad);
	return false;
}

/* One by one, all together, and the first: three answers that must be one. */
static void judge_claims(struct claims *c, const uint8_t *letter)
{
	size_t first = c->n;
	enum und_err verdict = UND_OK, e;

	for (size_t i = 0; i < c->n; i++)
		c->alone[i] = und_ring_verify_var(letter, &c->all[i]);
	e = und_ring_verify_batch_var(c->together, letter, c->all, c->n, &fresh, NULL, NULL);
	und_bug_if(memcmp(c->alone, c->together, c->n * sizeof c->alone[0]) != 0);
	und_bug_if(und_ring_verify_first_var(&first, &verdict, letter, c->all, c->n, &fresh, NULL, NULL) != e);
	und_bug_if(e == UND_OK ? first != c->n : first >= c->n || verdict != c->alone[first]);
	for (size_t i = 0; i < first; i++)
		und_bug_if(c->alone[i] != UND_OK);
	for (size_t i = 0; i < c->n; i++)
		printf("%c", c->alone[i] == UND_OK ? '+' : '-');
	printf(" first %d\t", first == c->n ? -1 : (int)first);
	for (size_t i = 0; i < c->n; i++)
		printf("%s%s", i == 0 ? "" : " ", und_err_name(c->alone[i]));
}

/* P: letter id; u8 rings, each: id, u16 n, n keys; u8 claims, each: u8 ring, tag, u16 size, proof. */
static void judge_rings(struct und_bytes rest)
{
	static struct claims c;
	const uint8_t *letter = take(&rest, UND_ID_SIZE).p;
	size_t rings = take_number(&rest, 1);
	bool good = true;

	c = (struct claims){ 0 };
	und_bug_if(rings > RINGS_MAX);
	while (c.ring_count < rings && good)
		good = take_ring(&c, &rest);
	if (good) {
		size_t n = take_number(&rest, 1);

		und_bug_if(n > CLAIMS_MAX);
		while (c.n < n) {
			struct und_ring_claim *claim = &c.all[c.n++];
			unsigned ring = take_number(&rest, 1);

			und_bug_if(ring >= rings);
			claim->ring = &c.rings[ring];
			claim->tag = take(&rest, UND_POINT_SIZE).p;
			claim->proof = take(&rest, take_number(&rest, 2));
		}
		judge_claims(&c, letter);
	}
	for (size_t i = 0; i < c.ring_count; i++) {
		free(c.keys[i]);
		free(c.lists[i]);
	}
}

static void say(enum und_err e)
{
	printf("%c\t%s", e == UND_OK ? '+' : '-', und_err_name(e));
}

/* T: letter id, tag, signature, message. */
static void judge_tag(struct und_bytes rest)
{
	const uint8_t *letter = take(&rest, UND_ID_SIZE).p, *tag = take(&rest, UND_POINT_SIZE).p, *signature = take(&rest, UND_TAG_SIGNATURE_SIZE).p;
	struct und_tag_claim claim = { .tag = tag, .signature = signature };
	enum und_err e = und_tag_verify_var(letter, tag, rest, signature), together = UND_OK;

	crypto_hash_sha256(claim.message_hash, rest.p, rest.n);
	und_bug_if((und_tag_verify_batch_var(&together, letter, &claim, 1, &fresh, NULL) == UND_OK) != (e == UND_OK) || together != e);
	say(e);
}

/* E: key, proof, u32 edition, series. */
static void judge_possession(struct und_bytes rest)
{
	const uint8_t *key = take(&rest, UND_POINT_SIZE).p, *proof = take(&rest, UND_TAG_SIGNATURE_SIZE).p;
	unsigned edition = take_number(&rest, 4);

	say(und_possession_verify_var(key, rest, edition, proof));
}

/* A: key, signature, u8 length of the type, type, core. */
static void judge_authority(struct und_bytes rest)
{
	const uint8_t *key = take(&rest, UND_ED25519_KEY_SIZE).p, *signature = take(&rest, UND_ED25519_SIGNATURE_SIZE).p;
	struct und_bytes type = take(&rest, take_number(&rest, 1));
	char name[256] = { 0 };

	memcpy(name, type.p, type.n);
	say(und_authority_verify_var(key, name, rest, signature));
}

/* X: an Ed25519 key: the member key that it is. */
static void judge_ed25519(struct und_bytes rest)
{
	uint8_t member[UND_POINT_SIZE];

	if (und_member_key_from_ed25519_var(member, take(&rest, UND_ED25519_KEY_SIZE).p) == UND_OK)
		print_hex(member, sizeof member);
	else
		printf("-");
	printf("\t");
}

static void judge(struct und_bytes c)
{
	switch (take(&c, 1).p[0]) {
	case 'R': judge_record(c); break;
	case 'F': judge_file(c, UND_LETTER_FILE); break;
	case 'B': judge_file(c, UND_LETTER_BUNDLE); break;
	case 'P': judge_rings(c); break;
	case 'T': judge_tag(c); break;
	case 'E': judge_possession(c); break;
	case 'A': judge_authority(c); break;
	case 'X': judge_ed25519(c); break;
	default: und_bug_if(true);
	}
	printf("\n");
	fflush(stdout);
}

int main(void)
{
	uint8_t head[4];

	if (sodium_init() < 0)
		return 2;
	while (fread(head, sizeof head, 1, stdin) == 1) {
		size_t n = (size_t)head[0] << 24 | (size_t)head[1] << 16 | (size_t)head[2] << 8 | head[3];
		uint8_t *p;

		if (n == 0 || n > CASE_MAX || (p = malloc(n)) == NULL)
			return 2;
		if (fread(p, n, 1, stdin) != 1)
			return 2;
		judge(und_bytes(p, n));
		free(p);
	}
	return 0;
}
