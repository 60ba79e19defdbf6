/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* shared.c: the process: signals, descriptors, what it keeps from core dumps; threads, randomness, today; its end */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sodium.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "cli/cli.h"

static volatile sig_atomic_t interrupted;
static struct und_pool *pool;
static unsigned pool_width;

static void on_signal(int number)
{
	(void)number;
	if (interrupted)
		_exit(CLI_INTERRUPTED);
	interrupted = 1;
}

bool cli_interrupted(void)
{
	return interrupted != 0;
}

/* Without SA_RESTART: a wait for input ends. Closed pipes and full files are errors of write, not deaths. */
static void catch_signals(void)
{
	static const int ends[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };
	struct sigaction catch = { .sa_handler = on_signal }, ignore = { .sa_handler = SIG_IGN }, was;

	sigemptyset(&catch.sa_mask);
	for (size_t i = 0; i < UND_COUNT_OF(ends); i++) {
		if (sigaction(ends[i], NULL, &was) == 0 && was.sa_handler == SIG_IGN)
			continue; /* nohup, background jobs */
		(void)sigaction(ends[i], &catch, NULL);
	}
	(void)sigaction(SIGPIPE, &ignore, NULL);
	(void)sigaction(SIGXFSZ, &ignore, NULL);
}

/* A file that we open must not become standard output: closed descriptors are filled with what gives errors. */
static bool fill_descriptors(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
		if (fcntl(fd, F_GETFD) != -1 || errno != EBADF)
			continue;
		if (open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) != fd)
			return false;
	}
	return true;
}

/* Secrets stand in memory for moments; they should not get from there into a core dump or a debugger. */
static void hide_memory(void)
{
	const struct rlimit none = { 0, 0 };

	(void)setrlimit(RLIMIT_CORE, &none);
#ifndef __SANITIZE_ADDRESS__ /* its leak checker attaches as a debugger */
#if defined(__has_feature)
#if !__has_feature(address_sanitizer)
	(void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
#endif
#else
	(void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
#endif
#endif
}

int cli_begin(void)
{
	if (!fill_descriptors())
		return CLI_TRIED;
	catch_signals();
	und_os_stop_when(cli_interrupted);
	hide_memory();
	if (sodium_init() < 0)
		return cli_fail(CLI_TRIED, NULL, "%s.", und_err_text(UND_ERR_RANDOM));
	return -1;
}

int cli_end(int code)
{
	bool bad = ferror(stdout) != 0;

	errno = 0;
	if (fflush(stdout) != 0 || bad) {
		/* a reader that has gone knows it; others are told. Interrupted stays interrupted */
		if (code != CLI_INTERRUPTED) {
			if (errno != EPIPE)
				cli_fail(CLI_TRIED, NULL, "cannot write to standard output: %s.", errno != 0 ? strerror(errno) : "an earlier write failed");
			code = CLI_TRIED;
		}
	}
	cli_runner_end();
	return code;
}

void cli_runner_end(void)
{
	und_pool_free(pool);
	pool = NULL;
}

const struct und_runner *cli_runner(unsigned threads)
{
	if (threads == 0)
		threads = und_os_cpus();
	if (threads == 1)
		return NULL;
	if (pool == NULL || pool_width != threads) {
		und_pool_free(pool);
		pool = NULL;
		if (und_pool_new(&pool, threads) != UND_OK)
			return NULL;
		pool_width = threads;
	}
	return und_pool_runner(pool);
}

const struct und_random *cli_random(void)
{
	return und_os_random();
}

und_day cli_today(void)
{
	return und_os_today();
}
