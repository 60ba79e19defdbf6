/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* listen.h: a listening socket on loopback or at a path */
#ifndef UND_HTTP_LISTEN_H
#define UND_HTTP_LISTEN_H

#include "base/base.h"

struct und_listener {
	int fd;
	char address[160]; /* und_http_address */
	char path[108];    /* of the socket file, "" for none */
};

/* und_http_open's part: see there. */
UND_MUST_USE enum und_err und_listener_open(struct und_listener *out, const char *listen, unsigned unix_mode, struct und_diag *diag);
void und_listener_close(struct und_listener *l); /* removes the socket file; once */

#endif
