/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* sqlite_folder.c: the store's folder: one process, whose files they are, what is refused, what is put in order, what is overwritten */
#include <sched.h>
#include <sqlite3.h>
#include <sys/wait.h>
#include <time.h>

#include "fixture.h"

static enum und_err open_with(struct und_store **out, unsigned quiet_ms, unsigned tidy_rows)
{
	struct und_store_options options = { .random = und_os_random(), .quiet_ms = quiet_ms, .tidy_rows = tidy_rows };

	return und_store_open_sqlite(out, fixture_folder, &options);
}
static enum und_err open_store(struct und_store **out)
{
	return open_with(out, 1000000, 1000000);
}

static const char *in_folder(const char *name)
{
	static char path[512];

	snprintf(path, sizeof path, "%s/%s", fixture_folder, name);
	return path;
}

static void write_file(const char *name, const char *text)
{
	FILE *f = fopen(in_folder(name), "wb");

	if (f == NULL || fwrite(text, 1, strlen(text), f) != strlen(text) || fclose(f) != 0)
		abort();
}

static bool has(const char *name)
{
	return access(in_folder(name), F_OK) == 0;
}

/* The first file in the folder whose name begins so and ends so. */
static bool find_file(char out[256], const char *begin, const char *end)
{
	DIR *d = opendir(fixture_folder);
	struct dirent *entry;
	bool found = false;

	while (d != NULL && !found && (entry = readdir(d)) != NULL) {
		size_t n = strlen(entry->d_name);

		found = strncmp(entry->d_name, begin, strlen(begin)) == 0 && n > strlen(end) && strcmp(entry->d_name + n - strlen(end), end) == 0;
		if (found)
			memcpy(out, entry->d_name, n + 1);
	}
	if (d != NULL)
		closedir(d);
	return found;
}

static int sql(const char *name, const char *text)
{
	sqlite3 *db = NULL;
	int rc = sqlite3_open(in_folder(name), &db);

	if (rc == SQLITE_OK)
		rc = sqlite3_exec(db, text, NULL, NULL, NULL);
	sqlite3_close(db);
	return rc;
}

static long long sql_number(const char *name, const char *text)
{
	sqlite3_stmt *st = NULL;
	sqlite3 *db = NULL;
	long long n = -1;

	if (sqlite3_open(in_folder(name), &db) == SQLITE_OK && sqlite3_prepare_v2(db, text, -1, &st, NULL) == SQLITE_OK && sqlite3_step(st) == SQLITE_ROW)
		n = sqlite3_column_int64(st, 0);
	sqlite3_finalize(st);
	sqlite3_close(db);
	return n;
}

/* A store with one letter and one act that waits, closed. */
static void make_store(void)
{
	struct und_store *s = NULL;

	fixture_begin();
	OK(open_store(&s));
	OK(create(s, "a", letter_a, "one\n"));
	SUBMITS(s, letter_a, act_of(UND_STORE_SIGNATURE, 1, "line"), UND_STORE_NEW, false);
	und_store_close(s);
}

/* ---- one process ---- */

TEST(a_second_server_is_refused)
{
	struct und_store *s = NULL, *second = NULL;
	int status = 0;
	pid_t pid;

	fixture_begin();
	OK(open_store(&s));
	IS(UND_ERR_STORE_LOCKED, open_store(&second));
	fflush(stdout);
	pid = fork();
	if (pid == 0)
		_exit(open_store(&second) == UND_ERR_STORE_LOCKED ? 0 : 1);
	REQUIRE(pid > 0 && waitpid(pid, &status, 0) == pid);
	EQ(status, 0);
	OK(create(s, "a", letter_a, "one\n"));
	und_store_close(s);
	OK(open_store(&s));
	und_store_close(s);
	fixture_end();
}

TEST(only_the_owner_reads_it)
{
	mode_t before = umask(0);
	struct und_store *s = NULL;
	struct dirent *entry;
	struct stat st;
	DIR *d;

	fixture_begin();
	rmdir(fixture_folder);
	OK(open_store(&s));
	OK(create(s, "a", letter_a, "one\n"));
	EQ(stat(fixture_folder, &st), 0);
	EQ(st.st_mode & 0777, 0700);
	d = opendir(fixture_folder);
	REQUIRE(d != NULL);
	while ((entry = readdir(d)) != NULL) {
		if (entry->d_name[0] == '.')
			continue;
		EQ(fstatat(dirfd(d), entry->d_name, &st, 0), 0);
		EQ(st.st_mode & 0777, 0600);
	}
	closedir(d);
	und_store_close(s);
	umask(before);
	fixture_end();
}

