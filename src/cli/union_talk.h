/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cli/union_talk.h: why two copies cannot be merged, in words */
#ifndef UND_CLI_UNION_TALK_H
#define UND_CLI_UNION_TALK_H

#include "cli/cli.h"

/* Names two rosters of the copies that extend the same one (UND_ERR_UNION_ROSTERS), where they stand and who signed each. Returns CLI_FALSE. */
int cli_tell_double_dealing(const char *const *paths, const struct und_bytes *copies, size_t n);

#endif
