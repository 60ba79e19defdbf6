/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* privacy.c: a copy of the folder shows no order of submission; what it shows before a release is measured; no time finer than a day */
#include <math.h>
#include <time.h>

#include "fixture.h"

enum { RUNS = 50, ACTS = 60, LINE = 1500, PLACES_MAX = 40 };

/*
 * The test looks for every place in every file of the folder where an act's tag (as bytes) or line (its beginning) stands, and asks whether the places are in the order in which the acts were
 * submitted: Spearman's rank correlation over the first place, and over the last, in each file. Tags are random, so an order by tag is none. Between independent orders of n the correlation has mean 0 and variance 1/(n - 1); over
 * RUNS runs the sum of z^2 = rho^2 (n - 1) is about chi-square with RUNS degrees of freedom.
 */
struct seen {
	char pattern[48]; /* when, of a file's name: "waiting.db" for waiting-*.db, of what */
	double sum, squares; /* of z */
	unsigned runs, hits;
};
static struct seen seen[PLACES_MAX];

static struct seen *seen_at(const char *pattern)
{
	for (size_t i = 0; i < PLACES_MAX; i++) {
		if (seen[i].pattern[0] == '\0')
			snprintf(seen[i].pattern, sizeof seen[i].pattern, "%s", pattern);
		if (strcmp(seen[i].pattern, pattern) == 0)
			return &seen[i];
	}
	abort();
}

static uint8_t tags[ACTS][32];
static char lines[ACTS][LINE];

/* ACTS acts in the order of submission, with random tags; of the size that a ring of a thousand has. */
static struct und_act act_at(size_t i)
{
	struct und_act a = { .kind = UND_STORE_SIGNATURE, .line = und_bytes(lines[i], LINE) };

	memcpy(a.tag, tags[i], sizeof a.tag);
	return a;
}

static void make_acts(void)
{
	static const char alphabet[] = "abcdefghijklmnopqrstuvwxyz234567";

	for (size_t i = 0; i < ACTS; i++) {
		tap_random_bytes(tags[i], sizeof tags[i]);
		for (size_t j = 0; j < LINE; j++)
			lines[i][j] = alphabet[tap_below(32)];
	}
}

/* ---- looking ---- */

/* The first (or last) place of the bytes in the file, or -1. */
static long place_of(const struct und_buf *file, const void *bytes, size_t n, bool last)
{
	long at = -1;

	for (size_t i = 0; i + n <= file->n; i++) {
		const uint8_t *p = memchr(file->p + i, *(const uint8_t *)bytes, file->n - n + 1 - i);

		if (p == NULL)
			break;
		i = (size_t)(p - file->p);
		if (memcmp(p, bytes, n) != 0)
			continue;
		at = (long)i;
		if (!last)
			break;
	}
	return at;
}

/* z of Spearman's correlation between the order of places and 0 … n-1. */
static double correlation(const long *places, size_t n)
{
	double sum = 0;

	for (size_t i = 0; i < n; i++) {
		size_t rank = 0;

		for (size_t j = 0; j < n; j++)
			rank += places[j] < places[i];
		sum += ((double)rank - (double)i) * ((double)rank - (double)i);
	}
	return (1 - 6 * sum / ((double)n * ((double)n * (double)n - 1))) * sqrt((double)n - 1);
}

/* How many acts were found; their z goes into the account of the name. */
static size_t look_for(const struct und_buf *file, const char *when, const char *name, bool by_line, bool last)
{
	long places[ACTS];
	char pattern[48];
	struct seen *s;
	size_t n = 0;
	double z;

	for (size_t i = 0; i < ACTS; i++) {
		places[n] = by_line ? place_of(file, lines[i], 24, last) : place_of(file, tags[i], 32, last);
		n += places[n] >= 0;
	}
	if (n < 10)
		return n;
	snprintf(pattern, sizeof pattern, "%.10s: %.20s %s %s", when, name, by_line ? "line" : "tag", last ? "last" : "first");
	s = seen_at(pattern);
	z = correlation(places, n);
	s->sum += z;
	s->squares += z * z;
	s->runs++;
	s->hits += (unsigned)n;
	return n;
}

