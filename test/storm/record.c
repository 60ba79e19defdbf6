/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* record.c: an LD_PRELOAD library that writes down, in order, what a program does to files and when each is synced, and what it answers: from that, power.py builds what a cut of the power leaves */
/*
 * UND_RECORD: the file that is appended to. UND_RECORD_ROOT: a folder; what lies on its file system is recorded. A record is struct head and size bytes:
 *
 *   c  a file made: ino, a: the folder's, the name      d  a folder made, likewise
 *   w  bytes written: ino, a: where                     t  cut or stretched: ino, a: to
 *   u  a name removed: a: the folder's ino, the name    r  renamed: a, b: folders' inos, both names with a NUL between
 *   b  a sync begins: ino, a: its number, b: fd         e  ends: ino, a: its number, b: 0 or errno
 *   q  a request came: a: its X-Storm number            a  its answer goes out: a: that number, b: status
 *   x  something that is not recorded was done: what
 *
 * A write is recorded when it is done, and no other call on files runs meanwhile. A sync may run beside others: it stands for what was written before it began, from when it ended on.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#undef open64
#undef openat64

struct head {
	uint32_t size;
	char what;
	uint8_t zeros[3];
	uint64_t ino, a, b;
};
static int out = -1;
static dev_t device;
static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;
static atomic_ulong syncs;
enum { SOCKETS = 4096 };
static atomic_ulong asked[SOCKETS]; /* the number of the request that came last on a connection */

