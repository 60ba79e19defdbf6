/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* roster_plan.c: the keys of a roster in the making: sorted, each once; and its lines */
#include <stdlib.h>

#include "base/hash.h"
#include "cli/lines.h"
#include "cli/roster_plan.h"

enum und_err cli_roster_key_add(struct cli_roster_body *body, const uint8_t key[UND_POINT_SIZE], struct cli_place place)
{
	enum und_err e = und_grow(&body->keys, &body->cap, body->count + 1, sizeof *body->keys);

	if (e != UND_OK)
		return e;
	memcpy(body->keys[body->count].key, key, UND_POINT_SIZE);
	body->keys[body->count++].place = place;
	return UND_OK;
}

/* ---- settling ---- */

static int compare_keys(const void *a, const void *b)
{
	const struct cli_roster_key *x = a, *y = b;

	return memcmp(x->key, y->key, UND_POINT_SIZE);
}

/* One key twice in a body counts once; one that the base has in the same body is there already. */
static void settle_body(struct cli_roster_plan *p, struct cli_roster_body *body, struct cli_faults *faults)
{
	const uint8_t *roster;
	struct und_bytes other;
	size_t n = 0;

	if (body->count > 1)
		qsort(body->keys, body->count, sizeof *body->keys, compare_keys);
	for (size_t i = 0; i < body->count; i++) {
		const struct cli_roster_key *k = &body->keys[i];

		if (n > 0 && compare_keys(k, &body->keys[n - 1]) == 0) {
			p->doubled++;
			continue;
		}
		if (p->base.l != NULL && und_letter_find_key(&roster, &other, p->base.l, k->key) == UND_OK) {
			if (und_bytes_equal_var(other, body->id))
				p->present++;
			else
				cli_fault(faults, k->place, "this key stands in the body %.*s of the roster that is extended.", (int)other.n, (const char *)other.p);
			continue;
		}
		body->keys[n++] = *k;
	}
	body->count = n;
	p->keys += n;
}

struct whose {
	const struct cli_roster_key *key;
	const struct cli_roster_body *body;
};

static int compare_whose(const void *a, const void *b)
{
	const struct whose *x = a, *y = b;

	return compare_keys(x->key, y->key);
}

static enum und_err find_shared(const struct cli_roster_plan *p, struct cli_faults *faults)
{
	struct whose *all = und_alloc(p->keys, sizeof *all);
	size_t n = 0;

	if (all == NULL)
		return UND_ERR_MEMORY;
	for (size_t i = 0; i < p->body_count; i++)
		for (size_t j = 0; j < p->bodies[i].count; j++)
			all[n++] = (struct whose){ &p->bodies[i].keys[j], &p->bodies[i] };
	qsort(all, n, sizeof *all, compare_whose);
	for (size_t i = 1; i < n; i++) {
		const struct whose *a = &all[i - 1], *b = &all[i];

		if (compare_whose(a, b) == 0)
			cli_fault(faults, b->key->place, "this key of %.*s stands in %s, line %llu, for %.*s too.", (int)b->body->id.n, (const char *)b->body->id.p,
				  a->key->place.file, (unsigned long long)a->key->place.line, (int)a->body->id.n, (const char *)a->body->id.p);
	}
	free(all);
	return UND_OK;
}

int cli_roster_plan_settle(struct cli_roster_plan *p)
{
	struct cli_faults faults = { 0 };
	enum und_err e;
	uint64_t before = p->base.l == NULL ? 0 : p->base.state.keys;

	for (size_t i = 0; i < p->body_count; i++)
		settle_body(p, &p->bodies[i], &faults);
	e = find_shared(p, &faults);
	if (e != UND_OK)
		return cli_fail(cli_exit_of(e), cli_advice(e), "%s.", und_err_text(e));
	if (p->keys + before > UND_KEYS_MAX)
		return cli_fail(CLI_FALSE, NULL, "%s.", und_err_text(UND_ERR_KEYS_TOO_MANY));
	if (p->keys + before == 0)
		return cli_fail(CLI_FALSE, NULL, "no key at all for this roster; nothing was written.");
	return cli_faults_end(&faults);
}

/* ---- the lines ---- */

/* The keys line of a body, appended to lines, and its id. */
static enum und_err add_keys(struct und_buf *lines, struct und_ref *id, const struct cli_roster_body *body)
{
	uint8_t *joined = und_alloc(body->count, UND_POINT_SIZE);
	struct und_record r;
	enum und_err e;

	if (joined == NULL)
		return UND_ERR_MEMORY;
	for (size_t i = 0; i < body->count; i++)
		memcpy(joined + i * UND_POINT_SIZE, body->keys[i].key, UND_POINT_SIZE);
	und_record_init(&r);
	r.type = UND_TYPE_KEYS;
	r.v = 1;
	r.u.keys = (struct und_keys){ body->id, und_bytes(joined, body->count * UND_POINT_SIZE), body->count };
	e = und_record_set_id(&r);
	if (e == UND_OK)
		e = cli_add_line(lines, &r);
	if (e == UND_OK) {
		id->set = true;
		memcpy(id->id, r.id, sizeof id->id);
	}
	und_record_clear(&r);
	free(joined);
	return e;
}

static enum und_err list_bodies(struct und_roster *r, struct und_buf *lines, const struct cli_roster_plan *p)
{
	enum und_err e;

