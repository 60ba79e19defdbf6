/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cmd_book_import.c: `book import`: what people enrolled, into the book */
#include "cli/book_import.h"
#include "cli/commands.h"

enum { FILES_MAX = 4096 };

static void line(const char *what, uint64_t n)
{
	char number[32];

	if (n > 0)
		printf("%8s  %s\n", cli_number(number, n), what);
}

static int tell(const struct cli_book_import *i, const struct cli_book *b, bool json)
{
	const uint64_t *fates = i->fates;
	char number[32];

	if (json) {
		printf("{\"enrolled\":%llu,\"late\":%llu,\"replaced\":%llu,\"same\":%llu,\"taken\":%llu,\"unknown\":%llu,\"void\":%llu}\n", (unsigned long long)fates[UND_BOOK_ENROLLED],
		       (unsigned long long)i->late, (unsigned long long)fates[UND_BOOK_REPLACED], (unsigned long long)fates[UND_BOOK_SAME],
		       (unsigned long long)fates[UND_BOOK_TAKEN], (unsigned long long)fates[UND_BOOK_UNKNOWN], (unsigned long long)fates[UND_BOOK_VOID]);
		return CLI_OK;
	}
	printf("%s %s\n", cli_number(number, i->lines), i->lines == 1 ? "line" : "lines");
	line("enrolled", fates[UND_BOOK_ENROLLED]);
	line("enrolled anew: the latest counts", fates[UND_BOOK_REPLACED]);
	line("were in the book already", fates[UND_BOOK_SAME]);
	line("left out: no card of this book", fates[UND_BOOK_UNKNOWN]);
	line("left out: a card that is void", fates[UND_BOOK_VOID]);
	line("left out: another slot's key", fates[UND_BOOK_TAKEN]);
	if (i->late > 0)
		cli_note("Without a key for edition %u: %s of them. They come on a roll when it is their keys' turn.", (unsigned)b->book.edition, cli_number(number, i->late));
	cli_note("Delete the files now: they say which keys of several editions belong to one person. The book holds what it needs.");
	cli_note("Next: undersigned book report %s", b->path);
	return CLI_OK;
}

static int import(struct cli_book *b, const char **args, size_t n, const char *slot, const struct cli_secret_options *secret, bool json)
{
	struct cli_book_import result;
	struct und_slot *s = NULL;
	int code;

	if ((code = cli_book_open(b, args[0], secret)) != -1 || (slot != NULL && (code = cli_book_find(&s, &b->book, "--slot", slot)) != -1))
		return code;
	code = cli_book_import(&result, &b->book, args + 1, n - 1, s == NULL ? 0 : s->number);
	if (code == -1)
		code = cli_book_save(b);
	return code == -1 ? tell(&result, b, json) : code;
}

static int run(int argc, char **argv)
{
	static const char *args[FILES_MAX];
	struct cli_secret_options secret = { NULL, false };
	struct cli_book b = { .open = false };
	const char *slot = NULL;
	bool json = false;
	const struct cli_option options[] = {
		CLI_VALUE("slot", 0, &slot),
		CLI_VALUE("passphrase-file", 0, &secret.passphrase_file),
		CLI_FLAG("json", 0, &json),
	};
	size_t n;
	int code = cli_parse(&cmd_book_import, options, UND_COUNT_OF(options), argc, argv, args, 2, FILES_MAX, &n);

	if (code != -1)
		return code;
	code = import(&b, args, n, slot, &secret, json);
	cli_book_close(&b);
	return code;
}

const struct cli_command cmd_book_import = {
	.name = "book import",
	.run = run,
	.group = "Keep the roll",
	.summary = "take enrolments into the book",
	.usage = "undersigned book import BOOK FILE… [--slot N] [--passphrase-file F] [--json]",
	.help = "FILE holds what people enrolled with their cards, as the server gives it out.\n"
		"Every line is checked: its series, and the proofs that its owner holds the keys.\n"
		"Where any line is at fault, nothing is taken. Lines made with a card of another\n"
		"book, or with one that is void, are named and left out. Of two enrolments of one\n"
		"slot the later one in the files counts; import the newest files last.\n"
		"\n"
		"  --slot N             FILE is one line that somebody handed in, as `key enrol`\n"
		"                       prints it: it counts for slot N, whose card is void then\n"
		"  --passphrase-file F  read the book's passphrase from F (- and /dev/fd/N too).\n"
		"                       Else it is asked for\n"
		"  --json               how many lines ended how\n"
		"\n"
		"Compare the strips that people tore off their cards with the keys: `undersigned\n"
		"book report BOOK --slots`. A server that swaps keys is found in no other way.\n"
		"Next: `undersigned book build`.\n",
};
