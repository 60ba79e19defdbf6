/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* os/wait.h: waiting for input without missing a signal */
#ifndef UND_OS_WAIT_H
#define UND_OS_WAIT_H

#include <signal.h>

#include "os/os.h"

/*
 * Until fd has something to read, or its end. Signals that ask to stop are blocked but for the time in ppoll, so that
 * none gets lost between looking and waiting: UND_ERR_STOPPED. also: further ones that stay blocked all the while; NULL:
 * none. UND_ERR_IO with errno.
 */
UND_MUST_USE enum und_err und_wait_readable(int fd, const sigset_t *also);

#endif
