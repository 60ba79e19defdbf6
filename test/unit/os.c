/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* os.c: files whole or untouched, threads that do each job once, prompts that leave the terminal as it was */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "os/os.h"
#include "tap.h"

/* ---- a folder of our own ---- */

static char folder[64];

static const char *in_folder(char out[128], const char *name)
{
	snprintf(out, 128, "%s/%s", folder, name);
	return out;
}

static void make_folder(void)
{
	snprintf(folder, sizeof folder, "%s/undersigned-os.XXXXXX", getenv("TMPDIR") != NULL && strlen(getenv("TMPDIR")) < 30 ? getenv("TMPDIR") : "/tmp");
	if (mkdtemp(folder) == NULL)
		abort();
}

/* How many entries there are; removes them all. */
static int empty_folder(bool remove_it)
{
	DIR *d = opendir(folder);
	char path[512];
	int n = 0;

	for (struct dirent *e; d != NULL && (e = readdir(d)) != NULL;) {
		if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
			continue;
		n++;
		snprintf(path, sizeof path, "%s/%s", folder, e->d_name);
		if (remove_it)
			unlink(path);
	}
	if (d != NULL)
		closedir(d);
	if (remove_it)
		rmdir(folder);
	return n;
}

static enum und_err write_text(const char *path, const char *text, enum und_write_how how, unsigned mode)
{
	const struct und_bytes pieces[] = { und_bytes(text, strlen(text) / 2), und_cstr(text + strlen(text) / 2) };

	return und_file_write(path, pieces, 2, how, mode);
}

static bool holds(const char *path, const char *text)
{
	struct und_buf b;
	bool same;

	und_buf_init(&b, 1 << 20);
	same = und_file_read(&b, path, 1 << 20) == UND_OK && und_bytes_is(und_buf_bytes(&b), text);
	und_buf_clear(&b);
	return same;
}

static unsigned mode_of(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 ? st.st_mode & 07777 : 0;
}

/* ---- writing ---- */

TEST(a_new_file_is_whole_and_an_existing_one_is_refused)
{
	char p[128];

	make_folder();
	OK(write_text(in_folder(p, "f"), "hello", UND_WRITE_NEW, 0600));
	CHECK(holds(p, "hello"));
	EQ(mode_of(p), 0600);
	IS(UND_ERR_IO, write_text(p, "other", UND_WRITE_NEW, 0600));
	EQ(errno, EEXIST);
	CHECK(holds(p, "hello"));
	IS(UND_ERR_IO, write_text(in_folder(p, "no/f"), "x", UND_WRITE_NEW, 0600));
	EQ(errno, ENOENT);
	IS(UND_ERR_IO, write_text(folder, "x", UND_WRITE_NEW, 0600));
	EQ(errno, EISDIR);
	EQ(empty_folder(true), 1);
}

TEST(a_new_file_that_does_not_wait_for_the_disk_is_whole_too)
{
	char p[128];

	make_folder();
	OK(write_text(in_folder(p, "f"), "hello", UND_WRITE_NEW_UNSYNCED, 0600));
	CHECK(holds(p, "hello"));
	EQ(mode_of(p), 0600);
	IS(UND_ERR_IO, write_text(p, "other", UND_WRITE_NEW_UNSYNCED, 0600));
	EQ(errno, EEXIST);
	CHECK(holds(p, "hello"));
	IS(UND_ERR_IO, write_text(in_folder(p, "no/f"), "x", UND_WRITE_NEW_UNSYNCED, 0600));
	EQ(errno, ENOENT);
	EQ(empty_folder(true), 1);
}

TEST(replacing_keeps_the_mode_but_a_secret_stays_with_its_owner)
{
	char p[128];

	make_folder();
	umask(022);
	OK(write_text(in_folder(p, "f"), "one", UND_WRITE_REPLACE, 0644));
	EQ(mode_of(p), 0644);
	chmod(p, 0640);
	OK(write_text(p, "two", UND_WRITE_REPLACE, 0644));
	EQ(mode_of(p), 0640);
	OK(write_text(p, "three", UND_WRITE_REPLACE, 0600));
	EQ(mode_of(p), 0600);
	CHECK(holds(p, "three"));
	EQ(empty_folder(true), 1);
}

