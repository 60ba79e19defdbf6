/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* translations.c: a letter's words in other languages, in the file or sealed with the words */
#include "cli/translations.h"

#include "cli/words.h"
#include "letter/seal.h"

const struct und_record *cli_translation_at(const struct cli_letter *l, size_t *i)
{
	const struct und_record *const *opened;
	const struct und_kept *kept;
	size_t n = und_letter_kept(&kept, l->l), m = und_letter_opened(&opened, l->l);

	for (; *i < n + m; ++*i) {
		const struct und_record *r = *i < n ? kept[*i].record : opened[*i - n];

		if (r->type == UND_TYPE_TRANSLATION && (*i < n || !und_letter_holds(l->l, r->id))) {
			++*i;
			return r;
		}
	}
	return NULL;
}

static bool is_later(const struct und_record *a, const struct und_record *b)
{
	if (a->u.translation.on != b->u.translation.on)
		return a->u.translation.on > b->u.translation.on;
	return memcmp(a->id, b->id, UND_ID_SIZE) > 0;
}

const struct und_record *cli_translation_find(const struct cli_letter *l, struct und_bytes language)
{
	const struct und_record *best = NULL, *r;
	size_t i = 0;

	while ((r = cli_translation_at(l, &i)) != NULL)
		if (und_language_equal(r->u.translation.language, language) && (best == NULL || is_later(r, best)))
			best = r;
	return best;
}

bool cli_print_languages(FILE *to, const struct cli_letter *l)
{
	const struct und_record *r;
	bool any = false;
	size_t i = 0;

	while ((r = cli_translation_at(l, &i)) != NULL) {
		if (cli_translation_find(l, r->u.translation.language) != r)
			continue; /* each language once */
		if (any)
			fputs(", ", to);
		cli_print_text(to, r->u.translation.language);
		any = true;
	}
	return any;
}

void cli_print_translation(FILE *to, const struct und_words *words, const struct und_translation *t)
{
	struct und_words translated = *words;
	char day[11];

	translated.title = t->title;
	translated.body = t->body;
	translated.demands = t->demands; /* the same, in the same order */
	cli_print_words(to, &translated);
	und_date_encode(day, t->on);
	fprintf(to, "\nA translation by the organisers, of %s. Those who signed saw the original, in ", day);
	cli_print_text(to, words->language);
	fputs(".\n", to);
}
