/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cmd_serve.c: host letters: until told to stop */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/commands.h"
#include "cli/serve_confine.h"
#include "cli/serve_ini.h"
#include "serve/pages.h"

enum { PATH_SIZE = 4096, PAGE_MAX = 16 << 20 };

struct serving {
	const char *config, *listen, *store, *page, *ready_text, *confine_text;
	enum cli_serve_confine confine;
	struct und_buf app; /* the page that signs */
	char folder[PATH_SIZE];
	int ready_fd; /* -1: nobody waits */
	char said[UND_STORE_SAID]; /* by a database */
	struct und_serve_options options;
	struct und_arena arena;
	struct und_serve *server;
};

/* ---- stopping ---- */

static struct und_serve *volatile running;

static void on_stop(int number)
{
	int saved = errno;

	(void)number;
	if (running != NULL)
		und_serve_stop(running);
	errno = saved;
}

static void stop_by_signals(struct und_serve *s)
{
	static const int ends[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };
	struct sigaction stop = { .sa_handler = on_stop }, was;

	running = s;
	sigemptyset(&stop.sa_mask);
	for (size_t i = 0; i < UND_COUNT_OF(ends); i++)
		if (sigaction(ends[i], NULL, &was) == 0 && was.sa_handler != SIG_IGN)
			(void)sigaction(ends[i], &stop, NULL);
}

/* ---- where the store is ---- */

/* The folder's parents; a folder of one's own in one's own home. */
static int make_parents(char *path)
{
	for (char *p = path + 1; *p != '\0'; p++) {
		if (*p != '/')
			continue;
		*p = '\0';
		if (mkdir(path, 0700) != 0 && errno != EEXIST) {
			int why = errno;

			return cli_fail(CLI_TRIED, NULL, "cannot make the folder %s: %s.", path, strerror(why));
		}
		*p = '/';
	}
	return -1;
}

static int find_store(struct serving *v)
{
	const char *data = getenv("XDG_DATA_HOME"), *home = getenv("HOME");
	int n;

	if (data != NULL && data[0] == '/')
		n = snprintf(v->folder, sizeof v->folder, "%s/undersigned/store", data);
	else if (home != NULL && home[0] == '/')
		n = snprintf(v->folder, sizeof v->folder, "%s/.local/share/undersigned/store", home);
	else
		return cli_fail(CLI_TRIED, "Give it: --store PATH.", "there is no home folder to keep the letters in.");
	if (n >= (int)sizeof v->folder)
		return cli_fail(CLI_TRIED, "Give another: --store PATH.", "the home folder's path is too long.");
	v->options.store = v->folder;
	return make_parents(v->folder);
}

/* ---- what was asked ---- */

static int read_config(struct serving *v)
{
	struct cli_fault fault = { 0 };
	struct und_buf text;
	enum und_err e;
	int code = -1;

	if (v->config == NULL)
		return -1;
	und_buf_init(&text, CLI_INI_SIZE_MAX);
	e = und_file_read(&text, v->config, CLI_INI_SIZE_MAX);
	if (e != UND_OK) {
		code = cli_fail_file(v->config, "read", e);
	} else {
		e = cli_serve_ini_read(&v->options, &v->arena, und_buf_bytes(&text), &fault);
		if (e == UND_ERR_TEXT)
			code = cli_fail(CLI_TRIED, "undersigned-serve(1) has an example.", "%s: line %u: %s.", v->config, fault.line, fault.why);
		else if (e != UND_OK)
			code = cli_fail(CLI_TRIED, cli_advice(e), "%s.", und_err_text(e));
	}
	und_buf_clear(&text);
	return code;
}

/* The pages, and the one file that signs in a browser, if it is given. */
static int read_page(struct serving *v)
{
	enum und_err e = UND_OK;

	if (v->page != NULL && (e = und_file_read(&v->app, v->page, PAGE_MAX)) != UND_OK)
		return cli_fail_file(v->page, "read", e);
	if (und_serve_pages(&v->options, und_buf_bytes(&v->app)) != UND_OK)
		return cli_fail(CLI_TRIED, "It is the file undersigned.html of the release, or what ./dev page makes.", "%s: not the page that signs.", v->page);
	return -1;
}

