/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cli/post.h: what organisers and parties put under a letter: one record, judged as the letter's next line, signed, written */
#ifndef UND_CLI_POST_H
#define UND_CLI_POST_H

#include "cli/authority_io.h"
#include "cli/parties.h"

struct cli_post {
	const struct cli_command *command;
	const char *path;              /* the letter */
	const char *authority, *out;   /* NULL: unsigned; to standard output */
	const char *on;                /* the day; NULL: today */
	const char *language;          /* NULL: the letter's */
	const char *text, *text_file;  /* one of them */
	const char *link_file;         /* of a letter that is still sealed: for a translation to be sealed with it */
	const char *source, *source_sha256, *archived;
	bool force, json;
	struct cli_secret_options secret;
	/* from here on cli_post fills */
	struct cli_letter letter;
	struct cli_parties parties;
	struct cli_authority signer;
	struct und_record record;
	const struct und_ref *party_key; /* statement: the key of who speaks; else NULL */
	bool is_party;                   /* … and it is the one that signs */
};

/* Options that every such command has, for its table; p: its struct cli_post. */
#define CLI_POST_OPTIONS(p) \
	CLI_VALUE("authority", 0, &(p).authority), CLI_VALUE("passphrase-file", 0, &(p).secret.passphrase_file), CLI_VALUE("output", 'o', &(p).out), \
	CLI_FLAG("force", 0, &(p).force), CLI_FLAG("json", 0, &(p).json)
/* … and those whose record names where it is from. */
#define CLI_POST_SOURCE(p) \
	CLI_VALUE("source", 0, &(p).source), CLI_VALUE("archived", 0, &(p).archived), CLI_VALUE("source-sha256", 0, &(p).source_sha256)

/*
 * Opens the letter and the key; sets type and letter of the record and lets fill do the rest (-1, or an exit code); signs it; judges it as the letter's next line, of which only the
 * organisers' quorum may lack; writes it; tells its id and who must sign still. Tells errors. Returns an exit code; everything is freed.
 */
int cli_post(struct cli_post *p, enum und_type type, int (*fill)(struct cli_post *p));

/* For fill; each tells errors and returns -1, or an exit code. Texts go into the record's arena. */
int cli_post_day(und_day *out, const struct cli_post *p); /* --on, not after today */
int cli_post_language(struct und_bytes *out, const struct cli_post *p);
int cli_post_text(struct und_bytes *out, struct cli_post *p, size_t max); /* --text or --text-file */
int cli_post_source(struct und_source *out, struct cli_post *p); /* --source, --source-sha256 or --archived */
/* "statement: member party: no such party above.", in the fold's words, and what to do. Returns the exit code. */
int cli_post_refuse(const struct cli_post *p, enum und_err e, const char *member);

#endif
