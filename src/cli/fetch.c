/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* fetch.c: a letter from a server into a file: checked while it comes, merged with what is there, whole or not at all */
#include "cli/fetch.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "cli/guard.h"
#include "cli/lines.h"
#include "cli/union_talk.h"

enum { OVERLAP = 1024 }; /* of what came earlier, asked for again: that it is the same file */

struct fetching {
	struct cli_fetched *f;
	struct cli_client *client;
	char name[CLI_CLIENT_URL_MAX + CLI_CLIENT_SLUG_MAX + 32]; /* of what comes, for people */
	char part[4096];         /* "": none is kept */
	struct und_buf came;     /* from the first byte on */
	struct und_letter *l;    /* of what came */
	struct und_diag diag;    /* where l refused */
	uint8_t again[OVERLAP];  /* the end of the part, which must come again */
	size_t again_n, agreed;
	struct und_file_view here;
	struct cli_guard guard;
	struct und_buf merged;
};

static struct und_letter_options how(void)
{
	return (struct und_letter_options){ .mode = UND_LETTER_FILE, .random = cli_random(), .runner = cli_runner(0) };
}

static int tell_memory(void)
{
	return cli_fail(CLI_TRIED, cli_advice(UND_ERR_MEMORY), "%s.", und_err_text(UND_ERR_MEMORY));
}

/* ---- coming ---- */

/* From the first byte. */
static enum und_err begin(struct fetching *g)
{
	const struct und_letter_options options = how();

	und_letter_free(g->l);
	g->l = NULL;
	g->diag = (struct und_diag){ 0 };
	g->again_n = g->agreed = 0;
	und_buf_reset(&g->came);
	return und_letter_new(&g->l, &options);
}

static enum und_err add(struct fetching *g, struct und_bytes piece)
{
	und_buf_add_bytes(&g->came, piece);
	return g->came.err != UND_OK ? g->came.err : und_letter_feed(g->l, piece, &g->diag);
}

static enum und_err take(void *ctx, struct und_bytes piece, bool is_part)
{
	struct fetching *g = ctx;
	size_t n;
	enum und_err e;

	if (!is_part && g->again_n != 0 && (e = begin(g)) != UND_OK) /* the whole, although a part was asked for */
		return e;
	n = g->again_n - g->agreed;
	n = n < piece.n ? n : piece.n;
	if (n != 0 && memcmp(piece.p, g->again + g->agreed, n) != 0)
		return UND_ERR_STORE_MOVED; /* another file than that of the part */
	g->agreed += n;
	return add(g, und_bytes(piece.p + n, piece.n - n));
}

/* What an earlier call kept. */
static int take_part(struct fetching *g)
{
	struct und_buf part;
	struct und_bytes text;
	enum und_err e;

	if ((e = begin(g)) != UND_OK)
		return tell_memory();
	if (g->part[0] == '\0' || access(g->part, F_OK) != 0)
		return -1;
	und_buf_init(&part, CLI_FILE_MAX);
	e = und_file_read(&part, g->part, CLI_FILE_MAX);
	text = und_buf_bytes(&part);
	if (e == UND_OK && text.n > OVERLAP) {
		e = add(g, text);
		memcpy(g->again, text.p + text.n - OVERLAP, OVERLAP);
		g->again_n = OVERLAP;
	}
	und_buf_clear(&part);
	return e == UND_OK || begin(g) == UND_OK ? -1 : tell_memory(); /* a part that is of no use is none */
}

static int keep_part(struct fetching *g, int code)
{
	const struct und_bytes piece = und_buf_bytes(&g->came);

	if (g->part[0] == '\0' || piece.n <= OVERLAP)
		return code;
	if (und_file_write(g->part, &piece, 1, UND_WRITE_REPLACE, 0644) == UND_OK)
		cli_note("  What came is kept in %s; the same command goes on from there.", g->part);
	return code;
}

/* What the fold, or memory, refused. */
static int tell_taken(const struct fetching *g, enum und_err e)
{
	if (e == UND_ERR_MEMORY)
		return tell_memory();
	if (e == UND_ERR_LIMIT && g->came.err == UND_ERR_LIMIT)
		return cli_client_tell_nonsense(g->client, "its letter is larger than any should be");
	return cli_fail_at(g->name, e, &g->diag);
}

/* Returns -1 when all of it is there; *anew: it did not go on from the part, ask for the whole. */
static int ask(struct fetching *g, bool *anew)
{
	char path[CLI_CLIENT_SLUG_MAX + 32];
	const bool goes_on = g->again_n != 0;
	const struct cli_ask a = {
		.path = path, .from = g->came.n - g->again_n, .wanted = CLI_CLIENT_LINES, .sized = true, .what = "Fetching", .take = take, .take_ctx = g
	};
	enum und_err taken = UND_OK;
	bool broke = false;
	long status;
	int code;

	snprintf(path, sizeof path, "/letters/%s.letter", g->client->slug);
	code = cli_client_ask(g->client, &a, NULL, &status, &taken, &broke);
	*anew = goes_on && (status == 416 || (taken != UND_OK && taken != UND_ERR_MEMORY) || (code == -1 && g->agreed != g->again_n));
	if (*anew)
		return -1;
	if (taken != UND_OK)
		return tell_taken(g, taken);
	return broke ? keep_part(g, code) : code;
}

