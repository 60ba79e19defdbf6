/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* tty.c: asking a person on the terminal itself, whatever stdin and stdout are */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "base/secret.h"
#include "os/wait.h"

bool und_tty_is(int fd)
{
	return isatty(fd) == 1;
}

unsigned und_tty_width(void)
{
	struct winsize w;

	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &w) != 0 || w.ws_col == 0)
		return 80;
	return w.ws_col;
}

static enum und_err say(int fd, const char *s)
{
	size_t n = strlen(s);
	ssize_t wrote;

	while (n > 0) {
		wrote = write(fd, s, n);
		if (wrote < 0)
			return errno == EINTR ? UND_ERR_STOPPED : UND_ERR_IO;
		s += wrote;
		n -= (size_t)wrote;
	}
	return UND_OK;
}

/* One line. The terminal hands out whole lines, so a read does not wait once there is something. */
static enum und_err read_line(struct und_buf *out, int fd, const sigset_t *held_back)
{
	enum und_err e = UND_OK;
	bool any = false;
	ssize_t got;
	char c = 0;

	for (;;) {
		if ((e = und_wait_readable(fd, held_back)) != UND_OK)
			break;
		got = read(fd, &c, 1);
		if (got < 0) {
			e = errno == EINTR ? UND_ERR_STOPPED : UND_ERR_IO;
			break;
		}
		if (got == 0 && !any)
			e = UND_ERR_STOPPED; /* Ctrl-D instead of an answer */
		if (got == 0 || c == '\n')
			break;
		und_buf_add(out, &c, 1); /* too long: read on to the end of the line, then say so */
		any = true;
	}
	und_wipe(&c, sizeof c);
	return e != UND_OK ? e : out->err;
}

static enum und_err ask(struct und_buf *out, int fd, const char *prompt, bool secret, const sigset_t *held_back)
{
	struct termios was, quiet;
	size_t before = out->n;
	enum und_err e;
	int error;

	if (secret) {
		if (tcgetattr(fd, &was) != 0)
			return UND_ERR_IO;
		quiet = was;
		quiet.c_lflag &= ~(tcflag_t)(ECHO | ECHOE | ECHOK | ECHONL);
		quiet.c_lflag |= ICANON | ISIG;
		if (tcsetattr(fd, TCSAFLUSH, &quiet) != 0)
			return UND_ERR_IO;
	}
	e = say(fd, prompt);
	if (e == UND_OK)
		e = read_line(out, fd, held_back);
	error = errno;
	if (secret) {
		(void)tcsetattr(fd, TCSAFLUSH, &was);
		(void)!write(fd, "\n", 1); /* the one that was typed was not shown */
	}
	if (e != UND_OK && out->n > before) {
		if (out->secret)
			und_wipe(out->p + before, out->n - before);
		out->n = before;
	}
	errno = error;
	return e;
}

enum und_err und_tty_ask(struct und_buf *out, const char *prompt, bool secret)
{
	static const int signals[] = { SIGTSTP, SIGTTIN, SIGTTOU };
	sigset_t held_back, was;
	enum und_err e;
	int fd, error;

	fd = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (fd < 0)
		return UND_ERR_IO;
	/* Ctrl-Z must not leave a terminal without echo: it waits until the answer is in */
	sigemptyset(&held_back);
	for (size_t i = 0; i < UND_COUNT_OF(signals); i++)
		sigaddset(&held_back, signals[i]);
	pthread_sigmask(SIG_BLOCK, &held_back, &was);
	e = ask(out, fd, prompt, secret, &held_back);
	error = errno;
	close(fd);
	pthread_sigmask(SIG_SETMASK, &was, NULL);
	errno = error;
	return e;
}
