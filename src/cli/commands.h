/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cli/commands.h: the list of commands, in the order of --help, which puts a heading where the group changes; each stands in a cmd_*.c */
#ifndef UND_CLI_COMMANDS_H
#define UND_CLI_COMMANDS_H

#include "cli/cli.h"

#define CLI_COMMANDS(X)                                                                                                \
	X(key_new)                                                                                              \
	X(key_enrol)                                                                                            \
	X(key_show)                                                                                             \
	X(key_advance)                                                                                          \
	X(key_restore)                                                                                          \
	X(key_import)                                                                                           \
	X(sign)                                                                                                 \
	X(withdraw)                                                                                             \
	X(vote)                                                                                                 \
	X(authority_new)                                                                                        \
	X(authority_show)                                                                                       \
	X(authority_pin)                                                                                        \
	X(roster_new)                                                                                           \
	X(roster_import)                                                                                        \
	X(roster_show)                                                                                          \
	X(book_new)                                                                                             \
	X(book_issue)                                                                                           \
	X(invite)                                                                                               \
	X(book_import)                                                                                          \
	X(book_report)                                                                                          \
	X(book_build)                                                                                           \
	X(book_reissue)                                                                                         \
	X(book_move)                                                                                            \
	X(book_leave)                                                                                           \
	X(letter_new)                                                                                           \
	X(letter_open)                                                                                          \
	X(letter_seal)                                                                                          \
	X(letter_drop)                                                                                          \
	X(cosign)                                                                                               \
	X(publication)                                                                                          \
	X(delivery)                                                                                             \
	X(party)                                                                                                \
	X(statement)                                                                                            \
	X(question)                                                                                             \
	X(notice)                                                                                               \
	X(translation)                                                                                          \
	X(add)                                                                                                  \
	X(bundle)                                                                                               \
	X(serve)                                                                                               \
	X(site)                                                                                                \
	X(press)                                                                                               \
	X(push)                                                                                                 \
	X(pull)                                                                                                 \
	X(submit)                                                                                               \
	X(verify)                                                                                               \
	X(audit)                                                                                                \
	X(show)                                                                                                 \
	X(demo)                                                                                                 \
	X(bench)

#define CLI_DECLARE(name) extern const struct cli_command cmd_##name;
CLI_COMMANDS(CLI_DECLARE)
#undef CLI_DECLARE

#endif
