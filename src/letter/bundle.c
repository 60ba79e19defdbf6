/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* bundle.c: the part of a letter that one member needs to sign, withdraw and vote (spec/records.md, Outside the letter file) */
#include <stdlib.h>

#include "letter/fold.h"
#include "letter/union.h"

/* Which kept records go in: by their place in und_letter_kept's list. */
struct choice {
	const struct und_letter *l;
	const struct und_kept *kept;
	size_t count;
	bool *wanted;
	bool *needed; /* of the letter's statements: und_statements_needed */
	bool *speaks; /* of the letter's parties: in a needed statement further down */
};

static bool is_wanted_statement(const struct choice *c, const struct und_record *r)
{
	size_t i = und_set_find(&c->l->statement_ids, r->id);

	if (c->needed[i])
		c->speaks[c->l->statements[i].party] = true;
	return c->needed[i];
}

/* last_roster: the record that holds the member; waves below it stay out. */
static bool is_wanted(const struct choice *c, size_t i, size_t last_roster)
{
	const struct und_record *r = c->kept[i].record;

	switch (r->type) {
	case UND_TYPE_ROSTER:
		return i <= last_roster;
	case UND_TYPE_LETTER:
	case UND_TYPE_SEALED:
	case UND_TYPE_WORDS:
	case UND_TYPE_QUESTION:
		return true;
	case UND_TYPE_NOTICE:
		return r->u.notice.kind == UND_NOTICE_DEADLINE;
	case UND_TYPE_STATEMENT:
		return is_wanted_statement(c, r);
	case UND_TYPE_PARTY:
		return c->speaks[und_find_party(c->l, r->u.party.id)];
	default:
		return false;
	}
}

/*
 * References point upwards: going from the last record to the first, who speaks is known before it is met. Words that stand open make the sealed record needless. A deadline
 * notice may speak about a record that is not in the bundle: the reader of bundles allows it.
 */
static void choose(struct choice *c, size_t last_roster)
{
	bool words = false;

	for (size_t i = c->count; i-- > 0;) {
		enum und_type t = c->kept[i].record->type;

		c->wanted[i] = is_wanted(c, i, last_roster) && !(t == UND_TYPE_SEALED && words);
		words |= t == UND_TYPE_WORDS;
	}
}

/* Whether a line that is not kept is a `keys` line that belongs in. */
static enum und_err is_ring_keys(bool *yes, struct und_bytes line, struct und_bytes label)
{
	static const char start[] = "{\"body\":\"";
	struct und_record r;
	enum und_err e;

	*yes = false;
	if (line.n < sizeof start || memcmp(line.p, start, sizeof start - 1) != 0)
		return UND_OK;
	if ((e = und_record_decode(&r, line, NULL)) != UND_OK)
		return e;
	*yes = r.type == UND_TYPE_KEYS && (und_bytes_is(label, "*") || und_bytes_equal_var(r.u.keys.body, label));
	und_record_clear(&r);
	return UND_OK;
}

static enum und_err write_chosen(struct und_buf *out, struct und_bytes file, const struct choice *c, size_t last_roster, struct und_bytes label)
{
	size_t next = 0; /* the kept record that comes next */
	uint64_t number = 1;
	bool wanted, keys_end = false;
	enum und_err e;

	for (const uint8_t *p = file.p, *end = file.p + file.n, *lf; p < end; p = lf + 1, number++) {
		struct und_bytes line;

		lf = memchr(p, '\n', (size_t)(end - p));
		und_bug_if(lf == NULL); /* a valid letter ends with LF */
		line = und_bytes(p, (size_t)(lf - p));
		if (next < c->count && c->kept[next].line == number) {
			keys_end |= c->kept[next].record->type == UND_TYPE_ROSTER && next > last_roster;
			wanted = c->wanted[next++];
		} else if (keys_end) {
			wanted = false; /* keys of waves that stay out, and what nobody asked for */
		} else if ((e = is_ring_keys(&wanted, line, label)) != UND_OK) {
			return e;
		}
		if (wanted) {
			und_buf_add_bytes(out, line);
			und_buf_add_u8(out, '\n');
		}
	}
	return out->err;
}

enum und_err und_bundle(struct und_buf *out, struct und_bytes file, const uint8_t *roster, struct und_bytes label,
                        const struct und_letter_options *options, struct und_diag *diag)
{
	struct choice c = { 0 };
	size_t last_roster, start = out->n;
	const struct und_ring *ring;
	struct und_letter *l;
	enum und_err e;

	und_bug_if(options->mode != UND_LETTER_FILE);
	if ((e = und_letter_read(&l, file, options, diag)) != UND_OK)
		return e;
	if (roster == NULL)
		roster = l->letter->u.letter.roster;
	if ((e = und_letter_ring(&ring, l, roster, label)) != UND_OK)
		goto out;
	c.count = und_letter_kept(&c.kept, l);
	e = UND_ERR_ROSTER_UNKNOWN;
	for (last_roster = 0; last_roster < c.count; last_roster++)
		if (c.kept[last_roster].record->type == UND_TYPE_ROSTER &&
		    memcmp(c.kept[last_roster].record->id, roster, UND_ID_SIZE) == 0)
			break;
	if (last_roster == c.count)
		goto out;
	e = UND_ERR_MEMORY;
	c.l = l;
	c.wanted = und_alloc(c.count, sizeof *c.wanted);
	c.needed = und_statements_needed(l);
	c.speaks = und_alloc(l->party_ids.n, sizeof *c.speaks);
	if (c.wanted == NULL || c.needed == NULL || c.speaks == NULL)
		goto out;
	choose(&c, last_roster);
	e = write_chosen(out, file, &c, last_roster, label);
out:
	if (e != UND_OK && out->err == UND_OK)
		out->n = start;
	free(c.wanted);
	free(c.needed);
	free(c.speaks);
	und_letter_free(l);
	return e;
}
