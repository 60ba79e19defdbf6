/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cli/ssh_lists.h: published SSH keys into a roster in the making (spec/protocol.md §7) */
#ifndef UND_CLI_SSH_LISTS_H
#define UND_CLI_SSH_LISTS_H

#include "cli/roster_plan.h"

/*
 * lists: "BODY=FILE". A FILE named *.keys is what a forge publishes of one user: one person, whose first Ed25519 key
 * counts. Any other FILE is an authorized_keys: each line is a person. A folder stands for all *.keys in it. Every key
 * that is left out is told with its place and the reason. Returns -1, or an exit code.
 */
int cli_ssh_lists_read(struct cli_roster_plan *p, const char *const *lists, size_t count);

#endif
