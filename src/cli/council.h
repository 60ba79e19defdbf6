/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cli/council.h: councils in words: who they are, who has signed, who is missing */
#ifndef UND_CLI_COUNCIL_H
#define UND_CLI_COUNCIL_H

#include <stdio.h>

#include "record/record.h"

/* A set of members of one council: bit i is keys[i]. */
typedef uint32_t cli_members;

/* The place of a key, or count. */
size_t cli_council_find(const struct und_council *c, const uint8_t key[UND_ED25519_KEY_SIZE]);
/* Whose signatures the record carries. */
cli_members cli_council_signed(const struct und_council *c, const struct und_record *r);
/* How many more signatures the record needs; 0: its quorum is met. */
uint64_t cli_council_lack(const struct und_council *c, const struct und_record *r);

/* The name that the member goes by, or "the key 8137 8484 …". */
void cli_print_member(FILE *to, const struct und_council_member *m);
/* "Harbour Union, Mint and Works Council"; last: the word before the last one. */
void cli_print_members(FILE *to, const struct und_council *c, cli_members which, const char *last);
/* "The letter has 1 of 2 signatures; Harbour Union or Mint must sign it too." A record that has its quorum: nothing. Returns whether anything was said. */
bool cli_print_lack(FILE *to, const char *what, const struct und_council *c, const struct und_record *r);

#endif
