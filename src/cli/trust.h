/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cli/trust.h: the reader's own list of keys, `KEY = name` a line: verification cannot know whom the reader trusts */
#ifndef UND_CLI_TRUST_H
#define UND_CLI_TRUST_H

#include "cli/ini.h"

struct cli_trust {
	struct und_buf text;
	struct cli_ini list;
};
/* path NULL: an empty list. Tells errors. Returns -1, or an exit code. */
int cli_trust_open(struct cli_trust *t, const char *path);
void cli_trust_close(struct cli_trust *t);
/* The reader's name for a key; NULL: not in the list. */
const struct und_bytes *cli_trust_name(const struct cli_trust *t, const uint8_t key[UND_ED25519_KEY_SIZE]);
/* Whether the list gives this name to another key. */
bool cli_trust_name_is_anothers(const struct cli_trust *t, struct und_bytes name, const uint8_t key[UND_ED25519_KEY_SIZE]);

#endif