static int read_options(struct serving *v)
{
	uint64_t fd = 0;
	int code;

	v->ready_fd = -1;
	if (v->ready_text == NULL) {
		v->ready_fd = und_os_notify_open(); /* now: later no socket can be made */
	} else {
		if ((code = cli_parse_number(&fd, "--ready-fd", v->ready_text, 1, 65535)) != -1)
			return code;
		v->ready_fd = (int)fd;
	}
	if ((code = read_config(v)) != -1)
		return code;
	if (v->listen != NULL)
		v->options.listen = v->listen;
	if (v->store != NULL && und_store_tells_password(v->store))
		return cli_fail(CLI_TRIED, "Leave it to libpq's password file (PGPASSFILE), or write the address into a --config FILE.", "--store: a password on the command line is read by everybody on this machine.");
	if (v->store != NULL)
		v->options.store = v->store;
	if (v->options.store == NULL && (code = find_store(v)) != -1)
		return code;
	if ((code = read_page(v)) != -1)
		return code;
	v->options.random = cli_random();
	return v->confine_text != NULL ? cli_serve_confine_parse(&v->confine, v->confine_text) : -1;
}

/* ---- serving ---- */

/* A line on the descriptor, then it is closed: READY=1 is what systemd (NOTIFY_SOCKET) and people expect to read. */
static void on_ready(void *ctx)
{
	struct serving *v = ctx;

	if (v->ready_fd < 0)
		return;
	if (write(v->ready_fd, "READY=1\n", 8) != 8)
		cli_note("nobody reads descriptor %d.", v->ready_fd);
	if (v->ready_fd > STDERR_FILENO)
		(void)close(v->ready_fd);
	v->ready_fd = -1;
}

/* A database's address may hold a password. */
static const char *store_name(const struct serving *v)
{
	return und_store_is_postgres(v->options.store) ? "the database" : v->options.store;
}

static int tell_open(const struct serving *v, enum und_err e, const struct und_diag *diag)
{
	int why = errno;

	if (v->said[0] != '\0' && (e == UND_ERR_IO || e == UND_ERR_STORE_LOGS))
		return cli_fail(CLI_TRIED, "undersigned-serve(1), A DATABASE.", e == UND_ERR_IO ? "cannot use the database: %s." : "the database would write down who hands in what, and when: %s.", v->said);
	switch (e) {
	case UND_ERR_STORE_LOCKED:
		return cli_fail(CLI_TRIED, "Stop the other, or give another folder: --store PATH.", "%s: %s.", store_name(v), und_err_text(e));
	case UND_ERR_STORE_DAMAGED:
		if (diag->member[0] != '\0')
			return cli_fail(CLI_TRIED, "Restore it from a copy: any copy of the letter's file will do.", "%s: the letter %s is wrong at line %llu.", store_name(v),
			                diag->member, (unsigned long long)diag->line);
		break;
	case UND_ERR_HTTP_ADDRESS:
		return cli_fail(CLI_TRIED, NULL, "--listen: %s.", und_err_text(e));
	case UND_ERR_HTTP_LOOPBACK:
		return cli_fail(CLI_TRIED, "Let nginx, caddy or tor meet the network, with encryption and without logs: undersigned-serve(1).", "--listen: %s.", und_err_text(e));
	case UND_ERR_IO:
		return cli_fail(CLI_TRIED, why == EADDRINUSE ? "Something else listens there: stop it, or give another address: --listen." : NULL, "cannot serve: %s.",
		                why != 0 ? strerror(why) : und_err_text(e));
	default:
		break;
	}
	return cli_fail(CLI_TRIED, cli_advice(e), "%s: %s.", store_name(v), und_err_text(e));
}

