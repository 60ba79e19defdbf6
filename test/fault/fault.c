/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* fault.c: an LD_PRELOAD library that makes the n-th call of the chosen kinds fail, as the machine might (sweep.py runs programs under it) */
/*
 * UND_FAULT_KINDS: which calls count, separated by commas (the table below). UND_FAULT_AT=n: the n-th of them fails (0: none);
 * with UND_FAULT_STAYS=1 all that follow it do too. UND_FAULT_LOG: a file that names what was made to fail, and at the end says how many
 * calls counted. Counting begins with main: what the loader and the libraries do before it is not the program's.
 *
 * UND_FAULT_CONTROL: a file of five 32-bit numbers instead (struct control), mapped, for programs that go on and on (serve.py): who writes them decides what fails from now on.
 *
 * The kind site: the n-th allocation from a place that none failed from before fails. A place is how the program came there: the last DEPTH calls. UND_FAULT_SITES: a file of SITES 64-bit numbers, mapped, which
 * remembers them, also for the next program.
 */
#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <link.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#undef open64
#undef openat64

enum kind {
	ALLOC, OPEN, READ, WRITE, SYNC, CLOSE, NAME, STAT, RANDOM, THREAD, MAP,
	EINTR_ONCE, /* read or write is interrupted by a signal */
	SHORT,      /* read or write does less than asked */
	FULL,       /* no file grows */
	KILL,       /* kill -9 just before a call that touches a file */
	INTERRUPT,  /* Ctrl-C there */
	SITE,       /* memory, once from each place */
	KINDS
};
static const char *const names[KINDS] = {
	"alloc", "open", "read", "write", "sync", "close", "name", "stat", "random", "thread", "map", "eintr", "short", "full", "kill", "int", "site"
};

struct control {
	atomic_uint chosen;  /* kinds, a bit each */
	atomic_uint fail_at;
	atomic_uint stays;
	atomic_uint calls, hits;
};
static struct control own, *control = &own;
static atomic_bool on;
static _Thread_local bool inside __attribute__((tls_model("initial-exec"))); /* what this library itself calls */
static int log_fd = -1; /* opened before the program confines itself */

/* Only system calls here: whatever else might be made to fail. */
static void open_log(const char *path)
{
	enum { OUT_OF_THE_WAY = 900 };
	long fd = syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);

	if (fd < 0)
		abort();
	log_fd = (int)syscall(SYS_fcntl, fd, F_DUPFD_CLOEXEC, OUT_OF_THE_WAY);
	if (log_fd < 0)
		abort();
	syscall(SYS_close, fd);
}

static void note(const char *what)
{
	if (log_fd < 0)
		return;
	syscall(SYS_write, log_fd, what, strlen(what));
	syscall(SYS_write, log_fd, "\n", 1);
}

static bool fails(enum kind k, const char *call)
{
	unsigned n, fail_at;

	if (!atomic_load(&on) || inside || (control->chosen & 1U << k) == 0)
		return false;
	n = atomic_fetch_add(&control->calls, 1) + 1;
	fail_at = control->fail_at;
	if (n != fail_at && !(control->stays && fail_at > 0 && n > fail_at))
		return false;
	atomic_fetch_add(&control->hits, 1);
	note(call);
	return true;
}

/* Before a call that touches a file: the program may end there. */
static void danger(const char *call)
{
	if (fails(KILL, call))
		syscall(SYS_kill, getpid(), SIGKILL);
	if (fails(INTERRUPT, call))
		raise(SIGINT);
}

