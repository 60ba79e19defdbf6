/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* demo_sealed.c: the demo's letter from its making to its opening: sealed, signed, shown to a newspaper under embargo */
#include <stdlib.h>

#include "cli/commands.h"
#include "cli/demo_acts.h"
#include "letter/seal.h"

int demo_act_letter(struct demo *d)
{
	int code;

	demo_phase(&d->stage, "the organisers make the letter");
	demo_chapter(&d->stage, "A sealed letter");
	demo_say(&d->stage, "The organisers write a letter with five demands (letter.ini, text.md), and seal it: the file hides its words. Whoever has the link reads and signs them; "
	                    "the link goes from hand to hand. What is to stand takes two of the three organisers.");
	code = demo_do(&d->stage, NULL, &cmd_letter_new,
	               DEMO_ARGS("letter.ini", "--roster", DEMO_ROSTER, "-o", DEMO_LETTER, "--authority", DEMO_ORGANISER_1, "--seal", "--link-out", DEMO_LINK), NULL);
	if (code == -1)
		code = demo_do(&d->stage, NULL, &cmd_cosign, DEMO_ARGS(DEMO_LETTER, "--authority", DEMO_ORGANISER_2), NULL);
	if (code == -1)
		code = cli_letter_open(&d->open, DEMO_LETTER, UND_LETTER_FILE, false, 0);
	if (code == -1)
		code = cli_letter_unseal(&d->open, DEMO_LINK);
	demo_advance(&d->stage, demo_act_cost(&d->plan));
	return code;
}

/* ---- signing ---- */

/* The first to come, at a keyboard. */
static int first_signer(struct demo *d)
{
	static const struct demo_part parts[] = {
		{ "", "  We ", 0 }, { "Demands", "Answers reach", 0 }, { "What your signature", "What it hides", 0 }, { "What it hides", "The other ring", 4 }, { NULL, "…", 0 },
	};
	size_t signer = demo_turn(&d->plan, 0), member = d->plan.list[signer].member;
	char *key = demo_key_path(d, member);
	struct demo_said said;
	int code;

	if (key == NULL)
		return CLI_TRIED;
	code = demo_do(&d->stage, &said, &cmd_sign, DEMO_ARGS(DEMO_LETTER, "--link-file", DEMO_LINK, "--key", key, "--ring", d->plan.members[member].body->id, "--yes"), ">>signatures");
	if (code == -1)
		code = demo_take_line(&d->records[signer], &said);
	if (code == -1)
		demo_tell(&d->stage, und_buf_bytes(&said.err), parts);
	demo_said_clear(&said);
	free(key);
	return code;
}

/* The signatures of count members, from the first-th to come, in one batch. */
static int add_signatures(struct demo *d, size_t first, size_t count)
{
	struct und_buf all;
	int code;

	if (count == 0)
		return -1;
	und_buf_init(&all, SIZE_MAX / 2);
	for (size_t i = first; i < first + count; i++) {
		und_buf_add_bytes(&all, und_buf_bytes(&d->records[demo_turn(&d->plan, i)]));
		und_buf_add_u8(&all, '\n');
	}
	code = demo_write_buf("signatures", &all);
	return code == -1 ? demo_add(d, "signatures") : code;
}

static int refuse_early(struct demo *d)
{
	static const struct demo_part all[] = { { "", NULL, 0 }, { NULL, NULL, 0 } };
	struct demo_said said;
	int code;

	demo_say(&d->stage, "An organiser tries to open it now. Those who signed rely on its thresholds, so that is refused:");
	code = demo_run(&d->stage, &said, &cmd_letter_open, DEMO_ARGS(DEMO_LETTER, "--link-file", DEMO_LINK, "--authority", DEMO_ORGANISER_1, "-o", "words"), NULL);
	if (code == CLI_OK)
		code = cli_fail(CLI_FALSE, "This is an error in undersigned: please report it.", "a sealed letter was opened before its thresholds were met.");
	else if (code == CLI_FALSE)
		demo_tell(&d->stage, und_buf_bytes(&said.err), all);
	else
		fwrite(said.err.p, 1, said.err.n, stderr);
	demo_said_clear(&said);
	if (code != CLI_FALSE)
		return code;
	demo_print(&d->stage, "(exit code 1)");
	return -1;
}

