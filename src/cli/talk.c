/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* talk.c: errors in words, on stderr: what is wrong, where, and what to do next */
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>

#include "cli/cli.h"

__attribute__((format(printf, 2, 0))) static void say(const char *before, const char *format, va_list args)
{
	char *text;
	int n;

	fputs(before, stderr);
	n = vasprintf(&text, format, args);
	if (n < 0) {
		fputs("out of memory", stderr);
	} else {
		cli_print_fitted(stderr, und_bytes(text, (size_t)n), (unsigned)strlen(before), und_tty_is(STDERR_FILENO) ? und_tty_width() : 0);
		free(text);
	}
	fputc('\n', stderr);
}

int cli_fail(int code, const char *advice, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say("undersigned: ", format, args);
	va_end(args);
	if (advice != NULL)
		cli_print_wrapped(stderr, und_cstr(advice), 2, und_tty_width());
	return code;
}

void cli_note(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say("", format, args);
	va_end(args);
}

/* "line 17, member proof: ", or part of it, or nothing */
static void place(char *out, size_t n, const struct und_diag *diag)
{
	const char *member = diag == NULL ? "" : diag->member;
	uint64_t line = diag == NULL ? 0 : diag->line;

	out[0] = '\0';
	if (line != 0 && *member != '\0')
		snprintf(out, n, "line %llu, member %s: ", (unsigned long long)line, member);
	else if (line != 0)
		snprintf(out, n, "line %llu: ", (unsigned long long)line);
	else if (*member != '\0')
		snprintf(out, n, "member %s: ", member);
}

static const char *name_of(const char *path)
{
	return strcmp(path, "-") == 0 ? "standard input" : path;
}

int cli_fail_at(const char *path, enum und_err e, const struct und_diag *diag)
{
	char where[128];

	if (e == UND_ERR_STOPPED)
		return cli_fail(CLI_INTERRUPTED, NULL, "interrupted.");
	if (e == UND_ERR_IO)
		return cli_fail_file(path, "read", e);
	place(where, sizeof where, diag);
	return cli_fail(cli_exit_of(e), cli_advice(e), "%s: %s%s.", name_of(path), where, und_err_text(e));
}

int cli_fail_file(const char *path, const char *doing, enum und_err e)
{
	int error = errno;
	bool writing = strcmp(doing, "write") == 0;
	const char *name = strcmp(path, "-") == 0 ? writing ? "standard output" : "standard input" : path;

	if (e == UND_ERR_STOPPED)
		return cli_fail(CLI_INTERRUPTED, NULL, "interrupted; %s is as it was.", name);
	if (e != UND_ERR_IO)
		return cli_fail(cli_exit_of(e), cli_advice(e), "cannot %s %s: %s.", doing, name, und_err_text(e));
	if (writing && error == EEXIST)
		return cli_fail(CLI_TRIED, "Choose another name, or give --force to replace it.", "%s exists already.", name);
	return cli_fail(CLI_TRIED, writing && (error == ENOSPC || error == EDQUOT) ? "Nothing was written. Make room and try again." : NULL,
			"cannot %s %s: %s.", doing, name, strerror(error));
}

struct sense {
	enum und_err e;
	int code;
	const char *advice;
};

#define CHANGED_ON_ITS_WAY "Editors and mail programs change files. Get it again, untouched: packed, or on a stick."

