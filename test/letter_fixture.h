/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* letter_fixture.h: letters made in memory for tests: members, councils, records with any signatures, whole files. Include tap.h first */
#ifndef UND_TEST_LETTER_FIXTURE_H
#define UND_TEST_LETTER_FIXTURE_H

#include <sodium.h>

#include "base/base.h"
#include "base/hash.h"
#include "letter/act.h"
#include "letter/letter.h"
#include "letter/seal.h"
#include "proof/authority.h"
#include "proof/ring.h"
#include "proof/tag.h"

/*
 * How to use it:
 *
 *	struct fixture f;
 *
 *	// bodies "a" and "b" of four keys, a letter on them, its words, all signed: f.file, read into f.l
 *	fixture_open(&f, 2, 4);
 *	// member 3 signs; f.l and f.file have the line
 *	OK(fixture_add(&f, fixture_signature(&f, 3, f.roster, "b"), 0));
 *	// refused: neither has it
 *	IS(UND_ERR_QUORUM_ORGANISERS, fixture_add(&f, fixture_notice(&f, 5, UND_NOTICE_NOTE), O0));
 *	fixture_clear(&f);
 *
 * To change the head: fixture_init, change f.rules, f.words, f.registrars …, then fixture_push_roster, fixture_push of fixture_letter and
 * fixture_words, and fixture_read, whose error is the file's. fixture_push adds a line blindly. A record that fixture_* gave is consumed by
 * fixture_add and fixture_push. Member i is in body i % bodies. Secrets come from constants: everything but proofs is the same in every run.
 */
enum {
	FIXTURE_MEMBERS = 96,
	FIXTURE_BODIES = 8,
	R0 = 1, R1 = 2, R2 = 4,      /* registrars, quorum 2 */
	O0 = 8, O1 = 16, O2 = 32,    /* organisers, quorum 2 */
	P0 = 64, P1 = 128,           /* parties: the president's key, the ally's */
	STRANGER = 256,
	FIXTURE_AUTHORITIES = 9
};

struct fixture {
	struct und_random random;
	struct und_letter_options options;
	unsigned bodies;
	struct und_scalar x[FIXTURE_MEMBERS];
	uint8_t keys[FIXTURE_MEMBERS][32];
	uint8_t seeds[FIXTURE_AUTHORITIES][32], authorities[FIXTURE_AUTHORITIES][32]; /* in the order of R0 … STRANGER */
	struct und_council_member registrar_list[3], organiser_list[3];
	struct und_council registrars, organisers;
	struct und_rules rules;
	struct und_addressee addressees[2];
	struct und_demand demands[2];
	struct und_words words;
	bool has_roster;
	uint8_t roster[32], letter[32]; /* the last roster pushed; the letter */
	uint8_t id[32];                 /* of the line added last */
	struct und_buf file, line;      /* line: as added last, without LF */
	struct und_letter *l;
	struct und_diag diag;
	struct und_arena arena;         /* for what fixture_* records point to */
};

static enum und_err fixture_fill(void *ctx, uint8_t *out, size_t n)
{
	(void)ctx;
	tap_random_bytes(out, n);
	return UND_OK;
}

static int fixture_compare_members(const void *a, const void *b)
{
	return memcmp(((const struct und_council_member *)a)->key, ((const struct und_council_member *)b)->key, 32);
}

static void fixture_init_council(struct und_council *c, struct und_council_member *list, const struct fixture *f, unsigned first)
{
	static const char *const names[] = { "Harbour Union", "Works Council", "Press Club", "Anna", "Bela", "Cleo" };

	for (unsigned i = 0; i < 3; i++) {
		list[i] = (struct und_council_member){ .name = und_cstr(names[first + i]), .where = und_cstr("") };
		memcpy(list[i].key, f->authorities[first + i], 32);
	}
	qsort(list, 3, sizeof *list, fixture_compare_members);
	*c = (struct und_council){ list, 3, 2 };
}

static void fixture_init_members(struct fixture *f)
{
	struct und_point p;
	uint8_t n[4];

	for (unsigned i = 0; i < FIXTURE_MEMBERS; i++) {
		und_store_u32be(n, i);
		und_hash_to_scalar(&f->x[i], "test member", &(struct und_bytes){ n, 4 }, 1);
		und_point_mul_base(&p, &f->x[i]);
		und_point_encode(f->keys[i], &p);
	}
}

