/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* judge.c: what libundersigned says of letters, in the words of `undersigned verify --json`: for library.py, which compiles it against the installed library and compares */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <undersigned/letter.h>

/* Pieces of all sizes, the same in every run. */
static enum und_err feed(struct und_copy *copy, FILE *file, struct und_diag *diag)
{
	static unsigned char piece[5000];
	unsigned state = 1;
	enum und_err e = UND_OK;
	size_t n;

	while (e == UND_OK && (state = state * 1103515245 + 12345, n = fread(piece, 1, 1 + (state >> 16) % sizeof piece, file)) > 0)
		e = und_copy_feed(copy, piece, n, diag);
	return e == UND_OK ? und_copy_end(copy, diag) : e;
}

static void print_fault(enum und_err e, const struct und_diag *diag)
{
	printf("{\"line\":%" PRIu64, diag->line);
	if (diag->member[0] != '\0')
		printf(",\"member\":\"%s\"", diag->member);
	printf(",\"reason\":\"%s\",\"valid\":%s}\n", und_err_text(e), e == UND_ERR_NEWER ? "null" : "false");
}

static int judge(const char *name)
{
	FILE *file = fopen(name, "rb");
	struct und_diag diag = { 0 };
	struct und_copy *copy = NULL;
	uint8_t *json = NULL;
	size_t n = 0;
	enum und_err e;

	if (file == NULL || und_copy_new(&copy, UND_COPY_LETTER, NULL, 0) != UND_OK)
		return 2;
	if ((e = feed(copy, file, &diag)) != UND_OK)
		print_fault(e, &diag);
	else if ((e = und_copy_json(&json, &n, copy, und_day_of(time(NULL)))) == UND_OK)
		printf("%.*s\n", (int)n, (const char *)json);
	und_bytes_free(json, n);
	und_copy_free(copy);
	fclose(file);
	return e == UND_ERR_MEMORY || e == UND_ERR_RANDOM ? 2 : 0;
}

/* A line a letter. */
int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		if (judge(argv[i]) != 0)
			return 2;
	return 0;
}