TEST(a_symbolic_link_is_followed)
{
	char p[128], q[128];
	struct stat st;

	make_folder();
	OK(write_text(in_folder(p, "f"), "one", UND_WRITE_NEW, 0644));
	CHECK(symlink("f", in_folder(q, "link")) == 0);
	OK(write_text(q, "two", UND_WRITE_REPLACE, 0644));
	CHECK(holds(p, "two"));
	CHECK(lstat(q, &st) == 0 && S_ISLNK(st.st_mode));
	EQ(empty_folder(true), 2);
}

/* A pipe with a name, not /dev/null: should this ever fail for root, the machine would have lost that. */
TEST(what_is_no_file_is_written_to_and_stays_what_it_is)
{
	char p[128], got[16] = "";
	struct stat st;
	int fd;

	make_folder();
	REQUIRE(mkfifo(in_folder(p, "pipe"), 0600) == 0);
	fd = open(p, O_RDWR);
	REQUIRE(fd >= 0);
	OK(write_text(p, "one", UND_WRITE_NEW, 0600));
	OK(write_text(p, "two", UND_WRITE_REPLACE, 0600));
	EQ(read(fd, got, sizeof got), 6);
	CHECK(memcmp(got, "onetwo", 6) == 0);
	CHECK(stat(p, &st) == 0 && S_ISFIFO(st.st_mode));
	close(fd);
	EQ(empty_folder(true), 1);
}

TEST(erasing_overwrites_what_was_there)
{
	char p[128], q[128];

	make_folder();
	OK(write_text(in_folder(p, "f"), "secret", UND_WRITE_NEW, 0600));
	CHECK(link(p, in_folder(q, "old")) == 0);
	OK(write_text(p, "new", UND_WRITE_REPLACE, 0600));
	CHECK(holds(q, "secret")); /* replacing alone does not */
	unlink(q);
	CHECK(link(p, q) == 0);
	OK(write_text(p, "newer", UND_WRITE_ERASE, 0600));
	CHECK(holds(p, "newer"));
	CHECK(!holds(q, "new"));
	OK(write_text(in_folder(q, "g"), "x", UND_WRITE_ERASE, 0600)); /* where nothing was */
	CHECK(holds(q, "x"));
	EQ(empty_folder(true), 3);
}

