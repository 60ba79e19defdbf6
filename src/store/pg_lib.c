/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* pg_lib.c: libpq is loaded at run time: only who keeps letters in a database has it in the process, or needs it on the machine */
#include "store/pg_lib.h"

#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <stdio.h>

enum { VERSION_MIN = 130000, WHY_MAX = 192 };

struct und_pq und_pq;

static pthread_once_t once = PTHREAD_ONCE_INIT;
static bool loaded; /* this and what follows: written once */
static char why[WHY_MAX];

static void note_why(void)
{
	const char *text = dlerror();

	snprintf(why, sizeof why, "%s", text != NULL ? text : "unknown");
}

/* POSIX: a pointer to a function fits where a pointer to data does. */
static bool find(void *lib, void *out, const char *name)
{
	void *p = dlsym(lib, name);

	if (p == NULL) {
		note_why();
		return false;
	}
	memcpy(out, &p, sizeof p);
	return true;
}

static void load(void)
{
	void *lib = dlopen("libpq.so.5", RTLD_NOW | RTLD_LOCAL);
	bool all = lib != NULL;

	if (lib == NULL) {
		note_why();
		return;
	}
#define FIND(name) all = all && find(lib, &und_pq.name, #name);
	UND_PG_CALLS(FIND)
#undef FIND
	if (all && (und_pq.PQlibVersion() < VERSION_MIN || !und_pq.PQisthreadsafe())) {
		snprintf(why, sizeof why, "version %d", und_pq.PQlibVersion());
		all = false;
	}
	loaded = all;
}

enum und_err und_pg_load(char *said, size_t n)
{
	int error = pthread_once(&once, load);

	und_bug_if(error != 0);
	if (loaded)
		return UND_OK;
	if (said != NULL)
		snprintf(said, n, "it needs PostgreSQL's library libpq 13 or later (in Debian: apt install libpq5): %s", why);
	errno = ENOENT;
	return UND_ERR_IO;
}
