/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* demo_answers.c: what comes of the demo's letter: publication, delivery, who answers, what the signers say to that, who takes it back */
#include <stdlib.h>

#include "cli/commands.h"
#include "cli/demo_acts.h"

enum { ANSWERED = -40, SUPPORTED = -38, CLARIFIED = -36, VOTE_CLOSES = 7, ARGS_MAX = 28 };

static const struct demo_part id_only[] = { { "The ", NULL, 1 }, { NULL, NULL, 0 } };

/* ---- records of the organisers ---- */

/* The id that a command told. */
static void take_id(char out[44], struct und_bytes said)
{
	static const char before[] = "'s id: ";
	const uint8_t *at = memmem(said.p, said.n, before, sizeof before - 1);

	und_bug_if(at == NULL || (size_t)(said.p + said.n - at) < sizeof before - 1 + 43);
	memcpy(out, at + sizeof before - 1, 43);
	out[43] = '\0';
}

/* Runs a command that writes a record into file, signed with a key; shows these parts of what it tells (NULL: nothing), and takes the record's id (NULL: not asked for). */
static int make_record(struct demo *d, const struct cli_command *command, const char *const *args, const char *authority, const char *file, const struct demo_part *parts, char *id)
{
	const char *whole[ARGS_MAX + 6];
	struct demo_said said;
	size_t n = 0;
	int code;

	if (cli_interrupted())
		return CLI_INTERRUPTED;
	whole[n++] = DEMO_LETTER;
	for (; *args != NULL; args++) {
		und_bug_if(n > ARGS_MAX);
		whole[n++] = *args;
	}
	whole[n++] = "--authority";
	whole[n++] = authority;
	whole[n++] = "-o";
	whole[n++] = file;
	whole[n] = NULL;
	code = demo_do(&d->stage, &said, command, whole, NULL);
	if (code == -1 && parts != NULL)
		demo_tell(&d->stage, und_buf_bytes(&said.err), parts);
	if (code == -1 && id != NULL)
		take_id(id, und_buf_bytes(&said.err));
	demo_said_clear(&said);
	return code;
}

/* A record of the organisers into the letter: made with the first one's key, cosigned by the second, added. The reader sees the last two steps once. */
static int put(struct demo *d, const struct cli_command *command, const char *const *args, const char *file, const struct demo_part *parts, char *id)
{
	bool silent = d->stage.silent;
	int code = make_record(d, command, args, DEMO_ORGANISER_1, file, parts, id);

	d->stage.silent |= d->taught;
	if (code == -1)
		code = demo_do(&d->stage, NULL, &cmd_cosign, DEMO_ARGS(file, "--authority", DEMO_ORGANISER_2), NULL);
	if (code == -1)
		code = demo_add(d, file);
	d->stage.silent = silent;
	d->taught = true;
	return code;
}

/* The same, where the reader has seen the like. */
static int put_quietly(struct demo *d, const struct cli_command *command, const char *const *args, const char *file)
{
	bool silent = d->stage.silent;
	int code;

	d->stage.silent = true;
	code = put(d, command, args, file, NULL, NULL);
	d->stage.silent = silent;
	return code;
}

/* ---- publication, delivery ---- */

int demo_act_publish(struct demo *d)
{
	char day[11];
	int code;

	demo_phase(&d->stage, "publication and delivery");
	demo_chapter(&d->stage, "Publication and delivery");
	demo_day(day, d, DEMO_PUBLISHED);
	demo_say(&d->stage, "On the day of the embargo the newspaper prints the letter. Its file keeps where it appeared.");
	code = put(d, &cmd_publication, DEMO_ARGS("--outlet", "The Averane Courier", "--on", day, "--source", "https://courier.example/letter"), "publication", NULL, NULL);
	if (code != -1)
		return code;
	demo_say(&d->stage, "The same day it is handed to the First Minister, and to the First Minister's office. From here on days without an answer are counted. "
	                    "(These records are cosigned and added too, and all that the organisers write below.)");
	code = put(d, &cmd_delivery, DEMO_ARGS("--party", "minister", "--on", day), "delivery", NULL, NULL);
	if (code == -1)
		code = put_quietly(d, &cmd_delivery, DEMO_ARGS("--party", "office", "--on", day), "delivery-2");
	demo_print(&d->stage, "  … and for --party office likewise");
	demo_advance(&d->stage, demo_act_cost(&d->plan));
	return code;
}

