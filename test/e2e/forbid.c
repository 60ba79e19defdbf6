/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* forbid.c: an LD_PRELOAD library that does, in the midst of a program, what somebody would who had taken it over (confine.py) */
/*
 * UND_DEEDS: what, separated by commas (the table below; a path behind a colon). UND_WHEN: before (main), confined (the program has just given up all it can, for the UND_NTH-th time), request (a connection
 * was taken, on the thread that took it). Each deed is told on standard error: "deed NAME: done", or why not.
 * UND_LACKS: "seccomp", "landlock" or both: as if the kernel had none. UND_ABI: the version of Landlock that it says.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static char path[4096]; /* of the deed that is done */

static int do_read(void)
{
	return open(path, O_RDONLY);
}

static int do_write(void)
{
	return open(path, O_WRONLY | O_CREAT, 0600);
}

/* What others may do to it. */
static int do_chmod(void)
{
	return chmod(path, 0666);
}

/* Its end, by who may read it. */
static int do_cut(void)
{
	return open(path, O_RDONLY | O_TRUNC);
}

static int do_socket(void)
{
	return socket(AF_INET, SOCK_STREAM, 0);
}

static int do_bind(void)
{
	const struct sockaddr_un nowhere = { .sun_family = AF_UNIX };

	return bind(dup(0), (const struct sockaddr *)&nowhere, sizeof nowhere);
}

static int do_connect(void)
{
	const struct sockaddr_un nowhere = { .sun_family = AF_UNIX };

	return connect(0, (const struct sockaddr *)&nowhere, sizeof nowhere);
}

static int do_exec(void)
{
	static char echo[] = "/bin/echo", words[] = "deed exec: done";
	static char *const args[] = { echo, words, NULL }, *const nothing[] = { NULL }; /* without this library */

	return execve(args[0], args, nothing);
}

static int do_fork(void)
{
	pid_t child = fork();

	if (child == 0)
		_exit(0);
	return child > 0 ? (int)waitpid(child, NULL, 0) : -1;
}

static int do_ptrace(void)
{
	return (int)ptrace(PTRACE_ATTACH, 0, NULL, NULL); /* nobody: ESRCH */
}

static int do_kill(void)
{
	return kill(getppid(), 0);
}

/* By a descriptor, when there is something to read. */
static int do_signal(void)
{
	return fcntl(0, F_SETOWN, getppid());
}

static int do_renice(void)
{
	return setpriority(PRIO_PROCESS, (id_t)getppid(), getpriority(PRIO_PROCESS, (id_t)getppid()));
}

/* From one of a pair to whomever it likes. */
static int do_datagram(void)
{
	int pair[2];

	return socketpair(AF_UNIX, SOCK_DGRAM, 0, pair);
}

/* To another address, by a socket that is no longer connected (and none here: ENOTSOCK). */
static int do_sendto(void)
{
	const struct sockaddr_un nowhere = { .sun_family = AF_UNIX };

	return (int)sendto(0, "x", 1, 0, (const struct sockaddr *)&nowhere, sizeof nowhere);
}

static int do_fastopen(void)
{
	return (int)send(0, "x", 1, MSG_FASTOPEN);
}

static int do_sendmsg(void)
{
	struct msghdr nothing = { .msg_iovlen = 0 };

	return (int)sendmsg(0, &nothing, MSG_FASTOPEN);
}

/* What devices there are, not what addresses. */
static int do_netlink(void)
{
	return socket(AF_NETLINK, SOCK_RAW, NETLINK_KOBJECT_UEVENT);
}

static int do_dump(void)
{
	return prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
}

/* How long an answer is, as the resolver asks: nobody answered here (ENOTTY). */
static int do_length(void)
{
	int n;

	return ioctl(0, FIONREAD, &n);
}

static int do_code(void)
{
	return mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED ? -1 : 0;
}

/* A descriptor that was left open by who started the program. */
static int do_leak(void)
{
	return (int)write(9, "x", 1);
}

