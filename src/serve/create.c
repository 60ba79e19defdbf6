/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* create.c: a letter that organisers bring: a signed request, then its whole file (spec/server.md, A new letter) */
#include "serve/parts.h"

struct creating {
	struct und_serve *serve;
	struct und_bytes slug, file;
	struct und_letter *l;
	struct und_record request;
	struct und_buf spine;
	struct und_act *acts;
	size_t act_count, acts_cap;
	struct und_diag diag;
};

static bool slug_is_valid(struct und_bytes s)
{
	for (size_t i = 0; i < s.n; i++) {
		uint8_t c = s.p[i];

		if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c == '-' && i != 0 && i != s.n - 1)))
			return false;
	}
	return s.n >= 1 && s.n <= UND_STORE_SLUG_MAX;
}

/* A member's line: for the index of acts. */
static enum und_err add_act(struct creating *c, struct und_bytes line)
{
	struct und_act *act;
	struct und_record r;
	enum und_err e;

	if ((e = und_grow(&c->acts, &c->acts_cap, c->act_count + 1, sizeof *c->acts)) != UND_OK)
		return e;
	if ((e = und_record_decode(&r, line, NULL)) != UND_OK)
		return e;
	act = &c->acts[c->act_count++];
	*act = (struct und_act){ .kind = UND_STORE_SIGNATURE, .line = line };
	if (r.type == UND_TYPE_SIGNATURE)
		memcpy(act->tag, r.u.signature.tag, sizeof act->tag);
	if (r.type == UND_TYPE_WITHDRAWAL) {
		act->kind = UND_STORE_WITHDRAWAL;
		memcpy(act->tag, r.u.withdrawal.tag, sizeof act->tag);
	}
	if (r.type == UND_TYPE_VOTE) {
		act->kind = UND_STORE_VOTE;
		memcpy(act->tag, r.u.vote.tag, sizeof act->tag);
		memcpy(act->question, r.u.vote.question, sizeof act->question);
	}
	und_record_clear(&r);
	return UND_OK;
}

/* Acts for the store's index; the rest is the spine. */
static enum und_err sort_lines(struct creating *c)
{
	struct und_bytes rest = c->file, line;
	enum und_err e = UND_OK;

	while (e == UND_OK && serve_next_line(&line, &rest)) {
		if (serve_is_member_line(line)) {
			e = add_act(c, line);
			continue;
		}
		und_buf_add_bytes(&c->spine, line);
		und_buf_add_u8(&c->spine, '\n');
		e = c->spine.err;
	}
	if (e == UND_OK && c->act_count != 0)
		qsort(c->acts, c->act_count, sizeof *c->acts, und_act_compare_var);
	return e;
}

static enum und_err judge(struct creating *c)
{
	const struct und_letter_options options = { .mode = UND_LETTER_FILE, .random = c->serve->options.random };
	struct und_state state;
	bool listed = false;
	enum und_err e;

	e = und_letter_read(&c->l, c->file, &options, &c->diag);
	if (e != UND_OK) {
		c->l = NULL;
		c->diag.line += c->diag.line != 0; /* below the request */
		return e;
	}
	if ((c->diag.line = und_letter_dated_after(c->l, und_os_today(), 0)) != 0) {
		c->diag.line++;
		und_diag_member(&c->diag, "on");
		return UND_ERR_DATED_AHEAD;
	}
	if ((e = und_letter_state(&state, c->l)) != UND_OK)
		return e;
	if (memcmp(state.letter, c->request.u.request.letter.id, UND_ID_SIZE) != 0)
		e = UND_ERR_REQUEST_OTHER;
	else if (serve_organisers_signed(&listed, &c->request, &state.record->organisers, c->serve) == 0 || !listed)
		e = UND_ERR_NO_ROLE;
	und_state_clear(&state);
	return e;
}

