/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* count.c: verifies letters with libundersigned and says how many signed each, and among whom they hide */
/*
 * cc -o count count.c $(pkg-config --cflags --libs undersigned)
 * ./count [PIN] LETTER…
 *
 * PIN: of the registrars whom you know, 43 characters. Without it a letter proves only that somebody made a roster.
 * Exit: 0 all are valid, 1 one is not, 2 one could not be read, 3 one needs a newer library.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <undersigned/letter.h>

/* A text of a letter: checked UTF-8, without control characters and without a zero byte behind it. */
static void print(struct und_bytes s)
{
	fwrite(s.p, 1, s.n, stdout);
}

/* The file goes through in pieces: it is never in memory whole. */
static enum und_err verify(struct und_copy *copy, FILE *file, struct und_diag *diag)
{
	static unsigned char piece[1 << 16];
	enum und_err e = UND_OK;
	size_t n;

	while (e == UND_OK && (n = fread(piece, 1, sizeof piece, file)) > 0)
		e = und_copy_feed(copy, piece, n, diag);
	if (e == UND_OK && ferror(file))
		return UND_ERR_IO;
	return e == UND_OK ? und_copy_end(copy, diag) : e;
}

static enum und_err print_rings(const struct und_copy *copy)
{
	struct und_copy_ring ring;
	enum und_err e;

	for (size_t i = 0; i < und_copy_ring_count(copy); i++) {
		if ((e = und_copy_get_ring(&ring, sizeof ring, copy, i)) != UND_OK)
			return e;
		if (ring.signers == 0)
			continue;
		printf("\t%" PRIu64 " among %" PRIu64 " keys\t", ring.signers, ring.keys);
		print(ring.id);
		printf("\t");
		print(ring.name);
		printf("%s\n", ring.above_share ? "\t(many of so few: little to hide among)" : "");
	}
	return UND_OK;
}

static enum und_err print_count(const char *name, const struct und_copy *copy)
{
	char pin[UND_ID_TEXT_SIZE], closes[UND_DAY_TEXT_SIZE];
	struct und_copy_counts c;
	enum und_err e = und_copy_get_counts(&c, sizeof c, copy);

	if (e != UND_OK)
		return e;
	und_id_print(pin, und_copy_pin(copy));
	und_day_print(closes, c.closes);
	printf("%s: valid: %" PRIu64 " people signed, from %" PRIu64 " bodies; %" PRIu64 " of them name none; %" PRIu64 " withdrew\n", name,
	       c.signers, c.bodies, c.undisclosed, c.withdrawn);
	printf("\t%" PRIu64 " keys, until %s, by registrars of the pin %s\n", c.keys, closes, pin);
	return print_rings(copy);
}

/* Returns what the program is to exit with. */
static int count(const char *name, const uint8_t *pin)
{
	struct und_diag diag = { 0 };
	struct und_copy *copy = NULL;
	FILE *file = fopen(name, "rb");
	enum und_err e;

	if (file == NULL) {
		printf("%s: %s\n", name, strerror(errno));
		return 2;
	}
	e = und_copy_new(&copy, UND_COPY_LETTER, NULL, 0);
	if (e == UND_OK)
		e = verify(copy, file, &diag);
	if (e == UND_OK && pin != NULL)
		e = und_copy_check_pin(copy, pin);
	if (e == UND_OK)
		e = print_count(name, copy);
	if (e != UND_OK && diag.line == 0)
		printf("%s: %s (%s)\n", name, und_err_text(e), und_err_name(e));
	else if (e != UND_OK)
		printf("%s: line %" PRIu64 "%s%s: %s (%s)\n", name, diag.line, diag.member[0] != '\0' ? ", " : "", diag.member,
		       und_err_text(e), und_err_name(e));
	und_copy_free(copy);
	fclose(file);
	return e == UND_OK ? 0 : e == UND_ERR_NEWER ? 3 : e == UND_ERR_MEMORY || e == UND_ERR_RANDOM || e == UND_ERR_IO ? 2 : 1;
}

int main(int argc, char **argv)
{
	uint8_t pin[UND_ID_SIZE];
	int worst = 0, first = 1, code;

	if (argc > 1 && und_id_parse(pin, argv[1], strlen(argv[1])) == UND_OK)
		first = 2;
	if (first >= argc) {
		fprintf(stderr, "usage: count [PIN] LETTER...\n");
		return 2;
	}
	for (int i = first; i < argc; i++)
		if ((code = count(argv[i], first == 2 ? pin : NULL)) > worst)
			worst = code;
	return worst;
}
