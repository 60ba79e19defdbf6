/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* serve.c: a server from its opening to its end, and the clock that looks after letters when nobody asks */
#include <time.h>

#include "serve/series.h"

enum { TICK_SECONDS = 20, LOOK_SECONDS = 2, DAY_SECONDS = 86400, FETCHERS = 4, QUEUE_DEFAULT = 4096, WRONG_CODES_DEFAULT = 600, PAGE_QUEUE = 65536, BODIES_MAX = 160 << 20 };

/* ---- the clock ---- */

/* A new day: what was counted until now may be told. */
static void tell(struct und_serve *s)
{
	und_day today = und_os_today();

	pthread_mutex_lock(&s->tick_lock);
	if (s->told.day != today) {
		s->told.day = today;
		und_http_count(&s->told.http, s->http);
#define UND_SERVE_COUNTER(name, text) s->told.name = atomic_load(&s->counters.name);
		UND_SERVE_COUNTERS(UND_SERVE_COUNTER)
#undef UND_SERVE_COUNTER
	}
	pthread_mutex_unlock(&s->tick_lock);
}

static void look_after(struct und_serve *s)
{
	struct serve_letter *h;

	for (size_t i = 0; (h = serve_letter_at(s, i)) != NULL; i++)
		serve_release_job(h);
	serve_series_look(s);
	tell(s);
}

/* Not longer than until the day's end. */
static bool wait(struct und_serve *s, time_t seconds)
{
	time_t left = DAY_SECONDS - time(NULL) % DAY_SECONDS;
	struct timespec until;
	bool stopping;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += left < seconds ? left : seconds;
	pthread_mutex_lock(&s->tick_lock);
	while (!s->stopping && pthread_cond_timedwait(&s->tick_cond, &s->tick_lock, &until) == 0)
		;
	stopping = s->stopping;
	pthread_mutex_unlock(&s->tick_lock);
	return !stopping;
}

static void *tick(void *arg)
{
	struct und_serve *s = arg;
	time_t step = und_store_is_shared(s->store) ? LOOK_SECONDS : TICK_SECONDS, since = TICK_SECONDS;
	enum und_err e; /* nobody is told: what failed is done the next time */

	do {
		if (since >= TICK_SECONDS || time(NULL) % DAY_SECONDS < step) {
			look_after(s);
			since = 0;
		}
		since += step;
		e = serve_letters_load(s, true, NULL); /* what other servers of this store took in */
		(void)e;
	} while (wait(s, step));
	return NULL;
}

/* ---- opening ---- */

static enum und_err copy_routes(struct und_serve *s)
{
	size_t own = serve_route_count, n = own + s->options.route_count;

	s->routes = und_alloc(n, sizeof *s->routes);
	if (s->routes == NULL)
		return UND_ERR_MEMORY;
	memcpy(s->routes, serve_routes, own * sizeof *s->routes);
	if (s->options.route_count != 0)
		memcpy(s->routes + own, s->options.routes, s->options.route_count * sizeof *s->routes);
	for (size_t i = 0; i < n; i++)
		s->routes[i].ctx = s;
	return UND_OK;
}

static enum und_err listen_at(struct und_serve *s, struct und_diag *diag)
{
	struct und_http_options http = {
		.listen = s->options.listen != NULL ? s->options.listen : "127.0.0.1:8080",
		.routes = s->routes,
		.route_count = serve_route_count + s->options.route_count,
		.fault = s->options.fault,
		.fault_ctx = s->options.fault_ctx,
		.ready = s->options.ready,
		.ready_ctx = s->options.ready_ctx,
		.bodies_max = BODIES_MAX,
	};

	return und_http_open(&s->http, &http, diag);
}

static enum und_err start(struct und_serve *s, struct und_diag *diag)
{
	const struct und_store_options store = { .random = s->options.random, .said = s->options.said };
	enum und_err e;

