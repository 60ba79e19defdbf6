/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* sandbox_calls.c: seccomp: which calls may be made. What stands in none of these lists ends the process */
#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "os/sandbox.h"

/* The numbers of calls that a machine does not have are negative: libseccomp leaves them out. */

static const int everybody[] = {
	/* descriptors that are open */
	SCMP_SYS(close), SCMP_SYS(fstat), SCMP_SYS(lseek), SCMP_SYS(poll), SCMP_SYS(ppoll), SCMP_SYS(pread64), SCMP_SYS(read), SCMP_SYS(readv),
	/* memory */
	SCMP_SYS(brk), SCMP_SYS(madvise), SCMP_SYS(mlock), SCMP_SYS(mlock2), SCMP_SYS(mremap), SCMP_SYS(munlock), SCMP_SYS(munmap),
	/* threads */
	SCMP_SYS(exit), SCMP_SYS(exit_group), SCMP_SYS(futex), SCMP_SYS(getcpu), SCMP_SYS(getpriority), SCMP_SYS(gettid), SCMP_SYS(membarrier), SCMP_SYS(rseq),
	SCMP_SYS(sched_getaffinity), SCMP_SYS(sched_yield), SCMP_SYS(set_robust_list),
	/* signals to oneself */
	SCMP_SYS(restart_syscall), SCMP_SYS(rt_sigaction), SCMP_SYS(rt_sigpending), SCMP_SYS(rt_sigprocmask), SCMP_SYS(rt_sigreturn), SCMP_SYS(rt_sigtimedwait), SCMP_SYS(sigaltstack),
	/* clocks */
	SCMP_SYS(clock_getres), SCMP_SYS(clock_gettime), SCMP_SYS(clock_nanosleep), SCMP_SYS(gettimeofday), SCMP_SYS(nanosleep), SCMP_SYS(time),
	/* what is known of oneself */
	SCMP_SYS(getegid), SCMP_SYS(geteuid), SCMP_SYS(getgid), SCMP_SYS(getpid), SCMP_SYS(getrandom), SCMP_SYS(getrlimit), SCMP_SYS(getrusage), SCMP_SYS(getuid), SCMP_SYS(sysinfo), SCMP_SYS(uname),
};

/* stat and its kin tell of files outside too (Landlock shuts none of them), but not what is in them. */
static const int reading[] = {
	SCMP_SYS(access), SCMP_SYS(faccessat), SCMP_SYS(faccessat2), SCMP_SYS(fadvise64), SCMP_SYS(flock), SCMP_SYS(fstatfs), SCMP_SYS(getcwd), SCMP_SYS(getdents64), SCMP_SYS(lstat),
	SCMP_SYS(newfstatat), SCMP_SYS(readlink), SCMP_SYS(readlinkat), SCMP_SYS(stat), SCMP_SYS(statfs), SCMP_SYS(statx),
};

/* Not chmod of a path: Landlock shuts none of them. */
static const int keeping[] = {
	SCMP_SYS(fallocate), SCMP_SYS(fchmod), SCMP_SYS(fchown), SCMP_SYS(fdatasync), SCMP_SYS(fsync), SCMP_SYS(ftruncate), SCMP_SYS(link), SCMP_SYS(linkat),
	SCMP_SYS(mkdir), SCMP_SYS(mkdirat), SCMP_SYS(open), SCMP_SYS(openat), SCMP_SYS(pwrite64), SCMP_SYS(pwritev), SCMP_SYS(rename), SCMP_SYS(renameat), SCMP_SYS(renameat2), SCMP_SYS(rmdir),
	SCMP_SYS(umask), SCMP_SYS(unlink), SCMP_SYS(unlinkat), SCMP_SYS(utimensat),
};

static const int listening[] = { SCMP_SYS(bind), SCMP_SYS(getsockname), SCMP_SYS(listen), SCMP_SYS(setrlimit), SCMP_SYS(setsockopt) };

