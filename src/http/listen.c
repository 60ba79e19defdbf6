/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* listen.c: a listening socket on loopback or at a path */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "http/listen.h"

enum {
	BACKLOG = 4096,
	SEND_BUFFER = 128 << 10 /* the kernel doubles it; by itself it would keep up to 4 MiB for a client that does not read */
};

union address {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
	struct sockaddr_un path;
};

/* Digits of a port, 0 to 65535, without leading zeros. */
static bool parse_port(uint16_t *out, const char *s)
{
	unsigned n = 0;

	if (*s == '\0' || strlen(s) > 5 || (s[0] == '0' && s[1] != '\0'))
		return false;
	for (; *s != '\0'; s++) {
		if (*s < '0' || *s > '9')
			return false;
		n = 10 * n + (unsigned)(*s - '0');
	}
	*out = (uint16_t)n;
	return n <= 65535;
}

/* "1.2.3.4:5" or "[::1]:5" */
static bool parse_ip(union address *a, socklen_t *size, const char *s)
{
	const char *colon = strrchr(s, ':');
	char host[64] = { 0 };
	uint16_t port;
	size_t n = colon == NULL ? 0 : (size_t)(colon - s);

	if (n == 0 || n >= sizeof host || !parse_port(&port, colon + 1))
		return false;
	memset(a, 0, sizeof *a);
	if (s[0] == '[' && s[n - 1] == ']') {
		memcpy(host, s + 1, n - 2);
		a->v6.sin6_family = AF_INET6;
		a->v6.sin6_port = htons(port);
		*size = sizeof a->v6;
		return inet_pton(AF_INET6, host, &a->v6.sin6_addr) == 1;
	}
	memcpy(host, s, n);
	a->v4.sin_family = AF_INET;
	a->v4.sin_port = htons(port);
	*size = sizeof a->v4;
	return inet_pton(AF_INET, host, &a->v4.sin_addr) == 1;
}

/* 127.0.0.0/8 and ::1. What answers unencrypted, and sees nobody's address, is for this machine alone. */
static bool is_loopback(const union address *a)
{
	if (a->any.sa_family == AF_INET6)
		return IN6_IS_ADDR_LOOPBACK(&a->v6.sin6_addr);
	return ntohl(a->v4.sin_addr.s_addr) >> 24 == IN_LOOPBACKNET;
}

static int open_socket(int family)
{
	return socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
}

/* Closes, and keeps the errno that tells why. */
static enum und_err fail(int fd)
{
	int why = errno;

	if (fd >= 0)
		close(fd);
	errno = why;
	return UND_ERR_IO;
}

static enum und_err listen_ip(struct und_listener *out, const union address *a, socklen_t size)
{
	const int on = 1, buffer = SEND_BUFFER;
	char host[64];
	union address bound;
	socklen_t bound_size = sizeof bound;
	int fd = open_socket(a->any.sa_family);

	if (fd < 0)
		return UND_ERR_IO;
	if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0 ||
	    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) != 0 || /* what is accepted inherits these two */
	    setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &buffer, sizeof buffer) != 0 ||
	    bind(fd, &a->any, size) != 0 || listen(fd, BACKLOG) != 0 ||
	    getsockname(fd, &bound.any, &bound_size) != 0) /* our own end: the port that we got */
		return fail(fd);
	out->fd = fd;
	if (a->any.sa_family == AF_INET6) {
		inet_ntop(AF_INET6, &bound.v6.sin6_addr, host, sizeof host);
		snprintf(out->address, sizeof out->address, "http://[%s]:%u", host, ntohs(bound.v6.sin6_port));
	} else {
		inet_ntop(AF_INET, &bound.v4.sin_addr, host, sizeof host);
		snprintf(out->address, sizeof out->address, "http://%s:%u", host, ntohs(bound.v4.sin_port));
	}
	return UND_OK;
}

/* Whether somebody answers at the socket. What is no socket counts as somebody. */
static bool somebody_there(const union address *a)
{
	struct stat st;
	int fd;
	bool answers;

	if (lstat(a->path.sun_path, &st) != 0)
		return errno != ENOENT;
	if (!S_ISSOCK(st.st_mode))
		return true;
	fd = open_socket(AF_UNIX);
	answers = fd < 0 || connect(fd, &a->any, sizeof a->path) == 0 || errno != ECONNREFUSED;
	if (fd >= 0)
		close(fd);
	return answers;
}

/*
 * Bound under a name of its own, with the mode that it will have, and then moved to its place: nobody ever meets it there
 * with another mode, or before it listens; a stale one is replaced in one step.
 */
static enum und_err listen_path(struct und_listener *out, const char *path, unsigned mode)
{
	union address at = { .path = { .sun_family = AF_UNIX } }, beside = at;
	int fd, n;

	memcpy(at.path.sun_path, path, strlen(path));
	n = snprintf(beside.path.sun_path, sizeof beside.path.sun_path, "%s.%ld", path, (long)getpid());
	if (n < 0 || (size_t)n >= sizeof beside.path.sun_path) {
		errno = ENAMETOOLONG;
		return UND_ERR_IO;
	}
	if (somebody_there(&at)) {
		errno = EADDRINUSE;
		return UND_ERR_IO;
	}
	fd = open_socket(AF_UNIX);
	if (fd < 0)
		return UND_ERR_IO;
	if (unlink(beside.path.sun_path) != 0 && errno != ENOENT)
		return fail(fd);
	if (bind(fd, &beside.any, sizeof beside.path) != 0)
		return fail(fd);
	if (chmod(beside.path.sun_path, (mode_t)mode) != 0 || listen(fd, BACKLOG) != 0 || rename(beside.path.sun_path, path) != 0) {
		enum und_err e = fail(fd);
		int why = errno;

		unlink(beside.path.sun_path);
		errno = why;
		return e;
	}
	out->fd = fd;
	snprintf(out->path, sizeof out->path, "%s", path);
	snprintf(out->address, sizeof out->address, "unix:%s", path);
	return UND_OK;
}

enum und_err und_listener_open(struct und_listener *out, const char *listen, unsigned unix_mode, struct und_diag *diag)
{
	struct und_listener l = { .fd = -1 };
	union address a;
	socklen_t size;
	size_t n = strlen(listen);
	enum und_err e;

	if (n > 5 && n - 5 < sizeof l.path && memcmp(listen, "unix:", 5) == 0) {
		e = listen_path(&l, listen + 5, unix_mode);
	} else if (parse_ip(&a, &size, listen)) {
		if (!is_loopback(&a)) {
			und_diag_member(diag, "listen");
			return UND_ERR_HTTP_LOOPBACK;
		}
		e = listen_ip(&l, &a, size);
	} else {
		und_diag_member(diag, "listen");
		return UND_ERR_HTTP_ADDRESS;
	}
	if (e == UND_OK)
		*out = l;
	return e;
}

void und_listener_close(struct und_listener *l)
{
	if (l->fd >= 0)
		close(l->fd);
	l->fd = -1;
	if (l->path[0] != '\0' && unlink(l->path) != 0)
		errno = 0; /* somebody was faster */
}
