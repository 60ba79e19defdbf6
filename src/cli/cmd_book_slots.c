/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cmd_book_slots.c: `book reissue`, `book move`, `book leave`: a card was lost, somebody changes the body, somebody goes */
#include "cli/book_io.h"
#include "cli/commands.h"

enum { SLOTS_MAX = 4096 };

struct changing {
	const char *body;
	struct cli_secret_options secret;
	struct cli_book b;
	struct und_slot *slot;
	uint64_t on_roll; /* of those that were changed */
};

static int tell_error(const struct changing *c, enum und_err e)
{
	if (e == UND_ERR_CARD_VOID)
		return cli_fail(CLI_FALSE, "Whoever comes back gets a new slot: undersigned book issue.", "slot %llu: its owner has left.", (unsigned long long)c->slot->number);
	return cli_fail(cli_exit_of(e), cli_advice(e), "slot %llu: %s.", (unsigned long long)c->slot->number, und_err_text(e));
}

static enum und_err reissue(struct changing *c)
{
	return und_book_reissue(&c->b.book, c->slot, cli_random());
}

static enum und_err move(struct changing *c)
{
	return und_book_move(&c->b.book, c->slot, und_cstr(c->body));
}

static enum und_err leave(struct changing *c)
{
	und_book_leave(c->slot);
	return UND_OK;
}

/* args: the book, then numbers of slots. All of them are changed, or none. */
static int change(struct changing *c, enum und_err (*how)(struct changing *c), const char **args, size_t n)
{
	enum und_err e;
	int code;

	if ((code = cli_book_open(&c->b, args[0], &c->secret)) != -1)
		return code;
	for (size_t i = 1; i < n; i++) {
		if ((code = cli_book_find(&c->slot, &c->b.book, "SLOT", args[i])) != -1)
			return code;
		e = how(c);
		if (e != UND_OK)
			return tell_error(c, e);
		c->on_roll += c->slot->placed_count > 0;
	}
	return cli_book_save(&c->b);
}

static int run_reissue(int argc, char **argv)
{
	static const char *args[SLOTS_MAX];
	struct changing c = { .body = NULL };
	const struct cli_option options[] = {
		CLI_VALUE("passphrase-file", 0, &c.secret.passphrase_file),
	};
	size_t n;
	int code = cli_parse(&cmd_book_reissue, options, UND_COUNT_OF(options), argc, argv, args, 2, SLOTS_MAX, &n);

	if (code != -1)
		return code;
	code = change(&c, reissue, args, n);
	if (code == -1) {
		if (c.on_roll > 0)
			cli_note("A key that stands on a roll stays there until that edition ends. The new one comes on the next edition.");
		for (size_t i = 1; i < n; i++)
			printf("slot %s has a new card\n", args[i]);
		cli_note("Next, print it: undersigned invite %s --slot %s -o card.html. And tell the server, or the old card still works there: undersigned invite %s --server cards.list --authority FILE",
			 args[0], args[1], args[0]);
	}
	cli_book_close(&c.b);
	return code == -1 ? CLI_OK : code;
}

static int run_move(int argc, char **argv)
{
	static const char *args[SLOTS_MAX];
	struct changing c = { .body = NULL };
	const struct cli_option options[] = {
		CLI_VALUE("body", 0, &c.body),
		CLI_VALUE("passphrase-file", 0, &c.secret.passphrase_file),
	};
	size_t n;
	int code = cli_parse(&cmd_book_move, options, UND_COUNT_OF(options), argc, argv, args, 2, SLOTS_MAX, &n);

	if (code != -1)
		return code;
	if (c.body == NULL)
		return cli_missing(&cmd_book_move, "--body ID");
	code = change(&c, move, args, n);
	if (code == -1) {
		for (size_t i = 1; i < n; i++)
			printf("slot %s is of %s now\n", args[i], c.body);
		if (c.on_roll > 0)
			cli_note("A key that stands on a roll stays in the old body until that edition ends.");
	}
	cli_book_close(&c.b);
	return code == -1 ? CLI_OK : code;
}

static int run_leave(int argc, char **argv)
{
	static const char *args[SLOTS_MAX];
	struct changing c = { .body = NULL };
	const struct cli_option options[] = {
		CLI_VALUE("passphrase-file", 0, &c.secret.passphrase_file),
	};
	size_t n;
	int code = cli_parse(&cmd_book_leave, options, UND_COUNT_OF(options), argc, argv, args, 2, SLOTS_MAX, &n);

	if (code != -1)
		return code;
	code = change(&c, leave, args, n);
	if (code == -1) {
		for (size_t i = 1; i < n; i++)
			printf("slot %s has left\n", args[i]);
		if (c.on_roll > 0)
			cli_note("A key that stands on a roll stays there until that edition ends: taking one off would show that its owner went.");
		cli_note("Next, tell the server that the cards are void: undersigned invite %s --server cards.list --authority FILE", args[0]);
	}
	cli_book_close(&c.b);
	return code == -1 ? CLI_OK : code;
}

const struct cli_command cmd_book_reissue = {
	.name = "book reissue",
	.run = run_reissue,
	.group = "Keep the roll",
	.summary = "give a slot a new card: the old one, or the key, was lost",
	.usage = "undersigned book reissue BOOK SLOT… [--passphrase-file F]",
	.help = "The old card is void, and so is what was enrolled with it: those keys come on no\n"
		"further roll. On a roll that is out they stay until its edition ends; the new\n"
		"key comes on the next edition. Nobody can stand on one roll twice.\n"
		"\n"
		"  SLOT                 the number on the card\n"
		"  --passphrase-file F  read the book's passphrase from F (- and /dev/fd/N too).\n"
		"                       Else it is asked for\n"
		"\n"
		"Next: `undersigned invite BOOK --slot N` prints the new card.\n",
};

const struct cli_command cmd_book_move = {
	.name = "book move",
	.run = run_move,
	.group = "Keep the roll",
	.summary = "put a slot into another body, from its next roll on",
	.usage = "undersigned book move BOOK SLOT… --body ID [--passphrase-file F]",
	.help = "What the enrolment itself says about the body does not count; the book does.\n"
		"\n"
		"  SLOT                 the number on the card\n"
		"  --body ID            the new body\n"
		"  --passphrase-file F  read the book's passphrase from F (- and /dev/fd/N too).\n"
		"                       Else it is asked for\n",
};

const struct cli_command cmd_book_leave = {
	.name = "book leave",
	.run = run_leave,
	.group = "Keep the roll",
	.summary = "take a slot off all rolls to come",
	.usage = "undersigned book leave BOOK SLOT… [--passphrase-file F]",
	.help = "The card is void. A key that stands on a roll stays there until that edition\n"
		"ends. The number is not given to anybody else.\n"
		"\n"
		"  SLOT                 the number on the card\n"
		"  --passphrase-file F  read the book's passphrase from F (- and /dev/fd/N too).\n"
		"                       Else it is asked for\n",
};