/* Members, councils, rules and words that fit together; no line yet. Change them before pushing. */
static void fixture_init(struct fixture *f, unsigned bodies)
{
	if (sodium_init() < 0 || bodies > FIXTURE_BODIES)
		abort();
	memset(f, 0, sizeof *f);
	if (tap_seed_state == 0)
		tap_seed_state = 1;
	f->random = (struct und_random){ fixture_fill, NULL };
	f->options.random = &f->random;
	f->bodies = bodies;
	fixture_init_members(f);
	for (unsigned i = 0; i < FIXTURE_AUTHORITIES; i++) {
		memset(f->seeds[i], 17 * (int)i + 3, 32);
		und_authority_public(f->authorities[i], f->seeds[i]);
	}
	fixture_init_council(&f->registrars, f->registrar_list, f, 0);
	fixture_init_council(&f->organisers, f->organiser_list, f, 3);
	f->rules = (struct und_rules){ UND_RINGS_EITHER, true, 2, 100, 100, 2, 2, 2, 9900, 9990 };
	f->addressees[0] = (struct und_addressee){ .id = und_cstr("president"), .name = und_cstr("The President"), .key = { .set = true } };
	memcpy(f->addressees[0].key.id, f->authorities[6], 32);
	f->addressees[1] = (struct und_addressee){ .id = und_cstr("senate"), .name = und_cstr("The Senate") };
	f->demands[0] = (struct und_demand){ und_cstr("d1"), und_cstr("Open the harbour.") };
	f->demands[1] = (struct und_demand){ und_cstr("d2"), und_cstr("Mend the road.") };
	f->words = (struct und_words){ .title = und_cstr("On the harbour"), .body = und_cstr("We ask.\n"), .language = und_cstr("en"),
		                       .contact = und_cstr(""), .addressees = f->addressees, .addressee_count = 2, .demands = f->demands,
		                       .demand_count = 2, .dated = UND_DAY_NONE };
	und_buf_init(&f->file, 64 << 20);
	und_buf_init(&f->line, 64 << 20);
	und_arena_init(&f->arena);
}

static void fixture_clear(struct fixture *f)
{
	und_letter_free(f->l);
	und_buf_clear(&f->file);
	und_buf_clear(&f->line);
	und_arena_clear(&f->arena);
}

static void *fixture_alloc(struct fixture *f, size_t n, size_t size)
{
	void *p = und_arena_alloc(&f->arena, n, size);

	if (p == NULL)
		abort();
	return p;
}

static struct und_record *fixture_new(struct fixture *f, enum und_type type)
{
	struct und_record *r = fixture_alloc(f, 1, sizeof *r);

	und_record_init(r);
	r->type = type;
	r->v = 1;
	return r;
}

/* ---- lines ---- */

/* Signs, and writes the line into f->line, its id into f->id. Frees what signing took. */
static void fixture_encode(struct fixture *f, struct und_record *r, unsigned who)
{
	und_buf_reset(&f->line);
	for (unsigned i = 0; i < FIXTURE_AUTHORITIES; i++)
		if ((who & 1U << i) != 0 && und_record_sign(r, f->seeds[i]) != UND_OK)
			abort();
	if (und_record_set_id(r) != UND_OK || und_record_encode(&f->line, r) != UND_OK || f->line.err != UND_OK)
		abort();
	memcpy(f->id, r->id, 32);
	und_record_clear(r);
}

static void fixture_keep_line(struct fixture *f)
{
	und_buf_add_bytes(&f->file, und_buf_bytes(&f->line));
	und_buf_add_u8(&f->file, '\n');
}

/* At the end of the file, whatever it is. */
__attribute__((unused)) static void fixture_push(struct fixture *f, struct und_record *r, unsigned who)
{
	fixture_encode(f, r, who);
	fixture_keep_line(f);
}

/* Appended to f->l; kept in the file when it was taken. */
__attribute__((unused)) static enum und_err fixture_add(struct fixture *f, struct und_record *r, unsigned who)
{
	enum und_err e;

	fixture_encode(f, r, who);
	e = und_letter_append(f->l, und_buf_bytes(&f->line), &f->diag);
	if (e == UND_OK)
		fixture_keep_line(f);
	return e;
}

/* Reads f->file into f->l. Its verdict; f->l is NULL when there is none. */
static enum und_err fixture_read(struct fixture *f)
{
	und_letter_free(f->l);
	f->l = NULL;
	f->diag = (struct und_diag){ 0 };
	return und_letter_read(&f->l, und_buf_bytes(&f->file), &f->options, &f->diag);
}

/* ---- the head ---- */

