/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cmd_book_report.c: `book report`: how many were invited and enrolled, per body; the slots; an audit's ledger */
#include "base/hash.h"
#include "base/json.h"
#include "cli/book_io.h"
#include "cli/book_ledger.h"
#include "cli/commands.h"

enum { SLOTS_MAX = 4096 };

struct reporting {
	const char *edition, *ledger, *number, *draw, *out;
	const char **slots;
	size_t slot_count;
	struct cli_secret_options secret;
	bool json, list, force;
	struct cli_book b;
	uint64_t e; /* the edition */
};

/* ---- for people ---- */

static void print_row(const char *id, int width, const struct und_book_count *c, uint64_t headcount)
{
	char slots[32], unused[32], enrolled[32], people[32];

	printf("%-*s %9s %9s %9s %9s\n", width, id, headcount == 0 ? "?" : cli_number(people, headcount), cli_number(slots, c->slots), cli_number(unused, c->unused),
	       cli_number(enrolled, c->enrolled));
}

static uint64_t all_people(const struct und_book *b)
{
	uint64_t n = 0;

	for (size_t i = 0; i < b->body_count; i++) {
		if (b->bodies[i].headcount == 0)
			return 0;
		n += b->bodies[i].headcount;
	}
	return n;
}

static void print_report(const struct reporting *r)
{
	const struct und_book *b = &r->b.book;
	struct und_book_count c;
	char id[UND_ID_TEXT_MAX + 1];
	int width = 5;

	for (size_t i = 0; i < b->body_count; i++)
		width = (int)b->bodies[i].id.n > width ? (int)b->bodies[i].id.n : width;
	printf("series %.*s, edition %u: ", (int)b->series.n, (const char *)b->series.p, (unsigned)r->e);
	cli_print_text(stdout, b->name);
	printf("\n%-*s %9s %9s %9s %9s\n", width, "body", "staff", "slots", "cards out", "enrolled");
	for (size_t i = 0; i < b->body_count; i++) {
		memcpy(id, b->bodies[i].id.p, b->bodies[i].id.n);
		id[b->bodies[i].id.n] = '\0';
		und_book_count(&c, b, &b->bodies[i], r->e);
		print_row(id, width, &c, b->bodies[i].headcount);
	}
	und_book_count(&c, b, NULL, r->e);
	print_row("all", width, &c, all_people(b));
	if (c.left > 0)
		printf("left: %s\n", cli_number(id, c.left));
}

/* ---- for programs ---- */

static void json_counts(struct und_json *j, const struct und_book_count *c)
{
	und_json_name(j, "enrolled");
	und_json_number(j, c->enrolled);
}

static void json_body(struct und_json *j, const struct reporting *r, const struct und_book_body *body)
{
	struct und_book_count c;

	und_book_count(&c, &r->b.book, body, r->e);
	und_json_open_object(j);
	json_counts(j, &c);
	und_json_name(j, "headcount");
	und_json_number(j, body->headcount);
	und_json_name(j, "id");
	und_json_string(j, body->id);
	und_json_name(j, "left");
	und_json_number(j, c.left);
	und_json_name(j, "name");
	und_json_string(j, body->name);
	und_json_name(j, "slots");
	und_json_number(j, c.slots);
	und_json_name(j, "unused");
	und_json_number(j, c.unused);
	und_json_close_object(j);
}

static void json_report(struct und_json *j, const struct reporting *r)
{
	const struct und_book *b = &r->b.book;
	struct und_book_count c;

	und_book_count(&c, b, NULL, r->e);
	und_json_open_object(j);
	und_json_name(j, "bodies");
	und_json_open_list(j);
	for (size_t i = 0; i < b->body_count; i++)
		json_body(j, r, &b->bodies[i]);
	und_json_close_list(j);
	und_json_name(j, "edition");
	und_json_number(j, r->e);
	json_counts(j, &c);
	und_json_name(j, "headcount");
	und_json_number(j, all_people(b));
	und_json_name(j, "left");
	und_json_number(j, c.left);
	und_json_name(j, "name");
	und_json_string(j, b->name);
	und_json_name(j, "series");
	und_json_string(j, b->series);
	und_json_name(j, "slots");
	und_json_number(j, c.slots);
	und_json_name(j, "unused");
	und_json_number(j, c.unused);
	und_json_close_object(j);
	und_buf_add_u8(j->out, '\n');
}

/* ---- the slots, as CSV: for letters of invitation, and for comparing strips ---- */

static void csv_text(struct und_buf *out, struct und_bytes s)
{
	und_buf_add_u8(out, '"');
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '"')
			und_buf_add_u8(out, '"');
		und_buf_add_u8(out, s.p[i]);
	}
	und_buf_add_u8(out, '"');
}

static void list_slots(struct und_buf *out, const struct reporting *r)
{
	und_buf_add_str(out, "slot,body,card,key,name\n");
	for (size_t i = 0; i < r->b.book.slot_count; i++) {
		const struct und_slot *s = &r->b.book.slots[i];
		const uint8_t *key = und_slot_key(s, r->e);
		char brief[UND_SHORT_ID_SIZE];

		und_buf_add_decimal(out, s->number);
		und_buf_add_u8(out, ',');
		und_buf_add_bytes(out, s->body);
		und_buf_add_u8(out, ',');
		und_buf_add_str(out, s->left ? "left" : und_slot_card_name(s->card));
		und_buf_add_u8(out, ',');
		if (key != NULL) {
			und_short_id(brief, key);
			und_buf_add_str(out, brief);
		}
		und_buf_add_u8(out, ',');
		if (s->name.n > 0)
			csv_text(out, s->name);
		und_buf_add_u8(out, '\n');
	}
}