TEST(a_folder_that_cannot_be_made_is_said)
{
	struct und_store_options options = fixture_options();
	struct und_store *s = NULL;

	fixture_begin();
	IS(UND_ERR_IO, und_store_open_sqlite(&s, in_folder("absent/store"), &options));
	write_file("file", "x");
	IS(UND_ERR_IO, und_store_open_sqlite(&s, in_folder("file"), &options));
	CHECK(s == NULL);
	fixture_end();
}

/* ---- whose files they are ---- */

TEST(what_is_not_a_store_is_refused_and_left_alone)
{
	struct und_store *s = NULL;
	struct und_buf b;

	fixture_begin();
	write_file("letters.db", "this is a text of somebody's, and it is longer than the header of a database, which has one hundred bytes");
	IS(UND_ERR_STORE_FOREIGN, open_store(&s));
	und_buf_init(&b, 4096);
	OK(und_file_read(&b, in_folder("letters.db"), 4096));
	CHECK(b.n > 100 && memcmp(b.p, "this is", 7) == 0);
	und_buf_clear(&b);
	unlink(in_folder("letters.db"));
	EQ(sql("letters.db", "CREATE TABLE theirs (x)"), SQLITE_OK);
	IS(UND_ERR_STORE_FOREIGN, open_store(&s));
	EQ(sql("letters.db", "PRAGMA application_id = 7"), SQLITE_OK);
	IS(UND_ERR_STORE_FOREIGN, open_store(&s));
	EQ(sql_number("letters.db", "SELECT count(*) FROM theirs"), 0);
	EQ(sql_number("letters.db", "SELECT count(*) FROM sqlite_schema"), 1);
	CHECK(!has("letters.db-wal"));
	fixture_end();
}

TEST(a_store_of_a_later_version_is_refused)
{
	struct und_store *s = NULL;

	make_store();
	EQ(sql("letters.db", "PRAGMA user_version = 3"), SQLITE_OK);
	IS(UND_ERR_NEWER, open_store(&s));
	EQ(sql("letters.db", "PRAGMA user_version = 2"), SQLITE_OK);
	OK(open_store(&s));
	EQ(waiting_of(s, letter_a), 1);
	und_store_close(s);
	fixture_end();
}

TEST(a_store_of_the_first_version_is_brought_up_to_date)
{
	const struct und_store_asked asked = { .nonce = "one", .on = 9000, .today = 9000 };
	struct und_store *s = NULL;
	char name[256];

	make_store();
	EQ(sql("letters.db", "DROP TABLE request; PRAGMA user_version = 1"), SQLITE_OK);
	CHECK(find_file(name, "waiting", ".db"));
	EQ(sql(name, "PRAGMA user_version = 1"), SQLITE_OK);
	CHECK(find_file(name, "cards", ".db"));
	EQ(sql(name, "PRAGMA user_version = 1"), SQLITE_OK);
	OK(open_store(&s));
	EQ(waiting_of(s, letter_a), 1);
	OK(und_store_drop(s, letter_a, generation_of(s, letter_a), &asked));
	und_store_close(s);
	EQ(sql_number("letters.db", "PRAGMA user_version"), 2);
	EQ(sql_number("letters.db", "SELECT count(*) FROM request"), 1);
	fixture_end();
}

/* ---- what is damaged ---- */

#define DAMAGED(file, statements)                                                                                      \
	do {                                                                                                           \
		struct und_store *damaged_ = NULL;                                                                     \
		char name_[256];                                                                                       \
		make_store();                                                                                          \
		CHECK(find_file(name_, file, ".db"));                                                                  \
		EQ(sql(name_, statements), SQLITE_OK);                                                                 \
		IS(UND_ERR_STORE_DAMAGED, open_store(&damaged_));                                                      \
		fixture_end();                                                                                         \
	} while (0)

TEST(what_contradicts_itself_is_refused)
{
	DAMAGED("letters", "UPDATE letter SET size = 5");
	DAMAGED("letters", "DELETE FROM piece");
	DAMAGED("letters", "UPDATE segment SET generation = 9");
	DAMAGED("letters", "PRAGMA foreign_keys = OFF; DELETE FROM letter");
	DAMAGED("letters", "UPDATE shelf SET file = 'waiting-0.db' WHERE name = 'waiting'");
	DAMAGED("letters", "UPDATE shelf SET file = '../x' WHERE name = 'waiting'");
	DAMAGED("letters", "INSERT INTO act SELECT id, 0, x'000000015a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a', zeroblob(32), zeroblob(32) FROM letter");
	DAMAGED("waiting", "UPDATE waiting SET letter = zeroblob(32)");
	DAMAGED("waiting", "PRAGMA user_version = 0");
	DAMAGED("cards", "PRAGMA application_id = 1");
	DAMAGED("cards", "PRAGMA foreign_keys = OFF; INSERT INTO enrolment VALUES ('a', zeroblob(32), zeroblob(32), x'00', zeroblob(32))");
}

