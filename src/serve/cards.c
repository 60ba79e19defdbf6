/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cards.c: registrars tell which cards there are, and collect what was enrolled with them (spec/server.md, Cards) */
#include "record/invite.h"
#include "serve/series.h"

/* ---- the list of cards ---- */

struct telling {
	struct und_serve *serve;
	struct und_bytes id;
	struct serve_series series;
	bool is_new;
	uint64_t added, known, refused;
	struct und_diag diag;
};

/* Who may: the registrars who opened the series; for a new one, any that the configuration lists. */
static enum und_err authorise(struct telling *t, const struct und_record *r)
{
	struct und_serve *s = t->serve;
	uint8_t keys[UND_SIGNATURES_MAX][UND_ED25519_KEY_SIZE];
	size_t n = serve_series_keys(keys, &t->series, s);
	enum und_err e;

	und_diag_member(&t->diag, "signatures");
	if (t->is_new ? !serve_signed_by(r, (const uint8_t(*)[UND_ED25519_KEY_SIZE])s->options.registrars, s->options.registrar_count) :
	                !serve_signed_by(r, (const uint8_t(*)[UND_ED25519_KEY_SIZE])keys, n))
		return UND_ERR_NO_ROLE;
	if ((e = und_record_check_signatures(r, &t->diag)) != UND_OK || !t->is_new)
		return e;
	for (size_t i = 0; i < r->signature_count; i++)
		if (serve_signed_by(&(struct und_record){ .signatures = &r->signatures[i], .signature_count = 1 },
		                    (const uint8_t(*)[UND_ED25519_KEY_SIZE])s->options.registrars, s->options.registrar_count))
			memcpy(t->series.keys[t->series.key_count++], r->signatures[i].key, UND_ED25519_KEY_SIZE);
	t->is_new = false;
	if ((e = serve_series_write(s, t->id, &t->series)) != UND_ERR_STORE_MOVED)
		return e;
	/* another server opened it at the same moment: it is theirs who signed there */
	serve_series_clear(&t->series);
	if ((e = serve_series_read(&t->series, s, t->id)) != UND_OK)
		return e;
	return authorise(t, r);
}

static void fill_card(struct und_card *card, const struct und_cards_entry *entry, enum und_card_act act)
{
	*card = (struct und_card){ .act = act };
	memcpy(card->code, entry->code, sizeof card->code);
	memcpy(card->body, entry->body.p, entry->body.n);
}

static enum und_err tell_store(const struct telling *t, struct und_card *cards, size_t n)
{
	struct und_enrolling e = { .cards = cards, .count = n };

	if (n == 0)
		return UND_OK;
	memcpy(e.series, t->id.p, t->id.n);
	return und_store_enrol_wait(t->serve->store, &e);
}

/* Every card is added; then those that are not open any more are used, or void: a code that was used elsewhere opens nothing here. */
static enum und_err tell(struct telling *t, const struct und_cards *list)
{
	struct und_card *cards = und_alloc(list->count, sizeof *cards);
	size_t n = 0;
	enum und_err e;

	if (cards == NULL)
		return UND_ERR_MEMORY;
	for (size_t i = 0; i < list->count; i++)
		fill_card(&cards[i], &list->cards[i], UND_CARD_ADD);
	e = tell_store(t, cards, list->count);
	for (size_t i = 0; i < list->count && e == UND_OK; i++) {
		const struct und_cards_entry *entry = &list->cards[i];
		enum und_card_state state = cards[i].state;

		t->added += cards[i].outcome == UND_CARD_DONE;
		t->known += cards[i].outcome == UND_CARD_SAME;
		t->refused += cards[i].outcome == UND_CARD_OTHER;
		if (entry->state == UND_ENTRY_VOID && state != UND_CARD_VOID)
			fill_card(&cards[n++], entry, UND_CARD_REVOKE);
		if (entry->state == UND_ENTRY_USED && state == UND_CARD_UNUSED)
			fill_card(&cards[n++], entry, UND_CARD_USE);
	}
	if (e == UND_OK)
		e = tell_store(t, cards, n);
	free(cards);
	return e;
}

static enum und_err take_list(struct telling *t, struct und_bytes line)
{
	struct und_record r;
	enum und_err e;

	if ((e = und_record_decode(&r, line, &t->diag)) != UND_OK)
		return e;
	if (r.type != UND_TYPE_CARDS) {
		und_diag_member(&t->diag, "type");
		e = UND_ERR_TYPE;
	} else if (!und_bytes_equal_var(r.u.cards.series, t->id)) {
		und_diag_member(&t->diag, "series");
		e = UND_ERR_REQUEST_OTHER;
	} else if ((e = authorise(t, &r)) == UND_OK) {
		e = tell(t, &r.u.cards);
	}
	und_record_clear(&r);
	return e;
}

static enum und_err take_lists(struct telling *t, struct und_bytes text)
{
	struct und_bytes line;
	uint64_t number = 0;
	enum und_err e;

