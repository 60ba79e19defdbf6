/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cli/cli.h: what the commands share: the table, options, words for errors, keys and letters from files, progress */
#ifndef UND_CLI_CLI_H
#define UND_CLI_CLI_H

#include <stdio.h>

#include "letter/letter.h"
#include "os/os.h"
#include "proof/keyfile.h"

enum cli_exit {
	CLI_OK = 0,
	CLI_FALSE = 1,  /* checked and found false, or an act that the rules refuse */
	CLI_TRIED = 2,  /* could not try: usage, missing file, wrong passphrase, I/O */
	CLI_NEWER = 3,
	CLI_INTERRUPTED = 130
};

/* ---- the table of commands (main.c) ---- */

struct cli_command {
	const char *name;     /* "key new" */
	int (*run)(int argc, char **argv); /* argv[0] is the whole name, "key new"; returns an enum cli_exit */
	const char *group;    /* heading in --help: "Sign", "Organise", "Keep the roll", "Check", "Try" */
	const char *summary;  /* one line, lower case */
	const char *usage;    /* "undersigned key new -o FILE --series ID …" */
	const char *help;     /* what --help prints below it: options, an example, what to do next */
};
/* One a command, in each cmd_*.c: const struct cli_command cmd_key_new = { … }; commands.h lists and declares them all. */

/* ---- options: a table; long options, short where `letter` is set; `--help` everywhere ---- */

struct cli_option {
	const char *name;      /* "passphrase-file" */
	char letter;           /* 'o', or 0 */
	bool takes_value;
	bool repeats;          /* may be given several times: list */
	const char **value;    /* where a value goes (takes_value); with repeats: an array of capacity count_max */
	size_t *count;         /* how many were given (repeats); the rest may be given once */
	size_t count_max;
	bool *flag;            /* where a flag goes */
};
/*
 * Parses argv; the positional arguments go to args[0…*arg_count-1], between arg_min and arg_max of them. Handles --help
 * (prints the command's help on stdout). Returns -1 to go on, or the exit code to return with (0 after --help, 2 after a
 * usage error that has been told).
 */
int cli_parse(const struct cli_command *command, const struct cli_option *options, size_t option_count, int argc, char **argv, const char **args,
              size_t arg_min, size_t arg_max, size_t *arg_count);
/* Lines for the most usual options of a table */
#define CLI_VALUE(n, l, v) { .name = (n), .letter = (l), .takes_value = true, .value = (v) }
#define CLI_FLAG(n, l, f) { .name = (n), .letter = (l), .flag = (f) }
#define CLI_LIST(n, l, v, c, max) { .name = (n), .letter = (l), .takes_value = true, .repeats = true, .value = (v), .count = (c), .count_max = (max) }
/* Tells that an option or argument is missing ("--series ID"); returns CLI_TRIED. */
int cli_missing(const struct cli_command *command, const char *what);
/* Any other wrong use, with the usage line as advice; returns CLI_TRIED. */
__attribute__((format(printf, 2, 3))) int cli_misused(const struct cli_command *command, const char *format, ...);

/* ---- talk ---- */

/* "undersigned: …" on stderr; the second line, indented, says what to do next (NULL: nothing). Returns code. */
__attribute__((format(printf, 3, 4))) int cli_fail(int code, const char *advice, const char *format, ...);
/* The same without an exit code: something to know before going on. */
__attribute__((format(printf, 1, 2))) void cli_note(const char *format, ...);
/*
 * An error of the core about a file: "NAME: line 17, member proof: the proof is wrong." and advice by error; the exit
 * code that cli.md gives that error (1, 2 or 3).
 */
int cli_fail_at(const char *path, enum und_err e, const struct und_diag *diag);
/*
 * For errors of os/: "cannot read PATH: No such file or directory", exit 2, or 130 when stopped (errno is taken at
 * once). doing: "read", "write".
 */
int cli_fail_file(const char *path, const char *doing, enum und_err e);
const char *cli_advice(enum und_err e); /* what to do next, or NULL */
int cli_exit_of(enum und_err e);

/*
 * Text from a file or a letter, made safe for a terminal: controls and escapes cannot get through (the format refuses
 * them; other input may hold them).
 */
