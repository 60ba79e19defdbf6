/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cmd_letter_drop.c: a sealed letter taken off its server before the words are out: the organisers' request, signed by their quorum, and sent */
#include "cli/authority_io.h"
#include "cli/client.h"
#include "cli/commands.h"
#include "cli/council.h"
#include "cli/lines.h"
#include "cli/say.h"

enum { REQUEST_MAX = 64 << 10 };

struct dropping {
	const char *path, *to, *authority, *request, *out, *address;
	struct cli_secret_options secret;
	struct cli_client_options way;
	bool force, yes, json;
	struct cli_client client;
	struct cli_letter letter;
	struct und_buf line; /* the request, with its LF */
	struct und_record record;
	bool has_record;
	struct cli_there there;
};

/* ---- the letter and the request ---- */

static int check_letter(struct dropping *d)
{
	int code = cli_letter_open(&d->letter, d->path, UND_LETTER_FILE, false, 0);

	if (code != -1)
		return code;
	if (!und_letter_was_sealed(d->letter.l))
		return cli_fail(CLI_FALSE, "Only a sealed letter may be dropped: people sign an open one before everybody's eyes.", "%s was never sealed.", d->path);
	if (!d->letter.state.sealed)
		return cli_fail(CLI_FALSE, "Nothing drops a letter whose words are out. What became of it a notice says: `undersigned notice`.", "%s: its words are out.", d->path);
	return -1;
}

static const struct und_council *organisers(const struct dropping *d)
{
	return &d->letter.state.record->organisers;
}

static int decode(struct dropping *d, const char *where)
{
	struct und_bytes rest = und_buf_bytes(&d->line), line = und_bytes(NULL, 0);
	struct und_diag diag = { .line = 1 };
	enum und_err e = cli_next_line(&line, &rest) ? UND_OK : UND_ERR_TRUNCATED;

	if (e == UND_OK)
		e = und_record_decode(&d->record, line, &diag);
	if (e != UND_OK)
		return cli_fail_at(where, e, &diag);
	d->has_record = true;
	return rest.n == 0 ? -1 : cli_fail(CLI_FALSE, "One request drops one letter.", "%s: more than one line.", where);
}

static int make_request(struct dropping *d)
{
	uint8_t letter[UND_ID_SIZE];
	int code;

	memcpy(letter, d->letter.state.letter, sizeof letter);
	code = cli_client_request(&d->line, UND_ASK_DROP, d->address != NULL ? d->address : d->client.base, d->client.slug, letter, d->authority, &d->secret);
	if (code != -1 || (code = decode(d, "the request")) != -1)
		return code;
	if (cli_council_signed(organisers(d), &d->record) == 0)
		return cli_fail(CLI_FALSE, "The organisers' quorum drops a letter, and nobody else.", "%s is not the key of an organiser of this letter.", d->authority);
	return -1;
}

static int read_request(struct dropping *d)
{
	const struct und_request *q = &d->record.u.request;
	struct und_diag diag = { .line = 1 };
	enum und_err e = und_file_read(&d->line, d->request, REQUEST_MAX);
	int code;

	if (e != UND_OK)
		return cli_fail_file(d->request, "read", e);
	if ((code = decode(d, d->request)) != -1)
		return code;
	if (d->record.type != UND_TYPE_REQUEST || q->act != UND_ASK_DROP)
		return cli_fail(CLI_FALSE, "`undersigned letter drop … --authority FILE -o FILE` makes one.", "%s is not a request to drop a letter.", d->request);
	if (memcmp(q->letter.id, d->letter.state.letter, UND_ID_SIZE) != 0 || !und_bytes_is(q->subject, d->client.slug))
		return cli_fail(CLI_FALSE, "Make one for this letter and this address.", "%s is a request to drop another letter than %s at %s.", d->request, d->path, d->to);
	e = und_record_check_signatures(&d->record, &diag);
	return e == UND_OK ? -1 : cli_fail_at(d->request, e, &diag);
}

/* ---- one signature is not enough: on to the other organisers ---- */