/* Members first … first+count-1 in body number body, ascending by key, concatenated. */
static size_t fixture_body_keys(uint8_t out[][32], const struct fixture *f, unsigned body, unsigned first, unsigned count)
{
	size_t n = 0;

	for (unsigned i = first; i < first + count; i++)
		if (i % f->bodies == body)
			memcpy(out[n++], f->keys[i], 32);
	qsort(out, n, 32, (int (*)(const void *, const void *))fixture_compare_members); /* the key stands first there too */
	return n;
}

static struct und_record *fixture_keys(struct fixture *f, unsigned body, unsigned first, unsigned count)
{
	struct und_record *r = fixture_new(f, UND_TYPE_KEYS);
	uint8_t(*keys)[32] = fixture_alloc(f, FIXTURE_MEMBERS, 32);
	char *id = fixture_alloc(f, 2, 1);

	id[0] = (char)('a' + body);
	r->u.keys.body = und_cstr(id);
	r->u.keys.count = fixture_body_keys(keys, f, body, first, count);
	r->u.keys.keys = und_bytes(keys, r->u.keys.count * 32);
	return r;
}

/* A roster of these members, extending the one pushed last; bodies without any of them are not listed. */
static struct und_record *fixture_roster(struct fixture *f, unsigned first, unsigned count)
{
	struct und_record *r = fixture_new(f, UND_TYPE_ROSTER);
	struct und_roster *t = &r->u.roster;

	*t = (struct und_roster){ .series = und_cstr("staff"), .name = und_cstr("Staff"), .edition = 1, .from = 9000, .until = 10000 };
	t->source.url = und_cstr("");
	t->extends.set = f->has_roster;
	memcpy(t->extends.id, f->roster, 32);
	t->bodies = fixture_alloc(f, f->bodies, sizeof *t->bodies);
	for (unsigned b = 0; b < f->bodies; b++) {
		struct und_record *keys = fixture_keys(f, b, first, count);
		struct und_roster_body *body = &t->bodies[t->body_count];
		char *name = fixture_alloc(f, 8, 1);

		if (keys->u.keys.count == 0)
			continue;
		if (und_record_set_id(keys) != UND_OK)
			abort();
		snprintf(name, 8, "Body %c", 'a' + (int)b);
		*body = (struct und_roster_body){ keys->u.keys.body, und_cstr(name), 20, keys->u.keys.count, { .set = true } };
		memcpy(body->keys.id, keys->id, 32);
		t->body_count++;
	}
	return r;
}

/* The roster with its keys lines; f->roster is its id. */
static void fixture_push_roster(struct fixture *f, unsigned first, unsigned count, unsigned who)
{
	fixture_push(f, fixture_roster(f, first, count), who);
	memcpy(f->roster, f->id, 32);
	f->has_roster = true;
	for (unsigned b = 0; b < f->bodies; b++) {
		struct und_record *keys = fixture_keys(f, b, first, count);

		if (keys->u.keys.count != 0)
			fixture_push(f, keys, 0);
	}
}

static struct und_record *fixture_words(struct fixture *f)
{
	struct und_record *r = fixture_new(f, UND_TYPE_WORDS);

	r->u.words = f->words;
	return r;
}

/* On the roster pushed last, with f's words, councils and rules; f->letter is its id from now on. */
static struct und_record *fixture_letter(struct fixture *f)
{
	struct und_record *r = fixture_new(f, UND_TYPE_LETTER), *words = fixture_words(f);

	if (und_record_set_id(words) != UND_OK)
		abort();
	memcpy(r->u.letter.words, words->id, 32);
	memcpy(r->u.letter.roster, f->roster, 32);
	r->u.letter.registrars = f->registrars;
	r->u.letter.organisers = f->organisers;
	r->u.letter.rules = f->rules;
	if (und_record_set_id(r) != UND_OK)
		abort();
	memcpy(f->letter, r->id, 32);
	return r;
}

/* Roster of the first `members` members, letter, words. */
static void fixture_push_head(struct fixture *f, unsigned members)
{
	fixture_push_roster(f, 0, members, R0 | R1);
	fixture_push(f, fixture_letter(f), O0 | O1);
	fixture_push(f, fixture_words(f), O0 | O1);
}

/* Everything at its defaults, read. */
__attribute__((unused)) static void fixture_open(struct fixture *f, unsigned bodies, unsigned each)
{
	fixture_init(f, bodies);
	fixture_push_head(f, bodies * each);
	if (fixture_read(f) != UND_OK)
		abort();
}