	if ((e = s->options.random->fill(s->options.random->ctx, (uint8_t *)&s->started, sizeof s->started)) != UND_OK)
		return e;
	if ((e = serve_cache_init(&s->site, serve_document_slots(s, true))) != UND_OK)
		return e;
	if ((e = copy_routes(s)) != UND_OK)
		return e;
	if ((e = und_store_open(&s->store, s->options.store, &store)) != UND_OK)
		return e;
	if ((e = serve_letters_load(s, false, diag)) != UND_OK)
		return e;
	serve_series_look(s);
	if ((e = und_work_new(&s->judges, s->threads, 2 * QUEUE_DEFAULT)) != UND_OK)
		return e;
	if ((e = und_work_new(&s->pages, 2, PAGE_QUEUE)) != UND_OK)
		return e;
	if (und_store_is_shared(s->store) && (e = und_work_new(&s->files, FETCHERS, PAGE_QUEUE)) != UND_OK)
		return e;
	return listen_at(s, diag);
}

static enum und_err init(struct und_serve *s, const struct und_serve_options *options)
{
	pthread_condattr_t monotonic;

	s->options = *options;
	s->threads = options->threads != 0 ? options->threads : und_os_cpus();
	if (s->options.queue_max == 0)
		s->options.queue_max = QUEUE_DEFAULT;
	if (s->options.wrong_codes == 0)
		s->options.wrong_codes = WRONG_CODES_DEFAULT;
	s->tokens = s->options.wrong_codes;
	s->told.day = und_os_today();
	pthread_mutex_init(&s->making, NULL);
	pthread_rwlock_init(&s->letters_lock, NULL);
	pthread_mutex_init(&s->readers_lock, NULL);
	pthread_mutex_init(&s->cards_lock, NULL);
	pthread_mutex_init(&s->tick_lock, NULL);
	pthread_mutex_init(&s->helpers_lock, NULL);
	if (pthread_condattr_init(&monotonic) != 0)
		return UND_ERR_MEMORY;
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&s->tick_cond, &monotonic);
	pthread_condattr_destroy(&monotonic);
	return UND_OK;
}

enum und_err und_serve_open(struct und_serve **out, const struct und_serve_options *options, struct und_diag *diag)
{
	struct und_serve *s = und_alloc(1, sizeof *s);
	enum und_err e;

	und_bug_if(options->random == NULL || options->store == NULL);
	if (s == NULL)
		return UND_ERR_MEMORY;
	e = init(s, options);
	if (e == UND_OK)
		e = start(s, diag);
	if (e == UND_OK)
		*out = s;
	else
		und_serve_close(s);
	return e;
}

const char *und_serve_where(const struct und_serve *s)
{
	return und_http_address(s->http);
}

const char *und_serve_address(const struct und_serve *s)
{
	return s->options.address != NULL ? s->options.address : und_http_address(s->http);
}

/* ---- running, and the end ---- */

enum und_err und_serve_run(struct und_serve *s)
{
	if (pthread_create(&s->ticker, NULL, tick, s) != 0)
		return UND_ERR_IO;
	s->ticking = true;
	return und_http_run(s->http);
}

void und_serve_stop(struct und_serve *s)
{
	und_http_stop(s->http);
}

static void end_ticking(struct und_serve *s)
{
	pthread_mutex_lock(&s->tick_lock);
	s->stopping = true;
	pthread_cond_broadcast(&s->tick_cond);
	pthread_mutex_unlock(&s->tick_lock);
	if (s->ticking)
		pthread_join(s->ticker, NULL);
}

/* What the store has it keeps; then nothing queues a release any more. */
static void await_store(struct und_serve *s)
{
	pthread_mutex_lock(&s->tick_lock);
	while (s->in_store != 0)
		pthread_cond_wait(&s->tick_cond, &s->tick_lock);
	pthread_mutex_unlock(&s->tick_lock);
}

void und_serve_close(struct und_serve *s)
{
	if (s == NULL)
		return;
	end_ticking(s);
	und_work_free(s->judges);
	und_pool_free(s->helpers);
	await_store(s);
	und_work_free(s->pages);
	und_work_free(s->files);
	await_store(s); /* what such a job handed over again */
	serve_letters_free(s);
	if (s->store != NULL)
		und_store_close(s->store);
	if (s->http != NULL)
		und_http_close(s->http);
	serve_cache_clear(&s->site);
	free(s->routes);
	pthread_cond_destroy(&s->tick_cond);
	pthread_rwlock_destroy(&s->letters_lock);
	free(s);
}