static const struct {
	const char *name;
	int (*does)(void);
} deeds[] = {
	{ "read", do_read }, { "write", do_write }, { "chmod", do_chmod }, { "cut", do_cut }, { "socket", do_socket }, { "bind", do_bind }, { "connect", do_connect }, { "exec", do_exec }, { "fork", do_fork },
	{ "ptrace", do_ptrace }, { "kill", do_kill }, { "signal", do_signal }, { "renice", do_renice }, { "datagram", do_datagram }, { "sendto", do_sendto }, { "fastopen", do_fastopen }, { "sendmsg", do_sendmsg }, { "netlink", do_netlink },
	{ "dump", do_dump }, { "length", do_length }, { "code", do_code }, { "leak", do_leak },
};

static void tell(const char *name, const char *how)
{
	char line[128];
	int n = snprintf(line, sizeof line, "deed %s: %s\n", name, how);

	if (write(STDERR_FILENO, line, (size_t)n) != n)
		abort();
}

/* That the kernel found nothing to do it to is no refusal. */
static const char *result(int rc)
{
	if (rc >= 0)
		return "done";
	return errno == EACCES ? "EACCES" : errno == EPERM ? "EPERM" : errno == ENOSYS ? "ENOSYS" : errno == ENOENT ? "ENOENT" : "done";
}

static void do_deed(const char *deed, size_t n)
{
	const char *colon = memchr(deed, ':', n);
	size_t name = colon != NULL ? (size_t)(colon - deed) : n;

	snprintf(path, sizeof path, "%.*s", colon != NULL ? (int)(n - name - 1) : 0, colon != NULL ? colon + 1 : "");
	for (size_t i = 0; i < sizeof deeds / sizeof deeds[0]; i++)
		if (strlen(deeds[i].name) == name && memcmp(deeds[i].name, deed, name) == 0) {
			tell(deeds[i].name, result(deeds[i].does()));
			return;
		}
	abort();
}

static void moment(const char *when)
{
	const char *now = getenv("UND_WHEN"), *deed = getenv("UND_DEEDS");

	if (now == NULL || deed == NULL || strcmp(now, when) != 0)
		return;
	while (*deed != '\0') {
		size_t n = strcspn(deed, ",");

		do_deed(deed, n);
		deed += n + (deed[n] == ',');
	}
}

static bool lacks(const char *what)
{
	const char *list = getenv("UND_LACKS");

	return list != NULL && strstr(list, what) != NULL;
}

static void *real(const char *name)
{
	void *p = dlsym(RTLD_NEXT, name);

	if (p == NULL)
		abort();
	return p;
}

__attribute__((constructor)) static void begin(void)
{
	moment("before");
}

int seccomp_load(const void *filter);
int seccomp_load(const void *filter)
{
	static int loads;
	int (*load)(const void *);
	const char *nth = getenv("UND_NTH");
	int rc;

	*(void **)&load = real("seccomp_load");
	rc = lacks("seccomp") ? -ENOSYS : load(filter);
	if (++loads == (nth != NULL ? atoi(nth) : 1))
		moment("confined");
	return rc;
}

long syscall(long number, ...)
{
	long (*call)(long number, ...), a[6];
	const char *abi = getenv("UND_ABI");
	va_list list;

	va_start(list, number);
	for (int i = 0; i < 6; i++)
		a[i] = va_arg(list, long);
	va_end(list);
	if (number == SYS_landlock_create_ruleset && lacks("landlock")) {
		errno = ENOSYS;
		return -1;
	}
	if (number == SYS_landlock_create_ruleset && abi != NULL && a[0] == 0)
		return atol(abi);
	*(void **)&call = real("syscall");
	return call(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}

int accept4(int fd, struct sockaddr *restrict address, socklen_t *restrict size, int flags)
{
	int (*take)(int, struct sockaddr *, socklen_t *, int);
	int got;

	*(void **)&take = real("accept4");
	got = take(fd, address, size, flags);
	if (got >= 0)
		moment("request");
	return got;
}
