/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cli/fetch.h: a letter from a server into a file: checked while it comes, merged with what is there, whole or not at all */
#ifndef UND_CLI_FETCH_H
#define UND_CLI_FETCH_H

#include "cli/client.h"
#include "letter/union.h"

struct cli_fetched {
	const char *path;      /* given */
	bool had, changed;     /* there was a file; it is another now */
	struct und_union_report report;
	uint64_t signers;
};
/*
 * The letter c->slug into f->path. What was there (it must be a valid copy of the same letter) is merged with what comes and loses no line; it is replaced at once, or stays as it was. When the line
 * breaks, what came is kept in "PATH.part" and the next call goes on behind it, if the server's bytes around its end are the same; else it begins anew. Tells errors. Returns -1, or an exit code.
 */
int cli_fetch_letter(struct cli_fetched *f, struct cli_client *c);

#endif