/* A bit of what was written has changed, and SQLite sees nothing: found at open, and while the store is open. */
TEST(a_bit_that_changed_is_found)
{
	struct und_store *s = NULL;
	struct und_buf text;

	DAMAGED("letters", "UPDATE piece SET bytes = x'6f6e640a'");
	DAMAGED("letters", "UPDATE piece SET digest = zeroblob(32)");
	DAMAGED("waiting", "UPDATE waiting SET line = x'6c696e64'");
	DAMAGED("waiting", "UPDATE waiting SET tag = zeroblob(32)");
	DAMAGED("waiting", "UPDATE waiting SET question = x'00000000000000000000000000000000000000000000000000000000000000ff'");
	make_store();
	OK(open_store(&s));
	FILE_IS(s, letter_a, "one\n");
	EQ(sql("letters.db", "UPDATE piece SET bytes = x'6f6e640a'"), SQLITE_OK);
	IS(UND_ERR_STORE_DAMAGED, file_range(&text, s, letter_a, 0, 100));
	und_buf_clear(&text);
	und_store_close(s);
	fixture_end();
}

static void enrol_one(struct und_store *s)
{
	struct und_card cards[] = { card_of(UND_CARD_ADD, 1, "docks", 0, NULL), card_of(UND_CARD_ENROL, 1, NULL, 50, "line") };

	OK(und_store_series_put(s, und_cstr("s"), und_cstr("")));
	OK(enrol_cards(s, "s", cards, 2));
	EQ(cards[1].outcome, UND_CARD_DONE);
}

TEST(a_bit_of_an_enrolment_that_changed_is_found)
{
	static const char *const changes[] = { "UPDATE enrolment SET line = x'6c696e64'", "UPDATE enrolment SET key = zeroblob(32); UPDATE card SET key = zeroblob(32)" };
	struct und_enrolled en;
	struct und_store *s = NULL;
	struct und_card again;
	char name[256];

	for (size_t i = 0; i < UND_COUNT_OF(changes); i++) {
		fixture_begin();
		OK(open_store(&s));
		enrol_one(s);
		OK(und_store_enrolled(&en, s, und_cstr("s"), NULL, 100));
		EQ(en.count, 1);
		und_enrolled_clear(&en);
		und_store_close(s);
		CHECK(find_file(name, "cards", ".db"));
		EQ(sql(name, changes[i]), SQLITE_OK);
		OK(open_store(&s));
		IS(UND_ERR_STORE_DAMAGED, und_store_enrolled(&en, s, und_cstr("s"), NULL, 100));
		again = card_of(UND_CARD_ENROL, 1, NULL, i == 0 ? 50 : 0, "line");
		IS(UND_ERR_STORE_DAMAGED, enrol_cards(s, "s", &again, 1));
		und_store_close(s);
		fixture_end();
	}
}

/* Puts another byte behind the first place of text in the file, beneath SQLite. */
static bool spoil(const char *name, const char *text)
{
	static uint8_t bytes[16 << 20];
	int fd = open(in_folder(name), O_RDWR);
	ssize_t n = fd < 0 ? -1 : pread(fd, bytes, sizeof bytes, 0);
	const uint8_t *at = n < 0 ? NULL : memmem(bytes, (size_t)n, text, strlen(text));
	bool done = at != NULL && pwrite(fd, "?", 1, at - bytes + (off_t)strlen(text)) == 1;

	if (fd >= 0)
		close(fd);
	return done;
}

/* More lines than SQLite keeps in memory, so that the first are read from the disk. */
TEST(a_bit_of_what_waits_that_changed_is_found)
{
	enum { LINES = 10000, LINE = 1000 };
	static char lines[LINES][LINE + 1];
	static struct und_act acts[LINES];
	struct und_store *s = NULL;
	struct und_waiting w;
	char name[256];

	make_store();
	for (unsigned i = 0; i < LINES; i++) {
		memset(lines[i], 'x', LINE);
		memcpy(lines[i], i == 0 ? "sentinel-" : "anything-", 9);
		acts[i] = act_of(UND_STORE_SIGNATURE, 2 + i, lines[i]);
	}
	OK(open_store(&s));
	OK(submit_acts(s, letter_a, acts, LINES));
	OK(und_store_tidy(s));
	OK(und_store_waiting(&w, s, letter_a, NULL, 100000));
	und_waiting_clear(&w);
	und_store_close(s);
	OK(open_store(&s));
	CHECK(find_file(name, "waiting", ".db"));
	CHECK(spoil(name, "sentinel-"));
	IS(UND_ERR_STORE_DAMAGED, und_store_waiting(&w, s, letter_a, NULL, 100000));
	und_store_close(s);
	fixture_end();
}

