/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* serve_queue.c: what may wait to be judged: so much, but a letter that is flooded keeps no other shut. Signatures of authorities are taken as good (--wrap) */
#include <ftw.h>
#include <semaphore.h>
#include <sodium.h>
#include <unistd.h>

#include "serve/parts.h"
#include "tap.h"

enum und_err __wrap_und_record_check_signatures(const struct und_record *r, struct und_diag *diag);
enum und_err __wrap_und_record_check_signatures(const struct und_record *r, struct und_diag *diag)
{
	(void)r, (void)diag;
	return UND_OK;
}
und_day __wrap_und_os_today(void);
und_day __wrap_und_os_today(void)
{
	und_day day = UND_DAY_NONE;

	OK(und_date_decode(&day, und_cstr("2027-01-15")));
	return day;
}

static int forget(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st, (void)type, (void)ftw;
	return remove(path);
}

/* ---- answers ---- */

struct waiting {
	sem_t answered;
	unsigned status;
};

static void note(void *ctx, struct und_serve_result *result)
{
	struct waiting *w = ctx;

	w->status = result->status;
	sem_post(&w->answered);
}

static void start(struct waiting *w)
{
	w->status = 0;
	sem_init(&w->answered, 0, 0);
}

static unsigned end(struct waiting *w)
{
	while (sem_wait(&w->answered) != 0)
		;
	sem_destroy(&w->answered);
	return w->status;
}

/* ---- a server with two letters: seeds of the fuzz target ---- */

static const char *const organisers[] = { "joouO10y_WpyNuw8sw6nzTr_OZ2ZjiOks8Mzlg8QJB4", "RNcfmc7z_kMEamyzjl2Ef0JxfEsk4nT7a7KO3yPXMTc" };

static unsigned create(struct und_serve *s, const char *slug, const char *file)
{
	struct waiting w;
	struct und_buf text;
	char path[4096];
	unsigned status;

	start(&w);
	und_buf_init(&text, 1 << 20);
	snprintf(path, sizeof path, "%s/%s", UND_SEEDS, file);
	OK(und_file_read(&text, path, 1 << 20));
	und_serve_create(s, und_cstr(slug), und_bytes(text.p + 1, text.n - 1), note, &w); /* the first byte is the fuzzer's */
	status = end(&w);
	und_buf_clear(&text);
	return status;
}

static sem_t gate, held;

static void hold(void *arg)
{
	(void)arg;
	sem_post(&held);
	while (sem_wait(&gate) != 0)
		;
}

TEST(a_flooded_letter_keeps_no_other_shut)
{
	static const char sixteen[] = "x\nx\nx\nx\nx\nx\nx\nx\nx\nx\nx\nx\nx\nx\nx\nx\n";
	char folder[] = "/tmp/undersigned-queue-XXXXXX", store[64], listen[64];
	struct und_serve_options o = { .listen = listen, .store = store, .address = "https://x", .queue_max = 2, .threads = 1, .random = und_os_random() };
	struct waiting flood[8], other;
	struct und_serve *s;
	size_t waits = 0;

	CHECK(sodium_init() >= 0);
	REQUIRE(mkdtemp(folder) != NULL);
	snprintf(store, sizeof store, "%s/store", folder);
	snprintf(listen, sizeof listen, "unix:%s/at", folder);
	for (; o.organiser_count < UND_COUNT_OF(organisers); o.organiser_count++)
		OK(und_base64_decode(o.organisers[o.organiser_count], UND_ED25519_KEY_SIZE, und_cstr(organisers[o.organiser_count])));
	OK(und_serve_open(&s, &o, NULL));
	EQ(create(s, "made", "create"), 201);
	EQ(create(s, "our", "create-our"), 201);

	sem_init(&gate, 0, 0);
	sem_init(&held, 0, 0);
	OK(und_work_add(s->judges, hold, NULL));
	while (sem_wait(&held) != 0)
		;
	for (size_t i = 0; i < UND_COUNT_OF(flood); i++) { /* refused at once, or not before the judge is let go */
		start(&flood[i]);
		und_serve_submit(s, und_cstr("made"), und_cstr(sixteen), note, &flood[i]);
		waits += flood[i].status == 0;
	}
	EQ(waits, 4);
	start(&other);
	und_serve_submit(s, und_cstr("our"), und_cstr("x\n"), note, &other);
	EQ(other.status, 0);
	sem_post(&gate);
	EQ(end(&other), 422);
	for (size_t i = 0; i < UND_COUNT_OF(flood); i++)
		EQ(end(&flood[i]), i < 4 ? 422 : 503);
	und_serve_close(s);
	sem_destroy(&gate);
	sem_destroy(&held);
	CHECK(nftw(folder, forget, 16, FTW_DEPTH | FTW_PHYS) == 0);
}

