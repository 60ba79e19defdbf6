/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cmd_push.c: letters, cards and signed records to a server, each where it belongs */
#include <stdlib.h>

#include "cli/client.h"
#include "cli/commands.h"
#include "cli/lines.h"
#include "cli/say.h"

enum { FILES_MAX = 1000, CARDS_MAX = 16 << 20 };

/* What a file is goes by its lines' types. */
enum kind { LETTER, RECORDS, CARDS, KIND_COUNT };

struct heap {
	const char **paths;
	size_t count;
};
struct pushing {
	const char **args;
	size_t count;
	const char *to, *slug, *authority, *address;
	struct cli_secret_options secret;
	struct cli_client_options way;
	struct cli_client client;
	struct heap heaps[KIND_COUNT];
	struct cli_client_files files; /* of the heap at work */
	uint8_t letter[UND_ID_SIZE];
	char series[UND_ID_TEXT_MAX + 1];
	uint64_t members;              /* lines of members, which stay here */
	bool created, json;
	struct cli_counts counts;
};

/* ---- what the files are ---- */

static bool is_of_member(enum und_type t)
{
	return t == UND_TYPE_SIGNATURE || t == UND_TYPE_WITHDRAWAL || t == UND_TYPE_VOTE;
}

/* A line that nobody pushes by itself. */
static int refuse_type(const char *path, uint64_t line, enum und_type t)
{
	const char *advice = is_of_member(t) ? "Members hand in theirs: `undersigned submit`." : t == UND_TYPE_ENROLMENT ? "People enrol on the server's page, with their card."
	                                                                                                                   : "Requests are made when they are sent.";

	return cli_fail(CLI_FALSE, advice, "%s: line %llu: a record of type %s.", path, (unsigned long long)line, und_type_name(t));
}

/* The cards' series; one for all of them. */
static int note_series(struct pushing *p, const char *path, struct und_bytes series)
{
	if (p->series[0] != '\0' && !und_bytes_is(series, p->series))
		return cli_fail(CLI_TRIED, "Push them one after the other.", "%s: cards of another series than %s.", path, p->series);
	memcpy(p->series, series.p, series.n);
	p->series[series.n] = '\0';
	return -1;
}

struct sight {
	bool seen[UND_TYPE_COUNT];
	uint64_t lines[UND_TYPE_COUNT]; /* the first of the type */
};

static int look_at_lines(struct pushing *p, struct sight *s, const char *path, struct und_bytes text)
{
	struct und_bytes rest = text, line;
	struct und_diag diag = { 0 };
	struct und_record r;
	enum und_err e;
	int code = -1;

	for (diag.line = 1; code == -1 && cli_next_line(&line, &rest); diag.line++) {
		if ((e = und_record_decode(&r, line, &diag)) != UND_OK)
			return cli_fail_at(path, e, &diag);
		if (!s->seen[r.type])
			s->lines[r.type] = diag.line;
		s->seen[r.type] = true;
		if (r.type == UND_TYPE_LETTER)
			memcpy(p->letter, r.id, UND_ID_SIZE);
		if (r.type == UND_TYPE_CARDS)
			code = note_series(p, path, r.u.cards.series);
		und_record_clear(&r);
	}
	return code;
}

static int find_kind(enum kind *out, const struct sight *s, const char *path)
{
	static const enum und_type alone[] = { UND_TYPE_REQUEST, UND_TYPE_ENROLMENT, UND_TYPE_SIGNATURE, UND_TYPE_WITHDRAWAL, UND_TYPE_VOTE };

	for (size_t i = 0; i < 2; i++)
		if (s->seen[alone[i]])
			return refuse_type(path, s->lines[alone[i]], alone[i]);
	*out = s->seen[UND_TYPE_LETTER] ? LETTER : s->seen[UND_TYPE_CARDS] ? CARDS : RECORDS;
	if (*out != LETTER)
		for (size_t i = 2; i < UND_COUNT_OF(alone); i++)
			if (s->seen[alone[i]])
				return refuse_type(path, s->lines[alone[i]], alone[i]);
	for (int t = 0; t < UND_TYPE_COUNT && s->seen[UND_TYPE_CARDS]; t++)
		if (t != UND_TYPE_CARDS && s->seen[t])
			return cli_fail(CLI_FALSE, "Keep cards in files of their own.", "%s: line %llu: a record of type %s among cards.", path, (unsigned long long)s->lines[t],
			                und_type_name((enum und_type)t));
	return -1;
}

