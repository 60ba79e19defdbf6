/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cmd_authority_pin.c: the pin of a roll's registrars, for invitation cards and key files (spec/records.md, Outside the letter file) */
#include <stdlib.h>

#include "base/encode.h"
#include "base/hash.h"
#include "cli/commands.h"
#include "proof/authority.h"
#include "record/record.h"

struct pin {
	uint8_t keys[UND_COUNCIL_MAX][UND_ED25519_KEY_SIZE];
	size_t count;
	uint64_t quorum; /* 0: a majority */
	bool json;
};

static int compare_keys(const void *a, const void *b)
{
	return memcmp(a, b, UND_ED25519_KEY_SIZE);
}

/* The keys as a council has them: points of the right subgroup, ascending, each once. */
static int take_keys(struct pin *p, const char *const *texts)
{
	int code;

	for (size_t i = 0; i < p->count; i++) {
		if ((code = cli_parse_id32(p->keys[i], "KEY", texts[i])) != -1)
			return code;
		if (und_ed25519_point_check_var(p->keys[i]) != UND_OK)
			return cli_fail(CLI_TRIED, "`undersigned authority show FILE` prints a registrar's key.", "%s is no Ed25519 key.", texts[i]);
	}
	qsort(p->keys, p->count, UND_ED25519_KEY_SIZE, compare_keys);
	for (size_t i = 1; i < p->count; i++)
		if (compare_keys(p->keys[i - 1], p->keys[i]) == 0)
			return cli_fail(CLI_TRIED, NULL, "a key is given twice.");
	return -1;
}

static int print(const struct pin *p)
{
	const uint8_t *keys[UND_COUNCIL_MAX];
	char brief[UND_SHORT_ID_SIZE], text[44];
	uint8_t pin[UND_ID_SIZE];

	for (size_t i = 0; i < p->count; i++)
		keys[i] = p->keys[i];
	und_pin(pin, (unsigned)p->quorum, keys, p->count);
	und_short_id(brief, pin);
	und_base64_encode_secret(text, pin);
	printf(p->json ? "{\"pin\":\"%s\",\"short\":\"%s\"}\n" : "%s\nshort form: %s\n", text, brief);
	return CLI_OK;
}

static bool is_dashed_key(const char *argument)
{
	uint8_t key[UND_ED25519_KEY_SIZE];

	return argument[0] == '-' && und_base64_decode(key, sizeof key, und_cstr(argument)) == UND_OK;
}

/* One key in sixty-four begins with '-': getopt takes none behind "--" for an option. out has argc + 1 places; returns how many were filled. */
static int dashed_keys_last(char **out, int argc, char **argv)
{
	static char end_of_options[] = "--";
	int n = 0, dashed = 0;

	for (int i = 0; i < argc; i++)
		dashed += is_dashed_key(argv[i]);
	for (int i = 0; i < argc; i++)
		if (dashed == 0 || (strcmp(argv[i], "--") != 0 && !is_dashed_key(argv[i])))
			out[n++] = argv[i];
	if (dashed > 0)
		out[n++] = end_of_options;
	for (int i = 0; i < argc; i++)
		if (is_dashed_key(argv[i]))
			out[n++] = argv[i];
	return n;
}

static int parse(const char **texts, const char **quorum, struct pin *p, int argc, char **argv)
{
	const struct cli_option options[] = {
		CLI_VALUE("quorum", 0, quorum),
		CLI_FLAG("json", 0, &p->json),
	};
	char **ordered = und_alloc((size_t)argc + 2, sizeof *ordered); /* getopt reads a NULL at the end */
	int code;

	if (ordered == NULL)
		return cli_fail(CLI_TRIED, cli_advice(UND_ERR_MEMORY), "%s.", und_err_text(UND_ERR_MEMORY));
	argc = dashed_keys_last(ordered, argc, argv);
	ordered[argc] = NULL;
	code = cli_parse(&cmd_authority_pin, options, UND_COUNT_OF(options), argc, ordered, texts, 1, UND_COUNCIL_MAX, &p->count);
	free(ordered);
	return code;
}

static int run(int argc, char **argv)
{
	const char *quorum = NULL, *texts[UND_COUNCIL_MAX];
	struct pin p = { .quorum = 0 };
	int code = parse(texts, &quorum, &p, argc, argv);

	if (code != -1 || (code = take_keys(&p, texts)) != -1)
		return code;
	if (quorum != NULL && (code = cli_parse_number(&p.quorum, "--quorum", quorum, 1, p.count)) != -1)
		return code;
	if (p.quorum == 0)
		p.quorum = p.count / 2 + 1; /* as LETTER.ini */
	return print(&p);
}

const struct cli_command cmd_authority_pin = {
	.name = "authority pin",
	.run = run,
	.group = "Keep the roll",
	.summary = "print the pin of a roll's registrars, for members' key files",
	.usage = "undersigned authority pin KEY… [--quorum N] [--json]",
	.help = "KEY is the public key of a registrar, 43 characters, as `authority show` prints\n"
		"it; give those of all registrars. A member whose key file holds the pin signs\n"
		"nothing on a roll of others: hand it out with the invitation to enrol, and let\n"
		"its short form be compared.\n"
		"\n"
		"  --quorum N           how many of them must sign; a majority unless given, as\n"
		"                       in LETTER.ini. It is part of the pin\n"
		"  --json               {\"pin\":…,\"short\":…}\n"
		"\n"
		"Next, each member makes a key with it: undersigned key new.\n",
};