/* ---- who answers ---- */

/* The First Minister's own key, which the organisers name in the letter. */
static int give_key(struct demo *d)
{
	struct demo_said said;
	struct und_buf key;
	int code = demo_do(&d->stage, &said, &cmd_authority_new, DEMO_ARGS("-o", DEMO_MINISTER, "--no-passphrase"), NULL);

	und_buf_init(&key, 1024);
	if (code == -1)
		code = demo_take_line(&key, &said);
	und_buf_add_u8(&key, 0);
	if (code == -1 && key.err != UND_OK)
		code = demo_out_of_memory();
	if (code == -1)
		code = put(d, &cmd_party, DEMO_ARGS("--id", "minister", "--key", (const char *)key.p, "--source", demo_minister.where), "party", NULL, NULL);
	demo_said_clear(&said);
	und_buf_clear(&key);
	return code;
}

int demo_act_answer(struct demo *d)
{
	char day[11], note[128];
	int code;

	demo_phase(&d->stage, "the First Minister answers");
	demo_chapter(&d->stage, "Answers");
	demo_say(&d->stage, "The First Minister wants to answer and makes a key. The organisers compare it by telephone and name it in the letter.");
	if ((code = give_key(d)) != -1)
		return code;
	demo_say(&d->stage, "A week after the delivery the First Minister answers: an offer on one demand, no to two, nothing on the others. The answer carries the First Minister's own signature, so it "
	                    "needs none of the organisers, and they cannot change a word of it.");
	demo_day(day, d, ANSWERED);
	snprintf(note, sizeof note, "publish=%s", demo_offer);
	code = make_record(d, &cmd_statement,
	                   DEMO_ARGS("--party", "minister", "--on", day, "--text", demo_answer, "--stance", "publish=counter", "--note", note, "--stance", "archive=rejects", "--stance",
	                             "return=rejects"),
	                   DEMO_MINISTER, "answer", id_only, d->answer);
	if (code == -1)
		code = demo_add(d, "answer");
	demo_advance(&d->stage, demo_act_cost(&d->plan));
	return code;
}

int demo_act_neighbour(struct demo *d)
{
	char day[11];
	int code;

	demo_phase(&d->stage, "a neighbour speaks");
	demo_say(&d->stage, "The President of Sarn, a neighbouring state, speaks too. The organisers name this party in the letter too, without a key, and record what it says: readers see that it is they who did.");
	code = put_quietly(d, &cmd_party, DEMO_ARGS("--id", "sarn", "--name", "The President of Sarn", "--source", "https://president.sarn.example/"), "party");
	demo_day(day, d, SUPPORTED);
	if (code == -1)
		code = put(d, &cmd_statement, DEMO_ARGS("--party", "sarn", "--on", day, "--text", demo_support, "--stance", "*=supports"), "support", id_only, d->support);
	if (code != -1)
		return code;
	demo_say(&d->stage, "Two days later the President clarifies. Both stay; for each demand the later one counts.");
	demo_day(day, d, CLARIFIED);
	code = put(d, &cmd_statement,
	           DEMO_ARGS("--party", "sarn", "--on", day, "--clarifies", d->support, "--text", demo_clarification, "--stance", "publish=supports", "--stance", "account=supports",
	                     "--stance", "return=none"),
	           "clarification", NULL, NULL);
	demo_say(&d->stage, "The First Minister's office says nothing, then or later.");
	demo_advance(&d->stage, demo_act_cost(&d->plan));
	return code;
}

/* ---- what the signers say ---- */

static int ask(struct demo *d)
{
	char closes[11], choices[DEMO_CHOICES][128], id[44];
	int code;

	demo_say(&d->stage, "Is the offer enough? That is for those who signed to say.");
	demo_day(closes, d, VOTE_CLOSES);
	for (size_t i = 0; i < DEMO_CHOICES; i++)
		snprintf(choices[i], sizeof choices[i], "%s=%s", demo_choices[i], demo_choice_texts[i]);
	code = put(d, &cmd_question, DEMO_ARGS("--about", d->answer, "--text", demo_question, "--choice", choices[0], "--choice", choices[1], "--closes", closes), "question", id_only, id);
	if (code == -1 && und_base64_decode(d->question, sizeof d->question, und_cstr(id)) != UND_OK)
		und_bug_if(true); /* as it was told */
	return code == -1 ? cli_letter_open(&d->asked, DEMO_LETTER, UND_LETTER_FILE, false, 0) : code;
}