static int sort_file(struct pushing *p, const char *path)
{
	struct und_file_view view = { .mapped = NULL };
	struct sight s = { .seen = { false } };
	enum und_err e = und_file_view_open(&view, path, CLI_CLIENT_SEND_MAX);
	struct heap *h;
	enum kind kind = RECORDS;
	int code;

	if (e == UND_ERR_LIMIT)
		return cli_fail(CLI_FALSE, "A server takes 48 MiB at once.", "%s is too large.", path);
	if (e != UND_OK)
		return cli_fail_file(path, "read", e);
	code = look_at_lines(p, &s, path, view.bytes);
	if (code == -1 && view.bytes.n == 0)
		code = cli_fail_at(path, UND_ERR_TRUNCATED, NULL);
	und_file_view_close(&view);
	if (code != -1 || (code = find_kind(&kind, &s, path)) != -1)
		return code;
	h = &p->heaps[kind];
	if (kind == LETTER && h->count == 1)
		return cli_fail(CLI_TRIED, "Push them one after the other.", "%s and %s: two letters.", h->paths[0], path);
	h->paths[h->count++] = path;
	return -1;
}

/* ---- sending ---- */

static int send_body(struct pushing *p, const char *path, struct und_bytes body, const struct cli_sent *sent, bool cards)
{
	const struct cli_ask ask = { .path = path, .type = CLI_CLIENT_LINES, .body = body, .sent = sent, .wanted = CLI_CLIENT_JSON, .what = cards ? "Sending cards" : "Sending records" };
	struct cli_counts counts;
	struct und_buf answer;
	long status;
	int code;

	und_buf_init(&answer, CLI_CLIENT_WORD_MAX);
	code = cli_client_ask(&p->client, &ask, &answer, &status, NULL, NULL);
	if (code == -1 && !cli_counts_read(&counts, und_buf_bytes(&answer), cards))
		code = cli_client_tell_nonsense(&p->client, "its answer says something else");
	und_buf_clear(&answer);
	if (code != -1)
		return code;
	p->counts.added += counts.added;
	p->counts.known += counts.known;
	p->counts.refused += counts.refused;
	return -1;
}

static int push_records(struct pushing *p, struct und_bytes body, const struct cli_sent *sent)
{
	char path[CLI_CLIENT_SLUG_MAX + 64];

	snprintf(path, sizeof path, "/api/v1/letters/%s/records", p->client.slug);
	return send_body(p, path, body, sent, false);
}

static int push_cards(struct pushing *p, const struct cli_sent *sent)
{
	char path[UND_ID_TEXT_MAX + 64];

	snprintf(path, sizeof path, "/api/v1/series/%s/cards", p->series);
	return send_body(p, path, und_buf_bytes(&p->files.text), sent, true);
}

/* ---- a letter ---- */

/* Whether the server has a letter of this name. */
static int find_there(struct pushing *p, bool *there)
{
	char path[CLI_CLIENT_SLUG_MAX + 64];
	const struct cli_ask ask = { .path = path, .wanted = CLI_CLIENT_JSON, .also = 404, .what = "Asking" };
	struct und_buf answer;
	long status;
	int code;

	snprintf(path, sizeof path, "/api/v1/letters/%s", p->client.slug);
	und_buf_init(&answer, CLI_CLIENT_SEND_MAX);
	code = cli_client_ask(&p->client, &ask, &answer, &status, NULL, NULL);
	und_buf_clear(&answer);
	*there = status == 200;
	return code;
}

static int create(struct pushing *p)
{
	char path[CLI_CLIENT_SLUG_MAX + 64];
	const struct cli_sent sent = cli_client_sent(&p->files, 1);
	struct cli_ask ask = { .path = path, .type = CLI_CLIENT_LINES, .sent = &sent, .wanted = CLI_CLIENT_JSON, .what = "Sending the letter" };
	struct und_buf body, answer;
	long status;
	int code;

	if (p->authority == NULL)
		return cli_fail(CLI_TRIED, "To bring it there: --authority FILE, the key of an organiser of the letter whom the server's configuration lists.", "%s has no letter %s.", p->client.base,
		                p->client.slug);
	snprintf(path, sizeof path, "/api/v1/letters?slug=%s", p->client.slug);
	und_buf_init(&body, CLI_CLIENT_SEND_MAX + (64 << 10));
	und_buf_init(&answer, CLI_CLIENT_WORD_MAX);
	code = cli_client_request(&body, UND_ASK_CREATE, p->address != NULL ? p->address : p->client.base, p->client.slug, p->letter, p->authority, &p->secret);
	und_buf_add_bytes(&body, und_buf_bytes(&p->files.text));
	ask.body = und_buf_bytes(&body);
	if (code == -1 && body.err != UND_OK)
		code = cli_fail(CLI_TRIED, cli_advice(body.err), "%s.", und_err_text(body.err));
	if (code == -1)
		code = cli_client_ask(&p->client, &ask, &answer, &status, NULL, NULL);
	if (code == -1)
		code = cli_client_expect(&p->client, &answer, "{\"created\":true}\n");
	p->created = code == -1;
	und_buf_clear(&body);
	und_buf_clear(&answer);
	return code;
}

