/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cmd_pull.c: a letter from a server, or what people enrolled there */
#include "cli/client.h"
#include "cli/commands.h"
#include "cli/fetch.h"
#include "cli/json_print.h"
#include "cli/say.h"
#include "record/invite.h"
#include "record/reader.h"

enum { COLLECTED_MAX = 1 << 30 };

struct pulling {
	const char *url, *out, *series, *authority, *address;
	struct cli_secret_options secret;
	struct cli_client_options way;
	struct cli_client client;
	bool force, json;
};

/* ---- a letter ---- */

static int tell_letter(const struct pulling *p, const struct cli_fetched *f)
{
	char n[32];

	if (p->json) {
		printf("{\"added\":%llu,\"changed\":%s,\"dropped\":%llu,\"lines\":%llu,\"signers\":%llu}\n", (unsigned long long)f->report.added, f->changed ? "true" : "false",
		       (unsigned long long)f->report.dropped, (unsigned long long)f->report.lines, (unsigned long long)f->signers);
		return CLI_OK;
	}
	if (f->had && f->changed)
		cli_note("Merged into %s: %s %s came in.", f->path, cli_number(n, f->report.added), f->report.added == 1 ? "line" : "lines");
	if (f->report.dropped != 0)
		cli_note("%s lines gave way to others that stood in their place.", cli_number(n, f->report.dropped));
	if (!f->changed)
		cli_note("%s is as it was: the server has nothing that it lacks.", f->path);
	cli_note("%s: valid, %s %s.", f->path, cli_number(n, f->signers), f->signers == 1 ? "signer" : "signers");
	cli_note("Next: undersigned verify %s", f->path);
	return CLI_OK;
}

static int pull_letter(struct pulling *p)
{
	char path[CLI_CLIENT_SLUG_MAX + 16];
	struct cli_fetched f = { .path = p->out };
	int code = cli_client_needs_letter(&p->client, p->url);

	if (code != -1)
		return code;
	snprintf(path, sizeof path, "%s.letter", p->client.slug);
	if (f.path == NULL)
		f.path = path;
	code = cli_fetch_letter(&f, &p->client);
	return code == -1 ? tell_letter(p, &f) : code;
}

/* ---- what people enrolled ---- */

struct checking {
	struct und_bytes series;
	uint64_t lines;
};

/* As `book import` takes them; whose proofs are right it sees. */
static enum und_err check_line(void *ctx, const struct und_line *line)
{
	struct checking *c = ctx;
	struct und_bytes enrolment;
	struct und_record r;
	uint8_t code[32];
	enum und_err e = und_enrolled_decode(code, &enrolment, line->bytes);

	if (e != UND_OK || (e = und_record_decode(&r, enrolment, NULL)) != UND_OK)
		return e;
	e = r.type == UND_TYPE_ENROLMENT && und_bytes_equal_var(r.u.enrolment.series, c->series) ? UND_OK : UND_ERR_TYPE;
	und_record_clear(&r);
	c->lines++;
	return e;
}

static enum und_err check_lines(struct checking *c, struct und_bytes text)
{
	struct und_reader reader;
	struct und_diag diag = { 0 };
	enum und_err e;

	und_reader_init(&reader, UND_ENROLLED_LINE_MAX, check_line, c);
	e = und_reader_feed(&reader, text, &diag);
	if (e == UND_OK)
		e = und_reader_finish(&reader, &diag);
	und_reader_clear(&reader);
	return e;
}

static int tell_collected(const struct pulling *p, uint64_t lines)
{
	char n[32];

	if (p->json) {
		printf("{\"lines\":%llu}\n", (unsigned long long)lines);
		return CLI_OK;
	}
	cli_note("%s %s in %s.", cli_number(n, lines), lines == 1 ? "enrolment" : "enrolments", p->out);
	cli_note("Next: undersigned book import BOOK %s", p->out);
	cli_note("Then delete it: it says which keys of several editions belong to one person.");
	return CLI_OK;
}

static int collect(struct pulling *p, const struct und_buf *request, struct und_buf *answer)
{
	char path[UND_ID_TEXT_MAX + 64];
	struct cli_ask ask = { .path = path, .type = CLI_CLIENT_LINES, .body = und_buf_bytes(request), .wanted = CLI_CLIENT_LINES, .sized = true, .what = "Collecting" };
	struct checking c = { .series = und_cstr(p->series) };
	struct und_bytes piece;
	enum und_err e;
	long status;
	int code;

	snprintf(path, sizeof path, "/api/v1/series/%s/collections", p->series);
	if ((code = cli_client_ask(&p->client, &ask, answer, &status, NULL, NULL)) != -1)
		return code;
	piece = und_buf_bytes(answer);
	e = check_lines(&c, piece);
	if (e == UND_ERR_MEMORY)
		return cli_fail(CLI_TRIED, cli_advice(e), "%s.", und_err_text(e));
	if (e != UND_OK)
		return cli_client_tell_nonsense(&p->client, "what it sent are not enrolments of this series");
	code = cli_write_file(p->out, p->force, &piece, 1, 0600);
	return code == -1 ? tell_collected(p, c.lines) : code;
}

