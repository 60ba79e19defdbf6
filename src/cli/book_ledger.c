/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* book_ledger.c: the ledger of a roster: made when it is built, opened for an audit (spec/records.md, Outside the letter file) */
#include "cli/book_ledger.h"

#include <stdlib.h>

#include "cli/lines.h"
#include "cli/roll.h"

int cli_book_ledger_make(struct cli_roster_plan *p, const struct und_book *b)
{
	struct und_ledger l;
	struct und_buf keys;
	size_t at;
	enum und_err e;

	und_buf_init(&keys, (size_t)UND_KEYS_MAX * UND_POINT_SIZE);
	for (size_t i = 0; i < p->body_count; i++)
		for (size_t k = 0; k < p->bodies[i].count; k++)
			und_buf_add(&keys, p->bodies[i].keys[k].key, UND_POINT_SIZE);
	e = keys.err;
	if (e == UND_OK)
		e = und_ledger_make(&l, &at, b, keys.p, keys.n / UND_POINT_SIZE, p->edition);
	if (e == UND_OK) {
		p->ledger.set = true;
		und_ledger_root(p->ledger.id, &l);
		und_ledger_clear(&l);
	}
	und_buf_clear(&keys);
	return e == UND_OK ? -1 : cli_fail(cli_exit_of(e), cli_advice(e), "%s.", und_err_text(e));
}

/* ---- opening ---- */

/* What the file's newest roster says of itself, and the keys that it adds, in their order. */
struct newest {
	uint64_t edition, line;
	uint8_t id[UND_ID_SIZE];
	struct und_ref ledger;
	struct und_buf keys;
};

static enum und_err take_line(struct newest *n, struct und_bytes line, uint64_t number, struct und_diag *diag)
{
	struct und_record r;
	enum und_err e = und_record_decode(&r, line, diag);

	if (e != UND_OK)
		return e;
	if (r.type == UND_TYPE_ROSTER) {
		n->edition = r.u.roster.edition;
		n->ledger = r.u.roster.ledger;
		memcpy(n->id, r.id, sizeof n->id);
		n->line = number;
		und_buf_reset(&n->keys);
	} else if (r.type == UND_TYPE_KEYS) {
		und_buf_add_bytes(&n->keys, r.u.keys.keys);
		e = n->keys.err;
	} else {
		e = UND_ERR_TYPE;
	}
	und_record_clear(&r);
	return e;
}

static int read_newest(struct newest *n, const char *path)
{
	struct und_bytes rest, line;
	struct und_diag diag = { 0 };
	struct und_buf file;
	enum und_err e;
	int code = -1;

	und_buf_init(&file, CLI_FILE_MAX);
	e = und_file_read(&file, path, CLI_FILE_MAX);
	if (e != UND_OK)
		code = cli_fail_file(path, "read", e);
	rest = und_buf_bytes(&file);
	for (diag.line = 1; e == UND_OK && cli_next_line(&line, &rest); diag.line++)
		if ((e = take_line(n, line, diag.line, &diag)) != UND_OK)
			code = cli_fail_at(path, e, &diag);
	und_buf_clear(&file);
	if (code == -1 && !n->ledger.set)
		code = cli_fail(CLI_FALSE, "`undersigned book build --with-ledger` makes one that has.", "%s: its newest roster has no ledger.", path);
	return code;
}

static enum und_err add_leaf(struct und_buf *out, const struct und_ledger *l, size_t i, const uint8_t roster[UND_ID_SIZE], bool with_path)
{
	const struct und_ledger_leaf *leaf = &l->leaves[i];
	uint8_t path[UND_LEDGER_PATH_MAX][32];
	struct und_ledger_entry entry = { .index = i, .name = leaf->name };
	enum und_err e;

	memcpy(entry.key, leaf->key, sizeof entry.key);
	memcpy(entry.salt, leaf->salt, sizeof entry.salt);
	memcpy(entry.roster, roster, sizeof entry.roster);
	if (with_path)
		entry.path = und_bytes(path[0], 32 * und_ledger_path(path, l, i));
	if ((e = und_ledger_entry_encode(out, &entry)) != UND_OK)
		return e;
	und_buf_add_u8(out, '\n');
	return out->err;
}

static int told(enum und_err e)
{
	return e == UND_OK ? -1 : cli_fail(cli_exit_of(e), cli_advice(e), "%s.", und_err_text(e));
}

