/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* book_import.c: enrolments into the book: read, their proofs checked, then taken in order */
#include "cli/book_import.h"

#include <stdlib.h>

#include "cli/roster_plan.h"
#include "record/reader.h"

struct item {
	struct cli_place place;
	struct und_record record;
	uint8_t code[32];
	enum und_err verdict;
};
struct importing {
	struct und_book *book;
	uint64_t slot; /* 0: lines come with their codes */
	const char *file;
	struct item *items;
	size_t count, cap;
	struct cli_faults faults;
};

/* ---- reading: a line that somebody handed in may have been pasted, without its end or with another system's; what a server gives out is whole to the last LF ---- */

static void tell_form(struct importing *im, struct cli_place place, enum und_err e, const struct und_diag *diag)
{
	cli_fault(&im->faults, place, "%s%s%s%s.", *diag->member != '\0' ? "member " : "", diag->member, *diag->member != '\0' ? ": " : "", und_err_text(e));
}

static enum und_err keep(struct importing *im, struct item *item)
{
	const struct und_bytes series = item->record.u.enrolment.series;
	enum und_err e;

	if (item->record.type != UND_TYPE_ENROLMENT) {
		cli_fault(&im->faults, item->place, "a record of type %s, not an enrolment.", und_type_name(item->record.type));
	} else if (!und_bytes_equal_var(series, im->book->series)) {
		cli_fault(&im->faults, item->place, "an enrolment for the series %.*s.", (int)series.n, (const char *)series.p);
	} else {
		e = und_grow(&im->items, &im->cap, im->count + 1, sizeof *im->items);
		if (e == UND_OK) {
			im->items[im->count++] = *item;
			return UND_OK;
		}
		und_record_clear(&item->record);
		return e;
	}
	und_record_clear(&item->record);
	return UND_OK;
}

static enum und_err take_line(void *ctx, const struct und_line *line)
{
	struct importing *im = ctx;
	struct item item = { .place = { im->file, line->number } };
	struct und_bytes enrolment = line->bytes;
	struct und_diag diag = { 0 };
	enum und_err e = UND_OK;

	if (cli_interrupted())
		return UND_ERR_STOPPED;
	if (im->slot != 0 && enrolment.n > 0 && enrolment.p[enrolment.n - 1] == '\r')
		enrolment.n--;
	if (im->slot != 0 && enrolment.n == 0)
		return UND_OK;
	if (im->slot == 0)
		e = und_enrolled_decode(item.code, &enrolment, line->bytes);
	if (e != UND_OK && und_record_decode(&item.record, line->bytes, &diag) == UND_OK) {
		und_record_clear(&item.record);
		cli_fault(&im->faults, item.place, "this line does not say with which card it was made. Whose is it? Give it alone, with --slot N.");
		return UND_OK;
	}
	if (e == UND_OK)
		e = und_record_decode(&item.record, enrolment, &diag);
	if (e == UND_ERR_MEMORY)
		return e;
	if (e != UND_OK) {
		tell_form(im, item.place, e, &diag);
		return UND_OK;
	}
	return keep(im, &item);
}

static enum und_err feed(void *ctx, struct und_bytes chunk)
{
	struct und_diag diag;

	return und_reader_feed(ctx, chunk, &diag);
}

static int read_file(struct importing *im, const char *file)
{
	struct und_diag diag = { 0 };
	struct und_reader reader;
	enum und_err e;
	int code = -1;

	im->file = file;
	und_reader_init(&reader, UND_ENROLLED_LINE_MAX, take_line, im);
	e = und_file_stream(file, feed, &reader, NULL);
	if (e == UND_OK && im->slot != 0 && reader.held.n > 0)
		e = und_reader_feed(&reader, und_cstr("\n"), &diag);
	if (e == UND_OK)
		e = und_reader_finish(&reader, &diag);
	else
		diag.line = reader.lines + 1;
	if (e == UND_ERR_STOPPED)
		code = cli_fail(CLI_INTERRUPTED, NULL, "interrupted; nothing was changed.");
	else if (e != UND_OK)
		code = cli_fail_at(file, e, &diag);
	und_reader_clear(&reader);
	return code;
}

/* ---- the proofs, through the runner ---- */

