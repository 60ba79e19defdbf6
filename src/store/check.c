/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* check.c: limits, forms and order of what is handed to a store */
#include "store/check.h"

#include "store/backend.h"

bool und_slug_is_valid(struct und_bytes slug)
{
	if (slug.n == 0 || slug.n > UND_STORE_SLUG_MAX || slug.p[0] == '-' || slug.p[slug.n - 1] == '-')
		return false;
	for (size_t i = 0; i < slug.n; i++)
		if (!(slug.p[i] >= 'a' && slug.p[i] <= 'z') && !(slug.p[i] >= '0' && slug.p[i] <= '9') && slug.p[i] != '-')
			return false;
	return true;
}

int und_act_compare_var(const void *a, const void *b)
{
	const struct und_act *x = a, *y = b;
	int order;

	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	order = memcmp(x->tag, y->tag, sizeof x->tag);
	return order != 0 ? order : memcmp(x->question, y->question, sizeof x->question);
}

static bool act_is_well(const struct und_act *a)
{
	static const uint8_t none[UND_ID_SIZE];

	return (unsigned)a->kind < UND_STORE_KINDS && (a->kind == UND_STORE_VOTE || memcmp(a->question, none, sizeof none) == 0);
}

enum und_err und_acts_check(const struct und_act *acts, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		und_bug_if(!act_is_well(&acts[i]));
		if (acts[i].line.n == 0 || acts[i].line.n > UND_STORE_LINE_MAX)
			return UND_ERR_LIMIT;
	}
	return UND_OK;
}

static enum und_err card_check(const struct und_card *c)
{
	switch (c->act) {
	case UND_CARD_ADD:
		return und_id_text_is_valid(und_bytes(c->body, strnlen(c->body, sizeof c->body))) ? UND_OK : UND_ERR_ID_FORM;
	case UND_CARD_ENROL:
		return c->line.n == 0 || c->line.n > UND_STORE_ENROLMENT_MAX ? UND_ERR_LIMIT : UND_OK;
	case UND_CARD_REVOKE:
	case UND_CARD_USE:
	case UND_CARD_FIND:
		return UND_OK;
	}
	und_bug(__FILE__, __LINE__);
}

enum und_err und_cards_check(const struct und_card *cards, size_t count)
{
	enum und_err e = UND_OK;

	for (size_t i = 0; i < count && e == UND_OK; i++)
		e = card_check(&cards[i]);
	return e;
}

enum und_err und_segment_check(const struct und_store_segment *seg)
{
	enum und_err e;

	if (seg->bytes.n > UND_STORE_SEGMENT_MAX || seg->note.n > UND_STORE_NOTE_MAX)
		return UND_ERR_LIMIT;
	und_bug_if(seg->bytes.n > 0 && seg->bytes.p[seg->bytes.n - 1] != '\n');
	if ((e = und_acts_check(seg->acts, seg->act_count)) != UND_OK)
		return e;
	for (size_t i = 1; i < seg->act_count; i++)
		if (und_act_compare_var(&seg->acts[i - 1], &seg->acts[i]) >= 0)
			return UND_ERR_NOT_ASCENDING;
	return UND_OK;
}