/* "waiting-0123456789abcdef.db-wal" is waiting.db-wal. */
static void family(char out[32], const char *name)
{
	const char *dash = strchr(name, '-');

	if (dash != NULL && strncmp(name, "letters", 7) != 0 && strlen(dash) > 16)
		snprintf(out, 32, "%.*s%.14s", (int)(dash - name) & 15, name, dash + 17);
	else
		snprintf(out, 32, "%.31s", name);
}

/* All files of the folder; how many acts were found in one of them. */
static size_t look(const char *when)
{
	DIR *d = opendir(fixture_folder);
	struct dirent *entry;
	char path[512], name[32];
	size_t most = 0;

	while (d != NULL && (entry = readdir(d)) != NULL) {
		struct und_buf file;

		if (entry->d_name[0] == '.')
			continue;
		snprintf(path, sizeof path, "%s/%s", fixture_folder, entry->d_name);
		und_buf_init(&file, 1 << 28);
		OK(und_file_read(&file, path, 1 << 28));
		family(name, entry->d_name);
		for (int how = 0; how < 4 && file.n > 0; how++) {
			size_t n = look_for(&file, when, name, how / 2 != 0, how % 2 != 0);

			most = n > most ? n : most;
		}
		und_buf_clear(&file);
	}
	if (d != NULL)
		closedir(d);
	return most;
}

/* What was seen in each kind of file; the largest chi-square, in standard deviations from what chance gives, and of the mean z. */
static double account(void)
{
	double worst = 0;

	for (size_t i = 0; i < PLACES_MAX && seen[i].pattern[0] != '\0'; i++) {
		const struct seen *s = &seen[i];
		double mean = s->sum / sqrt((double)s->runs), spread = (s->squares - (double)s->runs) / sqrt(2.0 * (double)s->runs);

		printf("# %-36s %u runs of %u acts: mean %+.2f, spread %+.2f (in standard deviations)\n", s->pattern, s->runs, s->hits / s->runs, mean, spread);
		worst = fmax(worst, fmax(fabs(mean), spread));
	}
	memset(seen, 0, sizeof seen);
	return worst;
}

/* ---- runs ---- */

static struct und_store *open_store(void)
{
	struct und_store_options options = fixture_options();
	struct und_store *s = NULL;

	IS(UND_OK, und_store_open_sqlite(&s, fixture_folder, &options));
	return s;
}

static struct und_store *submitted(void)
{
	struct und_store *s;

	fixture_begin();
	make_acts();
	s = open_store();
	if (s == NULL || create(s, "a", letter_a, "one\n") != UND_OK)
		abort();
	for (size_t i = 0; i < ACTS; i++) {
		struct und_act a = act_at(i);

		OK(submit_acts(s, letter_a, &a, 1));
	}
	return s;
}

static void release(struct und_store *s, uint64_t generation, size_t step)
{
	struct und_waiting w = { .count = 0 };
	size_t n = 0;

	OK(und_store_waiting(&w, s, letter_a, NULL, UND_STORE_PAGE_MAX));
	for (size_t i = 0; i < w.count; i += step)
		w.acts[n++] = w.acts[i];
	OK(und_store_release(s, letter_a, generation, w.acts, n, und_bytes(NULL, 0)));
	und_waiting_clear(&w);
}

static const double chance = 6; /* standard deviations: by chance once in 100,000 runs of this program; a mean correlation of 0.11 is found */

TEST(an_image_after_release_shows_no_order)
{
	tap_seed((uint64_t)time(NULL));
	for (int run = 0; run < RUNS; run++) {
		struct und_store *s = submitted();

		release(s, 1, 1);
		CHECK(look("released") == ACTS); /* while it is open: with its logs */
		und_store_close(s);
		CHECK(look("closed") == ACTS);
		fixture_end();
	}
	CHECK(account() < chance);
}

