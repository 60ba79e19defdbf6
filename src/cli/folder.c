/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* folder.c: a folder of files that a command makes: all of them, or none */
#include "cli/folder.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static int cannot(const char *doing, const char *path)
{
	return cli_fail_file(path, doing, UND_ERR_IO);
}

static int no_memory(void)
{
	return cli_fail(CLI_TRIED, cli_advice(UND_ERR_MEMORY), "%s.", und_err_text(UND_ERR_MEMORY));
}

/* ---- what stands there ---- */

static int look(bool *empty, const char *dir)
{
	const struct dirent *entry;
	DIR *d = opendir(dir);
	int why;

	if (d == NULL)
		return cannot("read", dir);
	*empty = true;
	errno = 0;
	while (*empty && (entry = readdir(d)) != NULL)
		*empty = strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0;
	why = errno;
	closedir(d);
	errno = why;
	return *empty && why != 0 ? cannot("read", dir) : -1;
}

int cli_folder_begin(struct cli_folder *f, const char *dir, bool replace)
{
	struct stat st;
	bool empty = true;
	int code;

	*f = (struct cli_folder){ .dir = dir, .replace = replace };
	if (stat(dir, &st) != 0)
		return errno == ENOENT ? -1 : cannot("read", dir);
	f->stands = true;
	if ((code = look(&empty, dir)) != -1)
		return code;
	if (!empty && !replace)
		return cli_fail(CLI_TRIED, "Name a folder that does not exist yet. With --force files of the same names are replaced, and others stay.", "%s is not empty.", dir);
	return -1;
}

/* ---- what comes into it ---- */

static struct cli_folder_file *add(struct cli_folder *f, const char *name)
{
	struct cli_folder_file *file = &f->files[f->count];

	und_bug_if(f->count == CLI_FOLDER_FILES_MAX || strlen(name) >= sizeof file->name);
	f->count++;
	*file = (struct cli_folder_file){ .lent = und_bytes(NULL, 0) };
	snprintf(file->name, sizeof file->name, "%s", name);
	return file;
}

struct und_buf *cli_folder_add(struct cli_folder *f, size_t max, const char *name)
{
	struct cli_folder_file *file = add(f, name);

	und_buf_init(&file->made, max);
	return &file->made;
}

void cli_folder_lend(struct cli_folder *f, struct und_bytes bytes, const char *name)
{
	struct cli_folder_file *file = add(f, name);

	und_buf_init(&file->made, 0);
	file->lent = bytes;
}

/* ---- writing ---- */

/* A path with room behind it for the name of any file of a folder: what is begun must be removable where there is no memory left. */
struct place {
	char *path;
	size_t dir, size;
};

static bool place_init(struct place *p, const char *dir)
{
	p->dir = strlen(dir);
	p->size = p->dir + 1 + CLI_FOLDER_NAME_MAX;
	p->path = malloc(p->size);
	if (p->path != NULL)
		memcpy(p->path, dir, p->dir + 1);
	return p->path != NULL;
}

static const char *path_of(struct place *p, const char *name)
{
	snprintf(p->path + p->dir, p->size - p->dir, "/%s", name);
	return p->path;
}

static const char *path_of_dir(struct place *p)
{
	p->path[p->dir] = '\0';
	return p->path;
}

static int write_all(const struct cli_folder *f, struct place *p, bool replace)
{
	int code = -1;

	for (size_t i = 0; code == -1 && i < f->count; i++) {
		const struct cli_folder_file *file = &f->files[i];
		const struct und_bytes bytes = file->lent.n > 0 ? file->lent : und_buf_bytes(&file->made);

		code = cli_interrupted() ? cli_fail(CLI_INTERRUPTED, NULL, "interrupted.") : cli_write_file(path_of(p, file->name), replace, &bytes, 1, 0644);
	}
	return code;
}

/* What was begun goes; errors of that are not told, since one was. */
static void remove_draft(const struct cli_folder *f, struct place *p)
{
	for (size_t i = 0; i < f->count; i++)
		(void)unlink(path_of(p, f->files[i].name));
	(void)rmdir(path_of_dir(p));
}

static int write_new(const struct cli_folder *f, struct place *draft, const char *dir)
{
	int code;

	if (mkdtemp(draft->path) == NULL)
		return cannot("make", dir);
	code = chmod(draft->path, 0755) == 0 ? write_all(f, draft, false) : cannot("make", dir);
	if (code == -1 && rename(path_of_dir(draft), dir) != 0)
		code = cannot("make", dir);
	if (code != -1)
		remove_draft(f, draft);
	return code;
}

int cli_folder_write(struct cli_folder *f)
{
	size_t n = strlen(f->dir), parent;
	struct place p = { .path = NULL };
	char *name = NULL;
	int code;

	while (n > 1 && f->dir[n - 1] == '/')
		n--;
	for (parent = n; parent > 0 && f->dir[parent - 1] != '/'; parent--)
		;
	if (asprintf(&name, "%.*s.undersigned-XXXXXX", (int)parent, f->dir) < 0)
		name = NULL;
	if (name == NULL || !place_init(&p, f->stands ? f->dir : name))
		code = no_memory();
	else
		code = f->stands ? write_all(f, &p, f->replace) : write_new(f, &p, f->dir);
	free(p.path);
	free(name);
	return code;
}

void cli_folder_clear(struct cli_folder *f)
{
	for (size_t i = 0; i < f->count; i++)
		und_buf_clear(&f->files[i].made);
	f->count = 0;
}
