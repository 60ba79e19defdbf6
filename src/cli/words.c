/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* words.c: a letter's words on a terminal */
#include "cli/words.h"

#include "cli/cli.h"

static void print_demands(FILE *to, const struct und_words *words, unsigned width)
{
	if (words->demand_count == 0)
		return;
	fputs("\nDemands\n", to);
	for (size_t i = 0; i < words->demand_count; i++) {
		fputs("  ", to);
		cli_print_text(to, words->demands[i].id);
		fputs("\n", to);
		cli_print_wrapped(to, words->demands[i].text, 6, width);
	}
}

void cli_print_words(FILE *to, const struct und_words *words)
{
	unsigned width = und_tty_width();
	char day[11];

	cli_print_wrapped(to, words->title, 0, width);
	fputs("To ", to);
	for (size_t i = 0; i < words->addressee_count; i++) {
		if (i > 0)
			fputs(i + 1 == words->addressee_count ? " and " : ", ", to);
		cli_print_text(to, words->addressees[i].name);
	}
	if (words->dated != UND_DAY_NONE) {
		und_date_encode(day, words->dated);
		fprintf(to, ", %s", day);
	}
	fputs("\n\n", to);
	cli_print_wrapped(to, words->body, 2, width);
	print_demands(to, words, width);
	if (words->replaces.set) {
		char id[44];

		und_base64_encode_secret(id, words->replaces.id); /* no secret: the shape of 32 bytes */
		fprintf(to, "\nThis letter takes the place of an earlier one, %s\n", id);
	}
	if (words->contact.n > 0) {
		fputs("\nAnswers reach the organisers at ", to);
		cli_print_text(to, words->contact);
		fputc('\n', to);
	}
}
