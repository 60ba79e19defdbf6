/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cli/member_key.h: a member's chain begun, and its enrolment line: what `key new`, `key enrol` and the demo share. From any thread */
#ifndef UND_CLI_MEMBER_KEY_H
#define UND_CLI_MEMBER_KEY_H

#include "cli/cli.h"

/* A fresh chain at that edition. pin may be NULL. Tells errors. Returns -1, or an exit code; the caller wipes plain in any case. */
int cli_member_key_make(struct und_key_plain *plain, const char *series, uint16_t edition, const char *pin);

/*
 * Appends the line (no LF) with the keys of a chain's edition and the coming ones, *editions in all; fewer where editions end, and *editions says so. Errors: UND_ERR_MEMORY, UND_ERR_RANDOM,
 * UND_ERR_LIMIT.
 */
UND_MUST_USE enum und_err cli_enrolment(struct und_buf *line, const struct und_key_plain *plain, struct und_bytes body, size_t *editions);

#endif
