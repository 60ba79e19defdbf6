/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* loop.c: waiting, taking connections, deadlines, answers from other threads, stopping */
#include <errno.h>
#include <malloc.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/secret.h"
#include "http/loop.h"

enum {
	/* What is done in one turn, so that nobody waits for a crowd: answers begun together share the channels that are kept (mhd.c). */
	EVENTS = 64,
	ACCEPTS = 16,
	ANSWERS = 64,
	LATE = 32,        /* deadlines: what they cost most is words of farewell */
	PAUSE_MS = 100,   /* before another try when none could be taken */
	CROWD = 256       /* connections of a loop whose memory is worth giving back */
};

static uint64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

/* ---- beginning and end ---- */

/* what: a connection, or, for the other descriptors, the address of their member of *l. */
static bool watch(struct und_loop *l, int fd, void *what, uint32_t events)
{
	struct epoll_event event = { .events = events };

	event.data.ptr = what;
	return epoll_ctl(l->epoll, EPOLL_CTL_ADD, fd, &event) == 0;
}

enum und_err und_loop_new(struct und_loop **out, struct und_http *server, unsigned channels_max)
{
	struct und_loop *l = und_alloc(1, sizeof *l);
	enum und_err e;

	if (l == NULL)
		return UND_ERR_MEMORY;
	l->server = server;
	l->laters_max = channels_max;
	pthread_mutex_init(&l->lock, NULL);
	l->epoll = epoll_create1(EPOLL_CLOEXEC);
	l->due_last = &l->due;
	l->wake = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	if (l->epoll < 0 || l->wake < 0) {
		e = UND_ERR_IO;
	} else {
		e = und_mhd_new(&l->mhd, channels_max);
		if (e == UND_OK && (!watch(l, l->wake, &l->wake, EPOLLIN) || !watch(l, und_mhd_fd(l->mhd), &l->mhd, EPOLLIN)))
			e = UND_ERR_IO;
	}
	if (e != UND_OK) {
		int why = errno;

		und_loop_free(l);
		errno = why;
		return e;
	}
	*out = l;
	return UND_OK;
}

/* Requests that were answered when nobody listened any more. */
static void forget_answers(struct und_loop *l, struct und_http_request *r)
{
	struct und_http_request *next;

	for (; r != NULL; r = next) {
		next = r->next;
		atomic_fetch_sub(&l->server->outstanding, 1);
		und_request_free(r);
	}
}

static void free_dead(struct und_loop *l)
{
	while (l->dead != NULL) {
		struct und_conn *c = l->dead;

		l->dead = c->next;
		free(c);
	}
}

/* The allocator keeps what lies between blocks that live on: when most of a crowd has gone, the system gets it back. */
static void give_back(struct und_loop *l)
{
	if (l->crowd < CROWD || l->connections > l->crowd / 4)
		return;
	malloc_trim(0);
	l->crowd = l->connections;
}

void und_loop_free(struct und_loop *l)
{
	if (l == NULL)
		return;
	forget_answers(l, l->due);
	forget_answers(l, l->answers);
	und_laters_take(l);
	free_dead(l);
	und_mhd_free(l->mhd);
	und_memos_clear(&l->memos);
	if (l->epoll >= 0)
		close(l->epoll);
	if (l->wake >= 0)
		close(l->wake);
	pthread_mutex_destroy(&l->lock);
	free(l);
}

/* ---- answers ---- */

void und_loop_wake(struct und_loop *l)
{
	const uint64_t one = 1;

	if (write(l->wake, &one, sizeof one) != (ssize_t)sizeof one)
		errno = 0; /* it is awake already */
}

void und_loop_answered(struct und_http_request *r, struct und_reply *reply)
{
	struct und_loop *l = r->loop;

	und_bug_if(r->answered || r->reply != NULL);
	r->reply = reply;
	if (pthread_equal(pthread_self(), l->thread) && r->handling) {
		r->answered = true;
		return;
	}
	pthread_mutex_lock(&l->lock);
	if (l->answers == NULL)
		und_loop_wake(l);
	r->next = l->answers;
	l->answers = r;
	pthread_mutex_unlock(&l->lock);
}

static void take_answers(struct und_loop *l)
{
	struct und_http_request *r, *next, *last, *in_order = NULL;

	pthread_mutex_lock(&l->lock);
	r = l->answers;
	l->answers = NULL;
	pthread_mutex_unlock(&l->lock);
	last = r;
	for (; r != NULL; r = next) {
		next = r->next;
		r->next = in_order;
		in_order = r;
	}
	if (in_order == NULL)
		return;
	*l->due_last = in_order;
	l->due_last = &last->next;
}

static void begin_answers(struct und_loop *l)
{
	for (unsigned i = 0; i < ANSWERS && l->due != NULL; i++) {
		struct und_http_request *r = l->due;
		struct und_reply *reply = r->reply;

		l->due = r->next;
		if (l->due == NULL)
			l->due_last = &l->due;
		r->reply = NULL;
		atomic_fetch_sub(&l->server->outstanding, 1);
		und_conn_send(r->conn, reply);
	}
}

/* ---- connections ---- */

/* For a while; for good when the loop is stopping. */
static void stop_listening(struct und_loop *l)
{
	l->listen_at = l->now + PAUSE_MS;
	if (l->listening && epoll_ctl(l->epoll, EPOLL_CTL_DEL, l->server->listener.fd, NULL) == 0)
		l->listening = false;
}

static void start_listening(struct und_loop *l)
{
	if (!l->listening && !l->stopping && l->now >= l->listen_at)
		l->listening = watch(l, l->server->listener.fd, &l->listening, EPOLLIN | EPOLLEXCLUSIVE);
}

