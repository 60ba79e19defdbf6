/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* timeline.c: what happened to a letter, day by day */
#include "cli/timeline.h"

#include <stdlib.h>

#include "cli/matrix.h"
#include "cli/notices.h"
#include "cli/tally.h"

enum { INDENT = 14 };

/* One dated record. A clarification stands below the statement with which its chain begins. */
struct event {
	const struct und_kept *kept;
	const struct event *root, *clarifies; /* itself and NULL, unless it clarifies */
	und_day on;
	size_t place; /* in the order in which they are told */
};

struct timeline {
	FILE *to;
	const struct cli_letter *letter;
	const struct cli_parties *parties;
	unsigned width;
	struct event *events;        /* in file order */
	const struct event **by_id;  /* statements */
	const struct event **told;
	size_t count, statements;
};

/* ---- in order ---- */

static bool day_of(und_day *out, const struct und_record *r)
{
	switch (r->type) {
	case UND_TYPE_PUBLICATION:
		*out = r->u.publication.on;
		return true;
	case UND_TYPE_DELIVERY:
		*out = r->u.delivery.on;
		return true;
	case UND_TYPE_STATEMENT:
		*out = r->u.statement.on;
		return true;
	case UND_TYPE_NOTICE:
		*out = r->u.notice.on;
		return true;
	case UND_TYPE_TRANSLATION:
		*out = r->u.translation.on;
		return true;
	default:
		return false;
	}
}

static int compare_ids(const void *a, const void *b)
{
	const struct event *x = *(const struct event *const *)a, *y = *(const struct event *const *)b;

	return memcmp(x->kept->record->id, y->kept->record->id, UND_ID_SIZE);
}

static int compare_id_with(const void *id, const void *event)
{
	return memcmp(id, (*(const struct event *const *)event)->kept->record->id, UND_ID_SIZE);
}

static const struct event *find_statement(const struct timeline *t, const uint8_t id[UND_ID_SIZE])
{
	const struct event *const *found =
		t->statements == 0 ? NULL : bsearch(id, t->by_id, t->statements, sizeof(const struct event *), compare_id_with);

	return found == NULL ? NULL : *found;
}

static int compare_days(const struct event *x, const struct event *y)
{
	if (x->on != y->on)
		return x->on < y->on ? -1 : 1;
	return x->kept->line < y->kept->line ? -1 : x->kept->line > y->kept->line;
}

/* By the day of what begins the chain; within it that first, then by day. */
static int compare_told(const void *a, const void *b)
{
	const struct event *x = *(const struct event *const *)a, *y = *(const struct event *const *)b;

	if (x->root != y->root)
		return compare_days(x->root, y->root);
	if ((x == x->root) != (y == y->root))
		return x == x->root ? -1 : 1;
	return compare_days(x, y);
}

static void gather(struct timeline *t)
{
	const struct und_kept *kept;
	size_t n = und_letter_kept(&kept, t->letter->l);

	for (size_t i = 0; i < n; i++) {
		struct event *e = &t->events[t->count];

		if (!day_of(&e->on, kept[i].record))
			continue;
		e->kept = &kept[i];
		e->root = e;
		t->told[t->count++] = e;
		if (kept[i].record->type == UND_TYPE_STATEMENT)
			t->by_id[t->statements++] = e;
	}
	qsort(t->by_id, t->statements, sizeof(const struct event *), compare_ids);
	for (size_t i = 0; i < t->count; i++) { /* what is clarified stands above */
		struct event *e = &t->events[i];
		const struct und_record *r = e->kept->record;

		if (r->type == UND_TYPE_STATEMENT && r->u.statement.clarifies.set)
			e->clarifies = find_statement(t, r->u.statement.clarifies.id);
		if (e->clarifies != NULL)
			e->root = e->clarifies->root;
	}
	qsort(t->told, t->count, sizeof(const struct event *), compare_told);
}

/* ---- one by one ---- */

static void print_indent(const struct timeline *t)
{
	fprintf(t->to, "%*s", INDENT, "");
}

static void print_base64(const struct timeline *t, const char *what, const uint8_t id[UND_ID_SIZE])
{
	char text[44];

	und_base64_encode_secret(text, id); /* no secret: the shape of 32 bytes */
	fprintf(t->to, "%*s%s %s\n", INDENT, "", what, text);
}

static void print_source(const struct timeline *t, const struct und_source *source)
{
	if (source->url.n > 0) {
		print_indent(t);
		fputs("source ", t->to);
		cli_print_text(t->to, source->url);
		fputc('\n', t->to);
	}
	if (source->sha256.set)
		print_base64(t, "as archived, SHA-256", source->sha256.id);
}

