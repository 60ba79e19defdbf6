/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* render.c FOLDER: every page of the sample, in every language, and the pictures, as files to be looked at and judged by others (look.js) */
#include <stdio.h>
#include <stdlib.h>

#include "page/picture.h"
#include "sample.h"

static void save(const char *folder, const char *name, const char *end, struct und_bytes s)
{
	char path[4096];
	FILE *f;

	snprintf(path, sizeof path, "%s/%s%s", folder, name, end);
	f = fopen(path, "wb");
	if (f == NULL || fwrite(s.p, 1, s.n, f) != s.n || fclose(f) != 0) {
		perror(path);
		exit(1);
	}
}

static void save_page(const char *folder, const struct sample_page *s, enum und_page_language l)
{
	const struct und_page_frame f = sample_frame(s, l);
	char end[16];
	struct und_buf b;

	und_buf_init(&b, 1 << 24);
	snprintf(end, sizeof end, "-%s.html", und_page_language_tag(l));
	if (s->make(&b, &f) != UND_OK)
		exit(1);
	save(folder, s->name, end, und_buf_bytes(&b));
	und_buf_clear(&b);
}

static void save_picture(const char *folder, const char *name, const uint64_t *groups, size_t n, bool square)
{
	struct und_buf b;

	und_buf_init(&b, 1 << 20);
	if (und_picture_png(&b, groups, n, square) != UND_OK)
		exit(1);
	save(folder, name, ".png", und_buf_bytes(&b));
	und_buf_clear(&b);
}

int main(int argc, char **argv)
{
	static const uint64_t few[] = { 3, 1, 0, 2 }, one[] = { 1 };
	uint64_t groups[64], many[300];
	size_t n = 0;

	if (argc != 2)
		return 2;
	for (size_t i = 0; i < SAMPLE_PAGES; i++)
		for (unsigned l = 0; l < UND_PAGE_LANGUAGES; l++)
			save_page(argv[1], &sample_pages[i], (enum und_page_language)l);
	for (size_t i = 0; i < sample_letter.ring_count; i++)
		groups[n++] = sample_letter.rings[i].signers;
	for (size_t i = 0; i < 300; i++)
		many[i] = 10 + i * i % 131;
	save_picture(argv[1], "picture", groups, n, true);
	save_picture(argv[1], "preview", groups, n, false);
	save_picture(argv[1], "picture-few", few, 4, true);
	save_picture(argv[1], "picture-one", one, 1, true);
	save_picture(argv[1], "picture-none", one, 0, true);
	save_picture(argv[1], "picture-many", many, 300, true);
	save(argv[1], "style", ".css", und_page_style);
	save(argv[1], "style", ".path", und_cstr(und_page_style_path));
	return 0;
}
