/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cmd_bundle.c: the part of a letter that the members of one ring need to sign, withdraw and vote */
#include "cli/commands.h"
#include "cli/lines.h"
#include "letter/union.h"

struct bundling {
	const char *path, *ring, *roster, *out;
	bool force;
};

static int write_bundle(const struct bundling *b, struct und_bytes file)
{
	const struct und_letter_options options = { .mode = UND_LETTER_FILE,
		                                    .random = cli_random(),
		                                    .runner = cli_runner(0) };
	uint8_t roster[UND_ID_SIZE];
	struct und_diag diag = { 0 };
	struct und_bytes piece;
	struct und_buf out;
	enum und_err e;
	int code;

	if (b->roster != NULL && (code = cli_parse_id32(roster, "--roster", b->roster)) != -1)
		return code;
	und_buf_init(&out, file.n);
	e = und_bundle(&out, file, b->roster == NULL ? NULL : roster, und_cstr(b->ring), &options, &diag);
	piece = und_buf_bytes(&out);
	if (e == UND_ERR_RING_UNKNOWN || e == UND_ERR_ROSTER_UNKNOWN)
		code = cli_fail(
			CLI_FALSE,
			"`undersigned verify` lists the rings: a body's id, or '*'. Those who came in a later wave need --roster ID.",
			"%s: no ring %s in that roster.", b->path, b->ring);
	else
		code = e == UND_OK ? cli_write_file(b->out, b->force, &piece, 1, 0644) : cli_fail_at(b->path, e, &diag);
	und_buf_clear(&out);
	return code == -1 ? CLI_OK : code;
}

static int run(int argc, char **argv)
{
	struct bundling b = { 0 };
	struct und_file_view view = { 0 };
	const struct cli_option options[] = {
		CLI_VALUE("ring", 0, &b.ring),
		CLI_VALUE("roster", 0, &b.roster),
		CLI_VALUE("output", 'o', &b.out),
		CLI_FLAG("force", 0, &b.force),
	};
	enum und_err e;
	int code = cli_parse(&cmd_bundle, options, UND_COUNT_OF(options), argc, argv, &b.path, 1, 1, NULL);

	if (code != -1)
		return code;
	if (b.ring == NULL)
		return cli_missing(&cmd_bundle, "--ring ID");
	if (b.out == NULL)
		return cli_missing(&cmd_bundle, "-o FILE");
	if ((code = cli_refuse_existing(b.out, b.force)) != -1)
		return code;
	e = und_file_view_open(&view, b.path, CLI_FILE_MAX);
	if (e != UND_OK)
		return cli_fail_file(b.path, "read", e);
	code = write_bundle(&b, view.bytes);
	und_file_view_close(&view);
	return code;
}

const struct cli_command cmd_bundle = {
	.name = "bundle",
	.run = run,
	.group = "Organise",
	.summary = "cut out what the members of one ring need to sign",
	.usage = "undersigned bundle NAME.letter --ring ID | --ring '*' -o FILE [--roster ID] [--force]",
	.help = "A signing bundle is a small file: enough to sign, withdraw and vote in one ring\n"
		"(`undersigned sign BUNDLE …`), not to verify. How many have signed is not in it.\n"
		"\n"
		"  --ring ID            a body's id: the ring of its members\n"
		"  --ring '*'           the ring of all\n"
		"  --roster ID          the wave that brought these members, 43 characters; else\n"
		"                       the letter's own roster\n"
		"  -o FILE              where the bundle goes\n"
		"  --force              replace FILE if it exists\n"
		"\n"
		"Example: undersigned bundle our.letter --ring harbour -o harbour.bundle\n",
};
