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
	size_t first;
	int (*one)(struct demo *d, size_t i); /* -1, or an exit code (told) */
	uint64_t (*cost)(const struct demo_plan *p, size_t i);
	atomic_int code;
	_Atomic uint64_t done;
};

char *demo_key_path(const struct demo *d, size_t member)
{
	const struct demo_member *m = &d->plan.members[member];

	return demo_path("keys", "%s-%04u.key", m->body->id, m->number);
}

/* The first thread, which has the signals, moves the bar while it works. */
static void job(void *arg, size_t i)
{
	struct work *w = arg;
	uint64_t done;
	int code;

	if (atomic_load(&w->code) != -1)
		return;
	code = cli_interrupted() ? CLI_INTERRUPTED : w->one(w->d, w->first + i);
	if (code != -1)
		atomic_store(&w->code, code);
	done = w->cost(&w->d->plan, w->first + i);
	done += atomic_fetch_add(&w->done, done);
	if (gettid() == getpid())
		cli_bar_set(&w->d->stage.bar, w->d->stage.done + done);
}

static int run_all(struct demo *d, size_t first, size_t count, int (*one)(struct demo *d, size_t i), uint64_t (*cost)(const struct demo_plan *p, size_t i))
{
	struct work w = { .d = d, .first = first, .one = one, .cost = cost };

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
	return run_all(d, 0, d->plan.member_count, enrol_one, enrol_cost);
}

/* ---- sign ---- */

static struct und_bytes ring_of(const struct demo *d, const struct demo_signer *s)
{
	return und_cstr(s->in_all ? "*" : d->plan.members[s->member].body->id);
}

size_t demo_turn(const struct demo_plan *p, size_t i)
{
	return (p->in_all + i) % p->made;
}

/* Opens the key of the i-th of the list, has its line made, and forgets the key. */
static int act_one(struct demo *d, size_t i, struct und_buf *line, enum und_err (*act)(struct und_buf *line, struct demo *d, size_t i, const struct und_scalar *x, const uint8_t *key))
{
	struct und_key_plain plain = { 0 };
	uint8_t key[UND_POINT_SIZE];
	struct und_scalar x = { { 0 } };
	enum und_err e;
	char *path;
	int code;

	if (line->n != 0)
		return -1;
	if ((path = demo_key_path(d, d->plan.list[i].member)) == NULL)
		return CLI_TRIED;
	code = cli_key_open(&plain, path, UND_KEY_CHAIN, NULL);
	if (code == -1)
		code = cli_key_secret(&x, key, &plain);
	if (code == -1 && (e = act(line, d, i, &x, key)) != UND_OK)
		code = cli_fail_at(path, e, NULL);
	und_scalar_wipe(&x);
	und_key_plain_wipe(&plain);
	free(path);
	return code;
}

static enum und_err sign_with(struct und_buf *line, struct demo *d, size_t i, const struct und_scalar *x, const uint8_t *key)
{
	const struct und_member m = { x, NULL };
	const uint8_t *roster;
	struct und_bytes body;
	enum und_err e = und_letter_find_key(&roster, &body, d->open.l, key);

	if (e != UND_OK)
		return e;
	return und_act_sign(line, d->open.l, &m, roster, ring_of(d, &d->plan.list[i]), cli_random(), NULL);
}

static int sign_one(struct demo *d, size_t turn)
{
	size_t i = demo_turn(&d->plan, turn);

	return act_one(d, i, &d->records[i], sign_with);
}

static uint64_t ring_size(const struct demo_plan *p, size_t turn)
{
	const struct demo_signer *s = &p->list[demo_turn(p, turn)];

	return s->in_all ? p->member_count : p->members[s->member].body->keys;
}

uint64_t demo_sign_cost(const struct demo_plan *p)
{
	uint64_t cost = 0;

	for (size_t i = 0; i < p->made; i++)
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

int demo_sign_all(struct demo *d, size_t first, size_t count)
{
	enum und_err e = prepare_rings(d);

	return e == UND_OK ? run_all(d, first, count, sign_one, ring_size) : fail(e);
}

/* ---- vote ---- */

/* About three of four vote, and one of three of them for the first choice; of few somebody does. */
const char *demo_choice_of(size_t i)
{
	if (i < DEMO_WITHDRAW || (i * 7 + 3) % 11 > 7)
		return NULL;
	return demo_choices[(i * 5 + 1) % 13 < 4 ? 0 : 1];
}

static enum und_err vote_with(struct und_buf *line, struct demo *d, size_t i, const struct und_scalar *x, const uint8_t *key)
{
	const struct und_member m = { x, NULL };

	(void)key;
	return und_act_vote(line, d->asked.l, &m, d->question, und_cstr(demo_choice_of(i)), cli_random());
}

static int vote_one(struct demo *d, size_t i)
{
	return demo_choice_of(i) == NULL ? -1 : act_one(d, i, &d->votes[i], vote_with);
}

static uint64_t vote_cost(const struct demo_plan *p, size_t i)
{
	(void)p;
	(void)i;
	return DEMO_KEY_COST;
}

int demo_vote_all(struct demo *d)
{
	return run_all(d, 0, d->plan.made, vote_one, vote_cost);
}
