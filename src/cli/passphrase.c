/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* passphrase.c: secrets that people give: from a file, a descriptor or the terminal, never from arguments or the environment */
#include <errno.h>
#include <stdlib.h>
#include <uninorm.h>
#include <unistr.h>

#include "base/secret.h"
#include "cli/cli.h"

enum und_err cli_nfc(struct und_buf *out, struct und_bytes text)
{
	uint8_t *normal;
	size_t n = 0;

	if (text.n == 0)
		return UND_OK;
	if (u8_check(text.p, text.n) != NULL)
		return UND_ERR_TEXT;
	normal = u8_normalize(UNINORM_NFC, text.p, text.n, NULL, &n);
	if (normal == NULL)
		return errno == ENOMEM ? UND_ERR_MEMORY : UND_ERR_TEXT;
	und_buf_add(out, normal, n);
	if (out->secret)
		und_wipe(normal, n);
	free(normal);
	return out->err;
}

static int tell_no_terminal(enum und_err e)
{
	if (e == UND_ERR_STOPPED)
		return cli_fail(CLI_INTERRUPTED, NULL, "interrupted; nothing was changed.");
	if (e == UND_ERR_LIMIT)
		return cli_fail(CLI_TRIED, NULL, "that is longer than %d bytes.", CLI_SECRET_MAX);
	if (e != UND_ERR_IO)
		return cli_fail(cli_exit_of(e), cli_advice(e), "%s.", und_err_text(e));
	return cli_fail(CLI_TRIED, "Run it in a terminal, or give a file: --passphrase-file F (for a code: --code-file F); F may be - or /dev/fd/N.",
			"there is no terminal to ask on.");
}

static int from_file(struct und_buf *out, const char *file)
{
	enum und_err e = und_file_read(out, file, CLI_SECRET_MAX);

	if (e == UND_ERR_LIMIT)
		return cli_fail(CLI_TRIED, "Is it the right file?", "%s is longer than %d bytes.", file, CLI_SECRET_MAX);
	if (e != UND_OK)
		return cli_fail_file(file, "read", e);
	if (out->n > 0 && out->p[out->n - 1] == '\n')
		out->n--; /* one final LF is dropped: spec/records.md, Key file */
	return -1;
}

/* Twice, until both are the same. */
static int from_terminal(struct und_buf *out, const char *prompt, bool twice)
{
	struct und_buf again;
	enum und_err e;
	bool same;

	for (;;) {
		if (cli_interrupted())
			return tell_no_terminal(UND_ERR_STOPPED);
		und_buf_reset(out);
		e = und_tty_ask(out, prompt, true);
		if (e != UND_OK)
			return tell_no_terminal(e);
		if (!twice)
			return -1;
		und_buf_init_secret(&again, CLI_SECRET_MAX);
		e = und_tty_ask(&again, "The same again: ", true);
		same = e == UND_OK && again.n == out->n && und_equal(again.p, out->p, out->n);
		und_buf_clear(&again);
		if (e != UND_OK)
			return tell_no_terminal(e);
		if (same)
			return -1;
		cli_note("These were two different ones. Once more.");
	}
}

static int normalize(struct und_buf *out)
{
	struct und_buf normal;
	enum und_err e;

	und_buf_init_secret(&normal, 4 * CLI_SECRET_MAX);
	e = cli_nfc(&normal, und_buf_bytes(out));
	if (e == UND_OK) {
		und_buf_clear(out);
		out->max = normal.max;
		und_buf_add_bytes(out, und_buf_bytes(&normal));
		e = out->err;
	}
	und_buf_clear(&normal);
	if (e == UND_ERR_TEXT)
		return cli_fail(CLI_TRIED, NULL, "a passphrase must be text in UTF-8.");
	if (e != UND_OK)
		return cli_fail(cli_exit_of(e), cli_advice(e), "%s.", und_err_text(e));
	return -1;
}

int cli_secret_read(struct und_buf *out, const char *file, const char *prompt, bool twice, bool nfc)
{
	int code = file != NULL ? from_file(out, file) : from_terminal(out, prompt, twice);

	if (code != -1)
		return code;
	if (out->n == 0)
		return cli_fail(CLI_TRIED, twice ? "To have none on purpose, say --no-passphrase." : NULL, "nothing was given.");
	return nfc ? normalize(out) : -1;
}

int cli_confirm(const char *question, const char *advice)
{
	struct und_buf answer;
	enum und_err e;
	bool yes;

	if (cli_interrupted())
		return tell_no_terminal(UND_ERR_STOPPED);
	und_buf_init(&answer, 64);
	e = und_tty_ask(&answer, question, false);
	yes = und_bytes_is(und_buf_bytes(&answer), "y") || und_bytes_is(und_buf_bytes(&answer), "yes");
	und_buf_clear(&answer);
	if (e == UND_ERR_IO)
		return cli_fail(CLI_TRIED, advice, "there is no terminal to ask on.");
	if (e == UND_ERR_STOPPED)
		return tell_no_terminal(e);
	if (e != UND_OK || !yes)
		return cli_fail(CLI_FALSE, NULL, "not done; nothing was changed.");
	return -1;
}
