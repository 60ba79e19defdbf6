/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* file.c: reading files: whole, in a stream, as a view */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/secret.h"
#include "os/wait.h"

enum { CHUNK = 256 << 10, SMALL_CHUNK = 4096 };

static int open_for_reading(const char *path)
{
	return strcmp(path, "-") == 0 ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
}

static void close_keeping_errno(int fd)
{
	int error = errno;

	if (fd != STDIN_FILENO)
		close(fd);
	errno = error;
}

/* A signal that was handled ends the wait for a pipe or a terminal. */
static enum und_err io_error(void)
{
	return errno == EINTR ? UND_ERR_STOPPED : UND_ERR_IO;
}

/* Up to n bytes; *got is 0 at the end. Regular files do not keep one waiting. */
static enum und_err read_some(uint8_t *out, size_t *got, size_t n, int fd, bool regular)
{
	enum und_err e;
	ssize_t r;

	if (!regular && (e = und_wait_readable(fd, NULL)) != UND_OK)
		return e;
	r = read(fd, out, n);
	if (r < 0)
		return io_error();
	*got = (size_t)r;
	return UND_OK;
}

static enum und_err read_all(struct und_buf *out, int fd, size_t max, bool regular)
{
	uint8_t chunk[SMALL_CHUNK];
	size_t before = out->n, got;
	enum und_err e;

	while ((e = read_some(chunk, &got, sizeof chunk, fd, regular)) == UND_OK && got > 0) {
		if (got > max - (out->n - before)) {
			e = UND_ERR_LIMIT;
			break;
		}
		und_buf_add(out, chunk, got);
		if ((e = out->err) != UND_OK)
			break;
	}
	und_wipe(chunk, sizeof chunk);
	if (e == UND_OK)
		return UND_OK;
	if (out->secret && out->n > before)
		und_wipe(out->p + before, out->n - before);
	out->n = before;
	return e;
}

enum und_err und_file_read(struct und_buf *out, const char *path, size_t max)
{
	struct stat st;
	enum und_err e;
	int fd;

	fd = open_for_reading(path);
	if (fd < 0)
		return io_error();
	if (fstat(fd, &st) != 0)
		e = UND_ERR_IO;
	else if (S_ISREG(st.st_mode) && (uint64_t)st.st_size > max)
		e = UND_ERR_LIMIT;
	else
		e = read_all(out, fd, max, S_ISREG(st.st_mode));
	close_keeping_errno(fd);
	return e;
}

enum und_err und_file_open(int *fd, const char *path)
{
	int opened = open_for_reading(path);

	if (opened < 0)
		return io_error();
	*fd = opened;
	return UND_OK;
}

void und_file_shut(int fd)
{
	close_keeping_errno(fd);
}

enum und_err und_file_stream_open(int fd, enum und_err (*take)(void *ctx, struct und_bytes chunk), void *ctx, uint64_t *size_hint)
{
	enum und_err e = UND_OK;
	struct stat st;
	uint8_t *chunk;
	size_t got;
	bool regular;

	regular = fstat(fd, &st) == 0 && S_ISREG(st.st_mode);
	if (size_hint != NULL)
		*size_hint = regular ? (uint64_t)st.st_size : 0;
	chunk = malloc(CHUNK);
	if (chunk == NULL) {
		close_keeping_errno(fd);
		return UND_ERR_MEMORY;
	}
	while (e == UND_OK && (e = read_some(chunk, &got, CHUNK, fd, regular)) == UND_OK && got > 0)
		e = take(ctx, und_bytes(chunk, got));
	close_keeping_errno(fd);
	free(chunk);
	return e;
}

enum und_err und_file_stream(const char *path, enum und_err (*take)(void *ctx, struct und_bytes chunk), void *ctx, uint64_t *size_hint)
{
	enum und_err e;
	int fd;

	e = und_file_open(&fd, path);
	return e != UND_OK ? e : und_file_stream_open(fd, take, ctx, size_hint);
}

enum und_err und_file_view_open(struct und_file_view *v, const char *path, size_t max)
{
	struct und_file_view view = { .mapped = NULL };
	enum und_err e = UND_OK;
	struct stat st;
	int fd;

	fd = open_for_reading(path);
	if (fd < 0)
		return io_error();
	und_buf_init(&view.read, max);
	if (fstat(fd, &st) != 0) {
		e = UND_ERR_IO;
	} else if (S_ISREG(st.st_mode) && (uint64_t)st.st_size > max) {
		e = UND_ERR_LIMIT;
	} else if (S_ISREG(st.st_mode) && st.st_size > 0 && fd != STDIN_FILENO) { /* stdin may stand in the middle of its file */
		view.mapped = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
		if (view.mapped == MAP_FAILED)
			view.mapped = NULL;
		else
			view.bytes = und_bytes(view.mapped, (size_t)st.st_size);
	}
	if (e == UND_OK && view.mapped == NULL) {
		e = read_all(&view.read, fd, max, S_ISREG(st.st_mode));
		view.bytes = und_buf_bytes(&view.read);
	}
	close_keeping_errno(fd);
	if (e != UND_OK) {
		und_buf_clear(&view.read);
		return e;
	}
	*v = view;
	return UND_OK;
}

void und_file_view_close(struct und_file_view *v)
{
	if (v->mapped != NULL)
		munmap(v->mapped, v->bytes.n);
	und_buf_clear(&v->read);
	*v = (struct und_file_view){ .mapped = NULL };
}
