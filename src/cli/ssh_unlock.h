/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cli/ssh_unlock.h: an OpenSSH private key under a passphrase, opened by libssh */
#ifndef UND_CLI_SSH_UNLOCK_H
#define UND_CLI_SSH_UNLOCK_H

#include "cli/cli.h"

/*
 * The Ed25519 seed of a locked key file; text must end with a zero byte that is not counted. The passphrase comes from
 * passphrase_file, or from the terminal when that is NULL. Tells errors. Returns -1, or an exit code; the caller wipes
 * seed.
 */
int cli_ssh_unlock(uint8_t seed[32], const char *path, struct und_bytes text, const char *passphrase_file);

#endif
