/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* store.c: every allocation made to fail, ours and SQLite's, while a store is opened, written, read and closed: refused or done, never half, and the next call works */
#include <sqlite3.h>

#include "alloc.h"
#include "../store/fixture.h"

/* ---- SQLite's memory comes through here too ---- */

enum { HEAD = 16 };

static void *memory_get(int n)
{
	uint8_t *p = __wrap_malloc((size_t)n + HEAD);

	if (p == NULL)
		return NULL;
	memcpy(p, &n, sizeof n);
	return p + HEAD;
}
static void memory_free(void *p)
{
	if (p != NULL)
		__wrap_free((uint8_t *)p - HEAD);
}
static int memory_size(void *p)
{
	int n = 0;

	if (p != NULL)
		memcpy(&n, (uint8_t *)p - HEAD, sizeof n);
	return n;
}
static void *memory_resize(void *p, int n)
{
	uint8_t *q = __wrap_realloc((uint8_t *)p - HEAD, (size_t)n + HEAD);

	if (q == NULL)
		return NULL;
	memcpy(q, &n, sizeof n);
	return q + HEAD;
}
static int memory_round(int n)
{
	return (n + 7) & ~7;
}
static int memory_init(void *ctx)
{
	(void)ctx;
	return SQLITE_OK;
}
static void memory_shutdown(void *ctx)
{
	(void)ctx;
}

__attribute__((constructor)) static void memory_install(void)
{
	static const sqlite3_mem_methods methods = { memory_get, memory_free, memory_resize, memory_size, memory_round, memory_init, memory_shutdown, NULL };

	if (sqlite3_config(SQLITE_CONFIG_MALLOC, &methods) != SQLITE_OK || sqlite3_initialize() != SQLITE_OK)
		abort();
}

/* ---- a store in the sweep ---- */

static enum und_err open_store(struct und_store **out)
{
	struct und_store_options options = fixture_options();

	*out = NULL;
	return und_store_open_sqlite(out, fixture_folder, &options);
}

/* Memory may be out for one call; some of SQLite's allocations are only for speed. */
#define DONE_OR_REFUSED(e)                                                                                             \
	do {                                                                                                           \
		enum und_err e_ = (e);                                                                                 \
		tap_checks++;                                                                                          \
		if (e_ != UND_OK && !(e_ == UND_ERR_MEMORY && ALLOC_FAILED))                                           \
			tap_fail("%s: %s", #e, und_err_name(e_));                                                      \
	} while (0)

TEST(a_store_opens_or_says_that_memory_is_out)
{
	struct und_store *s;
	enum und_err e;

	fixture_begin();
	ALLOC_SWEEP() {
		e = open_store(&s);
		DONE_OR_REFUSED(e);
		und_store_close(s);
		ALLOC_PAUSED(OK(open_store(&s)); und_store_close(s));
	}
	ALLOC_PAUSED(fixture_end());
}

static uint32_t number; /* of the run: each has acts of its own */

static void use(struct und_store *s)
{
	struct und_act acts[2] = { act_of(UND_STORE_SIGNATURE, 2 * number, "s"), act_of(UND_STORE_SIGNATURE, 2 * number + 1, "s") };
	struct und_card cards[2] = { card_of(UND_CARD_ADD, number, "docks", 0, NULL), card_of(UND_CARD_ENROL, number, NULL, number, "e") };
	struct und_enrolled list = { .count = 0 };
	struct und_waiting w = { .count = 0 };
	uint64_t generation = 0;
	enum und_err e;

	DONE_OR_REFUSED(submit_acts(s, letter_a, acts, 2));
	DONE_OR_REFUSED(enrol_cards(s, "harbour", cards, 2));
	DONE_OR_REFUSED(und_store_enrolled(&list, s, und_cstr("harbour"), NULL, 100));
	und_enrolled_clear(&list);
	ALLOC_PAUSED(generation = generation_of(s, letter_a));
	e = und_store_waiting(&w, s, letter_a, NULL, 1000);
	DONE_OR_REFUSED(e);
	if (e == UND_OK)
		DONE_OR_REFUSED(und_store_release(s, letter_a, generation, w.acts, w.count, und_cstr("note")));
	und_waiting_clear(&w);
	DONE_OR_REFUSED(und_store_tidy(s));
}

static void read_all(struct und_store *s)
{
	struct und_store_reader *r = NULL;
	struct und_store_letter l;
	struct und_bytes note;
	struct und_buf file;
	enum und_err e;

	und_buf_init(&file, 1 << 20);
	e = und_store_reader_open(&r, s);
	DONE_OR_REFUSED(e);
	if (e != UND_OK)
		return;
	DONE_OR_REFUSED(und_store_letter(&l, r, letter_a));
	DONE_OR_REFUSED(und_store_read(r, letter_a, 0, UINT64_MAX, take_piece, &file));
	DONE_OR_REFUSED(und_store_series(&note, r, und_cstr("harbour")));
	und_store_reader_close(r);
	und_buf_clear(&file);
}

TEST(a_store_does_or_refuses_when_memory_is_out)
{
	struct und_act again;
	struct und_store *s;

	fixture_begin();
	OK(open_store(&s));
	OK(create(s, "a", letter_a, "one\n"));
	OK(und_store_series_put(s, und_cstr("harbour"), und_cstr("note")));
	und_store_close(s);
	ALLOC_SWEEP() {
		number++;
		ALLOC_PAUSED(OK(open_store(&s)));
		use(s);
		read_all(s);
		/* and now it works: what was acknowledged is there, and what was refused can be done */
		ALLOC_PAUSED(again = act_of(UND_STORE_SIGNATURE, 2 * number, "s"); OK(submit_acts(s, letter_a, &again, 1));
		             CHECK(again.outcome == UND_STORE_SAME || (ALLOC_FAILED && again.outcome == UND_STORE_NEW)));
		und_store_close(s);
	}
	ALLOC_PAUSED(fixture_end());
}
