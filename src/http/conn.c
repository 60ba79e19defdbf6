/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* conn.c: one connection: reading a request, handing it over, passing the answer on */
#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/secret.h"
#include "http/loop.h"
#include "http/parts.h"

/* ---- being on lists ---- */

static void leave_phase(struct und_conn *c)
{
	struct und_list *list = &c->loop->phases[c->phase];

	*(c->prev != NULL ? &c->prev->next : &list->first) = c->next;
	*(c->next != NULL ? &c->next->prev : &list->last) = c->prev;
}

static void join_phase(struct und_conn *c, enum und_phase phase)
{
	const struct und_http_options *o = &c->loop->server->options;
	const uint64_t times[UND_PHASES] = {
		[UND_PHASE_NEW] = o->head_ms < o->idle_ms ? o->head_ms : o->idle_ms,
		[UND_PHASE_IDLE] = o->idle_ms,
		[UND_PHASE_HEAD] = o->head_ms,
		[UND_PHASE_BODY] = o->body_ms,
		[UND_PHASE_SEND] = o->send_ms,
		[UND_PHASE_LINGER] = UND_LINGER_MS,
	};
	struct und_list *list = &c->loop->phases[phase];

	c->phase = phase;
	c->deadline = phase == UND_PHASE_WORK ? UINT64_MAX : c->loop->now + times[phase];
	c->prev = list->last;
	c->next = NULL;
	*(list->last != NULL ? &list->last->next : &list->first) = c;
	list->last = c;
}

/* Also into the phase in which it is: the time begins anew. */
void und_conn_phase(struct und_conn *c, enum und_phase phase)
{
	leave_phase(c);
	join_phase(c, phase);
}

static void set_pumping(struct und_conn *c, bool pumping)
{
	struct und_loop *l = c->loop;

	if (c->pumping == pumping)
		return;
	c->pumping = pumping;
	if (pumping) {
		c->pump_prev = NULL;
		c->pump_next = l->pump;
		if (l->pump != NULL)
			l->pump->pump_prev = c;
		l->pump = c;
		return;
	}
	*(c->pump_prev != NULL ? &c->pump_prev->pump_next : &l->pump) = c->pump_next;
	if (c->pump_next != NULL)
		c->pump_next->pump_prev = c->pump_prev;
}

/* ---- beginning and end ---- */

struct und_conn *und_conn_new(struct und_loop *l, int fd)
{
	struct epoll_event event = { .events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET };
	struct und_conn *c = und_alloc(1, sizeof *c);

	event.data.ptr = c;
	if (c == NULL || epoll_ctl(l->epoll, EPOLL_CTL_ADD, fd, &event) != 0) {
		close(fd);
		free(c);
		return NULL;
	}
	c->loop = l;
	c->fd = fd;
	und_buf_init_secret(&c->in, 2 * UND_HTTP_HEAD_MAX);
	und_buf_init_secret(&c->out, UND_LOOP_OUT);
	join_phase(c, UND_PHASE_NEW);
	atomic_fetch_add(&l->server->open, 1);
	if (++l->connections > l->crowd)
		l->crowd = l->connections;
	return c;
}

static void end_request(struct und_conn *c)
{
	if (c->request == NULL)
		return;
	atomic_fetch_sub(&c->loop->server->bodies, c->request->body_counted);
	und_request_free(c->request);
	c->request = NULL;
}

/* In WORK the request stays with its handler, and the answer will go nowhere. */
void und_conn_close(struct und_conn *c)
{
	struct und_loop *l = c->loop;

	if (c->dead)
		return;
	if (c->phase == UND_PHASE_WORK && c->request != NULL) {
		atomic_fetch_sub(&l->server->bodies, c->request->body_counted);
		c->request->body_counted = 0;
		c->request->conn = NULL;
		c->request = NULL;
	}
	end_request(c);
	und_conn_answer_end(c);
	und_later_end(c);
	set_pumping(c, false);
	leave_phase(c);
	close(c->fd);
	und_buf_clear(&c->in);
	und_buf_clear(&c->out);
	c->dead = true;
	c->next = l->dead;
	l->dead = c;
	l->connections--;
	atomic_fetch_sub(&l->server->open, 1);
}

static void broken(struct und_conn *c)
{
	und_count(c->loop, broken);
	und_conn_close(c);
}

/* Says that nothing more comes, and lets the client read what was said (RFC 9112 §9.6). */
static void linger(struct und_conn *c)
{
	und_buf_clear(&c->in);
	und_buf_clear(&c->out);
	if (shutdown(c->fd, SHUT_WR) != 0) {
		und_conn_close(c);
		return;
	}
	c->sent = 0;
	und_conn_phase(c, UND_PHASE_LINGER);
}

