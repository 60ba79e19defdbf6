/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* matrix.c: demands by parties: who stands where, at a glance */
#include "cli/matrix.h"

#include <stdlib.h>

enum { COLUMN = 13, HEAD = 11, LABEL_MIN = 26, LABEL_MAX = 60, MARGIN = 2 };

/* The marks are those of the pages: src/page/letter_said.c. */
static const struct {
	const char *mark, *words;
} stances[] = {
	[UND_STANCE_ACCEPTS] = { "✓ accepts", "accepts" },
	[UND_STANCE_REJECTS] = { "✕ rejects", "rejects" },
	[UND_STANCE_PARTLY] = { "± in part", "accepts in part" },
	[UND_STANCE_COUNTER] = { "↔ counter", "offers something else" },
	[UND_STANCE_SUPPORTS] = { "✓ supports", "supports" },
	[UND_STANCE_NONE] = { "… no stand", "takes no stand" },
};

const char *cli_stance_mark(enum und_stance s)
{
	return stances[s].mark;
}

const char *cli_stance_words(enum und_stance s)
{
	return stances[s].words;
}

struct matrix {
	FILE *to;
	const struct cli_letter *letter;
	const struct cli_party **columns; /* in order */
	size_t count, per_block;
	unsigned label;
	bool any_recorded, any_silent;
};

/* ---- who they are ---- */

static int compare_order(const void *a, const void *b)
{
	const struct cli_party *x = *(const struct cli_party *const *)a, *y = *(const struct cli_party *const *)b;

	return x->order < y->order ? -1 : 1;
}

static void print_wait(FILE *to, const struct cli_party *p, struct und_bytes contact)
{
	uint64_t days = cli_days_waiting(p->wait);

	fprintf(to, ": no reply recorded for %llu %s.", (unsigned long long)days, days == 1 ? "day" : "days");
	if (contact.n > 0) {
		fputs(" A reply reaches the organisers at ", to);
		cli_print_text(to, contact);
		fputc('.', to);
	}
}

struct legend {
	const struct matrix *m;
	unsigned ids; /* the longest id */
};

static void write_legend(FILE *to, const void *ctx)
{
	const struct legend *g = ctx;
	const struct und_words *w = g->m->letter->state.words;

	for (size_t i = 0; i < g->m->count; i++) {
		const struct cli_party *p = g->m->columns[i];

		fprintf(to, "  %.*s%*s  ", (int)p->id.n, (const char *)p->id.p, (int)(g->ids - p->id.n), "");
		cli_print_text(to, p->name);
		if (p->wait != NULL && !p->wait->answered)
			print_wait(to, p, w == NULL ? und_bytes("", 0) : w->contact);
		fputc('\n', to);
	}
}

static void print_legend(const struct matrix *m)
{
	struct legend g = { m, 0 };

	for (size_t i = 0; i < m->count; i++)
		g.ids = m->columns[i]->id.n > g.ids ? (unsigned)m->columns[i]->id.n : g.ids;
	fputs("\nWho answered\n", m->to);
	cli_print_page(m->to, write_legend, &g);
}

/* ---- the table ---- */