	e = serve_series_read(&t->series, t->serve, t->id);
	t->is_new = e == UND_ERR_SERIES_UNKNOWN;
	if (e != UND_OK && !t->is_new)
		return e;
	while (serve_next_line(&line, &text)) {
		t->diag = (struct und_diag){ 0 };
		number++;
		e = take_list(t, line);
		t->diag.line = number;
		if (e != UND_OK)
			return e;
	}
	return number == 0 ? UND_ERR_TRUNCATED : UND_OK;
}

static void run_cards(struct serve_call *call)
{
	struct telling t = { .serve = call->serve, .id = call->name };
	struct und_serve_result result = { .status = 200 };
	enum und_err e;

	pthread_mutex_lock(&call->serve->cards_lock);
	e = und_id_text_is_valid(t.id) ? take_lists(&t, call->text) : UND_ERR_ID_FORM;
	pthread_mutex_unlock(&call->serve->cards_lock);
	serve_series_clear(&t.series);
	if (e != UND_OK) {
		serve_refuse(call->done, call->ctx, e, &t.diag);
		return;
	}
	result.added = t.added;
	result.known = t.known;
	result.refused = t.refused;
	call->done(call->ctx, &result);
}

void und_serve_cards(struct und_serve *s, struct und_bytes series, struct und_bytes text, und_serve_done *done, void *ctx)
{
	serve_call_later(&(struct serve_call){ .serve = s, .name = series, .text = text, .done = done, .ctx = ctx, .run = run_cards });
}

/* ---- collecting ---- */

enum { COLLECT_MAX = 1 << 30, COLLECT_TRIES = 64 };

static enum und_err add_enrolled(struct und_buf *out, struct und_serve *s, struct und_bytes series)
{
	struct und_enrolled page = { 0 };
	struct und_card after;
	bool more = true, any = false;
	enum und_err e = UND_OK;

	while (e == UND_OK && more) {
		if ((e = und_store_enrolled(&page, s->store, series, any ? &after : NULL, 16 << 20)) != UND_OK)
			break;
		for (size_t i = 0; i < page.count && e == UND_OK; i++) {
			e = und_enrolled_encode(out, page.cards[i].code, page.cards[i].line);
			und_buf_add_u8(out, '\n');
		}
		more = page.more;
		if (page.count != 0)
			after = page.cards[page.count - 1];
		any |= page.count != 0;
		und_enrolled_clear(&page);
	}
	return e != UND_OK ? e : out->err;
}

/* The request is used from now on. UND_ERR_STORE_MOVED: another server changed the series meanwhile, perhaps by this very request. */
static enum und_err use_request(struct und_serve *s, struct und_bytes id, struct und_bytes line, struct und_diag *diag)
{
	uint8_t keys[UND_SIGNATURES_MAX][UND_ED25519_KEY_SIZE];
	struct serve_series series = { 0 };
	struct und_record request;
	enum und_err e;

	if ((e = serve_series_read(&series, s, id)) != UND_OK)
		goto out;
	e = serve_request_check(&request, s, line, UND_ASK_COLLECT, id, (const uint8_t(*)[UND_ED25519_KEY_SIZE])keys, serve_series_keys(keys, &series, s), diag);
	if (e != UND_OK)
		goto out;
	e = serve_series_use(&series, request.u.request.on, request.u.request.nonce, und_os_today());
	und_record_clear(&request);
	if (e == UND_OK)
		e = serve_series_write(s, id, &series); /* before the answer: a restart forgets nothing */
out:
	serve_series_clear(&series);
	return e;
}

static enum und_err collect(struct und_buf *out, struct und_serve *s, struct und_bytes id, struct und_bytes text, struct und_diag *diag)
{
	struct und_bytes line;
	enum und_err e;

	if (!und_id_text_is_valid(id))
		return UND_ERR_ID_FORM;
	if (!serve_next_line(&line, &text) || text.n != 0)
		return UND_ERR_TRUNCATED;
	/* each time round another server has done something; who is never first is told to come again */
	e = UND_ERR_STORE_MOVED;
	for (unsigned i = 0; i < COLLECT_TRIES && e == UND_ERR_STORE_MOVED; i++)
		e = use_request(s, id, line, diag);
	return e != UND_OK ? e : add_enrolled(out, s, id);
}

static void run_collect(struct serve_call *call)
{
	struct und_serve_result result = { .status = 200 };
	struct und_diag diag = { 0 };
	enum und_err e;

	und_buf_init_secret(&result.body, COLLECT_MAX);
	pthread_mutex_lock(&call->serve->cards_lock);
	e = collect(&result.body, call->serve, call->name, call->text, &diag);
	pthread_mutex_unlock(&call->serve->cards_lock);
	if (e == UND_OK) {
		call->done(call->ctx, &result);
		return;
	}
	und_buf_clear(&result.body);
	serve_refuse(call->done, call->ctx, e, &diag);
}

void und_serve_collect(struct und_serve *s, struct und_bytes series, struct und_bytes text, und_serve_done *done, void *ctx)
{
	serve_call_later(&(struct serve_call){ .serve = s, .name = series, .text = text, .done = done, .ctx = ctx, .run = run_collect });
}
