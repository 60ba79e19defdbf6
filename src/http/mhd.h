/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* mhd.h: libmicrohttpd as what it is good at: writing answers. mhd.c is the only file that names it */
#ifndef UND_HTTP_MHD_H
#define UND_HTTP_MHD_H

#include <sys/types.h>

#include "http/exchange.h"

/*
 * libmicrohttpd 0.9.75 takes duplicate Content-Length, Content-Length with Transfer-Encoding, bare LF, folded headers, NUL,
 * white space before colons, absolute targets and more as good requests even when told to be strict, restarts its timeout at
 * each byte that trickles in, and keeps all it read in memory that it never overwrites. So no byte of a client reaches it: a
 * loop reads and judges requests itself (guard.h), and then tells libmicrohttpd, through a socket pair (a channel), "GET /" or
 * "HEAD /"; what it writes goes to the client. Engines and channels belong to one loop, and are used on its thread only.
 */

struct und_mhd;
struct und_channel;

/* channels_max: answers under way at once. Errors: UND_ERR_MEMORY (libmicrohttpd does not say more). */
UND_MUST_USE enum und_err und_mhd_new(struct und_mhd **out, unsigned channels_max);
void und_mhd_free(struct und_mhd *m); /* channels still open end here */
/* A descriptor that becomes readable when there is something to do for und_mhd_run. */
int und_mhd_fd(const struct und_mhd *m);
void und_mhd_run(struct und_mhd *m);
bool und_mhd_is_full(const struct und_mhd *m); /* channels_max answers are under way */

/* Sends a few bytes, whole or not at all (then false), without waiting. */
bool und_send_short(int fd, const char *p, size_t n);

/* Begins to send reply, which it takes over whatever happens. NULL: no channel to be had (memory, descriptors, channels_max). */
struct und_channel *und_channel_send(struct und_mhd *m, struct und_reply *reply);
/* Up to n bytes of the answer. -1: none yet (und_mhd_run makes more, or will); 0: it broke; *done: the answer is whole with these. */
ssize_t und_channel_read(struct und_channel *c, uint8_t *out, size_t n, bool *done);
/* Gives it back, at whatever point. */
void und_channel_end(struct und_channel *c);

#endif
