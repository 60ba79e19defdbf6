/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* tally.c: a question to the signers and what they said to it */
#include "cli/tally.h"

#include "cli/ring_choice.h"

void cli_print_question(FILE *to, const struct und_state *s, const struct und_state_question *q, unsigned indent, unsigned width)
{
	uint64_t votes = 0;
	char day[11], number[32], signers[32], percent[16], id[44];

	for (size_t i = 0; i < q->question->choice_count; i++)
		votes += q->tally[i];
	und_date_encode(day, q->question->closes);
	cli_print_wrapped(to, q->question->text, indent + 2, width);
	for (size_t i = 0; i < q->question->choice_count; i++) {
		fprintf(to, "%*s%6s  %5s  ", (int)indent + 2, "", cli_number(number, q->tally[i]), cli_percent(percent, q->tally[i], votes));
		cli_print_text(to, q->question->choices[i].text);
		fputs(" (", to);
		cli_print_text(to, q->question->choices[i].id);
		fputs(")\n", to);
	}
	fprintf(to, "%*s%s of %s who signed have voted; %s %s\n", (int)indent + 2, "", cli_number(number, votes), cli_number(signers, s->signers),
	        cli_today() > q->question->closes ? "voting closed on" : "open until", day);
	und_base64_encode_secret(id, q->id); /* no secret: the shape of 32 bytes */
	fprintf(to, "%*sid %s\n", (int)indent + 2, "", id);
}
