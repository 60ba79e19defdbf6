/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* answers.c: what came back */
#include "cli/answers.h"

#include "cli/ring_choice.h"

struct und_bytes cli_party_name(const struct cli_letter *l, struct und_bytes id)
{
	const struct und_words *words = l->state.words;
	const struct und_kept *kept;
	size_t n = und_letter_kept(&kept, l->l);

	for (size_t i = 0; words != NULL && i < words->addressee_count; i++)
		if (und_bytes_equal_var(words->addressees[i].id, id))
			return words->addressees[i].name;
	for (size_t i = 0; i < n; i++)
		if (kept[i].record->type == UND_TYPE_PARTY && und_bytes_equal_var(kept[i].record->u.party.id, id))
			return kept[i].record->u.party.name;
	return id;
}

uint64_t cli_days_waiting(const struct und_state_wait *w)
{
	und_day today = cli_today();

	return w->answered || today <= w->delivered ? 0 : (uint64_t)(today - w->delivered);
}

/* ---- statements ---- */

static const char *stance_words(enum und_stance s)
{
	switch (s) {
	case UND_STANCE_ACCEPTS:
		return "accepts";
	case UND_STANCE_REJECTS:
		return "rejects";
	case UND_STANCE_PARTLY:
		return "accepts in part";
	case UND_STANCE_COUNTER:
		return "offers something else";
	case UND_STANCE_SUPPORTS:
		return "supports";
	case UND_STANCE_NONE:
		break;
	}
	return "says nothing";
}

/* Party by party: where it stands now on each demand. */
static void print_stances(FILE *to, const struct cli_letter *l)
{
	const struct und_state *s = &l->state;
	struct und_bytes party = { NULL, 0 };

	for (size_t i = 0; i < s->stance_count; i++) {
		const struct und_state_stance *t = &s->stances[i];

		if (i == 0)
			fputs("\nWhere they stand\n", to);
		if (i == 0 || !und_bytes_equal_var(party, t->party)) {
			fputs("  ", to);
			cli_print_text(to, cli_party_name(l, t->party));
			fputc('\n', to);
			party = t->party;
		}
		fputs("      ", to);
		cli_print_text(to, und_bytes_is(t->demand, "*") ? und_cstr("the whole letter") : t->demand);
		fprintf(to, ": %s%s\n", stance_words(t->stance),
		        t->authenticated ? " (signed by it)" : " (recorded by the organisers)");
	}
}

static void print_id(FILE *to, const uint8_t id[UND_ID_SIZE])
{
	char text[44];

	und_base64_encode_secret(text, id);
	fprintf(to, "      id %s\n", text);
}

static void print_source(FILE *to, const struct und_source *source)
{
	if (source->url.n == 0)
		return;
	fputs("      source ", to);
	cli_print_text(to, source->url);
	fputc('\n', to);
}

static void print_statement(FILE *to, const struct cli_letter *l, const struct und_kept *kept)
{
	const struct und_statement *s = &kept->record->u.statement;
	char day[11];

	und_date_encode(day, s->on);
	fprintf(to, "  %s, ", day);
	cli_print_text(to, cli_party_name(l, s->party));
	if (kept->authenticated) {
		fputs(", signed with the key that the organisers gave for it", to);
	} else {
		fputs(", recorded by the organisers", to);
	}
	fputs(s->clarifies.set ? ", clarifying an earlier one\n" : "\n", to);
	cli_print_wrapped(to, s->text, 6, und_tty_width());
	for (size_t i = 0; i < s->stance_count; i++) {
		if (s->stances[i].note.n == 0)
			continue;
		fputs("      on ", to);
		cli_print_text(to, s->stances[i].demand);
		fputs(": ", to);
		cli_print_text(to, s->stances[i].note);
		fputc('\n', to);
	}
	print_source(to, &s->source);
	print_id(to, kept->record->id);
}

