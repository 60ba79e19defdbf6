/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* wait.c: waiting for input without missing a signal */
#include <errno.h>
#include <poll.h>
#include <pthread.h>

#include "os/wait.h"

static bool (*asked_to_stop)(void);

void und_os_stop_when(bool (*asked)(void))
{
	asked_to_stop = asked;
}

enum und_err und_wait_readable(int fd, const sigset_t *also)
{
	static const int stops[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };
	struct pollfd poll_fd = { .fd = fd, .events = POLLIN };
	sigset_t mask, was, waiting;
	enum und_err e = UND_OK;

	sigemptyset(&mask);
	for (size_t i = 0; i < UND_COUNT_OF(stops); i++)
		sigaddset(&mask, stops[i]);
	pthread_sigmask(SIG_BLOCK, &mask, &was);
	waiting = was;
	if (also != NULL)
		sigorset(&waiting, &was, also);
	if (asked_to_stop != NULL && asked_to_stop())
		e = UND_ERR_STOPPED;
	else if (ppoll(&poll_fd, 1, NULL, &waiting) < 0)
		e = errno == EINTR ? UND_ERR_STOPPED : UND_ERR_IO;
	pthread_sigmask(SIG_SETMASK, &was, NULL);
	return e;
}