/* connect: whether somebody answers there already; unlink (below): the socket's place at the end */
static const int listening_path[] = {
	SCMP_SYS(chmod), SCMP_SYS(connect), SCMP_SYS(fchmodat), SCMP_SYS(lstat), SCMP_SYS(newfstatat), SCMP_SYS(rename), SCMP_SYS(renameat), SCMP_SYS(renameat2),
};

static const int answering[] = {
	SCMP_SYS(accept), SCMP_SYS(accept4), SCMP_SYS(epoll_create1), SCMP_SYS(epoll_ctl), SCMP_SYS(epoll_pwait), SCMP_SYS(epoll_pwait2), SCMP_SYS(epoll_wait), SCMP_SYS(eventfd2), SCMP_SYS(getsockopt),
	SCMP_SYS(recvfrom), SCMP_SYS(recvmsg), SCMP_SYS(sendfile), SCMP_SYS(setsockopt), SCMP_SYS(shutdown), SCMP_SYS(unlink), SCMP_SYS(unlinkat),
};

static const int connecting[] = {
	SCMP_SYS(bind), SCMP_SYS(connect), SCMP_SYS(getpeername), SCMP_SYS(getsockname), SCMP_SYS(getsockopt), SCMP_SYS(mmap), SCMP_SYS(mprotect),
	SCMP_SYS(pipe2), SCMP_SYS(pselect6), SCMP_SYS(recvfrom),
	SCMP_SYS(recvmmsg), SCMP_SYS(recvmsg), SCMP_SYS(select), SCMP_SYS(sendmmsg), SCMP_SYS(sendmsg), SCMP_SYS(sendto), SCMP_SYS(setsockopt), SCMP_SYS(shutdown),
};

/* Calls that libraries try first and do without. clone3 because what it makes stands in memory, where no filter sees it. */
static const int missing[] = { SCMP_SYS(clone3), SCMP_SYS(keyctl), SCMP_SYS(openat2) };

static int add(scmp_filter_ctx f, uint32_t action, const int *calls, size_t n)
{
	int rc = 0;

	for (size_t i = 0; i < n && rc == 0; i++)
		rc = seccomp_rule_add(f, action, calls[i], 0);
	return rc;
}

#define ALLOW(f, list) add(f, SCMP_ACT_ALLOW, list, UND_COUNT_OF(list))

/* Argument i, as far as mask goes, is value; int arguments fill half of a register, and what is in the other half is not told. */
static int allow_if(scmp_filter_ctx f, int call, unsigned i, uint32_t mask, uint32_t value)
{
	return seccomp_rule_add(f, SCMP_ACT_ALLOW, call, 1, SCMP_CMP64(i, SCMP_CMP_MASKED_EQ, mask, value));
}

/* Nothing that can be run. */
static int add_memory(scmp_filter_ctx f)
{
	int rc = allow_if(f, SCMP_SYS(mmap), 2, PROT_EXEC, 0);

	return rc != 0 ? rc : allow_if(f, SCMP_SYS(mprotect), 2, PROT_EXEC, 0);
}

/* Threads, no processes; signals to oneself alone, which is how abort ends; the priority of the thread that asks. */
static int add_threads(scmp_filter_ctx f)
{
	int rc = allow_if(f, SCMP_SYS(clone), 0, CLONE_THREAD | CLONE_VM, CLONE_THREAD | CLONE_VM);

	if (rc == 0)
		rc = allow_if(f, SCMP_SYS(tgkill), 0, UINT32_MAX, (uint32_t)getpid());
	if (rc == 0)
		rc = seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(setpriority), 2, SCMP_CMP64(0, SCMP_CMP_MASKED_EQ, UINT32_MAX, PRIO_PROCESS), SCMP_CMP64(1, SCMP_CMP_MASKED_EQ, UINT32_MAX, 0));
	return rc;
}

/* Not F_SETOWN and F_SETSIG: a descriptor that has something to read would send any signal to any process of the same user. */
static int add_descriptors(scmp_filter_ctx f)
{
	static const uint32_t commands[] = { F_DUPFD, F_DUPFD_CLOEXEC, F_GETFD, F_SETFD, F_GETFL, F_SETFL, F_GETLK, F_SETLK, F_SETLKW, 36 /* F_OFD_GETLK */, 37 /* F_OFD_SETLK */, 38 /* F_OFD_SETLKW */ };
	int rc = 0;

	for (size_t i = 0; i < UND_COUNT_OF(commands) && rc == 0; i++)
		rc = allow_if(f, SCMP_SYS(fcntl), 1, UINT32_MAX, commands[i]);
	return rc;
}

