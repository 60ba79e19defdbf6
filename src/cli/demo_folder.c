/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* demo_folder.c: the folder of a demo: nothing in it is removed that a demo did not make */
#include "cli/demo.h"

#include <dirent.h>
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define MARK "An invented institution, made by `undersigned demo`.\n"
#define ABOUT "about.txt"

static const char unfinished[] = MARK
	"\n"
	"UNFINISHED: the demo is running, or was interrupted. Start it again with --force: it replaces this folder.\n";

static const char finished[] = MARK
	"\n"
	"demo.letter     the letter, all its signatures, and what came of it. Anybody checks it with: undersigned verify demo.letter\n"
	"                and reads it with: undersigned show demo.letter\n"
	"site/           the same as pages, with a newer press kit: open site/index.html\n"
	"press/          what the newspaper got under embargo, its letter still sealed: open press/press.html\n"
	"demo.link       the key of the link with which members and the newspaper read the sealed words\n"
	"staff.roster    the roll: public keys per body, signed by both registrars\n"
	"bodies.csv, letter.ini, text.md\n"
	"                what registrars and organisers wrote\n"
	"authority/      the keys of registrars and organisers, and the one with which the First Minister answers\n"
	"keys/           the members' keys. Here they lie side by side and without passphrases, so that whoever has this\n"
	"                folder can find out who signed. Real ones never leave their owners' hands.\n"
	"forged/         letters that verify refuses\n"
	"\n"
	"Not all in keys/ have signed. The letter is open for some weeks: sign it as one of the others.\n";

static const struct subfolder {
	const char *name;
	unsigned mode;
	bool later; /* a command makes it, whole or not at all */
} subfolders[] = { { "keys", 0700, false }, { "authority", 0700, false }, { "forged", 0755, false }, { DEMO_PRESS, 0, true }, { DEMO_SITE, 0, true } };

static const char *const files[] = {
	ABOUT,      "bodies.csv",  "letter.ini", "text.md", "enrolments", DEMO_ROSTER, DEMO_LETTER, DEMO_LINK, "signatures", "words", "publication", "delivery",
	"delivery-2", "party", "answer", "support", "clarification", "question", "votes", "vote", "withdrawals",
};
/* In press/ and site/, beside the style. */
static const char *const page_files[] = {
	DEMO_LETTER,  "press.html",   "press.ar.html", "signers.png", "qr.png",       "sha256.txt",     "index.html",  "index.ar.html", "roster.html",
	"roster.ar.html", "safe.html", "safe.ar.html",  "check.html",  "check.ar.html", "feed.atom", "feed.ar.atom", "picture.png", "preview.png",
};

char *demo_path(const char *dir, const char *format, ...)
{
	char *name = NULL, *path = NULL;
	va_list args;

	va_start(args, format);
	if (vasprintf(&name, format, args) < 0)
		name = NULL;
	va_end(args);
	if (name == NULL || asprintf(&path, "%s/%s", dir, name) < 0) {
		path = NULL;
		cli_fail(CLI_TRIED, cli_advice(UND_ERR_MEMORY), "%s.", und_err_text(UND_ERR_MEMORY));
	}
	free(name);
	return path;
}

static int cannot(const char *doing, const char *path)
{
	return cli_fail_file(path, doing, UND_ERR_IO);
}

/* ---- what stands there already ---- */

static bool is_dots(const char *name)
{
	return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

static bool is_among(const char *const *names, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(name, names[i]) == 0)
			return true;
	return false;
}

static bool is_ours(const char *name)
{
	for (size_t i = 0; i < UND_COUNT_OF(subfolders); i++)
		if (strcmp(name, subfolders[i].name) == 0)
			return true;
	if (is_among(files, UND_COUNT_OF(files), name))
		return true;
	return strncmp(name, ".undersigned-", 13) == 0; /* a draft that a power cut left */
}

struct found {
	bool any, others;
	char other[256];
};

static int look(struct found *f, const char *dir)
{
	const struct dirent *entry;
	DIR *d = opendir(dir);

	if (d == NULL)
		return cannot("read", dir);
	while ((entry = readdir(d)) != NULL) {
		if (is_dots(entry->d_name))
			continue;
		f->any = true;
		if (is_ours(entry->d_name))
			continue;
		f->others = true;
		snprintf(f->other, sizeof f->other, "%s", entry->d_name);
	}
	closedir(d);
	return -1;
}