static void *real(const char *name)
{
	bool was = inside;
	void *p;

	inside = true;
	p = dlsym(RTLD_NEXT, name);
	inside = was;
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

static void *mapped(const char *path, size_t n)
{
	long fd = syscall(SYS_openat, AT_FDCWD, path, O_RDWR | O_CLOEXEC), at = -1;

	if (fd >= 0)
		at = syscall(SYS_mmap, NULL, n, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (at == -1)
		abort();
	syscall(SYS_close, fd);
	return (void *)at;
}

static void share(const char *path)
{
	control = mapped(path, sizeof *control);
	atomic_store(&on, true);
}

/* ---- places ---- */

enum { SITES = 1 << 17, DEPTH = 16, MODULES = 128 };
static atomic_ulong *sites; /* a table of hashes */
struct module {
	uintptr_t from, to;
};
static struct module modules[MODULES];
static atomic_uint module_count;

static int add_module(struct dl_phdr_info *info, size_t size, void *ctx)
{
	unsigned n = atomic_load(&module_count);
	struct module m = { UINTPTR_MAX, 0 };

	(void)size, (void)ctx;
	for (int i = 0; i < info->dlpi_phnum; i++)
		if (info->dlpi_phdr[i].p_type == PT_LOAD) {
			uintptr_t from = info->dlpi_addr + info->dlpi_phdr[i].p_vaddr, to = from + info->dlpi_phdr[i].p_memsz;

			m.from = from < m.from ? from : m.from;
			m.to = to > m.to ? to : m.to;
		}
	for (unsigned i = 0; i < n; i++)
		if (modules[i].from == m.from)
			return 0;
	if (n == MODULES)
		abort();
	modules[n] = m;
	atomic_store(&module_count, n + 1);
	return 0;
}

/* An address as it is in every run: they lie elsewhere each time. What was loaded later is looked for once. */
static uintptr_t in_module(uintptr_t address)
{
	static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;

	for (int again = 0; again < 2; again++) {
		for (unsigned i = 0; i < atomic_load(&module_count); i++)
			if (address >= modules[i].from && address < modules[i].to)
				return (address - modules[i].from) ^ (modules[i].to - modules[i].from) << 32;
		pthread_mutex_lock(&turn);
		dl_iterate_phdr(add_module, NULL);
		pthread_mutex_unlock(&turn);
	}
	return 0;
}

static unsigned long hash_of_place(void)
{
	void *calls[DEPTH + 3];
	int n = backtrace(calls, DEPTH + 3);
	unsigned long h = 0xcbf29ce484222325;

	for (int i = 3; i < n; i++) /* not this library's own */
		h = (h ^ in_module((uintptr_t)calls[i])) * 0x100000001b3;
	return h | 1;
}

/* Whether none failed from here before; then it is noted. */
__attribute__((noinline)) static bool is_new_place(void)
{
	unsigned long h, found;
	bool is_new = false;

	inside = true;
	h = hash_of_place();
	for (unsigned i = 0; i < SITES && sites != NULL; i++) {
		atomic_ulong *at = &sites[(h + i) % SITES];

		found = 0;
		if (atomic_compare_exchange_strong(at, &found, h)) {
			is_new = true;
			break;
		}
		if (found == h)
			break;
	}
	inside = false;
	return is_new;
}

__attribute__((noinline)) static bool fails_here(const char *call)
{
	if (!atomic_load(&on) || inside || (control->chosen & 1U << SITE) == 0 || sites == NULL)
		return false;
	if (!control->stays && control->hits >= 1) /* one a request: the others have their turn */
		return false;
	return is_new_place() && fails(SITE, call);
}

__attribute__((constructor)) static void begin(void)
{
	const char *kinds = getenv("UND_FAULT_KINDS"), *at = getenv("UND_FAULT_AT");

	while (kinds != NULL && *kinds != '\0') {
		size_t n = strcspn(kinds, ",");

		for (unsigned k = 0; k < KINDS; k++)
			if (strlen(names[k]) == n && memcmp(names[k], kinds, n) == 0)
				own.chosen |= 1U << k;
		kinds += n + (kinds[n] == ',');
	}
	own.fail_at = at != NULL ? (unsigned)strtoul(at, NULL, 10) : 0;
	own.stays = getenv("UND_FAULT_STAYS") != NULL;
	if (getenv("UND_FAULT_LOG") != NULL)
		open_log(getenv("UND_FAULT_LOG"));
	atomic_store(&on, own.chosen != 0);
	if (getenv("UND_FAULT_SITES") != NULL) {
		inside = true;
		(void)hash_of_place(); /* loads what it needs */
		sites = mapped(getenv("UND_FAULT_SITES"), SITES * sizeof *sites);
		inside = false;
	}
	if (getenv("UND_FAULT_CONTROL") != NULL)
		share(getenv("UND_FAULT_CONTROL"));
}

__attribute__((destructor)) static void end(void)
{
	char count[32];

	atomic_store(&on, false);
	snprintf(count, sizeof count, "calls %u", control->calls);
	note(count);
}

/* ---- memory ---- */

void *__libc_malloc(size_t n);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *p, size_t n);
void *__libc_memalign(size_t alignment, size_t n);

static void *no_memory(void)
{
	errno = ENOMEM;
	return NULL;
}

/* Whether the caller stands in that library: what some do without memory or randomness is to end the program, and nothing of ours can help it. */
static bool is_in(const char *library, const void *caller)
{
	bool was = inside, yes;
	Dl_info info;

	inside = true;
	yes = dladdr(caller, &info) != 0 && info.dli_fname != NULL && strstr(info.dli_fname, library) != NULL;
	inside = was;
	return yes;
}
/* libcrypto, behind libssh in `key import`, does not look at what malloc gave. */
#define NO_MEMORY(call)                                                                                                \
	(atomic_load(&on) && (control->chosen & (1U << ALLOC | 1U << SITE)) != 0 && !is_in("libcrypto", __builtin_return_address(0)) && (fails(ALLOC, call) || fails_here(call)))
void *malloc(size_t n)
{
	return NO_MEMORY("malloc") ? no_memory() : __libc_malloc(n);
}
void *calloc(size_t n, size_t size)
{
	return NO_MEMORY("calloc") ? no_memory() : __libc_calloc(n, size);
}
void *realloc(void *p, size_t n)
{
	return NO_MEMORY("realloc") ? no_memory() : __libc_realloc(p, n);
}
void *aligned_alloc(size_t alignment, size_t n)
{
	return NO_MEMORY("aligned_alloc") ? no_memory() : __libc_memalign(alignment, n);
}
int posix_memalign(void **out, size_t alignment, size_t n)
{
	void *p = NO_MEMORY("posix_memalign") ? NULL : __libc_memalign(alignment, n);

	if (p == NULL)
		return ENOMEM;
	*out = p;
	return 0;
}

/* ---- files ---- */

/* CALL(kind, errno, name, arguments): fails, or is the real one. */
#define CALL(kind, error, name, ...)                                                                                   \
	do {                                                                                                           \
		if (fails(kind, #name)) {                                                                              \
			errno = error;                                                                                 \
			return -1;                                                                                     \
		}                                                                                                      \
		return REAL(name)(__VA_ARGS__);                                                                        \
	} while (0)
#define TOUCH(kind, error, name, ...)                                                                                  \
	do {                                                                                                           \
		danger(#name);                                                                                         \
		CALL(kind, error, name, __VA_ARGS__);                                                                  \
	} while (0)

static mode_t mode_of(int flags, va_list more)
{
	return (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(more, mode_t) : 0;
}
#define OPENING(name, ...)                                                                                             \
	va_list more;                                                                                                  \
	mode_t mode;                                                                                                   \
	va_start(more, flags);                                                                                         \
	mode = mode_of(flags, more);                                                                                   \
	va_end(more);                                                                                                  \
	TOUCH(OPEN, EMFILE, name, __VA_ARGS__, flags, mode)

int open(const char *path, int flags, ...)
{
	OPENING(open, path);
}
int open64(const char *path, int flags, ...)
{
	OPENING(open64, path);
}
int openat(int dir, const char *path, int flags, ...)
{
	OPENING(openat, dir, path);
}
int openat64(int dir, const char *path, int flags, ...)
{
	OPENING(openat64, dir, path);
}

/* Of a program that goes on only files count: what wakes a thread through a descriptor does not fail. */
static bool is_spared(int fd)
{
	struct stat64 st;

	return control != &own && (REAL(fstat64)(fd, &st) != 0 || !S_ISREG(st.st_mode));
}

ssize_t read(int fd, void *p, size_t n)
{
	if (is_spared(fd))
		return REAL(read)(fd, p, n);
	if (fails(EINTR_ONCE, "read")) {
		errno = EINTR;
		return -1;
	}
	if (n > 1 && fails(SHORT, "read"))
		n /= 2;
	CALL(READ, EIO, read, fd, p, n);
}
ssize_t __read_chk(int fd, void *p, size_t n, size_t room);
ssize_t __read_chk(int fd, void *p, size_t n, size_t room)
{
	if (n > room)
		abort();
	return read(fd, p, n);
}
ssize_t write(int fd, const void *p, size_t n)
{
	if (is_spared(fd))
		return REAL(write)(fd, p, n);
	if (fails(EINTR_ONCE, "write")) {
		errno = EINTR;
		return -1;
	}
	if (n > 1 && fails(SHORT, "write"))
		n /= 2;
	TOUCH(WRITE, ENOSPC, write, fd, p, n);
}
ssize_t writev(int fd, const struct iovec *pieces, int n)
{
	if (fails(EINTR_ONCE, "writev")) {
		errno = EINTR;
		return -1;
	}
	if (n > 0 && pieces[0].iov_len > 1 && fails(SHORT, "writev"))
		return write(fd, pieces[0].iov_base, pieces[0].iov_len / 2);
	TOUCH(WRITE, ENOSPC, writev, fd, pieces, n);
}
/* On a full disk what lies there may be written anew. */
static bool is_full(int fd, off64_t end, const char *call)
{
	struct stat64 st;

	return (control->chosen & 1U << FULL) != 0 && REAL(fstat64)(fd, &st) == 0 && S_ISREG(st.st_mode) && end > st.st_size && fails(FULL, call);
}
#define WRITING(name, fd, p, n, at)                                                                                    \
	do {                                                                                                           \
		if (is_full(fd, (off64_t)(at) + (off64_t)(n), #name)) {                                                \
			errno = ENOSPC;                                                                                \
			return -1;                                                                                     \
		}                                                                                                      \
		TOUCH(WRITE, ENOSPC, name, fd, p, n, at);                                                              \
	} while (0)
ssize_t pwrite(int fd, const void *p, size_t n, off_t at)
{
	WRITING(pwrite, fd, p, n, at);
}
ssize_t pwrite64(int fd, const void *p, size_t n, off64_t at)
{
	WRITING(pwrite64, fd, p, n, at);
}
ssize_t pread(int fd, void *p, size_t n, off_t at)
{
	CALL(READ, EIO, pread, fd, p, n, at);
}
ssize_t pread64(int fd, void *p, size_t n, off64_t at)
{
	CALL(READ, EIO, pread64, fd, p, n, at);
}
int ftruncate(int fd, off_t n)
{
	TOUCH(WRITE, EIO, ftruncate, fd, n);
}
int ftruncate64(int fd, off64_t n)
{
	TOUCH(WRITE, EIO, ftruncate64, fd, n);
}
int fsync(int fd)
{
	TOUCH(SYNC, EIO, fsync, fd);
}
int fdatasync(int fd)
{
	TOUCH(SYNC, EIO, fdatasync, fd);
}
int close(int fd)
{
	danger("close");
	if (fails(CLOSE, "close")) {
		REAL(close)(fd);
		errno = EIO;
		return -1;
	}
	return REAL(close)(fd);
}
int rename(const char *from, const char *to)
{
	TOUCH(NAME, EACCES, rename, from, to);
}
int renameat(int from_dir, const char *from, int to_dir, const char *to)
{
	TOUCH(NAME, EACCES, renameat, from_dir, from, to_dir, to);
}
int renameat2(int from_dir, const char *from, int to_dir, const char *to, unsigned flags)
{
	TOUCH(NAME, EACCES, renameat2, from_dir, from, to_dir, to, flags);
}
int link(const char *from, const char *to)
{
	TOUCH(NAME, EACCES, link, from, to);
}
int linkat(int from_dir, const char *from, int to_dir, const char *to, int flags)
{
	TOUCH(NAME, EACCES, linkat, from_dir, from, to_dir, to, flags);
}
int unlink(const char *path)
{
	TOUCH(NAME, EACCES, unlink, path);
}
int unlinkat(int dir, const char *path, int flags)
{
	TOUCH(NAME, EACCES, unlinkat, dir, path, flags);
}
int mkdir(const char *path, mode_t mode)
{
	TOUCH(NAME, ENOSPC, mkdir, path, mode);
}
int mkdirat(int dir, const char *path, mode_t mode)
{
	TOUCH(NAME, ENOSPC, mkdirat, dir, path, mode);
}
int fchmod(int fd, mode_t mode)
{
	TOUCH(NAME, EPERM, fchmod, fd, mode);
}
int fstat(int fd, struct stat *st)
{
	CALL(STAT, EIO, fstat, fd, st);
}
int fstat64(int fd, struct stat64 *st)
{
	CALL(STAT, EIO, fstat64, fd, st);
}
int fstatat(int dir, const char *path, struct stat *st, int flags)
{
	CALL(STAT, EACCES, fstatat, dir, path, st, flags);
}
int fstatat64(int dir, const char *path, struct stat64 *st, int flags)
{
	CALL(STAT, EACCES, fstatat64, dir, path, st, flags);
}

/* ---- the rest ---- */

/* libsodium aborts by itself when the kernel's generator fails after it has worked once. */
ssize_t getrandom(void *p, size_t n, unsigned flags)
{
	if (is_in("libsodium", __builtin_return_address(0)))
		return REAL(getrandom)(p, n, flags);
	CALL(RANDOM, ENOSYS, getrandom, p, n, flags);
}
int getentropy(void *p, size_t n)
{
	if (is_in("libsodium", __builtin_return_address(0)))
		return REAL(getentropy)(p, n);
	CALL(RANDOM, ENOSYS, getentropy, p, n);
}
int pthread_create(pthread_t *out, const pthread_attr_t *attr, void *(*run)(void *), void *arg)
{
	return fails(THREAD, "pthread_create") ? EAGAIN : REAL(pthread_create)(out, attr, run, arg);
}
void *mmap(void *at, size_t n, int prot, int flags, int fd, off_t offset)
{
	if (fails(MAP, "mmap")) {
		errno = ENOMEM;
		return MAP_FAILED;
	}
	return REAL(mmap)(at, n, prot, flags, fd, offset);
}
void *mmap64(void *at, size_t n, int prot, int flags, int fd, off64_t offset)
{
	if (fails(MAP, "mmap")) {
		errno = ENOMEM;
		return MAP_FAILED;
	}
	return REAL(mmap64)(at, n, prot, flags, fd, offset);
}

/* ---- confinement (src/os/sandbox.h): the program believes in it, and what it takes is taken, but this library opens and writes its own at any moment ---- */

int seccomp_load(const void *filter);
int seccomp_load(const void *filter)
{
	(void)filter;
	return 0;
}

long syscall(long number, ...)
{
	long (*call)(long number, ...) = REAL(syscall), a[6];
	va_list list;

	va_start(list, number);
	for (int i = 0; i < 6; i++)
		a[i] = va_arg(list, long);
	va_end(list);
	return number == SYS_landlock_restrict_self ? 0 : call(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}
