/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cli/key_words.h: what the commands about members' keys print alike */
#ifndef UND_CLI_KEY_WORDS_H
#define UND_CLI_KEY_WORDS_H

#include "cli/cli.h"

/* The written code of a chain key, on stdout, a line. */
int cli_print_code(const struct und_key_plain *plain);
/* "edition 3, public key 8137 8484 …", to stdout. Returns -1, or an exit code. */
int cli_print_key(const struct und_key_plain *plain);
/* The short form of the member's public key. Tells errors. Returns -1, or an exit code. */
int cli_key_short(char out[UND_SHORT_ID_SIZE], const struct und_key_plain *plain);
/* Refuses keys without editions: an authority's, and an imported one with this advice. Tells. Returns -1 for a chain, or an exit code. */
int cli_key_needs_editions(const char *path, const struct und_key_plain *plain, const char *advice);
/* Fills series, edition and pin of a chain. Tells errors. Returns -1, or an exit code. pin may be NULL. */
int cli_key_describe(struct und_key_plain *plain, const char *series, const char *pin);

#endif