static void print_party(const struct timeline *t, struct und_bytes id)
{
	const struct cli_party *p = cli_parties_find(t->parties, id);

	cli_print_text(t->to, p == NULL ? id : p->name);
}

static void print_stances(const struct timeline *t, const struct und_statement *s)
{
	for (size_t i = 0; i < s->stance_count; i++) {
		const struct und_stance_on *on = &s->stances[i];

		print_indent(t);
		cli_print_text(t->to, und_bytes_is(on->demand, "*") ? und_cstr("the whole letter") : on->demand);
		fprintf(t->to, ": %s\n", cli_stance_words(on->stance));
		if (on->note.n > 0)
			cli_print_wrapped(t->to, on->note, INDENT + 2, t->width);
	}
}

/* What the signers say to it. */
static void print_questions(const struct timeline *t, const uint8_t statement[UND_ID_SIZE])
{
	const struct und_state *s = &t->letter->state;

	for (size_t i = 0; i < s->question_count; i++) {
		const struct und_ref *about = &s->questions[i].question->about;

		if (about->set && memcmp(about->id, statement, UND_ID_SIZE) == 0) {
			print_indent(t);
			fputs("The signers were asked:\n", t->to);
			cli_print_question(t->to, s, &s->questions[i], INDENT, t->width);
		}
	}
}

static void print_statement(const struct timeline *t, const struct event *e)
{
	const struct und_statement *s = &e->kept->record->u.statement;
	char day[11];

	print_party(t, s->party);
	fputs(e->kept->authenticated ? ", signed with the key that the organisers gave for it" : ", recorded by the organisers", t->to);
	if (e->clarifies != NULL) {
		und_date_encode(day, e->clarifies->on);
		fprintf(t->to, ",\n%*sclarifies what it said on %s", INDENT, "", day);
	}
	fputs(":\n", t->to);
	cli_print_wrapped(t->to, s->text, INDENT + 2, t->width);
	print_stances(t, s);
	print_source(t, &s->source);
	print_base64(t, "id", e->kept->record->id);
	print_questions(t, e->kept->record->id);
}

static void print_notice(const struct timeline *t, const struct und_record *r)
{
	const struct und_notice *n = &r->u.notice;
	char day[11];

	fputs(cli_notice_words(n->kind), t->to);
	if (n->closes != UND_DAY_NONE) {
		und_date_encode(day, n->closes);
		fprintf(t->to, ", %s", day);
	}
	fputs(":\n", t->to);
	cli_print_wrapped(t->to, n->text, INDENT + 2, t->width);
	if (n->about.set)
		print_base64(t, "about", n->about.id);
	print_base64(t, "id", r->id);
}

static void print_event(const struct timeline *t, const struct event *e)
{
	const struct und_record *r = e->kept->record;
	char day[11];

	und_date_encode(day, e->on);
	fprintf(t->to, "%s%s  ", e->root == e ? "  " : "└ ", day);
	switch (r->type) {
	case UND_TYPE_PUBLICATION:
		fputs("Published by ", t->to);
		cli_print_text(t->to, r->u.publication.outlet);
		fputs(".\n", t->to);
		print_source(t, &r->u.publication.source);
		break;
	case UND_TYPE_DELIVERY:
		fputs("Handed to ", t->to);
		print_party(t, r->u.delivery.party);
		fputs(".\n", t->to);
		print_source(t, &r->u.delivery.source);
		break;
	case UND_TYPE_STATEMENT:
		print_statement(t, e);
		break;
	case UND_TYPE_NOTICE:
		print_notice(t, r);
		break;
	default:
		fputs("Translated by the organisers: ", t->to);
		cli_print_text(t->to, r->u.translation.language);
		fputc('\n', t->to);
		break;
	}
}

int cli_print_timeline(FILE *to, const struct cli_letter *l, const struct cli_parties *parties, unsigned width)
{
	struct timeline t = { .to = to, .letter = l, .parties = parties, .width = width };
	const struct und_kept *kept;
	size_t n = und_letter_kept(&kept, l->l);
	int code = -1;

	t.events = und_alloc(n, sizeof *t.events);
	t.by_id = und_alloc(n, sizeof *t.by_id);
	t.told = und_alloc(n, sizeof *t.told);
	if (t.events == NULL || t.by_id == NULL || t.told == NULL) {
		code = cli_fail(CLI_TRIED, cli_advice(UND_ERR_MEMORY), "%s.", und_err_text(UND_ERR_MEMORY));
		goto out;
	}
	gather(&t);
	if (t.count > 0)
		fputs("\nWhat happened\n", to);
	for (size_t i = 0; i < t.count; i++)
		print_event(&t, t.told[i]);
out:
	free(t.events);
	free(t.by_id);
	free(t.told);
	return code;
}
