/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cmd_invite.c: `invite`: cards to print, and the list of them for the server */
#include <stdlib.h>

#include "cli/authority_io.h"
#include "cli/book_io.h"
#include "cli/cards_html.h"
#include "cli/commands.h"
#include "cli/lines.h"

enum { SLOTS_MAX = 4096, SHEET_MAX = 1 << 30 };

struct inviting {
	const char *out, *body, *first, *last, *server, *authority, *language;
	enum und_page_language spoken;
	const char **slots;
	size_t slot_count;
	struct cli_secret_options secret, signer_secret;
	bool force;
	struct cli_book b;
	const struct und_slot **chosen;
	size_t count;
};

static int machine(const char *path, enum und_err e)
{
	return cli_fail_at(path, e, NULL);
}

/* ---- which cards ---- */

/* Slots that were named must have a card; of all others those that have one are taken. */
static int choose_named(struct inviting *v)
{
	struct und_slot *s;
	int code;

	for (size_t i = 0; i < v->slot_count; i++) {
		if ((code = cli_book_find(&s, &v->b.book, "--slot", v->slots[i])) != -1)
			return code;
		v->chosen[v->count++] = s;
	}
	return -1;
}

static int choose_range(struct inviting *v)
{
	const struct und_book *b = &v->b.book;
	uint64_t first = 1, last = b->slot_count;
	int code;

	if (v->body != NULL && und_book_body(b, und_cstr(v->body)) == NULL)
		return cli_fail(CLI_FALSE, cli_advice(UND_ERR_BODY_UNKNOWN), "--body %s: %s.", v->body, und_err_text(UND_ERR_BODY_UNKNOWN));
	if (v->first != NULL && (code = cli_parse_number(&first, "--first", v->first, 1, UND_BOOK_SLOTS_MAX)) != -1)
		return code;
	if (v->last != NULL && (code = cli_parse_number(&last, "--last", v->last, 1, UND_BOOK_SLOTS_MAX)) != -1)
		return code;
	for (uint64_t n = first; n <= last && n <= b->slot_count; n++) {
		const struct und_slot *s = &b->slots[n - 1];

		if (s->card == UND_SLOT_UNUSED && (v->body == NULL || und_bytes_is(s->body, v->body)))
			v->chosen[v->count++] = s;
	}
	return v->count > 0 ? -1 : cli_fail(CLI_FALSE, "`undersigned book report BOOK --slots` lists them. A used card is replaced by `undersigned book reissue`.", "no card among these is unused.");
}

/* ---- the sheet ---- */

static int write_sheet(struct inviting *v)
{
	struct und_bytes piece;
	struct und_buf sheet;
	size_t at = 0;
	enum und_err e;
	int code;

	v->chosen = und_alloc(v->b.book.slot_count + v->slot_count, sizeof(struct und_slot *));
	if (v->chosen == NULL)
		return machine(v->b.path, UND_ERR_MEMORY);
	code = v->slot_count > 0 ? choose_named(v) : choose_range(v);
	if (code != -1)
		return code;
	und_buf_init_secret(&sheet, SHEET_MAX);
	e = cli_cards_html(&sheet, &at, v->spoken, &v->b.book, v->chosen, v->count);
	piece = und_buf_bytes(&sheet);
	if (e == UND_ERR_CARD_USED || e == UND_ERR_CARD_VOID)
		code = cli_fail(CLI_FALSE, "A used card is replaced by `undersigned book reissue`.", "slot %llu: %s.", (unsigned long long)v->chosen[at]->number, und_err_text(e));
	else if (e != UND_OK)
		code = machine(v->b.path, e);
	else
		code = cli_write_file(v->out, v->force, &piece, 1, 0600);
	und_buf_clear(&sheet);
	return code;
}

/* ---- the list for the server ---- */

static enum und_err add_list(struct und_buf *out, const struct inviting *v, struct und_cards_entry *entries, size_t n, const uint8_t *seed)
{
	struct und_record r;
	enum und_err e;

	und_record_init(&r);
	r.type = UND_TYPE_CARDS;
	r.v = 1;
	r.u.cards = (struct und_cards){ v->b.book.series, entries, n };
	e = und_record_sign(&r, seed);
	if (e == UND_OK)
		e = cli_add_line(out, &r);
	und_record_clear(&r);
	return e;
}

static int write_list(struct inviting *v, const struct cli_authority *signer)
{
	struct und_book_entries entries = { NULL, 0 };
	struct und_bytes piece;
	struct und_buf list;
	enum und_err e;
	int code;

	und_buf_init(&list, SHEET_MAX);
	e = und_book_entries(&entries, &v->b.book);
	for (size_t i = 0; e == UND_OK && i < entries.count; i += UND_CARDS_MAX)
		e = add_list(&list, v, entries.entries + i, entries.count - i < UND_CARDS_MAX ? entries.count - i : UND_CARDS_MAX, signer->seed);
	piece = und_buf_bytes(&list);
	code = e == UND_OK ? cli_write_file(v->server, v->force, &piece, 1, 0600) : machine(v->b.path, e);
	und_book_entries_clear(&entries);
	und_buf_clear(&list);
	return code;
}

