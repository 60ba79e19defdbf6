/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* drop.c: a sealed letter that its organisers take back, with everything of it, before its words are out (spec/server.md, Dropping a sealed letter) */
#include "serve/parts.h"

struct dropping {
	struct serve_letter *letter;
	struct und_bytes text;
	struct und_store_asked asked;
	struct und_diag diag;
};

/* Destroying signatures takes what the letter itself took: the organisers' quorum; one of them is whom the configuration lists, since these alone may ask this server for anything. */
static enum und_err check_signers(struct dropping *d, const struct und_record *request, const struct und_council *organisers)
{
	bool listed = false;
	size_t signed_by = serve_organisers_signed(&listed, request, organisers, d->letter->serve);

	und_diag_member(&d->diag, "signatures");
	if (!listed)
		return UND_ERR_NO_ROLE;
	return signed_by < organisers->quorum ? UND_ERR_QUORUM_ORGANISERS : UND_OK;
}

/* Under lock. */
static enum und_err check(struct dropping *d, const struct und_record *request)
{
	const struct und_letter *l = d->letter->fold->l;
	struct und_state state;
	enum und_err e;

	und_diag_member(&d->diag, "letter");
	if (memcmp(request->u.request.letter.id, d->letter->id, UND_ID_SIZE) != 0)
		return UND_ERR_REQUEST_OTHER;
	if ((e = und_letter_state(&state, l)) != UND_OK)
		return e;
	e = check_signers(d, request, &state.record->organisers);
	if (e == UND_OK) {
		d->diag = (struct und_diag){ 0 };
		e = !und_letter_was_sealed(l) ? UND_ERR_NOT_SEALED : state.sealed ? UND_OK : UND_ERR_OPENED;
	}
	und_state_clear(&state);
	return e;
}

/* One line; who signed it, for what and when. */
static enum und_err read_request(struct dropping *d)
{
	struct serve_letter *h = d->letter;
	struct und_serve *s = h->serve;
	struct und_bytes text = d->text, line;
	struct und_record request;
	enum und_err e;

	if (!serve_next_line(&line, &text) || text.n != 0)
		return UND_ERR_TRUNCATED;
	e = serve_request_check(&request, s, line, UND_ASK_DROP, und_cstr(h->slug), (const uint8_t(*)[UND_ED25519_KEY_SIZE])s->options.organisers, s->options.organiser_count, &d->diag);
	if (e != UND_OK)
		return e;
	d->diag.line = 1;
	pthread_mutex_lock(&h->lock);
	e = check(d, &request);
	pthread_mutex_unlock(&h->lock);
	d->asked = (struct und_store_asked){ .on = request.u.request.on, .today = und_os_today() };
	memcpy(d->asked.nonce, request.u.request.nonce, sizeof d->asked.nonce);
	und_record_clear(&request);
	return e;
}

/* Under write. */
static enum und_err drop(struct dropping *d)
{
	struct serve_letter *h = d->letter;
	struct und_serve *s = h->serve;
	enum und_err e;

	d->diag = (struct und_diag){ 0 };
	if ((e = serve_catch_up(h)) != UND_OK)
		return e;
	if ((e = read_request(d)) != UND_OK)
		return e;
	d->diag = (struct und_diag){ 0 };
	pthread_mutex_lock(&s->making);
	serve_letter_set_going(h, true);
	e = und_store_drop(s->store, h->id, h->generation, &d->asked);
	if (e == UND_OK)
		serve_letter_forget(h);
	else
		serve_letter_set_going(h, false);
	pthread_mutex_unlock(&s->making);
	return e;
}

static void run(struct serve_call *call)
{
	struct dropping d = { .letter = call->letter, .text = call->text };
	struct und_serve_result result = { .status = 200 };
	enum und_err e;

	pthread_mutex_lock(&d.letter->write);
	e = drop(&d);
	if (e == UND_ERR_STORE_MOVED)
		e = drop(&d);
	pthread_mutex_unlock(&d.letter->write);
	if (e == UND_OK)
		call->done(call->ctx, &result);
	else
		serve_refuse(call->done, call->ctx, e, &d.diag);
}

void und_serve_drop(struct und_serve *s, struct und_bytes slug, struct und_bytes text, und_serve_done *done, void *ctx)
{
	struct serve_letter *h = serve_find(s, slug);

	if (h == NULL)
		serve_refuse(done, ctx, UND_ERR_LETTER_UNKNOWN, NULL);
	else
		serve_call_later(&(struct serve_call){ .serve = s, .letter = h, .text = text, .done = done, .ctx = ctx, .run = run });
}