static int fetch(struct fetching *g)
{
	bool anew = false, resumed;
	enum und_err e = UND_OK;
	int code = take_part(g);

	resumed = g->again_n != 0;
	if (code != -1 || (code = ask(g, &anew)) != -1)
		return code;
	if (!anew) {
		e = und_letter_end(g->l, &g->diag);
		anew = resumed && e != UND_OK && e != UND_ERR_MEMORY;
	}
	if (anew) {
		if (begin(g) != UND_OK)
			return tell_memory();
		if ((code = ask(g, &anew)) != -1)
			return code;
		e = und_letter_end(g->l, &g->diag);
	}
	return e == UND_OK ? -1 : tell_taken(g, e);
}

/* ---- merging ---- */

static bool begins_with(struct und_bytes whole, struct und_bytes with)
{
	return whole.n >= with.n && (with.n == 0 || memcmp(whole.p, with.p, with.n) == 0);
}

static uint64_t count_lines(struct und_bytes text)
{
	struct und_bytes line;
	uint64_t n = 0;

	while (cli_next_line(&line, &text))
		n++;
	return n;
}

static int unite(struct fetching *g)
{
	const struct und_letter_options options = how();
	const struct und_bytes copies[2] = { g->here.bytes, und_buf_bytes(&g->came) };
	const char *const paths[2] = { g->f->path, g->name };
	struct und_diag diag = { 0 };
	size_t copy = 0;
	enum und_err e;

	und_buf_init(&g->merged, copies[0].n + copies[1].n + (1 << 20));
	e = und_union(&g->merged, &g->f->report, copies, 2, &copy, &options, &diag);
	if (e == UND_ERR_UNION_ROSTERS)
		return cli_tell_double_dealing(paths, copies, 2);
	if (e == UND_ERR_UNION_LETTERS)
		return cli_fail(CLI_FALSE, "Give the letter from the server a file of its own: -o FILE.", "%s is another letter than %s.", g->f->path, g->name);
	return e == UND_OK ? -1 : cli_fail_at(copy == 1 ? g->name : g->f->path, e, &diag);
}

/* out: what the file should hold. */
static int merge(struct fetching *g, struct und_bytes *out)
{
	const struct und_bytes here = g->here.bytes, came = und_buf_bytes(&g->came);
	const struct und_letter_options options = how();
	struct und_diag diag = { 0 };
	const char *name = g->f->path;
	enum und_err e;
	int code;

	*out = came;
	g->f->report = (struct und_union_report){ .lines = count_lines(came) };
	g->f->report.added = g->f->report.lines - count_lines(here);
	if (begins_with(came, here))
		return -1; /* as it is without other hands: l is the letter of the file, then */
	if (begins_with(here, came)) {
		*out = here;
		g->f->report = (struct und_union_report){ .lines = count_lines(here) };
	} else {
		if ((code = unite(g)) != -1)
			return code;
		*out = g->f->report.added == 0 && g->f->report.dropped == 0 ? here : und_buf_bytes(&g->merged);
	}
	und_letter_free(g->l);
	g->l = NULL;
	e = und_letter_read(&g->l, *out, &options, &diag);
	return e == UND_OK ? -1 : cli_fail_at(name, e, &diag);
}

static int write_letter(struct fetching *g, struct und_bytes text)
{
	enum und_err e = cli_interrupted() ? UND_ERR_STOPPED : UND_OK;
	int code;

	g->f->changed = !g->f->had || text.n != g->here.bytes.n || memcmp(text.p, g->here.bytes.p, text.n) != 0;
	if (e == UND_OK && g->f->changed) {
		if (g->f->had && (code = cli_guard_check(&g->guard)) != -1)
			return code;
		e = und_file_write(g->f->path, &text, 1, g->f->had ? UND_WRITE_REPLACE : UND_WRITE_NEW, 0644);
	}
	return e == UND_OK ? -1 : cli_fail_file(g->f->path, "write", e);
}

/* ---- all of it ---- */

static int look_here(struct fetching *g)
{
	int n, code;
	enum und_err e;

	n = snprintf(g->part, sizeof g->part, "%s.part", g->f->path);
	if (n < 0 || n >= (int)sizeof g->part || strcmp(g->f->path, "-") == 0 || strncmp(g->f->path, "/dev/", 5) == 0) {
		g->part[0] = '\0'; /* a pipe: nothing to merge with, nothing to go on from */
		return -1;
	}
	if (access(g->f->path, F_OK) != 0 && errno == ENOENT)
		return -1;
	if ((code = cli_guard_begin(&g->guard, g->f->path)) != -1)
		return code;
	e = und_file_view_open(&g->here, g->f->path, CLI_FILE_MAX);
	if (e != UND_OK)
		return cli_fail_file(g->f->path, "read", e);
	g->f->had = true;
	return -1;
}

static int run(struct fetching *g)
{
	struct und_state state;
	struct und_bytes text;
	int code;

	snprintf(g->name, sizeof g->name, "%s/letters/%s.letter", g->client->base, g->client->slug);
	und_buf_init(&g->came, CLI_FILE_MAX);
	if ((code = look_here(g)) != -1 || (code = fetch(g)) != -1 || (code = merge(g, &text)) != -1)
		return code;
	if (und_letter_state(&state, g->l) != UND_OK)
		return tell_memory();
	g->f->signers = state.signers;
	und_state_clear(&state);
	if ((code = write_letter(g, text)) != -1)
		return code;
	if (g->part[0] != '\0')
		(void)unlink(g->part);
	return -1;
}

int cli_fetch_letter(struct cli_fetched *f, struct cli_client *c)
{
	struct fetching *g = und_alloc(1, sizeof *g);
	int code;

	if (g == NULL)
		return tell_memory();
	g->f = f;
	g->client = c;
	code = run(g);
	und_letter_free(g->l);
	und_buf_clear(&g->came);
	und_buf_clear(&g->merged);
	und_file_view_close(&g->here);
	free(g);
	return code;
}
