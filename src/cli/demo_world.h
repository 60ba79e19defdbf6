/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cli/demo_world.h: what the demo invents: a republic that does not exist, its public service, and a letter */
#ifndef UND_CLI_DEMO_WORLD_H
#define UND_CLI_DEMO_WORLD_H

#include "base/base.h"

struct demo_body {
	const char *id, *name;
	unsigned keys, headcount, weight; /* weight: how many of 381 sign in its own ring */
};
/* Ascending by keys. */
extern const struct demo_body demo_bodies[];

/* Who keeps the roll, and who writes the letter: the names of their keys' files, their own names, where their keys can be compared. */
struct demo_authority {
	const char *file, *name, *where;
};
extern const struct demo_authority demo_registrars[], demo_organisers[], demo_minister;

enum { DEMO_BODIES = 40, DEMO_REGISTRARS = 2, DEMO_ORGANISERS = 3, DEMO_CHOICES = 2 };

#define DEMO_SERVICE "The Public Service of the Republic of Averane"
#define DEMO_SERIES "staff"

/* LETTER.ini: the rest of [letter] behind its date, then [addressees] and [demands]; the text beside it. */
extern const char demo_words_ini[], demo_text[];

/* What comes of it. The First Minister answers, with an offer on one demand; the President of Sarn supports the letter and says two days later what that means. */
extern const char demo_answer[], demo_offer[], demo_support[], demo_clarification[];
/* What the signers are asked about the offer. */
extern const char demo_question[], *const demo_choices[DEMO_CHOICES], *const demo_choice_texts[DEMO_CHOICES];

#endif