/* fstat, as glibc 2.33 and later may ask it: of what is open, if they name nothing besides. */
static int add_stat(scmp_filter_ctx f)
{
	return allow_if(f, SCMP_SYS(newfstatat), 3, AT_EMPTY_PATH, AT_EMPTY_PATH);
}

/* Limits are told, and set before the server listens. */
static int add_limits(scmp_filter_ctx f, bool set)
{
	return set ? seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(prlimit64), 1, SCMP_CMP64(0, SCMP_CMP_EQ, 0))
	           : seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(prlimit64), 2, SCMP_CMP64(0, SCMP_CMP_EQ, 0), SCMP_CMP64(2, SCMP_CMP_EQ, 0));
}

/* Whether it is a terminal, and how wide. */
static int add_terminal(scmp_filter_ctx f)
{
	static const uint32_t questions[] = { TCGETS, 0x802c542a /* TCGETS2, as glibc 2.42 asks */, TIOCGWINSZ };
	int rc = 0;

	for (size_t i = 0; i < UND_COUNT_OF(questions) && rc == 0; i++)
		rc = allow_if(f, SCMP_SYS(ioctl), 1, UINT32_MAX, questions[i]);
	return rc;
}

static int add_writing(scmp_filter_ctx f, bool anywhere)
{
	static const int calls[] = { SCMP_SYS(write), SCMP_SYS(writev) };
	int rc = anywhere ? ALLOW(f, calls) : 0;

	for (size_t i = 0; i < UND_COUNT_OF(calls) && !anywhere; i++)
		for (uint32_t fd = STDOUT_FILENO; fd <= STDERR_FILENO && rc == 0; fd++)
			rc = allow_if(f, calls[i], 0, UINT32_MAX, fd);
	return rc;
}

/* What is opened cannot be changed, unless it may be kept. Whoever connects opens what libraries like: Landlock answers softer, but before its ABI 3 does not see that a file is cut, even by who opens it for reading. */
static int add_reading(scmp_filter_ctx f, unsigned may)
{
	const uint32_t changes = (may & UND_MAY_CONNECT) != 0 ? O_TRUNC : O_ACCMODE | O_CREAT | O_TRUNC;
	int rc = ALLOW(f, reading);

	if ((may & UND_MAY_KEEP) != 0)
		return rc;
	if (rc == 0)
		rc = allow_if(f, SCMP_SYS(open), 1, changes, 0);
	if (rc == 0)
		rc = allow_if(f, SCMP_SYS(openat), 2, changes, 0);
	return rc;
}

static int add_sockets(scmp_filter_ctx f, unsigned may)
{
	static const uint32_t families[] = { AF_UNIX, AF_INET, AF_INET6 };
	int rc = 0;

	for (size_t i = 0; i < UND_COUNT_OF(families) && rc == 0; i++)
		if ((may & (UND_MAY_CONNECT | (families[i] == AF_UNIX ? UND_MAY_LISTEN_PATH : UND_MAY_LISTEN))) != 0)
			rc = allow_if(f, SCMP_SYS(socket), 0, UINT32_MAX, families[i]);
	if (rc == 0 && (may & UND_MAY_CONNECT) != 0) /* which addresses there are, and how long the answer is: the resolver */
		rc = seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(socket), 2, SCMP_CMP64(0, SCMP_CMP_MASKED_EQ, UINT32_MAX, AF_NETLINK), SCMP_CMP64(2, SCMP_CMP_MASKED_EQ, UINT32_MAX, 0 /* NETLINK_ROUTE */));
	if (rc == 0 && (may & UND_MAY_CONNECT) != 0)
		rc = allow_if(f, SCMP_SYS(ioctl), 1, UINT32_MAX, FIONREAD);
	if (rc == 0 && (may & UND_MAY_ANSWER) != 0) /* no datagrams: one of a pair may send them to any socket of the machine */
		rc = seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(socketpair), 2, SCMP_CMP64(0, SCMP_CMP_MASKED_EQ, UINT32_MAX, AF_UNIX), SCMP_CMP64(1, SCMP_CMP_MASKED_EQ, 0xf, SOCK_STREAM));
	return rc;
}