static int has_mark(bool *yes, const char *dir)
{
	char *path = demo_path(dir, ABOUT);
	struct und_buf text;
	enum und_err e;

	if (path == NULL)
		return CLI_TRIED;
	und_buf_init(&text, 4096);
	e = und_file_read(&text, path, 4096);
	*yes = e == UND_OK && text.n >= strlen(MARK) && memcmp(text.p, MARK, strlen(MARK)) == 0;
	und_buf_clear(&text);
	free(path);
	return -1;
}

static int may_use(const char *dir, bool replace, bool *empty)
{
	static const char advice[] = "Name a folder that does not exist yet.";
	struct found f = { 0 };
	bool marked;
	int code = look(&f, dir);

	if (code != -1)
		return code;
	*empty = !f.any;
	if (*empty)
		return -1;
	if ((code = has_mark(&marked, dir)) != -1)
		return code;
	if (!marked)
		return cli_fail(CLI_TRIED, advice, "%s is not empty, and no demo's folder.", dir);
	if (!replace)
		return cli_fail(CLI_TRIED, "With --force it is replaced; or name another folder.", "%s holds an earlier demo.", dir);
	if (f.others)
		return cli_fail(CLI_TRIED, "Take it away first, or name another folder.", "%s holds something that no demo made: %s.", dir, f.other);
	return -1;
}

/* ---- emptying, making ---- */

static int remove_files(const char *dir, bool (*wanted)(const char *name))
{
	const struct dirent *entry;
	DIR *d = opendir(dir);
	int code = -1;

	if (d == NULL)
		return errno == ENOENT ? -1 : cannot("read", dir);
	while (code == -1 && (entry = readdir(d)) != NULL)
		if (!is_dots(entry->d_name) && wanted(entry->d_name) && unlinkat(dirfd(d), entry->d_name, 0) != 0)
			code = cannot("remove what is in", dir);
	closedir(d);
	return code;
}

static bool is_within(const char *name)
{
	size_t n = strlen(name);

	if (is_among(page_files, UND_COUNT_OF(page_files), name) || (n > 10 && strncmp(name, "style-", 6) == 0 && strcmp(name + n - 4, ".css") == 0))
		return true;
	return (n > 4 && strcmp(name + n - 4, ".key") == 0) || (n > 7 && strcmp(name + n - 7, ".letter") == 0) || strncmp(name, ".undersigned-", 13) == 0;
}

static bool is_other_file(const char *name)
{
	for (size_t i = 0; i < UND_COUNT_OF(subfolders); i++)
		if (strcmp(name, subfolders[i].name) == 0)
			return false;
	return strcmp(name, ABOUT) != 0; /* stays: the folder is a demo's all the time */
}

static int make_empty(const char *dir)
{
	int code = -1;

	for (size_t i = 0; i < UND_COUNT_OF(subfolders) && code == -1; i++) {
		char *path = demo_path(dir, "%s", subfolders[i].name);

		if (path == NULL)
			return CLI_TRIED;
		code = remove_files(path, is_within);
		if (code == -1 && rmdir(path) != 0 && errno != ENOENT)
			code = cannot("remove", path);
		free(path);
	}
	return code == -1 ? remove_files(dir, is_other_file) : code;
}

static int write_about(const char *dir, const char *text)
{
	struct und_bytes piece = und_cstr(text);
	char *path = demo_path(dir, ABOUT);
	int code;

	if (path == NULL)
		return CLI_TRIED;
	code = cli_write_file(path, true, &piece, 1, 0644);
	free(path);
	return code;
}

static int make_subfolders(const char *dir)
{
	for (size_t i = 0; i < UND_COUNT_OF(subfolders); i++) {
		char *path = subfolders[i].later ? NULL : demo_path(dir, "%s", subfolders[i].name);
		int code = subfolders[i].later ? -1 : path == NULL ? CLI_TRIED : mkdir(path, subfolders[i].mode) == 0 ? -1 : cannot("make", path);

		free(path);
		if (code != -1)
			return code;
	}
	return -1;
}

int demo_folder_begin(const char *dir, bool replace)
{
	bool empty = true;
	int code;

	if (mkdir(dir, 0755) != 0) {
		if (errno != EEXIST)
			return cannot("make", dir);
		if ((code = may_use(dir, replace, &empty)) != -1)
			return code;
	}
	if ((code = write_about(dir, unfinished)) != -1)
		return code;
	if (!empty && (code = make_empty(dir)) != -1)
		return code;
	return make_subfolders(dir);
}

int demo_folder_end(const char *dir)
{
	return write_about(dir, finished);
}