/* A wave of further members, appended to f->l; the roster's verdict (its keys lines must then be taken). */
__attribute__((unused)) static enum und_err fixture_add_wave(struct fixture *f, unsigned first, unsigned count, unsigned who)
{
	enum und_err e = fixture_add(f, fixture_roster(f, first, count), who);

	if (e != UND_OK)
		return e;
	memcpy(f->roster, f->id, 32);
	for (unsigned b = 0; b < f->bodies; b++) {
		struct und_record *keys = fixture_keys(f, b, first, count);

		if (keys->u.keys.count != 0 && (e = fixture_add(f, keys, 0)) != UND_OK)
			return e;
	}
	return UND_OK;
}

/* ---- nameless acts ---- */

/* Proves whatever is asked for, past every rule: the member must only stand in that ring of f->l. */
__attribute__((unused)) static struct und_record *fixture_signature(struct fixture *f, unsigned member, const uint8_t *roster, const char *label)
{
	struct und_record *r = fixture_new(f, UND_TYPE_SIGNATURE);
	uint8_t *proof = fixture_alloc(f, 1, UND_PROOF_SIZE_MAX), fresh[UND_FRESH_SIZE];
	const struct und_ring *ring;
	size_t index;

	if (und_letter_ring(&ring, f->l, roster, und_cstr(label)) != UND_OK || und_ring_find_var(&index, ring, f->keys[member]) != UND_OK)
		abort();
	tap_random_bytes(fresh, sizeof fresh);
	if (und_ring_prove(proof, r->u.signature.tag, f->letter, ring, index, &f->x[member], fresh, NULL) != UND_OK)
		abort();
	memcpy(r->u.signature.letter, f->letter, 32);
	memcpy(r->u.signature.roster, roster, 32);
	r->u.signature.ring = und_cstr(label);
	r->u.signature.proof = und_bytes(proof, und_ring_proof_size(ring->n));
	return r;
}

static void fixture_sign_message(uint8_t *proof, struct fixture *f, const struct und_record *r, unsigned member)
{
	uint8_t fresh[UND_FRESH_SIZE];
	struct und_buf message;

	und_buf_init(&message, 1 << 16);
	tap_random_bytes(fresh, sizeof fresh);
	if (und_record_encode_message(&message, r) != UND_OK ||
	    und_tag_sign(proof, f->letter, &f->x[member], und_buf_bytes(&message), fresh) != UND_OK)
		abort();
	und_buf_clear(&message);
}

__attribute__((unused)) static struct und_record *fixture_withdrawal(struct fixture *f, unsigned member)
{
	struct und_record *r = fixture_new(f, UND_TYPE_WITHDRAWAL);

	memcpy(r->u.withdrawal.letter, f->letter, 32);
	und_tag(r->u.withdrawal.tag, &f->x[member], f->letter);
	fixture_sign_message(r->u.withdrawal.proof, f, r, member);
	return r;
}

__attribute__((unused)) static struct und_record *fixture_vote(struct fixture *f, unsigned member, const uint8_t *question, const char *choice)
{
	struct und_record *r = fixture_new(f, UND_TYPE_VOTE);

	memcpy(r->u.vote.letter, f->letter, 32);
	memcpy(r->u.vote.question, question, 32);
	r->u.vote.choice = und_cstr(choice);
	und_tag(r->u.vote.tag, &f->x[member], f->letter);
	fixture_sign_message(r->u.vote.proof, f, r, member);
	return r;
}

/* ---- what authorities say ---- */

/* key: R0 … STRANGER, or 0 for none. */
__attribute__((unused)) static struct und_record *fixture_party(struct fixture *f, const char *id, const char *name, unsigned key)
{
	struct und_record *r = fixture_new(f, UND_TYPE_PARTY);

	memcpy(r->u.party.letter, f->letter, 32);
	r->u.party.id = und_cstr(id);
	r->u.party.name = und_cstr(name);
	r->u.party.source.url = und_cstr("");
	r->u.party.key.set = key != 0;
	for (unsigned i = 0; i < FIXTURE_AUTHORITIES; i++)
		if (key == 1U << i)
			memcpy(r->u.party.key.id, f->authorities[i], 32);
	return r;
}

__attribute__((unused)) static struct und_record *fixture_delivery(struct fixture *f, const char *party, und_day on)
{
	struct und_record *r = fixture_new(f, UND_TYPE_DELIVERY);

	memcpy(r->u.delivery.letter, f->letter, 32);
	r->u.delivery.party = und_cstr(party);
	r->u.delivery.on = on;
	r->u.delivery.source.url = und_cstr("");
	return r;
}

