/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* look.c: opens stores in folders, as a server would, and says all that is in them: for power.py, which asks of thousands */
/*
 * Each line of standard input names a folder. The answer: "open" or "ERROR"; for each letter "letter ID SLUG BYTES" and its file; "waiting ID LINE" for all that waits of the letters whose ids
 * the command line has; "enrolled LINE" of the series town; "end".
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "base/encode.h"
#include "os/os.h"
#include "store/store.h"

static enum und_err print_piece(void *ctx, struct und_bytes piece)
{
	(void)ctx;
	return fwrite(piece.p, 1, piece.n, stdout) == piece.n ? UND_OK : UND_ERR_IO;
}

static void print_line(const char *what, const char *id, struct und_bytes line)
{
	printf("%s%s%s ", what, *id != '\0' ? " " : "", id);
	if (print_piece(NULL, line) != UND_OK)
		exit(2);
	printf("\n");
}

static enum und_err print_waiting(struct und_store *s, const char *name)
{
	uint8_t id[UND_ID_SIZE];
	struct und_waiting w = { .count = 0 };
	size_t n = 0;
	enum und_err e;

	if (sodium_base642bin(id, sizeof id, name, strlen(name), NULL, &n, NULL, sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0 || n != sizeof id)
		exit(2);
	if ((e = und_store_waiting(&w, s, id, NULL, UND_STORE_PAGE_MAX)) != UND_OK)
		return e;
	for (size_t i = 0; i < w.count; i++)
		print_line("waiting", name, w.acts[i].line);
	und_waiting_clear(&w);
	return UND_OK;
}

static enum und_err print_letters(struct und_store_reader *r)
{
	char slug[UND_STORE_SLUG_MAX + 1] = "", id[64];
	struct und_store_letter l;
	enum und_err e;

	while ((e = und_store_letter_after(&l, r, und_cstr(slug))) == UND_OK) {
		memcpy(slug, l.slug, sizeof slug);
		sodium_bin2base64(id, sizeof id, l.id, sizeof l.id, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
		printf("letter %s %s %llu\n", id, slug, (unsigned long long)l.size);
		if ((e = und_store_read(r, l.id, 0, l.size, print_piece, NULL)) != UND_OK)
			return e;
	}
	return e == UND_ERR_LETTER_UNKNOWN ? UND_OK : e;
}

static enum und_err print_enrolled(struct und_store *s)
{
	struct und_enrolled list = { .count = 0 };
	enum und_err e;

	if ((e = und_store_enrolled(&list, s, und_cstr("town"), NULL, UND_STORE_PAGE_MAX)) != UND_OK)
		return e;
	for (size_t i = 0; i < list.count; i++)
		print_line("enrolled", "", list.cards[i].line);
	und_enrolled_clear(&list);
	return UND_OK;
}

static enum und_err print_all(struct und_store *s, char **names, int count)
{
	struct und_store_reader *r = NULL;
	enum und_err e;

	if ((e = und_store_reader_open(&r, s)) == UND_OK)
		e = print_letters(r);
	und_store_reader_close(r);
	for (int i = 0; i < count && e == UND_OK; i++)
		e = print_waiting(s, names[i]);
	return e == UND_OK ? print_enrolled(s) : e;
}

int main(int argc, char **argv)
{
	const struct und_store_options options = { .random = und_os_random() };
	char folder[4096];

	if (sodium_init() < 0)
		return 2;
	while (fgets(folder, sizeof folder, stdin) != NULL) {
		struct und_store *s = NULL;
		enum und_err e;

		folder[strcspn(folder, "\n")] = '\0';
		e = und_store_open_sqlite(&s, folder, &options);
		printf("%s\n", e == UND_OK ? "open" : und_err_name(e));
		if (e == UND_OK) {
			if ((e = print_all(s, argv + 1, argc - 1)) != UND_OK)
				printf("%s\n", und_err_name(e));
			und_store_close(s);
		}
		printf("end\n");
		fflush(stdout);
	}
	return 0;
}
