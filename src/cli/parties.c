/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* parties.c: who speaks in a letter */
#include "cli/parties.h"

#include <stdlib.h>

uint64_t cli_days_waiting(const struct und_state_wait *w)
{
	und_day today = cli_today();

	return w->answered || today <= w->delivered ? 0 : (uint64_t)(today - w->delivered);
}

static int compare_id_with(const void *id, const void *party)
{
	return und_bytes_compare_var(*(const struct und_bytes *)id, ((const struct cli_party *)party)->id);
}

static int compare(const void *a, const void *b)
{
	const struct cli_party *x = a, *y = b;
	int order = und_bytes_compare_var(x->id, y->id);

	return order != 0 ? order : x->order < y->order ? -1 : 1;
}

static struct cli_party *find(const struct cli_parties *p, struct und_bytes id)
{
	return p->count == 0 ? NULL : bsearch(&id, p->list, p->count, sizeof *p->list, compare_id_with);
}

const struct cli_party *cli_parties_find(const struct cli_parties *p, struct und_bytes id)
{
	return find(p, id);
}

/* Everybody by whom a line could be said, as often as a line tells of them. */
static void gather(struct cli_parties *p, const struct und_words *w, const struct und_kept *kept, size_t n)
{
	for (size_t i = 0; w != NULL && i < w->addressee_count; i++)
		p->list[p->count++] = (struct cli_party){ .id = w->addressees[i].id, .name = w->addressees[i].name, .key = w->addressees[i].key, .order = i,
			                                  .addressee = true };
	for (size_t i = 0; i < n; i++)
		if (kept[i].record->type == UND_TYPE_PARTY) {
			const struct und_party *r = &kept[i].record->u.party;

			p->list[p->count++] = (struct cli_party){ .id = r->id, .name = r->name, .key = r->key, .order = UND_ADDRESSEES_MAX + i };
		}
}

/* A second line about a party gives it its key. */
static void merge(struct cli_parties *p)
{
	size_t n = 0;

	for (size_t i = 0; i < p->count; i++) {
		if (n > 0 && und_bytes_equal_var(p->list[n - 1].id, p->list[i].id))
			p->list[n - 1].key = p->list[i].key;
		else
			p->list[n++] = p->list[i];
	}
	p->count = n;
}

static void note_what_they_did(struct cli_parties *p, const struct und_state *s, const struct und_kept *kept, size_t n)
{
	struct cli_party *party;

	for (size_t i = 0; i < n; i++)
		if (kept[i].record->type == UND_TYPE_STATEMENT && (party = find(p, kept[i].record->u.statement.party)) != NULL)
			party->said = true;
	for (size_t i = 0; i < s->stance_count; i++)
		if ((party = find(p, s->stances[i].party)) != NULL)
			party->stands = true;
	for (size_t i = 0; i < s->wait_count; i++)
		if ((party = find(p, s->waits[i].party)) != NULL)
			party->wait = &s->waits[i];
}

int cli_parties_list(struct cli_parties *out, const struct cli_letter *l)
{
	const struct und_state *s = &l->state;
	const struct und_kept *kept;
	size_t n = und_letter_kept(&kept, l->l);

	*out = (struct cli_parties){ 0 };
	out->list = und_alloc(n + UND_ADDRESSEES_MAX, sizeof *out->list);
	if (out->list == NULL)
		return cli_fail(CLI_TRIED, cli_advice(UND_ERR_MEMORY), "%s.", und_err_text(UND_ERR_MEMORY));
	gather(out, s->words, kept, n);
	qsort(out->list, out->count, sizeof *out->list, compare);
	merge(out);
	note_what_they_did(out, s, kept, n);
	return -1;
}

void cli_parties_clear(struct cli_parties *p)
{
	free(p->list);
	*p = (struct cli_parties){ 0 };
}