/* All but members' lines, whose way in is another. numbers: which line of the file each is. */
static enum und_err leave_out_members(struct und_buf *out, uint64_t **numbers, uint64_t *members, struct und_bytes text)
{
	struct und_bytes rest = text, line;
	size_t count = 0, cap = 0;
	uint64_t number = 0;
	struct und_record r;
	enum und_type type;
	enum und_err e;

	while (cli_next_line(&line, &rest)) {
		number++;
		if ((e = und_record_decode(&r, line, NULL)) != UND_OK)
			return e;
		type = r.type;
		und_record_clear(&r);
		if (is_of_member(type)) {
			++*members;
			continue;
		}
		if ((e = und_grow(numbers, &cap, count + 1, sizeof **numbers)) != UND_OK)
			return e;
		(*numbers)[count++] = number;
		und_buf_add_bytes(out, line);
		und_buf_add_u8(out, '\n');
	}
	return out->err;
}

static int push_rest(struct pushing *p)
{
	struct cli_sent sent = cli_client_sent(&p->files, 0);
	uint64_t *numbers = NULL;
	struct und_buf rest;
	enum und_err e;
	int code;

	und_buf_init(&rest, p->files.text.n);
	e = leave_out_members(&rest, &numbers, &p->members, und_buf_bytes(&p->files.text));
	sent.numbers = numbers;
	code = e == UND_OK ? push_records(p, und_buf_bytes(&rest), &sent) : cli_fail_at(p->files.paths[0], e, NULL);
	und_buf_clear(&rest);
	free(numbers);
	return code;
}

static int push_letter(struct pushing *p)
{
	bool there = false;
	int code = find_there(p, &there);

	if (code != -1)
		return code;
	return there ? push_rest(p) : create(p);
}

/* ---- all of it ---- */

static int push_heap(struct pushing *p, enum kind kind)
{
	const struct heap *h = &p->heaps[kind];
	struct cli_sent sent;
	int code = cli_client_files_read(&p->files, h->paths, h->count, kind == CARDS ? CARDS_MAX : CLI_CLIENT_SEND_MAX);

	sent = cli_client_sent(&p->files, 0);
	if (code == -1)
		code = kind == LETTER ? push_letter(p) : kind == CARDS ? push_cards(p, &sent) : push_records(p, und_buf_bytes(&p->files.text), &sent);
	cli_client_files_clear(&p->files);
	return code;
}

/* --slug NAME, else the URL's. */
static int name_letter(struct pushing *p)
{
	size_t n = p->slug == NULL ? 0 : strlen(p->slug);

	if (p->slug != NULL && (n == 0 || n > CLI_CLIENT_SLUG_MAX || strspn(p->slug, "abcdefghijklmnopqrstuvwxyz0123456789-") != n))
		return cli_fail(CLI_TRIED, "Up to 64 of a-z, 0-9 and -.", "--slug: not a short name.");
	if (p->slug != NULL)
		memcpy(p->client.slug, p->slug, n + 1);
	if (p->heaps[LETTER].count == 0 && p->heaps[RECORDS].count == 0)
		return -1;
	return cli_client_needs_letter(&p->client, p->to);
}

