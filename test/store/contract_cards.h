/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* contract_cards.h: the contract: series, cards, enrolments */
#ifndef UND_TEST_STORE_CONTRACT_CARDS_H
#define UND_TEST_STORE_CONTRACT_CARDS_H

/* ---- cards ---- */

TEST(series_have_notes)
{
	struct und_store *s = store_begin();
	struct und_store_reader *r = NULL;
	char id[UND_ID_TEXT_MAX + 1] = "";
	struct und_bytes note;

	OK(und_store_series_put(s, und_cstr("harbour"), und_cstr("one")));
	OK(und_store_series_put(s, und_cstr("airport"), und_bytes(NULL, 0)));
	OK(und_store_series_put(s, und_cstr("harbour"), und_cstr("two")));
	IS(UND_ERR_ID_FORM, und_store_series_put(s, und_cstr("Harbour"), und_cstr("")));
	IS(UND_ERR_ID_FORM, und_store_series_put(s, und_cstr(""), und_cstr("")));
	OK(und_store_reader_open(&r, s));
	OK(und_store_series(&note, r, und_cstr("harbour")));
	CHECK(und_bytes_is(note, "two"));
	OK(und_store_series(&note, r, und_cstr("airport")));
	EQ(note.n, 0);
	IS(UND_ERR_SERIES_UNKNOWN, und_store_series(&note, r, und_cstr("port")));
	OK(und_store_series_after(id, r, und_cstr(id)));
	STR(id, "airport");
	OK(und_store_series_after(id, r, und_cstr(id)));
	STR(id, "harbour");
	IS(UND_ERR_SERIES_UNKNOWN, und_store_series_after(id, r, und_cstr(id)));
	und_store_reader_close(r);
	store_end(s);
}

TEST(a_note_changes_only_from_what_it_was)
{
	const struct und_bytes none = und_cstr(""), one = und_cstr("one"), other = und_cstr("onf");
	struct und_store *s = store_begin();
	struct und_store_reader *r = NULL;
	struct und_bytes note;

	IS(UND_ERR_STORE_MOVED, und_store_series_change(s, und_cstr("harbour"), &none, one)); /* there is none, which is not an empty note */
	IS(UND_ERR_STORE_MOVED, und_store_series_change(s, und_cstr("harbour"), &one, one));
	OK(und_store_series_change(s, und_cstr("harbour"), NULL, none));
	IS(UND_ERR_STORE_MOVED, und_store_series_change(s, und_cstr("harbour"), NULL, one));
	IS(UND_ERR_STORE_MOVED, und_store_series_change(s, und_cstr("harbour"), &one, one));
	OK(und_store_series_change(s, und_cstr("harbour"), &none, one));
	IS(UND_ERR_STORE_MOVED, und_store_series_change(s, und_cstr("harbour"), &none, other));
	IS(UND_ERR_STORE_MOVED, und_store_series_change(s, und_cstr("harbour"), &other, other));
	IS(UND_ERR_STORE_MOVED, und_store_series_change(s, und_cstr("airport"), &one, other));
	OK(und_store_series_change(s, und_cstr("harbour"), &one, one)); /* to what it is */
	OK(und_store_reader_open(&r, s));
	OK(und_store_series(&note, r, und_cstr("harbour")));
	CHECK(und_bytes_is(note, "one"));
	IS(UND_ERR_SERIES_UNKNOWN, und_store_series(&note, r, und_cstr("airport")));
	und_store_reader_close(r);
	IS(UND_ERR_ID_FORM, und_store_series_change(s, und_cstr("Harbour"), NULL, none));
	IS(UND_ERR_LIMIT, und_store_series_change(s, und_cstr("harbour"), &one, und_bytes("", UND_STORE_NOTE_MAX + 1)));
	store_end(s);
}

#define CARD_IS(c, expected, expected_state, expected_body)                                                            \
	do {                                                                                                           \
		EQ((c).outcome, expected);                                                                             \
		EQ((c).state, expected_state);                                                                         \
		STR((c).body, expected_body);                                                                          \
	} while (0)