static const struct und_state_stance *find_stance(const struct und_state *s, struct und_bytes party, struct und_bytes demand)
{
	size_t low = 0, high = s->stance_count;

	while (low < high) { /* they stand by party and demand */
		size_t middle = low + (high - low) / 2;
		int order = und_bytes_compare_var(s->stances[middle].party, party);

		if (order == 0)
			order = und_bytes_compare_var(s->stances[middle].demand, demand);
		if (order == 0)
			return &s->stances[middle];
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

/* The ids, each within its column, in as many lines as the longest takes. */
static void print_head(const struct matrix *m, size_t first, size_t end)
{
	bool more = true;

	for (size_t at = 0; more; at += HEAD) {
		fprintf(m->to, "%*s", (int)(MARGIN + m->label), "");
		more = false;
		for (size_t i = first; i < end; i++) {
			struct und_bytes id = m->columns[i]->id;
			size_t n = id.n <= at ? 0 : id.n - at < HEAD ? id.n - at : HEAD;

			fprintf(m->to, " %.*s%*s", (int)n, n == 0 ? "" : (const char *)id.p + at, i + 1 == end ? 0 : (int)(COLUMN - 1 - n), "");
			more |= id.n > at + HEAD;
		}
		fputc('\n', m->to);
	}
}

static void print_cell(struct matrix *m, const struct cli_party *p, struct und_bytes demand, bool last)
{
	const struct und_state_stance *s = find_stance(&m->letter->state, p->id, demand);
	bool silent = s == NULL && p->wait != NULL && !p->wait->answered && !p->said;
	char text[32];

	if (s != NULL)
		snprintf(text, sizeof text, "%s%s", cli_stance_mark(s->stance), s->authenticated ? "" : "°");
	else
		snprintf(text, sizeof text, "%s", silent ? "no reply" : "-");
	m->any_recorded |= s != NULL && !s->authenticated;
	fputc(' ', m->to);
	if (last)
		fputs(text, m->to);
	else
		cli_print_clipped(m->to, und_cstr(text), COLUMN - 1);
}

static void print_row(struct matrix *m, struct und_bytes id, struct und_bytes text, size_t first, size_t end)
{
	unsigned id_width = (unsigned)id.n + 1;

	fprintf(m->to, "%*s%.*s ", MARGIN, "", (int)id.n, (const char *)id.p);
	cli_print_clipped(m->to, text, m->label > id_width ? m->label - id_width : 0);
	for (size_t i = first; i < end; i++)
		print_cell(m, m->columns[i], id, i + 1 == end);
	fputc('\n', m->to);
}

static bool touches_whole(const struct matrix *m)
{
	for (size_t i = 0; i < m->letter->state.stance_count; i++)
		if (und_bytes_is(m->letter->state.stances[i].demand, "*"))
			return true;
	return false;
}

static void print_block(struct matrix *m, size_t first, size_t end)
{
	const struct und_words *w = m->letter->state.words;

	print_head(m, first, end);
	for (size_t i = 0; i < w->demand_count; i++)
		print_row(m, w->demands[i].id, w->demands[i].text, first, end);
	if (touches_whole(m))
		print_row(m, und_cstr("*"), und_cstr("the whole letter"), first, end);
}

/* How wide the demands are, and how many columns stand beside them. */
static void measure(struct matrix *m, unsigned width)
{
	const struct und_words *w = m->letter->state.words;
	unsigned room = width > MARGIN ? width - MARGIN : 1, used, wanted = sizeof "* the whole letter";

	m->label = LABEL_MIN;
	for (size_t i = 0; i < w->demand_count; i++) {
		unsigned id = (unsigned)w->demands[i].id.n + 1, all = id + 1 + cli_columns(w->demands[i].text, LABEL_MAX);

		m->label = id > m->label ? id : m->label;
		wanted = all > wanted ? all : wanted;
	}
	m->per_block = room > m->label + COLUMN ? (room - m->label) / COLUMN : 1;
	used = (unsigned)(m->count < m->per_block ? m->count : m->per_block) * COLUMN;
	if (room > used + m->label)
		m->label = room - used < LABEL_MAX ? room - used : LABEL_MAX;
	m->label = wanted < m->label ? wanted : m->label;
}

static void print_table(struct matrix *m, unsigned width)
{
	measure(m, width);
	fputs("\nWhere they stand\n", m->to);
	for (size_t first = 0; first < m->count; first += m->per_block) {
		if (first > 0)
			fputc('\n', m->to);
		print_block(m, first, first + m->per_block < m->count ? first + m->per_block : m->count);
	}
	if (m->any_recorded)
		fputs("  ° recorded by the organisers; without it, signed by the party itself\n", m->to);
}

int cli_print_matrix(FILE *to, const struct cli_letter *l, const struct cli_parties *parties, unsigned width)
{
	struct matrix m = { .to = to, .letter = l };
	bool any = l->state.wait_count > 0 || l->state.statements > 0;

	if (!any || l->state.words == NULL)
		return -1;
	m.columns = und_alloc(parties->count, sizeof *m.columns);
	if (m.columns == NULL)
		return cli_fail(CLI_TRIED, cli_advice(UND_ERR_MEMORY), "%s.", und_err_text(UND_ERR_MEMORY));
	for (size_t i = 0; i < parties->count; i++)
		if (parties->list[i].addressee || parties->list[i].said)
			m.columns[m.count++] = &parties->list[i];
	qsort(m.columns, m.count, sizeof *m.columns, compare_order);
	print_legend(&m);
	if (l->state.stance_count > 0)
		print_table(&m, width);
	free(m.columns);
	return -1;
}
