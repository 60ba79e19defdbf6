/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* enrol.c: an enrolment with a card's code: each card once, wrong codes within a budget of all (spec/server.md, Enrolling) */
#include <stdio.h>
#include <time.h>

#include "base/secret.h"
#include "record/invite.h"
#include "serve/parts.h"

/* ---- the budget: wrong codes of everybody together; no address is remembered ---- */

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Under cards_lock. */
static bool may_try(struct und_serve *s)
{
	int64_t now = now_ms();

	s->tokens += (double)(now - s->tokens_at) * s->options.wrong_codes / 60000.0;
	if (s->tokens > s->options.wrong_codes)
		s->tokens = s->options.wrong_codes;
	s->tokens_at = now;
	return s->tokens >= 1;
}

/* ---- what is wrong with a code that somebody typed ---- */

static void tell_slip(struct und_diag *diag, const struct und_invite_slip *slip)
{
	char *p = diag->member, *end = diag->member + sizeof diag->member;

	if (slip->first != 0) {
		snprintf(p, sizeof diag->member, "swapped %u %u", slip->first, slip->second);
		return;
	}
	if (slip->groups == 0) {
		snprintf(p, sizeof diag->member, "code");
		return;
	}
	p += snprintf(p, sizeof diag->member, "groups");
	for (unsigned i = 1; i <= UND_INVITE_GROUPS; i++)
		if (slip->groups & 1u << (i - 1))
			p += snprintf(p, (size_t)(end - p), " %u", i);
}

/* ---- one enrolment ---- */

struct enrolling {
	struct und_serve *serve;
	struct und_bytes series, line;
	struct und_card card;
	struct und_record record;
	struct und_diag diag;
};

static enum und_err ask_store(struct enrolling *n, enum und_card_act act)
{
	struct und_enrolling e = { .cards = &n->card, .count = 1 };

	n->card.act = act;
	n->card.line = act == UND_CARD_ENROL ? n->line : und_bytes(NULL, 0);
	memcpy(e.series, n->series.p, n->series.n);
	return und_store_enrol_wait(n->serve->store, &e);
}

/* The budget is asked of codes of no card alone: else whoever spends it, ten codes a second, would keep everybody with a card out. What makes guessing hopeless is a code's 93 bits. */
static enum und_err find_card(struct enrolling *n)
{
	enum und_err e;
	bool may;

	if ((e = ask_store(n, UND_CARD_FIND)) != UND_OK || n->card.outcome != UND_CARD_UNKNOWN)
		return e;
	pthread_mutex_lock(&n->serve->cards_lock);
	may = may_try(n->serve);
	n->serve->tokens -= may;
	pthread_mutex_unlock(&n->serve->cards_lock);
	atomic_fetch_add(&n->serve->counters.wrong_codes, 1);
	return may ? UND_ERR_CARD_UNKNOWN : UND_ERR_TOO_MANY_CODES;
}

/* What is true of a card here may be otherwise in a moment: the store decides. The same line again is the same person, whose answer got lost. */
static enum und_err use_card(struct enrolling *n)
{
	enum und_err e;

	if (n->card.state == UND_CARD_UNUSED && (e = und_enrolment_check_var(&n->record.u.enrolment, &n->diag)) != UND_OK)
		return e;
	if ((e = ask_store(n, UND_CARD_ENROL)) != UND_OK)
		return e;
	if (n->card.outcome != UND_CARD_OTHER)
		return UND_OK;
	return n->card.state == UND_CARD_VOID ? UND_ERR_CARD_VOID : UND_ERR_CARD_USED;
}

static enum und_err enrol(struct enrolling *n, struct und_bytes typed)
{
	struct und_invite_code code;
	struct und_invite_slip slip;
	enum und_err e;

	if (!und_id_text_is_valid(n->series))
		return UND_ERR_ID_FORM;
	if ((e = und_invite_code_decode(&code, &slip, typed)) != UND_OK) {
		tell_slip(&n->diag, &slip);
		return e;
	}
	und_invite_hash(n->card.code, n->series, &code);
	und_wipe(&code, sizeof code);
	if ((e = und_record_decode(&n->record, n->line, &n->diag)) != UND_OK)
		return e;
	if (n->record.type != UND_TYPE_ENROLMENT) {
		und_diag_member(&n->diag, "type");
		return UND_ERR_TYPE;
	}
	if (!und_bytes_equal_var(n->record.u.enrolment.series, n->series)) {
		und_diag_member(&n->diag, "series");
		return UND_ERR_REQUEST_OTHER;
	}
	memcpy(n->card.key, n->record.u.enrolment.keys[0].key, sizeof n->card.key);
	e = find_card(n);
	return e != UND_OK ? e : use_card(n);
}

static void run(struct serve_call *call)
{
	struct enrolling n = { .serve = call->serve, .series = call->name, .line = call->text };
	struct und_serve_result result = { .status = 202 };
	enum und_err e;

	und_record_init(&n.record);
	e = enrol(&n, call->code);
	und_record_clear(&n.record);
	if (e == UND_OK)
		call->done(call->ctx, &result);
	else
		serve_refuse(call->done, call->ctx, e, &n.diag);
}

void und_serve_enrol(struct und_serve *s, struct und_bytes series, struct und_bytes code, struct und_bytes line, und_serve_done *done, void *ctx)
{
	if (line.n != 0 && line.p[line.n - 1] == '\n')
		line.n--;
	serve_call_later(&(struct serve_call){ .serve = s, .name = series, .code = code, .text = line, .done = done, .ctx = ctx, .run = run });
}
