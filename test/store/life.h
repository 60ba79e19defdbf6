/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* life.h: a random life of a store whose disk may fail at any moment, and what must be true of it afterwards */
#ifndef UND_TEST_STORE_LIFE_H
#define UND_TEST_STORE_LIFE_H

#include <errno.h>

#include "fixture.h"

enum { LIFE_TAGS = 24, LIFE_CARDS = 24 };
enum life_place { LIFE_ABSENT = 1, LIFE_WAITS = 2, LIFE_STANDS = 4 };

/*
 * Where each signature may be: one place when the last call about it was acknowledged, several while one is under way or after it failed. Which of its versions a card's enrolment is, likewise: the first that was kept stays.
 * It may lie in memory that is shared with whoever looks after the process was killed.
 */
struct life {
	uint8_t tags[LIFE_TAGS];
	uint32_t cards[LIFE_CARDS]; /* bit 0: none */
	uint32_t versions[LIFE_CARDS], acknowledged_versions[LIFE_CARDS];
	bool made;                  /* letter and series were acknowledged */
	bool dropping;              /* the letter was dropped, and whether that took is not known: all of it is there as in before, or nothing */
	uint8_t before[LIFE_TAGS];
	unsigned long acknowledged, refused;
};

static const char *life_line(char out[64], uint32_t tag)
{
	snprintf(out, 64, "{\"tag\":%u,\"proof\":\"pppppppppppppppppppp\"}", tag);
	return out;
}

static void life_begin(struct life *l)
{
	*l = (struct life){ .made = false };
	memset(l->tags, LIFE_ABSENT, sizeof l->tags);
	for (size_t i = 0; i < LIFE_CARDS; i++)
		l->cards[i] = 1;
}

/* Counts it, and whether it was acknowledged. Only these errors may a failing disk give. */
static bool life_ends(struct life *l, enum und_err e)
{
	if (e == UND_OK) {
		l->acknowledged++;
		return true;
	}
	l->refused++;
	if (e != UND_ERR_IO && e != UND_ERR_STORE_FULL && e != UND_ERR_MEMORY)
		tap_fail("a failing disk gave %s", und_err_name(e));
	return false;
}

/* A letter of one line, of which nothing waits. */
static bool life_is_fresh(struct und_store *s)
{
	struct und_buf file;
	bool fresh = file_range(&file, s, letter_a, 0, UINT64_MAX) == UND_OK && und_bytes_is(und_buf_bytes(&file), "one\n") && waiting_of(s, letter_a) == 0;

	und_buf_clear(&file);
	return fresh;
}

static void life_drop(struct life *l, struct und_store *s)
{
	uint64_t generation = generation_of(s, letter_a);
	struct und_store_asked asked = { .on = 9000, .today = 9000 };

	if (generation == 0)
		return;
	tap_random_bytes(asked.nonce, sizeof asked.nonce);
	memcpy(l->before, l->tags, sizeof l->before);
	memset(l->tags, LIFE_ABSENT, sizeof l->tags);
	l->dropping = true;
	l->made = false;
	l->dropping = !life_ends(l, und_store_drop(s, letter_a, generation, &asked));
}

static void life_make(struct life *l, struct und_store *s)
{
	struct und_card cards[LIFE_CARDS];
	enum und_err e;

	e = create(s, "a", letter_a, "one\n");
	if (e != UND_ERR_LETTER_TAKEN && !life_ends(l, e))
		return;
	if (l->dropping && e == UND_ERR_LETTER_TAKEN && life_is_fresh(s))
		e = UND_OK; /* an earlier call made it, which did not come back */
	if (l->dropping && e == UND_ERR_LETTER_TAKEN)
		memcpy(l->tags, l->before, sizeof l->tags);
	l->dropping = false;
	if (!life_ends(l, und_store_series_put(s, und_cstr("harbour"), und_cstr(""))))
		return;
	for (uint32_t i = 0; i < LIFE_CARDS; i++)
		cards[i] = card_of(UND_CARD_ADD, i, "docks", 0, NULL);
	l->made = life_ends(l, enrol_cards(s, "harbour", cards, LIFE_CARDS));
}

static void life_sign(struct life *l, struct und_store *s, uint32_t tag)
{
	struct und_act a;
	char line[64];
	uint8_t was = l->tags[tag], is;

	a = act_of(UND_STORE_SIGNATURE, tag, life_line(line, tag));
	if ((was & LIFE_ABSENT) != 0)
		l->tags[tag] = was | LIFE_WAITS;
	if (!life_ends(l, submit_acts(s, letter_a, &a, 1)))
		return;
	is = a.stands ? LIFE_STANDS : LIFE_WAITS;
	if (a.outcome == UND_STORE_NEW ? (was & LIFE_ABSENT) == 0 : a.outcome != UND_STORE_SAME || (was & is) == 0)
		tap_fail("tag %u was in %u, submitting it gave %d, stands %d", tag, was, a.outcome, a.stands);
	l->tags[tag] = is;
}

