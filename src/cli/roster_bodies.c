/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* roster_bodies.c: what a roster says of itself and its bodies, from arguments, a CSV file and the roster that it extends */
#include <stdarg.h>
#include <stdlib.h>

#include "cli/csv.h"
#include "cli/roster_plan.h"
#include "cli/text.h"

enum { ROSTER_FILE_MAX = 1 << 30, NAME_MAX_BYTES = 200, HEADCOUNT_MAX = 1000000000, FAULTS_TOLD = 20 };

void cli_roster_plan_init(struct cli_roster_plan *p)
{
	memset(p, 0, sizeof *p);
	und_arena_init(&p->arena);
	und_buf_init(&p->base_file, ROSTER_FILE_MAX);
}

void cli_roster_plan_clear(struct cli_roster_plan *p)
{
	for (size_t i = 0; i < p->body_count; i++)
		free(p->bodies[i].keys);
	cli_letter_close(&p->base);
	und_buf_clear(&p->base_file);
	und_arena_clear(&p->arena);
}

void cli_fault(struct cli_faults *f, struct cli_place place, const char *format, ...)
{
	va_list args;
	char *text;

	if (f->count++ >= FAULTS_TOLD)
		return;
	va_start(args, format);
	if (vasprintf(&text, format, args) < 0)
		text = NULL;
	va_end(args);
	cli_note("%s: line %llu: %s", place.file, (unsigned long long)place.line, text == NULL ? "?" : text);
	free(text);
}

int cli_faults_end(const struct cli_faults *f)
{
	char number[32];

	if (f->count == 0)
		return -1;
	if (f->count > FAULTS_TOLD)
		cli_note("… and so on.");
	return cli_fail(CLI_FALSE, "Mend or remove these lines and try again.", "%s %s at fault; nothing was written.", cli_number(number, f->count),
			f->count == 1 ? "line is" : "lines are");
}

/* ---- bodies ---- */

static int compare_ids(const void *a, const void *b)
{
	const struct cli_roster_body *x = a, *y = b;

	return und_bytes_compare_var(x->id, y->id);
}

struct cli_roster_body *cli_roster_body_find(struct cli_roster_plan *p, struct und_bytes id)
{
	struct cli_roster_body wanted = { .id = id };

	return p->body_count == 0 ? NULL : bsearch(&wanted, p->bodies, p->body_count, sizeof wanted, compare_ids);
}

static bool is_heading(const struct cli_csv_row *row)
{
	static const char *const names[] = { "id", "name", "headcount" };

	for (size_t i = 0; i < UND_COUNT_OF(names); i++)
		if (row->fields[i].n != strlen(names[i]) || strncasecmp((const char *)row->fields[i].p, names[i], row->fields[i].n) != 0)
			return false;
	return true;
}

static bool parse_headcount(uint64_t *out, struct und_bytes text)
{
	uint64_t v = 0;

	if (text.n == 0 || text.n > 10 || (text.n > 1 && text.p[0] == '0'))
		return false;
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] < '0' || text.p[i] > '9')
			return false;
		v = 10 * v + (uint64_t)(text.p[i] - '0');
	}
	*out = v;
	return v <= HEADCOUNT_MAX;
}

static enum und_err take_body(struct cli_roster_plan *p, const struct cli_csv_row *row, struct cli_faults *faults)
{
	const struct cli_place place = { p->bodies_path, row->line };
	struct cli_roster_body body = { .line = row->line };
	enum und_err e;

	if (!und_id_text_is_valid(row->fields[0])) {
		cli_fault(faults, place, "id: %s.", und_err_text(UND_ERR_ID_FORM));
		return UND_OK;
	}
	if (!parse_headcount(&body.headcount, row->fields[2])) {
		cli_fault(faults, place, "headcount: not a whole number up to 1,000,000,000 (0: unknown).");
		return UND_OK;
	}
	e = cli_text_take(&body.name, &p->arena, row->fields[1], NAME_MAX_BYTES, false, false, NULL);
	if (e == UND_ERR_MEMORY)
		return e;
	if (e != UND_OK) {
		cli_fault(faults, place, "name: %s.", und_err_text(e));
		return UND_OK;
	}
	e = und_arena_copy(&body.id, &p->arena, row->fields[0]);
	if (e == UND_OK)
		p->bodies[p->body_count++] = body;
	return e;
}