static void *real(const char *name)
{
	void *p = dlsym(RTLD_NEXT, name);

	if (p == NULL)
		abort();
	return p;
}
#define REAL(name)                                                                                                     \
	({                                                                                                             \
		static __typeof__(&name) found_;                                                                       \
		if (found_ == NULL)                                                                                    \
			*(void **)&found_ = real(#name);                                                               \
		found_;                                                                                                \
	})

/* Never half: whoever reads the record relies on it. */
static void put(const void *p, size_t n)
{
	const char *at = p;

	while (n > 0) {
		long wrote = syscall(SYS_write, out, at, n);

		if (wrote < 0 && errno == EINTR)
			continue;
		if (wrote <= 0)
			abort();
		at += wrote;
		n -= (size_t)wrote;
	}
}

static void note(char what, uint64_t ino, uint64_t a, uint64_t b, const void *p, size_t n)
{
	struct head h = { .size = (uint32_t)n, .what = what, .ino = ino, .a = a, .b = b };

	put(&h, sizeof h);
	put(p, n);
}

static void lock(void)
{
	pthread_mutex_lock(&turn);
}

static void unlock(void)
{
	int error = errno;

	pthread_mutex_unlock(&turn);
	errno = error;
}

__attribute__((constructor)) static void begin(void)
{
	const char *path = getenv("UND_RECORD"), *root = getenv("UND_RECORD_ROOT");
	struct stat st;

	if (path == NULL || root == NULL)
		return;
	if (stat(root, &st) != 0)
		abort();
	device = st.st_dev;
	out = (int)syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	if (out < 0)
		abort();
}

/* The number of a file or folder that is recorded; 0: it is none. */
static uint64_t of_fd(int fd)
{
	struct stat st;

	if (out < 0 || fd == out || fstat(fd, &st) != 0 || st.st_dev != device || !(S_ISREG(st.st_mode) || S_ISDIR(st.st_mode)))
		return 0;
	return st.st_ino;
}

static uint64_t of_path(int dir, const char *path)
{
	struct stat st;

	return out < 0 || fstatat(dir, path, &st, AT_SYMLINK_NOFOLLOW) != 0 || st.st_dev != device ? 0 : st.st_ino;
}

/* The folder that a path leads into, and the name there. */
static uint64_t folder_of(const char **name, int dir, const char *path)
{
	const char *slash = strrchr(path, '/');
	char folder[4096];

	if (slash == NULL) {
		*name = path;
		return dir == AT_FDCWD ? of_path(AT_FDCWD, ".") : of_fd(dir);
	}
	if ((size_t)(slash - path) >= sizeof folder)
		abort();
	memcpy(folder, path, (size_t)(slash - path));
	folder[slash - path] = '\0';
	*name = slash + 1;
	return of_path(dir, slash == path ? "/" : folder);
}

/* ---- names ---- */

static int opened(int (*call)(int, const char *, int, mode_t), int dir, const char *path, int flags, mode_t mode)
{
	bool changes = out >= 0 && (flags & (O_CREAT | O_TRUNC)) != 0, was;
	const char *name;
	uint64_t folder;
	int fd;

	if (!changes)
		return call(dir, path, flags, mode);
	lock();
	was = of_path(dir, path) != 0;
	fd = call(dir, path, flags, mode);
	if (fd >= 0 && of_fd(fd) != 0) {
		if (!was) {
			folder = folder_of(&name, dir, path);
			note('c', of_fd(fd), folder, 0, name, strlen(name));
		} else if ((flags & O_TRUNC) != 0) {
			note('t', of_fd(fd), 0, 0, NULL, 0);
		}
	}
	unlock();
	return fd;
}

#define OPENING(name, dir, call)                                                                                       \
	va_list more;                                                                                                  \
	mode_t mode = 0;                                                                                               \
	va_start(more, flags);                                                                                         \
	if ((flags & (O_CREAT | O_TMPFILE)) != 0)                                                                      \
		mode = va_arg(more, mode_t);                                                                           \
	va_end(more);                                                                                                  \
	return opened(call, dir, path, flags, mode)

static int call_open(int dir, const char *path, int flags, mode_t mode)
{
	(void)dir;
	return REAL(open)(path, flags, mode);
}
static int call_openat(int dir, const char *path, int flags, mode_t mode)
{
	return REAL(openat)(dir, path, flags, mode);
}
int open(const char *path, int flags, ...)
{
	OPENING(open, AT_FDCWD, call_open);
}
int open64(const char *path, int flags, ...)
{
	OPENING(open64, AT_FDCWD, call_open);
}
int openat(int dir, const char *path, int flags, ...)
{
	OPENING(openat, dir, call_openat);
}
int openat64(int dir, const char *path, int flags, ...)
{
	OPENING(openat64, dir, call_openat);
}

static int named(int rc, char what, int dir, const char *path)
{
	const char *name;
	uint64_t folder;

	if (rc == 0 && out >= 0 && (folder = folder_of(&name, dir, path)) != 0)
		note(what, what == 'd' ? of_path(dir, path) : 0, folder, 0, name, strlen(name));
	unlock();
	return rc;
}
int mkdir(const char *path, mode_t mode)
{
	lock();
	return named(REAL(mkdir)(path, mode), 'd', AT_FDCWD, path);
}
int mkdirat(int dir, const char *path, mode_t mode)
{
	lock();
	return named(REAL(mkdirat)(dir, path, mode), 'd', dir, path);
}
int unlink(const char *path)
{
	lock();
	return named(REAL(unlink)(path), 'u', AT_FDCWD, path);
}
int unlinkat(int dir, const char *path, int flags)
{
	lock();
	return named(REAL(unlinkat)(dir, path, flags), 'u', dir, path);
}

static int renamed(int rc, int from_dir, const char *from, int to_dir, const char *to)
{
	const char *name, *new_name;
	uint64_t folder, new_folder;
	char both[1024];
	int n;

	if (rc == 0 && out >= 0) {
		folder = folder_of(&name, from_dir, from);
		new_folder = folder_of(&new_name, to_dir, to);
		n = snprintf(both, sizeof both, "%s%c%s", name, 0, new_name);
		if (n < 0 || n >= (int)sizeof both)
			abort();
		if (folder != 0 && new_folder != 0)
			note('r', 0, folder, new_folder, both, (size_t)n);
	}
	unlock();
	return rc;
}
int rename(const char *from, const char *to)
{
	lock();
	return renamed(REAL(rename)(from, to), AT_FDCWD, from, AT_FDCWD, to);
}
int renameat(int from_dir, const char *from, int to_dir, const char *to)
{
	lock();
	return renamed(REAL(renameat)(from_dir, from, to_dir, to), from_dir, from, to_dir, to);
}
int renameat2(int from_dir, const char *from, int to_dir, const char *to, unsigned flags)
{
	lock();
	return renamed(REAL(renameat2)(from_dir, from, to_dir, to, flags), from_dir, from, to_dir, to);
}

static int unknown(const char *what)
{
	if (out >= 0) {
		lock();
		note('x', 0, 0, 0, what, strlen(what));
		unlock();
	}
	errno = ENOSYS;
	return -1;
}
int link(const char *from, const char *to)
{
	(void)from, (void)to;
	return unknown("link");
}
int linkat(int from_dir, const char *from, int to_dir, const char *to, int flags)
{
	(void)from_dir, (void)from, (void)to_dir, (void)to, (void)flags;
	return unknown("linkat");
}

/* ---- bytes ---- */

#define WRITING(name, fd, p, n, at)                                                                                    \
	do {                                                                                                           \
		ssize_t wrote_;                                                                                        \
		uint64_t ino_;                                                                                         \
		lock();                                                                                                \
		wrote_ = REAL(name)(fd, p, n, at);                                                                     \
		if (wrote_ > 0 && (ino_ = of_fd(fd)) != 0)                                                             \
			note('w', ino_, (uint64_t)(at), 0, p, (size_t)wrote_);                                         \
		unlock();                                                                                              \
		return wrote_;                                                                                         \
	} while (0)
ssize_t pwrite(int fd, const void *p, size_t n, off_t at)
{
	WRITING(pwrite, fd, p, n, at);
}
ssize_t pwrite64(int fd, const void *p, size_t n, off64_t at)
{
	WRITING(pwrite64, fd, p, n, at);
}
ssize_t write(int fd, const void *p, size_t n)
{
	uint64_t ino = of_fd(fd);
	ssize_t wrote;
	off_t end;

	if (ino == 0)
		return REAL(write)(fd, p, n);
	lock();
	wrote = REAL(write)(fd, p, n);
	end = lseek(fd, 0, SEEK_CUR);
	if (wrote > 0)
		note('w', ino, (uint64_t)(end - wrote), 0, p, (size_t)wrote);
	unlock();
	return wrote;
}
ssize_t writev(int fd, const struct iovec *pieces, int n)
{
	return of_fd(fd) == 0 ? REAL(writev)(fd, pieces, n) : unknown("writev");
}
#define CUTTING(name, fd, n)                                                                                           \
	do {                                                                                                           \
		uint64_t ino_;                                                                                         \
		int rc_;                                                                                               \
		lock();                                                                                                \
		rc_ = REAL(name)(fd, n);                                                                               \
		if (rc_ == 0 && (ino_ = of_fd(fd)) != 0)                                                               \
			note('t', ino_, (uint64_t)(n), 0, NULL, 0);                                                    \
		unlock();                                                                                              \
		return rc_;                                                                                            \
	} while (0)
int ftruncate(int fd, off_t n)
{
	CUTTING(ftruncate, fd, n);
}
int ftruncate64(int fd, off64_t n)
{
	CUTTING(ftruncate64, fd, n);
}
int posix_fallocate(int fd, off_t at, off_t n)
{
	(void)fd, (void)at, (void)n;
	return unknown("posix_fallocate") == 0 ? 0 : ENOSYS;
}

/* ---- to the disk ---- */

static int synced(int (*call)(int), int fd)
{
	uint64_t ino = of_fd(fd), number;
	int rc, error;

	if (ino == 0)
		return call(fd);
	number = atomic_fetch_add(&syncs, 1) + 1;
	lock();
	note('b', ino, number, (uint64_t)fd, NULL, 0);
	unlock();
	rc = call(fd);
	error = errno;
	lock();
	note('e', ino, number, rc == 0 ? 0 : (uint64_t)error, NULL, 0);
	unlock();
	errno = error;
	return rc;
}
int fsync(int fd)
{
	return synced(REAL(fsync), fd);
}
int fdatasync(int fd)
{
	return synced(REAL(fdatasync), fd);
}

/* ---- requests and answers ---- */

ssize_t recv(int fd, void *p, size_t n, int flags)
{
	static const char name[] = "X-Storm: ";
	ssize_t got = REAL(recv)(fd, p, n, flags);
	const char *at;

	if (out >= 0 && got > 0 && fd >= 0 && fd < SOCKETS && (flags & MSG_PEEK) == 0 && (at = memmem(p, (size_t)got, name, sizeof name - 1)) != NULL) {
		char digits[16] = { 0 };
		size_t left = (size_t)((const char *)p + got - at) - (sizeof name - 1);

		memcpy(digits, at + sizeof name - 1, left < sizeof digits - 1 ? left : sizeof digits - 1);
		atomic_store(&asked[fd], strtoul(digits, NULL, 10));
		lock();
		note('q', 0, atomic_load(&asked[fd]), 0, NULL, 0);
		unlock();
	}
	return got;
}

/* Recorded before it goes out: whoever has it relies on what was synced by then. */
ssize_t send(int fd, const void *p, size_t n, int flags)
{
	unsigned long number = fd >= 0 && fd < SOCKETS ? atomic_load(&asked[fd]) : 0;

	if (out >= 0 && number != 0 && n > 12 && memcmp(p, "HTTP/1.1 ", 9) == 0) {
		lock();
		note('a', 0, number, strtoul((const char *)p + 9, NULL, 10), NULL, 0);
		unlock();
	}
	return REAL(send)(fd, p, n, flags);
}
