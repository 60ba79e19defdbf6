/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* batch.c: loose records from files, judged as the next lines of a letter */
#include "cli/batch.h"

#include <stdlib.h>

#include "cli/lines.h"

void cli_batch_clear(struct cli_batch *b)
{
	for (size_t i = 0; i < b->count; i++)
		und_record_clear(&b->items[i].record);
	free(b->items);
	free(b->order);
	*b = (struct cli_batch){ 0 };
}

int cli_batch_take(struct cli_batch *b, const char *path, struct und_bytes text)
{
	struct und_diag diag = { 0 };
	struct und_bytes rest = text, line;
	enum und_err e = UND_OK;

	if (text.n == 0 || text.p[text.n - 1] != '\n')
		return cli_fail_at(path, UND_ERR_TRUNCATED, NULL);
	for (diag.line = 1; cli_next_line(&line, &rest); diag.line++) {
		struct cli_loose item = { .path = path, .line = diag.line, .text = line };

		if (cli_interrupted())
			return CLI_INTERRUPTED;
		e = und_grow(&b->items, &b->cap, b->count + 1, sizeof *b->items);
		if (e == UND_OK)
			e = und_record_decode(&item.record, line, &diag);
		if (e != UND_OK)
			return cli_fail_at(path, e, &diag);
		b->items[b->count++] = item;
		if (item.record.type == UND_TYPE_ENROLMENT || item.record.type == UND_TYPE_CARDS || item.record.type == UND_TYPE_REQUEST) /* never in a letter */
			return cli_fail_at(path, UND_ERR_TYPE, &diag);
	}
	return -1;
}

uint64_t cli_batch_count(const struct cli_batch *b, enum und_type type, enum cli_fate fate)
{
	uint64_t n = 0;

	for (size_t i = 0; i < b->count; i++)
		n += b->items[i].record.type == type && b->items[i].fate == fate;
	return n;
}

/* ---- order: what others refer to comes first; the signers' acts last, by tag ---- */

static int rank(enum und_type t)
{
	static const enum und_type order[] = { UND_TYPE_SEALED,      UND_TYPE_WORDS,       UND_TYPE_PARTY,
		                               UND_TYPE_STATEMENT,   UND_TYPE_QUESTION,    UND_TYPE_DELIVERY,
		                               UND_TYPE_PUBLICATION, UND_TYPE_TRANSLATION, UND_TYPE_NOTICE,
		                               UND_TYPE_SIGNATURE,   UND_TYPE_WITHDRAWAL,  UND_TYPE_VOTE };

	for (size_t i = 0; i < UND_COUNT_OF(order); i++)
		if (t == order[i])
			return (int)i + 1;
	return 0; /* rosters and their keys, as they came */
}

static const uint8_t *tag_of(const struct und_record *r)
{
	switch (r->type) {
	case UND_TYPE_SIGNATURE:
		return r->u.signature.tag;
	case UND_TYPE_WITHDRAWAL:
		return r->u.withdrawal.tag;
	case UND_TYPE_VOTE:
		return r->u.vote.tag;
	default:
		return NULL;
	}
}

static int compare(const void *a, const void *b)
{
	const struct cli_loose *x = a, *y = b;
	int by_rank = rank(x->record.type) - rank(y->record.type), c = 0;

	if (by_rank != 0)
		return by_rank;
	if (tag_of(&x->record) != NULL)
		c = memcmp(tag_of(&x->record), tag_of(&y->record), UND_POINT_SIZE);
	if (c == 0 && x->record.type == UND_TYPE_VOTE)
		c = memcmp(x->record.u.vote.question, y->record.u.vote.question, UND_ID_SIZE);
	if (c != 0)
		return c;
	c = strcmp(x->path, y->path);
	return c != 0 ? c : (x->line > y->line) - (x->line < y->line);
}

/* ---- what the letter has ---- */

static int by_id(const void *a, const void *b)
{
	const struct cli_loose *const *x = a, *const *y = b;
	int c = memcmp((*x)->record.id, (*y)->record.id, UND_ID_SIZE);

	return c != 0 ? c : (*x > *y) - (*x < *y);
}

/* Of the same record given twice, the first stays. order serves as the list to sort; it is still empty. */
static void drop_repeats(struct cli_batch *b, size_t end)
{
	for (size_t i = 0; i < end; i++)
		b->order[i] = &b->items[i];
	qsort(b->order, end, sizeof *b->order, by_id);
	for (size_t i = 1; i < end; i++)
		if (memcmp(b->order[i - 1]->record.id, b->order[i]->record.id, UND_ID_SIZE) == 0)
			b->items[b->order[i] - b->items].fate = CLI_HAD;
}

/* ---- records that name their author ---- */

static int fail_item(const struct cli_loose *item, enum und_err e, const struct und_diag *diag)
{
	struct und_diag place = { .line = item->line };

	if (diag != NULL)
		memcpy(place.member, diag->member, sizeof place.member);
	return cli_fail_at(item->path, e, &place);
}

