/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* book_build.c: a roll from the book: a new edition, or a wave that a letter takes */
#include "cli/book_build.h"

#include "cli/book_ledger.h"

struct building {
	struct cli_book *b;
	const struct cli_book_build *o;
	struct cli_roster_plan plan;
	struct und_book_picks picks;
};

/* ---- what a letter that is open allows ---- */

static int refuse_wave(const struct building *g, enum und_err e, struct und_bytes body, uint64_t count, const struct und_rules *rules)
{
	char have[32], want[32];
	const uint64_t least = rules->release > rules->min_ring ? rules->release : rules->min_ring;

	if (e == UND_ERR_ROSTER_FIXED)
		return cli_fail(CLI_FALSE, "Newcomers come on the next edition.", "%s: %s.", g->o->letter, und_err_text(e));
	if (e == UND_ERR_WAVE_SMALL)
		return cli_fail(CLI_FALSE, "Newcomers hide among newcomers alone. Wait for more of them, or for the next edition.", "%s new %s; the letter takes a wave of %s at least.",
				cli_number(have, count), count == 1 ? "key" : "keys", cli_number(want, least));
	return cli_fail(CLI_FALSE, "The letter has rings of bodies only, so they could not sign. Leave the body for a later wave: --without ID", "%.*s gains %s; its ring needs %s.",
			(int)body.n, (const char *)body.p, cli_number(have, count), cli_number(want, rules->min_ring));
}

static int check_letter(struct building *g)
{
	struct cli_letter letter = { 0 };
	struct und_bytes body;
	uint64_t count;
	enum und_err e;
	int code;

	if (g->o->letter == NULL)
		return -1;
	code = cli_letter_open(&letter, g->o->letter, UND_LETTER_FILE, true, 0);
	if (code != -1)
		return code;
	if (memcmp(letter.state.roster, g->plan.base.state.roster, UND_ID_SIZE) != 0) {
		code = cli_fail(CLI_FALSE, "A wave extends the newest roster of the letter: give the ROSTER file that ends with it.", "%s stands on another roster than %s.", g->o->letter,
				g->o->roster.extends);
	} else {
		e = und_book_wave_check(&body, &count, &g->picks, &letter.state.record->rules);
		code = e == UND_OK ? -1 : refuse_wave(g, e, body, count, &letter.state.record->rules);
	}
	cli_letter_close(&letter);
	return code;
}

/* ---- from the book into the plan ---- */

static enum und_err plan_bodies(struct building *g)
{
	const struct und_book *b = &g->b->book;
	struct cli_roster_plan *p = &g->plan;
	struct cli_roster_body *body;
	enum und_err e = UND_OK;

	p->bodies_path = g->b->path;
	p->bodies = und_arena_alloc(&p->arena, b->body_count, sizeof *p->bodies);
	if (p->bodies == NULL)
		return UND_ERR_MEMORY;
	for (size_t i = 0; i < b->body_count; i++)
		p->bodies[p->body_count++] = (struct cli_roster_body){ .id = b->bodies[i].id, .name = b->bodies[i].name, .headcount = b->bodies[i].headcount };
	for (size_t i = 0; i < g->picks.count && e == UND_OK; i++) {
		const struct und_book_pick *pick = &g->picks.picks[i];

		body = cli_roster_body_find(p, pick->body);
		und_bug_if(body == NULL); /* book.h: a slot's body is one of the book's */
		e = cli_roster_key_add(body, pick->key, (struct cli_place){ g->b->path, pick->number });
	}
	return e;
}

static int check_names(const struct building *g)
{
	const struct und_book *b = &g->b->book;

	for (size_t i = 0; i < b->body_count; i++) {
		const struct und_state_ring *old = cli_roster_base_body(&g->plan, b->bodies[i].id);

		if (old != NULL && !und_bytes_equal_var(old->name, b->bodies[i].name))
			return cli_fail(CLI_FALSE, NULL, "the roster that is extended calls the body %.*s \"%.*s\".", (int)old->id.n, (const char *)old->id.p, (int)old->name.n,
					(const char *)old->name.p);
	}
	return -1;
}

