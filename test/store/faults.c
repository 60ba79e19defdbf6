/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* faults.c: a disk that fails at its n-th call, for all n; that is full and has space again; a cut of the power: what was acknowledged is there, once */
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "life.h"
#include "shim.h"

static struct life life;

/* Ever larger steps; all of them where UND_ALLOC_ALL is set ('./dev san'). */
static unsigned long next_step(unsigned long n)
{
	return getenv("UND_ALLOC_ALL") != NULL ? 1 : 1 + n / 12;
}

static enum und_err open_store(struct und_store **out)
{
	struct und_store_options options = fixture_options();

	options.tidy_rows = 10; /* sometimes by itself */
	*out = NULL;
	return und_store_open_sqlite(out, fixture_folder, &options);
}

/* Opens a store that must open. */
static struct und_store *must_open(void)
{
	struct und_store *s;
	enum und_err e = open_store(&s);

	if (e != UND_OK)
		tap_fail("the store does not open: %s", und_err_name(e));
	return s;
}

static void live(struct und_store *s, unsigned steps)
{
	for (unsigned i = 0; i < steps; i++)
		life_step(&life, s);
}

/* After the faults: all that was acknowledged, in this process and in the next. */
static void judge(struct und_store *s)
{
	shim_set(SHIM_NOTHING, 0);
	if (s != NULL) {
		if (!life.made)
			life_make(&life, s);
		life_check(&life, s);
		live(s, 5);
		life_check(&life, s);
		und_store_close(s);
	}
	s = must_open();
	if (s == NULL)
		return;
	life_check(&life, s);
	life_check_folder();
	und_store_close(s);
}

/* The n-th call fails, once or from then on for a while; n goes up until none is left to fail. */
static void sweep(enum shim_what what, bool syncs_only, unsigned seed, unsigned steps)
{
	unsigned long n = 0, hits;
	struct und_store *s;

	shim.syncs_only = syncs_only;
	do {
		fixture_begin();
		life_begin(&life);
		tap_seed_state = seed * UINT64_C(0x9e3779b97f4a7c15) | 1;
		shim_set(what, n += next_step(n));
		if (open_store(&s) == UND_OK)
			live(s, steps);
		hits = atomic_load(&shim.hits);
		judge(s);
		fixture_end();
	} while (hits > 0 && tap_failures == 0);
	shim.syncs_only = false;
	printf("# up to the %luth call; %lu acknowledged in the last life, %lu refused\n", n, life.acknowledged, life.refused);
	CHECK(n > 20);
}

TEST(a_call_that_fails_loses_nothing)
{
	sweep(SHIM_FAILS, false, 1, 30);
}

TEST(a_sync_that_fails_loses_nothing)
{
	sweep(SHIM_FAILS, true, 2, 60);
}

TEST(a_disk_that_fails_for_good_loses_nothing)
{
	sweep(SHIM_STAYS, false, 3, 30);
}

/* What is not synced is lost when the power is: also after a call failed before. */
static void cut_power(unsigned seed, bool fault_before)
{
	unsigned long n = 0, hits;
	struct und_store *s;

	shim_remembers = true;
	do {
		fixture_begin();
		shim_forget();
		life_begin(&life);
		tap_seed_state = seed * UINT64_C(0x9e3779b97f4a7c15) | 1;
		shim_set(SHIM_NOTHING, 0);
		s = must_open();
		REQUIRE(s != NULL);
		n += next_step(n);
		live(s, 3);
		if (fault_before) {
			shim_set(SHIM_FAILS, n % 17 + 1);
			shim.syncs_only = true;
			live(s, 6);
			shim.syncs_only = false;
		}
		shim_set(SHIM_POWER, n);
		live(s, 20);
		hits = atomic_load(&shim.hits);
		und_store_close(s);
		shim_set(SHIM_NOTHING, 0);
		shim_remembers = false;
		shim_restore(fixture_folder);
		shim_remembers = true;
		judge(NULL);
		fixture_end();
	} while (hits > 0 && tap_failures == 0);
	shim_remembers = false;
	shim_forget();
	printf("# up to the %luth call\n", n);
	CHECK(n > 20);
}

TEST(a_cut_of_the_power_loses_nothing)
{
	cut_power(4, false);
	cut_power(5, false);
}

TEST(a_cut_of_the_power_after_a_failed_sync_loses_nothing)
{
	cut_power(6, true);
	cut_power(7, true);
}