static und_day day_of(const struct und_record *r)
{
	switch (r->type) {
	case UND_TYPE_STATEMENT:
		return r->u.statement.on;
	case UND_TYPE_NOTICE:
		return r->u.notice.on;
	case UND_TYPE_DELIVERY:
		return r->u.delivery.on;
	case UND_TYPE_PUBLICATION:
		return r->u.publication.on;
	case UND_TYPE_TRANSLATION:
		return r->u.translation.on;
	default:
		return UND_DAY_NONE;
	}
}

static int refuse_future(const struct cli_loose *item)
{
	char day[11], today[11];

	und_date_encode(day, day_of(&item->record));
	und_date_encode(today, cli_today());
	return cli_fail(CLI_FALSE, "Add it on its day.", "%s: line %llu, member on: dated %s, and today is %s.",
	                item->path, (unsigned long long)item->line, day, today);
}

static bool may_wait(enum und_err e)
{
	return e == UND_ERR_CLARIFIES_UNKNOWN || e == UND_ERR_ABOUT_UNKNOWN || e == UND_ERR_PARTY_UNKNOWN;
}

/* One pass: places what fits. *stuck is the first that does not yet, and *why. */
static int place_pass(struct cli_batch *b, struct und_letter *l, size_t end, bool *progress, size_t *stuck,
                      enum und_err *why, struct und_diag *place)
{
	struct und_diag diag;
	enum und_err e;

	*progress = false;
	*stuck = end;
	for (size_t i = 0; i < end; i++) {
		struct cli_loose *item = &b->items[i];

		if (item->placed || item->fate != CLI_NEW)
			continue;
		diag = (struct und_diag){ 0 };
		e = und_letter_append(l, item->text, &diag);
		if (e == UND_OK) {
			item->placed = *progress = true;
			b->order[b->order_count++] = item;
		} else if (!may_wait(e)) {
			return fail_item(item, e, &diag);
		} else if (*stuck == end) {
			*stuck = i;
			*why = e;
			*place = diag;
		}
	}
	return -1;
}

static int place_records(struct cli_batch *b, struct und_letter *l, size_t end)
{
	struct und_diag place = { 0 };
	enum und_err why = UND_OK;
	bool progress;
	size_t stuck;
	int code;

	drop_repeats(b, end);
	for (size_t i = 0; i < end; i++) {
		if (und_letter_holds(l, b->items[i].record.id))
			b->items[i].fate = CLI_HAD;
		if (b->items[i].fate == CLI_NEW && day_of(&b->items[i].record) > cli_today())
			return refuse_future(&b->items[i]);
	}
	do {
		if ((code = place_pass(b, l, end, &progress, &stuck, &why, &place)) != -1)
			return code;
	} while (progress && stuck < end);
	return stuck < end ? fail_item(&b->items[stuck], why, &place) : -1;
}

/* ---- the signers' acts ---- */

/* What an act may not be too late for. */
static int check_day(const struct cli_loose *item, const struct und_state *s)
{
	const struct und_record *r = &item->record;
	und_day last = r->type == UND_TYPE_SIGNATURE ? s->closes : s->record->rules.ends;
	char day[11], today[11];

	for (size_t i = 0; r->type == UND_TYPE_VOTE && i < s->question_count; i++)
		if (memcmp(s->questions[i].id, r->u.vote.question, UND_ID_SIZE) == 0 &&
		    s->questions[i].question->closes < last)
			last = s->questions[i].question->closes;
	if (cli_today() <= last)
		return -1;
	und_date_encode(day, last);
	und_date_encode(today, cli_today());
	return cli_fail(CLI_FALSE, NULL, "%s: line %llu: a %s, and the last day for it was %s; today is %s.",
	                item->path, (unsigned long long)item->line, und_type_name(r->type), day, today);
}

static int check_ring(const struct cli_loose *item, const struct und_letter *l)
{
	const struct und_signature *s = &item->record.u.signature;
	struct und_diag diag = { .member = "ring" };
	enum und_err e = und_letter_may_sign(l, s->roster, s->ring);

	if (e != UND_ERR_RING_ABOVE_SHARE)
		return -1; /* other faults are the reader's to name */
	return fail_item(item, e, &diag);
}

/* Marks what the letter has; a vote that differs from the one that stands is refused. */
static int check_had(struct cli_loose *item, const struct und_letter *l, const struct und_state *s)
{
	const struct und_record *r = &item->record;
	enum und_tag_state known = und_letter_tag(l, tag_of(r), NULL, NULL);
	int choice;

	if (r->type == UND_TYPE_SIGNATURE && known != UND_TAG_NEW)
		item->fate = CLI_HAD;
	if (r->type == UND_TYPE_WITHDRAWAL && known == UND_TAG_WITHDRAWN)
		item->fate = CLI_HAD;
	if (r->type != UND_TYPE_VOTE || (choice = und_letter_vote_of(l, r->u.vote.question, r->u.vote.tag)) < 0)
		return -1;
	item->fate = CLI_HAD;
	for (size_t i = 0; i < s->question_count; i++)
		if (memcmp(s->questions[i].id, r->u.vote.question, UND_ID_SIZE) == 0 &&
		    !und_bytes_equal_var(s->questions[i].question->choices[choice].id, r->u.vote.choice))
			return fail_item(item, UND_ERR_VOTED_ALREADY, NULL);
	return -1;
}