static void tell(const struct building *g)
{
	const struct und_book_picks *p = &g->picks;
	char n[32];

	if (p->there > 0)
		cli_note("On the roster that is extended already: %s", cli_number(n, p->there));
	if (p->missing > 0)
		cli_note("Not enrolled for edition %u: %s", (unsigned)g->plan.edition, cli_number(n, p->missing));
	if (p->left > 0)
		cli_note("Left out because they have left: %s", cli_number(n, p->left));
	if (p->held > 0)
		cli_note("Waiting, in bodies left out this time: %s", cli_number(n, p->held));
	if (g->plan.base.l != NULL && g->o->letter == NULL)
		cli_note("If a letter is open on it, build again with --letter FILE: it takes a wave only when newcomers can hide among newcomers.");
}

static int pick(struct building *g)
{
	struct und_bytes without[CLI_WITHOUT_MAX];
	enum und_err e;

	for (size_t i = 0; i < g->o->without_count; i++) {
		without[i] = und_cstr(g->o->without[i]);
		if (und_book_body(&g->b->book, without[i]) == NULL)
			return cli_fail(CLI_FALSE, cli_advice(UND_ERR_BODY_UNKNOWN), "--without %s: %s.", g->o->without[i], und_err_text(UND_ERR_BODY_UNKNOWN));
	}
	e = und_book_pick(&g->picks, &g->b->book, g->plan.edition, g->plan.base.l, without, g->o->without_count);
	return e == UND_OK ? -1 : cli_fail(cli_exit_of(e), cli_advice(e), "%s.", und_err_text(e));
}

static int save(void *ctx)
{
	return cli_book_save(ctx);
}

/* The book first: a roll that went out without the book's knowing could hold somebody twice later; a roll that the book knows and that was never written does no harm. */
static int write_both(struct building *g, const struct cli_roster_arguments *a)
{
	enum und_err e;
	int code;

	e = und_book_place(&g->b->book, &g->picks, g->plan.edition);
	if (e != UND_OK)
		return cli_fail(cli_exit_of(e), cli_advice(e), "%s.", und_err_text(e));
	if (g->o->ledger && (code = cli_book_ledger_make(&g->plan, &g->b->book)) != -1)
		return code;
	if (g->plan.edition > g->b->book.edition)
		g->b->book.edition = g->plan.edition;
	g->plan.before_writing = save;
	g->plan.before_ctx = g->b;
	return cli_roster_plan_write(&g->plan, a, NULL);
}

/* Series and name are the book's; und_arena_copy ends them with a zero byte. */
static enum und_err fill_arguments(struct cli_roster_arguments *a, struct building *g)
{
	struct und_bytes series, name;
	enum und_err e;

	*a = g->o->roster;
	if ((e = und_arena_copy(&series, &g->plan.arena, g->b->book.series)) != UND_OK || (e = und_arena_copy(&name, &g->plan.arena, g->b->book.name)) != UND_OK)
		return e;
	a->series = (const char *)series.p;
	a->name = (const char *)name.p;
	return UND_OK;
}

static int build(struct building *g, const struct cli_command *command)
{
	struct cli_roster_arguments a;
	enum und_err e;
	int code;

	e = fill_arguments(&a, g);
	if (e != UND_OK)
		return cli_fail(cli_exit_of(e), cli_advice(e), "%s.", und_err_text(e));
	if ((code = cli_roster_plan_head(&g->plan, command, &a)) != -1 || (code = check_names(g)) != -1 || (code = pick(g)) != -1)
		return code;
	tell(g);
	if (g->picks.count == 0)
		return cli_fail(CLI_FALSE, "`undersigned book report` says who enrolled.", "no new key for this roster; nothing was written.");
	if ((code = check_letter(g)) != -1)
		return code;
	e = plan_bodies(g);
	if (e != UND_OK)
		return cli_fail(cli_exit_of(e), cli_advice(e), "%s.", und_err_text(e));
	if ((code = cli_roster_plan_settle(&g->plan)) != -1)
		return code;
	return write_both(g, &a);
}

int cli_book_build(struct cli_book *b, const struct cli_command *command, const struct cli_book_build *o)
{
	struct building g = { .b = b, .o = o };
	int code;

	cli_roster_plan_init(&g.plan);
	code = build(&g, command);
	und_book_picks_clear(&g.picks);
	cli_roster_plan_clear(&g.plan);
	return code;
}
