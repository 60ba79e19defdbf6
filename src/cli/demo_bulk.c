/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* demo_bulk.c: thousands of keys and hundreds of signatures, made by the functions that `key new`, `key enrol` and `sign` call */
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

#include "cli/demo.h"
#include "cli/member_key.h"
#include "letter/act.h"

/* Many jobs of one kind. */
struct work {
	struct demo *d;
	int (*one)(struct demo *d, size_t i); /* -1, or an exit code (told) */
	uint64_t (*cost)(const struct demo_plan *p, size_t i);
	atomic_int code;
	_Atomic uint64_t done;
};

char *demo_key_path(const struct demo *d, size_t member)
{
	const struct demo_member *m = &d->plan.members[member];

	return demo_path(d->dir, "keys/%s-%04u.key", m->body->id, m->number);
}

/* The first thread, which has the signals, moves the bar while it works. */
static void job(void *arg, size_t i)
{
	struct work *w = arg;
	uint64_t done;
	int code;

	if (atomic_load(&w->code) != -1)
		return;
	code = cli_interrupted() ? CLI_INTERRUPTED : w->one(w->d, i);
	if (code != -1)
		atomic_store(&w->code, code);
	done = w->cost(&w->d->plan, i);
	done += atomic_fetch_add(&w->done, done);
	if (gettid() == getpid())
		cli_bar_set(&w->d->stage.bar, w->d->stage.done + done);
}

static int run_all(struct demo *d, size_t count, int (*one)(struct demo *d, size_t i), uint64_t (*cost)(const struct demo_plan *p, size_t i))
{
	struct work w = { .d = d, .one = one, .cost = cost };

	atomic_init(&w.code, -1);
	atomic_init(&w.done, 0);
	und_run(cli_runner(0), job, &w, count);
	demo_advance(&d->stage, atomic_load(&w.done));
	return atomic_load(&w.code);
}

static int fail(enum und_err e)
{
	return cli_fail(cli_exit_of(e), cli_advice(e), "%s.", und_err_text(e));
}

/* ---- key new, key enrol ---- */

static int write_key(const struct demo *d, size_t i, const struct und_key_plain *plain)
{
	static const struct cli_secret_options none = { .no_passphrase = true };
	char *path = demo_key_path(d, i);
	struct cli_lock lock;
	int code;

	if (path == NULL)
		return CLI_TRIED;
	code = cli_lock_new(&lock, path, &none);
	if (code == -1)
		code = cli_key_write_unsynced(path, plain, &lock);
	cli_lock_clear(&lock);
	free(path);
	return code;
}

static int enrol_one(struct demo *d, size_t i)
{
	struct und_buf *line = &d->requests[i];
	struct und_key_plain plain;
	size_t editions = 1;
	enum und_err e;
	int code;

	if (line->n != 0)
		return -1;
	code = cli_member_key_make(&plain, DEMO_SERIES, 1, NULL);
	if (code == -1)
		code = write_key(d, i, &plain);
	if (code == -1) {
		e = cli_enrolment(line, &plain, und_cstr(d->plan.members[i].body->id), &editions);
		code = e == UND_OK ? -1 : fail(e);
	}
	und_key_plain_wipe(&plain);
	return code;
}

static uint64_t enrol_cost(const struct demo_plan *p, size_t i)
{
	(void)p;
	(void)i;
	return DEMO_KEY_COST;
}

int demo_enrol_all(struct demo *d)
{
	return run_all(d, d->plan.member_count, enrol_one, enrol_cost);
}

/* ---- sign ---- */

static struct und_bytes ring_of(const struct demo *d, const struct demo_signer *s)
{
	return und_cstr(s->in_all ? "*" : d->plan.members[s->member].body->id);
}

static enum und_err sign_with(struct und_buf *line, struct und_letter *l, const struct und_scalar *x, const uint8_t key[UND_POINT_SIZE], struct und_bytes ring)
{
	const struct und_member m = { x, NULL };
	const uint8_t *roster;
	struct und_bytes body;
	enum und_err e = und_letter_find_key(&roster, &body, l, key);

	if (e != UND_OK)
		return e;
	return und_act_sign(line, l, &m, roster, ring, cli_random(), NULL);
}

static int sign_one(struct demo *d, size_t i)
{
	const struct demo_signer *s = &d->plan.list[i];
	struct und_key_plain plain = { 0 };
	uint8_t key[UND_POINT_SIZE];
	struct und_scalar x = { { 0 } };
	enum und_err e;
	char *path;
	int code;

	if (d->records[i].n != 0)
		return -1;
	if ((path = demo_key_path(d, s->member)) == NULL)
		return CLI_TRIED;
	code = cli_key_open(&plain, path, UND_KEY_CHAIN, NULL);
	if (code == -1)
		code = cli_key_secret(&x, key, &plain);
	if (code == -1 && (e = sign_with(&d->records[i], d->open.l, &x, key, ring_of(d, s))) != UND_OK)
		code = cli_fail_at(path, e, NULL);
	und_scalar_wipe(&x);
	und_key_plain_wipe(&plain);
	free(path);
	return code;
}

static uint64_t ring_size(const struct demo_plan *p, size_t i)
{
	const struct demo_signer *s = &p->list[i];

	return s->in_all ? p->member_count : p->members[s->member].body->keys;
}

uint64_t demo_sign_cost(const struct demo_plan *p)
{
	uint64_t cost = 0;

	for (size_t i = 0; i <= p->signers; i++)
		cost += ring_size(p, i);
	return cost;
}

/* A ring is put together when it is first asked for: here, so that afterwards every thread only reads the letter. */
static enum und_err prepare_rings(const struct demo *d)
{
	const struct und_ring *ring;
	enum und_err e = und_letter_ring(&ring, d->open.l, d->open.state.roster, und_cstr("*"));

	for (size_t i = 0; i < d->plan.body_count && e == UND_OK; i++)
		e = und_letter_ring(&ring, d->open.l, d->open.state.roster, und_cstr(d->plan.bodies[i].id));
	return e;
}

int demo_sign_all(struct demo *d)
{
	enum und_err e = prepare_rings(d);

	return e == UND_OK ? run_all(d, d->plan.signers + 1, sign_one, ring_size) : fail(e);
}
