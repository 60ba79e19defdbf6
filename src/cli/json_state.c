/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* json_state.c: a letter's state as JSON */
#include "cli/json_state.h"

#include <stdlib.h>

#include "cli/cli.h"

void cli_json_number(struct und_json *j, const char *name, uint64_t v)
{
	und_json_name(j, name);
	und_json_number(j, v);
}

void cli_json_flag(struct und_json *j, const char *name, bool v)
{
	und_json_name(j, name);
	und_json_bool(j, v);
}

void cli_json_text(struct und_json *j, const char *name, struct und_bytes v)
{
	und_json_name(j, name);
	und_json_string(j, v);
}

void cli_json_day(struct und_json *j, const char *name, und_day v)
{
	und_json_name(j, name);
	und_json_day(j, v);
}

void cli_json_id(struct und_json *j, const char *name, const uint8_t id[UND_ID_SIZE])
{
	und_json_name(j, name);
	und_json_base64(j, und_bytes(id, UND_ID_SIZE));
}

void cli_json_ref(struct und_json *j, const char *name, const struct und_ref *ref)
{
	und_json_name(j, name);
	und_json_base64(j, und_bytes(ref->id, ref->set ? UND_ID_SIZE : 0));
}

void cli_json_rings(struct und_json *j, const struct und_state *s, bool names)
{
	und_json_open_list(j);
	for (size_t i = 0; i < s->ring_count; i++) {
		const struct und_state_ring *r = &s->rings[i];

		und_json_open_object(j);
		if (names)
			cli_json_number(j, "headcount", r->headcount);
		cli_json_text(j, "id", r->id);
		cli_json_number(j, "keys", r->keys);
		if (names)
			cli_json_text(j, "name", r->name);
		cli_json_id(j, "roster", r->roster);
		cli_json_number(j, "signers", r->signers);
		und_json_close_object(j);
	}
	und_json_close_list(j);
}

void cli_json_above_share(struct und_json *j, const struct und_state *s)
{
	und_json_open_list(j);
	for (size_t i = 0; i < s->ring_count; i++) {
		if (!s->rings[i].above_share)
			continue;
		und_json_open_object(j);
		cli_json_text(j, "ring", s->rings[i].id);
		cli_json_id(j, "roster", s->rings[i].roster);
		und_json_close_object(j);
	}
	und_json_close_list(j);
}

void cli_json_stances(struct und_json *j, const struct und_state *s)
{
	und_json_open_list(j);
	for (size_t i = 0; i < s->stance_count; i++) {
		const struct und_state_stance *t = &s->stances[i];

		und_json_open_object(j);
		cli_json_flag(j, "authenticated", t->authenticated);
		cli_json_text(j, "demand", t->demand);
		cli_json_text(j, "party", t->party);
		cli_json_text(j, "stance", und_cstr(und_stance_name(t->stance)));
		cli_json_id(j, "statement", t->statement);
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
		cli_json_number(j, list[i].id, list[i].votes);
	und_json_close_object(j);
}

static void add_choices(struct und_json *j, const struct und_question *q)
{
	und_json_name(j, "choices");
	und_json_open_list(j);
	for (size_t i = 0; i < q->choice_count; i++) {
		und_json_open_object(j);
		cli_json_text(j, "id", q->choices[i].id);
		cli_json_text(j, "text", q->choices[i].text);
		und_json_close_object(j);
	}
	und_json_close_list(j);
}

void cli_json_questions(struct und_json *j, const struct und_state *s, bool texts)
{
	und_json_open_list(j);
	for (size_t i = 0; i < s->question_count; i++) {
		const struct und_state_question *q = &s->questions[i];

		und_json_open_object(j);
		if (texts) {
			cli_json_ref(j, "about", &q->question->about);
			add_choices(j, q->question);
			cli_json_day(j, "closes", q->question->closes);
		}
		cli_json_id(j, "id", q->id);
		if (texts)
			cli_json_text(j, "language", q->question->language);
		add_tally(j, q);
		if (texts)
			cli_json_text(j, "text", q->question->text);
		und_json_close_object(j);
	}
	und_json_close_list(j);
}

int cli_json_print(struct und_buf *b, int code)
{
	und_buf_add_u8(b, '\n');
	if (b->err != UND_OK)
		code = cli_fail(CLI_TRIED, cli_advice(b->err), "%s.", und_err_text(b->err));
	else
		fwrite(b->p, 1, b->n, stdout);
	und_buf_clear(b);
	return code;
}
