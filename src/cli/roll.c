/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* roll.c: the whole roll of a letter or of a ROSTER file, roster by roster, and the draw of an audit from it */
#include "cli/roll.h"

#include <stdlib.h>

#include "record/scan.h"

/* A letter, else rosters alone. */
static int open_file(struct cli_letter *l, const char *path)
{
	struct und_diag diag;
	enum und_err fault;
	int code = cli_letter_try(l, path, UND_LETTER_FILE, false, 0, &fault, &diag);

	if (code == -1 || fault == UND_OK || fault == UND_ERR_STOPPED)
		return code;
	if (fault == UND_ERR_NO_LETTER && strcmp(path, "-") != 0)
		return cli_letter_open(l, path, UND_LETTER_ROSTER, true, 0);
	return cli_fail_at(path, fault, &diag);
}

static uint64_t keys_of(const struct und_roster *r)
{
	uint64_t n = 0;

	for (size_t i = 0; i < r->body_count; i++)
		n += r->bodies[i].count;
	return n;
}

int cli_roll_open(struct cli_roll *roll, const char *path)
{
	const struct und_kept *kept;
	size_t n;
	int code = open_file(&roll->letter, path);

	if (code != -1)
		return code;
	n = und_letter_kept(&kept, roll->letter.l);
	roll->parts = und_alloc(n, sizeof *roll->parts);
	if (roll->parts == NULL)
		return cli_fail(CLI_TRIED, cli_advice(UND_ERR_MEMORY), "%s.", und_err_text(UND_ERR_MEMORY));
	for (size_t i = 0; i < n; i++) {
		if (kept[i].record->type != UND_TYPE_ROSTER)
			continue;
		roll->parts[roll->count++] = (struct cli_roll_part){ kept[i].record, kept[i].line, roll->keys, keys_of(&kept[i].record->u.roster) };
		roll->keys += roll->parts[roll->count - 1].count;
	}
	roll->id = roll->parts[roll->count - 1].roster->id;
	return -1;
}

void cli_roll_close(struct cli_roll *roll)
{
	free(roll->parts);
	roll->parts = NULL;
	cli_letter_close(&roll->letter);
}

int cli_roll_check_ledgers(const struct cli_roll *roll)
{
	static const char advice[] =
		"Nothing binds its keys to people, so nothing can be opened and compared. What is left: its keys against known headcounts, and who signed it. Ask the registrars for a "
		"ledger next time (`undersigned book build --with-ledger`).";

	if (roll->keys == 0)
		return cli_fail(CLI_FALSE, NULL, "%s: the roll has no keys; there is nothing to audit.", roll->letter.path);
	for (size_t i = 0; i < roll->count; i++)
		if (!roll->parts[i].roster->u.roster.ledger.set && roll->parts[i].count > 0)
			return cli_fail(CLI_FALSE, advice, "%s: line %llu: this roster has no ledger, so the roll cannot be audited by a draw.", roll->letter.path,
			                (unsigned long long)roll->parts[i].line);
	return -1;
}

int cli_roll_draw(uint64_t *draws, size_t *count, const struct cli_roll *roll, const char *number, const char *asked)
{
	uint64_t most = roll->keys < CLI_DRAW_MAX ? roll->keys : CLI_DRAW_MAX, n, k = CLI_DRAW_USUAL < most ? CLI_DRAW_USUAL : most;
	uint8_t seed[32];
	enum und_err e;
	int code = cli_parse_number(&n, "--number", number, 0, UND_NUMBER_MAX);

	if (code == -1 && asked != NULL)
		code = cli_parse_number(&k, "--draw", asked, 1, most);
	if (code != -1)
		return code;
	und_audit_seed(seed, roll->id, n);
	if ((e = und_audit_draw(draws, (size_t)k, seed, roll->keys)) != UND_OK)
		return cli_fail(CLI_TRIED, cli_advice(e), "%s.", und_err_text(e));
	*count = (size_t)k;
	return -1;
}

const struct cli_roll_part *cli_roll_part_of(const struct cli_roll *roll, uint64_t i)
{
	size_t p = 0;

	while (p + 1 < roll->count && i >= roll->parts[p].first + roll->parts[p].count)
		p++;
	return &roll->parts[p];
}