enum { LINES_A_JOB = 8, JOBS_A_ROUND = 16 };

struct checking {
	struct importing *importing;
	size_t first;
};

static void check_some(void *arg, size_t job)
{
	struct checking *c = arg;
	size_t from = c->first + job * LINES_A_JOB;

	for (size_t i = from; i < c->importing->count && i < from + LINES_A_JOB; i++)
		c->importing->items[i].verdict = und_enrolment_check_var(&c->importing->items[i].record.u.enrolment, NULL);
}

static int check_proofs(struct importing *im)
{
	struct checking c = { im, 0 };
	struct cli_bar bar;

	cli_bar_begin(&bar, "checking enrolments", im->count);
	for (; c.first < im->count && !cli_interrupted(); c.first += LINES_A_JOB * JOBS_A_ROUND) {
		size_t rest = (im->count - c.first + LINES_A_JOB - 1) / LINES_A_JOB;

		und_run(cli_runner(0), check_some, &c, rest < JOBS_A_ROUND ? rest : JOBS_A_ROUND);
		cli_bar_set(&bar, c.first);
	}
	cli_bar_end(&bar);
	if (cli_interrupted())
		return cli_fail(CLI_INTERRUPTED, NULL, "interrupted; nothing was changed.");
	for (size_t i = 0; i < im->count; i++)
		if (im->items[i].verdict != UND_OK)
			cli_fault(&im->faults, im->items[i].place, "%s.", und_err_text(im->items[i].verdict));
	return cli_faults_end(&im->faults);
}

/* ---- taking ---- */

enum { TOLD_MAX = 20 };

static void tell_left_out(const struct item *item, enum und_book_fate fate, uint64_t number, uint64_t other, uint64_t told)
{
	const unsigned long long line = (unsigned long long)item->place.line, slot = (unsigned long long)number;

	if (told > TOLD_MAX)
		return;
	if (told == TOLD_MAX)
		cli_note("… and so on.");
	else if (fate == UND_BOOK_UNKNOWN)
		cli_note("%s: line %llu: left out: no card of this book.", item->place.file, line);
	else if (fate == UND_BOOK_VOID)
		cli_note("%s: line %llu: left out: slot %llu has another card now, or its owner left.", item->place.file, line, slot);
	else
		cli_note("%s: line %llu: left out: for slot %llu, but the key is that of slot %llu.", item->place.file, line, slot, (unsigned long long)other);
}

static enum und_err take_items(struct cli_book_import *out, struct importing *im)
{
	uint64_t told = 0;
	enum und_err e;

	for (size_t i = 0; i < im->count; i++) {
		const struct item *item = &im->items[i];
		uint64_t number = im->slot, other = 0;
		enum und_book_fate fate;

		e = und_book_enrol(&fate, &number, &other, im->book, im->slot == 0 ? item->code : NULL, &item->record.u.enrolment);
		if (e != UND_OK)
			return e;
		out->fates[fate]++;
		if (fate >= UND_BOOK_UNKNOWN)
			tell_left_out(item, fate, number, other, told++);
		else
			out->late += und_slot_key(und_book_slot(im->book, number), im->book->edition) == NULL;
	}
	out->lines = im->count;
	return UND_OK;
}

int cli_book_import(struct cli_book_import *out, struct und_book *b, const char *const *files, size_t count, uint64_t slot)
{
	struct importing im = { .book = b, .slot = slot };
	enum und_err e;
	int code = -1;

	*out = (struct cli_book_import){ 0 };
	for (size_t i = 0; i < count && code == -1; i++)
		code = read_file(&im, files[i]);
	if (code == -1)
		code = check_proofs(&im);
	if (code == -1 && slot != 0 && im.count != 1)
		code = cli_fail(CLI_FALSE, "A slot has one owner, who hands in one line.", "%s for slot %llu.", im.count == 0 ? "no line" : "more than one line", (unsigned long long)slot);
	if (code == -1) {
		e = take_items(out, &im);
		code = e == UND_OK ? -1 : cli_fail(cli_exit_of(e), cli_advice(e), "%s.", und_err_text(e));
	}
	for (size_t i = 0; i < im.count; i++)
		und_record_clear(&im.items[i].record);
	free(im.items);
	return code;
}