static void print_statements(FILE *to, const struct cli_letter *l)
{
	const struct und_kept *kept;
	size_t n = und_letter_kept(&kept, l->l), shown = 0;

	for (size_t i = 0; i < n; i++) {
		if (kept[i].record->type != UND_TYPE_STATEMENT)
			continue;
		if (shown++ == 0)
			fputs("\nWhat they said\n", to);
		print_statement(to, l, &kept[i]);
	}
}

static void print_waits(FILE *to, const struct cli_letter *l)
{
	const struct und_state *s = &l->state;
	uint64_t days;

	for (size_t i = 0; i < s->wait_count; i++) {
		if (s->waits[i].answered)
			continue;
		fputs("\n", to);
		cli_print_text(to, cli_party_name(l, s->waits[i].party));
		days = cli_days_waiting(&s->waits[i]);
		fprintf(to, ": no reply recorded for %llu %s.", (unsigned long long)days, days == 1 ? "day" : "days");
		if (s->words != NULL && s->words->contact.n > 0) {
			fputs(" A reply reaches the organisers at ", to);
			cli_print_text(to, s->words->contact);
			fputc('.', to);
		}
		fputc('\n', to);
	}
}

/* ---- what the signers say to it ---- */

static void print_question(FILE *to, const struct und_state_question *q)
{
	uint64_t votes = 0;
	char day[11], number[32], percent[16];

	for (size_t i = 0; i < q->question->choice_count; i++)
		votes += q->tally[i];
	und_date_encode(day, q->question->closes);
	cli_print_wrapped(to, q->question->text, 2, und_tty_width());
	for (size_t i = 0; i < q->question->choice_count; i++) {
		fprintf(to, "      %6s  %5s  ", cli_number(number, q->tally[i]),
		        cli_percent(percent, q->tally[i], votes));
		cli_print_text(to, q->question->choices[i].text);
		fputs(" (", to);
		cli_print_text(to, q->question->choices[i].id);
		fputs(")\n", to);
	}
	fprintf(to, "      %s until %s\n",
	        cli_today() > q->question->closes ? "signers could vote" : "signers can vote", day);
	print_id(to, q->id);
}

static void print_notices(FILE *to, const struct cli_letter *l)
{
	const struct und_kept *kept;
	size_t n = und_letter_kept(&kept, l->l), shown = 0;
	char day[11];

	for (size_t i = 0; i < n; i++) {
		const struct und_notice *notice = &kept[i].record->u.notice;

		if (kept[i].record->type != UND_TYPE_NOTICE)
			continue;
		if (shown++ == 0)
			fputs("\nNotices of the organisers\n", to);
		und_date_encode(day, notice->on);
		fprintf(to, "  %s, %s\n", day, und_notice_kind_name(notice->kind));
		cli_print_wrapped(to, notice->text, 6, und_tty_width());
	}
}

static void print_publications(FILE *to, const struct cli_letter *l)
{
	const struct und_kept *kept;
	size_t n = und_letter_kept(&kept, l->l), shown = 0;
	char day[11];

	for (size_t i = 0; i < n; i++) {
		const struct und_publication *p = &kept[i].record->u.publication;

		if (kept[i].record->type != UND_TYPE_PUBLICATION)
			continue;
		if (shown++ == 0)
			fputs("\nPublished\n", to);
		und_date_encode(day, p->on);
		fprintf(to, "  %s, ", day);
		cli_print_text(to, p->outlet);
		fputc('\n', to);
		print_source(to, &p->source);
	}
}

void cli_print_answers(FILE *to, const struct cli_letter *l)
{
	const struct und_state *s = &l->state;

	print_publications(to, l);
	print_stances(to, l);
	print_statements(to, l);
	print_waits(to, l);
	for (size_t i = 0; i < s->question_count; i++) {
		if (i == 0)
			fputs("\nWhat the signers were asked\n", to);
		print_question(to, &s->questions[i]);
	}
	print_notices(to, l);
}
