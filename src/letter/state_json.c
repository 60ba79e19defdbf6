/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* state_json.c: a letter's state as JSON */
#include "letter/state_json.h"

#include <stdlib.h>

void und_member_number(struct und_json *j, const char *name, uint64_t v)
{
	und_json_name(j, name);
	und_json_number(j, v);
}

void und_member_flag(struct und_json *j, const char *name, bool v)
{
	und_json_name(j, name);
	und_json_bool(j, v);
}

void und_member_text(struct und_json *j, const char *name, struct und_bytes v)
{
	und_json_name(j, name);
	und_json_string(j, v);
}

void und_member_day(struct und_json *j, const char *name, und_day v)
{
	und_json_name(j, name);
	und_json_day(j, v);
}

void und_member_id(struct und_json *j, const char *name, const uint8_t id[UND_ID_SIZE])
{
	und_json_name(j, name);
	und_json_base64(j, und_bytes(id, UND_ID_SIZE));
}

void und_member_ref(struct und_json *j, const char *name, const struct und_ref *ref)
{
	und_json_name(j, name);
	und_json_base64(j, und_bytes(ref->id, ref->set ? UND_ID_SIZE : 0));
}

void und_state_put_rings(struct und_json *j, const struct und_state *s, bool names)
{
	und_json_open_list(j);
	for (size_t i = 0; i < s->ring_count; i++) {
		const struct und_state_ring *r = &s->rings[i];

		und_json_open_object(j);
		if (names)
			und_member_number(j, "headcount", r->headcount);
		und_member_text(j, "id", r->id);
		und_member_number(j, "keys", r->keys);
		if (names)
			und_member_text(j, "name", r->name);
		und_member_id(j, "roster", r->roster);
		und_member_number(j, "signers", r->signers);
		und_json_close_object(j);
	}
	und_json_close_list(j);
}

void und_state_put_above_share(struct und_json *j, const struct und_state *s)
{
	und_json_open_list(j);
	for (size_t i = 0; i < s->ring_count; i++) {
		if (!s->rings[i].above_share)
			continue;
		und_json_open_object(j);
		und_member_text(j, "ring", s->rings[i].id);
		und_member_id(j, "roster", s->rings[i].roster);
		und_json_close_object(j);
	}
	und_json_close_list(j);
}

void und_state_put_stances(struct und_json *j, const struct und_state *s)
{
	und_json_open_list(j);
	for (size_t i = 0; i < s->stance_count; i++) {
		const struct und_state_stance *t = &s->stances[i];

		und_json_open_object(j);
		und_member_flag(j, "authenticated", t->authenticated);
		und_member_text(j, "demand", t->demand);
		und_member_text(j, "party", t->party);
		und_member_text(j, "stance", und_cstr(und_stance_name(t->stance)));
		und_member_id(j, "statement", t->statement);
		und_json_close_object(j);
	}
	und_json_close_list(j);
}

/* The choices of one question, ascending by id, as the names of an object must be. */
struct tally {
	char id[UND_ID_TEXT_MAX + 1];
	uint64_t votes;
};

static int compare_tallies(const void *a, const void *b)
{
	return strcmp(((const struct tally *)a)->id, ((const struct tally *)b)->id);
}

static void add_tally(struct und_json *j, const struct und_state_question *q)
{
	struct tally list[UND_CHOICES_MAX] = { 0 };
	size_t n = q->question->choice_count;

	for (size_t i = 0; i < n; i++) {
		memcpy(list[i].id, q->question->choices[i].id.p, q->question->choices[i].id.n);
		list[i].votes = q->tally[i];
	}
	qsort(list, n, sizeof *list, compare_tallies);
	und_json_name(j, "tally");
	und_json_open_object(j);
	for (size_t i = 0; i < n; i++)
		und_member_number(j, list[i].id, list[i].votes);
	und_json_close_object(j);
}

static void add_choices(struct und_json *j, const struct und_question *q)
{
	und_json_name(j, "choices");
	und_json_open_list(j);
	for (size_t i = 0; i < q->choice_count; i++) {
		und_json_open_object(j);
		und_member_text(j, "id", q->choices[i].id);
		und_member_text(j, "text", q->choices[i].text);
		und_json_close_object(j);
	}
	und_json_close_list(j);
}

void und_state_put_questions(struct und_json *j, const struct und_state *s, bool texts)
{
	und_json_open_list(j);
	for (size_t i = 0; i < s->question_count; i++) {
		const struct und_state_question *q = &s->questions[i];

		und_json_open_object(j);
		if (texts) {
			und_member_ref(j, "about", &q->question->about);
			add_choices(j, q->question);
			und_member_day(j, "closes", q->question->closes);
		}
		und_member_id(j, "id", q->id);
		if (texts)
			und_member_text(j, "language", q->question->language);
		add_tally(j, q);
		if (texts)
			und_member_text(j, "text", q->question->text);
		und_json_close_object(j);
	}
	und_json_close_list(j);
}

static void add_future(struct und_json *j, const struct und_letter *l, und_day today)
{
	uint64_t line = 0;

	und_json_name(j, "dated_after_today");
	und_json_open_list(j);
	while ((line = und_letter_dated_after(l, today, line)) != 0)
		und_json_number(j, line);
	und_json_close_list(j);
}

void und_state_put(struct und_json *j, const struct und_letter *l, const struct und_state *s, und_day today)
{
	uint8_t pin[UND_ID_SIZE];

	und_json_open_object(j);
	und_json_name(j, "above_share");
	und_state_put_above_share(j, s);
	und_member_number(j, "bodies", s->bodies);
	und_member_day(j, "closes", s->closes);
	add_future(j, l, today);
	und_member_number(j, "headcount", s->headcount);
	und_member_number(j, "keys", s->keys);
	und_member_id(j, "letter", s->letter);
	und_member_number(j, "lines", s->lines);
	und_letter_pin(pin, l);
	und_member_id(j, "pin", pin);
	und_json_name(j, "questions");
	und_state_put_questions(j, s, false);
	und_json_name(j, "rings");
	und_state_put_rings(j, s, false);
	und_member_id(j, "roster", s->roster);
	und_member_flag(j, "sealed", s->sealed);
	und_member_number(j, "signers", s->signers);
	und_json_name(j, "stances");
	und_state_put_stances(j, s);
	und_member_number(j, "statements", s->statements);
	und_member_flag(j, "thresholds_met", s->thresholds_met);
	und_member_number(j, "undisclosed", s->undisclosed);
	und_member_flag(j, "valid", true);
	und_member_number(j, "withdrawn", s->withdrawn);
	und_json_close_object(j);
}
