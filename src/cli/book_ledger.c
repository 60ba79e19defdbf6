/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* book_ledger.c: the ledger of a roster: made when it is built, opened for an audit (spec/records.md, Outside the letter file) */
#include "cli/book_ledger.h"

#include <stdlib.h>

#include "base/json.h"
#include "cli/lines.h"

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

static void add_leaf(struct und_buf *out, const struct und_ledger *l, size_t i, bool with_path)
{
	const struct und_ledger_leaf *leaf = &l->leaves[i];
	uint8_t path[UND_LEDGER_PATH_MAX][32];
	struct und_json j;
	size_t n;

	und_json_init(&j, out);
	und_json_open_object(&j);
	und_json_name(&j, "index");
	und_json_number(&j, i);
	und_json_name(&j, "key");
	und_json_base64(&j, und_bytes(leaf->key, sizeof leaf->key));
	und_json_name(&j, "name");
	und_json_string(&j, leaf->name);
	if (with_path) {
		und_json_name(&j, "path");
		und_json_open_list(&j);
		n = und_ledger_path(path, l, i);
		for (size_t k = 0; k < n; k++)
			und_json_base64(&j, und_bytes(path[k], 32));
		und_json_close_list(&j);
	}
	und_json_name(&j, "salt");
	und_json_base64(&j, und_bytes(leaf->salt, sizeof leaf->salt));
	und_json_close_object(&j);
	und_buf_add_u8(out, '\n');
}

static int add_leaves(struct und_buf *out, struct und_book *b, const struct und_ledger *l, const char *const *slots, size_t slot_count)
{
	bool *wanted = und_alloc(b->slot_count, sizeof *wanted);
	struct und_slot *s;
	int code = -1;

	if (wanted == NULL)
		return cli_fail(cli_exit_of(UND_ERR_MEMORY), cli_advice(UND_ERR_MEMORY), "%s.", und_err_text(UND_ERR_MEMORY));
	for (size_t i = 0; i < slot_count && code == -1; i++)
		if ((code = cli_book_find(&s, b, "--slot", slots[i])) == -1)
			wanted[s->number - 1] = true;
	for (size_t i = 0; i < l->count && code == -1; i++)
		if (slot_count == 0 || wanted[l->leaves[i].number - 1])
			add_leaf(out, l, i, slot_count > 0);
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
			code = memcmp(root, n.ledger.id, sizeof root) != 0 ? cli_fail_at(roster, UND_ERR_LEDGER, &diag) : add_leaves(out, b, &l, slots, slot_count);
			und_ledger_clear(&l);
		} else {
			code = cli_fail_at(roster, e, &diag);
		}
	}
	und_buf_clear(&n.keys);
	return code;
}