static void drain(struct und_conn *c)
{
	struct und_loop *l = c->loop;
	ssize_t n;

	while (c->can_read && c->sent < UND_LINGER_MAX) {
		n = recv(c->fd, l->in, sizeof l->in, 0);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
			c->can_read = false;
			return;
		}
		if (n <= 0)
			break;
		und_wipe(l->in, (size_t)n);
		c->sent += (size_t)n;
	}
	if (c->can_read)
		und_conn_close(c);
}

/* ---- answers ---- */

static void count_answer(struct und_loop *l, unsigned status)
{
	if (status < 300)
		und_count(l, answers_2xx);
	else if (status < 400)
		und_count(l, answers_3xx);
	else if (status < 500)
		und_count(l, answers_4xx);
	else
		und_count(l, answers_5xx);
}

/* Where there is no memory for better words. */
static void send_bare(struct und_conn *c)
{
	static const char text[] = "HTTP/1.1 503 Service Unavailable\r\nCache-Control: no-store\r\nRetry-After: 5\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

	count_answer(c->loop, 503);
	end_request(c);
	if (!und_send_short(c->fd, text, sizeof text - 1))
		und_conn_close(c);
	else
		linger(c);
}

void und_conn_send(struct und_conn *c, struct und_reply *reply)
{
	unsigned status;

	if (atomic_load(&c->loop->server->stop) != 0)
		c->closing = true;
	if (reply == NULL) {
		send_bare(c);
		return;
	}
	status = reply->status;
	reply->close = c->closing;
	if (!und_conn_answer(c, reply)) {
		send_bare(c);
		return;
	}
	count_answer(c->loop, status);
	c->sent = 0;
	und_conn_phase(c, UND_PHASE_SEND);
	set_pumping(c, true);
}

/* The request is refused: said so, and closed, since what follows on the wire means nothing any more. */
static void refuse(struct und_conn *c, unsigned status, const struct und_head *head)
{
	und_count(c->loop, refused);
	c->closing = true;
	if (c->request == NULL)
		c->request = und_request_new(&c->loop->server->options, head);
	und_conn_send(c, c->request == NULL ? NULL : und_fault_reply(c->request, status, status == 503 ? 5 : 0));
}

/* ---- requests ---- */

static void hand_over(struct und_conn *c)
{
	struct und_http_request *r = c->request;
	struct und_reply *reply;

	r->loop = c->loop;
	r->conn = c;
	und_count(c->loop, requests);
	atomic_fetch_add(&c->loop->server->outstanding, 1);
	und_conn_phase(c, UND_PHASE_WORK);
	r->handling = true;
	r->route->handle(r->route->ctx, r);
	r->handling = false;
	if (!r->answered) /* another thread has it, and may have answered: it comes through the loop's list */
		return;
	atomic_fetch_sub(&c->loop->server->outstanding, 1);
	reply = r->reply;
	r->reply = NULL;
	und_conn_send(c, reply);
}

static bool type_fits(const struct und_http_route *route, struct und_bytes type)
{
	struct und_bytes parameters;

	if (route->types == NULL)
		return true;
	for (size_t i = 0; route->types[i] != NULL; i++)
		if (und_media_type_is(type, route->types[i], &parameters))
			return true;
	return false;
}

/* What can be said against a request before its body is read; 200: nothing. */
static unsigned judge(struct und_http_request *r, const struct und_head *h)
{
	enum und_http_method method = h->method == UND_HEAD_POST ? UND_HTTP_POST : UND_HTTP_GET;
	unsigned status = und_routes_find(r, method, h->method == UND_HEAD_OTHER);

	if (status != 200)
		return status;
	if (!und_request_decode_query(r))
		return 400;
	if (h->length > r->route->body_max || (h->chunked && r->route->body_max == 0))
		return 413;
	if (h->encoded || ((h->length > 0 || h->chunked) && !type_fits(r->route, r->headers[UND_HTTP_CONTENT_TYPE])))
		return 415;
	if (h->method == UND_HEAD_POST && !h->has_length && !h->chunked && r->route->body_max != 0)
		return 411;
	return 200;
}

static void begin_body(struct und_conn *c, const struct und_head *h)
{
	static const char go_on[] = "HTTP/1.1 100 Continue\r\n\r\n";

	und_conn_phase(c, UND_PHASE_BODY);
	c->chunked = h->chunked;
	c->chunks = (struct und_chunks){ 0 };
	c->body_left = h->length;
	und_buf_init_secret(&c->request->body, c->request->route->body_max);
	if (h->expects && !h->minor_0 && !und_send_short(c->fd, go_on, sizeof go_on - 1))
		broken(c);
}

