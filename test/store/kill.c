/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* kill.c: kill -9 in the middle of load, again and again on one store: nothing acknowledged is lost, nothing is there twice, the file is whole. UND_ROUNDS: how often (30) */
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>

#include "fixture.h"

enum { CALLERS = 8, TAGS = 1 << 15 };

/* In memory that outlives the child. */
struct load {
	atomic_uchar kept[TAGS];   /* acknowledged */
	atomic_uint next;          /* the first tag that nobody submitted */
	atomic_ulong acknowledged; /* of all rounds */
	atomic_ulong released;
	atomic_uint wrong;         /* answers that cannot be */
};
static struct load *load;
static struct und_store *store;

static const char *line_of(char out[400], uint32_t tag)
{
	int n = snprintf(out, 400, "{\"tag\":%u,\"proof\":\"", tag);

	memset(out + n, 'p', 300 - (size_t)n);
	memcpy(out + 300, "\"}", 3);
	return out;
}

static void *submit(void *arg)
{
	char lines[4][400];
	struct und_act acts[4];

	(void)arg;
	for (;;) {
		uint32_t first = atomic_fetch_add(&load->next, 4);

		if (first + 4 > TAGS)
			return NULL;
		for (uint32_t i = 0; i < 4; i++)
			acts[i] = act_of(UND_STORE_SIGNATURE, first + i, line_of(lines[i], first + i));
		if (submit_acts(store, letter_a, acts, 4) != UND_OK) {
			atomic_fetch_add(&load->wrong, 1);
			return NULL;
		}
		for (uint32_t i = 0; i < 4; i++) {
			atomic_store(&load->kept[first + i], 1);
			if (acts[i].outcome != UND_STORE_NEW)
				atomic_fetch_add(&load->wrong, 1);
		}
		atomic_fetch_add(&load->acknowledged, 4);
	}
}

static void *release(void *arg)
{
	(void)arg;
	for (;;) {
		struct und_waiting w = { .count = 0 };
		uint64_t generation = generation_of(store, letter_a);

		if (generation == 0 || und_store_waiting(&w, store, letter_a, NULL, 1 << 20) != UND_OK)
			atomic_fetch_add(&load->wrong, 1);
		if (w.count > 40) {
			if (und_store_release(store, letter_a, generation, w.acts, w.count, und_bytes(NULL, 0)) == UND_OK)
				atomic_fetch_add(&load->released, w.count);
			else
				atomic_fetch_add(&load->wrong, 1);
		}
		und_waiting_clear(&w);
		if (atomic_load(&load->wrong) > 0)
			return NULL;
	}
}

static struct und_store *open_store(void)
{
	struct und_store_options options = { .random = und_os_random(), .quiet_ms = 3, .tidy_rows = 50 };
	struct und_store *s = NULL;
	enum und_err e = und_store_open_sqlite(&s, fixture_folder, &options);

	if (e != UND_OK)
		tap_fail("the store does not open: %s", und_err_name(e));
	return s;
}

static void child(void)
{
	pthread_t thread;

	store = open_store();
	if (store == NULL)
		_exit(1);
	for (int i = 0; i < CALLERS; i++)
		if (pthread_create(&thread, NULL, i == 0 ? release : submit, NULL) != 0)
			_exit(1);
	pthread_join(thread, NULL);
	_exit(2); /* it is killed before that */
}

/* Kills it after some more acknowledgements. */
static void one_round(void)
{
	unsigned long until = atomic_load(&load->acknowledged) + tap_below(400);
	int status = 0;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid == 0)
		child();
	REQUIRE(pid > 0);
	while (atomic_load(&load->acknowledged) < until && atomic_load(&load->wrong) == 0 && waitpid(pid, &status, WNOHANG) == 0)
		sched_yield();
	for (uint64_t i = tap_below(20); i > 0; i--) /* not only just after an answer */
		sched_yield();
	kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
	EQ(atomic_load(&load->wrong), 0);
}

/* Counts each tag in the file and among those that wait. */
static void judge(void)
{
	static uint8_t found[TAGS];
	struct und_store *s = open_store();
	struct und_waiting w = { .count = 0 };
	struct und_buf file;
	char line[400];
	size_t n = strlen(line_of(line, 0));
	unsigned lost = 0, doubled = 0, broken = 0;

	REQUIRE(s != NULL);
	memset(found, 0, sizeof found);
	OK(file_range(&file, s, letter_a, 0, UINT64_MAX));
	OK(und_store_waiting(&w, s, letter_a, NULL, UND_STORE_PAGE_MAX));
	CHECK((file.n - 4) % (n + 1) == 0);
	for (size_t i = 4; i + n < file.n; i += n + 1) {
		unsigned long tag = strtoul((const char *)file.p + i + 7, NULL, 10);

		if (tag >= TAGS || memcmp(file.p + i, line_of(line, (uint32_t)tag), n) != 0 || file.p[i + n] != '\n')
			broken++;
		else
			doubled += found[tag]++ > 0;
	}
	for (size_t i = 0; i < w.count; i++) {
		uint32_t tag = (uint32_t)w.acts[i].tag[0] << 24 | (uint32_t)w.acts[i].tag[1] << 16 | (uint32_t)w.acts[i].tag[2] << 8 | w.acts[i].tag[3];

		if (tag >= TAGS || !und_bytes_is(w.acts[i].line, line_of(line, tag)))
			broken++;
		else
			doubled += found[tag]++ > 0;
	}
	for (uint32_t tag = 0; tag < TAGS; tag++)
		lost += atomic_load(&load->kept[tag]) != 0 && found[tag] == 0;
	EQ(lost, 0);
	EQ(doubled, 0);
	EQ(broken, 0);
	und_waiting_clear(&w);
	und_buf_clear(&file);
	und_store_close(s);
}

static void new_store(void)
{
	fixture_begin();
	for (size_t i = 0; i < TAGS; i++)
		atomic_store(&load->kept[i], 0);
	atomic_store(&load->next, 0);
	store = open_store();
	REQUIRE(store != NULL);
	OK(create(store, "a", letter_a, "one\n"));
	und_store_close(store);
}

TEST(a_kill_under_load_loses_nothing)
{
	unsigned long rounds = getenv("UND_ROUNDS") != NULL ? strtoul(getenv("UND_ROUNDS"), NULL, 10) : 30;

	tap_seed((uint64_t)time(NULL));
	load = mmap(NULL, sizeof *load, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	REQUIRE(load != MAP_FAILED);
	for (unsigned long i = 0; i < rounds && tap_failures == 0; i++) {
		if (i == 0 || atomic_load(&load->next) > TAGS / 2) {
			if (i > 0)
				fixture_end();
			new_store();
		}
		one_round();
		judge();
	}
	printf("# %lu rounds: %lu acknowledged, %lu of them released before the last kill, nothing lost or doubled\n", rounds, atomic_load(&load->acknowledged),
	       atomic_load(&load->released));
	CHECK(atomic_load(&load->acknowledged) > 100 * rounds / 2);
	CHECK(atomic_load(&load->released) > 0);
	fixture_end();
	munmap(load, sizeof *load);
}