TEST(an_image_after_a_part_was_released_shows_no_order_of_either_part)
{
	tap_seed((uint64_t)time(NULL) + 1);
	for (int run = 0; run < RUNS; run++) {
		struct und_store *s = submitted();

		release(s, 1, 2);
		CHECK(look("half") >= ACTS / 2);
		release(s, 2, 2);
		und_store_close(s);
		s = open_store();
		CHECK(look("more") >= ACTS / 2);
		und_store_close(s);
		fixture_end();
	}
	CHECK(account() < chance);
}

TEST(an_image_of_what_waits_shows_no_order_once_it_was_quiet)
{
	tap_seed((uint64_t)time(NULL) + 2);
	for (int run = 0; run < RUNS; run++) {
		struct und_store *s = submitted();

		OK(und_store_tidy(s));
		CHECK(look("quiet") == ACTS);
		und_store_close(s);
		fixture_end();
	}
	CHECK(account() < chance);
}

/* The test can say no; and how much remains is said in store.h: what came since the file was last laid out shows its order in the log. */
TEST(an_image_before_that_does_show_it)
{
	tap_seed((uint64_t)time(NULL) + 3);
	for (int run = 0; run < RUNS; run++) {
		struct und_store *s = submitted();

		CHECK(look("waiting") == ACTS);
		und_store_close(s);
		fixture_end();
	}
	CHECK(account() > 20);
}

/* Withdrawn before release: nothing of it is left. */
TEST(an_image_shows_nothing_of_what_was_withdrawn)
{
	struct und_store *s;

	tap_seed((uint64_t)time(NULL) + 4);
	s = submitted();
	for (size_t i = 0; i < ACTS; i++) {
		struct und_act a = act_at(i);

		a.kind = UND_STORE_WITHDRAWAL;
		OK(submit_acts(s, letter_a, &a, 1));
		EQ(a.outcome, UND_STORE_REMOVED);
	}
	OK(und_store_tidy(s));
	EQ(look("withdrawn"), 0);
	und_store_close(s);
	EQ(look("withdrawn"), 0);
	(void)account();
	fixture_end();
}

/* ---- enrolments ---- */

TEST(an_image_shows_no_order_of_enrolments_once_it_was_quiet)
{
	tap_seed((uint64_t)time(NULL) + 5);
	for (int run = 0; run < RUNS; run++) {
		struct und_card cards[ACTS];
		struct und_store *s;

		fixture_begin();
		make_acts();
		s = open_store();
		OK(und_store_series_put(s, und_cstr("harbour"), und_cstr("")));
		for (size_t i = 0; i < ACTS; i++) {
			cards[i] = card_of(UND_CARD_ADD, (uint32_t)tap_random(), "docks", 0, NULL);
			tap_random_bytes(cards[i].code, sizeof cards[i].code);
		}
		OK(enrol_cards(s, "harbour", cards, ACTS));
		for (size_t i = 0; i < ACTS; i++) {
			cards[i].act = UND_CARD_ENROL;
			memcpy(cards[i].key, tags[i], sizeof cards[i].key);
			cards[i].line = und_bytes(lines[i], LINE);
			OK(enrol_cards(s, "harbour", &cards[i], 1));
			memcpy(tags[i], i % 2 == 0 ? cards[i].key : cards[i].code, 32); /* look for keys and codes */
		}
		OK(und_store_tidy(s));
		CHECK(look("quiet") == ACTS);
		und_store_close(s);
		fixture_end();
	}
	CHECK(account() < chance);
}

/* ---- times ---- */

TEST(an_image_shows_no_time_finer_than_a_day)
{
	struct und_store *s;
	struct dirent *entry;
	unsigned files = 0;
	DIR *d;

	tap_seed(6);
	s = submitted();
	OK(und_store_tidy(s));
	release(s, 1, 2);
	und_store_close(s);
	d = opendir(fixture_folder);
	REQUIRE(d != NULL);
	while ((entry = readdir(d)) != NULL) {
		struct stat st;

		if (strcmp(entry->d_name, "..") == 0)
			continue;
		OK(fstatat(dirfd(d), entry->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 ? UND_OK : UND_ERR_IO);
		EQ(st.st_mtim.tv_sec % 86400, 0);
		EQ(st.st_mtim.tv_nsec, 0);
		files++;
	}
	closedir(d);
	CHECK(files >= 4);
	fixture_end();
}
