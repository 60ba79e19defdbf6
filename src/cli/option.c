/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* option.c: arguments by a command's table of options */
#include <getopt.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "cli/cli.h"

enum { OPTIONS_MAX = 40, HELP = 1000, FIRST = 2000 }; /* getopt's values: HELP, or FIRST + index */

struct tables {
	struct option longs[OPTIONS_MAX + 2];
	char shorts[2 * OPTIONS_MAX + 4];
};

static void fill(struct tables *t, const struct cli_option *options, size_t n)
{
	char *s = t->shorts;

	und_bug_if(n > OPTIONS_MAX);
	*s++ = ':'; /* a missing value gives ':' */
	for (size_t i = 0; i < n; i++) {
		t->longs[i] = (struct option){ options[i].name, options[i].takes_value ? required_argument : no_argument, NULL,
					       FIRST + (int)i };
		if (options[i].letter == 0)
			continue;
		*s++ = options[i].letter;
		if (options[i].takes_value)
			*s++ = ':';
	}
	*s++ = 'h';
	*s = '\0';
	t->longs[n] = (struct option){ "help", no_argument, NULL, HELP };
	t->longs[n + 1] = (struct option){ NULL, 0, NULL, 0 };
}

/* Bytes and columns up to the next place where a usage line may break: a space outside brackets, before [, - or |. */
static size_t piece_of(const char *s, size_t *columns)
{
	size_t n = 0, depth = 0;

	*columns = 0;
	for (; s[n] != '\0'; n++) {
		if (n > 0 && depth == 0 && s[n] == ' ' && (s[n + 1] == '[' || s[n + 1] == '-' || s[n + 1] == '|'))
			break;
		depth += s[n] == '[';
		depth -= s[n] == ']';
		*columns += ((unsigned char)s[n] & 0xc0) != 0x80; /* not within a character */
	}
	return n;
}

/* Broken so that 80 columns hold it. */
static void print_usage(FILE *to, const char *lead, const char *usage)
{
	size_t at = strlen(lead), columns, n;

	fputs(lead, to);
	for (const char *s = usage; *s != '\0'; s += n) {
		n = piece_of(s, &columns);
		if (s != usage && at + columns >= 80) {
			fprintf(to, "\n%*s", (int)strlen(lead) + 3, "");
			at = strlen(lead) + 3;
		}
		fwrite(s, 1, n, to);
		at += columns;
	}
	fputc('\n', to);
}

int cli_misused(const struct cli_command *command, const char *format, ...)
{
	va_list args;
	char *text;

	va_start(args, format);
	if (vasprintf(&text, format, args) < 0)
		text = NULL;
	va_end(args);
	cli_fail(CLI_TRIED, NULL, "%s: %s", command->name, text == NULL ? "wrong use" : text);
	print_usage(stderr, "  usage: ", command->usage);
	fprintf(stderr, "  `undersigned %s --help` explains it.\n", command->name);
	free(text);
	return CLI_TRIED;
}

int cli_missing(const struct cli_command *command, const char *what)
{
	return cli_misused(command, "%s is missing.", what);
}

static int show_help(const struct cli_command *command)
{
	printf("%s: %s\n\n", command->name, command->summary);
	print_usage(stdout, "usage: ", command->usage);
	if (command->help != NULL)
		printf("\n%s", command->help);
	return CLI_OK;
}

static int take(const struct cli_command *command, const struct cli_option *o, bool *seen, const char *value)
{
	if (!o->repeats && *seen)
		return cli_misused(command, "--%s is given twice.", o->name);
	*seen = true;
	if (!o->takes_value) {
		*o->flag = true;
		return -1;
	}
	if (!o->repeats) {
		*o->value = value;
		return -1;
	}
	if (*o->count == o->count_max)
		return cli_misused(command, "--%s is given more than %zu times.", o->name, o->count_max);
	o->value[(*o->count)++] = value;
	return -1;
}

static size_t index_of(const struct cli_option *options, size_t n, int c)
{
	size_t i = 0;

	if (c >= FIRST)
		return (size_t)(c - FIRST);
	while (i < n && options[i].letter != c)
		i++;
	return i;
}

/* What the options with these names give is read, and is no less lost than an argument when -o replaces it. (--extends may be replaced by what holds it.) */
static bool is_read(const char *option)
{
	static const char *const names[] = { "key", "authority", "roster", "ledger", "words", "letter", "bodies", "enrolments", "text-file", "archived",
					     "link-file", "code-file", "passphrase-file", "ssh-passphrase-file" };

	for (size_t i = 0; i < UND_COUNT_OF(names); i++)
		if (strcmp(option, names[i]) == 0)
			return true;
	return false;
}

static bool is_file(const struct stat *file, const char *path)
{
	struct stat st;

	return path != NULL && stat(path, &st) == 0 && st.st_dev == file->st_dev && st.st_ino == file->st_ino;
}

/* -o must not replace the letter or the key that the command reads, --force or not. */
static int spare_inputs(const struct cli_option *options, size_t option_count, const char **args, size_t n)
{
	const char *out = NULL;
	struct stat file;
	bool hit = false;

	for (size_t i = 0; i < option_count; i++)
		if (strcmp(options[i].name, "output") == 0)
			out = *options[i].value;
	if (out == NULL || strcmp(out, "-") == 0 || stat(out, &file) != 0 || !S_ISREG(file.st_mode))
		return -1;
	for (size_t i = 0; i < n; i++)
		hit |= is_file(&file, args[i]);
	for (size_t i = 0; i < option_count; i++)
		for (size_t j = 0; is_read(options[i].name) && j < (options[i].repeats ? *options[i].count : 1); j++)
			hit |= is_file(&file, options[i].value[j]);
	return hit ? cli_fail(CLI_TRIED, "It would be lost. Choose another name for -o.", "%s is what this command reads.", out) : -1;
}

int cli_parse(const struct cli_command *command, const struct cli_option *options, size_t option_count, int argc, char **argv, const char **args,
              size_t arg_min, size_t arg_max, size_t *arg_count)
{
	bool seen[OPTIONS_MAX] = { false };
	struct tables tables;
	size_t i, n = 0;
	int c, code;

	fill(&tables, options, option_count);
	opterr = 0;
	optind = 0; /* from the start, whoever parsed before */
	while ((c = getopt_long(argc, argv, tables.shorts, tables.longs, NULL)) != -1) {
		if (c == HELP || c == 'h')
			return show_help(command);
		if (c == ':')
			return cli_misused(command, "%s needs a value.", argv[optind - 1]);
		i = c == '?' ? option_count : index_of(options, option_count, c);
		if (i == option_count && optopt != 0 && optopt < HELP)
			return cli_misused(command, "no such option: -%c.", optopt);
		if (i == option_count)
			return cli_misused(command, "no such option, or a value where none belongs: %s.", argv[optind - 1]);
		code = take(command, &options[i], &seen[i], optarg);
		if (code != -1)
			return code;
	}
	for (; optind < argc; optind++, n++) {
		if (n == arg_max)
			return cli_misused(command, "one argument too many: %s.", argv[optind]);
		args[n] = argv[optind];
	}
	if (n < arg_min)
		return cli_misused(command, "%s.", n == 0 ? "an argument is missing" : "one more argument is needed");
	if (arg_count != NULL)
		*arg_count = n;
	return spare_inputs(options, option_count, args, n);
}