/* The same with kill -9: what was written and not synced is there. */
static void sweep_kills(enum shim_what what, unsigned seed)
{
	struct life *shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	struct und_store *s;
	unsigned long n = 0;
	int status = 1;

	REQUIRE(shared != MAP_FAILED);
	do {
		pid_t pid;

		fixture_begin();
		life_begin(shared);
		n += next_step(n);
		fflush(stdout);
		pid = fork();
		if (pid == 0) {
			tap_seed_state = seed * UINT64_C(0x9e3779b97f4a7c15) | 1;
			shim_set(what, n);
			if (open_store(&s) != UND_OK)
				_exit(3);
			for (int i = 0; i < 30; i++)
				life_step(shared, s);
			und_store_close(s);
			_exit(tap_failures == 0 ? 0 : 4);
		}
		REQUIRE(pid > 0 && waitpid(pid, &status, 0) == pid);
		life = *shared;
		judge(NULL);
		fixture_end();
	} while ((WIFSIGNALED(status) || WEXITSTATUS(status) == 3) && tap_failures == 0);
	CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	printf("# up to the %luth call\n", n);
	CHECK(n > 20);
	munmap(shared, sizeof *shared);
}

TEST(a_kill_at_any_call_loses_nothing)
{
	sweep_kills(SHIM_KILLS, 9);
}

TEST(a_kill_after_a_failed_call_loses_nothing)
{
	sweep_kills(SHIM_DIES, 10);
	sweep_kills(SHIM_DIES, 11);
}

/* A commit that failed lies in the log; an answer that it was refused, and then that all is as before, must not be undone by a crash. */
static void fail_and_die(void)
{
	struct und_card first = card_of(UND_CARD_ENROL, 1, NULL, 1, "first"), other = card_of(UND_CARD_ENROL, 2, NULL, 2, "second"), find = card_of(UND_CARD_FIND, 2, NULL, 0, NULL);
	struct und_card add[] = { card_of(UND_CARD_ADD, 1, "docks", 0, NULL), card_of(UND_CARD_ADD, 2, "docks", 0, NULL) };
	struct und_act s1 = act_of(UND_STORE_SIGNATURE, 1, "one"), w1 = act_of(UND_STORE_WITHDRAWAL, 1, "w");
	struct und_store *s = must_open();

	if (s == NULL || create(s, "a", letter_a, "one\n") != UND_OK || und_store_series_put(s, und_cstr("harbour"), und_cstr("")) != UND_OK)
		_exit(1);
	if (enrol_cards(s, "harbour", add, 2) != UND_OK || enrol_cards(s, "harbour", &first, 1) != UND_OK)
		_exit(2);
	shim.syncs_only = true;
	shim_set(SHIM_FAILS, 1);
	if (enrol_cards(s, "harbour", &other, 1) != UND_ERR_IO || enrol_cards(s, "harbour", &find, 1) != UND_OK || find.state != UND_CARD_UNUSED)
		_exit(3);
	shim_set(SHIM_FAILS, 1);
	if (submit_acts(s, letter_a, &s1, 1) != UND_ERR_IO || submit_acts(s, letter_a, &w1, 1) != UND_OK || w1.outcome != UND_STORE_NOTHING)
		_exit(4);
	_exit(0);
}

TEST(what_was_refused_does_not_come_back_behind_an_answer)
{
	struct und_enrolled list = { .count = 0 };
	struct und_store *s;
	int status = 1;
	pid_t pid;

	fixture_begin();
	fflush(stdout);
	pid = fork();
	if (pid == 0)
		fail_and_die();
	REQUIRE(pid > 0 && waitpid(pid, &status, 0) == pid);
	EQ(status, 0);
	s = must_open();
	REQUIRE(s != NULL);
	OK(und_store_enrolled(&list, s, und_cstr("harbour"), NULL, 1000));
	CHECK(list.count == 1 && und_bytes_is(list.cards[0].line, "first"));
	und_enrolled_clear(&list);
	EQ(waiting_of(s, letter_a), 0);
	und_store_close(s);
	fixture_end();
}

/* Dies at once when the n-th sync of a release (or of a new layout) failed: the old shelf or the new one is there, whichever the commit that failed named. */
static void fail_in_release_and_die(unsigned long n, bool tidy)
{
	struct und_act acts[] = { act_of(UND_STORE_SIGNATURE, 1, "one"), act_of(UND_STORE_SIGNATURE, 2, "two"), act_of(UND_STORE_SIGNATURE, 3, "three") };
	struct und_store *s = must_open();

	if (s == NULL || create(s, "a", letter_a, "") != UND_OK || submit_acts(s, letter_a, acts, 3) != UND_OK)
		_exit(1);
	shim.syncs_only = true;
	shim_set(SHIM_FAILS, n);
	_exit((tidy ? und_store_tidy(s) : und_store_release(s, letter_a, 1, acts, 2, und_bytes(NULL, 0))) == UND_OK ? 7 : 0);
}