static void take_connections(struct und_loop *l)
{
	struct und_http *s = l->server;
	int fd;

	for (unsigned i = 0; i < ACCEPTS && l->listening; i++) {
		bool full = atomic_load(&s->open) >= s->options.connections_max;

		if (full && !und_room_is_there(l)) {
			stop_listening(l);
			return;
		}
		fd = accept4(s->listener.fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC); /* whose it is, nobody asks */
		if (fd < 0 && (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) && !und_room_for_connection(l))
			stop_listening(l);
		if (fd < 0)
			return;
		und_count(l, connections);
		if (full)
			und_room_for_connection(l);
		und_conn_new(l, fd);
	}
}

/* ---- time ---- */

static void look_at_deadlines(struct und_loop *l)
{
	unsigned late = 0;

	for (unsigned i = 0; i < UND_PHASES; i++) {
		struct und_conn *c;

		while (late < LATE && (c = l->phases[i].first) != NULL && c->deadline <= l->now) {
			und_conn_late(c);
			late++;
		}
	}
}

static int time_to_wait(const struct und_loop *l, bool busy)
{
	uint64_t first = l->stopping ? l->stop_at : UINT64_MAX;

	if (busy)
		return 0;
	for (unsigned i = 0; i < UND_PHASES; i++)
		if (l->phases[i].first != NULL && l->phases[i].first->deadline < first)
			first = l->phases[i].first->deadline;
	if (!l->listening && !l->stopping && first > l->listen_at)
		first = l->listen_at;
	return first == UINT64_MAX ? -1 : first <= l->now ? 0 : (int)(first - l->now < 60000 ? first - l->now : 60000);
}

/* ---- stopping ---- */

static void close_phase(struct und_loop *l, enum und_phase phase)
{
	while (l->phases[phase].first != NULL)
		und_conn_close(l->phases[phase].first);
}

static void begin_to_stop(struct und_loop *l)
{
	stop_listening(l);
	l->stopping = true;
	l->stop_at = l->now + l->server->options.stop_ms;
	close_phase(l, UND_PHASE_NEW);
	close_phase(l, UND_PHASE_IDLE);
}

static bool is_over(const struct und_loop *l)
{
	unsigned asked = atomic_load(&l->server->stop);

	if (!l->stopping)
		return false;
	if (asked > 1 || l->now >= l->stop_at)
		return true;
	for (unsigned i = 0; i < UND_PHASES; i++)
		if (l->phases[i].first != NULL)
			return false;
	return true;
}

/* ---- turning ---- */

static void on_connection(struct und_conn *c, uint32_t events)
{
	if (c->dead)
		return;
	if ((events & (EPOLLERR | EPOLLHUP)) != 0 && c->phase != UND_PHASE_WORK) {
		if (c->phase > UND_PHASE_IDLE && c->phase != UND_PHASE_LINGER)
			und_count(c->loop, broken);
		und_conn_close(c);
		return;
	}
	if ((events & EPOLLOUT) != 0)
		c->can_write = true;
	if ((events & (EPOLLIN | EPOLLRDHUP)) != 0) {
		c->can_read = true;
		und_conn_read(c);
	}
	if (!c->dead && c->phase == UND_PHASE_SEND && c->can_write && !c->pumping)
		und_conn_pump(c);
}

static void on_events(struct und_loop *l, const struct epoll_event *events, int n)
{
	uint64_t ignored;

	for (int i = 0; i < n; i++) {
		if (events[i].data.ptr == &l->wake) {
			if (read(l->wake, &ignored, sizeof ignored) < 0)
				errno = 0; /* somebody was faster */
		} else if (events[i].data.ptr == &l->listening) {
			take_connections(l);
		} else if (events[i].data.ptr != &l->mhd) {
			on_connection(events[i].data.ptr, events[i].events);
		}
	}
}

/* Lets answers be written, and passes them on; those that begin meanwhile come in the next turn. */
static void pump(struct und_loop *l)
{
	struct und_conn *c = l->pump, *next;

	und_mhd_run(l->mhd);
	l->pump = NULL;
	for (next = c; next != NULL; next = next->pump_next)
		next->pumping = false;
	for (; c != NULL; c = next) {
		next = c->pump_next;
		if (!c->dead)
			und_conn_pump(c);
	}
}

static bool turn(struct und_loop *l, bool busy)
{
	struct epoll_event events[EVENTS];
	int n = epoll_wait(l->epoll, events, EVENTS, time_to_wait(l, busy));

	if (n < 0 && errno != EINTR)
		return false;
	l->now = now_ms();
	if (n > 0)
		on_events(l, events, n);
	take_answers(l);
	begin_answers(l);
	und_laters_take(l);
	return true;
}

enum und_err und_loop_run(struct und_loop *l)
{
	enum und_err e = UND_OK;

	l->thread = pthread_self();
	l->now = now_ms();
	start_listening(l);
	while (!is_over(l)) {
		if (!turn(l, l->pump != NULL || l->due != NULL)) {
			e = UND_ERR_IO;
			break;
		}
		pump(l);
		look_at_deadlines(l);
		if (atomic_load(&l->server->stop) != 0 && !l->stopping)
			begin_to_stop(l);
		start_listening(l);
		free_dead(l);
		give_back(l);
	}
	stop_listening(l);
	for (unsigned i = 0; i < UND_PHASES; i++)
		close_phase(l, i);
	pthread_mutex_lock(&l->lock);
	l->ended = true;
	pthread_mutex_unlock(&l->lock);
	und_wipe(l->in, sizeof l->in);
	return e;
}
