/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* record/take.h: taking values out of a scanned line, between decode.c (objects, lists) and take.c (everything else) */
#ifndef UND_RECORD_TAKE_H
#define UND_RECORD_TAKE_H

#include "record/table.h"

struct und_take {
	const uint8_t *p, *end;      /* what is left of the line */
	struct und_arena *arena;     /* of the record */
	struct und_diag *diag;
	struct und_bytes signatures; /* where `,"signatures":[…]` stands in the line; n 0: nowhere */
};

/* The byte that a value of this kind begins with in JSON: '"', '{', '['; '0' for numbers, which begin with any digit. */
uint8_t und_kind_begins(enum und_kind k);

/* A string without its quotes; *t moves behind it. It must stand there. */
struct und_bytes und_take_raw(struct und_take *t);

/* The value of a member that is no object and no list, into the struct. The error says what is wrong; the place is the caller's to tell. */
UND_MUST_USE enum und_err und_take_simple(struct und_take *t, const struct und_record_member *m, void *object);

#endif