TEST(a_card_enrols_once_unless_it_is_void)
{
	struct und_card cards[] = { card_of(UND_CARD_ADD, 1, "docks", 0, NULL),       card_of(UND_CARD_ADD, 2, "tugs", 0, NULL),
		                    card_of(UND_CARD_ADD, 1, "docks", 0, NULL),       card_of(UND_CARD_ADD, 1, "tugs", 0, NULL),
		                    card_of(UND_CARD_ENROL, 1, NULL, 50, "first"),    card_of(UND_CARD_ENROL, 1, NULL, 50, "first"),
		                    card_of(UND_CARD_ENROL, 1, NULL, 50, "second"),   card_of(UND_CARD_ENROL, 1, NULL, 40, "third"),
		                    card_of(UND_CARD_ENROL, 3, NULL, 60, "who"),      card_of(UND_CARD_FIND, 2, NULL, 0, NULL),
		                    card_of(UND_CARD_REVOKE, 2, NULL, 0, NULL),       card_of(UND_CARD_REVOKE, 2, NULL, 0, NULL),
		                    card_of(UND_CARD_ENROL, 2, NULL, 70, "too late"), card_of(UND_CARD_FIND, 3, NULL, 0, NULL),
		                    card_of(UND_CARD_REVOKE, 3, NULL, 0, NULL),       card_of(UND_CARD_ADD, 2, "tugs", 0, NULL) };
	struct und_store *s = store_begin();
	struct und_enrolled list = { .count = 0 };
	uint64_t counts[3];

	IS(UND_ERR_SERIES_UNKNOWN, enrol_cards(s, "harbour", cards, 2));
	OK(und_store_series_put(s, und_cstr("harbour"), und_cstr("")));
	OK(enrol_cards(s, "harbour", cards, UND_COUNT_OF(cards)));
	CARD_IS(cards[0], UND_CARD_DONE, UND_CARD_UNUSED, "docks");
	CARD_IS(cards[2], UND_CARD_SAME, UND_CARD_UNUSED, "docks");
	CARD_IS(cards[3], UND_CARD_OTHER, UND_CARD_UNUSED, "docks");
	CARD_IS(cards[4], UND_CARD_DONE, UND_CARD_USED, "docks");
	CARD_IS(cards[5], UND_CARD_SAME, UND_CARD_USED, "docks");
	CARD_IS(cards[6], UND_CARD_OTHER, UND_CARD_USED, "docks"); /* the same key, another line */
	CARD_IS(cards[7], UND_CARD_OTHER, UND_CARD_USED, "docks");
	EQ(cards[8].outcome, UND_CARD_UNKNOWN);
	CARD_IS(cards[9], UND_CARD_DONE, UND_CARD_UNUSED, "tugs");
	CARD_IS(cards[10], UND_CARD_DONE, UND_CARD_VOID, "tugs");
	CARD_IS(cards[11], UND_CARD_SAME, UND_CARD_VOID, "tugs");
	CARD_IS(cards[12], UND_CARD_OTHER, UND_CARD_VOID, "tugs");
	EQ(cards[13].outcome, UND_CARD_UNKNOWN);
	EQ(cards[14].outcome, UND_CARD_UNKNOWN);
	CARD_IS(cards[15], UND_CARD_SAME, UND_CARD_VOID, "tugs");
	s = store_again(s);
	OK(und_store_card_count(counts, s, und_cstr("harbour")));
	EQ(counts[UND_CARD_UNUSED], 0);
	EQ(counts[UND_CARD_USED], 1);
	EQ(counts[UND_CARD_VOID], 1);
	OK(und_store_enrolled(&list, s, und_cstr("harbour"), NULL, 1000));
	EQ(list.count, 1);
	CHECK(list.count == 1 && und_bytes_is(list.cards[0].line, "first") && strcmp(list.cards[0].body, "docks") == 0);
	und_enrolled_clear(&list);
	cards[10] = card_of(UND_CARD_REVOKE, 1, NULL, 0, NULL);
	OK(enrol_cards(s, "harbour", &cards[10], 1));
	OK(und_store_enrolled(&list, s, und_cstr("harbour"), NULL, 1000));
	EQ(list.count, 0);
	und_enrolled_clear(&list);
	store_end(s);
}

