/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* said.c: what a copy says: the state of the letter and its kept records, one small struct after the other */
#include "api/api.h"
#include "letter/seal.h"
#include "letter/state_json.h"

/* Each getter ends so: the struct, as it is in this version, to a caller whose own may have another size. */
#define FILL(out, size, full) und_api_fill((out), (size), &(full), sizeof(full), sizeof(full))

static const uint8_t *ref(const struct und_ref *r)
{
	return r->set ? r->id : NULL;
}

/* ---- numbers and ids ---- */

enum und_err und_copy_get_counts(struct und_copy_counts *out, size_t size, const struct und_copy *copy)
{
	const struct und_state *s;
	struct und_copy_counts c;

	if (!und_copy_is_ready(copy))
		return UND_ERR_MISUSE;
	s = &copy->state;
	memset(&c, 0, sizeof c); /* what stands between the members is given out too */
	c.lines = s->lines;
	c.signers = s->signers;
	c.bodies = s->bodies;
	c.undisclosed = s->undisclosed;
	c.withdrawn = s->withdrawn;
	c.keys = s->keys;
	c.headcount = s->headcount;
	c.statements = s->statements;
	c.closes = c.ends = UND_NO_DAY;
	c.sealed = s->sealed;
	c.opened = s->opened;
	c.was_sealed = und_letter_was_sealed(copy->l);
	c.thresholds_met = s->thresholds_met;
	if (s->record != NULL) {
		c.threshold_signers = s->record->rules.signers;
		c.threshold_bodies = s->record->rules.bodies;
		c.min_ring = s->record->rules.min_ring;
		c.release = s->record->rules.release;
		c.closes = s->closes;
		c.ends = s->record->rules.ends;
	}
	return FILL(out, size, c);
}

const uint8_t *und_copy_letter_id(const struct und_copy *copy)
{
	return und_copy_is_ready(copy) ? copy->state.letter : NULL;
}

const uint8_t *und_copy_roster_id(const struct und_copy *copy)
{
	return und_copy_is_ready(copy) ? copy->state.roster : NULL;
}

const uint8_t *und_copy_pin(const struct und_copy *copy)
{
	return und_copy_letter_id(copy) != NULL ? copy->pin : NULL;
}

enum und_err und_copy_check_pin(const struct und_copy *copy, const uint8_t pin[UND_ID_SIZE])
{
	if (!und_copy_is_ready(copy) || pin == NULL)
		return UND_ERR_MISUSE;
	if (copy->state.letter == NULL)
		return UND_ERR_NO_LETTER;
	return memcmp(copy->pin, pin, UND_ID_SIZE) == 0 ? UND_OK : UND_ERR_PIN;
}

/* ---- rings and vouchers ---- */

size_t und_copy_ring_count(const struct und_copy *copy)
{
	return und_copy_is_ready(copy) ? copy->state.ring_count : 0;
}

enum und_err und_copy_get_ring(struct und_copy_ring *out, size_t size, const struct und_copy *copy, size_t i)
{
	const struct und_state_ring *r;
	struct und_copy_ring ring;

	if (i >= und_copy_ring_count(copy))
		return UND_ERR_MISUSE;
	r = &copy->state.rings[i];
	memset(&ring, 0, sizeof ring);
	ring.roster = r->roster;
	ring.id = r->id;
	ring.name = r->name;
	ring.headcount = r->headcount;
	ring.keys = r->keys;
	ring.made = r->made;
	ring.signers = r->signers;
	ring.above_share = r->above_share;
	return FILL(out, size, ring);
}

size_t und_copy_voucher_count(const struct und_copy *copy)
{
	return und_copy_is_ready(copy) ? copy->state.voucher_count : 0;
}

enum und_err und_copy_get_voucher(struct und_copy_voucher *out, size_t size, const struct und_copy *copy, size_t i)
{
	const struct und_state_voucher *v;
	struct und_copy_voucher voucher;

	if (i >= und_copy_voucher_count(copy))
		return UND_ERR_MISUSE;
	v = &copy->state.vouchers[i];
	memset(&voucher, 0, sizeof voucher);
	voucher.key = v->member->key;
	voucher.name = v->member->name;
	voucher.where = v->member->where;
	voucher.registrar = v->registrar;
	voucher.organiser = v->organiser;
	return FILL(out, size, voucher);
}

/* ---- words ---- */

static const struct und_words *words_of(const struct und_copy *copy)
{
	return und_copy_is_ready(copy) ? copy->state.words : NULL;
}

