/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cmd_question.c: the organisers ask the signers, say whether an answer will do */
#include "cli/authority_io.h"
#include "cli/commands.h"
#include "cli/council.h"
#include "cli/lines.h"
#include "cli/say.h"
#include "cli/text.h"

struct asking {
	const char *path, *about, *text, *text_file, *closes, *language, *authority, *out;
	const char *choices[UND_CHOICES_MAX];
	size_t choice_count;
	bool force;
	struct cli_secret_options secret;
	struct cli_letter letter;
	struct cli_authority signer;
	struct und_record record;
};

static int take_choices(struct asking *a)
{
	struct und_question *q = &a->record.u.question;
	int code;

	if (a->choice_count < 2)
		return cli_misused(&cmd_question,
		                   "two choices at least are wanted: --choice ID=TEXT --choice ID=TEXT.");
	q->choices = und_arena_alloc(&a->record.arena, a->choice_count, sizeof *q->choices);
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
		if ((code = cli_text_argument(&q->choices[q->choice_count].text, &a->record.arena, "--choice",
		                              equals + 1, 300, false)) != -1)
			return code;
	}
	return -1;
}

/* What stands above: the statement asked about, and the letter's last day. */
static int take_about(struct asking *a)
{
	struct und_question *q = &a->record.u.question;
	const struct und_kept *kept;
	size_t n = und_letter_kept(&kept, a->letter.l);
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
	return cli_fail(CLI_FALSE, "`undersigned show` prints the statements with their ids.",
	                "%s: it holds no such statement.", a->path);
}

static int take_day(struct asking *a)
{
	struct und_question *q = &a->record.u.question;
	char ends[11];
	int code = cli_parse_day(&q->closes, "--closes", a->closes);

	if (code != -1)
		return code;
	und_date_encode(ends, a->letter.state.record->rules.ends);
	if (q->closes > a->letter.state.record->rules.ends)
		return cli_fail(CLI_FALSE, NULL, "--closes %s: the letter ends on %s; nobody can vote after that.",
		                a->closes, ends);
	if (q->closes < cli_today())
		return cli_fail(CLI_FALSE, NULL, "--closes %s: that day is past.", a->closes);
	return -1;
}

static int take_language(struct asking *a)
{
	struct und_question *q = &a->record.u.question;

	q->language = a->letter.state.words->language;
	if (a->language == NULL)
		return -1;
	q->language = und_cstr(a->language);
	return und_language_is_valid(q->language) ? -1
	                                          : cli_misused(&cmd_question, "--language %s: %s.", a->language,
	                                                        und_err_text(UND_ERR_LANGUAGE_FORM));
}

static int build(struct asking *a)
{
	struct und_question *q = &a->record.u.question;
	int code;

	a->record.type = UND_TYPE_QUESTION;
	memcpy(q->letter, a->letter.state.letter, UND_ID_SIZE);
	if ((code = take_about(a)) != -1 || (code = take_day(a)) != -1 || (code = take_language(a)) != -1 ||
	    (code = take_choices(a)) != -1)
		return code;
	return a->text != NULL ? cli_text_argument(&q->text, &a->record.arena, "--text", a->text, 2048, true)
	                       : cli_text_file(&q->text, &a->record.arena, a->text_file, 2048);
}

/* The record as any reader will see it; only the organisers' quorum may still lack. */
static enum und_err check_line(struct asking *a, struct und_bytes line, struct und_diag *diag)
{
	enum und_err e = und_letter_append(a->letter.l, line, diag);

	return e == UND_ERR_QUORUM_ORGANISERS ? UND_OK : e;
}