/* What is not here was checked and found false (exit 1) and needs no advice. */
static const struct sense senses[] = {
	{ UND_ERR_MEMORY, CLI_TRIED, "Close other programs, or try on a machine with more memory." },
	{ UND_ERR_RANDOM, CLI_TRIED, "The system gave no random bytes. Nothing was made." },
	{ UND_ERR_IO, CLI_TRIED, NULL },
	{ UND_ERR_STOPPED, CLI_INTERRUPTED, NULL },
	{ UND_ERR_NEWER, CLI_NEWER, "It was made by a later version of undersigned; nothing here says that it is false. Get a newer undersigned." },
	{ UND_ERR_TRUNCATED, CLI_FALSE, "The file was cut off on its way. Get it again." },
	{ UND_ERR_JSON, CLI_FALSE, CHANGED_ON_ITS_WAY },
	{ UND_ERR_CANONICAL, CLI_FALSE, CHANGED_ON_ITS_WAY },
	{ UND_ERR_QUORUM_REGISTRARS, CLI_FALSE, "The registrars have not all signed the roster: pass it round with `undersigned cosign`." },
	{ UND_ERR_QUORUM_ORGANISERS, CLI_FALSE, "Too few organisers have signed it: pass it round with `undersigned cosign`." },
	{ UND_ERR_KEYS_DUE, CLI_FALSE, "A letter holds the keys of all bodies. A signing bundle holds those of one ring: enough to sign, not to verify or show. Get the whole letter." },
	{ UND_ERR_KEYS_OTHER, CLI_FALSE, "A signing bundle holds the keys of one ring: enough to sign, not to verify or show. If this should be a whole letter, get it again." },
	{ UND_ERR_NO_LETTER, CLI_FALSE, "Is it a roster (`undersigned roster show`), or another file?" },
	{ UND_ERR_BEFORE_LETTER, CLI_FALSE, "A letter begins with its roster. A loose record, such as a signature, is put into one with `undersigned add`." },
	{ UND_ERR_RING_BELOW_MIN, CLI_FALSE, "It hides too little. --ring '*' hides you among all, where the letter allows it." },
	{ UND_ERR_RING_ABOVE_SHARE, CLI_FALSE, "One more signature there would point at those who have not signed. Wait until the roster grows, or choose another ring yourself; but whoever sees you try one after the other learns your body." },
	{ UND_ERR_RING_UNKNOWN, CLI_FALSE, "`undersigned roster show FILE` lists the bodies." },
	{ UND_ERR_NOT_IN_RING, CLI_FALSE, "`undersigned roster show FILE --key KEYFILE` says where a key stands." },
	{ UND_ERR_PIN, CLI_FALSE, "This roster was made by others than those on your invitation. Sign nothing; ask the people who invited you." },
	{ UND_ERR_SEALED, CLI_TRIED, "Give --link-file FILE with the key from the link." },
	{ UND_ERR_LINK, CLI_TRIED, "The link file must hold the key of this very letter: 43 characters and a line feed." },
	{ UND_ERR_PASSPHRASE, CLI_TRIED, "Capitals and keyboard layout matter. A lost passphrase cannot be recovered; a written code restores a key: `undersigned key restore`." },
	{ UND_ERR_KEY_FILE, CLI_TRIED, "A key file is 208 bytes, made by `undersigned key new` or `undersigned authority new`." },
	{ UND_ERR_KEY_KIND, CLI_TRIED, NULL },
	{ UND_ERR_BOOK, CLI_TRIED, "A registrar's book is made by `undersigned book new`." },
	{ UND_ERR_BODY_UNKNOWN, CLI_FALSE, "`undersigned book report BOOK` lists the bodies; new ones come in with `undersigned book issue BOOK --bodies BODIES.csv`." },
	{ UND_ERR_CODE_FORM, CLI_TRIED, "A written code has ten groups of four letters and digits (a-z, 2-7)." },
	{ UND_ERR_CODE_CHECK, CLI_TRIED, "Compare it with the paper, group by group." },
};

static const struct sense *sense_of(enum und_err e)
{
	static const struct sense otherwise = { UND_OK, CLI_FALSE, NULL };

	for (size_t i = 0; i < UND_COUNT_OF(senses); i++)
		if (senses[i].e == e)
			return &senses[i];
	return &otherwise;
}

const char *cli_advice(enum und_err e)
{
	return sense_of(e)->advice;
}

int cli_exit_of(enum und_err e)
{
	return e == UND_OK ? CLI_OK : sense_of(e)->code;
}