TEST(what_comes_again_and_again_does_not_make_a_ring_full)
{
	struct serve_room rooms[] = { { .label = "*", .keys = 4 }, { .label = "a", .keys = 4 } };
	struct serve_rooms r = { .rooms = rooms, .count = 2, .max_share = 50, .max_share_all = 100 };

	pthread_mutex_init(&r.lock, NULL);
	OK(serve_room_enter(&r, 1, 0, 0));
	OK(serve_room_enter(&r, 1, 0, 0));
	IS(UND_ERR_STOPPED, serve_room_enter(&r, 1, 0, 0)); /* two are coming: perhaps they are there already */
	IS(UND_ERR_RING_ABOVE_SHARE, serve_room_enter(&r, 1, 2, 2)); /* two of its own: it will never fit */
	CHECK(!serve_room_is_full(&r, 1));
	serve_room_left(&r, 1, false);
	OK(serve_room_enter(&r, 1, 0, 0));
	serve_room_left(&r, 1, true);
	serve_room_left(&r, 1, true);
	IS(UND_ERR_RING_ABOVE_SHARE, serve_room_enter(&r, 1, 0, 0));
	CHECK(serve_room_is_full(&r, 1));
	r.recount = true; /* somebody withdrew: nobody hears that it is full before that is known */
	IS(UND_ERR_STOPPED, serve_room_enter(&r, 1, 0, 0));
	CHECK(!serve_room_is_full(&r, 1));
	r.recount = false;
	r.counting = true;
	IS(UND_ERR_STOPPED, serve_room_enter(&r, 1, 0, 0));
	CHECK(!serve_room_is_full(&r, 1));
	IS(UND_ERR_RING_ABOVE_SHARE, serve_room_enter(&r, SERVE_NO_ROOM, 0, 0));
	CHECK(serve_room_is_full(&r, SERVE_NO_ROOM));
	pthread_mutex_destroy(&r.lock);
}

TEST(who_is_released_before_the_answer_is_counted_once)
{
	struct und_letter_record record = { .rules = { .max_share = 50, .max_share_all = 100, .release = 1 } };
	const uint8_t roster[UND_ID_SIZE] = { 0 };
	struct und_state_ring rings[] = { { .roster = roster, .id = und_cstr("*"), .keys = 10 }, { .roster = roster, .id = und_cstr("a"), .keys = 10 } };
	struct und_state state = { .record = &record, .rings = rings, .ring_count = 2 };
	struct serve_rooms r = { .rooms = NULL };

	pthread_mutex_init(&r.lock, NULL);
	OK(serve_rooms_set(&r, &state));
	for (int i = 0; i < 3; i++)
		OK(serve_room_enter(&r, 1, 0, 0));
	rings[1].made = 3;
	OK(serve_rooms_set(&r, &state)); /* in the letter, and not yet back from the store */
	for (int i = 0; i < 3; i++)
		serve_room_left(&r, 1, true);
	for (int i = 0; i < 2; i++)
		OK(serve_room_enter(&r, 1, 0, 0));
	for (int i = 0; i < 2; i++)
		serve_room_left(&r, 1, true);
	IS(UND_ERR_RING_ABOVE_SHARE, serve_room_enter(&r, 1, 0, 0));
	free(r.rooms);
	pthread_mutex_destroy(&r.lock);
}

TEST(a_count_of_the_store_counts_nobody_twice)
{
	const struct {
		int64_t noted, waits;
		uint64_t fresh, coming, counted;
	} cases[] = {
		{ 3, 3, 3, 0, 3 },  /* all of them came while it counted */
		{ 3, 3, 3, 0, 1 },  /* … two of them behind its back */
		{ 5, 5, 0, 2, 7 },  /* two are in the store and not back */
		{ -2, -2, 0, 2, 0 }, /* … and in the letter already */
		{ 5, 6, 0, 1, 7 },  /* another server's */
		{ 9, 3, 1, 0, 2 },  /* some withdrew */
		{ 9, 4, 0, 0, 4 },  /* nobody came: as it was counted */
		{ 1, 4, 0, 0, 4 },
	};

	for (size_t i = 0; i < UND_COUNT_OF(cases); i++) {
		const struct serve_room room = { .waiting = cases[i].noted, .fresh = cases[i].fresh, .coming = cases[i].coming };

		EQ(serve_room_waiting(&room, cases[i].counted), cases[i].waits);
	}
}