static int pull_enrolments(struct pulling *p)
{
	struct und_buf request, answer;
	int code;

	if (p->authority == NULL)
		return cli_missing(&cmd_pull, "--authority FILE");
	if (p->out == NULL)
		return cli_missing(&cmd_pull, "-o FILE");
	if (!und_id_text_is_valid(und_cstr(p->series)))
		return cli_fail(CLI_TRIED, NULL, "--series: %s.", und_err_text(UND_ERR_ID_FORM));
	if ((code = cli_refuse_existing(p->out, p->force)) != -1)
		return code;
	und_buf_init(&request, 64 << 10);
	und_buf_init_secret(&answer, COLLECTED_MAX);
	code = cli_client_request(&request, UND_ASK_COLLECT, p->address != NULL ? p->address : p->client.base, p->series, NULL, p->authority, &p->secret);
	if (code == -1)
		code = collect(p, &request, &answer);
	und_buf_clear(&request);
	und_buf_clear(&answer);
	return code;
}

static int run(int argc, char **argv)
{
	struct pulling p = { .url = NULL };
	const struct cli_option options[] = {
		CLI_VALUE("output", 'o', &p.out),
		CLI_VALUE("series", 0, &p.series),
		CLI_VALUE("authority", 0, &p.authority),
		CLI_VALUE("passphrase-file", 0, &p.secret.passphrase_file),
		CLI_VALUE("address", 0, &p.address),
		CLI_FLAG("force", 0, &p.force),
		CLI_CLIENT_OPTIONS(p.way),
		CLI_FLAG("json", 0, &p.json),
	};
	int code = cli_parse(&cmd_pull, options, UND_COUNT_OF(options), argc, argv, &p.url, 1, 1, NULL);

	if (code != -1)
		return code;
	if (p.series == NULL && (p.authority != NULL || p.force))
		return cli_misused(&cmd_pull, "--authority and --force go with --series. A letter is merged with the file that is there.");
	code = cli_client_open(&p.client, p.url, &p.way);
	if (code == -1)
		code = p.series != NULL ? pull_enrolments(&p) : pull_letter(&p);
	cli_client_close(&p.client);
	return code;
}

const struct cli_command cmd_pull = {
	.name = "pull",
	.run = run,
	.group = "Host",
	.summary = "fetch a letter from a server, or what people enrolled there",
	.usage = "undersigned pull URL [-o FILE] [--series ID --authority FILE] [--passphrase-file F] [--address URL] [--force] [--proxy socks5h://HOST:PORT] [--unix PATH] [--ca FILE] [--timeout SECONDS] [--insecure-http] [--json]",
	.help = "Fetches the letter, checks every line while it comes, and writes FILE\n"
		"(NAME.letter) only when all of it is valid. If FILE exists, both are merged:\n"
		"nothing that it has is lost. When the line breaks, what came stays in FILE.part,\n"
		"and the same command goes on from there.\n"
		"\n"
		"With --series, a registrar collects what people enrolled with their cards, for\n"
		"`undersigned book import`.\n"
		"\n"
		"  -o FILE              where it goes\n"
		"  --series ID          collect the enrolments of this series\n"
		"  --authority FILE     your key: of a registrar whom the server's configuration\n"
		"                       lists\n"
		"  --passphrase-file F  read its passphrase from F (- and /dev/fd/N too)\n"
		"  --address URL        what the server calls itself, if that is not how the URL\n"
		"                       begins (through an .onion address, or a socket)\n"
		"  --force              replace FILE (enrolments only)\n"
		"  --proxy socks5h://HOST:PORT\n"
		"                       go through Tor (socks5h://127.0.0.1:9050), which finds\n"
		"                       names too\n"
		"  --unix PATH          go to a socket on this machine instead of the URL's host\n"
		"  --ca FILE            believe these certificates (PEM), not the system's\n"
		"  --timeout SECONDS    give up after so long with next to nothing (120)\n"
		"  --insecure-http      allow http:// to other machines: all on the way read it\n"
		"  --json               for programs\n"
		"\n"
		"Example: undersigned pull https://letters.example.org/letters/our\n",
};