static void find_doubles(struct cli_roster_plan *p, struct cli_faults *faults)
{
	qsort(p->bodies, p->body_count, sizeof *p->bodies, compare_ids);
	for (size_t i = 1; i < p->body_count; i++) {
		const struct cli_roster_body *a = &p->bodies[i - 1], *b = &p->bodies[i];
		const uint64_t first = a->line < b->line ? a->line : b->line, second = a->line < b->line ? b->line : a->line;

		if (und_bytes_equal_var(a->id, b->id))
			cli_fault(faults, (struct cli_place){ p->bodies_path, second }, "the body %.*s stands in line %llu already.", (int)a->id.n, (const char *)a->id.p,
				  (unsigned long long)first);
	}
}

static int compare_ring_ids(const void *a, const void *b)
{
	const struct und_state_ring *x = a, *y = b;

	return und_bytes_compare_var(x->id, y->id);
}

/* letter.h: the rings of a ROSTER file are "*", then its bodies by id */
const struct und_state_ring *cli_roster_base_body(const struct cli_roster_plan *p, struct und_bytes id)
{
	struct und_state_ring wanted = { .id = id };

	if (p->base.l == NULL || p->base.state.ring_count < 2)
		return NULL;
	return bsearch(&wanted, p->base.state.rings + 1, p->base.state.ring_count - 1, sizeof wanted, compare_ring_ids);
}

static void find_renamed(struct cli_roster_plan *p, struct cli_faults *faults)
{
	for (size_t i = 0; i < p->body_count; i++) {
		const struct und_state_ring *old = cli_roster_base_body(p, p->bodies[i].id);

		if (old != NULL && !und_bytes_equal_var(old->name, p->bodies[i].name))
			cli_fault(faults, (struct cli_place){ p->bodies_path, p->bodies[i].line }, "the roster that is extended calls this body \"%.*s\".", (int)old->name.n,
				  (const char *)old->name.p);
	}
}

static int take_bodies(struct cli_roster_plan *p, const struct cli_csv *csv)
{
	size_t first = csv->count > 0 && is_heading(&csv->rows[0]), n = csv->count - first;
	struct cli_faults faults = { 0 };
	enum und_err e = UND_OK;

	if (n == 0 || n > UND_BODIES_MAX)
		return cli_fail(CLI_FALSE, NULL, "%s holds %s.", p->bodies_path, n == 0 ? "no bodies" : "more than 10,000 bodies");
	p->bodies = und_arena_alloc(&p->arena, n, sizeof *p->bodies);
	if (p->bodies == NULL)
		e = UND_ERR_MEMORY;
	for (size_t i = first; i < csv->count && e == UND_OK; i++)
		e = take_body(p, &csv->rows[i], &faults);
	if (e != UND_OK)
		return cli_fail_at(p->bodies_path, e, NULL);
	find_doubles(p, &faults);
	find_renamed(p, &faults);
	return cli_faults_end(&faults);
}

int cli_roster_plan_bodies(struct cli_roster_plan *p)
{
	struct und_diag diag = { 0 };
	struct cli_csv csv;
	struct und_buf text;
	enum und_err e;
	int code;

	und_buf_init(&text, CLI_CSV_SIZE_MAX);
	e = und_file_read(&text, p->bodies_path, CLI_CSV_SIZE_MAX);
	if (e != UND_OK) {
		code = cli_fail_file(p->bodies_path, "read", e);
		goto out;
	}
	e = cli_csv_decode(&csv, und_buf_bytes(&text), 3, &diag);
	if (e != UND_OK) {
		code = cli_fail_at(p->bodies_path, e, &diag);
		if (e == UND_ERR_CSV_FIELDS || e == UND_ERR_CSV_QUOTE)
			cli_note("  A line is: id,name,headcount (a name with a comma or quotation mark stands in \"…\").");
		goto out;
	}
	code = take_bodies(p, &csv);
	cli_csv_clear(&csv);
out:
	und_buf_clear(&text);
	return code;
}

/* ---- the roster that is extended ---- */

static int read_base(struct cli_roster_plan *p, const char *path)
{
	const struct und_letter_options options = {
		.mode = UND_LETTER_ROSTER, .random = cli_random(), .runner = cli_runner(0), .unsigned_ok = true
	};
	struct und_diag diag = { 0 };
	enum und_err e;

	e = und_file_read(&p->base_file, path, ROSTER_FILE_MAX);
	if (e != UND_OK)
		return cli_fail_file(path, "read", e);
	e = und_letter_read(&p->base.l, und_buf_bytes(&p->base_file), &options, &diag);
	if (e != UND_OK)
		return cli_fail_at(path, e, &diag);
	e = und_letter_state(&p->base.state, p->base.l);
	if (e != UND_OK) {
		und_letter_free(p->base.l);
		p->base.l = NULL;
		return cli_fail_at(path, e, NULL);
	}
	p->base.path = path;
	return -1;
}

