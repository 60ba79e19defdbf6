/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* fixture.h: a folder of its own for each test, acts and cards to put into a store, and what a store is asked again and again */
#ifndef UND_TEST_STORE_FIXTURE_H
#define UND_TEST_STORE_FIXTURE_H

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "os/os.h"
#include "store/store.h"
#include "tap.h"

/* ---- a folder ---- */

static char fixture_folder[128];

__attribute__((unused)) static void folder_empty(const char *folder)
{
	struct dirent *entry;
	char path[512];
	DIR *d = opendir(folder);

	while (d != NULL && (entry = readdir(d)) != NULL) {
		snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
		unlink(path); /* there are no folders in it */
	}
	if (d != NULL)
		closedir(d);
}

/* In TMPDIR; else in memory, where fsync costs nothing; else in /tmp. Emptied and removed by fixture_end. */
__attribute__((unused)) static void fixture_begin(void)
{
	const char *top = getenv("TMPDIR");

	if (top == NULL || strlen(top) > 60)
		top = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
	snprintf(fixture_folder, sizeof fixture_folder, "%s/undersigned-store.XXXXXX", top);
	if (mkdtemp(fixture_folder) == NULL)
		abort();
}
__attribute__((unused)) static void fixture_end(void)
{
	folder_empty(fixture_folder);
	rmdir(fixture_folder);
}

__attribute__((unused)) static struct und_store_options fixture_options(void)
{
	/* quiet never comes by itself: tests say when */
	return (struct und_store_options){ .random = und_os_random(), .quiet_ms = 1000000, .tidy_rows = 1000000 };
}

/* ---- what is put in ---- */

static const uint8_t letter_a[UND_ID_SIZE] = "letter a", letter_b[UND_ID_SIZE] = "letter b", question_q[UND_ID_SIZE] = "question", no_question[UND_ID_SIZE];

/* An act whose tag begins with this number, so that acts are in the order of numbers. The line is borrowed. */
__attribute__((unused)) static struct und_act act_of(enum und_store_kind kind, uint32_t number, const char *line)
{
	struct und_act a = { .kind = kind, .line = und_cstr(line), .outcome = 99 };

	und_store_u32be(a.tag, number);
	memset(a.tag + 4, 0x5a, sizeof a.tag - 4);
	if (kind == UND_STORE_VOTE)
		memcpy(a.question, question_q, sizeof a.question);
	return a;
}

__attribute__((unused)) static enum und_err submit_acts(struct und_store *s, const uint8_t letter[UND_ID_SIZE], struct und_act *acts, size_t n)
{
	struct und_submission sub = { .acts = acts, .count = n };

	memcpy(sub.letter, letter, UND_ID_SIZE);
	return und_store_submit_wait(s, &sub);
}

/* One act; its outcome in o, and whether it stands. */
__attribute__((unused)) static enum und_err submit_one(enum und_store_outcome *o, bool *stands, struct und_store *s, const uint8_t letter[UND_ID_SIZE], struct und_act a)
{
	enum und_err e = submit_acts(s, letter, &a, 1);

	*o = a.outcome;
	*stands = a.stands;
	return e;
}
#define SUBMITS(s, letter, act, expected, expected_stands)                                                             \
	do {                                                                                                           \
		enum und_store_outcome o_ = 99;                                                                        \
		bool stands_ = false;                                                                                  \
		OK(submit_one(&o_, &stands_, s, letter, act));                                                         \
		EQ(o_, expected);                                                                                      \
		EQ(stands_, expected_stands);                                                                          \
	} while (0)

__attribute__((unused)) static enum und_err create(struct und_store *s, const char *slug, const uint8_t letter[UND_ID_SIZE], const char *text)
{
	const struct und_store_segment seg = { .bytes = und_cstr(text), .note = und_cstr("note") };

	return und_store_create(s, und_cstr(slug), letter, &seg);
}

/* ---- what is asked ---- */

__attribute__((unused)) static enum und_err take_piece(void *ctx, struct und_bytes piece)
{
	struct und_buf *out = ctx;

	und_bug_if(piece.n == 0 || piece.n > 32768);
	und_buf_add_bytes(out, piece);
	return out->err;
}

/* Bytes of the letter's file; free with und_buf_clear. */
__attribute__((unused)) static enum und_err file_range(struct und_buf *out, struct und_store *s, const uint8_t letter[UND_ID_SIZE], uint64_t start, uint64_t n)
{
	struct und_store_reader *r = NULL;
	enum und_err e = und_store_reader_open(&r, s);

	und_buf_init(out, 1 << 30);
	if (e == UND_OK)
		e = und_store_read(r, letter, start, n, take_piece, out);
	und_store_reader_close(r);
	return e;
}
#define FILE_IS(s, letter, text)                                                                                       \
	do {                                                                                                           \
		struct und_buf b_;                                                                                     \
		OK(file_range(&b_, s, letter, 0, UINT64_MAX));                                                         \
		und_buf_add_u8(&b_, 0);                                                                                \
		STR((const char *)b_.p, text);                                                                         \
		und_buf_clear(&b_);                                                                                    \
	} while (0)

__attribute__((unused)) static uint64_t generation_of(struct und_store *s, const uint8_t letter[UND_ID_SIZE])
{
	struct und_store_letter l = { .generation = 0 };
	struct und_store_reader *r = NULL;

	if (und_store_reader_open(&r, s) != UND_OK || und_store_letter(&l, r, letter) != UND_OK)
		l.generation = 0;
	und_store_reader_close(r);
	return l.generation;
}

/* How many wait in all, or -1. */
__attribute__((unused)) static long long waiting_of(struct und_store *s, const uint8_t letter[UND_ID_SIZE])
{
	uint64_t n[UND_STORE_KINDS];

	return und_store_waiting_count(n, s, letter) == UND_OK ? (long long)(n[0] + n[1] + n[2]) : -1;
}

__attribute__((unused)) static struct und_card card_of(enum und_card_act act, uint32_t code, const char *body, uint32_t key, const char *line)
{
	struct und_card c = { .act = act, .state = 99, .outcome = 99 };

	und_store_u32be(c.code, code);
	und_store_u32be(c.key, key);
	if (body != NULL)
		snprintf(c.body, sizeof c.body, "%s", body);
	if (line != NULL)
		c.line = und_cstr(line);
	return c;
}

__attribute__((unused)) static enum und_err enrol_cards(struct und_store *s, const char *series, struct und_card *cards, size_t n)
{
	struct und_enrolling en = { .cards = cards, .count = n };

	snprintf(en.series, sizeof en.series, "%s", series);
	return und_store_enrol_wait(s, &en);
}

#endif