__attribute__((unused)) static struct und_record *fixture_publication(struct fixture *f, const char *outlet, und_day on)
{
	struct und_record *r = fixture_new(f, UND_TYPE_PUBLICATION);

	memcpy(r->u.publication.letter, f->letter, 32);
	r->u.publication.outlet = und_cstr(outlet);
	r->u.publication.on = on;
	r->u.publication.source.url = und_cstr("https://example.org/");
	return r;
}

/* With one stance. clarifies: an id or NULL. */
__attribute__((unused)) static struct und_record *fixture_statement(struct fixture *f, const char *party, und_day on, const char *demand,
                                                                    enum und_stance stance, const uint8_t *clarifies)
{
	struct und_record *r = fixture_new(f, UND_TYPE_STATEMENT);
	struct und_statement *s = &r->u.statement;

	memcpy(s->letter, f->letter, 32);
	s->party = und_cstr(party);
	s->on = on;
	s->language = und_cstr("en");
	s->text = und_cstr("We answer.\n");
	s->source.url = und_cstr("");
	s->stances = fixture_alloc(f, 1, sizeof *s->stances);
	s->stances[0] = (struct und_stance_on){ und_cstr(demand), stance, und_cstr("") };
	s->stance_count = 1;
	s->clarifies.set = clarifies != NULL;
	if (clarifies != NULL)
		memcpy(s->clarifies.id, clarifies, 32);
	return r;
}

/* Choices "yes" and "no". */
__attribute__((unused)) static struct und_record *fixture_question(struct fixture *f, const char *text, const uint8_t *about, und_day closes)
{
	struct und_record *r = fixture_new(f, UND_TYPE_QUESTION);
	struct und_question *q = &r->u.question;

	memcpy(q->letter, f->letter, 32);
	q->about.set = about != NULL;
	if (about != NULL)
		memcpy(q->about.id, about, 32);
	q->language = und_cstr("en");
	q->text = und_cstr(text);
	q->choices = fixture_alloc(f, 2, sizeof *q->choices);
	q->choices[0] = (struct und_choice){ und_cstr("yes"), und_cstr("Yes") };
	q->choices[1] = (struct und_choice){ und_cstr("no"), und_cstr("No") };
	q->choice_count = 2;
	q->closes = closes;
	return r;
}

/* closes is 9950 where the kind is a deadline. */
__attribute__((unused)) static struct und_record *fixture_notice(struct fixture *f, und_day on, enum und_notice_kind kind)
{
	struct und_record *r = fixture_new(f, UND_TYPE_NOTICE);
	struct und_notice *n = &r->u.notice;

	memcpy(n->letter, f->letter, 32);
	n->kind = kind;
	n->on = on;
	n->closes = kind == UND_NOTICE_DEADLINE ? 9950 : UND_DAY_NONE;
	n->language = und_cstr("en");
	n->text = und_cstr("A notice.\n");
	return r;
}

__attribute__((unused)) static struct und_record *fixture_translation(struct fixture *f, const char *language, und_day on)
{
	struct und_record *r = fixture_new(f, UND_TYPE_TRANSLATION);
	struct und_translation *t = &r->u.translation;

	memcpy(t->letter, f->letter, 32);
	t->on = on;
	t->language = und_cstr(language);
	t->title = und_cstr("Titel");
	t->body = und_cstr("Text.\n");
	t->demands = f->words.demands;
	t->demand_count = f->words.demand_count;
	return r;
}

/* Of the words alone. */
__attribute__((unused)) static struct und_record *fixture_sealed(struct fixture *f, const uint8_t link[UND_LINK_SIZE])
{
	static const uint8_t nonce[24] = { 7 };
	struct und_record *r = fixture_new(f, UND_TYPE_SEALED);
	struct und_buf ciphertext;
	struct und_bytes copy;

	und_buf_init(&ciphertext, 8 << 20);
	fixture_encode(f, fixture_words(f), 0);
	und_buf_add_u8(&f->line, '\n');
	if (und_seal(&ciphertext, link, nonce, f->letter, und_buf_bytes(&f->line)) != UND_OK ||
	    und_arena_copy(&copy, &f->arena, und_buf_bytes(&ciphertext)) != UND_OK)
		abort();
	und_buf_clear(&ciphertext);
	memcpy(r->u.sealed.letter, f->letter, 32);
	r->u.sealed.ciphertext = copy;
	return r;
}

#endif
