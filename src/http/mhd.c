/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* mhd.c: answers written by libmicrohttpd into socket pairs */
#include <errno.h>
#include <microhttpd.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "http/mhd.h"

enum {
	CHANNEL_MEMORY = 8192, /* UND_HTTP_ANSWER_HEAD_MAX, and what it needs besides */
	SPARE_MAX = 128,       /* channels kept open for the next answer */
	BLOCK = 64 << 10       /* of what a reader gives */
};

struct und_channel {
	struct und_mhd *m;
	struct und_channel *next, **link; /* in one of the lists of m */
	int fd;                  /* our end; -1: closed, waiting for libmicrohttpd to notice */
	bool closed;             /* libmicrohttpd has closed its end */
	bool whole, broken;      /* how the answer under way ended */
	bool drained;            /* and we have all of it: nothing of it is left for the next one */
	bool last;               /* says Connection: close */
	struct MHD_Response *response;
	unsigned status;
};

struct und_mhd {
	struct MHD_Daemon *daemon;
	int fd;
	struct und_channel *used, *spare, *dying;
	unsigned used_count, spare_count, dying_count, max;
	struct und_channel *arriving; /* for on_connection */
};

static void link_to(struct und_channel **list, struct und_channel *c)
{
	c->next = *list;
	c->link = list;
	if (c->next != NULL)
		c->next->link = &c->next;
	*list = c;
}

static void unlink_from(struct und_channel *c)
{
	*c->link = c->next;
	if (c->next != NULL)
		c->next->link = c->link;
}

/* ---- what libmicrohttpd calls ---- */

static void forget_response(struct und_channel *c)
{
	if (c->response != NULL)
		MHD_destroy_response(c->response);
	c->response = NULL;
}

static void free_channel(struct und_channel *c)
{
	forget_response(c);
	if (c->fd >= 0)
		close(c->fd);
	free(c);
}

static struct und_channel *channel_of(struct MHD_Connection *connection)
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);

	return info == NULL ? NULL : info->socket_context;
}

static enum MHD_Result on_request(void *cls, struct MHD_Connection *connection, const char *url, const char *method, const char *version,
                                  const char *data, size_t *data_size, void **con_cls)
{
	struct und_channel *c = channel_of(connection);

	(void)cls, (void)url, (void)method, (void)version, (void)data, (void)data_size;
	if (c == NULL || c->response == NULL)
		return MHD_NO;
	if (*con_cls == NULL) { /* the first call; an answer queued there would close the channel */
		*con_cls = c;
		return MHD_YES;
	}
	return MHD_queue_response(connection, c->status, c->response);
}

static void on_completed(void *cls, struct MHD_Connection *connection, void **con_cls, enum MHD_RequestTerminationCode how)
{
	struct und_channel *c = channel_of(connection);

	(void)cls, (void)con_cls;
	if (c == NULL)
		return;
	if (how == MHD_REQUEST_TERMINATED_COMPLETED_OK)
		c->whole = true;
	else
		c->broken = true;
}

static void on_connection(void *cls, struct MHD_Connection *connection, void **context, enum MHD_ConnectionNotificationCode what)
{
	struct und_mhd *m = cls;
	struct und_channel *c;

	(void)connection;
	if (what == MHD_CONNECTION_NOTIFY_STARTED) {
		*context = m->arriving;
		return;
	}
	c = *context;
	*context = NULL;
	if (c == NULL)
		return;
	c->closed = true;
	if (c->fd < 0) { /* dying: nobody else knows it */
		unlink_from(c);
		m->dying_count--;
		free_channel(c);
	}
}

/* ---- responses ---- */

static ssize_t read_body(void *cls, uint64_t at, char *out, size_t max)
{
	struct und_reply *p = cls;
	size_t n = p->length - at < max ? (size_t)(p->length - at) : max;

	if (n == 0)
		return MHD_CONTENT_READER_END_OF_STREAM;
	und_bug_if(p->body.kind != UND_HTTP_READER);
	n = p->body.read(p->body.ctx, p->from + at, (uint8_t *)out, n);
	return n == 0 ? MHD_CONTENT_READER_END_WITH_ERROR : (ssize_t)n;
}

