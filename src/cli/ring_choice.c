/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* ring_choice.c: the rings in which a member may sign, and which of them hides better */
#include "cli/ring_choice.h"

/* Signatures of all rings of a roster stand in *all, those of one ring in the return value. */
static const struct und_state_ring *find(const struct und_state *s, const uint8_t *roster, struct und_bytes label,
                                         uint64_t *all)
{
	const struct und_state_ring *found = NULL;

	*all = 0;
	for (size_t i = 0; i < s->ring_count; i++) {
		const struct und_state_ring *r = &s->rings[i];

		if (memcmp(r->roster, roster, UND_ID_SIZE) != 0)
			continue;
		*all += r->made;
		if (und_bytes_equal_var(r->id, label))
			found = r;
	}
	return found;
}

static void fill(struct cli_ring *out, struct cli_act *a, struct und_bytes label)
{
	uint64_t all;
	const struct und_state_ring *r = find(&a->letter.state, a->roster, label, &all);
	const struct und_ring *ring;

	*out = (struct cli_ring){ .label = label, .may = UND_ERR_RING_UNKNOWN };
	if (r == NULL)
		return;
	out->name = r->name;
	out->keys = r->keys;
	out->made = und_bytes_is(label, "*") ? all : r->made;
	out->may = und_letter_may_sign(a->letter.l, a->roster, label);
	if (out->may == UND_OK && a->is_bundle) /* its keys may not be there */
		out->may = und_letter_ring(&ring, a->letter.l, a->roster, label);
}

enum und_err cli_rings_find(struct cli_rings *out, struct cli_act *a)
{
	fill(&out->own, a, a->body);
	fill(&out->all, a, und_cstr("*"));
	out->shares_known = !a->is_bundle;
	return out->own.may == UND_ERR_MEMORY || out->all.may == UND_ERR_MEMORY ? UND_ERR_MEMORY : UND_OK;
}

const struct cli_ring *cli_rings_better(const struct cli_rings *r)
{
	uint64_t own, all;

	if (r->own.may != UND_OK || r->all.may != UND_OK)
		return r->own.may == UND_OK ? &r->own : r->all.may == UND_OK ? &r->all : NULL;
	own = (r->own.made + 1) * r->all.keys;
	all = (r->all.made + 1) * r->own.keys;
	if (r->shares_known && own != all)
		return own < all ? &r->own : &r->all;
	return r->own.keys > r->all.keys ? &r->own : &r->all;
}

const char *cli_percent(char out[16], uint64_t part, uint64_t whole)
{
	uint64_t percent = whole == 0 ? 0 : (200 * part + whole) / (2 * whole);

	if (percent == 0 && part > 0)
		snprintf(out, 16, "<1 %%");
	else if (percent == 100 && part < whole)
		snprintf(out, 16, ">99 %%");
	else
		snprintf(out, 16, "%u %%", (unsigned)percent);
	return out;
}
