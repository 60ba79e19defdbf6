/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* sign.c: signs a letter with libundersigned: checks it, shows it, says among whom the signer hides, writes the line */
/*
 * cc -o sign sign.c $(pkg-config --cflags --libs undersigned)
 * ./sign LETTER KEY own|all [PASSPHRASE-FILE] >line
 *
 * The line goes to whoever collects for the letter, by a way that names nobody. What a program for people must add: it
 * asks before it signs, and it asks for the passphrase on the terminal, without showing it.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <undersigned/member.h>

/* The whole file; NULL where it cannot be read. Free with free(). */
static char *read_file(size_t *n, const char *name)
{
	FILE *file = fopen(name, "rb");
	char *p = NULL;
	long size;

	if (file != NULL)
		setbuf(file, NULL); /* else a copy of what is secret stays where nobody wipes it */
	if (file != NULL && fseek(file, 0, SEEK_END) == 0 && (size = ftell(file)) >= 0 && fseek(file, 0, SEEK_SET) == 0 &&
	    (p = malloc((size_t)size + 1)) != NULL) {
		*n = fread(p, 1, (size_t)size, file);
		p[*n] = '\0';
	}
	if (file != NULL)
		fclose(file);
	if (p == NULL)
		fprintf(stderr, "cannot read %s\n", name);
	return p;
}

/* What comes in is the caller's to wipe. */
static void forget(char *p, size_t n)
{
	for (size_t i = 0; p != NULL && i < n; i++)
		((volatile char *)p)[i] = 0;
	free(p);
}

/* The secret bytes of the file and the passphrase are overwritten as soon as the signer is there. */
static enum und_err open_signer(struct und_signer **out, const char *name, const char *passphrase_name)
{
	size_t n = 0, read_n = 0, passphrase_n;
	char *file = read_file(&n, name), *passphrase = passphrase_name == NULL ? NULL : read_file(&read_n, passphrase_name);
	enum und_err e = UND_ERR_IO;

	if (file != NULL && (passphrase_name == NULL || passphrase != NULL)) {
		passphrase_n = read_n > 0 && passphrase[read_n - 1] == '\n' ? read_n - 1 : read_n;
		e = und_signer_open(out, file, n, passphrase, passphrase_n);
	}
	forget(file, n);
	forget(passphrase, read_n);
	return e;
}

/* What the signer is about to sign, and what that shows. */
static enum und_err show(const struct und_copy *copy, const struct und_signer_place *place, const char *ring, size_t ring_n)
{
	struct und_copy_words words;
	struct und_copy_ring r;
	enum und_err e = und_copy_get_words(&words, sizeof words, copy);

	if (e != UND_OK)
		return e;
	fprintf(stderr, "%.*s\n\n%.*s\n", (int)words.title.n, (const char *)words.title.p, (int)words.body.n, (const char *)words.body.p);
	for (size_t i = 0; i < und_copy_ring_count(copy); i++) {
		if ((e = und_copy_get_ring(&r, sizeof r, copy, i)) != UND_OK)
			return e;
		if (memcmp(r.roster, place->roster, UND_ID_SIZE) == 0 && r.id.n == ring_n && memcmp(r.id.p, ring, ring_n) == 0)
			fprintf(stderr, "You hide among %" PRIu64 " keys, of whom %" PRIu64 " have signed.\n", r.keys, r.signers);
	}
	return UND_OK;
}

static enum und_err sign(struct und_copy *copy, const struct und_signer *signer, int in_all)
{
	struct und_signer_place place;
	uint8_t *line = NULL;
	const char *ring = "*";
	size_t n = 0, ring_n = 1;
	enum und_err e = und_signer_get_place(&place, sizeof place, copy, signer);

	if (e != UND_OK)
		return e;
	if (!in_all) {
		ring = (const char *)place.body.p;
		ring_n = place.body.n;
	}
	if ((e = show(copy, &place, ring, ring_n)) != UND_OK)
		return e;
	if ((e = und_sign(&line, &n, copy, signer, ring, ring_n, und_day_of(time(NULL)))) != UND_OK)
		return e;
	e = fwrite(line, 1, n, stdout) == n && putchar('\n') != EOF && fflush(stdout) == 0 ? UND_OK : UND_ERR_IO;
	und_bytes_free(line, n);
	return e;
}

int main(int argc, char **argv)
{
	struct und_signer *signer = NULL;
	struct und_copy *copy = NULL;
	struct und_diag diag = { 0 };
	size_t n = 0;
	char *letter;
	enum und_err e;

	if (argc < 4 || argc > 5 || (strcmp(argv[3], "own") != 0 && strcmp(argv[3], "all") != 0)) {
		fprintf(stderr, "usage: sign LETTER KEY own|all [PASSPHRASE-FILE]\n");
		return 2;
	}
	letter = read_file(&n, argv[1]);
	e = letter == NULL ? UND_ERR_IO : und_copy_read(&copy, UND_COPY_LETTER, letter, n, NULL, 0, &diag);
	if (e == UND_OK)
		e = open_signer(&signer, argv[2], argc == 5 ? argv[4] : NULL);
	if (e == UND_OK)
		e = sign(copy, signer, strcmp(argv[3], "all") == 0);
	if (e != UND_OK && diag.line != 0)
		fprintf(stderr, "line %" PRIu64 " %s: ", diag.line, diag.member);
	if (e != UND_OK)
		fprintf(stderr, "%s\n", und_err_text(e));
	und_signer_free(signer);
	und_copy_free(copy);
	free(letter);
	return e == UND_OK ? 0 : 1;
}
