/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* postgres.c: every allocation of ours made to fail, and every call of libpq, while a store in a database is opened, written, read and closed. cluster.py lends the database */
#include <sys/socket.h>

#define ALLOC_DENSE 8 /* each run starts two sessions of a database */
#include "alloc.h"
#include "../store/fixture.h"
#include "store/pg.h"

/* ---- libpq, whose calls fail when told ---- */

enum how { NOTHING_COMES, CUT_BEFORE, CUT_AFTER, HOWS }; /* no answer, as where memory is out; the connection breaks before the server hears of it; after it did */
static const char *const how_names[HOWS] = { "no result", "cut before", "cut after" };

static struct und_pq real;
static atomic_bool calls_on;
static atomic_ulong calls, calls_hit;
static unsigned long call_nth;
static bool call_stays; /* all that follow fail too */
static enum how call_how;

static bool call_fails(void)
{
	unsigned long call;

	if (!atomic_load(&calls_on))
		return false;
	call = atomic_fetch_add(&calls, 1) + 1;
	if (call != call_nth && !(call_stays && call > call_nth))
		return false;
	atomic_store(&calls_hit, 1);
	return true;
}

static void cut(PGconn *c)
{
	(void)shutdown(PQsocket(c), SHUT_RDWR);
}

static PGconn *connect_or_fail(const char *const *names, const char *const *values, int expand)
{
	bool fails = call_fails();
	PGconn *c;

	if (fails && call_how == NOTHING_COMES)
		return NULL;
	c = real.PQconnectdbParams(names, values, expand);
	if (fails)
		cut(c);
	return c;
}

/* What is heard of a statement whose answer is lost. */
static int lost(PGconn *c, int sent)
{
	PGresult *r;

	while (sent != 0 && (r = real.PQgetResult(c)) != NULL)
		real.PQclear(r);
	cut(c);
	return real.PQsendQuery(c, "SELECT 1");
}

static int send_or_fail(PGconn *c, const char *sql)
{
	if (!call_fails())
		return real.PQsendQuery(c, sql);
	if (call_how == NOTHING_COMES)
		return 0;
	if (call_how == CUT_AFTER)
		return lost(c, real.PQsendQuery(c, sql));
	cut(c);
	return real.PQsendQuery(c, sql);
}

static int send_params_or_fail(PGconn *c, const char *sql, int n, const Oid *types, const char *const *values, const int *lengths, const int *formats, int format)
{
	if (!call_fails())
		return real.PQsendQueryParams(c, sql, n, types, values, lengths, formats, format);
	if (call_how == NOTHING_COMES)
		return 0;
	if (call_how == CUT_AFTER)
		return lost(c, real.PQsendQueryParams(c, sql, n, types, values, lengths, formats, format));
	cut(c);
	return real.PQsendQueryParams(c, sql, n, types, values, lengths, formats, format);
}

static void install(void)
{
	if (real.PQsendQuery != NULL)
		return;
	if (und_pg_load(NULL, 0) != UND_OK)
		abort();
	real = und_pq;
	und_pq.PQconnectdbParams = connect_or_fail;
	und_pq.PQsendQuery = send_or_fail;
	und_pq.PQsendQueryParams = send_params_or_fail;
}

/* ---- a store in the sweep ---- */

static const char *where(void)
{
	const char *url = getenv("UND_POSTGRES");

	if (url == NULL)
		abort();
	return url;
}

static enum und_err open_store(struct und_store **out)
{
	struct und_store_options options = fixture_options();

	*out = NULL;
	return und_store_open(out, where(), &options);
}

static void forget_all(void)
{
	struct und_pg pg = { .c = NULL };

	install();
	OK(und_pg_connect(&pg, where()));
	OK(und_pg_do(&pg, "DROP SCHEMA IF EXISTS undersigned CASCADE"));
	und_pg_close(&pg);
}

static bool anything_failed(void)
{
	return ALLOC_FAILED || atomic_load(&calls_hit) != 0;
}

/* Where memory is out, this is said; where a call of libpq fails, that or UND_ERR_IO; but what can be done again is done. */
static bool done(const char *what, enum und_err e)
{
	tap_checks++;
	if (e != UND_OK && !(anything_failed() && (e == UND_ERR_MEMORY || (e == UND_ERR_IO && !ALLOC_FAILED))))
		tap_fail("%s, call %lu%s: %s: %s", how_names[call_how], call_nth, call_stays ? " and all after it" : "", what, und_err_name(e));
	return e == UND_OK;
}
#define DONE(e) done(#e, (e))

static uint32_t number; /* of the run: each has acts of its own */

/* What was acknowledged. */
struct said {
	bool acts, cards, released;
	char note[16]; /* of the series */
};

static void use(struct said *said, struct und_store *s)
{
	struct und_act acts[2] = { act_of(UND_STORE_SIGNATURE, 2 * number, "s"), act_of(UND_STORE_SIGNATURE, 2 * number + 1, "s") };
	struct und_card cards[2] = { card_of(UND_CARD_ADD, number, "docks", 0, NULL), card_of(UND_CARD_ENROL, number, NULL, number, "e") };
	struct und_enrolled list = { .count = 0 };
	struct und_waiting w = { .count = 0 };
	char next[16];
	uint64_t generation = 0, counts[UND_STORE_KINDS];

	said->acts = DONE(submit_acts(s, letter_a, acts, 2));
	said->cards = DONE(enrol_cards(s, "harbour", cards, 2));
	snprintf(next, sizeof next, "%u", number);
	if (DONE(und_store_series_put(s, und_cstr("harbour"), und_cstr(next))))
		memcpy(said->note, next, sizeof next);
	(void)DONE(und_store_enrolled(&list, s, und_cstr("harbour"), NULL, 100));
	und_enrolled_clear(&list);
	(void)DONE(und_store_card_count(counts, s, und_cstr("harbour")));
	(void)DONE(und_store_waiting_count(counts, s, letter_a));
	ALLOC_PAUSED(bool was = atomic_exchange(&calls_on, false); generation = generation_of(s, letter_a); atomic_store(&calls_on, was));
	if (DONE(und_store_waiting(&w, s, letter_a, NULL, 1000)))
		said->released = DONE(und_store_release(s, letter_a, generation, w.acts, w.count, und_cstr("note"))) && said->acts;
	und_waiting_clear(&w);
	(void)DONE(und_store_tidy(s));
}