static void release_and_die(bool tidy)
{
	int status = 0;

	for (unsigned long n = 1; status == 0; n++) {
		struct und_store *s;
		struct und_buf file;
		long long waiting;
		pid_t pid;

		fixture_begin();
		fflush(stdout);
		pid = fork();
		if (pid == 0)
			fail_in_release_and_die(n, tidy);
		REQUIRE(pid > 0 && waitpid(pid, &status, 0) == pid);
		s = must_open();
		REQUIRE(s != NULL);
		waiting = waiting_of(s, letter_a);
		OK(file_range(&file, s, letter_a, 0, UINT64_MAX));
		CHECK((waiting == 3 && file.n == 0) || (!tidy && waiting == 1 && und_bytes_is(und_buf_bytes(&file), "one\ntwo\n")));
		und_buf_clear(&file);
		und_store_close(s);
		fixture_end();
		CHECK(n > 2 || status == 0); /* there are some */
	}
	EQ(WEXITSTATUS(status), 7);
}

TEST(a_release_that_fails_and_a_crash_leave_one_shelf)
{
	release_and_die(false);
	release_and_die(true);
}

/* At the n-th call of a drop the process is killed, or a call fails and then it dies: all of the letter is there, or nothing of it, and it can begin anew. */
static void drop_under(enum shim_what what, unsigned long n)
{
	struct und_act acts[] = { act_of(UND_STORE_SIGNATURE, 1, "one"), act_of(UND_STORE_SIGNATURE, 2, "two"), act_of(UND_STORE_SIGNATURE, 3, "three") };
	const struct und_store_asked asked = { .nonce = "drop", .on = 9000, .today = 9000 };
	struct und_store *s = must_open();

	if (s == NULL || create(s, "a", letter_a, "") != UND_OK || create(s, "b", letter_b, "two\n") != UND_OK || submit_acts(s, letter_a, acts, 3) != UND_OK)
		_exit(1);
	if (und_store_release(s, letter_a, 1, acts, 2, und_bytes(NULL, 0)) != UND_OK || submit_acts(s, letter_b, acts, 3) != UND_OK)
		_exit(2);
	shim_set(what, n);
	if (und_store_drop(s, letter_a, 2, &asked) == UND_OK && atomic_load(&shim.hits) == 0)
		_exit(7);
	_exit(0);
}

static void drop_and_die(enum shim_what what)
{
	unsigned whole = 0, gone = 0;
	unsigned long n = 0;
	int status = 0;

	do {
		struct und_store *s;
		struct und_buf file;
		enum und_err e;
		pid_t pid;

		fixture_begin();
		fflush(stdout);
		n++;
		pid = fork();
		if (pid == 0)
			drop_under(what, n);
		REQUIRE(pid > 0 && waitpid(pid, &status, 0) == pid);
		s = must_open();
		REQUIRE(s != NULL);
		e = file_range(&file, s, letter_a, 0, UINT64_MAX);
		if (e == UND_OK) {
			CHECK(und_bytes_is(und_buf_bytes(&file), "one\ntwo\n"));
			EQ(waiting_of(s, letter_a), 1);
			IS(UND_ERR_LETTER_TAKEN, create(s, "a", letter_a, "anew\n"));
			whole++;
		} else {
			IS(UND_ERR_LETTER_UNKNOWN, e);
			EQ(waiting_of(s, letter_a), 0);
			OK(create(s, "a", letter_a, "anew\n"));
			gone++;
		}
		EQ(waiting_of(s, letter_b), 3);
		und_buf_clear(&file);
		und_store_close(s);
		life_check_folder();
		fixture_end();
	} while (!(WIFEXITED(status) && WEXITSTATUS(status) == 7) && tap_failures == 0 && n < 1000);
	printf("# %lu calls: after %u of them the letter was whole, after %u gone\n", n, whole, gone);
	CHECK(whole > 2 && gone > 2);
}

TEST(a_drop_that_is_killed_leaves_all_or_nothing)
{
	drop_and_die(SHIM_KILLS);
	drop_and_die(SHIM_DIES);
}

/* ---- full ---- */

TEST(a_full_disk_is_said_and_left_behind)
{
	struct und_store *s;
	unsigned full = 0;
	enum und_err e;

	fixture_begin();
	life_begin(&life);
	tap_seed(8);
	s = must_open();
	REQUIRE(s != NULL);
	OK(create(s, "b", letter_b, "two\n")); /* lives do not drop this one */
	live(s, 20);
	for (int round = 0; round < 30; round++) {
		struct und_act a = act_of(UND_STORE_SIGNATURE, 1000 + (uint32_t)round, "line");
		unsigned long before = life.refused;

		atomic_store(&shim.full, true);
		e = submit_acts(s, letter_b, &a, 1);
		full += e == UND_ERR_STORE_FULL;
		CHECK(e == UND_OK || e == UND_ERR_STORE_FULL);
		live(s, 10);
		full += (unsigned)(life.refused - before);
		life_check(&life, s);
		atomic_store(&shim.full, false);
		before = life.refused;
		live(s, 10);
		EQ(life.refused, before); /* there is space again */
		a = act_of(UND_STORE_WITHDRAWAL, 1000 + (uint32_t)round, "line");
		OK(submit_acts(s, letter_b, &a, 1));
		EQ(a.outcome, e == UND_OK ? UND_STORE_REMOVED : UND_STORE_NOTHING);
	}
	printf("# refused %u times\n", full);
	CHECK(full > 100);
	judge(s);
	fixture_end();
}

