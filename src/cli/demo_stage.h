/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cli/demo_stage.h: commands run before the reader's eyes, in this process: each line shown, what it says shown or kept, one bar over all */
#ifndef UND_CLI_DEMO_STAGE_H
#define UND_CLI_DEMO_STAGE_H

#include "cli/cli.h"

struct demo_stage {
	bool silent;        /* for --json: nothing is shown but the bar and errors */
	struct cli_bar bar;
	uint64_t done;      /* of bar.total */
	unsigned chapter;
};

void demo_stage_begin(struct demo_stage *s, uint64_t total);
void demo_stage_end(struct demo_stage *s);
/* What the bar says from here on. */
void demo_phase(struct demo_stage *s, const char *what);
/* So much more is done. */
void demo_advance(struct demo_stage *s, uint64_t units);

/* The next chapter, with its number. */
void demo_chapter(struct demo_stage *s, const char *title);
/* A paragraph for the reader, wrapped; an empty line before it. */
__attribute__((format(printf, 2, 3))) void demo_say(struct demo_stage *s, const char *format, ...);
/* A line as it is. */
__attribute__((format(printf, 2, 3))) void demo_print(struct demo_stage *s, const char *format, ...);

/* Lines to be shown of what a command said: from the first that begins with `from`, to before the next that begins with `until` (NULL: to the end), and of these so many at most (0: all). */
struct demo_part {
	const char *from, *until;
	size_t most;
};
/*
 * What a command said, or these parts of it, in their order, and "…" where something is left out between them. They end with one whose `from` is NULL, and whose
 * `until` is said when something is left out behind them; "" begins at once.
 */
void demo_tell(struct demo_stage *s, struct und_bytes said, const struct demo_part *parts);

/* "$ cd DIR" */
void demo_show_entry(struct demo_stage *s, const char *dir);

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

#endif
