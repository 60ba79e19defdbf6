/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cmd_show.c: a letter as its reader sees it: text, demands, count, answers, votes */
#include "cli/commands.h"
#include "cli/confine.h"
#include "cli/council.h"
#include "cli/matrix.h"
#include "cli/notices.h"
#include "cli/report.h"
#include "cli/show_json.h"
#include "cli/tally.h"
#include "cli/timeline.h"
#include "cli/translations.h"
#include "cli/words.h"

struct showing {
	const char *path, *link_file, *language;
	bool json;
	struct cli_letter letter;
};

/* Quorums that still lack make a draft: shown, and named as one. */
static bool tell_draft(const struct cli_letter *l)
{
	const struct und_kept *kept;
	size_t n = und_letter_kept(&kept, l->l);
	bool lacks = false;

	for (size_t i = 0; i < n; i++) {
		const struct und_record *r = kept[i].record;

		if (r->type == UND_TYPE_LETTER)
			lacks |= cli_print_lack(stdout, "A draft: the letter", &l->state.record->organisers, r);
		else if (r->type == UND_TYPE_WORDS)
			lacks |= cli_print_lack(stdout, "A draft: the words record", &l->state.record->organisers, r);
		else if (r->type == UND_TYPE_SEALED)
			lacks |= cli_print_lack(stdout, "A draft: the sealed record", &l->state.record->organisers, r);
		else if (r->type == UND_TYPE_ROSTER)
			lacks |= cli_print_lack(stdout, "A draft: its roster", &l->state.record->registrars, r);
	}
	return lacks;
}

static void print_days(const struct cli_letter *l)
{
	const struct und_state *s = &l->state;
	char closes[11], ends[11];

	und_date_encode(closes, s->closes);
	und_date_encode(ends, s->record->rules.ends);
	if (cli_today() > s->record->rules.ends)
		printf("The letter ended on %s.\n", ends);
	else if (cli_today() > s->closes)
		printf("Signing closed on %s; the letter ends on %s.\n", closes, ends);
	else
		printf("Signing is open until %s; signatures can be taken back until %s.\n", closes, ends);
}

/* Those about a statement stand beside it. */
static void print_other_questions(const struct und_state *s)
{
	bool any = false;

	for (size_t i = 0; i < s->question_count; i++) {
		if (s->questions[i].question->about.set)
			continue;
		if (!any)
			puts("\nWhat the signers were asked");
		any = true;
		cli_print_question(stdout, s, &s->questions[i], 0, und_tty_width());
	}
}

static int print_answers(const struct cli_letter *l)
{
	struct cli_parties parties;
	int code = cli_parties_list(&parties, l);

	if (code == -1)
		code = cli_print_matrix(stdout, l, &parties, und_tty_width());
	if (code == -1)
		code = cli_print_timeline(stdout, l, &parties, und_tty_width());
	if (code == -1)
		print_other_questions(&l->state);
	cli_parties_clear(&parties);
	return code;
}

/* The words as they were signed, or in the language that was asked for. */
static int print_words(const struct cli_letter *l, const char *language)
{
	const struct und_words *words = l->state.words;
	const struct und_record *r;

	if (words == NULL) {
		puts("The words are sealed. Those who have the link read them with --link-file FILE.");
		return -1;
	}
	if (language == NULL || und_language_equal(und_cstr(language), words->language)) {
		cli_print_words(stdout, words);
		return -1;
	}
	r = cli_translation_find(l, und_cstr(language));
	if (r != NULL) {
		cli_print_translation(stdout, words, &r->u.translation);
		return -1;
	}
	cli_fail(CLI_FALSE, NULL, "%s: the organisers have not translated it into %s. There is:", l->path, language);
	fputs("  ", stderr);
	cli_print_text(stderr, words->language);
	fputs(" (the original)\n  ", stderr);
	if (cli_print_languages(stderr, l))
		fputc('\n', stderr);
	return CLI_FALSE;
}

static bool has_translation(const struct cli_letter *l)
{
	size_t i = 0;

	return cli_translation_at(l, &i) != NULL;
}

static void print_languages(const struct cli_letter *l)
{
	if (!has_translation(l))
		return;
	fputs("\nSigned in ", stdout);
	cli_print_text(stdout, l->state.words->language);
	fputs("; translated by the organisers into ", stdout);
	cli_print_languages(stdout, l);
	puts(": `undersigned show --language TAG`.");
}

static int print_page(const struct cli_letter *l, const char *language)
{
	const struct und_state *s = &l->state;
	bool draft = tell_draft(l);
	int code;

	if (draft)
		putchar('\n');
	if ((code = print_words(l, language)) != -1)
		return code;
	if (s->words != NULL && language == NULL)
		print_languages(l);
	cli_print_warnings(stdout, l);
	putchar('\n');
	cli_print_headline(stdout, s);
	cli_print_basis(stdout, l);
	print_days(l);
	if (s->signers > 0) {
		puts("\nWho signed, and what each is hidden among");
		cli_print_rings(stdout, s);
	}
	puts("\nWhat the letter asks for");
	cli_print_thresholds(stdout, s);
	if ((code = print_answers(l)) != -1)
		return code;
	puts("\nThis copy carries no time stamp: later withdrawals and answers may be missing.\n`undersigned verify` says what all this rests on.");
	return CLI_OK;
}

static int show(struct showing *v)
{
	const char *const files[] = { v->path, v->link_file };
	int code = cli_confine_reader(files, UND_COUNT_OF(files));

	if (code != -1 || (code = cli_letter_open(&v->letter, v->path, UND_LETTER_FILE, true, 0)) != -1)
		return code;
	if (v->link_file != NULL && (code = cli_letter_unseal(&v->letter, v->link_file)) != -1)
		return code;
	if (v->json)
		return cli_show_json(&v->letter);
	return print_page(&v->letter, v->language);
}

static int run(int argc, char **argv)
{
	struct showing v = { 0 };
	const struct cli_option options[] = {
		CLI_VALUE("link-file", 0, &v.link_file),
		CLI_VALUE("language", 0, &v.language),
		CLI_FLAG("json", 0, &v.json),
	};
	int code = cli_parse(&cmd_show, options, UND_COUNT_OF(options), argc, argv, &v.path, 1, 1, NULL);

	if (code != -1)
		return code;
	code = show(&v);
	cli_letter_close(&v.letter);
	return code;
}

const struct cli_command cmd_show = {
	.name = "show",
	.run = run,
	.group = "Check",
	.summary = "read a letter: text, demands, count, answers",
	.usage = "undersigned show NAME.letter [--link-file FILE] [--language TAG] [--json]",
	.help = "Prints the letter as its readers see it: its words, how many signed; who\n"
		"answered and who did not for how many days; where each party stands on each\n"
		"demand (a column headed by its id); what happened, day by day, with the ids of\n"
		"statements and questions. The file is checked first. Drafts that still lack\n"
		"signatures are shown too, and named as drafts.\n"
		"\n"
		"  --link-file FILE     the key of a sealed letter's link\n"
		"  --language TAG       the words in a translation of the organisers\n"
		"  --json               the same for programs, with all translations\n",
};
