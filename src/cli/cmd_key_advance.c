/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cmd_key_advance.c: `key advance`: the past of a key is erased (spec/protocol.md §6) */
#include "base/secret.h"
#include "cli/commands.h"
#include "cli/key_words.h"
#include "proof/edition.h"

struct advance {
	const char *path, *to, *roster;
	struct cli_secret_options secret;
	bool force, yes;
};

/* The roster's edition must be one that is left behind, and over. */
static int judge_roster(const struct cli_letter *l, const struct und_roster *r, const struct und_key_plain *plain, uint64_t to)
{
	und_day today = cli_today();
	char until[11];

	if (!und_bytes_is(r->series, plain->series))
		return cli_fail(CLI_FALSE, "Give the roster of your own roll.", "%s is of series %.*s; this key is of series %s.", l->path, (int)r->series.n,
				(const char *)r->series.p, plain->series);
	if (r->edition < plain->edition || r->edition >= to)
		return cli_fail(CLI_FALSE, "Give the roster of the edition that ends.", "%s is the roster of edition %u; what would be erased is %u to %u.", l->path,
				(unsigned)r->edition, plain->edition, (unsigned)(to - 1));
	if (today == UND_DAY_NONE)
		return cli_fail(CLI_TRIED, "Set the clock, or say --force.", "the computer does not know what day it is.");
	und_date_encode(until, r->until);
	if (today <= r->until)
		return cli_fail(CLI_FALSE, "Afterwards nobody, you included, could sign, withdraw or vote on its letters. --force does it all the same.",
				"edition %u lasts until %s.", (unsigned)r->edition, until);
	return -1;
}

static int ask_roster(const char *path, const struct und_key_plain *plain, uint64_t to)
{
	const struct und_kept *kept;
	struct cli_letter l = { 0 };
	size_t n;
	int code;

	code = cli_letter_open(&l, path, UND_LETTER_ROSTER, true, 0);
	if (code != -1)
		return code;
	n = und_letter_kept(&kept, l.l);
	und_bug_if(n == 0 || kept[n - 1].record->type != UND_TYPE_ROSTER); /* letter.h: a ROSTER file holds nothing else */
	code = judge_roster(&l, &kept[n - 1].record->u.roster, plain, to);
	cli_letter_close(&l);
	return code;
}

static int ask_person(const struct und_key_plain *plain, uint64_t to)
{
	char question[300];

	snprintf(question, sizeof question,
		 "This erases edition%s %u%s for ever: no letter of it can be signed, withdrawn from or voted on any more.\nIs its last day over? [y/n] ",
		 to - plain->edition > 1 ? "s from" : "", plain->edition, to - plain->edition > 1 ? " on" : "");
	return cli_confirm(question, "Give the roster of the edition that ends (--roster ROSTER), or --yes.");
}

static int may_advance(const struct advance *o, const struct und_key_plain *plain, uint64_t to)
{
	int code = cli_key_needs_editions(o->path, plain, "An imported key lives on as long as the SSH key does.");

	if (code != -1)
		return code;
	if (to == plain->edition)
		return cli_fail(CLI_FALSE, NULL, "%s stands at edition %u already.", o->path, plain->edition);
	if (to < plain->edition)
		return cli_fail(CLI_FALSE, NULL, "%s stands at edition %u; what came before is gone and cannot be had back.", o->path, plain->edition);
	if (o->force)
		return -1;
	if (o->roster != NULL)
		return ask_roster(o->roster, plain, to);
	return o->yes ? -1 : ask_person(plain, to);
}

static enum und_err advance_to(struct und_key_plain *plain, uint64_t to)
{
	struct und_chain chain = { .edition = plain->edition };
	enum und_err e = UND_OK;

	memcpy(chain.state, plain->secret, sizeof chain.state);
	while (e == UND_OK && chain.edition < to)
		e = und_chain_advance(&chain);
	if (e == UND_OK) {
		memcpy(plain->secret, chain.state, sizeof chain.state);
		plain->edition = chain.edition;
	}
	und_chain_wipe(&chain);
	return e;
}

static int advance(const struct advance *o, uint64_t to, struct und_key_plain *plain, struct cli_lock *lock)
{
	enum und_err e;
	int code;

	code = cli_key_open_lock(plain, lock, o->path, 0, &o->secret);
	if (code != -1)
		return code;
	code = may_advance(o, plain, to);
	if (code != -1)
		return code;
	e = advance_to(plain, to);
	if (e != UND_OK)
		return cli_fail(cli_exit_of(e), cli_advice(e), "%s.", und_err_text(e));
	code = cli_key_erase(o->path, plain, lock);
	if (code != -1)
		return code;
	cli_print_code(plain);
	code = cli_print_key(plain);
	if (code != -1)
		return code;
	cli_note("Above: the new written code. Write it down and destroy the old one: it opens what was just erased. So do older copies of %s.", o->path);
	cli_note("The old bytes were overwritten where they stood; flash memory, snapshots and backups may keep them all the same.");
	return CLI_OK;
}

static int run(int argc, char **argv)
{
	struct und_key_plain plain = { 0 };
	struct advance o = { 0 };
	struct cli_lock lock = { 0 };
	uint64_t to;
	const struct cli_option options[] = {
		CLI_VALUE("to", 0, &o.to),
		CLI_VALUE("roster", 0, &o.roster),
		CLI_VALUE("passphrase-file", 0, &o.secret.passphrase_file),
		CLI_FLAG("force", 0, &o.force),
		CLI_FLAG("yes", 0, &o.yes),
	};
	int code;

	code = cli_parse(&cmd_key_advance, options, UND_COUNT_OF(options), argc, argv, &o.path, 1, 1, NULL);
	if (code != -1)
		return code;
	if (o.to == NULL)
		return cli_missing(&cmd_key_advance, "--to E");
	code = cli_parse_number(&to, "--to", o.to, 1, UINT16_MAX);
	if (code != -1)
		return code;
	code = advance(&o, to, &plain, &lock);
	und_key_plain_wipe(&plain);
	cli_lock_clear(&lock);
	return code;
}

const struct cli_command cmd_key_advance = {
	.name = "key advance",
	.run = run,
	.group = "Be a member",
	.summary = "erase the past of a key, on the announced day",
	.usage = "undersigned key advance FILE --to E [--roster ROSTER | --yes] [--force] [--passphrase-file F]",
	.help = "Replaces the key in FILE by that of a later edition. Then nobody, its owner\n"
		"included, can tell what was signed with the earlier ones. Everybody does it on\n"
		"the same announced day, never because they have signed.\n"
		"\n"
		"  --to E               the edition that begins\n"
		"  --roster ROSTER      the roster of the edition that ends: refuses up to its\n"
		"                       last day. Without it, asks\n"
		"  --yes                do not ask\n"
		"  --force              before that last day too: you can no longer sign,\n"
		"                       withdraw or vote on letters of that edition\n"
		"  --passphrase-file F  read the passphrase, which stays the same, from F (- and\n"
		"                       /dev/fd/N too). Else it is asked for\n"
		"\n"
		"Example: undersigned key advance me.key --to 2 --roster staff.roster\n"
		"Next: write down the new code; destroy the old one and older copies of FILE.\n",
};