static void read_all(struct und_store *s)
{
	struct und_store_reader *r = NULL;
	struct und_store_letter l;
	struct und_bytes note;
	struct und_buf file;
	char id[UND_ID_TEXT_MAX + 1];
	uint64_t size;

	if (!DONE(und_store_reader_open(&r, s)))
		return;
	und_buf_init(&file, 1 << 20);
	(void)DONE(und_store_letter(&l, r, letter_a));
	(void)DONE(und_store_letter_by_slug(&l, r, und_cstr("a")));
	(void)DONE(und_store_size_at(&size, r, letter_a, 1));
	(void)DONE(und_store_read(r, letter_a, 0, UINT64_MAX, take_piece, &file));
	(void)DONE(und_store_series(&note, r, und_cstr("harbour")));
	(void)DONE(und_store_series_after(id, r, und_cstr("")));
	und_store_reader_close(r);
	und_buf_clear(&file);
}

/* All works now; what was acknowledged is there, once, and what was refused can be done. */
static void look_after(const struct said *said, struct und_store *s)
{
	struct und_act again = act_of(UND_STORE_SIGNATURE, 2 * number, "s");
	struct und_card card = card_of(UND_CARD_FIND, number, NULL, 0, NULL);
	struct und_store_reader *r = NULL;
	struct und_bytes note;

	OK(submit_acts(s, letter_a, &again, 1));
	CHECK(again.outcome == UND_STORE_SAME || (!said->acts && anything_failed() && again.outcome == UND_STORE_NEW));
	CHECK(!said->released || again.stands);
	OK(enrol_cards(s, "harbour", &card, 1));
	CHECK((card.outcome == UND_CARD_DONE && card.state == UND_CARD_USED) || (!said->cards && card.outcome == UND_CARD_UNKNOWN));
	OK(und_store_reader_open(&r, s));
	OK(und_store_series(&note, r, und_cstr("harbour")));
	if (said->note[0] != '\0')
		CHECK(und_bytes_is(note, said->note));
	und_store_reader_close(r);
}

static void make_store(void)
{
	struct und_store *s;

	forget_all();
	number = 0;
	OK(open_store(&s));
	OK(create(s, "a", letter_a, "one\n"));
	OK(und_store_series_put(s, und_cstr("harbour"), und_cstr("note")));
	und_store_close(s);
}

/* ---- memory ---- */

TEST(a_store_opens_or_says_that_memory_is_out)
{
	struct und_store *s;

	ALLOC_SWEEP() {
		ALLOC_PAUSED(forget_all());
		(void)DONE(open_store(&s));
		und_store_close(s);
		ALLOC_PAUSED(OK(open_store(&s)); und_store_close(s));
	}
}

TEST(a_store_does_or_refuses_when_memory_is_out)
{
	struct und_store *s;

	make_store();
	ALLOC_SWEEP() {
		struct said said = { .acts = false };

		number++;
		ALLOC_PAUSED(OK(open_store(&s)));
		use(&said, s);
		read_all(s);
		ALLOC_PAUSED(look_after(&said, s));
		und_store_close(s);
	}
}

/* ---- libpq ---- */

static bool is_thorough(void)
{
	return getenv("UND_ALLOC_ALL") != NULL;
}

/* run, with the n-th call failing, for n = 1, 2, 3, … (the first three in turn, then ever fewer; all of them where UND_ALLOC_ALL is set), until none does. */
static void sweep_calls(enum how how, bool stays, void (*run)(void))
{
	unsigned runs = 0;

	call_how = how;
	call_stays = stays;
	for (call_nth = 1;; call_nth += 1 + (is_thorough() ? 0 : call_nth / 3)) {
		atomic_store(&calls, 0);
		atomic_store(&calls_hit, 0);
		run();
		if (atomic_load(&calls_hit) == 0 || tap_failures > 10)
			break;
		runs++;
	}
	CHECK(runs > 5);
	printf("# %s%s: fewer than %lu calls\n", how_names[how], stays ? ", and all after it" : "", call_nth);
}

static void sweep_all(void (*run)(void))
{
	for (enum how how = 0; how < HOWS; how++) {
		sweep_calls(how, false, run);
		if (how != CUT_BEFORE || is_thorough()) /* a database that is gone from one call on: cut after does as well */
			sweep_calls(how, true, run);
	}
}

static void open_once(void)
{
	struct und_store *s = NULL;

	forget_all();
	atomic_store(&calls_on, true);
	(void)DONE(open_store(&s));
	und_store_close(s);
	atomic_store(&calls_on, false);
	OK(open_store(&s));
	und_store_close(s);
}

TEST(a_store_opens_or_says_why_not_when_libpq_fails)
{
	sweep_all(open_once);
}

static void use_once(void)
{
	struct said said = { .acts = false };
	struct und_store *s = NULL;

	number++;
	OK(open_store(&s));
	atomic_store(&calls_on, true);
	use(&said, s);
	read_all(s);
	atomic_store(&calls_on, false);
	look_after(&said, s);
	und_store_close(s);
}

TEST(a_store_does_or_refuses_when_libpq_fails)
{
	make_store();
	sweep_all(use_once);
}
