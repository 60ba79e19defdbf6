/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cli/client.h: asking a server of letters (spec/server.md): one question, one answer of a known type and size, or a clear error */
#ifndef UND_CLI_CLIENT_H
#define UND_CLI_CLIENT_H

#include "cli/cli.h"

enum {
	CLI_CLIENT_URL_MAX = 2048,
	CLI_CLIENT_SLUG_MAX = 64,
	CLI_CLIENT_SEND_MAX = 48 << 20, /* what a server takes at most: letters, records */
	CLI_CLIENT_WORD_MAX = 64 << 10, /* of an answer that only says how it went, and of a problem */
};
#define CLI_CLIENT_LINES "application/x-ndjson" /* the media type of lines, both ways */
#define CLI_CLIENT_JSON "application/json"

/* How to get there: the options that all verbs of the client share. Zeroed: straight to the server. */
struct cli_client_options {
	const char *proxy;     /* --proxy socks5h://HOST:PORT, which resolves names too; NULL: none, whatever the environment says */
	const char *unix_path; /* --unix PATH: a socket in place of the URL's host */
	const char *ca;        /* --ca FILE: certificates that are believed, instead of the system's */
	const char *timeout;   /* --timeout SECONDS with next to no byte */
	bool insecure_http;    /* --insecure-http: http to any host */
};

/* Their rows in a verb's table; w: its struct cli_client_options. */
#define CLI_CLIENT_OPTIONS(w) \
	CLI_VALUE("proxy", 0, &(w).proxy), CLI_VALUE("unix", 0, &(w).unix_path), CLI_VALUE("ca", 0, &(w).ca), CLI_VALUE("timeout", 0, &(w).timeout), \
	CLI_FLAG("insecure-http", 0, &(w).insecure_http)

struct cli_client {
	char base[CLI_CLIENT_URL_MAX + 1];     /* "https://letters.example.org": what routes go behind */
	char slug[CLI_CLIENT_SLUG_MAX + 1];    /* "our"; "": the URL names no letter */
	bool is_seen;                          /* the server, or who stands before it, sees this machine's address */
	bool has_proxy;
	void *curl;
	bool began;                            /* libcurl did */
};

/* What was sent, for telling where in which file a problem is. Lines of the body count from 1. */
struct cli_sent {
	const char *const *paths;
	const uint64_t *lines; /* of each file */
	size_t count;
	uint64_t before;       /* lines sent before those of the files */
	const uint64_t *numbers; /* NULL; or of each line of the body, of which some were left out, which it is in the one file */
};

struct cli_ask {
	const char *path;      /* "/api/v1/letters/our/submissions" */
	const char *type;      /* media type of what is sent; NULL: nothing is sent (GET) */
	struct und_bytes body;
	const struct cli_sent *sent; /* may be NULL */
	uint64_t from;         /* the first byte that is wanted; 0: all */
	const char *wanted;    /* the media type that the answer must have */
	bool sized;            /* the answer must say its length, so that one that was cut off is seen */
	long also;             /* a status that is no error here (404); 0: none. Nothing of such an answer is kept */
	const char *what;      /* for the bar */
	/* Called with each piece of the answer instead of keeping it, after piece 0 of 206 was found where it was asked for. Anything but UND_OK ends the transfer. NULL: kept in out */
	enum und_err (*take)(void *ctx, struct und_bytes piece, bool is_part);
	void *take_ctx;
};

/*
 * Takes the URL apart: of a letter (…/letters/NAME, …/letters/NAME.letter, …/api/v1/letters/NAME) or of a server. Refuses what cannot be asked safely: other schemes, names and passwords,
 * http to other machines without insecure_http, .onion without a proxy. Nothing is sent. Tells errors. Returns -1, or an exit code; cli_client_close in any case (*c zeroed before).
 * What libcurl gives back is wiped; SSLKEYLOGFILE is taken from the environment.
 */
int cli_client_open(struct cli_client *c, const char *url, const struct cli_client_options *options);
void cli_client_close(struct cli_client *c);
/* cli_client_open found a letter's name, or tells that it is missing. Returns -1, or an exit code. */
int cli_client_needs_letter(const struct cli_client *c, const char *url);

/*
 * Asks. The answer is appended to out, up to out's maximum (out may be NULL with take). No redirect is followed; nothing but type, length and Content-Range of the answer's headers is looked at.
 * Returns -1 (*status: 200, 201, 202, 206, also; with from also 416, and nothing is appended), or an exit code, told: 1 what the server refuses by the rules, 2 everything else, 130 interrupted.
 * *taken: what take ended it with; nothing is told then, and CLI_TRIED returned. *broke: the line broke, asking again may go on. Both may be NULL.
 */
int cli_client_ask(struct cli_client *c, const struct cli_ask *ask, struct und_buf *out, long *status, enum und_err *taken, bool *broke);

/* ---- client_words.c: what answers say. Pure; fuzzed ---- */

struct cli_problem {
	enum und_err e;      /* UND_OK: none that we know */
	struct und_diag diag;
	uint64_t missing_signers, missing_bodies; /* UND_ERR_THRESHOLDS; both 0: not told */
};
/* Problem details (RFC 9457) as spec/server.md has them; anything else gives UND_OK and an empty diag. */
void cli_problem_read(struct cli_problem *out, struct und_bytes json);

/* A letter's state, as far as it is asked: GET /api/v1/letters/SLUG. */
struct cli_there {
	uint8_t letter[UND_ID_SIZE];
	uint64_t signers;
	bool sealed;
};
/* False: something else. */
bool cli_there_read(struct cli_there *out, struct und_bytes json);

struct cli_counts {
	uint64_t added, known, refused;
};
/* {"added":N,"known":N} and, with cards, "refused":N; LF behind it. False: something else. */
bool cli_counts_read(struct cli_counts *out, struct und_bytes json, bool cards);

/* ---- client_talk.c ---- */

/* Tells what a problem says, in our own words where the name is one of ours. Returns the exit code. */
int cli_client_tell_problem(const struct cli_client *c, long status, struct und_bytes body, const struct cli_sent *sent);
/* Tells that the answer is not what a server of letters gives. Returns CLI_TRIED. */
int cli_client_tell_nonsense(const struct cli_client *c, const char *why);
/* The media type's answer is {"kept":true} or the like: exactly these bytes. Returns -1, or tells nonsense. */
int cli_client_expect(const struct cli_client *c, const struct und_buf *answer, const char *exactly);

/* ---- client_files.c: what is sent ---- */

struct cli_client_files {
	const char *const *paths;
	uint64_t *lines;
	size_t count;
	struct und_buf text; /* all lines, each with its LF */
};
/* Reads them all, at most max bytes. Empty ones are refused. Tells errors. Returns -1, or an exit code; clear in any case (*f zeroed before). */
int cli_client_files_read(struct cli_client_files *f, const char *const *paths, size_t count, size_t max);
void cli_client_files_clear(struct cli_client_files *f);
struct cli_sent cli_client_sent(const struct cli_client_files *f, uint64_t before);
/* Which line of which file a line of the body is; line 0 where it is none of theirs. */
const char *cli_client_place(const struct cli_sent *sent, uint64_t *line);

/* Appends a request of today, with LF, signed by the authority (spec/server.md, Requests). letter: NULL for a collection. Tells errors. Returns -1, or an exit code. */
int cli_client_request(struct und_buf *out, enum und_act_asked act, const char *server, const char *subject, const uint8_t *letter, const char *authority,
                       const struct cli_secret_options *secret);

#endif