static int invite(struct inviting *v, const char *path)
{
	struct cli_authority signer = { { 0 }, { 0 } };
	int code;

	if ((code = cli_refuse_existing(v->out, v->force)) != -1 || (code = cli_refuse_existing(v->server, v->force)) != -1 ||
	    (code = cli_book_open(&v->b, path, &v->secret)) != -1)
		return code;
	if (v->b.book.slot_count == 0)
		return cli_fail(CLI_FALSE, "Next: undersigned book issue.", "the book has no slot yet.");
	if (v->authority != NULL)
		code = cli_authority_open(&signer, v->authority, &v->signer_secret);
	if (code == -1 && v->out != NULL)
		code = write_sheet(v);
	if (code == -1 && v->server != NULL)
		code = write_list(v, &signer);
	cli_authority_wipe(&signer);
	return code;
}

static void tell(const struct inviting *v)
{
	char n[32];

	if (v->out != NULL) {
		cli_note("%s %s. Print %s (three on a sheet, A4 or Letter, at 100 %%), cut them apart, give each in a closed envelope; then delete the file: whoever reads it can enrol in their place.",
			 cli_number(n, v->count), v->count == 1 ? "card" : "cards", strcmp(v->out, "-") == 0 ? "it" : v->out);
		cli_note("Which card is whose: undersigned book report %s --slots", v->b.path);
	}
	if (v->server != NULL)
		cli_note("For the server, %s: the codes' hashes and the bodies. Hand it over anew after every `book issue`, `reissue`, `leave` and `import`.", v->server);
}

static int run(int argc, char **argv)
{
	static const char *slots[SLOTS_MAX];
	struct inviting v = { .slots = slots };
	const struct cli_option options[] = {
		CLI_VALUE("output", 'o', &v.out),
		CLI_VALUE("body", 0, &v.body),
		CLI_LIST("slot", 0, slots, &v.slot_count, SLOTS_MAX),
		CLI_VALUE("first", 0, &v.first),
		CLI_VALUE("last", 0, &v.last),
		CLI_VALUE("language", 0, &v.language),
		CLI_VALUE("server", 0, &v.server),
		CLI_VALUE("authority", 0, &v.authority),
		CLI_VALUE("passphrase-file", 0, &v.secret.passphrase_file),
		CLI_VALUE("authority-passphrase-file", 0, &v.signer_secret.passphrase_file),
		CLI_FLAG("force", 0, &v.force),
	};
	const char *path;
	int code = cli_parse(&cmd_invite, options, UND_COUNT_OF(options), argc, argv, &path, 1, 1, NULL);

	if (code != -1)
		return code;
	if (v.out == NULL && v.server == NULL)
		return cli_missing(&cmd_invite, "-o SHEET.html");
	if ((v.server == NULL) != (v.authority == NULL))
		return cli_missing(&cmd_invite, v.server == NULL ? "--server FILE" : "--authority FILE");
	if (v.slot_count > 0 && (v.body != NULL || v.first != NULL || v.last != NULL))
		return cli_misused(&cmd_invite, "--slot goes without --body, --first and --last.");
	if (v.language != NULL && v.out == NULL)
		return cli_missing(&cmd_invite, "-o SHEET.html");
	if (v.language != NULL && !und_page_language_of(&v.spoken, und_cstr(v.language)))
		return cli_misused(&cmd_invite, "--language: en or ar.");
	code = invite(&v, path);
	if (code == -1)
		tell(&v);
	cli_book_close(&v.b);
	free(v.chosen);
	return code == -1 ? CLI_OK : code;
}

const struct cli_command cmd_invite = {
	.name = "invite",
	.run = run,
	.group = "Keep the roll",
	.summary = "print the cards with which people enrol",
	.usage = "undersigned invite BOOK -o SHEET.html [--body ID] [--first N] [--last N] [--slot N…] [--language en|ar] [--server FILE --authority FILE [--authority-passphrase-file F]] "
		 "[--passphrase-file F] [--force]",
	.help = "A sheet of cards to print and cut apart, one for each slot whose card is unused.\n"
		"On a card: the roll's name, the address, a code of seven groups of five digits,\n"
		"the same for a camera, the pin, what to do in five steps, a strip to tear off.\n"
		"No name: a card that is found tells nothing. The strip comes back to you with\n"
		"the short form of the key: compare it with `book report --slots`.\n"
		"\n"
		"  -o SHEET.html        where the sheet goes; open it in a browser and print it\n"
		"  --body ID            the cards of this body alone\n"
		"  --first N, --last N  from this slot on, up to this slot\n"
		"  --slot N             this slot alone; may be repeated\n"
		"  --language TAG       what the cards speak: en, unless told, or ar\n"
		"  --server FILE        write the list of cards for the server: hashes of codes,\n"
		"                       with their bodies, no code and no name. All cards are in\n"
		"                       it, used and void ones too\n"
		"  --authority FILE     the registrar's key that signs the list\n"
		"  --authority-passphrase-file F\n"
		"                       read that key's passphrase from F\n"
		"  --passphrase-file F  read the book's passphrase from F (- and /dev/fd/N too).\n"
		"                       Else it is asked for\n"
		"  --force              replace files that exist\n"
		"\n"
		"Next: give the cards out, to all and by routine, long before any letter.\n",
};
