/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* demo_stage.c: commands run before the reader's eyes: standard output and error turned into files for as long as one runs */
#include "cli/demo_stage.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>

#include "cli/lines.h"

enum { ARGS_MAX = 32, SAID_MAX = 16 << 20, WIDTH_MAX = 100 };

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

static unsigned width(void)
{
	unsigned w = isatty(STDOUT_FILENO) ? und_tty_width() : WIDTH_MAX;

	return w < WIDTH_MAX ? w : WIDTH_MAX;
}

void demo_chapter(struct demo_stage *s, const char *title)
{
	s->chapter++;
	if (s->silent)
		return;
	cli_bar_end(&s->bar);
	printf("\n== %u. %s ==\n", s->chapter, title);
	fflush(stdout);
}

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
		cli_print_wrapped(stdout, und_cstr(text), 0, width());
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

/* ---- what a command said ---- */

static bool begins(struct und_bytes line, const char *with)
{
	size_t n = strlen(with);

	return line.n >= n && memcmp(line.p, with, n) == 0;
}

/* As it came; on a terminal that is too narrow, its lines go on below. */
static void print_said(struct und_bytes line)
{
	cli_print_fitted(stdout, line, 0, isatty(STDOUT_FILENO) ? und_tty_width() : 0);
	putchar('\n');
}

/* One line of what was said, with the part in which it stands: 0 before any part has begun. */
struct telling {
	const struct demo_part *part;
	size_t told;   /* lines of this part */
	size_t blanks; /* empty lines that wait for one that is not */
	bool within, left_out, any;
};

static void tell_line(struct telling *t, struct und_bytes line)
{
	if (t->within && t->part->until != NULL && begins(line, t->part->until)) {
		t->within = false;
		t->part++;
	}
	if (!t->within && t->part->from != NULL && begins(line, t->part->from)) {
		t->within = true;
		t->told = 0;
	}
	if (!t->within || (t->part->most > 0 && t->told >= t->part->most)) {
		t->left_out = true;
		return;
	}
	t->told++;
	if (line.n == 0) {
		t->blanks++;
		return;
	}
	if (t->left_out && t->any)
		puts("  …");
	else
		for (; t->blanks > 0; t->blanks--)
			putchar('\n');
	t->left_out = false;
	t->any = true;
	t->blanks = 0;
	print_said(line);
}

void demo_tell(struct demo_stage *s, struct und_bytes said, const struct demo_part *parts)
{
	struct telling t = { .part = parts };
	struct und_bytes line;

	if (s->silent)
		return;
	cli_bar_end(&s->bar);
	while (cli_next_line(&line, &said))
		tell_line(&t, line);
	while (t.part->from != NULL)
		t.part++;
	if (t.left_out && t.part->until != NULL)
		printf("  %s\n", t.part->until);
	fflush(stdout);
}

/* ---- what is typed ---- */

static bool is_plain(const char *word)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:=,+@%";

	return *word != '\0' && strspn(word, plain) == strlen(word);
}

/* As a shell would want it. */
static void print_word(FILE *to, const char *word)
{
	if (is_plain(word)) {
		fputs(word, to);
		return;
	}
	fputc('\'', to);
	for (; *word != '\0'; word++) {
		if (*word == '\'')
			fputs("'\\''", to);
		else
			fputc(*word, to);
	}
	fputc('\'', to);
}

static unsigned columns_of(const char *word)
{
	return cli_columns(und_cstr(word), WIDTH_MAX) + (is_plain(word) ? 0 : 2);
}

/* Of an id that begins with a dash it does not matter. */
static bool is_option(const char *word)
{
	return word[0] == '-' && (word[1] == '-' || strlen(word) == 2);
}

/* An option, and its value beside it. */
static size_t count_words(const char *const *args)
{
	return is_option(args[0]) && args[1] != NULL && !is_option(args[1]) ? 2 : 1;
}

static void show(struct demo_stage *s, const char *program, const char *name, const char *const *args, const char *after)
{
	unsigned column = (unsigned)(2 + strlen(program) + strlen(name)), most = width() - 2;

	if (s->silent)
		return;
	cli_bar_end(&s->bar);
	printf("$ %s%s", program, name);
	while (*args != NULL) {
		size_t n = count_words(args);
		unsigned columns = columns_of(args[0]) + (n > 1 ? 1 + columns_of(args[1]) : 0);

		if (args[n] == NULL && after != NULL) /* which goes with the last */
			columns += 1 + (unsigned)strlen(after);
		if (column + 1 + columns > most) {
			fputs(" \\\n   ", stdout);
			column = 3;
		}
		for (size_t i = 0; i < n; i++) {
			putchar(' ');
			print_word(stdout, *args++);
		}
		column += 1 + columns;
	}
	if (after != NULL)
		printf(" %s", after);
	putchar('\n');
	fflush(stdout);
	cli_bar_set(&s->bar, s->done);
}

void demo_show_entry(struct demo_stage *s, const char *dir)
{
	show(s, "", "cd", (const char *const[]){ dir, NULL }, NULL);
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
	show(s, "undersigned ", command->name, args, after);
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