enum und_err und_copy_get_words(struct und_copy_words *out, size_t size, const struct und_copy *copy)
{
	const struct und_words *w = words_of(copy);
	struct und_copy_words words;

	if (!und_copy_is_ready(copy))
		return UND_ERR_MISUSE;
	if (w == NULL)
		return copy->state.letter == NULL ? UND_ERR_NO_LETTER : UND_ERR_SEALED;
	memset(&words, 0, sizeof words);
	words.title = w->title;
	words.body = w->body;
	words.language = w->language;
	words.contact = w->contact;
	words.dated = w->dated;
	words.replaces = ref(&w->replaces);
	return FILL(out, size, words);
}

size_t und_copy_demand_count(const struct und_copy *copy)
{
	const struct und_words *w = words_of(copy);

	return w == NULL ? 0 : w->demand_count;
}

enum und_err und_copy_get_demand(struct und_copy_demand *out, size_t size, const struct und_copy *copy, size_t i)
{
	struct und_copy_demand demand;

	if (i >= und_copy_demand_count(copy))
		return UND_ERR_MISUSE;
	memset(&demand, 0, sizeof demand);
	demand.id = words_of(copy)->demands[i].id;
	demand.text = words_of(copy)->demands[i].text;
	return FILL(out, size, demand);
}

size_t und_copy_addressee_count(const struct und_copy *copy)
{
	const struct und_words *w = words_of(copy);

	return w == NULL ? 0 : w->addressee_count;
}

enum und_err und_copy_get_addressee(struct und_copy_addressee *out, size_t size, const struct und_copy *copy, size_t i)
{
	struct und_copy_addressee addressee;

	if (i >= und_copy_addressee_count(copy))
		return UND_ERR_MISUSE;
	memset(&addressee, 0, sizeof addressee);
	addressee.id = words_of(copy)->addressees[i].id;
	addressee.name = words_of(copy)->addressees[i].name;
	addressee.delivered = UND_NO_DAY;
	for (size_t k = 0; k < copy->state.wait_count; k++)
		if (und_bytes_equal_var(copy->state.waits[k].party, addressee.id)) {
			addressee.delivered = copy->state.waits[k].delivered;
			addressee.answered = copy->state.waits[k].answered;
		}
	return FILL(out, size, addressee);
}

/* ---- answers ---- */

size_t und_copy_stance_count(const struct und_copy *copy)
{
	return und_copy_is_ready(copy) ? copy->state.stance_count : 0;
}

enum und_err und_copy_get_stance(struct und_copy_stance *out, size_t size, const struct und_copy *copy, size_t i)
{
	const struct und_state_stance *s;
	struct und_copy_stance stance;

	if (i >= und_copy_stance_count(copy))
		return UND_ERR_MISUSE;
	s = &copy->state.stances[i];
	memset(&stance, 0, sizeof stance);
	stance.party = s->party;
	stance.demand = s->demand;
	stance.stance = und_stance_name(s->stance);
	stance.statement = s->statement;
	stance.authenticated = s->authenticated;
	return FILL(out, size, stance);
}

size_t und_copy_statement_count(const struct und_copy *copy)
{
	return und_copy_is_ready(copy) ? copy->state.statements : 0;
}

enum und_err und_copy_get_statement(struct und_copy_statement *out, size_t size, const struct und_copy *copy, size_t i)
{
	struct und_copy_statement statement;
	const struct und_kept *kept;
	const struct und_statement *s;

	if (i >= und_copy_statement_count(copy))
		return UND_ERR_MISUSE;
	(void)und_letter_kept(&kept, copy->l);
	kept += copy->statements[i];
	s = &kept->record->u.statement;
	memset(&statement, 0, sizeof statement);
	statement.id = kept->record->id;
	statement.line = kept->line;
	statement.party = s->party;
	statement.language = s->language;
	statement.text = s->text;
	statement.source = s->source.url;
	statement.clarifies = ref(&s->clarifies);
	statement.on = s->on;
	statement.authenticated = kept->authenticated;
	return FILL(out, size, statement);
}

/* ---- questions ---- */

size_t und_copy_question_count(const struct und_copy *copy)
{
	return und_copy_is_ready(copy) ? copy->state.question_count : 0;
}

enum und_err und_copy_get_question(struct und_copy_question *out, size_t size, const struct und_copy *copy, size_t i)
{
	struct und_copy_question question;
	const struct und_question *q;

