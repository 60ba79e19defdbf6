/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* demo_stage.c: commands run before the reader's eyes: standard output and error turned into files for as long as one runs */
#include "cli/demo_stage.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>

enum { ARGS_MAX = 24, SAID_MAX = 16 << 20 };

/* ---- the bar ---- */

void demo_stage_begin(struct demo_stage *s, uint64_t total)
{
	cli_bar_begin(&s->bar, "", total);
	s->done = 0;
}

void demo_stage_end(struct demo_stage *s)
{
	cli_bar_end(&s->bar);
}

void demo_phase(struct demo_stage *s, const char *what)
{
	s->bar.what = what;
	s->bar.drawn = 0; /* at once */
	cli_bar_set(&s->bar, s->done);
}

void demo_advance(struct demo_stage *s, uint64_t units)
{
	s->done += units;
	cli_bar_set(&s->bar, s->done);
}

/* ---- talk ---- */

void demo_say(struct demo_stage *s, const char *format, ...)
{
	va_list args;
	char *text;

	if (s->silent)
		return;
	cli_bar_end(&s->bar);
	va_start(args, format);
	if (vasprintf(&text, format, args) >= 0) {
		putchar('\n');
		cli_print_wrapped(stdout, und_cstr(text), 0, 100);
		free(text);
	}
	va_end(args);
	fflush(stdout);
}

void demo_print(struct demo_stage *s, const char *format, ...)
{
	va_list args;

	if (s->silent)
		return;
	cli_bar_end(&s->bar);
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	putchar('\n');
	fflush(stdout);
}

void demo_quote(struct demo_stage *s, struct und_bytes text)
{
	bool at_start = true;

	if (s->silent)
		return;
	cli_bar_end(&s->bar);
	for (size_t i = 0; i < text.n; i++) {
		if (at_start && text.p[i] != '\n')
			fputs("    | ", stdout);
		else if (at_start)
			fputs("    |", stdout);
		putchar(text.p[i]);
		at_start = text.p[i] == '\n';
	}
	fflush(stdout);
}

/* As a shell would want it. */
static void print_word(const char *word)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:=,+@%";

	if (*word != '\0' && strspn(word, plain) == strlen(word)) {
		printf(" %s", word);
		return;
	}
	fputs(" '", stdout);
	for (; *word != '\0'; word++) {
		if (*word == '\'')
			fputs("'\\''", stdout);
		else
			putchar(*word);
	}
	putchar('\'');
}

static void show(struct demo_stage *s, const struct cli_command *command, const char *const *args, const char *after)
{
	if (s->silent)
		return;
	cli_bar_end(&s->bar);
	printf("$ undersigned %s", command->name);
	for (; *args != NULL; args++)
		print_word(*args);
	if (after != NULL)
		printf(" %s", after);
	putchar('\n');
	fflush(stdout);
	cli_bar_set(&s->bar, s->done);
}

/* ---- running ---- */

/* A command may reorder its arguments, but does not write into them. */
static int call(const struct cli_command *command, const char *const *args)
{
	char *argv[ARGS_MAX + 2];
	int argc = 0;

	argv[argc++] = (char *)(uintptr_t)command->name;
	for (; *args != NULL; args++) {
		und_bug_if(argc > ARGS_MAX);
		argv[argc++] = (char *)(uintptr_t)*args;
	}
	argv[argc] = NULL;
	return command->run(argc, argv);
}

/* One descriptor, led into a file that has no name. */
struct detour {
	FILE *stream, *file;
	int saved; /* -1: not led away */
};

static int detour_begin(struct detour *d, FILE *stream)
{
	*d = (struct detour){ stream, tmpfile(), -1 };
	if (d->file == NULL || fflush(stream) != 0)
		return cli_fail_file("a temporary file", "write", UND_ERR_IO);
	d->saved = fcntl(fileno(stream), F_DUPFD_CLOEXEC, 3);
	if (d->saved < 0 || dup2(fileno(d->file), fileno(stream)) < 0)
		return cli_fail_file("a temporary file", "write", UND_ERR_IO);
	return -1;
}

/* Back again. What was said goes to out. */
static int detour_end(struct detour *d, struct und_buf *out)
{
	char chunk[4096];
	bool lost = false;
	size_t n;

	if (d->saved >= 0) {
		lost = fflush(d->stream) != 0;
		lost |= dup2(d->saved, fileno(d->stream)) < 0;
		close(d->saved);
		rewind(d->file);
		while ((n = fread(chunk, 1, sizeof chunk, d->file)) > 0)
			und_buf_add(out, chunk, n);
		lost |= ferror(d->file) != 0 || out->err != UND_OK;
	}
	if (d->file != NULL)
		fclose(d->file);
	return lost ? cli_fail_file("a temporary file", "write", UND_ERR_IO) : -1;
}

void demo_said_clear(struct demo_said *said)
{
	und_buf_clear(&said->out);
	und_buf_clear(&said->err);
}

int demo_run(struct demo_stage *s, struct demo_said *said, const struct cli_command *command, const char *const *args, const char *after)
{
	struct detour out = { .saved = -1 }, err = { .saved = -1 };
	int code, lost;

	und_buf_init(&said->out, SAID_MAX);
	und_buf_init(&said->err, SAID_MAX);
	show(s, command, args, after);
	code = detour_begin(&out, stdout);
	if (code == -1)
		code = detour_begin(&err, stderr);
	if (code == -1)
		code = call(command, args);
	lost = detour_end(&err, &said->err);
	if (lost == -1)
		lost = detour_end(&out, &said->out);
	else
		(void)detour_end(&out, &said->out);
	return lost == -1 ? code : lost;
}

int demo_do(struct demo_stage *s, struct demo_said *said, const struct cli_command *command, const char *const *args, const char *after)
{
	struct demo_said own;
	struct demo_said *to = said == NULL ? &own : said;
	int code = demo_run(s, to, command, args, after);

	if (code != CLI_OK) {
		cli_bar_end(&s->bar);
		fwrite(to->err.p, 1, to->err.n, stderr);
	}
	if (said == NULL)
		demo_said_clear(&own);
	return code == CLI_OK ? -1 : code;
}

int demo_perform(struct demo_stage *s, const struct cli_command *command, const char *const *args)
{
	int code;

	show(s, command, args, NULL);
	cli_bar_end(&s->bar);
	code = call(command, args);
	fflush(stdout);
	return code;
}