static void free_reply(void *cls)
{
	und_reply_free(cls);
}

static struct MHD_Response *make_body(struct und_reply *p)
{
	struct und_bytes b = { (const uint8_t *)"", 0 };

	switch (p->body.kind) {
	case UND_HTTP_LATER: return MHD_create_response_from_callback(p->length, 1, read_body, p, free_reply); /* of which the head is written */
	case UND_HTTP_READER: return MHD_create_response_from_callback(p->length, p->length < BLOCK ? (size_t)p->length + 1 : BLOCK, read_body, p, free_reply);
	case UND_HTTP_STATIC: b = p->body.bytes; break;
	case UND_HTTP_OWNED: b = und_buf_bytes(&p->body.buf); break;
	case UND_HTTP_SHARED: b = und_http_shared_bytes(p->body.shared); break;
	case UND_HTTP_NOTHING: break;
	}
	if (p->length == 0)
		b = und_bytes("", 0);
	else
		b.p += p->from;
	return MHD_create_response_from_buffer_with_free_callback_cls((size_t)p->length, (void *)(uintptr_t)b.p, free_reply, p);
}

/* Takes the reply over. NULL: memory. */
static struct MHD_Response *make_response(struct und_reply *p)
{
	struct MHD_Response *response = make_body(p);
	const char *at, *end;
	bool ok = response != NULL;

	if (response == NULL) {
		und_reply_free(p);
		return NULL;
	}
	at = (const char *)p->headers.p;
	end = at + p->headers.n;
	while (ok && at < end) {
		const char *value = at + strlen(at) + 1;

		ok = MHD_add_response_header(response, at, value) == MHD_YES;
		at = value + strlen(value) + 1;
	}
	if (ok && p->close)
		ok = MHD_add_response_header(response, "Connection", "close") == MHD_YES;
	if (ok)
		return response;
	MHD_destroy_response(response);
	return NULL;
}

/* ---- channels ---- */

static struct und_channel *new_channel(struct und_mhd *m)
{
	const struct sockaddr nobody = { .sa_family = AF_UNIX };
	struct und_channel *c = und_alloc(1, sizeof *c);
	int pair[2];

	if (c == NULL)
		return NULL;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pair) != 0) {
		free(c);
		return NULL;
	}
	c->m = m;
	c->fd = pair[0];
	m->arriving = c;
	if (MHD_add_connection(m->daemon, pair[1], &nobody, sizeof nobody) != MHD_YES) { /* it has closed pair[1] */
		m->arriving = NULL;
		free_channel(c);
		return NULL;
	}
	m->arriving = NULL;
	return c;
}

static struct und_channel *take_channel(struct und_mhd *m)
{
	struct und_channel *c = m->spare;

	if (m->used_count == m->max)
		return NULL;
	if (c != NULL) {
		unlink_from(c);
		m->spare_count--;
	} else {
		c = new_channel(m);
		if (c == NULL)
			return NULL;
	}
	link_to(&m->used, c);
	m->used_count++;
	return c;
}

bool und_send_short(int fd, const char *p, size_t n)
{
	ssize_t sent;

	do
		sent = send(fd, p, n, MSG_NOSIGNAL | MSG_DONTWAIT);
	while (sent < 0 && errno == EINTR);
	return sent == (ssize_t)n;
}

struct und_channel *und_channel_send(struct und_mhd *m, struct und_reply *reply)
{
	static const char get[] = "GET / HTTP/1.1\r\nHost: x\r\n\r\n", head[] = "HEAD / HTTP/1.1\r\nHost: x\r\n\r\n";
	bool is_head = reply->head, last = reply->close;
	unsigned status = reply->status;
	size_t n = is_head ? sizeof head - 1 : sizeof get - 1;
	struct MHD_Response *response = make_response(reply);
	struct und_channel *c;