/* The first whose signature is to stand, at a keyboard. */
static int first_voter(struct demo *d)
{
	static const struct demo_part parts[] = { { "", "Give the record", 0 }, { NULL, "…", 0 } };
	size_t voter = DEMO_WITHDRAW;
	char *key = demo_key_path(d, d->plan.list[voter].member), id[44];
	struct demo_said said;
	int code;

	if (key == NULL)
		return CLI_TRIED;
	und_base64_encode_secret(id, d->question); /* no secret: the shape of 32 bytes */
	code = demo_do(&d->stage, &said, &cmd_vote, DEMO_ARGS(DEMO_LETTER, "--question", id, "--choice", demo_choice_of(voter), "--key", key), ">>votes");
	if (code == -1)
		code = demo_take_line(&d->votes[voter], &said);
	if (code == -1)
		demo_tell(&d->stage, und_buf_bytes(&said.err), parts);
	demo_said_clear(&said);
	free(key);
	return code;
}

static int write_votes(const struct demo *d)
{
	struct und_buf lines;

	und_buf_init(&lines, SIZE_MAX / 2);
	for (size_t i = 0; i < d->plan.made; i++) {
		if (d->votes[i].n == 0)
			continue;
		und_buf_add_bytes(&lines, und_buf_bytes(&d->votes[i]));
		und_buf_add_u8(&lines, '\n');
	}
	return demo_write_buf("votes", &lines);
}

int demo_act_vote(struct demo *d)
{
	size_t votes = 0;
	char number[32];
	int code;

	demo_phase(&d->stage, "the signers vote");
	demo_chapter(&d->stage, "The signers' verdict");
	for (size_t i = 0; i < d->plan.made; i++)
		votes += demo_choice_of(i) != NULL;
	if ((code = ask(d)) != -1)
		return code;
	demo_say(&d->stage, "Signers vote as namelessly as they signed, each once. They are told first what a vote shows.");
	if ((code = first_voter(d)) != -1)
		return code;
	if (votes > 1)
		demo_print(&d->stage, "  … and %s %s likewise, each as they think", cli_number(number, votes - 1), votes == 2 ? "other" : "others");
	if ((code = demo_vote_all(d)) == -1 && (code = write_votes(d)) == -1)
		code = demo_add(d, "votes");
	demo_advance(&d->stage, demo_act_cost(&d->plan));
	return code;
}

/* ---- who takes it back ---- */

int demo_act_withdraw(struct demo *d)
{
	struct und_buf lines;
	bool silent = d->stage.silent;
	int code = -1;

	demo_phase(&d->stage, "some take it back");
	demo_say(&d->stage, "Three people take their signatures back. The file keeps that somebody did, and not who.");
	und_buf_init(&lines, 1 << 20);
	for (size_t i = 0; i < DEMO_WITHDRAW && code == -1; i++) {
		char *key = demo_key_path(d, d->plan.list[i].member);
		struct demo_said said;

		if (key == NULL)
			code = CLI_TRIED;
		d->stage.silent |= i > 0;
		if (code == -1) {
			code = demo_do(&d->stage, &said, &cmd_withdraw, DEMO_ARGS(DEMO_LETTER, "--key", key), ">>withdrawals");
			if (code == -1)
				code = demo_take_line(&lines, &said);
			und_buf_add_u8(&lines, '\n');
			demo_said_clear(&said);
		}
		free(key);
	}
	d->stage.silent = silent;
	demo_print(&d->stage, "  … and 2 others likewise");
	if (code == -1)
		code = demo_write_buf("withdrawals", &lines);
	else
		und_buf_clear(&lines);
	if (code == -1)
		code = demo_add(d, "withdrawals");
	demo_advance(&d->stage, demo_act_cost(&d->plan));
	return code;
}
