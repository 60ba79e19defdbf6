/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* enrolments.c: enrolment lines, checked, into a roster in the making */
#include <stdlib.h>

#include "cli/enrolments.h"
#include "proof/tag.h"
#include "record/reader.h"

struct asked {
	struct cli_roster_body *body;
	struct cli_place place;
	uint8_t key[UND_POINT_SIZE], proof[UND_TAG_SIGNATURE_SIZE];
	enum und_err verdict;
};
struct reading {
	struct cli_roster_plan *plan;
	const char *file;
	struct asked *asked;
	size_t count, cap;
	uint64_t late; /* lines without a key for this edition */
	struct cli_faults faults;
};

static enum und_err take_key(struct reading *r, struct cli_place place, struct cli_roster_body *body, const struct und_enrolment *e)
{
	const struct und_enrolment_key *k = e->keys;
	struct asked *a;
	enum und_err err;

	while (k < e->keys + e->key_count && k->edition != r->plan->edition)
		k++;
	if (k == e->keys + e->key_count) {
		if (r->late++ < 20)
			cli_note("%s: line %llu: left out: it asks for the editions %u to %u, not %u.", place.file, (unsigned long long)place.line, (unsigned)e->keys[0].edition,
				 (unsigned)e->keys[e->key_count - 1].edition, (unsigned)r->plan->edition);
		return UND_OK;
	}
	err = und_grow(&r->asked, &r->cap, r->count + 1, sizeof *r->asked);
	if (err != UND_OK)
		return err;
	a = &r->asked[r->count++];
	*a = (struct asked){ .body = body, .place = place };
	memcpy(a->key, k->key, sizeof a->key);
	memcpy(a->proof, k->proof, sizeof a->proof);
	return UND_OK;
}

static enum und_err take_line(void *ctx, const struct und_line *line)
{
	struct reading *r = ctx;
	const struct cli_place place = { r->file, line->number };
	struct cli_roster_body *body;
	struct und_diag diag = { 0 };
	struct und_record record;
	enum und_err e;

	if (cli_interrupted())
		return UND_ERR_STOPPED;
	e = und_record_decode(&record, line->bytes, &diag);
	if (e == UND_ERR_MEMORY)
		return e;
	if (e != UND_OK) {
		cli_fault(&r->faults, place, "%s%s%s%s.", *diag.member != '\0' ? "member " : "", diag.member, *diag.member != '\0' ? ": " : "", und_err_text(e));
		return UND_OK;
	}
	if (record.type != UND_TYPE_ENROLMENT) {
		cli_fault(&r->faults, place, "a record of type %s, not an enrolment.", und_type_name(record.type));
	} else if (!und_bytes_equal_var(record.u.enrolment.series, r->plan->series)) {
		cli_fault(&r->faults, place, "an enrolment for the series %.*s.", (int)record.u.enrolment.series.n, (const char *)record.u.enrolment.series.p);
	} else if ((body = cli_roster_body_find(r->plan, record.u.enrolment.body)) == NULL) {
		cli_fault(&r->faults, place, "the body %.*s is not in %s (you may correct the body in the line).", (int)record.u.enrolment.body.n,
			  (const char *)record.u.enrolment.body.p, r->plan->bodies_path);
	} else {
		e = take_key(r, place, body, &record.u.enrolment);
	}
	und_record_clear(&record);
	return e;
}

static enum und_err feed(void *ctx, struct und_bytes chunk)
{
	struct und_diag diag;

	return und_reader_feed(ctx, chunk, &diag);
}

static int read_file(struct reading *r, const char *file)
{
	const size_t max = und_type_line_max(UND_TYPE_ENROLMENT);
	struct und_diag diag = { 0 };
	struct und_reader reader;
	enum und_err e;
	int code = -1;

	r->file = file;
	und_reader_init(&reader, max, take_line, r);
	e = und_file_stream(file, feed, &reader, NULL);
	if (e == UND_OK)
		e = und_reader_finish(&reader, &diag);
	else
		diag.line = reader.lines + 1;
	if (e == UND_ERR_STOPPED)
		code = cli_fail(CLI_INTERRUPTED, NULL, "interrupted; nothing was written.");
	else if (e != UND_OK)
		code = cli_fail_at(file, e, &diag);
	und_reader_clear(&reader);
	return code;
}

/* ---- the proofs, through the runner ---- */

enum { PROOFS_A_JOB = 32, JOBS_A_ROUND = 16 };

struct checking {
	struct reading *reading;
	size_t first;
};

static void check_some(void *arg, size_t job)
{
	struct checking *c = arg;
	struct reading *r = c->reading;
	size_t from = c->first + job * PROOFS_A_JOB;

	for (size_t i = from; i < r->count && i < from + PROOFS_A_JOB; i++)
		r->asked[i].verdict = und_possession_verify_var(r->asked[i].key, r->plan->series, (uint32_t)r->plan->edition, r->asked[i].proof);
}

static int check_proofs(struct reading *r)
{
	struct checking c = { r, 0 };
	struct cli_bar bar;

	cli_bar_begin(&bar, "checking enrolments", r->count);
	for (; c.first < r->count && !cli_interrupted(); c.first += PROOFS_A_JOB * JOBS_A_ROUND) {
		size_t rest = (r->count - c.first + PROOFS_A_JOB - 1) / PROOFS_A_JOB;

		und_run(cli_runner(0), check_some, &c, rest < JOBS_A_ROUND ? rest : JOBS_A_ROUND);
		cli_bar_set(&bar, c.first);
	}
	cli_bar_end(&bar);
	if (cli_interrupted())
		return cli_fail(CLI_INTERRUPTED, NULL, "interrupted; nothing was written.");
	for (size_t i = 0; i < r->count; i++)
		if (r->asked[i].verdict != UND_OK)
			cli_fault(&r->faults, r->asked[i].place, "%s.", und_err_text(r->asked[i].verdict));
	return -1;
}

static int hand_over(struct reading *r)
{
	enum und_err e = UND_OK;

	for (size_t i = 0; i < r->count && e == UND_OK; i++)
		e = cli_roster_key_add(r->asked[i].body, r->asked[i].key, r->asked[i].place);
	return e == UND_OK ? -1 : cli_fail(cli_exit_of(e), cli_advice(e), "%s.", und_err_text(e));
}

int cli_enrolments_read(struct cli_roster_plan *p, const char *const *files, size_t count)
{
	struct reading r = { .plan = p };
	char number[32];
	int code = -1;

	for (size_t i = 0; i < count && code == -1; i++)
		code = read_file(&r, files[i]);
	if (code == -1)
		code = check_proofs(&r);
	if (code == -1 && r.late > 0)
		cli_note("%s %s out for want of a key of edition %u: these members must enrol again.", cli_number(number, r.late),
			 r.late == 1 ? "enrolment is left" : "enrolments are left", (unsigned)p->edition);
	if (code == -1)
		code = cli_faults_end(&r.faults);
	if (code == -1)
		code = hand_over(&r);
	free(r.asked);
	return code;
}
