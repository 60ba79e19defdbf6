/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cmd_submit.c: what members made, handed in to a server: signatures, withdrawals, votes */
#include "cli/client.h"
#include "cli/commands.h"
#include "cli/lines.h"
#include "cli/say.h"

enum { LINES_MAX = 16, FILL = 4096, BODY_MAX = 16 * FILL }; /* spec/server.md, Handing in */

struct submitting {
	const char *paths[LINES_MAX];
	size_t count;
	const char *to;
	struct cli_client_options way;
	struct cli_client client;
	struct cli_client_files files;
	uint64_t lines;
	bool json;
};

/* What a server would refuse anyway, it need not see. */
static int check_line(const struct cli_sent *sent, uint64_t number, struct und_bytes line)
{
	struct und_record r;
	struct und_diag diag = { 0 };
	enum und_type type;
	enum und_err e = und_record_decode(&r, line, &diag);
	const char *path;

	diag.line = number;
	path = cli_client_place(sent, &diag.line);
	if (e != UND_OK)
		return cli_fail_at(path, e, &diag);
	type = r.type;
	und_record_clear(&r);
	if (type == UND_TYPE_SIGNATURE || type == UND_TYPE_WITHDRAWAL || type == UND_TYPE_VOTE)
		return -1;
	return cli_fail(CLI_FALSE, "Members hand in what `undersigned sign`, `withdraw` and `vote` make. Everything else: `undersigned push`.", "%s: line %llu: a record of type %s.",
	                path, (unsigned long long)diag.line, und_type_name(type));
}

static int check(struct submitting *s)
{
	const struct cli_sent sent = cli_client_sent(&s->files, 0);
	struct und_bytes rest = und_buf_bytes(&s->files.text), line;
	int code;

	while (cli_next_line(&line, &rest)) {
		if (++s->lines > LINES_MAX)
			return cli_fail(CLI_FALSE, "Hand them in one after the other, best not all at one time.", "more than %d lines.", LINES_MAX);
		if ((code = check_line(&sent, s->lines, line)) != -1)
			return code;
	}
	return -1;
}

/* Whoever watches the line sees how much is sent: the size of the ring, or that it is a vote. */
static int fill_up(struct und_buf *text)
{
	while (text->err == UND_OK && text->n % FILL != 0)
		und_buf_add_u8(text, '\n');
	return text->err == UND_OK ? -1 : cli_fail(CLI_TRIED, cli_advice(text->err), "%s.", und_err_text(text->err));
}

static int send_lines(struct submitting *s)
{
	const struct cli_sent sent = cli_client_sent(&s->files, 0);
	char path[CLI_CLIENT_SLUG_MAX + 64];
	const struct cli_ask ask = { .path = path, .type = CLI_CLIENT_LINES, .body = und_buf_bytes(&s->files.text), .sent = &sent, .wanted = CLI_CLIENT_JSON, .what = "Handing in" };
	struct und_buf answer;
	long status;
	int code;

	snprintf(path, sizeof path, "/api/v1/letters/%s/submissions", s->client.slug);
	und_buf_init(&answer, CLI_CLIENT_WORD_MAX);
	code = cli_client_ask(&s->client, &ask, &answer, &status, NULL, NULL);
	if (code == -1)
		code = cli_client_expect(&s->client, &answer, "{\"kept\":true}\n");
	und_buf_clear(&answer);
	return code;
}

static int submit(struct submitting *s)
{
	int code = cli_client_open(&s->client, s->to, &s->way);

	if (code != -1 || (code = cli_client_needs_letter(&s->client, s->to)) != -1)
		return code;
	if ((code = cli_client_files_read(&s->files, s->paths, s->count, BODY_MAX)) != -1 || (code = check(s)) != -1 || (code = fill_up(&s->files.text)) != -1)
		return code;
	if (s->client.is_seen)
		cli_say(0, "%s, or who stands before it, sees the address of this machine's connection. Through Tor it does not: --proxy socks5h://127.0.0.1:9050.", s->client.base);
	if ((code = send_lines(s)) != -1)
		return code;
	if (s->json) {
		printf("{\"kept\":%llu}\n", (unsigned long long)s->lines);
		return CLI_OK;
	}
	cli_say(0, "Kept: %llu %s. When enough wait there, they go into the letter together, in an order that says nothing; the server tells nobody whether a line was new.",
	        (unsigned long long)s->lines, s->lines == 1 ? "line" : "lines");
	cli_note("Later: undersigned pull %s", s->to);
	return CLI_OK;
}

static int run(int argc, char **argv)
{
	struct submitting s = { .count = 0 };
	const struct cli_option options[] = {
		CLI_VALUE("to", 0, &s.to),
		CLI_CLIENT_OPTIONS(s.way),
		CLI_FLAG("json", 0, &s.json),
	};
	int code = cli_parse(&cmd_submit, options, UND_COUNT_OF(options), argc, argv, s.paths, 1, LINES_MAX, &s.count);

	if (code != -1)
		return code;
	if (s.to == NULL)
		return cli_missing(&cmd_submit, "--to URL");
	code = submit(&s);
	cli_client_files_clear(&s.files);
	cli_client_close(&s.client);
	return code;
}

const struct cli_command cmd_submit = {
	.name = "submit",
	.run = run,
	.group = "Host",
	.summary = "hand in a signature, withdrawal or vote to a server",
	.usage = "undersigned submit LINEFILE … --to URL [--proxy socks5h://HOST:PORT] [--unix PATH] [--ca FILE] [--timeout SECONDS] [--insecure-http] [--json]",
	.help = "LINEFILE is what `undersigned sign`, `withdraw` or `vote` wrote; up to 16 lines\n"
		"in all. The server keeps all of them or none, and says the same whether they\n"
		"were new or not: handing in again is harmless. What is handed in together is\n"
		"seen to come from one person: hand in your own lines only.\n"
		"\n"
		"  --to URL             the letter there: https://…/letters/NAME\n"
		"  --proxy socks5h://HOST:PORT\n"
		"                       go through Tor (socks5h://127.0.0.1:9050), which finds\n"
		"                       names too. Without it the server could see where you are\n"
		"  --unix PATH          go to a socket on this machine instead of the URL's host\n"
		"  --ca FILE            believe these certificates (PEM), not the system's\n"
		"  --timeout SECONDS    give up after so long with next to nothing (120)\n"
		"  --insecure-http      allow http:// to other machines: all on the way read it\n"
		"  --json               for programs: how many lines were kept\n"
		"\n"
		"Example: undersigned submit signature --proxy socks5h://127.0.0.1:9050\n"
		"           --to https://letters.example.org/letters/our\n",
};
