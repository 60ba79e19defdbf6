/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* push.c: further signed records of organisers, registrars and parties: rosters with their keys, words, statements, questions, notices (spec/server.md, Further records) */
#include "serve/parts.h"

/*
 * What a party may say in a letter, signed by itself alone: statements, and bytes of their lines together; any one statement fits. Escaped that makes at most 2.6 MB of a page or a feed, and the words of each
 * demand once for each stance on it: twenty addressees who all say so much stay below DOCUMENT_MAX (documents.c) while demands have some 200 bytes.
 */
enum { SERVE_SAID_MAX = 32, SERVE_SAID_BYTES_MAX = 512 << 10 };

struct pushing {
	struct serve_letter *letter;
	struct und_buf lines; /* that are new */
	uint64_t added, known;
	bool changed;         /* the fold holds lines that the store does not */
	uint64_t missing_signers, missing_bodies;
	struct und_diag diag;
};

static uint64_t lack(uint64_t have, uint64_t want)
{
	return have < want ? want - have : 0;
}

/*
 * Whether the words of a sealed letter may come out: people signed on the promise that they do only when so many stand behind them. What waits does not count: nobody can check it, and the answer would tell
 * how much there is.
 */
static enum und_err may_open(struct pushing *p)
{
	const struct und_letter *l = p->letter->fold->l;
	const struct und_rules *rules;
	struct und_state state;
	enum und_err e;

	if (!und_letter_was_sealed(l))
		return UND_OK;
	if ((e = und_letter_state(&state, l)) != UND_OK)
		return e;
	rules = &state.record->rules;
	p->missing_signers = lack(state.signers, rules->signers);
	p->missing_bodies = lack(state.bodies, rules->bodies);
	if (state.sealed && !state.thresholds_met)
		e = UND_ERR_THRESHOLDS;
	und_state_clear(&state);
	return e;
}

static enum und_err take_line(struct pushing *p, struct und_bytes line)
{
	struct und_letter *l = p->letter->fold->l;
	struct und_record r;
	bool known, words;
	enum und_err e;

	e = und_record_decode(&r, line, &p->diag);
	if (e == UND_ERR_NEWER)
		return und_letter_append(l, line, &p->diag); /* the letter knows what of a later version may stand behind it */
	if (e != UND_OK)
		return e;
	known = und_letter_holds(l, r.id);
	words = r.type == UND_TYPE_WORDS;
	if (r.type == UND_TYPE_SIGNATURE || r.type == UND_TYPE_WITHDRAWAL || r.type == UND_TYPE_VOTE)
		e = UND_ERR_TYPE; /* members hand theirs in by the other way, where they wait */
	und_record_clear(&r);
	if (e != UND_OK) {
		und_diag_member(&p->diag, "type");
		return e;
	}
	if (known) {
		p->known++;
		return UND_OK;
	}
	if (words && (e = may_open(p)) != UND_OK)
		return e;
	if ((e = und_letter_append(l, line, &p->diag)) != UND_OK)
		return e;
	p->changed = true;
	p->added++;
	und_buf_add_bytes(&p->lines, line);
	und_buf_add_u8(&p->lines, '\n');
	return p->lines.err;
}

/* ---- what parties say by themselves ---- */

/* A statement that its party signed alone. */
struct said {
	struct und_bytes party;
	size_t size;
	bool added; /* by this push */
};

static int compare_parties(const void *a, const void *b)
{
	const struct said *x = a, *y = b;

	return und_bytes_compare_var(x->party, y->party);
}

static size_t list_said(struct said *out, bool *any_added, const struct und_kept *kept, size_t n, uint64_t before)
{
	size_t count = 0;

	*any_added = false;
	for (size_t i = 0; i < n; i++) {
		if (!kept[i].authenticated)
			continue;
		out[count++] = (struct said){ kept[i].record->u.statement.party, kept[i].size, kept[i].line > before };
		*any_added |= kept[i].line > before;
	}
	return count;
}

/* list is sorted by party. */
static enum und_err check_bound(const struct said *list, size_t n)
{
	for (size_t i = 0, end; i < n; i = end) {
		uint64_t bytes = 0;
		bool added = false;

		for (end = i; end < n && und_bytes_equal_var(list[end].party, list[i].party); end++) {
			bytes += list[end].size;
			added |= list[end].added;
		}
		if (added && (end - i > SERVE_SAID_MAX || bytes > SERVE_SAID_BYTES_MAX))
			return UND_ERR_SAID_ENOUGH;
	}
	return UND_OK;
}

/*
 * Nothing takes a statement back, and nobody but the party judges what it signs: without a bound, one addressee could make the letter's page larger than a page may be, and so shut it for ever. What the
 * organisers' quorum signs has none: their letter is theirs to fill. Cost: once a push, n log n in the statements.
 */