	if (response == NULL)
		return NULL;
	c = take_channel(m);
	if (c == NULL) {
		MHD_destroy_response(response);
		return NULL;
	}
	c->response = response;
	c->status = status;
	c->whole = c->broken = c->drained = false;
	c->last = last;
	if (!und_send_short(c->fd, is_head ? head : get, n)) {
		c->broken = true;
		und_channel_end(c);
		return NULL;
	}
	return c;
}

ssize_t und_channel_read(struct und_channel *c, uint8_t *out, size_t n, bool *done)
{
	ssize_t got;

	do
		got = recv(c->fd, out, n, MSG_DONTWAIT);
	while (got < 0 && errno == EINTR);
	*done = false;
	if (got < 0 && errno != EAGAIN && errno != EWOULDBLOCK)
		return 0;
	*done = c->whole && !c->broken && got < (ssize_t)n;
	c->drained = *done;
	if (got < 0)
		return *done || c->broken || c->closed ? 0 : -1;
	return got;
}

void und_channel_end(struct und_channel *c)
{
	struct und_mhd *m = c->m;

	unlink_from(c);
	m->used_count--;
	forget_response(c);
	if (c->closed) {
		free_channel(c);
	} else if (c->drained && !c->last && m->spare_count < SPARE_MAX && m->used_count + m->spare_count < m->max) {
		link_to(&m->spare, c);
		m->spare_count++;
	} else {
		close(c->fd);
		c->fd = -1;
		link_to(&m->dying, c);
		m->dying_count++;
	}
}

/* ---- engines ---- */

enum und_err und_mhd_new(struct und_mhd **out, unsigned channels_max)
{
	struct und_mhd *m = und_alloc(1, sizeof *m);
	const union MHD_DaemonInfo *info;

	if (m == NULL)
		return UND_ERR_MEMORY;
	m->max = channels_max;
	m->daemon = MHD_start_daemon(MHD_USE_EPOLL | MHD_USE_NO_LISTEN_SOCKET | MHD_USE_SUPPRESS_DATE_NO_CLOCK, 0, NULL, NULL, on_request, m,
	                             MHD_OPTION_CONNECTION_LIMIT, 2 * channels_max + SPARE_MAX, MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CHANNEL_MEMORY,
	                             MHD_OPTION_NOTIFY_COMPLETED, on_completed, NULL, MHD_OPTION_NOTIFY_CONNECTION, on_connection, m, MHD_OPTION_END);
	info = m->daemon == NULL ? NULL : MHD_get_daemon_info(m->daemon, MHD_DAEMON_INFO_EPOLL_FD);
	if (info == NULL) {
		if (m->daemon != NULL)
			MHD_stop_daemon(m->daemon);
		free(m);
		return UND_ERR_MEMORY;
	}
	m->fd = info->epoll_fd;
	*out = m;
	return UND_OK;
}

void und_mhd_free(struct und_mhd *m)
{
	if (m == NULL)
		return;
	und_bug_if(m->used != NULL);
	while (m->spare != NULL) {
		struct und_channel *c = m->spare;

		unlink_from(c);
		m->spare_count--;
		close(c->fd);
		c->fd = -1;
		link_to(&m->dying, c);
		m->dying_count++;
	}
	MHD_stop_daemon(m->daemon); /* calls on_connection for each */
	und_bug_if(m->dying != NULL);
	free(m);
}

bool und_mhd_is_full(const struct und_mhd *m)
{
	return m->used_count >= m->max;
}

int und_mhd_fd(const struct und_mhd *m)
{
	return m->fd;
}

void und_mhd_run(struct und_mhd *m)
{
	MHD_UNSIGNED_LONG_LONG wait;

	/* it looks at each channel once in a round, and says by a timeout of 0 that another round has something to do */
	for (unsigned rounds = 0; rounds < 4; rounds++) {
		MHD_run(m->daemon);
		if (MHD_get_timeout(m->daemon, &wait) != MHD_YES || wait != 0)
			break;
	}
}
