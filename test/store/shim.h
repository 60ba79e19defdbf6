/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* shim.h: a disk that fails, fills up, kills or loses power when a test says so: a VFS of SQLite around the real one */
#ifndef UND_TEST_STORE_SHIM_H
#define UND_TEST_STORE_SHIM_H

#include <signal.h>
#include <sqlite3.h>
#include <stdatomic.h>

#include "fixture.h"

/*
 * Calls that change files are counted: open (that creates), write, truncate, sync, delete. What the n-th of them does is up to the test.
 * It also remembers what each file was when it was last synced: what a cut of the power leaves at worst (shim_restore).
 */
enum shim_what {
	SHIM_NOTHING,
	SHIM_FAILS, /* an error, once */
	SHIM_STAYS, /* and so do all that follow, until the test changes its mind */
	SHIM_KILLS, /* kill -9 before it */
	SHIM_DIES,  /* an error, and kill -9 before the one after it */
	SHIM_POWER  /* from here on nothing reaches the disk, and everything fails */
};
static struct {
	enum shim_what what;
	unsigned long at;
	bool syncs_only;          /* count only syncs */
	atomic_ulong calls, hits; /* hits: how often it did something */
	atomic_bool full;         /* no file may grow */
} shim;

static void shim_set(enum shim_what what, unsigned long at)
{
	atomic_store(&shim.calls, 0);
	atomic_store(&shim.hits, 0);
	shim.what = what;
	shim.at = at;
}

static bool shim_fails(bool sync)
{
	unsigned long call;

	if (shim.what == SHIM_NOTHING || (shim.syncs_only && !sync))
		return false;
	call = atomic_fetch_add(&shim.calls, 1) + 1;
	if (call < shim.at || (call > shim.at && shim.what == SHIM_FAILS))
		return false;
	if (shim.what == SHIM_KILLS || (shim.what == SHIM_DIES && call > shim.at))
		raise(SIGKILL);
	atomic_fetch_add(&shim.hits, 1);
	return true;
}

/* ---- what is on the disk ---- */

enum { SHIM_FILES = 512 };
struct shim_image {
	char name[64];
	uint8_t *bytes;
	size_t n;
};
static struct shim_image shim_images[SHIM_FILES];
static bool shim_remembers;

static struct shim_image *shim_image(const char *path)
{
	const char *name = strrchr(path, '/') + 1;

	for (size_t i = 0; i < SHIM_FILES; i++) {
		if (shim_images[i].name[0] == '\0')
			snprintf(shim_images[i].name, sizeof shim_images[i].name, "%s", name);
		if (strcmp(shim_images[i].name, name) == 0)
			return &shim_images[i];
	}
	abort();
}

static void shim_forget(void)
{
	for (size_t i = 0; i < SHIM_FILES; i++) {
		free(shim_images[i].bytes);
		shim_images[i] = (struct shim_image){ .n = 0 };
	}
}

/* The folder as it would be after a cut of the power: files as last synced, none that never was. */
__attribute__((unused)) static void shim_restore(const char *folder)
{
	char path[512];

	folder_empty(folder);
	folder_empty(folder);
	for (size_t i = 0; i < SHIM_FILES && shim_images[i].name[0] != '\0'; i++) {
		FILE *f;

		if (shim_images[i].bytes == NULL)
			continue;
		snprintf(path, sizeof path, "%s/%.63s", folder, shim_images[i].name);
		f = fopen(path, "wb");
		if (f == NULL || fwrite(shim_images[i].bytes, 1, shim_images[i].n, f) != shim_images[i].n || fclose(f) != 0)
			abort();
	}
}

/* ---- files ---- */

struct shim_file {
	sqlite3_file base;
	struct shim_image *image;
	sqlite3_file *real;
};
static sqlite3_vfs *shim_under, shim_vfs;
#define REAL(f) (((struct shim_file *)(void *)(f))->real)

static void shim_remember(sqlite3_file *f)
{
	struct shim_file *file = (struct shim_file *)(void *)f;
	sqlite3_int64 n = 0;

	if (!shim_remembers || file->image == NULL || REAL(f)->pMethods->xFileSize(REAL(f), &n) != SQLITE_OK)
		return;
	free(file->image->bytes);
	file->image->bytes = malloc((size_t)n + 1);
	file->image->n = (size_t)n;
	if (file->image->bytes == NULL || (n > 0 && REAL(f)->pMethods->xRead(REAL(f), file->image->bytes, (int)n, 0) != SQLITE_OK))
		abort();
}

