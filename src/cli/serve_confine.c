/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* serve_confine.c: a server's two steps: what opening needs, and what answering needs */
#include "cli/serve_confine.h"

#include <limits.h>
#include <unistd.h>

#include "os/sandbox.h"

int cli_serve_confine_parse(enum cli_serve_confine *out, const char *text)
{
	static const char *const names[] = { "auto", "required", "off" };

	for (unsigned i = 0; i < UND_COUNT_OF(names); i++)
		if (strcmp(text, names[i]) == 0) {
			*out = (enum cli_serve_confine)i;
			return -1;
		}
	return cli_fail(CLI_TRIED, "Give auto, required or off.", "--confine: not a way to be confined: %s.", text);
}

static unsigned needed(const struct und_serve_options *o)
{
	return UND_MAY_ANSWER | (und_store_is_postgres(o->store) ? UND_MAY_READ | UND_MAY_WRITE | UND_MAY_CONNECT : UND_MAY_KEEP);
}

/* A kernel that lacks something: the host should know, and may have said that it is not to be. */
static int tell(enum cli_serve_confine how, const struct und_confined *got)
{
	const char *lacks = !got->calls && !got->files ? "neither seccomp nor Landlock" : !got->calls ? "no seccomp" : !got->files ? "no Landlock" : NULL;

	if (how == CLI_CONFINE_REQUIRED && lacks != NULL)
		return cli_fail(CLI_TRIED, "undersigned-serve(1), CONFINEMENT.", "--confine required: there is %s%s.", lacks, und_confine_built() ? " here" : " in a program built for testing");
	if (lacks != NULL && und_confine_built())
		cli_note("there is %s here: whoever took the server over could do %s.", lacks, got->calls ? "to files what its user may" : "what its user may");
	return -1;
}

static int confine(struct und_confined *got, const struct und_confine *c)
{
	enum und_err e = und_confine(got, c);

	if (e == UND_ERR_IO)
		return cli_fail_file(got->missing, "open", e);
	return e == UND_OK ? -1 : cli_fail(CLI_TRIED, cli_advice(e), "%s.", und_err_text(e));
}

/* Of "unix:PATH" the folder of PATH; NULL for other addresses. Too long: und_http_open says so. */
static const char *socket_folder(char out[PATH_MAX], const char *listen)
{
	const char *path = listen != NULL && strncmp(listen, "unix:", 5) == 0 ? listen + 5 : NULL, *slash = path == NULL ? NULL : strrchr(path, '/');

	if (path == NULL || strlen(path) >= PATH_MAX)
		return NULL;
	if (slash == NULL)
		return ".";
	snprintf(out, PATH_MAX, "%.*s", slash == path ? 1 : (int)(slash - path), path);
	return out;
}

int cli_serve_confine_begin(enum cli_serve_confine how, const struct und_serve_options *o)
{
	static const char randomness[] = "/dev/urandom"; /* SQLite's, for names of files and salts */
	char folder[PATH_MAX];
	struct und_confined_path paths[3];
	const char *beside = socket_folder(folder, o->listen);
	struct und_confine c = { .may = needed(o) | (beside != NULL ? UND_MAY_LISTEN_PATH : UND_MAY_LISTEN) | UND_MAY_CONFINE, .paths = paths };
	struct und_confined got;
	int code;

	if (how == CLI_CONFINE_OFF)
		return -1;
	if (!und_store_is_postgres(o->store))
		paths[c.path_count++] = (struct und_confined_path){ o->store, UND_PATH_KEEP };
	if (beside != NULL)
		paths[c.path_count++] = (struct und_confined_path){ beside, UND_PATH_SOCKET };
	if (access(randomness, R_OK) == 0)
		paths[c.path_count++] = (struct und_confined_path){ randomness, UND_PATH_READ };
	code = confine(&got, &c);
	return code != -1 ? code : tell(how, &got);
}

int cli_serve_confine_listening(enum cli_serve_confine how, const struct und_serve_options *o)
{
	const struct und_confine c = { .may = needed(o), .files_done = true };
	struct und_confined got;
	int code;

	if (how == CLI_CONFINE_OFF)
		return -1;
	code = confine(&got, &c);
	if (code == -1 && !got.calls && how == CLI_CONFINE_REQUIRED && und_confine_built())
		return tell(how, &got);
	return code;
}