static int write_record(struct asking *a)
{
	struct und_diag diag = { 0 };
	struct und_bytes piece;
	struct und_buf line;
	char id[44];
	enum und_err e;
	int code;

	und_buf_init(&line, 1 << 17);
	e = und_record_set_id(&a->record);
	if (e == UND_OK)
		e = und_record_sign(&a->record, a->signer.seed);
	if (e == UND_OK)
		e = cli_add_line(&line, &a->record);
	if (e == UND_OK)
		e = check_line(a, und_bytes(line.p, line.n - 1), &diag);
	piece = und_buf_bytes(&line);
	code = e != UND_OK ? cli_fail_at("the question", e, &diag) : cli_write_file(a->out, a->force, &piece, 1, 0644);
	und_buf_clear(&line);
	if (code != -1)
		return code;
	und_base64_encode_secret(id, a->record.id); /* no secret: the shape of 32 bytes */
	cli_note("The question's id: %s", id);
	if (cli_print_lack(stderr, "It", &a->letter.state.record->organisers, &a->record))
		cli_say(0, "Pass it on: `undersigned cosign FILE --authority FILE`; then `undersigned add %s FILE`.",
		        a->path);
	return CLI_OK;
}

static int ask(struct asking *a)
{
	int code = cli_letter_open(&a->letter, a->path, UND_LETTER_FILE, false, 0);

	if (code != -1)
		return code;
	if (a->letter.state.sealed)
		return cli_fail(CLI_FALSE, "Open it first: `undersigned letter open`.",
		                "%s: its words are sealed; questions come after them.", a->path);
	if ((code = cli_authority_open(&a->signer, a->authority, &a->secret)) != -1)
		return code;
	if (cli_council_find(&a->letter.state.record->organisers, a->signer.key) ==
	    a->letter.state.record->organisers.count)
		return cli_fail(CLI_FALSE, "Only organisers ask questions.",
		                "%s is not the key of an organiser of this letter.", a->authority);
	if ((code = build(a)) != -1)
		return code;
	return write_record(a);
}

static int run(int argc, char **argv)
{
	struct asking a = { 0 };
	const struct cli_option options[] = {
		CLI_VALUE("about", 0, &a.about),
		CLI_VALUE("text", 0, &a.text),
		CLI_VALUE("text-file", 0, &a.text_file),
		CLI_LIST("choice", 0, a.choices, &a.choice_count, UND_CHOICES_MAX),
		CLI_VALUE("closes", 0, &a.closes),
		CLI_VALUE("language", 0, &a.language),
		CLI_VALUE("authority", 0, &a.authority),
		CLI_VALUE("passphrase-file", 0, &a.secret.passphrase_file),
		CLI_VALUE("output", 'o', &a.out),
		CLI_FLAG("force", 0, &a.force),
	};
	int code = cli_parse(&cmd_question, options, UND_COUNT_OF(options), argc, argv, &a.path, 1, 1, NULL);

	if (code != -1)
		return code;
	if ((a.text == NULL) == (a.text_file == NULL))
		return cli_misused(&cmd_question, "either --text TEXT or --text-file FILE is wanted.");
	if (a.closes == NULL)
		return cli_missing(&cmd_question, "--closes DAY");
	if (a.authority == NULL)
		return cli_missing(&cmd_question, "--authority FILE");
	if (a.out != NULL && (code = cli_refuse_existing(a.out, a.force)) != -1)
		return code;
	und_record_init(&a.record);
	code = ask(&a);
	und_record_clear(&a.record);
	cli_authority_wipe(&a.signer);
	cli_letter_close(&a.letter);
	return code;
}

const struct cli_command cmd_question = {
	.name = "question",
	.run = run,
	.group = "Organise",
	.summary = "ask the signers, say whether an answer will do",
	.usage =
		"undersigned question NAME.letter --text TEXT | --text-file FILE --choice ID=TEXT --choice ID=TEXT … --closes DAY --authority FILE [--about ID] "
		"[--language TAG] [-o FILE] [--passphrase-file F] [--force]",
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
		"  --authority FILE     an organiser's key\n"
		"  -o FILE              write the record there instead of to standard output\n"
		"  --passphrase-file F  read the passphrase of that key from F (- and /dev/fd/N\n"
		"                       too). Else it is asked for\n"
		"  --force              replace the FILE of -o if it exists\n",
};