TEST(a_card_that_was_used_elsewhere_enrols_nobody)
{
	struct und_card cards[] = { card_of(UND_CARD_ADD, 1, "docks", 0, NULL),    card_of(UND_CARD_USE, 1, NULL, 0, NULL),         card_of(UND_CARD_USE, 1, NULL, 0, NULL),
		                    card_of(UND_CARD_ENROL, 1, NULL, 50, "late"),  card_of(UND_CARD_ADD, 1, "docks", 0, NULL),      card_of(UND_CARD_ADD, 2, "docks", 0, NULL),
		                    card_of(UND_CARD_ENROL, 2, NULL, 60, "first"), card_of(UND_CARD_USE, 2, NULL, 0, NULL),         card_of(UND_CARD_ENROL, 2, NULL, 60, "first"),
		                    card_of(UND_CARD_USE, 3, NULL, 0, NULL),       card_of(UND_CARD_REVOKE, 1, NULL, 0, NULL),      card_of(UND_CARD_USE, 1, NULL, 0, NULL) };
	struct und_store *s = store_begin();
	struct und_enrolled list = { .count = 0 };
	uint64_t counts[3];

	OK(und_store_series_put(s, und_cstr("harbour"), und_cstr("")));
	OK(enrol_cards(s, "harbour", cards, 10));
	CARD_IS(cards[1], UND_CARD_DONE, UND_CARD_USED, "docks");
	CARD_IS(cards[2], UND_CARD_SAME, UND_CARD_USED, "docks");
	CARD_IS(cards[3], UND_CARD_OTHER, UND_CARD_USED, "docks");
	CARD_IS(cards[4], UND_CARD_SAME, UND_CARD_USED, "docks");
	CARD_IS(cards[7], UND_CARD_SAME, UND_CARD_USED, "docks");
	CARD_IS(cards[8], UND_CARD_SAME, UND_CARD_USED, "docks"); /* its enrolment is as it was */
	EQ(cards[9].outcome, UND_CARD_UNKNOWN);
	s = store_again(s);
	OK(und_store_card_count(counts, s, und_cstr("harbour")));
	EQ(counts[UND_CARD_USED], 2);
	OK(und_store_enrolled(&list, s, und_cstr("harbour"), NULL, 1000));
	EQ(list.count, 1);
	CHECK(list.count == 1 && und_bytes_is(list.cards[0].line, "first"));
	und_enrolled_clear(&list);
	OK(enrol_cards(s, "harbour", cards + 10, 2));
	CARD_IS(cards[10], UND_CARD_DONE, UND_CARD_VOID, "docks");
	CARD_IS(cards[11], UND_CARD_SAME, UND_CARD_VOID, "docks");
	store_end(s);
}

TEST(a_batch_of_cards_is_kept_whole_or_not_at_all)
{
	struct und_card cards[] = { card_of(UND_CARD_ADD, 1, "docks", 0, NULL), card_of(UND_CARD_ADD, 2, "No Body", 0, NULL) };
	struct und_store *s = store_begin();
	uint64_t counts[3];

	OK(und_store_series_put(s, und_cstr("harbour"), und_cstr("")));
	IS(UND_ERR_ID_FORM, enrol_cards(s, "harbour", cards, 2));
	cards[1] = card_of(UND_CARD_ENROL, 1, NULL, 9, "");
	IS(UND_ERR_LIMIT, enrol_cards(s, "harbour", cards, 2));
	OK(und_store_card_count(counts, s, und_cstr("harbour")));
	EQ(counts[UND_CARD_UNUSED], 0);
	OK(enrol_cards(s, "harbour", cards, 1));
	OK(und_store_card_count(counts, s, und_cstr("harbour")));
	EQ(counts[UND_CARD_UNUSED], 1);
	OK(und_store_card_count(counts, s, und_cstr("airport")));
	EQ(counts[UND_CARD_UNUSED], 0);
	store_end(s);
}

TEST(enrolments_are_listed_by_key_in_parts)
{
	enum { N = 200 };
	static struct und_card cards[2 * N];
	struct und_card *after = NULL, last;
	struct und_store *s = store_begin();
	struct und_enrolled list = { .count = 0 };
	size_t at = 0;

	OK(und_store_series_put(s, und_cstr("harbour"), und_cstr("")));
	OK(und_store_series_put(s, und_cstr("airport"), und_cstr("")));
	for (uint32_t i = 0; i < N; i++) {
		cards[2 * i] = card_of(UND_CARD_ADD, i, "docks", 0, NULL);
		cards[2 * i + 1] = card_of(UND_CARD_ENROL, i, NULL, i * 7919 % N, "a line of some length");
	}
	OK(enrol_cards(s, "harbour", cards, 2 * N));
	OK(enrol_cards(s, "airport", cards, 2));
	do {
		OK(und_store_enrolled(&list, s, und_cstr("harbour"), after, 1000));
		CHECK(list.count > 0 && list.count < 60);
		for (size_t i = 0; i < list.count; i++, at++) {
			struct und_card expected = card_of(UND_CARD_FIND, 0, NULL, (uint32_t)at, NULL);

			MEM(list.cards[i].key, expected.key, 32);
			EQ(list.cards[i].state, UND_CARD_USED);
			last = list.cards[i];
		}
		after = &last;
		und_enrolled_clear(&list);
	} while (at < N && tap_failures == 0);
	OK(und_store_enrolled(&list, s, und_cstr("harbour"), after, 1000));
	EQ(list.count, 0);
	und_enrolled_clear(&list);
	store_end(s);
}

#endif
