/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* sandbox_files.c: Landlock: which files may be reached (the kernel's Documentation/userspace-api/landlock.rst) */
#include <errno.h>
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "os/sandbox.h"

/* The kernel's interface, written down here because the headers of Debian 12 know a part of it only. Bits that a kernel does not know must be zero. */
enum {
	FS_EXECUTE = 1 << 0,
	FS_WRITE_FILE = 1 << 1,
	FS_READ_FILE = 1 << 2,
	FS_READ_DIR = 1 << 3,
	FS_REMOVE_DIR = 1 << 4,
	FS_REMOVE_FILE = 1 << 5,
	FS_MAKE_CHAR = 1 << 6,
	FS_MAKE_REG = 1 << 8,
	FS_MAKE_SOCK = 1 << 9,
	FS_MAKE_SYM = 1 << 12,
	FS_REFER = 1 << 13,    /* ABI 2 */
	FS_TRUNCATE = 1 << 14, /* 3 */
	FS_IOCTL_DEV = 1 << 15 /* 5 */
};
enum { NET_BIND_TCP = 1 << 0, NET_CONNECT_TCP = 1 << 1 }; /* 4 */
enum { SCOPE_ABSTRACT_UNIX_SOCKET = 1 << 0, SCOPE_SIGNAL = 1 << 1 }; /* 6 */
enum { VERSION = 1, RULE_PATH_BENEATH = 1 };

struct ruleset {
	uint64_t fs, net, scoped;
};

struct path_rule {
	uint64_t allowed;
	int32_t folder;
} __attribute__((packed));

/* What is shut, but for what rules open again. */
static struct ruleset shut(long abi, unsigned may)
{
	struct ruleset r = { .fs = (FS_MAKE_SYM << 1) - 1 };

	if (abi >= 2)
		r.fs |= FS_REFER;
	if (abi >= 3)
		r.fs |= FS_TRUNCATE;
	if (abi >= 4)
		r.net = NET_BIND_TCP | NET_CONNECT_TCP;
	if (abi >= 5)
		r.fs |= FS_IOCTL_DEV;
	if (abi >= 6)
		r.scoped = SCOPE_ABSTRACT_UNIX_SOCKET | SCOPE_SIGNAL;
	if ((may & UND_MAY_LISTEN) != 0)
		r.net &= ~(uint64_t)NET_BIND_TCP; /* seccomp shuts it when the socket listens */
	if ((may & UND_MAY_CONNECT) != 0) {
		r.net &= ~(uint64_t)NET_CONNECT_TCP;
		r.fs &= ~(uint64_t)(FS_READ_FILE | FS_READ_DIR); /* libpq, the resolver and TLS read from many places */
	}
	return r;
}

static uint64_t opened(enum und_path_use use)
{
	switch (use) {
	case UND_PATH_READ:
		return FS_READ_FILE;
	case UND_PATH_KEEP:
		return FS_READ_FILE | FS_READ_DIR | FS_WRITE_FILE | FS_TRUNCATE | FS_REMOVE_FILE | FS_MAKE_REG;
	case UND_PATH_SOCKET:
		return FS_MAKE_SOCK | FS_REMOVE_FILE;
	}
	return 0;
}

static int close_keeping_errno(int fd)
{
	int why = errno;

	if (fd >= 0)
		close(fd);
	errno = why;
	return -1;
}

static int open_path(int rules, const struct ruleset *r, const struct und_confined_path *p)
{
	struct path_rule rule = { .allowed = opened(p->use) & r->fs };
	struct stat st;

	if (rule.allowed == 0)
		return 0;
	rule.folder = open(p->path, O_PATH | O_CLOEXEC);
	if (rule.folder < 0 || fstat(rule.folder, &st) != 0)
		return close_keeping_errno(rule.folder);
	if (!S_ISDIR(st.st_mode))
		rule.allowed &= FS_READ_FILE | FS_WRITE_FILE | FS_TRUNCATE;
	else if (p->use == UND_PATH_READ)
		rule.allowed = FS_READ_DIR & r->fs; /* a folder where a file should be: who opens it hears so, and nothing in it is opened */
	if (rule.allowed != 0 && syscall(SYS_landlock_add_rule, rules, RULE_PATH_BENEATH, &rule, 0) != 0 && errno != EBADFD) /* a pipe: never shut */
		return close_keeping_errno(rule.folder);
	close(rule.folder);
	return 0;
}

enum und_err und_confine_files(struct und_confined *out, const struct und_confine *c)
{
	long abi = syscall(SYS_landlock_create_ruleset, NULL, 0, VERSION);
	struct ruleset r;
	int rules;

	if (abi < 1)
		return UND_OK;
	r = shut(abi, c->may);
	rules = (int)syscall(SYS_landlock_create_ruleset, &r, abi >= 6 ? sizeof r : abi >= 4 ? 2 * sizeof r.fs : sizeof r.fs, 0);
	if (rules < 0)
		return errno == ENOMEM ? UND_ERR_MEMORY : UND_OK;
	(void)fcntl(rules, F_SETFD, FD_CLOEXEC);
	for (size_t i = 0; i < c->path_count; i++)
		if (open_path(rules, &r, &c->paths[i]) != 0) {
			(void)close_keeping_errno(rules);
			out->missing = c->paths[i].path;
			return errno == ENOMEM ? UND_ERR_MEMORY : UND_ERR_IO;
		}
	out->files = prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && syscall(SYS_landlock_restrict_self, rules, 0) == 0;
	close(rules);
	return UND_OK;
}
