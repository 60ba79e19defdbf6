/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* write.c: a file is whole or untouched */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "os/os.h"

/* A file on its way: its folder, its name in it, and the file that will take its place. */
struct draft {
	const char *name;
	char *path;      /* the name points into it */
	int folder, fd, old_fd; /* -1: none */
	char temporary[32]; /* "" while the draft has no name (O_TMPFILE) */
	bool exists;
	struct stat old;
};

static bool is_new(enum und_write_how how)
{
	return how == UND_WRITE_NEW || how == UND_WRITE_NEW_UNSYNCED;
}

static enum und_err io_error(void)
{
	return errno == EINTR ? UND_ERR_STOPPED : UND_ERR_IO;
}

static enum und_err write_pieces(int fd, const struct und_bytes *pieces, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct und_bytes rest = pieces[i];

		while (rest.n > 0) {
			ssize_t wrote = write(fd, rest.p, rest.n < SSIZE_MAX ? rest.n : SSIZE_MAX);

			if (wrote < 0)
				return io_error();
			rest.p += wrote;
			rest.n -= (size_t)wrote;
		}
	}
	return UND_OK;
}

/* Devices, pipes and descriptors (/dev/stdout) are written to: there is nothing to keep whole, and a rename would put a file in their place. */
static enum und_err write_through(const char *path, const struct und_bytes *pieces, size_t n)
{
	enum und_err e;
	int fd, error;

	fd = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0)
		return io_error();
	e = write_pieces(fd, pieces, n);
	error = errno;
	if (close(fd) != 0 && e == UND_OK)
		return UND_ERR_IO;
	errno = error;
	return e;
}

static enum und_err temporary_name(struct draft *d)
{
	uint8_t random[8];
	int n = 0;

	if (und_os_random()->fill(NULL, random, sizeof random) != UND_OK)
		return UND_ERR_RANDOM;
	n = snprintf(d->temporary, sizeof d->temporary, ".undersigned-");
	for (size_t i = 0; i < sizeof random; i++)
		n += snprintf(d->temporary + n, sizeof d->temporary - (size_t)n, "%02x", random[i]);
	return UND_OK;
}

/* Nameless where the file system can: then nothing is left even after kill -9. */
static enum und_err draft_open(struct draft *d, unsigned mode)
{
	enum und_err e;

	if (access("/proc/self/fd", X_OK) == 0) { /* link_draft goes that way */
		d->fd = openat(d->folder, ".", O_TMPFILE | O_WRONLY | O_CLOEXEC, mode);
		if (d->fd >= 0)
			return UND_OK;
		if (errno != EOPNOTSUPP && errno != EISDIR && errno != ENOENT && errno != EINVAL)
			return io_error();
	}
	if ((e = temporary_name(d)) != UND_OK)
		return e;
	d->fd = openat(d->folder, d->temporary, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, mode);
	if (d->fd >= 0)
		return UND_OK;
	d->temporary[0] = '\0';
	return io_error();
}

/* Gives the nameless draft this name; EEXIST where somebody has it. */
static int link_draft(const struct draft *d, const char *name)
{
	char self[40];

	snprintf(self, sizeof self, "/proc/self/fd/%d", d->fd);
	return linkat(AT_FDCWD, self, d->folder, name, AT_SYMLINK_FOLLOW);
}

static enum und_err place_new(struct draft *d)
{
	if (d->temporary[0] == '\0')
		return link_draft(d, d->name) == 0 ? UND_OK : UND_ERR_IO;
	if (renameat2(d->folder, d->temporary, d->folder, d->name, RENAME_NOREPLACE) != 0) {
		if (errno != EINVAL)
			return UND_ERR_IO;
		/* a file system that cannot refuse: look, then rename */
		if (faccessat(d->folder, d->name, F_OK, AT_SYMLINK_NOFOLLOW) == 0) {
			errno = EEXIST;
			return UND_ERR_IO;
		}
		if (renameat(d->folder, d->temporary, d->folder, d->name) != 0)
			return UND_ERR_IO;
	}
	d->temporary[0] = '\0';
	return UND_OK;
}

static enum und_err place_over(struct draft *d)
{
	enum und_err e;

	if (d->temporary[0] == '\0') {
		if ((e = temporary_name(d)) != UND_OK)
			return e;
		if (link_draft(d, d->temporary) != 0) {
			d->temporary[0] = '\0';
			return UND_ERR_IO;
		}
	}
	if (renameat(d->folder, d->temporary, d->folder, d->name) != 0)
		return UND_ERR_IO;
	d->temporary[0] = '\0';
	return UND_OK;
}