/* The store's folder is made while its parent can be reached; threads begin confined. */
static int open_server(struct serving *v)
{
	struct und_diag diag = { 0 };
	enum und_err e;
	int code;

	errno = 0;
	e = und_store_place(v->options.store);
	if (e != UND_OK)
		return tell_open(v, e, &diag);
	if ((code = cli_serve_confine_begin(v->confine, &v->options)) != -1)
		return code;
	v->options.runner = cli_runner(0);
	errno = 0;
	e = und_serve_open(&v->server, &v->options, &diag);
	if (e != UND_OK)
		return tell_open(v, e, &diag);
	code = cli_serve_confine_listening(v->confine, &v->options);
	if (code != -1)
		und_serve_close(v->server);
	return code;
}

static int serve(struct serving *v)
{
	struct und_diag diag = { 0 };
	enum und_err e;
	int code;

	v->options.said = v->said;
	v->options.ready = on_ready;
	v->options.ready_ctx = v;
	if ((code = open_server(v)) != -1)
		return code;
	v->said[0] = '\0';
	printf("The letters are in %s.\n", store_name(v));
	printf("Listening at %s. Ctrl-C stops.\n", und_serve_where(v->server));
	if (v->options.organiser_count == 0)
		puts("Nobody may bring letters: no [organisers] in a --config FILE.");
	fflush(stdout);
	stop_by_signals(v->server);
	errno = 0;
	e = und_serve_run(v->server);
	running = NULL;
	if (e != UND_OK)
		(void)tell_open(v, e, &diag);
	und_serve_close(v->server);
	return e == UND_OK ? CLI_OK : CLI_TRIED;
}

static int run(int argc, char **argv)
{
	struct serving v = { 0 };
	const struct cli_option options[] = {
		CLI_VALUE("config", 0, &v.config),
		CLI_VALUE("listen", 0, &v.listen),
		CLI_VALUE("store", 0, &v.store),
		CLI_VALUE("page", 0, &v.page),
		CLI_VALUE("ready-fd", 0, &v.ready_text),
		CLI_VALUE("confine", 0, &v.confine_text),
	};
	int code = cli_parse(&cmd_serve, options, UND_COUNT_OF(options), argc, argv, NULL, 0, 0, NULL);

	if (code != -1)
		return code;
	und_arena_init(&v.arena);
	und_buf_init(&v.app, PAGE_MAX);
	code = read_options(&v);
	if (code == -1)
		code = serve(&v);
	und_arena_clear(&v.arena);
	und_buf_clear(&v.app);
	return code;
}

const struct cli_command cmd_serve = {
	.name = "serve",
	.run = run,
	.group = "Host",
	.summary = "host letters: people read, enrol and sign there",
	.usage = "undersigned serve [--config FILE] [--listen ADDRESS] [--store PATH] [--page FILE] [--ready-fd N] [--confine HOW]",
	.help = "Serves letters until Ctrl-C. Keeps no address, no time, no order of arrival;\n"
		"logs nothing. Behind it nothing else is needed; before it nginx or tor.\n"
		"\n"
		"  --config FILE        who may bring letters and cards, and the settings below\n"
		"  --listen ADDRESS     127.0.0.1:8080 (the default), [::1]:8080 or unix:PATH\n"
		"  --store PATH         the folder that the letters are in; without it\n"
		"                       ~/.local/share/undersigned/store. Or postgresql://…, a\n"
		"                       database: several servers may share it\n"
		"  --page FILE          the page that signs in a browser (one file): people\n"
		"                       may download it here\n"
		"  --ready-fd N         write READY=1 to descriptor N when connections are taken\n"
		"  --confine HOW        auto: give up all calls and files that serving does not\n"
		"                       need, as far as the kernel can (the default); required:\n"
		"                       do not start where it cannot; off\n"
		"\n"
		"Example: undersigned serve --config serve.ini --listen unix:/run/letters.sock\n",
};
