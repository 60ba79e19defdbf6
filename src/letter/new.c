/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* new.c: a letter comes into being and goes; the records that it keeps */
#include <stdlib.h>

#include "letter/fold.h"

static void init_sets(struct und_letter *l, const uint8_t *hash_key)
{
	struct und_set *const of_32[] = { &l->ids,       &l->layer_ids,   &l->body_ids,   &l->keys,          &l->tags,
	                                  &l->party_ids, &l->party_names, &l->party_keys, &l->statement_ids, &l->question_ids };

	for (size_t i = 0; i < UND_COUNT_OF(of_32); i++)
		und_set_init(of_32[i], 32, hash_key);
	und_set_init(&l->votes, 8, hash_key);
}

enum und_err und_letter_new(struct und_letter **out, const struct und_letter_options *options)
{
	uint8_t hash_key[UND_SET_HASH_KEY_SIZE];
	struct und_letter *l;
	enum und_err e;

	und_bug_if(options->random == NULL);
	if ((e = options->random->fill(options->random->ctx, hash_key, sizeof hash_key)) != UND_OK)
		return e;
	l = und_alloc(1, sizeof *l);
	if (l == NULL)
		return UND_ERR_MEMORY;
	l->options = *options;
	l->base = UND_NO_BASE;
	init_sets(l, hash_key);
	und_pending_init(&l->pending);
	und_reader_init(&l->reader, UND_LINE_MAX, und_fold_line, l);
	*out = l;
	return UND_OK;
}

static void free_record(const struct und_record *kept)
{
	struct und_record *r = (struct und_record *)(uintptr_t)kept; /* kept for reading; here its owner lets it go */

	und_record_clear(r);
	free(r);
}

static void clear_sets(struct und_letter *l)
{
	struct und_set *const all[] = { &l->ids,        &l->layer_ids,  &l->body_ids,      &l->keys,         &l->tags, &l->party_ids,
	                                &l->party_names, &l->party_keys, &l->statement_ids, &l->question_ids, &l->votes };

	for (size_t i = 0; i < UND_COUNT_OF(all); i++)
		und_set_clear(all[i]);
}

void und_letter_free(struct und_letter *l)
{
	if (l == NULL)
		return;
	for (size_t i = 0; i < l->layer_ids.n; i++)
		und_layer_free(l->layers[i]);
	for (size_t i = 0; i < l->kept_count; i++)
		free_record(l->kept[i].record);
	for (size_t i = 0; i < l->opened.n; i++)
		free_record(l->opened.records[i]);
	free(l->layers);
	free(l->kept);
	free(l->opened.records);
	free(l->bodies);
	free(l->runs);
	free(l->tag_of);
	free(l->parties);
	free(l->statements);
	free(l->questions);
	free(l->choices);
	clear_sets(l);
	und_pending_clear(&l->pending);
	und_reader_clear(&l->reader);
	free(l);
}

bool und_letter_holds(const struct und_letter *l, const uint8_t id[UND_ID_SIZE])
{
	return und_set_find(&l->ids, id) != UND_SET_NONE;
}

bool und_letter_was_sealed(const struct und_letter *l)
{
	for (size_t i = 0; i < l->kept_count; i++)
		if (l->kept[i].record->type == UND_TYPE_SEALED)
			return true;
	return false;
}

size_t und_letter_kept(const struct und_kept **out, const struct und_letter *l)
{
	*out = l->kept;
	return l->kept_count;
}

const struct und_words *und_fold_words(const struct und_letter *l)
{
	if (l->words != NULL)
		return &l->words->u.words;
	return l->opened.n != 0 ? &l->opened.records[0]->u.words : NULL;
}

static und_day day_of(const struct und_record *r)
{
	switch (r->type) {
	case UND_TYPE_DELIVERY:
		return r->u.delivery.on;
	case UND_TYPE_PUBLICATION:
		return r->u.publication.on;
	case UND_TYPE_STATEMENT:
		return r->u.statement.on;
	case UND_TYPE_NOTICE:
		return r->u.notice.on;
	case UND_TYPE_TRANSLATION:
		return r->u.translation.on;
	default:
		return UND_DAY_NONE;
	}
}

/* The first of the kept records below that line; they stand in the order of their lines. */
static size_t first_below(const struct und_letter *l, uint64_t line)
{
	size_t low = 0, high = l->kept_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (l->kept[middle].line <= line)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

uint64_t und_letter_dated_after(const struct und_letter *l, und_day today, uint64_t last)
{
	for (size_t i = first_below(l, last); i < l->kept_count; i++)
		if (day_of(l->kept[i].record) > today)
			return l->kept[i].line;
	return 0;
}
