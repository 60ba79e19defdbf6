/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* store.c: how many submissions a second a store acknowledges on this disk, beside one fsync; what a reader waits meanwhile; a release; laying out anew. FOLDER [SECONDS] */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>
#include <fcntl.h>

#include "os/os.h"
#include "store/store.h"

enum { LINE = 2500, CALLERS_MAX = 256, READS_MAX = 1 << 20 }; /* a signature in a ring of 1,024 */

static struct {
	struct und_store *store;
	uint8_t letter[UND_ID_SIZE];
	atomic_bool stop;
	atomic_uint next;
	atomic_ulong acknowledged;
	double *reads;
	size_t read_count;
} bench;

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* What all threads took of the processor, and what went to disk. */
static double processor(double *megabytes)
{
	struct rusage u;

	if (getrusage(RUSAGE_SELF, &u) != 0)
		exit(1);
	*megabytes = (double)u.ru_oublock * 512 / 1e6;
	return (double)u.ru_utime.tv_sec + (double)u.ru_stime.tv_sec + (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
}

static void must(enum und_err e)
{
	if (e != UND_OK) {
		fprintf(stderr, "%s\n", und_err_text(e));
		exit(1);
	}
}

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static void *submit(void *arg)
{
	struct und_act act = { .kind = UND_STORE_SIGNATURE };
	struct und_submission sub = { .acts = &act, .count = 1 };
	uint8_t *line = arg;

	memcpy(sub.letter, bench.letter, UND_ID_SIZE);
	while (!atomic_load(&bench.stop)) {
		uint32_t n = atomic_fetch_add(&bench.next, 1) * UINT32_C(2654435761); /* spread over the keys, as tags are */

		und_store_u32be(act.tag, n);
		memcpy(line, act.tag, 4);
		act.line = und_bytes(line, LINE);
		must(und_store_submit_wait(bench.store, &sub));
		atomic_fetch_add(&bench.acknowledged, 1);
	}
	return NULL;
}

static enum und_err take(void *ctx, struct und_bytes piece)
{
	*(uint64_t *)ctx += piece.n;
	return UND_OK;
}

/* The letter and 64 KiB of its file, again and again. */
static void *read_on(void *arg)
{
	struct und_store_reader *r = NULL;
	struct und_store_letter l;
	uint64_t bytes = 0;

	(void)arg;
	must(und_store_reader_open(&r, bench.store));
	while (!atomic_load(&bench.stop) && bench.read_count < READS_MAX) {
		double began = now();

		must(und_store_letter(&l, r, bench.letter));
		must(und_store_read(r, bench.letter, bytes % (1 << 20), 64 << 10, take, &bytes));
		bench.reads[bench.read_count++] = now() - began;
	}
	und_store_reader_close(r);
	return NULL;
}

static void measure(unsigned callers, double seconds)
{
	static uint8_t lines[CALLERS_MAX][LINE];
	pthread_t threads[CALLERS_MAX], reader;
	unsigned long before = atomic_load(&bench.acknowledged);
	struct timespec pause = { .tv_sec = (time_t)seconds, .tv_nsec = (long)((seconds - (double)(time_t)seconds) * 1e9) };
	double began = now(), took;

	atomic_store(&bench.stop, false);
	bench.read_count = 0;
	for (unsigned i = 0; i < callers; i++)
		if (pthread_create(&threads[i], NULL, submit, lines[i]) != 0)
			exit(1);
	if (pthread_create(&reader, NULL, read_on, NULL) != 0)
		exit(1);
	nanosleep(&pause, NULL);
	took = now() - began;
	before = atomic_load(&bench.acknowledged) - before;
	atomic_store(&bench.stop, true);
	for (unsigned i = 0; i < callers; i++)
		pthread_join(threads[i], NULL);
	pthread_join(reader, NULL);
	qsort(bench.reads, bench.read_count, sizeof *bench.reads, by_size);
	printf("%3u callers: %7.0f submissions/s; a reader beside them: median %.0f us, 99 %% %.0f us, worst %.1f ms\n", callers, (double)before / took,
	       bench.reads[bench.read_count / 2] * 1e6, bench.reads[bench.read_count * 99 / 100] * 1e6, bench.reads[bench.read_count - 1] * 1e3);
}

static void measure_sync(const char *folder)
{
	enum { N = 100 };
	static const uint8_t block[8192];
	char path[4096];
	double began;
	int fd;

	snprintf(path, sizeof path, "%s/sync", folder);
	fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
	if (fd < 0)
		must(UND_ERR_IO);
	began = now();
	for (int i = 0; i < N; i++)
		if (pwrite(fd, block, sizeof block, (off_t)i * (off_t)sizeof block) < 0 || fdatasync(fd) != 0)
			must(UND_ERR_IO);
	printf("one fdatasync of 8 KiB: %.2f ms\n", (now() - began) / N * 1e3);
	close(fd);
	unlink(path);
}

static void measure_release(void)
{
	struct und_waiting w = { .count = 0 };
	struct und_store_reader *r = NULL;
	struct und_store_letter l;
	double began = now(), listed, released, mb, more_mb, took = processor(&mb);

	must(und_store_tidy(bench.store));
	took = processor(&more_mb) - took;
	printf("laid out anew: %.0f ms, %.0f of the processor, %.1f MB written\n", (now() - began) * 1e3, took * 1e3, more_mb - mb);
	began = now();
	must(und_store_waiting(&w, bench.store, bench.letter, NULL, 16 << 20));
	listed = now();
	must(und_store_reader_open(&r, bench.store));
	must(und_store_letter(&l, r, bench.letter));
	und_store_reader_close(r);
	must(und_store_release(bench.store, bench.letter, l.generation, w.acts, w.count, und_bytes(NULL, 0)));
	released = now();
	printf("%zu acts listed in %.0f ms, released in %.0f ms\n", w.count, (listed - began) * 1e3, (released - listed) * 1e3);
	und_waiting_clear(&w);
}

int main(int argc, char **argv)
{
	static const unsigned callers[] = { 1, 32, 256 };
	struct und_store_options options = { .random = und_os_random() };
	double seconds = argc > 2 ? strtod(argv[2], NULL) : 5;
	struct und_store_segment seg;
	uint8_t *file = malloc(2 << 20);
	char path[4096];

	if (argc < 2 || file == NULL) {
		fprintf(stderr, "store FOLDER [SECONDS]: makes FOLDER/bench-store; remove it afterwards\n");
		return 2;
	}
	snprintf(path, sizeof path, "%s/bench-store", argv[1]);
	measure_sync(argv[1]);
	bench.reads = malloc(READS_MAX * sizeof *bench.reads);
	if (bench.reads == NULL)
		must(UND_ERR_MEMORY);
	must(und_store_open_sqlite(&bench.store, path, &options));
	memset(file, 'x', 2 << 20);
	file[(2 << 20) - 1] = '\n';
	seg = (struct und_store_segment){ .bytes = und_bytes(file, 2 << 20) };
	memcpy(bench.letter, "bench", 5);
	must(und_store_create(bench.store, und_cstr("bench"), bench.letter, &seg));
	for (size_t i = 0; i < UND_COUNT_OF(callers); i++)
		measure(callers[i], seconds);
	measure_release();
	und_store_close(bench.store);
	free(bench.reads);
	free(file);
	return 0;
}