/* A page of each file overwritten with rubbish: never taken for good. */
TEST(rubbish_in_a_page_is_found)
{
	static const char *const files[] = { "letters", "waiting", "cards" };
	uint8_t rubbish[512], size[2];
	char name[256];

	tap_seed((uint64_t)time(NULL));
	for (size_t i = 0; i < UND_COUNT_OF(files); i++) {
		for (off_t page = 0; page < 3; page++) {
			struct und_store *s = NULL;
			enum und_err e;
			int fd;

			make_store();
			tap_random_bytes(rubbish, sizeof rubbish);
			CHECK(find_file(name, files[i], ".db"));
			fd = open(in_folder(name), O_RDWR);
			EQ(pread(fd, size, sizeof size, 16), sizeof size); /* of a page, in the file's head */
			EQ(pwrite(fd, rubbish, sizeof rubbish, page == 0 ? 100 : page * (size[0] << 8 | size[1])), sizeof rubbish);
			close(fd);
			e = open_store(&s);
			CHECK(e == UND_ERR_STORE_DAMAGED || e == UND_ERR_STORE_FOREIGN);
			fixture_end();
		}
	}
}

/* ---- what a crash leaves ---- */

TEST(files_that_nothing_points_to_are_removed)
{
	struct und_store *s = NULL;

	make_store();
	write_file("waiting-0123456789abcdef.db", "old");
	write_file("waiting-0123456789abcdef.db-wal", "old");
	write_file("cards-0123456789abcdef.db-journal", "old");
	write_file("readme", "theirs");
	OK(open_store(&s));
	CHECK(!has("waiting-0123456789abcdef.db"));
	CHECK(!has("waiting-0123456789abcdef.db-wal"));
	CHECK(!has("cards-0123456789abcdef.db-journal"));
	CHECK(has("readme"));
	EQ(waiting_of(s, letter_a), 1);
	und_store_close(s);
	fixture_end();
}

/* What is removed was overwritten: a second name keeps the file in sight. */
static unsigned nonzero_bytes(const char *name)
{
	struct und_buf b;
	unsigned n = 0;

	und_buf_init(&b, 1 << 24);
	OK(und_file_read(&b, in_folder(name), 1 << 24));
	CHECK(b.n > 0);
	for (size_t i = 0; i < b.n; i++)
		n += b.p[i] != 0;
	und_buf_clear(&b);
	return n;
}
static void keep_in_sight(const char *begin, const char *end, const char *as)
{
	char name[256], from[600];

	REQUIRE(find_file(name, begin, end));
	snprintf(from, sizeof from, "%s", in_folder(name));
	EQ(link(from, in_folder(as)), 0);
	CHECK(nonzero_bytes(as) > 0);
}

TEST(what_is_removed_was_overwritten)
{
	struct und_act act = act_of(UND_STORE_SIGNATURE, 2, "a line that waits");
	struct und_card cards[] = { card_of(UND_CARD_ADD, 1, "docks", 0, NULL), card_of(UND_CARD_ENROL, 1, NULL, 1, "a line of an enrolment") };
	struct und_store *s = NULL;

	make_store();
	OK(open_store(&s));
	OK(und_store_series_put(s, und_cstr("harbour"), und_cstr("")));
	OK(submit_acts(s, letter_a, &act, 1));
	OK(enrol_cards(s, "harbour", cards, 2));
	keep_in_sight("waiting-", ".db", "kept-1");
	keep_in_sight("waiting-", ".db-wal", "kept-2");
	keep_in_sight("cards-", ".db", "kept-3");
	keep_in_sight("cards-", ".db-wal", "kept-4");
	OK(und_store_release(s, letter_a, 1, &act, 1, und_bytes(NULL, 0)));
	OK(und_store_tidy(s));
	EQ(nonzero_bytes("kept-1"), 0);
	EQ(nonzero_bytes("kept-2"), 0);
	EQ(nonzero_bytes("kept-3"), 0);
	EQ(nonzero_bytes("kept-4"), 0);
	und_store_close(s);
	fixture_end();
}