/* Looks at the head. How many bytes were used. */
static size_t take_head(struct und_conn *c, struct und_bytes in)
{
	struct und_head head;
	size_t used = 0;
	unsigned status = und_head_parse(&head, &used, in);

	if (status == 0)
		return 0;
	if (status != 200) {
		refuse(c, status, &head);
		return in.n;
	}
	c->request = und_request_new(&c->loop->server->options, &head);
	if (c->request == NULL) {
		send_bare(c);
		return in.n;
	}
	if (head.closes)
		c->closing = true;
	status = judge(c->request, &head);
	if (status != 200 && (status == 413 || status == 415 || status == 411 || head.length > 0 || head.chunked || head.method == UND_HEAD_OTHER)) {
		refuse(c, status, NULL); /* what follows would be its body */
		return in.n;
	}
	if (status != 200)
		und_conn_send(c, und_fault_reply(c->request, status, 0));
	else if (head.length > 0 || head.chunked)
		begin_body(c, &head);
	else
		hand_over(c);
	return used;
}

static size_t take_body(struct und_conn *c, struct und_bytes in)
{
	struct und_buf *body = &c->request->body;
	size_t used = in.n < c->body_left ? in.n : (size_t)c->body_left;
	unsigned status;

	if (c->chunked) {
		status = und_chunks_feed(&c->chunks, &used, in, body);
	} else {
		und_buf_add(body, in.p, used);
		c->body_left -= used;
		status = body->err != UND_OK ? 503 : c->body_left == 0 ? 200 : 0;
	}
	if (status <= 200 && !und_room_for_body(c))
		status = 503;
	if (status == 0)
		return used;
	if (status != 200) {
		refuse(c, status, NULL);
		return in.n;
	}
	if (used < in.n) /* nobody sends on behind a body without waiting for the answer; who does wants us to misread it */
		c->closing = true;
	hand_over(c);
	return used;
}

/* Takes what it can of in; how much that was. */
static size_t take(struct und_conn *c, struct und_bytes in)
{
	size_t at = 0, used;

	while (at < in.n && !c->dead) {
		struct und_bytes rest = und_bytes(in.p + at, in.n - at);

		if (c->phase == UND_PHASE_NEW || c->phase == UND_PHASE_IDLE)
			und_conn_phase(c, UND_PHASE_HEAD);
		if (c->phase == UND_PHASE_HEAD)
			used = take_head(c, rest);
		else if (c->phase == UND_PHASE_BODY)
			used = take_body(c, rest);
		else
			break;
		if (used == 0)
			break;
		at += used;
	}
	return at;
}

/* Whether a head that was incomplete may be complete, or wrong, by what is new: else a trickle would have it read over and over. */
static bool worth_a_look(const struct und_conn *c, struct und_bytes fresh)
{
	if (memchr(fresh.p, '\n', fresh.n) != NULL || c->in.n >= UND_HTTP_HEAD_MAX)
		return true;
	return c->in.n > UND_HTTP_TARGET_MAX + 32 && memchr(c->in.p, '\n', UND_HTTP_TARGET_MAX + 32) == NULL;
}

/* New bytes; none: what lay there. Keeps what is left for later. */
static void feed(struct und_conn *c, struct und_bytes fresh)
{
	size_t used;

	if (c->in.n == 0) {
		used = take(c, fresh);
		if (!c->dead && used < fresh.n && c->phase != UND_PHASE_LINGER)
			und_buf_add(&c->in, fresh.p + used, fresh.n - used);
	} else {
		und_buf_add_bytes(&c->in, fresh);
		if (c->in.err == UND_OK && c->phase == UND_PHASE_HEAD && fresh.n > 0 && !worth_a_look(c, fresh))
			return;
		used = c->in.err == UND_OK ? take(c, und_buf_bytes(&c->in)) : 0;
		if (c->dead || c->in.n == 0)
			return;
		memmove(c->in.p, c->in.p + used, c->in.n - used);
		und_wipe(c->in.p + c->in.n - used, used);
		c->in.n -= used;
		if (c->in.n == 0 && c->in.err == UND_OK)
			und_buf_clear(&c->in);
	}
	if (c->in.err != UND_OK && !c->dead)
		broken(c);
}

static bool reads(const struct und_conn *c)
{
	return !c->dead && c->can_read && c->phase <= UND_PHASE_BODY;
}

void und_conn_read(struct und_conn *c)
{
	struct und_loop *l = c->loop;
	ssize_t n;

	while (reads(c)) { /* a head's worth at most, until a body is wanted: what a client sends ahead waits in the kernel */
		n = recv(c->fd, l->in, c->phase == UND_PHASE_BODY ? sizeof l->in : UND_HTTP_HEAD_MAX, 0);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
			c->can_read = false;
			break;
		}
		if (n <= 0) {
			if (c->phase == UND_PHASE_HEAD || c->phase == UND_PHASE_BODY)
				und_count(l, broken);
			und_conn_close(c);
			break;
		}
		feed(c, und_bytes(l->in, (size_t)n));
		und_wipe(l->in, (size_t)n);
	}
	if (!c->dead && c->phase == UND_PHASE_LINGER)
		drain(c);
}