static int tell(const struct pushing *p)
{
	const struct cli_counts *c = &p->counts;

	if (p->json) {
		printf("{\"added\":%llu,\"created\":%s,\"known\":%llu,\"refused\":%llu}\n", (unsigned long long)c->added, p->created ? "true" : "false", (unsigned long long)c->known,
		       (unsigned long long)c->refused);
		return c->refused == 0 ? CLI_OK : CLI_FALSE;
	}
	if (p->created)
		cli_note("The letter is at %s/letters/%s", p->client.base, p->client.slug);
	if (p->heaps[RECORDS].count != 0 || p->heaps[CARDS].count != 0 || !p->created)
		cli_note("Added: %llu. Known already: %llu.", (unsigned long long)c->added, (unsigned long long)c->known);
	if (p->members != 0)
		cli_say(0, "%llu lines of members stay here: where the server lacks them, `undersigned submit` hands them in.", (unsigned long long)p->members);
	if (c->refused != 0)
		return cli_fail(CLI_FALSE, "Compare the books of the registrars: a card belongs to one body.", "%llu cards were refused: the server has them with another body.",
		                (unsigned long long)c->refused);
	return CLI_OK;
}

static int push(struct pushing *p)
{
	int code = cli_client_open(&p->client, p->to, &p->way);

	for (size_t i = 0; code == -1 && i < p->count; i++)
		code = sort_file(p, p->args[i]);
	if (code != -1 || (code = name_letter(p)) != -1)
		return code;
	for (int kind = 0; code == -1 && kind < KIND_COUNT; kind++)
		if (p->heaps[kind].count != 0)
			code = push_heap(p, (enum kind)kind);
	return code == -1 ? tell(p) : code;
}

static int run(int argc, char **argv)
{
	struct pushing p = { .count = 0 };
	const struct cli_option options[] = {
		CLI_VALUE("to", 0, &p.to),
		CLI_VALUE("slug", 0, &p.slug),
		CLI_VALUE("authority", 0, &p.authority),
		CLI_VALUE("passphrase-file", 0, &p.secret.passphrase_file),
		CLI_VALUE("address", 0, &p.address),
		CLI_CLIENT_OPTIONS(p.way),
		CLI_FLAG("json", 0, &p.json),
	};
	const char **lists = und_alloc(FILES_MAX * (KIND_COUNT + 1), sizeof *lists);
	int code;

	if (lists == NULL)
		return cli_fail(CLI_TRIED, cli_advice(UND_ERR_MEMORY), "%s.", und_err_text(UND_ERR_MEMORY));
	p.args = lists;
	for (size_t i = 0; i < KIND_COUNT; i++)
		p.heaps[i].paths = lists + FILES_MAX * (i + 1);
	code = cli_parse(&cmd_push, options, UND_COUNT_OF(options), argc, argv, p.args, 1, FILES_MAX, &p.count);
	if (code == -1)
		code = p.to == NULL ? cli_missing(&cmd_push, "--to URL") : push(&p);
	cli_client_close(&p.client);
	free(lists);
	return code;
}

const struct cli_command cmd_push = {
	.name = "push",
	.run = run,
	.group = "Host",
	.summary = "bring a letter, cards or signed records to a server",
	.usage = "undersigned push FILE … --to URL [--slug NAME] [--authority FILE] [--passphrase-file F] [--address URL] [--proxy socks5h://HOST:PORT] [--unix PATH] [--ca FILE] [--timeout SECONDS] [--insecure-http] [--json]",
	.help = "Each FILE goes where it belongs. A letter that the server has not is brought\n"
		"there, which needs the key of one of its organisers whom the server's\n"
		"configuration lists; of one that it has, the records that it lacks are sent.\n"
		"Lists of cards (`undersigned invite --server`) go to their series; rosters of a\n"
		"wave, statements, questions, notices and the like to the letter. What is there\n"
		"already is skipped: pushing again is harmless. Members' lines are not pushed.\n"
		"\n"
		"  --to URL             the letter there (https://…/letters/NAME), or the server\n"
		"  --slug NAME          the letter's short name there, if the URL has none\n"
		"  --authority FILE     your key, to bring a letter\n"
		"  --passphrase-file F  read its passphrase from F (- and /dev/fd/N too)\n"
		"  --address URL        what the server calls itself, if that is not how the URL\n"
		"                       begins (through an .onion address, or a socket)\n"
		"  --proxy socks5h://HOST:PORT\n"
		"                       go through Tor (socks5h://127.0.0.1:9050), which finds\n"
		"                       names too\n"
		"  --unix PATH          go to a socket on this machine instead of the URL's host\n"
		"  --ca FILE            believe these certificates (PEM), not the system's\n"
		"  --timeout SECONDS    give up after so long with next to nothing (120)\n"
		"  --insecure-http      allow http:// to other machines: all on the way read it\n"
		"  --json               for programs\n"
		"\n"
		"Example: undersigned push our.letter --authority o1.key\n"
		"           --to https://letters.example.org/letters/our\n",
};