static int add_leaves(struct und_buf *out, struct und_book *b, const struct und_ledger *l, const uint8_t roster[UND_ID_SIZE], const char *const *slots,
                      size_t slot_count)
{
	bool *wanted = und_alloc(b->slot_count, sizeof *wanted);
	struct und_slot *s;
	int code = -1;

	if (wanted == NULL)
		return told(UND_ERR_MEMORY);
	for (size_t i = 0; i < slot_count && code == -1; i++)
		if ((code = cli_book_find(&s, b, "--slot", slots[i])) == -1)
			wanted[s->number - 1] = true;
	for (size_t i = 0; i < l->count && code == -1; i++)
		if (slot_count == 0 || wanted[l->leaves[i].number - 1])
			code = told(add_leaf(out, l, i, roster, slot_count > 0));
	free(wanted);
	return code;
}

int cli_book_ledger_open(struct und_buf *out, struct und_book *b, const char *roster, const char *const *slots, size_t slot_count)
{
	struct newest n = { .line = 0 };
	struct und_diag diag = { .member = "ledger" };
	struct und_ledger l;
	uint8_t root[32];
	size_t at;
	enum und_err e;
	int code;

	und_buf_init(&n.keys, (size_t)UND_KEYS_MAX * UND_POINT_SIZE);
	code = read_newest(&n, roster);
	if (code == -1) {
		diag.line = n.line;
		e = und_ledger_make(&l, &at, b, n.keys.p, n.keys.n / UND_POINT_SIZE, n.edition);
		if (e == UND_OK) {
			und_ledger_root(root, &l);
			code = memcmp(root, n.ledger.id, sizeof root) != 0 ? cli_fail_at(roster, UND_ERR_LEDGER, &diag) : add_leaves(out, b, &l, n.id, slots, slot_count);
			und_ledger_clear(&l);
		} else {
			code = cli_fail_at(roster, e, &diag);
		}
	}
	und_buf_clear(&n.keys);
	return code;
}

/* ---- a draw ---- */

/* Of one roster, what was drawn; the keys that it adds are all needed for the ledger. */
static int open_part(struct und_buf *out, const struct und_book *b, const struct cli_roll *roll, const struct cli_roll_part *part, const uint64_t *draws, size_t n)
{
	struct und_diag diag = { .line = part->line, .member = "ledger" };
	struct und_bytes body;
	struct und_ledger l;
	struct und_buf keys;
	uint8_t root[32];
	size_t at;
	enum und_err e;
	int code = -1;

	und_buf_init(&keys, (size_t)UND_KEYS_MAX * UND_POINT_SIZE);
	for (uint64_t i = 0; i < part->count; i++)
		und_buf_add(&keys, und_letter_key(&body, roll->letter.l, part->first + i), UND_POINT_SIZE);
	e = keys.err;
	if (e == UND_OK)
		e = und_ledger_make(&l, &at, b, keys.p, (size_t)part->count, part->roster->u.roster.edition);
	und_buf_clear(&keys);
	if (e != UND_OK)
		return cli_fail_at(roll->letter.path, e, &diag);
	und_ledger_root(root, &l);
	if (memcmp(root, part->roster->u.roster.ledger.id, sizeof root) != 0)
		code = cli_fail_at(roll->letter.path, UND_ERR_LEDGER, &diag);
	for (size_t i = 0; i < n && code == -1; i++)
		if (draws[i] >= part->first && draws[i] < part->first + part->count)
			code = told(add_leaf(out, &l, (size_t)(draws[i] - part->first), part->roster->id, true));
	und_ledger_clear(&l);
	return code;
}

int cli_book_ledger_draw(struct und_buf *out, const struct und_book *b, const char *path, const char *number, const char *asked)
{
	struct cli_roll roll = { 0 };
	uint64_t *draws = und_alloc(CLI_DRAW_MAX, sizeof *draws);
	size_t n = 0;
	int code = draws == NULL ? told(UND_ERR_MEMORY) : cli_roll_open(&roll, path);

	if (code == -1)
		code = cli_roll_check_ledgers(&roll);
	if (code == -1)
		code = cli_roll_draw(draws, &n, &roll, number, asked);
	for (size_t i = 0; i < roll.count && code == -1; i++)
		if (roll.parts[i].count > 0)
			code = open_part(out, b, &roll, &roll.parts[i], draws, n);
	cli_roll_close(&roll);
	free(draws);
	return code;
}
