/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cli/authority_io.h: signing with the key of an organiser, registrar or party */
#ifndef UND_CLI_AUTHORITY_IO_H
#define UND_CLI_AUTHORITY_IO_H

#include "cli/cli.h"

struct cli_authority {
	uint8_t seed[32]; /* secret */
	uint8_t key[UND_ED25519_KEY_SIZE];
};
/* Opens the file; asks for its passphrase when it has one. Tells errors. Returns -1, or an exit code. The caller wipes it in any case. */
int cli_authority_open(struct cli_authority *a, const char *path, const struct cli_secret_options *secret);
void cli_authority_wipe(struct cli_authority *a);

/* Whether the record carries this key's signature. */
bool cli_authority_has_signed(const struct cli_authority *a, const struct und_record *r);

#endif
