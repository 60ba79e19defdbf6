/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* os/sandbox.h: what this process may still ask of the system: calls (seccomp) and files (Landlock) */
#ifndef UND_OS_SANDBOX_H
#define UND_OS_SANDBOX_H

#include "os/os.h"

/*
 * What is given up is given up until the process ends. Always left are: memory that is not code, threads, clocks, random bytes, what goes through open descriptors, the end.
 * Never left are: other programs, other processes, signals to them, tracing, privileges, memory that is code (but for UND_MAY_CONNECT).
 */
enum und_may {
	UND_MAY_READ = 1,     /* open files for reading */
	UND_MAY_KEEP = 2,     /* and for writing; make, rename, remove them */
	UND_MAY_LISTEN = 4,   /* make a socket that listens, at an address */
	UND_MAY_ANSWER = 8,   /* take connections from it, talk with them */
	UND_MAY_CONNECT = 16, /* reach a database: names, addresses, and the libraries that look names up, which are loaded when needed. Then all files may be read */
	UND_MAY_CONFINE = 32, /* give up more later */
	UND_MAY_WRITE = 64,   /* write to any descriptor; without it, and without UND_MAY_KEEP, to standard output and standard error alone */
	UND_MAY_LISTEN_PATH = 128 /* make a socket that listens at a path; ask whether somebody listens there, hence reach what else has a path */
};

enum und_path_use { UND_PATH_READ /* a file */, UND_PATH_KEEP /* a folder and what is in it */, UND_PATH_SOCKET /* the folder of a socket */ };

struct und_confined_path {
	const char *path;
	enum und_path_use use;
};

struct und_confine {
	unsigned may; /* UND_MAY_… */
	const struct und_confined_path *paths; /* all others are shut, as far as the kernel can */
	size_t path_count;
	bool files_done; /* Landlock holds already: calls alone are given up, in all threads */
};

/* What took hold. A kernel, or a machine in between, may lack either. */
struct und_confined {
	bool calls; /* a call that is not allowed ends the process, by SIGSYS */
	bool files; /* a path that is not allowed: EACCES */
	const char *missing; /* after UND_ERR_IO, when nothing else is set: the path that cannot be found */
};

/* Whether this program was built so that it can be confined: not with sanitizers, coverage or for valgrind, which need more than the program. */
bool und_confine_built(void);

/*
 * Confines the calling thread's files (and those of threads that it makes later), and the calls of all threads: so call it before threads are made, after what must be open is open.
 *
 * Landlock, as far as the kernel's ABI goes: reading, writing, making, renaming, removing, executing since 1 (Linux 5.13), cutting short since 3 (6.2; before, any file that may be found may be cut, if the
 * calls of the phase open it), TCP since 4, calls to devices since 5, signals and abstract sockets since 6. seccomp: since Linux 4.14.
 *
 * Errors: UND_ERR_MEMORY; UND_ERR_IO: a path cannot be found (out->missing; errno). A kernel that has neither is no error: *out says it.
 */
UND_MUST_USE enum und_err und_confine(struct und_confined *out, const struct und_confine *c);

/* The two halves */
UND_MUST_USE enum und_err und_confine_files(struct und_confined *out, const struct und_confine *c);
UND_MUST_USE enum und_err und_confine_calls(struct und_confined *out, const struct und_confine *c);

#endif
