/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* server.c: a server: its options, loops, threads, counters */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "http/loop.h"
#include "os/os.h"

enum {
	DESCRIPTORS_ELSE = 64, /* of the rest of the program, and of the loops themselves */
	LOOPS_USUAL = 4
};

static void set(unsigned *value, unsigned otherwise)
{
	if (*value == 0)
		*value = otherwise;
}

static void fill_in(struct und_http_options *o)
{
	unsigned cpus = und_os_cpus();

	set(&o->unix_mode, 0660);
	set(&o->loops, cpus < LOOPS_USUAL ? cpus : LOOPS_USUAL);
	if (o->loops > UND_HTTP_LOOPS_MAX)
		o->loops = UND_HTTP_LOOPS_MAX;
	set(&o->connections_max, 16384);
	set(&o->head_ms, 10000);
	set(&o->body_ms, 60000);
	set(&o->idle_ms, 60000);
	set(&o->send_ms, 30000);
	set(&o->stop_ms, 10000);
	if (o->bodies_max == 0)
		o->bodies_max = 64 << 20;
	if (o->api_prefix == NULL)
		o->api_prefix = "/api/";
}

/* Raises the number of descriptors as far as one may; fewer connections where they do not suffice. Answers under way take two more each. */
static unsigned share_descriptors(struct und_http_options *o)
{
	struct rlimit limit;
	rlim_t wanted = (rlim_t)o->connections_max + o->connections_max / 2 + DESCRIPTORS_ELSE;
	unsigned have;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
		return 16;
	if (limit.rlim_cur < wanted && limit.rlim_cur < limit.rlim_max) {
		limit.rlim_cur = limit.rlim_max < wanted ? limit.rlim_max : wanted;
		if (setrlimit(RLIMIT_NOFILE, &limit) != 0 && getrlimit(RLIMIT_NOFILE, &limit) != 0)
			return 16;
	}
	have = limit.rlim_cur > wanted ? (unsigned)wanted : (unsigned)limit.rlim_cur;
	have = have > 2 * DESCRIPTORS_ELSE ? have - DESCRIPTORS_ELSE : DESCRIPTORS_ELSE;
	if (o->connections_max > have / 3 * 2)
		o->connections_max = have / 3 * 2;
	have = (have - o->connections_max) / 2 / o->loops;
	return have > 0 ? have : 1;
}

static enum und_err open_loops(struct und_http *s)
{
	unsigned channels = share_descriptors(&s->options);

	for (; s->loop_count < s->options.loops; s->loop_count++) {
		enum und_err e = und_loop_new(&s->loops[s->loop_count], s, channels);

		if (e != UND_OK)
			return e;
	}
	return UND_OK;
}

enum und_err und_http_open(struct und_http **out, const struct und_http_options *options, struct und_diag *diag)
{
	struct und_http *s;
	enum und_err e;

	e = und_routes_check(options->routes, options->route_count, diag);
	if (e != UND_OK)
		return e;
	s = und_alloc(1, sizeof *s);
	if (s == NULL)
		return UND_ERR_MEMORY;
	s->options = *options;
	s->listener.fd = -1;
	fill_in(&s->options);
	e = open_loops(s);
	if (e == UND_OK)
		e = und_listener_open(&s->listener, s->options.listen, s->options.unix_mode, diag);
	if (e != UND_OK) {
		int why = errno;

		und_http_close(s);
		errno = why;
		return e;
	}
	*out = s;
	return UND_OK;
}

const char *und_http_address(const struct und_http *s)
{
	return s->listener.address;
}

static void *run_loop(void *arg)
{
	struct und_loop *l = arg;

	if (und_loop_run(l) != UND_OK)
		und_http_stop(l->server); /* the first one says so */
	return NULL;
}

enum und_err und_http_run(struct und_http *s)
{
	pthread_t threads[UND_HTTP_LOOPS_MAX];
	sigset_t all, before;
	unsigned started = 1;
	enum und_err e;

	und_bug_if(s->loops[0]->began);
	s->loops[0]->began = true;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	while (started < s->loop_count && pthread_create(&threads[started], NULL, run_loop, s->loops[started]) == 0)
		started++; /* fewer loops do the work where threads cannot be had */
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (s->options.ready != NULL)
		s->options.ready(s->options.ready_ctx);
	e = und_loop_run(s->loops[0]);
	if (e != UND_OK)
		und_http_stop(s);
	for (unsigned i = 1; i < started; i++)
		pthread_join(threads[i], NULL);
	return e;
}

void und_http_stop(struct und_http *s)
{
	const uint64_t one = 1;
	int why = errno;

	atomic_fetch_add(&s->stop, 1);
	for (unsigned i = 0; i < s->loop_count; i++)
		if (write(s->loops[i]->wake, &one, sizeof one) < 0)
			continue; /* it is awake already */
	errno = why;
}

void und_http_close(struct und_http *s)
{
	if (s == NULL)
		return;
	und_listener_close(&s->listener);
	for (unsigned i = 0; i < s->loop_count; i++)
		und_loop_free(s->loops[i]);
	und_bug_if(atomic_load(&s->outstanding) != 0);
	free(s);
}

void und_http_count(struct und_http_counters *out, const struct und_http *s)
{
	out->open = atomic_load_explicit(&s->open, memory_order_relaxed);
#define UND_HTTP_COUNTER(name, text) out->name = atomic_load_explicit(&s->name, memory_order_relaxed);
	UND_HTTP_COUNTERS(UND_HTTP_COUNTER)
#undef UND_HTTP_COUNTER
}