/* In a child whose files may not grow beyond 4 KiB: an error (default false), or death in the middle of a write. */
static int write_too_much(const char *path, bool die)
{
	static const char big[1 << 16] = { 1 };
	const struct rlimit limit = { 4096, 4096 };
	const struct und_bytes piece = und_bytes(big, sizeof big);
	pid_t child = fork();
	int status = 0;

	if (child == 0) {
		signal(SIGXFSZ, die ? SIG_DFL : SIG_IGN);
		if (setrlimit(RLIMIT_FSIZE, &limit) != 0)
			_exit(9);
		_exit(und_file_write(path, &piece, 1, UND_WRITE_REPLACE, 0600) == UND_ERR_IO && errno == EFBIG ? 7 : 8);
	}
	waitpid(child, &status, 0);
	return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

TEST(a_write_that_fails_or_dies_leaves_the_file_and_nothing_else)
{
	char p[128];

	make_folder();
	OK(write_text(in_folder(p, "f"), "old", UND_WRITE_NEW, 0600));
	EQ(write_too_much(p, false), 7);
	CHECK(holds(p, "old"));
	EQ(empty_folder(false), 1);
	EQ(write_too_much(p, true), -SIGXFSZ);
	CHECK(holds(p, "old"));
	EQ(empty_folder(true), 1);
}

/* ---- reading ---- */

TEST(reading_stops_at_the_limit_and_leaves_the_buffer)
{
	struct und_buf b;
	char p[128];

	make_folder();
	und_buf_init_secret(&b, 100);
	und_buf_add_str(&b, "a:");
	OK(write_text(in_folder(p, "f"), "hello", UND_WRITE_NEW, 0600));
	IS(UND_ERR_LIMIT, und_file_read(&b, p, 4));
	IS(UND_ERR_IO, und_file_read(&b, in_folder(p, "none"), 4));
	EQ(errno, ENOENT);
	IS(UND_ERR_IO, und_file_read(&b, folder, 4));
	EQ(errno, EISDIR);
	IS(UND_ERR_LIMIT, und_file_read(&b, "/dev/zero", 50));
	CHECK(und_bytes_is(und_buf_bytes(&b), "a:"));
	OK(und_file_read(&b, in_folder(p, "f"), 5));
	CHECK(und_bytes_is(und_buf_bytes(&b), "a:hello"));
	und_buf_clear(&b);
	empty_folder(true);
}

struct taken {
	size_t n, calls, stop_after;
};
static enum und_err take(void *ctx, struct und_bytes chunk)
{
	struct taken *t = ctx;

	t->n += chunk.n;
	return ++t->calls == t->stop_after ? UND_ERR_STOPPED : UND_OK;
}

TEST(a_stream_comes_in_chunks_until_somebody_stops_it)
{
	static const uint8_t big[1000000];
	const struct und_bytes piece = und_bytes(big, sizeof big);
	struct taken t = { 0, 0, 0 };
	uint64_t size = 7;
	char p[128];

	make_folder();
	OK(und_file_write(in_folder(p, "f"), &piece, 1, UND_WRITE_NEW, 0644));
	OK(und_file_stream(p, take, &t, &size));
	EQ(t.n, 1000000);
	EQ(size, 1000000);
	CHECK(t.calls > 1);
	t = (struct taken){ 0, 0, 1 };
	IS(UND_ERR_STOPPED, und_file_stream(p, take, &t, NULL));
	EQ(t.calls, 1);
	IS(UND_ERR_STOPPED, und_file_stream("/dev/zero", take, &(struct taken){ 0, 0, 3 }, &size));
	EQ(size, 0);
	IS(UND_ERR_IO, und_file_stream(in_folder(p, "none"), take, &t, NULL));
	empty_folder(true);
}

TEST(a_view_shows_files_and_what_is_no_file)
{
	struct und_file_view v;
	char p[128];
	int ends[2];

	make_folder();
	OK(write_text(in_folder(p, "f"), "hello", UND_WRITE_NEW, 0600));
	OK(und_file_view_open(&v, p, 5));
	CHECK(und_bytes_is(v.bytes, "hello"));
	und_file_view_close(&v);
	IS(UND_ERR_LIMIT, und_file_view_open(&v, p, 4));
	OK(write_text(in_folder(p, "empty"), "", UND_WRITE_NEW, 0600));
	OK(und_file_view_open(&v, p, 0));
	EQ(v.bytes.n, 0);
	und_file_view_close(&v);
	REQUIRE(pipe(ends) == 0 && write(ends[1], "pipe", 4) == 4);
	close(ends[1]);
	snprintf(p, sizeof p, "/dev/fd/%d", ends[0]);
	OK(und_file_view_open(&v, p, 100));
	CHECK(und_bytes_is(v.bytes, "pipe"));
	und_file_view_close(&v);
	close(ends[0]);
	empty_folder(true);
}

/* ---- machine ---- */

TEST(random_bytes_differ_and_today_is_today)
{
	const struct und_random *r = und_os_random();
	uint8_t a[600] = { 0 }, b[600] = { 0 };
	char day[11], again[16];
	time_t now;
	struct tm tm;

	OK(r->fill(r->ctx, a, sizeof a));
	OK(r->fill(r->ctx, b, sizeof b));
	CHECK(memcmp(a, b, 300) != 0 && memcmp(a + 300, b + 300, 300) != 0 && memcmp(a, a + 300, 300) != 0);
	do { /* both before or both after midnight */
		now = time(NULL);
		und_date_encode(day, und_os_today());
	} while (now / 86400 != time(NULL) / 86400);
	strftime(again, sizeof again, "%Y-%m-%d", gmtime_r(&now, &tm));
	STR(day, again);
	CHECK(und_os_cpus() >= 1);
}

/* ---- threads ---- */

enum { JOBS = 10000 };
static atomic_uint done[JOBS];
static struct und_pool *pool;

static void do_job(void *arg, size_t i)
{
	(void)arg;
	atomic_fetch_add(&done[i], 1);
}

static void do_nested(void *arg, size_t i)
{
	und_run(und_pool_runner(pool), do_job, arg, 10 * (i + 1));
}

static bool each_done(unsigned times, size_t n)
{
	for (size_t i = 0; i < JOBS; i++)
		if (atomic_exchange(&done[i], 0) != (i < n ? times : 0))
			return false;
	return true;
}

TEST(a_pool_does_each_job_once)
{
	for (unsigned width = 1; width < 6; width++) {
		OK(und_pool_new(&pool, width));
		CHECK(und_pool_runner(pool)->width >= 1 && und_pool_runner(pool)->width <= width);
		for (int round = 0; round < 20; round++) {
			und_run(und_pool_runner(pool), do_job, NULL, JOBS);
			CHECK(each_done(1, JOBS));
		}
		und_run(und_pool_runner(pool), do_job, NULL, 1);
		CHECK(each_done(1, 1));
		und_run(und_pool_runner(pool), do_job, NULL, 0);
		CHECK(each_done(0, 0));
		und_pool_free(pool);
	}
}

static void do_slowly(void *arg, size_t i)
{
	for (volatile unsigned k = 0; k < 20000; k++)
		;
	do_job(arg, i);
}

/* Those that another thread still does too. */
TEST(a_run_ends_when_all_jobs_are_done)
{
	OK(und_pool_new(&pool, 4));
	for (int round = 0; round < 200; round++) {
		und_run(und_pool_runner(pool), do_slowly, NULL, 7);
		CHECK(each_done(1, 7));
	}
	und_pool_free(pool);
}

TEST(a_run_inside_a_run_ends)
{
	OK(und_pool_new(&pool, 4));
	und_run(und_pool_runner(pool), do_nested, NULL, 8);
	for (size_t i = 0; i < 80; i++)
		EQ(atomic_exchange(&done[i], 0), 8 - i / 10);
	und_pool_free(pool);
}

static void *run_all(void *arg)
{
	for (int i = 0; i < 50; i++)
		und_run(und_pool_runner(pool), do_job, arg, 100);
	return NULL;
}

TEST(two_threads_may_run_at_once)
{
	pthread_t a, b;

	OK(und_pool_new(&pool, 3));
	REQUIRE(pthread_create(&a, NULL, run_all, NULL) == 0 && pthread_create(&b, NULL, run_all, NULL) == 0);
	pthread_join(a, NULL);
	pthread_join(b, NULL);
	CHECK(each_done(100, 100));
	und_pool_free(pool);
}

/* ---- the terminal: a child that asks, on a pseudo-terminal whose other end is ours ---- */

static volatile sig_atomic_t interrupted;

static void on_signal(int n)
{
	(void)n;
	interrupted = 1;
}

static bool asked(void)
{
	return interrupted != 0;
}

/* Exit code 10 + error; 100 + error where the answer was "abc". */
static void child_asks(const char *name, bool secret)
{
	const struct sigaction action = { .sa_handler = on_signal };
	struct und_buf b;
	enum und_err e;
	int fd;

	setsid();
	fd = open(name, O_RDWR);
	if (fd < 0 || ioctl(fd, TIOCSCTTY, 0) != 0)
		_exit(9);
	alarm(60); /* instead of waiting for ever */
	sigaction(SIGINT, &action, NULL);
	und_os_stop_when(asked); /* the signal may come before the wait */
	und_buf_init_secret(&b, 8);
	e = und_tty_ask(&b, "Word: ", secret);
	_exit((und_bytes_is(und_buf_bytes(&b), "abc") ? 100 : 10) + (int)e);
}

static bool echoes(int fd)
{
	struct termios t;

	return tcgetattr(fd, &t) == 0 && (t.c_lflag & ECHO) != 0;
}

/* Waits for the prompt, types, and gives the child's exit code; during: whether it echoed while it waited, after: when it had ended. */
static int converse(const char *typed, bool secret, bool *during, bool *after, char *seen, size_t max)
{
	int ours = posix_openpt(O_RDWR | O_NOCTTY), theirs, status = 0;
	size_t n = 0;
	ssize_t got;
	pid_t child;

	if (ours < 0 || grantpt(ours) != 0 || unlockpt(ours) != 0)
		return -1;
	theirs = open(ptsname(ours), O_RDWR | O_NOCTTY); /* keeps the terminal alive */
	child = fork();
	if (child == 0)
		child_asks(ptsname(ours), secret);
	while (n < max - 1 && (got = read(ours, seen + n, max - 1 - n)) > 0) {
		n += (size_t)got;
		seen[n] = '\0';
		if (strstr(seen, "Word: ") != NULL)
			break;
	}
	*during = echoes(ours);
	if (write(ours, typed, strlen(typed)) < 0)
		return -1;
	waitpid(child, &status, 0);
	*after = echoes(ours);
	fcntl(ours, F_SETFL, O_NONBLOCK);
	while (n < max - 1 && (got = read(ours, seen + n, max - 1 - n)) > 0)
		n += (size_t)got;
	seen[n] = '\0';
	close(theirs);
	close(ours);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -2;
}

TEST(a_secret_is_not_echoed_and_the_terminal_is_as_before)
{
	bool during, after;
	char seen[200];

	EQ(converse("abc\n", true, &during, &after, seen, sizeof seen), 100 + UND_OK);
	CHECK(!during && after && strstr(seen, "abc") == NULL);
	EQ(converse("abc\n", false, &during, &after, seen, sizeof seen), 100 + UND_OK);
	CHECK(during && after && strstr(seen, "abc") != NULL);
}

TEST(an_interrupt_at_the_prompt_stops_and_restores_the_echo)
{
	bool during, after;
	char seen[200];

	EQ(converse("ab\003", true, &during, &after, seen, sizeof seen), 10 + UND_ERR_STOPPED);
	CHECK(!during && after);
	EQ(converse("\004", true, &during, &after, seen, sizeof seen), 10 + UND_ERR_STOPPED);
	CHECK(after);
	EQ(converse("much too long\n", true, &during, &after, seen, sizeof seen), 10 + UND_ERR_LIMIT);
	CHECK(after);
}

/* Whether somebody asked to stop; the first time, a signal comes just after it was answered with no. */
static bool asked_late(void)
{
	bool was = interrupted != 0;

	if (!was)
		raise(SIGINT);
	return was;
}

/* A child that reads from a pipe into which nobody writes; late: the signal comes between looking and waiting. */
static int read_nothing(bool late)
{
	pid_t child = fork();
	int status = 0, ends[2];

	if (child == 0) {
		const struct sigaction action = { .sa_handler = on_signal };
		struct und_buf b;
		char path[40];

		alarm(60); /* instead of waiting for ever */
		sigaction(SIGINT, &action, NULL);
		if (pipe(ends) != 0)
			_exit(9);
		snprintf(path, sizeof path, "/dev/fd/%d", ends[0]);
		if (!late)
			raise(SIGINT);
		und_os_stop_when(asked_late);
		und_buf_init(&b, 8);
		_exit(und_file_read(&b, path, 8) == UND_ERR_STOPPED ? 3 : 4);
	}
	waitpid(child, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

TEST(a_signal_before_the_wait_is_not_lost)
{
	EQ(read_nothing(false), 3);
	EQ(read_nothing(true), 3);
}

TEST(without_a_terminal_nothing_is_asked)
{
	pid_t child = fork();
	int status = 0;

	if (child == 0) {
		struct und_buf b;

		setsid();
		und_buf_init(&b, 8);
		_exit(und_tty_ask(&b, "Word: ", true) == UND_ERR_IO ? 3 : 4);
	}
	waitpid(child, &status, 0);
	EQ(WEXITSTATUS(status), 3);
}
