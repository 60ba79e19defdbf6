/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cmd_question.c: the organisers ask the signers, say whether an answer will do */
#include "cli/commands.h"
#include "cli/post.h"
#include "cli/text.h"

struct asking {
	struct cli_post post; /* first, so that fill finds the rest */
	const char *about, *closes;
	const char *choices[UND_CHOICES_MAX];
	size_t choice_count;
};

static int take_choices(struct asking *a)
{
	struct und_question *q = &a->post.record.u.question;
	int code;

	if (a->choice_count < 2)
		return cli_misused(&cmd_question,
		                   "two choices at least are wanted: --choice ID=TEXT --choice ID=TEXT.");
	q->choices = und_arena_alloc(&a->post.record.arena, a->choice_count, sizeof *q->choices);
	if (q->choices == NULL)
		return cli_fail(CLI_TRIED, cli_advice(UND_ERR_MEMORY), "%s.", und_err_text(UND_ERR_MEMORY));
	for (; q->choice_count < a->choice_count; q->choice_count++) {
		const char *text = a->choices[q->choice_count], *equals = strchr(text, '=');
		struct und_bytes id = und_bytes(text, equals == NULL ? 0 : (size_t)(equals - text));

		if (!und_id_text_is_valid(id))
			return cli_misused(
				&cmd_question,
				"--choice %s: ID=TEXT is wanted, and an id is a-z, then up to 31 of a-z, 0-9 and -.",
				text);
		for (size_t i = 0; i < q->choice_count; i++)
			if (und_bytes_equal_var(q->choices[i].id, id))
				return cli_misused(&cmd_question, "--choice %.*s is given twice.", (int)id.n,
				                   (const char *)id.p);
		q->choices[q->choice_count].id = id;
		if ((code = cli_text_argument(&q->choices[q->choice_count].text, &a->post.record.arena, "--choice",
		                              equals + 1, 300, false)) != -1)
			return code;
	}
	return -1;
}

/* What stands above: the statement asked about, and the letter's last day. */
static int take_about(struct asking *a)
{
	struct und_question *q = &a->post.record.u.question;
	const struct und_kept *kept;
	size_t n = und_letter_kept(&kept, a->post.letter.l);
	int code;

	if (a->about == NULL)
		return -1;
	if ((code = cli_parse_id32(q->about.id, "--about", a->about)) != -1)
		return code;
	q->about.set = true;
	for (size_t i = 0; i < n; i++)
		if (kept[i].record->type == UND_TYPE_STATEMENT &&
		    memcmp(kept[i].record->id, q->about.id, UND_ID_SIZE) == 0)
			return -1;
	return cli_post_refuse(&a->post, UND_ERR_ABOUT_UNKNOWN, "about");
}

static int take_day(struct asking *a)
{
	struct und_question *q = &a->post.record.u.question;
	char ends[11];
	int code = cli_parse_day(&q->closes, "--closes", a->closes);

	if (code != -1)
		return code;
	und_date_encode(ends, a->post.letter.state.record->rules.ends);
	if (q->closes > a->post.letter.state.record->rules.ends)
		return cli_fail(CLI_FALSE, NULL, "--closes %s: the letter ends on %s; nobody can vote after that.",
		                a->closes, ends);
	if (q->closes < cli_today())
		return cli_fail(CLI_FALSE, NULL, "--closes %s: that day is past.", a->closes);
	return -1;
}

static int fill(struct cli_post *p)
{
	struct asking *a = (struct asking *)p;
	struct und_question *q = &p->record.u.question;
	int code;

	if ((code = take_about(a)) != -1 || (code = take_day(a)) != -1 || (code = cli_post_language(&q->language, p)) != -1 ||
	    (code = take_choices(a)) != -1)
		return code;
	return cli_post_text(&q->text, p, UND_QUESTION_TEXT_MAX);
}

static int run(int argc, char **argv)
{
	struct asking a = { .post = { .command = &cmd_question } };
	const struct cli_option options[] = {
		CLI_VALUE("about", 0, &a.about),
		CLI_VALUE("text", 0, &a.post.text),
		CLI_VALUE("text-file", 0, &a.post.text_file),
		CLI_LIST("choice", 0, a.choices, &a.choice_count, UND_CHOICES_MAX),
		CLI_VALUE("closes", 0, &a.closes),
		CLI_VALUE("language", 0, &a.post.language),
		CLI_POST_OPTIONS(a.post),
	};
	int code = cli_parse(&cmd_question, options, UND_COUNT_OF(options), argc, argv, &a.post.path, 1, 1, NULL);

	if (code != -1)
		return code;
	if (a.closes == NULL)
		return cli_missing(&cmd_question, "--closes DAY");
	return cli_post(&a.post, UND_TYPE_QUESTION, fill);
}

const struct cli_command cmd_question = {
	.name = "question",
	.run = run,
	.group = "Organise",
	.summary = "ask the signers, say whether an answer will do",
	.usage =
		"undersigned question NAME.letter --text TEXT | --text-file FILE --choice ID=TEXT --choice ID=TEXT … --closes DAY [--about ID] "
		"[--language TAG] [--authority FILE] [-o FILE] [--passphrase-file F] [--force] [--json]",
	.help = "Writes the question as a record, to FILE or standard output, and tells its id.\n"
		"It stands once the organisers have signed it at their quorum (`undersigned\n"
		"cosign`) and it is added (`undersigned add`); then signers vote (`undersigned\n"
		"vote`).\n"
		"\n"
		"  --text TEXT          the question\n"
		"  --text-file FILE     the question, in a file\n"
		"  --choice ID=TEXT     an answer to choose; 2 to 20 of them\n"
		"  --closes DAY         the last day to vote, like 2027-03-01\n"
		"  --about ID           the statement that it is about, 43 characters\n"
		"  --language TAG       of the question; else the letter's\n"
		"  --authority FILE     sign it at once with an organiser's key\n"
		"  -o FILE              write the record there instead of to standard output\n"
		"  --passphrase-file F  read the passphrase of that key from F (- and /dev/fd/N\n"
		"                       too). Else it is asked for\n"
		"  --force              replace the FILE of -o if it exists\n"
		"  --json               its id, and how many signatures it lacks, for programs\n",
};
