/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cli/demo_plan.h: which bodies there are, how many sign in which ring, and who they are */
#ifndef UND_CLI_DEMO_PLAN_H
#define UND_CLI_DEMO_PLAN_H

#include "cli/demo_world.h"

enum {
	DEMO_MIN_RING = 20,
	DEMO_MAX_SHARE = 80,
	DEMO_MAX_SHARE_ALL = 95,
	DEMO_RELEASE = 20,
	DEMO_WITHDRAW = 3,   /* so many more than stand at the end sign first */
	DEMO_IN_ALL_MAX = 40 /* who sign in `*`: a proof in that ring costs as much as forty in a body's */
};

/* One of a body's members; its key file is keys/BODY-NNNN.key, counted from 1. */
struct demo_member {
	const struct demo_body *body;
	unsigned number;
};
struct demo_signer {
	size_t member; /* in members */
	bool in_all;   /* in `*`, else in the body's own ring */
};
/*
 * DEMO_WITHDRAW more than signers sign, and the first of them take it back. The first `in_all` sign in `*`, the others in their own rings, where every body has one signer at least and none is
 * above its share.
 */
struct demo_plan {
	const struct demo_body *bodies; /* in demo_bodies */
	size_t body_count;
	struct demo_member *members;    /* by body */
	size_t member_count;
	struct demo_signer *list;
	size_t signers, in_all;         /* in_all at least DEMO_WITHDRAW */
	size_t made;                    /* signers + DEMO_WITHDRAW: the list holds so many */
	uint64_t headcount;
};

/*
 * signers 1 or more, bodies 1 … DEMO_BODIES. Who signs is drawn with random. Errors: UND_ERR_LIMIT: fewer signers than bodies, or more than *most, which these bodies' shares allow;
 * UND_ERR_MEMORY, UND_ERR_RANDOM.
 */
UND_MUST_USE enum und_err demo_plan_make(struct demo_plan *out, size_t signers, size_t bodies, const struct und_random *random, size_t *most);
void demo_plan_clear(struct demo_plan *p);

#endif
