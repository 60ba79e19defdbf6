/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* left_out.c: the commands that a static build (meson -Dstatic=true) has by name only: what they link has no static library in Debian. In place of their cmd_*.c */
#include "cli/commands.h"
#include "cli/ssh_unlock.h"

static const char elsewhere[] = "The undersigned of a distribution's package, or built from the source, can.";

/* Whatever was asked, --help too: nothing is known of it here. */
static int say_so(int argc, char **argv)
{
	(void)argc;
	return cli_fail(CLI_TRIED, elsewhere, "this build works on files alone: it cannot `%s`.", argv[0]);
}

#define LEFT_OUT(id, words, heading) \
	const struct cli_command cmd_##id = { \
		.name = words, .run = say_so, .group = heading, .summary = "(not in this build, which works on files alone)", .usage = "undersigned " words, .help = "" \
	};

LEFT_OUT(invite, "invite", "Keep the roll")
LEFT_OUT(letter_drop, "letter drop", "Organise")
LEFT_OUT(serve, "serve", "Host")
LEFT_OUT(site, "site", "Host")
LEFT_OUT(press, "press", "Host")
LEFT_OUT(push, "push", "Host")
LEFT_OUT(pull, "pull", "Host")
LEFT_OUT(submit, "submit", "Host")
LEFT_OUT(demo, "demo", "Try") /* makes a press kit and a site */

int cli_ssh_unlock(uint8_t seed[32], const char *path, struct und_bytes text, const char *passphrase_file)
{
	(void)seed, (void)text, (void)passphrase_file;
	return cli_fail(CLI_TRIED, elsewhere, "%s: it has a passphrase, and this build cannot open SSH keys that have one.", path);
}
