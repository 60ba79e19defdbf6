/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* api_fixture.h: a letter (letter_fixture.h) whose members are signers of the public library. Include tap.h first */
#ifndef UND_TEST_API_FIXTURE_H
#define UND_TEST_API_FIXTURE_H

#include "api/api.h"
#include "api/signer.h"
#include "letter_fixture.h"

enum { SIGNERS = 8 };

/* Signer i is member i of f; body "a" has the even ones, "b" the odd ones. */
struct signed_fixture {
	struct fixture f;
	struct und_signer *s[SIGNERS];
	struct und_lent lent;
};

static void signers_init(struct signed_fixture *x)
{
	fixture_init(&x->f, 2);
	x->lent = (struct und_lent){ .random = &x->f.random };
	for (unsigned i = 0; i < SIGNERS; i++) {
		if (und_signer_new(&x->s[i], "staff", 5, 1, NULL, &x->f.random) != UND_OK)
			abort();
		x->f.x[i] = x->s[i]->x;
		memcpy(x->f.keys[i], x->s[i]->key, 32);
	}
}

/* Roster, letter and words; into the file and f.l. */
static void signers_open(struct signed_fixture *x)
{
	signers_init(x);
	fixture_push_head(&x->f, SIGNERS);
	if (fixture_read(&x->f) != UND_OK)
		abort();
}

static void signers_clear(struct signed_fixture *x)
{
	for (unsigned i = 0; i < SIGNERS; i++)
		und_signer_free(x->s[i]);
	fixture_clear(&x->f);
}

/* The file as the library reads it. */
__attribute__((unused)) static enum und_err signers_read(struct und_copy **out, struct signed_fixture *x, struct und_diag *diag)
{
	return und_copy_read(out, UND_COPY_LETTER, x->f.file.p, x->f.file.n, &x->lent, sizeof x->lent, diag);
}

/* Fills a struct whose size goes along. */
#define GET(call, out, ...) call((out), sizeof *(out), __VA_ARGS__)

/* A letter of everything: three sign (one withdraws), two questions, a stance, a delivery, a notice, a translation. */
struct story {
	struct signed_fixture x;
	uint8_t statement[32], question[32], notice[32];
	uint64_t notice_line, lines;
};

static void say(struct story *s, struct und_record *r, unsigned who)
{
	if (fixture_add(&s->x.f, r, who) != UND_OK)
		abort();
}

__attribute__((unused)) static void story_open(struct story *s)
{
	struct fixture *f = &s->x.f;

	signers_open(&s->x);
	say(s, fixture_signature(f, 0, f->roster, "a"), 0);
	say(s, fixture_signature(f, 1, f->roster, "b"), 0);
	say(s, fixture_signature(f, 2, f->roster, "*"), 0);
	say(s, fixture_signature(f, 3, f->roster, "*"), 0);
	say(s, fixture_delivery(f, "president", 9100), O0 | O1);
	say(s, fixture_delivery(f, "senate", 9101), O0 | O1);
	say(s, fixture_statement(f, "president", 9110, "d1", UND_STANCE_REJECTS, NULL), P0);
	memcpy(s->statement, f->id, 32);
	say(s, fixture_statement(f, "senate", 9090, "*", UND_STANCE_SUPPORTS, NULL), O0 | O1);
	say(s, fixture_question(f, "Enough?", s->statement, 9980), O0 | O1);
	memcpy(s->question, f->id, 32);
	say(s, fixture_vote(f, 0, s->question, "no"), 0);
	say(s, fixture_vote(f, 1, s->question, "no"), 0);
	say(s, fixture_vote(f, 2, s->question, "yes"), 0);
	say(s, fixture_withdrawal(f, 1), 0);
	say(s, fixture_notice(f, 9200, UND_NOTICE_DEADLINE), O0 | O1);
	memcpy(s->notice, f->id, 32);
	s->notice_line = 19;
	say(s, fixture_translation(f, "de", 9201), O0 | O1);
	s->lines = 20;
}

#endif