void cli_print_text(FILE *to, struct und_bytes text);
/* As cli_print_text from that column on, but lines that width columns do not hold (0: they hold all) go on below, under where they began. */
void cli_print_fitted(FILE *to, struct und_bytes text, unsigned column, unsigned width);
/* What write writes; fitted when it goes to standard output and that is a terminal. */
void cli_print_page(FILE *to, void (*write)(FILE *to, const void *ctx), const void *ctx);
/* Wraps to width with an indent, breaking at spaces; LF in the text ends a line. Ends with LF. */
void cli_print_wrapped(FILE *to, struct und_bytes text, unsigned indent, unsigned width);
/* How many columns the text takes; not counted much beyond most. */
unsigned cli_columns(struct und_bytes text, unsigned most);
/* Exactly so many columns: cut off with … where it is longer, else filled with spaces. LF becomes a space. */
void cli_print_clipped(FILE *to, struct und_bytes text, unsigned columns);
/* "1,024" */
const char *cli_number(char out[32], uint64_t v);

/* ---- progress: a bar on stderr, only on a terminal, gone when finished ---- */

struct cli_bar {
	const char *what;
	uint64_t done, total; /* total 0: unknown, and only what is done is shown */
	int64_t begun, drawn; /* milliseconds */
	bool shown, tty;
};
void cli_bar_begin(struct cli_bar *bar, const char *what, uint64_t total);
void cli_bar_set(struct cli_bar *bar, uint64_t done);
void cli_bar_end(struct cli_bar *bar);
/* A progress for the core that moves the bar and stops when cli_interrupted. */
struct und_progress cli_bar_progress(struct cli_bar *bar);

/*
 * Ctrl-C: set by the handler; long work looks at it and returns CLI_INTERRUPTED with nothing half-written. A second
 * Ctrl-C ends the program at once.
 */
bool cli_interrupted(void);

/* ---- shared resources, made on first use, freed by main ---- */

/*
 * main: signals, no core dumps, libraries' random seeds; returns -1, or an exit code. And the end: flushes stdout, which
 * may turn code into CLI_TRIED, and frees.
 */
int cli_begin(void);
int cli_end(int code);

const struct und_runner *cli_runner(unsigned threads); /* 0: the online cores. NULL (one after the other) for 1, and when memory is out */
void cli_runner_end(void); /* its threads are gone when this returns; the next call of cli_runner makes others */
const struct und_random *cli_random(void);
und_day cli_today(void);

/* ---- secrets ---- */

struct cli_secret_options {
	const char *passphrase_file; /* --passphrase-file F, "-" and /dev/fd/N too; NULL: ask on the terminal when the file needs one */
	bool no_passphrase;          /* --no-passphrase, for new files */
};
/*
 * Opens a key or authority file; asks for the passphrase only when the file has one. kind 0: any. Tells errors. Returns
 * -1, or an exit code. The caller wipes out (und_key_plain_wipe).
 */
int cli_key_open(struct und_key_plain *out, const char *path, enum und_key_kind kind, const struct cli_secret_options *secret);
/* The same, and how it was locked, for writing it again. lock is for cli_lock_clear, in any case. */
struct cli_lock {
	enum und_kdf kdf;
	struct und_buf passphrase; /* empty: none */
};
int cli_key_open_lock(struct und_key_plain *out, struct cli_lock *lock, const char *path, enum und_key_kind kind, const struct cli_secret_options *secret);
/* Asks for the passphrase of a new file (twice) unless told. */
int cli_lock_new(struct cli_lock *lock, const char *path, const struct cli_secret_options *secret);
void cli_lock_clear(struct cli_lock *lock);
/* Seals and writes a key file, 0600; refuses an existing one unless replace. Tells errors. Returns -1, or an exit code. */
int cli_key_write(const char *path, const struct und_key_plain *key, struct cli_lock *lock, bool replace);
/* The same for a new file that nobody would miss after a power cut: one of the demo's thousands. */
int cli_key_write_unsynced(const char *path, const struct und_key_plain *key, struct cli_lock *lock);
/* Seals and replaces FILE as it was locked; what was there is overwritten as far as the disk does that. */
int cli_key_erase(const char *path, const struct und_key_plain *key, struct cli_lock *lock);
/* cli_lock_new and cli_key_write. Refuses an existing file before it asks. */
int cli_key_save(const char *path, const struct und_key_plain *key, const struct cli_secret_options *secret, bool replace);
/* The member secret x and public key of a chain or imported key file. Tells errors. Returns -1, or an exit code; the caller wipes x. */
int cli_key_secret(struct und_scalar *x, uint8_t key[UND_POINT_SIZE], const struct und_key_plain *plain);