static enum und_err may_say(const struct und_letter *l, uint64_t before, struct und_diag *diag)
{
	const struct und_kept *kept;
	size_t n = und_letter_kept(&kept, l);
	struct said *list = und_alloc(n, sizeof *list);
	enum und_err e = UND_OK;
	bool any_added;

	if (list == NULL)
		return UND_ERR_MEMORY;
	n = list_said(list, &any_added, kept, n, before);
	if (any_added) {
		qsort(list, n, sizeof *list, compare_parties);
		e = check_bound(list, n);
	}
	if (e != UND_OK)
		und_diag_member(diag, "party");
	free(list);
	return e;
}

static enum und_err take_lines(struct pushing *p, struct und_bytes text)
{
	const struct und_letter *l = p->letter->fold->l;
	struct und_bytes line;
	struct und_state state;
	uint64_t number = 0, before;
	enum und_err e;

	if ((e = und_letter_state(&state, l)) != UND_OK)
		return e;
	before = state.lines;
	und_state_clear(&state);
	while (serve_next_line(&line, &text)) {
		p->diag = (struct und_diag){ 0 };
		number++;
		if ((e = take_line(p, line)) != UND_OK) {
			p->diag.line = number;
			return e;
		}
	}
	p->diag = (struct und_diag){ .line = number + 1 };
	if (number == 0)
		return UND_ERR_TRUNCATED;
	if ((e = und_letter_end(p->letter->fold->l, NULL)) != UND_OK) /* a wave without its keys */
		return e;
	p->diag.line = 0;
	if ((e = may_say(l, before, &p->diag)) != UND_OK)
		return e;
	und_diag_member(&p->diag, "on");
	return und_letter_dated_after(l, und_os_today(), before) != 0 ? UND_ERR_DATED_AHEAD : UND_OK;
}

/* All of it is here already: where a wait for a standby was cancelled, perhaps nowhere else yet. A batch of nothing is kept when everything before it is. */
static enum und_err settle(const struct serve_letter *h)
{
	struct und_submission nothing = { .acts = NULL };

	if (!und_store_is_shared(h->serve->store))
		return UND_OK;
	memcpy(nothing.letter, h->id, UND_ID_SIZE);
	return und_store_submit_wait(h->serve->store, &nothing);
}

static enum und_err keep(struct pushing *p)
{
	struct serve_letter *h = p->letter;
	const struct und_store_segment segment = { .bytes = und_buf_bytes(&p->lines) };
	enum und_err e;

	p->diag = (struct und_diag){ 0 };
	if (p->added == 0)
		return settle(h);
	if ((e = und_store_append(h->serve->store, h->id, h->generation, &segment)) != UND_OK)
		return e;
	p->changed = false;
	h->generation++;
	h->size += p->lines.n;
	h->spine_generation = h->generation;
	und_buf_add_bytes(&h->spine, segment.bytes);
	serve_sums_add(&h->sums, segment.bytes);
	return h->spine.err != UND_OK ? serve_mend(h) : serve_publish(h);
}

/* Under write. */
static enum und_err push(struct pushing *p, struct und_bytes text)
{
	struct serve_letter *h = p->letter;
	enum und_err e;

	if ((e = serve_catch_up(h)) != UND_OK) /* gone, too */
		return e;
	pthread_mutex_lock(&h->lock);
	e = take_lines(p, text);
	if (e == UND_OK)
		e = keep(p);
	if (p->changed && serve_mend(h) != UND_OK && e == UND_OK)
		e = UND_ERR_MEMORY;
	pthread_mutex_unlock(&h->lock);
	return e;
}

static void run(struct serve_call *call)
{
	struct pushing p = { .letter = call->letter };
	struct und_serve_result result = { .status = 200 };
	enum und_err e;

	und_buf_init(&p.lines, SIZE_MAX);
	pthread_mutex_lock(&p.letter->write);
	e = push(&p, call->text);
	if (e == UND_ERR_STORE_MOVED) {
		und_buf_reset(&p.lines);
		p.added = p.known = 0;
		e = push(&p, call->text);
	}
	pthread_mutex_unlock(&p.letter->write);
	und_buf_clear(&p.lines);
	if (e != UND_OK) {
		serve_refusal(&result, e, &p.diag);
		result.missing_signers = p.missing_signers;
		result.missing_bodies = p.missing_bodies;
		call->done(call->ctx, &result);
		return;
	}
	result.added = p.added;
	result.known = p.known;
	atomic_fetch_add(&call->serve->counters.pushed, p.added);
	call->done(call->ctx, &result);
}

void und_serve_push(struct und_serve *s, struct und_bytes slug, struct und_bytes text, und_serve_done *done, void *ctx)
{
	struct serve_letter *h = serve_find(s, slug);

	if (h == NULL)
		serve_refuse(done, ctx, UND_ERR_LETTER_UNKNOWN, NULL);
	else
		serve_call_later(&(struct serve_call){ .serve = s, .letter = h, .text = text, .done = done, .ctx = ctx, .run = run });
}