/* A real one: a tmpfs of 1 MiB, where we may mount. */
static int live_in_small_space(void)
{
	static char line[60000];
	enum und_err e = UND_OK;
	struct und_store *s;
	struct und_act a;
	uint32_t n = 0;

	if (unshare(CLONE_NEWNS) != 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 || mount("none", fixture_folder, "tmpfs", 0, "size=1m") != 0)
		return 77;
	memset(line, 'x', sizeof line - 1);
	s = must_open();
	if (s == NULL || create(s, "a", letter_a, "one\n") != UND_OK)
		return 1;
	while (e == UND_OK && n < 100) {
		a = act_of(UND_STORE_SIGNATURE, n, line);
		e = submit_acts(s, letter_a, &a, 1);
		n += e == UND_OK;
	}
	if (e != UND_ERR_STORE_FULL || n < 2)
		return 2;
	for (int i = 0; i < 5; i++) /* and again: no worse */
		if (submit_acts(s, letter_a, &a, 1) != UND_ERR_STORE_FULL || waiting_of(s, letter_a) != (long long)n)
			return 3;
	if (mount("none", fixture_folder, "tmpfs", MS_REMOUNT, "size=32m") != 0)
		return 4;
	if (submit_acts(s, letter_a, &a, 1) != UND_OK || a.outcome != UND_STORE_NEW || waiting_of(s, letter_a) != (long long)n + 1)
		return 5;
	und_store_close(s);
	s = must_open();
	if (s == NULL || waiting_of(s, letter_a) != (long long)n + 1)
		return 6;
	und_store_close(s);
	return 0;
}

TEST(a_small_file_system_fills_up_and_grows)
{
	int status = 0;
	pid_t pid;

	fixture_begin();
	fflush(stdout);
	pid = fork();
	if (pid == 0)
		_exit(live_in_small_space());
	REQUIRE(pid > 0 && waitpid(pid, &status, 0) == pid);
	CHECK(WIFEXITED(status));
	if (WEXITSTATUS(status) == 77)
		printf("# not allowed to mount here: only the shim's full disk was tried\n");
	else
		EQ(WEXITSTATUS(status), 0);
	fixture_end();
}

/* A quota, or a file that may not grow further: SQLite calls that a failed write, not a full disk. */
static int live_in_short_files(void)
{
	static char line[20000];
	struct rlimit limit;
	enum und_err e = UND_OK;
	struct und_store *s;
	struct und_act a;
	uint32_t n = 0;

	if (signal(SIGXFSZ, SIG_IGN) == SIG_ERR || getrlimit(RLIMIT_FSIZE, &limit) != 0)
		return 1;
	memset(line, 'x', sizeof line - 1);
	s = must_open();
	if (s == NULL || create(s, "a", letter_a, "one\n") != UND_OK)
		return 2;
	limit.rlim_cur = 300000;
	if (setrlimit(RLIMIT_FSIZE, &limit) != 0)
		return 3;
	while (e == UND_OK && n < 100) {
		a = act_of(UND_STORE_SIGNATURE, n, line);
		e = submit_acts(s, letter_a, &a, 1);
		n += e == UND_OK;
	}
	for (int i = 0; i < 5 && e == UND_ERR_STORE_FULL; i++) /* and again */
		e = submit_acts(s, letter_a, &a, 1);
	if (e != UND_ERR_STORE_FULL || n < 2)
		return 4;
	limit.rlim_cur = limit.rlim_max;
	if (setrlimit(RLIMIT_FSIZE, &limit) != 0)
		return 5;
	if (submit_acts(s, letter_a, &a, 1) != UND_OK || a.outcome != UND_STORE_NEW || waiting_of(s, letter_a) != (long long)n + 1)
		return 6;
	und_store_close(s);
	return 0;
}

TEST(files_that_may_not_grow_are_a_full_disk)
{
	int status = 0;
	pid_t pid;

	fixture_begin();
	fflush(stdout);
	pid = fork();
	if (pid == 0)
		_exit(live_in_short_files());
	REQUIRE(pid > 0 && waitpid(pid, &status, 0) == pid);
	CHECK(WIFEXITED(status));
	EQ(WEXITSTATUS(status), 0);
	fixture_end();
}
