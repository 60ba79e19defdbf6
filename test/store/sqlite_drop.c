/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* sqlite_drop.c: of a letter that was dropped no file of the folder holds a byte, while the store is open */
#include <sqlite3.h>

#include "fixture.h"

static const char *in_folder(const char *name)
{
	static char path[512];

	snprintf(path, sizeof path, "%s/%s", fixture_folder, name);
	return path;
}

/* Whether any file of the folder holds these bytes. */
static bool folder_holds(const char *what, size_t n)
{
	DIR *d = opendir(fixture_folder);
	struct dirent *entry;
	bool found = false;

	while (d != NULL && (entry = readdir(d)) != NULL) {
		struct und_buf file;

		und_buf_init(&file, 1 << 30);
		if (entry->d_name[0] != '.' && und_file_read(&file, in_folder(entry->d_name), 1 << 30) == UND_OK && file.n != 0)
			found |= memmem(file.p, file.n, what, n) != NULL;
		und_buf_clear(&file);
	}
	if (d != NULL)
		closedir(d);
	return found;
}

/* Another program that looks into letters.db: the log must keep what it sees. */
static sqlite3 *look_in(void)
{
	sqlite3 *db = NULL;

	EQ(sqlite3_open_v2(in_folder("letters.db"), &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
	EQ(sqlite3_exec(db, "BEGIN; SELECT count(*) FROM letter", NULL, NULL, NULL), SQLITE_OK);
	return db;
}

/* While the store is open: files, and what SQLite keeps beside them. */
TEST(of_a_letter_that_was_dropped_no_file_holds_a_byte)
{
	static const char *const remains[] = { "the-slug", "letter a", "FILEFILE", "STOODSTOOD", "WAITWAIT", "TOOKTOOK", "LATERLATER" };
	const struct und_store_asked asked = { .nonce = "one", .on = 9000, .today = 9000 };
	struct und_act stood = act_of(UND_STORE_SIGNATURE, 1, "STOODSTOOD"), waits = act_of(UND_STORE_SIGNATURE, 2, "WAITWAIT"), gone = act_of(UND_STORE_SIGNATURE, 3, "TOOKTOOK");
	const struct und_store_segment later = { .bytes = und_cstr("LATERLATER\n") };
	struct und_store_options options = fixture_options();
	struct und_store *s = NULL;
	char *text = malloc(300001);
	sqlite3 *looks;
	bool stands;
	enum und_store_outcome o;

	fixture_begin();
	OK(und_store_open_sqlite(&s, fixture_folder, &options));
	for (size_t i = 0; i < 300000; i++)
		text[i] = "FILEFILE"[i % 8];
	memcpy(text + 299999, "\n", 2);
	looks = look_in();
	OK(create(s, "the-slug", letter_a, text));
	EQ(sqlite3_close(looks), SQLITE_OK);
	looks = look_in();
	OK(create(s, "other", letter_b, "BESIDE\n"));
	OK(submit_one(&o, &stands, s, letter_a, stood));
	OK(und_store_release(s, letter_a, 1, &stood, 1, und_bytes(NULL, 0)));
	OK(und_store_append(s, letter_a, 2, &later));
	OK(submit_one(&o, &stands, s, letter_a, waits));
	OK(submit_one(&o, &stands, s, letter_a, gone));
	gone = act_of(UND_STORE_WITHDRAWAL, 3, "withdrawn");
	OK(submit_one(&o, &stands, s, letter_a, gone));
	OK(submit_one(&o, &stands, s, letter_b, act_of(UND_STORE_SIGNATURE, 9, "STAYSSTAYS")));
	for (size_t i = 0; i < UND_COUNT_OF(remains); i++)
		if (strcmp(remains[i], "TOOKTOOK") != 0)
			CHECK(folder_holds(remains[i], strlen(remains[i]))); /* so that one would see them */
	OK(und_store_drop(s, letter_a, 3, &asked));
	CHECK(folder_holds("FILEFILE", 8)); /* in the log, as long as somebody looks; then the writer cuts it behind whatever it does next */
	EQ(sqlite3_close(looks), SQLITE_OK);
	OK(und_store_tidy(s));
	OK(und_store_tidy(s));
	for (size_t i = 0; i < UND_COUNT_OF(remains); i++)
		if (folder_holds(remains[i], strlen(remains[i])))
			tap_fail("%s is still there", remains[i]);
	CHECK(folder_holds("BESIDE", 6) && folder_holds("STAYSSTAYS", 10));
	free(text);
	und_store_close(s);
	fixture_end();
}

/* Pages that letters share: what was moved from one to another leaves a copy where it was, which nothing counts as deleted. Numbers with which SQLite 3.40 did so. */
TEST(of_letters_that_grew_side_by_side_one_that_goes_leaves_nothing_in_the_pages_of_others)
{
	enum { LETTERS = 3, ROUNDS = 20, ACTS = 37, LINES = 2800 };
	const struct und_store_asked asked = { .nonce = "one", .on = 9000, .today = 9000 };
	struct und_store_options options = fixture_options();
	struct und_store *s = NULL;
	uint8_t ids[LETTERS][UND_ID_SIZE];
	char slug[8], mark[LETTERS][32];
	uint64_t number = 400001;

	fixture_begin();
	OK(und_store_open_sqlite(&s, fixture_folder, &options));
	for (size_t l = 0; l < LETTERS; l++) {
		memset(ids[l], 0, sizeof ids[l]);
		snprintf((char *)ids[l], sizeof ids[l], "ID-OF-%zu-%zu-%zu", l, l, l);
		snprintf(mark[l], sizeof mark[l], "LINE-OF-%zu-%zu-%zu\n", l, l, l);
		snprintf(slug, sizeof slug, "s%zu", l);
		OK(create(s, slug, ids[l], mark[l]));
	}
	for (uint64_t r = 1; r <= ROUNDS; r++)
		for (size_t l = 0; l < LETTERS; l++) {
			struct und_act acts[ACTS];
			struct und_buf bytes;

			und_buf_init(&bytes, SIZE_MAX);
			for (size_t i = 0; i < (r * 1013 + l * 577 + 1324) % LINES + 1; i++)
				und_buf_add_bytes(&bytes, und_cstr(mark[l]));
			for (size_t i = 0; i < ACTS; i++)
				acts[i] = act_of(UND_STORE_SIGNATURE, (uint32_t)((i << 26) + (number++ * 2654435761u >> 7 & 0x3ffffff)), "line");
			const struct und_store_segment seg = { .bytes = und_buf_bytes(&bytes), .acts = acts, .act_count = ACTS };
			OK(und_store_append(s, ids[l], r, &seg));
			und_buf_clear(&bytes);
		}
	for (size_t l = 0; l + 1 < LETTERS; l++) {
		struct und_store_asked one = asked;

		one.nonce[0] = (uint8_t)l;
		OK(und_store_drop(s, ids[l], ROUNDS + 1, &one));
		OK(und_store_tidy(s));
		OK(und_store_tidy(s));
		CHECK(!folder_holds((const char *)ids[l] + 3, 11));
		CHECK(!folder_holds(mark[l], 13));
		CHECK(folder_holds(mark[LETTERS - 1], 13));
	}
	und_store_close(s);
	fixture_end();
}