static void life_withdraw(struct life *l, struct und_store *s, uint32_t tag)
{
	struct und_act a = act_of(UND_STORE_WITHDRAWAL, tag, "withdrawn");
	uint8_t was = l->tags[tag];

	if ((was & LIFE_WAITS) != 0)
		l->tags[tag] = was | LIFE_ABSENT;
	if (!life_ends(l, submit_acts(s, letter_a, &a, 1)))
		return;
	if (a.outcome == UND_STORE_REMOVED || a.outcome == UND_STORE_NOTHING) {
		if ((was & (LIFE_ABSENT | LIFE_WAITS)) == 0 || (a.outcome == UND_STORE_REMOVED && (was & LIFE_WAITS) == 0))
			tap_fail("tag %u was in %u, withdrawing it gave %d", tag, was, a.outcome);
		l->tags[tag] = LIFE_ABSENT;
	} else {
		l->tags[tag] = LIFE_STANDS; /* the withdrawal waits */
	}
}

static void life_release(struct life *l, struct und_store *s)
{
	struct und_waiting w = { .count = 0 };
	uint64_t generation = generation_of(s, letter_a);
	size_t n = 0;

	if (generation == 0 || !life_ends(l, und_store_waiting(&w, s, letter_a, NULL, UND_STORE_PAGE_MAX)))
		return;
	for (size_t i = 0; i < w.count; i++) {
		if (w.acts[i].kind == UND_STORE_SIGNATURE && tap_below(3) != 0)
			w.acts[n++] = w.acts[i];
	}
	for (size_t i = 0; i < n; i++)
		l->tags[w.acts[i].tag[3]] |= LIFE_STANDS;
	if (life_ends(l, und_store_release(s, letter_a, generation, w.acts, n, und_bytes(NULL, 0))))
		for (size_t i = 0; i < n; i++)
			l->tags[w.acts[i].tag[3]] = LIFE_STANDS;
	und_waiting_clear(&w);
}

static void life_enrol(struct life *l, struct und_store *s, uint32_t card)
{
	char line[64];
	struct und_card c;
	bool again = l->acknowledged_versions[card] != 0 && tap_below(2) == 0;
	uint32_t version = again ? l->acknowledged_versions[card] : l->versions[card] % 30 + 1, was = l->cards[card], bit = UINT32_C(1) << version;

	snprintf(line, sizeof line, "card %u version %02u", card, version);
	if (!again)
		l->versions[card] = version;
	c = card_of(UND_CARD_ENROL, card, NULL, 100 * version + card, line);
	l->cards[card] |= (was & 1) != 0 ? bit : 0;
	if (!life_ends(l, enrol_cards(s, "harbour", &c, 1)))
		return;
	if (c.outcome == UND_CARD_OTHER) {
		l->cards[card] = was & ~(bit | 1);
		if (l->cards[card] == 0)
			tap_fail("card %u refuses version %u, but was acknowledged to be in %#x", card, version, was);
		return;
	}
	if ((was & (c.outcome == UND_CARD_DONE ? 1 : bit)) == 0)
		tap_fail("card %u took version %u (%d), but was acknowledged to be in %#x", card, version, c.outcome, was);
	l->cards[card] = bit;
	l->acknowledged_versions[card] = version;
}

static void life_step(struct life *l, struct und_store *s)
{
	uint64_t dice = tap_below(21);

	if (!l->made)
		life_make(l, s);
	else if (dice < 9)
		life_sign(l, s, (uint32_t)tap_below(LIFE_TAGS));
	else if (dice < 12)
		life_withdraw(l, s, (uint32_t)tap_below(LIFE_TAGS));
	else if (dice < 15)
		life_release(l, s);
	else if (dice < 18)
		life_enrol(l, s, (uint32_t)tap_below(LIFE_CARDS));
	else if (dice == 20)
		life_drop(l, s);
	else
		(void)life_ends(l, und_store_tidy(s));
}

/* ---- afterwards ---- */

/* How often the line stands in the file. */
static unsigned life_count(struct und_bytes file, const char *line)
{
	size_t n = strlen(line);
	unsigned count = 0;

	for (size_t i = 0; i + n < file.n; i++)
		count += memcmp(file.p + i, line, n) == 0 && file.p[i + n] == '\n' && (i == 0 || file.p[i - 1] == '\n');
	return count;
}