static const struct und_record *newest_roster(const struct cli_roster_plan *p)
{
	const struct und_kept *kept;
	size_t n = und_letter_kept(&kept, p->base.l);

	und_bug_if(n == 0 || kept[n - 1].record->type != UND_TYPE_ROSTER); /* letter.h: a ROSTER file holds nothing else */
	return kept[n - 1].record;
}

static int compare_given(const char *what, const char *given, struct und_bytes own)
{
	if (given == NULL || und_bytes_is(own, given))
		return -1;
	return cli_fail(CLI_FALSE, "An extension keeps series, name, edition and dates; a new edition is a new roster, without --extends.",
			"%s: the roster that is extended says \"%.*s\".", what, (int)own.n, (const char *)own.p);
}

static int take_base(struct cli_roster_plan *p, const struct cli_roster_arguments *a)
{
	const struct und_record *r = newest_roster(p);
	const struct und_roster *old = &r->u.roster;
	char edition[24], from[11], until[11];
	int code;

	snprintf(edition, sizeof edition, "%u", (unsigned)old->edition);
	und_date_encode(from, old->from);
	und_date_encode(until, old->until);
	if ((code = compare_given("--series", a->series, old->series)) != -1 || (code = compare_given("--name", a->name, old->name)) != -1 ||
	    (code = compare_given("--edition", a->edition, und_cstr(edition))) != -1 || (code = compare_given("--from", a->from, und_cstr(from))) != -1 ||
	    (code = compare_given("--until", a->until, und_cstr(until))) != -1)
		return code;
	if (r->signature_count == 0)
		cli_note("Warning: nobody has signed the roster that is extended. Let the registrars `cosign` it first: afterwards cosign signs the new one only.");
	p->series = old->series;
	p->name = old->name;
	p->edition = old->edition;
	p->from = old->from;
	p->until = old->until;
	return -1;
}

/* ---- the arguments ---- */

static int take_source(struct cli_roster_plan *p, const struct cli_roster_arguments *a)
{
	p->source.url = und_cstr(a->source == NULL ? "" : a->source);
	if (!und_url_is_valid(p->source.url))
		return cli_fail(CLI_TRIED, NULL, "--source: %s.", und_err_text(UND_ERR_URL));
	if (a->source_sha256 == NULL)
		return -1;
	p->source.sha256.set = true;
	return cli_parse_id32(p->source.sha256.id, "--source-sha256", a->source_sha256);
}

static int take_head(struct cli_roster_plan *p, const struct cli_command *command, const struct cli_roster_arguments *a)
{
	int code;

	if (a->series == NULL || a->name == NULL || a->from == NULL || a->until == NULL)
		return cli_missing(command, a->series == NULL ? "--series ID" : a->name == NULL ? "--name NAME" : a->from == NULL ? "--from DAY" : "--until DAY");
	p->series = und_cstr(a->series);
	if (!und_id_text_is_valid(p->series))
		return cli_fail(CLI_TRIED, NULL, "--series: %s.", und_err_text(UND_ERR_ID_FORM));
	if ((code = cli_text_argument(&p->name, &p->arena, "--name", a->name, NAME_MAX_BYTES, false)) != -1 ||
	    (code = cli_parse_day(&p->from, "--from", a->from)) != -1 || (code = cli_parse_day(&p->until, "--until", a->until)) != -1)
		return code;
	if (p->from > p->until)
		return cli_fail(CLI_TRIED, NULL, "--from %s is after --until %s.", a->from, a->until);
	return a->edition == NULL ? -1 : cli_parse_number(&p->edition, "--edition", a->edition, 1, UINT16_MAX);
}

int cli_roster_plan_head(struct cli_roster_plan *p, const struct cli_command *command, const struct cli_roster_arguments *a)
{
	int code;

	if ((code = cli_refuse_existing(a->out, a->force)) != -1 || (code = take_source(p, a)) != -1)
		return code;
	if (a->extends == NULL)
		return take_head(p, command, a);
	return (code = read_base(p, a->extends)) != -1 ? code : take_base(p, a);
}

int cli_roster_plan_begin(struct cli_roster_plan *p, const struct cli_command *command, const struct cli_roster_arguments *a)
{
	int code;

	if (a->bodies == NULL || a->out == NULL)
		return cli_missing(command, a->bodies == NULL ? "--bodies BODIES.csv" : "-o ROSTER");
	if ((code = cli_roster_plan_head(p, command, a)) != -1)
		return code;
	p->bodies_path = a->bodies;
	return cli_roster_plan_bodies(p);
}
