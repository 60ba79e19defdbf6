/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* client_talk.c: what a server refuses, in words: where in which file, and what to do next */
#include "cli/client.h"

/* Problems that only a server has, or that mean something else there than in a file. code 0: as elsewhere. */
static const struct {
	enum und_err e;
	int code;
	const char *text, *advice;
} senses[] = {
	{ UND_ERR_LETTER_UNKNOWN, CLI_TRIED, NULL, "Compare the address letter by letter. An organiser brings a letter: `undersigned push NAME.letter --to URL --authority KEY`." },
	{ UND_ERR_LETTER_TAKEN, CLI_FALSE, NULL, "Nothing is ever replaced. For another letter choose another name: --slug NAME." },
	{ UND_ERR_SERIES_UNKNOWN, CLI_TRIED, NULL, "A series begins with its cards: `undersigned invite BOOK --server FILE`, then `undersigned push FILE`." },
	{ UND_ERR_REQUEST_OTHER, CLI_FALSE, NULL, "The request is made to the address that the server's configuration says. If it is not that of the URL: --address URL." },
	{ UND_ERR_REQUEST_DATE, CLI_FALSE, NULL, "This machine's clock or the server's is wrong by more than a day." },
	{ UND_ERR_REQUEST_TWICE, CLI_FALSE, NULL, "Ask again: every run makes a request of its own. If you did not ask before, somebody else has your request." },
	{ UND_ERR_NO_ROLE, CLI_FALSE, NULL, "The server's configuration lists whose keys may bring letters and cards, and drop a letter." },
	{ UND_ERR_RING_ABOVE_SHARE, CLI_FALSE, NULL, "One more signature there would point at those who have not signed. Later there may be room: the roster may grow." },
	{ UND_ERR_CLOSED, CLI_FALSE, NULL, "Nothing was kept." },
	{ UND_ERR_DATED_AHEAD, CLI_FALSE, NULL, "This machine's clock or the server's is wrong, or the record is for another day." },
	{ UND_ERR_STORE_FULL, CLI_TRIED, "the server has no room left", "Nothing was kept. Tell its keepers and try again later." },
	{ UND_ERR_STOPPED, CLI_TRIED, "too much waits there, or it is about to stop", "Nothing was kept. Try again in a moment." },
	{ UND_ERR_MEMORY, CLI_TRIED, "the server is out of memory", "Nothing was kept. Try again later." },
	{ UND_ERR_IO, CLI_TRIED, "the server cannot read or write its store", "Nothing was kept. Tell its keepers." },
	{ UND_ERR_RANDOM, CLI_TRIED, "the server has no random bytes", "Nothing was kept. Tell its keepers." },
	{ UND_ERR_STORE_DAMAGED, CLI_TRIED, "the server's store is damaged", "Nothing was kept. Tell its keepers." },
	{ UND_ERR_STORE_MOVED, CLI_TRIED, "the letter changed at the same moment", "Nothing was kept. Try again." },
	{ UND_ERR_THRESHOLDS, CLI_FALSE, NULL, "People signed on the promise that the words come out only then. Signatures that still wait to be released do not count yet." },
	{ UND_ERR_OPENED, CLI_FALSE, NULL, "Nothing drops a letter whose words are out. What became of it a notice says: `undersigned notice`." },
	{ UND_ERR_NOT_SEALED, CLI_FALSE, NULL, "Only a sealed letter may be dropped." },
	{ UND_ERR_SAID_ENOUGH, CLI_FALSE, NULL, "Nothing was kept. More that the party says the organisers can record, with a source: `undersigned statement`." },
	{ UND_ERR_TYPE, CLI_FALSE, "a record of a type that does not belong there", "Members' lines go by `undersigned submit`, cards and everything else by `undersigned push`." },
};

static int tell_status(const struct cli_client *c, long status)
{
	switch (status) {
	case 404:
		return cli_fail(CLI_TRIED, "Compare the address letter by letter. Does a server of letters stand there?", "%s has no such thing (404).", c->base);
	case 413:
		return cli_fail(CLI_TRIED, "Nothing was kept. Send it in parts.", "%s does not take so much at once (413).", c->base);
	case 429:
		return cli_fail(CLI_TRIED, "Try again in a minute.", "%s is asked too much just now (429).", c->base);
	default:
		break;
	}
	if (status >= 500)
		return cli_fail(CLI_TRIED, "Try again later: sending the same again is harmless.", "%s cannot answer now (%ld).", c->base, status);
	return cli_fail(CLI_TRIED, "Its words are not those of a server of letters. Is the address right?", "%s refuses that (%ld).", c->base, status);
}

/* "the letter's thresholds are not met: 20 people and 2 bodies are missing". */
static void tell_missing(char *out, size_t n, const struct cli_problem *p)
{
	char people[32], bodies[32];
	bool both = p->missing_signers != 0 && p->missing_bodies != 0, one = p->missing_signers + p->missing_bodies == 1;

	cli_number(people, p->missing_signers);
	cli_number(bodies, p->missing_bodies);
	snprintf(out, n, "%s: %s%s%s%s%s %s missing", und_err_text(p->e), p->missing_signers != 0 ? people : "", p->missing_signers == 0 ? "" : p->missing_signers == 1 ? " person" : " people",
	         both ? " and " : "", p->missing_bodies != 0 ? bodies : "", p->missing_bodies == 0 ? "" : p->missing_bodies == 1 ? " body" : " bodies", one ? "is" : "are");
}

int cli_client_tell_problem(const struct cli_client *c, long status, struct und_bytes body, const struct cli_sent *sent)
{
	struct cli_problem p;
	const char *path, *text, *advice;
	char where[1024] = "", said[160];
	int code;

	cli_problem_read(&p, body);
	if (p.e == UND_OK)
		return tell_status(c, status);
	text = und_err_text(p.e);
	advice = cli_advice(p.e);
	code = status >= 500 ? CLI_TRIED : cli_exit_of(p.e);
	for (size_t i = 0; i < UND_COUNT_OF(senses); i++) {
		if (senses[i].e != p.e)
			continue;
		code = senses[i].code;
		advice = senses[i].advice;
		text = senses[i].text == NULL ? text : senses[i].text;
	}
	if (p.missing_signers != 0 || p.missing_bodies != 0) {
		tell_missing(said, sizeof said, &p);
		text = said;
	}
	path = sent == NULL ? NULL : cli_client_place(sent, &p.diag.line);
	if (path != NULL && p.diag.member[0] != '\0')
		snprintf(where, sizeof where, "%.900s: line %llu, member %s: ", path, (unsigned long long)p.diag.line, p.diag.member);
	else if (path != NULL)
		snprintf(where, sizeof where, "%.900s: line %llu: ", path, (unsigned long long)p.diag.line);
	else if (p.diag.member[0] != '\0')
		snprintf(where, sizeof where, "member %s: ", p.diag.member);
	return cli_fail(code, advice, "%s%s refuses it: %s.", where, c->base, text);
}

int cli_client_tell_nonsense(const struct cli_client *c, const char *why)
{
	return cli_fail(CLI_TRIED, "Nothing of it was kept. Is the address right? Somebody may stand in between.", "%s does not answer as a server of letters does: %s.", c->base, why);
}

int cli_client_expect(const struct cli_client *c, const struct und_buf *answer, const char *exactly)
{
	return und_bytes_is(und_buf_bytes(answer), exactly) ? -1 : cli_client_tell_nonsense(c, "its answer says something else");
}