int demo_act_sign(struct demo *d)
{
	char number[32], others[32];
	size_t half = d->plan.signers / 2, rest = d->plan.made - half;
	int code;

	demo_phase(&d->stage, "members sign");
	demo_chapter(&d->stage, "The signatures");
	demo_say(&d->stage, "Members sign, most as one of their body, some without naming one (--ring '*'). Each reads the letter first, then what the signature shows and what it hides.");
	if ((code = first_signer(d)) != -1)
		return code;
	if (half > 1)
		demo_print(&d->stage, "  … and %s %s likewise", cli_number(others, half - 1), half == 2 ? "other" : "others");
	if ((code = demo_sign_all(d, 0, half)) != -1)
		return code;
	if (half > 0)
		demo_say(&d->stage, "The organisers add what has come in: checked, sorted, as one batch, so that nobody can be told by the day.");
	if ((code = add_signatures(d, 0, half)) != -1 || (code = refuse_early(d)) != -1)
		return code;
	demo_phase(&d->stage, "members sign");
	demo_say(&d->stage, "%s more sign, %zu of them without naming a body.", cli_number(number, rest), d->plan.in_all);
	if ((code = demo_sign_all(d, half, rest)) != -1)
		return code;
	demo_phase(&d->stage, "the signatures are added");
	code = add_signatures(d, half, rest);
	demo_advance(&d->stage, demo_act_cost(&d->plan));
	return code;
}

/* ---- the newspaper ---- */

int demo_act_press(struct demo *d)
{
	static const struct demo_part kit[] = { { "", "Without the page", 0 }, { NULL, NULL, 0 } };
	static const struct demo_part number[] = { { "", NULL, 2 }, { NULL, "…", 0 } };
	static const struct demo_part closed[] = { { "", NULL, 1 }, { NULL, NULL, 0 } };
	static const struct demo_part opened[] = { { "", NULL, 2 }, { NULL, "…", 0 } };
	char embargo[11];
	int code;

	demo_phase(&d->stage, "the newspaper checks the letter");
	demo_chapter(&d->stage, "A newspaper, under embargo");
	demo_day(embargo, d, DEMO_PUBLISHED);
	demo_say(&d->stage, "A newspaper, the Averane Courier, gets a press kit: the letter to print, its number in sentences to quote, a picture, the file. Every sheet carries the embargo.");
	if ((code = demo_show_parts(d, &cmd_press, DEMO_ARGS(DEMO_LETTER, "--link-file", DEMO_LINK, "-o", DEMO_PRESS, "--embargo", embargo), kit)) != -1)
		return code;
	demo_say(&d->stage, "The newspaper checks the file on its own machine. It is sealed: all but those with the link see the number alone. The link came by another way, and with it the words "
	                    "are seen to be those that were signed.");
	code = demo_show_parts(d, &cmd_verify, DEMO_ARGS(DEMO_PRESS "/" DEMO_LETTER), number);
	if (code == -1)
		code = demo_show_parts(d, &cmd_show, DEMO_ARGS(DEMO_PRESS "/" DEMO_LETTER), closed);
	if (code == -1)
		code = demo_show_parts(d, &cmd_show, DEMO_ARGS(DEMO_PRESS "/" DEMO_LETTER, "--link-file", DEMO_LINK), opened);
	demo_advance(&d->stage, demo_act_cost(&d->plan));
	return code;
}

/* ---- opened ---- */

int demo_act_open(struct demo *d)
{
	int code;

	demo_phase(&d->stage, "the letter is opened");
	demo_chapter(&d->stage, "The words come out");
	demo_say(&d->stage, "The thresholds are met. The organisers open the letter: its words enter the file, and are the very words that everybody signed, or they would be refused.");
	code = demo_do(&d->stage, NULL, &cmd_letter_open, DEMO_ARGS(DEMO_LETTER, "--link-file", DEMO_LINK, "--authority", DEMO_ORGANISER_1, "-o", "words"), NULL);
	if (code == -1)
		code = demo_do(&d->stage, NULL, &cmd_cosign, DEMO_ARGS("words", "--authority", DEMO_ORGANISER_2), NULL);
	if (code == -1)
		code = demo_add(d, "words");
	demo_advance(&d->stage, demo_act_cost(&d->plan));
	return code;
}