/* In the store and in the list, together. h is the list's on UND_OK. */
static enum und_err add(struct creating *c, struct serve_letter *h)
{
	const struct und_store_segment segment = { .bytes = c->file, .acts = c->acts, .act_count = c->act_count, .note = und_cstr(h->made) };
	enum und_err e;

	pthread_mutex_lock(&c->serve->making);
	e = und_store_create(c->serve->store, c->slug, h->id, &segment);
	if (e == UND_OK && serve_letters_add(c->serve, h) != UND_OK)
		serve_letter_free(h); /* no memory for the list: the clock finds it in the store */
	pthread_mutex_unlock(&c->serve->making);
	return e;
}

/* What tells it from a letter of the same id and name that was dropped. */
static enum und_err add_made(struct und_buf *out, const struct und_random *random)
{
	uint8_t made[8];
	enum und_err e;

	if ((e = random->fill(random->ctx, made, sizeof made)) != UND_OK)
		return e;
	und_base64_add(out, und_bytes(made, sizeof made));
	return out->err;
}

static enum und_err make(struct creating *c, struct und_bytes made)
{
	struct und_store_letter at = { .generation = 1, .size = c->file.n, .note = made };
	struct serve_letter *h;
	struct serve_fold *fold;
	struct serve_sums sums;
	enum und_err e;

	serve_sums_init(&sums, 0);
	serve_sums_add(&sums, c->file);
	memcpy(at.slug, c->slug.p, c->slug.n);
	memcpy(at.id, c->request.u.request.letter.id, UND_ID_SIZE);
	if ((e = serve_fold_new(&fold, c->l)) != UND_OK)
		return e;
	c->l = NULL;
	e = serve_letter_new(&h, c->serve, &at, fold, &c->spine, &sums);
	und_buf_init(&c->spine, 0); /* it was taken over, whatever came of it */
	if (e != UND_OK)
		return e;
	e = add(c, h);
	if (e != UND_OK)
		serve_letter_free(h);
	return e;
}

static enum und_err keep(struct creating *c)
{
	struct und_buf made;
	enum und_err e;

	und_buf_init(&made, SERVE_MADE_MAX);
	e = add_made(&made, c->serve->options.random);
	if (e == UND_OK)
		e = make(c, und_buf_bytes(&made));
	und_buf_clear(&made);
	return e;
}

static enum und_err create(struct creating *c, struct und_bytes text)
{
	struct und_serve *s = c->serve;
	struct und_bytes line;
	enum und_err e;

	if (!slug_is_valid(c->slug)) {
		und_diag_member(&c->diag, "slug");
		return UND_ERR_ID_FORM;
	}
	if (!serve_next_line(&line, &text))
		return UND_ERR_TRUNCATED;
	c->file = text;
	if ((e = serve_request_check(&c->request, s, line, UND_ASK_CREATE, c->slug, s->options.organisers, s->options.organiser_count, &c->diag)) != UND_OK)
		return e;
	if (serve_find(s, c->slug) != NULL)
		e = UND_ERR_LETTER_TAKEN;
	if (e == UND_OK)
		e = judge(c);
	if (e == UND_OK)
		e = sort_lines(c);
	if (e == UND_OK)
		e = keep(c);
	und_record_clear(&c->request);
	return e;
}

static void run(struct serve_call *call)
{
	struct creating c = { .serve = call->serve, .slug = call->name };
	struct und_serve_result result = { .status = 201 };
	enum und_err e;

	und_buf_init(&c.spine, SIZE_MAX);
	e = create(&c, call->text);
	if (e == UND_OK)
		call->done(call->ctx, &result);
	else
		serve_refuse(call->done, call->ctx, e, &c.diag);
	und_letter_free(c.l);
	und_buf_clear(&c.spine);
	free(c.acts);
}

void und_serve_create(struct und_serve *s, struct und_bytes slug, struct und_bytes text, und_serve_done *done, void *ctx)
{
	serve_call_later(&(struct serve_call){ .serve = s, .name = slug, .text = text, .done = done, .ctx = ctx, .run = run });
}
