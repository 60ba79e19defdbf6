/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cli/demo_stage.h: commands run before the reader's eyes, in this process: each line shown, what it says shown or kept, one bar over all */
#ifndef UND_CLI_DEMO_STAGE_H
#define UND_CLI_DEMO_STAGE_H

#include "cli/cli.h"

struct demo_stage {
	bool silent;        /* for --json: nothing is shown but the bar and errors */
	struct cli_bar bar;
	uint64_t done;      /* of bar.total */
};

void demo_stage_begin(struct demo_stage *s, uint64_t total);
void demo_stage_end(struct demo_stage *s);
/* What the bar says from here on. */
void demo_phase(struct demo_stage *s, const char *what);
/* So much more is done. */
void demo_advance(struct demo_stage *s, uint64_t units);

/* A paragraph for the reader, wrapped; an empty line before it. */
__attribute__((format(printf, 2, 3))) void demo_say(struct demo_stage *s, const char *format, ...);
/* A line as it is. */
__attribute__((format(printf, 2, 3))) void demo_print(struct demo_stage *s, const char *format, ...);
/* What a command said to its user, set off from the rest. */
void demo_quote(struct demo_stage *s, struct und_bytes text);

/* What a command said. */
struct demo_said {
	struct und_buf out, err;
};
void demo_said_clear(struct demo_said *said);

/*
 * Shows "$ undersigned NAME ARG…" (and after, when given, as it stands), runs the command and keeps what it says. args end with NULL. Returns its exit code, or CLI_TRIED where nothing could be
 * run (told). said is for clearing in any case.
 */
int demo_run(struct demo_stage *s, struct demo_said *said, const struct cli_command *command, const char *const *args, const char *after);
/* The same for a command that must succeed: when it does not, what it said on stderr is shown. Returns -1, or its exit code. said may be NULL. */
int demo_do(struct demo_stage *s, struct demo_said *said, const struct cli_command *command, const char *const *args, const char *after);
/* The same, with nothing kept: what it says is for the reader. Returns its exit code. */
int demo_perform(struct demo_stage *s, const struct cli_command *command, const char *const *args);

#endif