static int shim_close(sqlite3_file *f)
{
	return REAL(f)->pMethods->xClose(REAL(f));
}
static int shim_read(sqlite3_file *f, void *p, int n, sqlite3_int64 at)
{
	return REAL(f)->pMethods->xRead(REAL(f), p, n, at);
}
static int shim_write(sqlite3_file *f, const void *p, int n, sqlite3_int64 at)
{
	sqlite3_int64 size = 0;

	if (shim_fails(false))
		return SQLITE_IOERR_WRITE;
	if (atomic_load(&shim.full) && REAL(f)->pMethods->xFileSize(REAL(f), &size) == SQLITE_OK && at + n > size)
		return SQLITE_FULL;
	return REAL(f)->pMethods->xWrite(REAL(f), p, n, at);
}
static int shim_truncate(sqlite3_file *f, sqlite3_int64 n)
{
	return shim_fails(false) ? SQLITE_IOERR_TRUNCATE : REAL(f)->pMethods->xTruncate(REAL(f), n);
}
static int shim_sync(sqlite3_file *f, int flags)
{
	int rc;

	if (shim_fails(true))
		return SQLITE_IOERR_FSYNC;
	rc = REAL(f)->pMethods->xSync(REAL(f), flags);
	if (rc == SQLITE_OK)
		shim_remember(f);
	return rc;
}
static int shim_size(sqlite3_file *f, sqlite3_int64 *n)
{
	return REAL(f)->pMethods->xFileSize(REAL(f), n);
}
static int shim_lock(sqlite3_file *f, int how)
{
	return REAL(f)->pMethods->xLock(REAL(f), how);
}
static int shim_unlock(sqlite3_file *f, int how)
{
	return REAL(f)->pMethods->xUnlock(REAL(f), how);
}
static int shim_is_reserved(sqlite3_file *f, int *out)
{
	return REAL(f)->pMethods->xCheckReservedLock(REAL(f), out);
}
static int shim_control(sqlite3_file *f, int op, void *arg)
{
	return REAL(f)->pMethods->xFileControl(REAL(f), op, arg);
}
static int shim_sector(sqlite3_file *f)
{
	return REAL(f)->pMethods->xSectorSize(REAL(f));
}
static int shim_device(sqlite3_file *f)
{
	return REAL(f)->pMethods->xDeviceCharacteristics(REAL(f));
}
static int shim_shm_map(sqlite3_file *f, int page, int size, int extend, void volatile **out)
{
	return REAL(f)->pMethods->xShmMap(REAL(f), page, size, extend, out);
}
static int shim_shm_lock(sqlite3_file *f, int offset, int n, int flags)
{
	return REAL(f)->pMethods->xShmLock(REAL(f), offset, n, flags);
}
static void shim_shm_barrier(sqlite3_file *f)
{
	REAL(f)->pMethods->xShmBarrier(REAL(f));
}
static int shim_shm_unmap(sqlite3_file *f, int remove_it)
{
	return REAL(f)->pMethods->xShmUnmap(REAL(f), remove_it);
}

static const sqlite3_io_methods shim_methods = {
	.iVersion = 2, /* no memory maps */
	.xClose = shim_close,
	.xRead = shim_read,
	.xWrite = shim_write,
	.xTruncate = shim_truncate,
	.xSync = shim_sync,
	.xFileSize = shim_size,
	.xLock = shim_lock,
	.xUnlock = shim_unlock,
	.xCheckReservedLock = shim_is_reserved,
	.xFileControl = shim_control,
	.xSectorSize = shim_sector,
	.xDeviceCharacteristics = shim_device,
	.xShmMap = shim_shm_map,
	.xShmLock = shim_shm_lock,
	.xShmBarrier = shim_shm_barrier,
	.xShmUnmap = shim_shm_unmap,
};

static int shim_open(sqlite3_vfs *vfs, const char *path, sqlite3_file *f, int flags, int *out_flags)
{
	struct shim_file *file = (struct shim_file *)(void *)f;
	int rc;

	(void)vfs;
	file->base.pMethods = NULL;
	if ((flags & SQLITE_OPEN_CREATE) != 0 && shim_fails(false))
		return SQLITE_CANTOPEN;
	file->real = (sqlite3_file *)(void *)(file + 1);
	rc = shim_under->xOpen(shim_under, path, file->real, flags, out_flags);
	file->image = NULL;
	if (rc == SQLITE_OK && path != NULL && shim_remembers)
		file->image = shim_image(path);
	if (file->real->pMethods != NULL)
		file->base.pMethods = &shim_methods;
	return rc;
}
/* Only journals of files that are being made are deleted through SQLite, and the folder is synced before such a file is used: so it holds at once. What the store itself erases stays in the images. */
static int shim_delete(sqlite3_vfs *vfs, const char *path, int sync)
{
	struct shim_image *image;

	(void)vfs;
	if (shim_fails(false))
		return SQLITE_IOERR_DELETE;
	if (shim_remembers) {
		image = shim_image(path);
		free(image->bytes);
		image->bytes = NULL;
	}
	return shim_under->xDelete(shim_under, path, sync);
}

/* Every connection of this program goes through it. */
__attribute__((constructor)) static void shim_install(void)
{
	shim_under = sqlite3_vfs_find(NULL);
	shim_vfs = *shim_under;
	shim_vfs.zName = "shim";
	shim_vfs.szOsFile = (int)sizeof(struct shim_file) + shim_under->szOsFile;
	shim_vfs.xOpen = shim_open;
	shim_vfs.xDelete = shim_delete;
	if (sqlite3_vfs_register(&shim_vfs, 1) != SQLITE_OK)
		abort();
}

#endif