/* ---- passing the answer on ---- */

/* The answer is out: the next request, or the end. */
static void answered(struct und_conn *c)
{
	und_conn_answer_end(c);
	und_later_end(c);
	set_pumping(c, false);
	und_buf_clear(&c->out);
	end_request(c);
	if (c->closing || c->loop->stopping) {
		linger(c);
		if (!c->dead)
			und_conn_read(c);
		return;
	}
	und_conn_phase(c, UND_PHASE_IDLE);
	if (c->in.n > 0)
		feed(c, und_bytes(NULL, 0));
	und_conn_read(c);
}

/* Sends as much as the client takes; keeps the rest. false: it takes no more, or the connection is gone. */
static bool pass_on(struct und_conn *c, const uint8_t *p, size_t n)
{
	size_t at = 0;
	ssize_t sent;

	while (at < n) {
		sent = send(c->fd, p + at, n - at, MSG_NOSIGNAL | MSG_DONTWAIT);
		if (sent < 0 && errno == EINTR)
			continue;
		if (sent < 0)
			break;
		at += (size_t)sent;
	}
	c->sent += at;
	if (c->sent >= UND_LOOP_OUT) {
		c->sent = 0;
		und_conn_phase(c, UND_PHASE_SEND);
	}
	if (at == n)
		return true;
	if (errno != EAGAIN && errno != EWOULDBLOCK) {
		broken(c);
		return false;
	}
	c->can_write = false;
	set_pumping(c, false);
	if (c->out.n == 0) {
		und_buf_add(&c->out, p + at, n - at);
	} else { /* p is c->out */
		memmove(c->out.p, c->out.p + at, n - at);
		c->out.n = n - at;
	}
	if (c->out.err != UND_OK)
		broken(c);
	return false;
}

/* The piece that came; then the next is asked for. true: all is passed on. */
static bool pump_later(struct und_conn *c)
{
	struct und_bytes piece = und_later_piece(c->later);
	bool passed = piece.n == 0 || pass_on(c, piece.p, piece.n);

	if (c->dead)
		return false;
	if (piece.n != 0)
		und_later_taken(c->later); /* what the client did not take of it is kept */
	return passed && und_later_ask(c->later);
}

void und_conn_pump(struct und_conn *c)
{
	struct und_loop *l = c->loop;
	ssize_t n;
	bool passed;

	if (c->out.n > 0) {
		if (!pass_on(c, c->out.p, c->out.n))
			return;
		und_buf_clear(&c->out);
	}
	if (c->written.n > 0) {
		struct und_bytes all = c->written;

		c->written = und_bytes(NULL, 0);
		if (!pass_on(c, all.p, all.n))
			return;
	}
	for (unsigned pieces = 0; !c->answer_read; pieces++) {
		if (pieces == 4) { /* others wait too */
			set_pumping(c, true);
			return;
		}
		n = und_channel_read(c->channel, l->out, sizeof l->out, &c->answer_read);
		if (n < 0) {
			set_pumping(c, true);
			return;
		}
		if (n == 0 && !c->answer_read) {
			broken(c);
			return;
		}
		und_conn_learn(c, und_bytes(l->out, (size_t)n));
		if (c->answer_read) /* others may need the channel; how long this client takes to read the rest is its business */
			und_conn_answer_end(c);
		passed = pass_on(c, l->out, (size_t)n);
		und_wipe(l->out, (size_t)n); /* answers tell about requests */
		if (!passed)
			return;
	}
	if (c->later == NULL || pump_later(c))
		answered(c);
}

void und_conn_came(struct und_conn *c, bool good)
{
	good ? set_pumping(c, true) : broken(c);
}

/* ---- deadlines ---- */

void und_conn_late(struct und_conn *c)
{
	struct und_loop *l = c->loop;

	switch (c->phase) {
	case UND_PHASE_HEAD:
		und_count(l, late_head);
		refuse(c, 408, NULL);
		return;
	case UND_PHASE_BODY:
		und_count(l, late_body);
		refuse(c, 408, NULL);
		return;
	case UND_PHASE_NEW:
	case UND_PHASE_IDLE:
		und_count(l, late_idle);
		break;
	case UND_PHASE_SEND:
		und_count(l, late_send);
		break;
	case UND_PHASE_WORK:
	case UND_PHASE_LINGER:
	case UND_PHASES:
		break;
	}
	und_conn_close(c);
}
