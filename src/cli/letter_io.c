/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* letter_io.c: letters, bundles and rosters from files: streamed through the fold, with a bar */
#include "base/secret.h"
#include "cli/cli.h"
#include "cli/confine.h"
#include "letter/seal.h"

struct feeding {
	struct und_letter *l;
	struct und_diag diag;
	struct cli_bar bar;
	uint64_t size, hint;
	enum und_err fault; /* of the content, not of reading */
};

static enum und_err feed(void *ctx, struct und_bytes chunk)
{
	struct feeding *f = ctx;

	if (cli_interrupted())
		return UND_ERR_STOPPED;
	f->fault = und_letter_feed(f->l, chunk, &f->diag);
	f->size += chunk.n;
	f->bar.total = f->hint;
	cli_bar_set(&f->bar, f->size);
	return f->fault;
}

static int stop(void *ctx, uint64_t done, uint64_t total)
{
	(void)ctx;
	(void)done;
	(void)total;
	return cli_interrupted();
}

int cli_letter_try(struct cli_letter *out, const char *path, enum und_letter_mode mode, bool unsigned_ok, unsigned threads, enum und_err *fault,
		   struct und_diag *diag)
{
	static const struct und_progress progress = { stop, NULL };
	struct und_letter_options options = { .mode = mode, .random = cli_random(), .progress = &progress, .unsigned_ok = unsigned_ok };
	struct feeding f = { .fault = UND_OK };
	enum und_err e;
	int code, fd;

	*fault = UND_OK;
	e = und_file_open(&fd, path);
	if (e != UND_OK)
		return cli_fail_file(path, "read", e);
	if (out->alone && (code = cli_confine_reader(NULL, 0)) != -1) {
		und_file_shut(fd);
		return code;
	}
	options.runner = cli_runner(threads);
	e = und_letter_new(&f.l, &options);
	if (e != UND_OK) {
		und_file_shut(fd);
		return cli_fail_at(path, e, NULL);
	}
	cli_bar_begin(&f.bar, "checking", 0);
	e = und_file_stream_open(fd, feed, &f, &f.hint);
	if (e == UND_OK)
		e = f.fault = und_letter_end(f.l, &f.diag);
	cli_bar_end(&f.bar);
	if (e == UND_OK)
		e = f.fault = und_letter_state(&out->state, f.l);
	if (e == UND_OK) {
		out->l = f.l;
		out->path = path;
		out->size = f.size;
		return -1;
	}
	*fault = f.fault;
	*diag = f.diag;
	code = cli_exit_of(e);
	if (e == UND_ERR_STOPPED)
		code = cli_fail(CLI_INTERRUPTED, NULL, "interrupted.");
	else if (f.fault == UND_OK)
		code = cli_fail_file(path, "read", e);
	und_letter_free(f.l);
	return code;
}

int cli_letter_open(struct cli_letter *out, const char *path, enum und_letter_mode mode, bool unsigned_ok, unsigned threads)
{
	struct und_diag diag;
	enum und_err fault;
	int code = cli_letter_try(out, path, mode, unsigned_ok, threads, &fault, &diag);

	return fault != UND_OK && fault != UND_ERR_STOPPED ? cli_fail_at(path, fault, &diag) : code;
}

/* What a file that is a bundle may lack: keys of other bodies; the record that a deadline notice is about (spec/records.md, As built: Bundles). */
static bool may_be_bundle(enum und_err fault)
{
	return fault == UND_ERR_KEYS_DUE || fault == UND_ERR_KEYS_OTHER || fault == UND_ERR_KEYS_UNASKED || fault == UND_ERR_NO_LETTER ||
	       fault == UND_ERR_ABOUT_UNKNOWN;
}

/* A file that lacks what a bundle may lack is read again as one. Told is the fault of the reading that came further; of both, the bundle's. */
int cli_letter_open_for_acts(struct cli_letter *out, const char *path, bool *is_bundle, unsigned threads)
{
	struct und_diag diag, other;
	enum und_err fault, ignored;
	int code;

	code = cli_letter_try(out, path, UND_LETTER_FILE, false, threads, &fault, &diag);
	*is_bundle = false;
	if (code == -1 || fault == UND_OK || fault == UND_ERR_STOPPED)
		return code;
	if (may_be_bundle(fault) && strcmp(path, "-") != 0) {
		code = cli_letter_try(out, path, UND_LETTER_BUNDLE, false, threads, &ignored, &other);
		*is_bundle = code == -1;
		if (code == -1 || ignored == UND_OK || ignored == UND_ERR_STOPPED)
			return code;
		if (cli_exit_of(ignored) == CLI_TRIED || other.line >= diag.line) /* the machine failed, not the file; or it is a bundle, up to there */
			return cli_fail_at(path, ignored, &other);
	}
	return cli_fail_at(path, fault, &diag);
}

void cli_letter_close(struct cli_letter *l)
{
	if (l->l == NULL)
		return;
	und_state_clear(&l->state);
	und_letter_free(l->l);
	l->l = NULL;
}

int cli_link_read(uint8_t link[UND_LINK_SIZE], const char *path)
{
	struct und_buf text;
	enum und_err e;
	int code;

	und_buf_init_secret(&text, CLI_SECRET_MAX);
	code = cli_secret_read(&text, path, NULL, false, false);
	if (code == -1) {
		e = und_base64_decode_secret(link, und_buf_bytes(&text));
		if (e != UND_OK)
			code = cli_fail(CLI_TRIED, cli_advice(UND_ERR_LINK), "%s: not the key of a link.", path);
	}
	und_buf_clear(&text);
	return code;
}

int cli_letter_unseal(struct cli_letter *l, const char *link_file)
{
	uint8_t link[UND_LINK_SIZE];
	struct und_diag diag = { 0 };
	struct und_state state;
	enum und_err e;
	int code;

	code = cli_link_read(link, link_file);
	if (code != -1)
		return code;
	e = und_letter_open(l->l, link, &diag);
	und_wipe(link, sizeof link);
	if (e == UND_OK)
		e = und_letter_state(&state, l->l);
	if (e != UND_OK)
		return cli_fail_at(l->path, e, &diag);
	und_state_clear(&l->state);
	l->state = state;
	return -1;
}