static int fail_line(const struct cli_batch *b, const char *letter_path, uint64_t before, enum und_err e,
                     const struct und_diag *diag)
{
	size_t records = 0;

	for (size_t i = 0; i < b->order_count; i++)
		records += tag_of(&b->order[i]->record) == NULL;
	if (diag->line > before && diag->line - before - 1 < b->order_count - records)
		return fail_item(b->order[records + (diag->line - before - 1)], e, diag);
	return cli_fail_at(letter_path, e, diag);
}

static int place_acts(struct cli_batch *b, struct und_letter *l, const struct und_state *s, size_t start,
                      const char *letter_path)
{
	struct und_diag diag = { 0 };
	enum und_err e;
	int code;

	und_letter_resume(l);
	for (size_t i = start; i < b->count; i++) {
		struct cli_loose *item = &b->items[i];

		if (cli_interrupted())
			return CLI_INTERRUPTED;
		if ((code = check_had(item, l, s)) != -1)
			return code;
		if (item->fate != CLI_NEW)
			continue;
		if ((code = check_day(item, s)) != -1)
			return code;
		if (item->record.type == UND_TYPE_SIGNATURE && (code = check_ring(item, l)) != -1)
			return code;
		b->order[b->order_count++] = item;
		item->placed = true;
		e = und_letter_line(l, item->text, &diag);
		if (e != UND_OK)
			return fail_line(b, letter_path, s->lines, e, &diag);
	}
	e = und_letter_end(l, &diag);
	return e == UND_OK ? -1 : fail_line(b, letter_path, s->lines, e, &diag);
}

/*
 * "A withdrawal of a signature that still waits removes it at once": neither enters the file, nor does a vote of that tag. Signatures come before withdrawals, these before votes, each by tag:
 * so *at walks once along one kind while the caller walks along a later one.
 */
static struct cli_loose *same_tag(struct cli_batch *b, size_t *at, size_t end, enum und_type type, enum cli_fate fate)
{
	const uint8_t *tag = tag_of(&b->items[end].record);

	while (*at < end && (b->items[*at].record.type != type || b->items[*at].fate != fate ||
	                     memcmp(tag_of(&b->items[*at].record), tag, UND_POINT_SIZE) < 0))
		++*at;
	return *at < end && memcmp(tag_of(&b->items[*at].record), tag, UND_POINT_SIZE) == 0 ? &b->items[*at] : NULL;
}

static void cancel_pairs(struct cli_batch *b)
{
	size_t signature = 0, withdrawal = 0;

	for (size_t i = 0; i < b->count; i++) {
		struct cli_loose *item = &b->items[i], *other = NULL;

		if (item->fate != CLI_NEW)
			continue;
		if (item->record.type == UND_TYPE_WITHDRAWAL)
			other = same_tag(b, &signature, i, UND_TYPE_SIGNATURE, CLI_NEW);
		if (item->record.type == UND_TYPE_VOTE)
			other = same_tag(b, &withdrawal, i, UND_TYPE_WITHDRAWAL, CLI_CANCELLED);
		if (other != NULL)
			item->fate = other->fate = CLI_CANCELLED;
	}
}

int cli_batch_place(struct cli_batch *b, struct und_letter *l, const char *letter_path)
{
	struct und_diag diag = { 0 };
	struct und_state state;
	size_t start = 0;
	enum und_err e;
	int code;

	b->order = und_alloc(b->count, sizeof *b->order);
	if (b->order == NULL)
		return cli_fail(CLI_TRIED, cli_advice(UND_ERR_MEMORY), "%s.", und_err_text(UND_ERR_MEMORY));
	qsort(b->items, b->count, sizeof *b->items, compare);
	while (start < b->count && tag_of(&b->items[start].record) == NULL)
		start++;
	if ((code = place_records(b, l, start)) != -1)
		return code;
	e = und_letter_end(l, &diag); /* a wave whose keys are not all there */
	if (e == UND_OK)
		e = und_letter_state(&state, l);
	if (e != UND_OK)
		return b->order_count > 0 ? fail_item(b->order[b->order_count - 1], e, &diag)
		                          : cli_fail_at(letter_path, e, &diag);
	code = place_acts(b, l, &state, start, letter_path);
	und_state_clear(&state);
	if (code == -1)
		cancel_pairs(b);
	return code;
}
