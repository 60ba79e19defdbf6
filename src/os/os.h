/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* os/os.h: the outside world: files, randomness, today, terminal, worker threads */
#ifndef UND_OS_OS_H
#define UND_OS_OS_H

#include "base/base.h"
#include "base/encode.h"

/*
 * Says how to know that somebody asked to stop (a flag that a signal handler sets): looked at before every wait for a
 * pipe or a terminal, without a gap in which a signal (INT, TERM, HUP, QUIT) could be missed. NULL: nobody ever does.
 */
void und_os_stop_when(bool (*asked)(void));

/*
 * ---- files. After UND_ERR_IO, errno says why; UND_ERR_STOPPED: a signal that somebody handles ended the wait for a
 * pipe or a terminal ----
 */

/*
 * Appends the whole file ("-": standard input) to out, which must be initialised (a secret buffer for secrets); refused
 * above max: UND_ERR_LIMIT, found without reading it all. out is as before on failure.
 */
UND_MUST_USE enum und_err und_file_read(struct und_buf *out, const char *path, size_t max);
/*
 * Calls take for each chunk in turn, until the end or an error of take, which is returned. *size_hint: st_size of a
 * regular file, else 0; may be NULL.
 */
UND_MUST_USE enum und_err und_file_stream(const char *path, enum und_err (*take)(void *ctx, struct und_bytes chunk), void *ctx, uint64_t *size_hint);
/* The two steps of it, for who gives up opening files in between (os/sandbox.h). stream_open shuts fd in any case. */
UND_MUST_USE enum und_err und_file_open(int *fd, const char *path);
UND_MUST_USE enum und_err und_file_stream_open(int fd, enum und_err (*take)(void *ctx, struct und_bytes chunk), void *ctx, uint64_t *size_hint);
void und_file_shut(int fd); /* keeps errno */
/*
 * A read-only view of a whole file (mmap, or read where that is impossible). A file that somebody else shortens
 * meanwhile ends the program (SIGBUS): for files of one's own.
 */
struct und_file_view {
	struct und_bytes bytes;
	void *mapped;
	struct und_buf read;
};
UND_MUST_USE enum und_err und_file_view_open(struct und_file_view *v, const char *path, size_t max);
void und_file_view_close(struct und_file_view *v);

enum und_write_how {
	UND_WRITE_NEW, /* refuses an existing file: UND_ERR_IO with errno EEXIST */
	UND_WRITE_NEW_UNSYNCED, /* NEW, but a power cut may lose it (nothing else may): for thousands of files that nobody would miss */
	UND_WRITE_REPLACE, /* replaces atomically, or makes it; keeps the mode of what was there, but 0600 when mode is 0600; follows symbolic links */
	UND_WRITE_ERASE /* REPLACE, then the bytes of what was there are overwritten, as far as the disk does that: flash, snapshots and backups may keep them */
};
/*
 * A file is whole or untouched, also after kill -9 or a full disk: written beside its place under a temporary name,
 * fsynced, renamed (or linked), folder fsynced. mode: 0644, or 0600 for secrets. "-" writes to standard output (after
 * what stdio still holds); devices, pipes and /dev/fd/N are written to as they are.
 */
UND_MUST_USE enum und_err und_file_write(const char *path, const struct und_bytes *pieces, size_t n, enum und_write_how how, unsigned mode);

/* ---- the rest ---- */

const struct und_random *und_os_random(void); /* getrandom(2) */
und_day und_os_today(void);                   /* UTC; UND_DAY_NONE when the clock stands outside 2000-2999 */
unsigned und_os_cpus(void);                   /* online cores, at least 1 */

/* The socket of $NOTIFY_SOCKET, to write "READY=1" to: -1 where nobody waits, or it cannot be reached. */
int und_os_notify_open(void);

/*
 * A pool of width threads (the caller's thread included), ended by free. Where threads cannot be had, fewer do the work:
 * never an error but UND_ERR_MEMORY.
 */
struct und_pool;
UND_MUST_USE enum und_err und_pool_new(struct und_pool **out, unsigned width);
void und_pool_free(struct und_pool *p);
const struct und_runner *und_pool_runner(struct und_pool *p);

/* ---- terminal ---- */

bool und_tty_is(int fd);
unsigned und_tty_width(void); /* columns of stderr, 80 where unknown */
/*
 * Asks on the terminal itself (/dev/tty), with echo off when secret, and appends the line without its LF. UND_ERR_IO
 * (errno ENXIO) when there is none; UND_ERR_STOPPED after a signal that somebody handles, or Ctrl-D: the echo is on
 * again then; UND_ERR_LIMIT: longer than out takes.
 */
UND_MUST_USE enum und_err und_tty_ask(struct und_buf *out, const char *prompt, bool secret);

#endif