enum { CLI_SECRET_MAX = 1024 };
/*
 * A passphrase or code from file, descriptor or terminal (file NULL), one final LF dropped; NFC (libunistring) when nfc.
 * out: und_buf_init_secret(out, CLI_SECRET_MAX) by the caller, who clears it. Empty is refused. Tells errors. Returns
 * -1, or an exit code.
 */
int cli_secret_read(struct und_buf *out, const char *file, const char *prompt, bool twice, bool nfc);
/*
 * Unicode normal form C of a text, appended to out (what writers produce). Errors: UND_ERR_TEXT (not UTF-8),
 * UND_ERR_MEMORY, UND_ERR_LIMIT.
 */
UND_MUST_USE enum und_err cli_nfc(struct und_buf *out, struct und_bytes text);
/*
 * A question on the terminal, answered y or n. Returns -1 for yes; CLI_FALSE for no; other exit codes are told (no
 * terminal: advice says what to give instead).
 */
int cli_confirm(const char *question, const char *advice);

/* ---- letters ---- */

struct cli_letter {
	struct und_letter *l;
	struct und_state state;
	const char *path;
	uint64_t size;        /* bytes read */
	bool alone;           /* set before: nothing else is opened once the file is open, ever (cli/confine.h) */
};
/* Reads a letter, bundle or roster as mode says, streaming with a bar. Tells errors. Returns -1, or an exit code. */
int cli_letter_open(struct cli_letter *out, const char *path, enum und_letter_mode mode, bool unsigned_ok, unsigned threads);
/* The same, but an error of the content is not told: it stands in *fault (UND_OK: another error, which was told) and *diag. */
int cli_letter_try(struct cli_letter *out, const char *path, enum und_letter_mode mode, bool unsigned_ok, unsigned threads, enum und_err *fault,
                   struct und_diag *diag);
/* A file for sign, withdraw, vote: a letter, or a bundle when it is one. */
int cli_letter_open_for_acts(struct cli_letter *out, const char *path, bool *is_bundle, unsigned threads);
void cli_letter_close(struct cli_letter *l);
/* Opens a sealed letter's words with --link-file. Returns -1, or an exit code. */
int cli_letter_unseal(struct cli_letter *l, const char *link_file);

/*
 * The key of a link (UND_LINK_SIZE bytes) from a file of 43 characters and, perhaps, a line feed. Tells errors. Returns
 * -1, or an exit code; the caller wipes it.
 */
int cli_link_read(uint8_t link[32], const char *path);

/* Writes one record line of a member (LF added) to -o FILE, 0600 (NULL or "-": stdout; force: replace). Tells errors. Returns -1, or an exit code. */
int cli_write_line(const char *path, bool force, struct und_bytes line);
/* The same for any pieces, with a mode (0644; 0600 for secrets). */
int cli_write_file(const char *path, bool force, const struct und_bytes *pieces, size_t n, unsigned mode);
/* Refuses -o FILE early when it exists and force is not given. Returns -1, or an exit code. */
int cli_refuse_existing(const char *path, bool force);

/* ---- values: -1, or told and CLI_TRIED. what: "--edition" ---- */

int cli_parse_number(uint64_t *out, const char *what, const char *text, uint64_t min, uint64_t max);
int cli_parse_day(und_day *out, const char *what, const char *text);
int cli_parse_id32(uint8_t out[32], const char *what, const char *text); /* base64url of 32 bytes: ids, keys, pins */
int cli_parse_pin(uint8_t out[32], const char *text);

#endif