static void life_check_tags(const struct life *l, struct und_bytes file, const struct und_waiting *w)
{
	unsigned lines = 0, stand = 0;
	char line[64];

	for (size_t i = 0; i < file.n; i++)
		lines += file.p[i] == '\n';
	for (uint32_t tag = 0; tag < LIFE_TAGS; tag++) {
		struct und_act a = act_of(UND_STORE_SIGNATURE, tag, life_line(line, tag));
		unsigned stands = life_count(file, line), waits = 0;

		for (size_t i = 0; i < w->count; i++)
			waits += und_act_compare_var(&a, &w->acts[i]) == 0 && und_bytes_equal_var(a.line, w->acts[i].line);
		stand += stands;
		if (stands + waits > 1)
			tap_fail("tag %u is there %u times in the file and waits %u times", tag, stands, waits);
		if ((l->tags[tag] & (stands > 0 ? LIFE_STANDS : waits > 0 ? LIFE_WAITS : LIFE_ABSENT)) == 0)
			tap_fail("tag %u: stands %u, waits %u, but was acknowledged to be in %u", tag, stands, waits, l->tags[tag]);
	}
	EQ(lines, stand + 1);
}

static void life_check_cards(const struct life *l, struct und_store *s)
{
	struct und_enrolled list = { .count = 0 };
	uint32_t found[LIFE_CARDS];

	for (size_t i = 0; i < LIFE_CARDS; i++)
		found[i] = 1;
	OK(und_store_enrolled(&list, s, und_cstr("harbour"), NULL, UND_STORE_PAGE_MAX));
	for (size_t i = 0; i < list.count; i++) {
		uint32_t card = list.cards[i].code[3], version = (uint32_t)(list.cards[i].line.p[list.cards[i].line.n - 2] - '0') * 10 + (uint32_t)(list.cards[i].line.p[list.cards[i].line.n - 1] - '0');

		if (card >= LIFE_CARDS || found[card] != 1)
			tap_fail("card %u is enrolled twice", card);
		else
			found[card] = UINT32_C(1) << version;
	}
	for (uint32_t i = 0; i < LIFE_CARDS; i++)
		if ((l->cards[i] & found[i]) == 0)
			tap_fail("card %u has versions %#x, acknowledged were %#x", i, found[i], l->cards[i]);
	und_enrolled_clear(&list);
}

/* All of the letter, or nothing; or it began anew. */
static void life_check_dropping(const struct life *l, struct und_store *s)
{
	struct und_waiting w = { .count = 0 };
	struct life was = *l;
	struct und_buf file;
	enum und_err e = file_range(&file, s, letter_a, 0, UINT64_MAX);

	if (e != UND_OK) {
		IS(UND_ERR_LETTER_UNKNOWN, e);
		EQ(waiting_of(s, letter_a), 0);
	} else if (!life_is_fresh(s)) {
		memcpy(was.tags, l->before, sizeof was.tags);
		OK(und_store_waiting(&w, s, letter_a, NULL, UND_STORE_PAGE_MAX));
		life_check_tags(&was, und_buf_bytes(&file), &w);
		und_waiting_clear(&w);
	}
	und_buf_clear(&file);
}

/* Nothing that was acknowledged is lost, nothing is there twice, the file is what the acts say. */
static void life_check(const struct life *l, struct und_store *s)
{
	struct und_waiting w = { .count = 0 };
	struct und_buf file;

	if (!l->made) {
		if (l->dropping)
			life_check_dropping(l, s);
		return;
	}
	OK(file_range(&file, s, letter_a, 0, UINT64_MAX));
	OK(und_store_waiting(&w, s, letter_a, NULL, UND_STORE_PAGE_MAX));
	life_check_tags(l, und_buf_bytes(&file), &w);
	life_check_cards(l, s);
	und_waiting_clear(&w);
	und_buf_clear(&file);
}

/* The files of the folder: letters.db and two shelves, with what SQLite keeps beside them, and nothing else. */
__attribute__((unused)) static void life_check_folder(void)
{
	struct dirent *entry;
	unsigned letters = 0, shelves = 0;
	DIR *d = opendir(fixture_folder);

	while (d != NULL && (entry = readdir(d)) != NULL) {
		size_t n = strlen(entry->d_name);

		letters += strcmp(entry->d_name, "letters.db") == 0;
		if (strncmp(entry->d_name, "letters.db", 10) != 0 && entry->d_name[0] != '.')
			shelves += n > 3 && strcmp(entry->d_name + n - 3, ".db") == 0;
	}
	if (d != NULL)
		closedir(d);
	EQ(letters, 1);
	EQ(shelves, 2);
}

#endif
