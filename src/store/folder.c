/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* folder.c: the store's folder: one process at a time, files that are erased, times of a day */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "os/os.h"
#include "store/sqlite.h"

static enum und_err io_error(void)
{
	return errno == ENOSPC || errno == EDQUOT ? UND_ERR_STORE_FULL : UND_ERR_IO;
}

/* A folder that was just made must survive too; file systems that cannot sync a folder say EINVAL. */
static enum und_err sync_parent(int folder)
{
	int parent, rc, error;

	parent = openat(folder, "..", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (parent < 0)
		return errno == EACCES ? UND_OK : UND_ERR_IO; /* a folder that was made for us, or by und_store_place */
	rc = fsync(parent);
	error = errno;
	close(parent);
	errno = error;
	return rc == 0 || error == EINVAL ? UND_OK : UND_ERR_IO;
}

enum und_err und_folder_open(struct und_sqlite *s, const char *path)
{
	char absolute[PATH_MAX];
	enum und_err e;

	if (mkdir(path, 0700) != 0 && errno != EEXIST)
		return io_error();
	if (realpath(path, absolute) == NULL)
		return UND_ERR_IO;
	s->path = strdup(absolute);
	if (s->path == NULL)
		return UND_ERR_MEMORY;
	s->folder = open(s->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (s->folder < 0)
		return UND_ERR_IO;
	if (flock(s->folder, LOCK_EX | LOCK_NB) != 0)
		return errno == EWOULDBLOCK ? UND_ERR_STORE_LOCKED : UND_ERR_IO;
	e = sync_parent(s->folder);
	return e;
}

enum und_err und_store_place(const char *where)
{
	enum und_err e;
	int folder;

	if (und_store_is_postgres(where))
		return UND_OK;
	if (mkdir(where, 0700) != 0 && errno != EEXIST)
		return io_error();
	folder = open(where, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (folder < 0)
		return UND_ERR_IO;
	e = sync_parent(folder);
	close(folder);
	return e;
}

void und_folder_close(struct und_sqlite *s)
{
	if (s->folder >= 0)
		close(s->folder);
	s->folder = -1;
	free(s->path);
	s->path = NULL;
}

enum und_err und_folder_path(char *out, const struct und_sqlite *s, const char *name)
{
	int n = snprintf(out, PATH_MAX, "%s/%s", s->path, name);

	if (n > 0 && n < PATH_MAX)
		return UND_OK;
	errno = ENAMETOOLONG;
	return UND_ERR_IO;
}

/* Only before SQLite opens it: closing a descriptor of our own would end the locks that SQLite holds on the same file. */
enum und_err und_folder_make(const struct und_sqlite *s, const char *name, bool may_exist)
{
	int fd = openat(s->folder, name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);

	if (fd < 0)
		return may_exist && errno == EEXIST ? UND_OK : io_error();
	return close(fd) == 0 ? UND_OK : io_error();
}

bool und_folder_has(const struct und_sqlite *s, const char *name)
{
	return faccessat(s->folder, name, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

enum und_err und_folder_sync(const struct und_sqlite *s)
{
	return fsync(s->folder) == 0 || errno == EINVAL ? UND_OK : io_error();
}

static void erase_file(const struct und_sqlite *s, const char *name)
{
	static const uint8_t zeros[64 << 10];
	struct stat st;
	ssize_t wrote;
	int fd;

	fd = openat(s->folder, name, O_WRONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode)) {
		for (off_t at = 0; at < st.st_size; at += wrote) {
			off_t left = st.st_size - at;

			wrote = pwrite(fd, zeros, left < (off_t)sizeof zeros ? (size_t)left : sizeof zeros, at);
			if (wrote <= 0)
				break;
		}
		if (st.st_size > 0)
			(void)fdatasync(fd); /* else the zeros are dropped with the name */
	}
	if (fd >= 0)
		close(fd);
	(void)unlinkat(s->folder, name, 0);
}

void und_folder_erase(const struct und_sqlite *s, const char *name)
{
	static const char *const endings[] = { "-wal", "-journal", "-shm", "" }; /* the file itself last: it is how strays are found */
	char beside[80];

	for (size_t i = 0; i < UND_COUNT_OF(endings); i++) {
		snprintf(beside, sizeof beside, "%s%s", name, endings[i]);
		erase_file(s, beside);
	}
}

static bool is_of(const char *name, const struct und_shelf *shelf)
{
	return shelf->file[0] != '\0' && strncmp(name, shelf->file, strlen(shelf->file)) == 0;
}

static bool is_stray(const struct und_sqlite *s, const char *name)
{
	return (strncmp(name, "waiting-", 8) == 0 || strncmp(name, "cards-", 6) == 0) && !is_of(name, &s->waiting) && !is_of(name, &s->cards);
}

/* What does it for each name in the folder. */
static void for_each(const struct und_sqlite *s, void (*does)(const struct und_sqlite *s, const char *name))
{
	struct dirent *entry;
	DIR *d;
	int fd;

	fd = openat(s->folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return;
	d = fdopendir(fd);
	if (d == NULL) {
		close(fd);
		return;
	}
	while ((entry = readdir(d)) != NULL)
		does(s, entry->d_name);
	closedir(d);
}

static void erase_if_stray(const struct und_sqlite *s, const char *name)
{
	if (is_stray(s, name))
		erase_file(s, name);
}

void und_folder_erase_strays(const struct und_sqlite *s)
{
	for_each(s, erase_if_stray);
}

static void set_midnight(const struct und_sqlite *s, const char *name)
{
	enum { DAY_SECONDS = 86400, DAYS_1970_TO_2000 = 10957 };
	const time_t day = ((time_t)und_os_today() + DAYS_1970_TO_2000) * DAY_SECONDS;
	const struct timespec times[] = { { .tv_sec = day }, { .tv_sec = day } };

	if (strcmp(name, "..") != 0)
		(void)utimensat(s->folder, name, times, AT_SYMLINK_NOFOLLOW);
}

void und_folder_midnight(const struct und_sqlite *s)
{
	if (und_os_today() != UND_DAY_NONE)
		for_each(s, set_midnight);
}