/* ---- the command ---- */

static int write_out(const struct reporting *r, const struct und_buf *out)
{
	const struct und_bytes piece = und_buf_bytes(out);

	if (out->err != UND_OK)
		return cli_fail_at(r->b.path, out->err, NULL);
	return cli_write_file(r->out, r->force, &piece, 1, 0600);
}

static int report(struct reporting *r, const char *path)
{
	struct und_buf out;
	struct und_json j;
	int code;

	if ((code = cli_refuse_existing(r->out, r->force)) != -1 || (code = cli_book_open(&r->b, path, &r->secret)) != -1)
		return code;
	r->e = r->b.book.edition;
	if (r->edition != NULL && (code = cli_parse_number(&r->e, "--edition", r->edition, 1, UND_EDITION_MAX)) != -1)
		return code;
	und_buf_init_secret(&out, 1 << 30);
	if (r->ledger != NULL)
		code = r->number != NULL ? cli_book_ledger_draw(&out, &r->b.book, r->ledger, r->number, r->draw)
		                         : cli_book_ledger_open(&out, &r->b.book, r->ledger, r->slots, r->slot_count);
	else if (r->list)
		list_slots(&out, r);
	if (r->json) {
		und_json_init(&j, &out);
		json_report(&j, r);
	}
	if (code == -1 && (r->ledger != NULL || r->list || r->json))
		code = write_out(r, &out);
	else if (code == -1)
		print_report(r);
	und_buf_clear(&out);
	return code;
}

static int run(int argc, char **argv)
{
	static const char *slots[SLOTS_MAX];
	struct reporting r = { .slots = slots };
	const struct cli_option options[] = {
		CLI_VALUE("edition", 0, &r.edition),
		CLI_FLAG("slots", 0, &r.list),
		CLI_VALUE("ledger", 0, &r.ledger),
		CLI_VALUE("number", 0, &r.number),
		CLI_VALUE("draw", 0, &r.draw),
		CLI_LIST("slot", 0, slots, &r.slot_count, SLOTS_MAX),
		CLI_VALUE("output", 'o', &r.out),
		CLI_VALUE("passphrase-file", 0, &r.secret.passphrase_file),
		CLI_FLAG("json", 0, &r.json),
		CLI_FLAG("force", 0, &r.force),
	};
	const char *path;
	int code = cli_parse(&cmd_book_report, options, UND_COUNT_OF(options), argc, argv, &path, 1, 1, NULL);

	if (code != -1)
		return code;
	if ((r.ledger != NULL) + r.list + r.json > 1)
		return cli_misused(&cmd_book_report, "--ledger, --slots and --json: one of them.");
	if ((r.slot_count > 0 || r.number != NULL) && r.ledger == NULL)
		return cli_missing(&cmd_book_report, "--ledger ROSTER");
	if (r.draw != NULL && r.number == NULL)
		return cli_missing(&cmd_book_report, "--number N");
	if (r.slot_count > 0 && r.number != NULL)
		return cli_misused(&cmd_book_report, "--slot and --number: one of them.");
	if (r.out != NULL && r.ledger == NULL && !r.list && !r.json)
		return cli_misused(&cmd_book_report, "-o goes with --slots, --ledger or --json.");
	code = report(&r, path);
	cli_book_close(&r.b);
	return code == -1 ? CLI_OK : code;
}

const struct cli_command cmd_book_report = {
	.name = "book report",
	.run = run,
	.group = "Keep the roll",
	.summary = "how many were invited and enrolled, per body",
	.usage = "undersigned book report BOOK [--edition E] [--slots | --json] [--ledger ROSTER [--slot N… | --number N [--draw K]]] [-o FILE [--force]] [--passphrase-file F]",
	.help = "Per body: staff, slots, cards that are out, and how many enrolled with a key for\n"
		"the edition. A body in which all enrolled hides its members best.\n"
		"\n"
		"  --edition E          which edition (the one that the cards name, unless told)\n"
		"  --slots              all slots as CSV: slot, body, card, short form of the\n"
		"                       key, name. Compare the keys with the cards' strips\n"
		"  --ledger ROSTER      who stands behind each key that the newest roster of the\n"
		"                       file adds: a line of JSON for each, for an auditor.\n"
		"                       It was built with a ledger\n"
		"  --number N           of the ledger those alone whom an audit draws, with their\n"
		"                       paths to its root: N is the number that the auditor named\n"
		"                       after the roll was fixed, best one that nobody chose. See\n"
		"                       `undersigned audit`\n"
		"  --draw K             how many are drawn; 59 unless told\n"
		"  --slot N             of the ledger this slot alone, with its path; may be\n"
		"                       repeated\n"
		"  -o FILE              write there, for its owner alone, instead of standard\n"
		"                       output\n"
		"  --force              replace the FILE of -o if it exists\n"
		"  --passphrase-file F  read the book's passphrase from F (- and /dev/fd/N too).\n"
		"                       Else it is asked for\n"
		"  --json               the same for programs\n"
		"\n"
		"What --slots and --ledger print names people. It lists who enrolled, never who\n"
		"signed; keep it as you keep the book.\n",
};
