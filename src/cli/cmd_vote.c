/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cmd_vote.c: a signer's vote on a question of the organisers */
#include "cli/act_io.h"
#include "cli/commands.h"
#include "cli/say.h"

struct voting {
	struct cli_act act;
	const char *question_text, *choice;
	uint8_t question[UND_ID_SIZE];
};

static const struct und_question *find_question(const struct voting *v)
{
	const struct und_state *s = &v->act.letter.state;

	for (size_t i = 0; i < s->question_count; i++)
		if (memcmp(s->questions[i].id, v->question, UND_ID_SIZE) == 0)
			return s->questions[i].question;
	return NULL;
}

static int refuse_choice(const struct voting *v, const struct und_question *q)
{
	cli_fail(CLI_FALSE, NULL, "%s: the question has no choice %s. It has:", v->act.path, v->choice);
	for (size_t i = 0; i < q->choice_count; i++) {
		fputs("  ", stderr);
		cli_print_text(stderr, q->choices[i].id);
		fputs(": ", stderr);
		cli_print_text(stderr, q->choices[i].text);
		fputc('\n', stderr);
	}
	return CLI_FALSE;
}

static const struct und_choice *find_choice(const struct voting *v, const struct und_question *q)
{
	for (size_t i = 0; i < q->choice_count; i++)
		if (und_bytes_is(q->choices[i].id, v->choice))
			return &q->choices[i];
	return NULL;
}

/* One vote a question: again the same one is no error, and nothing is written. */
static int already(const struct voting *v, const struct und_question *q, const struct und_choice *choice, bool *yes)
{
	int voted = und_letter_vote_of(v->act.letter.l, v->question, v->act.tag);

	*yes = voted >= 0;
	if (!*yes)
		return CLI_OK;
	if (&q->choices[voted] != choice)
		return cli_fail(CLI_FALSE, "A vote stands: the first one counts.",
		                "%s: you have voted on this question already, otherwise.", v->act.path);
	cli_note("Your vote stands in %s already. Nothing was made.", v->act.path);
	return CLI_OK;
}

static int vote(struct voting *v)
{
	struct cli_act *a = &v->act;
	const struct und_question *q;
	const struct und_choice *choice;
	struct und_buf line;
	enum und_err e;
	bool done;
	int code;

	if ((code = cli_act_begin(a)) != -1)
		return code;
	q = find_question(v);
	if (q == NULL)
		return cli_fail(CLI_FALSE, "`undersigned show` prints the questions with their ids.",
		                "%s: it holds no such question.", a->path);
	choice = find_choice(v, q);
	if (choice == NULL)
		return refuse_choice(v, q);
	if ((code = cli_act_in_time(a, q->closes, "vote on this question")) != -1 ||
	    (code = cli_act_in_time(a, a->letter.state.record->rules.ends, "vote")) != -1)
		return code;
	code = already(v, q, choice, &done);
	if (done)
		return code;
	cli_print_wrapped(stderr, q->text, 0, und_tty_width());
	cli_print_wrapped(stderr, choice->text, 2, und_tty_width());
	cli_say(0,
	        "Everybody will see that the same nameless signer, beside the same ring's name, voted so. A vote cannot be changed.");
	und_buf_init(&line, 1 << 16);
	e = und_act_vote(&line, a->letter.l, &a->member, v->question, choice->id, cli_random());
	code = e == UND_OK ? cli_act_write(a, und_buf_bytes(&line), "the record") : cli_act_fail(a, e);
	und_buf_clear(&line);
	return code;
}

static int run(int argc, char **argv)
{
	struct voting v = { 0 };
	const struct cli_option options[] = {
		CLI_VALUE("key", 0, &v.act.key_path), CLI_VALUE("question", 0, &v.question_text),
		CLI_VALUE("choice", 0, &v.choice),    CLI_VALUE("link-file", 0, &v.act.link_file),
		CLI_VALUE("output", 'o', &v.act.out), CLI_VALUE("passphrase-file", 0, &v.act.secret.passphrase_file),
		CLI_FLAG("force", 0, &v.act.force),
	};
	int code = cli_parse(&cmd_vote, options, UND_COUNT_OF(options), argc, argv, &v.act.path, 1, 1, NULL);

	if (code != -1)
		return code;
	if (v.act.key_path == NULL)
		return cli_missing(&cmd_vote, "--key FILE");
	if (v.question_text == NULL)
		return cli_missing(&cmd_vote, "--question ID");
	if (v.choice == NULL)
		return cli_missing(&cmd_vote, "--choice ID");
	if ((code = cli_parse_id32(v.question, "--question", v.question_text)) != -1)
		return code;
	if (v.act.out != NULL && (code = cli_refuse_existing(v.act.out, v.act.force)) != -1)
		return code;
	code = vote(&v);
	cli_act_end(&v.act);
	return code;
}

const struct cli_command cmd_vote = {
	.name = "vote",
	.run = run,
	.group = "Sign",
	.summary = "vote on a question, as a signer",
	.usage =
		"undersigned vote NAME.letter --question ID --choice ID --key FILE [--link-file FILE] [-o FILE] [--passphrase-file F] [--force]",
	.help = "Signers of a letter vote on what its organisers ask, such as whether an answer\n"
		"meets a demand. `undersigned show` prints the questions with their ids and\n"
		"choices. The vote is a record, written to FILE or standard output; it counts\n"
		"once it is added, and while the signature stands. It cannot be changed.\n"
		"\n"
		"Everybody sees that the same nameless signer, in the same ring, voted so.\n"
		"NAME.letter may also be a signing bundle.\n"
		"\n"
		"  --question ID        the question's id, 43 characters\n"
		"  --choice ID          one of its choices\n"
		"  --key FILE           the key that signed\n"
		"  --link-file FILE     the key of a sealed letter's link\n"
		"  -o FILE              write the record there instead of to standard output\n"
		"  --passphrase-file F  read the key's passphrase from F (- and /dev/fd/N too)\n"
		"  --force              replace the FILE of -o if it exists\n",
};
