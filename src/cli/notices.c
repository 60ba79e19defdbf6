/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* notices.c: what the organisers told afterwards */
#include "cli/notices.h"

const char *cli_notice_words(enum und_notice_kind kind)
{
	static const char *const words[] = {
		[UND_NOTICE_NOTE] = "A note of the organisers",
		[UND_NOTICE_CORRECTION] = "A correction of the organisers",
		[UND_NOTICE_DEADLINE] = "A new last day to sign",
		[UND_NOTICE_CLOSED] = "The organisers closed the letter",
		[UND_NOTICE_REPLACED] = "Replaced by another letter",
	};

	return words[kind];
}

void cli_print_warnings(FILE *to, const struct cli_letter *l)
{
	const struct und_kept *kept;
	size_t n = und_letter_kept(&kept, l->l);
	char day[11];

	for (size_t i = 0; i < n; i++) {
		const struct und_notice *notice = &kept[i].record->u.notice;

		if (kept[i].record->type != UND_TYPE_NOTICE || notice->kind == UND_NOTICE_NOTE || notice->kind == UND_NOTICE_DEADLINE)
			continue;
		und_date_encode(day, notice->on);
		fprintf(to, "\n%s, %s:\n", cli_notice_words(notice->kind), day);
		cli_print_wrapped(to, notice->text, 2, und_tty_width());
	}
}
