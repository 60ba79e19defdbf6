/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cmd_sign.c: sign a letter, namelessly, after saying what that shows */
#include "cli/commands.h"
#include "cli/reveal.h"

/* Yours already stands: no error, and nothing is written. */
static int already(const struct cli_act *a, bool *yes)
{
	const uint8_t *roster;
	struct und_bytes ring;

	*yes = true;
	switch (und_letter_tag(a->letter.l, a->tag, &roster, &ring)) {
	case UND_TAG_SIGNED:
		cli_note("Your signature stands in %s already, in the ring %.*s. Nothing was made.", a->path,
		         (int)ring.n, (const char *)ring.p);
		return CLI_OK;
	case UND_TAG_WITHDRAWN:
		return cli_fail(
			CLI_FALSE, NULL,
			"%s: you signed this letter and withdrew; a signature that was withdrawn cannot be made again.",
			a->path);
	case UND_TAG_NEW:
		break;
	}
	*yes = false;
	return CLI_OK;
}

static int refuse_ring(const struct cli_act *a, const struct cli_ring *ring)
{
	char keys[32];

	if (ring->may == UND_ERR_RING_UNKNOWN && a->is_bundle)
		return cli_fail(CLI_FALSE, "Get the bundle of that ring, or the whole letter.",
		                "%s: this bundle does not hold the ring %.*s.", a->path, (int)ring->label.n,
		                (const char *)ring->label.p);
	return cli_fail(CLI_FALSE, cli_advice(ring->may), "%s: ring %.*s (%s keys): %s.", a->path, (int)ring->label.n,
	                (const char *)ring->label.p, cli_number(keys, ring->keys), und_err_text(ring->may));
}

/* The ring that was asked for, or the better one. Never another than was asked for. */
static int choose(const struct cli_ring **out, const struct cli_act *a, const struct cli_rings *rings,
                  const char *asked)
{
	const struct cli_ring *ring = cli_rings_better(rings);

	if (asked != NULL) {
		if (strcmp(asked, "*") != 0 && !und_bytes_is(rings->own.label, asked))
			return cli_fail(CLI_FALSE, NULL, "%s: your key can sign in the ring %.*s or in '*', not in %s.",
			                a->path, (int)rings->own.label.n, (const char *)rings->own.label.p, asked);
		ring = strcmp(asked, "*") == 0 ? &rings->all : &rings->own;
	}
	if (ring == NULL) {
		refuse_ring(a, &rings->own);
		return refuse_ring(a, &rings->all);
	}
	if (ring->may != UND_OK)
		return refuse_ring(a, ring);
	*out = ring;
	return -1;
}

static int sign(struct cli_act *a, const char *asked, bool yes)
{
	const struct cli_ring *ring = NULL;
	struct cli_rings rings;
	struct und_buf line;
	enum und_err e;
	bool done;
	int code;

	if ((code = cli_act_begin(a)) != -1)
		return code;
	code = already(a, &done);
	if (done)
		return code;
	if ((code = cli_act_in_time(a, a->letter.state.closes, "sign")) != -1)
		return code;
	if ((e = cli_rings_find(&rings, a)) != UND_OK)
		return cli_act_fail(a, e);
	if ((code = choose(&ring, a, &rings, asked)) != -1)
		return code;
	cli_reveal(a, &rings, ring);
	if (!yes && (code = cli_confirm("Sign? [y/N] ", "Read what stands above; then give --yes.")) != -1)
		return code;
	und_buf_init(&line, 1 << 20);
	e = und_act_sign(&line, a->letter.l, &a->member, a->roster, ring->label, cli_random(), cli_runner(0));
	code = e == UND_OK ? cli_act_write(a, und_buf_bytes(&line), "the record") : cli_act_fail(a, e);
	und_buf_clear(&line);
	return code;
}

static int run(int argc, char **argv)
{
	struct cli_act a = { .show_words = true };
	const char *ring = NULL;
	bool yes = false;
	const struct cli_option options[] = {
		CLI_VALUE("key", 0, &a.key_path),
		CLI_VALUE("link-file", 0, &a.link_file),
		CLI_VALUE("ring", 0, &ring),
		CLI_VALUE("output", 'o', &a.out),
		CLI_VALUE("passphrase-file", 0, &a.secret.passphrase_file),
		CLI_FLAG("yes", 0, &yes),
		CLI_FLAG("force", 0, &a.force),
	};
	int code = cli_parse(&cmd_sign, options, UND_COUNT_OF(options), argc, argv, &a.path, 1, 1, NULL);

	if (code != -1)
		return code;
	if (a.key_path == NULL)
		return cli_missing(&cmd_sign, "--key FILE");
	if (a.out != NULL && (code = cli_refuse_existing(a.out, a.force)) != -1)
		return code;
	code = sign(&a, ring, yes);
	cli_act_end(&a);
	return code;
}

const struct cli_command cmd_sign = {
	.name = "sign",
	.run = run,
	.group = "Sign",
	.summary = "sign a letter, namelessly",
	.usage =
		"undersigned sign NAME.letter --key FILE [--ring ID | --ring '*'] [--link-file FILE] [-o FILE] [--yes] [--passphrase-file F] [--force]",
	.help = "Shows the letter, says what your signature will show and hide, and asks. The\n"
		"signature is a record, written to FILE or standard output; it counts once it is\n"
		"added to the letter. Signing again says that yours already stands.\n"
		"\n"
		"NAME.letter may also be a signing bundle (`undersigned bundle`).\n"
		"\n"
		"  --key FILE           your key\n"
		"  --ring ID            your body's own ring: the signature names the body\n"
		"  --ring '*'           the ring of all: it names no body\n"
		"                       Without --ring: the one that hides better, in which the\n"
		"                       smaller part has signed once yours is in (the larger\n"
		"                       ring where that is not known). Only signatures in\n"
		"                       bodies' own rings count for the number of bodies\n"
		"  --link-file FILE     the key of a sealed letter's link\n"
		"  -o FILE              write the record there instead of to standard output\n"
		"  --yes                do not ask\n"
		"  --passphrase-file F  read the key's passphrase from F (- and /dev/fd/N too)\n"
		"  --force              replace the FILE of -o if it exists\n"
		"\n"
		"A ring smaller than the letter's min_ring, or full (above its max_share), is\n"
		"refused. Nothing else is tried then: whoever signs in one ring after another\n"
		"tells the collector more than either ring does.\n"
		"\n"
		"Example: undersigned sign our.letter --key me.key -o signature\n"
		"Next: hand the record to those who collect, by a way that does not name you.\n",
};
