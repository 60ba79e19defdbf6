/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* help.c: from arguments to a command of the table, and what --help teaches */
#include "cli/help.h"

static const char story[] =
	"undersigned: letters that people sign namelessly, and anyone can count\n"
	"\n"
	"Everything about a letter is one text file. It shows that 400 people from 40\n"
	"bodies signed, each once, and not who. How it goes:\n"
	"\n"
	"  1. Members make keys and hand in the public part, by routine, long before.\n"
	"       undersigned key new -o me.key --series staff\n"
	"       undersigned key enrol me.key --body harbour >me.enrolment\n"
	"  2. Registrars build the roll from these and sign it, one after the other.\n"
	"       undersigned roster new … -o staff.roster\n"
	"       undersigned cosign staff.roster --authority registrar.key\n"
	"  3. Organisers write the letter and sign it likewise; members sign namelessly.\n"
	"       undersigned letter new letter.ini --roster staff.roster -o our.letter …\n"
	"       undersigned sign our.letter --key me.key -o signature\n"
	"       undersigned add our.letter signature …\n"
	"  4. Anyone checks the file, offline.\n"
	"       undersigned verify our.letter\n";

static const char ending[] =
	"\n"
	"`undersigned COMMAND --help` explains one; `man undersigned` tells more, and\n"
	"`man undersigned-COMMAND` (words joined by -) all about one.\n"
	"Exit codes: 0 done or valid; 1 checked and found false, or refused; 2 could not\n"
	"try; 3 needs a newer undersigned; 130 interrupted.\n";

static int show_all(const struct cli_table *table)
{
	const char *group = "";
	int width = 0, n;

	for (size_t i = 0; i < table->count; i++) {
		n = (int)strlen(table->commands[i]->name);
		width = n > width ? n : width;
	}
	fputs(story, stdout);
	for (size_t i = 0; i < table->count; i++) {
		const struct cli_command *c = table->commands[i];

		if (strcmp(group, c->group) != 0)
			printf("\n%s\n", c->group);
		group = c->group;
		printf("  %-*s  %s\n", width, c->name, c->summary);
	}
	fputs(ending, stdout);
	return CLI_OK;
}

/* How many words of the command's name stand at the start of argv; 0 unless all of them. */
static int matching_words(const char *name, int argc, char **argv)
{
	int words = 0;

	while (words < argc) {
		size_t n = strlen(argv[words]);

		if (n == 0 || strncmp(name, argv[words], n) != 0 || (name[n] != ' ' && name[n] != '\0'))
			return 0;
		words++;
		if (name[n] == '\0')
			return words;
		name += n + 1;
	}
	return 0;
}

static const struct cli_command *find(const struct cli_table *table, int argc, char **argv, int *words)
{
	for (size_t i = 0; i < table->count; i++) {
		*words = matching_words(table->commands[i]->name, argc, argv);
		if (*words > 0)
			return table->commands[i];
	}
	return NULL;
}

/* Levenshtein's distance, of short strings; too long ones are far away. */
static unsigned distance(const char *a, const char *b)
{
	enum { MAX = 40 };
	unsigned row[MAX + 1], corner, above;
	size_t n = strlen(a), m = strlen(b);

	if (n > MAX || m > MAX)
		return MAX;
	for (size_t j = 0; j <= m; j++)
		row[j] = (unsigned)j;
	for (size_t i = 1; i <= n; i++) {
		corner = row[0];
		row[0] = (unsigned)i;
		for (size_t j = 1; j <= m; j++) {
			above = row[j];
			row[j] = corner + (a[i - 1] != b[j - 1]);
			if (above + 1 < row[j])
				row[j] = above + 1;
			if (row[j - 1] + 1 < row[j])
				row[j] = row[j - 1] + 1;
			corner = above;
		}
	}
	return row[m];
}

/* The name that was probably meant by one or two words, or NULL. */
static const struct cli_command *nearest(const struct cli_table *table, const char *typed)
{
	const struct cli_command *best = NULL;
	unsigned least = 4, d; /* further away is another word */

	for (size_t i = 0; i < table->count; i++) {
		d = distance(typed, table->commands[i]->name);
		if (d < least && d < strlen(typed)) {
			least = d;
			best = table->commands[i];
		}
	}
	return best;
}

/* "key" alone: which keys there are. */
static int tell_family(const struct cli_table *table, const char *word)
{
	size_t n = strlen(word);
	bool any = false;

	for (size_t i = 0; i < table->count; i++) {
		const struct cli_command *c = table->commands[i];

		if (n == 0 || strncmp(c->name, word, n) != 0 || c->name[n] != ' ')
			continue;
		if (!any)
			cli_fail(CLI_TRIED, NULL, "%s what? One of:", word);
		any = true;
		fprintf(stderr, "  %-15s %s\n", c->name, c->summary);
	}
	return any ? CLI_TRIED : -1;
}

static int tell_unknown(const struct cli_table *table, int argc, char **argv)
{
	bool two = argc > 1 && argv[1][0] != '-';
	const struct cli_command *guess;
	char typed[80], advice[120];
	int code;

	snprintf(typed, sizeof typed, two ? "%.30s %.30s" : "%.30s", argv[0], two ? argv[1] : "");
	guess = two ? nearest(table, typed) : NULL;
	if (guess == NULL) {
		code = tell_family(table, argv[0]);
		if (code != -1)
			return code;
		snprintf(typed, sizeof typed, "%.60s", argv[0]);
		guess = nearest(table, typed);
	}
	if (guess == NULL)
		return cli_fail(CLI_TRIED, "`undersigned --help` lists the commands.", "no such command: %s", typed);
	snprintf(advice, sizeof advice, "Did you mean `undersigned %s`?", guess->name);
	return cli_fail(CLI_TRIED, advice, "no such command: %s", typed);
}

static int run(const struct cli_command *c, int argc, char **argv, int words)
{
	char name[64];

	snprintf(name, sizeof name, "%s", c->name);
	argv[words - 1] = name;
	return c->run(argc - words + 1, argv + words - 1);
}

static int help(const struct cli_table *table, int argc, char **argv)
{
	char asking[] = "--help";
	const struct cli_command *c;
	char *args[2] = { NULL, asking };
	int words;

	if (argc == 0)
		return show_all(table);
	c = find(table, argc, argv, &words);
	if (c == NULL)
		return tell_unknown(table, argc, argv);
	return run(c, 2, args, 1);
}

int cli_dispatch(const struct cli_table *table, int argc, char **argv)
{
	const struct cli_command *c;
	int words;

	argc -= argc > 0;
	argv++;
	if (argc == 0 || strcmp(argv[0], "--help") == 0 || strcmp(argv[0], "-h") == 0)
		return show_all(table);
	if (strcmp(argv[0], "help") == 0)
		return help(table, argc - 1, argv + 1);
	if (strcmp(argv[0], "--version") == 0) {
		printf("undersigned %s\n", UND_VERSION);
		return CLI_OK;
	}
	c = find(table, argc, argv, &words);
	return c == NULL ? tell_unknown(table, argc, argv) : run(c, argc, argv, words);
}