/* ---- by itself ---- */

/* Until the name of the shelf's file has changed: the store's own thread does it. */
static bool is_renewed(const char *begin, const char *was)
{
	char now[256];
	time_t until = time(NULL) + 20;

	while (time(NULL) < until) {
		if (find_file(now, begin, ".db") && strcmp(now, was) != 0 && !has(was))
			return true;
		sched_yield();
	}
	return false;
}

TEST(what_waits_is_laid_out_anew_when_it_is_quiet)
{
	struct und_store *s = NULL;
	char was[256];

	make_store();
	OK(open_with(&s, 5, 1000000));
	REQUIRE(find_file(was, "waiting-", ".db"));
	SUBMITS(s, letter_a, act_of(UND_STORE_SIGNATURE, 2, "line"), UND_STORE_NEW, false);
	CHECK(is_renewed("waiting-", was));
	EQ(waiting_of(s, letter_a), 2);
	und_store_close(s);
	fixture_end();
}

TEST(what_waits_is_laid_out_anew_when_much_came)
{
	struct und_store *s = NULL;
	char was[256];

	make_store();
	OK(open_with(&s, 1000000, 10));
	REQUIRE(find_file(was, "waiting-", ".db"));
	for (uint32_t i = 2; i < 11; i++)
		SUBMITS(s, letter_a, act_of(UND_STORE_SIGNATURE, i, "line"), UND_STORE_NEW, false);
	CHECK(has(was));
	SUBMITS(s, letter_a, act_of(UND_STORE_SIGNATURE, 11, "line"), UND_STORE_NEW, false);
	CHECK(is_renewed("waiting-", was));
	EQ(waiting_of(s, letter_a), 11);
	und_store_close(s);
	fixture_end();
}

/* ---- the schema ---- */

TEST(no_table_has_row_ids_and_all_are_strict)
{
	static const char *const files[] = { "letters", "waiting", "cards" };
	char name[256];

	make_store();
	for (size_t i = 0; i < UND_COUNT_OF(files); i++) {
		REQUIRE(find_file(name, files[i], ".db"));
		CHECK(sql_number(name, "SELECT count(*) FROM pragma_table_list WHERE schema = 'main' AND name NOT LIKE 'sqlite%'") >= 2);
		EQ(sql_number(name, "SELECT count(*) FROM pragma_table_list WHERE schema = 'main' AND name NOT LIKE 'sqlite%' AND NOT (wr AND strict)"), 0);
		EQ(sql_number(name, "PRAGMA application_id"), 0x756e6431);
	}
	/* the letter comes first in each key that has one; series, for cards */
	EQ(sql_number("letters.db", "SELECT count(*) FROM pragma_table_list AS t JOIN pragma_table_info(t.name) AS c WHERE c.name = 'letter' AND c.pk <> 1"), 0);
	EQ(sql_number("letters.db", "SELECT count(*) FROM pragma_table_list AS t JOIN pragma_table_info(t.name) AS c WHERE c.name = 'letter'"), 3);
	fixture_end();
}

TEST(the_schema_takes_a_tag_once)
{
	static const char row[] = "INSERT INTO waiting SELECT letter, kind, tag, question, x'00', digest FROM waiting";
	char name[256];

	make_store();
	REQUIRE(find_file(name, "waiting-", ".db"));
	EQ(sql(name, row), SQLITE_CONSTRAINT);
	EQ(sql(name, "INSERT INTO waiting VALUES (zeroblob(31), 0, zeroblob(32), zeroblob(32), x'00', zeroblob(32))"), SQLITE_CONSTRAINT);
	EQ(sql(name, "INSERT INTO waiting VALUES (zeroblob(32), 3, zeroblob(32), zeroblob(32), x'00', zeroblob(32))"), SQLITE_CONSTRAINT);
	EQ(sql(name, "INSERT INTO waiting VALUES (zeroblob(32), 0, zeroblob(32), zeroblob(32), NULL, zeroblob(32))"), SQLITE_CONSTRAINT);
	EQ(sql("letters.db", "PRAGMA foreign_keys = ON; INSERT INTO act VALUES (zeroblob(32), 0, zeroblob(32), zeroblob(32), zeroblob(32))"), SQLITE_CONSTRAINT);
	EQ(sql("letters.db", "INSERT INTO act SELECT id, 0, zeroblob(32), zeroblob(32), zeroblob(32) FROM letter UNION ALL SELECT id, 0, zeroblob(32), zeroblob(32), zeroblob(32) FROM letter"),
	   SQLITE_CONSTRAINT);
	fixture_end();
}