static int hand_on(struct dropping *d)
{
	const struct und_bytes piece = und_buf_bytes(&d->line);
	int code;

	if (d->out == NULL)
		return cli_fail(CLI_TRIED, "Say where the request goes, for the others to sign: -o FILE.", "%llu organisers must sign that a letter is dropped.",
		                (unsigned long long)organisers(d)->quorum);
	if ((code = cli_write_file(d->out, d->force, &piece, 1, 0644)) != -1)
		return code;
	if (d->json) {
		printf("{\"dropped\":false,\"missing\":%llu}\n", (unsigned long long)cli_council_lack(organisers(d), &d->record));
		return CLI_OK;
	}
	cli_print_lack(stderr, "The request", organisers(d), &d->record);
	cli_say(0, "The others: `undersigned cosign %s --authority FILE`. Then, today or tomorrow: `undersigned letter drop %s --to %s --request %s`. Nothing was sent.", d->out, d->path, d->to, d->out);
	return CLI_OK;
}

/* ---- sending ---- */

/* What stands there now. */
static int look_there(struct dropping *d)
{
	char path[CLI_CLIENT_SLUG_MAX + 64];
	const struct cli_ask ask = { .path = path, .wanted = CLI_CLIENT_JSON, .also = 404, .what = "Asking" };
	struct und_buf answer;
	long status;
	int code;

	snprintf(path, sizeof path, "/api/v1/letters/%s", d->client.slug);
	und_buf_init(&answer, CLI_CLIENT_SEND_MAX);
	code = cli_client_ask(&d->client, &ask, &answer, &status, NULL, NULL);
	if (code == -1 && status == 404)
		code = cli_fail(CLI_TRIED, "Was it dropped already? Else compare the address letter by letter.", "%s: no such letter there.", d->to);
	if (code == -1 && !cli_there_read(&d->there, und_buf_bytes(&answer)))
		code = cli_client_tell_nonsense(&d->client, "what it says of the letter is something else");
	und_buf_clear(&answer);
	if (code != -1)
		return code;
	if (memcmp(d->there.letter, d->letter.state.letter, UND_ID_SIZE) != 0)
		return cli_fail(CLI_FALSE, "Compare the address and the file.", "%s is another letter than %s.", d->to, d->path);
	return d->there.sealed ? -1 : cli_fail(CLI_FALSE, "Nothing drops a letter whose words are out.", "%s: its words are out.", d->to);
}

static int ask(const struct dropping *d)
{
	char signers[32];

	cli_say(0, "%s%s signed the letter at %s. Dropping it destroys the signatures there, and those that wait to be released. Nothing brings them back.",
	        d->there.signers == 0 ? "Nobody" : cli_number(signers, d->there.signers), d->there.signers == 0 ? " has" : d->there.signers == 1 ? " person has" : " people have", d->to);
	cli_say(0, "Tell everybody who may have signed: your signature is gone from there; to stand behind a new letter, sign the new one, with the same key. And tell them that copies of the file which somebody "
	           "fetched stay as they are: what was signed in them stays signed, under the old letter.");
	if (d->yes)
		return -1;
	return cli_confirm("Drop it? [y/N] ", "Read what stands above; then give --yes.");
}

static int send_request(struct dropping *d)
{
	char path[CLI_CLIENT_SLUG_MAX + 64];
	const struct cli_ask ask_drop = { .path = path, .type = CLI_CLIENT_LINES, .body = und_buf_bytes(&d->line), .wanted = CLI_CLIENT_JSON, .what = "Dropping" };
	struct und_buf answer;
	long status;
	int code;

	snprintf(path, sizeof path, "/api/v1/letters/%s/drop", d->client.slug);
	und_buf_init(&answer, CLI_CLIENT_WORD_MAX);
	code = cli_client_ask(&d->client, &ask_drop, &answer, &status, NULL, NULL);
	if (code == -1)
		code = cli_client_expect(&d->client, &answer, "{\"dropped\":true}\n");
	und_buf_clear(&answer);
	if (code != -1)
		return code;
	if (d->json)
		printf("{\"dropped\":true,\"signers\":%llu}\n", (unsigned long long)d->there.signers);
	else
		cli_say(0, "Dropped: %s is gone. A new letter may take its name.", d->to);
	return CLI_OK;
}