/* The owner and the mode of what was there; a secret stays with its owner alone. */
static enum und_err keep_mode(const struct draft *d, unsigned mode)
{
	unsigned keep = mode == 0600 ? 0600 : d->old.st_mode & 0777;

	if (d->old.st_uid != geteuid() || d->old.st_gid != getegid())
		(void)!fchown(d->fd, d->old.st_uid, d->old.st_gid);
	if (fchmod(d->fd, keep) != 0 && errno != EPERM) /* EPERM: a file system without modes */
		return UND_ERR_IO;
	return UND_OK;
}

/*
 * The blocks of what was there, which has no name any more. Whether they are gone cannot be known (flash writes elsewhere), so failure is no error:
 * the caller says aloud what may be left.
 */
static void overwrite(int fd, off_t size)
{
	static const uint8_t zeros[4096];

	for (off_t at = 0; at < size;) {
		size_t n = size - at < (off_t)sizeof zeros ? (size_t)(size - at) : sizeof zeros;
		ssize_t wrote = pwrite(fd, zeros, n, at);

		if (wrote <= 0)
			break;
		at += wrote;
	}
	(void)fsync(fd);
}

static enum und_err draft_write(struct draft *d, const struct und_bytes *pieces, size_t n, enum und_write_how how, unsigned mode)
{
	bool synced = how != UND_WRITE_NEW_UNSYNCED;
	enum und_err e;

	if ((e = draft_open(d, mode)) != UND_OK)
		return e;
	if (d->exists && (e = keep_mode(d, mode)) != UND_OK)
		return e;
	if ((e = write_pieces(d->fd, pieces, n)) != UND_OK)
		return e;
	if (synced && fsync(d->fd) != 0)
		return io_error();
	if (how == UND_WRITE_ERASE && d->exists)
		d->old_fd = openat(d->folder, d->name, O_WRONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	e = is_new(how) ? place_new(d) : place_over(d);
	if (e != UND_OK)
		return e;
	/* the name must survive too; file systems that cannot sync a folder say EINVAL */
	if (synced && fsync(d->folder) != 0 && errno != EINVAL)
		return io_error();
	if (d->old_fd >= 0)
		overwrite(d->old_fd, d->old.st_size);
	return UND_OK;
}

static void draft_close(struct draft *d)
{
	int error = errno;

	if (d->temporary[0] != '\0')
		unlinkat(d->folder, d->temporary, 0);
	if (d->fd >= 0)
		close(d->fd);
	if (d->old_fd >= 0)
		close(d->old_fd);
	if (d->folder >= 0)
		close(d->folder);
	free(d->path);
	errno = error;
}

/* Splits the path (through symbolic links, where something stands) and opens its folder. */
static enum und_err draft_init(struct draft *d, const char *path)
{
	const char *folder = ".";
	char *slash;

	d->path = d->exists ? realpath(path, NULL) : strdup(path);
	if (d->path == NULL)
		return errno == ENOMEM ? UND_ERR_MEMORY : UND_ERR_IO;
	d->name = d->path;
	slash = strrchr(d->path, '/');
	if (slash != NULL) {
		*slash = '\0';
		d->name = slash + 1;
		folder = slash == d->path ? "/" : d->path;
	}
	if (*d->name == '\0') {
		errno = EISDIR;
		return UND_ERR_IO;
	}
	d->folder = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return d->folder < 0 ? io_error() : UND_OK;
}

enum und_err und_file_write(const char *path, const struct und_bytes *pieces, size_t n, enum und_write_how how, unsigned mode)
{
	struct draft d = { .folder = -1, .fd = -1, .old_fd = -1 };
	enum und_err e;

	if (strcmp(path, "-") == 0) {
		if (fflush(stdout) != 0)
			return io_error();
		return write_pieces(STDOUT_FILENO, pieces, n);
	}
	d.exists = stat(path, &d.old) == 0;
	if (d.exists && S_ISDIR(d.old.st_mode)) {
		errno = EISDIR;
		return UND_ERR_IO;
	}
	if (d.exists && !S_ISREG(d.old.st_mode))
		return write_through(path, pieces, n);
	if (d.exists && is_new(how)) {
		errno = EEXIST;
		return UND_ERR_IO;
	}
	e = draft_init(&d, path);
	if (e == UND_OK)
		e = draft_write(&d, pieces, n, how, mode);
	draft_close(&d);
	return e;
}
