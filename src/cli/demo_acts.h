/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cli/demo_acts.h: the acts of the demo, in order, inside its folder. Each tells errors and returns -1, or an exit code */
#ifndef UND_CLI_DEMO_ACTS_H
#define UND_CLI_DEMO_ACTS_H

#include "cli/demo.h"

/* ---- demo_roll.c ---- */

int demo_act_authorities(struct demo *d); /* and what they write: bodies.csv, letter.ini, text.md */
int demo_act_members(struct demo *d);
int demo_act_roster(struct demo *d);

/* ---- demo_sealed.c ---- */

int demo_act_letter(struct demo *d);
int demo_act_sign(struct demo *d); /* and between two batches it is not opened yet */
int demo_act_press(struct demo *d);
int demo_act_open(struct demo *d);

/* ---- demo_answers.c ---- */

int demo_act_publish(struct demo *d);
int demo_act_answer(struct demo *d);
int demo_act_neighbour(struct demo *d);
int demo_act_vote(struct demo *d);
int demo_act_withdraw(struct demo *d);

/* ---- demo_checks.c ---- */

int demo_act_verify(struct demo *d);
int demo_act_show(struct demo *d);
int demo_act_forge(struct demo *d);

/* What the bar counts to. */
uint64_t demo_cost(const struct demo_plan *p);

/* ---- demo_files.c: what acts share ---- */

#define DEMO_ARGS(...) ((const char *const[]){ __VA_ARGS__, NULL })
#define DEMO_ORGANISER_1 "authority/organiser-1.key"
#define DEMO_ORGANISER_2 "authority/organiser-2.key"
#define DEMO_MINISTER "authority/first-minister.key"

enum { DEMO_PUBLISHED = -47 }; /* days from today: when the embargo ends */

/* The day so many days from today, before it when negative. */
void demo_day(char out[11], const struct demo *d, int days);
/* About what one of the acts that are a few commands takes, in units of the bar. */
uint64_t demo_act_cost(const struct demo_plan *p);

/* What a verb said on standard output: one line, without its LF, appended to out. */
int demo_take_line(struct und_buf *out, const struct demo_said *said);
/* Writes out and clears it. */
int demo_write_buf(const char *path, struct und_buf *b);
int demo_out_of_memory(void);
int demo_remove(const char *path);
/* `undersigned add demo.letter FILE`, with what it tells; then FILE is removed. */
int demo_add(struct demo *d, const char *file);
/* Runs a command that must succeed, and shows these parts of what it prints. */
int demo_show_parts(struct demo *d, const struct cli_command *command, const char *const *args, const struct demo_part *parts);

#endif