static int drop(struct dropping *d)
{
	int code = cli_client_open(&d->client, d->to, &d->way);

	if (code != -1 || (code = cli_client_needs_letter(&d->client, d->to)) != -1)
		return code;
	if (d->out != NULL && (code = cli_refuse_existing(d->out, d->force)) != -1)
		return code;
	if ((code = check_letter(d)) != -1 || (code = d->request != NULL ? read_request(d) : make_request(d)) != -1)
		return code;
	if (cli_council_lack(organisers(d), &d->record) != 0) {
		if (d->request == NULL)
			return hand_on(d);
		cli_print_lack(stderr, "The request", organisers(d), &d->record);
		return cli_fail(CLI_FALSE, "The others: `undersigned cosign`.", "%s lacks signatures; nothing was sent.", d->request);
	}
	if ((code = look_there(d)) != -1 || (code = ask(d)) != -1)
		return code;
	return send_request(d);
}

static int run(int argc, char **argv)
{
	struct dropping d = { .path = NULL };
	const struct cli_option options[] = {
		CLI_VALUE("to", 0, &d.to),
		CLI_VALUE("authority", 0, &d.authority),
		CLI_VALUE("request", 0, &d.request),
		CLI_VALUE("output", 'o', &d.out),
		CLI_FLAG("yes", 0, &d.yes),
		CLI_VALUE("passphrase-file", 0, &d.secret.passphrase_file),
		CLI_VALUE("address", 0, &d.address),
		CLI_FLAG("force", 0, &d.force),
		CLI_CLIENT_OPTIONS(d.way),
		CLI_FLAG("json", 0, &d.json),
	};
	int code = cli_parse(&cmd_letter_drop, options, UND_COUNT_OF(options), argc, argv, &d.path, 1, 1, NULL);

	if (code != -1)
		return code;
	if (d.to == NULL)
		return cli_missing(&cmd_letter_drop, "--to URL");
	if ((d.authority == NULL) == (d.request == NULL))
		return cli_missing(&cmd_letter_drop, "--authority FILE or --request FILE, one of them,");
	und_buf_init(&d.line, REQUEST_MAX + 1);
	code = drop(&d);
	if (d.has_record)
		und_record_clear(&d.record);
	und_buf_clear(&d.line);
	cli_letter_close(&d.letter);
	cli_client_close(&d.client);
	return code;
}

const struct cli_command cmd_letter_drop = {
	.name = "letter drop",
	.run = run,
	.group = "Organise",
	.summary = "take a sealed letter off its server, with all signatures",
	.usage = "undersigned letter drop NAME.letter --to URL --authority FILE | --request FILE [-o FILE] [--yes] [--passphrase-file F] [--address URL] [--force] [--proxy socks5h://HOST:PORT] [--unix PATH] [--ca FILE] [--timeout SECONDS] [--insecure-http] [--json]",
	.help = "Until the words of a sealed letter are out, its organisers may drop it and start\n"
		"again. It goes with everything that was handed in; nothing brings that back.\n"
		"Copies that somebody fetched stay as they are. This takes the letter's own\n"
		"quorum of organisers, one of whom the server's configuration lists. Where one\n"
		"organiser is enough, --authority asks the server at once. Else it writes the\n"
		"request to FILE of -o; the others sign it (`undersigned cosign FILE`), and\n"
		"--request sends it, on the same day or the next. Before it is sent you are told\n"
		"how many signatures go, and asked.\n"
		"\n"
		"  --to URL             the letter there: https://…/letters/NAME\n"
		"  --authority FILE     your key: make the request\n"
		"  --request FILE       send this request, which has all its signatures\n"
		"  -o FILE              where the request goes that others must sign\n"
		"  --yes                do not ask\n"
		"  --passphrase-file F  read the key's passphrase from F (- and /dev/fd/N too)\n"
		"  --address URL        what the server calls itself, if that is not how the URL\n"
		"                       begins (through an .onion address, or a socket)\n"
		"  --force              replace the FILE of -o if it exists\n"
		"  --proxy socks5h://HOST:PORT\n"
		"                       go through Tor (socks5h://127.0.0.1:9050), which finds\n"
		"                       names too\n"
		"  --unix PATH          go to a socket on this machine instead of the URL's host\n"
		"  --ca FILE            believe these certificates (PEM), not the system's\n"
		"  --timeout SECONDS    give up after so long with next to nothing (120)\n"
		"  --insecure-http      allow http:// to other machines: all on the way read it\n"
		"  --json               for programs\n"
		"\n"
		"Example: undersigned letter drop our.letter --authority o1.key -o drop\n"
		"           --to https://letters.example.org/letters/our\n",
};