	if (i >= und_copy_question_count(copy))
		return UND_ERR_MISUSE;
	q = copy->state.questions[i].question;
	memset(&question, 0, sizeof question);
	question.id = copy->state.questions[i].id;
	question.about = ref(&q->about);
	question.language = q->language;
	question.text = q->text;
	question.closes = q->closes;
	question.choices = q->choice_count;
	return FILL(out, size, question);
}

enum und_err und_copy_get_choice(struct und_copy_choice *out, size_t size, const struct und_copy *copy, size_t question, size_t choice)
{
	const struct und_state_question *q;
	struct und_copy_choice c;

	if (question >= und_copy_question_count(copy) || choice >= copy->state.questions[question].question->choice_count)
		return UND_ERR_MISUSE;
	q = &copy->state.questions[question];
	memset(&c, 0, sizeof c);
	c.id = q->question->choices[choice].id;
	c.text = q->question->choices[choice].text;
	c.votes = q->tally[choice];
	return FILL(out, size, c);
}

/* ---- lines ---- */

/* The kept records, then those that were opened; NULL beyond them. */
static const struct und_record *record_at(uint64_t *line, const struct und_copy *copy, size_t i)
{
	const struct und_record *const *opened;
	const struct und_kept *kept;
	size_t n;

	if (!und_copy_is_ready(copy))
		return NULL;
	n = und_letter_kept(&kept, copy->l);
	if (i < n) {
		*line = kept[i].line;
		return kept[i].record;
	}
	*line = 0;
	return i - n < und_letter_opened(&opened, copy->l) ? opened[i - n] : NULL;
}

size_t und_copy_line_count(const struct und_copy *copy)
{
	const struct und_record *const *opened;
	const struct und_kept *kept;

	return und_copy_is_ready(copy) ? und_letter_kept(&kept, copy->l) + und_letter_opened(&opened, copy->l) : 0;
}

enum und_err und_copy_get_line(struct und_copy_line *out, size_t size, const struct und_copy *copy, size_t i)
{
	struct und_copy_line line;
	uint64_t number;
	const struct und_record *r = record_at(&number, copy, i);

	if (r == NULL)
		return UND_ERR_MISUSE;
	memset(&line, 0, sizeof line);
	line.line = number;
	line.type = und_type_name(r->type);
	line.id = r->id;
	return FILL(out, size, line);
}

enum und_err und_copy_line_text(uint8_t **out, size_t *n, const struct und_copy *copy, size_t i)
{
	uint64_t number;
	const struct und_record *r = record_at(&number, copy, i);
	struct und_buf b;
	enum und_err e;

	if (out == NULL || n == NULL || r == NULL)
		return UND_ERR_MISUSE;
	und_buf_init(&b, UND_LINE_MAX);
	if ((e = und_record_encode(&b, r)) == UND_OK)
		e = und_api_give(out, n, &b);
	und_buf_clear(&b);
	return e;
}

enum und_err und_copy_json(uint8_t **out, size_t *n, const struct und_copy *copy, int32_t today)
{
	struct und_json j;
	struct und_buf b;
	enum und_err e;

	if (out == NULL || n == NULL || !und_copy_is_ready(copy))
		return UND_ERR_MISUSE;
	if (copy->state.letter == NULL)
		return UND_ERR_NO_LETTER;
	und_buf_init(&b, UND_LINE_MAX);
	und_json_init(&j, &b);
	und_state_put(&j, copy->l, &copy->state, today < 0 ? INT32_MAX : today);
	e = und_api_give(out, n, &b);
	und_buf_clear(&b);
	return e;
}

enum und_err und_copy_find_key(const uint8_t **roster, struct und_bytes *body, const struct und_copy *copy,
                               const uint8_t key[UND_POINT_SIZE])
{
	if (roster == NULL || body == NULL || key == NULL || !und_copy_is_ready(copy))
		return UND_ERR_MISUSE;
	return und_letter_find_key(roster, body, copy->l, key);
}

bool und_copy_holds(const struct und_copy *copy, const uint8_t id[UND_ID_SIZE])
{
	return und_copy_is_ready(copy) && id != NULL && und_letter_holds(copy->l, id);
}

uint64_t und_copy_dated_after(const struct und_copy *copy, int32_t today, uint64_t last)
{
	return und_copy_is_ready(copy) ? und_letter_dated_after(copy->l, today < 0 ? INT32_MAX : today, last) : 0;
}