	for (size_t i = 0; i < p->body_count; i++) {
		const struct cli_roster_body *b = &p->bodies[i];
		struct und_roster_body *to = &r->bodies[r->body_count];

		if (b->count == 0 && cli_roster_base_body(p, b->id) != NULL)
			continue;
		*to = (struct und_roster_body){ .id = b->id, .name = b->name, .headcount = b->headcount, .count = b->count };
		if (b->count > 0 && (e = add_keys(lines, &to->keys, b)) != UND_OK)
			return e;
		r->body_count++;
	}
	return UND_OK;
}

static void fill_extends(struct und_ref *out, const struct cli_roster_plan *p)
{
	if (p->base.l == NULL)
		return;
	out->set = true;
	memcpy(out->id, p->base.state.roster, sizeof out->id);
}

/* The new roster's line and its keys lines, appended; r is filled, for und_record_clear. */
static enum und_err add_lines(struct und_buf *out, struct und_record *r, const struct cli_roster_plan *p, const uint8_t *seed)
{
	struct und_roster *roster = &r->u.roster;
	struct und_buf lines;
	enum und_err e;

	und_buf_init(&lines, out->max);
	r->type = UND_TYPE_ROSTER;
	r->v = 1;
	*roster = (struct und_roster){ .series = p->series, .name = p->name, .edition = p->edition, .from = p->from, .until = p->until, .source = p->source, .ledger = p->ledger };
	fill_extends(&roster->extends, p);
	roster->bodies = und_arena_alloc(&r->arena, p->body_count, sizeof *roster->bodies);
	e = roster->bodies == NULL ? UND_ERR_MEMORY : list_bodies(roster, &lines, p);
	if (e == UND_OK && roster->body_count == 0)
		e = UND_ERR_BODY_GAINS_NOTHING;
	if (e == UND_OK)
		e = und_record_set_id(r);
	if (e == UND_OK && seed != NULL)
		e = und_record_sign(r, seed);
	if (e == UND_OK)
		e = cli_add_line(out, r);
	if (e == UND_OK) {
		und_buf_add_bytes(out, und_buf_bytes(&lines));
		e = out->err;
	}
	und_buf_clear(&lines);
	return e;
}

/* What goes out is read as others will read it. */
static enum und_err check(struct und_bytes file, struct und_diag *diag)
{
	const struct und_letter_options options = {
		.mode = UND_LETTER_ROSTER, .random = cli_random(), .runner = cli_runner(0), .unsigned_ok = true
	};
	struct und_letter *l;
	enum und_err e = und_letter_read(&l, file, &options, diag);

	if (e == UND_OK)
		und_letter_free(l);
	return e;
}

static void tell(const struct cli_roster_plan *p, const struct und_record *r, const char *out)
{
	char id[UND_SHORT_ID_SIZE], a[32], b[32];
	unsigned crowded = 0;

	und_short_id(id, r->id);
	printf("roster %s: %s %s, %s %s\n", id, cli_number(a, r->u.roster.body_count), r->u.roster.body_count == 1 ? "body" : "bodies", cli_number(b, p->keys),
	       p->keys == 1 ? "key" : "keys");
	if (p->doubled > 0)
		cli_note("Asked for again in the same body, and counted once: %s", cli_number(a, p->doubled));
	if (p->present > 0)
		cli_note("Left out because the roster that is extended has them: %s", cli_number(a, p->present));
	for (size_t i = 0; i < r->u.roster.body_count; i++) {
		const struct und_roster_body *body = &r->u.roster.bodies[i];

		if (body->headcount != 0 && body->count > body->headcount && crowded++ < 20)
			cli_note("Warning: %.*s has %s keys and %s people.", (int)body->id.n, (const char *)body->id.p, cli_number(a, body->count), cli_number(b, body->headcount));
	}
	if (r->signature_count == 0)
		cli_note("Nobody has signed it yet. Next, each registrar: undersigned cosign %s --authority FILE", out);
	else
		cli_note("It carries one signature. Next, the other registrars: undersigned cosign %s --authority FILE", out);
}

int cli_roster_plan_write(struct cli_roster_plan *p, const struct cli_roster_arguments *a, const uint8_t *seed)
{
	struct und_diag diag = { 0 };
	struct und_bytes piece;
	struct und_record r;
	struct und_buf file;
	enum und_err e;
	int code;

	und_buf_init(&file, p->base_file.max);
	und_record_init(&r);
	und_buf_add_bytes(&file, und_buf_bytes(&p->base_file));
	e = file.err;
	if (e == UND_OK)
		e = add_lines(&file, &r, p, seed);
	if (e == UND_OK)
		e = check(und_buf_bytes(&file), &diag);
	if (cli_interrupted())
		e = UND_ERR_STOPPED;
	piece = und_buf_bytes(&file);
	if (e == UND_ERR_BODY_GAINS_NOTHING)
		code = cli_fail(CLI_FALSE, NULL, "nothing new: all these keys stand in the roster that is extended.");
	else if (e == UND_ERR_STOPPED)
		code = cli_fail(CLI_INTERRUPTED, NULL, "interrupted; nothing was written.");
	else if (e != UND_OK)
		code = cli_fail_at(a->out, e, &diag);
	else if (p->before_writing == NULL || (code = p->before_writing(p->before_ctx)) == -1)
		code = cli_write_file(a->out, a->force, &piece, 1, 0644);
	if (code == -1)
		tell(p, &r, a->out);
	und_record_clear(&r);
	und_buf_clear(&file);
	return code;
}
