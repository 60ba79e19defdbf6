/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* loop.h: a loop and its connections, from the inside */
#ifndef UND_HTTP_LOOP_H
#define UND_HTTP_LOOP_H

#include <pthread.h>
#include <stdatomic.h>

#include "http/listen.h"
#include "http/memo.h"
#include "http/mhd.h"

enum {
	UND_LOOP_IN = 64 << 10,   /* read at once */
	UND_LOOP_OUT = 64 << 10,  /* written at once, and the piece that a deadline of sending is for */
	UND_LOOP_SMALL_BODY = 128 << 10, /* has a share of bodies_max that larger ones cannot take */
	UND_LINGER_MS = 2000,     /* a client that we close on may read so long what was said */
	UND_LINGER_MAX = 4 << 20  /* and so much of what it still sends is read away: more than the largest form (2 MiB), or its answer is lost */
};

/*
 * Where a connection stands. In each phase all have the same time, so a list in order of arrival is in order of deadlines.
 */
enum und_phase {
	UND_PHASE_NEW,    /* nothing was ever sent; head_ms or idle_ms, the shorter */
	UND_PHASE_IDLE,   /* between two requests */
	UND_PHASE_HEAD,
	UND_PHASE_BODY,
	UND_PHASE_WORK,   /* a handler has it; no deadline: it will answer */
	UND_PHASE_SEND,
	UND_PHASE_LINGER, /* all is said; closing */
	UND_PHASES
};

struct und_conn {
	struct und_loop *loop;
	int fd;
	enum und_phase phase;
	struct und_conn *prev, *next;      /* in its phase's list */
	struct und_conn *pump_prev, *pump_next;
	bool pumping;                      /* in the list of those whose answer can be passed on */
	bool can_read, can_write;          /* as epoll said last (edges) */
	bool closing;                      /* after this answer */
	bool chunked;
	bool dead;
	uint64_t deadline;                 /* ms, CLOCK_MONOTONIC */
	struct und_buf in;                 /* read, but not yet looked at, or not complete */
	struct und_buf out;                /* of the answer, not yet sent */
	struct und_chunks chunks;
	uint64_t body_left;
	size_t sent;                       /* of the piece that the deadline is for; in LINGER, read away */
	bool answer_read;                  /* all of it has come out of the channel */
	struct und_http_request *request;
	struct und_channel *channel;       /* NULL: the answer was written before */
	struct und_bytes written;          /* that answer, while nothing of it is sent */
	struct und_later *later;           /* the body, where it is fetched elsewhere: the channel has the head alone */
	struct und_memo *lesson;           /* what the answer in the channel is made of, if it is to be kept */
};

struct und_list {
	struct und_conn *first, *last;
};

struct und_http {
	struct und_http_options options; /* with what stands behind 0 */
	struct und_listener listener;
	struct und_loop *loops[UND_HTTP_LOOPS_MAX];
	unsigned loop_count;
	atomic_uint stop;                /* how often it was asked */
	atomic_size_t open, bodies;      /* connections; bytes of bodies */
	atomic_size_t outstanding;       /* requests with handlers */
#define UND_HTTP_COUNTER(name, text) atomic_uint_fast64_t name;
	UND_HTTP_COUNTERS(UND_HTTP_COUNTER)
#undef UND_HTTP_COUNTER
};

struct und_loop {
	struct und_http *server;
	int epoll, wake;                 /* wake: eventfd */
	struct und_mhd *mhd;
	struct und_memos memos;
	pthread_t thread;
	struct und_list phases[UND_PHASES];
	struct und_conn *pump;
	struct und_conn *dead;           /* closed in this turn: freed at its end, when no event can name them any more */
	struct und_http_request *due, **due_last; /* answers that came, and are not begun */
	uint64_t now, stop_at, listen_at;
	bool stopping, listening, began;
	unsigned connections, crowd;     /* now; at most since memory was given back */
	unsigned laters, laters_max;     /* bodies that are fetched elsewhere */
	pthread_mutex_t lock;            /* answers, came, ended */
	struct und_http_request *answers; /* from other threads, the last first */
	struct und_later *came;          /* the same: pieces of bodies */
	bool ended;
	uint8_t in[UND_LOOP_IN], out[UND_LOOP_OUT];
};

#define und_count(l, name) atomic_fetch_add_explicit(&(l)->server->name, 1, memory_order_relaxed)

UND_MUST_USE enum und_err und_loop_new(struct und_loop **out, struct und_http *server, unsigned channels_max);
void und_loop_free(struct und_loop *l);
/* Until asked to stop. Errors: UND_ERR_IO: epoll refused. */
UND_MUST_USE enum und_err und_loop_run(struct und_loop *l);

/* ---- connections (conn.c) ---- */

struct und_conn *und_conn_new(struct und_loop *l, int fd); /* takes fd over; NULL: memory, descriptors; closed */
void und_conn_close(struct und_conn *c);
void und_conn_phase(struct und_conn *c, enum und_phase phase);
void und_conn_read(struct und_conn *c);           /* there may be something to read */
void und_conn_pump(struct und_conn *c);           /* passes on what the channel has */
void und_conn_late(struct und_conn *c);           /* its deadline is over */
void und_conn_send(struct und_conn *c, struct und_reply *reply); /* NULL: a bare 503 */

void und_loop_wake(struct und_loop *l); /* any thread, holding the lock: something is there for it, which it takes once it has the lock */
void und_conn_came(struct und_conn *c, bool good); /* the piece it waited for */

/* ---- bodies that are fetched elsewhere (later.c) ---- */

UND_MUST_USE struct und_later *und_later_new(struct und_conn *c, struct und_reply *reply); /* takes its body's end over. NULL: memory */
void und_later_end(struct und_conn *c); /* at whatever point; none is nothing */
struct und_bytes und_later_piece(const struct und_later *w); /* what came, and was not taken yet; or none */
void und_later_taken(struct und_later *w);
UND_MUST_USE bool und_later_ask(struct und_later *w); /* for the next piece. true: all was taken */
void und_laters_take(struct und_loop *l); /* those that came */

/* ---- who makes room (room.c): closed without a word, and counted as evicted. Of this loop alone: other loops have their own ---- */

bool und_room_is_there(const struct und_loop *l);       /* somebody would make room for a connection */
bool und_room_for_connection(struct und_loop *l);       /* the one that has been silent for the longest, else slow. false: all are busy */
/* Where as many answers are under way as may be, the one whose reader has kept it waiting for the longest ends: readers get on, who does not read does not. */
void und_room_for_answer(struct und_loop *l);
void und_room_for_later(struct und_loop *l); /* the same of those whose bodies are fetched elsewhere */
/*
 * Counts what c's body holds by now. false: too much for all of them together. A quarter of it is for small ones: a few large ones, sent as slowly as one may, keep
 * nobody out who has a line to send. Nor do many small ones: of these the one that has been coming for the longest makes room for another small one.
 */
UND_MUST_USE bool und_room_for_body(struct und_conn *c);

/* ---- where its answer comes from (answer.c) ---- */

/* Takes the reply over. false: no channel to be had. */
UND_MUST_USE bool und_conn_answer(struct und_conn *c, struct und_reply *reply);
/* The first bytes out of the channel: kept for others if they are all, as those of short answers are. */
void und_conn_learn(struct und_conn *c, struct und_bytes piece);
void und_conn_answer_end(struct und_conn *c); /* at whatever point */

#endif
