/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cli/say.h: talk on stderr that is longer than a line */
#ifndef UND_CLI_SAY_H
#define UND_CLI_SAY_H

/* As cli_note, wrapped to the terminal's width, each line after so many spaces. */
__attribute__((format(printf, 2, 3))) void cli_say(unsigned indent, const char *format, ...);

#endif
