/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* copy.c: a copy of a letter is read, verified, opened, and grows: the fold behind an opaque handle, which says UND_ERR_MISUSE where the fold would call it our own bug */
#include <stdlib.h>

#include "api/api.h"
#include "base/encode.h"
#include "letter/seal.h"

static enum und_err misuse(struct und_diag *diag)
{
	if (diag != NULL)
		*diag = (struct und_diag){ 0 };
	return UND_ERR_MISUSE;
}

/* It takes no more, and says so again and again. */
static enum und_err fail(struct und_copy *copy, enum und_err e, const struct und_diag *fault, struct und_diag *diag)
{
	copy->phase = UND_COPY_FAILED;
	copy->failed = e;
	copy->fault = *fault;
	if (diag != NULL)
		*diag = *fault;
	return e;
}

static enum und_err failed(const struct und_copy *copy, struct und_diag *diag)
{
	if (diag != NULL)
		*diag = copy->fault;
	return copy->failed;
}

/* ---- new and free ---- */

static enum und_letter_mode mode_of(enum und_copy_kind kind)
{
	return kind == UND_COPY_LETTER ? UND_LETTER_FILE : kind == UND_COPY_BUNDLE ? UND_LETTER_BUNDLE : UND_LETTER_ROSTER;
}

static enum und_err begin(struct und_copy *copy, const struct und_lent *lent)
{
	struct und_letter_options options = { .mode = mode_of(copy->kind), .random = &copy->random, .pending_max = lent->pending_max };
	const struct und_random *random;
	enum und_err e;

	if ((e = und_lent_random(&random, lent->random)) != UND_OK)
		return e;
	copy->random = *random;
	if (lent->runner != NULL) {
		copy->runner = *lent->runner;
		copy->has_runner = true;
		options.runner = &copy->runner;
	}
	if (lent->progress != NULL) {
		copy->progress = *lent->progress;
		options.progress = &copy->progress;
	}
	return und_letter_new(&copy->l, &options);
}

enum und_err und_copy_new(struct und_copy **out, enum und_copy_kind kind, const struct und_lent *lent, size_t size)
{
	struct und_copy *copy;
	struct und_lent taken;
	enum und_err e;

	if (out == NULL || (unsigned)kind > UND_COPY_ROSTER)
		return UND_ERR_MISUSE;
	if ((e = und_lent_take(&taken, lent, size)) != UND_OK)
		return e;
	copy = und_alloc(1, sizeof *copy);
	if (copy == NULL)
		return UND_ERR_MEMORY;
	copy->kind = kind;
	if ((e = begin(copy, &taken)) != UND_OK) {
		free(copy);
		return e;
	}
	*out = copy;
	return UND_OK;
}

static void forget_counts(struct und_copy *copy)
{
	und_state_clear(&copy->state);
	free(copy->statements);
	copy->statements = NULL;
}

void und_copy_free(struct und_copy *copy)
{
	if (copy == NULL)
		return;
	forget_counts(copy);
	und_letter_free(copy->l);
	free(copy);
}

/* ---- reading ---- */

static size_t *list_statements(const struct und_letter *l)
{
	const struct und_kept *kept;
	size_t n = und_letter_kept(&kept, l), count = 0;
	size_t *list = und_alloc(n, sizeof *list);

	for (size_t i = 0; list != NULL && i < n; i++)
		if (kept[i].record->type == UND_TYPE_STATEMENT)
			list[count++] = i;
	return list;
}

/* What the letter says now, in the place of what it said before. */
static enum und_err count(struct und_copy *copy)
{
	size_t *statements = list_statements(copy->l);
	struct und_state state;
	enum und_err e;

	if (statements == NULL)
		return UND_ERR_MEMORY;
	if ((e = und_letter_state(&state, copy->l)) != UND_OK) {
		free(statements);
		return e;
	}
	forget_counts(copy);
	copy->state = state;
	copy->statements = statements;
	if (state.letter != NULL)
		und_letter_pin(copy->pin, copy->l);
	return UND_OK;
}

/* The letter has changed for good: no way back where counting fails. */
static enum und_err count_or_fail(struct und_copy *copy, struct und_diag *diag)
{
	static const struct und_diag nowhere;
	enum und_err e = count(copy);

	return e == UND_OK ? UND_OK : fail(copy, e, &nowhere, diag);
}

enum und_err und_copy_feed(struct und_copy *copy, const void *p, size_t n, struct und_diag *diag)
{
	struct und_diag fault = { 0 };
	enum und_err e;

	if (copy == NULL || (p == NULL && n != 0) || copy->phase == UND_COPY_ENDED)
		return misuse(diag);
	if (copy->phase == UND_COPY_FAILED)
		return failed(copy, diag);
	if (n == 0)
		return UND_OK;
	e = und_letter_feed(copy->l, und_bytes(p, n), &fault);
	return e == UND_OK ? UND_OK : fail(copy, e, &fault, diag);
}

enum und_err und_copy_end(struct und_copy *copy, struct und_diag *diag)
{
	struct und_diag fault = { 0 };
	enum und_err e;

	if (copy == NULL)
		return misuse(diag);
	if (copy->phase == UND_COPY_FAILED)
		return failed(copy, diag);
	if (copy->phase == UND_COPY_ENDED)
		return und_letter_end(copy->l, diag); /* asked again: keys of an appended wave may be due */
	if ((e = und_letter_end(copy->l, &fault)) != UND_OK)
		return fail(copy, e, &fault, diag);
	if ((e = count_or_fail(copy, diag)) != UND_OK)
		return e;
	copy->phase = UND_COPY_ENDED;
	return UND_OK;
}

enum und_err und_copy_read(struct und_copy **out, enum und_copy_kind kind, const void *p, size_t n, const struct und_lent *lent,
                           size_t size, struct und_diag *diag)
{
	struct und_copy *copy;
	enum und_err e;

	if (out == NULL || (p == NULL && n != 0))
		return misuse(diag);
	if ((e = und_copy_new(&copy, kind, lent, size)) != UND_OK) {
		(void)misuse(diag); /* no line is to blame */
		return e;
	}
	if ((e = und_copy_feed(copy, p, n, diag)) == UND_OK)
		e = und_copy_end(copy, diag);
	if (e == UND_OK)
		*out = copy;
	else
		und_copy_free(copy);
	return e;
}

enum und_err und_copy_open(struct und_copy *copy, const uint8_t link[UND_ID_SIZE], struct und_diag *diag)
{
	struct und_diag fault = { 0 };
	enum und_err e;

	if (!und_copy_is_ready(copy) || link == NULL)
		return misuse(diag);
	if ((e = und_letter_open(copy->l, link, &fault)) == UND_OK)
		return count_or_fail(copy, diag);
	if (diag != NULL)
		*diag = fault;
	return e;
}

/* ---- growing ---- */

enum und_err und_copy_append(struct und_copy *copy, const void *line, size_t n, struct und_diag *diag)
{
	struct und_diag fault = { 0 };
	enum und_err e;

	if (!und_copy_is_ready(copy) || copy->kind != UND_COPY_LETTER || (line == NULL && n != 0))
		return misuse(diag);
	if ((e = und_letter_append(copy->l, und_bytes(line, n), &fault)) == UND_OK)
		return count_or_fail(copy, diag);
	if (diag != NULL)
		*diag = fault;
	return e;
}

enum und_err und_copy_resume(struct und_copy *copy)
{
	if (!und_copy_is_ready(copy) || copy->kind == UND_COPY_ROSTER)
		return UND_ERR_MISUSE;
	und_letter_resume(copy->l);
	copy->phase = UND_COPY_READING;
	return UND_OK;
}