/* To whoever is connected. With MSG_FASTOPEN a socket that listened, once it is shut down, reaches any address without connect; with an address datagrams go anywhere. */
static int add_sending(scmp_filter_ctx f)
{
	int rc = seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(sendto), 2, SCMP_CMP64(3, SCMP_CMP_MASKED_EQ, MSG_FASTOPEN, 0), SCMP_CMP64(4, SCMP_CMP_EQ, 0));

	return rc != 0 ? rc : allow_if(f, SCMP_SYS(sendmsg), 2, MSG_FASTOPEN, 0);
}

/* This once more: libseccomp's two calls. */
static int add_confining(scmp_filter_ctx f)
{
	int rc = allow_if(f, SCMP_SYS(prctl), 0, UINT32_MAX, PR_SET_NO_NEW_PRIVS);

	return rc != 0 ? rc : seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(seccomp), 0);
}

static int fill(scmp_filter_ctx f, unsigned may)
{
	int rc;

	if ((rc = ALLOW(f, everybody)) != 0 || (rc = add(f, SCMP_ACT_ERRNO(ENOSYS), missing, UND_COUNT_OF(missing))) != 0)
		return rc;
	if ((rc = add_threads(f)) != 0 || (rc = add_descriptors(f)) != 0 || (rc = add_limits(f, (may & (UND_MAY_LISTEN | UND_MAY_LISTEN_PATH)) != 0)) != 0 || (rc = add_stat(f)) != 0 || (rc = add_terminal(f)) != 0 || (rc = add_writing(f, (may & (UND_MAY_WRITE | UND_MAY_KEEP)) != 0)) != 0)
		return rc;
	if ((may & UND_MAY_CONNECT) == 0 && (rc = add_memory(f)) != 0)
		return rc;
	if ((may & UND_MAY_CONNECT) != 0 && (rc = ALLOW(f, connecting)) != 0)
		return rc;
	if ((may & (UND_MAY_READ | UND_MAY_KEEP)) != 0 && (rc = add_reading(f, may)) != 0)
		return rc;
	if ((may & UND_MAY_KEEP) != 0 && (rc = ALLOW(f, keeping)) != 0)
		return rc;
	if ((may & (UND_MAY_LISTEN | UND_MAY_LISTEN_PATH)) != 0 && (rc = ALLOW(f, listening)) != 0)
		return rc;
	if ((may & UND_MAY_LISTEN_PATH) != 0 && (rc = ALLOW(f, listening_path)) != 0)
		return rc;
	if ((may & UND_MAY_ANSWER) != 0 && ((rc = ALLOW(f, answering)) != 0 || (rc = add_sending(f)) != 0))
		return rc;
	if ((may & UND_MAY_CONFINE) != 0 && (rc = add_confining(f)) != 0)
		return rc;
	return add_sockets(f, may);
}

enum und_err und_confine_calls(struct und_confined *out, const struct und_confine *c)
{
	scmp_filter_ctx f = seccomp_init(SCMP_ACT_KILL_PROCESS);
	int rc;

	if (f == NULL)
		return UND_ERR_MEMORY;
	rc = seccomp_attr_set(f, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
	if (rc == 0)
		rc = seccomp_attr_set(f, SCMP_FLTATR_CTL_TSYNC, 1);
	if (rc == 0)
		rc = seccomp_attr_set(f, SCMP_FLTATR_CTL_OPTIMIZE, 2);
	if (rc == 0)
		rc = fill(f, c->may);
	if (rc == 0)
		rc = seccomp_load(f);
	seccomp_release(f);
	out->calls = rc == 0;
	return rc == -ENOMEM ? UND_ERR_MEMORY : UND_OK;
}
